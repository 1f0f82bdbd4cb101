"""Axes: places, ticks, and lines cut off at the frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.draw.canvas.axes import Axes, Axis, cut, told
from gatewright.draw.canvas.sheet import Sheet
from gatewright.draw.picture import Picture

if TYPE_CHECKING:
    from tests.draw.conftest import Drawing

UNIT = (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 36, [0, 10, 20, 30]),
        (-0.5, 1.5, [-0.5, 0, 0.5, 1, 1.5]),
        (0, 10000, [0, 2000, 4000, 6000, 8000, 10000]),
        (0.3, 0.31, [0.3, 0.302, 0.304, 0.306, 0.308, 0.31]),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert Axis(low, high, 0, 1).ticks() == pytest.approx(ticks)


def test_ticks_of_many_decades_are_few() -> None:
    ticks = Axis(1e-30, 1e2, 0, 1, log=True).ticks()
    assert 3 <= len(ticks) <= 7
    assert ticks[0] == 1e-30


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.5, "−0.5"), (0.30000000000000004, "0.3"), (1e-4, "0.0001"), (1e-7, "1e−7")],
)
def test_numbers_at_ticks_are_short(value: float, text: str) -> None:
    assert told(value) == text


def parts(*points: tuple[float, float]) -> list[list[tuple[float, float]]]:
    return [
        [(round(x, 9), round(y, 9)) for x, y in part.tolist()]
        for part in cut(np.array(points, dtype=float), UNIT)
    ]


def test_a_line_inside_is_left_as_it_is() -> None:
    assert parts((0, 0), (0.5, 1), (1, 0)) == [[(0, 0), (0.5, 1), (1, 0)]]


def test_a_line_is_cut_where_it_leaves_and_where_it_comes_back() -> None:
    assert parts((0.5, 0.5), (0.5, 1.5), (0.75, 1.5), (0.75, 0.25)) == [
        [(0.5, 0.5), (0.5, 1)],
        [(0.75, 1), (0.75, 0.25)],
    ]
    assert parts((-1, 0.5), (2, 0.5)) == [[(0, 0.5), (1, 0.5)]]


def test_a_line_outside_is_not_drawn() -> None:
    assert parts((2, 0), (3, 1)) == []
    assert parts((-1, 2), (2, 2)) == []
    assert parts((0.5, 1), (1.5, 2.5)) == [[(0.5, 1), (0.5, 1)]]


def test_what_is_no_number_is_a_gap() -> None:
    nan = float("nan")
    assert parts((0, 0), (0.2, 0), (nan, nan), (0.5, 0), (0.7, 0)) == [
        [(0, 0), (0.2, 0)],
        [(0.5, 0), (0.7, 0)],
    ]
    assert parts((0, 0), (0.5, float("inf"))) == []


def test_a_curve_lies_at_its_numbers(read: Callable[[Picture], Drawing]) -> None:
    axes = Axes(Axis(0, 10, 100, 300), Axis(1e-4, 1, 250, 50, log=True))
    sheet = Sheet("curve")
    axes.frame(sheet, x_label="time, s", y_label="loss")
    x = np.array([0.0, 2.0, 5.0, 7.0, 10.0])
    y = np.array([1.0, 0.5, 0.01, 0.0, 0.002])  # 0 has no logarithm
    axes.curve(sheet, x, y)
    drawing = read(sheet.picture(300))
    (frame,) = drawing.frames
    (curve,) = drawing.marks("curve")
    assert drawing.value(frame, "x", curve.points[:, 0]) == pytest.approx(x[:3], abs=0.001)
    assert drawing.value(frame, "y", curve.points[:, 1], log=True) == pytest.approx(y[:3], rel=1e-3)
    assert {"time, s", "loss"} <= set(drawing.words)
