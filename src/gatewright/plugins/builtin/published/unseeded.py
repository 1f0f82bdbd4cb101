"""Reference systems without a known start: how often a single start succeeds, beside the known rate.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> named = plugins.recipes["first-bit"]
    >>> next(first_bit(named, named.dataset(plugins.gates))).agrees
    True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from gatewright.arrays import Floats
from gatewright.gates.training.attempt import Attempt, attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe_text import NamedRecipe
from gatewright.gates.training.recipe_values import setting_names
from gatewright.learn.network import forward
from gatewright.learn.optimisers import Optimiser
from gatewright.plugins.builtin.published.figures import (
    SINGLE_STARTS,
    Figure,
    about_rate,
    at_least,
    at_most,
)
from gatewright.plugins.builtin.published.seeded import rows_right
from gatewright.plugins.builtin.published.slip import OnlineSlip

GROUPS, GROUP = 100, 8


def _many(named: NamedRecipe, dataset: Dataset, restarts: int) -> tuple[Attempt, Floats]:
    """Many single starts in one batch: the attempt, and all their outputs (restarts, rows, outputs)."""
    made = attempt(dataset, replace(named.recipe, restarts=restarts))
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = forward(made.objective.architecture, made.fit.theta, made.objective.x)[-1].a
    return made, outputs


def _unseeded(
    named: NamedRecipe,
    dataset: Dataset,
    right: str,
    close: tuple[str, str | None],
    reached: Callable[[Floats], Floats],
) -> Iterator[Figure]:
    """Rates of single starts, and of groups of eight, for a system without a seed.

    ``close`` names a criterion and its published rate, if there is one; ``reached`` tells from the
    errors, shape (restarts, rows, outputs), which restarts meet it.
    """
    made, outputs = _many(named, dataset, GROUPS * GROUP)
    errors = np.where(np.isfinite(outputs), np.abs(outputs - made.objective.y), np.inf)
    single = errors[:SINGLE_STARTS]
    yield about_rate(
        "single starts with all rows right", right, int((single < 0.5).all((1, 2)).sum())
    )
    if close[1] is not None:
        yield about_rate(f"single starts with {close[0]}", close[1], int(reached(single).sum()))
    groups = reached(errors).reshape(GROUPS, GROUP).any(1)
    yield at_least(f"groups of {GROUP} with {close[0]}", 95, groups.sum())


def _largest_under(bound: float) -> Callable[[Floats], Floats]:
    return lambda errors: errors.max((1, 2)) < bound


def xnor_online(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``xnor-online``."""
    close = ("an error under 0.1", "0.82")
    yield from _unseeded(named, dataset, "0.90", close, _largest_under(0.1))


def first_bit(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``first-bit``."""
    made, outputs = _many(named, dataset, SINGLE_STARTS)
    squares = ((outputs - made.objective.y) ** 2).mean((1, 2))
    yield at_most("median mean square (0.0009 was measured)", 0.002, float(np.median(squares)))
    # The measured share was that of the original, which averages the gradients of its biases over
    # the rows where it sums those of its weights. With one reduction for both, more starts get there.
    under = int((_averaging_biases(named, dataset) < 0.005).sum())
    yield about_rate("mean square under 0.005, biases averaged", "0.69", under)
    yield at_least("the same, biases summed like the weights", 0.69, (squares < 0.005).mean())
    right = ("a mean square ≤ 0.002", None)
    yield from _unseeded(
        named, dataset, "0.99", right, lambda errors: (errors**2).mean((1, 2)) <= 0.002
    )


def _averaging_biases(named: NamedRecipe, dataset: Dataset) -> Floats:
    """The mean squared errors after the original's gradient descent, shape (restarts,)."""
    objective = dataset.objective(named.recipe)
    starts, _ = np.random.default_rng(0).spawn(2)
    theta = named.recipe.init.draw(objective.architecture, starts, SINGLE_STARTS)
    rate = np.full(objective.architecture.parameters, 0.6)
    for _, biases in objective.architecture.slices():
        rate[biases] /= len(dataset.x)
    for _ in range(named.recipe.epochs):
        theta = theta - rate * objective.gradient(theta).gradient
    return replace(objective, loss="mse").gradient(theta).loss


def sum_deep(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``sum-deep``."""
    close = ("errors under 0.05", "0.93")
    yield from _unseeded(named, dataset, "0.96", close, _largest_under(0.05))
    made, _ = _many(named, dataset, SINGLE_STARTS)
    points = ((0.2, 0.3, "0.4999"), (0.7, 0.2, "0.898"), (1.0, 1.0, "1.9993"))
    x = np.array([point[:2] for point in points])
    theta = made.fit.theta[made.fit.solved]
    sums = forward(made.objective.architecture, theta, x)[-1].a[:, :, 0]
    off = np.abs(sums - x.sum(1)).max(1)
    yield at_least("successes that add these within 0.02", 0.25, (off <= 0.02).mean())
    most_general = sums[np.argmin(off)]
    for (a, b, published), ours in zip(points, most_general.tolist(), strict=True):
        agrees = abs(ours - float(published)) <= 0.01
        yield Figure(f"the best of them: {a:g} + {b:g}", published, ours, agrees)
    least = float(made.fit.loss[made.fit.solved].min())
    yield at_most("the least loss of a start (2e-5 was printed)", 2e-5, least)


def xor_deep(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``xor-deep``."""
    close = ("errors under 0.05", "0.86")
    yield from _unseeded(named, dataset, "0.93", close, _largest_under(0.05))
    slipped = replace(
        named, recipe=replace(named.recipe, optimiser=_with_slip(named.recipe.optimiser))
    )
    made, outputs = _many(slipped, dataset, SINGLE_STARTS)
    errors = np.where(np.isfinite(outputs), np.abs(outputs - made.objective.y), np.inf)
    close_with_slip = int((errors.max((1, 2)) < 0.05).sum())
    yield about_rate("the same with the original's slip", "0.21", close_with_slip)
    yield rows_right(Attempt(made.objective, best_first(attempt(dataset, named.recipe)).fit, 0.0))


def _with_slip(optimiser: Optimiser) -> OnlineSlip:
    """The same settings, and the original's slip."""
    return OnlineSlip(**{each: getattr(optimiser, each) for each in setting_names(optimiser)})


def best_first(made: Attempt) -> Attempt:
    """The same attempt with the restarts that learned first."""
    order = np.argsort(~made.fit.solved, kind="stable")
    return replace(made, fit=replace(made.fit, theta=made.fit.theta[order]))
