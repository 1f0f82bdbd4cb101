"""Axes: from numbers to places on a sheet, with ticks, labels and lines cut off at the frame.

Example:
    >>> axes = Axes(Axis(0.0, 1.0, 100.0, 300.0), Axis(1e-3, 1e1, 200.0, 0.0, log=True))
    >>> axes.x.place(0.25), axes.y.place(0.1), axes.y.ticks()
    (150.0, 100.0, [0.001, 0.01, 0.1, 1.0, 10.0])
    >>> Axis(0.0, 37.0, 0.0, 1.0).ticks()
    [0.0, 10.0, 20.0, 30.0]
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from gatewright.arrays import Floats
from gatewright.draw.canvas.sheet import (
    FAINT,
    GRID,
    INK,
    SHADED,
    SMALL,
    Colour,
    Sheet,
    number,
    path,
)
from gatewright.records import dataclass

TICKS = 6
"""Most ticks on an axis, or a few more."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Attributes:
        low: the number at its start.
        high: the number at its end.
        start: where it starts on the sheet.
        end: where it ends; less than ``start`` if it runs upwards.
        log: whether equal distances are equal factors.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def place(self, value: Any) -> Any:
        """Where a number, or an array of them, lies."""
        low, high = (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)
        along = np.log(value) if self.log else value
        place = self.start + (along - low) / (high - low) * (self.end - self.start)
        return place if isinstance(value, np.ndarray) else float(place)

    def ticks(self) -> list[float]:
        """Round numbers along it."""
        if self.log:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            skip = max(1, math.ceil((last - first + 1) / TICKS))
            return [float(f"1e{power}") for power in range(first, last + 1, skip)]
        rough = (self.high - self.low) / TICKS
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * each for each in (1, 2, 5, 10) if unit * each >= rough * 0.999)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [each * step for each in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Axes:
    """Two axes, and the frame they span."""

    x: Axis
    y: Axis

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the frame on the sheet."""
        return self.x.start, self.y.end, self.x.end, self.y.start

    def frame(
        self,
        sheet: Sheet,
        *,
        x_label: str = "",
        y_label: str = "",
        x_ticks: Sequence[float] | None = None,
        y_ticks: Sequence[float] | None = None,
        x_numbers: bool = True,
        grid: bool = True,
    ) -> None:
        """Draw the frame with ticks, faint lines across it, and labels.

        Args:
            sheet: what it is drawn on.
            x_label: below it.
            y_label: beside it.
            x_ticks: numbers along x; round ones if not given.
            y_ticks: numbers along y.
            x_numbers: whether the ticks along x are labelled; not if the same axis follows below.
            grid: whether lines are drawn across.
        """
        left, top, right, bottom = self.corners
        for tick in self.x.ticks() if x_ticks is None else x_ticks:
            at = self.x.place(tick)
            if grid:
                sheet.mark("path", d=f"M{number(at)} {number(top)}V{number(bottom)}", stroke=GRID)
            if x_numbers:
                words = told(tick)
                sheet.text(
                    at, bottom + 18, words, size=SMALL, tone=FAINT, anchor="middle", kind="x-tick"
                )
        for tick in self.y.ticks() if y_ticks is None else y_ticks:
            at = self.y.place(tick)
            if grid:
                sheet.mark("path", d=f"M{number(left)} {number(at)}H{number(right)}", stroke=GRID)
            sheet.text(
                left - 8, at + 5, told(tick), size=SMALL, tone=FAINT, anchor="end", kind="y-tick"
            )
        sheet.mark(
            "rect",
            x=left,
            y=top,
            width=right - left,
            height=bottom - top,
            fill="none",
            stroke=FAINT,
            kind="frame",
        )
        if x_label:
            sheet.text((left + right) / 2, bottom + 40, x_label, anchor="middle", kind="x-label")
        if y_label:
            sheet.text(
                left - 44,
                (top + bottom) / 2,
                y_label,
                anchor="middle",
                turned=True,
                kind="y-label",
            )

    def curve(
        self,
        sheet: Sheet,
        x: Floats,
        y: Floats,
        *,
        tone: Colour = INK,
        width: float = 2.0,
        dash: str = "",
        kind: str = "curve",
        title: str = "",
    ) -> None:
        """Draw a line through points, cut off at the frame; where a number is missing, it has a gap."""
        with np.errstate(divide="ignore", invalid="ignore"):
            points = np.stack([self.x.place(x), self.y.place(y)], axis=1)
        for part in cut(points, self.corners):
            sheet.trace(part, tone=tone, width=width, dash=dash, kind=kind, title=title)

    def area(self, sheet: Sheet, x: Floats, low: Floats, high: Floats, *, tone: Colour) -> None:
        """Shade what lies between two lines, which are within the frame."""
        around = np.concatenate(
            [
                np.stack([self.x.place(x), self.y.place(low)], axis=1),
                np.stack([self.x.place(x), self.y.place(high)], axis=1)[::-1],
            ]
        )
        sheet.mark("path", kind="area", d=f"{path(around)}Z", fill=tone, fill_opacity=SHADED)


def cut(points: Floats, corners: tuple[float, float, float, float]) -> Iterator[Floats]:
    """The parts of a line (n, 2) that lie within left, top, right and bottom (Liang and Barsky, 1984)."""
    left, top, right, bottom = corners
    part: list[tuple[float, float]] = []
    for (x, y), (to_x, to_y) in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
        enter, leave = 0.0, 1.0
        finite = all(map(math.isfinite, (x, y, to_x, to_y)))
        for way, room in (
            (x - to_x, x - left),
            (to_x - x, right - x),
            (y - to_y, y - top),
            (to_y - y, bottom - y),
        ):
            if way < 0:
                enter = max(enter, room / way)
            elif way > 0:
                leave = min(leave, room / way)
            elif room < 0:
                leave = -1.0
        if not finite or enter > leave:
            inside = False
        else:
            inside = True
            if not part:
                part.append((x + enter * (to_x - x), y + enter * (to_y - y)))
            part.append((x + leave * (to_x - x), y + leave * (to_y - y)))
        if part and (not inside or leave < 1.0):
            yield np.array(part)
            part = []
    if part:
        yield np.array(part)


def told(value: float) -> str:
    """A number at a tick, as short as possible."""
    return f"{round(value, 12) + 0.0:.12g}".replace("e-0", "e-").replace("-", "−")
