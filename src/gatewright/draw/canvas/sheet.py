"""A sheet to draw on: marks one after another, colours for light and dark, one document in the end.

A sheet is as wide as a column of text, so that words of 14 units are legible even on a phone. Every mark carries
its colour for light grounds as an attribute, which every program understands, and a class, by which a style sheet
changes the colour for readers who prefer dark. Nothing has an id, so that a page can hold many pictures.

Example:
    >>> sheet = Sheet("A dot")
    >>> sheet.mark("circle", cx=1 / 3, cy=40, r=4, fill=BLUE)
    >>> sheet.picture(80).svg.splitlines()[-2]
    '<circle class="gw-fill-blue" cx="0.33" cy="40" r="4" fill="#0072b2"/>'
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from html import escape

import numpy as np

from gatewright.arrays import Floats
from gatewright.draw.picture import Picture
from gatewright.records import dataclass
from gatewright.text import markup, visible

WIDTH = 520
MARGIN = 20
SIZE, SMALL = 15, 14
"""Sizes of letters."""
LINE = 22
"""From one line of text to the next."""
LETTERS, HEADLINE = 74, 50
"""Most letters in a line of text across the sheet, and in a title."""


@dataclass(frozen=True, slots=True)
class Tone:
    """One colour, on light and on dark ground."""

    name: str
    light: str
    dark: str


GROUND = Tone("ground", "#ffffff", "#0d1117")
INK = Tone("ink", "#1f2328", "#e6edf3")
FAINT = Tone("faint", "#59636e", "#9198a1")
GRID = Tone("grid", "#d8dee4", "#30363d")
# Okabe and Ito's colours, which all eyes can tell apart; their blue is too dim on dark ground.
BLUE = Tone("blue", "#0072b2", "#56b4e9")
ORANGE = Tone("orange", "#d55e00", "#e69f00")
GREEN = Tone("green", "#009e73", "#009e73")
TONES = (GROUND, INK, FAINT, GRID, BLUE, ORANGE, GREEN)

SHADED = 0.25
"""The opacity of areas."""

Colour = Tone | str
"""A tone, or a colour that is the same on every ground."""


class Sheet:
    """A white or dark page with a title.

    Args:
        title: what the picture shows; also read aloud by screen readers.
        subtitle: a line of smaller letters below it.
        width: in units; more than a column of text has to be scrolled.
    """

    def __init__(self, title: str, subtitle: str = "", width: int = WIDTH) -> None:
        self._width = width
        self._title = title = visible(title)
        self._marks: list[str] = []
        shown = title if len(title) <= HEADLINE else f"{title[: HEADLINE - 1]}…"
        self.text(MARGIN, 32, shown, size=18, weight="bold")
        if subtitle:
            self.text(MARGIN, 54, subtitle, size=SMALL, tone=FAINT)

    def mark(
        self,
        tag: str,
        *,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        kind: str = "",
        words: str = "",
        title: str = "",
        **attributes: float | str,
    ) -> None:
        """Add an element.

        Args:
            tag: of SVG.
            fill: the colour of its inside.
            stroke: the colour of its outline.
            kind: what it is, as a class, for styling and for programs that read the picture.
            words: its text.
            title: what is shown when a mouse rests on it.
            attributes: of SVG, with ``_`` for ``-``.
        """
        classes = [f"gw-{kind}"] if kind else []
        colours = {}
        for name, colour in (("fill", fill), ("stroke", stroke)):
            if isinstance(colour, Tone):
                classes.append(f"gw-{name}-{colour.name}")
            if colour is not None:
                colours[name] = colour.light if isinstance(colour, Tone) else colour
        given = {"class": " ".join(classes), **attributes, **colours}
        told = "".join(
            f' {name.replace("_", "-")}="{markup(number(value) if isinstance(value, float) else str(value))}"'
            for name, value in given.items()
            if value != ""
        )
        inside = f"<title>{markup(title)}</title>" if title else ""
        inside += escape(visible(words), quote=False)
        self._marks.append(f"<{tag}{told}>{inside}</{tag}>" if inside else f"<{tag}{told}/>")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = SIZE,
        tone: Colour = INK,
        anchor: str = "",
        weight: str = "",
        kind: str = "",
        turned: bool = False,
    ) -> None:
        """Write words with their base line at ``y``; ``turned`` reads upwards."""
        self.mark(
            "text",
            fill=tone,
            kind=kind,
            words=words,
            font_size="" if size == SIZE else size,
            text_anchor=anchor,
            font_weight=weight,
            x="" if turned else float(x),
            y="" if turned else float(y),
            transform=f"translate({number(x)} {number(y)}) rotate(-90)" if turned else "",
        )

    def notes(self, top: float, lines: Iterable[str]) -> float:
        """Write sentences across the sheet, wrapped; returns where they end."""
        for each in lines:
            for line in textwrap.wrap(each, LETTERS):
                self.text(MARGIN, top + SIZE, line, size=SMALL, kind="note")
                top += LINE
        return top

    def trace(
        self,
        points: Floats,
        *,
        tone: Colour,
        width: float = 2.0,
        dash: str = "",
        kind: str = "",
        title: str = "",
        opacity: float = 1.0,
    ) -> None:
        """Draw a line through points (n, 2)."""
        self.mark(
            "path",
            kind=kind,
            title=title,
            d=path(points),
            fill="none",
            stroke=tone,
            stroke_width=float(width),
            stroke_dasharray=dash,
            stroke_opacity="" if opacity == 1 else opacity,
        )

    def picture(self, height: float) -> Picture:
        """The document."""
        tall, wide, title = number(height), self._width, markup(self._title)
        return Picture(
            "\n".join(
                (
                    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}" '
                    f'height="{tall}" role="img" aria-label="{title}" '
                    f'font-family="Helvetica, Arial, sans-serif" font-size="{SIZE}">',
                    f"<title>{escape(self._title, quote=False)}</title>",
                    f"<style>{STYLE}</style>",
                    f'<rect class="gw-fill-ground" width="{wide}" height="{tall}" '
                    f'fill="{GROUND.light}"/>',
                    *self._marks,
                    "</svg>",
                )
            )
            + "\n"
        )


_CHANGED = "".join(
    f".gw-{what}-{tone.name}{{{what}:{tone.dark}}}" for tone in TONES for what in ("fill", "stroke")
)
STYLE = f"@media (prefers-color-scheme: dark){{{_CHANGED}}}"
"""How the tones change on dark ground."""


def number(value: float) -> str:
    """A coordinate to a hundredth of a unit."""
    return f"{round(value, 2) + 0.0:g}"


def path(points: Floats) -> str:
    """A line through points (n, 2) as SVG has it, without points on straight stretches."""
    before, after = np.diff(points[:-1], axis=0), np.diff(points[1:], axis=0)
    bend = abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
    kept = np.concatenate([[True], bend > 1e-9, [True]])[: len(points)]
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points[kept].tolist())
