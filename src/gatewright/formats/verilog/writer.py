r"""Structural Verilog (IEEE 1364-2001), and a module for each kind of gate.

Written hierarchically, as BLIF is: the circuit is the first module and places every instance, each gate is a
module that computes it. A bus whose bits are plainly numbered is a vector, the bits of any other are wires by
their own names, escaped if they are not identifiers. Names of inner nets and instances are kept if
nothing else has them. Yosys, ABC and Icarus Verilog read it. The same netlist gives the same bytes.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> inverter = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    >>> circuit = CircuitBuilder("inv", {"not": inverter})
    >>> circuit.output("out", circuit.gate("not", circuit.input("in"), name="turned"))
    >>> print(write_verilog(circuit.netlist(), comment="one inverter"))
    // one inverter
    module inv(in, out);
      input in;
      output out;
      not_gate turned(.a(in), .y(out));
    endmodule
    <BLANKLINE>
    module not_gate(a, y);
      input a;
      output y;
      // y: 01, the row in which all inputs are 1 first
      assign y = ~a;
    endmodule
    <BLANKLINE>
"""

from __future__ import annotations

from collections.abc import Iterator

from gatewright.circuits.netlist import Netlist, Register
from gatewright.formats.model.names import Names, plain
from gatewright.formats.model.vectors import Port, checked_ports
from gatewright.formats.verilog.gate import gate_module
from gatewright.formats.verilog.memory import memory_lines
from gatewright.formats.verilog.names import HOLDS, identifier, listed
from gatewright.text import comment_lines


def write_verilog(netlist: Netlist, *, comment: str = "") -> str:
    """The netlist as Verilog text; ``comment`` comes first.

    Raises:
        UsageError: an input and another output share a name, or a port has one that Verilog cannot hold.
        NetlistError: it is not a circuit.
    """
    netlist.check()
    modules = [_circuit(netlist)]
    modules += [
        gate_module(_module(netlist, name), netlist.gates[name].table)
        for name in sorted(netlist.gates)
    ]
    head = "".join(f"{line}\n" for line in comment_lines(comment, "//"))
    return head + "\n".join("".join(f"{line}\n" for line in lines) for lines in modules)


def _circuit(netlist: Netlist) -> Iterator[str]:
    inputs, outputs = checked_ports(netlist.inputs, netlist.outputs, "Verilog", HOLDS)
    ports = (*inputs, *outputs)
    # Ports, nets and instances share one space of names; an instance may have the name of its net.
    names = Names(each for port in ports for each in (port.name, *port.bits))
    wires = {net: bit for port in inputs for net, bit in _bits(port)}
    shared = []
    for port in outputs:
        for net, bit in _bits(port):
            if wires.setdefault(net, bit) != bit:
                shared.append((bit, net))
    inner = []
    clock, registers = _registers(netlist, names, wires)
    driven = [net for each in netlist.instances for net in each.outputs]
    driven += [net for each in netlist.memories for net in each.driven]
    for net in driven:
        if net not in wires:
            wires[net] = identifier(names.new(net))
            inner.append(wires[net])
    head = f"module {identifier(plain(netlist.name))}("
    yield from listed(head, [identifier(port.name) for port in ports] + clock, ");")
    for direction, some in (("input", inputs), ("output", outputs)):
        for port in some:
            span = f"{port.span} " if port.span else ""
            if port.of:
                yield f"  // output {port.name} is called {port.of} in the circuit, as is an input"
            yield f"  {direction} {span}{identifier(port.name)};"
    for name in clock:
        yield f"  input {name};"
    for wire in inner:
        yield f"  wire {wire};"
    edge = "posedge" if netlist.clock is None or netlist.clock.rising else "negedge"
    for register, held in registers:
        first = "" if register.initial is None else f" = 1'b{register.initial}"
        yield f"  reg {held}{first};"
    for register, held in registers:
        yield f"  always @({edge} {clock[0]}) {held} <= {wires[register.d]};"
        if wires[register.q] != held:
            yield f"  assign {wires[register.q]} = {held};"
    for memory in netlist.memories:
        moved = f"{edge} {clock[0]}" if clock else ""
        yield from memory_lines(memory, identifier(names.new(memory.name)), wires, moved)
    for each in netlist.instances:
        table = netlist.gates[each.gate].table
        pins = zip(table.inputs + table.outputs, each.inputs + each.outputs, strict=True)
        name = identifier(names.new(each.name))
        words = [f".{identifier(pin)}({wires[net]})" for pin, net in pins]
        yield from listed(f"  {_module(netlist, each.gate)} {name}(", words, ");")
    for bit, net in shared:
        yield f"  assign {bit} = {wires[net]};"
    yield "endmodule"


def _registers(
    netlist: Netlist, names: Names, wires: dict[str, str]
) -> tuple[list[str], list[tuple[Register, str]]]:
    """The name of the clock, if it moves something, and of registers; those that drive a port are behind it."""
    found = []
    for each in netlist.registers:
        name = identifier(names.new(f"{each.q}_held" if each.q in wires else each.q))
        wires.setdefault(each.q, name)
        found.append((each, name))
    wish = netlist.clock.name if netlist.clock is not None else "clk"
    moved = netlist.registers or any(each.writes for each in netlist.memories)
    return ([identifier(names.new(wish))] if moved else []), found


def _bits(port: Port) -> Iterator[tuple[str, str]]:
    """The net of every bit of a port, and how the bit is written."""
    name = identifier(port.name)
    for number, net in zip(port.numbers, port.nets, strict=True):
        yield net, name if port.low is None else f"{name}[{number}]"


def _module(netlist: Netlist, gate: str) -> str:
    """The gate's name with underscores, which no gate has; with another word if it is a keyword.

    An escaped keyword is a name like any other, but some readers of netlists take it for the keyword.
    """
    name = gate.replace("-", "_")
    while identifier(name) != name or name == plain(netlist.name):
        name += "_gate"
    return name
