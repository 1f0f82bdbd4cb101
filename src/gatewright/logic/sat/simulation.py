"""All nodes of a graph on many patterns at once, level by level, in words of 64 patterns.

A node takes a few operations on a whole level of nodes at a time. What is kept of the patterns is a number for
every node: nodes with the same number agreed on all of them, up to negation, but for one in some 2^64 that did
not. Nothing is proved by that.

Example:
    >>> from gatewright.logic.xag import XorAndGraph
    >>> graph = XorAndGraph(2)
    >>> a, b = graph.variable(0), graph.variable(1)
    >>> f = graph.both(a, b)
    >>> seen = Simulation(graph).run(np.array([[0b1100], [0b1010]], np.uint64))
    >>> seen.ones(f).tolist(), len(set(seen.prints(np.array([0, 0, 0, 0])).tolist()))
    ([8], 4)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Indices, Words
from gatewright.logic.packed import words_for
from gatewright.logic.xag import Literal, XorAndGraph

_EVERY = np.uint64(2**64 - 1)

_SHIFT = np.uint64(29)

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""The golden ratio, by which words are multiplied lest sums of those that differ in one bit are the same."""

_WORDS, _HELD = 128, 2**24
"""Words of a round of random patterns, and words of all nodes that are held: 128 MB."""

_ROWS = 1024
"""Nodes that are summed up at once: their words stay in a cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """What came of some patterns.

    Attributes:
        words: shape (nodes, words), in the order of their levels.
        rows: by node, its row.
    """

    words: Words
    rows: Indices

    def ones(self, function: Literal) -> Words:
        """Where a function is 1, shape (words,)."""
        words: Words = self.words[self.rows[function >> 1]]
        return ~words if function & 1 else words

    def prints(self, negated: npt.NDArray[np.integer]) -> Words:
        """A number for every node, by what it is on the patterns: negated first, where that is 1.

        Args:
            negated: shape (nodes,).
        """
        words = self.words.shape[1]
        odd = np.random.default_rng(1).integers(0, 2**64, words, np.uint64) | np.uint64(1)
        flips = np.empty(len(self.rows), np.uint64)
        flips[self.rows] = np.where(negated, _EVERY, np.uint64(0))
        sums = np.empty(len(self.rows), np.uint64)
        for start in range(0, len(sums), _ROWS):
            span = slice(start, start + _ROWS)
            mixed = (self.words[span] ^ flips[span, None]) * _SPREAD
            mixed ^= mixed >> _SHIFT
            mixed *= odd
            sums[span] = mixed.sum(axis=1, dtype=np.uint64)
        return sums[self.rows]


class Simulation:
    """A graph laid out for patterns.

    Args:
        graph: not to grow afterwards.
    """

    def __init__(self, graph: XorAndGraph) -> None:
        first = graph.inputs + 1
        levels = [0] * first
        for left, right in zip(graph.lefts[first:], graph.rights[first:], strict=True):
            one, other = levels[left >> 1], levels[right >> 1]
            levels.append((one if one > other else other) + 1)
        lefts, rights = np.array(graph.lefts), np.array(graph.rights)
        # By level, ANDs first; the constant and the inputs, of level 0, stay where they are.
        keys = 2 * np.array(levels) + (lefts > rights)
        order = np.argsort(keys, kind="stable")
        self._rows = np.empty(len(order), np.intp)
        self._rows[order] = np.arange(len(order))
        starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
        self._steps = [
            (slice(start, end), bool(keys[order[start]] & 1))
            for start, end in zip(starts, [*starts[1:], len(order)], strict=True)
            if start
        ]
        lefts, rights = lefts[order], rights[order]
        self._lefts, self._rights = self._rows[lefts >> 1], self._rows[rights >> 1]
        self._flips = [
            np.where(side & 1, _EVERY, np.uint64(0))[:, None] for side in (lefts, rights)
        ]

    def run(self, values: Words) -> Simulated:
        """All nodes on some patterns.

        Args:
            values: shape (inputs, words).
        """
        inputs, width = values.shape
        words = np.empty((len(self._rows), width), np.uint64)
        words[0], words[1 : inputs + 1] = 0, values
        left_flips, right_flips = self._flips
        for span, is_xor in self._steps:
            left = words[self._lefts[span]]
            right = words[self._rights[span]]
            if is_xor:
                np.bitwise_xor(left, right, out=words[span])
            else:
                left ^= left_flips[span]
                right ^= right_flips[span]
                np.bitwise_and(left, right, out=words[span])
        return Simulated(words, self._rows)


def more_words(graph: XorAndGraph, draws: np.random.Generator) -> Words:
    """Random patterns, shape (inputs, words), at most 128 words; in half of them the first or last inputs are 0.

    A number is often given by inputs in a row, and a small or a round number does what hardly any other does.

    Args:
        graph: that they are for; of a large one there are fewer.
        draws: what they are made of.
    """
    inputs, patterns = graph.inputs, 64 * max(1, min(_WORDS, _HELD // len(graph)))
    bits = draws.integers(0, 2, (inputs, patterns), np.uint8)
    ends, places = draws.integers(0, inputs + 1, patterns // 2), np.arange(inputs)[:, None]
    bits[:, 0::4] &= places < ends[0::2]
    bits[:, 2::4] &= places >= ends[1::2]
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def words_of(values: Sequence[int], patterns: int) -> Words:
    """One integer for each input as words, shape (inputs, words); patterns of zeros fill the last."""
    width = max(1, words_for(patterns))
    data = b"".join(value.to_bytes(8 * width, "little") for value in values)
    return np.frombuffer(data, "<u8").astype(np.uint64, copy=False).reshape(len(values), width)
