"""Graphs of ANDs and XORs: every function as its truth table says, and equal ones built once."""

from __future__ import annotations

import itertools

import pytest

from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.xag import FALSE, MAJORITY, ODD, TRUE, XorAndGraph


def rows(graph: XorAndGraph, function: int) -> int:
    """The truth table of a function, pattern by pattern with plain bits."""
    table = 0
    for row, pattern in enumerate(itertools.product((0, 1), repeat=graph.inputs)):
        (bit,) = graph.evaluate([function], pattern)
        table |= bit << row
    return table


GRAPHS = pytest.mark.parametrize("kind", [XorAndGraph, AndGraph])


@GRAPHS
@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_every_table_is_built_as_it_says(inputs: int, kind: type[XorAndGraph]) -> None:
    graph = kind(inputs)
    variables = [graph.variable(place) for place in range(inputs)]
    for ones in range(1 << (1 << inputs)):
        assert rows(graph, graph.table(ones, variables)) == ones


def test_a_table_of_anything_else_than_inputs() -> None:
    graph = XorAndGraph(2)
    a, b = graph.variable(0), graph.variable(1)
    given = [TRUE, a ^ 1, graph.both(a, b), FALSE]
    for ones in (0b1101_0110_0011_1001, 0b0000_1111_0101_1010, 0b1000_0000_0000_0001):
        want = 0
        for row in range(4):
            bits = [each & 1 for each in (1, 1 - (row >> 1), (row >> 1) & row, 0)]
            want |= (ones >> int("".join(map(str, bits)), 2) & 1) << row
        assert rows(graph, graph.table(ones, given)) == want


@GRAPHS
def test_operations_on_all_pairs_of_functions_of_two_inputs(kind: type[XorAndGraph]) -> None:
    graph = kind(2)
    a, b = graph.variable(0), graph.variable(1)
    every = [graph.table(ones, [a, b]) for ones in range(16)]
    for left, f in enumerate(every):
        for right, g in enumerate(every):
            assert rows(graph, graph.both(f, g)) == left & right
            assert rows(graph, graph.either(f, g)) == left | right
            assert rows(graph, graph.differ(f, g)) == left ^ right
            assert rows(graph, graph.ite(a, f, g)) == left & 0b1100 | right & 0b0011
            assert rows(graph, f ^ 1) == left ^ 15


def test_an_exclusive_or_in_parts_is_one_node() -> None:
    graph = XorAndGraph(3)
    a, b, c = (graph.variable(place) for place in range(3))
    for x in (a, a ^ 1):
        for y in (b, b ^ 1):
            parts = graph.either(graph.both(x, y ^ 1), graph.both(x ^ 1, y))
            assert parts == graph.differ(x, y)
            both = graph.both(x, y)
            assert graph.both(both, parts) == graph.both(parts, both) == FALSE
            assert graph.both(both, parts ^ 1) == graph.both(parts ^ 1, both) == both
    for ones in (MAJORITY, ODD):
        made = {graph.table(ones, order) for order in itertools.permutations((c ^ 1, b, a))}
        assert len(made) == 1


def test_what_is_built_twice_is_one_node() -> None:
    graph = XorAndGraph(2)
    a, b = graph.variable(0), graph.variable(1)
    made = [graph.both(a, b), graph.differ(a, b)]
    assert len(graph) == 5
    assert graph.both(b, a) == made[0]
    assert graph.differ(b ^ 1, a) == made[1] ^ 1
    assert graph.either(a ^ 1, b ^ 1) == made[0] ^ 1
    assert [graph.both(a, a), graph.both(a, a ^ 1), graph.both(a, TRUE)] == [a, FALSE, a]
    assert [graph.differ(a, a), graph.differ(a, a ^ 1), graph.differ(a, TRUE)] == [
        FALSE,
        TRUE,
        a ^ 1,
    ]
    assert len(graph) == 5
    assert [graph.is_xor(node) for node in range(5)] == [False, False, False, False, True]


def test_a_node_is_copied_with_other_functions_for_its_branches() -> None:
    graph, other = XorAndGraph(2), XorAndGraph(2)
    a, b = graph.variable(0), graph.variable(1)
    node = graph.both(a ^ 1, b) >> 1
    assert rows(other, graph.copied(node, [FALSE, b, a], other)) == 0b0100  # not b, and a
    assert graph.copied(graph.differ(a, b) >> 1, [FALSE, a, TRUE], other) == a ^ 1


def test_simulation_takes_any_number_of_patterns() -> None:
    graph = XorAndGraph(2)
    a, b = graph.variable(0), graph.variable(1)
    wide = 3**200
    graph.both(a ^ 1, b)
    graph.differ(a, b)
    assert graph.simulate([wide, wide >> 1], 400)[3:] == [
        ~wide & wide >> 1 & (1 << 400) - 1,
        wide ^ wide >> 1,
    ]


@pytest.mark.parametrize("place", [-1, 3])
def test_an_input_that_is_not_there(place: int) -> None:
    with pytest.raises(IndexError, match=f"no input {place} among 3"):
        XorAndGraph(3).variable(place)
