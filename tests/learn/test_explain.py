"""One step taken apart: a published one to the last digit, any step of any method, and the check beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.recipe_values import setting_names
from gatewright.learn.explain import (
    SUSPICIOUS,
    Explanation,
    central_differences,
    explain,
    relative_difference,
)
from gatewright.learn.inits import Restoring
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import (
    LBFGS,
    Adam,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Online,
)
from gatewright.plugins.builtin.published.slip import OnlineSlip
from gatewright.plugins.manager import Plugins

HEALTHY = (
    *("xnor-online", "first-bit", "xor-leaky-step", "and-neuron", "or-neuron", "xor-sigmoid"),
    *("half-adder", "sum-deep", "xor-deep", "save-restore"),
)
START = np.random.default_rng(61).normal(size=13)


def told(
    rows: Objective, method: Any, theta: Floats = START, step: int = 1, seed: int = 4
) -> Explanation:
    return explain(rows, method, theta, np.random.default_rng(seed), step=step)


def flat(explanation: Explanation, weights: str, biases: str) -> Floats:
    """All layers' parameters, or gradients, in one row."""
    parts = [(getattr(each, weights).ravel(), getattr(each, biases)) for each in explanation.layers]
    return np.concatenate([part for pair in parts for part in pair])


def of_recipe(plugins: Plugins, name: str, step: int, seed: int = 0) -> Explanation:
    named = plugins.recipes[name]
    rows = named.dataset(plugins.gates).objective(named.recipe)
    starts, draws = np.random.default_rng(seed).spawn(2)
    theta = named.recipe.init.draw(rows.architecture, starts, 1)[0]
    return explain(rows, named.recipe.optimiser, theta, draws, step=step)


# A step that was published


def published_step() -> Explanation:
    """XOR, 2-2-1, leaky ReLU of slope ½ on both layers; weights as columns of x @ W + b."""
    rows = Objective(
        Architecture((2, 2, 1), ("leaky-relu(0.5)",) * 2),
        np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
        np.array([[0.0], [1.0], [1.0], [0.0]]),
    )
    theta = [0.2985, 0.0913, -0.5792, 0.4234, -0.4939, 0.189, 0.5266, 0.2958, 0.6358]
    return told(rows, GradientDescent(lr=0.75), np.array(theta))


def printed(values: list[Any]) -> Any:
    """To be met to half a unit of the eighth decimal, which was the last one printed."""
    return pytest.approx(np.array(values), rel=0, abs=0.5000001e-8)


def test_the_published_step_forwards() -> None:
    first, last = published_step().layers
    assert first.w.tolist() == [[0.2985, 0.0913], [-0.5792, 0.4234]]
    assert first.b.tolist() == [-0.4939, 0.189]
    assert last.w.tolist() == [[0.5266], [0.2958]]
    assert last.b.tolist() == [0.6358]
    assert first.z == printed(
        [[-0.4939, 0.189], [-1.0731, 0.6124], [-0.1954, 0.2803], [-0.7746, 0.7037]]
    )
    assert first.a == printed(
        [[-0.24695, 0.189], [-0.53655, 0.6124], [-0.0977, 0.2803], [-0.3873, 0.7037]]
    )
    assert last.z == printed([[0.56166233], [0.53440069], [0.66726392], [0.64000228]])
    assert np.array_equal(last.a, last.z)  # all above the kink
    assert published_step().loss == pytest.approx(0.2631408769381175, abs=1e-15)


def test_the_published_step_backwards() -> None:
    first, last = published_step().layers
    slopes = [[0.28083117], [-0.23279965], [-0.16636804], [0.32000114]]
    assert last.da == printed(slopes)
    assert last.dz == printed(slopes)
    assert first.da == printed(
        [
            [0.14788569, 0.08306986],
            [-0.1225923, -0.06886214],
            [-0.08760941, -0.04921167],
            [0.1685126, 0.09465634],
        ]
    )
    assert first.dz == printed(
        [
            [0.07394285, 0.08306986],
            [-0.06129615, -0.06886214],
            [-0.0438047, -0.04921167],
            [0.0842563, 0.09465634],
        ]
    )
    assert last.dw == printed([[-0.05212489], [0.08906242]])
    assert last.db == printed([0.20166461])
    assert first.dw == printed([[0.0404516, 0.04544467], [0.02296015, 0.0257942]])
    assert first.db == printed([0.05309829, 0.05965239])


def test_the_published_steps_new_weights() -> None:
    """Worked out on paper from the printed gradients: each weight less 0.75 of its gradient."""
    first, last = published_step().layers
    for ours, wanted in (
        (first.w_after, [[0.2681613, 0.0572165], [-0.59642011, 0.40405435]]),
        (first.b_after, [-0.53372372, 0.14426071]),
        (last.w_after, [[0.56569367], [0.22900319]]),
        (last.b_after, [0.48455154]),
    ):
        assert ours == pytest.approx(np.array(wanted), rel=0, abs=1e-8)


def test_the_published_step_is_checked() -> None:
    explanation = published_step()
    assert explanation.worst < 1e-8
    assert len(explanation.difference) == 2
    assert not explanation.at_kink
    assert (explanation.step, explanation.rows.tolist()) == (1, [0, 1, 2, 3])
    # A rate of 0.75 is too long a step here: with the new weights, forwards by hand, the loss is larger.
    theta = flat(explanation, "w_after", "b_after")
    hidden = explanation.objective.x @ theta[:4].reshape(2, 2) + theta[4:6]
    outputs = np.where(hidden > 0, hidden, 0.5 * hidden) @ theta[6:8] + theta[8]
    outputs = np.where(outputs > 0, outputs, 0.5 * outputs)
    wanted = ((outputs - np.array([0.0, 1.0, 1.0, 0.0])) ** 2).mean()
    assert explanation.loss_after == pytest.approx(wanted, rel=1e-13)
    assert explanation.loss_after > explanation.loss


# The check beside it


@pytest.mark.parametrize("name", HEALTHY)
def test_the_gradients_of_every_recipe_pass_the_check(plugins: Plugins, name: str) -> None:
    steps = [of_recipe(plugins, name, step, seed) for step in (1, 2, 3) for seed in range(3)]
    smooth = [each for each in steps if not each.at_kink]
    assert len(smooth) >= 5
    for each in smooth:
        assert each.worst < 1e-6
        assert max(np.abs(layer.dw).max() for layer in each.layers) > 1e-5


def test_the_slip_is_caught_and_shows_where_it_is(plugins: Plugins) -> None:
    caught = 0
    for seed in range(5):
        for step in range(1, 6):
            each = of_recipe(plugins, "xor-deep-slip", step, seed)
            first, *rest = each.layers
            if each.at_kink or not first.db.any():  # a row on a kink, or one that reaches no weight
                continue
            assert max(each.difference[1:]) < 1e-5
            assert relative_difference(first.db, first.db_check) < 1e-5
            assert len(rest) == 3
            if each.worst == each.difference[0] > 0.1 > SUSPICIOUS:
                assert np.abs(first.dw - first.dw_check).max() > 1e-4
                caught += 1
    assert caught >= 15


def test_without_the_slip_the_same_steps_pass(plugins: Plugins) -> None:
    """xor-deep-slip is xor-deep but for its slip."""
    slipped, healthy = (plugins.recipes[name].recipe for name in ("xor-deep-slip", "xor-deep"))
    assert isinstance(slipped.optimiser, OnlineSlip)
    assert replace(slipped, optimiser=healthy.optimiser) == healthy
    names = setting_names(healthy.optimiser)
    assert [getattr(slipped.optimiser, each) for each in names] == [
        getattr(healthy.optimiser, each) for each in names
    ]


@pytest.mark.parametrize(
    ("gate", "seed", "step"), [("xor", 4, 1), ("nor", 36, 1), ("xor3", 2, 1), ("mux", 14, 1)]
)
def test_rounding_is_no_slip(plugins: Plugins, gate: str, seed: int, step: int) -> None:
    """Steep units have gradients near 1e-8, of which a central difference keeps only a few digits."""
    spec = plugins.gates[gate]
    recipe = dense_recipe(spec.table)
    rows = Dataset.of_gate(spec).objective(recipe)
    starts, draws = np.random.default_rng(seed).spawn(2)
    theta = Restoring(20.0, -10.0, 0.5).draw(rows.architecture, starts, 1)[0]
    assert explain(rows, recipe.optimiser, theta, draws, step=step).worst < SUSPICIOUS
    assert explain(OnlineSlip().sees(rows), recipe.optimiser, theta, draws, step=step).worst > 0.1


def test_central_differences_of_a_parabola_are_exact() -> None:
    rows = Objective(Architecture((1, 1), ("identity",)), np.array([[2.0]]), np.array([[1.0]]))
    theta = np.array([3.0, -1.0])  # L = (2w + b − 1)², so dL/dw = 2·4·2 and dL/db = 2·4
    assert central_differences(rows, theta) == pytest.approx([16.0, 8.0], rel=1e-9)
    assert central_differences(rows, 1e6 * theta) == pytest.approx(
        [4 * (5e6 - 1), 2 * (5e6 - 1)], rel=1e-9
    )


def test_central_differences_know_nothing_of_the_slip(xor: Objective) -> None:
    assert np.array_equal(
        central_differences(xor, START), central_differences(OnlineSlip().sees(xor), START)
    )


def test_the_relative_difference_by_hand() -> None:
    chain = np.array([1.0, -2.0, 1e-9, 0.0])
    assert relative_difference(chain, np.array([1.0, -2.0, 2e-9, 0.0])) == 0.0
    assert relative_difference(chain, np.array([1.0, -1.5, 2e-9, 0.0])) == 0.25
    assert relative_difference(chain, np.array([1.0, -2.0, 1e-9, 0.5])) == 1.0
    assert relative_difference(chain, np.array([-1.0, -2.0, 1e-9, 0.0])) == 2.0


# Any step of any method


@pytest.mark.parametrize(
    "method",
    [GradientDescent(lr=0.5), Momentum(), Adam(), LBFGS(), LevenbergMarquardt()],
    ids=lambda method: type(method).__name__,
)
@pytest.mark.parametrize("step", [1, 2, 7])
def test_step_n_is_the_nth_of_the_training(xor: Objective, method: Any, step: int) -> None:
    state, generator = method.start(xor, START[None]), np.random.default_rng(0)
    for _ in range(step - 1):
        state = method.step(xor, state, generator)
    explanation = told(xor, method, step=step)
    assert np.array_equal(flat(explanation, "w", "b"), state.theta[0])
    after = method.step(xor, state, generator)
    assert np.array_equal(flat(explanation, "w_after", "b_after"), after.theta[0])
    assert explanation.step == step
    assert explanation.rows.tolist() == [0, 1, 2, 3]
    assert explanation.worst < 1e-5
    assert explanation.loss == xor.gradient(state.theta).loss[0]
    assert explanation.loss_after == xor.gradient(after.theta).loss[0]
    assert np.array_equal(flat(explanation, "dw", "db"), xor.gradient(state.theta).gradient[0])


@pytest.mark.parametrize(
    "method", [Online(0.5), Online(0.5, "shuffled"), Online(0.5, "random", draws=6)], ids=repr
)
def test_an_online_step_sees_one_row(xor: Objective, method: Online) -> None:
    draws = method.draws or 4
    training, generator = method.start(xor, START[None]), np.random.default_rng(4)
    order = np.random.default_rng(4)
    wanted = [row for _ in range(3) for row in method.order_of(4, np.array([0]), order)[0].tolist()]
    for step in range(1, 3 * draws + 1):
        explanation = told(xor, method, step=step)
        row = wanted[step - 1]
        assert explanation.rows.tolist() == [row]
        assert np.array_equal(explanation.objective.x, xor.x[[row]])
        assert np.array_equal(explanation.objective.y, xor.y[[row]])
        assert explanation.layers[0].z.shape == (1, 3)
        before = flat(explanation, "w", "b")
        alone = xor.only(np.array([row])).gradient(before[None])
        assert explanation.loss == alone.loss[0]
        assert flat(explanation, "w_after", "b_after") == pytest.approx(
            before - 0.5 * alone.gradient[0], rel=1e-14, abs=1e-15
        )
        if step % draws == 1:  # the first step of an epoch begins where the training stands
            assert np.array_equal(before, training.theta[0])
            training = method.step(xor, training, generator)
    assert np.array_equal(flat(explanation, "w_after", "b_after"), training.theta[0])


def test_the_shapes_of_every_layer() -> None:
    shape = Architecture((3, 4, 2), ("tanh", "logistic"))
    generator = np.random.default_rng(8)
    rows = Objective(
        shape, generator.normal(size=(5, 3)), generator.uniform(size=(5, 2)), loss="cross-entropy"
    )
    explanation = told(rows, Adam(), generator.normal(size=shape.parameters), step=2)
    for layer, (before, units) in zip(explanation.layers, ((3, 4), (4, 2)), strict=True):
        assert {each.shape for each in (layer.w, layer.dw, layer.dw_check, layer.w_after)} == {
            (before, units)
        }
        assert {each.shape for each in (layer.b, layer.db, layer.db_check, layer.b_after)} == {
            (units,)
        }
        assert {each.shape for each in (layer.z, layer.a, layer.da, layer.dz)} == {(5, units)}


def test_the_chain_rule_holds_between_the_parts() -> None:
    """dW = aᵀ·dz, db = Σ dz and da below = dz·Wᵀ, from the parts that are shown."""
    shape = Architecture((2, 4, 3, 2), ("tanh", "softplus", "logistic"))
    generator = np.random.default_rng(9)
    rows = Objective(
        shape, generator.normal(size=(5, 2)), generator.uniform(size=(5, 2)), loss="cross-entropy"
    )
    layers = told(rows, Adam(), generator.normal(size=shape.parameters)).layers
    below = rows.x
    for number, layer in enumerate(layers):
        assert layer.z == pytest.approx(below @ layer.w + layer.b, rel=1e-13)
        assert layer.dw == pytest.approx(below.T @ layer.dz, rel=1e-12, abs=1e-16)
        assert layer.db == pytest.approx(layer.dz.sum(0), rel=1e-12, abs=1e-16)
        slope = shape.functions[number].derivative(layer.z, layer.a)
        assert layer.dz == pytest.approx(layer.da * slope, rel=1e-12, abs=1e-16)
        if number:
            assert layers[number - 1].da == pytest.approx(
                layer.dz @ layer.w.T, rel=1e-12, abs=1e-16
            )
        below = layer.a


@pytest.mark.parametrize("step", [0, -1])
def test_there_is_no_step_before_the_first(xor: Objective, step: int) -> None:
    with pytest.raises(RecipeError, match=rf"there is no step {step}; count from 1"):
        told(xor, GradientDescent(), step=step)


@pytest.mark.parametrize("method", [GradientDescent(lr=1e200), Online(lr=1e200)])
def test_after_a_divergence_there_is_nothing_to_explain(method: Any) -> None:
    shape = Architecture((2, 3, 1), ("identity",) * 2)
    rows = Objective(shape, np.eye(2), np.array([[3.0], [-2.0]]))
    with pytest.raises(RecipeError) as caught:
        told(rows, method, step=5)
    assert str(caught.value) == (
        "the training has diverged before step 5; try an earlier step or a smaller learning rate"
    )


@pytest.mark.parametrize(
    ("activation", "x", "near"),
    [
        ("relu", 0.0, True),
        ("relu", 5e-5, True),
        ("relu", -5e-5, True),
        ("relu", 2e-4, False),
        ("leaky-relu(0.5)", 0.0, True),
        ("folded-relu(0.2)", -0.3, False),
        ("clipped", 2.0, True),
        ("clipped", -2.0, True),
        ("clipped", 0.0, False),
        ("logistic", 0.0, False),
        ("identity", 0.0, False),
    ],
)
def test_a_kink_within_reach_is_told(activation: str, x: float, near: bool) -> None:
    rows = Objective(Architecture((1, 1), (activation,)), np.array([[x]]), np.array([[0.5]]))
    assert told(rows, GradientDescent(), np.array([1.0, 0.0])).at_kink == near


def test_at_a_kink_the_two_may_differ_and_it_is_not_the_chain_rules_fault() -> None:
    """|z| at 0: the derivative from the left is −1, the central difference 0."""
    rows = Objective(
        Architecture((1, 1), ("folded-relu(1)",)), np.array([[0.0]]), np.array([[1.0]])
    )
    explanation = told(rows, GradientDescent(), np.array([1.0, 0.0]))
    assert explanation.at_kink
    assert explanation.layers[0].db.tolist() == [2.0]
    assert explanation.worst > SUSPICIOUS


def test_steep_weights_reach_further() -> None:
    """A central difference moves a large weight by more, and with it z."""
    rows = Objective(Architecture((1, 1), ("relu",)), np.array([[1.0]]), np.array([[0.5]]))
    assert told(rows, GradientDescent(), np.array([10.0, -9.9995])).at_kink
    assert not told(rows, GradientDescent(), np.array([1.0, -0.9995])).at_kink
