"""Cells of Yosys that a BLIF file places, as ``write_blif`` leaves them: made what they compute.

Example:
    >>> model = Model("m", 1, calls=[Call("$_NOT_", "$_NOT_-1", {"A": "a", "Y": "y"}, 4)])
    >>> lower(Source("m.blif", b""), model, {}, {})
    >>> model.cells, model.calls
    ([Cell(ones=1, inputs=('a',), output='y', line=4)], [])
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import partial

from gatewright.circuits.numbering import split
from gatewright.formats.model.models import Call, Model
from gatewright.formats.model.source import Source
from gatewright.formats.yosys.cells import NO_LOGIC
from gatewright.formats.yosys.lowering import add_cell
from gatewright.formats.yosys.placed import Placed


def is_cell(kind: str) -> bool:
    """Whether a model's name is that of a cell of Yosys."""
    return kind.startswith("$")


def lower(
    source: Source,
    model: Model,
    known: Container[str],
    parameters: Mapping[str, Mapping[str, str]],
) -> None:
    """Make functions of the cells of Yosys that a model places.

    Args:
        source: the file.
        model: that places them.
        known: models of the file and registered gates, which are none.
        parameters: of cells, by the name of the call.

    Raises:
        FormatError: one is not made of gates, or is placed with other pins than it has.
    """
    calls, model.calls = model.calls, []
    for call in calls:
        if not is_cell(call.model) or call.model in known:
            model.calls.append(call)
        elif call.model not in NO_LOGIC:
            told = parameters.get(call.name, {})
            placed = Placed(call.model, _pins(call), told, call.line, "write_blif")
            add_cell(model, placed, partial(source.refuse, call.line, call.model))


def _pins(call: Call) -> dict[str, list[str]]:
    """The nets on each pin of a cell, whose bits BLIF lists one by one."""
    bits: dict[str, dict[int, str]] = {}
    for name, net in call.pins.items():
        pin, _, bit = split(name) or (name, "", 0)
        bits.setdefault(pin, {})[bit] = net
    return {pin: [nets[bit] for bit in sorted(nets)] for pin, nets in bits.items()}
