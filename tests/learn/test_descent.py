"""Gradient descent, momentum and Adam against plain loops over one restart."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import Adam, GradientDescent, Momentum, keep

if TYPE_CHECKING:
    from tests.learn.conftest import ByHand

EPOCHS = 60
INITS = np.random.default_rng(21).normal(size=(4, 13))


def run(method: Any, rows: Objective, theta: Floats, epochs: int = EPOCHS) -> Any:
    state, generator = method.start(rows, theta), np.random.default_rng(0)
    for _ in range(epochs):
        state = method.step(rows, state, generator)
    return state


def check(state: Any, plain: list[Floats], xor: Objective, by_hand: ByHand) -> None:
    """The same parameters as the plain loops, and the loss and error that go with them."""
    assert state.theta == pytest.approx(np.array(plain), rel=1e-10, abs=1e-11)
    assert np.abs(state.theta - INITS).max() > 0.3
    for one, theta in enumerate(state.theta):
        loss, gradient = by_hand(theta, xor.x, xor.y)
        assert state.loss[one] == pytest.approx(loss, rel=1e-13)
        assert state.gradient[one] == pytest.approx(gradient, rel=1e-9, abs=1e-14)
    assert np.array_equal(state.error, xor.gradient(state.theta).error)
    assert state.restart.tolist() == [0, 1, 2, 3]


def test_gradient_descent(xor: Objective, by_hand: ByHand) -> None:
    plain = []
    for start in INITS:
        theta = start
        for _ in range(EPOCHS):
            theta = theta - 0.7 * by_hand(theta, xor.x, xor.y)[1]
        plain.append(theta)
    check(run(GradientDescent(lr=0.7), xor, INITS), plain, xor, by_hand)


def test_momentum(xor: Objective, by_hand: ByHand) -> None:
    plain = []
    for start in INITS:
        theta, velocity = start, np.zeros(13)
        for _ in range(EPOCHS):
            velocity = 0.8 * velocity - 0.3 * by_hand(theta, xor.x, xor.y)[1]
            theta = theta + velocity
        plain.append(theta)
    check(run(Momentum(lr=0.3, momentum=0.8), xor, INITS), plain, xor, by_hand)


def test_adam(xor: Objective, by_hand: ByHand) -> None:
    """With the paper's bias corrections; its ε̂ form, in which 1e-8 joins the uncorrected root."""
    plain = []
    for start in INITS:
        theta, mean, square = start, np.zeros(13), np.zeros(13)
        for step in range(1, EPOCHS + 1):
            gradient = by_hand(theta, xor.x, xor.y)[1]
            mean = 0.8 * mean + 0.2 * gradient
            square = 0.95 * square + 0.05 * gradient**2
            unbiased, correction = mean / (1 - 0.8**step), np.sqrt(1 - 0.95**step)
            theta = theta - 0.04 * unbiased / (np.sqrt(square) / correction + 1e-8 / correction)
        plain.append(theta)
    check(run(Adam(lr=0.04, beta1=0.8, beta2=0.95), xor, INITS), plain, xor, by_hand)


def test_adams_first_step_is_the_learning_rate_whatever_the_gradient() -> None:
    rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.5]]), np.array([[1e6]]))
    state = run(Adam(lr=0.125), rows, np.array([[0.0, 0.0], [3.0, 2e6]]), epochs=1)
    assert state.theta[0] == pytest.approx([0.125, 0.125], rel=1e-9)
    assert state.theta[1] == pytest.approx([2.875, 2e6 - 0.125], rel=1e-9)


def test_no_momentum_is_gradient_descent(xor: Objective) -> None:
    plain = run(GradientDescent(lr=0.5), xor, INITS)
    assert np.array_equal(run(Momentum(lr=0.5, momentum=0.0), xor, INITS).theta, plain.theta)


@pytest.mark.parametrize("method", [GradientDescent(), Momentum(), Adam()])
def test_the_start_has_moved_nowhere_yet(method: Any, xor: Objective) -> None:
    state, found = method.start(xor, INITS), xor.gradient(INITS)
    assert np.array_equal(state.theta, INITS)
    assert np.array_equal(state.loss, found.loss)
    assert np.array_equal(state.error, found.error)
    assert np.array_equal(state.gradient, found.gradient)
    assert state.restart.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("method", [GradientDescent(), Momentum(), Adam()])
def test_a_step_leaves_the_state_before_it_alone(method: Any, xor: Objective) -> None:
    state = run(method, xor, INITS, epochs=3)
    fields = [field.name for field in dataclasses.fields(state)]
    before = {name: getattr(state, name).copy() for name in fields}
    once, again = (method.step(xor, state, np.random.default_rng(seed)) for seed in (1, 2))
    for name in fields:
        assert np.array_equal(getattr(state, name), before[name])
        assert np.array_equal(getattr(once, name), getattr(again, name))  # and draws nothing
    assert not np.array_equal(once.theta, before["theta"])


@pytest.mark.parametrize("method", [GradientDescent(), Momentum(), Adam()])
def test_those_that_stay_go_on_as_if_the_others_had_not_left(method: Any, xor: Objective) -> None:
    state, generator = run(method, xor, INITS, epochs=5), np.random.default_rng(0)
    few = keep(state, np.array([False, True, False, True]))
    assert few.restart.tolist() == [1, 3]
    for _ in range(5):
        few, state = method.step(xor, few, generator), method.step(xor, state, generator)
    assert np.array_equal(few.theta, state.theta[[1, 3]])
    assert np.array_equal(few.loss, state.loss[[1, 3]])
