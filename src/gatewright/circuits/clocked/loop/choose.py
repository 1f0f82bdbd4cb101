"""Which loop runs a circuit: NumPy's at first, the compiled one where it is there and there is enough to do.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> counter = circuit("counter", bits=2).train()
    >>> given = Machine(counter.circuit.netlist, counter.gates).given()
    >>> import numpy as np
    >>> loop = plain_loop(given)
    >>> found = loop.run(np.ones((5, 1, 1), dtype=np.uint8), ())
    >>> found.how, found.outputs[:, 0].tolist(), loop.cycle, loop.off
    ('done', [0, 1, 0, 1, 0], 5, 0.0)
"""

from __future__ import annotations

import sys

from gatewright.circuits.clocked.loop.cells import CellLayers, cell
from gatewright.circuits.clocked.loop.common import Given, Loop
from gatewright.circuits.clocked.loop.compiled import CompiledLoop
from gatewright.circuits.clocked.loop.plain import PlainLoop
from gatewright.circuits.clocked.loop.tables import tables
from gatewright.circuits.clocked.loop.vectors import SHAPES, permutes, widest
from gatewright.circuits.simulate.kernel import available

PAYS_AFTER = 1.0
"""Seconds in NumPy after which it pays to import Numba and read the loop from disk, which take about one."""


def cells_of(start: Given) -> dict[str, CellLayers] | None:
    """The gates of a circuit as loops run them; None if one cannot be run so."""
    names = {step.gate for step in start.circuit.program.steps}
    found = {name: cell(start.gates[name]) for name in sorted(names)}
    known = {name: each for name, each in found.items() if each is not None}
    return known if len(known) == len(found) else None


def plain_loop(start: Given) -> Loop | None:
    """The loop in NumPy; None if gates of the circuit are not clipped."""
    cells = cells_of(start)
    return None if cells is None else PlainLoop(start, cells)


def compiled_loop(start: Given) -> Loop | None:
    """The compiled loop; None without Numba, of several lanes, or if there is no code for a gate."""
    cells = cells_of(start)
    if cells is None or start.held.shape[1] != 1 or not available() or sys.byteorder != "little":
        return None
    made = tables(start, cells, SHAPES, widest(), near=permutes())
    return None if made is None else CompiledLoop(start, made)
