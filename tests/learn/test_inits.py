"""Where restarts begin: what is drawn, that more restarts change nothing, what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.inits import (
    INITS,
    Fixed,
    Glorot,
    He,
    Init,
    Normal,
    Restoring,
    Uniform,
)
from gatewright.learn.network import Architecture
from gatewright.plugins.builtin.published.legacy import Legacy

SHAPE = Architecture((3, 5, 2), ("logistic",) * 2)
DEEP = Architecture((3, 5, 2, 1), ("logistic",) * 3)
MANY = 20_000


def drawn(
    init: Init, restarts: int = MANY, architecture: Architecture = SHAPE
) -> list[tuple[Floats, Floats]]:
    """Every layer's weights and biases, shape (restarts, values)."""
    theta = init.draw(architecture, np.random.default_rng(5), restarts)
    assert theta.shape == (restarts, architecture.parameters)
    assert theta.dtype == np.float64
    return [(theta[:, w], theta[:, b]) for w, b in architecture.slices()]


def check_uniform(values: Floats, low: float, high: float) -> None:
    """Within the bounds, near both, and with the moments of a uniform distribution."""
    assert low <= values.min() < low + 0.001 * (high - low)
    assert high - 0.001 * (high - low) < values.max() < high
    # Five standard errors of the mean and the variance of so many draws.
    spread = (high - low) / math.sqrt(12.0)
    assert abs(values.mean() - (low + high) / 2) < 5 * spread / math.sqrt(values.size)
    assert abs(values.var() / spread**2 - 1.0) < 5 * math.sqrt(0.8 / values.size)


def check_normal(values: Floats, deviation: float) -> None:
    assert abs(values.mean()) < 5 * deviation / math.sqrt(values.size)
    assert abs(values.var() / deviation**2 - 1.0) < 5 * math.sqrt(2.0 / values.size)
    assert abs((np.abs(values) < deviation).mean() - 0.6827) < 5 * math.sqrt(0.2166 / values.size)


def check_independent(values: Floats) -> None:
    """No two parameters go together, nor two restarts that follow one another."""
    correlation = np.corrcoef(values.T) - np.eye(values.shape[1])
    assert np.abs(correlation).max() < 5 / math.sqrt(len(values))
    assert abs(np.corrcoef(values[1:].ravel(), values[:-1].ravel())[0, 1]) < 5 / math.sqrt(
        values.size
    )


def test_uniform() -> None:
    for weights, biases in drawn(Uniform(-0.5, 1.5)):
        check_uniform(weights, -0.5, 1.5)
        check_uniform(biases, -0.5, 1.5)
        check_independent(weights)
    for weights, biases in drawn(Uniform(0.0, 1.0, biases=False)):
        check_uniform(weights, 0.0, 1.0)
        assert not biases.any()


def test_normal() -> None:
    for weights, biases in drawn(Normal(0.5)):
        check_normal(weights, 0.5)
        check_normal(biases, 0.5)
        check_independent(weights)
    for weights, biases in drawn(Normal(2.0, biases=False)):
        check_normal(weights, 2.0)
        assert not biases.any()


def test_glorot_bounds_a_layer_by_its_fan_in_and_fan_out() -> None:
    for (weights, biases), bound in zip(
        drawn(Glorot()), (math.sqrt(6 / 8), math.sqrt(6 / 7)), strict=True
    ):
        check_uniform(weights, -bound, bound)
        check_independent(weights)
        assert not biases.any()


def test_he_has_the_variance_of_two_over_the_fan_in() -> None:
    for (weights, biases), before in zip(drawn(He()), (3, 5), strict=True):
        check_normal(weights, math.sqrt(2 / before))
        check_independent(weights)
        assert not biases.any()


def test_restoring_gives_every_input_a_steep_unit_of_its_own() -> None:
    start = Restoring(weight=20.0, bias=-10.0, noise=0.5)
    (weights, biases), (after, after_biases), _ = drawn(start, architecture=DEEP)
    w, own = weights.reshape(MANY, 3, 5), np.eye(3, 5, dtype=bool)
    bound = math.sqrt(6 / 8)
    check_uniform(w[:, own], 20.0 - 0.5 * bound, 20.0 + 0.5 * bound)
    check_uniform(w[:, ~own], -0.5 * bound, 0.5 * bound)
    # Units beyond the inputs are not steep and start without a bias.
    assert biases.tolist() == [[-10.0, -10.0, -10.0, 0.0, 0.0]] * MANY
    check_uniform(after, -math.sqrt(6 / 7), math.sqrt(6 / 7))
    assert not after_biases.any()


def test_restoring_units_tell_a_sloppy_0_from_a_sloppy_1() -> None:
    """Whatever the other inputs are, 0.4 comes out as a clean 0 and 0.6 as a clean 1, noise aside."""
    shape = Architecture((2, 2, 2, 1), ("logistic",) * 3)
    theta = Restoring(noise=0.0).draw(shape, np.random.default_rng(0), 1)
    w, b = shape.layers(theta)[0]
    z = np.array([[0.4, 0.6], [0.6, 0.4]]) @ w[0] + b[0]
    assert z == pytest.approx(np.array([[-4.0, 4.0], [4.0, -4.0]]))


@pytest.mark.parametrize("sizes", [(3, 2, 4, 1), (3, 3, 1), (3, 1), (1, 1)])
def test_restoring_needs_a_hidden_unit_for_every_input_and_a_layer_after_it(
    sizes: tuple[int, ...],
) -> None:
    shape = Architecture(sizes, ("logistic",) * (len(sizes) - 1))
    given = Restoring().draw(shape, np.random.default_rng(2), 4)
    assert np.array_equal(given, Glorot().draw(shape, np.random.default_rng(2), 4))


def test_fixed_gives_every_restart_the_same() -> None:
    shape = Architecture((1, 2, 1), ("tanh",) * 2)
    values = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    generator = np.random.default_rng(0)
    assert Fixed(values).draw(shape, generator, 3).tolist() == [list(values)] * 3
    assert generator.random() == np.random.default_rng(0).random()  # nothing was drawn


def test_legacy_is_the_old_stream_all_weights_then_all_biases() -> None:
    stream = np.random.RandomState(42)
    stream.rand(4)
    w1, w2 = stream.rand(3, 5), stream.rand(5, 2)
    b1, b2 = stream.rand(5), stream.rand(2)
    given = Legacy(seed=42, skip=4).draw(SHAPE, np.random.default_rng(9), 1)[0]
    assert np.array_equal(given, np.concatenate([w1.ravel(), b1, w2.ravel(), b2]))
    w1_again, w2_again = stream.rand(15), stream.rand(10)
    both = Legacy(seed=42, skip=4).draw(SHAPE, np.random.default_rng(8), 2)
    assert np.array_equal(both[0], given)
    assert np.array_equal(
        both[1][:15], w1_again
    )  # the second restart goes on where the first ended
    assert np.array_equal(both[1][20:30], w2_again)
    assert not np.array_equal(
        given, Legacy(seed=43, skip=4).draw(SHAPE, np.random.default_rng(9), 1)[0]
    )


def test_the_legacy_stream_of_seed_42_begins_as_it_is_known_to() -> None:
    shape = Architecture((2, 1), ("logistic",))
    given = Legacy(42).draw(shape, np.random.default_rng(0), 1)
    assert given.tolist() == [[0.3745401188473625, 0.9507143064099162, 0.7319939418114051]]


@pytest.mark.parametrize(
    "init",
    [
        Uniform(),
        Normal(biases=False),
        Glorot(),
        He(),
        Restoring(),
        Legacy(7, 3),
        Fixed((0.5,) * 32),
    ],
)
def test_restart_i_begins_at_the_same_place_however_many_there_are(init: Init) -> None:
    few, many = (init.draw(SHAPE, np.random.default_rng(3), restarts) for restarts in (2, 999))
    assert np.array_equal(few, many[:2])
    if not isinstance(init, Fixed):
        assert len(np.unique(many, axis=0)) == 999


def test_the_seed_decides() -> None:
    for start in (Uniform(), Normal(), Glorot(), He(), Restoring()):
        one, again, other = (
            start.draw(SHAPE, np.random.default_rng(seed), 3) for seed in (1, 1, 2)
        )
        assert np.array_equal(one, again)
        assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("low", "high"),
    [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf")), (-math.inf, 0.0)],
)
def test_a_uniform_start_without_values_is_refused(low: float, high: float) -> None:
    with pytest.raises(RecipeError, match=rf"a uniform init from {low} to {high} has no values"):
        Uniform(low, high)


@pytest.mark.parametrize("deviation", [0.0, -1.0, math.nan, math.inf])
def test_a_normal_start_without_a_deviation_is_refused(deviation: float) -> None:
    with pytest.raises(
        RecipeError, match=rf"a standard deviation of {deviation} cannot be drawn from"
    ):
        Normal(deviation)


def test_a_fixed_start_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(
        RecipeError, match=r"a fixed init of 3 values for a network of 32 parameters"
    ):
        Fixed((1.0, 2.0, 3.0)).draw(SHAPE, np.random.default_rng(0), 1)


def test_the_starts_by_name() -> None:
    assert dict(INITS) == {
        "restoring": Restoring,
        "glorot": Glorot,
        "he": He,
        "normal": Normal,
        "uniform": Uniform,
        "fixed": Fixed,
        "legacy": Legacy,
    }
