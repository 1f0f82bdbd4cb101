"""A schematic as SVG: symbols and wires with their places.

Text stays text. Every symbol, pin and wire carries its name in a ``data-`` attribute and a tooltip. Colours
are Okabe and Ito's, with others for readers who prefer a dark page.

Example:
    >>> Place.__slots__, MARGIN
    (('item', 'x', 'y'), 24)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from gatewright.circuits.clocked.cut import gates_of
from gatewright.circuits.netlist import Netlist
from gatewright.draw.schematic.sheet import Item, Sheet, Wire
from gatewright.draw.schematic.style import STYLE
from gatewright.draw.schematic.symbols import SHADOW, SMALL, Pin, text_width
from gatewright.draw.schematic.wires import Point, outline
from gatewright.draw.schematic.words import assignments, certified, raw_text, summary, told
from gatewright.gates.trained import THRESHOLD, TrainedGate
from gatewright.records import dataclass
from gatewright.text import markup

MARGIN, HEAD, FOOT = 24, 64, 40


@dataclass(frozen=True, slots=True)
class Place:
    """A symbol, and where its upper left corner is."""

    item: Item
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A sheet with places.

    Attributes:
        page: what is on it.
        places: of its items, in order.
        lines: of its wires, in order: bends from the source to each sink.
        width: of all of it.
        height: the same.
    """

    page: Sheet
    places: tuple[Place, ...]
    lines: tuple[list[list[Point]], ...]
    width: int
    height: int


def draw(
    placed: Placed,
    netlist: Netlist,
    title: str,
    gates: Mapping[str, TrainedGate],
    signals: Mapping[str, float] | None,
) -> str:
    """The SVG document."""
    placeable = {spec.name for spec in gates_of(netlist)}
    margins = {name: certified(gate) for name, gate in gates.items() if name in placeable}
    note = summary(netlist) if signals is None else assignments(netlist, signals)
    legend, legend_width = _legend(margins, coloured=signals is not None)
    inner = max(placed.width, 9 * len(title), 7 * len(note), legend_width)
    width, height = inner + 2 * MARGIN, placed.height + HEAD + FOOT * bool(legend) + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gw-schematic" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">',
        f"<title>{markup(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="gw-page" width="{width}" height="{height}"/>',
        f'<text class="gw-head" x="{MARGIN}" y="28" font-size="16" font-weight="bold">{markup(title)}</text>',
        f'<text class="gw-head gw-soft" x="{MARGIN}" y="47" font-size="12">{markup(note)}</text>',
        f'<g transform="translate({(width - placed.width) // 2} {HEAD})">',
    ]
    for wire, routes in zip(placed.page.wires, placed.lines, strict=True):
        lines += _wire(wire, routes, signals)
    for place in placed.places:
        lines += _symbol(place, placed.page, margins, signals)
    lines.append("</g>")
    if legend:
        lines.append(f'<g transform="translate({MARGIN} {height - 20})">{legend}</g>')
    return "\n".join([*lines, "</svg>"]) + "\n"


# Wires


def _wire(
    wire: Wire, routes: list[list[Point]], signals: Mapping[str, float] | None
) -> Iterator[str]:
    if not routes:
        return
    path, dots = outline(routes)
    kind = _class(wire, signals)
    several = f"{len(wire.nets)} nets: {', '.join(wire.nets[:8])}{' …' * (len(wire.nets) > 8)}"
    tooltip = wire.nets[0] if len(wire.nets) == 1 else several
    if signals is not None and len(wire.nets) == 1:
        tooltip += f" = {signals[wire.nets[0]]!r}"
    yield f'<g class="gw-net" data-nets="{markup(" ".join(wire.nets))}"><title>{markup(tooltip)}</title>'
    yield f'<path class="gw-wire{kind}" d="{path}"/>'
    for x, y in dots:
        yield f'<circle class="gw-dot{kind}" cx="{x}" cy="{y}" r="3.2"/>'
    yield "</g>"


def _class(wire: Wire, signals: Mapping[str, float] | None) -> str:
    if len(wire.nets) > 1:
        return " gw-bus"
    if signals is None:
        return ""
    value = signals[wire.nets[0]]
    if math.isnan(value):
        return " gw-none"
    return " gw-one" if value > THRESHOLD else " gw-zero"


# Symbols


def stub_texts(item: Item, page: Sheet, signals: Mapping[str, float] | None) -> tuple[str, ...]:
    """What is written at each output pin: how many nets it drives, or the raw activation if it drives one."""
    if item.kind in ("input", "output"):
        return ()
    texts = []
    for wire in item.wires[len(item.symbol.inputs) :]:
        nets = () if wire is None else page.wires[wire].nets
        if len(nets) > 1:
            texts.append(str(len(nets)))
        elif nets and signals is not None:
            texts.append(raw_text(signals[nets[0]]))
        else:
            texts.append("")
    return tuple(texts)


def _symbol(
    place: Place,
    page: Sheet,
    margins: Mapping[str, float | None],
    signals: Mapping[str, float] | None,
) -> Iterator[str]:
    item, symbol = place.item, place.item.symbol
    tooltip = item.name if item.kind in ("input", "output") else f"{item.name}: {item.note}"
    if item.gate in margins:
        behind = ", behind a buffer" if item.kind == "register" else ""
        tooltip += f"{behind}; {told(margins[item.gate])}"
    yield (
        f'<g class="gw-{item.kind}" data-name="{markup(item.name)}" data-gate="{markup(item.gate)}" '
        f'transform="translate({place.x} {place.y})"><title>{markup(tooltip)}</title>'
    )
    if symbol.stacked:
        for deep in (2 * SHADOW, SHADOW):
            yield (
                f'<path class="gw-body" transform="translate({deep} {deep})" d="{symbol.outline}"/>'
            )
    texts = ("",) * len(symbol.inputs) + stub_texts(item, page, signals)
    pins = (*symbol.inputs, *symbol.outputs)
    if symbol.kind == "tag":
        yield f'<path class="gw-tag" d="{symbol.outline}"/>'
    else:
        yield f'<path class="gw-body" d="{symbol.outline}"/>'
        for pin, number, text in zip(pins, item.wires, texts, strict=True):
            yield _pin(pin, None if number is None else page.wires[number], text, signals)
    if symbol.lines:
        yield f'<path class="gw-line" d="{symbol.lines}"/>'
    for x, y in symbol.bubbles:
        yield f'<circle class="gw-bubble" cx="{x}" cy="{y}" r="4"/>'
    for word in symbol.words:
        yield (
            f'<text x="{word.x}" y="{word.y}" font-size="{word.size}" text-anchor="{word.anchor}">'
            f"{markup(word.text)}</text>"
        )
    if item.gate in margins:
        yield _mark(*symbol.mark, proved=margins[item.gate] is not None)
    yield "</g>"


def _pin(pin: Pin, wire: Wire | None, text: str, signals: Mapping[str, float] | None) -> str:
    """The line between the end of a wire and the symbol; what is written stands on it."""
    kind = "" if wire is None else _class(wire, signals)
    nets = "" if wire is None else markup(" ".join(wire.nets))
    step = {"WEST": f"h{pin.length}", "EAST": f"h-{pin.length}", "SOUTH": f"v-{pin.length}"}
    line = (
        f'<path class="gw-pin{kind}" data-pin="{markup(pin.name)}" data-nets="{nets}" '
        f'd="M{pin.x} {pin.y}{step[pin.side]}"/>'
    )
    if not text:
        return line
    middle = pin.x - (text_width(text, SMALL) + 6) // 2
    return (
        f'{line}<text x="{middle}" y="{pin.y - 4}" font-size="{SMALL}" text-anchor="middle">'
        f"{markup(text)}</text>"
    )


def _mark(x: int, y: int, *, proved: bool) -> str:
    """A small network: two units that feed two, which feed one."""
    web = f"M{x - 6} {y - 4}h6l6 4M{x - 6} {y + 4}h6l6 -4M{x - 6} {y - 4}l6 8M{x - 6} {y + 4}l6 -8"
    units = ((-6, -4), (-6, 4), (0, -4), (0, 4), (6, 0))
    dots = "".join(f'<circle cx="{x + dx}" cy="{y + dy}" r="1.7"/>' for dx, dy in units)
    hollow = "" if proved else " gw-hollow"
    return f'<g class="gw-mark{hollow}"><path fill="none" stroke-width=".7" d="{web}"/>{dots}</g>'


# The legend


def _legend(margins: Mapping[str, float | None], *, coloured: bool) -> tuple[str, int]:
    """What marks and colours mean, and how wide that is."""
    proved = {each for each in margins.values() if each is not None}
    entries = []
    if proved:
        least = "at least " * (len(proved) > 1)
        entries.append((f"learned, noise margin {least}{min(proved):g} proved", True))
    if None in margins.values():
        entries.append((told(None), False))
    parts, x = [], 0
    for text, certain in entries:
        parts += [_mark(x + 8, -4, proved=certain), _label(x + 22, text)]
        x += 40 + 6 * len(text)
    if coloured:
        for kind in ("one", "zero"):
            parts += [
                f'<path class="gw-wire gw-{kind}" d="M{x} -4h22"/>',
                _label(x + 28, "1" if kind == "one" else "0"),
            ]
            x += 52
        parts.append(_label(x + 8, "at outputs: raw activations"))
        x += 8 + 6 * 28
    return "".join(parts), x


def _label(x: int, text: str) -> str:
    return f'<text class="gw-head" x="{x}" font-size="12">{markup(text)}</text>'
