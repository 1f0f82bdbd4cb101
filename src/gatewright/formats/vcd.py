"""Waveforms as VCD (IEEE 1364-2005, chapter 18), which GTKWave and its like open.

Ports and registers of exact gates as bits; with trained gates also what every one of these wires carries, as a
real number. A cycle takes ten units of time, and the clock rises in its middle.

Example:
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
    >>> from gatewright.plugins.manager import load_plugins
    >>> import io
    >>> import numpy as np
    >>> toggle = Netlist(
    ...     "toggle", {"not": load_plugins().gate("not")}, (), (Bus("q", ("q",)),),
    ...     (Instance("n", "not", ("q",), ("n",)),), (Register("q", "n", "q", 0),))
    >>> machine, file = Machine(toggle), io.StringIO()
    >>> with Waves(file, toggle) as waves:
    ...     for _ in range(3):
    ...         waves.add(machine.step(np.zeros((1, 0), dtype=np.uint8)))
    >>> [line for line in file.getvalue().splitlines() if line.startswith("#")]
    ['#0', '#5', '#10', '#15', '#20', '#25', '#30']
"""

from __future__ import annotations

from types import TracebackType
from typing import IO, Any

from gatewright.circuits.clocked.machine import Cycle
from gatewright.circuits.netlist import Netlist

PERIOD = 10
"""Units of time that a cycle takes."""


class Waves:
    """A VCD file while it is being written; lane 0 of several.

    Args:
        file: open for text.
        netlist: with its registers.
        raw: whether trained gates run, whose signals are written too.
    """

    def __init__(self, file: IO[str], netlist: Netlist, *, raw: bool = False) -> None:
        from vcd import VCDWriter

        self._writer = VCDWriter(file, timescale="1 ns", date="", comment=netlist.name)
        self._clock = self._variable("clock", netlist.clock.name if netlist.clock else "clock")
        self._wires: list[tuple[list[str], Any]] = []
        self._reals: list[tuple[str, Any]] = []
        named = [*netlist.inputs, *netlist.outputs]
        for bus in {bus.name: bus for bus in named}.values():
            self._add("", bus.name, list(bus.nets), raw=raw)
        for register in netlist.registers:
            self._add("_registers", register.name, [register.q], raw=raw)
        self._numbers: dict[str, int] = {}
        self._time = 0

    def __enter__(self) -> Waves:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """The end of the last cycle."""
        self._writer.close(self._time)

    def add(self, cycle: Cycle) -> None:
        """One cycle."""
        numbers = self._numbers = self._numbers or {
            net: number for number, net in enumerate(cycle.program.nets)
        }
        start = cycle.number * PERIOD
        self._writer.change(self._clock, start, 0)
        for nets, variable in self._wires:
            bits = "".join(str(int(cycle.exact[numbers[net], 0])) for net in reversed(nets))
            self._writer.change(variable, start, int(bits, 2))
        if cycle.raw is not None:
            for net, variable in self._reals:
                self._writer.change(variable, start, float(cycle.raw[numbers[net], 0]))
        self._writer.change(self._clock, start + PERIOD // 2, 1)
        self._time = start + PERIOD

    def _add(self, of: str, name: str, nets: list[str], *, raw: bool) -> None:
        self._wires.append((nets, self._variable(f"exact{of}", name, len(nets))))
        if raw:
            for place, net in enumerate(nets):
                bit = name if len(nets) == 1 else f"{name}[{place}]"
                found = self._writer.register_var(f"raw{of}", _word(bit), "real", init=0.0)
                self._reals.append((net, found))

    def _variable(self, scope: str, name: str, size: int = 1) -> Any:
        return self._writer.register_var(scope, _word(name), "wire", size=size, init=0)


def _word(name: str) -> str:
    """A name as VCD can have it: without blanks."""
    return "_".join(name.split())
