"""What a teacher says about the numbers of one training step; `explain_text` and `explain_markdown` show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.recipe import Recipe
    from gatewright.learn.explain import Explanation


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A step and its training."""

    dataset: Dataset
    recipe: Recipe
    step: Explanation
    rows: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        """Whether chain rule and central differences contradict each other, kinks aside."""
        from gatewright.learn.explain import SUSPICIOUS

        return self.step.worst > SUSPICIOUS and not self.step.at_kink


def tell(dataset: Dataset, recipe: Recipe, *, step: int, row: str | None, seed: int) -> Told:
    """Take a step of restart 0 apart.

    Raises:
        RecipeError: there is no such step or row.
    """
    import numpy as np

    from gatewright.learn.explain import explain

    objective, labels = dataset.objective(recipe), dataset.rows
    if row is not None:
        number = dataset.row(row)
        objective, labels = objective.only(np.array([number])), (row,)
    starts, draws = np.random.default_rng(seed).spawn(2)
    theta = recipe.init.draw(objective.architecture, starts, 1)[0]
    found = explain(objective, recipe.optimiser, theta, draws, step=step)
    return Told(dataset, recipe, found, tuple(labels[each] for each in found.rows))


def chain_rule(told: Told, number: int) -> list[tuple[str, str]]:
    """The formulas of one layer's backward pass, with words beside each."""
    from gatewright.learn.losses import loss

    architecture, count = told.step.objective.architecture, len(told.step.layers)
    before = "x" if number == 1 else f"a{number - 1}"
    if number == count:
        first = (loss(told.step.objective.loss).formula[1], "how the loss changes with each output")
    else:
        after = number + 1
        first = (
            f"dL/da{number} = dL/dz{after}·W{after}ᵀ",
            "blame handed back through the weights above",
        )
    return [
        first,
        (
            f"dL/dz{number} = dL/da{number} · f'(z{number})",
            architecture.functions[number - 1].formula[1],
        ),
        (
            f"dL/dW{number} = {before}ᵀ·dL/dz{number}",
            "what came in, times what is asked of z",
        ),
        (f"dL/db{number} = Σ rows dL/dz{number}", "a bias is a weight whose input is 1"),
        step_rule(told.recipe, number),
    ]


def step_rule(recipe: Recipe, number: int) -> tuple[str, str]:
    """How the optimiser turns the gradient into new weights."""
    optimiser: Any = recipe.optimiser
    if hasattr(optimiser, "rule"):
        words: tuple[str, str] = optimiser.rule(number)
        return words
    rate = f"{optimiser.lr:g}·" if hasattr(optimiser, "lr") else ""
    return (f"W{number} ← W{number} − {rate}dL/dW{number}", "a small step downhill")


def method(recipe: Recipe) -> str:
    """The optimiser in words."""
    from gatewright.gates.training.recipe_values import setting_names

    title = getattr(recipe.optimiser, "title", recipe.optimiser.name)
    settings = ", ".join(
        f"{key} {getattr(recipe.optimiser, key)}" for key in setting_names(recipe.optimiser)
    )
    return f"{title} ({settings})"
