r"""Files of stimuli: which input takes which value in which cycle, as CSV, as JSON lines or as test vectors.

In CSV a line is ``cycle,bus,value``; a heading that says so may stand above. In JSON lines a line is
``{"cycle": 3, "bus": "a", "value": 5}``. A value is a whole number, also as ``0x1f`` or ``0b101``.
What begins as `gatewright.formats.vectors` does is read as such.

Example:
    >>> from gatewright.formats.model.source import Source
    >>> read_stimulus(Source("s.csv", b"cycle,bus,value\n0,a,0x1f\n")).changes
    (Change(cycle=0, bus='a', value=31, where='s.csv:2'),)
    >>> read_stimulus(Source("s.jsonl", b'{"cycle": 3, "bus": "a", "value": 5}\n')).changes
    (Change(cycle=3, bus='a', value=5, where='s.jsonl:1'),)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from gatewright.circuits.clocked.stimulus import Change, Stimulus
from gatewright.circuits.netlist import Clock
from gatewright.formats.model.source import Source
from gatewright.formats.pla.csv_rows import cells_of, quoted
from gatewright.formats.vectors import is_vectors, read_vectors
from gatewright.logic.numerals import whole_number
from gatewright.text import comment_lines

HEADING = ["cycle", "bus", "value"]
"""The first line of such a CSV file, if it has one."""


def read_stimulus(source: Source, clock: Clock | None = None) -> Stimulus:
    """What a file of stimuli lists.

    Args:
        source: the file.
        clock: of the circuit, which test vectors may drive.

    Raises:
        FormatError: a line is not one.
    """
    if is_vectors(source):
        return read_vectors(source, clock)
    return Stimulus(tuple(_changes(source)))


def write_stimulus(cycles: Sequence[Mapping[str, int]], said: Sequence[str] = ()) -> str:
    r"""Values of buses, cycle by cycle, as a CSV file of those that change.

    Args:
        cycles: the value of every bus in each.
        said: lines that stand above, as comments.

    Example:
        >>> write_stimulus([{"a": 1, "b": 0}, {"a": 1, "b": 2}], ["two cycles"])
        '# two cycles\ncycle,bus,value\n0,a,1\n0,b,0\n1,b,2\n'
    """
    lines = [each for text in said for each in comment_lines(text, "#")] + [",".join(HEADING)]
    held: dict[str, int] = {}
    for cycle, values in enumerate(cycles):
        for name, value in values.items():
            if held.get(name) != value:
                lines.append(f"{cycle},{quoted(name)},{value}")
        held.update(values)
    return "".join(f"{line}\n" for line in lines)


def _changes(source: Source) -> Iterator[Change]:
    first = True
    for number, line in enumerate(source.lines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        cells = (_of_json if text[0] == "{" else cells_of)(source, number, text)
        if first and [cell.lower() for cell in cells] == HEADING:
            first = False
            continue
        first = False
        if len(cells) != len(HEADING):
            what = "is not a cycle, a bus and a value"
            raise source.refuse(number, text, what, "as in 3,a,5")
        cycle, value = (whole_number(cell) for cell in (cells[0], cells[2]))
        for cell, found in ((cells[0], cycle), (cells[2], value)):
            if found is None:
                raise source.refuse(number, cell, "is not a whole number", "as in 5 or 0x1f")
        assert cycle is not None and value is not None  # noqa: S101, PT018 - refused above
        yield Change(cycle, cells[1], value, f"{source.path}:{number}")


def _of_json(source: Source, number: int, text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise source.refuse(number, "", f"is not JSON: {error}", "a record a line") from None
    if sorted(found) != sorted(HEADING) or not isinstance(found["bus"], str):
        what = "is not a record of a cycle, a bus and a value"
        raise source.refuse(number, text, what, 'as in {"cycle": 3, "bus": "a", "value": 5}')
    return [str(found[key]) for key in HEADING]
