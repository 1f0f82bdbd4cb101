"""Gates as anyone would train them: what gates trained for noise are compared with.

Example:
    >>> spec = GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y")
    >>> gate = baseline_gates([spec])["and"]
    >>> gate.figures.box_radius, gate.recipe.init
    (0.0, Glorot())
"""

from __future__ import annotations

from collections.abc import Iterable

from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe, dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.inits import Glorot
from gatewright.logic.truth_table import TruthTable


def baseline_gates(specs: Iterable[GateSpec], *, seed: int = 0) -> dict[str, TrainedGate]:
    """A plainly trained gate for each spec, by name.

    Raises:
        GateNotLearnedError: no restart learned a gate.
    """
    return {spec.name: train(spec, baseline_recipe(spec.table), seed=seed) for spec in specs}


def baseline_recipe(table: TruthTable) -> Recipe:
    """A network as large as `dense_recipe`'s, logistic, begun at random, taught the bare rows alone."""
    usual = dense_recipe(table)
    return Recipe(
        usual.layers,
        activations=("logistic",),
        loss=usual.loss,
        optimiser=usual.optimiser,
        init=Glorot(),
        box_radius=0.0,
        tolerance=usual.tolerance,
        epochs=usual.epochs,
        restarts=usual.restarts,
    )
