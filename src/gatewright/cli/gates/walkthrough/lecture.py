"""What a teacher says about the numbers of one training step; `explain_text` and `explain_markdown` show it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gatewright.errors import UsageError
from gatewright.records import dataclass

if TYPE_CHECKING:
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.recipe import Recipe
    from gatewright.learn.explain import Explanation
    from gatewright.learn.objective import Objective

MOST_ROWS = 512
"""Most rows of a table that is learned on bits as a whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A step and its training.

    Attributes:
        dataset: what is learned.
        recipe: how.
        optimiser: what makes the step.
        step: taken apart.
        rows: that it sees, by name.
        remarks: what a reader should know of it, a line each.
    """

    dataset: Dataset
    recipe: Recipe
    optimiser: Any
    step: Explanation
    rows: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether chain rule and central differences contradict each other, kinks aside."""
        from gatewright.learn.explain import SUSPICIOUS

        return self.step.worst > SUSPICIOUS and not self.step.at_kink

    @property
    def rose(self) -> bool:
        """Whether the loss is larger after the step."""
        return self.step.loss_after > self.step.loss


def tell(
    dataset: Dataset,
    recipe: Recipe,
    *,
    step: int,
    row: str | None,
    seed: int,
    remarks: Sequence[str] = (),
) -> Told:
    """Take a step apart: of restart 0, or of the restart that a gate is made of where logic is learned on bits.

    Raises:
        RecipeError: there is no such step or row.
        UsageError: logic is learned on bits, and of more rows than are shown.
    """
    if recipe.restoring:
        return _on_bits(dataset, recipe, step, row, seed)
    import numpy as np

    from gatewright.learn.explain import explain

    objective, labels = _rows(dataset, dataset.objective(recipe), row)
    starts, draws = np.random.default_rng(seed).spawn(2)
    theta = recipe.init.draw(objective.architecture, starts, 1)[0]
    found = explain(objective, recipe.optimiser, theta, draws, step=step)
    seen = tuple(labels[each] for each in found.rows)
    return Told(dataset, recipe, recipe.optimiser, found, seen, tuple(remarks))


def _rows(
    dataset: Dataset, objective: Objective, row: str | None
) -> tuple[Objective, tuple[str, ...]]:
    """What is to be learned, and the names of the rows: all, or one."""
    import numpy as np

    if row is None:
        return objective, dataset.rows
    return objective.only(np.array([dataset.row(row)])), (row,)


def _on_bits(dataset: Dataset, recipe: Recipe, step: int, row: str | None, seed: int) -> Told:
    """A step of the first stage of learning on bits."""
    import numpy as np

    from gatewright.gates.training.attempt import attempt
    from gatewright.gates.training.on_bits.first_stage import FirstStage
    from gatewright.gates.training.on_bits.learn import OnBits
    from gatewright.learn.explain import explain

    if len(dataset.rows) > MOST_ROWS:
        raise UsageError(
            f"'{dataset.name}' is learned on some of its {len(dataset.rows)} rows at first, and steps are "
            f"shown of up to {MOST_ROWS}",
            hint="leave out --as-trained",
        )
    made = attempt(dataset, recipe, seed=seed)
    ends = getattr(made.on_bits, "ends", None)
    assert ends is not None  # noqa: S101 - the recipe restores, so it was learned on bits
    restart = made.on_bits.restart if isinstance(made.on_bits, OnBits) else 0
    whole = dataclasses.replace(made.objective, loss="cross-entropy")
    objective, labels = _rows(dataset, whole, row)
    draws = np.random.default_rng(seed)
    found = explain(objective, FirstStage(), ends.start[restart], draws, step=step)
    cells = int(objective.care.sum())
    remarks = (
        f"as 'circuits train' learns it: the logic behind the restoring layer, on bits, restart {restart}",
        f"'circuits train' prints the sum over all {cells} outputs: {cells} · {found.loss:.6g} = "
        f"{cells * found.loss:.3g}",
    )
    return Told(dataset, recipe, FirstStage(), found, tuple(labels), remarks)


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
        step_rule(told, number),
    ]


def step_rule(told: Told, number: int) -> tuple[str, str]:
    """How the optimiser turns the gradient into new weights, and what that was here."""
    optimiser = told.optimiser
    if hasattr(optimiser, "rule"):
        words: tuple[str, str] = optimiser.rule(number)
        return words
    rate = f"{optimiser.lr:g}·" if hasattr(optimiser, "lr") else ""
    what = "a step downhill, too long here" if told.rose else "a small step downhill"
    return (f"W{number} ← W{number} − {rate}dL/dW{number}", what)


def outcome(told: Told) -> str:
    """What became of the loss, where the step did not lower it; empty where it did."""
    from gatewright.learn.optimisers.state import by_squares

    step, optimiser = told.step, told.optimiser
    rated = hasattr(optimiser, "lr") and not by_squares(optimiser)  # whose rate is a damping
    if all(
        (each.w == each.w_after).all() and (each.b == each.b_after).all() for each in step.layers
    ):
        if rated or not any(each.dw.any() or each.db.any() for each in step.layers):
            return "the step changed nothing: the gradient is too small"
        return "the step did not lower the loss and was taken back; the next one will be shorter"
    if not told.rose:
        return ""
    led = (
        ", or led on by the steps before it" if hasattr(optimiser, "rule") and step.step > 1 else ""
    )
    why = f": the step was too long{led}; try a smaller --lr" if rated else ""
    return f"the loss rose, from {step.loss:.6g} to {step.loss_after:.6g}{why}"


def method(optimiser: Any) -> str:
    """The optimiser in words."""
    from gatewright.gates.training.recipe_values import setting_names

    title = getattr(optimiser, "title", optimiser.name)
    settings = ", ".join(f"{key} {getattr(optimiser, key)}" for key in setting_names(optimiser))
    return f"{title} ({settings})" if settings else str(title)


def largest_difference(told: Told) -> str:
    """The largest relative difference that the gradient check found, in words."""
    return f"{told.step.worst:.0e}" if told.step.worst else "0"
