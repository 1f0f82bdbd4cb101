"""Whole numbers of any size as text, and text as whole numbers."""

import pytest

from gatewright.errors import UsageError
from gatewright.logic.numerals import as_count, as_text, assignments, cut, whole_number


@pytest.mark.parametrize(
    "number", [0, 7, -7, 10**4299, -(10**4299)], ids=lambda number: number.bit_length()
)
def test_a_number_of_few_digits_is_decimal(number: int) -> None:
    assert as_text(number) == str(number)


@pytest.mark.parametrize(
    "number", [10**4300, 2**16391 + 5, -(10**4300)], ids=lambda number: number.bit_length()
)
def test_a_number_of_many_digits_is_hexadecimal(number: int) -> None:
    assert as_text(number) == hex(number)
    assert whole_number(as_text(number)) == number


def test_counts() -> None:
    assert [as_count(each) for each in (9999, 10_000, 2**20)] == ["9999", "10 000", "1 048 576"]
    assert as_count(2**16392) == "2^16392"
    assert as_count(2**16392 - 1) == "over 2^16391"
    assert as_count(10**4000).count("000") == 1333  # as before where it can be said


@pytest.mark.parametrize(("text", "number"), [("5", 5), ("-5", -5), ("0x1f", 31), ("0b11", 3)])
def test_text_is_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "x", "1e9999", "0x", "12a", "9" * 5000 + "a", "nan", "05", "1_0", "١"]
)
def test_text_that_is_no_number(text: str) -> None:
    assert whole_number(text) is None


def test_too_many_decimal_digits_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        whole_number("9" * 5000, "a")
    assert str(caught.value) == (
        f"a={'9' * 60}… has 5000 decimal digits, more than are read; write it in hexadecimal ones, as in 0x1f"
    )
    assert whole_number("0x" + "9" * 5000) == int("9" * 5000, 16)


def test_assignments_and_cut_words() -> None:
    assert assignments({"a": 5, "b": 16**4000, "y": "?"}) == f"a=5 b=0x1{'0' * 4000} y=?"
    assert cut("a" * 60) == "a" * 60
    assert cut("a" * 61) == f"{'a' * 60}…"
