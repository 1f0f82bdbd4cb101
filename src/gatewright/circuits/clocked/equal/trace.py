"""Where two clocked circuits differ, run through both once more.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> one, two = circuit("counter", bits=2), circuit("counter", bits=2, modulo=3)
    >>> print(traced(one, two, [(1,)] * 5, ()))
    output count in cycle 3 is 3 and 0
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.circuits.buses import row_values
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.verify.pairs import matched
from gatewright.circuits.verify.verdict import BusDifference, Trace


def traced(
    first: Circuit, second: Circuit, rows: Sequence[Sequence[int]], begins: Sequence[int]
) -> Trace | None:
    """The first cycle of some in which an output differs; None if none does.

    Args:
        first: with registers or without.
        second: the same.
        rows: input bits of every cycle, in the order of the first circuit.
        begins: of registers without an initial value, in the order of their first appearance by name.
    """
    netlists = (first.netlist, second.netlist)
    inputs, outputs = matched(first, second)
    open_ = [
        [each.name for each in netlist.registers if each.initial is None] for netlist in netlists
    ]
    names = dict.fromkeys(open_[0] + open_[1])
    values = dict(zip(names, begins, strict=True))
    machines = [
        Machine(netlist, initial={name: values[name] for name in own})
        for netlist, own in zip(netlists, open_, strict=True)
    ]
    given = []
    for row in rows:
        bits = np.array([row], dtype=np.uint8).reshape(1, -1)
        given.append(row_values(netlists[0].inputs, bits[0]))
        here = machines[0].step(bits).outputs
        there = machines[1].step(bits[:, inputs]).outputs[:, outputs]
        mine, theirs = (row_values(netlists[0].outputs, side[0]) for side in (here, there))
        for name, value in mine.items():
            if value != theirs[name]:
                found = BusDifference(name, theirs[name], value)
                return Trace(tuple(given), values, found)
    return None
