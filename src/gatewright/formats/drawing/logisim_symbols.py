"""Where pins lie in Logisim's symbols: in gates, and in those of a file's own circuits.

As in ``AbstractGate``, ``DefaultEvolutionAppearance`` and ``DefaultClassicAppearance`` of Logisim-evolution.

Example:
    >>> [row(place, 2, 50) for place in range(2)], [row(place, 5, 50) for place in range(5)]
    ([-20, 20], [-20, -10, 0, 10, 20])
    >>> classic([((0, 0), "east"), ((0, 50), "east"), ((90, 0), "west")])
    {(0, 0): (-30, 0), (0, 50): (-30, 10), (90, 0): (0, 0)}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gatewright.formats.drawing.sheet import DrawingError, Point
from gatewright.formats.model.source import Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_EVOLUTION = 220
"""Width of a circuit's symbol, of names of any length."""


def row(place: int, count: int, size: int) -> int:
    """How far an input lies from the middle of a gate, as in ``AbstractGate.getInputOffset``."""
    start, step, lower = -5, 10, 10
    if count <= 3 and size >= 40:
        start, step, lower = (-10, 20, 20) if size < 60 or count <= 2 else (-15, 30, 30)
    elif count == 4 and size >= 60:
        start, step, lower = -5, 20, 0
    if count % 2:
        return start * (count - 1) + step * place
    row = start * count + step * place + (lower if place >= count // 2 else 0)
    return row - 10 if count == 4 and size >= 60 else row


def turned(at: Point, facing: str, ahead: int, row: int) -> Point:
    """A pin that lies ``ahead`` in the direction a part faces; ``row`` counts down, or to the right."""
    dx, dy = {
        "east": (ahead, row),
        "west": (-ahead, row),
        "north": (row, -ahead),
        "south": (row, ahead),
    }.get(facing, (ahead, row))
    return at[0] + dx, at[1] + dy


def drawn(source: Source, inner: Element) -> dict[Point, Point]:
    """The pins of a symbol that was drawn, from its anchor."""
    anchor = inner.find("appear/circ-anchor")
    middle = _center(anchor)
    found = {}
    for port in inner.iterfind("appear/circ-port"):
        x, y = _center(port)
        found[point(source, f"({port.get('pin', '')})")] = (x - middle[0], y - middle[1])
    return found


def evolution(pins: list[tuple[Point, bool]]) -> dict[Point, Point]:
    """The usual symbol of Logisim-evolution: inputs at the left, outputs at the right, from the first output."""
    found: dict[Point, Point] = {}
    outputs = any(output for _, output in pins)
    for side in (True, False):
        of_it = sorted(
            (where for where, output in pins if output == side), key=lambda at: (at[1], at[0])
        )
        x = 0 if side or not outputs else -_EVOLUTION
        found |= {where: (x, 20 * row) for row, where in enumerate(of_it)}
    return found


def classic(pins: list[tuple[Point, str]]) -> dict[Point, Point]:
    """The usual symbol of Logisim: a pin at the side that it faces away from."""
    edges: dict[str, list[Point]] = {"west": [], "east": [], "north": [], "south": []}
    opposite = {"east": "west", "west": "east", "north": "south", "south": "north"}
    for where, facing in pins:
        edges[opposite.get(facing, "west")].append(where)
    count = {edge: len(each) for edge, each in edges.items()}
    upright, level = max(count["north"], count["south"]), max(count["east"], count["west"])
    offset = {
        edge: _classic_offset(
            count[edge], count[opposite[edge]], upright if edge in ("east", "west") else level
        )
        for edge in edges
    }
    width, height = _classic_size(upright, level), _classic_size(level, upright)
    starts = {
        "west": (0, offset["west"]), "east": (width, offset["east"]),
        "north": (offset["north"], 0), "south": (offset["south"], height),
    }  # fmt: skip
    anchor = next(
        (starts[edge] for edge in ("east", "north", "west", "south") if count[edge]), (0, 0)
    )
    found: dict[Point, Point] = {}
    for edge, each in edges.items():
        across = edge in ("north", "south")
        for row, where in enumerate(sorted(each, key=lambda at: at if across else (at[1], at[0]))):
            x, y = starts[edge]
            x, y = (x + 10 * row, y) if across else (x, y + 10 * row)
            found[where] = (x - anchor[0], y - anchor[1])
    return found


def point(source: Source, text: str | None) -> Point:
    """A place as a file writes it: ``(30,-40)``.

    Raises:
        FormatError: it is none.
    """
    found = re.fullmatch(r"\(\s*(-?\d{1,9})\s*,\s*(-?\d{1,9})\s*\)", text or "")
    if found is None:
        raise source.refuse(0, "", f"has the place '{(text or '')[:40]}'", "save it again")
    return int(found[1]), int(found[2])


def _center(element: Element | None) -> Point:
    """The middle of what a symbol's drawing has; its place in newer files, that of its box in older ones."""
    try:
        if element is None:
            raise ValueError
        box = [int(element.get(each, "0")) for each in ("x", "y", "width", "height")]
    except ValueError:
        raise DrawingError("has a damaged symbol", "save it again") from None
    return round((box[0] + box[2] / 2) / 10) * 10, round((box[1] + box[3] / 2) / 10) * 10


def _classic_size(these: int, others: int) -> int:
    if these < 3:
        return 30
    return 10 * these + (10 if others else 0)


def _classic_offset(facing: int, opposite: int, others: int) -> int:
    most = max(facing, opposite)
    if most <= 1:
        return 10 if others else 15
    return (10 if most == 2 or others else 5) + 10 * ((most - facing) // 2)
