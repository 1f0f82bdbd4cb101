"""Training a damaged gate again from the weights it has, and proving it again.

The weights a damaged gate has, at several sizes, are the starts of a training by its own recipe: on the boxes
that it learned, or on bits where it restores its inputs. Then it is hardened and proved as any gate is. Where
none of these starts comes to a proved gate, it is trained anew from its seed, and that is said.

Example:
    >>> from gatewright.api.gates import train
    >>> xor = train("xor")
    >>> broken = xor.damaged("y from a2[1] zeroed")
    >>> fixed = repair(broken)
    >>> broken.datasheet, fixed.anew, fixed.gate(0, 1), fixed.gate.datasheet.noise_margin
    (None, False, 1, 0.45)
"""

from __future__ import annotations

import itertools

import numpy as np

from gatewright.arrays import Floats, Mask
from gatewright.certify.discipline import Discipline
from gatewright.checks import check_count
from gatewright.gates.datasheet import measure, rows_of, smooth_datasheet
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.gates.training.attempt import Attempt, Watch, bits_of
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.on_bits.polarity import seen_inverted
from gatewright.gates.training.on_bits.size import LogicSize
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.train import as_trained, hardened, train
from gatewright.learn.fit import fit
from gatewright.records import dataclass
from gatewright.threads import one_thread

_SIZES = (1.0, 0.5, 0.25, 0.125, 0.0625)
"""Of all weights: hardening made them large, and a unit that saturates learns nothing."""

_JITTER = 0.05
"""By how much of itself every second start differs from the weights there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Repaired:
    """What a repair came to.

    Attributes:
        gate: proved again.
        anew: whether no start from its weights came to that, so that it was trained from its seed.
        moved: parameters that are not what they were.

    Example:
        >>> import gatewright as gw
        >>> gw.train("xor").damaged("y from a2[1] zeroed").repaired().anew
        False
    """

    gate: TrainedGate
    anew: bool
    moved: int


@one_thread()
def repair(gate: TrainedGate, *, seed: int = 0, watch: Watch | None = None) -> Repaired:
    """Train a gate again from the weights it has.

    Args:
        gate: damaged.
        seed: of the differences between starts.
        watch: called after every epoch, where the gate is one that learns boxes.

    Raises:
        RecipeError: its recipe needs a plugin that is not here.
        GateNotLearnedError: not even trained anew is it learned.
    """
    check_count("seed", seed, 0)
    recipe = gate.recipe.here()
    generator = np.random.default_rng(seed)
    found = (
        _on_bits(gate, recipe, generator)
        if gate.architecture.restoring
        else _on_boxes(gate, recipe, generator, watch)
    )
    anew = found is None or found.datasheet is None
    made = train(gate.spec, recipe, seed=gate.seed) if found is None or anew else found
    same = made.theta.shape == gate.theta.shape
    moved = int((made.theta != gate.theta).sum()) if same else len(made.theta)
    return Repaired(made, anew, moved)


def _on_boxes(
    gate: TrainedGate, recipe: Recipe, generator: np.random.Generator, watch: Watch | None
) -> TrainedGate | None:
    """A gate that learned boxes, trained on them again; none where its starts do not come to one."""
    radius = gate.figures.box_radius
    objective = Dataset.of_gate(gate.spec).objective(recipe, radius)
    if objective.architecture.parameters != len(gate.theta):
        return None
    starts = _jittered([gate.theta * size for size in _SIZES], generator)
    result = fit(
        objective,
        recipe.optimiser,
        starts,
        generator,
        epochs=recipe.epochs,
        tolerance=recipe.tolerance,
        early_stopping=recipe.early_stopping,
        watch=watch,
    )
    if not result.solved.any():
        return None
    made = Attempt(objective, result, radius)
    if recipe.hardens and radius:
        return hardened(gate.spec, recipe, gate.seed, made)
    theta = result.theta[made.best]
    sheet = smooth_datasheet(gate.spec, objective.architecture, theta, radius)
    return as_trained(
        gate.spec, recipe, gate.seed, made, objective.architecture, theta, made.best, 0, sheet
    )


def _on_bits(
    gate: TrainedGate, recipe: Recipe, generator: np.random.Generator
) -> TrainedGate | None:
    """A gate that restores its inputs: its logic, learned again on bits behind units that restore."""
    rows, architecture = rows_of(gate.spec), gate.architecture
    if len(architecture.logic.sizes) > 3:
        return None
    discipline = Discipline(gate.figures.box_radius)
    hidden = architecture.logic.sizes[1] if len(architecture.logic.sizes) > 2 else 0
    starts = _jittered(_smaller_layers(gate), generator)
    for inverted in _seen_inverted(gate):
        size = LogicSize(
            seen_inverted(rows, inverted),
            discipline,
            hidden=hidden,
            bits=bits_of(recipe, rows.x.shape[1]),
            restarts=len(starts),
            inverted=inverted,
        )
        size.learn(starts, generator)
        if size.best is None:
            continue
        theta = np.ascontiguousarray(size.best.theta)
        theta.flags.writeable = False
        figures = Figures(
            size.best.restart,
            len(size.solved),
            len(size.proved),
            size.epochs,
            gate.figures.box_radius,
            0.0,
        )
        sheet = measure(gate.spec, size.gate, theta, discipline)
        return TrainedGate(gate.spec, size.gate, theta, recipe, gate.seed, figures, sheet)
    return None


def _smaller_layers(gate: TrainedGate) -> list[Floats]:
    """The parameters of the logic, its layers at several sizes."""
    logic = gate.architecture.logic
    behind = gate.theta[gate.architecture.slices()[0][1].stop :]
    made = []
    for sizes in itertools.product(_SIZES[:3], repeat=len(logic.sizes) - 1):
        theta = behind.copy()
        for (weights, biases), size in zip(logic.slices(), sizes, strict=True):
            theta[weights.start : biases.stop] *= size
        made.append(theta)
    return made


def _seen_inverted(gate: TrainedGate) -> list[Mask]:
    """Which inputs the logic sees inverted, by the signs of weights, and of biases: one may be damaged."""
    weights, biases = gate.architecture.slices()[0]
    by_weights, by_biases = gate.theta[weights] < 0, gate.theta[biases] > 0
    same = bool((by_weights == by_biases).all())
    return [by_weights] if same else [by_weights, by_biases]


def _jittered(some: list[Floats], generator: np.random.Generator) -> Floats:
    """Starts, and each once more with every number a little off and none of them 0."""
    starts = np.stack(some)
    draws = generator.normal(size=starts.shape)
    typical = abs(starts).mean(1, keepdims=True)
    return np.concatenate([starts, starts + _JITTER * typical * draws])
