"""Training one gate: from a truth table and a recipe to a network that has learned it.

After `recipe` and `gatewright.learn`; `store` keeps the result.

Example:
    >>> gate = train(GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y"))
    >>> bool(gate.figures.error <= 0.02)
    True
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import NotLearnedError
from gatewright.gates.recipe import Recipe, default_recipe, narrowing
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.learn.fit import Fit, Progress, fit
from gatewright.learn.network import Architecture, forward
from gatewright.learn.objective import Objective
from gatewright.learn.starts import draw_starts
from gatewright.logic.bits import table_rows
from gatewright.logic.truth_table import TruthTable


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How far the restarts of a failed training got.

    Attributes:
        gate: its name.
        restarts: how many there were.
        epochs: how long each was given.
        right: restarts whose every output is on the right side of a half.
        near: restarts within 0.1 of every row.
        closest: the smallest worst error of any restart.
        tolerance: what it should have been.
    """

    gate: str
    restarts: int
    epochs: int
    right: int
    near: int
    closest: float
    tolerance: float


class GateNotLearnedError(NotLearnedError):
    """No restart learned the gate; ``shortfall`` says how far they got."""

    def __init__(self, shortfall: Shortfall) -> None:
        self.shortfall = shortfall
        few = shortfall
        super().__init__(
            f"'{few.gate}' was not learned: of {few.restarts} restarts 0 came within {few.tolerance:g} of its "
            f"truth table in {few.epochs} epochs, {few.near} within 0.1, {few.right} have every bit right; "
            f"the closest is off by {few.closest:.3g}",
            hint="nothing was saved; try more --epochs, more --restarts or wider --layers",
        )


def train(
    spec: GateSpec,
    recipe: Recipe | None = None,
    *,
    seed: int = 0,
    watch: Callable[[Progress], None] | None = None,
) -> TrainedGate:
    """Train a gate; of the restarts that learn it, the most exact is chosen.

    Args:
        spec: the gate.
        recipe: how; `default_recipe` where it is not given.
        seed: same gate, recipe and seed: same weights.
        watch: called after every epoch.

    Raises:
        GateNotLearnedError: no restart came within the recipe's tolerance.
        RecipeError: the recipe does not fit the gate.
    """
    recipe = recipe or default_recipe(spec.table)
    shape = recipe.architecture(spec.table)
    for spread in narrowing(recipe.spread):
        theta = draw_starts(recipe.start, shape, np.random.default_rng(seed), recipe.restarts)
        objective = box_objective(spec.table, shape, recipe.loss, spread)
        result = fit(
            objective,
            recipe.optimiser,
            theta,
            epochs=recipe.epochs,
            tolerance=recipe.tolerance,
            watch=watch,
        )
        if result.solved.any():
            return _chosen(spec, shape, result, recipe, seed, spread)
    raise GateNotLearnedError(_shortfall(spec, shape, result, recipe))


def box_objective(table: TruthTable, shape: Architecture, loss: str, spread: float) -> Objective:
    """The rows of a truth table, each at every corner of the box of half-width ``spread`` around it."""
    x = table.patterns.astype(np.float64)
    corners = spread * (2.0 * table_rows(x.shape[1]) - 1.0) if spread else np.zeros((1, x.shape[1]))
    points = (x[:, None] + corners).reshape(-1, x.shape[1])
    return Objective(
        shape,
        points,
        np.repeat(table.values.astype(np.float64), len(corners), axis=0),
        np.repeat(table.care.astype(np.float64), len(corners), axis=0),
        loss,
    )


def _row_errors(spec: GateSpec, shape: Architecture, theta: Floats) -> Floats:
    return box_objective(spec.table, shape, "mse", 0.0).error(theta)


def _chosen(
    spec: GateSpec, shape: Architecture, result: Fit, recipe: Recipe, seed: int, spread: float
) -> TrainedGate:
    best = int(np.argmin(np.where(result.solved, result.error, np.inf)))
    theta = np.ascontiguousarray(result.theta[best])
    theta.flags.writeable = False
    figures = Figures(
        restart=best,
        solved=int(result.solved.sum()),
        epochs=int(result.epochs[best]),
        spread=spread,
        error=float(_row_errors(spec, shape, theta[None])[0]),
    )
    return TrainedGate(spec, shape, theta, recipe, seed, figures)


def _shortfall(spec: GateSpec, shape: Architecture, result: Fit, recipe: Recipe) -> Shortfall:
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = forward(shape, result.theta, spec.table.patterns.astype(np.float64))[-1].a
        errors = np.where(spec.table.care, np.abs(outputs - spec.table.values), 0.0).max((1, 2))
    errors = np.where(np.isnan(errors), np.inf, errors)
    return Shortfall(
        gate=spec.name,
        restarts=recipe.restarts,
        epochs=recipe.epochs,
        right=int((errors < 0.5).sum()),
        near=int((errors <= 0.1).sum()),
        closest=float(errors.min()),
        tolerance=recipe.tolerance,
    )
