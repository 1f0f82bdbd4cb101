"""Random tables of up to six inputs and four outputs, with and without don't-cares."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.logic.truth_table import TruthTable

Cells = list[list[int | None]]  # by row, then by output


@st.composite
def cells(draw: st.DrawFn, most_inputs: int = 6) -> Cells:
    rows = 2 ** draw(st.integers(1, most_inputs))
    outputs = draw(st.integers(1, 4))
    entries = draw(
        st.lists(st.sampled_from((0, 1, None)), min_size=rows * outputs, max_size=rows * outputs)
    )
    return [entries[at : at + outputs] for at in range(0, rows * outputs, outputs)]


def ports(given_cells: Cells) -> tuple[list[str], list[str]]:
    inputs = len(given_cells).bit_length() - 1
    return [f"in{n}" for n in range(inputs)], [f"out{n}" for n in range(len(given_cells[0]))]


def table_of(given_cells: Cells) -> TruthTable:
    return TruthTable.from_rows(given_cells, *ports(given_cells))


@given(cells())
def test_the_ways_to_make_a_table_agree(given_cells: Cells) -> None:
    inputs, outputs = ports(given_cells)
    table = table_of(given_cells)

    def function(*bits: int) -> list[int | None]:
        return given_cells[int("".join(map(str, bits)), 2)]

    words = ["".join("-" if bit is None else str(bit) for bit in row) for row in given_cells]
    patterns = {f"{number:0{len(inputs)}b}": word for number, word in enumerate(words)}
    named = {pattern: word for pattern, word in patterns.items() if set(word) != {"-"}}
    assert TruthTable.from_function(function, inputs, outputs) == table
    assert TruthTable.from_rows(words, inputs, outputs) == table
    assert TruthTable.from_rows(patterns, inputs, outputs) == table
    assert TruthTable.from_rows(named, inputs, outputs) == table


@given(cells(), st.data())
def test_integers_make_the_same_table_as_rows(given_cells: Cells, data: st.DataObject) -> None:
    inputs, outputs = ports(given_cells)
    free = data.draw(st.sets(st.integers(0, len(given_cells) - 1)))
    full: Cells = [[bit or 0 for bit in row] for row in given_cells]
    integers = [
        sum((row[place] or 0) << number for number, row in enumerate(full))
        for place in range(len(outputs))
    ]
    rows: Cells = [
        [None] * len(outputs) if number in free else row for number, row in enumerate(full)
    ]
    assert TruthTable.from_integers(integers, inputs, outputs, free) == table_of(rows)


@given(cells())
def test_a_table_holds_what_it_was_given(given_cells: Cells) -> None:
    table = table_of(given_cells)
    assert table.rows == len(given_cells)
    assert table.care.tolist() == [[bit is not None for bit in row] for row in given_cells]
    assert table.values.tolist() == [[bit or 0 for bit in row] for row in given_cells]
    assert np.array_equal(table.evaluate(table.patterns), table.values)


@given(cells(most_inputs=2), cells(most_inputs=2))
@examples(60)
def test_digests_are_equal_where_tables_are_and_nowhere_else(one: Cells, other: Cells) -> None:
    first, second = table_of(one), table_of(other)
    assert (first == second) == (one == other)
    assert (first.digest == second.digest) == (one == other)
    assert first.digest == table_of(one).digest
    assert hash(first) == hash(table_of(one))


@given(cells(), st.data())
def test_a_flip_changes_one_entry_and_a_second_one_undoes_it(
    given_cells: Cells, data: st.DataObject
) -> None:
    cared = [
        (row, place)
        for row, bits in enumerate(given_cells)
        for place, bit in enumerate(bits)
        if bit is not None
    ]
    if not cared:
        return
    row, place = data.draw(st.sampled_from(cared))
    table = table_of(given_cells)
    faulty = table.flipped(row, table.outputs[place])
    differing = np.argwhere(faulty.values != table.values).tolist()
    assert differing == [[row, place]]
    assert faulty != table
    assert faulty.digest != table.digest
    assert faulty.flipped(row, table.outputs[place]) == table
