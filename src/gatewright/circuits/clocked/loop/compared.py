"""Exact gates as the compiled loop compares with them: truth tables, and where outputs and their inputs are.

Example:
    >>> from gatewright.api.gates import gate
    >>> placed = [Placed("and", (0, 1), (2,))]
    >>> narrow, checks, pins, truth = compared({"and": gate("and")}, placed, np.arange(3))
    >>> narrow.tolist(), len(checks)  # the output, three inputs of which the gate has two, its table
    ([[2, 0, 1, 0, 0]], 0)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gatewright.arrays import Indices, Integers, Words
from gatewright.circuits.clocked.loop.cells import Placed
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import counting_patterns, row_numbers

NARROW = 3
"""Most inputs of a gate that is compared without a loop over them."""


def compared(
    gates: Mapping[str, GateSpec], placed: Sequence[Placed], places: Indices
) -> tuple[Integers, Integers, Indices, Words]:
    """The ``narrow``, ``checks``, ``pins`` and ``truth`` of `gatewright.circuits.clocked.loop.tables.Tables`.

    Args:
        gates: by name.
        placed: gates of the program.
        places: of every net.
    """
    narrow, checks, pins, truth = [], [], [0], [np.zeros(0, dtype=np.uint64)]
    starts: dict[tuple[str, int], int] = {}
    size = 0
    for each in placed:
        inputs = places[[*each.inputs]].tolist()
        wires = len(pins)
        if len(inputs) > NARROW:
            pins += inputs
        for output, net in enumerate(each.outputs):
            key = each.kind, output
            if key not in starts:
                starts[key] = size
                truth.append(_table(gates[each.kind], output))
                size += len(truth[-1])
            if len(inputs) > NARROW:
                checks.append((len(inputs), places[net], starts[key], wires))
            else:  # pins that a gate does not have make no difference
                read = [*inputs, *[0] * (NARROW - len(inputs))]
                narrow.append((places[net], *read, starts[key]))
    return (
        np.array(narrow, dtype=np.int64).reshape(-1, 2 + NARROW),
        np.array(checks, dtype=np.int64).reshape(-1, 4),
        np.array(pins, dtype=np.intp),
        np.concatenate(truth),
    )


def _table(gate: GateSpec, output: int) -> Words:
    inputs = len(gate.table.inputs)
    rows = row_numbers(counting_patterns(0, 1 << inputs, inputs))
    bits = gate.table.values[rows, output].astype(np.uint64)
    table = np.zeros_like(bits) - bits
    if inputs <= NARROW:
        table = np.tile(table, 1 << (NARROW - inputs))
        table[1::2] ^= table[::2]
    return np.asarray(table)
