"""States as bits, and what a machine's registers and outputs are as sums of products.

Example:
    >>> from gatewright.logic.states.table import StateTable
    >>> ring = StateTable(("go",), ("y",), [("1", "a", "b", "0"), ("1", "b", "c", "0"), ("1", "c", "a", "1")])
    >>> [codes(ring, encoding) for encoding in ENCODINGS]
    [{'a': 0, 'b': 1, 'c': 2}, {'a': 1, 'b': 2, 'c': 4}]
    >>> next_bits(ring, "binary")
    [Sum(terms=[('1', 'a')], negated=False), Sum(terms=[('1', 'b')], negated=False)]
"""

from __future__ import annotations

from typing import NamedTuple

from gatewright.logic.states.table import StateTable
from gatewright.logic.states.transitions import OPEN

BINARY, ONE_HOT = "binary", "one-hot"
ENCODINGS = (BINARY, ONE_HOT)
"""The number of a state, the reset state's 0; or a bit for each state, of which one is 1."""


class Sum(NamedTuple):
    """A bit as a sum of products of inputs and a state, or the negation of one."""

    terms: list[tuple[str, str]]
    negated: bool = False


def width(table: StateTable, encoding: str) -> int:
    """How many registers hold a state; at least one."""
    states = len(table.states)
    return states if encoding == ONE_HOT else max(1, (states - 1).bit_length())


def codes(table: StateTable, encoding: str) -> dict[str, int]:
    """The number that the registers hold in each state."""
    return {
        state: 1 << place if encoding == ONE_HOT else place
        for place, state in enumerate(table.states)
    }


def state_cubes(table: StateTable, encoding: str) -> dict[str, str]:
    """What tells each state from the others: a character 0, 1 or - for each register, the lowest first."""
    absent, bits = "-" if encoding == ONE_HOT else "0", width(table, encoding)
    return {
        state: "".join("1" if code >> bit & 1 else absent for bit in range(bits))
        for state, code in codes(table, encoding).items()
    }


def next_bits(table: StateTable, encoding: str) -> list[Sum]:
    """What each register takes.

    Where nothing is said, the machine goes to its reset state: its number is 0, which is what no product gives;
    its bit of `ONE_HOT` is 1 where no other is.
    """
    numbers = codes(table, encoding) | {OPEN: 0}
    found = [
        Sum(table.terms(lambda row, bit=bit: bool(numbers[row.following] >> bit & 1)))  # type: ignore[misc]
        for bit in range(width(table, encoding))
    ]
    if encoding == ONE_HOT:
        others = table.terms(lambda row: row.following not in (table.reset, OPEN))
        found[0] = Sum(others, negated=True)
    return found


def output_sums(table: StateTable) -> list[Sum]:
    """What each output is."""
    return [
        Sum(table.terms(lambda row, place=place: row.outputs[place] == "1"))  # type: ignore[misc]
        for place in range(len(table.outputs))
    ]
