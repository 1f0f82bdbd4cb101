"""Losses: figures worked out by hand, don't-cares, and outputs that have saturated."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.losses import LOSSES, loss
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective

# Two restarts, two rows, two outputs.
OUTPUTS = np.array([[[0.5, 0.25], [0.8, 0.1]], [[0.5, 0.5], [0.5, 0.5]]])
TARGETS = np.array([[1.0, 0.0], [1.0, 0.5]])
ALL = np.ones((2, 2))
SOME = np.array([[1.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize(
    ("name", "care", "values"),
    [
        ("mse", ALL, [(0.25 + 0.0625 + 0.04 + 0.16) / 4, 0.75 / 4]),
        ("mse", SOME, [(0.25 + 0.04 + 0.16) / 3, 0.5 / 3]),
        ("half-sse", ALL, [(0.25 + 0.0625 + 0.04 + 0.16) / 2, 0.375]),
        ("half-sse", SOME, [(0.25 + 0.04 + 0.16) / 2, 0.25]),
        (
            "cross-entropy",
            ALL,
            # natural logarithms: nats, not bits
            [
                -(math.log(0.5) + math.log(0.75) + math.log(0.8) + 0.5 * math.log(0.1 * 0.9)) / 4,
                math.log(2.0),
            ],
        ),
        (
            "cross-entropy",
            SOME,
            [-(math.log(0.5) + math.log(0.8) + 0.5 * math.log(0.1 * 0.9)) / 3, math.log(2.0)],
        ),
    ],
)
def test_values(name: str, care: Floats, values: list[float]) -> None:
    assert loss(name).value(OUTPUTS, TARGETS, care) == pytest.approx(values, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "gradient"),
    [  # of the first restart, with one don't-care
        ("mse", [[2 * -0.5 / 3, 0.0], [2 * -0.2 / 3, 2 * -0.4 / 3]]),
        ("half-sse", [[-0.5, 0.0], [-0.2, -0.4]]),
        ("cross-entropy", [[-1 / 0.5 / 3, 0.0], [-1 / 0.8 / 3, -0.4 / 0.09 / 3]]),
    ],
)
def test_gradients(name: str, gradient: list[list[float]]) -> None:
    found = loss(name).gradient(OUTPUTS, TARGETS, SOME)
    assert found.shape == (2, 2, 2)
    assert found[0] == pytest.approx(np.array(gradient), rel=1e-14)


@pytest.mark.parametrize("name", list(LOSSES))
def test_nothing_that_matters_weighs_nothing(name: str) -> None:
    nothing = np.zeros((2, 2))
    assert loss(name).value(OUTPUTS, TARGETS, nothing).tolist() == [0.0, 0.0]
    assert not loss(name).gradient(OUTPUTS, TARGETS, nothing).any()


@pytest.mark.parametrize("name", list(LOSSES))
def test_each_restart_may_have_targets_and_dont_cares_of_its_own(name: str) -> None:
    targets = np.stack([TARGETS, 1.0 - TARGETS])
    care = np.stack([ALL, SOME])
    together = loss(name).value(OUTPUTS, targets, care)
    slopes = loss(name).gradient(OUTPUTS, targets, care)
    for one in range(2):
        alone = OUTPUTS[one : one + 1]
        assert loss(name).value(alone, targets[one], care[one])[0] == together[one]
        assert np.array_equal(loss(name).gradient(alone, targets[one], care[one])[0], slopes[one])


def test_cross_entropy_of_saturated_outputs_is_finite_and_points_the_right_way() -> None:
    """At a = 0 and 1 the logarithm is of nothing, and a·(1 − a) is nothing to divide by."""
    kind = loss("cross-entropy")
    outputs, targets = np.array([[[0.0], [1.0]]]), np.array([[1.0], [0.0]])
    care = np.ones((2, 1))
    value, slope = kind.value(outputs, targets, care), kind.gradient(outputs, targets, care)
    assert np.isfinite(value).all()
    assert value[0] > 600
    assert np.isfinite(slope).all()
    assert np.sign(slope).ravel().tolist() == [-1.0, 1.0]
    right = kind.value(outputs, 1.0 - targets, care)
    assert right.tolist() == [0.0]
    assert kind.gradient(outputs, 1.0 - targets, care).ravel().tolist() == [0.0, 0.0]


@pytest.mark.parametrize("activation", ["logistic", "clipped"])
@pytest.mark.parametrize("name", list(LOSSES))
def test_a_saturated_network_has_a_finite_loss_and_gradient(name: str, activation: str) -> None:
    """z = ±800, on the wrong side."""
    rows = np.array([[1.0], [-1.0]])
    objective = Objective(
        Architecture((1, 1), (activation,)), rows, np.array([[0.0], [1.0]]), loss=name
    )
    found = objective.gradient(np.array([[800.0, 0.0]]))
    assert np.isfinite(found.loss).all()
    assert np.isfinite(found.gradient).all()
    assert found.error.tolist() == [1.0]
    if name == "cross-entropy" and activation == "logistic":
        # dL/dz = (a − y)/n survives where the product of dL/da and f'(z) would be lost: the weight falls.
        assert found.gradient.tolist() == [[1.0, 0.0]]


def test_for_logistic_outputs_the_short_cut_equals_the_product() -> None:
    kind = loss("cross-entropy")
    short = kind.logistic_gradient
    assert short is not None
    product = kind.gradient(OUTPUTS, TARGETS, SOME) * OUTPUTS * (1.0 - OUTPUTS)
    assert short(OUTPUTS, TARGETS, SOME) == pytest.approx(product, rel=1e-14)


def test_an_unknown_loss_is_refused_with_the_list() -> None:
    with pytest.raises(RecipeError) as caught:
        loss("hinge")
    assert str(caught.value) == "unknown loss 'hinge'; choose one of cross-entropy, mse, half-sse"
