"""Inits that mean something are right from the start; logits learn what squares do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.learn.logic_inits import (
    changes,
    counted_levels,
    counting,
    directions,
    products,
    threshold,
)
from gatewright.learn.logits import descend, signs
from gatewright.learn.network import Architecture, forward
from gatewright.logic.bits import table_rows
from gatewright.logic.isop import cover


@given(st.integers(1, 7), st.data())
def test_a_counter_is_every_symmetric_function_from_the_start(
    inputs: int, data: st.DataObject
) -> None:
    levels = data.draw(st.lists(st.booleans(), min_size=inputs + 1, max_size=inputs + 1))
    turned = np.array(data.draw(st.lists(st.booleans(), min_size=inputs, max_size=inputs)))
    x = table_rows(inputs).astype(np.float64)
    count = np.where(turned, 1.0 - x, x).sum(1).astype(int)
    sides = signs(np.array(levels, float)[count][:, None], np.ones((len(x), 1)))
    ways = np.where(turned, -1.0, 1.0)
    found = counted_levels(x, sides, ways)
    places = changes(found)
    if not len(places):
        return
    shape = Architecture((inputs, len(places), 1), ("logistic", "identity"))
    z = forward(shape, counting(len(places), found, ways)[None], x)[-1].a[0]
    assert (z * sides > 1.0).all()
    if len(places) == 1:
        one = Architecture((inputs, 1), ("identity",))
        assert (forward(one, threshold(found, ways)[None], x)[-1].a[0] * sides > 1.0).all()


def test_inputs_that_outputs_fall_with_count_where_they_are_zero() -> None:
    x = table_rows(2).astype(np.float64)
    sides = signs(((x[:, 0] > 0.5) & (x[:, 1] < 0.5))[:, None].astype(float), np.ones((4, 1)))
    assert directions(x, sides).tolist() == [1.0, -1.0]


@given(st.integers(1, 4), st.data())
def test_a_cover_is_its_function_without_a_cube_too_many(inputs: int, data: st.DataObject) -> None:
    rows = 1 << inputs
    may = data.draw(st.integers(0, (1 << rows) - 1))
    least = may & data.draw(st.integers(0, (1 << rows) - 1))
    cubes = cover(least, may, inputs, most=rows)
    assert cubes is not None

    def table(terms: list[tuple[int, int]]) -> int:
        return sum(
            1 << row
            for row in range(rows)
            if any(row & ones == ones and not row & zeros for ones, zeros in terms)
        )

    assert least & ~table(cubes) == 0 == table(cubes) & ~may
    for place in range(len(cubes)):
        assert least & ~table(cubes[:place] + cubes[place + 1 :])
    if cubes:
        assert cover(least, may, inputs, most=len(cubes) - 1) is None
        sides = signs(
            np.array([[table(cubes) >> row & 1] for row in range(rows)], float), np.ones((rows, 1))
        )
        for side, inverted in ((sides, False), (-sides, True)):
            theta = products(len(cubes), inputs, [cubes], [inverted])
            shape = Architecture((inputs, len(cubes), 1), ("logistic", "identity"))
            z = forward(shape, theta[None], table_rows(inputs).astype(float))[-1].a[0]
            assert (z * side > 1.0).all()


def test_rows_that_do_not_matter_pull_at_nothing() -> None:
    x = table_rows(2).astype(np.float64)
    y, care = np.array([[0.0], [1.0], [1.0], [0.0]]), np.array([[1.0], [1.0], [1.0], [0.0]])
    unit = Architecture((2, 1), ("identity",))  # or, where the last row may be anything
    for margin in (None, 4.0):
        *_, last = descend(unit, np.zeros((1, 3)), x, signs(y, care), epochs=40, margin=margin)
        assert last.wrong.tolist() == [0]
        assert last.margin[0] > 1.0


def test_a_row_that_is_surely_wrong_is_learned_all_the_same() -> None:
    """Where the logistic of a logit is flat, squares of a − y no longer move it."""
    unit = Architecture((1, 1), ("identity",))
    x, sides = np.array([[0.0], [1.0]]), np.array([[-1.0], [1.0]])
    *_, last = descend(unit, np.array([[-80.0, 40.0]]), x, sides, epochs=40)
    assert last.margin[0] > 0


@pytest.mark.parametrize("epochs", [1, 6, 8])
def test_the_last_step_is_told(epochs: int) -> None:
    unit = Architecture((1, 1), ("identity",))
    x, sides = np.array([[0.0], [1.0]]), np.array([[-1.0], [1.0]])
    told = [each.epoch for each in descend(unit, np.zeros((1, 2)), x, sides, epochs=epochs)]
    assert told[-1] == epochs
