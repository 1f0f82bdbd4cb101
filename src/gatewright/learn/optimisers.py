"""Optimisers: each a frozen record of its settings with a ``start`` and a ``step``.

After `objective`, before `fit`, which runs them. A state is a record of arrays whose leading axis
is the restart, so that `keep` can let finished restarts leave the batch. New optimisers are new
records of the same two methods.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]),
    ...                  np.array([[1.0], [3.0]]), np.ones((2, 1)), "mse")
    >>> method = LevenbergMarquardt()
    >>> state = method.start(rows, np.zeros((1, 2)))
    >>> for _ in range(8):
    ...     state = method.step(rows, state)
    >>> state.theta.round(3).tolist()
    [[2.0, 1.0]]
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from gatewright.arrays import Floats, Mask
from gatewright.errors import RecipeError
from gatewright.learn.objective import Objective


@dataclass(frozen=True, slots=True)
class State:
    """Where every restart is.

    Attributes:
        theta: parameters, shape (restarts, parameters).
        loss: shape (restarts,).
        error: largest distance of an output from its target, shape (restarts,).
    """

    theta: Floats
    loss: Floats
    error: Floats


S = TypeVar("S", bound=State)


def keep(state: S, restarts: Mask) -> S:
    """The state of the chosen restarts alone."""
    return dataclasses.replace(
        state,
        **{field.name: getattr(state, field.name)[restarts] for field in dataclasses.fields(state)},
    )


class Optimiser(Protocol):
    """What `fit` asks of an optimiser. Its states are its own: `State` or a record derived from it."""

    def start(self, objective: Objective, theta: Floats) -> Any:
        """The state at the starting points."""
        ...

    def step(self, objective: Objective, state: Any) -> Any:
        """The state one epoch later."""
        ...


@dataclass(frozen=True, slots=True)
class AdamState(State):
    """`State` with the gradient at theta, the running moments, and the steps taken (restarts, 1)."""

    gradient: Floats
    first: Floats
    second: Floats
    steps: Floats


@dataclass(frozen=True, slots=True)
class Adam:
    """Adam on the whole batch (Kingma & Ba, 2015), with its published decay rates."""

    lr: float = 0.05
    beta1: float = 0.9
    beta2: float = 0.999

    def __post_init__(self) -> None:
        check_rate(self.lr)

    def start(self, objective: Objective, theta: Floats) -> AdamState:
        """The state at the starting points."""
        loss, gradient, error = objective.gradient(theta)
        nothing = np.zeros_like(theta)
        return AdamState(theta, loss, error, gradient, nothing, nothing, np.zeros((len(theta), 1)))

    def step(self, objective: Objective, state: AdamState) -> AdamState:
        """The state one epoch later."""
        steps = state.steps + 1.0
        first = self.beta1 * state.first + (1.0 - self.beta1) * state.gradient
        second = self.beta2 * state.second + (1.0 - self.beta2) * state.gradient**2
        size = self.lr * np.sqrt(1.0 - self.beta2**steps) / (1.0 - self.beta1**steps)
        theta = state.theta - size * first / (np.sqrt(second) + 1e-8)
        loss, gradient, error = objective.gradient(theta)
        return AdamState(theta, loss, error, gradient, first, second, steps)


@dataclass(frozen=True, slots=True)
class DampedState(State):
    """`State` with every restart's own damping (restarts,)."""

    damping: Floats


@dataclass(frozen=True, slots=True)
class LevenbergMarquardt:
    """Levenberg-Marquardt on the sum of squares, damped for every restart on its own.

    A step solves (JᵀJ + λI) s = Jᵀr (Marquardt, 1963). With fewer residuals than parameters, which is
    the rule for gates, the same s is Jᵀ (JJᵀ + λI)⁻¹ r: a system of the size of the residuals (4
    instead of 9 for XOR 2-2-1). A step that does not lower the loss is taken back and λ grows.

    Attributes:
        lr: the part of each step that is taken; 1 is the full step.
        damping: λ at the start.
    """

    lr: float = 1.0
    damping: float = 0.1

    def __post_init__(self) -> None:
        check_rate(self.lr)

    def start(self, objective: Objective, theta: Floats) -> DampedState:
        """The state at the starting points."""
        residuals, values = objective.residuals(theta)
        error = objective.worst(values[-1].a)
        damping = np.full(len(theta), self.damping)
        return DampedState(theta, (residuals**2).sum(1), error, damping)

    def step(self, objective: Objective, state: DampedState) -> DampedState:
        """The state one epoch later."""
        residuals, values = objective.residuals(state.theta)
        j = objective.jacobian(state.theta, values)
        theta = state.theta - self.lr * _damped_step(j, residuals, state.damping)
        tried, new_values = objective.residuals(theta)
        loss = (tried**2).sum(1)
        better = loss < state.loss  # False for NaN: a step out of range is taken back
        damping = np.clip(state.damping * np.where(better, 0.2, 4.0), 1e-9, 1e9)
        return DampedState(
            np.where(better[:, None], theta, state.theta),
            np.where(better, loss, state.loss),
            np.where(better, objective.worst(new_values[-1].a), state.error),
            damping,
        )


def _damped_step(j: Floats, residuals: Floats, damping: Floats) -> Floats:
    transposed = j.swapaxes(1, 2)
    short = j.shape[1] < j.shape[2]
    system = j @ transposed if short else transposed @ j
    diagonal = np.arange(system.shape[1])
    # The relative part keeps the system regular in floating point whatever the size of J.
    relative = 1e-12 * system[:, diagonal, diagonal].max(1)
    system[:, diagonal, diagonal] += (damping + relative)[:, None]
    column = residuals[:, :, None] if short else transposed @ residuals[:, :, None]
    solution = np.linalg.solve(system, column)
    return np.asarray((transposed @ solution if short else solution)[:, :, 0])


def check_rate(lr: float) -> None:
    """Refuse a learning rate that is no positive, finite number."""
    if not (np.isfinite(lr) and lr > 0):
        raise RecipeError(
            f"a learning rate of {lr} cannot be used",
            hint="give a positive number, as in --lr 0.05",
        )
