"""What differs between two truth tables, in words.

Example:
    >>> both = TruthTable.from_integers([0b1000], inputs="ab", outputs="y")
    >>> difference(both, TruthTable.from_integers([0b1110], inputs="ab", outputs="y"))
    'row 01 has 0, not 1, and 1 more row differs'
    >>> difference(both, TruthTable.from_integers([0b10], inputs="a", outputs="y"))
    'it has 2 inputs, not 1'
"""

from __future__ import annotations

from gatewright.logic.truth_table import TruthTable


def difference(one: TruthTable, other: TruthTable) -> str:
    """What the first table has and the other has otherwise; empty if they are the same function."""
    for what in ("input", "output"):
        mine, theirs = len(getattr(one, f"{what}s")), len(getattr(other, f"{what}s"))
        if mine != theirs:
            return f"it has {mine} {what}{'' if mine == 1 else 's'}, not {theirs}"
    rows, first = 0, ""
    for place, name in enumerate(one.outputs):
        both = one.cares[place] & other.cares[place]
        odd = (one.ones[place] ^ other.ones[place]) & both | one.cares[place] ^ other.cares[place]
        rows |= odd
        if odd and not first:
            row = (odd & -odd).bit_length() - 1
            has, wanted = (_value(each, place, row) for each in (one, other))
            at = f" at '{name}'" if len(one.outputs) > 1 else ""
            first = f"row {row:0{len(one.inputs)}b} has {has}{at}, not {wanted}"
    more = rows.bit_count() - 1
    if more > 0:
        first += f", and {more} more row{' differs' if more == 1 else 's differ'}"
    return first


def _value(table: TruthTable, place: int, row: int) -> str:
    cares = table.cares[place] >> row & 1
    return str(table.ones[place] >> row & 1) if cares else "a don't-care"
