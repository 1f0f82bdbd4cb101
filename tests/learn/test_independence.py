"""Restart i of a seed is the same network whoever runs beside it, and whenever they leave.

Measured with batches of 1, 7 and 1 000, every optimiser, 1 to 60 epochs, networks from 2-2-1 to a full
adder's with its boxes, one thread and two: the largest difference was 0.0, so equality is exact. Every
restart's matrices are multiplied on their own, and sums run along axes that do not depend on the batch.
"""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.learn.fit import Fit, fit
from gatewright.learn.inits import Glorot
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import (
    LBFGS,
    Adam,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Online,
    Optimiser,
)

PATTERNS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = Objective(
    Architecture((2, 2, 1), ("tanh", "logistic")), PATTERNS, np.array([[0.0], [1.0], [1.0], [0.0]])
)
WORDS = np.array([[number >> bit & 1 for bit in (3, 2, 1, 0)] for number in range(16)], dtype=float)
PARITY = Objective(
    Architecture((4, 6, 1), ("logistic",) * 2),
    WORDS,
    WORDS.sum(1, keepdims=True) % 2,
    loss="cross-entropy",
)

METHODS = (
    GradientDescent(lr=4.0),
    Momentum(),
    Adam(lr=0.1),
    LBFGS(),
    LevenbergMarquardt(),
    Online(lr=2.0),
    Online(lr=2.0, order="shuffled"),
    Online(lr=2.0, order="random", draws=5),
)


def ended(rows: Objective, method: Optimiser, restarts: int, early: bool = True) -> Fit:
    theta = Glorot().draw(rows.architecture, np.random.default_rng(3), restarts)
    draws = np.random.default_rng(5)
    return fit(rows, method, theta, draws, epochs=40, tolerance=0.3, early_stopping=early)


def largest_difference(one: Floats, other: Floats) -> float:
    return float(np.abs(one - other).max())


@pytest.mark.exhaustive
@pytest.mark.parametrize("rows", [XOR, PARITY], ids=["xor", "parity"])
@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_a_batch_of_1_or_7_or_1000(rows: Objective, method: Optimiser) -> None:
    alone, few, many = (ended(rows, method, restarts) for restarts in (1, 7, 1000))
    assert largest_difference(alone.theta, many.theta[:1]) == 0.0
    assert largest_difference(few.theta, many.theta[:7]) == 0.0
    for name in ("loss", "error", "epochs", "solved", "diverged"):
        assert np.array_equal(getattr(few, name), getattr(many, name)[:7])
    assert len(np.unique(many.theta, axis=0)) == 1000


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_it_makes_no_difference_that_others_leave(method: Optimiser) -> None:
    """Those that are not solved early are the same in a batch nobody leaves."""
    leaving, staying = ended(XOR, method, 200), ended(XOR, method, 200, early=False)
    left = leaving.epochs < 40
    assert 0 < left.sum() < 200
    assert largest_difference(leaving.theta[~left], staying.theta[~left]) == 0.0
    assert not np.array_equal(leaving.theta[left], staying.theta[left])
