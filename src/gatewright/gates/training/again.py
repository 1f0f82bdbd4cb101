"""The training of a gate once more: it knows its recipe and its seed, which give the same numbers.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y"))
    >>> bool(again(gate).fit.solved[gate.figures.restart])
    True
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify.prover import MOST_INPUTS
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.absent import AbsentRecipe
from gatewright.gates.training.attempt import Attempt, Watch, attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import dense_recipe
from gatewright.learn.network import Architecture


def again(gate: TrainedGate, *, watch: Watch | None = None) -> Attempt:
    """The training of a gate, run once more: the same restarts from the same starts, on the same boxes."""
    recipe = dataclasses.replace(gate.recipe.here(), box_radius=gate.figures.box_radius)
    return attempt(Dataset.of_gate(gate.spec), recipe, seed=gate.seed, watch=watch)


def earlier(gate: TrainedGate) -> bool:
    """Whether a gate was trained as earlier versions did where nothing was chosen.

    They learned boxes with one dense network. Trained again, it has fewer parameters and tolerates more.
    """
    recipe = gate.recipe
    if (
        isinstance(recipe, AbsentRecipe)
        or recipe.restoring
        or len(gate.spec.table.inputs) > MOST_INPUTS
    ):
        return False
    usual = dense_recipe(gate.spec.table)
    return recipe == dataclasses.replace(
        usual, weight_bits=recipe.weight_bits, restarts=recipe.restarts
    )


def start(gate: TrainedGate) -> tuple[Architecture, Floats]:
    """The network that the chosen restart of a gate's training began as, parameters of shape (parameters,)."""
    table, recipe = gate.spec.table, gate.recipe.here()
    architecture = recipe.architecture(len(table.inputs), len(table.outputs))
    # As `gatewright.gates.training.train` draws them.
    starts, _ = np.random.default_rng(gate.seed).spawn(2)
    return architecture, recipe.init.draw(architecture, starts, recipe.restarts)[
        gate.figures.restart
    ]


def work(gate: TrainedGate) -> float:
    """Products that training it again may take: a file says how long that is, and anything may stand there.

    Infinite where its recipe needs a plugin that is not here.
    """
    if isinstance(gate.recipe, AbsentRecipe):
        return math.inf
    recipe, table = gate.recipe, gate.spec.table
    ports = len(table.inputs), len(table.outputs)
    return recipe.epochs * recipe.work_an_epoch(*ports, table.rows, recipe.box_radius)
