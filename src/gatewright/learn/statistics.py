"""How often and how fast restarts succeed.

Example:
    >>> low, high = wilson_interval(61, 100)
    >>> round(low, 3), round(high, 3)
    (0.512, 0.7)
"""

from __future__ import annotations

import math

import numpy as np

from gatewright.learn.fit import Fit
from gatewright.records import dataclass

_Z = 1.959963984540054  # the 97.5 % point of the normal distribution


@dataclass(frozen=True, slots=True)
class Success:
    """How often restarts succeeded, and after how many epochs those did that did.

    Attributes:
        restarts: how many there were.
        solved: how many succeeded.
        low: lower end of the 95 % interval of the success rate (Wilson).
        high: upper end.
        quartiles: epochs until a restart first was within the tolerance: lower quartile, median, upper
            quartile; none if none succeeded.
        bars: a histogram of the epochs to success: (from, to, count), both ends included.
    """

    restarts: int
    solved: int
    low: float
    high: float
    quartiles: tuple[float, float, float] | None
    bars: tuple[tuple[int, int, int], ...]

    @property
    def rate(self) -> float:
        """The share of restarts that succeeded."""
        return self.solved / self.restarts


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % confidence interval of a rate (Wilson, JASA 22, 1927).

    Raises:
        ValueError: no trials, or more successes than trials.
    """
    if not 0 <= successes <= trials or not trials:
        raise ValueError(f"{successes} successes of {trials} trials")
    rate, square = successes / trials, _Z**2
    centre = (rate + square / (2 * trials)) / (1 + square / trials)
    half = (
        _Z
        / (1 + square / trials)
        * math.sqrt(rate * (1 - rate) / trials + square / (4 * trials * trials))
    )
    low = centre - half if successes else 0.0
    high = centre + half if successes < trials else 1.0
    return low, high


def success(result: Fit, bars: int = 10) -> Success:
    """The statistics of a training, with a histogram of at most ``bars`` bars."""
    epochs = result.within[result.solved]
    solved = len(epochs)
    low, high = wilson_interval(solved, len(result.solved))
    if not solved:
        return Success(len(result.solved), 0, low, high, None, ())
    first, last = int(epochs.min()), int(epochs.max())
    width = max(1, math.ceil((last - first + 1) / bars))
    counts = np.bincount((epochs - first) // width)
    return Success(
        len(result.solved),
        solved,
        low,
        high,
        tuple(np.quantile(epochs, (0.25, 0.5, 0.75)).tolist()),
        tuple(
            (first + place * width, first + (place + 1) * width - 1, int(count))
            for place, count in enumerate(counts)
        ),
    )
