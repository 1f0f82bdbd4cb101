"""The ports of a submission beside those that are asked for: the same, whatever their order and case.

Example:
    >>> from gatewright.circuits.netlist import Bus
    >>> described((Bus("a", ("n0", "n1")), Bus("cin", ("n2",))))
    'a (2 bits), cin'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus
from gatewright.circuits.verify.interface import with_ports_named


def renamed(circuit: Circuit, asked: Circuit) -> Circuit:
    """A circuit with ports named as those asked for, where they differ in case alone and in no other port."""
    names: dict[str, str] = {}
    sides = (
        (circuit.netlist.inputs, asked.netlist.inputs),
        (circuit.netlist.outputs, asked.netlist.outputs),
    )
    for mine, theirs in sides:
        own = {bus.name for bus in mine}
        alike = Counter(bus.name.casefold() for bus in mine)
        for bus in theirs:
            if bus.name not in own and alike[bus.name.casefold()] == 1:
                names.update(
                    {
                        each.name: bus.name
                        for each in mine
                        if each.name.casefold() == bus.name.casefold()
                    }
                )
    return with_ports_named(circuit, names) if names else circuit


def port_faults(circuit: Circuit, asked: Circuit) -> str:
    """What is wrong with a circuit's ports, and which are expected; empty if they are those asked for."""
    mine, theirs = circuit.netlist, asked.netlist
    same = _widths(mine.inputs) == _widths(theirs.inputs)
    if same and _widths(mine.outputs) == _widths(theirs.outputs):
        return ""
    return (
        f"expected inputs {described(theirs.inputs)} and outputs {described(theirs.outputs)}; "
        f"it has inputs {described(mine.inputs)} and outputs {described(mine.outputs)}"
    )


def described(buses: Sequence[Bus], most: int = 12) -> str:
    """Ports with their widths, the first ones of many."""
    shown = [
        f"{bus.name} ({bus.width} bits)" if bus.width > 1 else bus.name for bus in buses[:most]
    ]
    more = len(buses) - len(shown)
    return ", ".join(shown + [f"{more} more"] * bool(more)) or "none"


def _widths(buses: Sequence[Bus]) -> dict[str, int]:
    return {bus.name: bus.width for bus in buses}
