"""Contradictions in PLA files: found in narrow tables and in wide ones, and nowhere else."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np
import pytest

from gatewright.errors import FormatError
from gatewright.formats.model.source import Source
from gatewright.formats.pla.file import Pla, read_rows
from gatewright.formats.pla.reader import read_pla, read_pla_gate
from gatewright.formats.pla.sets import check_sets, filled


def read(rows: list[tuple[str, str]], kind: str = "fr") -> Pla:
    head = f".i {len(rows[0][0])}\n.o {len(rows[0][1])}\n.type {kind}\n"
    text = head + "".join(f"{inputs} {outputs}\n" for inputs, outputs in rows)
    return read_rows(Source("t.pla", text.encode()))


def test_the_sets_of_a_table() -> None:
    pla = read([("1-", "1-"), ("01", "01"), ("00", "-0")], "fdr")
    assert filled(pla) == [[0b1100, 0b0010], [0b0010, 0b0001], [0b0001, 0b1100]]


@pytest.mark.parametrize("outputs", [1, 8, 9, 17])
@pytest.mark.parametrize("inputs", [1, 3, 10, 16])
def test_the_sets_of_tables_of_many_sizes(inputs: int, outputs: int) -> None:
    random = np.random.default_rng(inputs * 100 + outputs)
    rows = [
        ("".join(random.choice(list("01-"), inputs)), "".join(random.choice(list("1-~"), outputs)))
        for _ in range(20)
    ]
    on, off, loose = filled(read(rows, "fdr"))
    assert off == [0] * outputs
    for number in random.integers(0, 1 << inputs, 50).tolist():
        pattern = f"{number:0{inputs}b}"
        for output in range(outputs):
            told = {
                after[output]
                for before, after in rows
                if all(a in ("-", b) for a, b in zip(before, pattern, strict=True))
            }
            assert on[output] >> number & 1 == ("1" in told)
            assert loose[output] >> number & 1 == ("-" in told)


# More inputs than a truth table may have are compared row by row.
WIDTHS = [(2, 1), (2, 70), (16, 3), (17, 3), (40, 1), (64, 64), (65, 65), (200, 130)]


@pytest.mark.parametrize(("inputs", "outputs"), WIDTHS)
@pytest.mark.parametrize("kind", ["fr", "fdr"])
def test_a_contradiction_is_found(inputs: int, outputs: int, kind: str) -> None:
    rest = "~" * (outputs - 1)
    one, zero = "1" + "-" * (inputs - 1), "-" * (inputs - 1) + "0"
    pla = read([(one, f"{rest}1"), (zero, f"{rest}0")], kind)
    with pytest.raises(FormatError) as caught:
        check_sets(pla)
    pattern = f"1{'0' * (inputs - 1)}"
    shown = pattern if inputs <= 64 else f"{pattern[:64]}…"
    assert str(caught.value) == (
        f"t.pla:5:1: 'y{outputs - 1}' is 0 here and 1 by line 4 where the inputs are {shown}; no pattern may be "
        "in the on-set and in the off-set of an output"
    )


@pytest.mark.parametrize(("inputs", "outputs"), WIDTHS)
def test_the_later_row_is_named_first(inputs: int, outputs: int) -> None:
    rest = "0" * (outputs - 1)
    with pytest.raises(FormatError, match=r":5:1: 'y0' is 1 here and 0 by line 4 where"):
        check_sets(read([("-" * inputs, f"0{rest}"), ("1" * inputs, f"1{rest}")]))


@pytest.mark.parametrize(("inputs", "outputs"), WIDTHS)
def test_no_contradiction_is_found_where_there_is_none(inputs: int, outputs: int) -> None:
    rest, free = "~" * (outputs - 1), "-" * (inputs - 1)
    check_sets(read([(f"1{free}", f"1{rest}"), (f"0{free}", f"0{rest}")]))  # no pattern of both
    if outputs > 1:  # no output of both
        check_sets(read([(f"1{free}", f"1{'~' * (outputs - 2)}0"), (f"1{free}", f"1{rest}")]))


@pytest.mark.parametrize("kind", ["f", "fd"])
def test_what_has_no_off_set_has_no_contradictions(kind: str) -> None:
    check_sets(read([("--", "1"), ("--", "0"), ("--", "-")], kind))


@pytest.mark.parametrize("inputs", [3, 20])
def test_any_pair_of_rows(inputs: int) -> None:
    """Every pair of products of three inputs, alone or among others that never matter."""
    rest = "1" * (inputs - 3)
    products = ["".join(each) for each in itertools.product("01-", repeat=3)]
    for one, zero in itertools.product(products, repeat=2):
        meet = all({a, b} != {"0", "1"} for a, b in zip(one, zero, strict=True))
        pla = read([(one + rest, "1"), (zero + rest, "0")])
        if meet:
            with pytest.raises(FormatError, match="no pattern may be"):
                check_sets(pla)
        else:
            check_sets(pla)


def test_the_last_of_many_rows_is_compared_too() -> None:
    ones = [(f"{number:020b}", "1") for number in range(3000)]
    zeros = [(f"1{number:019b}", "0") for number in range(2999)]
    check_sets(read(ones + zeros))
    with pytest.raises(FormatError, match=r":6003:1: 'y0' is 0 here and 1 by line 3003 where"):
        check_sets(read([*ones, *zeros, (f"{2999:020b}", "0")]))


def test_more_rows_than_can_be_compared_are_refused() -> None:
    ones = [("1" + "0" * 19, "1")] * 15_000
    zeros = [("0" * 20, "0")] * 15_000
    with pytest.raises(FormatError) as caught:
        check_sets(read(ones + zeros))
    assert str(caught.value) == (
        "t.pla: 15000 rows of ones and 15000 of zeros are too many to look for contradictions; write it as "
        "type f, with the rows of ones alone"
    )


def test_rows_of_zeros_without_a_type_are_examples_where_rows_are_missing() -> None:
    """By default a row of zeros says nothing, and other rows are 0: who writes one has not meant that."""

    def made(kind: str, rows: str) -> object:
        text = f".i 2\n.o 1\n{kind}{rows}.e\n"
        return read_pla(Source("t.pla", text.encode()), {})

    for read in (partial(read_pla, gates=None), read_pla_gate):
        with pytest.raises(FormatError) as caught:
            read(Source("t.pla", b".i 2\n.o 1\n01 1\n11 0\n"))
        assert str(caught.value) == (
            "t.pla: it says what 'y0' is in 2 of 4 rows, and a circuit gives something in all of them; "
            "write .type fd above them, where the others are 0"
        )
    assert made(".type fd\n", "01 1\n11 0\n")
    assert made("", "01 1\n11 0\n-0 0\n")  # a whole table
    assert made("", "-- 0\n11 1\n")
    assert made("", "01 1\n11 1\n")
    for count, learned in ((19, False), (20, True)):  # of fewer, no circuit is learned
        lines = [f"{number:05b} {int(number == 0)}\n" for number in range(count)]
        for kind in ("", ".type fr\n"):
            for first in (lines[0], lines[0].replace("00000", "0000-").replace(" 1", " 0")):
                text = f".i 5\n.o 1\n{kind}{first}{''.join(lines[1:])}"
                with pytest.raises(FormatError) as caught:
                    read_pla(Source("t.pla", text.encode()), {})
                whole = "-" not in first
                assert ("learn a circuit" in str(caught.value)) == (learned and whole)
    wide = f".i 40\n.o 2\n{'0' * 40} 01\n{'1' * 40} 00\n"
    with pytest.raises(FormatError, match=r"it says what 'y0' is in 2 of 2\^40 rows"):
        read_pla(Source("t.pla", wide.encode()), {})
