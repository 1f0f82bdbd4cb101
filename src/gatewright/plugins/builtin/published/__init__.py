"""Ten published learners and a slip to learn from: a plugin like any other, which comes with the project.

What they need beyond a gate and a recipe comes by the same hooks: an activation, an init, an optimiser, and
the command ``circuits reproduce``, which runs them and compares their figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatewright.plugins.hookspecs import hookimpl

if TYPE_CHECKING:
    from gatewright.gates.training.recipe_text import NamedRecipe
    from gatewright.learn.activations import ActivationFamily
    from gatewright.learn.inits import Init
    from gatewright.learn.optimisers import Optimiser
    from gatewright.plugins.command import Command


@hookimpl
def gatewright_recipes() -> Iterator[NamedRecipe]:
    """How each learner was trained."""
    from gatewright.plugins.builtin.published.recipes import recipes

    return recipes()


@hookimpl
def gatewright_activations() -> list[ActivationFamily]:
    """The folded unit of two of them."""
    from gatewright.plugins.builtin.published.folded import FOLDED

    return [FOLDED]


@hookimpl
def gatewright_inits() -> list[type[Init]]:
    """The generator of the older ones."""
    from gatewright.plugins.builtin.published.legacy import Legacy

    return [Legacy]


@hookimpl
def gatewright_optimisers() -> list[type[Optimiser]]:
    """One step after every row, with a slip."""
    from gatewright.plugins.builtin.published.slip import OnlineSlip

    return [OnlineSlip]


@hookimpl
def gatewright_commands() -> list[Command]:
    """Their figures beside ours."""
    from gatewright.plugins.command import Command

    return [
        Command(
            "reproduce",
            "Run published learners and compare their figures with ours.",
            "gatewright.cli.gates.reproduce:app",
            example="circuits reproduce",
            heading="gates",
        )
    ]
