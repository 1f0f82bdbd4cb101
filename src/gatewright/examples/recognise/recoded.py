"""A product whose first factor is written in digits of -1, 0, 1 and 2, so that half as many rows are added.

A row of partial products costs more ANDs so, five a bit instead of one, but each bit that need not be added saves
a full adder of seven (the idea is A. D. Booth's, 1951; L. P. Rubinfield, 1975, has digits of four). Of a product
of which low columns are left out, the rest is nearer to the whole as well: half as many rows are cut off.

Example:
    >>> graph = AndGraph(8)
    >>> a, b = ([graph.variable(at) for at in range(first, first + 4)] for first in (0, 4))
    >>> bits = [11 >> at & 1 for at in range(4)] + [13 >> at & 1 for at in range(4)]
    >>> found = graph.evaluate(multiply_recoded(graph, a, b), bits)
    >>> sum(bit << at for at, bit in enumerate(found)), 11 * 13
    (143, 143)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from gatewright.examples.recognise.words import Word, add_columns
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import FALSE, Literal


class Digit(NamedTuple):
    """Which digit a place has; where all are 0, it is 0."""

    one: Literal
    two: Literal
    minus: Literal


def digits(graph: AndGraph, a: Sequence[Literal]) -> list[Digit]:
    """``a`` in digits of -1, 0, 1 and 2 with base 4, least significant first: a 3 is -1, and 1 is carried."""
    found, carry = [], FALSE
    for low, high in zip_longest(a[::2], a[1::2], fillvalue=FALSE):
        odd = graph.differ(low, carry)
        none = graph.both(low ^ 1, carry ^ 1)
        two = graph.ite(high, none, graph.both(low, carry))
        found.append(Digit(graph.both(odd, high ^ 1), two, graph.both(odd, high)))
        carry = graph.both(high, none ^ 1)
    return [*found, Digit(carry, FALSE, FALSE)]


def multiply_recoded(
    graph: AndGraph,
    a: Sequence[Literal],
    b: Sequence[Literal],
    *,
    first: int = 0,
    last: int | None = None,
    more: int = 0,
) -> Word:
    """``a * b``, as `words.multiply` has it.

    Args:
        graph: of the functions.
        a: the factor that is written in digits.
        b: the other.
        first: the lowest column that is added; of those below it, what they carry on average is.
        last: the highest; above it bits are FALSE.
        more: partial products of the column below the first that are added after all.
    """
    width = len(a) + len(b)
    last = width - 1 if last is None else last
    columns: list[Word] = [[] for _ in range(width + 1)]
    missing = 0  # of what is left out, in eighths
    for place, digit in enumerate(digits(graph, a)):
        for column in range(2 * place, last + 1):
            at = column - 2 * place
            bit, below = _bit(b, at), _bit(b, at - 1)
            bits = [digit.minus] if at == 0 else []  # the opposite of b and 1 more is -b
            if column >= first or (column == first - 1 and len(columns[column]) < more):
                chosen = graph.either(graph.both(digit.one, bit), graph.both(digit.minus, bit ^ 1))
                columns[column] += [graph.either(chosen, graph.both(digit.two, below)), *bits]
            else:  # each digit is there in a quarter of the cases
                missing += 2 + (below != FALSE) + 2 * len(bits) << column
    lowest = first - bool(more)
    return add_columns(graph, columns, lowest, last, missing // 8)


def _bit(word: Sequence[Literal], at: int) -> Literal:
    return word[at] if 0 <= at < len(word) else FALSE
