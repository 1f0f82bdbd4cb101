"""An and-inverter graph: a graph of AND nodes alone, equal ones once.

Its size is the number of ANDs that its outputs need, as ABC's ``&ps`` counts after reading it.

Example:
    >>> graph = AndGraph(3)
    >>> a, b, c = (graph.variable(place) for place in range(3))
    >>> both = graph.differ(a, b)
    >>> graph.size([both]), graph.size([both, graph.both(a, b)])  # the AND is part of the XOR
    (3, 3)
    >>> graph.compact([graph.both(a, c)])
    ([[8, 6, 2]], [8])
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.logic.xag import Literal, XorAndGraph


class AndGraph(XorAndGraph):
    """A graph of ANDs alone; an XOR is three of them, one of which is the AND of its inputs."""

    def differ(self, f: Literal, g: Literal) -> Literal:
        """Exclusive or: not both and not neither."""
        negate = (f ^ g) & 1
        f, g = f & ~1, g & ~1
        return self.both(self.both(f, g) ^ 1, self.both(f ^ 1, g ^ 1) ^ 1) ^ negate

    def _and(self, f: Literal, g: Literal) -> Literal:
        """A node: of ANDs alone there is no XOR to be kept whole."""
        return self._node(f, g)

    def needed(self, outputs: Sequence[Literal]) -> list[bool]:
        """By node, whether an output needs it."""
        needed = [False] * len(self)
        for output in outputs:
            needed[output >> 1] = True
        for node in range(len(self) - 1, self.inputs, -1):
            if needed[node]:
                needed[self.lefts[node] >> 1] = needed[self.rights[node] >> 1] = True
        return needed

    def size(self, outputs: Sequence[Literal]) -> int:
        """Number of ANDs that the outputs need."""
        return sum(self.needed(outputs)[self.inputs + 1 :])

    def levels(self, outputs: Sequence[Literal]) -> int:
        """Most ANDs on a path from an input to an output."""
        depth = [0] * len(self)
        for node in range(self.inputs + 1, len(self)):
            depth[node] = 1 + max(depth[self.lefts[node] >> 1], depth[self.rights[node] >> 1])
        return max((depth[each >> 1] for each in outputs), default=0)

    def compact(self, outputs: Sequence[Literal]) -> tuple[list[list[Literal]], list[Literal]]:
        """The ANDs that the outputs need, each after those it reads, and the outputs; numbered anew."""
        first = self.inputs + 1
        needed = self.needed(outputs)
        numbers = list(range(first))
        rows = []
        count = first
        for node in range(first, len(self)):
            numbers.append(count)
            if needed[node]:
                read = [self.lefts[node], self.rights[node]]
                larger, smaller = sorted(
                    (2 * numbers[each >> 1] | each & 1 for each in read), reverse=True
                )
                rows.append([2 * count, larger, smaller])
                count += 1
        return rows, [2 * numbers[each >> 1] | each & 1 for each in outputs]
