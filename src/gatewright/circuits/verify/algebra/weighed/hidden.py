"""Adders that synthesis has taken apart: sums that are not a node, and what a sum and its carry add.

Where gates are shared, x xor y may only be left as "x or y" here and "x and y" there. So it is made anew
wherever both are, and what is the sum and the carry of it and two others can be told by values again: of the
nodes close to both, some two and a third have to have just these values.

Example:
    >>> from gatewright.logic.xag import XorAndGraph
    >>> graph = XorAndGraph(3)
    >>> x, y, z = (graph.variable(place) for place in range(3))
    >>> some, both = graph.either(x, y), graph.both(x, y)
    >>> out = graph.both(some, graph.both(both ^ 1, z))
    >>> made = with_sums(Network(graph, 3, (), ((out,),)))
    >>> len(made.graph) - len(graph), made.graph.is_xor(len(made.graph) - 3)
    (1, True)
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from gatewright.circuits.verify.algebra.network import Network
from gatewright.circuits.verify.algebra.weighed.patterns import Patterns
from gatewright.logic.xag import FALSE, Literal, XorAndGraph

NEAR = 5
"""How many nodes lie between a sum or a carry and what it adds, at most, less one."""


def with_sums(network: Network) -> Network:
    """A network with the exclusive or of every two nodes of which AND and NOR nodes are there."""
    graph, new = network.graph, XorAndGraph(network.graph.inputs)
    made = [2 * node for node in range(graph.inputs + 1)]
    pairs: set[tuple[Literal, Literal]] = set()
    for node in range(graph.inputs + 1, len(graph)):
        literal = graph.copied(node, made, new)
        made.append(literal)
        there = literal >> 1
        if there > graph.inputs and not new.is_xor(there):
            x, y = new.lefts[there], new.rights[there]
            if (x ^ 1, y ^ 1) in pairs or (y ^ 1, x ^ 1) in pairs:
                new.differ(x, y)
            pairs.add((x, y))

    def of(literals: Iterable[Literal]) -> tuple[Literal, ...]:
        return tuple(made[literal >> 1] ^ literal & 1 for literal in literals)

    cells = tuple(cell._replace(terms=of(cell.terms)) for cell in network.cells)
    return Network(new, network.inputs, cells, tuple(map(of, network.outputs)))


class Neighbours:
    """Looks for what a sum and a carry add among the nodes close to them.

    Args:
        graph: of the nodes.
        patterns: on which they are compared.
    """

    def __init__(self, graph: XorAndGraph, patterns: Patterns) -> None:
        self._graph, self._patterns = graph, patterns
        self._by_value: dict[int, Literal] = {}
        for node in range(1, len(graph)):
            for literal in (2 * node, 2 * node + 1):
                self._by_value.setdefault(patterns.of(literal), literal)
        self._near: dict[int, frozenset[int]] = {}

    def terms(self, total: Literal, carry: Literal) -> tuple[Literal, ...] | None:
        """Three literals that add up to a sum and a carry; one is close to them, and the last may be 0."""
        of, every = self._patterns.of, self._patterns.every
        s, c = of(total), of(carry)
        none, all_three = every & ~(s | c), s & c
        own = {total >> 1, carry >> 1}
        fit = []
        for node in (self._close(total >> 1) | self._close(carry >> 1)) - own:
            for literal in (2 * node, 2 * node + 1):
                x = of(literal)
                if not x & none and not all_three & ~x:
                    fit.append((literal, x))
        if not all_three:
            for literal, x in fit:
                other = self._by_value.get(s ^ x)
                if other is not None and other >> 1 not in own and x & of(other) == c:
                    return literal, other, FALSE
        for (one, x), (two, y) in combinations(fit, 2):
            if x & y & ~c or c & ~(x | y):
                continue
            third = self._by_value.get(s ^ x ^ y)
            if third is None or third >> 1 in own | {one >> 1, two >> 1}:
                continue
            if x & y | (x | y) & of(third) == c:
                return one, two, third
        return None

    def _close(self, node: int) -> frozenset[int]:
        found = self._near.get(node)
        if found is None:
            graph, layer, seen = self._graph, {node}, {node}
            for _ in range(NEAR):
                layer = {
                    branch >> 1
                    for each in layer
                    if each > graph.inputs
                    for branch in (graph.lefts[each], graph.rights[each])
                } - seen
                seen |= layer
            found = self._near[node] = frozenset(seen - {0})
        return found
