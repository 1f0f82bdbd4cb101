"""Fringe trees: pairs of tests near the leaves become features, and the tree is grown again with them.

A decision tree repeats a test of several inputs on every path that needs it. The pairs of tests just above its
leaves are what it would rather have asked at once; joined by AND and XOR they are new features (G. Pagallo, D.
Haussler, Boolean feature discovery in empirical learning, Machine Learning 5, 1990; A. L. Oliveira, A.
Sangiovanni-Vincentelli, Learning complex Boolean functions, NIPS 1993).

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (400, 6), dtype=np.uint8)
    >>> y = x[:, 0] ^ x[:, 1] ^ (x[:, 2] & x[:, 3])
    >>> task = Task(x[:300], y[:300], x[300:], y[300:])
    >>> found = best(fringe_trees(task, rounds=6))
    >>> task.accuracy(found.values(task.tune_x)), len(found.trees)
    (1.0, 1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gatewright.arrays import Indices, Words
from gatewright.examples.learners.columns import ones_in, packed_row, packed_rows
from gatewright.examples.learners.model import Votes, fits, votes
from gatewright.examples.learners.task import Task
from gatewright.examples.learners.tree import Tree, first_splits, grow, pruned
from gatewright.logic.xag import Literal, XorAndGraph

MOST_FEATURES = 200
"""Features of a round beside the inputs: those that stand most often above leaves."""


class Rows:
    """Rows to learn from and to prune by, packed, with features that may be added."""

    def __init__(self, task: Task) -> None:
        self.graph = XorAndGraph(task.x.shape[1])
        self.ones = packed_row(task.y)
        self.tune_ones = packed_row(task.tune_y)
        self.mask = packed_row(np.ones_like(task.y))
        # Of the other rows every second one prunes, and the rest choose: a tree looks too good on rows that
        # pruned it.
        every = np.ones_like(task.tune_y)
        every[1::2] = 0
        self.prune_mask, self.tune_mask = packed_row(every), packed_row(1 - every)
        both = (packed_rows(task.x), packed_rows(task.tune_x))
        first = [self.graph.variable(at) for at in range(self.graph.inputs)]
        # By node of the graph: the words of both kinds of rows.
        self._known: dict[int, tuple[Words, Words]] = {
            literal >> 1: (both[0][:, at], both[1][:, at]) for at, literal in enumerate(first)
        }
        self.inputs = first

    def join(self, f: Literal, g: Literal, *, differ: bool) -> Literal:
        """The AND or XOR of two features, as one that is not negated."""
        made = (self.graph.differ(f, g) if differ else self.graph.both(f, g)) & ~1
        node = made >> 1
        if node and node not in self._known:
            left, right = self._columns(f), self._columns(g)
            if differ:
                whole = [a ^ b for a, b in zip(left, right, strict=True)]
                if (self.graph.differ(f, g)) & 1:
                    whole = [~each for each in whole]
            else:
                whole = [a & b for a, b in zip(left, right, strict=True)]
            self._known[node] = (whole[0] & self.mask, whole[1])
        return made

    def _columns(self, f: Literal) -> tuple[Words, Words]:
        one, two = self._known[f >> 1]
        return (~one, ~two) if f & 1 else (one, two)

    def tables(self, features: Sequence[Literal]) -> tuple[Words, Words]:
        """The words of features, shape (words, features) each."""
        one = np.stack([self._known[each >> 1][0] for each in features], axis=1)
        two = np.stack([self._known[each >> 1][1] for each in features], axis=1)
        return one, two

    def wrong(self, tree: Tree, tune: Words) -> int:
        """How many of the other rows a tree of these columns gets wrong."""
        return ones_in((tree.values(tune) ^ self.tune_ones) & self.tune_mask)


class Candidate(NamedTuple):
    """How many of the rows that choose a tree gets wrong; it as a model, and over the graph of the rows."""

    wrong: int
    model: Votes
    tree: Tree


def fringe(tree: Tree) -> Iterator[tuple[int, int, bool]]:
    """The pairs of tests above leaves: as signed places, twice a feature plus one if negated; whether as XOR."""
    for node in range(len(tree.tests)):
        for side, child in enumerate((tree.lows[node], tree.highs[node])):
            if child < 0:
                continue
            upper, lower = tree.tests[node], tree.tests[child]
            ends = tree.lows[child], tree.highs[child]
            for below, end in enumerate(ends):
                if end < 0:
                    yield 2 * upper + 1 - side, 2 * lower + 1 - below, False
            if min(ends) < 0:
                yield 2 * upper, 2 * lower, True


def edges(tree: Tree) -> Iterator[tuple[int, int, bool]]:
    """The same of all pairs of tests, one below the other, wherever they stand in the tree."""
    for node in range(len(tree.tests)):
        for side, child in enumerate((tree.lows[node], tree.highs[node])):
            if child >= 0:
                upper, lower = tree.tests[node], tree.tests[child]
                for below in (0, 1):
                    yield 2 * upper + 1 - side, 2 * lower + 1 - below, False
                yield 2 * upper, 2 * lower, True


def fringe_trees(
    task: Task,
    *,
    rounds: int = 20,
    least_rows: int = 2,
    most: int = MOST_FEATURES,
    rows: Rows | None = None,
    pool: Sequence[Literal] = (),
    pairs: Callable[[Tree], Iterator[tuple[int, int, bool]]] = fringe,
    draw: Callable[[int], Callable[[], Indices] | None] = lambda _: None,
) -> Iterator[Candidate]:
    """A tree a round, pruned, each with the features that the one before asked for.

    Args:
        task: the rows, and the ANDs that a tree may cost.
        rounds: how many.
        least_rows: rows on either side of a split.
        most: features that a round takes over from the one before.
        rows: with features made before; by default of the task alone.
        pool: features to begin with, beside the inputs.
        pairs: gives the pairs of a tree's tests that become features.
        draw: gives, for a number of features, what draws those that a node may look at; by default all.

    Yields:
        Every tree, as it was grown and pruned.
    """
    rows = rows or Rows(task)
    features = list(dict.fromkeys([*rows.inputs, *pool]))
    for _ in range(rounds):
        known = set(features)
        table, tune = rows.tables(features)
        grown = grow(table, rows.ones, rows.mask, least_rows=least_rows, draw=draw(len(features)))
        for prune in (False, True):
            yield within(task, rows, grown, features, tune, prune=prune)
        used = [features[test] for test in grown.tests]
        made = [
            rows.join(features[a >> 1] ^ (a & 1), features[b >> 1] ^ (b & 1), differ=differ)
            for a, b, differ in pairs(grown)
        ]
        # What stands above many leaves is what the function is made of; what stands above one may be chance.
        more = [each for each, _ in Counter([*used, *made]).most_common(most) if each]
        features = list(dict.fromkeys([*rows.inputs, *more]))
        if known >= set(features) or task.out_of_time():
            return


def within(
    task: Task,
    rows: Rows,
    tree: Tree,
    features: Sequence[Literal],
    tune: Words,
    *,
    prune: bool,
) -> Candidate:
    """A tree, pruned or not, cut to fewer leaves if it is larger than allowed."""
    leaves = tree.leaves
    while True:
        small = first_splits(tree, leaves)
        if prune:
            small = pruned(small, tune, rows.tune_ones, rows.prune_mask)
        asked = on_literals(small, features)
        made = votes(rows.graph, [asked])
        if fits(made, task.most_ands):
            return Candidate(rows.wrong(small, tune), made, asked)
        leaves = leaves * 3 // 4


def on_literals(tree: Tree, features: Sequence[Literal]) -> Tree:
    """The tree with literals in place of the numbers of columns."""
    return replace(tree, tests=tuple(features[test] for test in tree.tests))


def best(models: Iterable[Candidate]) -> Votes:
    """The model that gets fewest of the other rows wrong; of equals the first."""
    return min(models, key=lambda each: each.wrong).model
