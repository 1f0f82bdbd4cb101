"""The compiled loop on a circuit: its arrays, and its state from one call to the next.

Example:
    >>> _aligned(20).shape, _aligned(20).ctypes.data % 64
    ((20,), 0)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.circuits.clocked.contents import Contents
from gatewright.circuits.clocked.loop import kernel
from gatewright.circuits.clocked.loop.common import Given, How, Outcome, Until
from gatewright.circuits.clocked.loop.tables import Tables
from gatewright.circuits.clocked.loop.vectors import BLOCK
from gatewright.circuits.simulate.layers import Reals
from gatewright.logic.packed import unpack

_ENDS: Mapping[int, How] = {kernel.DONE: "done", kernel.STOPPED: "stopped", kernel.WRONG: "wrong"}


class CompiledLoop:
    """Runs one lane of a circuit of trained gates, every wire compared with exact gates; see `Loop`.

    Args:
        start: the circuit, and where it begins.
        made: its tables.
    """

    def __init__(self, start: Given, made: Tables) -> None:
        self._start, self._made, self.cycle = start, made, start.cycle
        self._signals = _aligned(made.size)
        self._held = _aligned(int(made.at[1] - made.at[0]))
        self._held[: len(start.held)] = start.held[:, 0]
        self._before = (self._held > 0.5).astype(np.uint64)
        self._keys = np.zeros(made.size, dtype=np.uint32)
        self._keys[made.places] = start.wire_keys()
        self._scale = np.full(made.lanes, 2 * start.noise, dtype=np.float32)
        sizes = [math.prod(each.shape) for each in start.words]
        self._kept = np.zeros(sum(sizes) + 1, dtype=np.uint8)
        words: list[Contents] = []
        at = 0
        for each, size in zip(start.words, sizes, strict=True):
            words.append(each.at(self._kept[at : at + size].reshape(each.shape)))
            at += size
        self.words: Sequence[Contents] = words
        self._off = np.zeros(4 * made.lanes, dtype=np.uint32)
        self._outputs = made.places[start.outputs]
        self._bits = np.zeros((8, made.size // made.lanes, 8), dtype=f"u{made.lanes // 8}")
        self._words = np.zeros(made.size, dtype=np.uint64)
        self._between = np.zeros(max(1, len(made.truth)), dtype=np.uint64)

    @property
    def held(self) -> Floats:
        """What drives the outputs of registers now."""
        return np.asarray(self._held[: len(self._start.held), None], dtype=np.float64)

    @property
    def off(self) -> float:
        """How far any signal was from its bit."""
        return float(self._off.view(np.float32).max())

    def state(self) -> tuple[Any, ...]:
        """A copy of all that a cycle leaves to the next one."""
        return self.cycle, [each.copy() for each in self._state()]

    def back_to(self, state: tuple[Any, ...]) -> None:
        """Go back to another cycle."""
        self.cycle, arrays = state
        for mine, other in zip(self._state(), arrays, strict=True):
            mine[...] = other

    def _state(self) -> tuple[Any, ...]:
        return self._held, self._before, self._kept, self._off

    def run(self, given: Bits, until: Until, kept: list[Reals] | None = None) -> Outcome:
        """Run cycles; see `Loop`."""
        if kept is None:
            return self._run(given, until)
        done, seen = 0, [np.zeros((0, len(self._outputs)), dtype=np.uint8)]
        for number in range(len(given)):
            found = self._run(given[number : number + 1], until)
            done += found.cycles
            seen.append(found.outputs)
            if found.cycles:
                kept.append(self.raw())
            if found.how != "done":
                return Outcome(done, found.how, np.concatenate(seen))
        return Outcome(done, "done", np.concatenate(seen))

    def _run(self, given: Bits, until: Until) -> Outcome:
        made, count = self._made, len(given)
        seen = np.zeros((-(-count // BLOCK), len(self._outputs)), dtype=np.uint64)
        ends = [(made.places[net], bit) for net, bit in until]
        cycles = np.zeros((1, 2), dtype=np.uint32)
        if self._start.noise:
            cycles = self._start.cycle_keys(self.cycle, count)[:, 0]
        done, how = kernel.compiled()(
            np.ascontiguousarray(given[:, 0]),
            self._signals,
            self._held,
            self._before,
            self._keys,
            cycles,
            self._scale,
            self._kept,
            self._off,
            seen,
            self._bits,
            self._words,
            self._between,
            made.groups,
            made.wires,
            made.weights,
            made.at,
            self._outputs,
            made.narrow,
            made.checks,
            made.pins,
            made.truth,
            made.reads,
            made.writes,
            made.ports,
            np.array(ends, dtype=np.int64).reshape(-1, 2),
        )
        self.cycle += done
        return Outcome(done, _ENDS[how], unpack(seen.T, done))

    def raw(self) -> Reals:
        """What every net of the program carried in the last cycle that was run."""
        return np.asarray(self._signals[self._made.places][:, None])


def _aligned(count: int) -> Any:
    """Zeros of float32 that begin with a line of the cache."""
    whole = np.zeros(count + 16, dtype=np.float32)
    start = -whole.ctypes.data % 64 // 4
    return whole[start : start + count]
