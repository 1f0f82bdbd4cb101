r"""The cells of Yosys' gate level: what each computes, and which are registers.

As in Yosys' own library (``techlibs/common/simcells.v``): pins in alphabetical order of their use,
output ``Y``.

Example:
    >>> pins, ones = GATES["$_MUX_"]
    >>> pins, f"{ones:08b}"  # A, B, S: B if S is 1
    (('A', 'B', 'S'), '11011000')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gatewright.logic.cover import Cube
from gatewright.logic.truth_table import MAX_INPUTS


def _gate(pins: str, function: Callable[..., int]) -> tuple[tuple[str, ...], int]:
    """Pins and truth table of a cell: bit *r* is row *r*, the first pin most significant."""
    count = len(pins)
    rows = ([row >> (count - 1 - pin) & 1 for pin in range(count)] for row in range(1 << count))
    return tuple(pins), sum((function(*bits) & 1) << row for row, bits in enumerate(rows))


GATES: Mapping[str, tuple[tuple[str, ...], int]] = {
    "$_BUF_": _gate("A", lambda a: a),
    "$_NOT_": _gate("A", lambda a: ~a),
    "$_AND_": _gate("AB", lambda a, b: a & b),
    "$_NAND_": _gate("AB", lambda a, b: ~(a & b)),
    "$_OR_": _gate("AB", lambda a, b: a | b),
    "$_NOR_": _gate("AB", lambda a, b: ~(a | b)),
    "$_XOR_": _gate("AB", lambda a, b: a ^ b),
    "$_XNOR_": _gate("AB", lambda a, b: ~(a ^ b)),
    "$_ANDNOT_": _gate("AB", lambda a, b: a & ~b),
    "$_ORNOT_": _gate("AB", lambda a, b: a | ~b),
    "$_MUX_": _gate("ABS", lambda a, b, s: b if s else a),
    "$_NMUX_": _gate("ABS", lambda a, b, s: ~(b if s else a)),
    "$_AOI3_": _gate("ABC", lambda a, b, c: ~((a & b) | c)),
    "$_OAI3_": _gate("ABC", lambda a, b, c: ~((a | b) & c)),
    "$_AOI4_": _gate("ABCD", lambda a, b, c, d: ~((a & b) | (c & d))),
    "$_OAI4_": _gate("ABCD", lambda a, b, c, d: ~((a | b) & (c | d))),
    "$_MUX4_": _gate("ABCDST", lambda *pins: pins[2 * pins[5] + pins[4]]),
}
"""Input pins and truth table of every cell of up to six inputs."""


def _selector(data: str, select: str) -> tuple[tuple[str, ...], list[Cube]]:
    """Pins and cover of a multiplexer; the first select pin is the least significant."""
    cubes = []
    for place in range(len(data)):
        chosen = place << len(data)
        every = ((1 << len(select)) - 1) << len(data)
        cubes.append((1 << place | chosen, every & ~chosen))
    return tuple(data + select), cubes


WIDE: Mapping[str, tuple[tuple[str, ...], list[Cube]]] = {
    "$_MUX8_": _selector("ABCDEFGH", "STU"),
    "$_MUX16_": _selector("ABCDEFGHIJKLMNOP", "STUV"),
}
"""Input pins and cover of wider cells."""

_REGISTER = re.compile(
    r"\$_(S?DFF|ALDFF|DLATCH|SR|FF)[A-Z]*_.*|\$(s|a|al)?dff[a-z]*|\$a?dlatch[a-z]*|\$(sr|ff|fsm)|\$mem.*"
)


def is_register(kind: str) -> bool:
    """Whether a cell keeps what it has seen: a flip-flop, a latch, a memory, a state machine."""
    return _REGISTER.fullmatch(kind) is not None


NO_LOGIC = {
    *("$scopeinfo", "$print", "$check", "$assert", "$assume", "$cover", "$live", "$fair"),
    *("$specify2", "$specify3", "$specrule"),
}
"""Cells that drive nothing: they say where others come from, or what to check."""

_DEFINED = str.maketrans("xz-", "000")


def lut_table(parameters: Mapping[str, object], count: int) -> int | None:
    """The truth table of a ``$lut`` of so many inputs; None if its parameters are those of another."""
    ones, width = number_of(parameters.get("LUT")), number_of(parameters.get("WIDTH", count))
    return None if ones is None or width != count or ones >> (1 << count) else ones


def number_of(value: object) -> int | None:
    """A parameter: a number, or its bits, of which undefined ones are 0; None if it is neither."""
    if type(value) is int and value >= 0:
        return value
    if isinstance(value, str):
        bits = value.strip()
        if 0 < len(bits) <= 1 << MAX_INPUTS and not bits.strip("01xz-"):
            return int(bits.translate(_DEFINED), 2)
    return None
