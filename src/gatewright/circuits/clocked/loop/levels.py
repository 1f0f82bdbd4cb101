"""A cycle in a few calls of NumPy a level: all gates of a level as one, each with weights of its own.

One lane is a few hundred signals a level, so that what counts is how many calls there are: gates of a level run
as gates of the largest shape among them, to the same bits.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> counter = circuit("counter", bits=2).train()
    >>> given = Machine(counter.circuit.netlist, counter.gates).given()
    >>> [[given.circuit.program.steps[at].gate for at in block] for block in blocks(given.circuit.program)]
    [['and', 'xor'], ['lut1-2', 'xor'], ['lut1-2']]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from gatewright.arrays import Indices
from gatewright.circuits.clocked.loop.cells import CellLayers, Shape, weights_of
from gatewright.circuits.program import Program
from gatewright.circuits.simulate.layers import Reals
from gatewright.circuits.simulate.operations import clipped
from gatewright.circuits.simulate.restoring import Band

Call = Callable[[], object]


class Signals:
    """What every net carries in a cycle, and the same within each band that gates read it in.

    Args:
        nets: of the program.
        cells: its gates.
        lanes: copies of the circuit.
        noisy: whether noise is added to them.

    Attributes:
        raw: of every net, shape (nets, lanes).
        late: whether what gates drive stands there before it is clipped to 0 and 1. What is read within a band
            between them is the same, so that all nets of a cycle are clipped at once.
    """

    def __init__(
        self, nets: int, cells: Mapping[str, CellLayers], lanes: int, *, noisy: bool
    ) -> None:
        bands = {each.band for each in cells.values()}
        self.late = not noisy and all(0 <= low <= high <= 1 for low, high in bands)
        self.bands = sorted(bands - {_ALL})
        self._whole = np.zeros((1 + len(self.bands), nets, lanes), dtype=np.float32)
        self.raw: Reals = self._whole[0]
        self.flat: Reals = self._whole.reshape(-1, lanes)

    def rows(self, nets: Indices, band: Band) -> Indices:
        """Where nets are read within a band, among the rows of ``flat``."""
        return nets + (0 if band == _ALL else 1 + self.bands.index(band)) * len(self.raw)

    def all_clipped(self, into: Reals) -> None:
        """Write what every net carries, when a cycle is done."""
        if self.late:
            clipped(self.raw, *_BITS, into)
        else:
            into[...] = self.raw

    def clips(self, first: int, stop: int) -> list[Call]:
        """The calls that keep some nets within all bands."""
        return [
            partial(clipped, self.raw[first:stop], *_ends(band), within[first:stop])
            for band, within in zip(self.bands, self._whole[1:], strict=True)
        ]


_ALL = (-np.inf, np.inf)


def _ends(band: Band) -> list[Any]:
    return [np.array(end, dtype=np.float32) for end in band]


_BITS = _ends((0.0, 1.0))


def blocks(program: Program) -> list[list[int]]:
    """The steps of each level, in order, as far as they drive nets one behind the other."""
    level = np.zeros(len(program.nets), dtype=np.intp)
    found: list[list[int]] = []
    end, last = -1, -1
    for number, step in enumerate(program.steps):
        own = 1 + int(level[step.inputs].max(initial=0))
        level[step.outputs] = own
        if own != last or int(step.outputs.min()) != end:
            found.append([])
        found[-1].append(number)
        end, last = int(step.outputs.max()) + 1, own
    return found


def level_calls(
    program: Program, numbers: Sequence[int], cells: Mapping[str, CellLayers], signals: Signals
) -> list[Call]:
    """The calls of some steps that drive nets one behind the other, of gates that do not read each other.

    What keeps these nets within bands comes after them: `Signals.clips`.
    """
    steps = [program.steps[number] for number in numbers]
    shapes = [cells[step.gate].shape for step in steps]
    outputs = max(shape[2] for shape in shapes)
    hidden = max(shape[1] for shape in shapes)
    if hidden:  # an output without hidden units comes through one
        hidden = max(hidden, *(shape[2] for shape in shapes if not shape[1]), 1)
    shape = max(each[0] for each in shapes), hidden, outputs
    rows, weights, places = [], [], []
    for step in steps:
        gate, count = cells[step.gate], step.outputs.shape[1]
        inputs = signals.rows(step.inputs, gate.band)
        spare = np.zeros((shape[0] - len(inputs), count), dtype=np.intp)
        rows.append(np.concatenate([inputs, spare]))
        weights.append(np.repeat(weights_of(gate, shape)[2:, None], count, axis=1))
        place = np.full((outputs, count), -1, dtype=np.intp)
        place[: len(step.outputs)] = step.outputs
        places.append(place)
    return _calls(
        shape,
        np.concatenate(rows, axis=1),
        np.concatenate(weights, axis=1),
        np.concatenate(places, axis=1),
        signals,
    )


def _calls(
    shape: Shape, rows: Indices, weights: Reals, places: Indices, signals: Signals
) -> list[Call]:
    inputs, hidden, outputs = shape
    count, lanes = rows.shape[1], signals.raw.shape[1]
    first, stop = int(places.max(initial=0)) + 1 - int((places >= 0).sum()), int(places.max()) + 1
    sizes = [(hidden, inputs), (outputs, hidden)] if hidden else [(outputs, inputs)]
    # Arrays of one shape are multiplied in a third of the time: of one lane, a signal is read for every unit.
    copies = sizes[0][0] if lanes == 1 else 1
    rows = np.ascontiguousarray(np.broadcast_to(rows[:, None], (inputs, copies, count)))
    read = np.empty((inputs, copies, count, lanes), dtype=np.float32)
    # Without "clip", take() goes through a buffer of its own.
    calls: list[Call] = [partial(signals.flat.take, rows, 0, read, "clip")]
    at = 0
    for number, (units, fan_in) in enumerate(sizes):
        some = weights[at : at + units * (fan_in + 1)].reshape(units, fan_in + 1, count, 1)
        at += units * (fan_in + 1)
        some = np.ascontiguousarray(some.swapaxes(0, 1))  # (inputs, units, gates, 1)
        products = np.empty((fan_in + 1, units, count, lanes), dtype=np.float32)
        products[fan_in] = some[fan_in]  # the biases stay
        into = np.empty((units, count, lanes), dtype=np.float32)
        last = number == len(sizes) - 1
        direct = last and units == 1
        if direct:
            into = signals.raw[first:stop].reshape(1, count, lanes)
        calls.append(partial(np.multiply, read, some[:fan_in], products[:fan_in]))
        calls += _sum(products, into)
        if not (last and signals.late):
            calls.append(partial(clipped, into, *_BITS, into))
        read = into[:, None]
    if not direct:
        there = places >= 0
        order = np.flatnonzero(there.ravel())[np.argsort(places[there], kind="stable")]
        flat = into.reshape(-1, lanes)
        calls.append(partial(flat.take, order, 0, signals.raw[first:stop], "clip"))
    return calls


def _sum(products: Reals, into: Reals) -> list[Call]:
    """The calls that add products in order: a reduction might take them in another one."""
    calls: list[Call] = [partial(np.add, products[0], products[1], into)]
    return calls + [partial(np.add, into, each, into) for each in products[2:]]
