"""Whether two functions of a graph are equal by their truth tables over a few nodes close by, without a solver.

Where circuits were rewritten piece by piece, most functions that are equal are so for a reason near at hand: both
are the same function of a few nodes below them. Going down from the two, the topmost node is replaced by its
branches as long as no more than some nodes are left, a cut; then both are truth tables over it. Equal tables
prove the functions equal; different ones say nothing, as a cut may never take some of its values.

Example:
    >>> graph = XorAndGraph(3)
    >>> a, b, c = (graph.variable(place) for place in range(3))
    >>> one = graph.both(a, graph.either(b, c))
    >>> other = graph.either(graph.both(a, b), graph.both(a, c))
    >>> equal_over_a_cut(graph, one, other), equal_over_a_cut(graph, one, a)
    (True, False)
"""

from __future__ import annotations

from gatewright.logic.cover import columns_of
from gatewright.logic.xag import Literal, XorAndGraph

LEAVES = 12
"""Most nodes of a cut: with fewer, less is proved; with 16, tables cost what the solver saves."""

MOST_NODES = 100
"""Most nodes between a cut and the two functions."""


_EVERY = (1 << (1 << LEAVES)) - 1


def equal_over_a_cut(graph: XorAndGraph, f: Literal, g: Literal) -> bool:
    """Whether two functions are the same of the nodes of a cut below them; False says nothing of them."""
    leaves, inner = _cut(graph, {f >> 1, g >> 1} - {0})
    lefts, rights = graph.lefts, graph.rights
    of = {0: 0, **dict(zip(leaves, columns_of(LEAVES), strict=False))}
    for node in sorted(inner):
        left, right = lefts[node], rights[node]
        one, other = of[left >> 1], of[right >> 1]
        if left > right:
            of[node] = one ^ other
        else:
            of[node] = (one ^ _EVERY if left & 1 else one) & (
                other ^ _EVERY if right & 1 else other
            )
    return of[f >> 1] == of[g >> 1] ^ (_EVERY if (f ^ g) & 1 else 0)


def _cut(graph: XorAndGraph, nodes: set[int]) -> tuple[set[int], set[int]]:
    """A cut below some nodes, and the nodes above it, of which all branches are above it or in it."""
    lefts, rights, inputs = graph.lefts, graph.rights, graph.inputs
    leaves, inner, kept = nodes, set[int](), set[int]()
    while len(inner) < MOST_NODES:
        top = max(leaves - kept, default=0)
        if top <= inputs:
            break
        below = {lefts[top] >> 1, rights[top] >> 1}
        if len(leaves | below) - 1 > LEAVES:
            kept.add(top)
            continue
        leaves.remove(top)
        leaves |= below
        inner.add(top)
    return leaves, inner
