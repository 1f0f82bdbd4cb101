"""What both loops over cycles have in common: what they are told, what they give back, how they begin.

A loop runs trained gates alone and writes down the bits of every wire; every so many cycles it asks whether each
gate's truth table gives these bits, of the bits that its inputs had, and whether each register has the bit that
it took. If so in all cycles, then by induction all bits are those of exact gates; and the first cycle in which
one is not, is the first in which trained gates differ from exact ones that run beside them.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> counter = circuit("counter", bits=2).train()
    >>> given = Machine(counter.circuit.netlist, counter.gates).given()
    >>> given.circuit.program.nets[:3], given.registers.tolist(), given.cycle_keys(0, 5).shape
    (('enable', 'count[0]', 'count[1]'), [1, 2], (5, 1, 2))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.circuits.clocked.contents import Contents
from gatewright.circuits.clocked.loop.draws import Keys, keys
from gatewright.circuits.clocked.staged import Staged
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.simulate.layers import Reals
from gatewright.gates.trained import TrainedGate
from gatewright.records import dataclass

How = Literal["done", "stopped", "wrong"]
"""How some cycles ended: all were run, outputs were as wanted, a wire had another bit than exact gates."""


Until: TypeAlias = Sequence[tuple[int, int]]
"""Nets and the bits of lane 0 that all of them should have; of none, nothing ends a run."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of some cycles.

    Attributes:
        cycles: that were run, and right.
        how: they ended. If a wire went wrong, it is in the cycle after these, or in one of the 64 after them if
            it is not a number; the loop is then at no cycle, and has to go back.
        outputs: bits of lane 0, shape (cycles, output bits).
    """

    cycles: int
    how: How
    outputs: Bits


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A circuit at some cycle.

    Attributes:
        netlist: with registers or memories.
        circuit: between two cycles; registers take what buffers drive.
        gates: trained ones for all of it.
        held: what registers hold, as signals, shape (registers, lanes).
        words: what memories hold.
        cycle: its number.
        noise: every wire is off by a draw of its own from [-noise, noise).
        seed: of it.
    """

    netlist: Netlist
    circuit: Staged
    gates: Mapping[str, TrainedGate]
    held: Floats
    words: Sequence[Contents]
    cycle: int
    noise: float
    seed: int

    @property
    def outputs(self) -> Any:
        """Net numbers of output bits."""
        return self.circuit.program.outputs[: len(self.netlist.output_nets)]

    @property
    def buffers(self) -> Any:
        """Net numbers of the buffers that drive registers."""
        first = len(self.netlist.output_nets)
        return self.circuit.program.outputs[first : first + len(self.netlist.registers)]

    @property
    def registers(self) -> Any:
        """Net numbers of what registers drive."""
        numbers = {net: number for number, net in enumerate(self.circuit.program.nets)}
        found = [numbers[each.q] for each in self.netlist.registers]
        return np.array(found, dtype=np.intp)

    def wire_keys(self) -> Keys:
        """A key of the noise for every net."""
        return keys(seed=self.seed, stream=0, first=0, count=len(self.circuit.program.nets))

    def cycle_keys(self, first: int, count: int) -> Keys:
        """Two keys of the noise for every cycle and lane, shape (cycles, lanes, 2)."""
        lanes = self.held.shape[1]
        found = [
            keys(seed=self.seed, stream=each, first=first * lanes, count=count * lanes)
            for each in (1, 2)
        ]
        return np.stack(found, axis=1).reshape(count, lanes, 2)


class Loop(Protocol):
    """Runs a circuit of trained gates for many cycles, every wire compared with exact gates."""

    cycle: int

    @property
    def words(self) -> Sequence[Contents]:
        """What memories hold."""

    @property
    def held(self) -> Floats:
        """What drives the outputs of registers now, shape (registers, lanes)."""

    @property
    def off(self) -> float:
        """How far any signal was from its bit."""

    def state(self) -> tuple[Any, ...]:
        """A copy of all that a cycle leaves to the next one."""

    def back_to(self, state: tuple[Any, ...]) -> None:
        """Go back to another cycle."""

    def run(self, given: Bits, until: Until, kept: list[Reals] | None = None) -> Outcome:
        """Run cycles until their inputs end, outputs are as wanted, or a wire goes wrong.

        Args:
            given: input bits, shape (cycles, lanes, input bits).
            until: what ends the run.
            kept: gets what every net carried in each cycle that was right, shape (nets, lanes).
        """

    def raw(self) -> Reals:
        """What every net of the program carried in the last cycle that was run, shape (nets, lanes)."""
