"""Ports of a circuit: buses of wires, what their bits are called, and in which order they are listed.

Example:
    >>> a, cin = Bus("a", ("n0", "n1"), vector=True), Bus("cin", ("n2",))
    >>> port_bits([a, cin])
    [('a[0]', 'n0'), ('a[1]', 'n1'), ('cin', 'n2')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Bus:
    """A named port of one or more wires.

    Attributes:
        name: as in ``a=23`` on the command line.
        nets: bit 0, the least significant, first.
        vector: whether its bits are called ``a[0]``…; a single wire is called by the bare name.
        default: for an input, its value if none is given; None if it must be given.
        names: of its bits, if a file has other names for them: ``a[3]`` is bit 0 of a bus declared as ``[0:3]``.
        places: of its bits among all of the file, if they are not in order bus after bus.
        listed: whether a file lists its bits and does not say which is the least significant; it is then taken to
            be the one of the lowest number.

    Example:
        >>> Bus("a", ("n0", "n1")).width
        2
    """

    name: str
    nets: tuple[str, ...]
    vector: bool = False
    default: int | None = None
    names: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    listed: bool = field(default=False, compare=False)

    @property
    def width(self) -> int:
        """Number of bits."""
        return len(self.nets)

    @property
    def bits(self) -> tuple[str, ...]:
        """The name of each bit of the port."""
        return self.names or bit_names(self.name, self.width if self.vector else None)


def bus_columns(buses: Iterable[Bus]) -> Iterator[tuple[Bus, slice]]:
    """Each bus, and where its bits lie among those of all, bus after bus."""
    start = 0
    for bus in buses:
        yield bus, slice(start, start + bus.width)
        start += bus.width


def port_bits(buses: Iterable[Bus]) -> list[tuple[str, str]]:
    """The name and the net of every bit, in the order files list them: bus after bus, or as read."""
    return [(bit, net) for _, _, bit, net in placed_bits(buses)]


def placed_bits(buses: Iterable[Bus]) -> list[tuple[Bus, int, str, str]]:
    """The bus, number, name and net of every bit, in the order of `port_bits`."""
    buses = list(buses)
    found = [
        (place, (bus, number, bit, net))
        for bus in buses
        for number, (bit, net, place) in enumerate(
            zip(bus.bits, bus.nets, bus.places or range(bus.width), strict=True)
        )
    ]
    if any(bus.places for bus in buses):
        found.sort(key=lambda each: each[0])
    return [each for _, each in found]


def bit_names(name: str, width: int | None) -> tuple[str, ...]:
    """The names of a port's bits; ``width`` is None for a single wire."""
    return (name,) if width is None else tuple(f"{name}[{bit}]" for bit in range(width))
