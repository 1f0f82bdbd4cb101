"""The processor with its RAM and I/O: a program is loaded and run, and what it prints is handed over.

I/O is two places that can be stored to: what is stored at `PRINT` is printed, a byte; what is stored at `FINISH`
ends the program, as on the board ``virt`` of QEMU. ECALL and EBREAK end it too, with the exit code in a0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gatewright import Netlist, TrainedGate
from gatewright.arrays import Bits
from gatewright.circuits.buses import row_values
from gatewright.circuits.clocked.lockstep import Astray, Ran, Watched, astray_of, lockstep
from gatewright.circuits.clocked.loop.chunks import FEWEST, Chunks, chunks_of
from gatewright.circuits.clocked.machine import Cycle, Machine
from gatewright.circuits.clocked.stimulus import planned
from gatewright_riscv.core import RAM
from gatewright_riscv.instruction import named, why
from gatewright_riscv.program import UPPER, Program

PRINT, FINISH = 0x1000_0000, 0x0010_0000
"""Addresses of I/O."""

_PASS, _FAIL = 0x5555, 0x3333
"""What is stored at `FINISH`: the program ended well, or with the exit code in the upper 16 bits."""

CALL = {"call": 1}
"""In which cycles the core asks for something."""

CHUNK = 2**12
"""Most cycles between two looks at the progress."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Attributes:
        how: ``exit`` by the program itself, ``trap`` at an instruction that cannot be executed, ``limit`` after
            the cycles it was given, ``astray`` where trained gates had another bit than exact ones,
            ``interrupted`` by Ctrl-C.
        code: the program's exit code, of ``exit``.
        why: in words, of the others; where it was, of ``interrupted``.
        cycles: how many were run, which is how many instructions.
        off: how far any wire was from its bit.
        astray: which wire went wrong.
    """

    how: Literal["exit", "trap", "limit", "astray", "interrupted"]
    code: int
    why: str
    cycles: int
    off: float
    astray: Astray | None = None


class Board:
    """A processor at the beginning of a program.

    Args:
        netlist: of the circuit ``riscv``.
        program: what it runs.
        gates: a trained gate for each of `gatewright.circuits.clocked.cut.gates_of`; None for exact gates alone.
        noise: every wire of trained gates is off by a draw of its own, up to this much, in every cycle.
        seed: of the noise.
    """

    def __init__(
        self,
        netlist: Netlist,
        program: Program,
        gates: Mapping[str, TrainedGate] | None = None,
        *,
        noise: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.machine = Machine(started(netlist, program.entry), gates, noise=noise, seed=seed)
        for first, words in program.runs:
            self.machine.load(RAM, words, first)

    def run(
        self,
        cycles: int,
        put: Callable[[int], None],
        *,
        each: Callable[[Cycle, Bits], None] | None = None,
        during: range | None = None,
        watch: Callable[[int], None] | None = None,
    ) -> Ended:
        """Run the program. Ctrl-C ends it between two cycles, so that what it did is not lost.

        Args:
            cycles: most of them, in all.
            put: called with every byte that is printed, at once.
            each: called with every cycle and its inputs.
            during: the cycles that ``each`` is called with, where it is not all of them.
            watch: called now and then with the cycles that were run.
        """
        told = [during] if during is not None else None
        watched = Watched(each or _nothing, () if each is None else told, watch or _nothing)
        chunks = chunks_of(self.machine, CALL, fast=None)
        off = 0.0
        try:
            while (cycle := self.machine.cycle if chunks is None else chunks.cycle) < cycles:
                ran = (
                    lockstep(
                        self.machine,
                        planned((), min(CHUNK, cycles - cycle), ()),
                        until=CALL,
                        each=each,
                        during=told,
                    )
                    if chunks is None
                    else _ran(chunks, self.machine.netlist, cycles - cycle, watched)
                )
                off = max(off, ran.off)
                if ran.astray is not None:
                    return Ended("astray", 0, str(ran.astray), ran.cycles, off, ran.astray)
                if ran.stopped:
                    if chunks is not None and (not ran.last["io"] or ran.last["address"] != PRINT):
                        chunks.finish()
                    ended = self._called(ran.last, put)
                    if ended is not None:
                        return replace(ended, cycles=ran.cycles, off=off)
                watched.watch(ran.cycles)
        except KeyboardInterrupt:
            if chunks is not None:
                chunks.finish()
            where = f"it was at {self.pc:#010x}"
            return Ended("interrupted", 0, where, self.machine.cycle, off)
        if chunks is not None:
            chunks.finish()
        return Ended("limit", 0, f"it has not ended at {self.pc:#010x}", cycles, off)

    def _called(self, outputs: Mapping[str, int], put: Callable[[int], None]) -> Ended | None:
        """Do what the core asks for; how the program ended, if it did."""
        address, data = outputs["address"], outputs["data"]
        if not outputs["io"]:
            instruction = self.machine.memory(RAM)[self.pc % UPPER // 4]
            if named(instruction) in ("ecall", "ebreak"):
                return Ended("exit", self.register(10), "", 0, 0.0)
            return Ended("trap", 0, why(instruction, self.pc, address), 0, 0.0)
        if address == PRINT:
            put(data & 255)
            return None
        if address == FINISH and data == _PASS:
            return Ended("exit", 0, "", 0, 0.0)
        if address == FINISH and data & 0xFFFF == _FAIL:
            return Ended("exit", data >> 16, "", 0, 0.0)
        what = f"{data:#x} is stored at {address:#010x}, where there is no I/O that takes it"
        return Ended("trap", 0, what, 0, 0.0)

    @property
    def pc(self) -> int:
        """Where the next instruction is; after a trap, the one that cannot be executed."""
        return UPPER * self._held("half") + 4 * self._held("fetch")

    def register(self, number: int) -> int:
        """What a register of the processor holds."""
        return self._held(f"x{number}") if number else 0

    def _held(self, name: str) -> int:
        value = 0
        for register, bit in zip(
            self.machine.netlist.registers, self.machine.held[:, 0].tolist(), strict=True
        ):
            whole, _, place = register.name.partition("[")
            if whole == name:
                value |= bit << int(place.rstrip("]") or 0)
        return value


def _ran(chunks: Chunks, netlist: Netlist, most: int, watched: Watched) -> Ran:
    """Run some cycles at once, up to one in which the core calls."""
    count, told = watched.cycles(chunks.cycle, min(chunks.size, most))
    inputs = np.zeros((min(count, FEWEST) if told else count, 1, 0), dtype=np.uint8)
    try:
        chunk = chunks.run(inputs, keep=told)
    except KeyboardInterrupt:  # amid a cycle
        chunks.back(0)
        raise
    for wires, bits in zip(chunk.wires, inputs, strict=False):
        watched.each(wires, bits)
    last = row_values(netlist.outputs, chunk.outputs[-1]) if len(chunk.outputs) else {}
    if chunk.wrong is None:
        return Ran(chunks.cycle, None, None, chunks.off, chunk.stopped, last)
    return Ran(chunk.wrong.number + 1, astray_of(chunk.wrong), None, chunk.wrong.off(), False, last)


def _nothing(*_: object) -> None:
    """Nobody watches."""


def started(netlist: Netlist, entry: int) -> Netlist:
    """A processor that begins at an address: its program counter holds it at first."""
    values = {"half": entry >> 31, "fetch": entry % UPPER // 4}

    def registers() -> Iterator[int | None]:
        for each in netlist.registers:
            whole, _, place = each.name.partition("[")
            bit = int(place.rstrip("]") or 0)
            yield values[whole] >> bit & 1 if whole in values else each.initial

    begun = tuple(
        replace(each, initial=bit) for each, bit in zip(netlist.registers, registers(), strict=True)
    )
    return replace(netlist, registers=begun)
