"""Every built-in gate is learned with every one of a hundred seeds, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.gates.spec import GateSpec
from gatewright.gates.training.train import train
from gatewright.plugins.builtin import gates as builtin_gates

if TYPE_CHECKING:
    from tests.gates.conftest import Network

GATES = {spec.name: spec for spec in builtin_gates.gatewright_gates()}
SEEDS = range(100)


def test_these_are_the_gates_promised() -> None:
    assert list(GATES) == [
        *("buf", "not", "and", "or", "nand", "nor", "xor", "xnor", "and3", "or3", "xor3"),
        *("mux", "majority", "half-adder", "full-adder"),
    ]


@pytest.mark.exhaustive
@pytest.mark.parametrize("spec", GATES.values(), ids=GATES)
def test_a_gate_is_learned_with_every_seed(spec: GateSpec, network: Network) -> None:
    x = spec.table.patterns.astype(np.float64)
    errors = {}
    for seed in SEEDS:
        gate = train(spec, seed=seed)
        outputs = network(gate.architecture, gate.theta, x)
        errors[seed] = float(np.abs(outputs - spec.table.values).max())
    assert {seed: error for seed, error in errors.items() if not error <= 0.05} == {}
    assert len(errors) == 100
