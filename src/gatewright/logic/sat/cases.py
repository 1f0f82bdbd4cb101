"""SAT sweeping case by case: where a graph asks whether a bus is one certain number, and where it is not.

A divider is compared with integers that treat a divisor of 0 apart. While both cases are one question, none of
what lies inside is the same on both sides; in each of them nearly all is. So the cases are taken apart first: the
bits of the bus become constants, or the node that asks becomes FALSE.

Example:
    >>> graph = XorAndGraph(3)
    >>> a, b, c = (graph.variable(place) for place in range(3))
    >>> zero = graph.both(b ^ 1, c ^ 1)
    >>> left, right = graph.ite(zero, a, b), graph.ite(graph.either(b, c), b, a)
    >>> sweep_by_cases(graph, [range(1, 3)], [graph.differ(left, right)], [0, 0, 0], 1, time_limit=9).outcome
    'never'
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence

from gatewright.logic.sat.sweep import Swept, sat_sweep
from gatewright.logic.xag import FALSE, TRUE, Literal, XorAndGraph

MOST_QUESTIONS = 4
"""Where a graph asks more, as one that decodes does, it is swept as it is."""

Cube = frozenset[Literal]
"""Variables that have to be 1, or 0 where they are negated."""


def sweep_by_cases(
    graph: XorAndGraph,
    buses: Sequence[Collection[int]],
    targets: Sequence[Literal],
    values: Sequence[int],
    patterns: int,
    *,
    time_limit: float,
    watch: Callable[[int, int], None] | None = None,
) -> Swept:
    """Find out whether any of some functions can be 1, as `sat_sweep` does, which has the other arguments.

    Args:
        graph: that they are functions of.
        buses: the variables of each.
        targets: the functions.
        values: patterns to start with.
        patterns: how many.
        time_limit: in seconds, of all cases together.
        watch: called with the nodes of a case done and its nodes to do.

    Raises:
        MissingSolverError: python-sat is not installed.
    """
    until = time.monotonic() + time_limit
    merged = 0
    for new, wanted, fixed in _cases(graph, buses, targets):
        left = until - time.monotonic()
        swept = sat_sweep(new, wanted, values, patterns, time_limit=left, watch=watch)
        merged += swept.merged
        if swept.pattern is not None:
            bits = list(swept.pattern)
            for literal in fixed:
                bits[(literal >> 1) - 1] = 1 - (literal & 1)
            return Swept("sometimes", tuple(bits), merged, swept.left)
        if swept.outcome != "never":
            return Swept(swept.outcome, None, merged, swept.left)
    return Swept("never", None, merged, 0)


def questions(graph: XorAndGraph, buses: Sequence[Collection[int]]) -> dict[int, Cube]:
    """By node, what it asks of all bits of one of the buses and of no others; none where too many ask."""
    widest = max(map(len, buses), default=0)
    whole = {frozenset(bus) for bus in buses}
    cubes: dict[Literal, Cube] = {
        2 * node + negated: frozenset((2 * node + negated,))
        for node in range(1, graph.inputs + 1)
        for negated in (0, 1)
    }
    found: dict[int, Cube] = {}
    for node in range(graph.inputs + 1, len(graph)):
        left, right = cubes.get(graph.lefts[node]), cubes.get(graph.rights[node])
        if graph.is_xor(node) or left is None or right is None:
            continue
        cube = left | right
        if len(cube) <= widest:
            cubes[2 * node] = cube
            if frozenset((literal >> 1) - 1 for literal in cube) in whole:
                found[node] = cube
    return found if len(set(found.values())) <= MOST_QUESTIONS else {}


def _cases(
    graph: XorAndGraph, buses: Sequence[Collection[int]], targets: Sequence[Literal]
) -> Iterator[tuple[XorAndGraph, list[Literal], Cube]]:
    """A graph of what is needed for each case, the functions in it, and the inputs that are constants in it."""
    asked = questions(graph, buses)
    cubes = dict.fromkeys(asked.values())
    for cube in cubes:
        new = XorAndGraph(graph.inputs)
        known = {literal >> 1: TRUE ^ literal & 1 for literal in cube}
        yield new, _made_again(graph, new, known, targets), cube
    new = XorAndGraph(graph.inputs)
    wanted = _made_again(graph, new, dict.fromkeys(asked, FALSE), targets)
    # What is left may ask the same once more, in what was another node before.
    while again := [node for node, cube in questions(new, buses).items() if cube in cubes]:
        old, new = new, XorAndGraph(graph.inputs)
        wanted = _made_again(old, new, dict.fromkeys(again, FALSE), wanted)
    for cube in cubes:
        together = TRUE
        for literal in sorted(cube):
            together = new.both(together, literal)
        wanted = [new.both(each, together ^ 1) for each in wanted]
    yield new, wanted, frozenset()


def _made_again(
    graph: XorAndGraph, new: XorAndGraph, known: dict[int, Literal], targets: Sequence[Literal]
) -> list[Literal]:
    """Functions in a new graph, in which some nodes are constants."""
    needed = {literal >> 1 for literal in targets}
    for node in range(len(graph) - 1, graph.inputs, -1):
        if node in needed and node not in known:
            needed |= {graph.lefts[node] >> 1, graph.rights[node] >> 1}
    made = {node: known.get(node, 2 * node) for node in range(graph.inputs + 1)}
    for node in sorted(needed):
        if node not in made:
            made[node] = known[node] if node in known else graph.copied(node, made, new)
    return [made[literal >> 1] ^ literal & 1 for literal in targets]
