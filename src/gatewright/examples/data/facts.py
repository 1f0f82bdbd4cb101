"""What is to be said of rows: which contradict each other, and which of those that judge are among the others.

Both may be asked of rows as they were given, and of the bits that were made of them: two numbers between the same
thresholds are the same bits.

Example:
    >>> x, y = np.array([[0, 1], [0, 1], [1, 1]], dtype=np.uint8), np.array([[0], [1], [1]], dtype=np.uint8)
    >>> contradictions(kinds_of(x), y[:, 0])
    (2, 2)
    >>> table = Table("a", ("age", "kind"), (np.array([1.0, 2.0, 1.0]), np.array(["a", "a", "a"])), ())
    >>> [each.tolist() for each in kinds_as_given(table.part(np.array([0, 1])), table)]
    [[0, 1], [0, 1, 0]]
    >>> Rows(x, table).shared(Rows(x[:1], table.part(np.array([0]))))
    1
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Indices
from gatewright.examples.data.cells import Column
from gatewright.examples.data.table import Table


class Rows(NamedTuple):
    """Rows as bits, and as they were given."""

    bits: Bits
    table: Table

    def contradictions(self, y: Bits) -> tuple[int, int, int]:
        """Rows whose bits have both answers, how many any function can have right, and such rows as given."""
        kinds = kinds_of(self.bits)
        clashing, possible = contradictions(kinds, y)
        if not clashing:
            return 0, possible, 0
        some = np.flatnonzero(_both(kinds, y)[kinds])
        (given,) = kinds_as_given(self.table.part(some))
        return clashing, possible, contradictions(given, y[some])[0]

    def shared(self, other: Rows) -> int:
        """How many of the other rows are among these, as they were given."""
        kinds = kinds_of(np.concatenate([self.bits, other.bits]))
        mine, theirs = kinds[: len(self.bits)], kinds[len(self.bits) :]
        # What is given alike is the same bits; few rows are to be looked at.
        near, new = np.flatnonzero(np.isin(mine, theirs)), np.flatnonzero(np.isin(theirs, mine))
        if not len(near):
            return 0
        given = kinds_as_given(self.table.part(near), other.table.part(new))
        return int(np.isin(given[1], given[0]).sum())


def contradictions(kinds: Indices, y: Bits) -> tuple[int, int]:
    """How many rows are of a kind that has both answers, and how many rows any function can have right.

    Args:
        kinds: equal for equal rows, shape (rows,).
        y: the answers, shape (rows,).
    """
    total = np.bincount(kinds)
    ones = np.bincount(kinds, weights=y).astype(np.intp)
    return int(total[_both(kinds, y)].sum()), int(np.maximum(ones, total - ones).sum())


def kinds_of(x: Bits) -> Indices:
    """A number for each row of bits, the same for equal rows."""
    packed = np.ascontiguousarray(np.packbits(x, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    return np.unique(keys, return_inverse=True)[1].ravel()


def kinds_as_given(*tables: Table) -> list[Indices]:
    """A number for each row of some tables, the same where inputs are equal in all columns that they share."""
    rows = [table.rows for table in tables]
    kinds = np.zeros(sum(rows), dtype=np.intp)
    count = 1
    for name in tables[0].inputs:
        if count == len(kinds) or not all(table.has(name) for table in tables):
            continue
        values = _together([table.column(name) for table in tables])
        different, which = np.unique(values, return_inverse=True)
        left, kinds = np.unique(kinds * len(different) + which.ravel(), return_inverse=True)
        kinds, count = kinds.ravel(), len(left)
    return np.split(kinds, np.cumsum(rows)[:-1])


def _both(kinds: Indices, y: Bits) -> npt.NDArray[np.bool_]:
    """Whether each kind has both answers."""
    total = np.bincount(kinds)
    ones = np.bincount(kinds, weights=y).astype(np.intp)
    return (ones > 0) & (ones < total)


def _together(columns: list[Column]) -> Column:
    """The values of one column of several tables, as numbers if all are."""
    if all(column.dtype.kind in "uf" for column in columns):
        return np.concatenate([column.astype(np.float64) for column in columns])
    return np.concatenate([_as_texts(column) for column in columns])


def _as_texts(column: Column) -> Column:
    """Values as texts; numbers as they are written with fewest digits."""
    if column.dtype.kind == "f":
        return np.array(
            [f"{each:.0f}" if each.is_integer() else repr(each) for each in column.tolist()]
        )
    return column.astype(np.str_)
