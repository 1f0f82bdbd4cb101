"""Recipes: what they refuse, how they are written down, and the default one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from gatewright.errors import RecipeError
from gatewright.gates.training.recipe import (
    MOST_RESTARTS,
    Recipe,
    default_recipe,
    dense_recipe,
    narrowing,
)
from gatewright.learn.inits import Uniform
from gatewright.learn.optimisers import OPTIMISERS, Adam, LevenbergMarquardt
from gatewright.logic.truth_table import TruthTable


def recipe(**changes: Any) -> Recipe:
    """A recipe from plain values, as a store or a file would give them."""
    return Recipe.from_dict({"layers": [2], "optimiser": {"name": "lm"}} | changes)


def table(inputs: int, outputs: int = 1) -> TruthTable:
    return TruthTable.from_integers(
        [0] * outputs, [f"i{n}" for n in range(inputs)], [f"o{n}" for n in range(outputs)]
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Recipe((2,), loss="hinge"), "unknown loss 'hinge'; choose one of"),
        (
            lambda: Recipe((2,), loss="cross-entropy", optimiser=LevenbergMarquardt()),
            "Levenberg-Marquardt minimises squares, not cross-entropy;",
        ),
        (lambda: recipe(start="zeros"), "unknown init 'zeros'; choose one of"),
        (
            lambda: Recipe((2,), box_radius=0.5),
            "a box radius of 0.5 cannot be used; give a number from 0",
        ),
        (lambda: Recipe((2,), box_radius=-0.1), "a box radius of -0.1 cannot be used"),
        (lambda: Recipe((2,), box_radius=float("nan")), "a box radius of nan cannot be used"),
        (lambda: Recipe((2,), tolerance=0.5), "a tolerance of 0.5 tells no 0 from a 1;"),
        (lambda: Recipe((2,), tolerance=0.0), "a tolerance of 0.0 tells no 0 from a 1"),
        (lambda: Recipe((2,), tolerance=float("nan")), "a tolerance of nan tells no 0 from a 1"),
        (lambda: Recipe((2,), epochs=0), "0 epochs cannot teach anything; give at least 1"),
        (lambda: Recipe((2,), epochs=-5), "-5 epochs cannot teach anything"),
        (lambda: Recipe((2,), restarts=0), "0 restarts cannot be run; give 1 to 100000"),
        (lambda: Recipe((2,), restarts=MOST_RESTARTS + 1), "100001 restarts cannot be run"),
        (lambda: Recipe((2,), optimiser=Adam(lr=0.0)), "a learning rate of 0.0 cannot be used"),
        (
            lambda: Recipe((2,), optimiser=LevenbergMarquardt(lr=float("nan"))),
            "a learning rate of nan cannot be used; give a positive number",
        ),
    ],
)
def test_a_recipe_that_cannot_work_is_refused(make: Callable[[], Recipe], message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        make()
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_an_unknown_activation_is_refused_when_the_recipe_is_made() -> None:
    with pytest.raises(RecipeError, match="unknown activation 'sine'; choose one of logistic"):
        Recipe((4,), activations=("sine",))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Recipe((0,)), "a network of layers 2, 0, 1 cannot be built; give one or more layers"),
        (Recipe((4, -1)), "a network of layers 2, 4, -1, 1 cannot be built"),
        (Recipe((4,), activations=("tanh",) * 3), "3 activations for 2 layers;"),
        (Recipe((4,), activations=()), "0 activations for 2 layers;"),
    ],
)
def test_a_network_that_cannot_be_built_is_refused(given: Recipe, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        given.architecture(2, 1)
    assert message in str(caught.value)


def test_the_network_takes_its_ends_from_the_rows() -> None:
    shape = Recipe((5, 3)).architecture(4, 2)
    assert shape.sizes == (4, 5, 3, 2)
    assert shape.activations == ("logistic",) * 3
    assert Recipe(()).architecture(4, 2).sizes == (4, 2)


def test_activations_can_be_named_layer_by_layer() -> None:
    shape = Recipe((5,), activations=("relu", "logistic")).architecture(2, 1)
    assert shape.activations == ("relu", "logistic")


@pytest.mark.parametrize(
    "given",
    [
        Recipe((2,)),
        Recipe((4, 4), box_radius=0.25, tolerance=0.01, epochs=7, restarts=3),
        recipe(activations=["leaky-relu(0.1)", "logistic"], start="he"),
        Recipe((2,), optimiser=LevenbergMarquardt(lr=0.5, damping=2.0)),
        Recipe((2,), loss="cross-entropy", optimiser=Adam(lr=0.1, beta1=0.8, beta2=0.99)),
        Recipe((2,), loss="half-sse", optimiser=Adam()),
    ],
)
def test_a_recipe_survives_being_written_as_json(given: Recipe) -> None:
    plain = json.loads(json.dumps(given.to_dict()))
    assert Recipe.from_dict(plain) == given
    assert hash(Recipe.from_dict(plain)) == hash(given)
    assert type(Recipe.from_dict(plain).optimiser) is type(given.optimiser)


def test_a_written_recipe_is_plain_to_read() -> None:
    plain = Recipe((4, 2), box_radius=0.25, epochs=7, optimiser=Adam(lr=0.1)).to_dict()
    assert plain["layers"] == [4, 2]
    assert (plain["box_radius"], plain["epochs"]) == (0.25, 7)
    assert plain["optimiser"]["name"] == "adam"
    assert plain["optimiser"]["lr"] == 0.1


def test_reading_a_recipe_leaves_what_was_read_alone() -> None:
    plain = Recipe((4,)).to_dict()
    before = json.dumps(plain)
    Recipe.from_dict(plain)
    assert json.dumps(plain) == before


@pytest.mark.parametrize(
    "change",
    [
        {"layers": None},
        {"layers": "four"},
        {"activations": None},
        {"optimiser": None},
        {"optimiser": {}},
        {"optimiser": {"name": "magic"}},
        {"optimiser": {"name": "adam", "wings": 2}},
        {"optimiser": {"name": "adam", "lr": "fast"}},
        {"optimiser": {"name": "adam", "lr": -1.0}},
        {"epochs": "many"},
        {"epochs": 0},
        {"restarts": None},
        {"box_radius": "wide"},
        {"loss": "hinge"},
        {"no_such_field": 1},
    ],
)
def test_what_is_not_a_recipe_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RecipeError):
        Recipe.from_dict(Recipe((2,)).to_dict() | change)


@pytest.mark.parametrize("key", ["layers", "optimiser"])
def test_a_recipe_with_something_missing_is_refused(key: str) -> None:
    plain = Recipe((2,)).to_dict()
    del plain[key]
    with pytest.raises(RecipeError, match=f"'{key}'"):
        Recipe.from_dict(plain)


@pytest.mark.parametrize("outputs", [1, 2, 7])
def test_the_default_recipe_fits_every_table(outputs: int) -> None:
    for inputs in range(1, 17):
        wanted = table(inputs, outputs)
        given = default_recipe(wanted)
        shape = given.architecture(inputs, outputs)
        assert (shape.sizes[0], shape.sizes[-1]) == (inputs, outputs)
        assert (given.restoring, shape.restoring, given.box_radius) == (True, True, 0.45)
        assert Recipe.from_dict(given.to_dict()) == given


@pytest.mark.parametrize("outputs", [1, 2, 7])
def test_the_dense_recipe_fits_every_table(outputs: int) -> None:
    for inputs in range(1, 17):
        wanted = table(inputs, outputs)
        given = dense_recipe(wanted)
        shape = given.architecture(inputs, outputs)
        assert (shape.sizes[0], shape.sizes[-1]) == (inputs, outputs)
        assert len(shape.sizes) >= 3  # without a hidden layer XOR could not be learned
        assert given.tolerance <= 0.05
        assert Recipe.from_dict(given.to_dict()) == given
        # The boxes of a wide table would fill the memory: 2**k rows of 2**k corners.
        assert given.box_radius == 0 or inputs <= 6


@pytest.mark.parametrize("change", [{"layers": (3,)}, {"box_radius": 0.0}, {"harden": False}])
def test_a_recipe_that_restores_chooses_its_layers_and_hardens_them(change: dict[str, Any]) -> None:
    given = default_recipe(table(2, 1))
    with pytest.raises(RecipeError, match="chooses its layers"):
        Recipe.from_dict(given.to_dict() | change)


def test_a_training_narrows_its_boxes_until_none_are_left() -> None:
    assert narrowing(0.4) == (0.4, 0.2, 0.1, 0.0)
    assert narrowing(0.0) == (0.0,)


# What a recipe may ask for has limits


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": 10**12}, "1000000000000 epochs are more than any training needs"),
        ({"epochs": 10**5000}, "'epochs' cannot be a number of 16610 bits"),
        ({"restarts": 10**400}, "'restarts' cannot be a number of 1329 bits"),
        ({"layers": [10**9]}, "a network of 4000000001 parameters is not a small one"),
        ({"layers": [10**5000]}, "'layers' cannot be [a number of 16610 bits]"),
        ({"layers": [1] * 100_000}, "'layers' cannot be [1, 1, 1, 1, 1, 1, … 99994 more]"),
        ({"activations": ["logistic"] * 100_000}, "'activations' cannot be ['logistic'"),
        ({"activations": ["x" * 10**6]}, "'activations' cannot be ['xxx"),
        ({"box_radius": 10**400}, "'box_radius' cannot be a number of 1329 bits"),
        ({"box_radius": float("inf")}, "'box_radius' cannot be inf"),
        ({"weight_bits": 10**5000}, "'weight_bits' cannot be a number of 16610 bits"),
        ({"optimiser": {"name": "lm", "lr": 10**400}}, "'lr' of optimiser 'lm' cannot be a number"),
        ({"optimiser": {"name": "lbfgs", "memory": 10**9}}, "a memory of 1000000000 steps is too"),
        ({"optimiser": {"name": "online", "order": "random", "draws": 10**12}}, "too many to draw"),
        ({"optimiser": {"name": ["lm"] * 10**5}}, "unknown optimiser ['lm', 'lm'"),
        (
            {"init": {"name": "legacy", "skip": 10**12}},
            "after 1000000000000 values does not exist",
        ),
        ({"init": {"name": "uniform", "low": -1e300, "high": 1e300}}, ""),
        (
            {"init": {"name": "fixed", "values": [0.0] * 10**5}},
            "'values' of init 'fixed' cannot be",
        ),
    ],
)
def test_what_asks_for_too_much_is_refused(change: dict[str, Any], message: str) -> None:
    def use() -> None:
        recipe(**change).architecture(2, 1)

    if not message:
        use()
        return
    with pytest.raises(RecipeError) as caught:
        use()
    assert message in str(caught.value)
    assert len(str(caught.value)) < 250


def test_a_uniform_start_wider_than_numbers_go_is_refused() -> None:
    with pytest.raises(RecipeError, match="has no values"):
        Uniform(-1.7e308, 1.7e308)


@pytest.mark.parametrize(
    ("change", "inputs", "box_radius"),
    [
        ({"epochs": 10**6, "restarts": 10**5}, 4, 0.0),
        ({"layers": [16, 30], "restarts": 100_000, "epochs": 1, "optimiser": "adam"}, 16, 0.0),
        ({"layers": [16, 30], "restarts": 16}, 16, 0.0),  # the Jacobian
        ({"layers": [2], "restarts": 1, "epochs": 1}, 16, 0.25),  # the corners of boxes
    ],
)
def test_work_without_end_is_refused_before_it_begins(
    change: dict[str, Any], inputs: int, box_radius: float
) -> None:
    with pytest.raises(RecipeError, match="are too much to be trained; give fewer"):
        recipe(**change).check_work(inputs, 1, 1 << inputs, box_radius)


@pytest.mark.parametrize("inputs", range(1, 17))
def test_what_is_trained_by_default_is_not_too_much(inputs: int) -> None:
    given = dense_recipe(table(inputs, 7))
    given.check_work(inputs, 7, 1 << inputs, given.box_radius)
    for optimiser in OPTIMISERS.values():
        if inputs <= 4:
            other = dataclasses.replace(given, optimiser=optimiser(), epochs=optimiser.epochs)
            other.check_work(inputs, 7, 1 << inputs, given.box_radius)
