"""The numbers that a file gives to the bits of a bus, and how the bits of two buses belong together.

A declared bus says which bit is the least significant: in ``[0:3]`` of Verilog it is the last, ``a[3]``. A list
of bits, as BLIF has it, does not say, and its lowest number is taken for the least significant one.

Example:
    >>> rising = Bus("a", ("p", "q"), vector=True, names=("a[1]", "a[0]"))
    >>> numbers(rising), span(rising), numbers(Bus("a", ("n",)))
    ([1, 0], '[0:1]', None)
    >>> places(rising, Bus("a", ("a[0]", "a[1]"), vector=True))
    [0, 1]
    >>> places(rising, Bus("a", ("a[0]", "a[1]"), vector=True, listed=True))  # by name: it does not say
    [1, 0]
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gatewright.circuits.netlist import Bus

_BIT = re.compile(
    r"(?P<stem>.+)(?P<open>[\[<_])(?P<bit>0|-?[1-9][0-9]{0,8})(?P<close>[\]>_])", re.DOTALL
)
_PAIRS = {"[": "]", "<": ">", "_": "_"}


def split(name: str) -> tuple[str, str, int] | None:
    """Stem, opening bracket and number of a bit's name; None if it is not a bit's."""
    found = _BIT.fullmatch(name)
    if found is None or _PAIRS[found["open"]] != found["close"]:
        return None
    number = int(found["bit"])
    if number < 0 and found["open"] == "_":
        return None
    return found["stem"], found["open"], number


def numbers(bus: Bus) -> list[int] | None:
    """The number of every bit of a bus, the least significant bit first; None where the names have none."""
    if not bus.vector:
        return None
    found = [each for bit in bus.bits if (each := split(bit)) is not None]
    made = [number for _, _, number in found]
    alike = len(set(made)) == bus.width and len({each[:2] for each in found}) == 1
    return made if alike and len(made) == bus.width else None


def span(bus: Bus) -> str:
    """The range of a bus as Verilog writes it, most significant bit first; empty if its numbers have gaps."""
    found = numbers(bus)
    if not found:
        return ""
    step = 1 if found[-1] >= found[0] else -1
    whole = found == list(range(found[0], found[0] + step * len(found), step))
    return f"[{found[-1]}:{found[0]}]" if whole else ""


def places(mine: Bus, theirs: Bus) -> list[int]:
    """By bit of ``theirs``, which bit of ``mine`` it is; both are equally wide.

    Bits belong together by their weight. Where one side is a list that does not say what its bits weigh, and both
    have the same numbers, a bit is the one of its number.
    """
    if mine.listed or theirs.listed:
        left, right = numbers(mine), numbers(theirs)
        if left is not None and right is not None and set(left) == set(right):
            at = {number: place for place, number in enumerate(left)}
            return [at[number] for number in right]
    return list(range(theirs.width))


def by_number(mine: Iterable[Bus], theirs: Iterable[Bus]) -> list[Bus]:
    """Buses of the first whose bits are those of the second by number, and not by weight."""
    known = {bus.name: bus for bus in theirs}
    return [
        bus
        for bus in mine
        if bus.name in known
        and bus.width == known[bus.name].width
        and places(bus, known[bus.name]) != list(range(bus.width))
    ]
