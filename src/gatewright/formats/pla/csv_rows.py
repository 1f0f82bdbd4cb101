r"""A truth table with a heading, as spreadsheets write it, read as the rows of a PLA.

The first line names the columns: inputs, ``->``, outputs. The arrow may have a cell in the rows, blank or with an
arrow, or none. Without an arrow the outputs are the last columns:
all that follow the inputs, if the rows are every pattern of inputs once, and else the last column alone. Between
columns stands a comma, a semicolon, a tab or spaces. A ``-`` or ``x`` is either value of an input, and a
don't-care of an output; of rows that are not there, nothing is said.

Example:
    >>> pla = read_csv_rows(Source("vote.csv", b"a,b,c,y\n1,1,-,1\n0,0,-,0\n"))
    >>> pla.inputs, pla.outputs, [(row.inputs, row.outputs) for row in pla.rows]
    (('a', 'b', 'c'), ('y',), [('11-', '1'), ('00-', '0')])
    >>> read_csv_rows(Source("half.csv", b"a b c s\n0 0 0 0\n0 1 0 1\n1 0 0 1\n1 1 1 0\n")).outputs
    ('c', 's')
"""

from __future__ import annotations

import csv
from typing import NamedTuple

from gatewright.errors import FormatError, Hint
from gatewright.formats.model.source import Source
from gatewright.formats.pla.file import LEAST_EXAMPLES, MOST_PORTS, Pla, Row

ARROW = "->"

_SIGNS = {"0": "0", "false": "0", "1": "1", "true": "1", "-": "-", "x": "-", "": ""}
_EXPECTED = "a cell is 0, 1 or -, as in the rows of a truth table"


class Line(NamedTuple):
    """The cells of one line, and how many stand before its arrow; none where it has no arrow."""

    number: int
    cells: list[str]
    before: int | None


def read_csv_rows(source: Source) -> Pla:
    """The rows of a truth table with a heading.

    Raises:
        FormatError: it has no heading, a row of another length, or a cell that is not a value.
    """
    lines = csv_lines(source)
    if not lines:
        raise source.refuse(0, "", "is empty", "its first line names the columns, as in a,b,->,y")
    heading, rows = lines[0], lines[1:]
    names = heading.cells
    if all(name.lower() in _SIGNS for name in names):
        what = "is a row, and the first line names the columns"
        raise source.refuse(
            heading.number, ",".join(names), what, "write one above it, as in a,b,->,y"
        )
    if not 2 <= len(names) <= MOST_PORTS:
        what = f"there {'is 1 column' if len(names) == 1 else f'are {len(names)} columns'}"
        raise source.refuse(heading.number, "", what, "name every input and output, as in a,b,->,y")
    if not rows:
        raise source.refuse(
            heading.number, "", "no row follows the names", "write one for each pattern"
        )
    signs = [_signs(source, line, heading, len(rows)) for line in rows]
    inputs = heading.before if heading.before is not None else _inputs(signs)
    if not 0 < inputs < len(names):
        raise source.refuse(
            heading.number,
            ARROW,
            "has nothing on one side",
            "inputs stand before it, outputs behind it",
        )
    made = [
        Row(each[:inputs], each[inputs:], line.number)
        for each, line in zip(signs, rows, strict=True)
    ]
    number = heading.number
    return Pla(
        source, "fdr", tuple(names[:inputs]), tuple(names[inputs:]), tuple(made), number, number
    )


def csv_lines(source: Source) -> list[Line]:
    """The lines that are not empty, cut at the sign that stands between columns of the first.

    Raises:
        FormatError: the file is not a text, a cell is longer than CSV is read, or a row has its arrow at another
            place than the first line.
    """
    found: list[Line] = []
    between = ""
    for number, text in enumerate(source.lines(), 1):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        between = between or next((each for each in ",;\t" if each in text), " ")
        line = _line(source, number, text, between)
        found.append(_below(source, found[0], line) if found else line)
    return found


def _below(source: Source, heading: Line, line: Line) -> Line:
    """A row without the blank cell that a spreadsheet writes below the arrow.

    Raises:
        FormatError: it has an arrow at another place.
    """
    place = heading.before
    if line.before not in (None, place):
        raise source.refuse(
            line.number, ARROW, "stands elsewhere than in the first line", "move it"
        )
    spare = place is not None and line.before is None and len(line.cells) == len(heading.cells) + 1
    if place is None or not spare or line.cells[place]:
        return line
    return line._replace(cells=line.cells[:place] + line.cells[place + 1 :])


def cells_of(source: Source, number: int, text: str, between: str = ",") -> list[str]:
    """The cells of a line of CSV.

    Raises:
        FormatError: one is longer than CSV is read.
    """
    if '"' in text and _open(text, between):
        what = "has a quote that is not closed"
        raise source.refuse(number, "", what, 'close it in its line; within a text write "" for "')
    try:
        return [cell.strip() for line in csv.reader([text], delimiter=between) for cell in line]
    except csv.Error as error:
        raise source.refuse(number, "", f"cannot be cut into cells: {error}", "split it") from None


def _open(text: str, between: str) -> bool:
    """Whether a line ends within quotes."""
    try:
        list(csv.reader([text], delimiter=between, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def uneven(source: Source, line: Line, wanted: int) -> FormatError:
    """The error for a row of more or fewer cells than there are columns."""
    count = len(line.cells)
    what = f"there {'is 1 cell' if count == 1 else f'are {count} cells'}, and {wanted} names"
    return source.refuse(line.number, "", what, "give every column one")


def _line(source: Source, number: int, text: str, between: str) -> Line:
    """One line; its arrow is a cell of its own, or stands between two values in one."""
    if between == " ":
        cells = text.replace(ARROW, f" {ARROW} ").split()
    else:
        cells = cells_of(source, number, text, between)
    place = next((at for at, cell in enumerate(cells) if ARROW in cell), None)
    if place is None:
        return Line(number, cells, None)
    parts = [part.strip() for part in cells[place].partition(ARROW)[::2] if part.strip()]
    before = place + bool(cells[place].partition(ARROW)[0].strip())
    return Line(number, cells[:place] + parts + cells[place + 1 :], before)


def _signs(source: Source, line: Line, heading: Line, rows: int) -> str:
    """The values of a row, a character for each column; of how many rows it is one is for the hint."""
    cells, wanted = line.cells, len(heading.cells)
    if len(cells) != wanted:
        raise uneven(source, line, wanted)
    found = ""
    for cell, name in zip(cells, heading.cells, strict=True):
        sign = _SIGNS.get(cell.lower(), "")
        if not sign:
            what = f"is not a value of '{name}'" if cell else f"'{name}' has no value"
            learn = Hint(_EXPECTED, "cells or examples", file=source.path)
            enough = bool(cell) and rows >= LEAST_EXAMPLES
            raise source.refuse(line.number, cell, what, learn if enough else _EXPECTED)
        found += sign
    return found


def _inputs(signs: list[str]) -> int:
    """How many columns are inputs: those that take every pattern once, or all but the last."""
    width, count = len(signs[0]), len(signs).bit_length() - 1
    patterns = {each[:count] for each in signs}
    whole = len(signs) == 1 << count == len(patterns) and "-" not in "".join(patterns)
    return count if whole and 1 < count < width else width - 1  # two rows are more likely a part


def quoted(name: str) -> str:
    """A name as a cell that CSV writes."""
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"') else name
