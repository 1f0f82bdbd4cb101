"""Levenberg-Marquardt: its steps solve the damped normal equations, and it never climbs."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import LevenbergMarquardt
from gatewright.learn.optimisers.levenberg import (
    LEAST_DAMPING,
    MOST_DAMPING,
    DampedState,
    damped_step,
)

GENERATOR = np.random.default_rng(41)
DAMPING = np.array([1e-6, 1e-3, 0.1, 10.0])


def path(
    method: LevenbergMarquardt, rows: Objective, theta: Floats, epochs: int
) -> list[DampedState]:
    states, generator = [method.start(rows, theta)], np.random.default_rng(0)
    for _ in range(epochs):
        states.append(method.step(rows, states[-1], generator))
    return states


@pytest.mark.parametrize("residuals", [1, 3, 6, 7, 8, 15])
def test_a_step_solves_the_damped_normal_equations(residuals: int) -> None:
    """(JᵀJ + λI) s = Jᵀr, whichever of the two systems is solved: 7 parameters, fewer or more residuals."""
    j, r = GENERATOR.normal(size=(4, residuals, 7)), GENERATOR.normal(size=(4, residuals))
    for one, step in enumerate(damped_step(j, r, DAMPING)):
        normal = j[one].T @ j[one] + DAMPING[one] * np.eye(7)
        assert normal @ step == pytest.approx(j[one].T @ r[one], rel=1e-8, abs=1e-8)
        assert step == pytest.approx(np.linalg.solve(normal, j[one].T @ r[one]), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("residuals", [1, 3, 6])
def test_the_short_and_the_tall_form_give_the_same_step(residuals: int) -> None:
    """Residuals that are always 0 change nothing but the form: they make a short Jacobian tall."""
    j, r = GENERATOR.normal(size=(4, residuals, 7)), GENERATOR.normal(size=(4, residuals))
    taller = np.concatenate([j, np.zeros((4, 9, 7))], axis=1)
    longer = np.concatenate([r, np.zeros((4, 9))], axis=1)
    assert taller.shape[1] > 7 > j.shape[1]
    short, tall = (
        damped_step(j, r, DAMPING[1:].repeat(2)[:4]),
        damped_step(taller, longer, DAMPING[1:].repeat(2)[:4]),
    )
    assert short == pytest.approx(tall, rel=1e-9, abs=1e-9)


def test_a_step_without_a_slope_goes_nowhere() -> None:
    assert not damped_step(np.zeros((2, 3, 5)), np.ones((2, 3)), np.array([1e-9, 1.0])).any()
    assert not damped_step(np.zeros((2, 9, 5)), np.ones((2, 9)), np.array([1e-9, 1.0])).any()


def test_huge_and_tiny_jacobians_leave_the_system_solvable() -> None:
    for size in (1e-100, 1e100):
        j = np.full((1, 3, 5), size)  # of rank 1
        assert np.isfinite(damped_step(j, np.ones((1, 3)), np.array([1e-9]))).all()


@pytest.mark.parametrize("loss", ["mse", "half-sse", "cross-entropy"])
def test_the_loss_watched_is_the_sum_of_squares(xor: Objective, loss: str) -> None:
    rows = dataclasses.replace(xor, loss=loss)
    theta = GENERATOR.normal(size=(3, 13))
    for state in path(LevenbergMarquardt(), rows, theta, 3):
        each = rows.residuals(state.theta)
        assert state.loss == pytest.approx((each.each**2).sum(1), rel=1e-12)
        assert state.residuals == pytest.approx(each.each, rel=1e-12)
        assert state.error == pytest.approx(each.error, rel=1e-12)


def test_it_never_climbs_and_its_damping_follows_success(xor: Objective) -> None:
    states = path(LevenbergMarquardt(), xor, GENERATOR.normal(scale=2.0, size=(50, 13)), 60)
    taken = refused = 0
    for before, after in pairwise(states):
        better = after.loss < before.loss
        assert (after.loss <= before.loss).all()
        assert np.array_equal(after.theta[~better], before.theta[~better])
        wanted = np.clip(before.damping * np.where(better, 0.2, 4.0), LEAST_DAMPING, MOST_DAMPING)
        assert np.array_equal(after.damping, wanted)
        taken, refused = taken + better.sum(), refused + (~better).sum()
    assert taken > 500
    assert refused > 100
    assert (states[-1].loss < 1e-6).mean() > 0.5


@pytest.mark.parametrize("copies", [1, 2, 5])
@pytest.mark.parametrize("lr", [1.0, 0.25])
def test_the_first_step_by_hand(xor: Objective, lr: float, copies: int) -> None:
    """With 4 residuals for 13 parameters, with 8, and with 20; the last row does not matter."""
    care = np.ones((4 * copies, 1))
    care[-1] = 0.0
    rows = Objective(
        xor.architecture, np.tile(xor.x, (copies, 1)), np.tile(xor.y, (copies, 1)), care
    )
    theta = np.random.default_rng(42).normal(scale=0.5, size=(3, 13))
    found = rows.residuals(theta)
    j = rows.jacobian(theta, found.values)
    _, after = path(LevenbergMarquardt(lr=lr, damping=0.5), rows, theta, 1)
    for one in range(3):
        step = np.linalg.solve(j[one].T @ j[one] + 0.5 * np.eye(13), j[one].T @ found.each[one])
        assert after.theta[one] == pytest.approx(theta[one] - lr * step, rel=1e-8, abs=1e-10)
        assert after.loss[one] < (found.each[one] ** 2).sum()


def test_linear_least_squares_take_a_few_steps() -> None:
    x, y = GENERATOR.normal(size=(12, 3)), GENERATOR.normal(size=(12, 2))
    best = np.linalg.lstsq(np.column_stack([x, np.ones(12)]), y, rcond=None)[0].ravel()
    rows = Objective(Architecture((3, 2), ("identity",)), x, y)
    states = path(LevenbergMarquardt(), rows, GENERATOR.normal(scale=10.0, size=(4, 8)), 20)
    assert states[-1].theta == pytest.approx(np.tile(best, (4, 1)), abs=1e-7)


def test_dont_cares_take_no_part() -> None:
    x, y = GENERATOR.normal(size=(9, 2)), GENERATOR.normal(size=(9, 2))
    care = np.ones((9, 2))
    care[[1, 4, 6], [0, 1, 1]] = 0.0
    rows = Objective(Architecture((2, 2), ("identity",)), x, y, care)
    state = path(LevenbergMarquardt(), rows, np.zeros((2, 6)), 12)[-1]
    table = np.column_stack([x, np.ones(9)])
    best = np.column_stack(
        [
            np.linalg.lstsq(table[care[:, k] > 0], y[care[:, k] > 0, k], rcond=None)[0]
            for k in range(2)
        ]
    )
    assert state.theta == pytest.approx(np.tile(best.ravel(), (2, 1)), abs=1e-7)


def test_a_step_out_of_range_is_taken_back() -> None:
    """Squares that overflow are not an improvement."""
    rows = Objective(Architecture((1, 1), ("identity",)), np.array([[1e-200]]), np.array([[1.0]]))
    with np.errstate(over="ignore", invalid="ignore"):
        states = path(LevenbergMarquardt(lr=1e300), rows, np.array([[1.0, 0.0]]), 5)
    assert states[-1].theta.tolist() == [[1.0, 0.0]]
    assert states[-1].damping[0] == pytest.approx(0.1 * 4.0**5)


def test_each_restart_has_a_damping_of_its_own(xor: Objective) -> None:
    starts = GENERATOR.normal(scale=2.0, size=(9, 13))
    together = path(LevenbergMarquardt(), xor, starts, 25)
    assert len(np.unique(together[-1].damping)) > 1
    for one in range(9):
        alone = path(LevenbergMarquardt(), xor, starts[one : one + 1], 25)
        assert np.array_equal(alone[-1].theta[0], together[-1].theta[one])
        assert alone[-1].damping[0] == together[-1].damping[one]
