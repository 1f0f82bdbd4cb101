"""Noise in simulation: every wire off by a random amount, or every weight.

What it counts is sampled: that no bit was wrong proves nothing beyond the patterns and the noise that were
drawn.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 3}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    >>> calm, wild = noise_sweep(circuit, gates, (0.1, 2.0), patterns=500)
    >>> (calm.wrong_bits, calm.bits), wild.wrong_bits > 100
    ((0, 500), True)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats
from gatewright.checks import check_count, check_word
from gatewright.circuits.buses import input_buses
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.evaluate import (
    Cell,
    distances,
    evaluate,
    exact_cells,
    outputs_of,
    trained_cells,
)
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate, decide
from gatewright.records import dataclass

Where = Literal["wires", "weights"]
"""What is off: every wire by up to so much, or every weight by up to that part of itself."""

NOISES = tuple(step / 20 for step in range(11))
"""The noise a sweep tries: 0, 0.05, 0.1 … 0.5, at which a 0 and a 1 meet."""

PATTERNS = 2**12
"""Random patterns at each level."""

_CHUNK = 256
"""Patterns run at a time, and by gates of the same weights where weights are drawn."""

_CHUNK_VALUES = 2**22
"""Signals held at a time: 32 MB of float64; 64 patterns in any case."""


def noisy(
    program: Program,
    cells: Mapping[str, Cell] | Sequence[Cell],
    patterns: npt.NDArray[Any],
    *,
    noise: float,
    generator: np.random.Generator,
    driven: Floats | None = None,
    carried: bool = False,
) -> Floats:
    """The value of every net for every pattern, as `evaluate` gives it, when all wires are noisy.

    Every net, primary inputs included, carries what drives it and, for every pattern, a draw of its own
    from the uniform distribution over [-noise, noise). Gates see the sum.

    Args:
        program: the circuit.
        cells: a cell for every gate of the program, or one for every step, for raw activations.
        patterns: primary input bits, shape (patterns, input bits).
        noise: how far a wire may be off.
        generator: where the draws come from.
        driven: filled with what drives each wire, before its own noise, shape (nets, patterns).
        carried: whether the patterns are what primary inputs carry, their noise included.

    Returns:
        what each wire carries, float64, shape (nets, patterns), in the order of ``program.nets``.

    Raises:
        UsageError: the noise is negative or no number.
    """
    check_noise(noise)
    count, width = patterns.shape
    steps = [cells[step.gate] for step in program.steps] if isinstance(cells, Mapping) else cells
    values = np.empty((len(program.nets), count))
    scale = 2.0 * noise

    def carry(nets: Any, driver: Floats, *, noise: float = noise) -> None:
        if driven is not None:
            driven[nets] = driver
        if noise:
            driver = driver + scale * (generator.random(driver.shape) - 0.5)
        values[nets] = driver

    carry(slice(0, width), patterns.T.astype(np.float64), noise=0.0 if carried else noise)
    # A network may overflow; the signal is then infinite or no number, which is its answer.
    with np.errstate(over="ignore", invalid="ignore"):
        for step, cell in zip(program.steps, steps, strict=True):
            gathered = values[step.inputs].reshape(len(step.inputs), -1)
            carry(step.outputs, cell(gathered).reshape(*step.outputs.shape, count))
    return values


def varied_cells(
    program: Program,
    gates: Mapping[str, TrainedGate],
    *,
    noise: float,
    generator: np.random.Generator,
) -> tuple[Cell, ...]:
    """Cells, one for every step, in which every instance has weights of its own.

    Each weight and each bias of each instance is multiplied by 1 plus a draw of its own from the uniform
    distribution over [-noise, noise): a circuit as it might be made, in which no two gates are alike.

    Raises:
        UsageError: the noise is negative or no number.
    """
    check_noise(noise)
    if not noise:
        same = trained_cells(program, gates)
        return tuple(same[step.gate] for step in program.steps)

    def cell(gate: TrainedGate, theta: Floats) -> Cell:
        layers = gate.architecture.layers(theta)

        def flow(columns: Floats) -> Floats:
            # (inputs, instances · patterns) and back again, with the instances in front meanwhile
            x = columns.reshape(len(columns), len(theta), -1).swapaxes(0, 1)
            for (w, b), function in zip(layers, gate.architecture.functions, strict=True):
                x = function.value(w.swapaxes(1, 2) @ x + b.swapaxes(1, 2))
            return x.swapaxes(0, 1).reshape(x.shape[1], -1)

        return flow

    drawn = varied_weights(program, gates, noise=noise, generator=generator)
    return tuple(
        cell(gates[step.gate], theta) for step, theta in zip(program.steps, drawn, strict=True)
    )


def varied_weights(
    program: Program,
    gates: Mapping[str, TrainedGate],
    *,
    noise: float,
    generator: np.random.Generator,
) -> tuple[Floats, ...]:
    """Parameters for every instance, as `varied_cells` has them and `NeuralEngine` takes them.

    Returns:
        for every step, shape (instances, parameters).

    Raises:
        UsageError: the noise is negative or no number.
    """
    check_noise(noise)
    drawn = []
    for step in program.steps:
        theta = gates[step.gate].theta
        draws = 2.0 * generator.random((step.outputs.shape[1], len(theta))) - 1.0
        drawn.append(theta * (1.0 + noise * draws))
    return tuple(drawn)


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """What a sample of patterns showed at one level of noise.

    Attributes:
        noise: how far wires, or weights relative to themselves, were off at most.
        patterns: random patterns that were run.
        bits: primary output bits that came out of them.
        wrong_bits: how many of those were not what exact gates give.
        worst_wire: the wire whose driver strayed farthest from its exact logic value; empty if none strayed.
        worst_distance: by how much, the noise of that wire itself left out; infinite for what is not a number.
    """

    noise: float
    patterns: int
    bits: int
    wrong_bits: int
    worst_wire: str
    worst_distance: float

    @property
    def rate(self) -> float:
        """The part of the sampled output bits that was wrong; no number where none was sampled."""
        return self.wrong_bits / self.bits if self.bits else math.nan


def noise_sweep(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    noises: Iterable[float] = NOISES,
    *,
    where: Where = "wires",
    patterns: int = PATTERNS,
    seed: int = 0,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[NoiseLevel, ...]:
    """Run a circuit of trained gates on random patterns, at one level of noise after another.

    All levels, and all sweeps of one seed, see the same patterns; a level's figures do not depend on
    which others are asked for. Weights are drawn anew for every 256 patterns, or fewer in circuits too
    large to hold that many at a time.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for every gate of its netlist.
        noises: the levels.
        where: whether wires are off, or weights.
        patterns: at each level; those outside the circuit's domain are left out.
        seed: of everything random.
        watch: called with the patterns done and the patterns to do.

    Raises:
        UsageError: a noise is negative or no number; or another argument is not of its kind.
        NetlistError: the netlist is not a circuit.
    """
    check_word("where", where, get_args(Where))
    check_count("patterns", patterns)
    check_count("seed", seed, 0)
    noises = tuple(noises)
    for noise in noises:
        check_noise(noise)
    program = compile_netlist(circuit.netlist)
    exact, cells = exact_cells(program), trained_cells(program, gates)
    # The first two children of a seed draw the patterns, a third one the noise: the same at every level.
    runs = [_Run(noise, np.random.default_rng(seed).spawn(3)[2]) for noise in noises]
    # Whole words of the patterns' generator, and bounded memory.
    chunk = min(_CHUNK, max(64, _CHUNK_VALUES // len(program.nets) // 64 * 64))
    done = 0
    for given in random_patterns(circuit.netlist.inputs, patterns, seed=seed, chunk=chunk):
        inside = circuit.domain(input_buses(circuit, given))
        bits = given if inside is None else given[inside]
        wanted = evaluate(program, exact, bits)
        for run in runs:
            if where == "wires":
                run.add(program, cells, bits, wanted, run.noise)
            else:
                varied = varied_cells(program, gates, noise=run.noise, generator=run.generator)
                run.add(program, varied, bits, wanted, 0.0)
        done += len(given)
        if watch is not None:
            watch(done, patterns)
    return tuple(run.level(program) for run in runs)


class _Run:
    """The figures of one level while patterns are still coming in."""

    def __init__(self, noise: float, generator: np.random.Generator) -> None:
        self.noise, self.generator = noise, generator
        self._patterns = self._bits = self._wrong = self._net = 0
        self._distance = 0.0

    def add(
        self,
        program: Program,
        cells: Mapping[str, Cell] | Sequence[Cell],
        patterns: Bits,
        exact: Bits,
        noise: float,
    ) -> None:
        driven = np.empty(exact.shape)
        carried = noisy(
            program, cells, patterns, noise=noise, generator=self.generator, driven=driven
        )
        wrong = outputs_of(program, decide(carried)) != outputs_of(program, exact)
        self._patterns += len(patterns)
        self._bits += wrong.size
        self._wrong += int(wrong.sum())
        farthest = distances(driven, exact).max(1, initial=0.0)
        if farthest.max() > self._distance:
            self._net, self._distance = int(np.argmax(farthest)), float(farthest.max())

    def level(self, program: Program) -> NoiseLevel:
        wire = program.nets[self._net] if self._distance else ""
        return NoiseLevel(self.noise, self._patterns, self._bits, self._wrong, wire, self._distance)


def check_noise(noise: float) -> None:
    """Refuse a noise that is negative or no number.

    Raises:
        UsageError: it is.
    """
    if not (isinstance(noise, Real) and noise >= 0 and math.isfinite(noise)):
        told = f"{noise:g}" if isinstance(noise, Real) else repr(noise)
        raise UsageError(f"a noise of {told} cannot be added", hint="give 0 or more, as in 0.4")
