"""A machine run many cycles at a time, by the fastest loop that there is for it.

NumPy's loop begins; if cycles take longer than it takes to import Numba, the compiled one goes on where it was.
Both carry the same signals, bit for bit. When a wire goes wrong, the loop goes back to that cycle.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> counter = circuit("counter", bits=2).train()
    >>> machine = Machine(counter.circuit.netlist, counter.gates)
    >>> chunks = chunks_of(machine, {"count": 2}, fast=False)
    >>> found = chunks.run(np.ones((64, 1, 1), dtype=np.uint8))
    >>> found.outputs.tolist(), found.stopped, found.wrong
    ([[0, 0], [1, 0], [0, 1]], True, None)
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.clocked.loop.choose import PAYS_AFTER, compiled_loop, plain_loop
from gatewright.circuits.clocked.loop.common import Given, Loop, Until
from gatewright.circuits.clocked.machine import Cycle, Machine
from gatewright.circuits.netlist import bus_columns
from gatewright.circuits.simulate.kernel import available
from gatewright.circuits.simulate.layers import Reals
from gatewright.errors import UsageError
from gatewright.records import dataclass

FEWEST, MOST = 64, 1 << 16
"""Cycles in a chunk, which takes about `_SECONDS`."""

_SECONDS = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """What came of some cycles.

    Attributes:
        outputs: output bits of lane 0, shape (cycles, bits), of those that were right.
        wires: every wire of each of these cycles, if it was asked for.
        wrong: the cycle after these, if a wire had another bit in it than exact gates give it.
        stopped: whether the last one is as wanted.
    """

    outputs: Bits
    wires: list[Cycle]
    wrong: Cycle | None
    stopped: bool


class Chunks:
    """Runs a machine, which is where the loop is again after `finish`.

    Args:
        machine: whose lanes are to be run.
        given: where it is.
        loop: at the same place.
        until: what ends the run.
        fast: None if the compiled loop may take over later.
    """

    def __init__(
        self, machine: Machine, given: Given, loop: Loop, until: Until, *, fast: bool | None
    ) -> None:
        self._machine, self._given, self._loop, self._until = machine, given, loop, until
        self._may_change, self._spent, self._off = fast is None, 0.0, 0.0
        self._before: tuple[Any, ...] = ()
        self._inputs: Bits = np.zeros((0, 1, 0), dtype=np.uint8)
        self.size = FEWEST

    @property
    def cycle(self) -> int:
        """The number of the next cycle."""
        return self._loop.cycle

    @property
    def off(self) -> float:
        """How far any wire was from its bit."""
        return max(self._off, self._loop.off)

    def run(self, inputs: Bits, *, keep: bool = False) -> Chunk:
        """Run some cycles, or as many as are right.

        Args:
            inputs: shape (cycles, lanes, input bits).
            keep: whether to give every wire of every cycle.
        """
        self._change()
        began, first = time.perf_counter(), self._loop.cycle
        self._before, self._inputs = self._loop.state(), inputs
        kept: list[Reals] | None = [] if keep else None
        found = self._loop.run(inputs, self._until, kept)
        wires = [self._cycle(first + number, raw) for number, raw in enumerate(kept or ())]
        outputs, wrong = found.outputs, None
        if found.how == "wrong":
            self.back(found.cycles)
            outputs, wrong = self._wrong(found.outputs)
        took = time.perf_counter() - began
        self._spent += took
        if not keep:
            wish = int(len(inputs) * _SECONDS / max(took, 1e-6))
            self.size = max(FEWEST, min(MOST, 2 * self.size, wish))
        return Chunk(outputs, wires, wrong, found.how == "stopped")

    def back(self, cycles: int) -> None:
        """Go back to where so many cycles of the last chunk were run, all of which were right."""
        self._loop.back_to(self._before)
        self._loop.run(self._inputs[:cycles], ())

    def finish(self, cycle: int | None = None) -> None:
        """Let the machine go on where the loop is, or say that it ended in another cycle."""
        self._machine.go_on(
            self._loop.cycle if cycle is None else cycle, self._loop.held, self._loop.words
        )

    def _wrong(self, outputs: Bits) -> tuple[Bits, Cycle]:
        """Go on to the cycle in which a wire goes wrong; the outputs of those before it, and that cycle."""
        found = [outputs]
        for number in range(len(outputs), len(self._inputs)):
            cycle, given = self._loop.cycle, self._inputs[number]
            exact = self._machine.exact_nets(given, self._loop.held, self._loop.words)
            one = self._loop.run(self._inputs[number : number + 1], ())
            if one.how == "wrong":
                wrong = self._cycle(cycle, self._loop.raw(), exact)
                self.back(number)
                return np.concatenate(found), wrong
            found.append(one.outputs)
        raise AssertionError("a wire that went wrong did not do so again")

    def _cycle(self, number: int, raw: Reals, exact: Bits | None = None) -> Cycle:
        """What was on the wires; of a cycle that was right, exact gates have the same bits."""
        bits = (raw > 0.5).astype(np.uint8) if exact is None else exact
        outputs = len(self._given.outputs)
        return Cycle(number, bits, raw.astype(np.float64), self._given.circuit.program, outputs)

    def _change(self) -> None:
        """Let the compiled loop go on, once that pays."""
        if not self._may_change or self._spent < PAYS_AFTER:
            return
        self._may_change, loop = False, self._loop
        now = replace(self._given, held=loop.held, words=loop.words, cycle=loop.cycle)
        compiled = compiled_loop(now)
        if compiled is not None:
            self._off, self._loop = self.off, compiled


def chunks_of(machine: Machine, until: Mapping[str, int], *, fast: bool | None) -> Chunks | None:
    """What runs a machine many cycles at a time; None if it has to be stepped.

    Args:
        machine: at any cycle.
        until: values of output buses that end a run.
        fast: whether the compiled loop runs from the first cycle on; where it pays if nobody says.

    Raises:
        UsageError: the compiled loop is asked for and cannot run this.
    """
    given = machine.given()
    loop: Loop | None = None
    if given is not None:
        loop = compiled_loop(given) if fast else plain_loop(given)
    if fast and loop is None:
        hint = "pip install 'gatewright[fast]'" if not available() else "leave it out"
        raise UsageError("the compiled loop cannot run this circuit", hint=hint)
    if given is None or loop is None:
        return None
    nets = given.outputs.tolist()
    ends = [
        (nets[place], until[bus.name] >> bit & 1)
        for bus, places in bus_columns(machine.netlist.outputs)
        if bus.name in until
        for bit, place in enumerate(range(*places.indices(len(nets))))
    ]
    return Chunks(machine, given, loop, ends, fast=fast)
