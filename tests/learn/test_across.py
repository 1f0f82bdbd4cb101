"""Steps across all restarts: the same as by the Jacobian, and the same however many restarts there are."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import LevenbergMarquardt
from gatewright.learn.optimisers.across import (
    goes_across,
    outputs_across,
    residuals_across,
    squares_across,
    step_across,
)
from gatewright.learn.optimisers.levenberg import damped_step
from gatewright.logic.bits import table_rows

SIZES = [(1, 2, 2), (2, 2, 1), (2, 3, 2), (3, 5, 1), (2, 1, 2)]


def rows_of(inputs: int, outputs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, targets, and which of them matter: not all do."""
    x = table_rows(inputs).astype(np.float64)
    generator = np.random.default_rng(inputs)
    y = generator.integers(0, 2, (len(x), outputs)).astype(np.float64)
    care = np.ones_like(y)
    care[0, 0] = 0.0
    return x, y, care


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("units", ["logistic", "tanh", "softplus"])
@pytest.mark.parametrize("every", [True, False])
def test_the_step_is_that_of_the_jacobian(
    sizes: tuple[int, int, int], units: str, every: bool
) -> None:
    architecture = Architecture(sizes, (units, "logistic"))
    x, y, care = rows_of(sizes[0], sizes[2])
    objective = Objective(architecture, x, y, np.ones_like(y) if every else care)
    assert goes_across(objective) == (y.size < architecture.parameters)
    generator = np.random.default_rng(0)
    theta = generator.normal(size=(5, architecture.parameters))
    damping = generator.uniform(1e-3, 10.0, 5)
    found = objective.residuals(theta)
    slopes = objective.jacobian(theta, found.values)
    expected = damped_step(slopes, found.each, damping)

    columns = np.ascontiguousarray(theta.T)
    values = outputs_across(objective, columns)
    residuals = residuals_across(objective, values)
    step = step_across(objective, columns, values, residuals, damping)
    np.testing.assert_allclose(residuals.T, found.each, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(squares_across(residuals), (found.each**2).sum(1), rtol=1e-12)
    np.testing.assert_allclose(step.T, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("sizes", [sizes for sizes in SIZES if sizes != (2, 1, 2)])
def test_a_restart_does_not_depend_on_how_many_there_are(sizes: tuple[int, int, int]) -> None:
    architecture = Architecture(sizes, ("logistic", "logistic"))
    x, y, care = rows_of(sizes[0], sizes[2])
    objective, generator = Objective(architecture, x, y, care), np.random.default_rng(1)
    theta, method = generator.normal(size=(37, architecture.parameters)), LevenbergMarquardt()

    def after(starts: np.ndarray) -> np.ndarray:
        state = method.start(objective, starts)
        for _ in range(6):
            state = method.step(objective, state, generator)
        return state.theta

    every = after(theta)
    for count in (1, 2, 3, 8, 17):
        assert np.array_equal(after(theta[:count]), every[:count]), count


def test_many_residuals_and_other_shapes_are_left_to_the_jacobian() -> None:
    x, y, _ = rows_of(4, 1)
    wide = Objective(Architecture((4, 6, 1), ("logistic",) * 2), x, y)
    x, y, _ = rows_of(2, 1)
    deep = Objective(Architecture((2, 2, 2, 1), ("logistic",) * 3), x, y)
    flat = Objective(Architecture((2, 1), ("logistic",)), x, y)
    near = Objective(Architecture((2, 2, 1), ("logistic",) * 2), x, y)
    assert [goes_across(each) for each in (wide, deep, flat, near)] == [False, False, False, True]
