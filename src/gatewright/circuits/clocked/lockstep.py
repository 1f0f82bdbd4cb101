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

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.buses import row_values, rows_of
from gatewright.circuits.clocked.inputs import InputBits, input_bits
from gatewright.circuits.clocked.loop.chunks import FEWEST, Chunks, chunks_of
from gatewright.circuits.clocked.machine import Cycle, Machine
from gatewright.circuits.netlist import Netlist
from gatewright.errors import UsageError
from gatewright.gates.trained import decide
from gatewright.records import dataclass
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
        return f"wire {self.wire} should be {self.wanted} in cycle {self.cycle}, and was {self.got:.4g}"


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


Reference: TypeAlias = Callable[[Any, Mapping[str, int]], tuple[Any, Mapping[str, int]]]
"""What lane 0 should do in a cycle: from a state, None at first, and its inputs, the next one and its outputs."""


def lockstep(
    machine: Machine,
    inputs: Iterator[Bits],
    *,
    reference: Reference | None = None,
    until: Mapping[str, int] | None = None,
    each: Callable[[Cycle, Bits], None] | None = None,
    during: Sequence[range] | None = None,
    watch: Callable[[int], None] | None = None,
    fast: bool | None = None,
) -> Ran:
    """Run a machine on some inputs until they end, a wire goes wrong, or its outputs are as wanted.

    Args:
        machine: at its first cycle.
        inputs: bits of every cycle, shape (lanes, input bits).
        reference: what lane 0 should do.
        until: values of output buses: the run ends after a cycle of lane 0 with all of them.
        each: called with every cycle and its inputs.
        during: the cycles that ``each`` is called with, where it is not all of them.
        watch: called now and then with the cycles done.
        fast: whether to run the compiled loop from the first cycle on; where it is there and pays if nobody
            says. Both give the same.

    Raises:
        UsageError: ``until`` names what is not an output; the compiled loop is asked for and cannot run this.
    """
    wanted, given = until or {}, input_bits(inputs)
    check_until(machine.netlist, wanted)
    watched = Watched(each or _nothing, () if each is None else during, watch or _nothing)
    check = Against(machine.netlist, reference)
    chunks = chunks_of(machine, wanted, fast=fast)
    if chunks is None:
        return _stepped(machine, given, check, wanted, watched)
    return _in_chunks(chunks, given, check, watched)


def _nothing(*_: object) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Who is told of a run: of which cycles, and now and then how far it is."""

    each: Callable[[Cycle, Bits], None]
    during: Sequence[range] | None
    watch: Callable[[int], None]

    def cycles(self, first: int, most: int) -> tuple[int, bool]:
        """How many cycles from one on are all told of, or are not, at most; and whether they are."""
        if self.during is None:
            return most, True
        for some in self.during:
            if some.start <= first < some.stop:
                return min(most, some.stop - first), True
        ahead = [some.start - first for some in self.during if len(some) and some.start > first]
        return min([most, *ahead]), False


class Against:
    """Lane 0 of exact gates against integers.

    Args:
        netlist: whose outputs they are.
        reference: what they should do; None if nobody says.
    """

    def __init__(self, netlist: Netlist, reference: Reference | None) -> None:
        self._netlist, self._reference, self._state = netlist, reference, None
        self.last: dict[str, int] = {}

    def broken(self, cycle: int, given: Bits, outputs: Bits) -> Broken | None:
        """Where some cycles first are not as integers say.

        Args:
            cycle: the number of the first one.
            given: input bits, shape (cycles, input bits).
            outputs: output bits, shape (cycles, output bits).
        """
        if self._reference is None:
            if len(outputs):
                self.last = row_values(self._netlist.outputs, outputs[-1])
            return None
        asked = rows_of(self._netlist.inputs, given[: len(outputs)])
        found = rows_of(self._netlist.outputs, outputs)
        for number, (inputs, self.last) in enumerate(zip(asked, found, strict=True), cycle):
            self._state, wanted = self._reference(self._state, inputs)
            for name, value in self.last.items():
                if wanted[name] != value:
                    return Broken(number, name, wanted[name], value)
        return None


def _in_chunks(chunks: Chunks, given: InputBits, check: Against, watched: Watched) -> Ran:
    """Run a machine many cycles at a time."""
    cycle = chunks.cycle
    while True:
        most, told = watched.cycles(cycle, chunks.size)
        inputs = given.take(min(most, FEWEST) if told else most)
        if not len(inputs):
            chunks.finish()
            return Ran(cycle, None, None, chunks.off, False, check.last)
        chunk = chunks.run(inputs, keep=told)
        broken = check.broken(cycle, inputs[:, 0], chunk.outputs)
        wrong, astray, off = chunk.wrong, None, 0.0
        right = len(chunk.outputs) if broken is None else broken.cycle - cycle + 1
        if broken is not None:
            chunks.back(right)
            wrong = None
        ended = [] if wrong is None else [wrong]
        for wires, bits in zip(
            [*chunk.wires[:right], *(ended if told else [])], inputs, strict=False
        ):
            watched.each(wires, bits)
        if wrong is not None:
            off, bits = wrong.off(), inputs[right : right + 1, 0]
            broken = check.broken(wrong.number, bits, wrong.outputs[:1])
            astray = astray_of(wrong)
        cycle += right + len(ended)
        watched.watch(cycle)
        if broken is not None or astray is not None or chunk.stopped:
            chunks.finish(cycle)
            stopped = chunk.stopped and broken is None
            return Ran(cycle, astray, broken, max(off, chunks.off), stopped, check.last)


def _stepped(
    machine: Machine,
    inputs: Iterator[Bits],
    check: Against,
    until: Mapping[str, int],
    watched: Watched,
) -> Ran:
    """Run a machine cycle by cycle."""
    off = 0.0
    for bits in inputs:
        cycle = machine.step(bits)
        off = max(off, cycle.off())
        if watched.cycles(cycle.number, 1)[1]:
            watched.each(cycle, bits)
        if cycle.number % FEWEST == 0:
            watched.watch(machine.cycle)
        broken = check.broken(cycle.number, bits[:1], cycle.outputs[:1])
        astray = astray_of(cycle)
        stopped = bool(until) and all(check.last[name] == until[name] for name in until)
        if broken or astray or stopped:
            stopped = stopped and not (broken or astray)
            return Ran(machine.cycle, astray, broken, off, stopped, check.last)
    return Ran(machine.cycle, None, None, off, False, check.last)


def outputs_of(netlist: Netlist, cycle: Cycle) -> dict[str, int]:
    """The value of every output bus in lane 0 of a cycle, by exact gates."""
    return row_values(netlist.outputs, cycle.outputs[0])


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
