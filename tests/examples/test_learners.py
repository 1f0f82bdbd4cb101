"""Learners: what they make is small enough, is the same in all of its forms, and the same each time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.arrays import Bits
from gatewright.examples.bound import lower_bound
from gatewright.examples.learners import columns
from gatewright.examples.learners.evolved import evolved
from gatewright.examples.learners.fringe import Rows, best, edges, fringe, fringe_trees
from gatewright.examples.learners.memorising import Layer, Tables, memorising, patterns
from gatewright.examples.learners.model import Model, Votes, counted, majority, nodes_of
from gatewright.examples.learners.registry import BUILT_IN
from gatewright.examples.learners.task import Learner, Task
from gatewright.examples.learners.tree import Tree, first_splits, grow, pruned
from gatewright.examples.prove import Proof, proved_tables
from gatewright.examples.trials import STEADY_ROWS, folded
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.bits import table_rows
from gatewright.logic.packed import unpack_nets
from gatewright.logic.xag import Literal


def function(x: Bits) -> Bits:
    """Easy with features, hard without: two exclusive ors."""
    return np.asarray((x[:, 0] ^ x[:, 1]) & (x[:, 2] ^ x[:, 3] ^ 1), dtype=np.uint8)


def task(rows: int = 300, width: int = 7, seed: int = 0, noise: float = 0.0) -> Task:
    generator = np.random.default_rng(seed)
    x = generator.integers(0, 2, (rows, width), dtype=np.uint8)
    y = function(x) ^ (generator.random(rows) < noise).astype(np.uint8)
    cut = rows * 3 // 4
    return Task(x[:cut], y[:cut], x[cut:], y[cut:], most_ands=600)


def written(model: Model, rows: Bits) -> Bits:
    """What the ANDs of a model give, one row after the other."""
    graph = AndGraph(rows.shape[1])
    output = model.write(graph, [graph.variable(at) for at in range(graph.inputs)])
    return np.array([graph.evaluate([output], row.tolist())[0] for row in rows], dtype=np.uint8)


@pytest.mark.parametrize("learner", BUILT_IN, ids=[each.name for each in BUILT_IN])
@pytest.mark.parametrize("most", [20, 600])
def test_what_is_learned_fits_and_is_one_function(learner: Learner, most: int) -> None:
    given_task = task(noise=0.05)
    small = Task(given_task.x, given_task.y, given_task.tune_x, given_task.tune_y, most_ands=most)
    model, again = learner.learn(small), learner.learn(small)
    if model is None or again is None:
        assert learner.name == "recognise"
        return
    rows = table_rows(7)
    assert nodes_of(model, 7) <= most
    assert (model.values(rows) == written(model, rows)).all()
    assert (model.values(rows) == again.values(rows)).all()
    assert nodes_of(model, 7) == nodes_of(again, 7)


def test_neighbouring_tests_become_features() -> None:
    """A tree alone needs many tests; with its own fringe it is the function, on all rows."""
    here, rows = task(800), table_rows(7)
    alone = best(fringe_trees(here, rounds=1))
    joined = best(fringe_trees(here))
    assert (joined.values(rows) == function(rows)).all()
    assert nodes_of(joined, 7) < nodes_of(alone, 7)


def test_all_neighbours_of_a_tree_are_pairs() -> None:
    """Of x0 & x1 & x2, x0 and not x1 lead to a leaf, and so do x1 and x2; x0 and x1 only neighbour."""
    chain = Tree(0, (0, 1, 2), (-1, -1, -1), (1, 2, -2))
    assert set(edges(chain)) - set(fringe(chain)) == {(0, 2, False)}
    assert set(fringe(chain)) < set(edges(chain))


def test_evolved_trees_vote_where_none_is_right() -> None:
    """Their majority is right on more new rows than a tree alone, within the same ANDs."""
    generator = np.random.default_rng(5)
    x = generator.integers(0, 2, (3000, 10), dtype=np.uint8)
    y = ((x[:, :5].sum(1) * 2 + x[:, 5:].sum(1)) % 8 < 4).astype(np.uint8)
    here = Task(x[:250], y[:250], x[250:400], y[250:400], most_ands=900)

    def right(model: Votes) -> float:
        return float((model.values(x[400:]) == y[400:]).mean())

    one, many = evolved(here, restarts=1), evolved(here, restarts=8)
    assert len(one.trees) == 1 < len(many.trees)
    assert nodes_of(many, 10) <= 900
    assert right(many) > right(one)


@pytest.mark.parametrize(("rows", "times"), [(STEADY_ROWS - 1, 24), (STEADY_ROWS, 9)])
def test_of_more_rows_a_part_is_judged_once(rows: int, times: int) -> None:
    called = 0

    def counting(given_task: Task) -> Model:
        nonlocal called
        called += 1
        return best(fringe_trees(given_task, rounds=1))

    here = task(rows)
    x, y = np.concatenate([here.x, here.tune_x]), np.concatenate([here.y, here.tune_y])
    assert folded(Learner("counting", "", "", counting), here, x, y) is not None
    assert called == times


def test_both_ways_of_counting_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy's, in pieces or not, with and without an instruction of its own, and Numba's where it is there."""
    generator = np.random.default_rng(3)
    x = generator.integers(0, 2, (1000, 37), dtype=np.uint8)
    y, some = x[:, 3] ^ x[:, 5], (generator.random(1000) < 0.4).astype(np.uint8)
    rows = columns.packed_rows(x)
    mask, ones = columns.packed_row(some), columns.packed_row(y)
    right = [x[some == 1].sum(0).tolist(), x[(some & y) == 1].sum(0).tolist()]

    def found() -> list[list[int]]:
        return [each.tolist() for each in columns.count(rows, mask, ones)]

    monkeypatch.setattr(columns, "LEAST_COMPILED", 0)
    assert found() == right
    monkeypatch.setattr(columns, "_compiled", lambda: None)
    assert found() == right
    monkeypatch.setattr(columns, "MOST_AT_ONCE", 40)
    monkeypatch.setattr(columns, "_popcount", columns._swar)
    assert found() == right
    assert columns.ones_in(ones) == int(y.sum())


def test_with_and_without_numba_the_tree_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    here = task(noise=0.1)
    monkeypatch.setattr(columns, "LEAST_COMPILED", 0)
    compiled = best(fringe_trees(here)).trees
    monkeypatch.setattr(columns, "_compiled", lambda: None)
    assert best(fringe_trees(here)).trees == compiled


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_trees_cut_and_pruned_are_trees(seed: int, leaves: int) -> None:
    """Packed or row by row, a tree answers the same; pruning is never worse on the rows that prune."""
    here = task(120, 5, seed, 0.3)
    rows = Rows(here)
    table, tune = rows.tables(rows.inputs)
    tree = grow(table, rows.ones, rows.mask, most_leaves=leaves)
    assert tree.leaves <= leaves or tree.leaves == 1
    whole = grow(table, rows.ones, rows.mask)
    assert (
        unpack_nets(first_splits(whole, leaves).values(table)[None], 90).tolist()
        == unpack_nets(tree.values(table)[None], 90).tolist()
    )
    every = rows.prune_mask | rows.tune_mask

    def wrong(what: Tree) -> int:
        return columns.ones_in((what.values(tune) ^ rows.tune_ones) & every)

    less = pruned(whole, tune, rows.tune_ones, every)
    assert wrong(less) <= wrong(whole)
    assert less.leaves <= whole.leaves


@pytest.mark.parametrize("votes", [1, 3, 5, 7, 9])
def test_majorities_and_counts(votes: int) -> None:
    graph = AndGraph(votes)
    inputs: list[Literal] = [graph.variable(at) for at in range(votes)]
    outputs = [majority(graph, inputs), *counted(graph, inputs)]
    for row in table_rows(votes):
        most, *count = graph.evaluate(outputs, row.tolist())
        assert most == (2 * row.sum() > votes)
        assert sum(bit << at for at, bit in enumerate(count)) == row.sum()


def test_a_bound_is_that_of_the_binomial_distribution() -> None:
    for right, rows in ((1, 1), (3, 10), (90, 100), (997, 1000), (1000, 1000)):
        bound = lower_bound(right, rows)
        tail = sum(
            math.comb(rows, k) * bound**k * (1 - bound) ** (rows - k)
            for k in range(right, rows + 1)
        )
        assert tail == pytest.approx(0.01, rel=1e-6)
    # All of 6 400 right: at least 99.93 % of rows, 0.01 ** (1 / 6400).
    assert 0.99928 < lower_bound(6400, 6400) < 0.99929
    assert lower_bound(999_000, 1_000_000) == pytest.approx(0.99892, abs=1e-5)


def test_a_network_of_tables_is_refuted_where_a_table_is_another() -> None:
    given = task(noise=0.1)
    model = memorising(given)
    graph = AndGraph(7)
    output = model.write(graph, [graph.variable(at) for at in range(7)])
    count = sum(len(layer.tables) for layer in model.layers)
    assert proved_tables(model, graph, output) == Proof("proved", count)
    assert proved_tables(model, graph, output ^ 1).outcome == "refuted"
    seen, signals = [], given.x
    for layer in model.layers:
        seen.append(patterns(signals, layer.sources))
        signals = layer.values(signals)
    (last,) = model.layers[-1].tables
    changed = last.copy()
    changed[seen[-1][0, 0]] ^= 1  # a pattern that some row has
    other = Tables((*model.layers[:-1], Layer(model.layers[-1].sources, changed[None])))
    assert proved_tables(other, graph, output).outcome == "refuted"
    # Every table is written as it is looked up, also those before the last.
    written_again = AndGraph(7)
    inputs = [written_again.variable(at) for at in range(7)]
    columns_of = [int("".join(map(str, reversed(bits))), 2) for bits in given.x.T.tolist()]
    signals = given.x
    for layer, literals in zip(model.layers, model.signals(written_again, inputs), strict=True):
        signals = layer.values(signals)
        found = written_again.evaluate(literals, columns_of, len(given.x))
        assert [int("".join(map(str, reversed(bits))), 2) for bits in signals.T.tolist()] == found


def test_tables_say_what_most_rows_say_and_only_what_is_needed_is_made() -> None:
    given = task(rows=400)
    model = memorising(given)
    signals = given.x
    for at, layer in enumerate(model.layers):
        read = patterns(signals, layer.sources)
        for table in range(len(layer.tables)):
            for pattern in range(16):
                answers = given.y[read[:, table] == pattern]
                if 2 * answers.sum() != len(answers):
                    assert layer.tables[table, pattern] == (2 * answers.sum() > len(answers))
        if at + 1 < len(model.layers):
            above = model.layers[at + 1].sources
            assert sorted(set(above.ravel().tolist())) == list(range(len(layer.tables)))
        signals = layer.values(signals)
    x = given.x[:, :2]  # fewer inputs than a table reads
    small = memorising(Task(x, x[:, 0] & x[:, 1], x, x[:, 0] & x[:, 1]))
    assert np.array_equal(small.values(x), x[:, 0] & x[:, 1])
    nothing = memorising(Task(x, x[:, 0], x, x[:, 0], most_ands=-1))
    assert len(nothing.layers) == 1
