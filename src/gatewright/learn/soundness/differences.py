"""Where numbers differ from what they should be, and how far they are moved to see a slope.

Example:
    >>> differs(np.array([1.0, np.nan, 2.0]), np.array([1.0, 1.0, 2.1])).tolist()
    [False, True, True]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats, Mask

STEP = 1e-6
"""How far an argument is moved to either side."""


def differs(given: Floats, wanted: Floats, share: float = 1e-9) -> Mask:
    """Where numbers are off by more than a share of what they should be, or are not numbers."""
    return np.asarray(~(abs(given - wanted) <= share * np.maximum(1.0, abs(wanted))))
