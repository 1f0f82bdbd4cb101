r"""Yosys' registers as registers of one clock: enables and resets become gates before them.

As in Yosys' library (``techlibs/common/simcells.v``, ``simlib.v``). A reset that does not wait for the clock acts
on what the register drives, within the cycle, and on what it takes: inputs change once a cycle, so that is what
it does. Set with reset and loads that do not wait for the clock are refused: a simulator waits for an edge where
hardware does not (a set that is active while the reset ends, data that change during a load). So are latches.

Example:
    >>> from gatewright.formats.model.models import Model
    >>> from gatewright.formats.yosys.placed import Placed
    >>> model = Model("m", 1)
    >>> pins = {"C": ["clk"], "D": ["d"], "E": ["e"], "Q": ["q"]}
    >>> cell = Placed("$_DFFE_PP_", pins, {}, 2, "write_blif")
    >>> add_register(model, cell, {}, lambda what, hint: FormatError(what))
    >>> model.cells
    [Cell(ones=172, inputs=('e', 'q', 'd'), output='q~next', line=2)]
    >>> model.registers
    [Latch(d='q~next', q='q', line=2, initial=None, clock='clk', rising=True)]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from gatewright.formats.model.models import Cell, Latch, Model
from gatewright.formats.model.wiring import CLOCKS
from gatewright.formats.yosys.cells import number_of
from gatewright.formats.yosys.placed import Placed, Refuse

_MUX = 0b10101100
"""Of s, a, b: b if s is 1, else a."""

_RESETS = {(True, 1): 0b1110, (True, 0): 0b0010, (False, 1): 0b1011, (False, 0): 0b1000}
"""Of r, d: the value where r is active, else d; by whether 1 is active, and the value."""

_BITS: tuple[tuple[str, str], ...] = (
    ("plain", r"\$_DFF_(?P<c>[NP])_"),
    ("plain", r"\$_DFFE_(?P<c>[NP])(?P<e>[NP])_"),
    ("sync", r"\$_SDFFE?_(?P<c>[NP])(?P<r>[NP])(?P<v>[01])(?P<e>[NP])?_"),
    ("gated", r"\$_SDFFCE_(?P<c>[NP])(?P<r>[NP])(?P<v>[01])(?P<e>[NP])_"),
    ("async", r"\$_DFFE?_(?P<c>[NP])(?P<r>[NP])(?P<v>[01])(?P<e>[NP])?_"),
)
_WORDS = {
    "$dff": "plain",
    "$dffe": "plain",
    "$sdff": "sync",
    "$sdffe": "sync",
    "$sdffce": "gated",
    "$adff": "async",
    "$adffe": "async",
}


class _Kind(NamedTuple):
    """What a register does.

    Attributes:
        way: plain; sync, where a reset goes before an enable; gated, where an enable goes first; async.
        pins: the names of its clock, enable and reset; empty where it has none.
        rising: whether it moves as its clock rises.
        enabled: the value that enables it.
        resets: the value that resets it.
        value: what a reset makes of each bit, the least significant first.
    """

    way: str
    pins: tuple[str, str, str]
    rising: bool
    enabled: bool
    resets: bool
    value: str


def add_register(model: Model, cell: Placed, initial: Mapping[str, int], refuse: Refuse) -> None:
    """Add a register to a model, bit by bit.

    Args:
        model: that it is added to.
        cell: a register of Yosys.
        initial: what nets hold in the first cycle, where the file says it.
        refuse: the error for the cell.

    Raises:
        FormatError: it is none that is read, or has other pins than it should.
    """
    d, q = cell.pins.get("D", ()), cell.pins.get("Q", ())
    if cell.kind in ("$_FF_", "$ff"):
        kind: _Kind | None = _Kind("plain", ("", "", ""), True, True, True, "")
    else:
        kind = _of_bit(cell.kind) or _of_word(cell, len(q))
    if kind is None:
        raise refuse(*_refusal(cell.kind, q[0] if q else ""))
    if not q or len(d) != len(q):
        raise refuse(f"has {len(d)} nets on pin 'D' and {len(q)} on 'Q'", "join every bit")
    clock, enable, reset = (_pin(cell, pin, refuse) for pin in kind.pins)
    for place, (taken, driven) in enumerate(zip(d, q, strict=True)):
        _add_bit(model, cell, kind, (clock, enable, reset), (taken, driven, place), initial)


def _add_bit(
    model: Model,
    cell: Placed,
    kind: _Kind,
    pins: tuple[str, str, str],
    bit: tuple[str, str, int],
    initial: Mapping[str, int],
) -> None:
    (clock, enable, reset), (taken, driven, place), line = pins, bit, cell.line
    value = int(kind.value[place]) if reset else 0
    held = f"{driven}~held" if kind.way == "async" else driven

    def gate(ones: int, *inputs: str, output: str) -> str:
        model.cells.append(Cell(ones, inputs, output, line))
        return output

    def enabled(net: str, output: str) -> str:
        a, b = (held, net) if kind.enabled else (net, held)
        return gate(_MUX, enable, a, b, output=output)

    def reset_to(net: str, output: str) -> str:
        return gate(_RESETS[kind.resets, value], reset, net, output=output)

    steps: list[Callable[[str, str], str]] = [enabled] if enable else []
    if reset:
        steps.insert(0 if kind.way == "gated" else len(steps), reset_to)
    for number, step in enumerate(steps, 1):
        last = number == len(steps)
        taken = step(taken, f"{driven}~next" if last else f"{driven}~next{number}")
    if kind.way == "async":
        reset_to(held, driven)
    model.registers.append(Latch(taken, held, line, initial.get(driven), clock, kind.rising))


def _of_bit(kind: str) -> _Kind | None:
    for way, pattern in _BITS:
        found = re.fullmatch(pattern, kind)
        if found is not None:
            said = {name: letter or "" for name, letter in found.groupdict().items()}
            enable, reset = said.get("e", ""), said.get("r", "")
            return _Kind(
                way,
                ("C", "E" if enable else "", "R" if reset else ""),
                said["c"] == "P",
                enable != "N",
                reset != "N",
                said.get("v", ""),
            )
    return None


def _of_word(cell: Placed, width: int) -> _Kind | None:
    way = _WORDS.get(cell.kind)
    if way is None:
        return None
    reset = {"plain": "", "async": "ARST"}.get(way, "SRST")

    def polarity(pin: str) -> bool:
        return number_of(cell.parameters.get(f"{pin}_POLARITY", 1)) != 0

    value = number_of(cell.parameters.get(f"{reset}_VALUE", 0)) or 0
    return _Kind(
        way,
        ("CLK", "EN" if cell.kind.rstrip("e") != cell.kind else "", reset),
        polarity("CLK"),
        polarity("EN"),
        polarity(reset),
        f"{value:0{max(width, 1)}b}"[::-1],
    )


def _pin(cell: Placed, pin: str, refuse: Refuse) -> str:
    nets = cell.pins.get(pin, ()) if pin else ("",)
    if len(nets) != 1:
        raise refuse(f"has {len(nets)} nets on pin '{pin}'", "join it to one")
    return nets[0]


def _refusal(kind: str, net: str) -> tuple[str, str]:
    """What is said of a register that is not read, and what to do."""
    if "LATCH" in kind.upper() or kind.upper().startswith(("$_SR_", "$SR")):
        return (
            f"keeps '{net}' in a latch ({kind}), which has no clock",
            f"make it a register of one clock; {CLOCKS}",
        )
    if "SR" in kind.upper() or "AL" in kind.upper():
        return (
            f"keeps '{net}' in a register ({kind}) with a set or load that does not wait for the clock",
            "Yosys' commands 'async2sync; dfflegalize -cell $_DFF_P_ x' make plain registers of it",
        )
    return (
        f"keeps '{net}' in a state ({kind}), which is not read",
        "Yosys' commands 'fsm; memory; opt' make gates of it",
    )
