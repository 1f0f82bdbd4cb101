"""Few-bit weights: what lies on the grid is exactly an integer times a power of two."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatewright.arrays import Floats
from gatewright.certify.grid import bits, integers, on_grid, step_exponent
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture

SHAPE = Architecture((2, 2, 1), ("clipped", "clipped"))  # 6 and 3 parameters
finite = st.floats(allow_nan=False, allow_infinity=False)
weights = st.one_of(finite, st.floats(-100, 100), st.integers(-5, 5).map(float), st.just(0.0))
parameters = st.lists(weights, min_size=9, max_size=9).map(np.array)
# Beyond 2**1000 a step may not fit.
usual = st.floats(-1e300, 1e300)
roundable = st.lists(st.one_of(usual, st.floats(-100, 100)), min_size=9, max_size=9).map(np.array)


def again(theta: Floats, architecture: Architecture = SHAPE) -> list[Fraction]:
    """The parameters, in order, worked out of the integers alone."""
    return [
        int(number) * Fraction(2) ** layer.exponent
        for layer in integers(architecture, theta)
        for part in (layer.weights, layer.biases)
        for number in part.ravel().tolist()
    ]


def of_bits(theta: Floats, architecture: Architecture = SHAPE) -> int:
    """Bits a weight, by counting them."""
    widest = max(
        abs(int(number))
        for layer in integers(architecture, theta)
        for part in (layer.weights, layer.biases)
        for number in part.ravel().tolist()
    )
    return len(f"{widest:b}") + 1 if widest else 1


@given(parameters)
def test_integers_are_exactly_the_weights(theta: Floats) -> None:
    assert again(theta) == [Fraction(each) for each in theta.tolist()]


@given(parameters)
def test_no_coarser_grid_holds_a_layer(theta: Floats) -> None:
    for layer in integers(SHAPE, theta):
        numbers = [*layer.weights.ravel().tolist(), *layer.biases.tolist()]
        assert any(number % 2 for number in numbers) or not any(numbers)
    assert bits(SHAPE, theta) == of_bits(theta)


def test_integers_have_the_shape_of_their_layer() -> None:
    first, second = integers(SHAPE, np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.25, -0.5, 0.0]))
    assert first.weights.tolist() == [[1, 2], [3, 4]]
    assert first.biases.tolist() == [5, 6]
    assert second.weights.tolist() == [[1], [-2]]
    assert second.biases.tolist() == [0]
    assert (first.exponent, second.exponent) == (0, -2)


@pytest.mark.parametrize(
    ("theta", "expected"),
    [
        ([0.0] * 9, 1),
        ([1.0] * 9, 2),
        ([-1.0] * 9, 2),
        ([3.0, 1.0] + [0.0] * 7, 3),
        ([127.0, 1.0] + [0.0] * 7, 8),
        ([128.0, 1.0] + [0.0] * 7, 9),  # -128 would do, 128 would not: sign and size are apart
        ([-128.0, 1.0] + [0.0] * 7, 9),
        ([1.5, 0.25] + [0.0] * 7, 4),
        ([0.1] + [0.0] * 8, 53),  # 53 bits of fraction, its last zero taken off, and the sign
        ([1e300, 1.0] + [0.0] * 7, 998),
        ([5e-324] * 9, 2),
        ([1.0, 5e-324] + [0.0] * 7, 1076),
        ([1024.0] * 6 + [2.0**-30] * 3, 2),  # a step a layer
    ],
    ids=str,
)
def test_bits_a_weight(theta: list[float], expected: int) -> None:
    assert bits(SHAPE, np.array(theta)) == expected == of_bits(np.array(theta))


def test_subnormal_and_huge_weights_are_exact_too() -> None:
    theta = np.array([5e-324, -2.3e-310, 1e-300, 2.2e-308, 0.0, -0.0, 1.7e308, -1e300, 1.0])
    assert again(theta) == [Fraction(each) for each in theta.tolist()]
    first, second = integers(SHAPE, theta)
    assert first.exponent == -1074
    assert second.weights.dtype == object  # wider than any integer of a computer


@given(roundable, st.integers(2, 24))
@example(np.array([2.2250738585072014e-308] + [0.0] * 8), 2)
@example(np.array([5e-324] * 9), 2)
def test_rounding_is_to_the_nearest_and_fits(theta: Floats, width: int) -> None:
    rounded = on_grid(SHAPE, theta[None], width)[0]
    assert bits(SHAPE, rounded) <= width
    for layer in (slice(0, 6), slice(6, 9)):
        largest = abs(theta[layer]).max()
        if largest == 0:
            assert not rounded[layer].any()
            continue
        exponent = int(step_exponent(largest, width))
        step = Fraction(2) ** exponent
        assert Fraction(largest) <= (2 ** (width - 1) - 1) * step
        assert exponent == -1074 or Fraction(largest) > (2 ** (width - 1) - 1) * step / 2
        for before, after in zip(theta[layer].tolist(), rounded[layer].tolist(), strict=True):
            assert abs(Fraction(before) - Fraction(after)) <= step / 2
            assert (Fraction(after) / step).denominator == 1


@given(roundable, st.integers(2, 24))
def test_what_is_rounded_once_stays(theta: Floats, width: int) -> None:
    with np.errstate(under="ignore"):
        once = on_grid(SHAPE, theta[None], width)
        np.testing.assert_array_equal(on_grid(SHAPE, once, 24 if width > 12 else width + 12), once)


@given(st.lists(st.integers(-127, 127), min_size=9, max_size=9), st.integers(-60, 60))
def test_integers_times_a_step_are_given_back(numbers: list[int], exponent: int) -> None:
    theta = np.array(numbers) * 2.0**exponent
    assert bits(SHAPE, theta) <= 8
    assert again(theta) == [each * Fraction(2) ** exponent for each in numbers]


@given(roundable)
def test_the_opposite_of_a_network_is_on_the_same_grid(theta: Floats) -> None:
    with np.errstate(under="ignore"):
        one, other = on_grid(SHAPE, theta[None], 8), on_grid(SHAPE, -theta[None], 8)
    np.testing.assert_array_equal(one, -other)


def test_twice_as_large_are_the_same_integers() -> None:
    theta = np.array([41.3, -20.9, 3.3, 7.7, -1.1, 0.3, 12.0, -5.0, 0.01])
    one, other = (integers(SHAPE, on_grid(SHAPE, part[None], 8)[0]) for part in (theta, 2 * theta))
    for before, after in zip(one, other, strict=True):
        assert before.weights.tolist() == after.weights.tolist()
        assert after.exponent == before.exponent + 1


@pytest.mark.parametrize(
    ("largest", "width", "expected"),
    [
        (127.0, 8, 1.0),
        (127.1, 8, 2.0),
        (128.0, 8, 2.0),
        (63.5, 8, 0.5),
        (1.0, 2, 1.0),
        (7.0, 4, 1.0),
    ],
)
def test_the_step_is_the_least_power_that_fits(largest: float, width: int, expected: float) -> None:
    assert 2.0 ** int(step_exponent(np.array(largest), width)) == expected


def test_many_networks_are_rounded_each_on_its_own() -> None:
    theta = np.random.default_rng(1).normal(size=(5, 9)) * np.geomspace(1e-3, 1e3, 5)[:, None]
    together = on_grid(SHAPE, theta, 5)
    for each in range(5):
        np.testing.assert_array_equal(together[each], on_grid(SHAPE, theta[each : each + 1], 5)[0])


def test_sums_over_a_built_in_gate_are_exact(gates: dict[str, TrainedGate]) -> None:
    random = np.random.default_rng(0)
    for gate in gates.values():
        assert bits(gate.architecture, gate.theta) <= 8
        a = random.integers(0, 2, gate.architecture.sizes[0]).astype(np.float64)
        exact = [Fraction(each) for each in a.tolist()]
        for (w, b), _ in zip(
            gate.architecture.layers(gate.theta[None]), gate.architecture.functions, strict=True
        ):
            for dtype in (np.float64, np.float32):
                z = (a.astype(dtype) @ w[0].astype(dtype) + b[0, 0].astype(dtype)).tolist()
                assert z == [
                    sum(x * Fraction(each) for x, each in zip(exact, column, strict=True))
                    + Fraction(c)
                    for column, c in zip(w[0].T.tolist(), b[0, 0].tolist(), strict=True)
                ]
            a = np.array([float(z[unit] > 0) for unit in range(len(z))])
            exact = [Fraction(each) for each in a.tolist()]
