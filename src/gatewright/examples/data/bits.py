"""Columns as bits: thresholds for numbers, a bit for each text, all learned from the rows to learn from.

The name of a bit says what it is: ``age>=37.5`` is 1 where the column age is at least 37.5, ``colour==red`` where
the text is red. So a circuit says by the names of its inputs how to make them of other rows.

Example:
    >>> ages = np.array([20.0, 30.0, 30.0, 50.0])
    >>> table = Table("a", ("age", "ill"), (ages, np.array([0, 0, 1, 1], np.uint8)), ("ill",))
    >>> input_names(table)
    ('age>=25', 'age>=40', 'age==30')
    >>> encoded(table, ("age>=40", "ill")).tolist()
    [[0, 0], [0, 0], [0, 1], [1, 1]]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.errors import UsageError
from gatewright.examples.data.cells import Column, is_number
from gatewright.examples.data.named import asked, named
from gatewright.examples.data.table import Table

MOST_THRESHOLDS = 16
"""Most thresholds of a column of numbers: of more values, those that cut the rows in equal parts."""

MOST_EACH = 8
"""Most values of a column of numbers of which each has a bit of its own besides."""

MOST_CLASSES = 64
"""Most values of a column that is to be learned."""


def input_names(table: Table) -> tuple[str, ...]:
    """The names of the bits that a table's inputs become; of a constant column there is none."""
    found: list[str] = []
    constant = table.constant()
    for name in table.inputs:
        column = table.column(name)
        kind = table.kind(name)
        if kind == "bits":
            found.append(name)
        elif kind == "numbers":
            found += named(table, name, ">=", [_digits(each) for each in thresholds(column)])
            values = np.unique(column).tolist()
            if len(values) <= MOST_EACH:  # of the first and the last there is a threshold already
                found += named(table, name, "==", [_digits(each) for each in values[1:-1]])
        else:
            values = np.unique(column).tolist()
            found += named(table, name, "==", values if len(values) > 2 else values[1:])
    if len(constant) == len(table.inputs):
        raise UsageError(
            f"every input of {table.path} is constant", hint="there is nothing to learn from"
        )
    return tuple(found)


def output_names(table: Table) -> tuple[str, ...]:
    """The names of the bits that a table's targets become: one for each class where there are more than two.

    Raises:
        UsageError: there is no target, or one has a single value, or more than a class could have.
    """
    found: list[str] = []
    for name in table.targets:
        values = np.unique(table.column(name)).tolist()
        if len(values) == 1 and len(table.targets) == 1:
            raise UsageError(
                f"'{name}' is {values[0]} in all {table.rows} rows of {table.path}",
                hint="examples of both are needed; a constant needs no circuit",
            )
        if len(values) > MOST_CLASSES:
            raise UsageError(
                f"'{name}' has {len(values)} different values, and a class has up to {MOST_CLASSES}",
                hint="make it a column of 0 and 1, such as whether it is above a limit",
            )
        if table.kind(name) == "bits":
            found.append(name)
        else:
            some = values if len(values) != 2 else values[1:]
            texts = [_digits(each) if isinstance(each, float) else each for each in some]
            found += named(table, name, "==", texts)
    if not found:
        raise UsageError(f"{table.path} has nothing to be learned", hint="name a target")
    return tuple(found)


def encoded(table: Table, names: Sequence[str]) -> Bits:
    """The bits of these names, shape (rows, names).

    Raises:
        UsageError: there is no such column, or it is of another kind; or one holds other values than 0 and 1,
            and no name asks for more than a bit.
    """
    found = np.empty((table.rows, len(names)), dtype=np.uint8)
    questions = [asked(table, name) for name in names]
    bits_alone = not any(questions)
    for place, (name, question) in enumerate(zip(names, questions, strict=True)):
        if question is None:
            found[:, place] = _bits(table, name, bits_alone)
            continue
        column, sign, value = question
        if sign == ">=":
            found[:, place] = _numbers(table, column) >= float(value)
        elif table.kind(column) == "texts":
            found[:, place] = table.column(column) == value
        elif not is_number(value):  # these rows have numbers where others had texts
            found[:, place] = 0
        else:
            found[:, place] = _numbers(table, column) == float(value)
    return found


def _bits(table: Table, name: str, bits_alone: bool) -> Column:
    column = table.column(name)
    if table.kind(name) == "numbers" and name not in table.targets and not bits_alone:
        # Rows that were learned from had 0 and 1 alone: of numbers, that is a threshold between them.
        return (column >= 0.5).astype(np.uint8)
    if column.dtype != np.uint8:
        raise UsageError(
            f"'{name}' of {table.path} holds {table.kind(name)}, and bits are expected",
            hint="each value is 0 or 1",
        )
    return column


def _numbers(table: Table, name: str) -> Floats:
    column = table.column(name)
    if table.kind(name) == "texts":
        raise UsageError(
            f"'{name}' of {table.path} holds texts, and numbers are expected",
            hint="give the columns that the circuit was learned from",
        )
    return column.astype(np.float64)


def thresholds(column: Floats) -> list[float]:
    """Between which values a column is cut, each with as few digits as tell the two apart."""
    values, counts = np.unique(column, return_counts=True)
    if len(values) - 1 > MOST_THRESHOLDS:
        below = np.cumsum(counts)[:-1]
        wanted = np.linspace(0, len(column), MOST_THRESHOLDS + 2)[1:-1]
        cuts = np.unique([np.argmin(np.abs(below - each)) for each in wanted])
    else:
        cuts = np.arange(len(values) - 1)
    return [_between(float(values[at]), float(values[at + 1])) for at in cuts]


def _between(low: float, high: float) -> float:
    """A number above ``low`` and at most ``high``."""
    middle = low + (high - low) / 2
    for digits in range(1, 18):
        found = float(f"{middle:.{digits}g}")
        if low < found <= high:
            return found
    return high


def _digits(value: float) -> str:
    """A number as text that reads the same."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
