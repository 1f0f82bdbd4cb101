"""Simulation in words: the same values as one node after another, and numbers that tell nodes apart."""

from __future__ import annotations

import numpy as np
import pytest
from tests.logic.test_sat_sweep import random_graph, random_patterns

from gatewright.logic.sat import solver
from gatewright.logic.sat.groups import Kinds
from gatewright.logic.sat.simulation import Simulation, words_of
from gatewright.logic.sat.solver import Solver
from gatewright.logic.sat.sweep import sat_sweep
from gatewright.logic.xag import FALSE, TRUE, XorAndGraph


@pytest.mark.parametrize("patterns", [1, 64, 200])
@pytest.mark.parametrize("seed", range(4))
def test_values_are_those_of_every_node_by_itself(seed: int, patterns: int) -> None:
    graph, _ = random_graph(seed, 7, 60)
    given = [value & (1 << patterns) - 1 for value in random_patterns(7, 256)]
    width = -(-patterns // 64)
    seen = Simulation(graph).run(words_of(given, patterns))
    wanted = graph.simulate(given, 64 * width)
    for node, value in enumerate(wanted):
        assert int.from_bytes(seen.ones(2 * node).tobytes(), "little") == value
        assert (seen.ones(2 * node) ^ seen.ones(2 * node + 1) == 2**64 - 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_kinds_are_the_values_up_to_negation(seed: int) -> None:
    """However the patterns come, in one piece or in two."""
    graph, _ = random_graph(seed, 5, 60)
    given = random_patterns(5, 128)
    values = graph.simulate(given, 128)
    every = (1 << 128) - 1
    simulation = Simulation(graph)
    once = Kinds.of(simulation.run(words_of(given, 128)))
    twice = Kinds.of(simulation.run(words_of([each & 2**64 - 1 for each in given], 64)))
    twice.refine(simulation.run(words_of([each >> 64 for each in given], 64)))
    plain = [value ^ (every if value & 1 else 0) for value in values]
    for kinds in (once, twice):
        pairs = set(zip(plain, kinds.numbers, strict=True))
        assert len(pairs) == len(set(plain)) == len(set(kinds.numbers))


def test_kinds_say_which_were_split() -> None:
    graph = XorAndGraph(3)
    simulation = Simulation(graph)
    kinds = Kinds.of(simulation.run(words_of([0b0, 0b0, 0b1], 1)))
    assert len(set(kinds.numbers)) == 2  # the last input differs from the others where all are 0
    before = list(kinds.numbers)
    split = kinds.refine(simulation.run(words_of([0b1, 0b0, 0b0], 1)))
    assert split == {before[1]}
    assert kinds.numbers[3] == before[3]
    assert kinds.numbers[1] != kinds.numbers[2] == kinds.numbers[0]
    assert kinds.refine(simulation.run(words_of([0b1, 0b0, 0b0], 1))) == set()


def test_prints_tell_apart_what_differs_in_the_highest_bits_of_two_words() -> None:
    graph = XorAndGraph(2)
    values = np.array([[0, 0], [2**63, 2**63]], np.uint64)
    prints = Simulation(graph).run(values).prints(np.zeros(3, np.intp))
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("seed", range(8))
def test_a_solver_that_forgets_all_the_time_decides_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver, "_MOST_NODES", 8)
    monkeypatch.setattr(solver, "_OFTEN", 1)
    monkeypatch.setattr(solver, "_FEW", 1)
    graph, made = random_graph(seed, 6, 40)
    variables = [graph.variable(place) for place in range(6)]
    everywhere = [sum((row >> (5 - at) & 1) << row for row in range(64)) for at in range(6)]
    tables = graph.evaluate(made, everywhere, 64)
    again = [graph.table(table, variables) for table in tables]
    targets = [graph.differ(f, g) for f, g in zip(made, again, strict=True)]
    assert sat_sweep(graph, targets, [0] * 6, 1, time_limit=60).outcome == "never"
    wrong = graph.table(tables[-1] ^ 1 << 41, variables)
    found = sat_sweep(graph, [graph.differ(made[-1], wrong)], [0] * 6, 1, time_limit=60)
    assert found.pattern == (1, 0, 1, 0, 0, 1)


def test_a_solver_forgets_what_a_function_is_not_made_of() -> None:
    graph = XorAndGraph(4_000)
    variables = [graph.variable(place) for place in range(4_000)]
    parity = FALSE
    for each in variables:
        parity = graph.differ(parity, each)
    small = graph.both(variables[0], variables[1])
    with Solver(graph, time_limit=60) as kept:
        assert kept.satisfy([parity])
        before = len(kept._numbers)
        for _ in range(solver._OFTEN):
            kept.forget_unneeded(parity)
        assert len(kept._numbers) == before
        for _ in range(solver._OFTEN):
            kept.forget_unneeded(small)
        found = kept.satisfy([small])
        assert isinstance(found, tuple)
        assert found[:2] == (TRUE, TRUE)
        assert len(kept._numbers) < 10
