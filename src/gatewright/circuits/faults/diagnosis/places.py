"""Where a fault may lie: gates, inputs and branches into outputs, and which outputs each can reach.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.program import compile_netlist
    >>> program = compile_netlist(circuit("ripple-adder", bits=2).netlist)
    >>> [f"{outputs:03b}" for outputs in reached(program)[:5]]  # of a[0], a[1], b[0], b[1], cin
    ['111', '110', '111', '110', '111']
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gatewright.circuits.faults.stuck import Place
from gatewright.circuits.program import Program


class Spot(NamedTuple):
    """A gate, by its step and column; an input, with step -1 and its net; an output, with -2 and its number."""

    step: int
    column: int


def reached(program: Program) -> list[int]:
    """The outputs that each net reaches, as the bits of a number."""
    found = [0] * len(program.nets)
    for position, net in enumerate(program.outputs.tolist()):
        found[net] |= 1 << position
    for step in reversed(program.steps):
        for ins, outs in zip(step.inputs.T.tolist(), step.outputs.T.tolist(), strict=True):
            through = 0
            for net in outs:
                through |= found[net]
            for net in ins:
                found[net] |= through
    return found


def drivers(program: Program) -> list[Spot]:
    """What drives each net."""
    found = [Spot(-1, net) for net in range(len(program.nets))]
    for number, step in enumerate(program.steps):
        for column, nets in enumerate(step.outputs.T.tolist()):
            for net in nets:
                found[net] = Spot(number, column)
    return found


def spot_of(place: Place, driven: list[Spot]) -> Spot:
    """Where a stuck wire lies: a branch at the gate or output that it leads into, else at its driver."""
    if place.pin < 0:
        return driven[place.net]
    return Spot(place.step, place.column) if place.step >= 0 else Spot(-2, place.pin)


def only_readers(program: Program) -> dict[int, Spot]:
    """The gate that reads each net which one pin alone reads: the wire may be stuck at either end."""
    readers: dict[int, list[Spot]] = {}
    for number, step in enumerate(program.steps):
        for nets in step.inputs:
            for column, net in enumerate(nets.tolist()):
                readers.setdefault(net, []).append(Spot(number, column))
    outputs = set(program.outputs.tolist())
    return {net: some[0] for net, some in readers.items() if len(some) == 1 and net not in outputs}


def gates(program: Program, outputs: int, reach: list[int]) -> list[Spot]:
    """The gates that reach all of some outputs, given as the bits of a number."""
    found = []
    for number, step in enumerate(program.steps):
        through = np.zeros(step.outputs.shape[1], dtype=object)
        for nets in step.outputs:
            through |= np.array([reach[net] for net in nets.tolist()], dtype=object)
        found += [
            Spot(number, column)
            for column, each in enumerate(through.tolist())
            if each & outputs == outputs
        ]
    return found
