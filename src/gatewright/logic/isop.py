"""A small cover of a truth table: cubes whose sum is the function, none of which can be left out.

By S. Minato, "Fast generation of irredundant sum-of-products forms from binary decision diagrams", 1992, on whole
numbers for tables: bit *r* is row *r*, and the first input is the most significant of a row's number.

Example:
    >>> cover(0b11101000, 0b11101000, 3, most=8)  # majority: each cube has inputs that are 1, and some that are 0
    [(6, 0), (5, 0), (3, 0)]
"""

from __future__ import annotations

from typing import TypeAlias

Term: TypeAlias = tuple[int, int]
"""The inputs that must be 1 and those that must be 0; the first input is the highest of ``inputs`` bits."""


class _TooManyError(Exception):
    """There are more cubes than were asked for."""


def cover(least: int, most_ones: int, inputs: int, *, most: int) -> list[Term] | None:
    """Cubes that cover ``least`` and nothing outside ``most_ones``; none where there would be more than ``most``.

    Args:
        least: the rows that must be covered.
        most_ones: the rows that may be.
        inputs: of the table.
        most: cubes.
    """
    try:
        return _cover(least, most_ones, inputs, [most])[0]
    except _TooManyError:
        return None


def _cover(least: int, may: int, inputs: int, left: list[int]) -> tuple[list[Term], int]:
    """The cubes, and the rows that they cover; ``left`` counts how many more there may be."""
    if not least:
        return [], 0
    rows = 1 << inputs
    if may == (1 << rows) - 1:
        left[0] -= 1
        if left[0] < 0:
            raise _TooManyError
        return [(0, 0)], may
    half, place = rows >> 1, 1 << (inputs - 1)
    low = (1 << half) - 1
    least0, least1, may0, may1 = least & low, least >> half, may & low, may >> half
    zero, ones0 = _cover(least0 & ~may1, may0, inputs - 1, left)
    one, ones1 = _cover(least1 & ~may0, may1, inputs - 1, left)
    rest = (least0 & ~ones0) | (least1 & ~ones1)
    both, shared = _cover(rest, may0 & may1, inputs - 1, left)
    terms = [(ones, zeros | place) for ones, zeros in zero]
    terms += [(ones | place, zeros) for ones, zeros in one]
    return terms + both, (ones0 | shared) | ((ones1 | shared) << half)
