"""What is to be said of rows of bits before anything is learned: contradictions and shared rows.

Example:
    >>> x, y = np.array([[0, 1], [0, 1], [1, 1]], dtype=np.uint8), np.array([[0], [1], [1]], dtype=np.uint8)
    >>> contradictions(x, y[:, 0])
    (2, 2)
    >>> shared(x, x[:1])
    1
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits


def contradictions(x: Bits, y: Bits) -> tuple[int, int]:
    """How many rows have inputs that have both answers, and how many rows any function can have right.

    Args:
        x: bits, shape (rows, inputs).
        y: the answers, shape (rows,).
    """
    _, which = np.unique(_keys(x), return_inverse=True)
    total = np.bincount(which)
    ones = np.bincount(which, weights=y).astype(np.intp)
    both = (ones > 0) & (ones < total)
    return int(total[both].sum()), int(np.maximum(ones, total - ones).sum())


def shared(x: Bits, other: Bits) -> int:
    """How many of the other rows are among the first."""
    return int(np.isin(_keys(other), _keys(x)).sum())


def _keys(x: Bits) -> npt.NDArray[np.void]:
    """A value for each row, the same for equal rows: its bytes."""
    packed = np.ascontiguousarray(np.packbits(x, axis=1))
    return packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
