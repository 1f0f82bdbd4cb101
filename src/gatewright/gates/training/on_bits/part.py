"""The part of a wide table that is learned at first.

Example:
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> every = Rows(x, np.array([[0.0], [0.0], [0.0], [1.0]]), np.ones((4, 1)))
    >>> only(every, balanced(every, np.random.default_rng(0))).y.ravel().tolist()
    [0.0, 0.0, 0.0, 1.0]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Indices
from gatewright.certify.proof import Rows

WIDE = 512
"""Rows of a table of more of which a part is learned at first."""

FIRST_ROWS = 256
"""About as many as are learned at first."""


def balanced(rows: Rows, generator: np.random.Generator) -> Indices:
    """Some rows to begin with: as many where the outputs are rare as where they are common."""
    kinds = np.unique(np.where(rows.care > 0, rows.y, -1.0), axis=0, return_inverse=True)[1]
    kinds = kinds.ravel()
    count = int(kinds.max()) + 1
    if count > FIRST_ROWS // 4:
        return np.sort(generator.choice(len(rows.x), FIRST_ROWS, replace=False))
    each = [np.flatnonzero(kinds == kind) for kind in range(count)]
    some = [generator.permutation(one)[: max(4, FIRST_ROWS // count)] for one in each]
    return np.sort(np.concatenate(some))


def only(rows: Rows, chosen: Indices) -> Rows:
    """Some of the rows."""
    return Rows(rows.x[chosen], rows.y[chosen], rows.care[chosen])
