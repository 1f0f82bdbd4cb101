r"""Yosys' cells as what a model holds: one for every reader, whether JSON or BLIF names them.

Example:
    >>> from gatewright.errors import FormatError
    >>> model = Model("inv", 1)
    >>> pins = {"A": ["a"], "Y": ["y"]}
    >>> add_cell(model, Placed("$_NOT_", pins, {}, 2, "write_blif"), lambda what, hint: FormatError(what))
    >>> model.cells
    [Cell(ones=1, inputs=('a',), output='y', line=2)]
    >>> word_level("$add", "write_blif")[1]
    "run 'proc; flatten; memory; opt; techmap; simplemap; opt' before write_blif, or give the Verilog file itself"
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.formats.model.models import Alias, Cell, Cover, Model
from gatewright.formats.yosys.cells import GATES, WIDE, is_register, lut_table
from gatewright.formats.yosys.placed import Placed, Refuse
from gatewright.formats.yosys.registers import add_register
from gatewright.gates.functions import MOST_INPUTS
from gatewright.logic.cover import cube
from gatewright.logic.truth_table import MAX_INPUTS

_NOTHING: Mapping[str, int] = {}


def add_cell(
    model: Model, cell: Placed, refuse: Refuse, initial: Mapping[str, int] = _NOTHING
) -> None:
    """Add what a cell computes to a model.

    Args:
        model: that it is added to.
        cell: one of Yosys'.
        refuse: the error for the cell.
        initial: what nets of registers hold in the first cycle, where the file says it.

    Raises:
        FormatError: it has other pins than such a cell has, or works on whole words.
    """
    kind, line = cell.kind, cell.line
    if kind in GATES:
        pins, ones = GATES[kind]
        inputs = tuple(_one(cell, pin, refuse) for pin in pins)
        if kind == "$_BUF_":
            model.aliases.append(Alias(inputs[0], _driven(cell, refuse), line))
        else:
            model.cells.append(Cell(ones, inputs, _driven(cell, refuse), line))
    elif kind in WIDE:
        pins, cubes = WIDE[kind]
        inputs = tuple(_one(cell, pin, refuse) for pin in pins)
        model.covers.append(Cover(cubes, inputs, _driven(cell, refuse), line, False))
    elif kind == "$lut":
        _add_table(model, cell, refuse)
    elif kind == "$buf":
        reads, drives = cell.pins.get("A", ()), cell.pins.get("Y", ())
        if not reads or len(reads) != len(drives):
            raise refuse(f"has {len(reads)} nets on pin 'A' and {len(drives)} on 'Y'", "join them")
        model.aliases += [Alias(net, out, line) for net, out in zip(reads, drives, strict=True)]
    elif kind.startswith("$mem"):
        raise refuse(*word_level(kind, cell.writer))
    elif is_register(kind):
        add_register(model, cell, initial, refuse)
    else:
        raise refuse(*word_level(kind, cell.writer))


def word_level(kind: str, writer: str) -> tuple[str, str]:
    """What is said of a cell that is not a gate of one bit, and which commands of Yosys make gates of it.

    They take operators, memories that are only read, and selectors; ``tribuf`` makes selectors of drivers that
    can be off.
    """
    if not writer:
        power = kind == "$pow"
        what = "the operator '**'" if power else f"a cell of the kind '{kind}'"
        return (
            f"has {what}, of which Yosys makes no gates",
            "write a product, as a * a for a ** 2" if power else "write it in other operators",
        )
    run = "proc; flatten; memory; opt; techmap; simplemap; opt"
    if kind in ("$tribuf", "$_TBUF_"):
        run = "tribuf -logic; techmap; opt"
    return (
        f"is of the kind '{kind}', no gate of one bit",
        f"run '{run}' before {writer}, or give the Verilog file itself",
    )


def _one(cell: Placed, pin: str, refuse: Refuse) -> str:
    """The net that a pin of one bit reads."""
    nets = cell.pins.get(pin, ())
    if len(nets) != 1:
        raise refuse(f"has {len(nets)} nets on pin '{pin}'", "join it to one")
    return nets[0]


def _driven(cell: Placed, refuse: Refuse) -> str:
    nets = cell.pins.get("Y", ())
    if len(nets) != 1:
        raise refuse("does not drive one net by its pin 'Y'", "join it to one")
    return nets[0]


def _add_table(model: Model, cell: Placed, refuse: Refuse) -> None:
    """A truth table; its first input is the least significant, ours the most."""
    nets = cell.pins.get("A", ())
    count = len(nets)
    if count > MAX_INPUTS:
        raise refuse(f"has {count} inputs, more than {MAX_INPUTS}", "split it")
    ones = lut_table(cell.parameters, count)
    if ones is None:
        told = cell.writer == "write_blif" and "LUT" not in cell.parameters
        raise refuse(
            f"has no LUT of {1 << count} bits and WIDTH of {count}, as its pin 'A' has",
            "use write_blif without -icells, or with -param" if told else "give it one bit a row",
        )
    inputs, output = tuple(reversed(nets)), _driven(cell, refuse)
    if count <= MOST_INPUTS:
        model.cells.append(Cell(ones, inputs, output, cell.line))
    else:
        rows = [f"{row:0{count}b}" for row in range(1 << count) if ones >> row & 1]
        cubes = [cube(row) for row in rows]
        model.covers.append(Cover(cubes, inputs, output, cell.line, False))
