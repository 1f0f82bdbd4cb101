"""Signals that have agreed so far, or always been each other's negation: the candidates of a proof by induction.

Example:
    >>> classes = Classes([0b00, 0b01, 0b10, 0b01, 0b00])
    >>> classes.partner(2), classes.partner(3), classes.partner(1), classes.partner(4)
    (3, 2, None, 0)
    >>> classes.split([0, 1, 0, 0, 0], 1), classes.partner(3)
    (True, None)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatewright.logic.xag import Literal


class Classes:
    """The nodes of a graph in classes; a node belongs to the first one of its class.

    Args:
        values: of every node on the first patterns; bit *i* is its value in pattern *i*.
    """

    def __init__(self, values: Sequence[int]) -> None:
        self._phases = [value & 1 for value in values]
        self._of = [0] * len(values)
        self._first: list[int] = [0]
        self.split(values, max((1, *(value.bit_length() for value in values))))

    def copy(self) -> Classes:
        """The same classes, to be parted by themselves."""
        other = Classes(())
        other._phases, other._of, other._first = self._phases, self._of.copy(), self._first.copy()
        return other

    def __len__(self) -> int:
        """How many classes there are."""
        return len(self._first)

    def partner(self, node: int) -> Literal | None:
        """What a node is equal to: a node before it, perhaps negated; None if it is the first of its class."""
        first = self._first[self._of[node]]
        return None if first == node else first << 1 | self._phases[node] ^ self._phases[first]

    def same(self, f: Literal, g: Literal) -> bool:
        """Whether two functions are said to be equal."""
        mine, theirs = self.resolved(f), self.resolved(g)
        return mine == theirs

    def resolved(self, function: Literal) -> Literal:
        """The first function of its class that a function is equal to."""
        partner = self.partner(function >> 1)
        return function if partner is None else partner ^ (function & 1)

    def pairs(self) -> Iterator[tuple[int, Literal]]:
        """Every node that is equal to one before it, and that one."""
        for node in range(len(self._of)):
            partner = self.partner(node)
            if partner is not None:
                yield node, partner

    def split(self, values: Sequence[int], patterns: int) -> bool:
        """Part nodes that differ on some patterns.

        Args:
            values: of every node.
            patterns: how many.

        Returns:
            Whether there are more classes now.
        """
        every, before = (1 << patterns) - 1, len(self._first)
        known: dict[tuple[int, int], int] = {}
        first: list[int] = []
        of = self._of
        for node, value in enumerate(values):
            key = (of[node], value ^ every if self._phases[node] else value)
            number = known.get(key)
            if number is None:
                number = known[key] = len(first)
                first.append(node)
            of[node] = number
        self._first = first
        return len(first) > before

    def part(self, node: int) -> None:
        """Leave a node in a class of its own. It must not be the first of its class."""
        self._of[node] = len(self._first)
        self._first.append(node)
