"""The outline of a wire that branches: every stretch once, with a dot where it branches.

Example:
    >>> outline([[(0, 0), (9, 0), (9, 5)], [(0, 0), (20, 0)]])
    ('M0 0H20M9 0V5', ((9, 0),))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[int, int]


def outline(routes: Sequence[Sequence[Point]]) -> tuple[str, tuple[Point, ...]]:
    """The path of a wire that branches, every stretch drawn once, and the points where three or more meet."""
    across: dict[int, list[tuple[int, int]]] = {}
    down: dict[int, list[tuple[int, int]]] = {}
    for route in routes:
        for (x, y), (to_x, to_y) in pairwise(route):
            if y == to_y and x != to_x:
                across.setdefault(y, []).append((min(x, to_x), max(x, to_x)))
            elif y != to_y:
                down.setdefault(x, []).append((min(y, to_y), max(y, to_y)))
    rows = [(y, *span) for y in sorted(across) for span in _joined(across[y])]
    columns = [(x, *span) for x in sorted(down) for span in _joined(down[x])]
    path = [f"M{left} {y}H{right}" for y, left, right in rows]
    path += [f"M{x} {top}V{bottom}" for x, top, bottom in columns]
    dots = []
    for y, left, right in rows:
        for x, top, bottom in columns:
            if left <= x <= right and top <= y <= bottom:
                arms = (left < x) + (x < right) + (top < y) + (y < bottom)
                if arms > 2:
                    dots.append((x, y))
    return "".join(path), tuple(dots)


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of one line, those that touch as one."""
    start, end = min(spans)
    for left, right in sorted(spans):
        if left > end:
            yield start, end
            start, end = left, right
        end = max(end, right)
    yield start, end
