"""How a schematic looks: its colours on light and dark ground, and the rules common to both.

Example:
    >>> "prefers-color-scheme:dark" in STYLE, ".gw-schematic .gw-page{fill:#ffffff}" in STYLE
    (True, True)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from gatewright.draw.canvas.sheet import BLUE, FAINT, GREEN, GROUND, INK, ORANGE, Tone

WIRE = Tone("wire", "#40464d", "#adb5bf")
BODY = Tone("body", "#f3f5f7", "#232932")

_FACES = (
    ("text", "font-family:'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace"),
    (".gw-head", "font-family:Helvetica,Arial,'Liberation Sans',sans-serif"),
    (".gw-wire,.gw-pin", "fill:none;stroke-width:1.5"),
    (".gw-wire", "stroke-linecap:square"),
    (".gw-body,.gw-bubble", "stroke-width:1.6;stroke-linejoin:round"),
    (".gw-line", "fill:none;stroke-width:1.6"),
    (".gw-tag", "stroke-width:1.2;stroke-linejoin:round"),
    (".gw-bus", "stroke-width:3"),
    (".gw-one", "stroke-width:2.6"),
    (".gw-none", "stroke-dasharray:4 3"),
    (".gw-mark", "stroke-width:1"),
)
"""The rules common to every ground: a one is thicker than a zero, so that not only colour tells them apart."""

_COLOURS = (
    (".gw-page", GROUND, None),
    ("text", INK, None),
    (".gw-soft", FAINT, None),
    (".gw-wire,.gw-pin", None, WIRE),
    (".gw-dot", WIRE, None),
    (".gw-body", BODY, INK),
    (".gw-line", None, INK),
    (".gw-bubble", GROUND, INK),
    (".gw-tag", GROUND, WIRE),
    (".gw-zero", None, BLUE),
    (".gw-one", None, ORANGE),
    (".gw-dot.gw-zero", BLUE, None),
    (".gw-dot.gw-one", ORANGE, None),
    (".gw-mark", GREEN, GREEN),
    (".gw-hollow", GROUND, GREEN),
)
"""Of fills and strokes; later ones go before earlier ones."""


def _style() -> str:
    """The style sheet. Every rule applies only to schematics, as a page may hold other pictures too."""

    def rule(names: str, body: str) -> str:
        return ",".join(f".gw-schematic {name}" for name in names.split(",")) + f"{{{body}}}"

    def colours(ground: Literal["light", "dark"]) -> Iterator[str]:
        for names, fill, stroke in _COLOURS:
            told = [f"fill:{getattr(fill, ground)}"] if fill else []
            told += [f"stroke:{getattr(stroke, ground)}"] if stroke else []
            yield rule(names, ";".join(told))

    dark = "".join(colours("dark"))
    same = "".join(rule(*face) for face in _FACES)
    return f"{same}{''.join(colours('light'))}@media (prefers-color-scheme:dark){{{dark}}}"


STYLE = _style()
