"""What was on some wires over some cycles, to be drawn.

Example:
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
    >>> from gatewright.plugins.manager import load_plugins
    >>> import numpy as np
    >>> toggle = Netlist(
    ...     "toggle", {"not": load_plugins().gate("not")}, (), (Bus("q", ("q",)),),
    ...     (Instance("n", "not", ("q",), ("n",)),), (Register("q", "n", "q", 0),))
    >>> machine, trace = Machine(toggle), Trace(toggle, ["q", "n"])
    >>> for _ in range(4):
    ...     trace.add(machine.step(np.zeros((1, 0), dtype=np.uint8)))
    >>> [(wave.name, wave.values) for wave in trace.waves()]
    [('q', (0, 1, 0, 1)), ('n', (1, 0, 1, 0))]
"""

from __future__ import annotations

from collections.abc import Iterable

from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.clocked.machine import Cycle
from gatewright.circuits.netlist import Netlist
from gatewright.errors import UsageError
from gatewright.records import dataclass
from gatewright.text import did_you_mean


@dataclass(frozen=True, slots=True)
class Wave:
    """What one bus or wire was, cycle by cycle.

    Attributes:
        name: of it.
        width: its bits.
        values: as numbers, by exact gates.
        raw: what trained gates put on it, if it is one wire and they ran; else empty.
    """

    name: str
    width: int
    values: tuple[int, ...]
    raw: tuple[float, ...] = ()


class Trace:
    """Keeps some buses and wires of every cycle that it is given, in lane 0.

    Args:
        netlist: with its registers.
        names: of buses of inputs, outputs or registers, of their bits, or of nets; none for all inputs and
            outputs.

    Raises:
        UsageError: there is nothing of a name.
    """

    def __init__(self, netlist: Netlist, names: Iterable[str] = ()) -> None:
        known = _known(netlist)
        ports = {bus.name: None for bus in netlist.inputs + netlist.outputs}
        self._nets: dict[str, tuple[str, ...]] = {}
        for name in list(names) or ports:
            if name not in known:
                hint = did_you_mean(name, known, f"it has {', '.join(ports)}")
                raise UsageError(
                    f"circuit '{netlist.name}' has no bus, register or net '{name}'", hint=hint
                )
            self._nets[name] = known[name]
        self._numbers: dict[str, list[int]] = {}
        self._values: dict[str, list[int]] = {name: [] for name in self._nets}
        self._raw: dict[str, list[float]] = {name: [] for name in self._nets}

    def add(self, cycle: Cycle) -> None:
        """One cycle."""
        if not self._numbers:
            of = {net: number for number, net in enumerate(cycle.program.nets)}
            self._numbers = {name: [of[net] for net in nets] for name, nets in self._nets.items()}
        for name, numbers in self._numbers.items():
            bits = cycle.exact[numbers, 0].tolist()
            self._values[name].append(sum(bit << place for place, bit in enumerate(bits)))
            if cycle.raw is not None and len(numbers) == 1:
                self._raw[name].append(float(cycle.raw[numbers[0], 0]))

    def waves(self) -> tuple[Wave, ...]:
        """What was kept, in the order it was asked for."""
        return tuple(
            Wave(name, len(nets), tuple(self._values[name]), tuple(self._raw[name]))
            for name, nets in self._nets.items()
        )


def _known(netlist: Netlist) -> dict[str, tuple[str, ...]]:
    """The nets of everything that has a name; where two have the same, of the port."""
    known: dict[str, tuple[str, ...]] = {}
    one = cut(netlist)
    for each in netlist.instances:
        known |= {net: (net,) for net in each.outputs}
    known |= {each.name: (each.q,) for each in netlist.registers}
    for bus in (*one.inputs, *netlist.outputs):
        known |= {bit: (net,) for bit, net in zip(bus.bits, bus.nets, strict=True)}
    return known | {bus.name: bus.nets for bus in (*one.inputs, *netlist.outputs)}
