"""Which inputs logic had better see inverted, so that its weights may be off by more.

A restoring unit gives a bit as well as its opposite: its weight and bias change signs. What is multiplied by an
input that is 0 cannot be wrong, so the fewer ones in the rows that decide, the better: an AND of n inputs stands
or falls with half a weight in 2n, the NOR of their opposites with half a weight in 1½. A row decides where an
output changes with one of its inputs.

Example:
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> conjunction = Rows(x, np.array([[0.0], [0.0], [0.0], [1.0]]), np.ones((4, 1)))
    >>> inverted_inputs(conjunction).tolist()
    [True, True]
    >>> seen_inverted(conjunction, np.array([True, True])).y.ravel().tolist()
    [1.0, 0.0, 0.0, 0.0]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats, Mask
from gatewright.certify.proof import Rows

_MOSTLY = 0.6  # of the rows that decide: near a half, it hardly matters


def inverted_inputs(rows: Rows) -> Mask:
    """The inputs that are 1 in most of the rows that decide, shape (inputs,).

    Args:
        rows: all rows of a table, in order.
    """
    each = turns(rows)
    return np.asarray(each @ rows.x > _MOSTLY * max(each.sum(), 1.0))


def turns(rows: Rows) -> Floats:
    """Of every row, how many outputs change with how many of its inputs, shape (rows,)."""
    inputs = rows.x.shape[1]
    cube = np.where(rows.care > 0, 2.0 * rows.y - 1.0, 0.0).reshape(*[2] * inputs, -1)
    found = np.zeros(cube.shape[:-1])
    for place in range(inputs):
        found += (cube * np.flip(cube, place) < 0).sum(-1)
    return found.reshape(-1)


def seen_inverted(rows: Rows, inverted: Mask) -> Rows:
    """The table, its rows in order again, as it is seen with some inputs inverted."""
    places = 1 << np.arange(rows.x.shape[1])[::-1]
    order = np.arange(len(rows.x)) ^ int(places @ inverted)
    return Rows(rows.x, rows.y[order], rows.care[order])
