"""Operations that are too large, nearly: products without their low columns, quotients of few bits.

A wide product's high bits hardly depend on its low columns; the quotient of two numbers of one width hardly
ever has more than a few bits, and hardly depends on the low bits of either; a low bit of the remainder is that of
``a - q·b``, with a quotient made so. What is left out is chosen by how many rows the rest has right within the
ANDs allowed; it is said, and never called recognised without it. Of a product two forms are tried, with the bits
of a factor and with its digits of -1, 0, 1 and 2.

Example:
    >>> import numpy as np
    >>> x = np.random.default_rng(0).integers(0, 2, (600, 24), dtype=np.uint8)
    >>> a, b = (x[:, first : first + 12] @ (1 << np.arange(12)) for first in (0, 12))
    >>> y = ((a * b) >> 23).astype(np.uint8)
    >>> exact = recognised(x, y)
    >>> part = truncated(exact, x, y, 600)
    >>> nodes_of(exact, 24), str(part).partition(";")[0]
    (1040, 'bit 23 of a · b without its lowest 14 columns')
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gatewright.arrays import Bits
from gatewright.examples.learners.model import circuit_bits, nodes_of
from gatewright.examples.recognise import words
from gatewright.examples.recognise.recoded import multiply_recoded
from gatewright.examples.recognise.search import Recognised, recognised
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import TRUE, Literal
from gatewright.records import dataclass

__all__ = ["Truncated", "nodes_of", "recognised", "truncated"]

_STEPS = (6, 8, 10, 12, 16, 24)
_WINDOWS = (12, 16, 24, 32, 48, 64)
_MOST_COLUMNS = 40
_MOST_ROWS = 4000


@dataclass(frozen=True, slots=True)
class Truncated:
    """A bit of an operation of which a part is left out.

    Attributes:
        whole: what was recognised.
        low: columns of the product, or bits of both operands of a division, that are left out.
        steps: bits of the quotient that are made, the lowest ones; 0 for a product.
        more: partial products of the highest of those columns that are added after all.
        recoded: whether a factor is written in digits of -1, 0, 1 and 2.
    """

    whole: Recognised
    low: int
    steps: int
    more: int = 0
    recoded: bool = False

    def __str__(self) -> str:
        first, _, rest = str(self.whole).partition(";")
        if self.steps:
            return f"{first} for quotients of {self.steps} bits, without the lowest {self.low} bits;{rest}"
        if self.whole.two:
            return f"{first} of all but the lowest {self.low} bits of each;{rest}"
        kept = f", but for {self.more} products of the highest of them" if self.more else ""
        digits = ", one factor in digits of -1, 0, 1 and 2" if self.recoded else ""
        return f"{first} without its lowest {self.low} columns{kept}{digits};{rest}"

    def values(self, x: Bits) -> Bits:
        """The answer for rows (rows, inputs): that of the ANDs, as nothing else says what it is."""
        return circuit_bits(self, x)

    def write(self, graph: AndGraph, inputs: Sequence[Literal]) -> Literal:
        """The function as ANDs."""
        whole, last = self.whole, self.whole.bit
        a, b = ([inputs[place] for place in places] for places in whole.layout.operands)
        if whole.operation.name == "product" and whole.two:
            # Below the bits that are kept a 1 stands for the half that is left out on average.
            high = [[TRUE, *word[self.low :]] for word in (a, b)]
            found = whole.operation.build(graph, high, True)[last - 2 * self.low + 2]
        elif whole.operation.name == "product":
            multiply = multiply_recoded if self.recoded else words.multiply
            factors = sorted((a, b), key=len) if self.recoded else (a, b)
            found = multiply(graph, *factors, first=self.low, last=last, more=self.more)[last]
        else:
            quotient, rest = words.divide(graph, a[self.low :], b[self.low :], steps=self.steps)
            if whole.operation.name == "quotient":
                found = quotient[last]
            elif last >= self.low:
                found = rest[last - self.low]
            else:
                taken = words.multiply(graph, quotient[: last + 1], b[: last + 1], last=last)
                found = words.subtract(graph, a[: last + 1], taken[: last + 1])[0][last]
        return found ^ whole.negated


def truncated(whole: Recognised, x: Bits, y: Bits, most_ands: int) -> Truncated | None:
    """The part of an operation that is right in most rows within so many ANDs; none where nothing is left.

    Args:
        whole: what was recognised.
        x: bits, shape (rows, inputs).
        y: the answers, shape (rows,).
        most_ands: most ANDs.
    """
    found, best = None, (-1, 0)
    for each in _fitting(whole, x.shape[1], most_ands):
        rank = _right(each, x, y), -nodes_of(each, x.shape[1])
        if rank > best:
            found, best = each, rank
    return found


def _right(part: Truncated, x: Bits, y: Bits) -> int:
    return int((part.values(x[:_MOST_ROWS]) == y[:_MOST_ROWS]).sum())


def _fitting(whole: Recognised, inputs: int, most_ands: int) -> Iterator[Truncated]:
    """Parts of no more than so many ANDs."""
    if whole.operation.name != "product" or whole.two:
        yield from (each for each in _parts(whole) if nodes_of(each, inputs) <= most_ands)
        return
    for recoded in (False, True):
        largest = None
        for columns in range(1, min(_MOST_COLUMNS, whole.bit + 1)):
            part = Truncated(whole, whole.bit + 1 - columns, 0, recoded=recoded)
            if nodes_of(part, inputs) > most_ands:
                break
            yield part
            largest = part
        if largest is not None:
            yield _filled(largest, inputs, most_ands)


def _filled(part: Truncated, inputs: int, most_ands: int) -> Truncated:
    """A product with as much of one more column as the ANDs allow."""
    fits, above = 0, min(part.low, *part.whole.widths)
    while above - fits > 1:
        middle = (fits + above) // 2
        if nodes_of(replace(part, more=middle), inputs) > most_ands:
            above = middle
        else:
            fits = middle
    return replace(part, more=fits)


def _parts(whole: Recognised) -> Iterator[Truncated]:
    name, width = whole.operation.name, min(whole.widths)
    if name == "product" and whole.two:
        for window in range(1, min(_MOST_COLUMNS, width)):
            low = width - window
            if max(whole.widths) == width and whole.bit >= 2 * low:
                yield Truncated(whole, low, 0)
    elif name in ("quotient", "remainder") and not whole.two:
        for steps in _STEPS:
            for window in (*_WINDOWS, width):
                low = width - window
                if low >= 0 and steps <= window and (name == "remainder" or whole.bit < steps):
                    yield Truncated(whole, low, steps)
