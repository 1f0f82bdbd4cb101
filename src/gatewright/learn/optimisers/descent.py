"""Gradient descent on the whole batch: plain, with momentum, and Adam.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]))
    >>> state = GradientDescent(lr=0.5).start(rows, np.zeros((1, 2)))
    >>> GradientDescent(lr=0.5).step(rows, state, np.random.default_rng(0)).theta.tolist()
    [[1.5, 2.0]]
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gatewright.arrays import Floats
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers.state import State, check_rate, check_share
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class VelocityState(State):
    """`State` with the gradient at theta and the velocity, both (restarts, parameters)."""

    gradient: Floats
    velocity: Floats


@dataclass(frozen=True, slots=True)
class GradientDescent:
    """θ ← θ − lr · dL/dθ.

    Example:
        >>> GradientDescent(lr=0.5).lr
        0.5
    """

    lr: float = 2.0

    name: ClassVar[str] = "gd"
    title: ClassVar[str] = "gradient descent"
    epochs: ClassVar[int] = 20_000

    def __post_init__(self) -> None:
        check_rate(self.lr)

    def start(self, objective: Objective, theta: Floats) -> VelocityState:
        """The state at the starting points."""
        found = objective.gradient(theta)
        restart = np.arange(len(theta))
        return VelocityState(
            theta, found.loss, found.error, restart, found.gradient, np.zeros_like(theta)
        )

    def step(
        self, objective: Objective, state: VelocityState, generator: np.random.Generator
    ) -> VelocityState:
        """The state one epoch later."""
        del generator  # nothing is drawn
        velocity = self._velocity(state)
        theta = state.theta + velocity
        found = objective.gradient(theta)
        return VelocityState(
            theta, found.loss, found.error, state.restart, found.gradient, velocity
        )

    def _velocity(self, state: VelocityState) -> Floats:
        return -self.lr * state.gradient


@dataclass(frozen=True, slots=True)
class Momentum(GradientDescent):
    """v ← momentum · v − lr · dL/dθ; θ ← θ + v (Polyak, 1964).

    Example:
        >>> Momentum(lr=0.5, momentum=0.9).momentum
        0.9
    """

    lr: float = 0.5
    momentum: float = 0.9

    name: ClassVar[str] = "momentum"
    title: ClassVar[str] = "gradient descent with momentum"
    epochs: ClassVar[int] = 5_000

    def rule(self, layer: int) -> tuple[str, str]:
        """How the weights of a layer change, as a teacher writes it, and what that means."""
        return (f"W{layer} ← W{layer} + v", f"v ← {self.momentum:g}·v − {self.lr:g}·dL/dW{layer}")

    def __post_init__(self) -> None:
        check_rate(self.lr)
        check_share("momentum", self.momentum)

    def _velocity(self, state: VelocityState) -> Floats:
        return self.momentum * state.velocity - self.lr * state.gradient


@dataclass(frozen=True, slots=True)
class AdamState(State):
    """`State` with the gradient at theta, the running moments, and the steps taken (restarts, 1)."""

    gradient: Floats
    first: Floats
    second: Floats
    steps: Floats


@dataclass(frozen=True, slots=True)
class Adam:
    """Adam, with its published decay rates (Kingma & Ba, 2015).

    Example:
        >>> Adam(lr=0.05).epochs  # that it is usually given
        2000
    """

    lr: float = 0.05
    beta1: float = 0.9
    beta2: float = 0.999

    name: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    epochs: ClassVar[int] = 2_000

    def __post_init__(self) -> None:
        check_rate(self.lr)
        check_share("beta1", self.beta1)
        check_share("beta2", self.beta2)

    def rule(self, layer: int) -> tuple[str, str]:
        """How the weights of a layer change, as a teacher writes it, and what that means."""
        first, second = self.beta1, self.beta2
        return (
            f"W{layer} ← W{layer} − {self.lr:g}·c·m/(√v + 10⁻⁸)",
            f"m ← {first:g}·m + {1 - first:g}·g, v ← {second:g}·v + {1 - second:g}·g², g = dL/dW{layer}; "
            f"c = √(1 − {second:g}ᵗ)/(1 − {first:g}ᵗ) in step t: m and v begin at 0",
        )

    def start(self, objective: Objective, theta: Floats) -> AdamState:
        """The state at the starting points."""
        found = objective.gradient(theta)
        nothing, restart = np.zeros_like(theta), np.arange(len(theta))
        steps = np.zeros((len(theta), 1))
        return AdamState(
            theta, found.loss, found.error, restart, found.gradient, nothing, nothing, steps
        )

    def step(
        self, objective: Objective, state: AdamState, generator: np.random.Generator
    ) -> AdamState:
        """The state one epoch later."""
        del generator  # nothing is drawn
        steps = state.steps + 1.0
        first = self.beta1 * state.first + (1.0 - self.beta1) * state.gradient
        second = self.beta2 * state.second + (1.0 - self.beta2) * state.gradient**2
        size = self.lr * np.sqrt(1.0 - self.beta2**steps) / (1.0 - self.beta1**steps)
        theta = state.theta - size * first / (np.sqrt(second) + 1e-8)
        found = objective.gradient(theta)
        return AdamState(
            theta, found.loss, found.error, state.restart, found.gradient, first, second, steps
        )
