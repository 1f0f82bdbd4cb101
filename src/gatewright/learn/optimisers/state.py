"""What all optimisers share: the state of every restart, and what `fit` asks of an optimiser.

Example:
    >>> state = State(np.zeros((3, 2)), np.array([3.0, 1.0, 2.0]), np.ones(3), np.arange(3))
    >>> keep(state, state.loss < 2.5).restart.tolist()
    [1, 2]
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.checks import is_number
from gatewright.errors import Hint, RecipeError
from gatewright.learn.objective import Objective
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """Where every running restart is; the leading axis of every array is the restart.

    Attributes:
        theta: parameters, shape (restarts, parameters).
        loss: shape (restarts,).
        error: largest distance of an output from its target, shape (restarts,).
        restart: the number of each restart, which it keeps when others leave, shape (restarts,).
    """

    theta: Floats
    loss: Floats
    error: Floats
    restart: Indices

    @property
    def stalled(self) -> Mask:
        """Where no further step can change anything, shape (restarts,); nowhere, unless a method knows."""
        return np.zeros(len(self.loss), dtype=np.bool_)


S = TypeVar("S", bound=State)


def keep(state: S, chosen: Mask) -> S:
    """The state of the chosen restarts alone: those that have finished leave the batch."""
    fields = dataclasses.fields(state)
    return dataclasses.replace(
        state, **{field.name: getattr(state, field.name)[chosen] for field in fields}
    )


class Optimiser(Protocol):
    """What `fit` asks of an optimiser. Its states are its own: `State` or a record derived from it.

    An optimiser is a frozen dataclass; its fields are its settings: numbers, texts, truths or tuples of numbers.
    It may have more: ``squares = True`` where it minimises squares by a Jacobian, whatever the loss; a method
    ``sees(objective)``, which gives the objective as it sees it; and for lessons ``title``, its name in words,
    and ``rule(layer)``, how the weights of a layer change and what that means.

    Attributes:
        name: as recipes call it.
        epochs: how long a restart is given by default.
    """

    name: ClassVar[str]
    epochs: ClassVar[int]

    def start(self, objective: Objective, theta: Floats) -> Any:
        """The state at the starting points."""
        ...

    def step(self, objective: Objective, state: Any, generator: np.random.Generator) -> Any:
        """The state one epoch later; ``generator`` is for those that draw."""
        ...


def seen_by(optimiser: Optimiser, objective: Objective) -> Objective:
    """The objective as an optimiser sees it: as it is, unless it has a method ``sees``."""
    sees: Callable[[Objective], Objective] | None = getattr(optimiser, "sees", None)
    return objective if sees is None else sees(objective)


def by_squares(optimiser: Optimiser) -> bool:
    """Whether an optimiser minimises squares by a Jacobian, whatever the loss."""
    return bool(getattr(optimiser, "squares", False))


def check_rate(lr: float) -> None:
    """Refuse a learning rate that is not a positive, finite number.

    Raises:
        RecipeError: it is not.
    """
    if not (is_number(lr) and lr > 0):
        raise RecipeError(
            f"a learning rate of {lr} cannot be used",
            hint=Hint("give a positive number", "rate"),
        )


def check_share(name: str, value: float) -> None:
    """Refuse a decay rate that is not from 0 to below 1.

    Raises:
        RecipeError: it is not.
    """
    if not (is_number(value) and 0 <= value < 1):
        raise RecipeError(
            f"{name} = {value} cannot be used", hint="give a number from 0 to below 1"
        )
