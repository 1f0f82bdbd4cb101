"""The rows of PLA files: every sign, spelling and refusal."""

from __future__ import annotations

import pytest

from gatewright.errors import FormatError
from gatewright.formats.model.source import Source
from gatewright.formats.pla.file import Pla, read_rows


def read(text: str) -> Pla:
    return read_rows(Source("t.pla", text.encode()))


def signs(pla: Pla) -> list[tuple[str, str]]:
    return [(row.inputs, row.outputs) for row in pla.rows]


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        (".type f", "~1~~1~~"),
        (".type fd", "~1-~1-~"),
        (".type fr", "01~01~~"),
        (".type fdr", "01-01-~"),
        ("", "~1-~1-~"),
    ],
)
def test_every_sign_in_every_type(kind: str, meant: str) -> None:
    pla = read(f".i 4\n.o 7\n{kind}\n01-2 01-342~\n")
    assert signs(pla) == [("01--", meant)]
    assert pla.kind == (kind.split()[1] if kind else "fd")


def test_names_and_the_lines_that_tell_them() -> None:
    pla = read("# a table\n.i 2\n.o 1\n.ilb a[1] a[0] # names\n.ob y\n11 1\n")
    assert (pla.inputs, pla.inputs_line) == (("a[1]", "a[0]"), 4)
    assert (pla.outputs, pla.outputs_line) == (("y",), 5)


def test_names_where_there_are_none() -> None:
    pla = read(".o 2\n.i 3\n111 11\n")
    assert (pla.inputs, pla.inputs_line) == (("x0", "x1", "x2"), 2)
    assert (pla.outputs, pla.outputs_line) == (("y0", "y1"), 1)


@pytest.mark.parametrize(
    "rows",
    [
        "110 10\n0-1 01\n",
        "11010\n0-101",
        "1 1 0 1 0\n0\t- 1|0 1\n",
        "110|10\r\n0-1|01\r\n",
        "110\n10\n0-1\n01\n",
        "11\n0 1 # half of it\n\n0\n0-1 01\n",
        "110 10 0-1 01",
        "110 10\n.pair 1 (x0 x1)\n0-1 01\n.end\n# nothing\n\n",
    ],
)
def test_a_row_may_lie_on_lines_as_it_likes(rows: str) -> None:
    assert signs(read(f".i 3\n.o 2\n{rows}")) == [("110", "1~"), ("0-1", "~1")]


def test_a_row_is_told_by_the_line_it_begins_in() -> None:
    pla = read(".i 3\n.o 2\n11\n0 10\n\n000 11\n")
    assert [row.line for row in pla.rows] == [3, 6]


@pytest.mark.parametrize("told", [0, 1, 2, 9])
@pytest.mark.parametrize("end", ["", ".e", ".end"])
def test_the_number_of_rows_is_a_hint_but_where_the_file_is_cut_off(told: int, end: str) -> None:
    text = f".i 1\n.o 1\n.p {told}\n0 1\n1 1\n{end}"
    if told > 2 and not end:
        with pytest.raises(FormatError, match=r"^t\.pla:3:4: '9' rows are announced"):
            read(text)
    else:
        assert len(read(text).rows) == 2


def test_wishes_about_minimising_say_nothing_of_the_function() -> None:
    assert signs(read(".i 2\n.o 2\n.phase 11\n.pair 1 (x0 x1)\n11 11\n.e\n")) == [("11", "11")]


HEAD = ".i 2\n.o 2\n"
SIGNS = "a row has 0, 1 or - for an input, and 0, 1, - or ~ for an output"
ROW = "a PLA has .i, .o, and a row for every product"
WIDTH = "a row has 4: 2 for inputs, 2 for outputs"
VALUES = "write a row for every pattern of two-valued inputs"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (".i\n.o 1\n1 1", ":1:1: '.i' is not the number expected", "as in .i 4"),
        (".i two\n", ":1:4: 'two' is not the number expected", "as in .i 4"),
        (".o 1 1\n", ":1:4: '1 1' is not the number expected", "as in .o 4"),
        (".p -1\n", ":1:4: '-1' is not the number expected", "as in .p 4"),
        (f".i {'9' * 5000}", f":1:4: '{'9' * 60}…' is not the number expected", "as in .i 4"),
        (".i 0\n", ":1:4: '0' inputs are not a table", "there may be 1 to 10000"),
        (".o 99999\n", ":1:4: '99999' outputs are not a table", "there may be 1 to 10000"),
        (".i 2\n.i 2\n", ":2:1: '.i' stands a second time; line 1 has it", "give it once"),
        ("11 1\n", ":1:1: '11 1' stands before .i and .o", "tell inputs and outputs first"),
        (".i 2\n11 1\n", ":2:1: '11 1' stands before .i and .o", "tell inputs and outputs first"),
        (HEAD, ": there is no row", ROW),
        (".ilb a b", ": there is no row", ROW),
        (HEAD + "1x 11", ":3:1: '1x 11' has the character 'x'", SIGNS),
        (HEAD + "1~ 11", ":3:1: '1~ 11' has the character '~' for an input", "as inputs there are 0, 1 and -"),
        (HEAD + "11 111", ":3:1: '11 111' makes a row of 5 characters", WIDTH),
        (HEAD + "11 1\n00 11", ":3:1: '00 11' makes a row of 7 characters", WIDTH),
        (
            HEAD + "11 1\n.e",
            ":3:1: a row begins here and ends after 3 of its 4 characters",
            "2 are for inputs, 2 for outputs",
        ),
        (
            HEAD + "00 11\n1",
            ":4:1: a row begins here and ends after 1 of its 4 characters",
            "2 are for inputs, 2 for outputs",
        ),
        (HEAD + "11 11\n.e\n00 11", ":5:1: '00 11' stands after .e, which ends the table", "one table is read"),
        (HEAD + ".ilb a\n11 11", ":3:1: '.ilb' has 1 names, and .i says 2", "give one name each, in this line"),
        (HEAD + ".ob y z w\n11 11", ":3:1: '.ob' has 3 names, and .o says 2", "give one name each, in this line"),
        (HEAD + ".type dr\n", ":3:7: 'dr' is not a type that is read", "it is f, fd, fr or fdr"),
        (HEAD + ".type\n", ":3:1: '.type' is not a type that is read", "it is f, fd, fr or fdr"),
        (HEAD + "11 11\n.type f\n", ":4:1: '.type' stands after rows", "it comes before the first row"),
        (
            HEAD + ".phase 10\n11 11",
            ":3:1: '.phase' asks for the complement of an output, and programs read that differently",
            "delete it, and the rows alone say what the outputs are",
        ),
        (".mv 4 2 3 2", ":1:1: '.mv' has inputs of more than two values, which cannot be read", VALUES),
        (".symbolic a", ":1:1: '.symbolic' has symbols for inputs, which cannot be read", VALUES),
        (".symbolic-output a", ":1:1: '.symbolic-output' has symbols for outputs, which cannot be read", VALUES),
        (".label var=3", ":1:1: '.label' has inputs of more than two values, which cannot be read", VALUES),
        (".kiss", ":1:1: '.kiss' is a state machine, which cannot be read", VALUES),
        (".model x", ":1:1: '.model' is not a keyword", "expected .i .o .ilb .ob .p .type or .e"),
        (".", ":1:1: '.' is not a keyword", "expected .i .o .ilb .ob .p .type or .e"),
        (HEAD + "11\0 11", ":3:1: a byte 0x00 is not text", "name a text file"),
    ],
)  # fmt: skip
def test_a_refusal(text: str, message: str, hint: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert (caught.value.message, caught.value.hint) == (f"t.pla{message}", hint)


def test_a_file_that_is_cut_off() -> None:
    with pytest.raises(FormatError) as caught:
        read(HEAD + ".p 3\n11 11\n00 11\n")
    assert str(caught.value) == (
        "t.pla:3:4: '3' rows are announced, and the file ends after 2 and without .e; it is cut off; fetch it "
        "again"
    )
