"""The whole program as one compiled loop, by Numba, an optional extra: ``pip install 'gatewright[fast]'``.

The kernel knows circuits as tables of numbers, so that one kernel, compiled once and kept on disk, runs them
all. It adds in the order of `layers`: its signals are those of NumPy, bit for bit. A restoring layer that
`restoring` can fold is a clip of every input as it is read.

Example:
    >>> available() or not loaded()  # what is not there cannot have been imported
    True
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from gatewright.circuits.program import Program
from gatewright.circuits.simulate.engine import signals
from gatewright.circuits.simulate.layers import Layer, Reals
from gatewright.circuits.simulate.restoring import Band, folded

MOST_PATTERNS = 512
"""Patterns in a chunk: shorter loops are spent on their beginnings, longer ones wait for memory."""


def available() -> bool:
    """Whether Numba is installed."""
    return loaded() or find_spec("numba") is not None


def loaded() -> bool:
    """Whether something has imported Numba already, so that using it costs nothing more."""
    return sys.modules.get("numba") is not None


class FusedProgram:
    """A program and its networks as the tables that the kernel reads.

    Args:
        program: the circuit.
        networks: the layers of every step, of clipped units all.
        dtype: of the signals and weights.
    """

    def __init__(
        self, program: Program, networks: Sequence[tuple[Layer, ...]], dtype: np.dtype[Any]
    ) -> None:
        self.nets, self.inputs, self.dtype = len(program.nets), program.input_bits, dtype
        steps: list[tuple[int, ...]] = []
        shapes: list[tuple[int, int, int]] = []
        weights: list[Reals] = [np.array([0, 1], dtype=dtype)]  # the ends of every clipped unit
        known: dict[int, tuple[int, int, int, int]] = {}
        wires, at = 0, 2
        for step, network in zip(program.steps, networks, strict=True):
            if id(network) not in known:  # the same for all steps of a gate, or one for each
                band, left = folded(network) or (None, network)
                flat = _flat(left, band or _ALL)
                stride = flat.shape[1] if len(flat) > 1 else 0
                known[id(network)] = (len(shapes), len(left), at, stride)
                shapes += [(int(each.restoring), *each.weights.shape[:2]) for each in left]
                weights.append(flat.ravel())
                at += flat.size
            pins, instances = step.inputs.shape
            driven, outputs = int(step.outputs[0, 0]), len(step.outputs)
            steps.append((*known[id(network)], instances, pins, outputs, wires, driven))
            wires += pins * instances
        # The rows of units in between: behind the nets, of even layers first, then of odd ones.
        self.units = max((units for _, _, units in shapes), default=1)
        between = self.nets + np.arange(2 * self.units)
        self._tables = (
            np.array(steps, dtype=np.int64).reshape(-1, 9),
            np.array(shapes, dtype=np.int64).reshape(-1, 3),
            np.concatenate([*(step.inputs.T.ravel() for step in program.steps), between]),
            np.concatenate(weights),
            wires,
        )

    def space(self, patterns: int) -> FusedSpace:
        """Where to run it on chunks of so many patterns."""
        from gatewright.circuits.simulate.loops import compiled

        values = signals(self.nets + 2 * self.units, patterns, self.dtype)
        run = partial(compiled(), values.ravel(), values.shape[1], *self._tables)
        return FusedSpace(values[: self.nets], self.inputs, run)


class FusedSpace:
    """The signals of every net, ready for the kernel."""

    def __init__(self, values: Reals, inputs: int, run: Callable[[int], object]) -> None:
        self._values, self._inputs, self._call = values, inputs, run

    def run(self, patterns: Reals) -> Reals:
        """Every net's signals (nets, patterns) of the primary inputs' (input bits, patterns); not for long."""
        count = patterns.shape[1]
        self._values[: self._inputs, :count] = patterns
        self._call(count)
        return self._values[:, :count]


_ALL = (-np.inf, np.inf)


def _flat(network: Sequence[Layer], band: Band) -> Reals:
    """The numbers of each network in a row: of every layer a band, weights input by input, and biases."""
    networks, dtype = network[0].weights.shape[2], network[0].weights.dtype
    parts = []
    for layer in network:
        ends = np.array(band if layer is network[0] else _ALL, dtype=dtype)
        parts.append(np.repeat(ends[:, None], networks, axis=1))
        parts.append(layer.weights.reshape(-1, networks))
        parts.append(layer.biases.reshape(-1, networks))
    return np.ascontiguousarray(np.concatenate(parts).T)
