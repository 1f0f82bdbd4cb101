"""SAT sweeping: what it proves is so, what it refutes is not, and a limit leaves it open."""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest
from tests.strategies import few

from gatewright.logic.sat import sweep as sweeping
from gatewright.logic.sat.solver import MissingSolverError, OutOfTimeError, Solver
from gatewright.logic.sat.sweep import sat_sweep
from gatewright.logic.xag import FALSE, TRUE, XorAndGraph


def everywhere(graph: XorAndGraph) -> list[int]:
    """Every pattern of a graph's inputs, packed."""
    patterns = itertools.product((0, 1), repeat=graph.inputs)
    columns = zip(*patterns, strict=True)
    return [sum(bit << at for at, bit in enumerate(column)) for column in columns]


def random_graph(seed: int, inputs: int, nodes: int) -> tuple[XorAndGraph, list[int]]:
    """Nodes of random branches, many of them equal, and all functions of the graph."""
    draw = np.random.default_rng(seed)
    graph = XorAndGraph(inputs)
    made = [graph.variable(place) for place in range(inputs)]
    for _ in range(nodes):
        recent = made[-12:]
        f, g, h = (recent[draw.integers(len(recent))] ^ int(draw.integers(2)) for _ in range(3))
        kinds = (graph.both(f, g), graph.differ(f, g), graph.ite(h, f, g))
        made.append(kinds[draw.integers(3)])
    return graph, made


def random_patterns(inputs: int, count: int) -> list[int]:
    """Patterns to start with, packed."""
    draw = np.random.default_rng(0)
    return [int.from_bytes(draw.bytes(count // 8), "little") for _ in range(inputs)]


@pytest.mark.parametrize("budgets", [sweeping.BUDGETS, (0,), (1, 2)])
@pytest.mark.parametrize("seed", few(range(30), *range(6)))
def test_it_agrees_with_all_patterns(
    seed: int, budgets: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the budgets leave inner pairs open, which must then count for nothing."""
    monkeypatch.setattr(sweeping, "BUDGETS", budgets)
    graph, made = random_graph(seed, 5, 30)
    tables = graph.evaluate(made, everywhere(graph), 32)
    places = np.random.default_rng(seed).integers(len(made), size=(6, 2)).tolist()
    for one, other in places:
        f, g, x, y = made[one], made[other], tables[one], tables[other]
        target = graph.differ(f, g)
        # One pattern to start with: nearly everything has to be refuted by SAT.
        found = sat_sweep(graph, [target], [0] * 5, 1, time_limit=60)
        assert found.outcome == ("never" if x == y else "sometimes")
        if found.pattern is not None:
            assert graph.evaluate([target], found.pattern) == [1]


@pytest.mark.parametrize("seed", range(10))
def test_merged_nodes_stay_what_they_were(seed: int) -> None:
    """Two forms of one function, with every pair of their nodes to be told apart from one pattern."""
    graph, made = random_graph(seed, 6, 25)
    tables = graph.evaluate(made, everywhere(graph), 64)
    variables = [graph.variable(place) for place in range(6)]
    again = [graph.table(table, variables) for table in tables]
    assert graph.evaluate(again, everywhere(graph), 64) == tables
    targets = [graph.differ(f, g) for f, g in zip(made, again, strict=True)]
    found = sat_sweep(graph, targets, [0] * 6, 1, time_limit=60)
    assert (found.outcome, found.left) == ("never", 0)
    wrong = [*targets, graph.differ(made[-1], made[0] ^ 1)]
    if tables[-1] != tables[0] ^ (1 << 64) - 1:
        assert sat_sweep(graph, wrong, [0] * 6, 1, time_limit=60).outcome == "sometimes"


def test_constants_are_decided_without_a_solver() -> None:
    graph = XorAndGraph(2)
    assert sat_sweep(graph, [FALSE], [0, 0], 1, time_limit=1).outcome == "never"
    found = sat_sweep(graph, [FALSE, TRUE], [0, 0], 1, time_limit=1)
    assert (found.outcome, found.left) == ("sometimes", 2)


def test_a_hidden_constant_is_found() -> None:
    graph = XorAndGraph(3)
    a, b, c = (graph.variable(place) for place in range(3))
    never = graph.both(graph.differ(a, b), graph.both(graph.both(a, c), b))
    found = sat_sweep(graph, [never], [0, 0, 0], 1, time_limit=10)
    assert found.outcome == "never"
    assert found.merged >= 1


def parity_of_products(graph: XorAndGraph) -> int:
    """Two ways to the parity of all products of two inputs, hard to see through: where they differ."""
    variables = [graph.variable(place) for place in range(graph.inputs)]
    one = FALSE
    for f, g in itertools.combinations(variables, 2):
        one = graph.differ(one, graph.both(f, g))
    ones = [TRUE] + [FALSE] * 3  # how many inputs are 1, modulo 4
    for each in variables:
        ones = [graph.ite(each, ones[at - 1], ones[at]) for at in range(4)]
    return graph.differ(one, graph.either(ones[2], ones[3]))


def test_one_function_in_two_forms_without_common_parts() -> None:
    graph = XorAndGraph(9)
    target = parity_of_products(graph)
    assert (
        sat_sweep(graph, [target], random_patterns(9, 256), 256, time_limit=60).outcome == "never"
    )


def test_functions_that_are_alike_and_hard_do_not_take_the_time_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many that are 0 everywhere, for one reason far below: a pass asks the solver about one of them."""
    graph = XorAndGraph(9)
    hidden = parity_of_products(graph)
    targets = [graph.both(hidden, graph.variable(place)) for place in range(9)]
    asked: list[int] = []

    def open_at_first(self: sweeping._Pass, f: int, g: int) -> tuple[int, ...] | bool | None:
        if self._budget:
            asked.extend([g] * (g <= TRUE))
            return None
        return honest(self, f, g)

    honest = sweeping._Pass._asked
    monkeypatch.setattr(sweeping._Pass, "_asked", open_at_first)
    monkeypatch.setattr(sweeping, "BUDGETS", (1,))
    found = sat_sweep(graph, targets, random_patterns(9, 512), 512, time_limit=60)
    assert (found.outcome, len(asked)) == ("never", 1)


def test_the_time_limit() -> None:
    graph = XorAndGraph(9)
    targets = [FALSE, parity_of_products(graph)]
    found = sat_sweep(graph, targets, [0] * 9, 1, time_limit=0)
    assert (found.outcome, found.pattern, found.left) == ("time", None, 2)


def test_progress_is_told() -> None:
    graph = XorAndGraph(30)
    target = parity_of_products(graph)
    told: list[tuple[int, int]] = []
    values = random_patterns(30, 64)
    sat_sweep(graph, [target], values, 64, time_limit=0.3, watch=lambda *at: told.append(at))
    assert told[0][0] == 64
    assert all(done < total <= len(graph) for done, total in told)


def test_a_budget_of_conflicts_leaves_a_question_open() -> None:
    graph = XorAndGraph(16)
    with Solver(graph, time_limit=60) as solver:
        assert solver.satisfy([parity_of_products(graph)], conflicts=3) is None
        assert solver.satisfy([graph.variable(3) ^ 1], conflicts=3) is not None


def test_a_solver_without_time_says_so() -> None:
    graph = XorAndGraph(1)
    with Solver(graph, time_limit=0) as solver, pytest.raises(OutOfTimeError):
        solver.satisfy([graph.variable(0)])


def test_without_python_sat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat", None)
    graph = XorAndGraph(9)
    with pytest.raises(MissingSolverError) as caught:
        sat_sweep(graph, [parity_of_products(graph)], [0] * 9, 1, time_limit=9)
    assert str(caught.value) == (
        "a proof by SAT needs python-sat, which is not installed; "
        "run pip install 'gatewright[formal]'"
    )
    assert caught.value.exit_code == 2
