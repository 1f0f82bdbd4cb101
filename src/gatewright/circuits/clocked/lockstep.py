"""Exact and trained gates in lockstep over many cycles: the first wire that differs is named.

Example:
    >>> from gatewright.circuits.clocked.cut import gates_of
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> from gatewright.circuits.clocked.stimulus import random_inputs
    >>> from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> toggle = Netlist(
    ...     "toggle", {"xor": load_plugins().gate("xor")}, (Bus("t", ("t",)),), (Bus("q", ("q",)),),
    ...     (Instance("n", "xor", ("t", "q"), ("n",)),), (Register("q", "n", "q", 0),))
    >>> gates = {spec.name: train(spec) for spec in gates_of(toggle)}
    >>> machine = Machine(toggle, gates, noise=0.45)
    >>> ran = lockstep(machine, random_inputs(toggle.inputs, 100, lanes=1, seed=0))
    >>> ran.cycles, ran.astray
    (100, None)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.clocked.machine import Cycle, Machine
from gatewright.circuits.netlist import Bus, Netlist, bus_columns
from gatewright.errors import UsageError
from gatewright.gates.trained import decide
from gatewright.logic.bits import bits_to_bus
from gatewright.text import did_you_mean


@dataclass(frozen=True, slots=True)
class Astray:
    """Where trained gates first had another bit than exact ones.

    Attributes:
        cycle: of it, from 0.
        wire: the first one, in the order signals reach it.
        lane: the copy of the circuit.
        wanted: its bit.
        got: what it carried.
    """

    cycle: int
    wire: str
    lane: int
    wanted: int
    got: float

    def __str__(self) -> str:
        return f"wire {self.wire} in cycle {self.cycle} is {self.wanted}, and was {self.got:.4g}"


@dataclass(frozen=True, slots=True)
class Broken:
    """Where exact gates first were not what the circuit's integers say.

    Attributes:
        cycle: of it, from 0.
        bus: an output.
        wanted: its value.
        got: what exact gates gave.
    """

    cycle: int
    bus: str
    wanted: int
    got: int

    def __str__(self) -> str:
        return f"{self.bus} in cycle {self.cycle} should be {self.wanted}, and was {self.got}"


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run.

    Attributes:
        cycles: how many were run.
        astray: where trained gates were wrong, which ends a run; None if nowhere.
        broken: where exact gates were not what integers say, which ends a run; None if nowhere, or if
            there are none.
        off: how far any wire was from its bit, noise included.
        stopped: whether the condition to stop was met.
        last: the outputs in the last cycle, lane 0, by bus.
    """

    cycles: int
    astray: Astray | None
    broken: Broken | None
    off: float
    stopped: bool
    last: Mapping[str, int]


def lockstep(
    machine: Machine,
    inputs: Iterator[Bits],
    *,
    reference: Callable[[Any, Mapping[str, int]], tuple[Any, Mapping[str, int]]] | None = None,
    until: Mapping[str, int] | None = None,
    each: Callable[[Cycle, Bits], None] | None = None,
) -> Ran:
    """Run a machine on some inputs until they end, a wire goes wrong, or its outputs are as wanted.

    Args:
        machine: at its first cycle.
        inputs: bits of every cycle, shape (lanes, input bits).
        reference: what lane 0 should do in one cycle: from a state, None at first, and the input buses, the
            next state and the output buses.
        until: values of output buses: the run ends after a cycle of lane 0 with all of them.
        each: called with every cycle and its inputs.

    Raises:
        UsageError: ``until`` names what is not an output.
    """
    check_until(machine.netlist, until or {})
    off, stopped, last, state = 0.0, False, {}, None
    for bits in inputs:
        cycle = machine.step(bits)
        off = max(off, cycle.off())
        if each is not None:
            each(cycle, bits)
        last = outputs_of(machine.netlist, cycle)
        if reference is not None:
            state, wanted = reference(state, bus_values(machine.netlist.inputs, bits))
            for name, value in last.items():
                if wanted[name] != value:
                    broken = Broken(cycle.number, name, wanted[name], value)
                    return Ran(machine.cycle, None, broken, off, False, last)
        astray = astray_of(cycle)
        if astray is not None:
            return Ran(machine.cycle, astray, None, off, False, last)
        if until and all(last[name] == value for name, value in until.items()):
            stopped = True
            break
    return Ran(machine.cycle, None, None, off, stopped, last)


def outputs_of(netlist: Netlist, cycle: Cycle) -> dict[str, int]:
    """The value of every output bus in lane 0 of a cycle, by exact gates."""
    return bus_values(netlist.outputs, cycle.outputs)


def bus_values(buses: Iterable[Bus], bits: Bits) -> dict[str, int]:
    """The value of each bus, by its name, from bits (lanes, bits), in lane 0."""
    return {bus.name: int(bits_to_bus(bits[:1, places])[0]) for bus, places in bus_columns(buses)}


def check_until(netlist: Netlist, until: Mapping[str, int]) -> None:
    """Refuse a condition on what is not an output of a circuit.

    Raises:
        UsageError: it is one.
    """
    widths = {bus.name: bus.width for bus in netlist.outputs}
    for name, value in until.items():
        if name not in widths:
            hint = did_you_mean(name, widths, f"its outputs are {', '.join(widths)}")
            raise UsageError(f"circuit '{netlist.name}' has no output '{name}'", hint=hint)
        if not 0 <= value < 1 << widths[name]:
            raise UsageError(
                f"output '{name}' is never {value}",
                hint=f"it is 0 to {(1 << widths[name]) - 1}",
            )


def astray_of(cycle: Cycle) -> Astray | None:
    """Where trained gates have another bit than exact ones in a cycle; None if nowhere."""
    if cycle.raw is None:
        return None
    astray = np.argwhere(decide(cycle.raw) != cycle.exact)
    if not len(astray):
        return None
    net, lane = astray[0].tolist()
    wanted, got = int(cycle.exact[net, lane]), float(cycle.raw[net, lane])
    return Astray(cycle.number, cycle.program.nets[net], lane, wanted, got)
