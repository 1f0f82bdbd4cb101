"""Lessons: rows of a truth table, rows of real numbers, and what a recipe makes of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gatewright.errors import RecipeError
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe
from gatewright.learn.optimisers import Adam
from gatewright.logic.truth_table import TruthTable

TOTAL = Dataset.of_numbers(
    "total", ("x1", "x2"), ("y",), [[0, 0], [0, 1], [1, 0], [1.5, 1]], [[0], [1], [1], [2.5]]
)
IDENTITY = Recipe((3,), ("tanh", "identity"))


def test_the_rows_of_a_gate() -> None:
    table = TruthTable.from_rows(["01", "1-", "--", "00"], ("a", "b"), ("p", "q"))
    lesson = Dataset.of_gate(GateSpec("odd", table))
    assert (lesson.name, lesson.inputs, lesson.outputs) == ("odd", ("a", "b"), ("p", "q"))
    assert lesson.x.tolist() == [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    assert lesson.care.tolist() == [[1.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 1.0]]
    matters = lesson.care > 0
    assert lesson.y[matters].tolist() == [0.0, 1.0, 1.0, 0.0, 0.0]
    assert np.isfinite(lesson.y).all()
    assert lesson.rows == ("00", "01", "10", "11")
    assert {lesson.x.dtype, lesson.y.dtype, lesson.care.dtype} == {np.dtype(np.float64)}


def test_rows_of_numbers() -> None:
    assert TOTAL.x.tolist() == [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.5, 1.0]]
    assert TOTAL.y.tolist() == [[0.0], [1.0], [1.0], [2.5]]
    assert TOTAL.care.tolist() == [[1.0]] * 4
    assert TOTAL.rows == ("0,0", "0,1", "1,0", "1.5,1")


def test_a_row_by_its_label() -> None:
    assert [TOTAL.row(label) for label in TOTAL.rows] == [0, 1, 2, 3]
    with pytest.raises(RecipeError) as caught:
        TOTAL.row("11")
    assert str(caught.value) == "'total' has no row '11'; its rows are 0,0, 0,1, 1,0, 1.5,1"


def test_of_many_rows_the_first_few_are_told() -> None:
    many = Dataset.of_gate(GateSpec("wide", TruthTable.from_integers([1], "abcd", "y")))
    with pytest.raises(RecipeError) as caught:
        many.row("2222")
    assert caught.value.hint == "its rows are 0000, 0001, 0010, 0011, 0100, 0101, 0110, 0111, …"


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([[0, 0], [0, 1]], [[0]]),  # fewer targets than rows
        ([[0, 0]], [[0], [1]]),
        ([[0], [1]], [[0], [1]]),  # one input where two are named
        ([[0, 0, 1]], [[0]]),
        ([[0, 0]], [[0, 1]]),
        ([], []),
    ],
)
def test_numbers_that_do_not_fit_the_ports_are_refused(
    x: list[list[float]], y: list[list[float]]
) -> None:
    with pytest.raises(RecipeError, match=r"dataset 'total': .* do not fit 2 inputs and 1 outputs"):
        Dataset.of_numbers("total", ("x1", "x2"), ("y",), x, y)


def test_the_objective_is_the_rows_and_the_recipe() -> None:
    recipe = Recipe((3,), ("tanh", "identity"), loss="half-sse", optimiser=Adam())
    rows = TOTAL.objective(recipe)
    assert rows.architecture.sizes == (2, 3, 1)
    assert rows.architecture.activations == ("tanh", "identity")
    assert rows.loss == "half-sse"
    assert np.array_equal(rows.x, TOTAL.x)
    assert np.array_equal(rows.y, TOTAL.y)


def test_with_a_spread_every_row_stands_there_itself_and_at_the_corners_of_its_box() -> None:
    table = TruthTable.from_rows(["0", "1", "-", "0"], ("a", "b"), ("y",))
    rows = Dataset.of_gate(GateSpec("odd", table)).objective(Recipe((2,)), box_radius=0.25)
    assert (rows.x.shape, rows.y.shape, rows.care.shape) == ((20, 2), (20, 1), (20, 1))
    for number, (a, b) in enumerate(product((0.0, 1.0), repeat=2)):
        row, *corners = map(tuple, rows.x[5 * number : 5 * number + 5].tolist())
        assert row == (a, b)
        assert len(corners) == 4
        assert set(corners) == {(a + da, b + db) for da, db in product((-0.25, 0.25), repeat=2)}
        box = slice(5 * number, 5 * number + 5)
        assert rows.care[box].ravel().tolist() == [0.0 if number == 2 else 1.0] * 5
        assert rows.y[box].ravel().tolist() == [1.0 if number == 1 else 0.0] * 5


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (
            Recipe((3,)),
            "the output activation logistic gives 0 to 1, so it never reaches the target 2.5;",
        ),
        (Recipe((3,), ("tanh",)), "the output activation tanh gives -1 to 1, so it never reaches"),
        (Recipe((3,), ("tanh",) * 3), "3 activations for 2 layers"),
        (Recipe((0,), ("identity",)), "a network of layers 2, 0, 1 cannot be built"),
    ],
)
def test_a_recipe_that_cannot_learn_the_lesson_is_refused(recipe: Recipe, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        TOTAL.objective(recipe)
    assert message in str(caught.value)
