"""The rows of a report: what goes into a circuit of trained gates, what comes out, and whether it is right.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> page, last = rows_part(circuit, {"xor": train(plugins.gates["xor"])}, seed=0)
    >>> page.count("✓ right"), last.tolist()
    (4, [1, 1])
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.buses import input_buses, output_buses, reference_bits
from gatewright.circuits.netlist import Bus
from gatewright.circuits.patterns import all_patterns, random_patterns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import distances, outputs_of
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.spec import Circuit
from gatewright.draw.report.page import table, whole
from gatewright.gates.trained import TrainedGate, decide

ALL_ROWS, SOME_ROWS = 6, 16
"""Input bits up to which every row is shown, and rows of a sample of more."""


def rows_part(circuit: Circuit, gates: Mapping[str, TrainedGate], *, seed: int) -> tuple[str, Bits]:
    """The table of inputs and outputs, and the pattern of its last row."""
    inputs, outputs = circuit.netlist.inputs, circuit.netlist.outputs
    width = len(circuit.netlist.input_nets)
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
        return "<p>It promises nothing for any pattern that was tried.</p>", np.zeros(
            width, np.uint8
        )
    program = compile_netlist(circuit.netlist)
    exact = ExactEngine(program).nets(patterns)
    raw = NeuralEngine(program, gates, dtype=np.float64).nets(patterns)
    got = decide(outputs_of(program, raw))
    if circuit.spec.reference is None:
        wanted, right = outputs_of(program, exact), "exact gates"
    else:
        wanted, right = reference_bits(circuit, buses), "integers"
    wrong = (got != wanted).any(1)
    off = distances(outputs_of(program, raw), outputs_of(program, exact)).max(1)
    given, found = buses, output_buses(circuit, got)
    lines = [
        (
            *(_value(bus, given[bus.name][place]) for bus in inputs),
            *(_value(bus, found[bus.name][place]) for bus in outputs),
            "✗ wrong" if wrong[place] else "✓ right",
            f"{off[place]:.4f}",
        )
        for place in range(len(patterns))
    ]
    header = (
        *(bus.name for bus in inputs),
        *(f"→ {bus.name}" for bus in outputs),
        f"by {right}",
        "farthest raw output from its bit",
    )
    outside = "; patterns outside its domain are left out" if inside is not None else ""
    caption = (
        f"Every row{outside}"
        if every
        else f"A sample: {len(patterns)} of 2^{width} patterns, drawn with seed {seed}{outside}"
    )
    numbers = {*range(len(inputs) + len(outputs)), len(header) - 1}
    return table(header, lines, caption=caption, numbers=numbers), patterns[-1]


def _value(bus: Bus, value: int) -> str:
    """The value of a bus, and its bits where they are few."""
    return f"{value} ({value:0{bus.width}b})" if 1 < bus.width <= 16 else whole(int(value))
