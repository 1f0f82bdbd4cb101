"""Raw outputs as colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gatewright.draw.canvas.raster import SHADES, raster, scale, shade
from gatewright.draw.canvas.sheet import Sheet
from gatewright.draw.picture import Picture

if TYPE_CHECKING:
    from tests.draw.conftest import Drawing


def test_shades_run_from_blue_to_amber() -> None:
    assert (shade(0.0), shade(1.0)) == ("#214e8c", "#f0b43c")
    assert (shade(-3.0), shade(1e9), shade(float("inf"))) == (shade(0.0), shade(1.0), shade(1.0))
    every = [shade(value) for value in np.linspace(0, 1, 100)]
    assert len(dict.fromkeys(every)) == SHADES
    assert shade(float("nan")) not in every


def test_every_value_is_painted_where_it_lies_and_once(read: Callable[[Picture], Drawing]) -> None:
    values = np.random.default_rng(0).random((12, 12)).round(1)
    values[3], values[4] = values[2], np.nan
    sheet = Sheet("noise")
    raster(sheet, values, left=10, top=20, size=24)
    painted: dict[tuple[int, int], str] = {}
    for mark in read(sheet.picture(50)).marks("shade"):
        for left, top, right, bottom in mark.rectangles:
            for x in range(round((left - 10) / 2), round((right - 10) / 2)):
                for y in range(round((44 - bottom) / 2), round((44 - top) / 2)):
                    assert (y, x) not in painted
                    painted[y, x] = mark["fill"]
    assert painted == {(y, x): shade(values[y, x]) for y in range(12) for x in range(12)}


def test_the_scale_shows_every_shade(read: Callable[[Picture], Drawing]) -> None:
    sheet = Sheet("scale")
    scale(sheet, 10, 20, wide=32, deep=5)
    marks = read(sheet.picture(50)).marks("scale")
    assert [mark["fill"] for mark in marks] == [shade(each / 15) for each in range(16)]
    assert [mark.number("x") for mark in marks] == list(range(10, 42, 2))
