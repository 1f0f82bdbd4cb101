"""Patterns near one that tells two functions apart, simulated for those nodes alone that are asked about.

A pattern found by a solver is rare: simulation met none like it. So are its neighbours, with a bit or so flipped,
and they tell more functions apart. A graph is large, and few of its nodes are in question: each is worked out
when it is first asked for, with the nodes below it.

Example:
    >>> graph = XorAndGraph(2)
    >>> a, b = graph.variable(0), graph.variable(1)
    >>> near = Neighbourhood(graph, [12, 10], 4)
    >>> bin(near.value(graph.both(a, b ^ 1))), near.asked
    ('0b100', 4)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.logic.xag import Literal, XorAndGraph

PATTERNS = 64
"""Patterns of a neighbourhood, the one in the middle among them."""


class Neighbourhood:
    """Some patterns of the inputs of a graph, which may grow meanwhile.

    Args:
        graph: that is simulated.
        values: one integer for each input; bit *i* is the input in pattern *i*.
        patterns: how many.
    """

    def __init__(self, graph: XorAndGraph, values: Sequence[int], patterns: int = PATTERNS) -> None:
        self.values = values
        self._graph = graph
        self._every = (1 << patterns) - 1
        self._of: dict[int, int] = {0: 0, **dict(enumerate(values, 1))}

    @property
    def asked(self) -> int:
        """Nodes that were worked out, the constant and the inputs among them."""
        return len(self._of)

    def value(self, function: Literal) -> int:
        """A function on these patterns."""
        of, lefts, rights, every = self._of, self._graph.lefts, self._graph.rights, self._every
        todo = [] if function >> 1 in of else [function >> 1]
        while todo:
            node = todo[-1]
            left, right = lefts[node], rights[node]
            one, other = of.get(left >> 1), of.get(right >> 1)
            if one is None:
                todo.append(left >> 1)
            if other is None:
                todo.append(right >> 1)
            if one is None or other is None:
                continue
            if left > right:
                of[node] = one ^ other
            else:
                of[node] = (one ^ every if left & 1 else one) & (
                    other ^ every if right & 1 else other
                )
            todo.pop()
        return of[function >> 1] ^ (every if function & 1 else 0)


def around(pattern: Sequence[int], draws: np.random.Generator) -> list[int]:
    """A pattern in place 0 and some near it, about one bit of each flipped: one integer for each input."""
    every = (1 << PATTERNS) - 1
    rounds = max(3, len(pattern).bit_length() - 1)  # the AND of so many random words
    words = draws.integers(0, every, (rounds, len(pattern)), np.uint64, endpoint=True)
    flips = np.bitwise_and.reduce(words).tolist()
    return [(every if bit else 0) ^ (flip & ~1) for bit, flip in zip(pattern, flips, strict=True)]
