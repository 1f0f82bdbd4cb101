"""Arrays as a caller has them: what stands for nothing is refused and named, and answers have their shape."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.errors import FormatError, UsageError
from gatewright.examples.data.reading import csv_table
from gatewright.examples.data.table import table_of
from gatewright.formats.model.source import Source

X = np.random.default_rng(0).integers(0, 2, (200, 6))
Y = X[:, 0] & X[:, 1]


def small() -> gw.CircuitClassifier:
    return gw.CircuitClassifier(learners=("tree",))


def refused(call: Any, *values: Any) -> str:
    with pytest.raises(UsageError) as caught:
        call(*values)
    return str(caught.value)


def objects(*missing: Any) -> Any:
    """Answers of text of which the first are missing."""
    return np.array(
        [*missing, *np.where(Y == 1, "yes", "no")[len(missing) :].tolist()], dtype=object
    )


class Absent:
    """As pandas has a value that is none."""

    def __str__(self) -> str:
        return "<NA>"


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.where(Y == 1, np.nan, 0.0), f"'y' of the data has no value in {Y.sum()} of 200 rows"),
        (objects(None, None), "'y' of the data has no value in 2 of 200 rows"),
        (objects(float("nan")), "'y' of the data has no value in 1 of 200 rows"),
        (objects(Absent(), Decimal("nan")), "'y' of the data has no value in 2 of 200 rows"),
        ([None, *Y[1:].tolist()], "'y' of the data has no value in 1 of 200 rows"),
        (
            np.where(Y == 1, np.datetime64("NaT"), np.datetime64("2020-01-01")),
            f"'y' of the data has no value in {Y.sum()} of 200 rows",
        ),
        (np.ma.masked_equal(Y, 1), f"'y' of the data has no value in {Y.sum()} of 200 rows"),
        (np.where(Y == 1, np.inf, 0.0), f"'y' of the data is infinite in {Y.sum()} of 200 rows"),
        (
            np.stack([Y, np.where(Y == 1, np.nan, 0.0)], 1),
            f"'y1' of the data has no value in {Y.sum()} of 200 rows",
        ),
        (objects(1, 2.5), "y holds values of several kinds: float, int, str; give all of one kind"),
    ],
)
def test_answers_that_are_missing_are_no_class(y: Any, message: str) -> None:
    assert refused(small().fit, X, y).startswith(message)
    assert refused(gw.learn, X, y).startswith(message)
    if np.ndim(y) == 1:
        assert refused(small().fit(X, Y).score, X, y).startswith(message)


@pytest.mark.parametrize("names", [("x", "o"), ("none", "some"), ("?", "!"), (3, 7)])
def test_texts_that_look_like_none_are_classes(names: tuple[Any, Any]) -> None:
    y = np.array(names)[Y]
    for given in (y, y.astype(object)):
        assert small().fit(X, given).predict(X).tolist() == y.tolist()


def test_inputs_that_are_infinite_or_masked_are_told_so() -> None:
    x = np.where(X == 1, np.inf, 0.0)
    count = int(X[:, 0].sum())
    assert refused(small().fit, x, Y).startswith(
        f"'x0' of the data is infinite in {count} of 200 rows"
    )
    masked = np.ma.array(X, mask=X < 0)
    masked[3, 2] = masked[3, 4] = masked[5, 1] = np.ma.masked
    assert refused(small().fit, masked, Y).startswith("'X' of the data has no value in 2 of 200")
    assert small().fit(np.ma.array(X, mask=X < 0), Y).score(X, Y) == 1


def test_whole_numbers_are_exact_or_refused() -> None:
    for base in (2**53, -(2**53) - 1, 2**62):
        assert "of 'x0' is not held exactly, as whole numbers are up to 2^53; subtract" in refused(
            small().fit, X + base, Y
        )
    assert "18446744073709551615 of 'x0' is not" in refused(
        table_of, np.array([[2**64 - 1], [1]], np.uint64), None
    )
    assert "'9007199254740993' of 'x0' is not held" in refused(
        table_of, np.array([["9007199254740993"], ["1"]]), None
    )
    held = X + (2**53 - 1)
    assert small().fit(held, Y).score(held, Y) == 1
    assert small().fit(X * 2**60, Y).score(X * 2**60, Y) == 1
    answers = Y + 2**53  # as classes, each is itself
    assert small().fit(X, answers).predict(X).tolist() == answers.tolist()


@pytest.mark.parametrize(
    "cell",
    ["9007199254740993", "-9007199254740993", "009007199254740993.0", "123456789012345678901"],
)
def test_whole_numbers_of_a_file_are_exact_or_refused(cell: str) -> None:
    with pytest.raises(FormatError) as caught:
        csv_table(Source("t.csv", f"x,y\n9007199254740992,0\n{cell},1\n".encode()))
    assert str(caught.value) == (
        f"t.csv:3:1: '{cell}' of 'x' is not held exactly, as whole numbers are up to 2^53; "
        "subtract the least of them from all, or leave the column out"
    )
    held = csv_table(
        Source("t.csv", b"x,y\n9007199254740992,0\n9007199254740994,1\n1e300,1\n1,0\n")
    )
    assert held.column("x").tolist() == [2**53, 2**53 + 2, 1e300, 1]


def test_a_row_alone_none_and_rows_of_another_width() -> None:
    model = small().fit(X, Y)
    assert refused(model.predict, X[0]) == (
        "X has shape (6,), and rows of inputs are expected; give X[None] of one row"
    )
    assert model.predict(X[:1]).tolist() == Y[:1].tolist()
    assert model.predict(X[:0]).shape == (0,)
    assert model.predict(X[:0]).dtype == Y.dtype
    texts = small().fit(X, np.array(["no", "yes"])[Y])
    assert texts.predict(X[:0]).tolist() == []
    several = small().fit(X, np.stack([Y, 1 - Y, X[:, 2]], 1))
    assert several.predict(X[:0]).shape == (0, 3)
    assert refused(model.score, X[:0], Y[:0]).startswith("there are no rows to count")
    for x in (X[:, :5], X[:0, :5], np.hstack([X, X])):
        assert refused(model.predict, x).startswith(
            f"X has shape {x.shape}, and rows of 6 inputs were learned from"
        )
    assert refused(small().fit, X, 5).startswith("y has shape (), and an answer for each row is")
    assert refused(small().fit, X + 1j, Y).startswith("'x0' of the data holds complex numbers")
    assert refused(small().fit, X[:0], Y[:0]).startswith("y holds nothing alone")


@pytest.mark.parametrize("value", [0.5, 7, -1])
def test_a_model_of_bits_answers_bits_alone(value: float) -> None:
    x = X.astype(float)
    model = small().fit(x, Y)
    x[3, 0] = value
    assert refused(model.predict, x) == (
        "'x0' of the data holds numbers, and bits are expected; each value is 0 or 1"
    )
    numbers = small().fit(np.hstack([X, X[:, :1] * 3]), Y)  # one of them is a number
    assert len(numbers.predict(np.hstack([x, X[:, :1] * 3]))) == 200


def test_it_is_shown_with_its_parameters() -> None:
    assert repr(gw.CircuitClassifier()) == "CircuitClassifier()"
    made = gw.CircuitClassifier(seed=3, learners=["tree"], most_ands=5000)
    assert repr(made) == "CircuitClassifier(seed=3, learners=['tree'])"
    made.learners = np.array(["tree"])  # type: ignore[assignment] # as a search may set it
    assert repr(made) == "CircuitClassifier(seed=3, learners=array(['tree'], dtype='<U4'))"
