r"""Ports as hardware languages have them: a vector ``a[7:0]``, or a wire.

A bus is a vector if its bits are called ``a[0]``, ``a[1]``, … from any number on, and a wire ``a`` if it has
only ``a[0]``; the bits of any other bus are wires by their own names.

Example:
    >>> from gatewright.circuits.netlist import Bus
    >>> a = Bus("a", ("a[0]", "a[1]"), vector=True)
    >>> b = Bus("b", ("b<0>", "b<1>"), vector=True, names=("b<0>", "b<1>"))
    >>> [(port.name, port.low, port.nets) for port in vectors([a, b])]
    [('a', 0, ('a[0]', 'a[1]')), ('b<0>', None, ('b<0>',)), ('b<1>', None, ('b<1>',))]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gatewright.circuits.netlist import Bus, port_bits
from gatewright.errors import UsageError


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a module.

    Attributes:
        name: of the vector or wire.
        nets: on its bits, the least significant first.
        low: the number of the least significant bit; None for a wire.
    """

    name: str
    nets: tuple[str, ...]
    low: int | None

    @property
    def bits(self) -> tuple[str, ...]:
        """What its bits are called."""
        if self.low is None:
            return (self.name,)
        return tuple(f"{self.name}[{self.low + place}]" for place in range(len(self.nets)))


def vectors(buses: Iterable[Bus]) -> Iterator[Port]:
    """The ports of some buses, in the order in which a file listed the first bit of each."""
    buses = list(buses)
    low = {bus.name: _low(bus) for bus in buses}
    owner = {bit: bus for bus in buses if low[bus.name] is not None for bit in bus.bits}
    done = set()
    for bit, net in port_bits(buses):
        bus = owner.get(bit)
        if bus is None:
            yield Port(bit, (net,), None)
        elif bus.name not in done:
            done.add(bus.name)
            yield Port(bus.name, bus.nets, low[bus.name] if bus.width > 1 else None)


def checked_ports(
    inputs: Iterable[Bus], outputs: Iterable[Bus], language: str, holds: str
) -> tuple[list[Port], list[Port]]:
    """The ports of a circuit, whose names must differ and be legal in a language.

    Args:
        inputs: of the circuit.
        outputs: the same.
        language: its name, for error messages.
        holds: a regular expression for the names of ports.

    Raises:
        UsageError: a name is not legal there, or two are the same.
    """
    made = list(vectors(inputs)), list(vectors(outputs))
    seen = set()
    for port in (*made[0], *made[1]):
        if not re.fullmatch(holds, port.name):
            raise UsageError(
                f"port {port.name!r} cannot be named so in {language}",
                hint="rename it: printable ASCII without spaces",
            )
        if port.name in seen:
            raise UsageError(
                f"two ports are called '{port.name}', and {language} tells an input and an output apart "
                "by name alone",
                hint="rename one",
            )
        seen.add(port.name)
    return made


def _low(bus: Bus) -> int | None:
    """The number of bit 0 of a bus that is a vector; None if it is not one."""
    if not bus.names:
        return 0 if bus.vector else None
    if bus.width == 1:
        return None
    found = re.fullmatch(r".*\[(0|[1-9][0-9]{0,8})\]", bus.names[0], re.DOTALL)
    low = int(found[1]) if found else 0
    wanted = tuple(f"{bus.name}[{low + place}]" for place in range(bus.width))
    return low if found and bus.names == wanted else None
