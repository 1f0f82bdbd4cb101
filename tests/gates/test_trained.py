"""Trained gates: what they give for any signal, and how they are told apart."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.arrays import Floats
from gatewright.errors import UsageError
from gatewright.gates.trained import INVALID, TrainedGate, decide
from gatewright.learn.network import Architecture

if TYPE_CHECKING:
    from tests.gates.conftest import Network

JUST_ABOVE = float(np.nextafter(0.5, 1.0))
JUST_BELOW = float(np.nextafter(0.5, 0.0))


def test_a_signal_above_a_half_is_1() -> None:
    raw = np.array([[0.0, JUST_BELOW, 0.5], [JUST_ABOVE, 1.0, 7.0], [-3.0, np.inf, -np.inf]])
    bits = decide(raw)
    assert bits.dtype == np.uint8
    assert bits.tolist() == [[0, 0, 0], [1, 1, 1], [0, 1, 0]]


def test_what_is_not_a_number_is_no_bit() -> None:
    assert decide(np.array([np.nan, 0.9, -np.nan, 0.1])).tolist() == [INVALID, 1, INVALID, 0]
    assert INVALID not in (0, 1)


def test_deciding_leaves_the_signals_alone() -> None:
    raw = np.array([0.9, np.nan])
    decide(raw)
    assert raw[0] == 0.9
    assert np.isnan(raw[1])


SIGNALS = st.lists(
    st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5)), min_size=1, max_size=20
).map(lambda pairs: np.array(pairs, dtype=np.float64))


@given(x=SIGNALS)
def test_rows_and_columns_give_what_plain_arithmetic_gives(
    trained_adder: TrainedGate, network: Network, x: Floats
) -> None:
    expected = network(trained_adder.architecture, trained_adder.theta, x)
    assert trained_adder.raw(x).shape == (len(x), 2)
    np.testing.assert_allclose(trained_adder.raw(x), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(trained_adder.flow(x.T), expected.T, rtol=1e-12, atol=1e-14)


def test_signals_that_flow_through_are_not_changed(trained_adder: TrainedGate) -> None:
    columns = np.array([[0.2, 1.0], [0.9, 0.0]])
    kept = columns.copy()
    trained_adder.flow(columns)
    assert np.array_equal(columns, kept)


def test_a_signal_that_is_not_a_number_comes_out_as_one_that_is_not(
    trained_xor: TrainedGate,
) -> None:
    raw = trained_xor.raw(np.array([[np.nan, 1.0], [0.0, 1.0]]))
    assert decide(raw).ravel().tolist() == [INVALID, 1]


def test_one_row_may_be_given_alone(trained_adder: TrainedGate) -> None:
    row = [1, *[0] * (len(trained_adder.spec.table.inputs) - 1)]
    assert np.array_equal(trained_adder.raw(np.array(row)), trained_adder.raw(np.array([row])))
    assert np.array_equal(trained_adder.raw(row), trained_adder.raw(np.array([row])))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (0.5, r"an array of shape \(\); give \(rows, inputs\), a number for each of"),
        ([0, 1, 1, 0, 1], r"an array of shape \(5,\)"),
        (np.zeros((3, 4)), r"an array of shape \(3, 4\)"),
        (np.zeros((1, 2, 3)), r"an array of shape \(1, 2, 3\)"),
        ("a", r"what is not numbers; give an array of numbers, shape \(rows, inputs\)"),
        ([[0, 1, 1], [0, 1]], "what is not numbers"),
    ],
)
def test_arrays_of_another_shape_are_refused(
    given: Any, message: str, trained_adder: TrainedGate
) -> None:
    """An array of one dimension was spread over all inputs, in silence."""
    with pytest.raises(UsageError, match=message):
        trained_adder.raw(given)
    flowing = message.replace("rows, inputs", "inputs, patterns")
    with pytest.raises(UsageError, match=flowing):
        trained_adder.flow(given)


def test_the_learned_table_is_the_output_in_every_row(trained_adder: TrainedGate) -> None:
    learned = trained_adder.learned()
    assert learned.shape == (4, 2)
    assert decide(learned).tolist() == [[0, 0], [0, 1], [0, 1], [1, 0]]
    assert np.abs(learned - trained_adder.spec.table.values).max() == pytest.approx(
        trained_adder.figures.error, abs=1e-12
    )


def test_networks_with_other_activations_flow_too(trained_xor: TrainedGate) -> None:
    theta = np.array([1.0, -2.0, 0.5, 3.0, 0.25, -1.0, 2.0, -1.5, 0.125])
    gate = dataclasses.replace(
        trained_xor, architecture=Architecture((2, 2, 1), ("relu", "identity")), theta=theta
    )
    # Hidden: max(0, 1·1 + 0.5·0.5 + 0.25) = 1.5 and max(0, -2 + 1.5 - 1) = 0, out: 2·1.5 + 0.125.
    assert gate.raw(np.array([[1.0, 0.5]])).tolist() == [[3.125]]


def test_the_digest_changes_with_any_weight(trained_adder: TrainedGate) -> None:
    digests = {trained_adder.digest}
    for place in range(len(trained_adder.theta)):
        theta = trained_adder.theta.copy()
        theta[place] = np.nextafter(theta[place], np.inf)
        digests.add(dataclasses.replace(trained_adder, theta=theta).digest)
    assert len(digests) == 1 + len(trained_adder.theta)


def test_the_digest_changes_with_the_shape_of_the_network(trained_xor: TrainedGate) -> None:
    sizes, layers = trained_xor.architecture.sizes, len(trained_xor.architecture.activations)
    other = dataclasses.replace(trained_xor, architecture=Architecture(sizes, ("tanh",) * layers))
    assert other.digest != trained_xor.digest
    square = np.arange(9.0)  # as many parameters in two shapes
    one = dataclasses.replace(
        trained_xor, theta=square, architecture=Architecture((2, 2, 1), ("logistic",) * 2)
    )
    two = dataclasses.replace(one, architecture=Architecture((2, 3), ("logistic",)))
    assert one.digest != two.digest


def test_the_digest_is_of_the_network_alone(trained_xor: TrainedGate) -> None:
    copied = dataclasses.replace(trained_xor, theta=trained_xor.theta.copy(), seed=77)
    assert copied.digest == trained_xor.digest
    assert len(copied.digest) == 64


def test_a_trained_gate_cannot_be_changed(trained_xor: TrainedGate) -> None:
    with pytest.raises(ValueError, match="read-only"):
        trained_xor.theta[0] = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        trained_xor.seed = 1  # type: ignore[misc] # on purpose
