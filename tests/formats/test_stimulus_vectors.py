"""Test vectors: which statement is of which cycle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.circuits.clocked.stimulus import Change, Check
from gatewright.circuits.netlist import Clock
from gatewright.errors import FormatError
from gatewright.formats.model.source import Source
from gatewright.formats.stimulus import read_stimulus


def vectors(text: str) -> Source:
    return Source("a.tv", text.encode())


def test_cycles_by_times_as_in_the_vectors_of_iwls() -> None:
    text = (
        "# as SIS wrote them\n"
        "t 4; f a 1; f b 0;\n t 25; c y 0; t 54; t 75; c y 1;\n"
        "t 104; f b 1; t 125; c y 1;\nt 254; f b 0; t 275; c y 0; e\nnot read any more\n"
    )
    found = read_stimulus(vectors(text))
    changes = [(each.cycle, each.bus, each.value, each.where) for each in found.changes]
    assert changes == [
        (0, "a", 1, "a.tv:2"),
        (0, "b", 0, "a.tv:2"),
        (2, "b", 1, "a.tv:4"),
        (5, "b", 0, "a.tv:5"),
    ]
    assert [each.cycle for each in found.checks] == [0, 1, 2, 5]
    assert found.cycles == 6


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=3, max_size=9))
def test_every_cycle_that_is_driven_and_checked_is_found(rows: list[tuple[int, int]]) -> None:
    text = "".join(
        f"t {50 * cycle + 4}; f a {a}; t {50 * cycle + 25}; c y {y};\n"
        for cycle, (a, y) in enumerate(rows)
    )
    found = read_stimulus(vectors(text))
    lines = range(1, len(rows) + 1)
    assert found.cycles == len(rows)
    assert found.changes == tuple(
        Change(at, "a", a, f"a.tv:{line}")
        for at, (line, (a, _)) in enumerate(zip(lines, rows, strict=True))
    )
    assert found.checks == tuple(
        Check(at, "y", y, f"a.tv:{line}")
        for at, (line, (_, y)) in enumerate(zip(lines, rows, strict=True))
    )


@pytest.mark.parametrize("rising", [True, False])
def test_cycles_by_the_edges_of_a_clock(rising: bool) -> None:
    low, high = (0, 1) if rising else (1, 0)
    text = (
        f"t 0; f ck {low}; f a 1; t 2; c y 0; t 5; f ck {high}; t 10; f ck {low}; c y 1; "
        f"t 15; f ck {high}; t 17; f ck {high}; f a 0; t 18; c y 3; t 20; f ck {low}; t 25; f ck {high};"
    )
    found = read_stimulus(vectors(text), Clock("ck", rising))
    assert [(each.cycle, each.bus) for each in found.changes] == [(0, "a"), (2, "a")]
    assert [(each.cycle, each.value) for each in found.checks] == [(0, 0), (1, 1), (2, 3)]
    assert found.cycles == 3  # nothing is asked after the last edge


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("t 4; g a 1;", "a.tv:1:6: 'g a 1' is not a statement of test vectors", "as in t 4; f a 1; t 25; c y 0;"),
        ("t 4; f a", "a.tv:1:6: 'f a' is not a statement of test vectors", "as in t 4; f a 1; t 25; c y 0;"),
        ("t x; f a 1", "a.tv:1:1: 'x' is not a whole number", "as in 0 or 1"),
        ("t 4; f a x", "a.tv:1:6: 'x' is not a whole number", "as in 0 or 1"),
        ("t 4; f a -1", "a.tv:1:6: '-1' is not a whole number", "as in 0 or 1"),
        ("t 40; f a 1;\nt 30; c y 0", "a.tv:2:1: '30' is a time that comes after 40", "times only grow"),
        (
            "t 0; f a 1; t 10; c y 0; t 20; f b 1; t 22; c y 1; f b 0; t 40; f a 0",
            "a.tv:1:52: 'b' changes at 22, after a check of the same cycle",
            "drive, then check, then let the clock go on",
        ),
    ],
)  # fmt: skip
def test_what_is_no_test_vector_is_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(FormatError) as error:
        read_stimulus(vectors(text))
    assert (error.value.message, error.value.hint) == (message, hint)
