"""Whether two circuits with registers do the same in every cycle.

Registers are matched by their names. If those of a name begin alike (as the same value, or both as whatever it
is that nobody says), and the circuits of one cycle are equal, what registers take included, then outputs are
equal in every cycle, by induction. If not, both are run on the same random inputs, which refutes it where an
output differs; otherwise nothing is decided.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> counter = circuit("counter", bits=4)
    >>> equivalence_in_time(counter, circuit("counter", bits=4, modulo=16)).extent
    'proved exhaustively (32 of 32); 4 registers matched by name, so in every cycle'
    >>> equivalence_in_time(counter, circuit("counter", bits=4, modulo=15)).extent
    'refuted: output count in cycle 20 is 15 and 0'
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gatewright.arrays import Indices
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.clocked.lockstep import bus_values
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.pairs import matched
from gatewright.circuits.verify.verdict import EXACT, Claim
from gatewright.logic.numerals import counted

CYCLES, LANES = 256, 64
"""Cycles that two circuits are run for, and how many times at once, where nothing is proved."""


def equivalence_in_time(first: Circuit, second: Circuit, **options: Any) -> Claim:
    """Compare two circuits, with registers or without.

    Args:
        first: with its parameters chosen.
        second: the other one.
        options: as of `gatewright.circuits.verify.miter.equivalence`.

    Raises:
        UsageError: their buses are not the same.
        MissingSolverError: SAT is needed, and python-sat is not installed.
        NetlistError: one of them is not a circuit.
    """
    left, right = first.netlist, second.netlist
    if not left.registers and not right.registers:
        return equivalence(first, second, **options)
    inputs, outputs = matched(first, second)
    reason = _unmatched(first, second)
    if not reason:
        claim = equivalence(_once(first), _once(second), **options)
        if claim.outcome == "proved":
            what = counted(len(left.registers), "register")
            return replace(claim, in_time=f"{what} matched by name, so in every cycle")
        reason = (
            claim.reason or "what registers take is not the same in a state that may not be reached"
        )
    claim = Claim(EXACT, f"exact gates of {second.title}", "cycles", 0, len(inputs), "undecided")
    found = _differ(first, second, inputs, outputs)
    if found:
        return replace(claim, outcome="refuted", reason=found)
    return replace(
        claim, reason=f"{reason}; no output differs in {CYCLES} cycles of {LANES} random runs"
    )


def _once(circuit: Circuit) -> Circuit:
    """The circuit of one cycle, its registers in the order of their names, which no port of a circuit has."""
    netlist = circuit.netlist
    ordered = tuple(
        replace(each, name=f"state of {each.name}")
        for each in sorted(netlist.registers, key=lambda each: each.name)
    )
    return replace(circuit, netlist=cut(replace(netlist, registers=ordered)))


def _unmatched(first: Circuit, second: Circuit) -> str:
    """Why registers cannot be matched by name; empty if they can."""
    mine, theirs = (
        {each.name: each.initial for each in circuit.netlist.registers}
        for circuit in (first, second)
    )
    for name in sorted(mine.keys() ^ theirs.keys()):
        here, there = (first, second) if name in mine else (second, first)
        return f"register '{name}' of {here.title} has no register of its name in {there.title}"
    for name, initial in mine.items():
        if initial != theirs[name]:
            return f"register '{name}' does not begin alike in both"
    return ""


def _differ(first: Circuit, second: Circuit, inputs: Indices, outputs: Indices) -> str:
    """The first output that differs on random inputs, in words; empty if none does."""
    machines = [Machine(each.netlist, lanes=LANES) for each in (first, second)]
    for bits in random_inputs(first.netlist.inputs, CYCLES, lanes=LANES, seed=0):
        one, two = machines[0].step(bits), machines[1].step(bits[:, inputs])
        here, there = one.outputs, two.outputs[:, outputs]
        wrong = (here != there).any(1)
        if not wrong.any():
            continue
        lane = int(np.argmax(wrong))
        mine, theirs = (
            bus_values(first.netlist.outputs, side[lane : lane + 1]) for side in (here, there)
        )
        name = next(name for name, value in mine.items() if value != theirs[name])
        open_ = any(
            each.initial is None for side in (first, second) for each in side.netlist.registers
        )
        assumed = ", if registers without an initial value begin as 0" if open_ else ""
        return f"output {name} in cycle {one.number} is {mine[name]} and {theirs[name]}{assumed}"
    return ""
