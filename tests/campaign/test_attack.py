"""A bounded run of `attack`, and what it must notice."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.campaign import attack
from tests.campaign.harness import Budget

from gatewright.gates.trained import TrainedGate


@pytest.fixture(scope="module")
def some(gates: dict[str, TrainedGate]) -> list[TrainedGate]:
    return [gates[name] for name in ("xor", "mux", "full-adder")]


@pytest.mark.exhaustive
def test_no_point_of_a_certified_box_is_wrong(some: list[TrainedGate]) -> None:
    tally = attack.attack(some, Budget(100_000), seed=1)
    assert tally.findings == []
    assert tally.outcomes["points"] >= 100_000
    assert tally.outcomes["ways"] >= 6


def test_wider_boxes_and_altered_weights_are_found(some: list[TrainedGate]) -> None:
    tally = attack.control(some, Budget(1), seed=1)
    assert tally.findings == []
    assert tally.outcomes["wider boxes found"] == 3
    assert tally.outcomes["altered weights found"] == 3


@pytest.mark.exhaustive
def test_every_way_notices_an_output_that_is_wrong(some: list[TrainedGate]) -> None:
    gate = some[0]
    theta = gate.theta.copy()
    weights, biases = gate.architecture.slices()[-1]
    theta[weights] *= -1.0
    theta[biases] *= -1.0
    inverse = dataclasses.replace(gate, theta=theta, datasheet=None)
    one = attack.Attack(gate, seed=1)
    one.ways = attack.ways(inverse)
    rows, x = next(one.batches())
    found = one.wrong(rows, x)
    assert len(found) == len(one.ways)
    assert all(points.all() for points in found.values())


def test_what_is_no_number_is_wrong(some: list[TrainedGate]) -> None:
    one = attack.Attack(some[0], seed=1)
    one.ways = {("nan", np.float64): lambda x: np.full((1, x.shape[1]), np.nan)}
    assert one.wrong(*next(one.batches()))["nan float64"].all()


def test_points_lie_in_their_regions_and_reach_their_corners(some: list[TrainedGate]) -> None:
    one = attack.Attack(some[2], seed=1)
    batches = one.batches()
    corners = 0
    for _ in range(8):
        rows, x = next(batches)
        low, high = one.lows[rows].T, one.highs[rows].T
        assert ((low <= x) & (x <= high)).all()
        corners += int(((x == low) | (x == high)).all(0).sum())
    assert corners > 1000
