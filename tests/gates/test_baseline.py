"""Gates to compare with: trained without anything that makes them bear noise."""

from __future__ import annotations

import numpy as np

from gatewright.gates.training.baseline import baseline_gates, baseline_recipe
from gatewright.gates.training.recipe import dense_recipe
from gatewright.learn.inits import Glorot
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins


def test_every_built_in_gate_is_learned_on_its_rows_alone(plugins: Plugins) -> None:
    made = baseline_gates(plugins.gates.values())
    assert list(made) == list(plugins.gates)
    for name, gate in made.items():
        table = plugins.gates[name].table
        assert np.abs(gate.learned() - table.values).max() <= gate.recipe.here().tolerance
        assert gate.architecture.sizes[1:-1] == dense_recipe(table).layers
        assert set(gate.architecture.activations) == {"logistic"}
        assert (gate.figures.box_radius, gate.recipe.here().init) == (0.0, Glorot())


def test_the_seed_decides_the_weights(plugins: Plugins) -> None:
    spec = plugins.gates["xor"]
    first, again, other = (baseline_gates([spec], seed=seed)["xor"].digest for seed in (0, 0, 1))
    assert first == again != other


def test_wide_tables_are_trained_as_they_usually_are() -> None:
    wide = TruthTable.from_integers([1], inputs=[f"i{place}" for place in range(13)], outputs="y")
    usual, plain = dense_recipe(wide), baseline_recipe(wide)
    assert (plain.optimiser, plain.loss, plain.epochs) == (
        usual.optimiser,
        usual.loss,
        usual.epochs,
    )
