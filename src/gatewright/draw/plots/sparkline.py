"""A curve in one line of text, for terminals: a block for each value, the higher the larger.

For places with room for a single line. It has no colour.

Example:
    >>> sparkline(np.array([1.0, 0.1, 0.01, 0.001]))
    '█▆▃▁'
    >>> len(sparkline(np.linspace(1.0, 2.0, 5000), width=40))
    40
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Floats, *, width: int = 40) -> str:
    """Positive numbers (n,), by their logarithm; of more than ``width`` a selection with the first and the last.

    Anything that is not a number above 0 is left blank.
    """
    places = np.linspace(0, len(values) - 1, min(len(values), width)).round().astype(int)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(values[places])
    known = np.isfinite(logs)
    if not known.any():
        return " " * len(places)
    low, high = logs[known].min(), logs[known].max()
    share = (logs - low) / (high - low) if high > low else np.zeros(len(logs))
    heights = np.where(known, np.rint(share * (len(BLOCKS) - 1)), 0).astype(int)
    return "".join(
        BLOCKS[height] if seen else " "
        for height, seen in zip(heights.tolist(), known.tolist(), strict=True)
    )
