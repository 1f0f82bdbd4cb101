"""What is wrong with an optimiser: tried on the rows of AND, before it is trusted.

Example:
    >>> from gatewright.learn.optimisers import Adam
    >>> list(flaws_of_optimiser(Adam))
    []
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.errors import reason
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers.state import Optimiser, State, by_squares, keep, seen_by
from gatewright.learn.soundness.differences import differs
from gatewright.learn.soundness.settings import flaws_of_record


def flaws_of_optimiser(kind: type[Any]) -> Iterator[str]:
    """What is wrong with an optimiser: its name, its settings, its states, and whether a loss gets lower."""
    found = [*flaws_of_record(kind, "start", "step")]
    if not found and not isinstance(getattr(kind, "epochs", None), int):
        found = ["it has no 'epochs', a whole number: how long a restart is given by default"]
    yield from found
    if found:
        return
    try:
        with np.errstate(all="ignore"):
            yield from _flaws_in_use(kind())
    except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
        yield f"it fails: {reason(error)}"


_AND = Objective(
    Architecture((2, 1), ("logistic",)),
    np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
    np.array([[0.0], [0.0], [0.0], [1.0]]),
)


def _flaws_in_use(optimiser: Optimiser) -> Iterator[str]:
    """What goes wrong in some trainings; nothing more is tried once a state is wrong."""
    objective, generator = seen_by(optimiser, _AND), np.random.default_rng(0)
    theta = np.random.default_rng(1).uniform(-1, 1, (3, 3))
    state = optimiser.start(objective, theta.copy())
    if found := [*_flaws_of_state(state, objective, np.arange(3))]:
        yield from found
        return
    before = state.loss.copy()
    # A restart that has finished leaves the others, which keep their numbers.
    few = keep(state, np.array([False, True, True]))
    stepped = optimiser.step(objective, few, np.random.default_rng(0))
    if found := [*_flaws_of_state(stepped, objective, np.array([1, 2]))]:
        yield from found
        return
    for _ in range(min(optimiser.epochs, 300)):
        state = optimiser.step(objective, state, generator)
    yield from _flaws_of_state(state, objective, np.arange(3))
    if not (state.loss < before).any():
        yield "after 300 epochs on the rows of AND, the loss of no restart is lower"
    if by_squares(optimiser) and not _minds_no_loss(optimiser, theta):
        yield "it says squares = True, and takes other steps for another loss"


def _minds_no_loss(optimiser: Optimiser, theta: Floats) -> bool:
    """Whether a few steps are the same whatever the loss."""
    ends = []
    for loss in ("mse", "cross-entropy"):
        objective = seen_by(optimiser, dataclasses.replace(_AND, loss=loss))
        state = optimiser.start(objective, theta.copy())
        for _ in range(5):
            state = optimiser.step(objective, state, np.random.default_rng(0))
        ends.append(state.theta)
    return not differs(ends[0], ends[1]).any()


def _flaws_of_state(state: Any, objective: Objective, restart: Indices) -> Iterator[str]:
    """What is wrong with the state of the restarts with these numbers."""
    if not isinstance(state, State):
        yield f"its state is of type {type(state).__name__}, not a State or a record derived from it"
        return
    count, parameters = len(restart), objective.architecture.parameters
    shapes = {
        "theta": (count, parameters),
        "loss": (count,),
        "error": (count,),
        "restart": (count,),
    }
    wrong = False
    for name, shape in shapes.items():
        if np.shape(getattr(state, name)) != shape:
            yield f"'{name}' of its state has shape {np.shape(getattr(state, name))}, not {shape}"
            wrong = True
    for field in dataclasses.fields(state):
        given = getattr(state, field.name)
        if field.name not in shapes and np.shape(given)[:1] != (count,):
            yield f"'{field.name}' of its state has no entry for each restart first"
    if wrong:
        return
    if not np.array_equal(state.restart, restart):
        yield (
            f"the restarts {restart.tolist()} are {np.asarray(state.restart).tolist()} in its state; "
            "a step hands on 'restart' as it got it"
        )
    error = objective.gradient(state.theta).error
    if differs(np.asarray(state.error), error, 1e-6).any():
        yield (
            f"'error' of its state is {state.error[0]:g}, and the output farthest from its target is "
            f"{error[0]:g} away"
        )
