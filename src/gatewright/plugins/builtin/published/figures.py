"""A published figure beside ours, and when the two agree.

Example:
    >>> exactly("loss", "0.2631", 0.26314).agrees, exactly("loss", "0.2631", 0.2633).agrees
    (True, False)
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from gatewright.arrays import Floats
from gatewright.records import dataclass

SINGLE_STARTS = 200


@dataclass(frozen=True, slots=True)
class Figure:
    """One number.

    Attributes:
        quantity: what it is.
        published: as it was printed.
        ours: the same quantity here.
        agrees: whether they are the same to the digits printed; of a rate, whether they are within
            three standard errors; of a bound, whether it is kept.
    """

    quantity: str
    published: str
    ours: float
    agrees: bool

    @property
    def difference(self) -> float:
        """Ours minus published; not a number where a bound was published."""
        try:
            return self.ours - float(self.published)
        except ValueError:
            return math.nan


@dataclass(frozen=True, slots=True)
class Report:
    """One system, reproduced or not."""

    system: str
    summary: str
    figures: tuple[Figure, ...]

    @property
    def reproduced(self) -> bool:
        """Whether every figure agrees."""
        return all(figure.agrees for figure in self.figures)


def exactly(quantity: str, published: str, ours: float) -> Figure:
    """A figure to be met to every digit printed: to half a unit of the last one.

    Figures printed in full, with 13 decimals or more, may differ by 1e-15 of their size (1e-16 at
    least), which is what the order of a sum changes in float64.
    """
    wanted, ours = float(published), float(ours)
    decimals = len(published.partition(".")[2])
    allowed = 0.5 * 10.0**-decimals
    if decimals >= 13:
        allowed = 1e-15 * max(abs(wanted), 0.1)
    return Figure(quantity, published, ours, abs(ours - wanted) <= allowed * (1 + 1e-9))


def each_exactly(quantity: str, published: str, ours: Floats) -> Iterator[Figure]:
    """Figures of an array, printed row by row."""
    words = published.replace("[", " ").replace("]", " ").split()
    places = list(np.ndindex(ours.shape))
    for place, word in zip(places, words, strict=True):
        label = ",".join(str(index + 1) for index in place)
        yield exactly(f"{quantity}[{label}]", word, float(ours[place]))


def about_rate(quantity: str, published: str, successes: int) -> Figure:
    """A success rate beside another one, each over 200 starts of its own."""
    ours, theirs = successes / SINGLE_STARTS, float(published)
    mean = (ours + theirs) / 2
    error = math.sqrt(2 * mean * (1 - mean) / SINGLE_STARTS)
    return Figure(quantity, published, ours, abs(ours - theirs) <= max(3 * error, 0.02))


def at_least(quantity: str, bound: float, ours: float) -> Figure:
    """A figure to be reached."""
    return Figure(quantity, f"≥ {bound:g}", float(ours), bool(ours >= bound))


def at_most(quantity: str, bound: float, ours: float) -> Figure:
    """A figure not to be passed."""
    return Figure(quantity, f"≤ {bound:g}", float(ours), bool(ours <= bound))
