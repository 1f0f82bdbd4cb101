"""The neural engine: raw activations through trained networks, equal gates of a level in one operation.

A step gathers the wires its gates read and runs their layers on (units, instances, patterns), in arrays that
are there already; patterns in chunks and instances in blocks that stay in cache; chunks on threads. Where
every unit is clipped, as in proved gates, a run large enough is handed to the kernel of `fused`, if Numba is
installed: the same bits, several times faster.

Each instance may have weights of its own, for what becomes of a circuit in which no two gates are alike.

Products and sums of a layer are separate operations of NumPy, not a matrix product: that is a third
faster on one chunk, but adds in an order that depends on the processor and on the size of the chunk.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 3}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    >>> engine = NeuralEngine(compile_netlist(circuit.netlist), gates)
    >>> engine.outputs(np.array([[1, 1, 0], [1, 1, 1]])).tolist()
    [[0.0], [1.0]]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Floats
from gatewright.circuits.program import Program, Step
from gatewright.circuits.simulate.engine import (
    Span,
    Workers,
    check_patterns,
    check_threads,
    even,
    gathered,
)
from gatewright.circuits.simulate.layers import Layer, Reals, activate, layers
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.learn.activations import CLIPPED

MOST_PATTERNS, FEWEST_PATTERNS = 4096, 64
"""Patterns in a chunk: longer ones gain nothing, shorter ones are spent on calls."""

_CACHED = 1 << 23
"""Signals of all nets together that a chunk aims at: 32 MB of float32, what caches hold."""

_BLOCK = 1 << 15
"""Signals of one pin of equal gates at a time: 128 kB of float32."""

FAST_FROM = 3e8
"""Gate evaluations from which on it pays to import Numba, which takes a second or two."""


class NeuralEngine:
    """Runs a program on trained networks, raw activations flowing.

    Args:
        program: the circuit.
        gates: a trained gate for every gate of the program.
        dtype: float32 or float64, of all signals and weights.
        weights: for every step, the parameters of each of its instances, shape (instances, parameters);
            those of its gate for all of them where none are given.
        threads: at most; as many as there are processors where none are given.
        chunk: patterns at a time; chosen by the number of nets where none is given.
        fast: whether to run the kernel of `fused`; where it is there and pays if nobody says.

    Raises:
        UsageError: another data type; less than one thread or pattern; weights that do not fit; the
            kernel is asked for where Numba is missing or a unit is not clipped.
    """

    def __init__(
        self,
        program: Program,
        gates: Mapping[str, TrainedGate],
        *,
        dtype: npt.DTypeLike = np.float32,
        weights: Sequence[Floats] | None = None,
        threads: int | None = None,
        chunk: int | None = None,
        fast: bool | None = None,
    ) -> None:
        self.program = program
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise UsageError(f"signals of {self.dtype}", hint="choose float32 or float64")
        if chunk is not None and chunk < 1:
            raise UsageError(f"a chunk of {chunk} patterns", hint="give it at least one")
        self._networks = _networks(program, gates, weights, self.dtype)
        self._fast = fast
        if fast:
            self._check_fast()
        self._chunk = chunk
        threads = check_threads(threads)
        self._plain = Workers(threads, partial(_Space, program, self._networks, self.dtype))
        self._fused: Workers[Any] | None = None
        self._threads = threads

    def outputs(self, patterns: npt.NDArray[Any]) -> Reals:
        """Raw primary outputs (patterns, output bits) of primary inputs (patterns, input bits).

        Raises:
            UsageError: as many input bits as the circuit has were not given.
        """
        count, outputs = check_patterns(self.program, patterns), self.program.outputs
        result = np.empty((count, len(outputs)), dtype=self.dtype)

        def keep(values: Reals, first: int, stop: int) -> None:
            result[first:stop] = values[outputs].T

        self._run(patterns, keep)
        return result

    def nets(self, patterns: npt.NDArray[Any]) -> Reals:
        """Every net's raw signal, shape (nets, patterns), in the order of ``program.nets``.

        Raises:
            UsageError: as many input bits as the circuit has were not given.
        """
        count, nets = check_patterns(self.program, patterns), len(self.program.nets)
        result = np.empty((nets, count), dtype=self.dtype)

        def keep(values: Reals, first: int, stop: int) -> None:
            result[:, first:stop] = values[:nets]

        self._run(patterns, keep)
        return result

    def _run(self, patterns: npt.NDArray[Any], keep: Callable[[Reals, int, int], None]) -> None:
        count = len(patterns)

        def work(space: _Space, span: Span) -> None:
            first, stop = span
            keep(space.run(patterns[first:stop].T), first, stop)

        workers, most = self._workers(count)
        todo = even(count, most)
        if todo:
            workers.run(work, todo, todo[0][1])

    def _workers(self, count: int) -> tuple[Workers[Any], int]:
        """What to run so many patterns with, and how many of them at a time."""
        fitting = _CACHED // max(1, len(self.program.nets))
        chunk = min(MOST_PATTERNS, max(FEWEST_PATTERNS, fitting))
        if self._uses_kernel(count):
            from gatewright.circuits.simulate.kernel import MOST_PATTERNS as MOST_FUSED
            from gatewright.circuits.simulate.kernel import FusedProgram

            if self._fused is None:
                fused = FusedProgram(self.program, self._networks, self.dtype)
                self._fused = Workers(self._threads, fused.space)
            return self._fused, self._chunk or min(MOST_FUSED, chunk)
        return self._plain, self._chunk or chunk

    def _uses_kernel(self, count: int) -> bool:
        from gatewright.circuits.simulate.kernel import available, loaded

        if self._fast is not None:
            return self._fast
        instances = sum(step.inputs.shape[1] for step in self.program.steps)
        pays = loaded() or instances * count >= FAST_FROM
        return pays and self._all_clipped() and available()

    def _all_clipped(self) -> bool:
        return all(
            layer.activation == CLIPPED.name for network in self._networks for layer in network
        )

    def _check_fast(self) -> None:
        from gatewright.circuits.simulate.kernel import available

        if not available():
            raise UsageError("Numba is not installed", hint="pip install 'gatewright[fast]'")
        if not self._all_clipped():
            raise UsageError(
                "the fast kernel runs clipped units alone", hint="harden the gates, or leave it out"
            )


def _networks(
    program: Program,
    gates: Mapping[str, TrainedGate],
    weights: Sequence[Floats] | None,
    dtype: np.dtype[Any],
) -> list[tuple[Layer, ...]]:
    """The layers of every step."""
    if weights is None:
        kinds = {
            name: layers(gates[name].architecture, gates[name].theta[None], dtype)
            for name in program.gates
        }
        return [kinds[step.gate] for step in program.steps]
    wanted = [
        (step.inputs.shape[1], gates[step.gate].architecture.parameters) for step in program.steps
    ]
    if [theta.shape for theta in weights] != wanted:
        raise UsageError(
            "weights that do not fit the circuit",
            hint="give an array of shape (instances, parameters) for every step of the program",
        )
    return [
        layers(gates[step.gate].architecture, theta, dtype)
        for step, theta in zip(program.steps, weights, strict=True)
    ]


class _Space:
    """The signals of every net, and a program's operations, ready to run on them."""

    def __init__(
        self,
        program: Program,
        networks: Sequence[tuple[Layer, ...]],
        dtype: np.dtype[Any],
        patterns: int,
    ) -> None:
        self._values = np.zeros((len(program.nets), patterns), dtype=dtype)
        self._inputs = program.input_bits
        block = max(1, _BLOCK // patterns)
        widest = min(block, max((step.inputs.shape[1] for step in program.steps), default=0))
        units = max((len(layer.biases) for each in networks for layer in each), default=0)
        pins = max((len(step.inputs) for step in program.steps), default=0)
        self._gathered = np.empty((pins, widest, patterns), dtype=dtype)
        # Of the layer before, of this one, and of one product.
        self._sums = np.empty((2, units, widest, patterns), dtype=dtype)
        self._product = np.empty((units, widest, patterns), dtype=dtype)
        self._calls: list[Callable[[], object]] = []
        for step, network in zip(program.steps, networks, strict=True):
            for first in range(0, step.inputs.shape[1], block):
                self._add(step, network, slice(first, first + block))

    def run(self, patterns: Reals) -> Reals:
        """Every net's signals (nets, patterns) of the primary inputs' (input bits, patterns); not for long."""
        count = patterns.shape[1]
        self._values[: self._inputs, :count] = patterns
        # A network may overflow; the signal is then infinite or no number, which is its answer.
        with np.errstate(over="ignore", invalid="ignore"):
            for call in self._calls:
                call()
        return self._values[:, :count]

    def _add(self, step: Step, network: Sequence[Layer], some: slice) -> None:
        """The calls of some instances of a step."""
        values = self._values
        inputs = gathered(values, step.inputs[:, some], self._gathered, self._calls)
        outputs, count = len(step.outputs), len(inputs[0])
        # The nets of a step are numbered instance by instance, output by output.
        first = int(step.outputs[0, some][0])
        driven = values[first : first + count * outputs]
        last = driven.reshape(count, outputs, -1).swapaxes(0, 1)
        flowing: Sequence[Reals] | Reals = inputs
        for depth, layer in enumerate(network):
            units = len(layer.biases)
            into = self._sums[depth % 2, :units, :count] if layer is not network[-1] else last
            self._layer(layer, some, flowing, into, self._product[:units, :count])
            flowing = into

    def _layer(
        self,
        layer: Layer,
        some: slice,
        inputs: Sequence[Reals] | Reals,
        into: Reals,
        product: Reals,
    ) -> None:
        # Networks: one for each instance, or one for all.
        own = some if layer.biases.shape[1] > 1 else slice(None)
        weights, add = layer.weights[:, :, own], self._calls.append
        if layer.restoring:
            for values, weight, sums in zip(inputs, weights[0], into, strict=True):
                add(partial(np.multiply, values, weight, sums))
        else:
            add(partial(np.multiply, inputs[0], weights[0], into))
            for values, weight in zip(inputs[1:], weights[1:], strict=True):
                add(partial(np.multiply, values, weight, product))
                add(partial(np.add, into, product, into))
        add(partial(np.add, into, layer.biases[:, own], into))
        add(partial(activate, layer.activation, into))
