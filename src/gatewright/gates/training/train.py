"""Training one gate: from a truth table and a recipe to a network that has learned it.

Example:
    >>> gate = train(GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y"))
    >>> bool(gate.figures.error <= 0.02)
    True
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify.discipline import Discipline
from gatewright.certify.grid import FEWEST_BITS, MOST_BITS
from gatewright.certify.prover import MOST_INPUTS
from gatewright.errors import Hint, NotLearnedError, UsageError
from gatewright.gates.datasheet import Datasheet, measure, rows_of, smooth_datasheet
from gatewright.gates.schema import shown
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.harden import Hardened, clipped, harden
from gatewright.gates.training.logic_size import EPOCHS
from gatewright.gates.training.on_bits import BITS, NotOnBits, OnBits, learn_on_bits
from gatewright.gates.training.recipe import Recipe, default_recipe, narrowing
from gatewright.kinds import blaming
from gatewright.learn.fit import Fit, Progress, fit
from gatewright.learn.inits import INITS
from gatewright.learn.logits import Step
from gatewright.learn.network import Architecture, forward
from gatewright.learn.objective import Objective

MOST_SEED = 1 << 1024
"""What files have is below it."""

Watch = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """All restarts of a recipe on a dataset.

    Attributes:
        objective: what was minimised.
        fit: where every restart ended.
        box_radius: half-width of the boxes that were learned.
        on_bits: what came of a recipe that restores inputs; none of another one. Objective and fit are then
            those of the logic layers of the last size that was tried.
    """

    objective: Objective
    fit: Fit
    box_radius: float
    on_bits: OnBits | NotOnBits | None = None

    @property
    def best(self) -> int:
        """The restart that learned most exactly, if any learned at all."""
        return int(np.argmin(np.where(self.fit.solved, self.fit.error, np.inf)))


def attempt(
    dataset: Dataset,
    recipe: Recipe,
    *,
    seed: int = 0,
    watch: Watch | None = None,
) -> Attempt:
    """Run a recipe: with its boxes, and with smaller ones while no restart learns the dataset.

    Args:
        dataset: rows to learn.
        recipe: how.
        seed: of everything random; on one size of boxes, restart *i* is the same however many there are.
        watch: called after every epoch.

    Raises:
        RecipeError: the recipe does not fit the rows.
    """
    if recipe.restoring:
        return _on_bits(dataset, recipe, seed, watch)
    for box_radius in narrowing(recipe.box_radius):
        objective = dataset.objective(recipe, box_radius)
        starts, draws = np.random.default_rng(seed).spawn(2)
        with blaming(INITS, recipe.init.name):
            theta = recipe.init.draw(objective.architecture, starts, recipe.restarts)
        result = fit(
            objective,
            recipe.optimiser,
            theta,
            draws,
            epochs=recipe.epochs,
            tolerance=recipe.tolerance,
            early_stopping=recipe.early_stopping,
            watch=watch,
        )
        if result.solved.any():
            break
    return Attempt(objective, result, box_radius)


def _on_bits(dataset: Dataset, recipe: Recipe, seed: int, watch: Watch | None) -> Attempt:
    """Learn the logic behind a restoring layer.

    Raises:
        RecipeError: the rows are no truth table.
    """
    rows = dataset.truth_table()
    right: set[int] = set()

    def told(step: Step) -> None:
        if watch is not None:
            right.update(step.restart[step.wrong == 0].tolist())
            loss = float(np.fmin.reduce(step.loss))
            watch(Progress(step.epoch, EPOCHS, len(right), recipe.restarts, loss))

    made = learn_on_bits(
        rows,
        Discipline(recipe.box_radius),
        seed=seed,
        restarts=recipe.restarts,
        bits=bits_of(recipe, rows.x.shape[1]),
        watch=told,
    )
    logic = dataclasses.replace(made.logic, activations=("logistic",) * len(made.logic.activations))
    ends = made.ends
    with np.errstate(over="ignore"):
        error = 1.0 / (1.0 + np.exp(ends.margin))
    nowhere = np.zeros(len(error), dtype=np.bool_)
    each = Fit(
        ends.theta, ends.loss, error, ends.epochs, ends.solved, nowhere, ends.recorder.history()
    )
    return Attempt(Objective(logic, rows.x, rows.y, rows.care), each, recipe.box_radius, made)


def bits_of(recipe: Recipe, inputs: int) -> tuple[int, ...]:
    """The bits of a weight to try in turn.

    Those of the recipe; for 0 all from the fewest on. Gates of more than 6 inputs may take more than is asked
    for: a comparator of bytes has no weights of 8 bits.
    """
    if not recipe.weight_bits:
        return tuple(range(FEWEST_BITS, MOST_BITS))
    finer = tuple(bits for bits in BITS if bits > recipe.weight_bits and inputs > MOST_INPUTS)
    return (recipe.weight_bits, *finer)


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
    return chosen(
        spec, recipe, seed, attempt(Dataset.of_gate(spec), recipe, seed=seed, watch=watch)
    )


def chosen(spec: GateSpec, recipe: Recipe, seed: int, made: Attempt) -> TrainedGate:
    """The gate that an attempt has become: the best restart hardened and proved, or as it was trained.

    Where no restart can be proved to tolerate the boxes it learned, smaller boxes are tried, as in
    `attempt`, and in the end the best restart is left as it was trained.

    Raises:
        GateNotLearnedError: no restart came within the recipe's tolerance.
    """
    dataset = Dataset.of_gate(spec)
    if isinstance(made.on_bits, OnBits):
        return _behind_restoring(spec, recipe, seed, made, made.on_bits)
    if isinstance(made.on_bits, NotOnBits) or not made.fit.solved.any():
        raise GateNotLearnedError(shortfall(dataset, recipe, made))
    tried = made
    while recipe.hardens and tried.box_radius:
        hardened = _hardened(spec, recipe, seed, tried)
        if hardened is not None:
            return hardened
        narrower = tried.box_radius / 2
        if narrower not in narrowing(recipe.box_radius):
            break
        tried = attempt(dataset, dataclasses.replace(recipe, box_radius=narrower), seed=seed)
        if not tried.fit.solved.any():
            break
    best = made.best
    architecture, theta = made.objective.architecture, made.fit.theta[best]
    sheet = smooth_datasheet(spec, architecture, theta, made.box_radius)
    return _gate(spec, recipe, seed, made, architecture, theta, best, 0, sheet)


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


def _hardened(spec: GateSpec, recipe: Recipe, seed: int, made: Attempt) -> TrainedGate | None:
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
            return _gate(
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
        ).theta
    return None


_ROUNDS = 3  # how often counterexamples are learned before smaller boxes are tried


def _gate(
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


def row_errors(dataset: Dataset, recipe: Recipe, theta: Floats) -> Floats:
    """The largest distance of an output from its target in the bare rows, shape (restarts,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return dataset.objective(recipe).residuals(theta).error


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How far the restarts of a failed training got.

    Attributes:
        name: of the gate, or of what was to be learned.
        restarts: how many there were.
        epochs: how long each was given.
        right: restarts whose every output is within a half.
        near: restarts within 0.1 of every row.
        closest: the smallest worst error of any restart.
        tolerance: what it should have been.
        diverged: restarts whose loss ceased to be a number.
        diverged_at: the first epoch at which one did; 0 if none.
        tried: hidden units of the logic layers that were tried, where inputs are restored; the other figures are
            of the last of them.
        wrong: outputs that the best of all sizes has wrong, in the rows that it learned; 0 where it has none, but
            others, or could not be proved.
    """

    name: str
    restarts: int
    epochs: int
    right: int
    near: int
    closest: float
    tolerance: float
    diverged: int
    diverged_at: int
    tried: tuple[int, ...] = ()
    wrong: int = 0


def shortfall(dataset: Dataset, recipe: Recipe, made: Attempt) -> Shortfall:
    """How far the restarts of an attempt got."""
    result = made.fit
    learned = made.on_bits is None
    errors = row_errors(dataset, recipe, result.theta) if learned else result.error
    errors = np.where(np.isfinite(errors) & ~result.diverged, errors, np.inf)
    return Shortfall(
        name=dataset.name,
        restarts=recipe.restarts,
        epochs=recipe.epochs,
        right=int((errors < 0.5).sum()),
        near=int((errors <= 0.1).sum()),
        closest=float(errors.min()),
        tolerance=recipe.tolerance,
        diverged=int(result.diverged.sum()),
        diverged_at=int(result.epochs[result.diverged].min(initial=recipe.epochs))
        if result.diverged.any()
        else 0,
        tried=made.on_bits.tried if made.on_bits is not None else (),
        wrong=made.on_bits.wrong if isinstance(made.on_bits, NotOnBits) else 0,
    )


class GateNotLearnedError(NotLearnedError):
    """No restart learned the gate; ``shortfall`` says how far they got."""

    def __init__(self, shortfall: Shortfall) -> None:
        self.shortfall = few = shortfall
        if few.tried:
            sizes = ", ".join(map(str, few.tried))
            best = (
                f"the best has {few.wrong} outputs wrong in the rows that it was taught"
                if few.wrong
                else "those that are right in the rows they were taught are wrong in others, or cannot be proved"
            )
            super().__init__(
                f"'{few.name}' was not learned with {sizes} hidden units: {best}",
                hint="nothing was saved; allow more bits a weight, or build it as a circuit of smaller gates",
            )
            return
        told = (
            f"'{few.name}' was not learned: of {few.restarts} restarts 0 came within {few.tolerance:g} "
            f"of its rows in {few.epochs} epochs, {few.near} within 0.1, {few.right} have every bit right"
        )
        if few.diverged:
            told += f"; {few.diverged} diverged, the first at epoch {few.diverged_at}"
        if np.isfinite(few.closest):
            told += f"; the closest is off by {few.closest:.3g}"
        hint = (
            Hint("try a smaller learning rate", "diverged")
            if few.diverged
            else Hint("try more epochs, more restarts or wider layers", "not learned")
        )
        super().__init__(told, hint=hint)
