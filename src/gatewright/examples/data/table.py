"""Rows of examples as a file or a caller has them: named columns of bits, numbers or texts.

Example:
    >>> table = Table("a.csv", ("age", "ill"), (np.array([31.5, 40]), np.array([0, 1], np.uint8)), ("ill",))
    >>> table.rows, table.inputs, table.kind("age")
    (2, ('age',), 'numbers')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np

from gatewright.arrays import Indices
from gatewright.errors import UsageError
from gatewright.examples.data.cells import Column, column_of
from gatewright.examples.data.present import check_unmasked, numbers_of
from gatewright.records import dataclass

PATH = "the data"
"""What messages call a table of arrays."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of one length.

    Attributes:
        path: where they come from, for messages.
        names: of the columns, without spaces.
        columns: in the same order.
        targets: the names of those that are to be learned; may be empty.
    """

    path: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    targets: tuple[str, ...]
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {name: at for at, name in enumerate(self.names)})

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0])

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the columns that are not to be learned."""
        targets = set(self.targets)
        return tuple(name for name in self.names if name not in targets)

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        return name in self._places

    def column(self, name: str) -> Column:
        """The column of a name.

        Raises:
            UsageError: there is none.
        """
        if name not in self._places:
            raise UsageError(
                f"{self.path} has no column '{name}'", hint=f"it has {shortened(self.names)}"
            )
        return self.columns[self._places[name]]

    def kind(self, name: str) -> str:
        """What a column holds: bits, numbers or texts."""
        return {"u": "bits", "f": "numbers"}.get(self.column(name).dtype.kind, "texts")

    def constant(self) -> tuple[str, ...]:
        """The names of inputs that are one value in all rows."""
        return tuple(
            name for name in self.inputs if (self.column(name) == self.column(name)[0]).all()
        )

    def part(self, rows: Indices) -> Table:
        """Some of the rows."""
        return replace(self, columns=tuple(column[rows] for column in self.columns))


def shortened(names: Sequence[str], most: int = 6) -> str:
    """Names on one line, the first few."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def twice_in(names: Sequence[str]) -> tuple[int, int]:
    """The places of the first name that stands twice.

    Example:
        >>> twice_in(["a", "b", "a"])
        (0, 2)
    """
    places: dict[str, int] = {}
    for at, name in enumerate(names):
        if places.setdefault(name, at) != at:
            return places[name], at
    raise ValueError("no name stands twice")


def table_of(x: Any, y: Any, names: Sequence[str] = (), path: str = PATH) -> Table:
    """A table of arrays.

    Args:
        x: bits or numbers, shape (rows, inputs).
        y: bits or classes, shape (rows,) or (rows, outputs); none where nothing is to be learned.
        names: of the inputs; x0, x1 … by default.
        path: what messages call it.

    Raises:
        UsageError: the shapes do not fit, or something is missing, infinite, or a whole number that is not held
            exactly.

    Example:
        >>> table_of([[0, 1], [1, 1]], [0, 1]).names
        ('x0', 'x1', 'y')
    """
    check_unmasked(x, "X", path)
    check_unmasked(y, "y", path)
    x = np.asarray(x)
    if x.ndim != 2 or not x.size:
        raise UsageError(
            f"X has shape {x.shape}, and rows of inputs are expected",
            hint="give X[None] of one row"
            if x.ndim == 1 and x.size
            else "give X of shape (rows, inputs), of at least one of each",
        )
    y = np.zeros((len(x), 0)) if y is None else np.asarray(y)
    y = y[:, None] if y.ndim == 1 else y
    if y.ndim != 2 or len(x) != len(y):
        raise UsageError(
            f"X has shape {x.shape} and y {y.shape}, and a row of each is expected for every example",
            hint="give X of shape (rows, inputs) and y of shape (rows,) or (rows, outputs)",
        )
    inputs = [str(each) for each in names] or [f"x{at}" for at in range(x.shape[1])]
    if len(inputs) != x.shape[1]:
        raise UsageError(
            f"there are {len(inputs)} names for {x.shape[1]} inputs", hint="name every input"
        )
    outputs = ["y"] if y.shape[1] == 1 else [f"y{at}" for at in range(y.shape[1])]
    if len({*inputs, *outputs}) < len(inputs) + len(outputs):
        name = (*inputs, *outputs)[twice_in([*inputs, *outputs])[0]]
        raise UsageError(f"'{name}' names two columns of {path}", hint="name every column once")
    columns = [
        _typed(column, name, path)
        for column, name in zip([*x.T, *y.T], [*inputs, *outputs], strict=True)
    ]
    return Table(path, (*inputs, *outputs), tuple(columns), tuple(outputs))


def _typed(column: Column, name: str, path: str) -> Column:
    """A column of an array as bits, numbers or texts."""
    if column.dtype.kind in "USO":

        def odd(at: int, cell: str, what: str, hint: str) -> UsageError:
            return UsageError(f"row {at} of {path}: '{cell}' {what}", hint=hint)

        return column_of(name, ["" if each is None else str(each) for each in column], odd)
    numbers = numbers_of(column, name, path)
    return numbers.astype(np.uint8) if np.isin(numbers, (0, 1)).all() else numbers
