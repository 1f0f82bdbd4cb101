"""Optimisers by name, and the settings they refuse."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from gatewright.errors import RecipeError
from gatewright.learn.optimisers import (
    BUILT_IN,
    LBFGS,
    Adam,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Online,
    Optimiser,
)

Make = Callable[[float], Optimiser]


def test_the_optimisers_by_name() -> None:
    assert dict(BUILT_IN) == {
        "gd": GradientDescent,
        "momentum": Momentum,
        "online": Online,
        "adam": Adam,
        "lbfgs": LBFGS,
        "lm": LevenbergMarquardt,
    }
    for kind in BUILT_IN.values():
        assert kind().epochs >= 1
        assert kind() == kind()
        assert hash(kind()) == hash(kind())
        assert kind(lr=0.25).lr == 0.25


@pytest.mark.parametrize("lr", [0.0, -0.1, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", BUILT_IN)
def test_a_learning_rate_that_is_no_positive_number_is_refused(name: str, lr: float) -> None:
    with pytest.raises(RecipeError) as caught:
        BUILT_IN[name](lr=lr)
    assert caught.value.message == f"a learning rate of {lr} cannot be used"
    assert caught.value.hint == "give a positive number"


@pytest.mark.parametrize("value", [1.0, 1.5, -0.1, math.nan, math.inf])
@pytest.mark.parametrize(
    ("setting", "make"),
    [
        ("momentum", lambda value: Momentum(momentum=value)),
        ("beta1", lambda value: Adam(beta1=value)),
        ("beta2", lambda value: Adam(beta2=value)),
    ],
)
def test_a_decay_rate_outside_0_to_1_is_refused(setting: str, make: Make, value: float) -> None:
    with pytest.raises(RecipeError) as caught:
        make(value)
    assert (
        str(caught.value) == f"{setting} = {value} cannot be used; give a number from 0 to below 1"
    )


def test_a_decay_rate_of_0_is_none_at_all() -> None:
    assert Momentum(momentum=0.0).momentum == 0.0
    assert (Adam(beta1=0.0).beta1, Adam(beta2=0.0).beta2) == (0.0, 0.0)


@pytest.mark.parametrize("damping", [0.0, -1.0, 9e-10, 1.1e9, math.nan, math.inf])
def test_a_damping_outside_its_bounds_is_refused(damping: float) -> None:
    with pytest.raises(RecipeError) as caught:
        LevenbergMarquardt(damping=damping)
    assert caught.value.message == f"a damping of {damping} cannot be used"
    assert caught.value.hint == "give a number from 1e-09 to 1000000000.0"


@pytest.mark.parametrize("memory", [0, -3])
def test_a_memory_of_nothing_is_refused(memory: int) -> None:
    with pytest.raises(
        RecipeError, match=f"a memory of {memory} steps remembers nothing; give at least 1"
    ):
        LBFGS(memory=memory)


def test_an_unknown_order_is_refused_with_the_list() -> None:
    with pytest.raises(RecipeError) as caught:
        Online(order="backwards")
    assert (
        str(caught.value) == "unknown order 'backwards'; choose one of in-order, shuffled, random"
    )


@pytest.mark.parametrize(("order", "draws"), [("random", -1), ("in-order", 3), ("shuffled", 4)])
def test_draws_go_with_drawing_at_random(order: str, draws: int) -> None:
    with pytest.raises(
        RecipeError, match=f"draws = {draws} goes with order = 'random' and a positive"
    ):
        Online(order=order, draws=draws)
