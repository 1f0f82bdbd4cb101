"""One network on rows of examples, as a gate is trained: beside a learned circuit, what the same rows make of it.

A gate's network learns every row of its table, so that there is no other row to be wrong on. Here it learns some
rows, and is judged by the rows that judge a circuit of the same table.

Example:
    >>> from gatewright.examples.data.table import table_of
    >>> from gatewright.examples.prepared import prepared
    >>> x = np.random.default_rng(1).integers(0, 2, (200, 4), dtype=np.uint8)
    >>> rows = prepared(table_of(x, x[:, 0] | x[:, 2]), seed=0)
    >>> learned = learn_network(rows, usual_recipe(rows))
    >>> learned.architecture.sizes, bool((learned.values(rows.test_x) == rows.test_y).all())
    ((4, 32, 1), True)
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gatewright.arrays import Bits, Floats, Indices
from gatewright.errors import RecipeError, UsageError
from gatewright.examples.prepared import Prepared
from gatewright.gates.training.attempt import Watch, attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import MOST_PARAMETERS, Recipe
from gatewright.learn.inits import Glorot
from gatewright.learn.network import Architecture, forward
from gatewright.learn.optimisers import Adam
from gatewright.records import dataclass

MOST_ROWS = 20_000
"""Rows that a network learns from; of more, so many are drawn."""

_UNITS, _RESTARTS, _EPOCHS = 32, 4, (50, 1000)

_WORK = 1 << 33
"""Products of a weight and a signal that a training may take where nobody says otherwise: some 20 s."""

_AT_ONCE = 1 << 14
"""Rows that a network is asked for at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkOfRows:
    """A network that was learned from rows.

    Attributes:
        architecture: its layers.
        theta: its parameters, shape (parameters,).
        restarts: how many were trained.
        chosen: which of them it is: the one of most right rows that choose, of equals the one of least loss.
        epochs: that it was trained.
        taught: the numbers of the rows that it learned from.
    """

    architecture: Architecture
    theta: Floats
    restarts: int
    chosen: int
    epochs: int
    taught: Indices

    def values(self, x: Bits) -> Bits:
        """The bits of its outputs for rows (rows, inputs), shape (rows, outputs)."""
        found: Bits = _bits(self.architecture, self.theta[None], x)[0]
        return found


def usual_recipe(rows: Prepared) -> Recipe:
    """How a network of these rows is trained where nothing is chosen: one hidden layer, Adam, cross-entropy.

    Raises:
        UsageError: they have too many bits for any network that is trained here.
    """
    inputs, outputs = len(rows.inputs), len(rows.outputs)
    units = min(_UNITS, (MOST_PARAMETERS - outputs) // (inputs + outputs + 1))
    if units < 1:
        raise UsageError(
            f"{inputs} bits are too many for one network of up to {MOST_PARAMETERS} parameters",
            hint="'learn' takes them; or leave columns out",
        )
    recipe = Recipe(
        (units,),
        ("tanh", "logistic"),
        loss="cross-entropy",
        optimiser=Adam(),
        init=Glorot(),
        tolerance=0.05,
        restarts=_RESTARTS,
    )
    work = recipe.work_an_epoch(inputs, outputs, min(MOST_ROWS, len(rows.x)), 0.0)
    least, most = _EPOCHS
    return replace(recipe, epochs=min(most, max(least, _WORK // work)))


def learn_network(
    rows: Prepared, recipe: Recipe, *, seed: int = 0, watch: Watch | None = None
) -> NetworkOfRows:
    """Train a network on the rows that learn and tune; the rows that choose choose the restart.

    No restart need learn every row: rows may contradict each other.

    Args:
        rows: of examples.
        recipe: how; without a restoring layer, which is for whole truth tables.
        seed: of everything random.
        watch: called after every epoch.

    Raises:
        RecipeError: the recipe does not fit the rows, or every restart diverged.
    """
    known = np.sort(np.concatenate(rows.parts[:2]))
    if len(known) > MOST_ROWS:
        known = np.sort(np.random.default_rng(seed).choice(known, MOST_ROWS, replace=False))
    given, wanted = rows.x[known].astype(np.float64), rows.y[known].astype(np.float64)
    dataset = Dataset(
        "the examples", rows.inputs, rows.outputs, given, wanted, np.ones_like(wanted), ()
    )
    made = attempt(dataset, recipe, seed=seed, watch=watch)
    architecture, fit = made.objective.architecture, made.fit
    if fit.diverged.all():
        raise RecipeError("every restart diverged", hint="choose a smaller learning rate")
    choose = rows.parts.choose
    right = (_bits(architecture, fit.theta, rows.x[choose]) == rows.y[choose]).all(2).sum(1)
    chosen = min(
        np.flatnonzero(~fit.diverged).tolist(), key=lambda at: (-right[at], fit.loss[at], at)
    )
    return NetworkOfRows(
        architecture, fit.theta[chosen], len(fit.theta), chosen, int(fit.epochs[chosen]), known
    )


def _bits(architecture: Architecture, theta: Floats, x: Bits) -> Bits:
    """The bits of outputs, shape (restarts, rows, outputs), of parameters (restarts, parameters)."""
    parts = [
        forward(architecture, theta, x[first : first + _AT_ONCE].astype(np.float64))[-1].a > 0.5
        for first in range(0, len(x), _AT_ONCE)
    ]
    return np.concatenate(parts, axis=1).astype(np.uint8)
