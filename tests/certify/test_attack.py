"""An attack on every built-in gate: a million points of its input boxes, and not one that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.prover import Proof, Rows, prove
from gatewright.gates.datasheet import rows_of
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.builtin.gates import gatewright_gates

POINTS = 1_000_000
CHUNK = 1 << 14  # fits the cache
NAMES = [spec.name for spec in gatewright_gates()]


def outputs_and_slopes(gate: TrainedGate, x: Floats, toward: Floats) -> tuple[Floats, Floats]:
    """Outputs of points (inputs, points), and how each input moves the output ``toward`` (outputs, points).

    Clipped units have no slope where they are saturated, which is nearly everywhere; there the slope of
    a logistic unit is taken, so that there is always a way to go.
    """
    layers = [(w[0], b[0, 0][:, None]) for w, b in gate.architecture.layers(gate.theta[None])]
    slopes, a = [], x
    for w, b in layers:
        z = w.T @ a + b
        a = np.clip(0.5 + 0.25 * z, 0.0, 1.0)
        e = np.exp(-0.1 * np.abs(z))
        slopes.append(e / (1 + e) ** 2)
    delta = toward
    for (w, _), slope in zip(reversed(layers), reversed(slopes), strict=True):
        delta = w @ (delta * slope)
    return a, delta


def attack(
    gate: TrainedGate, rows: Rows, one: Discipline, points: int, seed: int
) -> Iterator[tuple[int, Floats]]:
    """At least so many points (inputs, chunk) of every row's region, and the row they belong to.

    Corners; random points of faces, of edges and of the inside; and points that follow the gradient of
    every output away from where it should be, to where they leave the region and along its faces.
    """
    random = np.random.default_rng(seed)
    lows, highs = one.regions(rows.x)
    inputs, each = rows.x.shape[1], -(-points // len(rows.x))
    for row in range(len(rows.x)):
        low, high = lows[row][:, None], highs[row][:, None]
        corners = ((np.arange(2**inputs) >> np.arange(inputs)[:, None]) & 1).astype(bool)
        yield row, np.where(corners, high, low)
        left = each // 2
        while left > 0:
            share = random.random((inputs, min(CHUNK, left)))
            at_end = random.random(share.shape) < random.random(share.shape[1])  # faces, edges
            yield row, low + np.where(at_end, share.round(), share) * (high - low)
            left -= share.shape[1]
        left, steps = each - each // 2, 20
        while left > 0:
            x = low + random.random((inputs, min(CHUNK, left // steps + 1))) * (high - low)
            wanted = rows.y[row][:, None]
            aim = np.zeros((rows.y.shape[1], x.shape[1]))
            aim[random.integers(0, len(aim), x.shape[1]), np.arange(x.shape[1])] = 1.0
            for step in range(steps):
                _, slope = outputs_and_slopes(gate, x, aim * (1 - 2 * wanted))
                x = np.clip(x + 0.3 * 0.8**step * np.sign(slope), low, high)
                yield row, x
            left -= steps * x.shape[1]


def violations(gate: TrainedGate, one: Discipline, points: int, seed: int) -> tuple[int, int]:
    """How many points were tried, and how many of them came out wrong."""
    rows, tried, bad = rows_of(gate.spec), 0, 0
    for row, x in attack(gate, rows, one, points, seed):
        raw = gate.flow(x)
        bit = rows.y[row][:, None] > 0.5
        fine = np.where(bit, (raw >= one.voh) & (raw <= 1.0), (raw >= 0.0) & (raw <= one.vol))
        tried, bad = tried + x.shape[1], bad + int((~fine.all(0)).sum())
    return tried, bad


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", NAMES)
def test_a_million_points_find_nothing(name: str, gates: dict[str, TrainedGate]) -> None:
    tried, bad = violations(gates[name], DEFAULT, POINTS, seed=1)
    assert tried >= POINTS
    assert bad == 0


def first_refuted(gate: TrainedGate) -> tuple[Discipline, Proof]:
    """The first discipline a little wider than the widest that is proved, at which a gate is refuted."""
    assert gate.datasheet is not None
    margins = np.arange(gate.datasheet.widest, min(gate.datasheet.widest + 0.03, 0.4999), 0.001)
    wider = [Discipline(float(margin)) for margin in (*margins, 0.4999)]
    theta = np.tile(gate.theta, (len(wider), 1))
    proofs = prove(gate.architecture, theta, rows_of(gate.spec), wider, most_boxes=500)
    return next(each for each in zip(wider, proofs, strict=True) if each[1].outcome == "refuted")


@pytest.mark.parametrize("name", NAMES)
def test_at_a_slightly_wider_margin_the_prover_and_the_attack_find_one(
    name: str, gates: dict[str, TrainedGate]
) -> None:
    gate = gates[name]
    rows, (wider, proof) = rows_of(gate.spec), first_refuted(gate)
    raw = gate.raw(np.array([proof.point]))[0]
    assert (abs(raw - rows.y[proof.row]) > 0).any()
    _, bad = violations(gate, wider, 200_000, seed=2)
    assert bad > 0


def test_following_the_gradient_finds_more_than_chance(
    dense_gates: Mapping[str, TrainedGate],
) -> None:
    gate = dense_gates["full-adder"]
    rows, (wider, _) = rows_of(gate.spec), first_refuted(gate)
    lows, highs = wider.regions(rows.x)
    random, found = np.random.default_rng(3), {"chance": 0, "gradient": 0}
    for row, (low, high) in enumerate(zip(lows[..., None], highs[..., None], strict=True)):
        x = low + random.random((3, 2000)) * (high - low)
        wanted = rows.y[row][:, None]
        found["chance"] += int((gate.flow(x) != wanted).any(0).sum())
        for step in range(20):
            _, slope = outputs_and_slopes(gate, x, 1 - 2 * np.repeat(wanted, 2000, 1))
            x = np.clip(x + 0.3 * 0.8**step * np.sign(slope), low, high)
        found["gradient"] += int((gate.flow(x) != wanted).any(0).sum())
    assert found["gradient"] > 10 * max(found["chance"], 1)
