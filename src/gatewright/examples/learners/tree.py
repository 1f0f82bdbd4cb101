"""Decision trees over features of rows, grown best split first and pruned on other rows.

A split is chosen by the information it gives (J. R. Quinlan, Induction of decision trees, Machine Learning 1,
1986), a node is pruned where a leaf is no worse on rows that did not grow the tree (reduced-error pruning, J. R.
Quinlan, Simplifying decision trees, 1987).

Example:
    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 8, dtype=np.uint8)
    >>> y = x[:, 0] & x[:, 1]
    >>> tree = grow(packed_rows(x), packed_row(y), packed_row(np.ones_like(y)))
    >>> tree
    Tree(root=0, tests=(0, 1), lows=(-1, -1), highs=(1, -2), majorities=(-1, -1))
    >>> tree.walked(x[:4]), bin(tree.values(packed_rows(x[:4]))[0])
    (array([0, 0, 0, 1], dtype=uint8), '0b1000')
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import cache

import numpy as np

from gatewright.arrays import Bits, Floats, Indices, Words
from gatewright.examples.learners.columns import count, ones_in, packed_row, packed_rows
from gatewright.records import dataclass

__all__ = ["Tree", "grow", "packed_row", "packed_rows", "pruned"]

LEAF = (-1, -2)
"""A child that is a leaf of 0, and one of 1."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A decision tree; a child is a node, or below zero one of `LEAF`.

    Attributes:
        root: node 0, or a leaf.
        tests: by node, the feature that it looks at.
        lows: by node, its child where the feature is 0; children come after their parents.
        highs: by node, its child where the feature is 1.
        majorities: by node, the leaf it was before it was split.
    """

    root: int
    tests: tuple[int, ...]
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    majorities: tuple[int, ...] = ()

    @property
    def leaves(self) -> int:
        """Number of leaves."""
        return len(self.tests) + 1

    def values(self, rows: Words) -> Words:
        """The answer for rows, packed, shape (words,), of features (words, features)."""
        zero = np.zeros(len(rows), dtype=np.uint64)
        found: list[Words] = [zero] * len(self.tests)

        def of(child: int) -> Words:
            return found[child] if child >= 0 else (zero if child == LEAF[0] else ~zero)

        for node in reversed(range(len(self.tests))):
            test = rows[:, self.tests[node]]
            found[node] = (test & of(self.highs[node])) | (~test & of(self.lows[node]))
        return of(self.root)

    def walked(self, x: Bits) -> Bits:
        """The answer for rows of bits (rows, features), shape (rows,): each walks down the tree."""
        at = np.full(len(x), self.root)
        if self.tests:
            tests, children = np.array(self.tests), np.array([self.lows, self.highs])
            rows = np.arange(len(x))
            while (inner := at >= 0).any():
                node = at[inner]
                at[inner] = children[x[rows[inner], tests[node]], node]
        answers: Bits = (at == LEAF[1]).astype(np.uint8)
        return answers


def grow(
    rows: Words,
    ones: Words,
    mask: Words,
    *,
    most_leaves: int = 1 << 30,
    least_rows: int = 1,
    draw: Callable[[], Indices] | None = None,
) -> Tree:
    """A tree that splits where most is learned first.

    Args:
        rows: features, shape (words, features).
        ones: where the answer is 1, shape (words,).
        mask: the rows to learn from, shape (words,).
        most_leaves: when to stop.
        least_rows: rows on either side of a split.
        draw: gives the features that a node may look at; by default all.
    """
    growing = _Growing(rows, ones, least_rows, draw)
    growing.add(mask, -1, False, None)
    while growing.waiting and len(growing.tests) + 1 < most_leaves:
        growing.split()
    return growing.tree()


class _Growing:
    """A tree while it grows: leaves wait in order of what their best split gives."""

    def __init__(
        self, rows: Words, ones: Words, least: int, draw: Callable[[], Indices] | None
    ) -> None:
        self._rows, self._ones, self._least, self._draw = rows, ones, least, draw
        self.tests: list[int] = []
        self._children: list[list[int]] = [[], []]
        self.waiting: list[tuple[float, int, int]] = []
        self._leaves: list[tuple[Words, int, bool, int, tuple[Indices, Indices]]] = []
        self._root = LEAF[0]
        self._majorities: list[int] = []

    def add(
        self, mask: Words, parent: int, high: bool, counts: tuple[Indices, Indices] | None
    ) -> None:
        """A new leaf, below a node."""
        total, right = ones_in(mask), ones_in(mask & self._ones)
        self._hang(LEAF[2 * right > total], parent, high)
        if right in (0, total) or total < 2 * self._least:
            return
        if counts is None:
            counts = self._count(mask)
        n, p = counts
        gains = _gains(n, p, total, right, self._least)
        if self._draw is None:
            feature = int(np.argmax(gains))
        else:
            drawn = self._draw()
            if not len(drawn):
                return
            feature = int(drawn[np.argmax(gains[drawn])])
        if gains[feature] <= 0:
            return
        heapq.heappush(self.waiting, (-float(gains[feature]), len(self._leaves), feature))
        self._leaves.append((mask, parent, high, total, counts))

    def split(self) -> None:
        """Make the leaf that gives most a node."""
        _, number, feature = heapq.heappop(self.waiting)
        mask, parent, high, total, (n, p) = self._leaves[number]
        node = len(self.tests)
        self._hang(node, parent, high)
        self.tests.append(feature)
        self._majorities.append(LEAF[2 * ones_in(mask & self._ones) > total])
        for children in self._children:
            children.append(LEAF[0])
        ones = mask & self._rows[:, feature]
        sides = (mask & ~ones, ones)
        # Rows of the larger side are those of the node without those of the smaller.
        small = int(2 * int(n[feature]) <= total)
        counted = self._count(sides[small])
        rest = (n - counted[0], p - counted[1])
        for side in (0, 1):
            self.add(sides[side], node, bool(side), counted if side == small else rest)

    def _count(self, mask: Words) -> tuple[Indices, Indices]:
        return count(self._rows, mask, self._ones)

    def _hang(self, child: int, parent: int, high: bool) -> None:
        if parent < 0:
            self._root = child
        else:
            self._children[high][parent] = child

    def tree(self) -> Tree:
        lows, highs = self._children
        return Tree(
            self._root, tuple(self.tests), tuple(lows), tuple(highs), tuple(self._majorities)
        )


@cache
def _entropies(size: int) -> Floats:
    """``n·log n`` of the whole numbers below ``size``."""
    numbers = np.arange(size, dtype=np.float64)
    return numbers * np.log(np.maximum(numbers, 1))


def _gains(n: Indices, p: Indices, total: int, right: int, least: int) -> Floats:
    """What splitting by each feature tells, in nats times rows; -1 where a side has too few rows."""
    of = _entropies(1 << total.bit_length())
    high = of[p] + of[n - p] - of[n]
    m, q = total - n, right - p
    low = of[q] + of[m - q] - of[m]
    gains = high + low - (of[right] + of[total - right] - of[total])
    return np.where(np.minimum(n, m) < least, -1.0, gains)


def pruned(tree: Tree, rows: Words, ones: Words, mask: Words) -> Tree:
    """The tree without what other rows do not ask for: a node is a leaf where that is no worse on them.

    Args:
        tree: grown on rows of its own.
        rows: features of the other rows, shape (words, features).
        ones: where the answer is 1.
        mask: the rows that count.
    """
    nodes = len(tree.tests)
    masks: list[Words] = [mask] * nodes
    below: list[list[tuple[int, int]]] = [[(0, 0), (0, 0)] for _ in range(nodes)]
    for node in range(nodes):
        high = masks[node] & rows[:, tree.tests[node]]
        for side, child in enumerate((tree.lows[node], tree.highs[node])):
            part = high if side else masks[node] & ~high
            if child >= 0:
                masks[child] = part
            else:
                right = ones_in(part & ones)
                below[node][side] = (ones_in(part) - right, right)
    parents = {
        child: (node, side)
        for side, children in enumerate((tree.lows, tree.highs))
        for node, child in enumerate(children)
        if child >= 0
    }
    # Of every subtree: rows of 0 and of 1, and how many of them it gets wrong.
    became: list[int] = list(range(nodes))
    wrong = [0] * nodes
    for node in reversed(range(nodes)):
        errors, sums = 0, [0, 0]
        for side, child in enumerate((tree.lows[node], tree.highs[node])):
            zero, one = below[node][side]
            sums[0] += zero
            sums[1] += one
            if child >= 0:
                errors += wrong[child]
            else:
                errors += zero if child == LEAF[1] else one
        best = int(sums[1] > sums[0])
        leaf = sums[1 - best]
        if sums[0] + sums[1] and leaf <= errors:
            became[node], errors = LEAF[best], leaf
        elif not sums[0] + sums[1]:  # no other row says anything of it
            became[node] = tree.majorities[node]
        wrong[node] = errors
        if node in parents:
            parent, side = parents[node]
            below[parent][side] = (sums[0], sums[1])
    return _renumbered(tree, became)


def first_splits(tree: Tree, leaves: int) -> Tree:
    """The tree as it was when it had so many leaves; nodes are in the order in which they were made."""
    nodes = max(0, leaves - 1)
    if nodes >= len(tree.tests):
        return tree
    if not nodes:
        return Tree(tree.majorities[0], (), (), (), ())
    lows, highs = (
        tuple(each if each < nodes else tree.majorities[each] for each in children[:nodes])
        for children in (tree.lows, tree.highs)
    )
    return Tree(0, tree.tests[:nodes], lows, highs, tree.majorities[:nodes])


def _renumbered(tree: Tree, became: list[int]) -> Tree:
    """The tree where nodes became leaves."""
    if tree.root < 0:
        return tree
    if became[tree.root] < 0:
        return Tree(became[tree.root], (), (), (), ())
    order, todo = [], [tree.root]
    while todo:
        node = todo.pop()
        order.append(node)
        below = (tree.highs[node], tree.lows[node])
        todo += [child for child in below if child >= 0 and became[child] >= 0]
    number = {node: place for place, node in enumerate(order)}

    def child_of(child: int) -> int:
        return child if child < 0 else number.get(child, became[child])

    return Tree(
        0,
        tuple(tree.tests[node] for node in order),
        tuple(child_of(tree.lows[node]) for node in order),
        tuple(child_of(tree.highs[node]) for node in order),
        tuple(tree.majorities[node] for node in order),
    )
