"""Signals that choose a multiple of a number, as Booth's recoding has them, and what products of two come to.

Of a few bits of one factor a decoder makes one signal for each multiple of the other, and many gates read it.
In polynomials such signals had better stay variables until all else is rewritten: what a row of a multiplier
adds up to is then a multiple for each of them. A product of two is simpler where one excludes the other, or
implies it, or either always is 1. Whether that is so is tried on every value of the few bits that both are
made of.

Example:
    >>> graph = XorAndGraph(10)
    >>> a, b, *more = (graph.variable(place) for place in range(10))
    >>> none, both = graph.both(a ^ 1, b ^ 1), graph.both(a, b)
    >>> rows = [graph.both(each, bit) for each in (none, both) for bit in more]
    >>> found = selects(graph)
    >>> sorted(found.nodes) == [none >> 1, both >> 1], [dict(each) for each in found.products.values()]
    (True, [{}])
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from gatewright.circuits.verify.algebra.polynomial import (
    Monomial,
    Polynomial,
    constant,
    plus,
    variable,
)
from gatewright.logic.xag import XorAndGraph

MOST_BITS, FEWEST_READERS = 4, 8
"""What a signal may be made of, and how many nodes have to read it."""


class Selects(NamedTuple):
    """What was found.

    Attributes:
        nodes: the signals.
        products: what the product of two of them is, where it is simpler than a product.
    """

    nodes: frozenset[int]
    products: Mapping[Monomial, Polynomial]


NONE = Selects(frozenset(), {})
"""No signals."""


def selects(graph: XorAndGraph) -> Selects:
    """The signals of a graph that choose; none if no two of them have a simpler product."""
    nodes = range(graph.inputs + 1, len(graph))
    bits: list[frozenset[int] | None] = [frozenset()]
    bits += [frozenset((node,)) for node in range(1, graph.inputs + 1)]
    readers: Counter[int] = Counter()
    for node in nodes:
        left, right = graph.lefts[node] >> 1, graph.rights[node] >> 1
        readers.update((left, right))
        f, g = bits[left], bits[right]
        both = None if f is None or g is None else f | g
        bits.append(both if both is not None and len(both) <= MOST_BITS else None)
    found = {
        node: made
        for node in nodes
        if (made := bits[node]) is not None and readers[node] >= FEWEST_READERS
    }
    products = {
        frozenset((one, other)): simpler
        for one, other in combinations(found, 2)
        if found[one] & found[other]
        and (simpler := _product(graph, one, other, sorted(found[one] | found[other]))) is not None
    }
    return Selects(frozenset(found), products) if products else NONE


def _product(graph: XorAndGraph, one: int, other: int, bits: Sequence[int]) -> Polynomial | None:
    """What the product of two nodes is, where it is simpler on every value of the bits that both are made of."""
    rows = 1 << len(bits)
    known = {0: 0}
    for place, node in enumerate(bits):
        known[node] = sum((row >> place & 1) << row for row in range(rows))
    x, y = _value(graph, one, known, rows), _value(graph, other, known, rows)
    if not x & y:
        return {}
    if x & y in (x, y):  # one implies the other
        return variable(one if x & y == x else other)
    if x | y == (1 << rows) - 1:  # either is 1: (1 - x)(1 - y) = 0
        return plus(plus(variable(one), variable(other)), constant(1), -1)
    return None


def _value(graph: XorAndGraph, node: int, known: dict[int, int], rows: int) -> int:
    found = known.get(node)
    if found is None:
        every = (1 << rows) - 1
        left, right = graph.lefts[node], graph.rights[node]
        f = _value(graph, left >> 1, known, rows) ^ every * (left & 1)
        g = _value(graph, right >> 1, known, rows) ^ every * (right & 1)
        found = known[node] = f ^ g if left > right else f & g
    return found
