"""What a gate would have to compute for the circuit to show what a device showed.

One gate at fault, its inputs are what they should be, whatever it computes of them. So for each row of the
device its outputs are turned in every way, and the ways that give what was shown are kept. The gate explains all
rows if for each row of its own truth table one way is left in all of the device's rows that meet it. The fewer of
all functions do, the less likely it is that chance made it so.

Example:
    >>> Function(0, math.log(1 / 16), ((0b011, 0b10),)).unexplained, turnings(2)
    (0, [1, 2, 3])
"""

from __future__ import annotations

import math

import numpy as np

from gatewright.arrays import Bits, Indices, Mask, Words
from gatewright.circuits.faults.diagnosis.places import Spot
from gatewright.circuits.faults.simulation import TURNED, Force, missed
from gatewright.circuits.faults.stuck import Place
from gatewright.circuits.program import Program
from gatewright.logic.bits import row_numbers
from gatewright.logic.packed import unpack_nets
from gatewright.records import dataclass

MOST_TURNED = 8
"""Gates of up to so many outputs have any of them turned together; of others one at a time, or all."""


@dataclass(frozen=True, slots=True)
class Function:
    """How well another function of a gate explains what was shown.

    Attributes:
        unexplained: rows that are not explained by the best one.
        part: of all its functions those that are as good, as a natural logarithm.
        changed: the rows of its table that have to be others, and the outputs that are turned in each.
    """

    unexplained: int
    part: float
    changed: tuple[tuple[int, int], ...]


def functions(
    program: Program,
    spots: list[Spot],
    nets: Bits,
    words: Words,
    wanted: Words,
    known: Words,
) -> list[Function]:
    """The best functions of each gate.

    Args:
        program: the circuit.
        spots: the gates.
        nets: what every net should be, shape (nets, rows).
        words: of the inputs, packed.
        wanted: what the device showed, packed.
        known: where it showed anything.
    """
    count = nets.shape[1]
    sure = missed(program, [[]], words, wanted, known)
    none = unpack_nets(sure, count)[0] == 0
    lanes: list[list[Force]] = []
    firsts: list[int] = []
    ways: list[list[int]] = []
    for spot in spots:
        outs = program.steps[spot.step].outputs[:, spot.column].tolist()
        firsts.append(len(lanes))
        ways.append(turnings(len(outs)))
        lanes += [
            [Force(Place(net), TURNED) for place, net in enumerate(outs) if way >> place & 1]
            for way in ways[-1]
        ]
    wrong = missed(program, lanes, words, wanted, known)
    found = []
    for spot, first, some in zip(spots, firsts, ways, strict=True):
        holds = np.concatenate(
            [none[None], unpack_nets(wrong[first : first + len(some)], count) == 0]
        )
        pins = program.steps[spot.step].inputs[:, spot.column]
        found.append(_best(row_numbers(nets[pins].T), holds, (0, *some)))
    return found


def turnings(outputs: int) -> list[int]:
    """The ways in which outputs are turned, as bits of a number."""
    if outputs <= MOST_TURNED:
        return list(range(1, 1 << outputs))
    return [*(1 << place for place in range(outputs)), (1 << outputs) - 1]


def _best(own: Indices, holds: Mask, ways: tuple[int, ...]) -> Function:
    """The best function, from the row of the gate's table in each row shown, and which ways hold there."""
    rows, place = np.unique(own, return_inverse=True)
    met = np.bincount(place, minlength=len(rows))
    good = np.stack(
        [np.bincount(place, weights=each, minlength=len(rows)) for each in holds]
    ).astype(np.int64)
    most = good.max(0)
    part = float(np.log((good == most).sum(0) / len(ways)).sum())
    chosen = good.argmax(0)  # the first way of the best: nothing turned, if that is as good
    changed = [
        (int(row), ways[way])
        for row, way in zip(rows.tolist(), chosen.tolist(), strict=True)
        if way
    ]
    unexplained = int((met - most).sum())
    return Function(unexplained, part if math.isfinite(part) else -1e300, tuple(changed))
