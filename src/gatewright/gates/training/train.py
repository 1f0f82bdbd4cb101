"""Training one gate: from a truth table and a recipe to a network that has learned it.

Example:
    >>> gate = train(GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y"))
    >>> bool(gate.figures.error <= 0.02)
    True
"""

from __future__ import annotations

import dataclasses

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.certify.discipline import Discipline
from gatewright.errors import UsageError
from gatewright.gates.datasheet import Datasheet, measure, rows_of, smooth_datasheet
from gatewright.gates.schema import shown
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.gates.training.attempt import Attempt, Watch, attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.harden import Hardened, clipped, harden
from gatewright.gates.training.on_bits.learn import NotOnBits, OnBits
from gatewright.gates.training.recipe import Recipe, default_recipe, narrowing
from gatewright.learn.fit import Progress, fit
from gatewright.learn.network import Architecture, forward
from gatewright.threads import one_thread

MOST_SEED = 1 << 1024
"""What files have is below it."""


def train(
    spec: GateSpec,
    recipe: Recipe | None = None,
    *,
    seed: int = 0,
    watch: Watch | None = None,
) -> TrainedGate:
    """Train a gate; of the restarts that learn it, the one with the widest proved margin is chosen.

    Where the recipe does not harden, it is the most exact one.

    Args:
        spec: the gate.
        recipe: how; `default_recipe` where it is not given.
        seed: same gate, recipe and seed: same weights.
        watch: called after every epoch.

    Raises:
        GateNotLearnedError: no restart came within the recipe's tolerance.
        RecipeError: the recipe does not fit the gate.
        UsageError: the seed is negative, or larger than a file may have.
    """
    if not 0 <= seed < MOST_SEED:
        raise UsageError(f"a seed of {shown(seed)} cannot be used", hint="give 0 to 2**64 - 1")
    recipe = recipe or default_recipe(spec.table)
    made = attempt(Dataset.of_gate(spec), recipe, seed=seed, watch=watch)
    return chosen(spec, recipe, seed, made, watch=watch)


@one_thread()
def chosen(
    spec: GateSpec, recipe: Recipe, seed: int, made: Attempt, *, watch: Watch | None = None
) -> TrainedGate:
    """The gate that an attempt has become: the best restart hardened and proved, or as it was trained.

    Where no restart can be proved to tolerate the boxes it learned, smaller boxes are tried, as in
    `attempt`, and in the end the best restart is left as it was trained.

    Args:
        spec: the gate.
        recipe: how it was attempted.
        seed: likewise.
        made: the attempt.
        watch: called after every epoch of what is still trained.

    Raises:
        GateNotLearnedError: no restart came within the recipe's tolerance.
    """
    dataset = Dataset.of_gate(spec)
    if isinstance(made.on_bits, OnBits):
        return _behind_restoring(spec, recipe, seed, made, made.on_bits)
    if isinstance(made.on_bits, NotOnBits) or not made.fit.solved.any():
        from gatewright.gates.training.shortfall import GateNotLearnedError, shortfall

        raise GateNotLearnedError(shortfall(dataset, recipe, made))
    tried = made
    while recipe.hardens and tried.box_radius:
        made_hard = hardened(spec, recipe, seed, tried, watch)
        if made_hard is not None:
            return made_hard
        narrower = tried.box_radius / 2
        if narrower not in narrowing(recipe.box_radius):
            break
        smaller = dataclasses.replace(recipe, box_radius=narrower)
        tried = attempt(dataset, smaller, seed=seed, watch=watch)
        if not tried.fit.solved.any():
            break
    best = made.best
    architecture, theta = made.objective.architecture, made.fit.theta[best]
    sheet = smooth_datasheet(spec, architecture, theta, made.box_radius)
    return as_trained(spec, recipe, seed, made, architecture, theta, best, 0, sheet)


def _behind_restoring(
    spec: GateSpec, recipe: Recipe, seed: int, made: Attempt, found: OnBits
) -> TrainedGate:
    """The gate whose logic was learned on bits, with its datasheet."""
    theta = np.ascontiguousarray(found.theta)
    theta.flags.writeable = False
    sheet = measure(spec, found.architecture, theta, Discipline(made.box_radius))
    figures = Figures(found.restart, found.solved, found.proved, found.epochs, made.box_radius, 0.0)
    return TrainedGate(
        spec, found.architecture, theta, recipe, seed, figures, sheet, made.fit.history
    )


def hardened(
    spec: GateSpec, recipe: Recipe, seed: int, made: Attempt, watch: Watch | None = None
) -> TrainedGate | None:
    """The best proved gate that hardening makes of the solved restarts; none where none is.

    Points that hardened networks get wrong are learned too, more exactly each time.
    """
    rows, discipline = rows_of(spec), Discipline(made.box_radius)
    objective, architecture = made.objective, made.objective.architecture
    solved = np.flatnonzero(made.fit.solved)
    theta = made.fit.theta[solved]
    for again in range(_ROUNDS + 1):
        found = harden(architecture, theta, rows, discipline, recipe.weight_bits or None)
        if isinstance(found, Hardened):
            sheet = measure(spec, clipped(architecture), found.theta, discipline)
            best, proved = int(solved[found.restart]), len(found.passed)
            return as_trained(
                spec, recipe, seed, made, clipped(architecture), found.theta, best, proved, sheet
            )
        objective = objective.with_points(found.points, found.rows, rows.y, rows.care)
        theta = fit(
            objective,
            recipe.optimiser,
            theta,
            np.random.default_rng([seed, again]),
            epochs=recipe.epochs,
            tolerance=recipe.tolerance / 2 ** (again + 1),
            watch=_numbered(watch, solved),
        ).theta
    return None


def _numbered(watch: Watch | None, restarts: Indices) -> Watch | None:
    """Tells of some restarts by the numbers that they have among all."""
    if watch is None:
        return None

    def tell(progress: Progress) -> None:
        state = progress.state
        named = dataclasses.replace(state, restart=restarts[state.restart])
        watch(dataclasses.replace(progress, state=named))

    return tell


_ROUNDS = 3  # how often counterexamples are learned before smaller boxes are tried


def as_trained(
    spec: GateSpec,
    recipe: Recipe,
    seed: int,
    made: Attempt,
    architecture: Architecture,
    theta: Floats,
    best: int,
    proved: int,
    sheet: Datasheet | None,
) -> TrainedGate:
    """The record of a gate made of restart ``best``, of ``proved`` that came to a proved one."""
    theta = np.ascontiguousarray(theta)
    theta.flags.writeable = False
    rows = rows_of(spec)
    with np.errstate(over="ignore", invalid="ignore"):
        off = rows.care * (forward(architecture, theta[None], rows.x)[-1].a[0] - rows.y)
    figures = Figures(
        restart=best,
        solved=int(made.fit.solved.sum()),
        proved=proved,
        epochs=int(made.fit.epochs[best]),
        box_radius=made.box_radius,
        error=float(abs(off).max()),
    )
    return TrainedGate(spec, architecture, theta, recipe, seed, figures, sheet, made.fit.history)
