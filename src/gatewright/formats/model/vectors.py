r"""Ports as hardware languages have them: a vector ``a[7:0]`` or ``a[0:7]``, or a wire.

A bus is a vector if its bits are called ``a[0]``, ``a[1]``, … from any number on, upwards or downwards; the bits
of any other bus are wires by their own names. A bus of one bit is a vector only where a file declares it as one,
since ABC reads no ``[0:0]``: the ``a[0]`` of a list keeps this name, and of a builder's bus it is the wire ``a``.

Example:
    >>> from gatewright.circuits.netlist import Bus
    >>> a = Bus("a", ("a[0]", "a[1]"), vector=True)
    >>> b = Bus("b", ("b<0>", "b<1>"), vector=True, names=("b<0>", "b<1>"))
    >>> [(port.name, port.low, port.nets) for port in vectors([a, b])]
    [('a', 0, ('a[0]', 'a[1]')), ('b<0>', None, ('b<0>',)), ('b<1>', None, ('b<1>',))]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gatewright.circuits.netlist import Bus, Netlist, port_bits
from gatewright.circuits.numbering import numbers
from gatewright.errors import UsageError
from gatewright.records import dataclass

NAME = "gatewright_name"
"""The attribute of a net that says which output it is, where that has an input's name: ``output 12``."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a module.

    Attributes:
        name: of the vector or wire.
        nets: on its bits, the least significant first.
        low: the lowest number of a bit; None for a wire.
        upto: whether the range goes upwards, as ``[0:7]``: the highest number is the least significant.
        of: for an output that is an input under the same name, that name; it is written under another one.
    """

    name: str
    nets: tuple[str, ...]
    low: int | None
    upto: bool = False
    of: str = ""

    @property
    def bits(self) -> tuple[str, ...]:
        """What its bits are called."""
        if self.low is None:
            return (self.name,)
        return tuple(f"{self.name}[{number}]" for number in self.numbers)

    @property
    def numbers(self) -> range:
        """The numbers of a vector's bits, the least significant first."""
        return numbered(len(self.nets), self.low or 0, upto=self.upto)

    @property
    def span(self) -> str:
        """The range of a vector, as in ``[7:0]``; empty for a wire."""
        return "" if self.low is None else f"[{self.numbers[-1]}:{self.numbers[0]}]"


def numbered(width: int, low: int, *, upto: bool) -> range:
    """The numbers of the bits of a vector, the least significant first."""
    return range(low + width - 1, low - 1, -1) if upto else range(low, low + width)


def vectors(buses: Iterable[Bus]) -> Iterator[Port]:
    """The ports of some buses, in the order in which a file listed the first bit of each."""
    buses = list(buses)
    found = {bus.name: port for bus in buses if (port := _vector(bus)) is not None}
    owner = {bit: bus.name for bus in buses if bus.name in found for bit in bus.bits}
    done = set()
    for bit, net in port_bits(buses):
        name = owner.get(bit)
        if name is None:
            yield Port(bit, (net,), None)
        elif name not in done:
            done.add(name)
            yield found[name]


def checked_ports(
    inputs: Iterable[Bus], outputs: Iterable[Bus], language: str, holds: str
) -> tuple[list[Port], list[Port]]:
    """The ports of a circuit, whose names must differ and be legal in a language.

    An output that is an input and has its name, as lists of bits allow, gets another.

    Args:
        inputs: of the circuit.
        outputs: the same.
        language: its name, for error messages.
        holds: a regular expression for the names of ports.

    Raises:
        UsageError: a name is not legal there, or two are the same.
    """
    made = list(vectors(inputs)), _apart(list(vectors(inputs)), list(vectors(outputs)))
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


def renamed(netlist: Netlist) -> dict[str, str]:
    """By the name of an output that is an input of the same name, the one under which it is written."""
    outputs = _apart(list(vectors(netlist.inputs)), list(vectors(netlist.outputs)))
    return {port.of: port.name for port in outputs if port.of}


def _apart(inputs: Sequence[Port], outputs: Sequence[Port]) -> list[Port]:
    """The outputs, under names that no input has that is the same wire."""
    known = {port.name: port for port in inputs}
    taken = {name for port in (*inputs, *outputs) for name in (port.name, *port.bits)}
    made = []
    for port in outputs:
        same = known.get(port.name)
        if same is not None and same.nets == port.nets:
            stem, mark, bit = port.name.partition("[")  # ABC wants brackets last
            while f"{stem}_out{mark}{bit}" in taken:
                stem += "_"
            name = f"{stem}_out{mark}{bit}"
            taken.add(name)
            made.append(replace(port, name=name, of=port.name))
        else:
            made.append(port)
    return made


def _vector(bus: Bus) -> Port | None:
    """A bus as one port; None if its bits are ports of their own."""
    found = numbers(bus)
    if found is None or (bus.width == 1 and bus.listed):
        return None
    if bus.width == 1 and not bus.names:
        return Port(bus.name, bus.nets, None)
    port = Port(bus.name, bus.nets, min(found), bus.width > 1 and found[0] > found[1])
    return port if port.bits == bus.bits else None
