"""The lesson of ``circuits explain``: gradient descent on a small network from a start that can be read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from gatewright.cli.gates.training.choices import Choices

if TYPE_CHECKING:
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.recipe import Recipe

MOST_UNITS = 4
"""Most hidden units of the lesson's network."""

RATE = 1.0

STARTS, LARGEST = 256, 20
"""Starts that are drawn, and the largest weight in tenths."""


def lesson(dataset: Dataset, choices: Choices, seed: int) -> tuple[Recipe, str]:
    """The recipe of the lesson, single options over it, and what to say of it.

    Its start is drawn from the tenths between -2 and 2, none of them 0. Of many such starts it is the one whose
    least gradient is largest, so that none of them reads as 0.

    Args:
        dataset: the rows of the gate.
        choices: of the user.
        seed: of the start.

    Raises:
        RecipeError: a choice that does not fit.
    """
    import numpy as np

    from gatewright.gates.training.recipe import Recipe
    from gatewright.learn.inits import Fixed
    from gatewright.learn.optimisers import GradientDescent

    inputs, outputs = len(dataset.inputs), len(dataset.outputs)
    hidden = min(max(2, inputs), MOST_UNITS)
    plain = Recipe((hidden,), optimiser=GradientDescent(lr=RATE))
    recipe = choices.over(plain)
    changed = recipe != plain or choices.init is not None
    if choices.init is None:
        count = recipe.architecture(inputs, outputs).parameters
        generator = np.random.default_rng(seed)
        shape = (STARTS, count)
        tenths = generator.integers(1, LARGEST + 1, shape) * generator.choice([-1, 1], shape) / 10
        least = abs(dataset.objective(recipe).gradient(tenths).gradient).min(1)
        recipe = dataclasses.replace(
            recipe, init=Fixed(tuple(tenths[int(np.argmax(least))].tolist()))
        )
    recipe.architecture(inputs, outputs)
    what = "as chosen" if changed else "plain gradient descent on a small logistic network"
    begun = ", from a start in tenths" if choices.init is None else ""
    return recipe, f"a lesson: {what}{begun}"
