"""Raw outputs as colours: from blue for 0 to amber for 1, in sixteen shades.

Sixteen are enough for the eye, and neighbours of one shade become one rectangle, so that the file stays
small.

Example:
    >>> shade(0.0), shade(1.0), shade(1.7), shade(float("nan"))
    ('#214e8c', '#f0b43c', '#f0b43c', '#808080')
    >>> sheet = Sheet("four points")
    >>> raster(sheet, np.array([[0.0, 0.0], [0.0, 1.0]]), left=0, top=0, size=10)
    >>> sheet.picture(10).svg.splitlines()[-2]
    '<path class="gw-shade" shape-rendering="crispEdges" d="M5 0h5v5h-5z" fill="#f0b43c"/>'
"""

from __future__ import annotations

import itertools

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.draw.canvas.sheet import Sheet, number

SHADES = 16
COLD, WARM = np.array([33, 78, 140]), np.array([240, 180, 60])
NONE = "#808080"
"""The colour of what is not a number."""


def shade(value: float) -> str:
    """The colour of a raw output."""
    return _COLOURS[int(_shades(np.array(value)))]


def _shades(values: Floats) -> Indices:
    whole = np.rint(np.clip(values, 0.0, 1.0) * (SHADES - 1))
    return np.where(np.isnan(values), SHADES, whole).astype(np.intp)


def _colour(share: float) -> str:
    red, green, blue = (COLD + (WARM - COLD) * share).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


_COLOURS = (*(_colour(each / (SHADES - 1)) for each in range(SHADES)), NONE)


def raster(sheet: Sheet, values: Floats, *, left: float, top: float, size: float) -> None:
    """Paint a square of values (n, n); the first row is the lowest, its first value the leftmost."""
    shades = _shades(values)
    cell, floor = size / len(values), top + size
    pieces: dict[int, list[str]] = {}
    for row, alike in itertools.groupby(map(tuple, shades.tolist())):
        deep = cell * len(list(alike))
        floor -= deep
        at = left
        for colour, run in itertools.groupby(row):
            wide = cell * len(list(run))
            pieces.setdefault(colour, []).append(
                f"M{number(at)} {number(floor)}h{number(wide)}v{number(deep)}h{number(-wide)}z"
            )
            at += wide
    for colour in sorted(pieces):
        sheet.mark(
            "path",
            kind="shade",
            shape_rendering="crispEdges",
            d="".join(pieces[colour]),
            fill=_COLOURS[colour],
        )


def scale(sheet: Sheet, x: float, y: float, *, wide: float, deep: float) -> None:
    """Paint every shade side by side, from 0 to 1."""
    for place in range(SHADES):
        sheet.mark(
            "rect",
            kind="scale",
            shape_rendering="crispEdges",
            x=x + place * wide / SHADES,
            y=y,
            width=wide / SHADES,
            height=deep,
            fill=_COLOURS[place],
        )
