"""What the tests of the learner share: one small network, and its gradient worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective

ByHand = Callable[[Floats, Floats, Floats], tuple[float, Floats]]


@pytest.fixture(scope="session")
def xor() -> Objective:
    """XOR for a 2-3-1 network of tanh and logistic units under half the sum of squares."""
    shape = Architecture((2, 3, 1), ("tanh", "logistic"))
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return Objective(shape, x, np.array([[0.0], [1.0], [1.0], [0.0]]), loss="half-sse")


@pytest.fixture(scope="session")
def by_hand() -> ByHand:
    """Loss and gradient of one restart (13,) of that network, row by row, without the learner."""

    def loss_and_gradient(theta: Floats, x: Floats, y: Floats) -> tuple[float, Floats]:
        w1, b1, w2, b2 = theta[:6].reshape(2, 3), theta[6:9], theta[9:12], theta[12]
        loss, gradient = 0.0, np.zeros(13)
        for row, target in zip(x, y[:, 0], strict=True):
            hidden = np.tanh(row @ w1 + b1)
            output = 1.0 / (1.0 + np.exp(-(hidden @ w2 + b2)))
            loss += 0.5 * (output - target) ** 2
            slope = (output - target) * output * (1.0 - output)
            back = slope * w2 * (1.0 - hidden**2)
            gradient += np.concatenate([np.outer(row, back).ravel(), back, slope * hidden, [slope]])
        return loss, gradient

    return loss_and_gradient
