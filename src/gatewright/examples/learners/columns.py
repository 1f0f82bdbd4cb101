"""Features of rows, packed 64 rows to a word, and how often each is 1 where the answer is 1.

Counting is all that a decision tree does with data. Words of one feature stand apart by the number of features,
so that a node looks only at words that hold rows of it. With Numba (the extra ``fast``) the loop is compiled;
both count the same whole numbers, so both learn the same tree.

Example:
    >>> x = np.array([[0, 1], [1, 1], [1, 0]], dtype=np.uint8)
    >>> rows, ones = packed_rows(x), packed_row(np.array([0, 1, 1], dtype=np.uint8))
    >>> count(rows, packed_row(np.ones(3, dtype=np.uint8)), ones)
    (array([2, 2]), array([2, 1]))
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from gatewright.arrays import Bits, Indices, Words
from gatewright.logic.packed import pack

MOST_AT_ONCE = 1 << 22
"""Words that NumPy counts at a time: 32 MB."""

LEAST_COMPILED = 1 << 10
"""Words of a table from which on it is worth to compile the loop, or to load it."""


def packed_rows(x: Bits) -> Words:
    """Bits (rows, features) as words (words, features)."""
    return np.ascontiguousarray(pack(np.ascontiguousarray(x)).T)


def packed_row(bits: Bits) -> Words:
    """Bits (rows,) as words (words,)."""
    return packed_rows(bits[:, None])[:, 0]


def ones_in(words: Words) -> int:
    """How many bits are 1."""
    return int(_popcount(words).sum(dtype=np.int64))


def count(rows: Words, mask: Words, ones: Words) -> tuple[Indices, Indices]:
    """By feature: rows of a mask where it is 1, and those of them where the answer is 1, shape (features,).

    Args:
        rows: the features, shape (words, features).
        mask: the rows that count, shape (words,).
        ones: where the answer is 1, shape (words,).
    """
    places = np.flatnonzero(mask)
    compiled = _compiled() if rows.size >= LEAST_COMPILED else None
    if compiled is not None:
        found = compiled(rows, places, mask, ones)
        return found[0], found[1]
    total = np.zeros((2, rows.shape[1]), dtype=np.intp)
    step = max(1, MOST_AT_ONCE // max(1, rows.shape[1]))
    for first in range(0, len(places), step):
        some = places[first : first + step]
        there = rows[some] & mask[some, None]
        total[0] += _popcount(there).sum(0, dtype=np.intp)
        there &= ones[some, None]
        total[1] += _popcount(there).sum(0, dtype=np.intp)
    return total[0], total[1]


_FIVES, _THREES, _NIBBLES, _BYTES = (
    np.uint64(each)
    for each in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F, 0x0101010101010101)
)
_1, _2, _4, _56 = (np.uint64(each) for each in (1, 2, 4, 56))


def _swar(words: Any) -> Any:
    """Bits that are 1, of every word (H. S. Warren, Hacker's Delight, section 5-1)."""
    words = words - ((words >> _1) & _FIVES)
    words = (words & _THREES) + ((words >> _2) & _THREES)
    return (((words + (words >> _4)) & _NIBBLES) * _BYTES) >> _56


_popcount: Callable[[Words], Any] = getattr(np, "bitwise_count", _swar)  # NumPy 2 has it


@cache
def _compiled() -> Callable[..., Any] | None:
    """The loop by Numba; none where it is not installed."""
    if find_spec("numba") is None:
        return None
    import numba

    popcount = numba.njit(inline="always")(_swar)

    def loop(rows: Any, places: Any, mask: Any, ones: Any) -> Any:
        features = rows.shape[1]
        total = np.zeros((2, features), dtype=np.intp)
        for place in places:
            where, right = mask[place], mask[place] & ones[place]
            for feature in range(features):
                word = rows[place, feature]
                total[0, feature] += np.intp(popcount(word & where))
                total[1, feature] += np.intp(popcount(word & right))
        return total

    made: Callable[..., Any] = numba.njit(cache=True)(loop)
    return made
