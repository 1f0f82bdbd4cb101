r"""Rows that a device showed: what its inputs were, and what its outputs then were.

A table with a heading that names buses or bits of them, and a value of each a line, as spreadsheets write it; an
empty cell, ``-`` or ``x`` of an output says nothing of it. Or test vectors and stimuli, as `stimulus` reads them,
in which what an output is checked for is what it was.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.formats.model.source import Source
    >>> adder = circuit("ripple-adder", bits=2).netlist
    >>> found = read_showed(Source("d.csv", b"a,b,cin,sum,cout\n1,2,0,0x3,0\n3,3,1,x,1\n"), adder)
    >>> found.patterns.tolist(), found.outputs.tolist()
    ([[1, 0, 0, 1, 0], [1, 1, 1, 1, 1]], [[1, 1, 0], [2, 2, 1]])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from gatewright.circuits.clocked.stimulus import Change, Check, named_columns, place_of, planned
from gatewright.circuits.faults.diagnosis.suspect import UNKNOWN, Showed
from gatewright.circuits.netlist import Netlist
from gatewright.formats.model.source import Source
from gatewright.formats.pla.csv_rows import ARROW, Line, csv_lines, quoted
from gatewright.formats.stimulus import HEADING, read_stimulus
from gatewright.formats.vectors import is_vectors
from gatewright.logic.bits import bus_to_bits
from gatewright.logic.numerals import whole_number
from gatewright.text import comment_lines, did_you_mean

MOST_ROWS = 1 << 20
"""Most rows of a file."""

_NOTHING = {"", "-", "x", "X"}


def read_showed(source: Source, netlist: Netlist) -> Showed:
    """The rows in a file.

    Args:
        source: the file.
        netlist: what the device should be; it names the buses.

    Raises:
        FormatError: a line is not a row, or the file says nothing of any output.
        UsageError: the circuit has no such port, or a value does not fit it.
    """
    lines = [] if is_vectors(source) else csv_lines(source)
    listed = bool(lines) and (
        [cell.lower() for cell in lines[0].cells] == HEADING or lines[0].cells[0].startswith("{")
    )
    if lines and not listed:
        changes, checks = _of_table(source, lines, netlist)
        rows = len(lines) - 1
    else:
        stimulus = read_stimulus(source)
        changes, checks = _sorted(netlist, stimulus.changes, stimulus.checks)
        cycles = [each.cycle for each in changes] + [each.cycle for each in checks]
        rows = 1 + max(cycles, default=-1)
    if not checks:
        raise source.refuse(
            0,
            "",
            "says nothing of any output",
            f"the outputs are {', '.join(bus.name for bus in netlist.outputs)}; name what each was",
        )
    if rows > MOST_ROWS:
        raise source.refuse(0, "", f"has {rows:,} rows", f"at most {MOST_ROWS:,} are read")
    columns = named_columns(netlist.outputs)
    outputs = np.full((rows, len(netlist.output_nets)), UNKNOWN, dtype=np.uint8)
    for check in checks:
        places = place_of(check, columns, "output", rows)
        outputs[check.cycle, places] = bus_to_bits([check.value], places.stop - places.start)[0]
    given = planned(netlist.inputs, rows, changes)
    return Showed(np.ascontiguousarray(given.take(rows)[:, 0]), outputs)


def write_showed(
    given: Sequence[Mapping[str, int]], gave: Sequence[Mapping[str, int]], said: Iterable[str]
) -> str:
    r"""Rows as a table with a heading.

    Args:
        given: the value of every input, by row.
        gave: the value of every output, by row.
        said: lines that stand above, as comments.

    Example:
        >>> write_showed([{"a": 1}], [{"y": 0}], ["stuck"])
        '# stuck\na,->,y\n1,->,0\n'
    """
    lines = [each for text in said for each in comment_lines(text, "#")]
    lines.append(",".join([*map(quoted, given[0]), ARROW, *map(quoted, gave[0])]))
    for one, other in zip(given, gave, strict=True):
        lines.append(",".join([*map(str, one.values()), ARROW, *map(str, other.values())]))
    return "".join(f"{line}\n" for line in lines)


def _sorted(
    netlist: Netlist, changes: Iterable[Change], checks: Iterable[Check]
) -> tuple[list[Change], list[Check]]:
    """What is said of inputs, and of outputs."""
    outputs = named_columns(netlist.outputs).keys() - named_columns(netlist.inputs).keys()
    given = [each for each in changes if each.bus not in outputs]
    gave = [
        Check(each.cycle, each.bus, each.value, each.where)
        for each in changes
        if each.bus in outputs
    ]
    return given, [*gave, *checks]


def _of_table(
    source: Source, lines: Sequence[Line], netlist: Netlist
) -> tuple[list[Change], list[Check]]:
    """What the lines of a table say.

    Raises:
        FormatError: it names no port, one twice, or lacks a value of an input.
    """
    heading, *rows = lines
    inputs, outputs = named_columns(netlist.inputs), named_columns(netlist.outputs)
    given = heading.before if heading.before is not None else len(heading.cells)
    sides: list[bool] = []
    for place, name in enumerate(heading.cells):
        if name not in inputs and name not in outputs:
            hint = did_you_mean(
                name, [*inputs, *outputs], "the first line names inputs and outputs of the circuit"
            )
            raise source.refuse(heading.number, name, "is not an input or output", hint)
        if name in heading.cells[:place] and (name not in inputs or name not in outputs):
            raise source.refuse(heading.number, name, "is named twice", "name each column once")
        sides.append(name in inputs and (place < given or name not in outputs))
    named = set(heading.cells)
    for bus in netlist.inputs:
        missing = [] if bus.name in named else [bit for bit in bus.bits if bit not in named]
        if bus.default is not None and len(missing) == bus.width:
            continue  # as everywhere: it has its default where nobody says a value
        if missing:
            name = bus.name if len(missing) == bus.width else missing[0]
            raise source.refuse(
                heading.number, "", f"has no column '{name}'", "each input needs a value"
            )
    changes: list[Change] = []
    checks: list[Check] = []
    for row, line in enumerate(rows):
        if len(line.cells) != len(heading.cells):
            what = f"has {len(line.cells)} values, not {len(heading.cells)}"
            raise source.refuse(line.number, "", what, "give one for each column")
        where = f"{source.path}:{line.number}"
        for name, cell, is_input in zip(heading.cells, line.cells, sides, strict=True):
            if not is_input and cell in _NOTHING:
                continue
            value = whole_number(cell)
            if value is None:
                raise source.refuse(
                    line.number, cell, "is not a whole number", "as in 5, 0x1f or 0b101"
                )
            if is_input:
                changes.append(Change(row, name, value, where))
            else:
                checks.append(Check(row, name, value, where))
    return changes, checks
