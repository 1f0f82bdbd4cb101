r"""Examples from files: a PLA, a CSV with a heading, or an npz with the arrays X and y.

In a PLA, whatever its type, a row is an example: 0 and 1 are what its outputs are. In a CSV the last column is
what is to be learned, or those behind ``->``, or the one that is named; columns hold bits, numbers or texts.

Example:
    >>> table = csv_table(Source("a.csv", b"size,colour,good\n1.5,red,0\n2,blue,1\n"))
    >>> table.targets, [table.kind(name) for name in table.names]
    (('good',), ['numbers', 'texts', 'bits'])
    >>> pla_table(Source("a.pla", b".i 2\n.o 1\n01 1\n11 0\n")).column("y").tolist()
    [1, 0]
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np

from gatewright.errors import FormatError, UsageError
from gatewright.examples.data.cells import BITS, column_of, is_number, word
from gatewright.examples.data.table import Table, shortened, table_of, twice_in
from gatewright.formats.model.source import Source, read_source, read_standard_input
from gatewright.formats.pla.csv_rows import csv_lines, uneven
from gatewright.formats.pla.file import read_rows
from gatewright.formats.registry import PACKED, STANDARD_INPUT


def read_examples(path: str, target: str = "") -> Table:
    """The examples in a file.

    Args:
        path: of a .pla, .csv or .npz file, also packed; ``-`` for standard input, which is a PLA or CSV.
        target: the column of a CSV that is to be learned.

    Raises:
        FormatError: the file cannot be read, or a value is missing or not of its column's kind.
        UsageError: its columns do not fit.
    """
    source = read_standard_input() if path == STANDARD_INPUT else read_source(Path(path))
    name = path.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    if source.data.startswith(b"PK"):
        table = npz_table(source)
    elif name.endswith(".pla") or (
        not name.endswith((".csv", ".tsv")) and re.match(rb"(\s|#[^\n]*\n)*\.", source.data)
    ):
        table = pla_table(source)
    else:
        return csv_table(source, target)
    if target:
        raise UsageError(
            f"{path} says by itself what is to be learned", hint="only CSV takes a target"
        )
    return table


def pla_table(source: Source) -> Table:
    """The rows of a PLA as examples.

    Raises:
        FormatError: it is not a PLA, or a row leaves out a value.
    """
    pla = read_rows(source, "fdr")
    for row in pla.rows:
        for what, signs, names in (
            ("input", row.inputs, pla.inputs),
            ("output", row.outputs, pla.outputs),
        ):
            odd = re.search("[-~]", signs)
            if odd:
                raise source.refuse(
                    row.line,
                    "",
                    f"{what} '{names[odd.start()]}' has no value in this row",
                    "an example has 0 or 1 for everything; a table with don't-cares is for 'compose'",
                )
    text = "".join(row.inputs + row.outputs for row in pla.rows).encode()
    bits = np.frombuffer(text, dtype=np.uint8).reshape(len(pla.rows), -1) - ord("0")
    outputs = ("y",) if pla.outputs == ("y0",) else pla.outputs
    names = (*pla.inputs, *outputs)
    return Table(source.path, names, tuple(np.ascontiguousarray(bits.T)), outputs)


def npz_table(source: Source) -> Table:
    """The arrays X and y of a file of NumPy.

    Raises:
        FormatError: it is none, or lacks one of them.
    """
    try:
        with np.load(io.BytesIO(source.data)) as file:
            arrays = {name.lower(): file[name] for name in file.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise FormatError(
            f"{source.path} cannot be read: {error}", hint="write it by numpy.savez(file, X=X, y=y)"
        ) from error
    if not {"x", "y"} <= arrays.keys():
        raise FormatError(
            f"{source.path} holds {shortened(sorted(arrays)) or 'nothing'}, not X and y",
            hint="write it by numpy.savez(file, X=X, y=y)",
        )
    names = arrays["names"].tolist() if "names" in arrays else ()
    return table_of(arrays["x"], arrays["y"], names, source.path)


def csv_table(source: Source, target: str = "") -> Table:
    """The rows of a CSV with a heading.

    Raises:
        FormatError: a row has another length, a value is missing or is not of its column's kind.
        UsageError: there is no column of the target's name.
    """
    lines = csv_lines(source)
    if len(lines) < 2:
        raise source.refuse(
            0, "", "has no rows", "its first line names the columns, examples follow"
        )
    heading, rows = lines[0], lines[1:]
    names = [word(cell) for cell in heading.cells]
    if len(names) == 1 and all(names):
        what = "is the only column, and a circuit takes others to it"
        raise source.refuse(heading.number, heading.cells[0], what, "as in age,weight,ill")
    if not all(names):
        raise source.refuse(
            heading.number, "", "does not name every column once", "as in age,weight,ill"
        )
    if all(cell.lower() in (*BITS, "-") or is_number(cell) for cell in heading.cells):
        what = "is a row, and the first line names the columns"
        raise source.refuse(heading.number, ",".join(heading.cells), what, "write one above it")
    if len(set(names)) < len(names):
        first_at, twice = twice_in(names)
        first, cell = heading.cells[first_at], heading.cells[twice]
        what = (
            "names two columns"
            if cell == first
            else f"and '{first}' are both '{names[twice]}' as one word"
        )
        raise source.refuse(heading.number, cell, what, "name every column once")
    for line in rows:
        if len(line.cells) != len(names):
            raise uneven(source, line, len(names))
    numbers = [line.number for line in rows]

    def odd(at: int, cell: str, what: str, hint: str) -> FormatError:
        return source.refuse(numbers[at], cell, what, hint)

    columns = tuple(
        column_of(name, cells, odd)
        for name, cells in zip(names, zip(*(line.cells for line in rows), strict=True), strict=True)
    )
    targets = names[heading.before :] if heading.before else names[-1:]
    made = Table(source.path, tuple(names), columns, tuple(targets))
    if target:
        made.column(word(target))
        made = Table(source.path, tuple(names), columns, (word(target),))
    if not made.inputs:
        raise source.refuse(heading.number, "", "names no input", "inputs stand before the ->")
    return made
