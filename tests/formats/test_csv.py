"""Truth tables with a heading, as spreadsheets write them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.errors import FormatError
from gatewright.formats.model.source import Source
from gatewright.formats.pla.csv_rows import read_csv_rows
from gatewright.formats.pla.reader import read_csv, read_csv_gate
from gatewright.logic.truth_table import TruthTable


def rows(text: str) -> tuple[tuple[str, ...], tuple[str, ...], list[tuple[str, str]]]:
    pla = read_csv_rows(Source("t.csv", text.encode()))
    return pla.inputs, pla.outputs, [(row.inputs, row.outputs) for row in pla.rows]


@pytest.mark.parametrize(
    "text",
    [
        "a,b,->,s,c\n0,1,->,1,0\n1,-,->,-,1\n",
        "a,b,->,s,c\n0,1,,1,0\n1,x,,X,1\n",
        "a,b,->,s,c\n0,1,1,0\n1,-,-,1\n",
        "a,b->s,c\n0,1->1,0\n1,-->-,1\n",
        "a;b;->;s;c\r\n0;1;;1;0\r\n1;-;;-;1\r\n",
        "a\tb\t->\ts\tc\n0\t1\t\t1\t0\n1\t-\t\t-\t1\n",
        "# by hand\n\na b -> s c\n 0 1 -> 1 0\n# more\n1  -  ->  -  1\n",
        '\ufeff"a","b","->","s","c"\n"0","1","","1","0"\n"1",-,,x,"1"\n',
        "a, b, ->, s, c\nfalse, TRUE, , True, FALSE\ntrue, -, , -, true\n",
    ],
)  # fmt: skip
def test_one_table_in_every_dress(text: str) -> None:
    assert rows(text) == (("a", "b"), ("s", "c"), [("01", "10"), ("1-", "-1")])


def test_without_an_arrow_a_whole_table_says_where_its_outputs_begin() -> None:
    whole = "a,b,s,c\n0,0,0,0\n0,1,1,0\n1,0,1,0\n1,1,0,1\n"
    assert rows(whole)[:2] == (("a", "b"), ("s", "c"))
    assert rows(whole.replace("1,1,0,1\n", ""))[:2] == (("a", "b", "s"), ("c",))


def test_rows_that_are_not_there_are_dont_cares_of_a_gate_and_refused_in_a_circuit() -> None:
    """A circuit gives something in every row; where nobody says what, it was 0 in silence."""
    source = Source("some.csv", b"a,b,->,y\n0,1,,1\n1,1,,-\n")
    assert read_csv_gate(source).table.cares == (0b0010,)
    with pytest.raises(FormatError) as caught:
        read_csv(source, None)
    assert str(caught.value) == (
        "some.csv: it says what 'y' is in 2 of 4 rows, and a circuit gives something in all of them; "
        "give the others, with - where it does not matter"
    )
    whole = Source("some.csv", b"a,b,->,y\n0,1,,1\n1,1,,-\n-,0,,-\n")
    assert read_csv_gate(whole).table.cares == (0b0010,)
    (only,) = read_csv(whole, None).instances
    assert only.gate == "lut2-2"


def test_a_wide_table_of_some_rows_is_refused_too() -> None:
    names = ",".join(f"i{n}" for n in range(40))
    row = ",".join("01" * 20)
    with pytest.raises(FormatError, match=r"it says what 'y' is in 1 of 2\^40 rows"):
        read_csv(Source("t.csv", f"{names},->,y\n{row},,1\n".encode()), None)


@given(
    st.integers(1, 4).flatmap(
        lambda k: st.tuples(
            st.just(k),
            st.lists(st.text("01-", min_size=1 << k, max_size=1 << k), min_size=1, max_size=3),
        )
    ),
    st.sampled_from([",", ";", "\t"]),
    st.randoms(use_true_random=False),
)
def test_what_is_written_is_read(drawn: tuple[int, list[str]], between: str, mixed: object) -> None:
    k, columns = drawn
    inputs, outputs = [f"i{n}" for n in range(k)], [f"o{n}" for n in range(len(columns))]
    lines = [[*f"{row:0{k}b}", "", *(column[row] for column in columns)] for row in range(1 << k)]
    mixed.shuffle(lines)  # type: ignore[attr-defined] # a random.Random
    file = io.StringIO()
    csv.writer(file, delimiter=between).writerows([[*inputs, "->", *outputs], *lines])
    sets = [
        [sum(1 << row for row, sign in enumerate(column) if sign in signs) for column in columns]
        for signs in ("1", "01")
    ]
    got = read_csv_gate(Source("t.csv", file.getvalue().encode())).table
    assert got == TruthTable(tuple(inputs), tuple(outputs), *map(tuple, sets))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv: is empty; its first line names the columns, as in a,b,->,y"),
        ("0,1,1\n", "t.csv:1:1: '0,1,1' is a row, and the first line names the columns; write one above it, "
         "as in a,b,->,y"),
        ("a\n0\n", "t.csv:1:1: there is 1 column; name every input and output, as in a,b,->,y"),
        ("a,y\n", "t.csv:1:1: no row follows the names; write one for each pattern"),
        ("a,b,->\n0,0,\n", "t.csv:1:5: '->' has nothing on one side; inputs stand before it, outputs behind it"),
        ("a,y\n0,0\n1\n", "t.csv:3:1: there is 1 cell, and 2 names; give every column one"),
        ("a,y\n0,0,1\n", "t.csv:2:1: there are 3 cells, and 2 names; give every column one"),
        ("a,b,->,y\n0,->,0,0\n", "t.csv:2:3: '->' stands elsewhere than in the first line; move it"),
        ("a,y\n0,0\n1,2\n", "t.csv:3:3: '2' is not a value of 'y'; a cell is 0, 1 or -, as in the rows of a "
         "truth table"),
        ("a,y\n0,0\n1,\n", "t.csv:3:1: 'y' has no value; a cell is 0, 1 or -, as in the rows of a truth table"),
        ("a,y\n0,0\n-,1\n", "t.csv:3:1: 'y' is 1 here and 0 by line 2 where the inputs are 0"),
        ("a,b c\n0,1\n", "t.csv:1:3: 'b c' is not the name of a gate's port; use letters, digits and _, as in "
         "'carry_out'"),
        (f"a,y\n0,0\n{'1' * 140_000},1\n", "t.csv:3:1: cannot be cut into cells: field larger than"),
        ("a,a\n0,1\n", "t.csv:1:1: 'a' names two ports; give every port its own name"),
    ],
)  # fmt: skip
def test_what_is_not_a_table_is_said(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_csv_gate(Source("t.csv", text.encode()))
    assert str(caught.value).startswith(message)


def test_a_table_of_more_inputs_than_a_gate_has_is_read_as_a_circuit() -> None:
    names = ",".join(f"i{n}" for n in range(17))
    source = Source("t.csv", f"{names},->,y\n{','.join('1' * 17)},,1\n{'-,' * 17},-\n".encode())
    with pytest.raises(FormatError, match="a gate has at most 16 inputs, not 17; read the file as"):
        read_csv_gate(source)
    assert len(read_csv(source, None).input_nets) == 17
