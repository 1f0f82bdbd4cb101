"""The training loop: step every restart, let those that have finished leave the batch.

The last room of the learner; `gatewright.gates.train` comes after it. Pure: no printing, no files, no
clock; a caller who wants to show progress passes ``watch``.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> from gatewright.learn.optimisers import LevenbergMarquardt
    >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]),
    ...                  np.array([[1.0], [3.0]]), np.ones((2, 1)), "mse")
    >>> result = fit(rows, LevenbergMarquardt(), np.zeros((2, 2)), epochs=20, tolerance=0.01)
    >>> result.solved.tolist(), result.theta.round(1).tolist()
    ([True, True], [[2.0, 1.0], [2.0, 1.0]])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.errors import RecipeError
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import Optimiser, State, keep


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is: the epoch, restarts solved of all, and the lowest loss of any."""

    epoch: int
    epochs: int
    solved: int
    restarts: int
    loss: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Where every restart of a training ended.

    Attributes:
        theta: parameters, shape (restarts, parameters).
        loss: shape (restarts,).
        error: largest distance of an output from its target, shape (restarts,).
        epochs: epochs each restart ran, shape (restarts,).
        solved: whether its error came within the tolerance, shape (restarts,).
    """

    theta: Floats
    loss: Floats
    error: Floats
    epochs: Indices
    solved: Mask


def fit(
    objective: Objective,
    optimiser: Optimiser,
    theta: Floats,
    *,
    epochs: int,
    tolerance: float,
    watch: Callable[[Progress], None] | None = None,
) -> Fit:
    """Train every restart until its error is within ``tolerance``, or for ``epochs`` epochs.

    Args:
        objective: the rows to learn.
        optimiser: how.
        theta: starting points, shape (restarts, parameters).
        epochs: the most epochs a restart may run, at least 1.
        tolerance: the error at which a restart is solved.
        watch: called after every epoch.

    Raises:
        RecipeError: no epochs, or a tolerance that is no positive number.
    """
    if epochs < 1:
        raise RecipeError(
            f"{epochs} epochs cannot teach anything", hint="give at least 1, as in --epochs 200"
        )
    if not 0 < tolerance < np.inf:
        raise RecipeError(
            f"a tolerance of {tolerance} cannot be reached",
            hint="give a positive number, as in 0.05",
        )
    restarts = len(theta)
    final = Fit(
        theta.copy(),
        np.full(restarts, np.inf),
        np.full(restarts, np.inf),
        np.full(restarts, epochs, dtype=np.intp),
        np.zeros(restarts, dtype=np.bool_),
    )
    running = np.arange(restarts)
    # A diverging restart overflows; its loss is then not finite, which is its answer.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        state: State = optimiser.start(objective, theta)
        for epoch in range(epochs + 1):
            if epoch:
                state = optimiser.step(objective, state)
            solved = state.error <= tolerance
            finished = solved | ~np.isfinite(state.loss) | (epoch == epochs)
            if finished.any():
                places = running[finished]
                final.theta[places] = state.theta[finished]
                final.loss[places] = state.loss[finished]
                final.error[places] = state.error[finished]
                final.epochs[places] = epoch
                final.solved[places] = solved[finished]
                running = running[~finished]
                if not len(running):
                    break
                state = keep(state, ~finished)
            if watch is not None:
                lowest = float(min(state.loss.min(), final.loss.min()))
                watch(Progress(epoch, epochs, int(final.solved.sum()), restarts, lowest))
    return final
