"""Circuits with memories compared in every cycle: memories are matched by name and cut out.

Memories of one name, shape and first words hold the same words in every cycle if the circuits around them do the
same, whatever is read: by induction over cycles, and within one by the order in which they are read. If not, both
are run on the same random inputs, which refutes it where an output differs; otherwise nothing is decided.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time
    >>> from gatewright.circuits.memory import ReadPort
    >>> from gatewright.circuits.netlist import Bus, Netlist
    >>> def look_up(*words):
    ...     rom = Memory("rom", 1, 2, (ReadPort(("a",), ("y",)),), (), words)
    ...     return circuit(Netlist("n", {}, (Bus("a", ("a",)),), (Bus("y", ("y",)),), (), memories=(rom,)))
    >>> equivalence_in_time(look_up(0, 1), look_up(0, 1)).in_time
    '1 memory matched by name, so in every cycle'
    >>> equivalence_in_time(look_up(0, 1), look_up(1, 1)).extent
    'refuted: output y in cycle 0 is 0 and 1'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gatewright.arrays import Bits, Indices
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut_memories
from gatewright.circuits.clocked.equal.trace import traced
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.memory import Memory
from gatewright.circuits.verify.pairs import matched
from gatewright.circuits.verify.verdict import EXACT, Claim, Trace
from gatewright.logic.numerals import counted

CYCLES, LANES = 256, 64
"""Cycles that two circuits are run for, and how many times at once, where nothing is proved."""


def with_memories(
    first: Circuit, second: Circuit, around: Callable[[Circuit, Circuit], Claim]
) -> Claim:
    """Compare two circuits, of which one has memories.

    Args:
        first: with its parameters chosen.
        second: the other one.
        around: compares the circuits around the memories.

    Raises:
        UsageError: their buses are not the same.
        NetlistError: one of them is not a circuit.
    """
    inputs, outputs = matched(first, second)
    first.netlist.check()
    second.netlist.check()
    reason = _other_memories(first, second)
    if not reason:
        claim = around(_without(first), _without(second))
        if claim.outcome == "proved":
            what = f"{counted(len(first.netlist.memories), 'memory')} matched by name"
            return replace(claim, in_time=f"{what}, {claim.in_time or 'so in every cycle'}")
        reason = "what is around memories is not the same for words that may never be read"
    claim = Claim(EXACT, f"exact gates of {second.title}", "cycles", 0, len(inputs), "undecided")
    trace = _differ(first, second, inputs, outputs)
    if trace is not None:
        said = f"{trace}{_assumed(first, second, trace)}"
        return replace(claim, outcome="refuted", reason=said, trace=trace)
    return replace(
        claim, reason=f"{reason}; no output differs in {CYCLES} cycles of {LANES} random runs"
    )


def _without(circuit: Circuit) -> Circuit:
    """A circuit without its memories, in the order of their names, which no port of a circuit has."""
    memories = tuple(
        replace(each, name=f"memory {each.name}")
        for each in sorted(circuit.netlist.memories, key=lambda each: each.name)
    )
    return replace(circuit, netlist=cut_memories(replace(circuit.netlist, memories=memories)))


def _other_memories(first: Circuit, second: Circuit) -> str:
    """Why memories cannot be matched by name; empty if they can."""
    mine, theirs = (
        {each.name: each for each in circuit.netlist.memories} for circuit in (first, second)
    )
    for name in sorted(mine.keys() ^ theirs.keys()):
        here, there = (first, second) if name in mine else (second, first)
        return f"memory '{name}' of {here.title} has no memory of its name in {there.title}"
    for name, memory in mine.items():
        other = theirs[name]
        if _shape(memory) != _shape(other):
            return f"memory '{name}' does not have the same words and ports in both"
        if _begins(memory) != _begins(other):
            return f"memory '{name}' does not begin alike in both"
    return ""


def _shape(memory: Memory) -> tuple[object, ...]:
    reads, writes = (
        [len(port.address) for port in ports] for ports in (memory.reads, memory.writes)
    )
    return memory.width, memory.words, memory.first, reads, writes


def _begins(memory: Memory) -> list[int | None]:
    return [*memory.initial, *[None] * (memory.words - len(memory.initial))]


def _differ(first: Circuit, second: Circuit, inputs: Indices, outputs: Indices) -> Trace | None:
    """Random inputs, up to the first cycle in which an output differs; None if none does."""
    machines = [Machine(each.netlist, lanes=LANES) for each in (first, second)]
    given: list[Bits] = []
    for bits in random_inputs(first.netlist.inputs, CYCLES, lanes=LANES, seed=0):
        given.append(bits)
        one, two = machines[0].step(bits), machines[1].step(bits[:, inputs])
        wrong = (one.outputs != two.outputs[:, outputs]).any(1)
        if wrong.any():
            lane = int(np.argmax(wrong))
            sides = (first.netlist, second.netlist)
            names = dict.fromkeys(
                each.name for side in sides for each in side.registers if each.initial is None
            )
            rows = [each[lane].tolist() for each in given]
            return traced(first, second, rows, [0] * len(names))
    return None


def _assumed(first: Circuit, second: Circuit, trace: Trace) -> str:
    """What is said of memories that may hold anything at first: they were run as holding 0."""
    if not any(each.unknown for side in (first, second) for each in side.netlist.memories):
        return ""
    return f"{' and' if trace.begins else ', if'} memories without an initial value begin as 0"
