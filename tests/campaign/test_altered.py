"""A bounded run of `altered`, and what it must notice."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from tests.campaign import altered
from tests.campaign.harness import Budget

from gatewright.certify.checker import check
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.trained import TrainedGate

COUNTS = {
    "gates and wires": 80,
    "weights": 6,
    "records": 20,
    "certificate bytes": 60,
    "certificates sealed anew": 40,
}


@pytest.fixture(autouse=True)
def _trained_once(gates: dict[str, TrainedGate], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(altered, "trained", lambda: gates)


@pytest.mark.usefixtures("only_built_in")
@pytest.mark.parametrize("part", COUNTS)
def test_what_was_altered_is_refused_or_refuted(part: str) -> None:
    tally = altered.PARTS[part](Budget(COUNTS[part]), 1)
    assert tally.findings == []
    assert tally.tried == COUNTS[part]
    assert len(tally.outcomes) > 1


def test_the_simulation_here_agrees_with_the_references() -> None:
    assert len(altered.circuits()) >= 5
    for circuit in altered.circuits():
        netlist = circuit.netlist
        bits = altered.simulated(netlist)
        assert bits is not None
        for number in (0, 1, 5, 2 ** len(netlist.input_nets) - 1):
            pattern, at = {}, 0
            for bus in netlist.inputs:
                pattern[bus.name] = number >> at & (2**bus.width - 1)
                at += bus.width
            wanted, place = (
                circuit.reference({name: np.array([value]) for name, value in pattern.items()}),
                0,
            )
            for bus in netlist.outputs:
                got = sum((bits[place + i] >> number & 1) << i for i in range(bus.width))
                assert got == int(wanted[bus.name][0]), circuit.title
                place += bus.width


@pytest.mark.parametrize("name", altered.PROVERS)
def test_a_prover_that_lies_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(altered, "PROVERS", {name: lambda *_: "proved"})
    assert len(altered.netlists(Budget(20), 1).findings) > 5
    monkeypatch.setattr(altered, "PROVERS", {name: lambda *_: "refuted"})
    assert altered.netlists(Budget(20), 1).findings


def test_a_checker_that_holds_what_is_not_so_is_noticed() -> None:
    gate = altered.dense()["xor"]  # whose margin is not much wider than what is claimed
    data = to_bytes(gate)
    (honest,) = check(data)
    wrong = dataclasses.replace(honest, ones=(honest.ones[0] ^ 1,))
    wider = dataclasses.replace(honest, vil=honest.vil + Fraction(1, 25))
    assert altered._false(honest, gate, data, "xor") == []
    assert len(altered._false(wrong, gate, data, "xor")) == 1
    assert len(altered._false(wider, gate, data, "xor")) == 1
