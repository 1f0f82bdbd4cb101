"""Training a table with don't-cares: right where it matters, free where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import decide
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.shortfall import GateNotLearnedError
from gatewright.gates.training.train import train
from gatewright.logic.truth_table import TruthTable

if TYPE_CHECKING:
    from tests.gates.conftest import Worst


def test_a_table_with_dont_cares_is_learned_where_it_matters(worst: Worst) -> None:
    digits = ["1111110", "0110000", "1101101", "1111001", "0110011", "1011011", "1011111"]
    digits += ["1110000", "1111111", "1111011"] + ["-------"] * 6
    spec = GateSpec("seven-segment", TruthTable.from_rows(digits, "wxyz", "abcdefg"))
    gate = train(spec)
    assert worst(gate) <= 0.05
    shown = ["".join(map(str, row)) for row in decide(gate.learned()).tolist()]
    assert shown[:10] == digits[:10]


def test_a_dont_care_is_free_to_become_whatever_is_easiest() -> None:
    """Without a hidden layer XOR cannot be learned; with its last row free, it is OR."""
    perceptron = Recipe((), restarts=8)
    xor = TruthTable.from_rows("0110", "ab", "y")
    with pytest.raises(GateNotLearnedError):
        train(GateSpec("xor", xor), perceptron)
    gate = train(GateSpec("loose-xor", TruthTable.from_rows("011-", "ab", "y")), perceptron)
    assert gate.architecture.sizes == (2, 1)
    assert gate.learned()[:3].ravel() == pytest.approx([0, 1, 1], abs=0.02)
    assert gate.learned()[3, 0] > 0.9


def test_one_output_may_matter_where_another_does_not(worst: Worst) -> None:
    spec = GateSpec("two", TruthTable.from_rows(["0-", "-1", "10", "1-"], "ab", "xy"))
    gate = train(spec)
    assert worst(gate) <= 0.05
    assert gate.figures.error == pytest.approx(worst(gate), abs=1e-12)


def test_a_table_in_which_nothing_matters_is_learned_at_once() -> None:
    gate = train(GateSpec("anything", TruthTable.from_rows("----", "ab", "y")))
    assert gate.figures.error == 0
    assert gate.figures.epochs <= 4
