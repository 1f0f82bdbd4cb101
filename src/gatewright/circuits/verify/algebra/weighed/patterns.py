"""The values of all nodes of a graph on some patterns: what is so on all of them is likely to be so.

Example:
    >>> graph = XorAndGraph(2)
    >>> both = graph.both(graph.variable(0), graph.variable(1))
    >>> patterns = Patterns(graph)
    >>> patterns.of(both) == patterns.of(2) & patterns.of(4), patterns.of(both ^ 1) & patterns.of(both)
    (True, 0)
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from gatewright.logic.xag import Literal, XorAndGraph

PATTERNS = 2_048
"""Patterns that every node is simulated on, a quarter each with about 1/2, 1/8, 7/8 and 31/32 of ones."""


class Patterns:
    """What every node of a graph is on some patterns: one integer each, with a bit for every pattern.

    Args:
        graph: of the nodes.
    """

    def __init__(self, graph: XorAndGraph) -> None:
        self.count = PATTERNS
        self.graph = graph
        draw = random.Random(0)  # noqa: S311 - patterns, not secrets
        self.inputs = [_drawn(draw) for _ in range(graph.inputs)]
        self._nodes = graph.simulate(self.inputs, self.count)

    def add(self, pattern: Sequence[int]) -> None:
        """One pattern more: the value of every input."""
        self.inputs = [
            each | bit << self.count for each, bit in zip(self.inputs, pattern, strict=True)
        ]
        self.count += 1
        self._nodes = self.graph.simulate(self.inputs, self.count)

    @property
    def every(self) -> int:
        """All patterns."""
        return (1 << self.count) - 1

    def of(self, literal: Literal) -> int:
        """The value of a literal on every pattern."""
        return self._nodes[literal >> 1] ^ (self.every if literal & 1 else 0)


def _drawn(draw: random.Random) -> int:
    quarter = PATTERNS // 4

    def some() -> int:
        return draw.getrandbits(quarter)

    densities = (
        some(),
        some() & some() & some(),
        some() | some() | some(),
        some() | some() | some() | some() | some(),
    )
    return sum(bits << place * quarter for place, bits in enumerate(densities))
