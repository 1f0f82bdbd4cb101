"""Levenberg-Marquardt on the batched Jacobian, every restart with a damping of its own.

One hidden layer and at most 8 residuals: a step is computed across all restarts (`across`). Else a system of
the size of the residuals stands in place of one of the parameters where they are fewer. Measured on two
cores, `np.linalg.solve` on a stack costs 0.18 µs a system of 4, 0.4 of 8 and 1.3 of 16; an elimination across
the restarts 0.055 of 4, but at 16 restarts 11 µs more in all, so only systems of up to 4 are solved by it, in
whatever number: a restart must not depend on how many others there are.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]))
    >>> method, generator = LevenbergMarquardt(), np.random.default_rng(0)
    >>> state = method.start(rows, np.zeros((1, 2)))
    >>> for _ in range(8):
    ...     state = method.step(rows, state, generator)
    >>> state.theta.round(3).tolist()
    [[2.0, 1.0]]
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gatewright.arrays import Floats
from gatewright.checks import is_number
from gatewright.errors import RecipeError
from gatewright.learn.network import LayerValues
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers.across import (
    goes_across,
    outputs_across,
    residuals_across,
    squares_across,
    step_across,
)
from gatewright.learn.optimisers.state import State, check_rate
from gatewright.records import dataclass

LEAST_DAMPING, MOST_DAMPING = 1e-9, 1e9

SMALL = 4  # systems up to this size are solved across restarts


@dataclass(frozen=True, slots=True)
class DampedState(State):
    """`State` with what the next step starts from.

    Attributes:
        damping: λ, shape (restarts,).
        residuals: shape (restarts, rows · outputs).
        layers: z and a of every layer, side by side, shape (restarts, rows · 2 · units).
    """

    damping: Floats
    residuals: Floats
    layers: Floats


@dataclass(frozen=True, slots=True)
class LevenbergMarquardt:
    """Minimises the sum of squares, whatever loss is watched.

    A step solves (JᵀJ + λI) s = Jᵀr (Levenberg, 1944; Marquardt, 1963). With fewer residuals than
    parameters, which is the rule for gates, the same s is Jᵀ (JJᵀ + λI)⁻¹ r. A step that does not lower
    the loss is taken back and λ grows fourfold; after one that does, λ falls to a fifth.

    Attributes:
        lr: the part of each step that is taken; 1 is the full step.
        damping: λ at the start.
        output_first: whether the output layer is solved by least squares before the first step (`output_layer`).

    Example:
        >>> LevenbergMarquardt().damping
        0.1
    """

    lr: float = 1.0
    damping: float = 0.1
    output_first: bool = False

    name: ClassVar[str] = "lm"
    squares: ClassVar[bool] = True
    title: ClassVar[str] = "Levenberg-Marquardt"
    epochs: ClassVar[int] = 200

    def __post_init__(self) -> None:
        check_rate(self.lr)
        if not (is_number(self.damping) and LEAST_DAMPING <= self.damping <= MOST_DAMPING):
            raise RecipeError(
                f"a damping of {self.damping} cannot be used",
                hint=f"give a number from {LEAST_DAMPING} to {MOST_DAMPING}",
            )

    def rule(self, _layer: int) -> tuple[str, str]:
        """How the weights of a layer change, as a teacher writes it, and what that means."""
        return ("(JᵀJ + λI) s = Jᵀr, θ ← θ − s", "all weights at once, J = d(output)/d(weight)")

    def start(self, objective: Objective, theta: Floats) -> DampedState:
        """The state at the starting points, or at these with their output layers solved."""
        if self.output_first:
            from gatewright.learn.optimisers.output_layer import with_output_layer

            theta = with_output_layer(objective, theta)
        found = _found(objective, theta)
        count = len(theta)
        return DampedState(
            theta,
            found.loss,
            found.error,
            np.arange(count),
            np.full(count, self.damping),
            found.residuals,
            found.layers,
        )

    def step(
        self, objective: Objective, state: DampedState, generator: np.random.Generator
    ) -> DampedState:
        """The state one epoch later."""
        del generator  # nothing is drawn
        theta = state.theta - self.lr * _step(objective, state)
        found = _found(objective, theta)
        better = found.loss < state.loss  # False for NaN: a step out of range is taken back
        column = better[:, None]
        return DampedState(
            np.where(column, theta, state.theta),
            np.where(better, found.loss, state.loss),
            np.where(better, found.error, state.error),
            state.restart,
            np.minimum(
                np.maximum(state.damping * np.where(better, 0.2, 4.0), LEAST_DAMPING), MOST_DAMPING
            ),
            np.where(column, found.residuals, state.residuals),
            np.where(column, found.layers, state.layers),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is at some parameters; fields as of `DampedState`."""

    loss: Floats
    error: Floats
    residuals: Floats
    layers: Floats


def _found(objective: Objective, theta: Floats) -> _Found:
    if not goes_across(objective):
        found = objective.residuals(theta)
        loss = (found.each**2).sum(1)
        return _Found(loss, found.error, found.each, _side_by_side(found.values))
    count = len(theta)
    values = outputs_across(objective, _restarts_last(theta))
    residuals = residuals_across(objective, values)
    parts = [part.reshape(-1, part.shape[2]) for layer in values for part in layer]
    loss, error = squares_across(residuals), abs(residuals).max(0)
    return _Found(loss[:count], error[:count], residuals.T[:count], np.concatenate(parts).T[:count])


def _step(objective: Objective, state: DampedState) -> Floats:
    """The step, shape (restarts, parameters)."""
    if not goes_across(objective):
        j = objective.jacobian(state.theta, _layers(objective, state.layers))
        return damped_step(j, state.residuals, state.damping)
    rows, (_, *units) = len(objective.x), objective.architecture.sizes
    joined = _restarts_last(state.layers)
    values, start = [], 0
    for each in units:
        size = rows * each
        z, a = (
            joined[place : place + size].reshape(rows, each, -1) for place in (start, start + size)
        )
        values.append((z, a))
        start += 2 * size
    step = step_across(
        objective,
        _restarts_last(state.theta),
        values,
        _restarts_last(state.residuals),
        _restarts_last(state.damping[:, None])[0],
    )
    return step.T[: len(state.theta)]


def _restarts_last(each: Floats) -> Floats:
    """(n, restarts) of (restarts, n), and of a single restart two: operations on one add in another order."""
    return np.ascontiguousarray(each.T if len(each) > 1 else each.T.repeat(2, 1))


def damped_step(j: Floats, residuals: Floats, damping: Floats) -> Floats:
    """The step s, shape (restarts, parameters), of a Jacobian (restarts, residuals, parameters)."""
    transposed = j.swapaxes(1, 2)
    j = np.ascontiguousarray(j)
    short = j.shape[1] < j.shape[2]
    # Of two views of one array NumPy notices that the product is symmetric, and calls a routine that
    # is three times slower for short systems; so one of the two had better be a copy.
    system = j @ transposed if short else j.swapaxes(1, 2) @ j
    diagonal = np.einsum("rii->ir", system)
    # The relative part keeps the system regular in floating point whatever the size of J.
    diagonal += damping + 1e-12 * diagonal.max(0)
    if short:
        return _times(j.swapaxes(1, 2), _solve(system, residuals))
    return _solve(system, _times(j.swapaxes(1, 2), residuals))


def _solve(system: Floats, wanted: Floats) -> Floats:
    """The solutions, shape (restarts, n), of positive definite systems (restarts, n, n)."""
    size = system.shape[1]
    if size > SMALL:
        return np.asarray(np.linalg.solve(system, wanted[:, :, None])[:, :, 0])
    a = np.empty((size, size + 1, len(system)))
    a[:, :-1], a[:, -1] = np.moveaxis(system, 0, -1), wanted.T
    for pivot in range(size):  # Gauss and Jordan: what is definite needs no exchange of rows
        row = a[pivot, pivot + 1 :] / a[pivot, pivot]
        a[:, pivot + 1 :] -= a[:, pivot, None] * row
        a[pivot, pivot + 1 :] = row
    return np.asarray(a[:, -1].T)


def _times(matrix: Floats, vector: Floats) -> Floats:
    return np.asarray((matrix @ vector[:, :, None])[:, :, 0])


def _side_by_side(values: list[LayerValues]) -> Floats:
    parts = [part.reshape(len(part), -1) for layer in values for part in (layer.z, layer.a)]
    return np.concatenate(parts, axis=1)


def _layers(objective: Objective, joined: Floats) -> list[LayerValues]:
    units = objective.architecture.sizes[1:]
    rows = joined.shape[1] // (2 * sum(units))
    layers, start = [], 0
    for each in units:
        size = rows * each
        z, a = (
            joined[:, place : place + size].reshape(-1, rows, each)
            for place in (start, start + size)
        )
        layers.append(LayerValues(z, a))
        start += 2 * size
    return layers
