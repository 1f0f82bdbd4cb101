"""What the tests of gates share: a few gates, and arithmetic that owes nothing to the learner."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture
from gatewright.plugins.builtin import gates as builtin_gates

Network = Callable[[Architecture, Floats, Floats], Floats]
Worst = Callable[[TrainedGate], float]


def _network(architecture: Architecture, theta: Floats, x: Floats) -> Floats:
    start = 0
    for number, ((before, after), unit) in enumerate(
        zip(pairwise(architecture.sizes), architecture.activations, strict=True)
    ):
        if architecture.restoring and number == 0:
            weights = np.diag(theta[:after])
            start += after
        else:
            weights = theta[start : start + before * after].reshape(before, after)
            start += before * after
        biases = theta[start : start + after]
        start += after
        z = x @ weights + biases
        with np.errstate(over="ignore"):
            x = {"logistic": 1.0 / (1.0 + np.exp(-z)), "clipped": (0.5 + z / 4).clip(0.0, 1.0)}[
                unit
            ]
    assert start == len(theta)
    return x


@pytest.fixture(scope="session")
def network() -> Network:
    """Outputs (rows, outputs) of a network of logistic or clipped units, by plain NumPy."""
    return _network


@pytest.fixture(scope="session")
def worst(network: Network) -> Worst:
    """The largest distance of a gate from its truth table, worked out without the learner."""

    def distance(gate: TrainedGate) -> float:
        table = gate.spec.table
        outputs = network(gate.architecture, gate.theta, table.patterns.astype(np.float64))
        return float(np.abs(outputs - table.values)[table.care].max())

    return distance


@pytest.fixture(scope="session")
def builtins() -> dict[str, GateSpec]:
    """Every built-in gate by name."""
    return {spec.name: spec for spec in builtin_gates.gatewright_gates()}


@pytest.fixture(scope="session")
def xor(builtins: dict[str, GateSpec]) -> GateSpec:
    return builtins["xor"]


@pytest.fixture(scope="session")
def adder(builtins: dict[str, GateSpec]) -> GateSpec:
    return builtins["half-adder"]


@pytest.fixture(scope="session")
def trained_xor(gates: dict[str, TrainedGate]) -> TrainedGate:
    return gates["xor"]


@pytest.fixture(scope="session")
def trained_adder(gates: dict[str, TrainedGate]) -> TrainedGate:
    return gates["half-adder"]


@pytest.fixture
def empty_store(tmp_path: Path) -> Store:
    """A store whose folder is not there yet."""
    return Store(tmp_path / "data" / "gates")
