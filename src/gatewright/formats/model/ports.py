"""Buses in a list of bit names: ``a[0]``, ``a_0_`` and ``a<0>`` are bit 0 of a bus ``a``.

Bits belong to one bus if they are spelt alike and numbered without gaps, from any number on, in any order; a
name that stands alone stays as it is. Files list bits in an order of their own, which a bus keeps.

Example:
    >>> [(bus.name, bus.width, bus.names) for bus in buses(["a[1]", "b", "a[0]", "c<3>", "c<4>"], {})]
    [('a', 2, ()), ('b', 1, ()), ('c', 2, ('c<3>', 'c<4>'))]
    >>> [bus.places for bus in buses(["a[1]", "b", "a[0]"], {})]
    [(2, 0), (1,)]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set

from gatewright.circuits.netlist import Bus

_BIT = re.compile(r"(?P<stem>.+)(?P<open>[\[<_])(?P<bit>0|[1-9][0-9]{0,8})(?P<close>[\]>_])")
_PAIRS = {"[": "]", "<": ">", "_": "_"}


def buses(
    bits: Sequence[str], nets: Mapping[str, str], apart: Set[str] = frozenset()
) -> tuple[Bus, ...]:
    """The ports that these bits make, in the order in which the first bit of each is listed.

    Args:
        bits: names, each once, in the order of the file.
        nets: the net of a bit; by default one of the bit's name.
        apart: names that no bus may have; such bits stay as they are.
    """
    families: dict[tuple[str, str], dict[int, int]] = {}
    for place, name in enumerate(bits):
        found = _split(name)
        if found is not None:
            stem, style, bit = found
            families.setdefault((stem, style), {})[bit] = place
    taken = set(bits)
    spellings = Counter(stem for stem, _ in families)
    member: dict[int, tuple[str, str]] = {}
    for (stem, style), places in families.items():
        whole = max(places) - min(places) + 1 == len(places)
        # Two spellings of one bus, or a single wire of the same name, would make two ports of one name.
        if whole and stem not in taken and stem not in apart and spellings[stem] == 1:
            member |= dict.fromkeys(places.values(), (stem, style))
    grouped: dict[object, list[int]] = {}
    for place in range(len(bits)):
        grouped.setdefault(member.get(place, place), []).append(place)
    found_buses = [_bus(key, places, families, bits, nets) for key, places in grouped.items()]
    flat = [place for _, places in found_buses for place in places]
    if flat == sorted(flat):
        return tuple(bus for bus, _ in found_buses)
    return tuple(
        Bus(bus.name, bus.nets, bus.vector, None, bus.names, tuple(places))
        for bus, places in found_buses
    )


def _bus(
    key: object,
    places: list[int],
    families: Mapping[tuple[str, str], Mapping[int, int]],
    bits: Sequence[str],
    nets: Mapping[str, str],
) -> tuple[Bus, list[int]]:
    """The port of some bits, and their places in the file, bit 0 first."""
    if not isinstance(key, tuple):
        name = bits[places[0]]
        return Bus(name, (nets.get(name, name),)), places
    numbers = families[key]
    ordered = [numbers[bit] for bit in sorted(numbers)]
    names = tuple(bits[place] for place in ordered)
    usual = names == tuple(f"{key[0]}[{bit}]" for bit in range(len(names)))
    wires = tuple(nets.get(name, name) for name in names)
    return Bus(key[0], wires, vector=True, names=() if usual else names), ordered


def _split(name: str) -> tuple[str, str, int] | None:
    """Stem, brackets and number of a bit's name; None if it is not a bit's."""
    found = _BIT.fullmatch(name)
    if found is None or _PAIRS[found["open"]] != found["close"]:
        return None
    return found["stem"], found["open"], int(found["bit"])
