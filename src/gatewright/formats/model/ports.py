r"""Buses in a list of bit names: ``a[0]``, ``a_0_`` and ``a<0>`` are bit 0 of a bus ``a``.

Bits belong to one bus if they are spelt alike and numbered without gaps, from any number on, in any order; a
name that stands alone stays as it is. Files list bits in an order of their own, which a bus keeps. Where nothing
says which bit is the least significant, it is the one of the lowest number.

Example:
    >>> [(bus.name, bus.width, bus.names) for bus in buses(["a[1]", "b", "a[0]", "c<3>", "c<4>"], {})]
    [('a', 2, ()), ('b', 1, ()), ('c', 2, ('c<3>', 'c<4>'))]
    >>> [bus.places for bus in buses(["a[1]", "b", "a[0]"], {})]
    [(2, 0), (1,)]
    >>> buses(["a[1]", "a[0]"], {}, declared={"a": ["a[1]", "a[0]"]})[0].names  # the least significant first
    ('a[1]', 'a[0]')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from gatewright.circuits.netlist import Bus, bit_names
from gatewright.circuits.numbering import split


def sides(
    inputs: Sequence[str],
    outputs: Sequence[str],
    nets: Mapping[str, str],
    declared: Mapping[str, Sequence[str]] | None = None,
) -> tuple[tuple[Bus, ...], tuple[Bus, ...]]:
    """The ports of both sides of a circuit; none has the name of a bit or a bus of the other side.

    Args:
        inputs: names of bits, each once, in the order of the file.
        outputs: the same.
        nets: the net of an output bit; by default one of the bit's name.
        declared: the bits of each bus that the file declares, the least significant first.
    """
    known = declared or {}
    apart = {*inputs, *outputs, *known}
    ports = buses(inputs, {}, apart, known), buses(outputs, nets, apart, known)
    shared = {bus.name for bus in ports[0] if bus.vector} & {bus.name for bus in ports[1]}
    if shared:
        apart |= shared
        ports = buses(inputs, {}, apart, known), buses(outputs, nets, apart, known)
    return ports


def buses(
    bits: Sequence[str],
    nets: Mapping[str, str],
    apart: Set[str] = frozenset(),
    declared: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Bus, ...]:
    """The ports that these bits make, in the order in which the first bit of each is listed.

    Args:
        bits: names, each once, in the order of the file.
        nets: the net of a bit; by default one of the bit's name.
        apart: names that no bus may have which is not declared; such bits stay as they are.
        declared: the bits of each bus that the file declares, the least significant first; those of other sides
            are left out.
    """
    owner = {bit: name for name, own in (declared or {}).items() for bit in own}
    families: dict[tuple[str, str], dict[int, int]] = {}
    member: dict[int, object] = {}
    for place, name in enumerate(bits):
        if name in owner:
            member[place] = owner[name]
            continue
        found = split(name)
        if found is not None:
            stem, style, bit = found
            families.setdefault((stem, style), {})[bit] = place
    taken = {*bits, *owner.values()}
    spellings = Counter(stem for stem, _ in families)
    for (stem, style), places in families.items():
        whole = max(places) - min(places) + 1 == len(places)
        # Two spellings of one bus, or a single wire of the same name, would make two ports of one name.
        if whole and stem not in taken and stem not in apart and spellings[stem] == 1:
            member |= dict.fromkeys(places.values(), (stem, style))
    grouped: dict[object, list[int]] = {}
    for place in range(len(bits)):
        grouped.setdefault(member.get(place, place), []).append(place)
    at = {name: place for place, name in enumerate(bits)} if owner else {}
    found_buses = []
    for key, places_ in grouped.items():
        if isinstance(key, str):
            ordered = [at[bit] for bit in (declared or {})[key]]
            found_buses.append((_vector(key, ordered, bits, nets, listed=False), ordered))
        elif isinstance(key, tuple):
            numbers = families[key]
            ordered = [numbers[bit] for bit in sorted(numbers)]
            found_buses.append((_vector(key[0], ordered, bits, nets, listed=True), ordered))
        else:
            name = bits[places_[0]]
            found_buses.append((Bus(name, (nets.get(name, name),)), places_))
    flat = [place for _, places in found_buses for place in places]
    if flat == sorted(flat):
        return tuple(bus for bus, _ in found_buses)
    return tuple(replace(bus, places=tuple(places)) for bus, places in found_buses)


def _vector(
    name: str, places: Sequence[int], bits: Sequence[str], nets: Mapping[str, str], *, listed: bool
) -> Bus:
    """The port of some bits, the least significant first."""
    names = tuple(bits[place] for place in places)
    usual = names == bit_names(name, len(names))
    own = () if usual and (listed or len(names) > 1) else names
    wires = tuple(nets.get(bit, bit) for bit in names)
    return Bus(name, wires, vector=True, names=own, listed=listed)
