"""Truth tables: how they are made, what they refuse, what they are equal to."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gatewright.errors import GatewrightError, TableError
from gatewright.logic.truth_table import TruthTable

XOR = TruthTable(("a", "b"), ("y",), (0b0110,), (0b1111,))


def names(count: int) -> list[str]:
    return [f"i{number}" for number in range(count)]


def test_three_ways_to_the_same_table() -> None:
    assert TruthTable.from_function(lambda a, b: a ^ b, "ab", "y") == XOR
    assert TruthTable.from_rows(["0", "1", "1", "0"], "ab", "y") == XOR
    assert TruthTable.from_integers([0b0110], "ab", "y") == XOR


def test_a_table_lists_its_rows_in_textbook_order() -> None:
    table = TruthTable.from_function(lambda s, a, b: b if s else a, "sab", "y")
    assert table.rows == 8
    assert table.patterns[[1, 4]].tolist() == [[0, 0, 1], [1, 0, 0]]
    assert table.values.ravel().tolist() == [0, 0, 1, 1, 0, 1, 0, 1]
    assert table.ones == (0b10101100,)
    assert table.values.dtype == np.uint8
    assert table.care.dtype == np.bool_
    assert table.care.all()


def test_several_outputs_keep_their_order() -> None:
    table = TruthTable.from_function(lambda a, b: divmod(a + b, 2), "ab", ("carry", "sum"))
    assert table.values.tolist() == [[0, 0], [0, 1], [0, 1], [1, 0]]
    assert table.ones == (0b1000, 0b0110)


@pytest.mark.parametrize(
    "rows",
    [
        ["0-", "11", "--", "01"],
        [(0, None), (1, 1), None, (0, 1)],
        [["0", "-"], [True, 1], [None, None], [False, True]],
        {"00": "0-", "01": "11", "11": (0, 1)},
        {"11": "01", "01": "11", "00": (0, "-"), "10": None},
    ],
    ids=["strings", "tuples", "lists", "mapping", "mapping in another order"],
)
def test_a_row_can_be_written_in_many_ways(rows: list[str]) -> None:
    table = TruthTable.from_rows(rows, "ab", "xy")
    assert table.values.tolist() == [[0, 0], [1, 1], [0, 0], [0, 1]]
    assert table.care.tolist() == [[True, False], [True, True], [False, False], [True, True]]


@pytest.mark.parametrize(
    "bits",
    [
        (0, 1, 1, 0),
        "0110",
        (False, True, True, False),
        (np.bool_(0), np.uint8(1), np.int64(1), np.float64(0)),
    ],
    ids=["integers", "one string", "bools", "NumPy's own"],
)
def test_a_row_of_one_output_may_be_a_single_bit(bits: tuple[int, ...]) -> None:
    assert TruthTable.from_rows(bits, "ab", "y") == XOR


def test_rows_a_mapping_does_not_name_are_dont_cares() -> None:
    table = TruthTable.from_rows({"01": "1", "10": "1"}, "ab", "y")
    assert (table.ones, table.cares) == ((0b0110,), (0b0110,))


def test_a_function_may_say_that_a_row_does_not_matter() -> None:
    table = TruthTable.from_function(lambda a, b: None if a & b else (a, "-"), "ab", "xy")
    assert table.care.tolist() == [[True, False], [True, False], [True, False], [False, False]]
    assert table.values.tolist() == [[0, 0], [0, 0], [1, 0], [0, 0]]


def test_dont_care_rows_of_integers_lose_their_value() -> None:
    table = TruthTable.from_integers([0b1110, 0b1000], "ab", "xy", dont_cares=[3, 0])
    assert table.ones == (0b0110, 0b0000)
    assert table.cares == (0b0110, 0b0110)


@pytest.mark.exhaustive
def test_sixteen_inputs_work() -> None:
    table = TruthTable.from_function(lambda *bits: sum(bits) % 2, names(16), "y")
    assert table.rows == 65536
    assert table.values.sum() == 32768
    assert table.values[[0, 1, 3, 65535]].ravel().tolist() == [0, 1, 0, 0]
    assert table.evaluate(np.array([1] + 15 * [0], dtype=np.uint8)).tolist() == [1]


Make = Callable[[], TruthTable]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: TruthTable.from_function(lambda *_: 0, names(17), "y"),
            "a truth table has 1 to 16 inputs, not 17; build wider functions as circuits of gates",
        ),
        (lambda: TruthTable.from_rows(["0"], (), "y"), "a truth table has 1 to 16 inputs, not 0"),
        (lambda: TruthTable.from_integers([0], names(17), "y"), "1 to 16 inputs, not 17"),
        (
            lambda: TruthTable.from_rows(["", ""], "a", ()),
            "a truth table has at least one output",
        ),
        (
            lambda: TruthTable.from_integers([1], ["carry out"], "y"),
            "'carry out' is not a port name; use letters, digits and _, as in 'carry_out'",
        ),
        (lambda: TruthTable.from_integers([1], ["1a"], "y"), "'1a' is not a port name"),
        (lambda: TruthTable.from_integers([1], "a", [""]), "'' is not a port name"),
        (lambda: TruthTable.from_integers([1], "a", ["y\n"]), r"'y\n' is not a port name"),
        (lambda: TruthTable.from_integers([1], "a", ["a[0]"]), "'a[0]' is not a port name"),
        (
            lambda: TruthTable.from_integers([1], [7], "y"),  # type: ignore[list-item] # on purpose
            "7 is not a port name",
        ),
        (
            lambda: TruthTable.from_integers([1], "aa", "y"),
            "port name 'a' is used twice; give every port its own name",
        ),
        (lambda: TruthTable.from_integers([1, 1], "a", "yy"), "port name 'y' is used twice"),
        (lambda: TruthTable.from_integers([1], "ab", "b"), "port name 'b' is used twice"),
        (
            lambda: TruthTable.from_rows(["0", "1", "0"], "ab", "y"),
            "a truth table of 2 inputs has 4 rows, not 3; write '-' in the rows that do not matter",
        ),
        (lambda: TruthTable.from_rows("01010", "ab", "y"), "2 inputs has 4 rows, not 5"),
        (
            lambda: TruthTable.from_rows(["0", "01", "0", "0"], "ab", "y"),
            "row 01 has 2 outputs, expected 1",
        ),
        (
            lambda: TruthTable.from_rows({"1": "0"}, "a", "xy"),
            "row 1 has 1 outputs, expected 2",
        ),
        (
            lambda: TruthTable.from_function(lambda a: (a, a, a), "a", "xy"),
            "row 0 has 3 outputs, expected 2",
        ),
        (lambda: TruthTable.from_function(lambda a: a, "a", "xy"), "row 0 has 1 outputs"),
        (
            lambda: TruthTable.from_rows(["0", "x"], "a", "y"),
            "row 1 holds 'x'; write 0, 1, or '-' (or None) for a don't-care",
        ),
        (lambda: TruthTable.from_rows([0, 2], "a", "y"), "row 1 holds 2;"),
        (lambda: TruthTable.from_function(lambda a, b: -(a & b), "ab", "y"), "row 11 holds -1;"),
        (lambda: TruthTable.from_function(lambda a: a / 2, "a", "y"), "row 1 holds 0.5;"),
        (
            lambda: TruthTable.from_rows({"011": "0"}, "ab", "y"),
            "'011' is not a pattern of 2 bits; write it as in '01'",
        ),
        (lambda: TruthTable.from_rows({"0x": "0"}, "ab", "y"), "'0x' is not a pattern of 2 bits"),
        (
            lambda: TruthTable.from_integers([16], "ab", "y"),
            "output 'y': the integer 16 does not fit 4 rows; give one bit a row, from 0 to 2**4 - 1",
        ),
        (
            lambda: TruthTable.from_integers([0, -1], "ab", "xy"),
            "output 'y': the integer -1 does not fit 4 rows",
        ),
        (
            lambda: TruthTable.from_integers([16], "ab", "y", dont_cares=[0]),
            "output 'y': the integer 16 does not fit 4 rows",
        ),
        (
            lambda: TruthTable.from_integers([6, 6], "ab", "y"),
            "a truth table with 1 outputs needs as many integers of values, not 2",
        ),
        (lambda: TruthTable.from_integers([], "ab", "y"), "integers of values, not 0"),
        (
            lambda: TruthTable(("a",), ("y",), (1,), ()),
            "a truth table with 1 outputs needs as many integers of cares, not 0",
        ),
        (
            lambda: TruthTable(("a",), ("y",), (1,), (7,)),
            "output 'y': the integer 7 does not fit 2 rows",
        ),
        (
            lambda: TruthTable.from_integers([6], "ab", "y", dont_cares=[4]),
            "there is no row 4 in a table of 4 rows",
        ),
        (
            lambda: TruthTable.from_integers([6], "ab", "y", dont_cares=[-1]),
            "there is no row -1 in a table of 4 rows",
        ),
        (
            lambda: TruthTable(("a",), ("y",), (0b11,), (0b01,)),
            "a don't-care row has a value; leave its bit 0",
        ),
    ],
)
def test_what_is_not_a_table_is_refused(make: Make, message: str) -> None:
    with pytest.raises(TableError) as caught:
        make()
    assert message in str(caught.value)
    assert caught.value.exit_code == 2
    assert isinstance(caught.value, GatewrightError)


def test_integers_may_be_numpys_own() -> None:
    six: Any = np.int64(6)
    table = TruthTable.from_integers([six], "ab", "y")
    assert table == XOR
    assert table.values.ravel().tolist() == [0, 1, 1, 0]
    assert TruthTable.from_integers([six], names(7), "y").values.sum() == 2


@pytest.mark.parametrize(
    "other",
    [
        TruthTable.from_integers([0b0111], "ab", "y"),
        TruthTable.from_integers([0b0110], "ab", "z"),
        TruthTable.from_integers([0b0110], "ba", "y"),
        TruthTable.from_integers([0b0110], "ac", "y"),
        TruthTable.from_integers([0b0110], "abc", "y"),
        TruthTable.from_integers([0b0110, 0b0110], "ab", "yz"),
        TruthTable.from_integers([0b0110], "ab", "y", dont_cares=[0]),
        TruthTable.from_integers([0b0110], "ab", "y", dont_cares=[3]),
    ],
)
def test_another_table_is_not_equal_and_has_another_digest(other: TruthTable) -> None:
    assert other != XOR
    assert other.digest != XOR.digest


def test_swapped_outputs_make_another_table() -> None:
    table = TruthTable.from_integers([1, 2], "a", "xy")
    swapped = TruthTable.from_integers([2, 1], "a", "xy")
    renamed = TruthTable.from_integers([1, 2], "a", "yx")
    assert len({table, swapped, renamed}) == 3
    assert len({table.digest, swapped.digest, renamed.digest}) == 3


def test_the_digest_stays_the_same_from_version_to_version() -> None:
    """Stored gates are known by it: whoever changes it must change the store's schema too."""
    assert XOR.digest == "5e09aad86a42ab836a9f99dc8f2295582740c5a1f64e9b8f03141670808f0da2"


def test_equal_tables_are_one_member_of_a_set() -> None:
    again = TruthTable.from_rows("0110", "ab", "y")
    assert again is not XOR
    assert {XOR: "found"}[again] == "found"


def test_a_table_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        XOR.ones = (0,)  # type: ignore[misc] # on purpose
    XOR.values[0] = 1  # arrays are made anew each time
    assert XOR.values[0] == 0


def test_a_flipped_table_differs_in_one_output_of_one_row() -> None:
    adder = TruthTable.from_function(lambda a, b: divmod(a + b, 2), "ab", ("carry", "sum"))
    for row in range(4):
        for place, port in enumerate(adder.outputs):
            faulty = adder.flipped(row, port)
            expected = adder.values
            expected[row, place] ^= 1
            assert np.array_equal(faulty.values, expected)
            assert faulty.cares == adder.cares
            assert faulty.digest != adder.digest
            assert faulty.flipped(row, port) == adder


def test_a_dont_care_cannot_be_flipped() -> None:
    table = TruthTable.from_rows("01-0", "ab", "y")
    with pytest.raises(TableError, match="don't-care"):
        table.flipped(2, "y")


def test_a_row_that_is_not_there_cannot_be_flipped() -> None:
    with pytest.raises(TableError, match="there is no output 'y' in row 4"):
        XOR.flipped(4, "y")


def test_patterns_of_any_shape_are_evaluated() -> None:
    adder = TruthTable.from_function(lambda a, b: divmod(a + b, 2), "ab", ("carry", "sum"))
    patterns = np.array([[[0, 1], [1, 1], [0, 0]], [[1, 0], [1, 1], [1, 1]]], dtype=np.uint8)
    expected = [[[0, 1], [1, 0], [0, 0]], [[0, 1], [1, 0], [1, 0]]]
    assert adder.evaluate(patterns).tolist() == expected
    assert adder.evaluate(patterns[0]).tolist() == expected[0]
    assert adder.evaluate(patterns[0, 0]).tolist() == expected[0][0]
    assert adder.evaluate(patterns[:0]).shape == (0, 3, 2)
    assert adder.evaluate(patterns).dtype == np.uint8


def test_a_dont_care_evaluates_to_0() -> None:
    table = TruthTable.from_rows("1-11", "ab", "y")
    assert table.evaluate(table.patterns).ravel().tolist() == [1, 0, 1, 1]
