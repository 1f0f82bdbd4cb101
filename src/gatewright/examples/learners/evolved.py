"""Fringe trees evolved: many restarts, each with some features of the best trees so far.

A fringe tree depends much on what it happens to test first. So trees are grown again and again, by other
choices of how few rows a split may leave, with other parts of a pool of features, and with some features
hidden from each node; the pool is what the best trees test. Every tree is judged by rows that neither grew nor
pruned it.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (400, 6), dtype=np.uint8)
    >>> y = (x[:, 0] ^ x[:, 1]) & (x[:, 2] ^ x[:, 3])
    >>> task = Task(x[:300], y[:300], x[300:], y[300:])
    >>> task.accuracy(evolved(task, restarts=4).values(task.tune_x))
    1.0
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatewright.arrays import Indices
from gatewright.examples.learners.fringe import Rows, fringe_trees
from gatewright.examples.learners.model import Votes
from gatewright.examples.learners.task import Task
from gatewright.logic.xag import Literal

RESTARTS = 60
ELITE = 8
"""Best trees whose features are the pool."""

MOST_POOLED = 200
"""Most features that a restart takes from the pool."""

_LEAST = (2, 4, 8, 12, 16, 20, 24, 32)
_MOST = (60, 100, 150, 200, 300)
_SHARES = (1.0, 1.0, 1.0, 0.7, 0.4)
_ROUNDS = 15


def evolved(task: Task, *, restarts: int = RESTARTS) -> Votes:
    """The best of many fringe trees.

    Args:
        task: the rows.
        restarts: how many times a tree is grown anew, in up to 15 rounds.
    """
    rows, generator = Rows(task), task.generator()
    elite: list[tuple[int, int, Votes, tuple[Literal, ...]]] = []
    for restart in range(restarts):
        pool = list(dict.fromkeys(each for *_, tests in elite for each in tests))
        if pool and restart % 4:
            part = generator.choice((0.15, 0.4, 0.8))
            pool = [each for each in pool if generator.random() < part]
            if len(pool) > MOST_POOLED:
                pool = generator.choice(pool, MOST_POOLED, replace=False).tolist()
        else:
            pool = []
        least = int(generator.choice(_LEAST)) if restart else 8
        share = float(generator.choice(_SHARES)) if restart else 1.0

        def draw(features: int, share: float = share) -> Callable[[], Indices] | None:
            if share == 1:
                return None
            return lambda: np.flatnonzero(generator.random(features) < share)

        for wrong, model, tests in fringe_trees(
            task,
            rounds=_ROUNDS,
            least_rows=least,
            most=int(generator.choice(_MOST)),
            rows=rows,
            pool=pool,
            draw=draw,
        ):
            if any(each[3] == tests for each in elite):
                continue
            elite.append((wrong, len(tests), model, tests))
            elite.sort(key=lambda each: each[:2])
            del elite[ELITE:]
        if task.out_of_time() or elite[0][0] == 0:
            break
    return elite[0][2]
