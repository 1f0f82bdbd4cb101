"""Activation functions: their values, slopes, bounds and names."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from gatewright.errors import RecipeError
from gatewright.learn.activations import activation, names

EVERY = (
    *("logistic", "tanh", "relu", "softplus", "identity", "clipped"),
    *("leaky-relu(0.5)", "leaky-relu(0.01)", "leaky-relu(-0.3)", "leaky-relu(0)"),
    *("folded-relu(0.2)", "folded-relu(1)", "folded-relu(-0.1)"),
)


def test_every_kind_of_activation_is_tested_here() -> None:
    assert {name.split("(")[0] for name in EVERY} == {name.split("(")[0] for name in names()}


@pytest.mark.parametrize(
    ("name", "values"),
    [  # at −3, −1, 0, 1, 3
        (
            "logistic",
            [0.04742587317756678, 0.2689414213699951, 0.5, 0.7310585786300049, 0.9525741268224334],
        ),
        (
            "tanh",
            [-0.9950547536867305, -0.7615941559557649, 0.0, 0.7615941559557649, 0.9950547536867305],
        ),
        ("relu", [0.0, 0.0, 0.0, 1.0, 3.0]),
        (
            "softplus",
            [
                0.04858735157374206,
                0.31326168751822286,
                0.6931471805599453,
                1.3132616875182228,
                3.048587351573742,
            ],
        ),
        ("identity", [-3.0, -1.0, 0.0, 1.0, 3.0]),
        ("clipped", [0.0, 0.25, 0.5, 0.75, 1.0]),
        ("leaky-relu(0.5)", [-1.5, -0.5, 0.0, 1.0, 3.0]),
        ("leaky-relu(-0.3)", [0.9, 0.3, 0.0, 1.0, 3.0]),
        ("folded-relu(0.2)", [0.6, 0.2, 0.0, 1.0, 3.0]),
        ("folded-relu(-0.1)", [-0.3, -0.1, 0.0, 1.0, 3.0]),
    ],
)
def test_values(name: str, values: list[float]) -> None:
    given = activation(name).value(np.array([-3.0, -1.0, 0.0, 1.0, 3.0]))
    assert given == pytest.approx(values, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("name", EVERY)
def test_the_derivative_is_the_slope(name: str) -> None:
    function, h = activation(name), 1e-6
    z = np.linspace(-4.03, 4.02, 200)
    assert all(np.abs(z - kink).min() > 1e-3 for kink in function.kinks)
    slope = (function.value(z + h) - function.value(z - h)) / (2 * h)
    assert function.derivative(z, function.value(z)) == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize("name", EVERY)
def test_the_derivative_jumps_at_the_kinks_and_is_that_from_the_left_there(name: str) -> None:
    function, h = activation(name), 1e-7
    assert function.kinks == {"clipped": (-2.0, 2.0)}.get(name, (0.0,) if "relu" in name else ())
    for kink in function.kinks:
        at = np.array([kink, kink - h, kink + h])
        here, left, right = function.derivative(at, function.value(at))
        assert here == left
        assert abs(right - left) >= 0.25


@pytest.mark.parametrize("name", EVERY)
def test_the_bounds_are_met_and_kept(name: str) -> None:
    function = activation(name)
    a = function.value(np.concatenate([np.linspace(-50.0, 50.0, 1001), [-1e300, 1e300]]))
    for bound, extreme in ((function.low, a.min()), (function.high, a.max())):
        if math.isinf(bound):
            assert abs(extreme) >= 1e297
            assert np.sign(extreme) == np.sign(bound)
        else:
            assert extreme == bound


def test_far_out_the_logistic_is_exact_and_quiet() -> None:
    function = activation("logistic")
    z = np.array([-800.0, 800.0, -np.inf, np.inf])
    a = function.value(z)
    assert a.tolist() == [0.0, 1.0, 0.0, 1.0]
    assert function.derivative(z, a).tolist() == [0.0] * 4
    # Small values keep all their digits: exp(z) to within rounding.
    assert function.value(np.array([-700.0]))[0] == pytest.approx(
        math.exp(-700.0), rel=1e-14, abs=0
    )


def test_far_out_the_softplus_neither_overflows_nor_loses_its_tail() -> None:
    function = activation("softplus")
    z = np.array([-800.0, -700.0, 700.0, 800.0, 1e300])
    a = function.value(z)
    assert a == pytest.approx([0.0, math.exp(-700.0), 700.0, 800.0, 1e300], rel=1e-14, abs=0)
    assert function.derivative(z, a) == pytest.approx(
        [0.0, math.exp(-700.0), 1.0, 1.0, 1.0], rel=1e-14, abs=0
    )


@pytest.mark.parametrize("name", EVERY)
def test_values_leave_their_argument_alone(name: str) -> None:
    function = activation(name)
    z = np.array([-3.0, 0.0, 0.5])
    a = function.value(z)
    before = a.copy()
    function.derivative(z, a)
    assert z.tolist() == [-3.0, 0.0, 0.5]
    assert np.array_equal(a, before)


@pytest.mark.parametrize(
    "name",
    [*EVERY, "leaky-relu(1e-05)", "leaky-relu(0.123456789)", "folded-relu(0.123456789)"],
)
def test_an_activation_is_known_by_its_name(name: str) -> None:
    function = activation(name)
    again = activation(function.name)
    z = np.array([-3.0, 0.0, 0.5])
    assert again.value(z).tolist() == function.value(z).tolist()
    assert again.name == function.name


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "sine",
            "Logistic",
            " relu",
            "relu(0.5)",
            "leaky-relu",
            "leaky-relu()",
            "folded-relu",
        ),
        *(
            "leaky-relu(x)",
            "leaky-relu(nan)",
            "leaky-relu(inf)",
            "leaky-relu(1e999)",
            "leaky-relu(--1)",
        ),
        *("leaky-relu(0.5", "leaky-relu(0.5) ", "leaky-relu(1,2)", "leaky-relu(SLOPE)"),
    ],
)
def test_an_unknown_activation_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(RecipeError) as caught:
        activation(name)
    assert caught.value.message == f"unknown activation '{name}'"
    hint = caught.value.hint
    near = re.fullmatch(r"did you mean '(relu|logistic|(leaky|folded)-relu\(SLOPE\))'\?", hint)
    assert near or hint == (
        "choose one of logistic, tanh, relu, softplus, identity, clipped, "
        "leaky-relu(SLOPE), folded-relu(SLOPE)"
    )
    assert bool(near) == bool(re.search("relu|logistic", name.lower()))
