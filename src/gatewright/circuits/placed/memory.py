"""Memories of a circuit that is being built.

Example:
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> circuit = CircuitBuilder("keep", {})
    >>> ram = circuit.memory(2, 1)
    >>> ram.write(circuit.input_bus("at", 1), circuit.input_bus("d", 1), circuit.input("on"))
    >>> len(ram.memory(tuple).writes)
    1
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gatewright.circuits.memory import Memory, ReadPort, WritePort, renamed_pins
from gatewright.circuits.netlist import bit_names
from gatewright.circuits.placed.wires import Wire, Wires
from gatewright.errors import NetlistError


class PlacedMemory:
    """A memory of a circuit that is being built; `CircuitBuilder.memory` makes it.

    Example:
        >>> from gatewright.circuits.builder import CircuitBuilder
        >>> circuit = CircuitBuilder("look-up", {})
        >>> rom = circuit.memory(4, 2, initial=(3, 1, 0, 2))
        >>> rom.read(circuit.input_bus("a", 2))
        ('memory-1.read0[0]', 'memory-1.read0[1]')
    """

    def __init__(
        self, wires: Wires, name: str, words: int, width: int, initial: tuple[int | None, ...]
    ) -> None:
        self._wires = wires
        self._made = Memory(name, width, words, (), (), initial)

    def read(self, address: Sequence[Wire]) -> tuple[Wire, ...]:
        """A port to read: the wires of the word at an address, least significant first, in the same cycle.

        Args:
            address: least significant first; at one that the memory does not have, it reads 0.

        Raises:
            NetlistError: a wire that is not of this circuit.
        """
        self._wires.check(tuple(address))
        made = self._made
        data = bit_names(f"{made.name}.read{len(made.reads)}", made.width)
        self._wires.add(data)
        self._made = replace(made, reads=(*made.reads, ReadPort(tuple(address), data)))
        return tuple(map(Wire, data))

    def write(
        self, address: Sequence[Wire], data: Sequence[Wire], enable: Wire | Sequence[Wire]
    ) -> None:
        """A port to write, at the end of a cycle.

        Args:
            address: least significant first; at one that the memory does not have, nothing is written.
            data: a wire for each bit of a word, least significant first.
            enable: a word is written where it is 1; or a wire for each bit of it.

        Raises:
            NetlistError: there are not as many wires as a word has bits, or one is not of this circuit.
        """
        made = self._made
        enables = (enable,) * made.width if isinstance(enable, str) else tuple(enable)
        for wires, what in ((tuple(data), "written"), (enables, "enabled")):
            if len(wires) != made.width:
                raise NetlistError(
                    f"{len(wires)} wires are {what}, a word of '{made.name}' has {made.width} bits"
                )
        self._wires.check((*address, *data, *enables))
        port = WritePort(tuple(address), tuple(data), enables)
        self._made = replace(made, writes=(*made.writes, port))

    def memory(self, renamed: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Memory:
        """The finished memory, its nets under their last names."""
        return renamed_pins(self._made, renamed)
