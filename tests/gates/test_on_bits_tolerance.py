"""What learning on bits does for tolerance: weights off, inputs inverted, weights left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from gatewright.certify.discipline import DEFAULT
from gatewright.certify.proof import Rows
from gatewright.certify.prover import proved
from gatewright.certify.widest import weight_tolerance
from gatewright.gates.training.on_bits.learn import OnBits, learn_on_bits
from gatewright.gates.training.on_bits.polarity import inverted_inputs, seen_inverted
from gatewright.gates.training.on_bits.prune import without_weights
from gatewright.learn.network import Architecture
from gatewright.logic.bits import table_rows


def rows_of_bits(bits: npt.ArrayLike, inputs: int) -> Rows:
    y = np.asarray(bits, dtype=np.float64).reshape(1 << inputs, -1)
    return Rows(table_rows(inputs).astype(np.float64), y, np.ones_like(y))


def learned(rows: Rows) -> tuple[OnBits, float]:
    made = learn_on_bits(rows, DEFAULT)
    assert isinstance(made, OnBits)
    assert proved(made.architecture, made.theta[None], rows, [DEFAULT]).all()
    return made, weight_tolerance(made.architecture, made.theta, rows, DEFAULT)


@pytest.mark.parametrize(
    ("inputs", "least"), [(3, 0.045), (4, 0.04), (5, 0.04), (6, 0.04), (7, 0.015), (8, 0.01)]
)
@pytest.mark.parametrize("seed", [100, 101])
def test_random_tables_tolerate_weights_that_are_off(inputs: int, least: float, seed: int) -> None:
    bits = np.random.default_rng(seed).integers(0, 2, 1 << inputs)
    assert learned(rows_of_bits(bits, inputs))[1] >= least


@pytest.mark.parametrize("inputs", [6, 9, 11])
@pytest.mark.parametrize("zeros", [0, 2])
def test_an_and_of_many_tolerates_as_much_as_an_or(inputs: int, zeros: int) -> None:
    literals = table_rows(inputs) ^ (np.arange(inputs) < zeros)
    made, tolerance = learned(rows_of_bits(literals.all(1), inputs))
    assert made.architecture.sizes == (inputs, inputs, 1)
    assert tolerance >= 0.045
    weights = made.theta[:inputs]
    assert (np.sign(weights) == np.where(np.arange(inputs) < zeros, 1, -1)).all()


def test_inputs_are_inverted_where_the_rows_that_decide_have_ones() -> None:
    count = table_rows(7).sum(1)
    assert inverted_inputs(rows_of_bits(count == 7, 7)).all()
    for bits in (count > 0, count % 2, count > 3):
        assert not inverted_inputs(rows_of_bits(bits, 7)).any()
    nothing = Rows(np.zeros((2, 1)), np.zeros((2, 1)), np.zeros((2, 1)))
    assert not inverted_inputs(nothing).any()


def test_what_is_seen_inverted_is_the_same_function() -> None:
    generator = np.random.default_rng(5)
    rows = rows_of_bits(generator.integers(0, 2, (16, 2)), 4)
    inverted = np.array([True, False, False, True])
    seen = seen_inverted(rows, inverted)
    for x, y in zip(rows.x, rows.y, strict=True):
        place = int("".join(str(int(bit)) for bit in abs(x - inverted)), 2)
        assert (seen.y[place] == y).all()


def test_a_weight_that_no_row_needs_is_left_out_and_one_that_is_needed_stays() -> None:
    gate = Architecture((3, 3, 1), ("clipped", "clipped"), restoring=True)
    restoring = [1024.0] * 3 + [-512.0] * 3
    rows = rows_of_bits(table_rows(3)[:, 0] | table_rows(3)[:, 2], 3)
    theta = np.array([*restoring, 64.0, 3.0, 64.0, -16.0])
    made = without_weights(gate, theta, rows, DEFAULT, 0.04)
    assert made.tolist() == [*restoring, 64.0, 0.0, 64.0, -16.0]
    assert theta[7] == 3.0


def test_a_mux_keeps_only_the_weights_that_choose() -> None:
    x = table_rows(3)
    made, tolerance = learned(rows_of_bits(np.where(x[:, 0] > 0, x[:, 1], x[:, 2]), 3))
    assert (made.theta != 0).sum() <= 15 < made.architecture.parameters
    assert tolerance >= 0.045
