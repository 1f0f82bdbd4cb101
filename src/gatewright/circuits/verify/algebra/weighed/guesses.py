"""Adders that were guessed from what bits weigh, proved: by their cuts, as looked-ahead carries, or by SAT.

A guess says that two functions of a graph are the exclusive or and the majority of two or three others. Most
stand in the cuts of both. Chains of carries that are looked ahead are read off how spans are joined, digit by
digit with the negations of the guess (`gatewright.circuits.verify.algebra.spans`). All else is put to SAT
sweeping; a pattern that refutes a guess is one more to guess by. So whatever is returned holds for every
input, however it was found.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.circuits.verify.algebra.cuts import parts, simplified
    >>> from gatewright.circuits.verify.algebra.network import network
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> netlist = plugins.circuit("kogge-stone").elaborate({"bits": 8}, plugins.gates).netlist
    >>> made = simplified(network([compile_netlist(netlist)], [range(17)]))
    >>> len(proved_adders(made, parts(made.graph), made.outputs))
    8
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from gatewright.circuits.verify.algebra.cuts import LEAF, Part
from gatewright.circuits.verify.algebra.network import Network, Relation
from gatewright.circuits.verify.algebra.spans import Digit, carried
from gatewright.circuits.verify.algebra.weighed.columns import columns
from gatewright.circuits.verify.algebra.weighed.patterns import Patterns
from gatewright.logic.sat.solver import MissingSolverError
from gatewright.logic.sat.sweep import sat_sweep
from gatewright.logic.xag import FALSE, TRUE, Literal, XorAndGraph

ROUNDS = 40
"""Most patterns that refute guesses before no more are made."""

TIME_LIMIT = 30.0
"""Seconds of SAT, for all guesses of a circuit at once."""

Tables: TypeAlias = Mapping[tuple[int, tuple[int, ...]], int]
"""What function a node is of the leaves of a cut."""


def proved_adders(
    network: Network,
    found: Sequence[Part],
    numbers: Iterable[Sequence[Literal]],
    time_limit: float = TIME_LIMIT,
) -> list[Relation]:
    """Adders of some numbers that outputs are; each holds for every input.

    Args:
        network: that computes them.
        found: its nodes that may be sums or carries, by their cuts.
        numbers: of each, its bits, least significant first.
        time_limit: of a sweep, in seconds.
    """
    numbers = list(numbers)
    patterns = Patterns(network.graph)
    known = {(node, leaves): table for node, leaves, table in found}
    cells = {each for cell in network.cells for each in (cell, _turned(cell))}
    by_spans: set[Relation] = set()
    for _ in range(ROUNDS):
        guessed = [
            each
            for outputs in numbers
            for each in columns(network, found, patterns, outputs).relations
        ]
        unknown = [
            each
            for each in guessed
            if each not in cells and not (_sum_by_cuts(each, known) and _carry_by_cuts(each, known))
        ]
        by_spans.update(_by_spans(network.graph, guessed, unknown, known))
        rest = [each for each in unknown if each not in by_spans]
        pattern = _refuted(network.graph, rest, patterns, time_limit) if rest else None
        if pattern == ():
            return [each for each in guessed if each not in set(rest)]
        if pattern is None:
            return guessed
        patterns.add(pattern)
    return [each for each in guessed if each not in set(rest)]


def _columns_of(each: Relation) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The nodes that are added, in order, and the tables over them of three terms."""
    leaves = tuple(sorted(term >> 1 for term in each.terms if term > TRUE))
    return leaves, tuple(
        LEAF[leaves.index(term >> 1)] ^ 255 * (term & 1) if term > TRUE else 255 * term
        for term in (*each.terms, FALSE)[:3]
    )


def _sum_by_cuts(each: Relation, known: Tables) -> bool:
    """Whether the sum is the exclusive or of the terms, as a cut of it says."""
    leaves, (x, y, z) = _columns_of(each)
    return known.get((each.total >> 1, leaves)) == x ^ y ^ z ^ 255 * (each.total & 1)


def _carry_by_cuts(each: Relation, known: Tables) -> bool:
    """Whether the carry is the majority of the terms, as a cut of it says."""
    leaves, (x, y, z) = _columns_of(each)
    return known.get((each.carry >> 1, leaves)) == x & y ^ x & z ^ y & z ^ 255 * (each.carry & 1)


def _by_spans(
    graph: XorAndGraph,
    guessed: Sequence[Relation],
    unknown: Sequence[Relation],
    known: Tables,
) -> list[Relation]:
    """Those whose sums are known by cuts, and whose carries are looked ahead."""
    by_carry = {each.carry >> 1: each for each in guessed}
    ahead = {each.carry >> 1 for each in unknown}

    def into(each: Relation) -> Literal:
        """The bit that is carried in: one that is looked ahead itself, or was added last, or rests on most."""
        last = {graph.lefts[each.total >> 1] >> 1, graph.rights[each.total >> 1] >> 1}
        return max(each.terms, key=lambda term: (term >> 1 in ahead, term >> 1 in last, term))

    lower = {into(each) >> 1 for each in unknown}
    places: list[Relation | None] = []
    for top in unknown:
        if top.carry >> 1 in lower:
            continue
        chain: list[Relation] = []
        one: Relation | None = top
        while one is not None and one not in chain and TRUE not in one.terms:
            chain.append(one)
            carry = into(one)
            below = by_carry.get(carry >> 1)
            one = _turned(below) if below is not None and below.carry != carry else below
        places += [*reversed(chain), None]
    digits = [
        None
        if each is None
        else Digit(tuple(term for term in each.terms if term != into(each)), into(each))
        for each in places
    ]
    nodes = range(graph.inputs + 1, len(graph))
    found = carried(graph, nodes, digits, (0, 0))
    proved = []
    for place, carries in found.items():
        each = places[place]
        if each is None or carries != (into(each), each.carry):
            continue
        if _sum_by_cuts(each, known):
            proved += [each, _turned(each)]
    return proved


def _turned(each: Relation) -> Relation:
    """The same of all negations."""
    return Relation(each.total ^ 1, each.carry ^ 1, tuple(term ^ 1 for term in each.terms))


def _refuted(
    graph: XorAndGraph, guessed: Sequence[Relation], patterns: Patterns, time_limit: float
) -> tuple[int, ...] | None:
    """A pattern on which one of some guesses is wrong; None if all are right, nothing if that is not decided."""
    whole = XorAndGraph(graph.inputs)
    made = [2 * node for node in range(graph.inputs + 1)]
    for node in range(graph.inputs + 1, len(graph)):
        made.append(graph.copied(node, made, whole))
    wrong = []
    for each in guessed:
        total, carry, x, y, *more = (
            made[literal >> 1] ^ literal & 1 for literal in (each.total, each.carry, *each.terms)
        )
        both, differ = whole.both(x, y), whole.differ(x, y)
        for z in more:
            both, differ = whole.either(both, whole.both(differ, z)), whole.differ(differ, z)
        wrong += [whole.differ(total, differ), whole.differ(carry, both)]
    targets = [target for target in wrong if target]
    try:
        swept = sat_sweep(whole, targets, patterns.inputs, patterns.count, time_limit=time_limit)
    except MissingSolverError:
        return ()
    if swept.outcome == "never":
        return None
    return swept.pattern or ()
