"""The gates that netlists have words for, AND, NAND, … of any number of inputs, and their truth tables.

Example:
    >>> [f"{kind_table(kind, 2):04b}" for kind in ANY_WIDTH]
    ['1000', '0111', '1110', '0001', '0110', '1001']
"""

from __future__ import annotations

from functools import lru_cache

NEGATED = {"NAND": "AND", "NOR": "OR", "XNOR": "XOR", "NOT": "BUF"}
"""Of each gate that negates another, this other one."""

ANY_WIDTH = ("AND", "NAND", "OR", "NOR", "XOR", "XNOR")
"""The gates of any number of inputs; the last two are parity."""


@lru_cache(maxsize=256)
def kind_table(kind: str, count: int) -> int:
    """The truth table of AND, NAND, …, NOT or BUF of so many inputs: bit *r* is row *r*.

    Raises:
        ValueError: there is no such gate.
    """
    every = (1 << (1 << count)) - 1
    if kind in NEGATED:
        return kind_table(NEGATED[kind], count) ^ every
    if kind == "AND":
        return 1 << ((1 << count) - 1)
    if kind == "OR":
        return every ^ 1
    if kind not in ("XOR", "BUF"):
        raise ValueError(f"'{kind}' is not a gate")
    # Parity, which of one input is that input: BUF.
    return sum((row.bit_count() & 1) << row for row in range(1 << count))
