"""The classes of a column learned together, and whether that is better than each by itself.

Each class is an output. Where they were learned one by one, the first whose bit is 1 is the answer for a row, and
the first of all where none is. Judged are the rows that choose: of few rows, by cross-validation in five parts.

Example:
    >>> from gatewright.examples.data.table import table_of
    >>> x = np.random.default_rng(0).integers(0, 2, (300, 6), dtype=np.uint8)
    >>> rows = prepared(table_of(x, np.array(list("abcd"))[x[:, :3].sum(1)]), seed=0)
    >>> rows.outputs
    ('y==a', 'y==b', 'y==c', 'y==d')
    >>> found = together(rows, range(4), most_ands=400, seed=0)
    >>> found.right > 240, found.rows, len(found.trials())
    (True, 255, 4)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from gatewright.arrays import Indices
from gatewright.examples.data.named import asked
from gatewright.examples.data.table import Table
from gatewright.examples.learners.classes import ClassVotes, OneClass, boosted_classes
from gatewright.examples.prepared import Prepared, prepared
from gatewright.examples.trials import FOLDS, Trial
from gatewright.records import dataclass

__all__ = ["CLASSES", "Group", "Together", "Weighed", "groups", "prepared", "together", "weighed"]

CLASSES = "classes"
"""The name of its trials."""

SHAPES = ((2, 0.1), (3, 0.1))
"""Depths and rates of the trees, of which the best is taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Classes learned together.

    Attributes:
        model: of all classes.
        said: the class of every row that chooses.
        wanted: what it should be.
        seconds: how long it took.
        stopped: whether its time was up.
    """

    model: ClassVotes
    said: Indices
    wanted: Indices
    seconds: float
    stopped: bool

    @property
    def right(self) -> int:
        """Rows that choose whose class is right."""
        return int((self.said == self.wanted).sum())

    @property
    def rows(self) -> int:
        """How many choose."""
        return len(self.said)

    def trials(self) -> list[Trial]:
        """The same for each class as an output."""
        found = []
        for place in range(len(self.model.votes)):
            says, is_it = self.said == place, self.wanted == place
            found.append(
                Trial(
                    CLASSES,
                    OneClass(self.model, place),
                    int((says == is_it).sum()),
                    self.rows,
                    self.model.size,
                    self.seconds,
                    self.stopped,
                    says.astype(np.uint8),
                )
            )
        return found


@dataclass(frozen=True, slots=True)
class Weighed:
    """Both ways to learn the classes of a column, by how many of the rows that choose have their class right.

    Attributes:
        column: the classes are of.
        rows: that choose.
        together: right where classes are weighed against each other.
        apart: right where each is learned by itself, and the first whose bit is 1 is the answer.
        chosen: whether they are weighed in the circuit.
    """

    column: str
    rows: int
    together: int
    apart: int
    chosen: bool


class Group(NamedTuple):
    """Outputs of one column: its classes, or one output alone."""

    column: str
    places: range


def groups(table: Table, outputs: Sequence[str]) -> list[Group]:
    """Outputs by the column that they are of."""
    found: list[Group] = []
    for place, name in enumerate(outputs):
        question = asked(table, name)
        column = name if question is None else question.column
        if question is not None and found and found[-1].column == column:
            found[-1] = Group(column, range(found[-1].places.start, place + 1))
        else:
            found.append(Group(column, range(place, place + 1)))
    return found


def weighed(column: str, whole: Together, alone: Sequence[Trial], size: int) -> Weighed:
    """Compare classes that were learned together with the same learned one by one.

    Args:
        column: of the classes.
        whole: what was learned together.
        alone: the trial of each class that was chosen; the first that says 1 is the class of a row.
        size: ANDs of these.
    """
    said = np.stack([trial.answers for trial in alone], axis=1).argmax(1)
    right = int((said == whole.wanted).sum())
    better = (whole.right, -whole.model.size) > (right, -size)
    return Weighed(column, whole.rows, whole.right, right, better)


def together(
    rows: Prepared, group: range, *, most_ands: int, seed: int, deadline: float = float("inf")
) -> Together | None:
    """Learn the classes of a column together; none where not even one tree of each fits.

    Args:
        rows: of which those that judge are not looked at.
        group: the places of the classes among the outputs.
        most_ands: most ANDs of all of them.
        seed: of the five parts of few rows, and of those drawn of many.
        deadline: of `time.monotonic`.
    """
    start = time.perf_counter()
    numbers: Indices = rows.y[:, group.start : group.stop].argmax(1)
    model: ClassVotes | None

    def learned(some: Indices, tune: Indices, shape: tuple[int, float]) -> ClassVotes | None:
        return boosted_classes(
            rows.x[some],
            numbers[some],
            rows.x[tune],
            numbers[tune],
            len(group),
            most_ands=most_ands,
            depth=shape[0],
            rate=shape[1],
            seed=seed,
            deadline=deadline,
        )

    def right(made: ClassVotes, some: Indices) -> int:
        return int((made.classes(rows.x[some]) == numbers[some]).sum())

    if rows.few:
        judged = rows.known
        every = [_in_parts(rows, judged, seed, learned, shape) for shape in SHAPES]
        hits = [int((said == numbers[judged]).sum()) for said in every]
        best = int(np.argmax(hits))
        said, model = every[best], learned(judged, judged, SHAPES[best])
    else:
        judged, tune = rows.parts.choose, rows.parts.tune
        made = [each for shape in SHAPES if (each := learned(rows.parts.learn, tune, shape))]
        model = max(made, key=lambda each: right(each, tune), default=None)
        said = np.empty(0, np.intp) if model is None else model.classes(rows.x[judged])
    if model is None:
        return None
    taken = time.perf_counter() - start
    return Together(model, said, numbers[judged], taken, time.monotonic() >= deadline)


def _in_parts(
    rows: Prepared,
    judged: Indices,
    seed: int,
    learned: Callable[[Indices, Indices, tuple[int, float]], ClassVotes | None],
    shape: tuple[int, float],
) -> Indices:
    """The class of each row, as what is learned of the four parts that do not have it says; -1 where none is."""
    said = np.full(len(judged), -1)
    order = np.random.default_rng(seed).permutation(len(judged))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = judged[np.setdiff1d(order, held)]
        model = learned(rest, rest, shape)
        if model is not None:
            said[held] = model.classes(rows.x[judged[held]])
    return said
