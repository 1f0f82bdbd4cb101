"""A legend: what the marks of a picture mean, two columns of samples with words beside them.

Example:
    >>> sheet = Sheet("two marks")
    >>> legend = Legend(sheet)
    >>> legend.circle("row of the truth table")
    >>> legend.curve("raw output")
    >>> legend.draw(100)
    144
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from gatewright.draw.canvas.raster import scale
from gatewright.draw.canvas.sheet import (
    BLUE,
    GRID,
    GROUND,
    INK,
    LINE,
    MARGIN,
    SHADED,
    SMALL,
    Colour,
    Sheet,
)

SAMPLE = 44
"""The room for a sample."""

Draw = Callable[[float], None]
"""Draws a sample, given the height of its middle."""


class Legend:
    """Samples and words, one below the other.

    Args:
        sheet: what it is drawn on.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._entries: list[tuple[Draw, str]] = []

    def draw(self, top: float) -> float:
        """Draw it from ``top`` on; returns where it ends."""
        for sample, words in self._entries:
            sample(top + LINE / 2)
            self._sheet.text(
                MARGIN + SAMPLE + 10, top + LINE / 2 + 5, words, size=SMALL, kind="legend"
            )
            top += LINE
        return top

    def scale(self, words: str) -> None:
        """The colours of raw outputs, with numbers on them."""

        def draw(y: float) -> None:
            scale(self._sheet, MARGIN, y - 8, wide=SAMPLE, deep=16)
            for share, number, ink in ((0.14, "0", "#ffffff"), (0.86, "1", "#111111")):
                at = MARGIN + share * SAMPLE
                self._sheet.text(at, y + 5, number, size=SMALL, tone=ink, anchor="middle")

        self._entries.append((draw, f"{words}: from 0, blue, to 1, amber"))

    def half(self, words: str) -> None:
        """Where a surface crosses ½."""

        def draw(y: float) -> None:
            self._line(y, tone="#ffffff", width=3.4)
            self._line(y, tone="#111111", width=1.6)

        self._entries.append((draw, words))

    def curve(self, words: str, *, tone: Colour = BLUE, width: float = 2.5, dash: str = "") -> None:
        """A line."""
        self._entries.append((partial(self._line, tone=tone, width=width, dash=dash), words))

    def dots(self, words: str, *, tone: Colour, dash: str = "") -> None:
        """A line with a dot for each measurement, hollow if the line is broken."""

        def draw(y: float) -> None:
            self._line(y, tone=tone, width=2.0, dash=dash)
            self._sheet.mark(
                "circle",
                cx=MARGIN + SAMPLE / 2,
                cy=y,
                r=4.0,
                fill=GROUND if dash else tone,
                stroke=tone,
                stroke_width=1.5,
            )

        self._entries.append((draw, words))

    def line(self, words: str) -> None:
        """The line of a unit on a surface."""

        def draw(y: float) -> None:
            self._line(y, tone="#777777", width=3.4)
            self._line(y, tone="#ffffff", width=1.6, dash="5 4")

        self._entries.append((draw, words))

    def circle(self, words: str) -> None:
        """A row of a truth table."""

        def draw(y: float) -> None:
            self._sheet.mark("circle", cx=MARGIN + SAMPLE / 2, cy=y, r=7, fill=GROUND, stroke=INK)

        self._entries.append((draw, words))

    def ring(self, words: str, *, tone: Colour) -> None:
        """A unit of a network."""

        def draw(y: float) -> None:
            self._sheet.mark(
                "circle",
                cx=MARGIN + SAMPLE / 2,
                cy=y,
                r=8,
                fill=GROUND,
                stroke=tone,
                stroke_width=3,
            )

        self._entries.append((draw, words))

    def band(self, words: str, *, tone: Colour) -> None:
        """A shaded area."""

        def draw(y: float) -> None:
            self._sheet.mark(
                "rect", x=MARGIN, y=y - 7, width=SAMPLE, height=14, fill=tone, fill_opacity=SHADED
            )

        self._entries.append((draw, words))

    def box(self, words: str) -> None:
        """The box of a row."""
        self._entries.append((partial(self._rect, stroke=INK), words))

    def stripe(self, words: str) -> None:
        """A range of inputs."""
        self._entries.append((partial(self._rect, fill=GRID), words))

    def _line(self, y: float, *, tone: Colour, width: float, dash: str = "") -> None:
        points = np.array([[MARGIN, y], [MARGIN + SAMPLE, y]])
        self._sheet.trace(points, tone=tone, width=width, dash=dash)

    def _rect(self, y: float, *, fill: Colour = "none", stroke: Colour = "none") -> None:
        self._sheet.mark(
            "rect",
            x=MARGIN + 10,
            y=y - 7,
            width=SAMPLE - 20,
            height=14,
            fill=fill,
            stroke=stroke,
            stroke_width=2,
        )
