"""Blocks of a circuit that is being built, and what they say that they compute.

Example:
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> made = CircuitBuilder("same", {})
    >>> a = made.input_bus("a", 2)
    >>> with made.block("twist", reference=lambda buses: buses, inputs={"a": a}) as block:
    ...     block.gives(a=a)
    >>> list(block.outputs)
    ['a']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatewright.circuits.netlist import BlockReference, Bus
from gatewright.circuits.placed.wires import Wire, Wires, as_bus
from gatewright.errors import NetlistError

Reference = Callable[[Mapping[str, Any]], Any]
"""What a block should compute: buses by name in, buses by name out."""

_PORT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class PlacedBlock:
    """A block of a circuit that is being built; `CircuitBuilder.block` makes it.

    Attributes:
        outputs: what it gives so far, by names of its own.
    """

    def __init__(self) -> None:
        self.outputs: dict[str, Wire | Sequence[Wire]] = {}

    def gives(self, **outputs: Wire | Sequence[Wire]) -> None:
        """Say which wires the buses of its reference are, least significant first."""
        self.outputs |= outputs

    def finished(
        self,
        path: str,
        known: Wires,
        reference: Reference | None,
        inputs: Mapping[str, Wire | Sequence[Wire]] | None,
        domain: Reference | None,
    ) -> BlockReference | None:
        """What the block says that it computes; None if it says nothing.

        Args:
            path: its name.
            known: the wires of its circuit.
            reference: as for `CircuitBuilder.block`.
            inputs: likewise.
            domain: likewise.

        Raises:
            NetlistError: it has a reference, and does not say what it reads and gives; or it has none, and does.
        """
        if reference is None:
            if inputs is not None or domain is not None or self.outputs:
                raise NetlistError(
                    f"block '{path}' has no reference", hint="give it one: reference="
                )
            return None
        if not inputs or not self.outputs:
            raise NetlistError(
                f"block '{path}' has a reference, but does not say what it {'gives' if inputs else 'reads'}",
                hint="block(name, reference=..., inputs={'a': a}) as block, and block.gives(y=y) inside",
            )
        named = [_bus(known, bus, wires) for bus, wires in inputs.items()]
        given = [_bus(known, bus, wires) for bus, wires in self.outputs.items()]
        return BlockReference(path, tuple(named), tuple(given), reference, domain)


def check_port_name(name: str) -> None:
    """Refuse what is not a name of a port.

    Raises:
        NetlistError: it is none.
    """
    if not _PORT.fullmatch(name):
        raise NetlistError(f"{name!r} is not a port name", hint="use letters, digits and _")


def _bus(known: Wires, name: str, wires: Wire | Sequence[Wire]) -> Bus:
    """A bus of a block."""
    check_port_name(name)
    nets = as_bus(wires)
    if not nets:
        raise NetlistError(f"bus '{name}' has no wires")
    known.check(nets)
    return Bus(name, nets, vector=not isinstance(wires, str))
