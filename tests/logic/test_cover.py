"""Covers: their tables, and what they are decomposed into, against cubes that are simply looked at."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.strategies import examples, few

import gatewright.logic.decomposition as decomposition
from gatewright.logic.cover import Cube, cube, literals, support, table
from gatewright.logic.decomposition import Decomposition, Signal
from gatewright.logic.truth_table import TruthTable

PATIENCE = 30.0
"""Seconds for what takes one: the machine may have other things to do. A quadratic time is far beyond."""


def meets(texts: Sequence[str], bits: Sequence[int]) -> bool:
    """Whether a cover is 1 for these inputs: some row agrees with them wherever it says anything."""
    return any(
        all(want in ("-", str(bit)) for want, bit in zip(text, bits, strict=True)) for text in texts
    )


def cubes_of(texts: Sequence[str]) -> list[Cube]:
    return [cube(text) for text in texts]


def value(parts: Decomposition, signal: Signal | bool, bits: Sequence[int]) -> bool:
    """What a decomposition gives, node by node."""
    if isinstance(signal, bool):
        return signal
    known = list(bits)
    for ones, reads in parts.nodes:
        row = int("".join(str(known[number]) for number in reads), 2)
        known.append(ones >> row & 1)
    number, negated = signal
    return bool(known[number] ^ negated)


def check_form(parts: Decomposition, inputs: int) -> None:
    """Nodes are narrow, read different signals that come before them, and none comes twice."""
    for place, (ones, reads) in enumerate(parts.nodes):
        assert 2 <= len(reads) <= parts.widest
        assert len(set(reads)) == len(reads)
        assert max(reads) < inputs + place
        assert parts.number(place) == inputs + place
        assert 0 <= ones < 1 << (1 << len(reads))
    assert len(set(parts.nodes)) == len(parts.nodes)


def anywhere(inputs: int, count: int) -> list[list[int]]:
    """Patterns at random."""
    patterns: list[list[int]] = np.random.default_rng(2).integers(0, 2, (count, inputs)).tolist()
    return patterns


def near(texts: Sequence[str], count: int) -> list[list[int]]:
    """Patterns that some rows ask for, and the same with one bit changed: elsewhere a sparse cover is 0."""
    draw, patterns = np.random.default_rng(3), []
    for _ in range(count):
        text = texts[int(draw.integers(len(texts)))]
        bits = [int(draw.integers(2)) if sign == "-" else int(sign) for sign in text]
        place = draw.integers(len(bits))
        patterns += [bits, [bit ^ (at == place) for at, bit in enumerate(bits)]]
    return patterns


@st.composite
def covers(draw: st.DrawFn, least: int, most: int, cubes: int = 12) -> tuple[int, list[str]]:
    """Inputs, and rows over them; narrow cubes and wide ones."""
    inputs = draw(st.integers(least, most))
    signs = draw(st.sampled_from(["01-", "01--------", "01", "1-", "0-"]))
    row = st.text(signs, min_size=inputs, max_size=inputs)
    return inputs, draw(st.lists(row, max_size=cubes))


# Cubes and tables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, 0)),
        ("-", (0, 0)),
        ("1", (1, 0)),
        ("0", (0, 1)),
        ("1-0", (0b001, 0b100)),
        ("01", (0b10, 0b01)),
        ("----1", (0b10000, 0)),
    ],
)
def test_a_cube_is_what_must_be_1_and_what_must_be_0(text: str, expected: Cube) -> None:
    assert cube(text) == expected


@pytest.mark.parametrize("text", ["2", "1x0", "1 0", " 1", "1_0", "+1", "−", "1\n", "٠", "b1"])
def test_a_cube_of_other_signs_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"^.$|^\n$"):
        cube(text)


@pytest.mark.parametrize("inputs", range(4))
def test_the_table_of_every_single_cube(inputs: int) -> None:
    for signs in product("01-", repeat=inputs):
        text = "".join(signs)
        rows = list(product((0, 1), repeat=inputs))
        expected = sum(meets([text], row) << number for number, row in enumerate(rows))
        assert table([cube(text)], inputs) == expected


@given(covers(1, 8))
def test_the_table_of_a_cover_has_the_row_order_of_truth_tables(
    given_cover: tuple[int, list[str]],
) -> None:
    inputs, texts = given_cover
    names = [f"i{place}" for place in range(inputs)]
    expected = TruthTable.from_function(lambda *bits: int(meets(texts, bits)), names, ["y"])
    assert table(cubes_of(texts), inputs) == expected.ones[0]


def test_covers_that_are_constant() -> None:
    assert table([], 0) == 0
    assert table([(0, 0)], 0) == 1
    assert table([], 3) == 0
    assert table([cube("---")], 3) == 0xFF
    assert table(cubes_of(["1--", "0--"]), 3) == 0xFF


@given(covers(1, 7))
def test_support_drops_what_does_not_matter_and_nothing_else(
    given_cover: tuple[int, list[str]],
) -> None:
    inputs, texts = given_cover
    ones = table(cubes_of(texts), inputs)
    kept, places = support(ones, inputs)
    rows = list(product((0, 1), repeat=inputs))
    for place in range(inputs):
        pairs = ((row, (*row[:place], 1 - row[place], *row[place + 1 :])) for row in rows)
        assert (place in places) == any(
            meets(texts, one) != meets(texts, two) for one, two in pairs
        )
    for number, row in enumerate(rows):
        narrow = int("0" + "".join(str(row[place]) for place in places), 2)
        assert ones >> number & 1 == kept >> narrow & 1
    assert kept < 1 << (1 << len(places))


def test_the_support_of_constants_is_empty() -> None:
    assert support(0, 3) == (0, ())
    assert support(0xFF, 3) == (1, ())
    assert support(1, 0) == (1, ())


# Decomposition: the same function, of narrow nodes


@examples(40)
@given(st.integers(2, 6), covers(1, 9))
# x or not x, beside products that keep the cover from being one table; it used to come out as x.
@example(2, (7, ["-1--10-", "---1-0-", "---1--0", "00-1011", "-0--1--", "---0-0-", "-00-0--"]))
@example(2, (5, ["0----", "1----", "-1110"]))
@example(3, (4, ["----"]))
@example(2, (3, ["111", "111", "1--"]))
def test_a_decomposition_computes_the_cover(
    widest: int, given_cover: tuple[int, list[str]]
) -> None:
    inputs, texts = given_cover
    parts = Decomposition(widest)
    signal = parts.function(cubes_of(texts), range(inputs))
    check_form(parts, inputs)
    for bits in product((0, 1), repeat=inputs):
        assert value(parts, signal, bits) == meets(texts, bits)


@examples(40)
@given(st.integers(2, 6), covers(10, 14, cubes=24), st.booleans())
def test_a_wide_decomposition_computes_the_cover(
    widest: int, given_cover: tuple[int, list[str]], tautology: bool
) -> None:
    inputs, texts = given_cover
    if tautology:
        texts = [*texts, "1" + "-" * (inputs - 1), "0" + "-" * (inputs - 1)]
    parts = Decomposition(widest)
    signal = parts.function(cubes_of(texts), range(inputs))
    check_form(parts, inputs)
    for bits in (*anywhere(inputs, 100), *near(texts, 4 * len(texts))):
        assert value(parts, signal, bits) == meets(texts, bits)


@pytest.mark.parametrize("widest", range(2, 7))
def test_every_function_of_three_inputs(widest: int) -> None:
    rows = list(product((0, 1), repeat=3))
    for ones in range(256):
        texts = ["".join(map(str, row)) for number, row in enumerate(rows) if ones >> number & 1]
        parts = Decomposition(widest)
        signal = parts.function(cubes_of(texts), range(3))
        check_form(parts, 3)
        assert [value(parts, signal, row) for row in rows] == [
            bool(ones >> number & 1) for number in range(8)
        ]
        if widest > 2:
            assert len(parts.nodes) <= 1


@pytest.mark.parametrize("inputs", [1, 5, 12, 13, 40])
@pytest.mark.parametrize("widest", [2, 4, 6])
def test_constants_need_no_node(inputs: int, widest: int) -> None:
    first, rest = "-" * (inputs - 1), "-" * inputs
    for texts, expected in (
        ([], False),
        ([rest], True),
        ([f"1{first}", f"0{first}"], True),
        ([f"{first}1", rest, f"{first}0"], True),
        ([f"1{first}", f"0{first}", "1" * inputs], True),
    ):
        parts = Decomposition(widest)
        assert parts.function(cubes_of(texts), range(inputs)) is expected
        assert parts.nodes == []


def test_a_tautology_that_no_factor_shows_is_found_in_the_table() -> None:
    texts = ["10-", "-10", "0-1", "111", "000"]
    for widest in (2, 3):
        parts = Decomposition(widest)
        assert parts.function(cubes_of(texts), range(3)) is True
        assert parts.nodes == []


def test_a_cube_that_contradicts_itself_is_never_1() -> None:
    parts = Decomposition(4)
    assert parts.function([(1, 1)], range(3)) is False
    assert parts.function([(1, 1), (2, 0)], range(3)) == (1, False)
    assert parts.nodes == []


@pytest.mark.parametrize("inputs", [1, 4, 13, 30])
def test_a_literal_is_its_input(inputs: int) -> None:
    for place in range(inputs):
        for sign in "01":
            text = "-" * place + sign + "-" * (inputs - place - 1)
            parts = Decomposition(4)
            # twice, and once more within itself
            signal = parts.function(cubes_of([text, text]), range(inputs))
            assert signal == (place, sign == "0")
            assert parts.nodes == []


def test_equal_parts_of_several_functions_are_made_once() -> None:
    parts = Decomposition(4)
    first = parts.function([cube("1" * 8)], range(8))
    count = len(parts.nodes)
    assert parts.function([cube("1" * 8)], range(8)) == first
    assert len(parts.nodes) == count
    parts.function([cube("1111----")], range(8))
    assert len(parts.nodes) == count  # half of the first one is it
    other = parts.function(cubes_of(["1111----", "----0000"]), range(8))
    check_form(parts, 8)
    for bits in product((0, 1), repeat=8):
        assert value(parts, other, bits) == meets(["1111----", "----0000"], bits)
        assert value(parts, first, bits) == all(bits)


def test_the_smaller_of_the_two_ways_is_taken() -> None:
    # The parity of ten inputs has 512 cubes and no factor; halved by its inputs, it is small.
    texts = ["".join(map(str, row)) for row in product((0, 1), repeat=10) if sum(row) % 2]
    parts = Decomposition(4)
    signal = parts.function(cubes_of(texts), range(10))
    assert len(parts.nodes) < 20
    for bits in anywhere(10, 200):
        assert value(parts, signal, bits) == sum(bits) % 2
    # An AND of 12 has a decision diagram, too; three levels of ANDs are smaller.
    parts = Decomposition(4)
    parts.function([cube("1" * 12)], range(12))
    assert len(parts.nodes) == 4


# Large ones, in bounded time


def sparse(inputs: int, cubes: int, literals: int) -> list[str]:
    draw, texts = np.random.default_rng(1), []
    for _ in range(cubes):
        signs = ["-"] * inputs
        for place in draw.choice(inputs, literals, replace=False):
            signs[place] = "01"[draw.integers(2)]
        texts.append("".join(signs))
    return texts


def staircase(steps: int) -> list[str]:
    """0, 10, 110, 1110, …: every quotient has a quotient; 1 unless all inputs are."""
    return ["1" * at + "0" + "-" * (steps - at - 1) for at in range(steps)]


@pytest.mark.parametrize(
    "make",
    few(
        [
            lambda: sparse(200, 1000, 10),
            lambda: sparse(60, 2000, 12),
            lambda: sparse(13, 2000, 9),
            lambda: sparse(12, 2000, 8),
            lambda: staircase(30),
            lambda: staircase(150),  # deeper than is factored
            lambda: sparse(60, 300, 12),
            lambda: ["1" * 300, "0" * 300],
        ],
        *(4, 6, 7),
    ),
    ids=[
        *("200 inputs, 1000 cubes", "60 inputs, 2000 cubes", "13 inputs, 2000 cubes"),
        *("12 inputs, 2000 cubes", "a staircase of 30", "a staircase of 150"),
        *("60 inputs, 300 cubes", "all alike"),
    ],
)
def test_large_covers_take_bounded_time(make: Callable[[], list[str]]) -> None:
    texts = make()
    inputs = len(texts[0])
    begin = time.process_time()
    parts = Decomposition(4)
    signal = parts.function(cubes_of(texts), range(inputs))
    assert time.process_time() - begin < PATIENCE
    check_form(parts, inputs)
    assert len(parts.nodes) <= sum(len(text) - text.count("-") for text in texts)
    for bits in (*near(texts, 8), [1] * inputs, [0] * inputs):
        assert value(parts, signal, bits) == meets(texts, bits)


def test_where_there_is_too_much_to_look_at_cubes_are_made_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [*sparse(20, 60, 8), *staircase(20)]
    whole = Decomposition(4)
    whole.function(cubes_of(texts), range(20))
    monkeypatch.setattr(decomposition, "_MOST_LOOKS", 700)
    parts = Decomposition(4)
    signal = parts.function(cubes_of(texts), range(20))
    check_form(parts, 20)
    assert len(parts.nodes) > len(whole.nodes)
    for bits in (*anywhere(20, 50), *near(texts, 100)):
        assert value(parts, signal, bits) == meets(texts, bits)


@pytest.mark.parametrize("widest", few([2, 3, 4, 6], 3))
def test_a_very_wide_cube_takes_linear_time(widest: int) -> None:
    inputs = 40_000
    begin = time.process_time()
    parts = Decomposition(widest)
    signal = parts.function([cube("10" * (inputs // 2))], range(inputs))
    assert time.process_time() - begin < PATIENCE
    check_form(parts, inputs)
    # each node but the last few makes one signal of as many as it takes
    assert len(parts.nodes) <= inputs // (widest - 1) + 20
    assert value(parts, signal, [1, 0] * (inputs // 2)) is True
    assert value(parts, signal, [1, 0] * (inputs // 2 - 1) + [1, 1]) is False


def test_where_nothing_may_be_looked_at_cubes_are_products() -> None:
    texts = [f"11{'1' * 18}", f"11{'0' * 18}", f"1-{'10' * 9}", f"11{'01' * 9}", f"11{'-' * 18}"]
    shared, plain = Decomposition(4), Decomposition(4, looks=0)
    signals = [each.function(cubes_of(texts), range(20)) for each in (shared, plain)]
    assert 0 < shared.looks < decomposition.MOST_LOOKS
    assert plain.looks == 0
    assert len(plain.nodes) > len(shared.nodes)
    for bits in (*anywhere(20, 50), *near(texts, 50)):
        wanted = meets(texts, bits)
        assert [
            value(each, signal, bits) for each, signal in zip((shared, plain), signals, strict=True)
        ] == [wanted, wanted]


def test_the_literals_of_a_cover() -> None:
    assert literals(cubes_of(["1-0", "---", "111"])) == 5
