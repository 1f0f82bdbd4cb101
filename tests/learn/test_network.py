"""The network: where its parameters lie, what it computes, and the order of its Jacobian."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.errors import RecipeError
from gatewright.learn.network import Architecture, backward, forward, jacobian


def test_parameters_lie_layer_by_layer_weights_before_biases() -> None:
    shape = Architecture((3, 2, 1), ("tanh", "identity"))
    assert shape.parameters == 3 * 2 + 2 + 2 * 1 + 1
    assert shape.slices() == [(slice(0, 6), slice(6, 8)), (slice(8, 10), slice(10, 11))]
    theta = np.arange(22.0).reshape(2, 11)
    (w1, b1), (w2, b2) = shape.layers(theta)
    assert w1.tolist() == [[[0, 1], [2, 3], [4, 5]], [[11, 12], [13, 14], [15, 16]]]
    assert (b1.shape, w2.shape, b2.shape) == ((2, 1, 2), (2, 2, 1), (2, 1, 1))
    assert b1[0].tolist() == [[6, 7]]
    assert w2[1].tolist() == [[19], [20]]
    assert b2[1].tolist() == [[21]]
    w2[1] = -1.0
    assert theta[1, 8:10].tolist() == [-1.0, -1.0]  # views, which starts write through


def test_forward_by_hand() -> None:
    shape = Architecture((2, 2, 1), ("relu", "identity"))
    theta = np.array([[1.0, -1.0, 2.0, 0.5, 0.5, -0.25, 3.0, -2.0, 0.1]])
    hidden, output = forward(shape, theta, np.array([[1.0, 0.0], [1.0, 2.0]]))
    assert hidden.z[0].tolist() == [[1.5, -1.25], [5.5, -0.25]]
    assert hidden.a[0].tolist() == [[1.5, 0.0], [5.5, 0.0]]
    assert output.a[0].ravel() == pytest.approx([4.6, 16.6], rel=1e-15)


def test_every_restart_computes_as_if_it_were_alone_on_rows_of_its_own() -> None:
    generator = np.random.default_rng(1)
    shape = Architecture((3, 4, 2), ("tanh", "softplus"))
    theta, x = generator.normal(size=(5, shape.parameters)), generator.normal(size=(5, 6, 3))
    delta = generator.normal(size=(5, 6, 2))
    values = forward(shape, theta, x)
    gradient, slopes = backward(shape, theta, x, values, delta), jacobian(shape, theta, x, values)
    assert slopes.shape == (5, 12, shape.parameters)
    for one in range(5):
        alone = forward(shape, theta[one : one + 1], x[one])
        assert np.array_equal(alone[-1].a[0], values[-1].a[one])
        back = backward(shape, theta[one : one + 1], x[one], alone, delta[one : one + 1])
        assert np.array_equal(back[0], gradient[one])
        assert np.array_equal(jacobian(shape, theta[one : one + 1], x[one], alone)[0], slopes[one])


def test_the_jacobian_counts_rows_before_outputs() -> None:
    """One linear layer: an output's slope is the input for its own weights, and 1 for its own bias."""
    shape = Architecture((2, 2), ("identity",))
    theta, x = np.zeros((1, 6)), np.array([[3.0, 5.0], [7.0, 11.0]])
    slopes = jacobian(shape, theta, x, forward(shape, theta, x))
    assert slopes.tolist() == [
        [
            [3.0, 0.0, 5.0, 0.0, 1.0, 0.0],  # row 1, output 1
            [0.0, 3.0, 0.0, 5.0, 0.0, 1.0],  # row 1, output 2
            [7.0, 0.0, 11.0, 0.0, 1.0, 0.0],
            [0.0, 7.0, 0.0, 11.0, 0.0, 1.0],
        ]
    ]


def test_the_gradient_is_the_jacobian_weighted_by_the_outputs_slopes() -> None:
    generator = np.random.default_rng(2)
    shape = Architecture((3, 4, 3, 2), ("tanh", "logistic", "identity"))
    theta, x = generator.normal(size=(4, shape.parameters)), generator.normal(size=(5, 3))
    values, weights = forward(shape, theta, x), generator.normal(size=(4, 5, 2))
    slopes = jacobian(shape, theta, x, values)
    wanted = np.einsum("rn,rnp->rp", weights.reshape(4, 10), slopes)
    assert backward(shape, theta, x, values, weights) == pytest.approx(wanted, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(
    ("sizes", "activations", "message"),
    [
        ((2,), (), "a network of layers 2 cannot be built; give one or more layers"),
        ((2, 0, 1), ("relu", "relu"), "a network of layers 2, 0, 1 cannot be built"),
        ((2, -3), ("relu",), "a network of layers 2, -3 cannot be built"),
        ((2, 2, 1), ("relu",), "1 activations for 2 layers; name one activation for all layers"),
        ((2, 1), ("relu", "relu"), "2 activations for 1 layers"),
        ((2, 1), ("sine",), "unknown activation 'sine'; choose one of logistic"),
    ],
)
def test_a_network_that_cannot_be_is_refused(
    sizes: tuple[int, ...], activations: tuple[str, ...], message: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        Architecture(sizes, activations)
    assert message in str(caught.value)
