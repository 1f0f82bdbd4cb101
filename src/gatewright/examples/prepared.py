"""Rows ready to be learned from: bits of every column, and which rows do what.

Whoever learns of the same table with the same seed has the same rows to learn from, and is judged by the same.

Example:
    >>> from gatewright.examples.data.table import table_of
    >>> x = np.random.default_rng(1).integers(0, 2, (100, 5), dtype=np.uint8)
    >>> rows = prepared(table_of(x, x[:, 1]), seed=0)
    >>> rows.x.shape, len(rows.known), rows.test_x.shape, rows.few
    ((100, 5), 85, (15, 5), True)
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Bits, Indices
from gatewright.examples.data.bits import encoded, input_names, output_names
from gatewright.examples.data.table import Table
from gatewright.examples.split import Parts, split
from gatewright.records import dataclass

FEW_ROWS = 2000
"""Fewer rows than this are not cut in parts that learn and choose: learners are compared by cross-validation."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Rows as bits.

    Attributes:
        inputs: the names of the input bits.
        outputs: likewise.
        x: all rows that were given to learn from, shape (rows, inputs).
        y: their answers, shape (rows, outputs).
        parts: numbers of rows of ``x``, by what they do.
        test_x: rows that judge, of ``x`` or besides, shape (rows, inputs).
        test_y: their answers.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    x: Bits
    y: Bits
    parts: Parts
    test_x: Bits
    test_y: Bits

    @property
    def known(self) -> Indices:
        """The rows that do not judge, in increasing order."""
        return np.sort(np.concatenate(self.parts[:3]))

    @property
    def few(self) -> bool:
        """Whether they are so few that those that learn, tune and choose are the same ones."""
        return len(self.x) < FEW_ROWS


def prepared(table: Table, *, seed: int, test: Table | None = None) -> Prepared:
    """The rows of a table, cut in parts and made bits.

    Args:
        table: the examples.
        seed: of the random order in which they are cut.
        test: rows to judge by; by default a part of the examples is kept for it.

    Raises:
        UsageError: there are too few rows, or nothing to be learned.
    """
    outputs = output_names(table)
    parts = split(table.rows, seed, tested=test is not None)
    # Thresholds come from rows that learn.
    learn = np.sort(np.concatenate(parts[:3])) if table.rows < FEW_ROWS else parts.learn
    inputs = input_names(table.part(learn))
    x, y = encoded(table, inputs), encoded(table, outputs)
    if test is None:
        return Prepared(inputs, outputs, x, y, parts, x[parts.test], y[parts.test])
    return Prepared(inputs, outputs, x, y, parts, encoded(test, inputs), encoded(test, outputs))
