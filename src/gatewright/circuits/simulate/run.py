"""One pattern through a circuit of trained gates.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> from gatewright.gates.training.train import train
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 8}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in adder.netlist.gates.items()}
    >>> run(adder, gates, {"a": 23, "b": 42, "cin": 0}).outputs
    {'sum': 65, 'cout': 0}
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gatewright.circuits.buses import input_buses, output_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import Signal, outputs_of, trained_cells
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.noise import noisy
from gatewright.errors import UsageError
from gatewright.gates.trained import TrainedGate, decide
from gatewright.logic.bits import bus_to_bits
from gatewright.logic.numerals import assignments
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """What came out.

    Attributes:
        outputs: the value of every output bus; none where a bit of it is not a number.
        wanted: what the integer reference gives, or exact gates where there is none.
        raw: the raw activation of every bit of every output bus, bit 0 first.
    """

    outputs: Mapping[str, int | None]
    wanted: Mapping[str, int]
    raw: Mapping[str, tuple[float, ...]]


def run(
    circuit: Circuit,
    gates: Mapping[str, TrainedGate],
    inputs: Mapping[str, int],
    *,
    signal: Signal = "raw",
    noise: float = 0.0,
    seed: int = 0,
) -> Result:
    """Run a circuit on one value for every input bus.

    Args:
        circuit: with its parameters chosen.
        gates: a trained gate for every gate of its netlist.
        inputs: by bus.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        noise: every wire is off by a draw of its own from [-noise, noise).
        seed: of the noise.

    Raises:
        UsageError: the circuit promises nothing for these values; the noise is negative or no number.
        ValueError: a value does not fit its bus.
    """
    pattern = np.concatenate(
        [bus_to_bits([inputs[bus.name]], bus.width) for bus in circuit.netlist.inputs], axis=1
    )
    buses = input_buses(circuit, pattern)
    inside = circuit.domain(buses)
    if inside is not None and not inside.all():
        raise UsageError(
            f"circuit '{circuit.spec.name}' is not defined for {assignments(inputs)}",
            hint=circuit.spec.summary,
        )
    program = compile_netlist(circuit.netlist)
    cells, generator = trained_cells(program, gates, signal), np.random.default_rng(seed)
    values = noisy(program, cells, pattern, noise=noise, generator=generator)
    raw = outputs_of(program, values)
    signals, start = {}, 0
    for bus in circuit.netlist.outputs:
        signals[bus.name] = tuple(raw[0, start : start + bus.width].tolist())
        start += bus.width
    got = output_buses(circuit, decide(raw))
    if circuit.spec.reference is None:
        right = ExactEngine(program).outputs(pattern)
    else:
        right = reference_bits(circuit, buses)
    wanted = output_buses(circuit, right)
    return Result(
        {name: None if np.isnan(signals[name]).any() else int(bus[0]) for name, bus in got.items()},
        {name: int(bus[0]) for name, bus in wanted.items()},
        signals,
    )
