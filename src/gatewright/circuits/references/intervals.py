"""Between which numbers a result lies, by those its operands lie between (R. E. Moore, Interval Analysis, 1966).

Of the operations of NumPy whose result may be wider than what it is made from. Exact, in Python's integers.

Example:
    >>> WIDENING[np.multiply]((-2, 3), (0, 10))
    (-20, 30)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

Bounds: TypeAlias = tuple[int, int]
"""Least and greatest."""

UNKNOWN: Bounds = (-(2**64), 2**64)
"""What does not fit NumPy's integers: Python's are used then, and raise an error if need be."""

MOST_PLACES = 2**16
"""Most places that a shift may move a number: more is a mistake, and would fill the memory."""

_MOST_POWER = 4096


def _added(a: Bounds, b: Bounds) -> Bounds:
    return a[0] + b[0], a[1] + b[1]


def _subtracted(a: Bounds, b: Bounds) -> Bounds:
    return a[0] - b[1], a[1] - b[0]


def _multiplied(a: Bounds, b: Bounds) -> Bounds:
    ends = [x * y for x in a for y in b]
    return min(ends), max(ends)


def _shifted(a: Bounds, b: Bounds) -> Bounds:
    if b[0] < 0 or b[1] > MOST_PLACES:
        return UNKNOWN
    return min(a[0] << b[0], a[0] << b[1]), max(a[1] << b[0], a[1] << b[1])


def _powered(a: Bounds, b: Bounds) -> Bounds:
    if b[0] < 0 or b[1] > _MOST_POWER:
        return UNKNOWN
    most = max(abs(a[0]), abs(a[1]), 1) ** b[1]
    return -most, most


def _negated(a: Bounds) -> Bounds:
    return -a[1], -a[0]


def _sized(a: Bounds) -> Bounds:
    return 0, max(abs(a[0]), abs(a[1]))


def _divided(a: Bounds, _: Bounds) -> Bounds:
    most = max(abs(a[0]), abs(a[1]))
    return -most, most


WIDENING: dict[Any, Callable[..., Bounds]] = {
    np.add: _added,
    np.subtract: _subtracted,
    np.multiply: _multiplied,
    np.left_shift: _shifted,
    np.power: _powered,
    np.negative: _negated,
    np.absolute: _sized,
    np.square: lambda a: _multiplied(a, a),
    np.floor_divide: _divided,
    np.lcm: lambda *_: UNKNOWN,
    np.matmul: lambda *_: UNKNOWN,
}
