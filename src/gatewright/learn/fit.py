"""The training loop: step every restart, let those that have finished leave the batch.

Pure: no printing, no files, no clock; a caller who wants to show progress passes ``watch``.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> from gatewright.learn.optimisers import LevenbergMarquardt
    >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]))
    >>> result = fit(rows, LevenbergMarquardt(), np.zeros((2, 2)), np.random.default_rng(0), epochs=20,
    ...              tolerance=0.01)
    >>> result.solved.tolist(), result.theta.round(1).tolist()
    ([True, True], [[2.0, 1.0], [2.0, 1.0]])
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.errors import Hint, RecipeError
from gatewright.kinds import blaming
from gatewright.learn.history import History, Recorder
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import OPTIMISERS
from gatewright.learn.optimisers.state import Optimiser, State, keep, seen_by
from gatewright.records import dataclass
from gatewright.threads import one_thread


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is.

    Attributes:
        epoch: how many have run.
        epochs: the most a restart may run.
        solved: restarts that have learned the rows.
        restarts: how many there are.
        loss: the lowest of any.
        architecture: the network that is trained.
        state: the restarts that still ran in this epoch, where they are after it.

    Example:
        >>> from gatewright import train
        >>> seen = []
        >>> _ = train("xor", watch=lambda progress: seen.append(progress.epoch))
        >>> seen == sorted(seen)
        True
    """

    epoch: int
    epochs: int
    solved: int
    restarts: int
    loss: float
    architecture: Architecture
    state: State


@dataclass(frozen=True, slots=True)
class Fit:
    """Where every restart of a training ended.

    Attributes:
        theta: parameters, shape (restarts, parameters).
        loss: shape (restarts,).
        error: largest distance of an output from its target, shape (restarts,).
        epochs: epochs each restart ran, shape (restarts,); fewer than it was given where it was solved or
            diverged, or where it stalled: no further step could have changed it.
        solved: whether its error came within the tolerance, shape (restarts,).
        diverged: whether its loss ceased to be a number, after ``epochs`` epochs, shape (restarts,).
        history: the loss of every restart over time, thinned.
        within: epochs after which its error first was within the tolerance, shape (restarts,); where it never
            was, all that it ran. A recipe without early stopping runs on.
    """

    theta: Floats
    loss: Floats
    error: Floats
    epochs: Indices
    solved: Mask
    diverged: Mask
    history: History
    within: Indices


@one_thread()
def fit(
    objective: Objective,
    optimiser: Optimiser,
    theta: Floats,
    generator: np.random.Generator,
    *,
    epochs: int,
    tolerance: float,
    early_stopping: bool = True,
    watch: Callable[[Progress], None] | None = None,
) -> Fit:
    """Train every restart until its error is within ``tolerance``, or for ``epochs`` epochs.

    Args:
        objective: the rows to learn.
        optimiser: how.
        theta: starting points, shape (restarts, parameters).
        generator: for optimisers that draw rows.
        epochs: the most epochs a restart may run, at least 1.
        tolerance: the error at which a restart is solved.
        early_stopping: whether a restart stops as soon as it is solved or stalled, or runs all its epochs.
        watch: called after every epoch.

    Raises:
        RecipeError: no epochs, or a tolerance that is not a positive number.
    """
    if epochs < 1:
        raise RecipeError(
            f"{epochs} epochs cannot teach anything", hint=Hint("give at least 1", "epochs")
        )
    if not 0 < tolerance < np.inf:
        raise RecipeError(
            f"a tolerance of {tolerance} cannot be reached",
            hint="give a positive number, as in 0.05",
        )
    # glibc gives freed memory back to the system, to be faulted in anew page by page, unless a larger array
    # was freed before. One never touched will do; without it 1 024 restarts with LM take 10 to 25 % longer.
    np.empty(2**21)
    restarts = len(theta)
    recorder = Recorder(restarts)
    final_theta, loss, error = theta.copy(), np.full(restarts, np.inf), np.full(restarts, np.inf)
    ran = np.full(restarts, epochs, dtype=np.intp)
    within = np.full(restarts, -1, dtype=np.intp)
    solved, diverged = np.zeros(restarts, dtype=np.bool_), np.zeros(restarts, dtype=np.bool_)
    # A diverging restart overflows; that its loss is then not finite is noticed below.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        with blaming(OPTIMISERS, optimiser.name):
            objective = seen_by(optimiser, objective)
            state: State = optimiser.start(objective, theta)
            _check_numbers(state.restart, np.arange(restarts))
        for epoch in range(epochs + 1):
            if epoch:
                with blaming(OPTIMISERS, optimiser.name):
                    before, state = state, optimiser.step(objective, state, generator)
                    _check_numbers(state.restart, before.restart)
            recorder.note(epoch, state.restart, state.loss)
            ran_now = state
            lost = ~np.isfinite(state.loss)
            near = state.error <= tolerance
            first = state.restart[near]
            within[first] = np.where(within[first] < 0, epoch, within[first])
            finished = ((near | state.stalled) & early_stopping) | lost | (epoch == epochs)
            if finished.any():
                places = state.restart[finished]
                final_theta[places] = state.theta[finished]
                loss[places], error[places] = state.loss[finished], state.error[finished]
                ran[places], solved[places] = epoch, near[finished]
                diverged[places] = lost[finished]
                state = keep(state, ~finished)
            if watch is not None:
                lowest = float(np.fmin.reduce(np.append(state.loss, loss)))
                count, network = int(solved.sum()), objective.architecture
                watch(Progress(epoch, epochs, count, restarts, lowest, network, ran_now))
            if not len(state.theta):
                break
    history = recorder.history()
    return Fit(
        final_theta, loss, error, ran, solved, diverged, history, np.where(within < 0, ran, within)
    )


def _check_numbers(given: Indices, wanted: Indices) -> None:
    """Refuse restarts that an optimiser numbers anew: what is said of one would be said of another.

    Raises:
        ValueError: it does.
    """
    if given is not wanted and not np.array_equal(given, wanted):
        raise ValueError("its state does not hand on 'restart' as it got it")
