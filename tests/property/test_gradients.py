"""Gradients and Jacobians against central differences, for networks of any shape up to four layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.arrays import Floats
from gatewright.learn import losses
from gatewright.learn.activations import activation
from gatewright.learn.network import Architecture, forward
from gatewright.learn.objective import Objective

ACTIVATIONS = (
    *("logistic", "tanh", "relu", "softplus", "identity", "clipped"),
    *("leaky-relu(0.5)", "leaky-relu(0.01)", "leaky-relu(-0.3)"),
    *("folded-relu(0.2)", "folded-relu(1.5)"),
)
STEP = 1e-6
MARGIN = 1e-3
"""How far from a kink every pre-activation is: what a step of 1e-6 in a parameter cannot cross."""


@dataclass(frozen=True)
class Problem:
    """Rows to learn and some restarts of a network, away from the kinks."""

    objective: Objective
    theta: Floats


@st.composite
def problems(draw: st.DrawFn, name: str, loss: str, *, own_rows: bool | None = None) -> Problem:
    """Networks of 1 to 4 layers that end in ``name``; ``own_rows``: every restart has rows of its own."""
    depth = draw(st.integers(1, 4), label="layers")
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=depth + 1, max_size=depth + 1)))
    below = st.sampled_from((name, *ACTIVATIONS))
    names = (*(draw(below) for _ in range(depth - 1)), name)
    rows, restarts = (
        draw(st.integers(1, 5), label="rows"),
        draw(st.integers(1, 3), label="restarts"),
    )
    several = draw(st.booleans(), label="own rows") if own_rows is None else own_rows
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="numbers"))
    shape, leading = Architecture(sizes, names), (restarts, rows) if several else (rows,)
    theta = generator.normal(scale=0.8, size=(restarts, shape.parameters))
    last = shape.functions[-1]
    low, high = max(last.low, -2.0), min(last.high, 2.0)
    if loss == "cross-entropy":  # defined for outputs between 0 and 1
        low, high = 0.0, 1.0
        weights, biases = shape.slices()[-1]
        theta[:, weights] *= 0.1
        theta[:, biases] = 0.0 if name in ("logistic", "softplus", "clipped") else 0.5
    objective = Objective(
        shape,
        generator.normal(size=(*leading, sizes[0])),
        generator.uniform(low, high, (*leading, sizes[-1])),
        (generator.random((*leading, sizes[-1])) < draw(st.sampled_from((1.0, 0.6)))).astype(float),
        loss,
    )
    values = forward(shape, theta, objective.x)
    for layer, each in zip(values, names, strict=True):
        assume(all((np.abs(layer.z - kink) > MARGIN).all() for kink in activation(each).kinks))
    if loss == "cross-entropy":
        assume(0.02 < values[-1].a.min() <= values[-1].a.max() < 0.98)
    return Problem(objective, theta)


def either_side(problem: Problem, parameter: int) -> tuple[Floats, Floats]:
    """Every restart's outputs with one parameter a little larger, and a little smaller."""
    outputs = []
    for step in (STEP, -STEP):
        moved = problem.theta.copy()
        moved[:, parameter] += step
        outputs.append(forward(problem.objective.architecture, moved, problem.objective.x)[-1].a)
    return outputs[0], outputs[1]


def check_gradient(problem: Problem) -> None:
    rows, kind = problem.objective, losses.loss(problem.objective.loss)
    found = rows.gradient(problem.theta)
    outputs = forward(rows.architecture, problem.theta, rows.x)[-1].a
    value = kind.value(outputs, rows.y, rows.care)
    assert np.array_equal(found.loss, value)
    assert np.array_equal(found.error, (rows.care * np.abs(outputs - rows.y)).max((1, 2)))
    for parameter in range(rows.architecture.parameters):
        up, down = (kind.value(each, rows.y, rows.care) for each in either_side(problem, parameter))
        central = (up - down) / (2 * STEP)
        allowed = 1e-7 * np.maximum(1.0, np.maximum(np.abs(central), value))
        assert (np.abs(found.gradient[:, parameter] - central) <= allowed).all()


def check_jacobian(problem: Problem) -> None:
    rows, restarts = problem.objective, len(problem.theta)
    found = rows.residuals(problem.theta)
    outputs = forward(rows.architecture, problem.theta, rows.x)[-1].a
    assert np.array_equal(found.each, (rows.care * (outputs - rows.y)).reshape(restarts, -1))
    assert np.array_equal(found.error, np.abs(found.each).max(1))
    slopes = rows.jacobian(problem.theta, found.values)
    assert slopes.shape == (restarts, found.each.shape[1], rows.architecture.parameters)
    for parameter in range(rows.architecture.parameters):
        up, down = either_side(problem, parameter)
        central = (rows.care * (up - down)).reshape(restarts, -1) / (2 * STEP)
        allowed = 1e-7 * np.maximum(1.0, np.maximum(np.abs(central), np.abs(outputs).max()))
        assert (np.abs(slopes[:, :, parameter] - central) <= allowed).all()


@pytest.mark.parametrize("loss", list(losses.LOSSES))
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_gradient_is_what_the_loss_does(name: str, loss: str) -> None:
    @given(problems(name, loss))
    @examples(8)
    def check(problem: Problem) -> None:
        check_gradient(problem)

    check()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_jacobian_is_what_the_residuals_do(name: str) -> None:
    @given(problems(name, "mse", own_rows=False))
    @examples(10)
    def check(problem: Problem) -> None:
        check_jacobian(problem)

    check()


@given(st.data())
@examples(15)
def test_the_jacobian_of_restarts_with_rows_of_their_own(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(ACTIVATIONS))
    check_jacobian(data.draw(problems(name, "mse", own_rows=True)))
