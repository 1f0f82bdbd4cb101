"""The names of bits, and the columns that they ask: ``age>=37.5`` asks the column age.

A column's own name may have such a sign. The longest part before one that is a column is meant.

Example:
    >>> import numpy as np
    >>> table = Table("a", ("age", "a>=3"), (np.array([20.0, 30.0]), np.array([1.0, 2.0])), ())
    >>> asked(table, "age>=25"), asked(table, "a>=3>=1.5"), asked(table, "a>=3")
    (Asked(column='age', sign='>=', value='25'), Asked(column='a>=3', sign='>=', value='1.5'), None)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from gatewright.errors import UsageError
from gatewright.examples.data.cells import is_number
from gatewright.examples.data.table import Table

_SIGN = re.compile(r"(?=(>=|==))")


class Asked(NamedTuple):
    """What a bit asks of a column."""

    column: str
    sign: str
    value: str


def asked(table: Table, name: str) -> Asked | None:
    """What the bit of a name asks of a table; none if the name is a column's own, or asks nothing."""
    if table.has(name):
        return None
    found = [
        Asked(name[: each.start()], each[1], name[each.start() + 2 :])
        for each in _SIGN.finditer(name)
    ]
    found = [each for each in found if each.sign == "==" or is_number(each.value)]
    return next((each for each in reversed(found) if table.has(each.column)), (*found, None)[0])


def unnamed(table: Table, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """By column of texts, those that no bit of these names asks for, with how many rows have them.

    A column that two texts were known of has one bit, so there nothing is known of others.
    """
    known: dict[str, set[str]] = {}
    for question in (asked(table, name) for name in names):
        if (
            question is not None
            and question.sign == "=="
            and table.kind(question.column) == "texts"
        ):
            known.setdefault(question.column, set()).add(question.value)
    found: dict[str, dict[str, int]] = {}
    for column, some in known.items():
        counts = Counter(table.column(column).tolist())
        others = {text: count for text, count in counts.items() if text not in some}
        if len(some) > 1 and others:
            found[column] = others
    return found


def named(table: Table, column: str, sign: str, values: Sequence[str]) -> list[str]:
    """The names of bits that ask these values of a column.

    Raises:
        UsageError: a name would say something else as well.
    """
    made = [f"{column}{sign}{value}" for value in values]
    for name, value in zip(made, values, strict=True):
        if asked(table, name) != (column, sign, value):
            raise UsageError(
                f"a bit of '{column}' of {table.path} and another column would both be called '{name}'",
                hint="rename one of the columns",
            )
    return made
