"""Patterns packed 64 to a word: bit *p* of word *w* is pattern 64·w + *p*, with one row of words for each net.

Example:
    >>> words = pack(np.array([[1, 0], [1, 1], [0, 1]], dtype=np.uint8))
    >>> words.tolist()  # two nets, three patterns
    [[3], [6]]
    >>> unpack(words, 3).tolist()
    [[1, 0], [1, 1], [0, 1]]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gatewright.arrays import Bits, Words
from gatewright.logic.formula import Formula, Operation

WORD = 64
"""Patterns in a word."""

_AT_ONCE = 512
"""Bytes of every net packed at a time, which stay in cache."""


def words_for(patterns: int) -> int:
    """Words that hold so many patterns."""
    return -(-patterns // WORD)


def pack(patterns: Bits) -> Words:
    """Patterns (patterns, nets) of 0 and 1 as words (nets, words); what is left of the last word is 0."""
    count, nets = patterns.shape
    data = np.zeros((words_for(count) * WORD // 8, nets), dtype=np.uint8)
    whole = count // 8
    eights = patterns[: whole * 8].reshape(whole, 8, nets)
    turned = np.empty((_AT_ONCE, nets), dtype=np.uint8)
    # Eight patterns are joined to a byte in place, and only the bytes are then turned around: twice
    # as fast on wide patterns as turning the bits.
    for first in range(0, whole, _AT_ONCE):
        into, some = data[first : min(whole, first + _AT_ONCE)], eights[first : first + _AT_ONCE]
        np.copyto(into, some[:, 0])
        for place in range(1, 8):
            shifted = np.left_shift(some[:, place], place, out=turned[: len(into)])
            np.bitwise_or(into, shifted, out=into)
    for place, row in enumerate(patterns[whole * 8 :]):
        data[whole] |= row << place
    return np.ascontiguousarray(data.T).view("<u8").astype(np.uint64, copy=False)


def unpack(words: Words, count: int) -> Bits:
    """The first ``count`` patterns of words (nets, words) as bits (patterns, nets)."""
    # Eight patterns a byte, one after the other: five times as fast as turning the bits around.
    data = np.ascontiguousarray(np.ascontiguousarray(words, dtype="<u8").view(np.uint8).T)
    bits = np.empty((len(data), 8, len(words)), dtype=np.uint8)
    for place in range(8):
        np.right_shift(data, place, out=bits[:, place])
    bits &= 1
    return bits.reshape(-1, len(words))[:count]


def unpack_nets(words: Words, count: int) -> Bits:
    """The first ``count`` patterns of words (nets, words) as bits (nets, patterns)."""
    data = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)
    return np.unpackbits(data, axis=1, count=count, bitorder="little")


Call = Callable[[], object]
"""One operation on existing arrays."""


def calls(
    formula: Formula, inputs: Sequence[Words], outputs: Sequence[Words], between: Sequence[Words]
) -> list[Call]:
    """The instructions of a formula, ready to run on these arrays, all of one shape.

    ``inputs`` are only read; results are left in ``outputs``; ``between`` is as many arrays as the formula
    asks for, whose values do not matter.
    """
    places = (*inputs, *outputs, *between)
    made: list[Call] = []
    for each in formula.instructions:
        sources, into = [places[source] for source in each.sources], places[each.place]
        if each.operation in _UFUNCS:
            made.append(_call(_UFUNCS[each.operation], *sources, into))
        elif each.operation == "copy":
            made.append(_call(np.copyto, into, *sources))
        else:
            made.append(_call(into.fill, _ALL if each.operation == "one" else 0))
    return made


_ALL = np.uint64(2**64 - 1)

_UFUNCS: Mapping[Operation, Callable[..., object]] = {
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "not": np.invert,
}


def _call(function: Callable[..., object], *arguments: object) -> Call:
    return lambda: function(*arguments)
