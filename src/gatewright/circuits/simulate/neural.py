"""The neural engine: raw activations through trained networks, equal gates of a level in one operation.

Patterns go in chunks that stay in cache, on threads, through the operations of `operations`. Where every unit
is clipped, as in proved gates, and there is enough to do, they go through the compiled loop of `kernel` instead,
if Numba is installed: the same bits, several times faster. What is enough is told by the patterns of all calls
together, since those who check large circuits give few at a time.

Each instance may have weights of its own, for what becomes of a circuit in which no two gates are alike.

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
from gatewright.circuits.program import Program
from gatewright.circuits.simulate.engine import (
    Span,
    Workers,
    check_patterns,
    check_threads,
    even,
)
from gatewright.circuits.simulate.layers import Layer, Reals, layers
from gatewright.circuits.simulate.operations import Space, costs
from gatewright.circuits.simulate.restoring import plan
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.learn.activations import CLIPPED

MOST_PATTERNS, FEWEST_PATTERNS = 4096, 64
"""Patterns in a chunk: longer ones gain nothing, shorter ones are spent on calls."""

_CACHED = 1 << 23
"""Signals of all nets together that a chunk aims at: 32 MB of float32, what caches hold."""

PAYS_FROM = 1.0
"""Seconds in NumPy from which on it pays to import Numba and read the kernel from disk: one or two."""

_CALL, _SIGNAL = 1.5e-6, 3e-10
"""Seconds of one call of NumPy, and of each signal that it makes."""


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
        fast: whether to run the kernel; where it is there and pays if nobody says.
        patterns: how many will be run in all, in however many calls, where that is known. Whether the kernel
            pays depends on it; else on those that have been run so far.

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
        patterns: int = 0,
    ) -> None:
        self.program = program
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise UsageError(f"signals of {self.dtype}", hint="choose float32 or float64")
        if chunk is not None and chunk < 1:
            raise UsageError(f"a chunk of {chunk} patterns", hint="give it at least one")
        self._networks = _networks(program, gates, weights, self.dtype)
        self._plan = plan(program, self._networks)
        self._costs = costs(self._plan)
        self._fast, self._to_run, self._spent = fast, patterns, 0.0
        if fast:
            self._check_fast()
        self._chunk = chunk
        threads = check_threads(threads)
        self._plain = Workers(threads, partial(Space, self._plan, program.input_bits, self.dtype))
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

        def work(space: Any, span: Span) -> None:
            first, stop = span
            keep(space.run(patterns[first:stop].T), first, stop)

        workers, most = self._workers(count)
        todo = even(count, most)
        if todo:
            workers.run(work, todo, todo[0][1])

    def _workers(self, count: int) -> tuple[Workers[Any], int]:
        """What to run so many patterns with, and how many of them at a time."""
        self._spent += self._seconds(count)
        if self._uses_kernel():
            from gatewright.circuits.simulate.kernel import MOST_PATTERNS as MOST_FUSED
            from gatewright.circuits.simulate.kernel import FusedProgram

            if self._fused is None:
                fused = FusedProgram(self.program, self._networks, self.dtype)
                self._fused = Workers(self._threads, fused.space)
            return self._fused, self._chunk or min(MOST_FUSED, self._fitting())
        return self._plain, self._chunk or self._fitting()

    def _fitting(self) -> int:
        fitting = _CACHED // max(1, self._plan.rows)
        return min(MOST_PATTERNS, max(FEWEST_PATTERNS, fitting))

    def _uses_kernel(self) -> bool:
        from gatewright.circuits.simulate.kernel import available, loaded

        if self._fast is not None:
            return self._fast
        if self._fused is not None:
            return True
        pays = loaded() or max(self._spent, self._seconds(self._to_run)) >= PAYS_FROM
        return pays and self._all_clipped() and available()

    def _seconds(self, count: int) -> float:
        """About how long so many patterns take in NumPy."""
        chunks = -(-count // (self._chunk or self._fitting()))
        calls, signals = self._costs
        return _CALL * calls * chunks + _SIGNAL * signals * count

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
