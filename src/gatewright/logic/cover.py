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
        block = ((1 << (1 << place)) - 1) << (1 << place)
        column = 0
        for _ in range(1 << (inputs - 1 - place)):
            column = column << (2 << place) | block
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
