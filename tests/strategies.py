"""How much a test looks at: its examples, those of its cases that are left to CI, random circuits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.netlist import Netlist
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.builtin.circuits import gatewright_circuits
from gatewright.plugins.builtin.gates import gatewright_gates

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

T = TypeVar("T")

EXAMPLES = 25
"""How many examples a test draws that does not say how many, in the ordinary profile."""

COMBINATIONAL = [spec.name for spec in gatewright_circuits() if spec.cycle is None]
"""The built-in circuits without registers."""

CLOCKED = [spec.name for spec in gatewright_circuits() if spec.cycle is not None]
"""The built-in circuits with registers."""

BUILT_IN = {spec.name: spec for spec in gatewright_gates()}


def examples(count: int) -> settings:
    """So many examples in the ordinary profile, and as many times more in another as that draws more."""
    drawn = max(1, count * settings().max_examples // EXAMPLES)
    return settings(max_examples=drawn, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def gate_kinds(
    draw: st.DrawFn, *, inputs: int = 5, outputs: int = 3, signs: str = "0011-"
) -> dict[str, GateSpec]:
    """One to four gates of random tables; with the sign '-' some of their rows do not matter."""
    gates = {}
    for number in range(draw(st.integers(1, 4))):
        pins, width = draw(st.integers(1, inputs)), draw(st.integers(1, outputs))
        text = draw(st.text(signs, min_size=width << pins, max_size=width << pins))
        rows = [text[at : at + width] for at in range(0, len(text), width)]
        table = TruthTable.from_rows(
            rows, [f"i{pin}" for pin in range(pins)], [f"o{pin}" for pin in range(width)]
        )
        gates[f"g{number}"] = GateSpec(f"g{number}", table)
    return gates


@st.composite
def netlists(
    draw: st.DrawFn, gates: Mapping[str, GateSpec] | None = None, *, most: int = 12
) -> Netlist:
    """A circuit of these gates, or of random ones.

    It has single wires and buses, wires that several read, inputs that are outputs, and names like
    those that writers make up.
    """
    kinds = dict(draw(gate_kinds())) if gates is None else gates
    circuit = CircuitBuilder("drawn", kinds)
    wires: list[Wire] = list(circuit.input_bus("a", draw(st.integers(1, 3))))
    wires += [circuit.input(name) for name in ("n3", "p")[: draw(st.integers(0, 2))]]
    names = sorted(kinds)
    for kind, places in draw(
        st.lists(
            st.tuples(
                st.sampled_from(names),
                st.lists(st.integers(0, 99), min_size=(pins := _widest(kinds)), max_size=pins),
            ),
            max_size=most,
        )
    ):
        reads = places[: len(kinds[kind].table.inputs)]
        wires += circuit.instance(kind, *(wires[-1 - place % len(wires)] for place in reads))
    chosen = draw(st.lists(st.integers(0, 99), min_size=2, max_size=5))
    circuit.output_bus("y", [wires[-1 - place % len(wires)] for place in chosen[1:]])
    circuit.output("n7", wires[-1 - chosen[0] % len(wires)])
    return circuit.netlist()


def _widest(gates: Mapping[str, GateSpec]) -> int:
    return max(len(gate.table.inputs) for gate in gates.values())


def few(values: Iterable[T], *places: int) -> list[T | ParameterSet]:
    """All these values for a test, of which the ordinary run takes those at these places."""
    return [value if place in places else _long(value) for place, value in enumerate(values)]


def _long(value: object) -> ParameterSet:
    values = value if isinstance(value, tuple) else (value,)
    return pytest.param(*values, marks=pytest.mark.exhaustive)
