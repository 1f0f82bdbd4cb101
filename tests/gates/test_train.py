"""Training one gate: what decides the weights, what is done of what was asked, what a success means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.strategies import few

from gatewright.errors import RecipeError
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.trained import decide
from gatewright.gates.training.recipe import Recipe, default_recipe, dense_recipe
from gatewright.gates.training.shortfall import GateNotLearnedError
from gatewright.gates.training.train import train
from gatewright.learn.fit import Progress

if TYPE_CHECKING:
    from tests.gates.conftest import Network, Worst


def recipe(**changes: Any) -> Recipe:
    """A recipe without boxes, from plain values."""
    plain = {"layers": [4], "optimiser": {"name": "lm"}, "box_radius": 0.0, "epochs": 400}
    return Recipe.from_dict(plain | changes)


# What decides the weights


def test_the_same_seed_gives_the_same_gate(adder: GateSpec) -> None:
    one, two = train(adder, seed=5), train(adder, seed=5)
    assert one.theta.tobytes() == two.theta.tobytes()
    assert to_bytes(one) == to_bytes(two)
    assert one.figures == two.figures


def test_every_seed_gives_another_gate(adder: GateSpec) -> None:
    assert len({train(adder, seed=seed).digest for seed in range(4)}) == 4


def test_the_default_seed_is_0_and_the_default_recipe_the_tables_own(xor: GateSpec) -> None:
    gate = train(xor)
    assert gate.digest == train(xor, default_recipe(xor.table), seed=0).digest
    assert gate.seed == 0
    assert gate.recipe.here() == default_recipe(xor.table)


def test_watching_changes_nothing(xor: GateSpec) -> None:
    assert train(xor, seed=3, watch=lambda _: None).digest == train(xor, seed=3).digest


@pytest.mark.parametrize(
    "changed",
    [
        {"optimiser": {"name": "lm", "lr": 0.5}},
        {"optimiser": {"name": "lm", "damping": 1.0}},
        {"optimiser": {"name": "adam", "lr": 0.1}},
        {"optimiser": {"name": "adam", "lr": 0.2}},
        {"optimiser": {"name": "adam", "lr": 0.1}, "loss": "cross-entropy"},
        {"init": "normal"},
        {"box_radius": 0.2},
        {"tolerance": 0.005},
        {"activations": ["tanh", "logistic"]},
    ],
    ids=str,
)
def test_every_setting_of_a_recipe_counts(xor: GateSpec, changed: dict[str, Any]) -> None:
    gate = train(xor, recipe(**changed), seed=1)
    assert gate.digest != train(xor, recipe(), seed=1).digest
    assert gate.recipe.here() == recipe(**changed)
    assert gate.figures.error <= gate.recipe.here().tolerance


def test_two_learning_rates_give_two_gates(xor: GateSpec) -> None:
    recipes = [recipe(optimiser={"name": "adam", "lr": lr}) for lr in (0.1, 0.2)]
    assert len({train(xor, each, seed=1).digest for each in recipes}) == 2


# What a recipe asks for is what is done


@pytest.mark.parametrize("layers", few([[2], [5], [4, 4], [2, 3, 2]], 0, 2))
def test_layers_are_honoured(xor: GateSpec, layers: list[int]) -> None:
    gate = train(xor, replace(dense_recipe(xor.table), layers=tuple(layers)))
    assert gate.architecture.sizes == (2, *layers, 1)
    assert len(gate.theta) == gate.architecture.parameters


def test_activations_are_honoured(xor: GateSpec) -> None:
    gate = train(xor, Recipe((4,), activations=("tanh", "logistic")))
    assert gate.architecture.activations == ("tanh", "logistic")
    hidden = np.tanh(xor.table.patterns @ gate.theta[:8].reshape(2, 4) + gate.theta[8:12])
    z = hidden @ gate.theta[12:16] + gate.theta[16]
    np.testing.assert_allclose(1 / (1 + np.exp(-z)), gate.learned().ravel(), rtol=1e-12)


@pytest.mark.parametrize("restarts", [1, 3, 40])
def test_restarts_are_honoured(xor: GateSpec, restarts: int) -> None:
    seen: list[Progress] = []
    gate = train(xor, Recipe((2, 4), restarts=restarts), watch=seen.append)
    assert {progress.restarts for progress in seen} == {restarts}
    assert 1 <= gate.figures.solved <= restarts
    assert 0 <= gate.figures.restart < restarts


def test_epochs_are_honoured(xor: GateSpec) -> None:
    seen: list[Progress] = []
    with pytest.raises(GateNotLearnedError):
        train(xor, Recipe((1,), epochs=7), watch=seen.append)
    assert max(progress.epoch for progress in seen) <= 7
    assert {progress.epochs for progress in seen} == {7}
    gate = train(xor, dense_recipe(xor.table))
    needed = gate.figures.epochs
    assert 1 <= needed < 200
    enough = replace(gate.recipe.here(), epochs=needed)
    assert train(xor, enough).theta.tobytes() == gate.theta.tobytes()
    with pytest.raises(GateNotLearnedError):
        train(xor, replace(gate.recipe.here(), epochs=1, box_radius=0.0))


def test_a_narrower_tolerance_makes_a_more_exact_gate(xor: GateSpec, worst: Worst) -> None:
    for tolerance in (0.3, 0.02, 0.001, 1e-5):
        assert worst(train(xor, Recipe((4,), tolerance=tolerance))) <= tolerance


def test_a_recipe_that_does_not_fit_the_gate_is_refused_before_training(xor: GateSpec) -> None:
    with pytest.raises(RecipeError, match="2, 0, 1 cannot be built"):
        train(xor, Recipe((0,)))


# What a success means


def test_the_error_told_is_the_gates_own(builtins: dict[str, GateSpec], worst: Worst) -> None:
    for name in ("not", "xor", "mux", "half-adder"):
        gate = train(builtins[name], seed=1)
        assert worst(gate) == pytest.approx(gate.figures.error, abs=1e-12)
        assert gate.figures.error <= 0.05


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("layers", "seed"), [((3,), 0), ((4,), 1), ((6,), 2), ((8,), 0), ((4, 4), 1)]
)
@pytest.mark.parametrize("name", ["xor", "xnor", "mux", "half-adder"])
def test_a_gate_that_counts_as_learned_is_right_in_its_rows(
    builtins: dict[str, GateSpec], worst: Worst, name: str, layers: tuple[int, ...], seed: int
) -> None:
    """Not at the corners of its boxes alone: a narrow dent would fit between them."""
    spec = builtins[name]
    gate = train(spec, replace(dense_recipe(spec.table), layers=layers), seed=seed)
    assert worst(gate) <= gate.recipe.here().tolerance
    assert np.array_equal(decide(gate.learned()), spec.table.values)


def test_a_learned_gate_is_right_for_sloppy_inputs(adder: GateSpec, network: Network) -> None:
    gate = train(adder, replace(dense_recipe(adder.table), box_radius=0.3), seed=2)
    assert gate.figures.box_radius == 0.3
    for dx in (-0.3, 0.3):
        for dy in (-0.3, 0.3):
            x = adder.table.patterns + np.array([dx, dy])
            outputs = network(gate.architecture, gate.theta, x)
            assert np.abs(outputs - adder.table.values).max() <= gate.recipe.here().tolerance


@pytest.mark.parametrize("seed", few(range(10), 0, 1))
def test_the_classic_xor_of_two_hidden_units_is_learned(
    xor: GateSpec, worst: Worst, seed: int
) -> None:
    """Nine parameters cannot hold the default boxes; the training narrows them until they do."""
    gate = train(xor, replace(dense_recipe(xor.table), layers=(2,)), seed=seed)
    assert gate.architecture.sizes == (2, 2, 1)
    assert len(gate.theta) == 9
    assert gate.figures.box_radius < gate.recipe.here().box_radius
    assert worst(gate) <= 0.05


def test_several_outputs_are_learned_at_once(builtins: dict[str, GateSpec]) -> None:
    gate = train(builtins["full-adder"])
    assert decide(gate.learned()).tolist() == [
        [number.bit_count() // 2, number.bit_count() % 2] for number in range(8)
    ]
