"""The whole program as one compiled loop, by Numba, an optional extra: ``pip install 'gatewright[fast]'``.

The kernel goes through steps, instances, layers and units; a unit is one loop over the patterns that reads
its inputs' wires where they are, and keeps sum and clipping in registers. It knows circuits as tables of
numbers, so that one kernel, compiled once and kept on disk, runs them all. It adds in the order of `layers`
and without fused multiply-add: its signals are those of NumPy, bit for bit.

A loop over patterns is written out for 1 to 4 inputs a unit; of more, the sum goes through memory.

Example:
    >>> available() or not loaded()  # what is not there cannot have been imported
    True
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from importlib.util import find_spec
from typing import Any, cast

import numpy as np

from gatewright.circuits.program import Program
from gatewright.circuits.simulate.layers import Layer, Reals

MOST_PATTERNS = 1024
"""Patterns in a chunk: a unit's inputs and its output, 4 kB of float32 each, then stay closest by."""


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
        # A unit's place in between: behind the nets, odd layers in one half and even ones in the other.
        self.units = max((len(layer.biases) for each in networks for layer in each), default=0)
        steps: list[tuple[int, ...]] = []
        shapes: list[tuple[int, int]] = []
        weights: list[Reals] = []
        known: dict[int, tuple[int, int, int]] = {}
        wires = at = 0
        for step, network in zip(program.steps, networks, strict=True):
            if id(network) not in known:  # the same for all steps of a gate, or one for each
                flat = _flat(network)
                known[id(network)] = (len(shapes), at, flat.shape[1] if len(flat) > 1 else 0)
                shapes += [
                    (0 if layer.restoring else layer.weights.shape[0], len(layer.biases))
                    for layer in network
                ]
                weights.append(flat.ravel())
                at += flat.size
            first, offset, stride = known[id(network)]
            pins, instances = step.inputs.shape
            driven = int(step.outputs[0, 0])
            steps.append(
                (
                    first,
                    len(network),
                    offset,
                    stride,
                    instances,
                    pins,
                    len(step.outputs),
                    wires,
                    driven,
                )
            )
            wires += pins * instances
        self._tables = (
            np.array(steps, dtype=np.int64).reshape(-1, 9),
            np.array(shapes, dtype=np.int64).reshape(-1, 2),
            np.concatenate(
                [np.empty(0, np.intp), *(step.inputs.T.ravel() for step in program.steps)]
            ),
            np.concatenate([np.empty(0, dtype), *weights]),
        )

    def space(self, patterns: int) -> FusedSpace:
        """Where to run it on chunks of so many patterns."""
        values = np.zeros((self.nets + 2 * self.units, patterns), dtype=self.dtype)
        run = partial(_kernel(), values.ravel(), patterns, *self._tables, self.nets, self.units)
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


def _flat(network: Sequence[Layer]) -> Reals:
    """The parameters of each network in a row: layer after layer, weights input by input, then biases."""
    parts = []
    for layer in network:
        fan_in, units, networks, _ = layer.weights.shape
        parts.append(layer.weights.reshape(fan_in * units, networks))
        parts.append(layer.biases.reshape(units, networks))
    return np.ascontiguousarray(np.concatenate(parts).T)


@lru_cache(maxsize=1)
def _kernel() -> Callable[..., object]:
    """The kernel, compiled when it is first called on a data type, or read from disk."""
    import numba

    def kernel(
        signals: Any,
        width: int,
        steps: Any,
        shapes: Any,
        wires: Any,
        weights: Any,
        nets: int,
        most: int,
        count: int,
    ) -> None:
        # Signals are one long array and places in it are unsigned: an array for every wire, or a place
        # that may be counted from the end, would cost ten times as much as one pattern does.
        at = np.uintp
        low, high = signals.dtype.type(0), signals.dtype.type(1)
        for step in range(len(steps)):
            first, depth, offset, stride, instances, pins, outputs, wire, driven = steps[step]
            for instance in range(instances):
                w0 = offset + stride * instance
                for layer in range(depth):
                    fan_in, units = shapes[first + layer, 0], shapes[first + layer, 1]
                    # Where this layer's inputs are, and where its first unit goes.
                    inside = nets + most * ((layer + 1) % 2)
                    i0, i1, i2, i3 = inside, inside + 1, inside + 2, inside + 3
                    pin = wire + pins * instance
                    if layer == 0:
                        i0 = wires[pin]
                        i1 = wires[pin + 1] if fan_in > 1 else i0
                        i2 = wires[pin + 2] if fan_in > 2 else i0
                        i3 = wires[pin + 3] if fan_in > 3 else i0
                    x0, x1, x2, x3 = i0 * width, i1 * width, i2 * width, i3 * width
                    into = nets + most * (layer % 2)
                    if layer == depth - 1:
                        into = driven + outputs * instance
                    if fan_in == 0:  # a restoring layer: each unit reads the pin of its own
                        for unit in range(units):
                            y, x0 = (into + unit) * width, wires[pin + unit] * width
                            a, bias = weights[at(w0 + unit)], weights[at(w0 + units + unit)]
                            for p in range(count):
                                z = signals[at(x0 + p)] * a + bias
                                z = low if z < low else z
                                signals[at(y + p)] = high if z > high else z
                        w0 += 2 * units
                        continue
                    for unit in range(units):
                        y, w = (into + unit) * width, w0 + unit
                        a, bias = weights[at(w)], weights[at(w + fan_in * units)]
                        if fan_in == 1:
                            for p in range(count):
                                z = signals[at(x0 + p)] * a + bias
                                z = low if z < low else z
                                signals[at(y + p)] = high if z > high else z
                            continue
                        b = weights[at(w + units)]
                        if fan_in == 2:
                            for p in range(count):
                                z = signals[at(x0 + p)] * a + signals[at(x1 + p)] * b + bias
                                z = low if z < low else z
                                signals[at(y + p)] = high if z > high else z
                            continue
                        c = weights[at(w + 2 * units)]
                        if fan_in == 3:
                            for p in range(count):
                                z = signals[at(x0 + p)] * a + signals[at(x1 + p)] * b
                                z = z + signals[at(x2 + p)] * c + bias
                                z = low if z < low else z
                                signals[at(y + p)] = high if z > high else z
                            continue
                        d = weights[at(w + 3 * units)]
                        if fan_in == 4:
                            for p in range(count):
                                z = signals[at(x0 + p)] * a + signals[at(x1 + p)] * b
                                z = z + signals[at(x2 + p)] * c + signals[at(x3 + p)] * d + bias
                                z = low if z < low else z
                                signals[at(y + p)] = high if z > high else z
                            continue
                        for p in range(count):
                            z = signals[at(x0 + p)] * a + signals[at(x1 + p)] * b
                            z = z + signals[at(x2 + p)] * c + signals[at(x3 + p)] * d
                            signals[at(y + p)] = z
                        for more in range(4, fan_in):
                            x = (wires[pin + more] if layer == 0 else inside + more) * width
                            e = weights[at(w + more * units)]
                            for p in range(count):
                                signals[at(y + p)] += signals[at(x + p)] * e
                        for p in range(count):
                            z = signals[at(y + p)] + bias
                            z = low if z < low else z
                            signals[at(y + p)] = high if z > high else z
                    w0 += fan_in * units + units

    try:
        kept = numba.njit(nogil=True, error_model="numpy", cache=True)(kernel)
    except RuntimeError:  # there is no folder to keep it in: it is compiled in every process
        kept = numba.njit(nogil=True, error_model="numpy")(kernel)
    return cast(Callable[..., object], kept)
