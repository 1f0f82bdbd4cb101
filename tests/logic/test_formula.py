"""Formulas are their truth tables, and short."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gatewright.logic.formula import Formula, formula


def _run(form: Formula) -> list[int]:
    """Every output's truth table, from the instructions on the inputs' own truth tables."""
    rows = 1 << form.inputs
    every = (1 << rows) - 1
    values: dict[int, int] = {
        pin: sum(1 << row for row in range(rows) if row >> (form.inputs - 1 - pin) & 1)
        for pin in range(form.inputs)
    }
    for each in form.instructions:
        assert form.inputs <= each.place < form.inputs + form.outputs + form.between
        given = [values[source] for source in each.sources]
        match each.operation:
            case "and":
                values[each.place] = given[0] & given[1]
            case "or":
                values[each.place] = given[0] | given[1]
            case "xor":
                values[each.place] = given[0] ^ given[1]
            case "not":
                values[each.place] = given[0] ^ every
            case "copy":
                values[each.place] = given[0]
            case "zero":
                values[each.place] = 0
            case "one":
                values[each.place] = every
    return [values[form.inputs + output] for output in range(form.outputs)]


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_every_table_of_up_to_three_inputs(inputs: int) -> None:
    for table in range(1 << (1 << inputs)):
        assert _run(formula(inputs, (table,))) == [table]


def test_every_pair_of_tables_of_two_inputs_shares_rightly() -> None:
    for tables in itertools.product(range(16), repeat=2):
        assert _run(formula(2, tables)) == list(tables)


@pytest.mark.parametrize(("inputs", "tables"), [(4, 40), (5, 8), (6, 4)])
def test_random_tables_of_more_inputs(inputs: int, tables: int) -> None:
    draw = np.random.default_rng(inputs)
    for _ in range(tables):
        first, second = (int.from_bytes(draw.bytes(2**inputs // 8), "little") for _ in range(2))
        ones = (first, second)
        assert _run(formula(inputs, ones)) == list(ones)


def _length(inputs: int, *ones: int) -> int:
    return len(formula(inputs, ones).instructions)


def test_formulas_are_short() -> None:
    assert _length(2, 0b1000) == _length(2, 0b1110) == _length(2, 0b0110) == 1  # and, or, xor
    assert _length(2, 0b0111) == _length(2, 0b0001) == _length(2, 0b1001) == 2  # their opposites
    assert _length(3, 0b11001010) == 3  # b where the first input is 1, else c
    assert _length(3, 0b11101000) == 4  # majority
    assert _length(3, 0b11101000, 0b10010110) == 5  # a full adder shares a xor b
    parity = sum(1 << row for row in range(64) if row.bit_count() % 2)
    assert _length(6, parity) == 5
    assert _length(6, 1 << 63) == 5


def test_constants_inputs_and_equal_outputs_are_copied_or_filled() -> None:
    form = formula(2, (0, 0b1111, 0b1100, 0b0110, 0b0110))
    assert [(each.operation, each.place) for each in form.instructions] == [
        ("zero", 2),
        ("one", 3),
        ("xor", 5),
        ("copy", 4),
        ("copy", 6),
    ]
    assert _run(form) == [0, 0b1111, 0b1100, 0b0110, 0b0110]


@pytest.mark.parametrize("inputs", [0, 7])
def test_other_numbers_of_inputs_are_refused(inputs: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 6 inputs, not {inputs}"):
        formula(inputs, (0,))
