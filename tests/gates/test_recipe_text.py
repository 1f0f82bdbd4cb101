"""Recipes as text: what is written reads back the same, and an error names the line and the key."""

from __future__ import annotations

import dataclasses
import json
import math
import tomllib
from typing import Any

import numpy as np
import pytest

from gatewright.errors import RecipeError, UnknownGateError
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.recipe_text import NamedRecipe, read_recipe, write_recipe
from gatewright.gates.training.recipe_values import RecipeKeyError
from gatewright.learn.inits import Fixed, Glorot, Normal, Restoring, Uniform
from gatewright.learn.optimisers import LBFGS, Adam, LevenbergMarquardt, Momentum, Online
from gatewright.plugins.builtin.published import gatewright_recipes
from gatewright.plugins.builtin.published.legacy import Legacy
from gatewright.plugins.builtin.published.slip import OnlineSlip
from gatewright.plugins.manager import Plugins

BUILT_IN = {named.name: named for named in gatewright_recipes()}


def refused(text: str) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        read_recipe(text, "mine", source="mine.toml")
    assert caught.value.exit_code == 2
    return caught.value


# There and back


def same_lesson(one: str | Dataset, other: str | Dataset) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    arrays = ((one.x, other.x), (one.y, other.y), (one.care, other.care))
    return (one.inputs, one.outputs, one.rows) == (other.inputs, other.outputs, other.rows) and all(
        np.array_equal(mine, yours) for mine, yours in arrays
    )


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_recipe_that_comes_with_it_survives_the_text(name: str) -> None:
    named = BUILT_IN[name]
    text = write_recipe(named)
    again = read_recipe(text, name)
    assert again.recipe == named.recipe
    assert type(again.recipe.optimiser) is type(named.recipe.optimiser)
    assert type(again.recipe.init) is type(named.recipe.init)
    assert same_lesson(again.learns, named.learns)
    assert (again.name, again.summary) == (name, named.summary)
    assert write_recipe(again) == text


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(()),
        Recipe(
            (4, 4),
            ("tanh", "leaky-relu(0.25)", "logistic"),
            box_radius=0.4,
            early_stopping=False,
        ),
        Recipe(
            (2,),
            optimiser=Online(lr=1e-300, order="shuffled"),
            tolerance=1e-9,
            epochs=1,
            restarts=1,
        ),
        Recipe((2,), optimiser=Online(order="random", draws=7), init=Fixed((0.1, -1e22, 1e-7))),
        Recipe((2,), optimiser=LBFGS(memory=3), init=Uniform(-0.25, 1e5, biases=False)),
        Recipe((2,), optimiser=Momentum(momentum=0.0), init=Legacy(7, 11)),
        Recipe((2,), optimiser=LevenbergMarquardt(damping=1 / 3), init=Restoring(noise=2 / 3)),
    ],
)
def test_any_other_survives_too(recipe: Recipe) -> None:
    text = write_recipe(NamedRecipe("mine", 'a "quoted" back\\slash, ½', recipe, "xor"))
    again = read_recipe(text, "mine")
    assert again.recipe == recipe
    assert again.summary == 'a "quoted" back\\slash, ½'
    assert again.learns == "xor"


@pytest.mark.parametrize(
    "summary", ["two\nlines", "a\ttab", "a bell \x07", "\x7f", "# no comment", "'", '"""']
)
def test_a_summary_may_hold_any_character(summary: str) -> None:
    text = write_recipe(NamedRecipe("mine", summary, Recipe((2,))))
    assert read_recipe(text, "mine").summary == summary


def test_numbers_that_come_from_numpy_are_written_as_numbers() -> None:
    rate, tolerance = np.float64(0.3), np.float64(0.125)
    recipe = Recipe((2,), optimiser=Adam(lr=rate), tolerance=tolerance)
    text = write_recipe(NamedRecipe("mine", "", recipe))
    assert tomllib.loads(text)["tolerance"] == 0.125
    assert read_recipe(text, "mine").recipe == Recipe((2,), optimiser=Adam(lr=0.3), tolerance=0.125)


def test_what_is_written_is_toml_a_person_would_write() -> None:
    assert write_recipe(BUILT_IN["xnor-online"]) == (
        'learns = "xnor"\n'
        'summary = "XNOR by a step after every row, from positive weights"\n'
        "layers = [3]\n"
        'activations = ["relu", "logistic"]\n'
        'loss = "cross-entropy"\n'
        'optimiser = { name = "online", lr = 0.1, order = "in-order", draws = 0 }\n'
        'init = { name = "uniform", low = 0.0, high = 1.0, biases = true }\n'
        "box_radius = 0.0\n"
        "tolerance = 0.1\n"
        "early_stopping = false\n"
        "epochs = 500\n"
        "restarts = 8\n"
        "harden = false\n"
        "weight_bits = 8\n"
        "restoring = false\n"
    )


# What may be left out


def test_the_least_a_recipe_says() -> None:
    named = read_recipe('layers = [4]\noptimiser = "lm"\n', "least")
    assert named.recipe == Recipe((4,))
    assert (named.name, named.summary, named.learns) == ("least", "", "")


@pytest.mark.parametrize(
    ("name", "epochs"),
    [
        ("gd", 20_000),
        ("momentum", 5_000),
        ("online", 5_000),
        ("adam", 2_000),
        ("lbfgs", 1_000),
        ("lm", 200),
    ],
)
def test_without_epochs_an_optimiser_is_given_its_own(name: str, epochs: int) -> None:
    assert read_recipe(f'layers = [4]\noptimiser = "{name}"\n', "mine").recipe.epochs == epochs
    told = read_recipe(f'layers = [4]\nepochs = 7\noptimiser = "{name}"\n', "mine")
    assert told.recipe.epochs == 7


def test_the_ways_to_write_the_same() -> None:
    inline = 'layers = [4]\noptimiser = { name = "adam", lr = 0.1 }\nstart = "glorot"\nactivations = ["tanh"]\n'
    tables = (
        '# a comment\nlayers = 4\nactivations = "tanh"\n\n[optimiser]\nname = "adam"  # why not\nlr = 1e-1\n'
        '[init]\nname = "glorot"\n'
    )
    dotted = (
        'layers = [\n  4,\n]\nactivations = ["tanh"]\n'
        'optimiser.name = "adam"\noptimiser.lr = 0.1\nstart.name="glorot"'
    )
    wanted = Recipe((4,), ("tanh",), optimiser=Adam(lr=0.1), init=Glorot(), epochs=2000)
    for text in (inline, tables, dotted):
        assert read_recipe(text, "mine").recipe == wanted


def test_a_lesson_of_numbers() -> None:
    text = (
        'layers = [2]\nactivations = "identity"\noptimiser = "lm"\n'
        '[learns]\ninputs = ["a", "b"]\noutputs = ["y"]\nx = [[0, 0.5], [1, 2]]\ny = [[-1], [3]]\n'
    )
    lesson = read_recipe(text, "mine").dataset({})
    assert (lesson.name, lesson.inputs, lesson.outputs) == ("mine", ("a", "b"), ("y",))
    assert lesson.x.tolist() == [[0.0, 0.5], [1.0, 2.0]]
    assert lesson.y.tolist() == [[-1.0], [3.0]]


def test_what_a_recipe_was_made_for(plugins: Plugins) -> None:
    xor = read_recipe('learns = "xor"\nlayers = [4]\noptimiser = "lm"\n', "mine").dataset(
        plugins.gates
    )
    assert (xor.name, xor.y.ravel().tolist()) == ("xor", [0.0, 1.0, 1.0, 0.0])
    with pytest.raises(RecipeError, match="recipe 'mine' does not say what it learns; name a gate"):
        NamedRecipe("mine", "", Recipe((2,))).dataset(plugins.gates)
    with pytest.raises(UnknownGateError, match="no gate 'xro'; did you mean 'xor'"):
        NamedRecipe("mine", "", Recipe((2,)), "xro").dataset(plugins.gates)


# Errors name the line and the key

BASE = 'layers = [2]\noptimiser = "lm"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # unknown keys
        (
            'layers = [2]\n\noptimizer = "lm"\n',
            "mine.toml, line 3: unknown key 'optimizer'; did you mean 'optimiser'?",
        ),
        (
            BASE + "\n# tolerance\nrestart = 9\n",
            "mine.toml, line 5: unknown key 'restart'; did you mean 'restarts'?",
        ),
        (
            BASE + '"la yers" = 3\n',
            "mine.toml, line 3: unknown key 'la yers'; did you mean 'layers'?",
        ),
        (
            BASE + "zebra = 3\n",
            "mine.toml, line 3: unknown key 'zebra'; known are layers, activations, loss, optimiser, init, "
            "box_radius, tolerance, early_stopping, epochs, restarts, harden, weight_bits, restoring",
        ),
        (
            'layers = [2]\n[optimiser]\nname = "adam"\nrate = 0.1\n',
            "mine.toml, line 4: unknown key 'rate' of optimiser 'adam'; known are lr, beta1, beta2",
        ),
        (
            'layers = [2]\noptimiser = { name = "adam", momentum = 0.1 }\n',
            "mine.toml, line 2: unknown key 'momentum' of optimiser 'adam'; known are lr, beta1, beta2",
        ),
        (
            'layers = [2]\noptimiser.name = "adam"\noptimiser.beta3 = 0.1\n',
            "mine.toml, line 3: unknown key 'beta3' of optimiser 'adam'; did you mean 'beta",
        ),
        (
            BASE + '[init]\nname = "he"\nlow = 3\n',
            "mine.toml, line 5: unknown key 'low' of init 'he'; known are none",
        ),
        # The same key stands elsewhere, where it is right.
        (
            'layers = [2]\nepochs = 10\n[optimiser]\nname = "adam"\nepochs = 5\n',
            "mine.toml, line 5: unknown key 'epochs' of optimiser 'adam'",
        ),
        (
            'layers = [2]\nsummary = "loss = lost"\nlosses = "mse"\noptimiser = { name = "lm", loss = "mse" }\n',
            "mine.toml, line 3: unknown key 'losses'",
        ),
        # missing keys
        ("epochs = 3\n", "mine.toml: missing key 'layers'"),
        ("layers = [3]\n", "mine.toml: missing key 'optimiser'"),
        ("", "mine.toml: missing key 'layers'"),
        (
            "layers = [2]\noptimiser = { lr = 0.1 }\n",
            "mine.toml, line 2: missing key 'name' of optimiser",
        ),
        (
            "layers = [2]\n[optimiser]\nlr = 0.1\n",
            "mine.toml, line 2: missing key 'name' of optimiser",
        ),
        (BASE + "[init]\nlow = 0\n", "mine.toml, line 3: missing key 'name' of init"),
        # The key that is missing here stands in another table.
        (
            'layers = [2]\noptimiser = { lr = 0.1 }\nstart = { name = "he" }\n',
            "mine.toml, line 2: missing key 'name' of optimiser",
        ),
        # wrong types
        (
            'layers = ["two"]\noptimiser = "lm"\n',
            "mine.toml, line 1: 'layers' cannot be ['two']; give a list of int",
        ),
        ("layers = [2.5]\noptimiser = 'lm'\n", "mine.toml, line 1: 'layers' cannot be [2.5]"),
        ("layers = [true]\noptimiser = 'lm'\n", "mine.toml, line 1: 'layers' cannot be [True]"),
        (
            BASE + "activations = [1]\n",
            "mine.toml, line 3: 'activations' cannot be [1]; give a list of str",
        ),
        (BASE + "loss = 3\n", "mine.toml, line 3: 'loss' cannot be 3"),
        (BASE + 'epochs = "many"\n', "mine.toml, line 3: 'epochs' cannot be 'many'"),
        (BASE + "epochs = 1.5\n", "mine.toml, line 3: 'epochs' cannot be 1.5"),
        (BASE + "epochs = true\n", "mine.toml, line 3: 'epochs' cannot be True"),
        (BASE + "restarts = [1]\n", "mine.toml, line 3: 'restarts' cannot be [1]"),
        (BASE + 'box_radius = "wide"\n', "mine.toml, line 3: 'box_radius' cannot be 'wide'"),
        (BASE + "tolerance = false\n", "mine.toml, line 3: 'tolerance' cannot be False"),
        (BASE + "early_stopping = 1\n", "mine.toml, line 3: 'early_stopping' cannot be 1"),
        (
            "layers = [2]\noptimiser = 3\n",
            "mine.toml, line 2: 'optimiser' cannot be 3; give one of gd, momentum",
        ),
        (
            "layers = [2]\noptimiser = ['adam']\n",
            "mine.toml, line 2: 'optimiser' cannot be ['adam']",
        ),
        (
            BASE + "init = 3\n",
            "mine.toml, line 3: 'init' cannot be 3; give one of restoring, glorot",
        ),
        # unknown names
        (
            "layers = [2]\n[optimiser]\nname = 'magic'\n",
            "mine.toml, line 2: unknown optimiser 'magic'; choose one of gd, momentum, online, adam, lbfgs, lm",
        ),
        (
            BASE + "init = 'zeros'\n",
            "mine.toml, line 3: unknown init 'zeros'; choose one of restoring, glorot, he, normal, ",
        ),
        # settings of the wrong kind
        (
            "layers = [2]\noptimiser = {name = 'adam', lr = 'fast'}\n",
            "mine.toml, line 2: optimiser 'adam' cannot be",
        ),
        (
            BASE + "init = {name = 'uniform', low = 'x'}\n",
            "mine.toml, line 3: init 'uniform' cannot be",
        ),
        (BASE + "init = 'fixed'\n", "mine.toml, line 3: init 'fixed' cannot be made"),
        # what it learns
        (
            BASE + "learns = 5\n",
            "mine.toml, line 3: 'learns' is not a gate's name or a table of inputs, outputs, x",
        ),
        (
            BASE + "learns = { inputs = ['a'] }\n",
            "mine.toml, line 3: 'learns' is not a gate's name or a table",
        ),
        (
            BASE + "[learns]\ninputs = ['a']\noutputs = ['y']\nx = [['q']]\ny = [[1]]\n",
            "mine.toml, line 3: 'learns' holds no rows of numbers",
        ),
        (
            BASE + "[learns]\ninputs = ['a']\noutputs = ['y']\nx = [[1], [1, 2]]\ny = [[1]]\n",
            "mine.toml, line 3: 'learns' holds no rows of numbers",
        ),
    ],
)
def test_an_error_names_the_line_and_the_key(text: str, message: str) -> None:
    place, _, words = message.partition(": ")
    error = str(refused(text))
    assert error.startswith(f"{place}: ")
    assert words in error


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("layers = [2]\noptimiser = lm\n", "line 2"),
        ("layers = [2]\n\n= 3\n", "line 3"),
        ("layers = [2]\nlayers = [3]\nepochs = 2\n", "line 2"),
        ('layers = [2]\nsummary = "no end\noptimiser = "lm"\n', "line 2"),
        ("layers = [2\n", "line 1"),
    ],
)
def test_what_is_no_toml_is_refused_at_its_line(text: str, place: str) -> None:
    error = refused(text)
    assert error.message.startswith("mine.toml: ")
    assert place in error.message
    assert error.hint == "write it as TOML, such as layers = [2]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "layers = [2]\noptimiser = {name = 'adam', lr = -1}\n",
            "a learning rate of -1 cannot be used",
        ),
        (
            "layers = [2]\noptimiser = {name = 'adam', lr = nan}\n",
            "'lr' of optimiser 'adam' cannot be nan",
        ),
        (
            "layers = [2]\noptimiser = {name = 'adam', lr = inf}\n",
            "'lr' of optimiser 'adam' cannot be inf",
        ),
        (
            "layers = [2]\noptimiser = {name = 'momentum', momentum = 1.0}\n",
            "momentum = 1.0 cannot be used",
        ),
        ("layers = [2]\noptimiser = {name = 'lm', damping = 0}\n", "a damping of 0 cannot be used"),
        (
            "layers = [2]\noptimiser = {name = 'lbfgs', memory = 0}\n",
            "a memory of 0 steps remembers nothing",
        ),
        ("layers = [2]\noptimiser = {name = 'online', order = 'up'}\n", "unknown order 'up'"),
        (
            BASE + "init = {name = 'uniform', low = 1, high = 0}\n",
            "a uniform init from 1 to 0 has no values",
        ),
        (
            BASE + "init = {name = 'normal', deviation = 0}\n",
            "a standard deviation of 0 cannot be drawn from",
        ),
        (BASE + "epochs = 0\n", "0 epochs cannot teach anything"),
        (BASE + "restarts = 0\n", "0 restarts cannot be run"),
        (BASE + "tolerance = 0.5\n", "a tolerance of 0.5 tells no 0 from a 1"),
        (BASE + "tolerance = nan\n", "'tolerance' cannot be nan"),
        (BASE + "box_radius = 0.5\n", "a box radius of 0.5 cannot be used"),
        (BASE + "box_radius = inf\n", "'box_radius' cannot be inf"),
        (BASE + "loss = 'hinge'\n", "unknown loss 'hinge'"),
        (
            BASE + "loss = 'cross-entropy'\n",
            "Levenberg-Marquardt minimises squares, not cross-entropy",
        ),
        (
            BASE + "learns = {inputs = ['a'], outputs = ['y'], x = [[1]], y = [[1], [2]]}\n",
            "dataset 'mine': (1, 1) inputs and (2, 1) targets do not fit 1 inputs and 1 outputs",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_the_files_name(text: str, message: str) -> None:
    error = refused(text)
    assert error.message.startswith("mine.toml")
    assert message in error.message


def outcome(text: str) -> Any:
    """Read a recipe and run its first step, as a training would."""
    recipe = read_recipe(text, "mine", source="mine.toml").recipe
    rows = Dataset.of_numbers("pair", ("a", "b"), ("y",), [[0, 1], [1, 0]], [[0], [1]]).objective(
        recipe
    )
    theta = recipe.init.draw(rows.architecture, np.random.default_rng(0), 2)
    state = recipe.optimiser.start(rows, theta)
    return recipe.optimiser.step(rows, state, np.random.default_rng(0))


@pytest.mark.parametrize(
    "text",
    [
        BASE + "init = {name = 'legacy', seed = -1}\n",
        BASE + "init = {name = 'legacy', skip = -1}\n",
        BASE + "init = {name = 'legacy', seed = 1.5}\n",
        BASE + "init = {name = 'restoring', weight = 'steep'}\n",
        BASE + "init = {name = 'restoring', weight = nan}\n",
        BASE + f"init = {{name = 'fixed', values = [{', '.join(['nan'] * 9)}]}}\n",
        BASE + "init = {name = 'uniform', biases = 'no'}\n",
        "layers = [2]\noptimiser = {name = 'lbfgs', memory = 2.5}\n",
        "layers = [2]\noptimiser = {name = 'online', order = 'random', draws = 2.5}\n",
        "layers = [2]\noptimiser = {name = ['adam']}\n",
    ],
)
def test_settings_that_could_not_work_are_refused_before_they_do_harm(text: str) -> None:
    with pytest.raises(RecipeError):
        outcome(text)


def test_those_that_work_are_not_refused() -> None:
    assert np.isfinite(outcome(BASE).theta).all()
    assert np.isfinite(outcome(BASE + "init = {name = 'legacy', seed = 0, skip = 2}\n").theta).all()


# The same from plain values


@pytest.mark.parametrize(
    ("plain", "key"),
    [
        ({}, "layers"),
        ({"layers": [2]}, "optimiser"),
        ({"layers": [2], "optimiser": "lm", "wings": 2}, "wings"),
        ({"layers": None, "optimiser": "lm"}, "layers"),
        ({"layers": [2], "optimiser": "lm", "activations": None}, "activations"),
        ({"layers": [2], "optimiser": None}, "optimiser"),
        ({"layers": [2], "optimiser": {}}, "name"),
        ({"layers": [2], "optimiser": {"name": "magic"}}, "optimiser"),
        ({"layers": [2], "optimiser": {"name": "adam", "wings": 2}}, "wings"),
        ({"layers": [2], "optimiser": "lm", "init": {"name": "zeros"}}, "init"),
        ({"layers": [2], "optimiser": "lm", "init": {"name": "normal", "mean": 3}}, "mean"),
        ({"layers": [2], "optimiser": "lm", "loss": None}, "loss"),
        ({"layers": [2], "optimiser": "lm", "box_radius": None}, "box_radius"),
        ({"layers": [2], "optimiser": "lm", "tolerance": "small"}, "tolerance"),
        ({"layers": [2], "optimiser": "lm", "early_stopping": 0}, "early_stopping"),
        ({"layers": [2], "optimiser": "lm", "epochs": True}, "epochs"),
        ({"layers": [2], "optimiser": "lm", "restarts": 2.0}, "restarts"),
        ({"layers": [2], "optimiser": "lm", "slip": None}, "slip"),
    ],
)
def test_a_refusal_names_its_key(plain: dict[str, Any], key: str) -> None:
    with pytest.raises(RecipeKeyError) as caught:
        Recipe.from_dict(plain)
    assert caught.value.key == key
    assert f"'{key}'" in caught.value.message or f"{key} '" in caught.value.message


def test_a_recipe_is_json_too() -> None:
    for named in BUILT_IN.values():
        plain = json.loads(json.dumps(named.recipe.to_dict(), allow_nan=False))
        assert Recipe.from_dict(plain) == named.recipe


# What comes with it


def test_the_reference_recipes() -> None:
    assert list(BUILT_IN) == [
        *("xnor-online", "first-bit", "xor-leaky-step", "and-neuron", "or-neuron", "xor-sigmoid"),
        *("half-adder", "sum-deep", "xor-deep", "save-restore", "xor-deep-slip"),
    ]
    assert all(named.summary and named.learns for named in BUILT_IN.values())
    shapes = {
        name: named.recipe.architecture(*size).sizes
        for name, size in {
            **dict.fromkeys(("xnor-online", "xor-leaky-step", "and-neuron", "or-neuron"), (2, 1)),
            **dict.fromkeys(("xor-sigmoid", "sum-deep", "xor-deep", "save-restore"), (2, 1)),
            "first-bit": (3, 1),
            "half-adder": (2, 2),
        }.items()
        for named in (BUILT_IN[name],)
    }
    assert shapes == {
        "xnor-online": (2, 3, 1),
        "first-bit": (3, 4, 1),
        "xor-leaky-step": (2, 2, 1),
        "and-neuron": (2, 1),
        "or-neuron": (2, 1),
        "xor-sigmoid": (2, 2, 1),
        "half-adder": (2, 2, 2),
        "sum-deep": (2, 3, 3, 2, 1),
        "xor-deep": (2, 3, 3, 2, 1),
        "save-restore": (2, 2, 1),
    }


def test_the_reference_recipes_do_what_the_originals_did() -> None:
    recipes = {name: named.recipe for name, named in BUILT_IN.items()}
    online, deep = recipes["xnor-online"], recipes["xor-deep"]
    assert (online.activations, online.loss, online.epochs) == (
        ("relu", "logistic"),
        "cross-entropy",
        500,
    )
    assert online.optimiser == Online(lr=0.1, order="in-order")
    assert online.init == Uniform(0.0, 1.0, biases=True)
    assert deep.activations == ("folded-relu(0.2)",)
    assert deep.optimiser == Online(lr=0.2, order="random", draws=100)
    assert deep.init == Normal(1.0, biases=False)
    assert (deep.loss, deep.epochs) == ("half-sse", 20)
    assert recipes["sum-deep"] == deep
    # The streams of seed 42 follow one another: AND takes 3 values, OR 3, a discarded XOR 9, XOR 9.
    starts = [
        recipes[name].init for name in ("and-neuron", "or-neuron", "xor-sigmoid", "half-adder")
    ]
    assert starts == [Legacy(42, skip) for skip in (0, 3, 3 + 3 + 9, 3 + 3 + 9 + 9)]
    assert recipes["first-bit"].init == Normal(0.5, biases=True)
    lesson = BUILT_IN["first-bit"].learns
    assert isinstance(lesson, Dataset)
    assert lesson.rows == ("0,0,1", "1,1,0", "1,0,0", "0,1,1")
    assert lesson.y.ravel().tolist() == [0.0, 1.0, 1.0, 0.0]
    total = BUILT_IN["sum-deep"].learns
    assert isinstance(total, Dataset)
    assert (total.x.sum(1) == total.y[:, 0]).all()
    assert not any(math.isnan(value) for value in total.y.ravel())


# Texts made to break the reader


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers = " + "[" * 100_000, "mine.toml is nested too deeply"),
        (BASE + "learns = " + "{a=" * 50_000, "mine.toml is nested too deeply"),
        ("layers = [1" + "0" * 5000 + "]", "mine.toml: Exceeds the limit (4300 digits)"),
        (
            BASE + f"epochs = 0x{'f' * 5000}",
            "mine.toml, line 3: 'epochs' cannot be a number of 20000",
        ),
        (BASE + "a." * 300_000 + "a = 1", "mine.toml has a key of more than 16 parts"),
        (BASE + "[" + "a . " * 100_000 + "a]", "mine.toml has a key of more than 16 parts"),
        (BASE + "'a'." * 100_000 + "b = 1", "mine.toml has a key of more than 16 parts"),
        (BASE + "#" * (1 << 20), "mine.toml has more than 1048576 characters"),
        (BASE + "a" * 1_000_000 + " = 1", "mine.toml, line 3: unknown key 'aaa"),
        (BASE + 'x = """\n[' + " " * 500_000 + '\n"""\n', "mine.toml, line 3: unknown key 'x'"),
        (BASE + "summary = [1]", "mine.toml, line 3: 'summary' is not a text"),
        (
            BASE + "learns = {inputs = ['a'], outputs = ['y'], x = [[nan]], y = [[1]]}",
            "'learns' holds no rows of numbers: 'x[0][0]' is nan",
        ),
        (
            BASE
            + f"learns = {{inputs = ['a'], outputs = ['y'], x = [[0x{'f' * 5000}]], y = [[1]]}}",
            "'learns' holds no rows of numbers: 'x[0][0]' is a number of 20000 bits",
        ),
        (
            BASE
            + f"learns = {{inputs = {['a'] * 64}, outputs = ['y'], x = [{[1] * 64}], y = [[1]]}}",
            "'learns' holds no rows of numbers: 'inputs' is ['a', ",
        ),
    ],
    ids=range(14),
)
def test_what_is_made_to_break_the_reader_is_one_line(text: str, message: str) -> None:
    said = str(refused(text))
    assert message in said
    assert len(said) < 400


def test_a_file_with_the_names_of_0_1_0_is_read() -> None:
    """As `circuits recipes xor-deep-slip` and a user's own file looked then."""
    text = """
    layers = [3, 3, 2]
    activations = ["folded-relu(0.2)"]
    loss = "half-sse"
    optimiser = { name = "online", lr = 0.2, order = "random", draws = 100 }
    start = { name = "normal", deviation = 1.0, biases = false }
    spread = 0.25
    early = false
    slip = SLIP
    """
    old = read_recipe(text.replace("SLIP", "false"), "mine").recipe
    assert (old.init, old.box_radius, old.early_stopping) == (
        Normal(1.0, biases=False),
        0.25,
        False,
    )
    assert old.optimiser == Online(lr=0.2, order="random", draws=100)
    slipped = read_recipe(text.replace("SLIP", "true"), "mine").recipe
    assert slipped.optimiser == OnlineSlip(lr=0.2, order="random", draws=100)
    assert dataclasses.replace(slipped, optimiser=old.optimiser) == old
    with pytest.raises(RecipeError, match=r"recipe, line 7: 'box_radius' cannot be 'wide'"):
        read_recipe(text.replace("0.25", '"wide"').replace("SLIP", "false"), "mine")
    with pytest.raises(RecipeError, match="unknown key 'spread'"):
        read_recipe(text.replace("SLIP", "false") + "box_radius = 0.1\n", "mine")
