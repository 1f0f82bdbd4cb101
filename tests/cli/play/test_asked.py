"""What a page asks for, read as the command line reads it."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.cli.play.asked import read_asked
from gatewright.errors import GatewrightError
from gatewright.gates.training.recipe import default_recipe, dense_recipe
from gatewright.learn.optimisers import Adam
from gatewright.plugins.manager import Plugins


def test_nothing_chosen_is_the_usual_recipe(plugins: Plugins) -> None:
    for fields in ({"gate": "xor"}, {"gate": " xor ", "layers": "", "lr": None, "smooth": False}):
        asked = read_asked(plugins, fields)
        assert asked.recipe == default_recipe(asked.spec.table)
        assert (asked.spec.name, asked.seed) == ("xor", 0)


def test_all_that_can_be_chosen(plugins: Plugins) -> None:
    asked = read_asked(
        plugins,
        {
            "gate": "mine: a & ~b",
            "layers": "3,2",
            "activations": "tanh,relu,logistic",
            "optimiser": "adam",
            "lr": "0.125",
            "epochs": 7,
            "restarts": "5",
            "margin": 0.25,
            "seed": "3",
            "loss": "cross-entropy",
            "init": "glorot",
            "smooth": True,
            "speed": 10,
        },
    )
    recipe = asked.recipe
    assert (recipe.layers, recipe.activations) == ((3, 2), ("tanh", "relu", "logistic"))
    assert recipe.optimiser == Adam(lr=0.125)
    assert (recipe.epochs, recipe.restarts, recipe.box_radius) == (7, 5, 0.25)
    assert (recipe.loss, recipe.init.name, recipe.harden, asked.seed) == (
        *("cross-entropy", "glorot"),
        *(False, 3),
    )


def test_a_table(plugins: Plugins) -> None:
    rows = "a,b,->,y,z\n0,0,->,0,1\n0,1,->,1,-\n1,0,->,1,1\n1,1,->,0,0\n"
    asked = read_asked(plugins, {"table": rows, "name": "two", "layers": "2"})
    table = asked.spec.table
    assert (asked.spec.name, table.inputs, table.outputs) == ("two", ("a", "b"), ("y", "z"))
    assert table.values[:, 0].tolist() == [0, 1, 1, 0]
    assert table.care[:, 1].tolist() == [1, 0, 1, 1]
    assert asked.recipe == dense_recipe(table).__class__(
        **{
            **{name: getattr(dense_recipe(table), name) for name in dense_recipe(table).__slots__},
            "layers": (2,),
        }
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"gate": 3}, "'gate' is not a text"),
        ({"gate": "x" * 501}, "'gate' is longer than 500 letters"),
        ({"gate": "xor", "lr": True}, "'lr' is True, which is not a number"),
        ({"gate": "xor", "lr": [1]}, "which is not a number"),
        ({"gate": "xor", "lr": "nan"}, "a learning rate of nan cannot be used"),
        ({"gate": "xor", "lr": 10**400}, "which is not a number"),
        ({"gate": "xor", "epochs": 1.5}, "'epochs' is 1.5, which is not a whole number"),
        ({"gate": "xor", "epochs": 0}, "0 epochs cannot teach anything"),
        ({"gate": "xor", "restarts": "9" * 30}, "restarts"),
        ({"gate": "xor", "seed": -1}, "a seed of -1 cannot be used"),
        ({"gate": "xor", "seed": 2**64}, "cannot be used; give 0 to 2**64 - 1"),
        ({"gate": "xor", "loss": "no"}, "unknown loss 'no'"),
        ({"gate": "xor", "layers": "4", "activations": "no"}, "unknown activation 'no'"),
        ({"gate": "xor", "init": "fixed"}, "a fixed init needs its values"),
        (
            {"gate": "xor", "weight_bits": "8", "smooth": True},
            "--weight-bits are those of a hardened",
        ),
        ({"table": "a,->,y\n0,->,2\n"}, "the truth table"),
        ({"table": "a,->,y\n0,->,1\n", "name": "X y"}, "not a name"),
        ({"table": "a,b,->,y\n0,0,->,1\n", "name": "xor"}, "'xor' is a registered gate of another"),
        ({"gate": "xor", "__proto__": 1}, "'__proto__' is nothing that can be chosen"),
    ],
)
def test_what_cannot_be_asked(plugins: Plugins, fields: dict[str, Any], told: str) -> None:
    with pytest.raises(GatewrightError) as caught:
        read_asked(plugins, fields)
    assert told in str(caught.value)
