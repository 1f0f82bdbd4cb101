"""What a learner is given, and what a learner is.

Example:
    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.uint8)
    >>> task = Task(x, x[:, 0], x, x[:, 0])
    >>> task.out_of_time(), task.accuracy(x[:, 1])
    (False, 0.5)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field

import numpy as np

from gatewright.arrays import Bits
from gatewright.examples.learners.model import Model
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Rows of one output, and what a circuit of them may cost.

    Attributes:
        x: bits to learn from, shape (rows, inputs).
        y: the answers, shape (rows,).
        tune_x: bits of other rows, by which a learner may prune and choose among its own.
        tune_y: their answers.
        most_ands: most AND nodes of the circuit.
        seed: of everything random.
        deadline: of `time.monotonic`; a learner that reaches it gives the best that it has. How far it gets
            then depends on the machine; without it, the same task gives the same model.
        names: of the inputs, for messages.
    """

    x: Bits
    y: Bits
    tune_x: Bits
    tune_y: Bits
    most_ands: int = 5000
    seed: int = 0
    deadline: float = float("inf")
    names: tuple[str, ...] = ()

    def out_of_time(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.deadline

    def accuracy(self, answers: Bits) -> float:
        """The part of the other rows for which answers are right."""
        return float((answers == self.tune_y).mean())

    def settled_by(self, model: Model) -> bool:
        """Whether a model is right on all rows."""
        tuned = bool((model.values(self.tune_x) == self.tune_y).all())
        return tuned and bool((model.values(self.x) == self.y).all())

    def generator(self) -> np.random.Generator:
        """A new generator of random numbers."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True, slots=True)
class Learner:
    """One way to make a circuit of rows.

    Attributes:
        name: as in the report.
        summary: what it does, in one line.
        source: where it comes from: a paper, or who wrote it.
        learn: gives a model for a task, of no more ANDs than the task allows; none where nothing fits.

    Example:
        >>> from gatewright.examples.learners.forest import forest
        >>> Learner("small-forest", "three trees", "an example", lambda task: forest(task, trees=3)).name
        'small-forest'
    """

    name: str
    summary: str
    source: str
    learn: Callable[[Task], Model | None] = field(repr=False)
