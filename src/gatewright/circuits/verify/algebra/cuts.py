"""Adders in graphs of AND and XOR nodes: pairs of a sum and a carry of the same two or three functions.

Every node is looked at as a function of a few nodes below it, its *cuts* of up to three leaves (J. Cong and Y.
Ding, FlowMap, IEEE TCAD 13(1), 1994). An exclusive or of three leaves and a majority of the same, whichever of
them are negated, are a full adder; an exclusive or and a conjunction of two a half adder (C. Yu, M. Ciesielski
and A. Mishchenko, Fast algebraic rewriting based on and-inverter graphs, IEEE TCAD 37(9), 2018).

Example:
    >>> graph = XorAndGraph(3)
    >>> x, y, z = (graph.variable(place) for place in range(3))
    >>> half = graph.differ(x, y)
    >>> carry = graph.either(graph.both(x, y), graph.both(half, z))
    >>> total = graph.differ(half, z)
    >>> [len(each.terms) for each in adders(parts(graph))]  # a full adder, and both its halves
    [3, 2, 2]
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple, TypeAlias

from gatewright.circuits.verify.algebra.network import Network, Relation
from gatewright.logic.xag import Literal, XorAndGraph

MOST_CUTS = 16
"""Most cuts kept of a node."""

Cut: TypeAlias = tuple[tuple[int, ...], int]
"""Leaves, from the lowest, and the function's table: bit *r* is its value where leaf *i* is bit *i* of *r*.

It has eight rows also for fewer leaves."""

LEAF = (0xAA, 0xCC, 0xF0)
"""The table of each leaf."""
_XOR3, _XOR2 = 0x96, 0x66
SUMS = (_XOR2, 255 ^ _XOR2, _XOR3, 255 ^ _XOR3)
"""The tables of an exclusive or of two or three leaves, and its negation."""


class Part(NamedTuple):
    """A node that may be the sum or the carry of an adder of what a cut of it has as leaves."""

    node: int
    leaves: tuple[int, ...]
    table: int


def _conjunctions() -> dict[int, tuple[int, int, int]]:
    made: dict[int, tuple[int, int, int]] = {}
    for a, b, out in product((0, 1), repeat=3):
        x, y = LEAF[0] ^ 255 * a, LEAF[1] ^ 255 * b
        made[x & y ^ 255 * out] = (a, b, out)
    return made


def _majorities() -> dict[int, tuple[int, int, int]]:
    made: dict[int, tuple[int, int, int]] = {}
    for a, b, c in product((0, 1), repeat=3):
        x, y, z = (leaf ^ 255 * each for leaf, each in zip(LEAF, (a, b, c), strict=True))
        made[x & y | y & z | x & z] = (a, b, c)
    return made


AND2 = _conjunctions()
"""By table: which leaves are negated, and whether the result is."""
MAJORITY = _majorities()
"""By table: which leaves are negated; a negated majority is that of its negated leaves."""


def parts(graph: XorAndGraph) -> list[Part]:
    """Every node with each of its cuts whose function is that of a sum or of a carry, from the inputs up."""
    found: list[Part] = []
    cuts: list[list[Cut]] = [[((), 0)]]
    cuts += ([((node,), 0xAA)] for node in range(1, graph.inputs + 1))
    for node in range(graph.inputs + 1, len(graph)):
        its = _cuts(graph, cuts, node, 3)
        for leaves, table in its:
            if table in SUMS or (table in AND2 and len(leaves) == 2) or table in MAJORITY:
                found.append(Part(node, leaves, table))
        cuts.append([((node,), 0xAA), *its])
    return found


def adders(found: Iterable[Part]) -> list[Relation]:
    """Every full adder that parts of a graph make, then every half adder, from the inputs up.

    A node may be in several; all of them hold.
    """
    sums: dict[tuple[int, ...], tuple[int, int]] = {}
    carries: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for node, leaves, table in found:
        if table in SUMS:
            sums.setdefault(leaves, (node, table))
        else:
            carries.setdefault(leaves, []).append((node, table))
    full: list[Relation] = []
    half: list[Relation] = []
    for leaves, (node, table) in sums.items():
        for other, its in carries.get(leaves, ()):
            made = full if len(leaves) == 3 else half
            made.append(_relation(leaves, node, table, other, its))
    return [*sorted(full, key=_highest), *sorted(half, key=_highest)]


def simplified(network: Network) -> Network:
    """A network in which every function of two nodes is one node, and nothing that no output needs.

    Gates make an exclusive or of three or four nodes, and some gates of more.
    """
    graph = network.graph
    roots = [literal for outputs in network.outputs for literal in outputs]
    roots += [literal for cell in network.cells for literal in cell.terms]
    new, made = _simpler(graph, {literal >> 1 for literal in roots})

    def of(literals: Iterable[Literal]) -> tuple[Literal, ...]:
        return tuple(made[literal >> 1] ^ literal & 1 for literal in literals)

    cells = tuple(cell._replace(terms=of(cell.terms)) for cell in network.cells)
    return Network(new, network.inputs, cells, tuple(map(of, network.outputs)))


def _simpler(graph: XorAndGraph, needed: set[int]) -> tuple[XorAndGraph, dict[int, Literal]]:
    """The graph of some nodes and what they rest on, and the function there of each of its nodes."""
    cuts: list[list[Cut]] = [[((), 0)]]
    cuts += ([((node,), 0xAA)] for node in range(1, graph.inputs + 1))
    chosen: dict[int, Cut] = {}
    for node in range(graph.inputs + 1, len(graph)):
        found = _cuts(graph, cuts, node, 2)
        cuts.append([((node,), 0xAA), *found])
        chosen[node] = min(found, key=lambda cut: (len(cut[0]), cut[0][-1:]))
    for node in range(len(graph) - 1, graph.inputs, -1):
        if node in needed:
            needed.update(chosen[node][0])
    new = XorAndGraph(graph.inputs)
    made: dict[int, Literal] = {node: 2 * node for node in range(graph.inputs + 1)}
    for node, (leaves, table) in chosen.items():
        if node in needed:
            made[node] = _of_two(new, table, [made[leaf] for leaf in leaves])
    return new, made


def _of_two(graph: XorAndGraph, table: int, given: list[Literal]) -> Literal:
    """A function of at most two others."""
    if len(given) < 2:
        return (given[0] if given else 0) ^ (table & 1)
    x, y = given
    if table in AND2:
        a, b, out = AND2[table]
        return graph.both(x ^ a, y ^ b) ^ out
    return graph.differ(x, y) ^ (table & 1)


def _highest(relation: Relation) -> int:
    return max(relation.total, relation.carry)


def _relation(leaves: tuple[int, ...], node: int, table: int, other: int, its: int) -> Relation:
    turned: tuple[int, ...]
    if len(leaves) == 3:
        turned, out = MAJORITY[its], 0
    else:
        (*both, out) = AND2[its]
        turned = tuple(both)
    negated = table not in (_XOR2, _XOR3)
    total = 2 * node + ((negated + sum(turned)) & 1)
    terms = tuple(2 * leaf + each for leaf, each in zip(leaves, turned, strict=True))
    return Relation(total, 2 * other + out, terms)


def _cuts(graph: XorAndGraph, cuts: list[list[Cut]], node: int, most: int) -> list[Cut]:
    """The cuts of a node but itself, by those of its branches, of at most so many leaves."""
    left, right = graph.lefts[node], graph.rights[node]
    exclusive = left > right
    turn_left, turn_right = 255 * (left & 1), 255 * (right & 1)
    found: dict[tuple[int, ...], int] = {}
    for leaves, table in cuts[left >> 1]:
        for others, its in cuts[right >> 1]:
            if leaves == others:
                union = leaves
            else:
                union = tuple(sorted({*leaves, *others}))
                if len(union) > most:
                    continue
            if union in found:
                continue
            f = _widened(table, leaves, union) ^ turn_left
            g = _widened(its, others, union) ^ turn_right
            found[union] = f ^ g if exclusive else f & g
    kept = [(leaves, table) for leaves, table in found.items() if _needs_all(leaves, table)]
    kept.sort(key=lambda cut: (len(cut[0]), -cut[0][0] if cut[0] else 0))
    return kept[:MOST_CUTS]


_WIDENED: dict[tuple[int, ...], list[int]] = {}


def _widened(table: int, leaves: tuple[int, ...], union: tuple[int, ...]) -> int:
    """The table over more leaves."""
    if leaves == union or not leaves:
        return table
    places = tuple(map(union.index, leaves))
    known = _WIDENED.get(places)
    if known is None:
        known = _WIDENED[places] = [_moved(each, places) for each in range(256)]
    return known[table]


def _moved(table: int, places: tuple[int, ...]) -> int:
    made = 0
    for row in range(8):
        old = sum((row >> place & 1) << at for at, place in enumerate(places))
        made |= (table >> old & 1) << row
    return made


def _needs_all(leaves: tuple[int, ...], table: int) -> bool:
    """Whether the function depends on every leaf."""
    return all(
        (table ^ table >> (1 << place)) & (0x55, 0x33, 0x0F)[place] for place in range(len(leaves))
    )
