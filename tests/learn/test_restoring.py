"""A restoring layer: a weight an input, and values, gradient and Jacobian of the matrix it stands for."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.errors import RecipeError
from gatewright.learn.network import Architecture, backward, forward, jacobian

SHAPE = Architecture((3, 3, 4, 2), ("logistic", "tanh", "identity"), restoring=True)
MATRIX = Architecture(SHAPE.sizes, SHAPE.activations)


def test_its_parameters_are_a_weight_and_a_bias_an_input() -> None:
    assert SHAPE.parameters == 3 + 3 + 3 * 4 + 4 + 4 * 2 + 2
    assert SHAPE.slices()[:2] == [(slice(0, 3), slice(3, 6)), (slice(6, 18), slice(18, 22))]
    theta = np.arange(32.0)[None]
    (w, b), (v, _), _ = SHAPE.layers(theta)
    assert w[0].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 2]]
    assert (b.ravel().tolist(), v.shape) == ([3, 4, 5], (1, 3, 4))
    assert SHAPE.logic == Architecture((3, 4, 2), ("tanh", "identity"))
    assert MATRIX.logic is MATRIX


def test_values_and_slopes_are_those_of_the_matrix() -> None:
    generator = np.random.default_rng(3)
    theta, x = generator.normal(size=(5, SHAPE.parameters)), generator.normal(size=(6, 3))
    flat = np.concatenate(
        [part.reshape(5, -1) for layer in SHAPE.layers(theta) for part in layer], axis=1
    )
    places = np.r_[np.arange(9)[::4], 9 : MATRIX.parameters]  # the diagonal, and all the rest
    values, expected = forward(SHAPE, theta, x), forward(MATRIX, flat, x)
    assert np.array_equal(values[-1].a, expected[-1].a)
    delta = generator.normal(size=values[-1].a.shape)
    gradient = backward(MATRIX, flat, x, expected, delta)[:, places]
    assert np.allclose(backward(SHAPE, theta, x, values, delta), gradient, rtol=1e-12)
    slopes = jacobian(MATRIX, flat, x, expected)[:, :, places]
    assert np.allclose(jacobian(SHAPE, theta, x, values), slopes, rtol=1e-12)


@pytest.mark.parametrize("sizes", [(3, 2, 1), (3, 3)])
def test_it_has_a_unit_an_input_and_a_layer_behind_it(sizes: tuple[int, ...]) -> None:
    with pytest.raises(RecipeError, match="do not restore each input"):
        Architecture(sizes, ("clipped",) * (len(sizes) - 1), restoring=True)
