"""What a training minimises: targets it can reach, rows that matter and rows that do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn import losses
from gatewright.learn.network import Architecture, forward
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import LevenbergMarquardt
from gatewright.plugins.builtin.published.slip import Slipped

SHAPE = Architecture((2, 3, 2), ("tanh", "logistic"))
GENERATOR = np.random.default_rng(11)
THETA = GENERATOR.normal(size=(4, SHAPE.parameters))
X = GENERATOR.normal(size=(5, 2))
Y = GENERATOR.uniform(size=(5, 2))
CARE = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


def one_layer(activation: str, target: float, care: float = 1.0) -> Objective:
    rows = np.array([[0.0], [1.0]])
    return Objective(
        Architecture((1, 1), (activation,)),
        rows,
        np.array([[0.5], [target]]),
        np.array([[1.0], [care]]),
    )


@pytest.mark.parametrize(
    ("activation", "target", "gives"),
    [
        ("logistic", 2.0, "0 to 1"),
        ("logistic", -0.1, "0 to 1"),
        ("clipped", 1.001, "0 to 1"),
        ("tanh", 1.5, "-1 to 1"),
        ("tanh", -2.0, "-1 to 1"),
        ("relu", -1.0, "0 to inf"),
        ("softplus", -0.5, "0 to inf"),
        ("folded-relu(0.2)", -1.0, "0 to inf"),
        ("leaky-relu(-0.5)", -1.0, "0 to inf"),
        ("leaky-relu(0.0)", -1.0, "0 to inf"),
        ("identity", float("nan"), "-inf to inf"),
        ("logistic", float("nan"), "0 to 1"),
    ],
)
def test_a_target_the_output_never_reaches_is_refused(
    activation: str, target: float, gives: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        one_layer(activation, target)
    assert caught.value.message == (
        f"the output activation {activation} gives {gives}, so it never reaches the target {target:g}"
    )
    assert caught.value.hint == "choose another for the output layer, such as identity"


@pytest.mark.parametrize(
    ("activation", "target"),
    [
        *(("logistic", 0.0), ("logistic", 1.0), ("clipped", 0.0), ("tanh", -1.0), ("relu", 1e9)),
        *(
            ("softplus", 0.0),
            ("identity", -1e9),
            ("leaky-relu(0.5)", -7.0),
            ("folded-relu(-0.1)", -7.0),
        ),
    ],
)
def test_a_target_within_reach_is_taken(activation: str, target: float) -> None:
    assert one_layer(activation, target).y[1, 0] == target


@pytest.mark.parametrize("target", [-3.0, 7.0, float("nan")])
def test_a_target_that_does_not_matter_may_be_anything(target: float) -> None:
    assert one_layer("logistic", target, care=0.0).care[1, 0] == 0.0


@pytest.mark.parametrize("loss", list(losses.LOSSES))
def test_what_does_not_matter_has_no_influence_whatever(loss: str) -> None:
    """Other targets there: not one bit of the loss, the gradient or a step is different."""
    one = Objective(SHAPE, X, Y, CARE, loss)
    other = replace(one, y=np.where(CARE > 0, Y, GENERATOR.uniform(-50.0, 50.0, Y.shape)))
    assert not np.array_equal(one.y, other.y)
    found, same = one.gradient(THETA), other.gradient(THETA)
    assert np.array_equal(found.loss, same.loss)
    assert np.array_equal(found.gradient, same.gradient)
    assert np.array_equal(found.error, same.error)
    method, generator = LevenbergMarquardt(), np.random.default_rng(0)
    state, like = method.start(one, THETA), method.start(other, THETA)
    assert np.array_equal(state.residuals, like.residuals)
    for _ in range(3):
        state, like = method.step(one, state, generator), method.step(other, like, generator)
        assert np.array_equal(state.theta, like.theta)
    assert not np.array_equal(state.theta, THETA)


@pytest.mark.parametrize("loss", list(losses.LOSSES))
def test_a_row_that_does_not_matter_is_a_row_left_out(loss: str) -> None:
    without = np.array([0, 1, 3])
    care = np.ones((5, 2))
    care[[2, 4]] = 0.0
    found = Objective(SHAPE, X, Y, care, loss).gradient(THETA)
    fewer = Objective(SHAPE, X[without], Y[without], loss=loss).gradient(THETA)
    assert found.loss == pytest.approx(fewer.loss, rel=1e-14)
    assert found.gradient == pytest.approx(fewer.gradient, rel=1e-12, abs=1e-15)
    assert np.array_equal(found.error, fewer.error)


def test_the_error_is_the_largest_distance_that_matters() -> None:
    far = np.where(CARE > 0, Y, 5.0)
    rows = Objective(SHAPE, X, far, CARE)
    distance = np.abs(forward(SHAPE, THETA, X)[-1].a - far)
    wanted = [max(each[CARE > 0]) for each in distance]
    assert rows.gradient(THETA).error.tolist() == wanted
    assert rows.residuals(THETA).error.tolist() == wanted
    assert max(wanted) < 1.0 < distance.max()


@pytest.mark.parametrize("rows", [1, 15, 16, 17, 200])
def test_the_error_of_any_number_of_rows(rows: int) -> None:
    generator = np.random.default_rng(rows)
    x, y = generator.normal(size=(rows, 2)), generator.uniform(size=(rows, 2))
    care = (generator.random((rows, 2)) < 0.7).astype(float)
    objective = Objective(SHAPE, x, y, care)
    wanted = (care * np.abs(forward(SHAPE, THETA, x)[-1].a - y)).reshape(4, -1).max(1)
    assert np.array_equal(objective.gradient(THETA).error, wanted)
    assert np.array_equal(objective.residuals(THETA).error, wanted)


def test_nothing_that_matters_is_already_learned() -> None:
    rows = Objective(SHAPE, X, Y, np.zeros((1, 1)))
    found = rows.gradient(THETA)
    assert not found.loss.any()
    assert not found.gradient.any()
    assert not found.error.any()
    assert not rows.jacobian(THETA, rows.residuals(THETA).values).any()


def test_where_it_is_not_said_everything_matters() -> None:
    assert Objective(SHAPE, X, Y).care.tolist() == [[1.0, 1.0]] * 5
    column = Objective(SHAPE, X, Y, np.array([[1.0, 0.0]]))
    assert column.care.tolist() == [[1.0, 0.0]] * 5


def test_some_rows_of_an_objective() -> None:
    rows = Objective(SHAPE, X, Y, CARE, "half-sse")
    few = rows.only(np.array([3, 1]))
    assert np.array_equal(few.x, X[[3, 1]])
    assert np.array_equal(few.y, Y[[3, 1]])
    assert np.array_equal(few.care, CARE[[3, 1]])
    assert (few.architecture, few.loss) == (SHAPE, "half-sse")


@pytest.mark.parametrize("loss", list(losses.LOSSES))
@pytest.mark.parametrize("kind", [Objective, Slipped])
def test_some_rows_for_each_restart(loss: str, kind: type[Objective]) -> None:
    rows = kind(SHAPE, X, Y, CARE, loss)
    drawn = np.array([[0, 1], [3, 3], [2, 2], [4, 0]])
    found = rows.only(drawn).gradient(THETA)
    for one, own in enumerate(drawn):
        alone = rows.only(own).gradient(THETA[one : one + 1])
        assert found.loss[one] == alone.loss[0]
        assert np.array_equal(found.gradient[one], alone.gradient[0])
        assert found.error[one] == alone.error[0]
    assert found.loss[2] == 0.0  # a row of don't-cares


def split(theta: Floats) -> list[Floats]:
    """Every layer's weights and biases, flat."""
    return [theta[:, part] for pair in SHAPE.slices() for part in pair]


def test_the_slip_changes_the_first_layers_weights_alone() -> None:
    honest, slipped = Objective(SHAPE, X, Y, CARE), Slipped(SHAPE, X, Y, CARE)
    assert np.array_equal(honest.gradient(THETA).loss, slipped.gradient(THETA).loss)
    first, *rest = split(honest.gradient(THETA).gradient)
    wrong, *same = split(slipped.gradient(THETA).gradient)
    assert np.abs(first - wrong).max() > 0.01
    for one, other in zip(rest, same, strict=True):
        assert np.array_equal(one, other)


def test_the_slip_multiplies_with_the_targets() -> None:
    hidden = (
        np.stack(  # dL/dz of the hidden layer row by row: its biases' gradients, a row at a time
            [
                split(
                    Objective(SHAPE, X, Y, np.eye(5)[:, [row]], "half-sse").gradient(THETA).gradient
                )[1]
                for row in range(5)
            ],
            axis=1,
        )
    )
    slipped = Slipped(SHAPE, X, Y, loss="half-sse").gradient(THETA).gradient
    wanted = np.einsum("ni,rnh->rih", Y, hidden).reshape(4, -1)
    assert split(slipped)[0] == pytest.approx(wanted, rel=1e-12, abs=1e-15)
