"""Random circuits of random gates, for whatever runs a circuit in more than one way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pytest

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.netlist import Netlist
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable


class RandomCircuit(Protocol):
    """Instances of these gates on random wires, most of them recent; every seventh is an output."""

    def __call__(
        self, seed: int, gates: Mapping[str, GateSpec], *, inputs: int, instances: int
    ) -> Netlist: ...


@pytest.fixture(scope="session")
def random_circuit() -> RandomCircuit:
    """Makes random circuits."""

    def make(seed: int, gates: Mapping[str, GateSpec], *, inputs: int, instances: int) -> Netlist:
        draw = np.random.default_rng(seed)
        circuit = CircuitBuilder("random", gates)
        wires: list[Wire] = list(circuit.input_bus("a", inputs))
        kinds = sorted(gates)
        for _ in range(instances):
            kind = kinds[draw.integers(len(kinds))]
            pins = len(gates[kind].table.inputs)
            recent = draw.integers(max(0, len(wires) - 20), len(wires), pins)
            anywhere = draw.integers(0, len(wires), pins)
            places = np.where(draw.random(pins) < 0.7, recent, anywhere)
            wires += circuit.instance(kind, *(wires[place] for place in places))
        circuit.output_bus("y", wires[::-7])
        return circuit.netlist()

    return make


@pytest.fixture(scope="session")
def random_gates() -> dict[str, GateSpec]:
    """Gates of one to seven inputs and one to three outputs with random rows; some rows do not matter."""
    draw = np.random.default_rng(9)
    gates = {}
    for inputs in range(1, 8):
        for outputs in (1, 2, 3) if inputs < 6 else (1,):
            rows = draw.choice(["0", "1", "-"], size=(2**inputs, outputs), p=[0.45, 0.45, 0.1])
            name = f"random-{inputs}-{outputs}"
            gates[name] = GateSpec(
                name,
                TruthTable.from_rows(
                    ["".join(row) for row in rows],
                    [f"i{pin}" for pin in range(inputs)],
                    [f"o{pin}" for pin in range(outputs)],
                ),
            )
    return gates
