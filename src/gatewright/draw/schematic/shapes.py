"""The shapes of gates: distinctive ANSI shapes for what a truth table is, boxes for the rest.

A shape is chosen by function, not by name: a plugin's gate that computes AND is drawn as AND, and if the function
is AND of inverted inputs, those inputs get bubbles.

Example:
    >>> table = TruthTable.from_function(lambda a, b: a & (1 - b), inputs="ab", outputs="y")
    >>> recognise(table)
    Function(kind='and', inverted=(False, True), negated=False, order=(0, 1))
    >>> symbol = gate_symbol("a-not-b", table)
    >>> [(pin.name, pin.x, pin.y) for pin in symbol.inputs], len(symbol.bubbles)
    ([('a', 0, 8), ('b', 0, 24)], 1)
"""

from __future__ import annotations

from typing import Literal

from gatewright.draw.schematic.symbols import STUB, Pin, Symbol, Word, box
from gatewright.logic.truth_table import TruthTable
from gatewright.records import dataclass

_BUBBLE = 4
_PITCH = 14
_BODY = 40

Kind = Literal["and", "or", "xor", "buf", "mux"]


@dataclass(frozen=True, slots=True)
class Function:
    """What a truth table is, if it has a shape of its own.

    Attributes:
        kind: of the shape.
        inverted: for each input, whether it has a bubble.
        negated: whether the output has.
        order: of a multiplexer, the places of its two data inputs and of the one that selects.
    """

    kind: Kind
    inverted: tuple[bool, ...]
    negated: bool
    order: tuple[int, ...]


def recognise(table: TruthTable) -> Function | None:
    """The function of a truth table that has a shape; None if it has none, or has don't-cares."""
    count, rows = len(table.inputs), table.rows
    whole = (1 << rows) - 1
    if len(table.outputs) != 1 or table.cares[0] != whole:
        return None
    ones = table.ones[0]
    order = tuple(range(count))
    if count == 1:
        known = {0b10: False, 0b01: True}
        return Function("buf", (False,), known[ones], order) if ones in known else None
    for kind, odd in (("and", ones), ("or", whole ^ ones)):
        if odd.bit_count() == 1:  # one row is unlike all others
            row = odd.bit_length() - 1
            bits = tuple(bool(row >> count - 1 - place & 1) for place in order)
            inverted = tuple(bit == (kind == "or") for bit in bits)
            if all(inverted):  # NOR, not AND of inverted inputs; the same for NAND
                return Function("or" if kind == "and" else "and", (False,) * count, True, order)
            return Function("and" if kind == "and" else "or", inverted, False, order)
    parity = sum(1 << row for row in range(rows) if row.bit_count() & 1)
    if ones in (parity, whole ^ parity):
        return Function("xor", (False,) * count, ones != parity, order)
    if count == 3:
        for select in order:
            low, high = (place for place in order if place != select)
            for first, second in ((low, high), (high, low)):
                chosen = sum(
                    1 << row
                    for row in range(rows)
                    if row >> 2 - (second if row >> 2 - select & 1 else first) & 1
                )
                if ones == chosen:
                    return Function("mux", (False,) * 3, False, (first, second, select))
    return None


def gate_symbol(name: str, table: TruthTable, note: str = "") -> Symbol:
    """The symbol of a gate; ``name`` and ``note`` are written in it only if it is a box."""
    function = recognise(table)
    if function is None:
        return box(name, table.inputs, table.outputs, note)
    if function.kind == "mux":
        return _multiplexer(table, function)
    return _shape(table, function)


def _shape(table: TruthTable, function: Function) -> Symbol:
    """AND, OR, XOR and their negations with any inputs; a buffer; an inverter."""
    count = len(table.inputs)
    body = 32 if count <= 2 else _BODY
    pitch = 16 if count == 2 else _PITCH
    height = max(body, pitch * (count - 1) + 12)
    top = (height - body) // 2
    ys = [height // 2 + (2 * place - count + 1) * pitch // 2 for place in range(count)]
    draw = {"and": _and, "or": _or, "xor": _or, "buf": _buffer}[function.kind]
    room = 2 * _BUBBLE if any(function.inverted) else 0
    west = STUB + room
    outline, wide, lines = draw(west, top, body)
    if height > body:  # the back, as far as there are pins
        lines += f"M{west} 0V{top}M{west} {top + body}V{height}"
    if function.kind == "xor":
        lines += f"M{west - 6} {top}Q{west + 6} {top + body // 2} {west - 6} {top + body}"
    bubbles = []
    pins = []
    for port, y, inverted in zip(table.inputs, ys, function.inverted, strict=True):
        back = west + _back(function.kind, y - top, body)
        if inverted:
            bubbles.append((back - _BUBBLE, y))
        pins.append(Pin(port, 0, y, "WEST", back - 2 * _BUBBLE * inverted))
    east = west + wide
    if function.negated:
        bubbles.append((east + _BUBBLE, height // 2))
        east += 2 * _BUBBLE
    output = Pin(table.outputs[0], east + STUB, height // 2, "EAST")
    centre = west + {"buf": 9, "and": 19, "or": 20, "xor": 20}[function.kind]
    return Symbol(
        function.kind,
        east + STUB,
        height,
        tuple(pins),
        (output,),
        outline,
        lines,
        tuple(bubbles),
        mark=(centre, height // 2),
    )


def _back(kind: str, y: int, body: int) -> int:
    """How far right of its corner the back of a shape is met, at a height."""
    if kind not in ("or", "xor") or not 0 <= y <= body:
        return -6 if kind == "xor" and 0 <= y <= body else 0
    bend = round(2 * 12 * (y / body) * (1 - y / body))  # a quadratic curve through a point 12 right
    return bend - 6 if kind == "xor" else bend


def _and(x: int, y: int, size: int) -> tuple[str, int, str]:
    half = size // 2
    return f"M{x} {y}h{half + 6}a{half} {half} 0 0 1 0 {size}H{x}Z", size + 6, ""


def _or(x: int, y: int, size: int) -> tuple[str, int, str]:
    half, wide = size // 2, size + 10
    nose = (
        f"Q{x + wide - 12} {y} {x + wide} {y + half}Q{x + wide - 12} {y + size} {x + 14} {y + size}"
    )
    return f"M{x} {y}H{x + 14}{nose}H{x}Q{x + 12} {y + half} {x} {y}Z", wide, ""


def _buffer(x: int, y: int, size: int) -> tuple[str, int, str]:
    return f"M{x} {y + 2}L{x + 26} {y + size // 2}L{x} {y + size - 2}Z", 26, ""


def _multiplexer(table: TruthTable, function: Function) -> Symbol:
    """The data inputs at the left, labelled by the value that selects them; the select input from below."""
    west, wide, height, slope = STUB, 34, 52, 12
    east = west + wide
    low, high, select = function.order
    below = height - slope // 2
    pins = {
        low: Pin(table.inputs[low], 0, 16, "WEST"),
        high: Pin(table.inputs[high], 0, 36, "WEST"),
        select: Pin(table.inputs[select], west + wide // 2, below + STUB, "SOUTH"),
    }
    return Symbol(
        "mux",
        east + STUB,
        below + STUB,
        tuple(pins[place] for place in range(3)),
        (Pin(table.outputs[0], east + STUB, height // 2, "EAST"),),
        f"M{west} 0L{east} {slope}V{height - slope}L{west} {height}Z",
        words=(Word(west + 4, 19, "0", "start"), Word(west + 4, 39, "1", "start")),
        mark=(west + 22, height // 2),
    )
