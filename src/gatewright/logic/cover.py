"""A cover: a function of any number of inputs as a sum of products.

A cube is two whole numbers, the inputs that must be 1 and those that must be 0; bit *i* is input *i*.

Example:
    >>> majority = [cube("11-"), cube("1-1"), cube("-11")]
    >>> f"{table(majority, 3):08b}"
    '11101000'
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from gatewright.arrays import Bits
from gatewright.records import dataclass

Cube: TypeAlias = tuple[int, int]

_ONES, _ZEROS = str.maketrans("10-", "100"), str.maketrans("10-", "010")


def cube(text: str) -> Cube:
    """The cube of a text such as ``1-0``, with a character for each input.

    Raises:
        ValueError: a character other than 0, 1 and -.
    """
    odd = set(text) - {"0", "1", "-"}
    if odd:
        raise ValueError(min(odd))
    # Whole, as bit by bit takes a time quadratic in the width; the first input is the lowest bit.
    bits = f"-{text[::-1]}"
    return int(bits.translate(_ONES), 2), int(bits.translate(_ZEROS), 2)


def literals(cubes: Iterable[Cube]) -> int:
    """How many literals a cover has."""
    return sum((positive | negative).bit_count() for positive, negative in cubes)


@lru_cache(maxsize=64)
def columns_of(inputs: int) -> tuple[int, ...]:
    """By input, the rows in which it is 1, as one number; the first input is the most significant."""
    columns = []
    for place in reversed(range(inputs)):
        column, width = ((1 << (1 << place)) - 1) << (1 << place), 2 << place
        while width < 1 << inputs:
            column, width = column << width | column, 2 * width
        columns.append(column)
    return tuple(columns)


def table(cubes: Iterable[Cube], inputs: int) -> int:
    """The truth table of a cover of ``inputs`` inputs: bit *r* is row *r*, as in `TruthTable`."""
    every, columns, ones = (1 << (1 << inputs)) - 1, columns_of(inputs), 0
    for positive, negative in cubes:
        rows = every
        for place, column in enumerate(columns):
            if positive >> place & 1:
                rows &= column
            if negative >> place & 1:
                rows &= ~column
        ones |= rows
    return ones


@dataclass(frozen=True, slots=True)
class Covers:
    """What a file of truth tables says: for every output, the cubes in which it is 1; elsewhere it is 0.

    Attributes:
        inputs: their names; bit *i* of a cube is input *i*.
        outputs: their names.
        sets: the cubes of each output.

    Example:
        >>> either = Covers(("a", "b"), ("y",), ((cube("1-"), cube("-1")),))
        >>> either.values(np.array([[0, 0], [0, 1]])).tolist()
        [[0], [1]]
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    sets: tuple[tuple[Cube, ...], ...]

    def rows(self) -> Bits:
        """Every output in every row, shape (outputs, 2**inputs); the first input is the most significant."""
        count = len(self.inputs)
        found = np.zeros((len(self.outputs), *(2,) * count), dtype=np.uint8)
        for row, cubes in zip(found, self.sets, strict=True):
            for positive, negative in cubes:
                place = (
                    1 if positive >> at & 1 else 0 if negative >> at & 1 else slice(None)
                    for at in range(count)
                )
                row[tuple(place)] = 1
        return found.reshape(len(self.outputs), -1)

    def values(self, patterns: Bits) -> Bits:
        """Every output of patterns (patterns, inputs), shape (patterns, outputs)."""
        columns = [np.packbits(column) for column in patterns.T]
        found = np.zeros((len(self.outputs), -(-len(patterns) // 8)), dtype=np.uint8)
        for row, cubes in zip(found, self.sets, strict=True):
            for positive, negative in cubes:
                inside = np.full(len(row), 255, dtype=np.uint8)
                for at, column in enumerate(columns):
                    if positive >> at & 1:
                        inside &= column
                    elif negative >> at & 1:
                        inside &= ~column
                row |= inside
        return np.unpackbits(found, axis=1, count=len(patterns)).T


def support(ones: int, inputs: int) -> tuple[int, tuple[int, ...]]:
    """A truth table without the inputs that do not matter, and the places of those that do."""
    places = list(range(inputs))
    for place in reversed(range(inputs)):
        count = len(places)
        column = columns_of(count)[place]
        shift = 1 << (count - 1 - place)
        if (ones & column) >> shift == ones & ~column:
            ones = _without(ones, count, place)
            del places[place]
    return ones, tuple(places)


def _without(ones: int, inputs: int, place: int) -> int:
    """The table with one input at 0."""
    block = 1 << (inputs - 1 - place)
    mask, made = (1 << block) - 1, 0
    for at in range(1 << place):
        made |= (ones >> (2 * at * block) & mask) << (at * block)
    return made
