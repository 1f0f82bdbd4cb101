"""What is placed in a circuit: instances of gates, registers and their clock, blocks with a reference.

Example:
    >>> Instance("first", "xor", ("a", "b"), ("n1",)).gate, Register("r", "n1", "q").d
    ('xor', 'n1')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gatewright.circuits.netlist.buses import Bus
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Instance:
    """One use of a gate; nets in the order of the gate's ports.

    Attributes:
        name: its path, ``/`` between the levels of the hierarchy.
        gate: the name of the gate.
        inputs: the net on each input pin.
        outputs: the net on each output pin.

    Example:
        >>> Instance("first", "xor", ("a", "b"), ("n1",)).outputs
        ('n1',)
    """

    name: str
    gate: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """One bit that is kept from one cycle to the next.

    Attributes:
        name: its path, as of an instance.
        d: the net that it takes at the end of a cycle.
        q: the net that it drives.
        initial: what it holds in the first cycle: 0, 1, or None where nobody says.

    Example:
        >>> Register("count", "next", "count", 0).initial
        0
    """

    name: str
    d: str
    q: str
    initial: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of all registers.

    Attributes:
        name: of its input in the file that it was read from; no gate reads it.
        rising: whether registers take their inputs as it rises, else as it falls.

    Example:
        >>> Clock("clk").rising
        True
    """

    name: str
    rising: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class BlockReference:
    """What a block should compute.

    Attributes:
        name: the path of its instances, without the last ``/``.
        inputs: its own names for the nets that it reads.
        outputs: and for those of its nets that are read elsewhere.
        reference: gives the output buses, as the reference of a `CircuitSpec` without parameters.
        domain: where it is false, nothing is promised; None if everything is.
    """

    name: str
    inputs: tuple[Bus, ...]
    outputs: tuple[Bus, ...]
    reference: Callable[[Mapping[str, Any]], Any]
    domain: Callable[[Mapping[str, Any]], Any] | None = None

    @property
    def input_nets(self) -> tuple[str, ...]:
        """All nets that it reads, bus after bus."""
        return tuple(net for bus in self.inputs for net in bus.nets)

    def holds(self, name: str) -> bool:
        """Whether an instance, or another block, lies inside."""
        return name.startswith(f"{self.name}/")

    def driven(self) -> tuple[str, ...]:
        """Its output nets, but those that are inputs unchanged, each once."""
        given = set(self.input_nets)
        nets = (net for bus in self.outputs for net in bus.nets if net not in given)
        return tuple(dict.fromkeys(nets))
