"""Descriptions of plain values: what fits, what does not, and JSON by the letter."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.gates.schema import (
    Anything,
    Exactly,
    Kind,
    MisfitError,
    Number,
    Perhaps,
    Record,
    Several,
    Text,
    Truth,
    Whole,
    check,
    read_json,
    shown,
)

BOX = Record({"name": Text(5, r"[a-z]+"), "sides": Several(Number(0, 9), 2, 3), "lid": Truth()})


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (3, Whole(0, 3)),
        (-(10**400), Whole(-(10**400), 0)),
        (0.5, Number(0, 1)),
        (1, Number(0, 1)),
        ("abc", Text(3)),
        ("é", Text(3)),
        ("b", Text(9, among=("a", "b"))),
        (True, Truth()),
        ([1, 2], Exactly([1, 2])),
        (None, Perhaps(Whole(0, 1))),
        (1, Perhaps(Whole(0, 1))),
        ([], Several(Whole(0, 1), 0, 0)),
        ((1, 0), Several(Whole(0, 1), 0, 2)),
        ({"name": "abc", "sides": [1, 2.5], "lid": False}, BOX),
        ({"whatever": [[[]]]}, Anything()),
    ],
)
def test_what_fits(value: object, kind: Kind) -> None:
    check(value, kind)


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (4, Whole(0, 3), "'it' is 4, not a whole number from 0 to 3"),
        (True, Whole(0, 3), "'it' is True, not a whole number from 0 to 3"),
        (1.0, Whole(0, 3), "'it' is 1.0, not a whole number from 0 to 3"),
        (10**5000, Whole(0, 3), "'it' is a number of 16610 bits, not a whole number from 0 to 3"),
        (math.nan, Number(0, 1), "'it' is nan, not a number from 0 to 1"),
        (math.inf, Number(), "'it' is inf, not a number from -1e+300 to 1e+300"),
        (10**400, Number(), "'it' is a number of 1329 bits, not a number"),
        (False, Number(0, 1), "'it' is False, not a number from 0 to 1"),
        ("0.5", Number(0, 1), "'it' is '0.5', not a number from 0 to 1"),
        ("abcd", Text(3), "'it' is 'abcd', not a text"),
        ("\0", Text(3), r"'it' is '\x00', not a text"),
        ("a\nb", Text(3), r"'it' is 'a\nb', not a text"),
        ("\u202e", Text(3), r"'it' is '\u202e', not a text"),
        ("x" * 10**6, Text(3), f"'it' is '{'x' * 60}'…, not a text"),
        ("\x1b[31m", Text(9, r"[a-z]*"), r"'it' is '\x1b[31m', not a text"),
        ("c", Text(9, among=("a", "b")), "'it' is 'c', not one of a, b"),
        (1, Truth(), "'it' is 1, not true or false"),
        (True, Exactly(1), "'it' is True, not 1"),
        ([True], Exactly([1]), "'it' is [True], not [1]"),
        (3, Perhaps(Text(3)), "'it' is 3, not a text"),
        ({}, Several(Truth(), 0, 3), "'it' is a record of 0, not a list of 0 to 3"),
        (
            [True] * 9,
            Several(Truth(), 0, 3),
            "'it' is [True, True, True, True, True, True, … 3 more]",
        ),
        ([True, 1], Several(Truth(), 0, 3), "'it[1]' is 1, not true or false"),
        ([], BOX, "'it' is [], not a record"),
        ({"name": "a", "sides": [1, 2]}, BOX, "in 'it': missing key 'lid'"),
        (
            {"name": "a", "sides": [1, 2], "lid": True, "\x1b": 1},
            BOX,
            r"in 'it': unknown key '\x1b'",
        ),
        ({"name": "a", "sides": [1, "2"], "lid": True}, BOX, "'it.sides[1]' is '2', not a number"),
        (None, Anything(), "'it' is None, not anything"),
    ],
    ids=lambda _: "",
)
def test_what_does_not_fit_is_named_in_one_line(value: object, kind: Kind, told: str) -> None:
    with pytest.raises(MisfitError) as caught:
        check(value, kind, "it")
    assert str(caught.value).startswith(told)
    assert len(str(caught.value)) < 250
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 100_000, "it is nested too deeply"),
        ('{"a":' * 100_000, "it is nested too deeply"),
        ("1" + "0" * 5000, "Exceeds the limit (4300 digits) for integer string conversion"),
        ("Infinity", "Infinity is not a number that is stored"),
        ("[-Infinity]", "-Infinity is not a number that is stored"),
        ('{"a": NaN}', "NaN is not a number that is stored"),
        ('{"a": 1, "b": 2, "a": 1}', "the key 'a' is given twice"),
        ('[{"a": {"b": 1, "b": 1}}]', "the key 'b' is given twice"),
        ("", "Expecting value"),
        ("{} x", "Extra data"),
        (b"\xff\xfe\xff", "'utf-16"),
        (b'"\xff"', "'utf-8' codec"),
    ],
)
def test_what_is_no_json(text: str | bytes, told: str) -> None:
    with pytest.raises(MisfitError) as caught:
        read_json(text)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


Plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(Plain)
def test_json_is_read_as_python_reads_it_and_anything_is_shown_in_one_line(value: Any) -> None:
    assert read_json(json.dumps(value)) == value
    assert shown(value).isprintable()
