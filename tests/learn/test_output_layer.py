"""The output layer in closed form: least squares on the sums, whatever the hidden layers are."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe
from gatewright.learn.inits import Uniform
from gatewright.learn.network import Architecture, forward
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import LevenbergMarquardt
from gatewright.learn.optimisers.output_layer import RIDGE, SUMS, with_output_layer

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
HALF = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
NETWORK = Architecture((2, 3, 2), ("logistic", "logistic"))


def starts(network: Architecture, count: int = 20) -> Floats:
    return np.random.default_rng(5).uniform(-2, 2, (count, network.parameters))


@pytest.mark.parametrize("hidden", [1, 2, 3])
@pytest.mark.parametrize(
    "care", [np.ones((4, 2)), np.array([[1.0, 0], [1, 1], [0, 1], [1, 1]])], ids=["all", "some"]
)
def test_it_is_what_least_squares_gives(hidden: int, care: Floats) -> None:
    network = Architecture((2, hidden, 2), ("tanh", "logistic"))
    rows, theta = Objective(network, X, HALF, care), starts(network)
    found = with_output_layer(rows, theta)
    (_, last) = network.slices()
    assert np.array_equal(found[:, : last[0].start], theta[:, : last[0].start])
    for one, values in enumerate(forward(network, theta, X)[0].a):
        seen = np.column_stack([values, np.ones(4)])
        for output in range(2):
            matter = care[:, output] > 0
            wanted = np.where(HALF[:, output] > 0, 6.0, -6.0)[matter]
            # Ridge regression is least squares with a small weight wanted of every unit.
            best = np.linalg.lstsq(
                np.concatenate([seen[matter], np.sqrt(RIDGE) * np.eye(hidden + 1)]),
                np.concatenate([wanted, np.zeros(hidden + 1)]),
                rcond=None,
            )[0]
            w, b = (part[0] for part in network.layers(found[one : one + 1])[-1])
            assert (values @ w + b)[:, output] == pytest.approx(seen @ best, rel=1e-5, abs=1e-5)


def test_a_half_adder_is_learned_without_a_step() -> None:
    spec = GateSpec.from_function("h", lambda a, b: (a & b, a ^ b), inputs="ab", outputs="cs")
    solved = {}
    for first in (False, True):
        recipe = Recipe(
            (3,),
            loss="mse",
            optimiser=LevenbergMarquardt(output_first=first),
            init=Uniform(-2, 2),
            epochs=1,
            tolerance=0.05,
            restarts=200,
        )
        fit = attempt(Dataset.of_gate(spec), recipe).fit
        solved[first] = (fit.solved & (fit.epochs == 0)).mean()
    assert solved[False] == 0.0
    assert solved[True] > 0.8


@pytest.mark.parametrize("last", ["logistic", "tanh", "identity", "relu", "clipped"])
def test_any_output_activation_has_sums_for_its_targets(last: str) -> None:
    network = Architecture((2, 4, 2), ("tanh", last))
    error = Objective(network, X, HALF).residuals(
        with_output_layer(Objective(network, X, HALF), starts(network))
    )
    assert np.median(error.error) < 0.05


def test_one_layer_and_rows_of_their_own() -> None:
    alone = Architecture((2, 1), ("identity",))
    wanted = (X @ [0.5, -1.5] + 0.25)[:, None]
    found = with_output_layer(Objective(alone, X, wanted), np.zeros((2, 3)))
    assert found == pytest.approx(np.tile([0.5, -1.5, 0.25], (2, 1)), abs=1e-3 + SUMS[1] - SUMS[0])
    each = np.stack([X, X + 0.1, X - 0.1])
    theta = starts(NETWORK, 3)
    care = np.ones((4, 2))
    apart = [
        with_output_layer(Objective(NETWORK, x, HALF, care), theta[one : one + 1])[0]
        for one, x in enumerate(each)
    ]
    rows = Objective(NETWORK, each, np.stack([HALF] * 3), np.ones((3, 4, 2)))
    assert with_output_layer(rows, theta) == pytest.approx(np.array(apart), rel=1e-9)


def test_a_restart_is_the_same_beside_others_and_units_that_do_the_same_do_no_harm() -> None:
    rows, theta = Objective(NETWORK, X, HALF), starts(NETWORK)
    many = with_output_layer(rows, theta)
    for one in range(len(theta)):
        assert np.array_equal(with_output_layer(rows, theta[one : one + 1])[0], many[one])
    assert np.isfinite(with_output_layer(rows, np.zeros_like(theta))).all()
    dead = Architecture((2, 3, 2), ("relu", "logistic"))
    assert np.isfinite(with_output_layer(Objective(dead, X, HALF), -1e8 * abs(theta))).all()
    assert np.isfinite(with_output_layer(Objective(dead, X, HALF), 1e12 * abs(theta))).all()


def test_the_loss_falls_on_from_there() -> None:
    network = Architecture((2, 2, 1), ("logistic", "logistic"))
    rows = Objective(network, X, HALF[:, 1:])
    method, generator = LevenbergMarquardt(output_first=True), np.random.default_rng(0)
    state = method.start(rows, starts(network))
    first = state.loss
    for _ in range(10):
        state = method.step(rows, state, generator)
    assert (state.loss <= first).all()
    assert (state.loss < first).any()
