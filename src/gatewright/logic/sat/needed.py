"""What some functions of a graph need of it, made again where nodes were proved equal to earlier ones.

Example:
    >>> graph = XorAndGraph(3)
    >>> a, b, c = (graph.variable(place) for place in range(3))
    >>> one, other = graph.both(a, b), graph.both(b, c)
    >>> less, targets, _ = needed(graph, [graph.both(one ^ 1, other)], {one >> 1: a})  # say b is 1 where a is
    >>> less.evaluate(targets, [0b0011, 0b0101, 0b1111], 4)
    [4]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from gatewright.logic.xag import FALSE, Literal, XorAndGraph


def needed(
    graph: XorAndGraph, targets: Sequence[Literal], equal: Mapping[int, Literal]
) -> tuple[XorAndGraph, list[Literal], list[Literal | None]]:
    """What targets need of a graph, made again with some nodes equal to earlier ones.

    Returns:
        the new graph, those targets in it that are not FALSE, and by node of the old one its function in the new.
    """
    found, todo = set[int](), [each >> 1 for each in targets]
    while todo:
        node = todo.pop()
        if node <= graph.inputs or node in found:
            continue
        found.add(node)
        if node in equal:
            todo.append(equal[node] >> 1)
        else:
            todo += (graph.lefts[node] >> 1, graph.rights[node] >> 1)
    new = XorAndGraph(graph.inputs)
    functions: list[Literal | None] = [None] * len(graph)
    functions[: graph.inputs + 1] = range(0, 2 * graph.inputs + 2, 2)
    known = cast("list[Literal]", functions)  # whatever a needed node is made of is needed too
    for node in sorted(found):
        if node in equal:
            known[node] = known[equal[node] >> 1] ^ (equal[node] & 1)
        else:
            known[node] = graph.copied(node, known, new)
    wanted = (known[each >> 1] ^ (each & 1) for each in targets)
    return new, [each for each in wanted if each != FALSE], functions
