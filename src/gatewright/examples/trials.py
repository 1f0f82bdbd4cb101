"""One learner on one output: what it makes, and how many rows that did not teach it it has right.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (200, 4), dtype=np.uint8)
    >>> y = x[:, 0] & x[:, 2]
    >>> trial = folded(LEARNERS["tree"], Task(x, y, x, y), x, y)
    >>> trial.right, trial.rows, trial.size
    (200, 200, 1)
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from gatewright.arrays import Bits
from gatewright.errors import UsageError
from gatewright.examples.learners.model import Model, nodes_of
from gatewright.examples.learners.registry import LEARNERS, RECOGNISE
from gatewright.examples.learners.task import Learner, Task
from gatewright.kinds import blaming
from gatewright.records import dataclass

FOLDS, TURNS = 5, 4
"""Parts of few rows that are held back in turn to judge, and of those that learn, to tune."""

STEADY_ROWS = 500
"""From so many rows on a learner is judged by one turn at each part: which rows tune then matters little."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What one learner made of one output.

    Attributes:
        name: of the learner.
        model: what it learned.
        right: rows of those that choose for which it is right.
        rows: how many choose.
        size: ANDs.
        seconds: how long it took.
        stopped: whether its time was up, so that another machine may make another model.
        answers: for the rows that choose, each by what was learned without it.
        again: whether the model was then learned again, with the rows that choose among those that teach: they
            say how good the learner is, not how good this very model is.
    """

    name: str
    model: Model
    right: int
    rows: int
    size: int
    seconds: float
    stopped: bool
    answers: Bits
    again: bool = False


def folded(learner: Learner, task: Task, x: Bits, y: Bits) -> Trial | None:
    """One learner on few rows: judged on each of five parts by what it learns of the others; taught by all."""
    start, stopped = time.perf_counter(), False
    answers = 1 - y  # wrong, where nothing is learned
    order = np.random.default_rng(task.seed).permutation(len(x))
    turns = TURNS if len(x) < STEADY_ROWS else 1
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = order[~np.isin(order, held)]
        trial = _steady(learner, _timed(task, FOLDS + 1 - fold), x[rest], y[rest], turns)
        if trial is not None:
            answers[held] = trial.model.values(x[held])
            stopped |= trial.stopped
    trial = _steady(learner, task, x[order], y[order], TURNS)
    if trial is None:
        return None
    seconds, stopped = time.perf_counter() - start, stopped or trial.stopped
    right = int((answers == y).sum())
    return replace(
        trial, right=right, rows=len(x), seconds=seconds, stopped=stopped, answers=answers
    )


def _steady(learner: Learner, task: Task, x: Bits, y: Bits, turns: int) -> Trial | None:
    """A learner on rows that tune by turns: the model that has most of all right, and of these the smallest."""
    numbers, found, stopped = np.arange(len(x)) % TURNS, None, False
    for turn in range(turns):
        learn, tune = numbers != turn, numbers == turn
        part = replace(task, x=x[learn], y=y[learn], tune_x=x[tune], tune_y=y[tune])
        trial = learner_trial(learner, _timed(part, turns - turn), x, y)
        stopped |= trial is not None and trial.stopped
        if trial is not None and (
            found is None or (trial.right, -trial.size) > (found.right, -found.size)
        ):
            found = trial
    return None if found is None else replace(found, stopped=stopped)


def _timed(task: Task, left: int) -> Task:
    """The task with its part of the time, where so many as it are left."""
    now = time.monotonic()
    return replace(task, deadline=now + (task.deadline - now) / left)


def taught_again(learner: Learner, trial: Trial, task: Task, x: Bits, y: Bits) -> Trial:
    """What a learner that was chosen makes of all rows but those that tune: the rows that chose teach it, too.

    Args:
        learner: that was chosen.
        trial: of it; it stays as it is where its model is right on all rows, where it was recognised as
            arithmetic, and where what is made this time has fewer of the rows that tune right, by more than
            chance explains.
        task: of the trial, with another deadline.
        x: rows that chose.
        y: their answers.
    """
    whole = replace(task, x=np.concatenate([task.x, x]), y=np.concatenate([task.y, y]))
    if trial.name == RECOGNISE or whole.settled_by(trial.model) or task.out_of_time():
        return trial
    made = learner_trial(learner, whole, x, y)
    if made is None or task.accuracy(made.model.values(task.tune_x)) < _least(trial.model, task):
        return trial
    stopped = trial.stopped or made.stopped
    return replace(trial, model=made.model, size=made.size, stopped=stopped, again=True)


def _least(model: Model, task: Task) -> float:
    """The part of the rows that tune which a model has right, less one standard error."""
    right = task.accuracy(model.values(task.tune_x))
    return right - math.sqrt(right * (1 - right) / len(task.tune_y))


def learner_trial(learner: Learner, task: Task, x: Bits, y: Bits) -> Trial | None:
    """One learner on one output."""
    start = time.perf_counter()
    with blaming(LEARNERS, learner.name):
        model = learner.learn(task)
        if model is None:
            return None
        seconds, stopped = time.perf_counter() - start, task.out_of_time()
        size = nodes_of(model, task.x.shape[1])
        answers = model.values(x)
        right = int((answers == y).sum())
    if size > task.most_ands:
        raise UsageError(
            f"learner '{learner.name}' made {size} ANDs where {task.most_ands} are allowed",
            hint="allow more, or leave that learner out",
        )
    return Trial(learner.name, model, right, len(y), size, seconds, stopped, answers)
