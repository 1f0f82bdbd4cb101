"""Answers of the lessons that no command prints."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.gates.datasheet import measure
from gatewright.gates.functions import function_spec
from gatewright.gates.training.train import train
from gatewright.learn.network import forward
from gatewright.plugins.manager import Plugins

TRIED = np.unique(np.concatenate([np.linspace(-3000, 3000, 24_001), np.linspace(-30, 30, 4_803)]))


@pytest.mark.parametrize(
    "changed", [{0: -1024, 2: 512}, {1: -1024, 3: 512}, {10: -102, 11: 104, 12: 51}]
)
def test_xor_becomes_xnor_by_two_numbers(plugins: Plugins, changed: dict[int, float]) -> None:
    """Lesson 1, question 5: a XOR (not b), proved as well as before; and the output turned round."""
    gate, xnor = train(plugins.gates["xor"]), plugins.gates["xnor"]
    assert gate.datasheet is not None
    theta = gate.theta.copy()
    for place, value in changed.items():
        assert theta[place] == -value
        theta[place] = value
    sheet = measure(xnor, gate.architecture, theta, gate.datasheet.discipline)
    assert sheet is not None
    assert sheet.noise_margin == gate.datasheet.noise_margin == 0.45


def test_no_single_number_does_of_those_that_were_tried(plugins: Plugins) -> None:
    gate, table = train(plugins.gates["xor"]), plugins.gates["xnor"].table
    assert len(gate.theta) == 13
    for place in range(13):
        theta = np.repeat(gate.theta[None], len(TRIED), 0)
        theta[:, place] = TRIED
        learned = forward(gate.architecture, theta, table.patterns.astype(np.float64))[-1].a
        assert not ((learned > 0.5) == (table.values > 0)).all((1, 2)).any()


def test_a_gate_that_is_called_after_its_table() -> None:
    """Grading: lut3-68 gives 1 where exactly two of its inputs are 1."""
    table = function_spec((0x68,), 3).table
    assert table.values[:, 0].tolist() == (table.patterns.sum(1) == 2).astype(int).tolist()
