"""A gate as a circuit: one instance of it, an input for each of its inputs, an output for each output.

Example:
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> adder = next(gate for gate in gatewright_gates() if gate.name == "half-adder")
    >>> gate_circuit(adder).elaborate({}, {}).run(a=1, b=1)
    {'carry': 1, 'sum': 0}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.parameter import Value
from gatewright.circuits.references.whole_numbers import whole_numbers
from gatewright.circuits.spec import CircuitSpec
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import Covers
from gatewright.logic.isop import cover
from gatewright.logic.truth_table import TruthTable
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class GateCircuit(CircuitSpec):
    """The circuit of one gate; what it should compute is the gate's truth table, don't-care rows left out."""

    gate: GateSpec | None = None

    def elaborate(self, given: Mapping[str, Value], gates: Mapping[str, GateSpec]) -> Circuit:
        """The circuit; it has no parameters, and its gate is its own.

        Args:
            given: nothing.
            gates: not needed.

        Raises:
            UsageError: a parameter is given.
        """
        assert self.gate is not None  # noqa: S101 - `gate_circuit` has given it
        made = CircuitSpec.elaborate(self, given, {**gates, self.name: self.gate})
        return replace(made, netlist=replace(made.netlist, table=_covers(self.gate.table)))


def gate_circuit(gate: GateSpec) -> CircuitSpec:
    """The circuit of one gate.

    Args:
        gate: any.
    """
    inputs, outputs = gate.table.inputs, gate.table.outputs

    def build(circuit: CircuitBuilder) -> None:
        wires = [circuit.input(name) for name in inputs]
        for name, wire in zip(outputs, circuit.instance(gate.name, *wires), strict=True):
            circuit.output(name, wire)

    cares = [all(row) for row in gate.table.care.tolist()]

    def domain(buses: Buses) -> Any:
        row: Any = 0
        for name in inputs:
            row = 2 * row + buses[name]
        return whole_numbers([int(care) for care in cares])[row] == 1

    loose = None if all(cares) else domain
    return GateCircuit(gate.name, gate.summary, (), build, None, domain=loose, gate=gate)


def _covers(what: TruthTable) -> Covers:
    """A truth table as cubes, a few for each output."""
    count = len(what.inputs)

    def cube_of(term: tuple[int, int]) -> tuple[int, int]:
        positive, negative = (int(f"{part:0{count}b}"[::-1], 2) for part in term)
        return positive, negative

    sets = (cover(ones, ones, count, most=what.rows) or [] for ones in what.ones)
    return Covers(what.inputs, what.outputs, tuple(tuple(map(cube_of, each)) for each in sets))
