"""The worst case of weights that are off: a corner of them reaches it, and its slopes are right."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gatewright.learn.logits import descend, signs
from gatewright.learn.network import Architecture, forward
from gatewright.learn.worst_case import WorstCase
from gatewright.logic.bits import table_rows

SHAPES = [
    ((3, 4, 2), ("logistic", "identity")),
    ((3, 4, 2), ("clipped", "identity")),
    ((3, 2), ("identity",)),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_slopes_are_those_of_differences(shape: tuple[tuple[int, ...], tuple[str, ...]]) -> None:
    architecture, x = Architecture(*shape), table_rows(3).astype(np.float64)
    generator = np.random.default_rng(0)
    sides = generator.choice([-1.0, 0.0, 1.0], (8, 2))
    theta = generator.normal(size=(3, architecture.parameters))
    worst = WorstCase(architecture, x, sides, 0.05)
    found = worst.slopes(theta, worst.at(theta))
    steps = 1e-6 * np.eye(architecture.parameters)
    ends = [
        np.stack([worst.at(theta + sign * step)[0] for step in steps], axis=1) for sign in (1, -1)
    ]
    expected = (ends[0] - ends[1]).reshape(found.shape) / 2e-6
    assert abs(found - expected).max() < 1e-8


@pytest.mark.parametrize("sizes", [(2, 2, 1), (2, 1)])
def test_the_worst_corner_of_all_weights_is_the_worst_case(sizes: tuple[int, ...]) -> None:
    architecture = Architecture(sizes, ("logistic",) * (len(sizes) - 2) + ("identity",))
    x, sides = table_rows(2).astype(np.float64), np.array([[-1.0], [1.0], [1.0], [-1.0]])
    theta = np.random.default_rng(1).normal(size=(1, architecture.parameters))
    worst = WorstCase(architecture, x, sides, 0.1).at(theta)[0][0]
    corners = np.array(list(itertools.product((0.9, 1.1), repeat=architecture.parameters)))
    every = forward(architecture, theta * corners, x)[-1].a * sides
    assert every.min(0) == pytest.approx(worst * sides, abs=1e-12)


def test_what_is_learned_with_weights_off_tolerates_it() -> None:
    x, bits = table_rows(3).astype(np.float64), table_rows(3).sum(1, keepdims=True) % 2
    sides = signs(bits, np.ones_like(bits))
    architecture = Architecture((3, 4, 1), ("logistic", "identity"))
    start = np.random.default_rng(2).normal(size=(4, architecture.parameters))
    right = list(descend(architecture, start, x, sides, epochs=40))[-1]
    last = list(descend(architecture, right.theta, x, sides, epochs=40, weight_error=0.04))[-1]
    theta = last.theta[np.argmax(last.margin)]
    assert last.margin.max() > 0
    off = np.random.default_rng(3).choice([0.96, 1.04], (500, len(theta)))
    assert ((forward(architecture, theta * off, x)[-1].a * sides) > 0).all()
