"""The symbols of a schematic, with outline, pins and words; boxes and the flags of ports.

Lengths are whole pixels, so that lines are sharp.

Example:
    >>> adder = box("fa0", ["a", "b"], ["sum"])
    >>> [(pin.name, pin.x, pin.y) for pin in (*adder.inputs, *adder.outputs)]
    [('a', 0, 31), ('b', 0, 49), ('sum', 80, 40)]
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from gatewright.records import dataclass
from gatewright.text import visible

STUB = 10
"""Length of the line from a symbol's edge to a pin."""

SMALL, PLAIN = 9, 11
"""Sizes of type: of pins, and of ports and boxes."""

LONGEST = 26
"""Most characters of a name that are drawn; the whole name is in the tooltip."""

SHADOW = 3
"""How far each of a stack is from the one before it."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a wire meets a symbol.

    Attributes:
        name: of the gate's port.
        x: of its end, from the left edge of the symbol.
        y: from the top.
        side: of the symbol, as on a map.
        length: of the line from there to the symbol.
    """

    name: str
    x: int
    y: int
    side: Literal["WEST", "EAST", "SOUTH"]
    length: int = STUB


@dataclass(frozen=True, slots=True)
class Word:
    """A few words in a symbol: where they are, and on which side of that place."""

    x: int
    y: int
    text: str
    anchor: Literal["start", "middle", "end"]
    size: int = SMALL


@dataclass(frozen=True, slots=True)
class Symbol:
    """A shape with pins.

    Attributes:
        kind: of a `Function`, or ``box``, ``register`` or ``tag``.
        width: with its pins.
        height: the same.
        inputs: in the order of the gate's ports.
        outputs: the same.
        outline: the body, an SVG path.
        lines: what else is drawn of it, an SVG path.
        bubbles: centres of small circles.
        words: what is written in it.
        mark: where a learned gate's mark has its centre.
        stacked: whether it is drawn as several, one behind the other.
    """

    kind: str
    width: int
    height: int
    inputs: tuple[Pin, ...]
    outputs: tuple[Pin, ...]
    outline: str
    lines: str = ""
    bubbles: tuple[tuple[int, int], ...] = ()
    words: tuple[Word, ...] = ()
    mark: tuple[int, int] = (0, 0)
    stacked: bool = False


def box(name: str, inputs: Sequence[str], outputs: Sequence[str], note: str = "") -> Symbol:
    """A box with its name at the top and its ports at its pins; ``note`` is a line below the name."""
    name = shortened(name)
    inputs, outputs = list(map(shortened, inputs)), list(map(shortened, outputs))
    left, right = _widest(inputs), _widest(outputs)
    titles = [(name, PLAIN), (note, SMALL)] if note else [(name, PLAIN)]
    inner = max(left + right + 36, *(text_width(text, size) + 20 for text, size in titles))
    inner += inner % 2
    head = 22 + 12 * bool(note)
    height = head + 18 * max(len(inputs), len(outputs), 1) + 4
    west, east = STUB, STUB + inner

    def places(count: int) -> list[int]:
        top = head + 9 + 9 * (max(len(inputs), len(outputs)) - count)
        return [top + 18 * place for place in range(count)]

    pins_in = [Pin(port, 0, y, "WEST") for port, y in zip(inputs, places(len(inputs)), strict=True)]
    pins_out = [
        Pin(port, east + STUB, y, "EAST")
        for port, y in zip(outputs, places(len(outputs)), strict=True)
    ]
    middle = (west + east) // 2
    words = [Word(middle, 15, name, "middle", PLAIN)]
    words += [Word(middle, 27, note, "middle")] if note else []
    words += [Word(west + 5, pin.y + 3, pin.name, "start") for pin in pins_in]
    words += [Word(east - 5, pin.y + 3, pin.name, "end") for pin in pins_out]
    gap = (west + 5 + left + east - 5 - right) // 2
    return Symbol(
        "box",
        east + STUB,
        height,
        tuple(pins_in),
        tuple(pins_out),
        f"M{west} 0H{east}V{height}H{west}Z",
        words=tuple(words),
        mark=(gap, (head + height) // 2),
    )


def flip_flop(
    name: str, inputs: Sequence[str], outputs: Sequence[str], note: str = "", *, rising: bool = True
) -> Symbol:
    """A register: a box with a triangle for its clock, and a bubble before that if the clock falls."""
    made = box(name, inputs, outputs, note)
    height = made.height + 16
    below = height - 10
    return replace(
        made,
        kind="register",
        height=height,
        outline=f"M{STUB} 0H{made.width - STUB}V{height}H{STUB}Z",
        lines=f"M{STUB} {below - 6}l9 6l-9 6",
        bubbles=() if rising else ((STUB - 4, below),),
    )


def tag(text: str, *, output: bool) -> Symbol:
    """A port of the circuit: its name in a flag that points the way signals go."""
    text = shortened(text)
    width, height = text_width(text, PLAIN) + 22, 20
    outline = f"M0 0H{width - 8}L{width} 10L{width - 8} 20H0Z"
    pin = Pin(text, 0 if output else width, 10, "WEST" if output else "EAST", 0)
    words = (Word(7, 14, text, "start", PLAIN),)
    pins: tuple[tuple[Pin, ...], tuple[Pin, ...]] = ((pin,), ()) if output else ((), (pin,))
    return Symbol("tag", width, height, *pins, outline, words=words)


def lengthened(symbol: Symbol, more: int) -> Symbol:
    """The same with longer lines at its output pins: room for what is written on them."""
    outputs = tuple(
        replace(pin, x=pin.x + more, length=pin.length + more) for pin in symbol.outputs
    )
    return replace(symbol, width=symbol.width + more, outputs=outputs)


def stacked(symbol: Symbol, note: str) -> Symbol:
    """The same as several, one behind the other; ``note`` is written below it, if it is not a box."""
    deep = 2 * SHADOW
    symbol = lengthened(symbol, deep)
    inputs = tuple(
        replace(pin, y=pin.y + deep + 14, length=pin.length + deep + 14)
        if pin.side == "SOUTH"
        else pin
        for pin in symbol.inputs
    )
    if symbol.kind in ("box", "register"):
        return replace(symbol, height=symbol.height + deep, stacked=True)
    beside = any(pin.side == "SOUTH" for pin in inputs)
    height = symbol.height + deep + 14
    wide, below = text_width(note, SMALL), height - 3
    if beside:  # of the line that comes from below
        word, reach = Word(symbol.mark[0] + 5, below, note, "start"), symbol.mark[0] + 5 + wide
    else:
        word, reach = Word(symbol.mark[0], below, note, "middle"), symbol.mark[0] + wide // 2
    symbol = lengthened(symbol, max(0, reach - symbol.width))
    words = (*symbol.words, word)
    return replace(symbol, height=height, inputs=inputs, words=words, stacked=True)


def shortened(text: str) -> str:
    """A name as it is drawn: long ones lose their middle."""
    if len(text) <= LONGEST:
        return text
    half = (LONGEST - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def text_width(text: str, size: int) -> int:
    """Pixels that a text takes at most, in a type whose characters are all 0.61 of its size wide."""
    cells = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in visible(text))
    return -(-cells * size * 61 // 100)


def _widest(ports: Sequence[str]) -> int:
    return max((text_width(port, SMALL) for port in ports), default=0)
