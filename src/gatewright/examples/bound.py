"""What a count of right answers on rows that were kept apart says of other rows of the same kind.

Example:
    >>> round(lower_bound(6400, 6400), 6), round(lower_bound(90, 100), 4), lower_bound(0, 10)
    (0.999281, 0.8087, 0.0)
"""

from __future__ import annotations

import math

from gatewright.records import dataclass

CONFIDENCE = 0.99


def lower_bound(right: int, rows: int, confidence: float = CONFIDENCE) -> float:
    """The least rate of right answers that the counts allow (C. J. Clopper, E. S. Pearson, Biometrika 26, 1934).

    One-sided: of rates below it, each would have given so many right answers with a probability of at most
    ``1 - confidence``. It is about rows drawn as these were, and no proof about any row.

    Args:
        right: rows with the right answer.
        rows: all rows, none of them used to learn or to choose.
        confidence: of the bound.
    """
    if right <= 0:
        return 0.0
    low, high = 0.0, right / rows
    for _ in range(60):
        middle = (low + high) / 2
        if _at_least(right, rows, middle) < 1 - confidence:
            low = middle
        else:
            high = middle
    return low


def _at_least(right: int, rows: int, rate: float) -> float:
    """The probability of so many right answers or more: the terms of the binomial distribution, added up."""
    if rate <= 0:
        return 0.0
    if rate >= 1:
        return 1.0
    log = (
        math.lgamma(rows + 1)
        - math.lgamma(right + 1)
        - math.lgamma(rows - right + 1)
        + right * math.log(rate)
        + (rows - right) * math.log1p(-rate)
    )
    term, total, odds = 1.0, 1.0, rate / (1 - rate)
    for k in range(right, rows):
        term *= (rows - k) / (k + 1) * odds
        total += term
        if term < total * 1e-17:
            break
    return math.exp(log + math.log(total))


@dataclass(frozen=True, slots=True)
class Judged:
    """Right answers on rows that were used neither to learn nor to choose.

    Attributes:
        right: of them, those with the right answer in every output.
        rows: how many.
    """

    right: int
    rows: int

    @property
    def rate(self) -> float:
        """The part that is right."""
        return self.right / self.rows

    @property
    def bound(self) -> float:
        """The rate on rows of the same source, at the least, with a confidence of 99 %."""
        return lower_bound(self.right, self.rows)
