"""Whether boxes leave a gap in a region, and how much work may be done to find out.

Used only by `checker`, and like it independent of all our other code. Ends are rational numbers,
floats taken at their exact values, and only their order matters here.

Example:
    >>> gap(((0, 9),), [((0, 5),), ((6, 9),)], Work())
    ((5, 6),)
    >>> gap(((0, 9),), [((0, 5.5),), ((5.5, 9),)], Work()) is None
    True
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from gatewright.certify.checking.file import refuse

MOST_WORK = 100_000_000
"""Most steps in which a file is checked: a step is about a product of two numbers, and all of them take half a
minute. A library of 222 gates takes a hundredth of them."""

Number: TypeAlias = Fraction | int | float
Box: TypeAlias = tuple[tuple[Number, Number], ...]
"""Least and greatest of every input; both belong to the box."""

_Placed: TypeAlias = tuple[tuple[int, int], ...]

_LOOK, _FACE = 2, 20  # steps for looking at a box, or weighing its faces, in each dimension


class Work:
    """The work that may still be done on a file; the same on every machine.

    Attributes:
        left: steps.
    """

    def __init__(self, most: int = MOST_WORK) -> None:
        self.left = most

    def take(self, steps: int) -> None:
        """Use up some steps, before the work is done.

        Raises:
            CertificateRefused: there are not enough left.
        """
        self.left -= steps
        if self.left < 0:
            refuse(f"to check it takes more than {MOST_WORK} steps: its proof is too intricate")


def reaching(region: Box, boxes: Sequence[Box]) -> list[Box]:
    """The boxes that have more than a face in common with a region, each once."""
    return [
        box
        for box in dict.fromkeys(boxes)
        if all(
            low < end and start < high
            for (start, end), (low, high) in zip(region, box, strict=True)
        )
    ]


def gap(region: Box, boxes: Sequence[Box], work: Work) -> Box | None:
    """A part of a region that no box covers; None if the boxes cover all of it.

    If one box contains the region, it is covered. Otherwise the region is cut in two along a face of a box,
    preferably one that cuts through no other box, and each part is examined with the boxes that reach
    into it. Boxes that only touch a part are left out: boxes are closed, so the others suffice.

    Args:
        region: of positive width in every dimension.
        boxes: may overlap, reach out of the region, or be flat.
        work: that may be done.
    """
    # Only the order of ends matters: from here on, an end is its place among all of its dimension.
    axes = [
        sorted({end for side in sides for end in side})
        for sides in zip(region, *boxes, strict=True)
    ]
    places = [{end: place for place, end in enumerate(axis)} for axis in axes]

    def placed(box: Box) -> _Placed:
        return tuple((at[low], at[high]) for at, (low, high) in zip(places, box, strict=True))

    todo = [(placed(region), [placed(box) for box in boxes])]
    while todo:
        part, near = todo.pop()
        work.take(_LOOK * len(part) * len(near))
        near = [box for box in near if _reaches_into(part, box)]
        if not near:
            return tuple(
                (axis[low], axis[high]) for axis, (low, high) in zip(axes, part, strict=True)
            )
        if not any(_contains(box, part) for box in near):
            work.take(_FACE * len(part) * len(near))
            axis, at = _best_cut(part, near)
            (low, high), rest = part[axis], part[axis + 1 :]
            todo.append(((*part[:axis], (low, at), *rest), near))
            todo.append(((*part[:axis], (at, high), *rest), near))
    return None


def _reaches_into(part: _Placed, box: _Placed) -> bool:
    return all(low < b and a < high for (a, b), (low, high) in zip(part, box, strict=True))


def _contains(box: _Placed, part: _Placed) -> bool:
    return all(low <= a and b <= high for (a, b), (low, high) in zip(part, box, strict=True))


def _best_cut(part: _Placed, near: Sequence[_Placed]) -> tuple[int, int]:
    """The dimension and place of the face that cuts through fewest boxes, then nearest the middle.

    There is one: a box that reaches into a part without containing it has a face inside.
    """
    best = (math.inf, math.inf, 0, 0)
    for axis, (a, b) in enumerate(part):
        lows, highs = sorted(box[axis][0] for box in near), sorted(box[axis][1] for box in near)
        for at in {*lows, *highs}:
            if a < at < b:
                below, above = bisect_left(lows, at), len(near) - bisect_right(highs, at)
                best = min(best, (below + above, max(below, above), axis, at))
    return best[2:]
