"""Two gates in a ring, each driving the other: how much noise the ring bears without losing its bit.

The output of one gate plotted against that of the other, both ways, gives two curves that cross three times;
like wings they enclose two lobes. The side of the largest square that fits into both is the static noise
margin (Seevinck, List & Lohstroh, IEEE Journal of Solid-State Circuits 22(5), 1987): noise of that size, on
both wires and as bad as it can be, is the least that turns the bit. What a datasheet proves is a lower bound
of it.

Example:
    >>> ideal = largest_square(lambda x: np.where(x < 0.5, 1.0, 0.0))
    >>> round(ideal.side, 6), round(ideal.x, 6), round(ideal.y, 6)
    (0.5, 0.0, 0.5)
    >>> largest_square(lambda x: 0.75 - 0.5 * x) is None  # a slope of less than 1 keeps nothing
    True
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatewright.arrays import Floats, Mask
from gatewright.records import dataclass

Curve = Callable[[Floats], Floats]
"""Outputs of inputs, shape (n,)."""

LOW, HIGH = -0.25, 1.25
"""Where to look for squares."""

LEVEL = 0.005
"""A curve that rises by less counts as level: smooth gates do, by a hair, before they fall."""

_POINTS = 601
_ZOOMS = 5
_HALVINGS = 50


@dataclass(frozen=True, slots=True)
class Square:
    """A square with sides along the axes.

    Attributes:
        x: its left edge.
        y: its lower edge.
        side: how long they are.
    """

    x: float
    y: float
    side: float


def squares(curve: Curve, *, falling: bool) -> tuple[Square, Square] | None:
    """The largest square in each lobe between ``y = curve(x)`` and ``x = curve(y)``.

    The smaller of their sides is the static noise margin. None if the ring keeps no bit, as the curves
    cross only once, or if the curve bends back, so that this says nothing of noise.

    Args:
        curve: of an inverter, or of a gate that repeats its input.
        falling: which of them.
    """
    turned: Curve = curve if falling else lambda x: 1.0 - curve(x)
    values = turned(np.linspace(0.0, 1.0, 4001))
    if (values - np.minimum.accumulate(values)).max() > LEVEL:
        return None
    if falling:
        square = largest_square(curve)
        return None if square is None else (square, Square(square.y, square.x, square.side))
    # Seen upside down both curves fall: y' = 1 - curve(x) and x = curve(1 - y').
    second: Curve = lambda y: curve(1.0 - y)  # noqa: E731 - a curve like the other
    one, two = largest_square(turned, second), largest_square(second, turned)
    if one is None or two is None:
        return None
    return (
        Square(one.x, 1.0 - one.y - one.side, one.side),
        Square(two.y, 1.0 - two.x - two.side, two.side),
    )


def largest_square(first: Curve, second: Curve | None = None) -> Square | None:
    """The largest square in the upper left lobe between ``y = first(x)`` and ``x = second(y)``.

    A square whose lower left corner (second(y), y) lies on the second curve fits if its upper right corner
    lies not above the first: y + s ≤ first(second(y) + s). The right side falls as s grows, so for each y
    the largest s is found by halving; of all y the best is found by looking ever closer.

    Args:
        first: never rising.
        second: never rising; by default the same as the first.

    Returns:
        The square; None if the curves enclose none.
    """
    second = second or first
    low, high = LOW, HIGH
    best: Square | None = None
    for zoom in range(_ZOOMS):
        y = np.linspace(low, high, _POINTS)
        x = second(y)
        inside = first(x) > y
        if not zoom:
            inside = _topmost(inside)
        least, most = np.zeros(_POINTS), np.where(inside, HIGH - LOW, 0.0)
        for _ in range(_HALVINGS):
            side = (least + most) / 2
            fits = y + side <= first(x + side)
            least, most = np.where(fits, side, least), np.where(fits, most, side)
        place = int(np.argmax(least))
        if least[place] > (best.side if best else 0.0):
            best = Square(float(x[place]), float(y[place]), float(least[place]))
        if best is None:
            return None
        reach = 4 * (high - low) / _POINTS
        low, high = float(y[place]) - reach, float(y[place]) + reach
    return best


def _topmost(inside: Mask) -> Mask:
    """Only the last run of true values; nothing if it is also the first run, as there is no lobe then."""
    ends = np.flatnonzero(inside)
    if not len(ends):
        return inside
    before = np.flatnonzero(~inside[: ends[-1]])
    start = before[-1] + 1 if len(before) else 0
    kept = np.zeros_like(inside)
    kept[start:] = inside[start:] if start else False
    return kept
