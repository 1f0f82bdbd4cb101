"""Folding into the weights changes nothing that is computed."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.circuits.simulate.layers import activate, layers
from gatewright.learn.activations import activation, names
from gatewright.learn.network import Architecture, forward

ACTIVATIONS = [name.replace("SLOPE", "0.3") for name in names()]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_layer_is_the_learners(name: str, dtype: type) -> None:
    shape = Architecture((3, 2), (name,))
    draw = np.random.default_rng(3)
    theta, x = draw.normal(size=(4, 8)), draw.normal(size=(10, 3))  # four networks
    (layer,) = layers(shape, theta, np.dtype(dtype))
    assert layer.weights.shape == (3, 2, 4, 1)
    assert layer.biases.shape == (2, 4, 1)
    assert layer.weights.dtype == layer.biases.dtype == dtype
    sums = layer.biases + sum(
        layer.weights[pin] * x[:, pin].astype(dtype) for pin in range(3)
    )  # (units, networks, patterns)
    given = sums
    got = activate(layer.activation, sums)
    assert got is given  # in place
    assert got.dtype == dtype
    wanted = forward(shape, theta, x)[-1].a.transpose(2, 0, 1)
    assert np.allclose(got, wanted, rtol=0, atol=1e-5 if dtype is np.float32 else 1e-14)


def test_few_bit_weights_are_folded_exactly() -> None:
    shape = Architecture((2, 1), ("clipped",))
    (layer,) = layers(shape, np.array([[41.5, -20.75, 3.25]]), np.dtype(np.float32))
    assert layer.weights.ravel().tolist() == [10.375, -5.1875]
    assert layer.biases.ravel().tolist() == [1.3125]


def test_what_is_no_number_stays_none() -> None:
    for name in ("clipped", "logistic", "tanh", "identity"):
        assert np.isnan(activate(name, np.array([np.nan])))[0]
    assert activation("clipped").value(np.array([7.0])).tolist() == [1.0]
