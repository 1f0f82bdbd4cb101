"""A multiplier and the same made of tables of six inputs: proved equal, and a wrong row of a table found."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest

from gatewright.logic.sat.sweep import sat_sweep
from gatewright.logic.sat.window import equal_over_a_cut
from gatewright.logic.xag import FALSE, MAJORITY, ODD, XorAndGraph

LEAVES = 6


def product(graph: XorAndGraph, bits: int) -> list[int]:
    """The bits of the product of the first and the second half of the inputs, row by row."""
    a, b = ([graph.variable(half * bits + at) for at in range(bits)] for half in (0, 1))
    total = [FALSE] * (2 * bits)
    for low, each in enumerate(a):
        carry = FALSE
        for at in range(bits):
            three = [total[low + at], graph.both(each, b[at]), carry]
            total[low + at], carry = graph.table(ODD, three), graph.table(MAJORITY, three)
        total[low + bits] = carry
    return total


def in_tables(graph: XorAndGraph, outputs: list[int], wrong: Mapping[int, int]) -> list[int]:
    """The functions made once more in the same graph, of tables of six nodes; by node, a row that is wrong."""
    made = {node: node << 1 for node in range(graph.inputs + 1)}

    def again(node: int) -> int:
        if node not in made:
            leaves = below(graph, node)
            ones = table(graph, node, leaves) ^ (1 << wrong[node] if node in wrong else 0)
            made[node] = graph.table(ones, [again(leaf) for leaf in leaves])
        return made[node]

    for node in range(0, len(graph), 50):  # lest the recursion is deep
        again(node)
    return [again(each >> 1) ^ (each & 1) for each in outputs]


def below(graph: XorAndGraph, node: int) -> list[int]:
    """At most six nodes that a node is a function of, going down from it."""
    leaves = {node}
    for _ in range(20):
        for top in sorted(leaves, reverse=True):
            under = {graph.lefts[top] >> 1, graph.rights[top] >> 1}
            if top > graph.inputs and len(leaves | under) - 1 <= LEAVES:
                leaves = leaves - {top} | under
                break
    return sorted(leaves)


def table(graph: XorAndGraph, node: int, leaves: list[int]) -> int:
    """The truth table of a node over its leaves, as `XorAndGraph.table` takes it."""

    @functools.cache
    def value(at: int, row: int) -> int:
        if at in leaves:
            return row >> (len(leaves) - 1 - leaves.index(at)) & 1
        left, right = (
            value(each >> 1, row) ^ (each & 1) for each in (graph.lefts[at], graph.rights[at])
        )
        return left ^ right if graph.is_xor(at) else left & right

    return sum(value(node, row) << row for row in range(1 << len(leaves)))


def mapped(
    bits: int, output: int = 0, row: int | None = None
) -> tuple[XorAndGraph, list[int], list[int], int]:
    """Where a multiplier and its tables, one row wrong of that of an output, differ; patterns to start with."""
    graph = XorAndGraph(2 * bits)
    first = product(graph, bits)
    second = in_tables(graph, first, {} if row is None else {first[output] >> 1: row})
    targets = [graph.differ(f, g) for f, g in zip(first, second, strict=True)]
    return graph, targets, drawn(2 * bits, 64), 64


def drawn(inputs: int, patterns: int) -> list[int]:
    """Random patterns, packed."""
    draws = np.random.default_rng(patterns)
    return [int.from_bytes(draws.bytes(patterns // 8), "little") for _ in range(inputs)]


def rarest(bits: int, output: int) -> int:
    """The row of an output's table that is met least, of those that some random patterns meet."""
    graph = XorAndGraph(2 * bits)
    node = product(graph, bits)[output] >> 1
    leaves = [leaf << 1 for leaf in below(graph, node)]
    values = graph.evaluate(leaves, drawn(2 * bits, 2048), 2048)
    rows = Counter(
        sum((value >> at & 1) << place for place, value in enumerate(reversed(values)))
        for at in range(2048)
    )
    return min(rows, key=lambda row: rows[row])


def test_it_is_a_multiplier() -> None:
    graph = XorAndGraph(8)
    outputs = product(graph, 4)
    for a, b in itertools.product(range(16), repeat=2):
        bits = [number >> at & 1 for number in (a, b) for at in range(4)]
        assert sum(bit << at for at, bit in enumerate(graph.evaluate(outputs, bits))) == a * b


@pytest.mark.parametrize("bits", [8, 16])
def test_a_multiplier_in_tables_is_proved(bits: int) -> None:
    graph, targets, values, patterns = mapped(bits)
    found = sat_sweep(graph, targets, values, patterns, time_limit=600)
    assert found.outcome == "never"
    assert found.merged > bits


@pytest.mark.parametrize("output", [7, 12])
def test_a_wrong_row_is_found_where_it_is_met(output: int) -> None:
    """Some rows are met by no pattern: what the sweep says is what all patterns say."""
    for row in range(0, 64, 21):
        graph, targets, values, patterns = mapped(8, output, row)
        found = sat_sweep(graph, targets, values, patterns, time_limit=600)
        met = any(graph.evaluate(targets, everywhere(16), 1 << 16))
        assert found.outcome == ("sometimes" if met else "never")
        if found.pattern is not None:
            assert any(graph.evaluate(targets, found.pattern))


def test_a_wrong_row_among_many_nodes() -> None:
    graph, targets, values, patterns = mapped(24, 40, rarest(24, 40))
    found = sat_sweep(graph, targets, values, patterns, time_limit=600)
    assert found.pattern is not None
    assert any(graph.evaluate(targets, found.pattern))


def everywhere(inputs: int) -> list[int]:
    """Every pattern of some inputs, packed."""
    patterns = np.arange(1 << inputs)
    return [
        int.from_bytes(np.packbits(patterns >> at & 1, bitorder="little").tobytes(), "little")
        for at in range(inputs)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_tables_over_a_cut_prove_only_what_is_so(seed: int) -> None:
    """Pairs of all nodes of random graphs: those that are called equal are so for every input."""
    draws = np.random.default_rng(seed)
    graph = XorAndGraph(5)
    made = [graph.variable(place) for place in range(5)]
    for _ in range(25):
        f, g, h = (made[draws.integers(len(made))] ^ int(draws.integers(2)) for _ in range(3))
        made.append(graph.ite(f, g, h))
    columns = zip(*itertools.product((0, 1), repeat=5), strict=True)
    every = [sum(bit << at for at, bit in enumerate(column)) for column in columns]
    values = graph.evaluate(made, every, 32)
    for (f, x), (g, y) in itertools.combinations(zip(made, values, strict=True), 2):
        assert equal_over_a_cut(graph, f, g) == (x == y)  # five inputs are a cut of all
        assert equal_over_a_cut(graph, f, g ^ 1) == (x ^ y == 2**32 - 1)
