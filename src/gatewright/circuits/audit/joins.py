"""Nodes that join two spans of an adder's bits: multiplexers, or an OR of an AND, in one node or in two.

Example:
    >>> joined(0b10101100, (5, 6, 7))
    Joined(propagate=5, upper=6, lower=7, passed=None, twice=False)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from itertools import permutations
from typing import NamedTuple

from gatewright.circuits.audit.problem import Problem

AND, OR, XOR = 0b1000, 0b1110, 0b0110


class Joined(NamedTuple):
    """What joins two spans side by side: (1 - upper propagates)·upper + (upper propagates)·lower.

    Attributes:
        propagate, upper, lower: the nodes of what the upper propagates, and what both generate.
        passed: where AND and OR do it, the node of the AND; -1 if it is in one with the OR.
        twice: whether an XOR stands in place of the OR, as both are never 1.
    """

    propagate: int
    upper: int
    lower: int
    passed: int | None = None
    twice: bool = False


@cache
def _places(table: int, of: Callable[[int, int, int], int]) -> tuple[int, ...] | None:
    """Which of three pins are the arguments of a function that a table may be."""
    bits = [[row >> 2 - place & 1 for place in range(3)] for row in range(8)]
    for places in permutations(range(3)):
        values = (of(*(row[place] for place in places)) for row in bits)
        if sum(value << row for row, value in enumerate(values)) == table:
            return places
    return None


def _mux(propagate: int, upper: int, lower: int) -> int:
    return lower if propagate else upper


def _either(propagate: int, upper: int, lower: int) -> int:
    return upper | propagate & lower


def _odd(propagate: int, upper: int, lower: int) -> int:
    return upper ^ propagate & lower


def joined(table: int | None, pins: Sequence[int]) -> Joined | None:
    """A node of three pins as what joins two spans.

    Example:
        >>> joined(0b10101100, (5, 6, 7))  # a multiplexer
        Joined(propagate=5, upper=6, lower=7, passed=None, twice=False)
        >>> joined(0b11111000, (5, 6, 7))  # an AND of the last two, or the first
        Joined(propagate=6, upper=5, lower=7, passed=-1, twice=False)
    """
    if table is None or len(pins) != 3:
        return None
    for of, passed, twice in ((_mux, None, False), (_either, -1, False), (_odd, -1, True)):
        places = _places(table, of)
        if places is not None:
            propagate, upper, lower = (pins[place] for place in places)
            return Joined(propagate, upper, lower, passed, twice)
    return None


class Joins:
    """Those of a circuit."""

    def __init__(self, problem: Problem, halves: Collection[int]) -> None:
        """``halves`` are the nodes that are what single bits propagate."""
        self._problem = problem
        self._made: dict[int, Joined | None] = {}
        self.propagates = {*halves}
        """Nodes that are 1 where every bit of a span propagates."""
        readers: dict[int, list[int]] = {}
        for node, pins in enumerate(problem.pins):
            if self.is_of(node, AND):
                for pin in pins:
                    readers.setdefault(pin, []).append(node)
        todo = list(halves)
        while todo:
            for node in readers.get(todo.pop(), ()):
                if node not in self.propagates and self.propagates.issuperset(problem.pins[node]):
                    self.propagates.add(node)
                    todo.append(node)

    def is_of(self, node: int, table: int) -> bool:
        """Whether a node is a function of two others."""
        return self._problem.tables[node] == table and len({*self._problem.pins[node]}) == 2

    def of(self, node: int) -> Joined | None:
        """A node as one that joins two spans."""
        if node not in self._made:
            self._made[node] = self._of(node)
        return self._made[node]

    def _of(self, node: int) -> Joined | None:
        table, pins = self._problem.tables[node], self._problem.pins[node]
        odd = self.is_of(node, XOR)
        if not (odd or self.is_of(node, OR)):
            return joined(table, pins) if len({*pins}) == 3 else None
        for upper, passed in (pins, pins[::-1]):
            if self.is_of(passed, AND):
                for propagate, lower in permutations(self._problem.pins[passed]):
                    if propagate in self.propagates and lower not in self.propagates:
                        return Joined(propagate, upper, lower, passed, odd)
        return None
