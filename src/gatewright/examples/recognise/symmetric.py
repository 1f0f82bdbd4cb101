"""Symmetric functions: those that only ask how many of their inputs are 1.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (400, 6), dtype=np.uint8)
    >>> found = symmetric(x, np.isin(x.sum(1), (2, 5)).astype(np.uint8))
    >>> str(found)
    '1 where 2 or 5 of x0 … x5 are 1'
    >>> symmetric(x, x[:, 0] & x[:, 1]) is None
    True
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Bits
from gatewright.examples.learners.model import counted
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import FALSE, TRUE, Literal
from gatewright.records import dataclass

_TEST = re.compile(r"(>=|==).*")
"""In the name of a bit, what it asks of its column."""

_ROWS_A_COUNT = 8
"""Rows for each possible count, at the least, before a symmetric function is not chance."""


@dataclass(frozen=True, slots=True)
class Symmetric:
    """A function of how many inputs are 1.

    Attributes:
        places: of the inputs that count.
        answers: by how many are 1, the answer.
        names: of the inputs, for messages; x0, x1 … if there are none.
    """

    places: tuple[int, ...]
    answers: tuple[int, ...]
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        counts = [str(at) for at, each in enumerate(self.answers) if each]
        named = [self.names[each] if self.names else f"x{each}" for each in self.places]
        inputs = f"{named[0]} … {named[-1]}" if len(named) > 3 else ", ".join(named)
        listed = (
            " or ".join([", ".join(counts[:-1]), counts[-1]]) if counts[1:] else "".join(counts)
        )
        return f"1 where {listed or 'none'} of {inputs} are 1"

    def values(self, x: Bits) -> Bits:
        """The answer for rows (rows, inputs), shape (rows,)."""
        counts = x[:, self.places].sum(1, dtype=np.intp)
        found: Bits = np.array(self.answers, dtype=np.uint8)[counts]
        return found

    def write(self, graph: AndGraph, inputs: Sequence[Literal]) -> Literal:
        """The inputs counted by full adders, and the count looked up."""
        count = counted(graph, [inputs[place] for place in self.places])
        size = 1 << len(count)
        # A count that cannot be is as the one below it, which makes the table simpler.
        wanted = [self.answers[min(at, len(self.answers) - 1)] for at in range(size)]
        rows: list[Literal] = [TRUE if each else FALSE for each in wanted]
        for bit in count:
            rows = [graph.ite(bit, rows[at + 1], rows[at]) for at in range(0, len(rows), 2)]
        return rows[0]


def symmetric(x: Bits, y: Bits, names: tuple[str, ...] = ()) -> Symmetric | None:
    """The symmetric function that is right in every row; none where there is none.

    It is one of all inputs, or of those that ask the same of different columns, as ``a>=2`` and ``b>=2`` do.

    Args:
        x: bits, shape (rows, inputs).
        y: the answers, shape (rows,).
        names: of the inputs, which also say what asks the same.
    """
    alike: dict[str, list[int]] = {"": list(range(x.shape[1]))}
    for place, name in enumerate(names):
        found = _TEST.search(name)
        if found:
            alike.setdefault(found[0], []).append(place)
    tried = (_of(x, y, names, tuple(each)) for each in alike.values() if len(each) > 2)
    return next((each for each in tried if each is not None), None)


def _of(x: Bits, y: Bits, names: tuple[str, ...], places: tuple[int, ...]) -> Symmetric | None:
    """The symmetric function of some inputs that is right in every row."""
    inputs = len(places)
    if len(x) < _ROWS_A_COUNT * (inputs + 1):
        return None
    counts = x[:, places].sum(1, dtype=np.intp)
    rows = np.bincount(counts, minlength=inputs + 1)
    ones = np.bincount(counts, weights=y, minlength=inputs + 1).astype(np.intp)
    if ((ones > 0) & (ones < rows)).any():
        return None
    # Counts that no row has are taken as the nearest that one has.
    seen = np.flatnonzero(rows)
    nearest = seen[np.argmin(np.abs(np.arange(inputs + 1)[:, None] - seen), axis=1)]
    answers = tuple(int(ones[at] > 0) for at in nearest)
    return Symmetric(places, answers, names) if 0 < sum(answers) <= inputs else None
