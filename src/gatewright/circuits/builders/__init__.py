"""Circuits built of gates: one file for each family, one function for each architecture.

A function of wires takes a circuit and wires and gives wires, so that it can be a block of another; a
function of ports gives a circuit its buses and calls one; a reference computes the outputs from whole numbers.
References use ordinary operators only: they run on arrays of any width, and on numbers whose bits are
unknown.

Example:
    >>> from gatewright.circuits.builders.adders import ripple
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> circuit = CircuitBuilder("three-numbers", {gate.name: gate for gate in gatewright_gates()})
    >>> a, b, c = (circuit.input_bus(name, 2) for name in "abc")
    >>> with circuit.block("first"):
    ...     total, carry = ripple(circuit, a, b, 0)
    >>> with circuit.block("second"):
    ...     total, high = ripple(circuit, [*total, carry], [*c, circuit.input("c2")], 0)
    >>> circuit.output_bus("sum", [*total, high])
    >>> [each.name for each in circuit.netlist().instances]
    ['first/ha0', 'first/fa1', 'second/ha0', 'second/fa1', 'second/fa2']
"""
