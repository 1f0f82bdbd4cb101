"""Which rows learn, which prune and tune, which choose among learners, and which only say how good the result is.

Example:
    >>> parts = split(100, seed=0)
    >>> [len(each) for each in parts]
    [60, 15, 10, 15]
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gatewright.arrays import Indices
from gatewright.errors import UsageError
from gatewright.formats.pla.file import LEAST_EXAMPLES

_SHARES = (0.6, 0.15, 0.1)


class Parts(NamedTuple):
    """The numbers of the rows of each part, in increasing order.

    Attributes:
        learn: rows that learners see.
        tune: rows by which a learner prunes, and chooses among its own.
        choose: rows that choose the learner, and nothing before.
        test: rows that nothing was chosen by.
    """

    learn: Indices
    tune: Indices
    choose: Indices
    test: Indices


def split(rows: int, seed: int, *, tested: bool = False) -> Parts:
    """Cut rows at random.

    Args:
        rows: how many.
        seed: of the random order.
        tested: whether rows to test by are given besides, so that none are needed here.

    Raises:
        UsageError: there are too few.
    """
    if rows < LEAST_EXAMPLES:
        raise UsageError(
            f"{rows} rows are too few to learn from some and choose by others",
            hint=f"give {LEAST_EXAMPLES} or more; or every row of the table, with - where it does not matter",
        )
    order = np.random.default_rng(seed).permutation(rows)
    scale = 1 / sum(_SHARES) if tested else 1.0
    ends = np.rint(np.cumsum(_SHARES) * scale * rows).astype(np.intp)
    return Parts(*(np.sort(each) for each in np.split(order, ends)))
