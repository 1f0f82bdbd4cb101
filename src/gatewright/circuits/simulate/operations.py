"""A plan as operations of NumPy on arrays that are there already: what the neural engine runs without a kernel.

A step gathers the rows its gates read and runs their layers on (units, instances, patterns), in blocks of
instances that stay in cache.

Products and sums of a layer are separate operations, not a matrix product: that would be faster, but adds in an
order that depends on the processor and on the size of the chunk.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.circuits.simulate.layers import layers
    >>> from gatewright.circuits.simulate.restoring import plan
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins, single = load_plugins(), np.dtype(np.float32)
    >>> program = compile_netlist(plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates).netlist)
    >>> gate = train(plugins.gate("xor"))
    >>> planned = plan(program, [layers(gate.architecture, gate.theta[None], single)])
    >>> Space(planned, 2, single, 4).run(np.array([[0, 0, 1, 1], [0, 1, 0, 1]]))[2].tolist()
    [0.0, 1.0, 1.0, 0.0]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from gatewright.circuits.simulate.engine import gathered, signals
from gatewright.circuits.simulate.layers import Layer, Reals, activate
from gatewright.circuits.simulate.restoring import Clip, Plan, Work
from gatewright.learn.activations import CLIPPED

_BLOCK = 1 << 15
"""Signals of one pin of equal gates at a time: 128 kB of float32."""

_umath = (np._core if hasattr(np, "_core") else np.core).umath
clipped: Callable[..., object] = _umath.clip
"""What `np.clip` calls in the end: its own Python takes longer than the clipping of 10 000 signals."""


class Space:
    """The signals of every row, and a plan's operations, ready to run on them.

    Args:
        plan: what to run.
        inputs: primary input bits.
        dtype: of signals and weights.
        patterns: at most so many at a time.
    """

    def __init__(self, plan: Plan, inputs: int, dtype: np.dtype[Any], patterns: int) -> None:
        self._values = signals(plan.rows, patterns, dtype)
        patterns = self._values.shape[1]
        self._inputs = inputs
        block = max(1, _BLOCK // patterns)
        works = plan.works
        widest = min(block, max((work.step.inputs.shape[1] for work in works), default=0))
        units = max((len(layer.biases) for each in works for layer in each.network), default=0)
        pins = max((len(work.step.inputs) for work in works), default=0)
        self._gathered = np.empty((pins, widest, patterns), dtype=dtype)
        # Of the layer before, of this one, and of one product.
        self._sums = np.empty((3, units * widest * patterns), dtype=dtype)
        self._ends = np.zeros((), dtype), np.ones((), dtype)
        self._calls: list[Callable[[], object]] = []
        self._clips(plan.clips, 0, inputs)
        for work in works:
            for first in range(0, work.step.inputs.shape[1], block):
                self._add(work, slice(first, first + block))

    def run(self, patterns: Reals) -> Reals:
        """Every row's signals (rows, patterns) of the primary inputs' (input bits, patterns); not for long."""
        count = patterns.shape[1]
        self._values[: self._inputs, :count] = patterns
        # A network may overflow; the signal is then infinite or no number, which is its answer.
        with np.errstate(over="ignore", invalid="ignore"):
            for call in self._calls:
                call()
        return self._values[:, :count]

    def _add(self, work: Work, some: slice) -> None:
        """The calls of some instances of a step."""
        step = work.step
        inputs = gathered(self._values, step.inputs[:, some], self._gathered, self._calls)
        outputs, count = len(step.outputs), len(inputs[0])
        # The nets of a step are numbered instance by instance, output by output.
        first = int(step.outputs[0, some][0])
        last = self._rows(first, count * outputs).reshape(count, outputs, -1).swapaxes(0, 1)
        flowing: Sequence[Reals] | Reals = inputs
        for depth, layer in enumerate(work.network):
            sums, product = (
                self._sums[place, : len(layer.biases) * last[0].size].reshape(-1, *last[0].shape)
                for place in (depth % 2, 2)
            )
            into = last if layer is work.network[-1] else sums
            if outputs == 1:  # rows one behind the other, like those in between
                sums = into
            self._layer(layer, some, flowing, sums, product)
            self._activate(layer.activation, sums, into)
            flowing = into
        driven = int(step.outputs[0, 0])
        self._clips(work.clips, first - driven, first - driven + count * outputs)

    def _layer(
        self,
        layer: Layer,
        some: slice,
        inputs: Sequence[Reals] | Reals,
        into: Reals,
        product: Reals,
    ) -> None:
        """The calls of a layer's sums."""
        # Networks: one for each instance, or one for all.
        own = some if layer.biases.shape[1] > 1 else slice(None)
        weights, biases, add = layer.weights[:, :, own], layer.biases[:, own], self._calls.append
        if weights[0].size == 1:  # one number: a call without its shape takes half the time
            weights, biases = weights[:, 0, 0, 0], biases[0, 0, 0]
            into, product = into[0], product[0]
        if layer.restoring and len(inputs) > 1:  # of one input it is a layer like others
            for values, weight, sums in zip(inputs, weights[0], into, strict=True):
                add(partial(np.multiply, values, weight, sums))
        else:
            add(partial(np.multiply, inputs[0], weights[0], into))
            for values, weight in zip(inputs[1:], weights[1:], strict=True):
                add(partial(np.multiply, values, weight, product))
                add(partial(np.add, into, product, into))
        add(partial(np.add, into, biases, into))

    def _activate(self, name: str, sums: Reals, into: Reals) -> None:
        """The calls that make signals of sums, in their place or in another one."""
        if name == CLIPPED.name:
            self._calls.append(partial(clipped, sums, *self._ends, into))
            return
        self._calls.append(partial(activate, name, sums))
        if into is not sums:
            self._calls.append(partial(np.copyto, into, sums))

    def _clips(self, clips: Sequence[Clip], first: int, stop: int) -> None:
        """The calls that clip some of the rows of a step."""
        for clip in clips:
            source, into = (
                self._rows(start + first, stop - first) for start in (clip.first, clip.into)
            )
            low, high = (np.array(end, dtype=source.dtype) for end in clip.band)
            self._calls.append(partial(clipped, source, low, high, into))

    def _rows(self, first: int, count: int) -> Reals:
        return self._values[first : first + count]


def costs(plan: Plan) -> tuple[int, int]:
    """About how many calls a plan is for each chunk, and how many signals they make for each pattern.

    A narrow step of a deep circuit takes as long as its calls, a wide one as long as what they compute.
    """
    calls = signals = 0
    for work in plan.works:
        pins, instances = work.step.inputs.shape
        calls += pins + len(work.clips)
        made = pins + len(work.clips) * len(work.step.outputs)
        for layer in work.network:
            fan_in, units = layer.weights.shape[:2]
            calls += 2 * fan_in + 1
            made += units * (2 * fan_in + 1)
        signals += instances * made
    return calls, signals
