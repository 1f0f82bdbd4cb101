"""The search: operation × order of the operands × sign × bit of the result, until one is every row.

Each candidate is a result in whole numbers, of which all bits are tried at once: a bit of an integer stays set
while it has been right in every row. Nearly all candidates are out after some twenty rows. Where rows are so few,
or so much alike, that a candidate might fit by chance, nothing is said to be recognised.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (300, 8), dtype=np.uint8)
    >>> a, b = (x[:, first : first + 4] @ [1, 2, 4, 8] for first in (0, 4))
    >>> found = recognised(x, ((a + b) >> 4).astype(np.uint8))
    >>> str(found)
    'bit 4 of a + b; a = x0 … x3, least significant first; b = x4 … x7, least significant first'
    >>> recognised(x, x[:, 0] & x[:, 6]) is None
    True
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from gatewright.arrays import Bits
from gatewright.examples.learners.model import circuit_bits
from gatewright.examples.recognise.layouts import Layout, layouts, with_carry
from gatewright.examples.recognise.operations import OPERATIONS, Operation
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import Literal
from gatewright.records import dataclass

CHANCE = 40
"""Bits that the answers must tell beyond chance: more than the logarithm of the number of candidates."""

MOST_INPUTS = 1024
"""Most inputs of which arithmetic is looked for: rows are read as numbers in every order, 4 s of 20 000."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A bit of an operation, which is right in all rows in which it has a result: no divisor is 0.

    Attributes:
        operation: what is computed.
        layout: where its operands are.
        two: whether they are in two's complement.
        bit: of the result.
        negated: whether the answer is the opposite of the bit.
    """

    operation: Operation
    layout: Layout
    two: bool
    bit: int
    negated: bool

    @property
    def widths(self) -> tuple[int, ...]:
        """Bits of each operand."""
        return tuple(len(places) for places in self.layout.operands)

    def __str__(self) -> str:
        if self.operation.name == "comparison":
            plain = ("a < b", "a = b", "a ≤ b")
            said = (("a ≥ b", "a ≠ b", "a > b") if self.negated else plain)[self.bit]
        else:
            said = f"{'not ' if self.negated else ''}bit {self.bit} of {self.operation.text}"
        return f"{said}; {self.layout}{', two’s complement' if self.two else ''}"

    def values(self, x: Bits) -> Bits:
        """The answer for rows (rows, inputs), in whole numbers; where a divisor is 0, that of the ANDs."""
        results = [
            self.operation.of(self.layout.numbers(row), self.widths, self.two) for row in _texts(x)
        ]
        bits = [(each or 0) >> self.bit & 1 ^ self.negated for each in results]
        found = np.array(bits, dtype=np.uint8)
        undefined = np.array([each is None for each in results], dtype=np.bool_)
        if undefined.any():
            found[undefined] = circuit_bits(self, x[undefined])
        return found

    def write(self, graph: AndGraph, inputs: Sequence[Literal]) -> Literal:
        """The function as ANDs."""
        operands = [[inputs[place] for place in places] for places in self.layout.operands]
        return self.operation.build(graph, operands, self.two)[self.bit] ^ self.negated


def recognised(x: Bits, y: Bits, names: tuple[str, ...] = ()) -> Recognised | None:
    """The operation that is right wherever it has a result; none where there is none, or it might be chance.

    Args:
        x: bits, shape (rows, inputs).
        y: the answers, shape (rows,).
        names: of the inputs, for messages.
    """
    if surprise(y) < CHANCE or x.shape[1] > MOST_INPUTS:
        return None
    rows, answers = _texts(x), y.tolist()
    # Rows of both answers by turns, so that a wrong candidate is soon out.
    ones, zeros = np.flatnonzero(y), np.flatnonzero(y == 0)
    short = min(len(ones), len(zeros))
    turns = np.stack([ones[:short], zeros[:short]], axis=1).ravel()
    order = [*turns.tolist(), *ones[short:].tolist(), *zeros[short:].tolist()]
    for layout, operations in _candidates(x.shape[1], names):
        widths = tuple(len(places) for places in layout.operands)
        for operation in operations:
            for two in (False, True)[: 1 + operation.signs]:
                # A bit that is the answer so far, and one that is its opposite.
                same = opposite = (1 << operation.width(widths)) - 1
                for at in order:
                    value = operation.of(layout.numbers(rows[at]), widths, two)
                    if value is None:
                        continue
                    if answers[at]:
                        same, opposite = same & value, opposite & ~value
                    else:
                        same, opposite = same & ~value, opposite & value
                    if not same | opposite:
                        break
                if same | opposite:
                    kept = same or opposite
                    bit = (kept & -kept).bit_length() - 1
                    return Recognised(operation, layout, two, bit, not same)
    return None


def surprise(y: Bits) -> float:
    """Bits that answers tell at most: the logarithm of how many ways there are to give so many ones."""
    rows, ones = len(y), int(y.sum())
    ways = math.lgamma(rows + 1) - math.lgamma(ones + 1) - math.lgamma(rows - ones + 1)
    return ways / math.log(2)


def _candidates(inputs: int, names: tuple[str, ...]) -> Iterator[tuple[Layout, list[Operation]]]:
    by_count = {
        count: [each for each in OPERATIONS.values() if each.operands == count]
        for count in (1, 2, 3)
    }
    for layout in layouts(inputs, 1, names):
        yield layout, by_count[1]
    if inputs >= 2:
        for layout in layouts(inputs, 2, names):
            yield layout, by_count[2]
    for layout in with_carry(inputs, names):
        yield layout, by_count[3]


def _texts(x: Bits) -> list[str]:
    """A row as text, a character for every input."""
    text = (np.ascontiguousarray(x) + ord("0")).astype(np.uint8).tobytes().decode()
    width = x.shape[1]
    return [text[at : at + width] for at in range(0, len(text), width)]
