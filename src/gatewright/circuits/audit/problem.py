"""What an audit has to prove, in the checker's own numbers, and how that may end.

Example:
    >>> [(f"{row:03b}", f"{free:03b}") for row, free in cubes(0b11101000, 3)]  # a majority
    [('110', '001'), ('101', '010'), ('011', '100')]
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from gatewright.errors import GatewrightError
from gatewright.records import dataclass


class DiffersError(GatewrightError):
    """They differ.

    Args:
        pattern: the inputs that are 1.
        given: the same as values of buses, in words.
        differs: what outputs are and should be, in words.
    """

    exit_code = 1

    def __init__(self, pattern: frozenset[int], given: str = "", differs: str = "") -> None:
        self.pattern = pattern
        where = f", as at {given}" if given else ""
        what = f": {differs}" if differs else ""
        super().__init__(f"the circuit is not what its specification says{where}{what}")


class NothingInsideError(GatewrightError):
    """No pattern is inside the domain, so that nothing would be claimed."""

    exit_code = 2


class UnprovedError(GatewrightError):
    """No proof was found with the work that is allowed."""

    exit_code = 4


Cube = tuple[int, int]
"""Rows of a truth table: one of them, with 0 where they differ, and the bits in which they differ."""


@cache
def cubes(rows: int, pins: int, every: bool = False) -> tuple[Cube, ...]:
    """Cubes that cover some rows and no others, each as large as can be; ``every`` for more than are needed."""
    found: dict[Cube, None] = {}
    left = rows
    while left:
        row = left.bit_length() - 1
        left ^= 1 << row
        for first in range(max(pins, 1) if every else 1):
            cube, free = 1 << row, 0
            for place in range(pins):
                step = 1 << (first + place) % pins
                other = cube >> step if row & step else cube << step
                if not other & ~rows:
                    cube, free = cube | other, free | step
            found[row & ~free, free] = None
            left = left if every else left & ~cube
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be proved, in the checker's own numbers.

    Attributes:
        tables: of every node; None of an input.
        pins: the nodes that each reads.
        clauses: from number 1 on, one for each row of each node's table, then that the node inside is 1, and that
            one of the bad nodes is. Node n is variable n + 1, which comes last in clauses of its rows.
        bad: nodes of which none may be 1.
        inside: the node that is 1.
    """

    tables: Sequence[int | None]
    pins: Sequence[Sequence[int]]
    clauses: Sequence[Sequence[int]]
    bad: Sequence[int]
    inside: int
