"""Online gradient descent: a step after every row.

Steps follow one another by their nature, so an epoch is a loop over draws; the restarts run as one
batch all the same, each on rows of its own where they are drawn at random. The loss and the error of
a state are those of all rows.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]))
    >>> state = Online(lr=0.5).start(rows, np.zeros((1, 2)))
    >>> Online(lr=0.5).step(rows, state, np.random.default_rng(0)).theta.tolist()
    [[2.0, 3.0]]
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.checks import is_number
from gatewright.errors import RecipeError
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers.state import State, check_rate
from gatewright.records import dataclass

ORDERS = ("in-order", "shuffled", "random")
MOST_DRAWS = 100_000


@dataclass(frozen=True, slots=True)
class Online:
    """θ ← θ − lr · dL/dθ of one row, row after row.

    Attributes:
        lr: learning rate.
        order: ``in-order``: every row as it stands; ``shuffled``: every row, in a new order each
            epoch; ``random``: rows drawn with replacement.
        draws: rows an epoch when drawn at random; as many as there are rows where it is 0.

    Example:
        >>> Online(lr=0.5).lr
        0.5
    """

    lr: float = 0.1
    order: str = "in-order"
    draws: int = 0

    name: ClassVar[str] = "online"
    title: ClassVar[str] = "online gradient descent"
    epochs: ClassVar[int] = 5_000

    def __post_init__(self) -> None:
        check_rate(self.lr)
        if not (isinstance(self.order, str) and self.order in ORDERS):
            raise RecipeError(
                f"unknown order '{self.order}'", hint=f"choose one of {', '.join(ORDERS)}"
            )
        good = is_number(self.draws) and self.draws >= 0
        if not good or (self.draws and self.order != "random"):
            raise RecipeError(
                f"draws = {self.draws} goes with order = 'random' and a positive number"
            )
        if self.draws > MOST_DRAWS:
            raise RecipeError(
                f"{self.draws} rows an epoch are too many to draw",
                hint=f"give at most {MOST_DRAWS}",
            )

    def start(self, objective: Objective, theta: Floats) -> State:
        """The state at the starting points."""
        found = objective.residuals(theta)
        loss = objective.gradient(theta).loss
        return State(theta, loss, found.error, np.arange(len(theta)))

    def step(self, objective: Objective, state: State, generator: np.random.Generator) -> State:
        """The state one epoch later."""
        theta = state.theta
        for drawn in self.order_of(len(objective.x), state.restart, generator).T:
            theta = self.one(objective, theta, drawn)
        found = objective.gradient(theta)
        return State(theta, found.loss, found.error, state.restart)

    def one(self, objective: Objective, theta: Floats, drawn: Indices) -> Floats:
        """Parameters after one row each; ``drawn`` (restarts,) says which."""
        return theta - self.lr * objective.only(drawn[:, None]).gradient(theta).gradient

    def order_of(self, rows: int, restart: Indices, generator: np.random.Generator) -> Indices:
        """The rows of the next epoch, shape (restarts, draws).

        A fresh child generator draws one row of numbers a restart, in the order of their numbers, so
        that what a restart sees does not depend on which others are still running.
        """
        if self.order == "in-order":
            return np.broadcast_to(np.arange(rows), (len(restart), rows))
        child = generator.spawn(1)[0]
        upto = int(restart.max()) + 1
        if self.order == "random":
            return child.integers(0, rows, (upto, self.draws or rows))[restart]
        return np.argsort(child.random((upto, rows)), axis=1)[restart]
