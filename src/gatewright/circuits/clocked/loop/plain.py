"""The loop over cycles in NumPy, for one lane or many.

Cycles run one after the other in the calls of `levels`; what every wire carried is kept, and compared with exact
gates, 64 patterns in a word, when a block of cycles is full.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> counter = circuit("counter", bits=2).train()
    >>> given = Machine(counter.circuit.netlist, counter.gates).given()
    >>> from gatewright.circuits.clocked.loop.choose import cells_of
    >>> loop = PlainLoop(given, cells_of(given))
    >>> loop.run(np.ones((3, 1, 1), dtype=np.uint8), ()).outputs.tolist(), loop.held.ravel().tolist()
    ([[0, 0], [1, 0], [0, 1]], [1.0, 1.0])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.circuits.clocked.contents import Contents
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.clocked.loop.cells import CellLayers
from gatewright.circuits.clocked.loop.common import Given, Outcome, Until
from gatewright.circuits.clocked.loop.draws import draws
from gatewright.circuits.clocked.loop.levels import Call, Signals, blocks, level_calls
from gatewright.circuits.clocked.staged import PortPins
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.layers import Reals

_BLOCK = 256
"""Cycles between two comparisons, or fewer, so that their signals stay below `_MOST`."""

_MOST = 1 << 22


class PlainLoop:
    """Runs a circuit of trained gates, every wire compared with exact gates; see `Loop`.

    Args:
        start: the circuit, and where it begins.
        cells: its gates.
    """

    def __init__(self, start: Given, cells: Mapping[str, CellLayers]) -> None:
        self._start, self.cycle = start, start.cycle
        program, lanes = start.circuit.program, start.held.shape[1]
        self.words: Sequence[Contents] = [each.copy() for each in start.words]
        self._signals = Signals(len(program.nets), cells, lanes, noisy=start.noise > 0)
        self._held = start.held.astype(np.float32)
        self._off = np.zeros(1)
        self._registers, self._buffers = start.registers, start.buffers
        self._inputs = len(start.netlist.input_nets)
        # What drives registers, before its own noise: the same without any.
        self._sources = self._inputs + len(self._registers)
        self._noise = np.float32(2 * start.noise)
        self._keys = start.wire_keys()[:, None]
        self._now: Any = None
        self._calls: list[Call] = []
        self._driven = np.zeros_like(self._held)
        self._plan(cells)
        self._block = max(1, min(_BLOCK, _MOST // (len(program.nets) * lanes)))
        self._kept = np.zeros((self._block, len(program.nets), lanes), dtype=np.float32)
        self._once = compile_netlist(cut(start.netlist, restored=True))
        self._exact = ExactEngine(self._once)
        numbers = {net: number for number, net in enumerate(program.nets)}
        self._order = np.array([numbers[net] for net in self._once.nets], dtype=np.intp)

    def _plan(self, cells: Mapping[str, CellLayers]) -> None:
        """The calls of a cycle."""
        circuit = self._start.circuit
        program, signals, last = circuit.program, self._signals, {*self._buffers.tolist()}
        self._carried(0, self._sources)
        reads = [(memory, pins) for memory, ports in enumerate(circuit.reads) for pins in ports]
        reads.sort(key=lambda each: int(each[1].data[0]))
        for numbers in blocks(program):
            steps = [program.steps[number] for number in numbers]
            first = min(int(step.outputs.min()) for step in steps)
            while reads and int(reads[0][1].data[0]) < first:
                self._read(*reads.pop(0))
            self._calls += level_calls(program, numbers, cells, signals)
            stop = max(int(step.outputs.max()) for step in steps) + 1
            if self._noise and last.intersection(range(first, stop)):
                self._calls.append(self._drive_some(first, stop))
            self._carried(first, stop)
        for each in reads:
            self._read(*each)

    def _drive_some(self, first: int, stop: int) -> Call:
        """Keep what drives some of them, before its wire is disturbed."""
        some = np.flatnonzero((self._buffers >= first) & (self._buffers < stop))
        rows = self._buffers[some]

        def call() -> None:
            self._driven[some] = self._signals.raw[rows]

        return call

    def _carried(self, first: int, stop: int) -> None:
        """The calls that disturb some nets and keep them within their bands."""
        raw = self._signals.raw[first:stop]
        if self._noise:
            keys = self._keys[first:stop]

            def call() -> None:
                raw[...] += draws(keys, self._now) * self._noise

            self._calls.append(call)
        self._calls += self._signals.clips(first, stop)

    def _read(self, memory: int, pins: PortPins) -> None:
        """The calls that read a memory."""
        words, raw = self.words[memory], self._signals.raw
        first, stop = int(pins.data[0]), int(pins.data[-1]) + 1

        def call() -> None:
            raw[first:stop] = words.read((raw[pins.address] > 0.5).astype(np.uint8))

        self._calls.append(call)
        self._carried(first, stop)

    @property
    def held(self) -> Floats:
        """What drives the outputs of registers now."""
        return self._held.astype(np.float64)

    @property
    def off(self) -> float:
        """How far any signal was from its bit."""
        return float(self._off[0])

    def state(self) -> tuple[Any, ...]:
        """A copy of all that a cycle leaves to the next one."""
        return self.cycle, self._held.copy(), self._off.copy(), [each.copy() for each in self.words]

    def back_to(self, state: tuple[Any, ...]) -> None:
        """Go back to another cycle."""
        self.cycle, held, off, words = state
        self._held[...], self._off[...] = held, off
        for mine, other in zip(self.words, words, strict=True):
            mine.become(other)

    def raw(self) -> Reals:
        """What every net of the program carried in the last cycle that was run."""
        raw = np.empty_like(self._signals.raw)
        self._signals.all_clipped(raw)
        return raw

    def run(self, given: Bits, until: Until, kept: list[Reals] | None = None) -> Outcome:
        """Run cycles; see `Loop`."""
        done, outputs = 0, self._start.outputs
        seen = np.zeros((len(given), len(outputs)), dtype=np.uint8)
        # A network may overflow; the signal is then infinite or no number, which is its answer.
        with np.errstate(over="ignore", invalid="ignore"):
            while done < len(given):
                some = given[done : done + self._block]
                count, stopped = self._cycles(some, until)
                bits = self._kept[:count] > 0.5
                right = self._right(bits, some[:count])
                seen[done : done + right] = bits[:right, outputs, 0]
                if kept is not None:
                    kept.extend(self._kept[:right].copy())
                self.cycle, done = self.cycle + right, done + right
                if right < count:
                    return Outcome(done, "wrong", seen[:done])
                if stopped:
                    return Outcome(done, "stopped", seen[:done])
        return Outcome(done, "done", seen[:done])

    def _cycles(self, given: Bits, until: Until) -> tuple[int, bool]:
        """Run a block of cycles; how many were run, and whether outputs were as wanted."""
        raw, calls, circuit = self._signals.raw, self._calls, self._start.circuit
        keys = self._start.cycle_keys(self.cycle, len(given)) if self._noise else given
        nets, bits = [net for net, _ in until], np.array([bit for _, bit in until], dtype=bool)
        self._before = self._held > 0.5
        for number, inputs in enumerate(given):
            self._now = keys[number]
            raw[: self._inputs] = inputs.T
            raw[self._inputs : self._sources] = self._held  # registers follow the inputs
            for call in calls:
                call()
            now = self._kept[number]
            self._signals.all_clipped(now)
            if not self._noise:  # else they are kept before their noise
                now.take(self._buffers, 0, self._driven, "clip")
            self._held, self._driven = self._driven, self._held
            for words, ports in zip(self.words, circuit.writes, strict=True):
                for pins in ports:
                    some = (pins.address, pins.data, pins.enables)
                    words.write(*((now[each] > 0.5).astype(np.uint8) for each in some))
            if nets and ((now[nets, 0] > 0.5) == bits).all():
                return number + 1, True
        return len(given), False

    def _right(self, bits: Any, given: Bits) -> int:
        """How many cycles are right, from the first one on."""
        count, _, lanes = bits.shape
        ordered = bits[:, self._order].swapaxes(1, 2).reshape(count * lanes, -1).view(np.uint8)
        first = self._once.input_bits
        wanted = self._exact.nets(ordered[:, :first])
        wrong = (ordered[:, first:] != wanted[first:].T).any(1).reshape(count, lanes).any(1)
        wrong |= (bits[:, : self._inputs].swapaxes(1, 2) != given).any((1, 2))
        took = np.concatenate([self._before[None], bits[:-1, self._buffers]])
        wrong |= (took != bits[:, self._registers]).any((1, 2))
        away = abs(self._kept[:count] - bits).reshape(count, -1).max(1, initial=0)
        wrong |= ~(away < np.inf)
        right = int(np.argmax(wrong)) if wrong.any() else count
        self._off[0] = max(self._off[0], away[:right].max(initial=0.0))
        return right
