"""Running a recipe on rows: every restart, and where it ends.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.recipe import default_recipe
    >>> spec = GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y")
    >>> made = attempt(Dataset.of_gate(spec), default_recipe(spec.table))
    >>> bool(made.fit.solved.any())
    True
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify.discipline import Discipline
from gatewright.certify.grid import FEWEST_BITS, MOST_BITS
from gatewright.certify.prover import MOST_INPUTS
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.on_bits.learn import BITS, NotOnBits, OnBits, learn_on_bits
from gatewright.gates.training.on_bits.size import EPOCHS
from gatewright.gates.training.recipe import Recipe, narrowing
from gatewright.kinds import blaming
from gatewright.learn.fit import Fit, Progress, fit
from gatewright.learn.inits import INITS
from gatewright.learn.logits import Step
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers.state import State
from gatewright.records import dataclass
from gatewright.threads import one_thread

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


@one_thread()
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
        RecipeError: the rows are not a truth table.
    """
    rows = dataset.truth_table()
    right: set[int] = set()

    def told(step: Step) -> None:
        if watch is not None:
            right.update(step.restart[step.wrong == 0].tolist())
            loss = float(np.fmin.reduce(step.loss))
            count = recipe.restarts
            state = State(step.theta, step.loss, _distance(step.margin), step.restart)
            bits = _giving_bits(step.architecture)
            watch(Progress(step.epoch, EPOCHS, len(right), count, loss, bits, state))

    made = learn_on_bits(
        rows,
        Discipline(recipe.box_radius),
        seed=seed,
        restarts=recipe.restarts,
        bits=bits_of(recipe, rows.x.shape[1]),
        fewest=recipe.smallest,
        watch=told,
    )
    logic, ends = _giving_bits(made.logic), made.ends
    error = _distance(ends.margin)
    nowhere = np.zeros(len(error), dtype=np.bool_)
    each = Fit(
        ends.theta,
        ends.loss,
        error,
        ends.epochs,
        ends.solved,
        nowhere,
        ends.recorder.history(),
        ends.epochs,
    )
    return Attempt(Objective(logic, rows.x, rows.y, rows.care), each, recipe.box_radius, made)


def _giving_bits(logic: Architecture) -> Architecture:
    """Logic layers whose outputs are bits, not logits."""
    return dataclasses.replace(logic, activations=(*logic.activations[:-1], "logistic"))


def _distance(margin: Floats) -> Floats:
    """How far the output of the least logit on its right side is from its bit."""
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(margin)))


def bits_of(recipe: Recipe, inputs: int) -> tuple[int, ...]:
    """The bits of a weight to try in turn.

    Those of the recipe; for 0 all from the fewest on. Gates of more than 6 inputs may take more than is asked
    for: a comparator of bytes has no weights of 8 bits.
    """
    if not recipe.weight_bits:
        return tuple(range(FEWEST_BITS, MOST_BITS))
    finer = tuple(bits for bits in BITS if bits > recipe.weight_bits and inputs > MOST_INPUTS)
    return (recipe.weight_bits, *finer)
