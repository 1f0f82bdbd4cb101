"""Rows as people have them: PLA, CSV, npz and arrays; and every way in which they are not rows."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest

from gatewright.errors import FormatError, GatewrightError, UsageError
from gatewright.examples.choose import learn
from gatewright.examples.data.bits import encoded, input_names, output_names, thresholds
from gatewright.examples.data.facts import Rows
from gatewright.examples.data.reading import csv_table, pla_table, read_examples
from gatewright.examples.data.table import Table, table_of
from gatewright.examples.split import split
from gatewright.formats.model.source import Source


def test_a_pla_is_rows_whatever_its_type() -> None:
    """In types f and fd a 0 says nothing of the function; as an example it is one."""
    for kind in ("", ".type f\n", ".type fd\n", ".type fr\n", ".type fdr\n"):
        text = f".i 3\n.o 2\n{kind}.ilb a b c\n.ob s t\n011 10\n110 01\n"
        table = pla_table(Source("t.pla", text.encode()))
        assert (table.inputs, table.targets) == (("a", "b", "c"), ("s", "t"))
        assert encoded(table, table.names).tolist() == [[0, 1, 1, 1, 0], [1, 1, 0, 0, 1]]


def test_a_csv_of_mixed_columns() -> None:
    text = b"age,colour name,member,kind\n20,red,1,good\n30,green,0,bad\n30,blue one,1,good\n50,red,0,bad\n"
    table = csv_table(Source("t.csv", text))
    assert [table.kind(name) for name in table.names] == ["numbers", "texts", "bits", "texts"]
    assert input_names(table) == (
        "age>=25",
        "age>=40",
        "age==30",
        "colour_name==blue_one",
        "colour_name==green",
        "colour_name==red",
        "member",
    )
    assert output_names(table) == ("kind==good",)
    assert encoded(table, input_names(table)).tolist() == [
        [0, 0, 0, 0, 0, 1, 1],
        [1, 0, 1, 0, 1, 0, 0],
        [1, 0, 1, 1, 0, 0, 1],
        [1, 1, 0, 0, 0, 1, 0],
    ]
    other = csv_table(Source("t.csv", text), "colour name")
    assert output_names(other) == (
        "colour_name==blue_one",
        "colour_name==green",
        "colour_name==red",
    )
    arrow = csv_table(Source("t.csv", b"a,b->s,c\n0,1->1,0\n1,1->0,1\n"))
    assert (arrow.inputs, arrow.targets) == (("a", "b"), ("s", "c"))


@pytest.mark.parametrize("row", ["0,1,,1,0", "0,1,->,1,0", "0,1,1,0"])
def test_an_arrow_may_have_a_cell_in_the_rows_or_none(row: str) -> None:
    table = csv_table(Source("t.csv", f"a,b,->,s,c\n{row}\n1,1,,0,1\n".encode()))
    assert (table.inputs, table.targets) == (("a", "b"), ("s", "c"))
    assert encoded(table, table.names).tolist() == [[0, 1, 1, 0], [1, 1, 0, 1]]


def test_an_arrow_stands_in_one_place() -> None:
    with pytest.raises(FormatError, match=r"t\.csv:2:.*stands elsewhere than in the first line"):
        csv_table(Source("t.csv", b"a,b,->,s,c\n0,->,1,1,0\n1,1,,0,1\n"))


def test_thresholds_tell_values_apart_and_read_the_same() -> None:
    close = np.array([0.1, np.nextafter(0.1, 1), 7.0])
    for low, cut, high in zip(close, thresholds(close), close[1:], strict=False):
        assert low < cut <= high
        assert float(repr(cut)) == cut
    many = np.arange(1000.0)
    cuts = thresholds(many)
    assert len(cuts) == 16
    assert np.diff([0, *cuts, 1000]).max() < 70
    table = table_of(close[:, None], [0, 1, 1])
    assert encoded(table, input_names(table)).sum() == 3 + (len(input_names(table)) == 3)


def test_arrays(tmp_path: Path) -> None:
    x = np.array([[0, 2.5], [1, 3.5]])
    assert [table_of(x, [0, 1]).kind(name) for name in ("x0", "x1", "y")] == [
        "bits",
        "numbers",
        "bits",
    ]
    file = tmp_path / "rows.npz"
    np.savez(file, X=x, y=np.array([[0, 1], [1, 0]]), names=np.array(["a", "b"]))
    table = read_examples(str(file))
    assert (table.inputs, table.targets) == (("a", "b"), ("y0", "y1"))


HEAD = ".i 2\n.o 1\n"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.pla", HEAD + "1- 1\n", "t.pla:3:1: input 'x1' has no value in this row; an example has 0 or 1"),
        ("t.pla", HEAD + "11 1\n10 ~\n", "t.pla:4:1: output 'y0' has no value in this row"),
        ("t.csv", "a,y\n", "t.csv: has no rows; its first line names the columns, examples follow"),
        ("t.csv", "a,\n0,1\n", "t.csv:1:1: does not name every column once; as in age,weight,ill"),
        ("t.csv", "b,a,a,y\n0,1,0,1\n", "t.csv:1:3: 'a' names two columns; name every column once"),
        ("t.csv", "a b,c,a_b,y\n0,1,0,1\n", "t.csv:1:7: 'a_b' and 'a b' are both 'a_b' as one word; name every"),
        ("t.csv", "v,y\nq r,0\nz,1\nq_r,0\n", "t.csv:4:1: 'q_r' and 'q r' of 'v' are both 'q_r' in the names"),
        ("t.csv", "0,1\n0,1\n", "t.csv:1:1: '0,1' is a row, and the first line names the columns"),
        ("t.csv", "a,y\n0\n", "t.csv:2:1: there is 1 cell, and 2 names; give every column one"),
        ("t.csv", "y\n0\n1\n", "t.csv:1:1: 'y' is the only column, and a circuit takes others to it"),
        ("t.csv", 'a,y\n1,0\n"2,1\n', "t.csv:3:1: has a quote that is not closed; close it in its line"),
        ("t.csv", "a,y\n1.5,0\n-1e999,1\n", "t.csv:3:1: '-1e999' of 'a' is beyond 1.8e+308, the largest"),
        ("t.csv", "a,y\n2e,0\n1,1\n3,1\n", "t.csv:2:1: '2e' is not a number, and the other values"),
        ("t.csv", "a,y\n1,0\n,1\n?,1\n", "t.csv:3:1: 'a' has no value in 2 of 3 rows, the first here"),
        ("t.csv", "a,y\n1.5,0\n2,1\nold,1\n", "t.csv:4:1: 'old' is not a number, and the other values"),
        ("t.csv", "a,y\n1.5,0\ninf,1\n", "t.csv:3:1: 'inf' is not a number, and the other values of 'a' are"),
        ("t.csv", "a,y\n" + "".join(f"t{n},0\n" for n in range(70)), "t.csv:2:1: 'a' has 70 different texts"),
    ],
)  # fmt: skip
def test_what_are_no_rows_is_said(name: str, text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        (pla_table if name.endswith("pla") else csv_table)(Source(name, text.encode()))
    assert str(caught.value).startswith(message)


def test_what_cannot_be_learned_from_is_said(tmp_path: Path) -> None:
    def refused(call: object, message: str) -> None:
        with pytest.raises(GatewrightError) as caught:
            call()  # type: ignore[operator] # a function
        assert str(caught.value).startswith(message)

    x = np.array([[0, 1], [1, 1], [0, 1]])
    one = table_of(x, [1, 1, 1])
    refused(lambda: output_names(one), "'y' is 1 in all 3 rows of the data; examples of both")
    refused(
        lambda: input_names(table_of(x[:, 1:] * 3, [0, 1, 1])),
        "every input of the data is constant",
    )
    refused(lambda: output_names(table_of(x, None)), "the data has nothing to be learned")
    refused(
        lambda: output_names(table_of(np.zeros((70, 1)), np.arange(70))),
        "'y' has 70 different values",
    )
    refused(lambda: encoded(one, ["x7"]), "the data has no column 'x7'; it has x0, x1, y")
    refused(
        lambda: encoded(table_of(x, [0, 3, 1]), ["y"]),
        "'y' of the data holds numbers, and bits",
    )
    texts = csv_table(Source("t.csv", b"a,y\nred,0\nblue,1\n"))
    refused(lambda: encoded(texts, ["a>=2"]), "'a' of t.csv holds texts, and numbers are expected")
    refused(lambda: table_of(x, [0, 1]), "X has shape (3, 2) and y (2, 1)")
    refused(lambda: table_of(x, [0, 1, 1], ["a"]), "there are 1 names for 2 inputs")
    refused(lambda: table_of(x, [0, 1, 1], ["a", "a"]), "'a' names two columns of the data")
    refused(lambda: table_of(x, [0, 1, 1], ["a", "y"]), "'y' names two columns of the data")
    refused(
        lambda: table_of([[0.5], [np.nan]], [0, 1]), "'x0' of the data has no value in 1 of 2 rows"
    )
    refused(lambda: split(19, 0), "19 rows are too few to learn from some and choose by others")
    file = tmp_path / "a.npz"
    np.savez(file, X=x)
    refused(lambda: read_examples(str(file)), f"{file} holds x, not X and y")
    buffer = io.BytesIO()
    np.savez(buffer, X=x, y=x[:, 0])
    file.write_bytes(buffer.getvalue()[:200])
    refused(lambda: read_examples(str(file)), f"{file} cannot be read: ")
    pla = tmp_path / "a.pla"
    pla.write_text(HEAD + "11 1\n", encoding="utf-8")
    refused(lambda: read_examples(str(pla), "y"), f"{pla} says by itself what is to be learned")
    with pytest.raises(UsageError, match="has no column 'z'"):
        csv_table(Source("t.csv", b"a,y\n0,0\n1,1\n"), "z")


def test_columns_of_objects_are_what_they_hold() -> None:
    """As a table of columns of several kinds is one array, of texts or of objects."""
    x = np.array([[1.5, "red", 1, "7"], [2, "blue", 0, "a"], [9, "red", 1, "a"]], dtype=object)
    for given in (x, x.astype(str)):
        table = table_of(given, [0, 1, 1])
        assert [table.kind(name) for name in table.inputs] == ["numbers", "texts", "bits", "texts"]
        assert table.column("x0").tolist() == [1.5, 2, 9]
    # Where other rows have numbers alone, they are none of the texts.
    assert encoded(table_of([[7.0], [8.0]], None), ["x0==a", "x0==7"]).tolist() == [[0, 1], [0, 0]]
    with pytest.raises(UsageError, match="row 1 of the data: 'old' is not a number, and the other"):
        table_of(np.array([[1.5], ["old"], [2.5]], dtype=object), [0, 1, 1])
    with pytest.raises(UsageError, match="row 2 of the data: '' 'x0' has no value in 1 of 3 rows"):
        table_of(np.array([[1.5], [2], [None]], dtype=object), [0, 1, 1])
    with pytest.raises(UsageError, match="'x0' has 70 different texts"):
        table_of(np.array([[f"t{at}"] for at in range(70)]), [0, 1] * 35)


def test_an_input_of_bits_may_be_of_numbers_in_other_rows() -> None:
    """A pixel that is 0 or 1 in all rows that were learned from may be 2 in another, where some are numbers."""
    table = table_of([[0, 0.2], [2, 1], [1, 0]], None)
    assert encoded(table, ["x0", "x1", "x1>=0.1"]).tolist() == [[0, 0, 1], [1, 1, 1], [1, 0, 0]]
    with pytest.raises(UsageError, match="'x0' of the data holds numbers, and bits are expected"):
        encoded(table, ["x0", "x1"])
    texts = table_of(np.array([["a"], ["b"]]), None)
    with pytest.raises(UsageError, match="'x0' of the data holds texts, and bits are expected"):
        encoded(texts, ["x0"])


def test_inputs_that_never_change_are_named_whatever_they_hold() -> None:
    x = np.array([[0, 3.5, 1], [1, 3.5, 1]] * 5)
    table = table_of(x, x[:, 0])
    assert table.constant() == ("x1", "x2")
    with pytest.raises(UsageError, match="every input of the data is constant"):
        input_names(table_of(np.ones((4, 3)), [0, 1, 0, 1]))


def test_many_columns_are_looked_up_at_once() -> None:
    """Not one after the other: of 20 000, each was looked for among all."""

    class Counted(str):
        compared = 0

        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            Counted.compared += 1
            return str.__eq__(self, other)

    names = [Counted(f"c{at}") for at in range(300)]
    column = np.array([0, 1], dtype=np.uint8)
    table = Table("t", tuple(names), (column,) * 300, ("c0",))
    assert len(input_names(table)) == 299
    assert encoded(table, [f"c{at}" for at in range(300)]).shape == (2, 300)
    assert Counted.compared < 300 * 20


def test_facts_of_rows() -> None:
    generator = np.random.default_rng(0)
    x = generator.integers(0, 2, (200, 6), dtype=np.uint8)
    y = generator.integers(0, 2, 200, dtype=np.uint8)
    seen: dict[bytes, list[int]] = {}
    for row, answer in zip(x, y.tolist(), strict=True):
        seen.setdefault(row.tobytes(), []).append(answer)
    both = sum(len(each) for each in seen.values() if len(set(each)) == 2)
    most = sum(max(each.count(0), each.count(1)) for each in seen.values())
    assert Rows(x, table_of(x, y)).contradictions(y) == (both, most, both)
    other = generator.integers(0, 2, (50, 6), dtype=np.uint8)
    known = Rows(x, table_of(x, y))
    assert known.shared(Rows(other, table_of(other, None))) == sum(
        row.tobytes() in seen for row in other
    )
    x[:, 4] = 1
    assert table_of(x, y).constant() == ("x4",)


def test_rows_are_told_apart_as_they_were_given() -> None:
    """Numbers between the same thresholds are the same bits, and not the same rows."""
    generator = np.random.default_rng(0)
    kinds = np.array(["a", "b", "7"])[generator.integers(0, 3, 300)]
    rows = [
        (a, int(b), str(c))
        for a, b, c in zip(
            generator.integers(0, 9, 300) / 4, generator.integers(0, 2, 300), kinds, strict=True
        )
    ]
    y = generator.integers(0, 2, 300, dtype=np.uint8)
    table = table_of(np.array(rows, dtype=object), y)
    few = np.array([[a >= 1, b] for a, b, _ in rows], dtype=np.uint8)
    answers: dict[tuple[object, ...], set[int]] = {}
    for row, answer in zip(rows, y.tolist(), strict=True):
        answers.setdefault(row, set()).add(answer)
    alike = sum(len(answers[row]) == 2 for row in rows)
    assert 0 < alike < 300
    assert Rows(few, table).contradictions(y) == (300, max_right(few, y), alike)
    known, new = np.arange(200), np.arange(200, 300)
    first = Rows(few[known], table.part(known))
    assert first.shared(Rows(few[new], table.part(new))) == sum(
        row in set(rows[:200]) for row in rows[200:]
    )
    # Where all of the other rows are numbers, they are those that were written so among texts.
    numbers = table_of([[each[0], each[1], 7] for each in rows[200:]], None)
    assert first.shared(Rows(few[new], numbers)) == sum(
        (*row[:2], "7") in set(rows[:200]) for row in rows[200:]
    )


def max_right(x: np.ndarray, y: np.ndarray) -> int:
    seen: dict[bytes, list[int]] = {}
    for row, answer in zip(x, y.tolist(), strict=True):
        seen.setdefault(row.tobytes(), []).append(answer)
    return sum(max(each.count(0), each.count(1)) for each in seen.values())


@pytest.mark.parametrize("heading", ["a>=3,b==x", "a,a>=7", "a==,==b", ">=,=="])
def test_a_heading_may_have_the_signs_of_bits(heading: str) -> None:
    generator = np.random.default_rng(0)
    rows = [(a, b, a >= 3) for a, b in generator.integers(0, 6, (100, 2)).tolist()]
    text = "\n".join([f"{heading},y", *(f"{a},{b},{int(y)}" for a, b, y in rows)])
    table = csv_table(Source("t.csv", text.encode()))
    learned = learn(table, learners=["tree"])
    assert learned.tested.right == learned.tested.rows == 15
    found = encoded(table, learned.inputs)
    for place, name in enumerate(learned.inputs):
        column, sign, text = re.fullmatch(r"(.*)(>=|==)(.*)", name).groups()  # type: ignore[union-attr]
        value = float(text)
        values = [row[table.inputs.index(column)] for row in rows]
        assert found[:, place].tolist() == [
            each == value if sign == "==" else each >= value for each in values
        ]


def test_two_bits_of_one_name_are_refused() -> None:
    rows = "".join(f"{n % 5},{n % 2},{n % 3 % 2}\n" for n in range(40))
    for heading in ("a,a>=2.5,y", "a,a==2,y"):
        table = csv_table(Source("t.csv", f"{heading}\n{rows}".encode()))
        name = heading.split(",")[1]
        with pytest.raises(UsageError) as caught:
            learn(table, learners=["tree"])
        assert str(caught.value) == (
            f"a bit of 'a' of t.csv and another column would both be called '{name}'; rename one of the columns"
        )


@pytest.mark.parametrize("tested", [False, True])
def test_every_row_has_one_use(tested: bool) -> None:
    parts = split(1001, 3, tested=tested)
    assert sorted(np.concatenate(parts).tolist()) == list(range(1001))
    assert (len(parts.test) == 0) == tested
    assert [each.tolist() for each in parts] == [
        each.tolist() for each in split(1001, 3, tested=tested)
    ]
    assert min(map(len, parts[:3])) >= 100
