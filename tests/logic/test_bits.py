"""Bits in and out of rows and buses, and which end is which."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatewright.logic.bits import (
    WIDEST_FAST_BUS,
    bits_to_bus,
    bus_to_bits,
    counting_patterns,
    row_numbers,
    table_rows,
)

WIDTHS = (1, 2, 7, 8, 9, 61, 62, 63, 64, 65, 127, 128, 1024)


def test_the_rows_of_a_table_count_up_with_the_first_input_most_significant() -> None:
    rows = table_rows(3)
    assert rows.dtype == np.uint8
    assert ["".join(map(str, row)) for row in rows.tolist()] == [
        *("000", "001", "010", "011"),
        *("100", "101", "110", "111"),
    ]


@pytest.mark.parametrize("inputs", [1, 5, 16])
def test_a_table_has_every_row_once(inputs: int) -> None:
    rows = table_rows(inputs)
    assert rows.shape == (2**inputs, inputs)
    assert row_numbers(rows).tolist() == list(range(2**inputs))


def test_row_numbers_keep_the_shape_of_the_patterns() -> None:
    patterns = np.array([[[0, 1, 1], [1, 0, 0]], [[1, 1, 1], [0, 0, 0]]], dtype=np.uint8)
    assert row_numbers(patterns).tolist() == [[3, 4], [7, 0]]
    assert row_numbers(patterns[0, 0]).item() == 3
    assert row_numbers(patterns[:0]).shape == (0, 2)


def test_counting_patterns_have_the_least_significant_bit_first() -> None:
    patterns = counting_patterns(5, 3, 4)
    assert patterns.dtype == np.uint8
    assert patterns.tolist() == [[1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 1, 0]]  # 5, 6, 7


def test_counting_patterns_reach_the_largest_number_they_promise() -> None:
    last = counting_patterns(2**62 - 2, 2, 62)
    assert bits_to_bus(last).tolist() == [2**62 - 2, 2**62 - 1]


def test_no_patterns_are_an_empty_array_of_the_right_width() -> None:
    assert counting_patterns(9, 0, 4).shape == (0, 4)


def test_a_bus_has_bit_0_first() -> None:
    assert bus_to_bits([6, 1], 4).tolist() == [[0, 1, 1, 0], [1, 0, 0, 0]]
    assert bits_to_bus(np.array([[0, 1, 1, 0], [1, 0, 0, 0]], dtype=np.uint8)).tolist() == [6, 1]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_smallest_and_the_largest_value_of_every_width(width: int) -> None:
    bits = bus_to_bits([0, 1, 1 << (width - 1), (1 << width) - 1], width)
    assert bits.shape == (4, width)
    assert bits.dtype == np.uint8
    assert bits.sum(1).tolist() == [0, 1, 1, width]
    assert bits[1, 0] == bits[2, -1] == 1
    assert bits_to_bus(bits).tolist() == [0, 1, 1 << (width - 1), (1 << width) - 1]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("too_much", [0, 1, 12345])
def test_a_value_that_does_not_fit_is_refused(width: int, too_much: int) -> None:
    with pytest.raises(ValueError, match=f"a value does not fit {width} bits"):
        bus_to_bits([0, (1 << width) + too_much], width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("negative", [-1, -(2**70)])
def test_a_negative_value_is_refused(width: int, negative: int) -> None:
    with pytest.raises(ValueError, match=f"a value does not fit {width} bits"):
        bus_to_bits([0, negative], width)


def test_a_number_that_is_not_whole_is_refused_rather_than_cut() -> None:
    with pytest.raises((TypeError, ValueError)):
        bus_to_bits([1.5], 8)  # type: ignore[list-item] # on purpose


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint64, np.int64, object])
def test_values_may_be_an_array_of_any_integers(kind: type) -> None:
    assert bits_to_bus(bus_to_bits(np.array([0, 3, 100], dtype=kind), 7)).tolist() == [0, 3, 100]
    assert bits_to_bus(bus_to_bits(np.array([0, 3, 100], dtype=kind), 70)).tolist() == [0, 3, 100]


def test_an_unsigned_value_above_int64_is_refused_rather_than_wrapped() -> None:
    with pytest.raises(ValueError, match="does not fit 62 bits"):
        bus_to_bits(np.array([2**64 - 1], dtype=np.uint64), 62)


def test_values_may_come_from_a_generator() -> None:
    assert bus_to_bits((value * value for value in range(3)), 3).tolist() == [
        [0, 0, 0],
        [1, 0, 0],
        [0, 0, 1],
    ]


@pytest.mark.parametrize("width", [4, 100])
def test_no_values_are_no_rows(width: int) -> None:
    bits = bus_to_bits([], width)
    assert bits.shape == (0, width)
    assert bits.dtype == np.uint8
    assert bits_to_bus(bits).tolist() == []


def test_narrow_buses_are_int64_and_wide_ones_python_integers() -> None:
    ones = np.ones((1, WIDEST_FAST_BUS), dtype=np.uint8)
    assert bits_to_bus(ones).dtype == np.int64
    assert bits_to_bus(ones)[0] == 2**62 - 1
    wider = bits_to_bus(np.ones((1, WIDEST_FAST_BUS + 1), dtype=np.uint8))
    assert type(wider[0]) is int
    assert wider[0] == 2**63 - 1


def test_python_integers_can_be_asked_for() -> None:
    wide = bits_to_bus(np.array([[1, 0, 1]], dtype=np.uint8), wide=True)
    assert type(wide[0]) is int
    assert wide[0] == 5


@st.composite
def buses(draw: st.DrawFn) -> tuple[int, list[int]]:
    width = draw(st.sampled_from(WIDTHS))
    return width, draw(st.lists(st.integers(0, 2**width - 1), max_size=6))


@given(buses())
@example((64, [2**63 + 1, 1]))  # NumPy would make a float64 of these two
def test_values_survive_the_way_to_bits_and_back(bus: tuple[int, list[int]]) -> None:
    width, values = bus
    bits = bus_to_bits(values, width)
    assert bits.shape == (len(values), width)
    assert [sum(int(bit) << place for place, bit in enumerate(row)) for row in bits] == values
    assert bits_to_bus(bits).tolist() == values
    assert bits_to_bus(bits, wide=True).tolist() == values


@given(st.integers(0, 2**40), st.integers(0, 50), st.integers(41, 70))
def test_counting_patterns_are_consecutive_numbers(first: int, count: int, width: int) -> None:
    patterns = counting_patterns(first, count, width)
    assert bits_to_bus(patterns).tolist() == list(range(first, first + count))


@given(st.integers(1, 16), st.data())
def test_a_row_number_is_the_pattern_read_as_a_binary_number(
    inputs: int, data: st.DataObject
) -> None:
    pattern = data.draw(st.lists(st.integers(0, 1), min_size=inputs, max_size=inputs))
    number = int("".join(map(str, pattern)), 2)
    assert row_numbers(np.array(pattern, dtype=np.uint8)).item() == number
    assert table_rows(inputs)[number].tolist() == pattern
