"""Don't-care rows are nobody's word: what reaches one is not proved, by whatever way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.shards import Plan, verify_exhaustively
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.diagrams.dont_cares import loose_gates, never_met
from gatewright.circuits.verify.diagrams.prove import prove
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.verdict import Claim
from gatewright.circuits.verify.verify import verify
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable

GATES = {
    spec.name: spec
    for spec in (
        GateSpec("loose-and", TruthTable.from_rows("0-01", "ab", "y")),  # a=0 b=1 does not matter
        GateSpec("and", TruthTable.from_rows("0001", "ab", "y")),
        GateSpec("not", TruthTable.from_rows("10", "a", "y")),
    )
}


def circuit(kind: str, *, bits: int = 1, meets: bool = True, inside: bool = False) -> Circuit:
    """y = a and b, bit by bit; where a row must not be met, b is a and b already, or a is 1 throughout."""

    def build(made: CircuitBuilder) -> None:
        a, b = made.input_bus("a", bits), made.input_bus("b", bits)
        made.output_bus(
            "y",
            [
                made.gate(kind, one, other if meets else made.gate("and", one, other))
                for one, other in zip(a, b, strict=True)
            ],
        )

    spec = CircuitSpec(
        "and-of-two",
        "",
        (),
        build,
        lambda buses: {"y": buses["a"] & buses["b"]},
        (lambda buses: buses["a"] == 2**bits - 1) if inside else None,
    )
    return spec.elaborate({}, GATES)


WAYS: dict[str, Callable[[Circuit], Claim]] = {
    "verify": lambda one: verify(one, None).claims[0],
    "prove": prove,
    "netlist": prove_netlist,
    "exhaustive": lambda one: verify_exhaustively(one, lambda *_: one, Plan()),
    "equiv": lambda one: equivalence(one, circuit("and")),
    "equiv, second": lambda one: equivalence(circuit("and"), one),
    "equiv, diagrams": lambda one: equivalence(one, circuit("and"), exhaustive_bits=0),
    "equiv, SAT": lambda one: equivalence(one, circuit("and"), exhaustive_bits=0, most_nodes=0),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_circuit_that_reaches_one_is_not_proved(way: str) -> None:
    claim = WAYS[way](circuit("loose-and"))
    assert claim.extent == (
        "undecided: gate 'loose-and' has don't-care rows, and the circuit may reach one: exact gates are "
        "read as 0 there, a trained gate may give 1"
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("how", [{"meets": False}, {"inside": True}])
def test_one_that_never_does_is_proved(way: str, how: dict[str, Any]) -> None:
    assert WAYS[way](circuit("loose-and", **how)).outcome == "proved"
    assert WAYS[way](circuit("and")).outcome == "proved"


def test_a_sample_says_nothing_of_it_either() -> None:
    assert verify(circuit("loose-and", bits=12), None).claims[0].outcome == "undecided"
    assert verify(circuit("and", bits=12), None).claims[0].outcome == "sampled"


def test_which_gates_are_loose_and_which_are_never_met() -> None:
    assert loose_gates(circuit("loose-and")) == {"loose-and"}
    assert never_met(circuit("loose-and")) == set()
    assert never_met(circuit("loose-and", meets=False)) == {"loose-and"}
    assert loose_gates(circuit("and")) == set()
