"""Fringe trees evolved: many restarts, each with some features of the best trees so far, and a vote of the best.

A fringe tree depends much on what it happens to test first. So trees are grown again and again, by other
choices of how few rows a split may leave and of which pairs of tests become features, with other parts of a
pool of features, and with some features hidden from each node; the pool is what the best trees test. Every tree
is judged by rows that neither grew nor pruned it.

At last the best tree of every restart may vote, and so many do as are right on most of the other rows. Votes help
where trees err on different rows; so there are several pools, and restarts take turns at them.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (400, 6), dtype=np.uint8)
    >>> y = (x[:, 0] ^ x[:, 1]) & (x[:, 2] ^ x[:, 3])
    >>> task = Task(x[:300], y[:300], x[300:], y[300:])
    >>> task.accuracy(evolved(task, restarts=4).values(task.tune_x))
    1.0
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from gatewright.arrays import Indices
from gatewright.examples.learners.forest import largest
from gatewright.examples.learners.fringe import Rows, edges, fringe, fringe_trees
from gatewright.examples.learners.model import Votes
from gatewright.examples.learners.task import Task
from gatewright.examples.learners.tree import Tree

RESTARTS = 60
POOLS = 15
ELITE = 8
"""Best trees whose features are a pool."""

MOST_POOLED = 200
"""Most features that a restart takes from a pool."""

VOTES = (1, 3, 5, 7, 9, 11, 15, 21)
"""Numbers of trees that may vote; the more, the fewer leaves the ANDs leave to each."""

_LEAST = (2, 4, 8, 12, 16, 20, 24, 32)
_MOST = (60, 100, 150, 200, 300)
_SHARES = (1.0, 1.0, 1.0, 0.7, 0.4)
_PAIRS = (fringe, edges)
_ROUNDS = 15


class _Found(NamedTuple):
    """A tree; fewer wrong rows come first, and of equals fewer tests."""

    wrong: int
    size: int
    tree: Tree


def evolved(task: Task, *, restarts: int = RESTARTS) -> Votes:
    """The best of many fringe trees, or the majority of some of them.

    Args:
        task: the rows.
        restarts: how many times a tree is grown anew, in up to 15 rounds.
    """
    rows, generator = Rows(task), task.generator()
    elites: list[list[_Found]] = [[] for _ in range(POOLS)]
    bests: list[_Found] = []
    for restart in range(restarts):
        turn, which = divmod(restart, POOLS)
        elite = elites[which]
        pool = list(dict.fromkeys(test for each in elite for test in each.tree.tests))
        if pool and turn % 4:
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

        best: _Found | None = None
        for wrong, model, tree in fringe_trees(
            task,
            rounds=_ROUNDS,
            least_rows=least,
            most=int(generator.choice(_MOST)),
            rows=rows,
            pool=pool,
            pairs=_PAIRS[int(generator.integers(len(_PAIRS)))],
            draw=draw,
        ):
            if any(each.tree.tests == tree.tests for each in elite):
                continue
            found = _Found(wrong, len(tree.tests), tree)
            if wrong == 0 and task.settled_by(model):
                return model
            if best is None or found[:2] < best[:2]:
                best = found
            elite.append(found)
            elite.sort(key=lambda each: each[:2])
            del elite[ELITE:]
        if best is not None:
            bests.append(best)
        if task.out_of_time():
            break
    return _vote(task, rows, sorted(bests, key=lambda each: each[:2]))


def _vote(task: Task, rows: Rows, bests: list[_Found]) -> Votes:
    """The majority of so many of the best as are right on most of the other rows; of equals the fewest."""
    trees = [each.tree for each in bests]
    made = (largest(task, rows, trees[:some]) for some in VOTES if some <= len(trees))
    return max(made, key=lambda model: task.accuracy(model.values(task.tune_x)))
