"""An attack on gates of many inputs: corners, faces and gradients of their boxes, in both arithmetics."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.certify.bounds import FLOAT32, FLOAT64, Precision
from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.proof import Rows
from gatewright.certify.prover import prove
from gatewright.certify.restored import restoring_parameters
from gatewright.certify.widest import weight_tolerance
from gatewright.gates.training.on_bits.learn import OnBits, learn_on_bits
from gatewright.logic.bits import table_rows

POINTS, SOME, CHUNK, STEPS = 1_000_000, 20_000, 1 << 13, 10


def _random(inputs: int) -> Floats:
    return np.random.default_rng(inputs).integers(0, 2, 1 << inputs).astype(np.float64)


def _first(x: Floats) -> Floats:
    """Which input is the first that is 1, one output each."""
    return np.asarray(x * (np.cumsum(x, axis=1) == 1), dtype=np.float64)


WIDE: dict[str, tuple[int, Callable[[Floats], Any]]] = {
    "and12": (12, lambda x: x.all(1)),
    "mux8": (11, lambda x: x[np.arange(len(x)), 3 + (x[:, :3] @ [4, 2, 1]).astype(int)]),
    "parity9": (9, lambda x: x.sum(1) % 2),
    "first10": (10, _first),
    "random8": (8, lambda x: _random(8)),
}


@lru_cache(maxsize=8)
def learned(name: str) -> tuple[OnBits, Rows]:
    inputs, function = WIDE[name]
    x = table_rows(inputs).astype(np.float64)
    y = np.asarray(function(x), dtype=np.float64).reshape(len(x), -1)
    rows = Rows(x, y, np.ones_like(y))
    made = learn_on_bits(rows, DEFAULT)
    assert isinstance(made, OnBits)
    return made, rows


def outputs_and_slopes(
    layers: list[tuple[Floats, Floats]], x: Floats, toward: Floats
) -> tuple[Floats, Floats]:
    """Outputs of points (points, inputs), and how each input moves them toward (points, outputs).

    The slope of a logistic unit is taken for that of a clipped one, which has none where it is saturated.
    """
    slopes, a = [], x
    for w, b in layers:
        z = a @ w + b
        a = np.clip(0.5 + 0.25 * z, 0.0, 1.0)
        e = np.exp(-0.1 * abs(z))
        slopes.append(e / (1 + e) ** 2)
    delta = toward
    for (w, _), slope in zip(reversed(layers), reversed(slopes), strict=True):
        delta = (delta * slope) @ w.T
    return a, delta


def wrong_points(
    made: OnBits, theta: Floats, rows: Rows, one: Discipline, precision: Precision, points: int
) -> tuple[int, int]:
    """How many points were tried, and how many of them came out wrong."""
    random = np.random.default_rng(1)
    layers = [
        (w[0].astype(precision.dtype), b[0, 0].astype(precision.dtype))
        for w, b in made.architecture.layers(theta[None])
    ]
    tried = bad = 0
    while tried < points:
        row = random.integers(0, len(rows.x), CHUNK)
        low, high = one.regions(rows.x[row])
        y = rows.y[row]
        share = random.random(low.shape)
        ends = random.random(low.shape) < random.choice([1.0, 0.5, 0.0], (CHUNK, 1))
        x = low + np.where(ends, share.round(), share) * (high - low)  # corners, faces, inside
        aim = np.eye(y.shape[1])[random.integers(0, y.shape[1], CHUNK)] * (1 - 2 * y)
        for step in range(STEPS):
            out, slope = outputs_and_slopes(layers, x.astype(precision.dtype), aim)
            tried, bad = tried + CHUNK, bad + int((out != y).any(1).sum())
            x = np.clip(x + 0.4 * 0.7**step * np.sign(slope), low, high)
    return tried, bad


@pytest.mark.parametrize("precision", [FLOAT64, FLOAT32], ids=lambda each: each.name)
@pytest.mark.parametrize("name", WIDE)
def test_some_points_find_nothing(name: str, precision: Precision) -> None:
    made, rows = learned(name)
    assert wrong_points(made, made.theta, rows, DEFAULT, precision, SOME)[1] == 0


@pytest.mark.exhaustive
@pytest.mark.parametrize("precision", [FLOAT64, FLOAT32], ids=lambda each: each.name)
@pytest.mark.parametrize("name", WIDE)
def test_a_million_points_find_nothing(name: str, precision: Precision) -> None:
    made, rows = learned(name)
    tried, bad = wrong_points(made, made.theta, rows, DEFAULT, precision, POINTS)
    assert tried >= POINTS
    assert bad == 0


@pytest.mark.parametrize("name", WIDE)
def test_the_attack_finds_what_is_wrong(name: str) -> None:
    made, rows = learned(name)
    inputs = rows.x.shape[1]
    assert wrong_points(made, made.theta, rows, Discipline(0.4995), FLOAT64, SOME)[1] > 0
    weak = made.theta.copy()
    signs = made.theta[:inputs] < 0
    weak[: 2 * inputs] = restoring_parameters(inputs, 16.0, signs)  # of the 40 that it takes
    assert wrong_points(made, weak, rows, DEFAULT, FLOAT64, SOME)[1] > 0
    assert prove(made.architecture, weak[None], rows, [DEFAULT])[0].outcome != "proved"


@pytest.mark.parametrize("name", WIDE)
def test_within_the_tolerance_nothing_is_found_either(name: str) -> None:
    made, rows = learned(name)
    tolerance = weight_tolerance(made.architecture, made.theta, rows, DEFAULT)
    assert tolerance > 0.005
    generator = np.random.default_rng(2)
    for _ in range(4):
        off = generator.choice([1.0 - tolerance, 1.0 + tolerance], len(made.theta))
        assert wrong_points(made, made.theta * off, rows, DEFAULT, FLOAT64, SOME // 4)[1] == 0


@pytest.mark.parametrize("name", WIDE)
def test_altered_logic_is_refused_in_the_row_it_spoils(name: str) -> None:
    made, rows = learned(name)
    generator = np.random.default_rng(3)
    start = 2 * rows.x.shape[1]
    places = start + np.flatnonzero(made.theta[start:])
    for place in generator.choice(places, min(8, len(places)), replace=False):
        theta = made.theta.copy()
        theta[place] *= -1.0
        proof = prove(made.architecture, theta[None], rows, [DEFAULT])[0]
        if proof.outcome == "proved":
            continue
        row = rows.x[proof.row][None]
        layers = [(w[0], b[0, 0]) for w, b in made.architecture.layers(theta[None])]
        out, _ = outputs_and_slopes(layers, row, np.zeros((1, rows.y.shape[1])))
        assert proof.outcome == "undecided" or (out != rows.y[proof.row]).any()
