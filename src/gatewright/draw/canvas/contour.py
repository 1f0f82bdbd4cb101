"""Where values over a square cross a level, as lines: marching squares, straight between the middles of cells.

W. Lorensen and H. Cline, "Marching cubes", SIGGRAPH 1987, here of two dimensions. Where all four sides of a cell
are crossed, the mean of its corners says which belong together.

Example:
    >>> rising = np.array([[0.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    >>> [line.tolist() for line in contour(rising, 0.5)]
    [[[0.5, 0.0], [0.5, 1.0], [0.5, 2.0]]]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats

Side = tuple[int, int, int]
"""From the point of a row and a column on, to the next one along the row (0) or up (1)."""


def contour(values: Floats, level: float) -> list[Floats]:
    """The lines on which values (n, n) are a level, each shape (points, 2): column and row, in cells.

    Squares with a corner that is not finite have none.
    """
    joined: dict[Side, list[Side]] = {}
    above = values >= level
    corners = [above[:-1, :-1], above[:-1, 1:], above[1:, :-1], above[1:, 1:]]
    mixed = np.logical_or.reduce(corners) & ~np.logical_and.reduce(corners)
    for row, column in np.argwhere(mixed).tolist():
        cell = values[row : row + 2, column : column + 2]
        if not np.isfinite(cell).all():
            continue
        for one, other in _crossed(cell >= level, bool(cell.mean() >= level), row, column):
            joined.setdefault(one, []).append(other)
            joined.setdefault(other, []).append(one)
    return [_points(line, values, level) for line in _lines(joined)]


def _crossed(above: np.ndarray, middle: bool, row: int, column: int) -> list[tuple[Side, Side]]:
    """Which sides of a cell a line leads between."""
    low, high = (row, column, 0), (row + 1, column, 0)
    left, right = (row, column, 1), (row, column + 1, 1)
    (a, b), (c, d) = above.tolist()
    sides = [
        side
        for side, ends in ((low, a != b), (left, a != c), (right, b != d), (high, c != d))
        if ends
    ]
    if len(sides) == 2:
        return [(sides[0], sides[1])]
    return [(low, right), (left, high)] if a == middle else [(low, left), (right, high)]


def _lines(joined: dict[Side, list[Side]]) -> list[list[Side]]:
    """The sides that lines lead over, one after the other: those with ends first, then rings."""
    found, seen = [], set()
    ends = [side for side, others in joined.items() if len(others) == 1]
    for start in [*ends, *joined]:
        if start in seen:
            continue
        line, here = [start], start
        seen.add(start)
        while True:
            following = next((each for each in joined[here] if each not in seen), None)
            if following is None:
                break
            seen.add(following)
            line.append(following)
            here = following
        if start in joined[here] and len(line) > 2:
            line.append(start)
        found.append(line)
    return found


def _points(line: list[Side], values: Floats, level: float) -> Floats:
    """Where a line crosses each side, straight between the values at its ends."""
    points = []
    for row, column, up in line:
        first = float(values[row, column])
        last = float(values[row + 1, column] if up else values[row, column + 1])
        share = (level - first) / (last - first)
        points.append((column + (0.0 if up else share), row + (share if up else 0.0)))
    return np.array(points)
