"""Resilient backpropagation: steps by the sign of the gradient alone (Riedmiller & Braun, 1993).

Each parameter has a step of its own: longer while the sign stays, shorter when it turns. This is iRprop⁻ (Igel
& Hüsken, 2000): where the sign turned, the parameter waits for a step.

Example:
    >>> from gatewright import Objective, Architecture
    >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]))
    >>> state = Rprop().start(rows, np.zeros((1, 2)))
    >>> Rprop().step(rows, state, np.random.default_rng(0)).theta.tolist()
    [[0.1, 0.1]]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gatewright import Objective
from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.optimisers import State


@dataclass(frozen=True, slots=True)
class RpropState(State):
    """`State` with the gradient at theta and the step of each parameter, both (restarts, parameters)."""

    gradient: Floats
    size: Floats


@dataclass(frozen=True, slots=True)
class Rprop:
    """θ ← θ − size · sign(dL/dθ), with a size for each parameter."""

    lr: float = 0.1
    longer: float = 1.2
    shorter: float = 0.5

    name: ClassVar[str] = "rprop"
    title: ClassVar[str] = "resilient backpropagation"
    epochs: ClassVar[int] = 2_000

    def __post_init__(self) -> None:
        if not (0 < self.lr < np.inf and self.longer > 1 > self.shorter > 0):
            raise RecipeError(
                f"rprop with lr {self.lr}, longer {self.longer} and shorter {self.shorter} takes no steps",
                hint="give a positive lr, longer above 1, and shorter between 0 and 1",
            )

    def rule(self, layer: int) -> tuple[str, str]:
        """How the weights of a layer change, for ``circuits explain``."""
        return (f"W{layer} ← W{layer} − Δ·sign(dL/dW{layer})", "Δ grows while the sign stays")

    def start(self, objective: Objective, theta: Floats) -> RpropState:
        """The state at the starting points."""
        found = objective.gradient(theta)
        restart = np.arange(len(theta))
        size = np.full_like(theta, self.lr)
        return RpropState(theta, found.loss, found.error, restart, found.gradient, size)

    def step(
        self, objective: Objective, state: RpropState, generator: np.random.Generator
    ) -> RpropState:
        """The state one epoch later."""
        del generator  # nothing is drawn
        theta = state.theta - state.size * np.sign(state.gradient)
        found = objective.gradient(theta)
        turned = state.gradient * found.gradient
        factor = np.where(turned > 0, self.longer, np.where(turned < 0, self.shorter, 1.0))
        size = np.clip(state.size * factor, 1e-6, 50.0)
        waiting = np.where(turned < 0, 0.0, found.gradient)
        return RpropState(theta, found.loss, found.error, state.restart, waiting, size)
