"""What every wire of a clocked circuit carries within one cycle: its stages, one after the other.

Example:
    >>> from gatewright.circuits.clocked.contents import Contents
    >>> from gatewright.circuits.clocked.staged import staged
    >>> from gatewright.circuits.memory import Memory, ReadPort
    >>> from gatewright.circuits.netlist import Bus, Netlist
    >>> rom = Memory("rom", 1, 2, (ReadPort(("a",), ("y",)),), (), (1, 0))
    >>> bare = Netlist("bare", {}, (Bus("a", ("a",)),), (Bus("y", ("y",)),), (), memories=(rom,))
    >>> flow, lanes = ExactFlow(staged(bare)), np.array([[0, 1]], dtype=np.uint8)
    >>> flow.nets(lanes, [Contents(rom, 2)]).tolist()
    [[0, 1], [1, 0]]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats
from gatewright.circuits.clocked.contents import Contents
from gatewright.circuits.clocked.staged import Stage, Staged
from gatewright.circuits.simulate.evaluate import Signal, trained_cells
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.simulate.noise import noisy
from gatewright.gates.trained import TrainedGate, decide

T = TypeVar("T", bound=np.generic)


class ExactFlow:
    """Exact gates.

    Args:
        circuit: between two cycles, in stages.
    """

    def __init__(self, circuit: Staged) -> None:
        self._circuit = circuit
        self._engines = [ExactEngine(each.program) for each in circuit.stages]

    def nets(self, given: Bits, memories: Sequence[Contents]) -> Bits:
        """The bit of every net, shape (nets, lanes).

        Args:
            given: primary inputs and what registers hold, shape (bits, lanes).
            memories: what they hold; nothing is written.
        """
        runs = [engine.nets for engine in self._engines]
        return _through(self._circuit, given, memories, runs, lambda bits: bits)


class TrainedFlow:
    """Trained gates.

    Args:
        circuit: between two cycles, in stages.
        gates: a trained gate for each of its gates.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        noise: every wire is off by a draw of its own from [-noise, noise).
        generator: where the draws come from.
    """

    def __init__(
        self,
        circuit: Staged,
        gates: Mapping[str, TrainedGate],
        signal: Signal,
        noise: float,
        generator: np.random.Generator,
    ) -> None:
        self._circuit, self._noise, self._generator = circuit, noise, generator
        # What flows as it is runs several times faster than with noise, or rounded.
        alone = signal == "raw" and not noise
        self._engines = (
            [NeuralEngine(each.program, gates, dtype=np.float64) for each in circuit.stages]
            if alone
            else []
        )
        self._cells = [trained_cells(each.program, gates, signal) for each in circuit.stages]

    def nets(self, given: Floats, memories: Sequence[Contents]) -> tuple[Floats, Floats]:
        """What every wire carries, and what drives it, both of shape (nets, lanes).

        Args:
            given: primary inputs and what registers hold, shape (wires, lanes).
            memories: what they hold; nothing is written.
        """
        if self._engines:
            runs = [engine.nets for engine in self._engines]
            raw = _through(self._circuit, given, memories, runs, lambda driver: driver)
            return raw, raw
        driven = np.empty((len(self._circuit.program.nets), given.shape[1]))
        driven[: len(given)] = given

        def run(stage: Stage, cells: Mapping[str, Any]) -> Callable[[Floats], Floats]:
            def carry(patterns: Floats) -> Floats:
                drivers = np.empty((len(stage.nets), given.shape[1]))
                found = noisy(
                    stage.program,
                    cells,
                    patterns,
                    noise=self._noise,
                    generator=self._generator,
                    driven=drivers,
                    carried=True,
                )
                own = stage.program.input_bits
                driven[stage.nets[own:]] = drivers[own:]
                return found

            return carry

        def off(driver: Floats) -> Floats:
            if not self._noise:
                return driver
            return driver + 2.0 * self._noise * (self._generator.random(driver.shape) - 0.5)

        noisy_runs = [run(*each) for each in zip(self._circuit.stages, self._cells, strict=True)]
        return _through(self._circuit, given, memories, noisy_runs, off), driven


def _through(
    circuit: Staged,
    given: npt.NDArray[T],
    memories: Sequence[Contents],
    runs: Sequence[Callable[[Any], Any]],
    off: Callable[[npt.NDArray[T]], npt.NDArray[T]],
) -> npt.NDArray[T]:
    """What every wire carries.

    Args:
        circuit: in stages.
        given: what drives the first wires.
        memories: to read.
        runs: of each stage, from what its inputs carry, (lanes, inputs), what all its nets carry, (nets, lanes).
        off: from what drives a wire, what it carries.
    """
    if circuit.stages[0].program is circuit.program:
        return np.asarray(runs[0](off(given).T))
    values = np.empty((len(circuit.program.nets), given.shape[1]), dtype=given.dtype)
    values[: len(given)] = off(given)
    for stage, run in zip(circuit.stages, runs, strict=True):
        values[stage.nets] = run(values[stage.nets[: stage.program.input_bits]].T)
        for memory, port in stage.reads:
            pins = circuit.reads[memory][port]
            word = memories[memory].read(bits_of(values[pins.address]))
            values[pins.data] = off(word.astype(given.dtype))
    return values


def bits_of(carried: npt.NDArray[Any]) -> Bits:
    """The bits that the pins of a memory decide on: 1 above a half, else 0."""
    return carried if carried.dtype == np.uint8 else (decide(carried) == 1).astype(np.uint8)
