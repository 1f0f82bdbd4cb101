"""Some rows of a circuit of trained gates: what goes in, what comes out, and whether it is right.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> some = rows(circuit, {"xor": train(plugins.gates["xor"])}, seed=0)
    >>> some.every, some.found["parity"].tolist(), some.wrong.any()
    (True, [0, 1, 1, 0], np.False_)
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gatewright.arrays import Bits, Floats, Integers, Mask
from gatewright.circuits.buses import input_buses, output_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.patterns import all_patterns, random_patterns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import distances, outputs_of
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.gates.trained import TrainedGate, decide
from gatewright.records import dataclass

ALL_ROWS, SOME_ROWS = 6, 16
"""Input bits up to which every row is taken, and rows of a sample of more."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Some rows of a circuit, those outside its domain left out.

    Attributes:
        every: whether they are all there are.
        patterns: shape (rows, input bits).
        given: the input buses.
        found: the output buses of the trained gates.
        wrong: where these are not as wanted, shape (rows,).
        off: how far the farthest raw output is from its exact bit, shape (rows,).
    """

    every: bool
    patterns: Bits
    given: Mapping[str, Integers]
    found: Mapping[str, Integers]
    wrong: Mask
    off: Floats

    @property
    def last(self) -> Bits:
        """The pattern of the last row; zeros if there is none."""
        patterns = self.patterns
        return patterns[-1] if len(patterns) else np.zeros(patterns.shape[1], np.uint8)


def rows(circuit: Circuit, gates: Mapping[str, TrainedGate], *, seed: int) -> Rows:
    """All rows of a circuit of few inputs, or a random sample.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for each of its gates.
        seed: of the sample.

    Raises:
        NetlistError: the netlist is not a circuit.
    """
    inputs, width = circuit.netlist.inputs, len(circuit.netlist.input_nets)
    every = width <= ALL_ROWS
    chunks = (
        all_patterns(inputs, 2**width, chunk=2**width)
        if every
        else random_patterns(inputs, SOME_ROWS, seed=seed, chunk=64)
    )
    patterns = next(chunks)
    _, first = np.unique(patterns, axis=0, return_index=True)
    patterns = patterns[np.sort(first)]  # a sample may hold one twice
    buses = input_buses(circuit, patterns)
    inside = circuit.domain(buses)
    if inside is not None:
        patterns, buses = patterns[inside], {name: bus[inside] for name, bus in buses.items()}
    if not len(patterns):
        return Rows(every, patterns, buses, {}, np.zeros(0, bool), np.zeros(0))
    program = compile_netlist(circuit.netlist)
    exact = outputs_of(program, ExactEngine(program).nets(patterns))
    raw = outputs_of(program, NeuralEngine(program, gates, dtype=np.float64).nets(patterns))
    got = decide(raw)
    wanted = exact if circuit.spec.reference is None else reference_bits(circuit, buses)
    found, wrong = output_buses(circuit, got), (got != wanted).any(1)
    return Rows(every, patterns, buses, found, wrong, distances(raw, exact).max(1))
