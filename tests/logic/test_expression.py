"""Expressions: the order of what they name."""

from __future__ import annotations

import itertools

import pytest

from gatewright.logic.expression import table_of_expression


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("x10", "x2", "x1"), ("x1", "x2", "x10")),
        (("b2a10", "b2a9", "b10a1"), ("b2a9", "b2a10", "b10a1")),
        # Numbers that are the same: the text decides, and not the order in which a set gives them.
        (("x1", "x01", "x001", "x0001"), ("x0001", "x001", "x01", "x1")),
    ],
)
def test_inputs_are_in_the_order_of_their_numbers(
    names: tuple[str, ...], order: tuple[str, ...]
) -> None:
    for each in itertools.permutations(names):
        assert table_of_expression(" & ".join(each)).inputs == order


@pytest.mark.parametrize(
    ("text", "output"), [("a & b", "y"), ("x & y", "out"), ("y ^ out", "z"), ("y = a | b", "y")]
)
def test_an_output_without_a_name_gets_one_that_no_input_has(text: str, output: str) -> None:
    assert table_of_expression(text).outputs == (output,)
