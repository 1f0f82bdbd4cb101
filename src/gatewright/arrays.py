"""The array types used in signatures; shapes are stated in each docstring.

Example:
    >>> bits: Bits = np.zeros((4, 2), dtype=np.uint8)
    >>> bits.shape
    (4, 2)
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Bits: TypeAlias = npt.NDArray[np.uint8]
"""Logic values, 0 or 1."""

Floats: TypeAlias = npt.NDArray[np.float64]
"""Raw activations, weights, losses."""

Mask: TypeAlias = npt.NDArray[np.bool_]

Indices: TypeAlias = npt.NDArray[np.intp]

Words: TypeAlias = npt.NDArray[np.uint64]
"""Logic values, 64 to a word."""

Integers: TypeAlias = npt.NDArray[Any]
"""Bus values: int64 where every bus is narrow, Python integers (dtype object) where one is wide."""
