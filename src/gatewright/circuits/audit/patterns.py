"""What every node of a circuit is on some patterns, which tells nodes apart and finds what refutes a proof.

Example:
    >>> both = Problem([None, None, 0b1000], [(), (), (0, 1)], [], [2], 0)
    >>> found = Patterns(both, [0b01, 0b11], 2)
    >>> found.same(0, 2), found.empty
    (True, False)
    >>> found.check()
    Traceback (most recent call last):
    ...
    gatewright.circuits.audit.problem.DiffersError: the circuit is not what its specification says
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from gatewright.circuits.audit.problem import DiffersError, Problem, cubes


class Patterns:
    """The values of all nodes.

    Args:
        problem: the circuit.
        inputs: a first few patterns, one integer for each input.
        count: how many.
    """

    def __init__(self, problem: Problem, inputs: Sequence[int], count: int) -> None:
        self._problem = problem
        self._random = random.Random(0)  # noqa: S311 - patterns, no secrets
        self._count, self._values = count, self._simulated(inputs, count)

    @property
    def empty(self) -> bool:
        """Whether no pattern that was simulated is inside the domain."""
        return not self._values[self._problem.inside]

    def check(self) -> None:
        """Look for a pattern, of those simulated so far, on which they differ.

        Raises:
            DiffersError: there is one.
        """
        for node in self._problem.bad:
            if self._values[node]:
                place = (self._values[node] & -self._values[node]).bit_length() - 1
                tables = self._problem.tables
                raise DiffersError(
                    frozenset(
                        each
                        for each, value in enumerate(self._values)
                        if tables[each] is None and value >> place & 1
                    )
                )

    def same(self, node: int, other: int) -> bool:
        """Whether two nodes are the same on all patterns."""
        return self._values[node] == self._values[other]

    def normal(self, node: int) -> int:
        """What is the same for nodes that are equal, or one the negation of the other."""
        value = self._values[node]
        return value ^ (1 << self._count) - 1 if value & 1 else value

    def refine(self, ones: frozenset[int]) -> None:
        """Simulate a pattern and some like it too.

        Raises:
            DiffersError: they differ on one of them.
        """
        count, columns = 64, []
        for node, table in enumerate(self._problem.tables):
            if table is None:
                flips = self._random.getrandbits(count) & self._random.getrandbits(count)
                flips &= self._random.getrandbits(count) & ~1
                columns.append(((1 << count) - 1 if node in ones else 0) ^ flips)
        more = self._simulated(columns, count)
        self._values = [
            old | new << self._count for old, new in zip(self._values, more, strict=True)
        ]
        self._count += count
        self.check()

    def _simulated(self, inputs: Sequence[int], count: int) -> list[int]:
        """The values of all nodes; outside the domain 0, so that such patterns tell nothing apart."""
        every, rest, values = (1 << count) - 1, iter(inputs), list[int]()
        for table, pins in zip(self._problem.tables, self._problem.pins, strict=True):
            if table is None:
                values.append(next(rest))
                continue
            made = 0
            for row, free in cubes(table, len(pins)):
                here = every
                for place, pin in enumerate(reversed(pins)):
                    if not free >> place & 1:
                        here &= values[pin] if row >> place & 1 else every ^ values[pin]
                made |= here
            values.append(made)
        inside = values[self._problem.inside]
        return [value & inside for value in values]
