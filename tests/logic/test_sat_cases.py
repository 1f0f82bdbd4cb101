"""Sweeping case by case decides what sweeping at once does, and its patterns make a function 1."""

from __future__ import annotations

import random

import pytest

from gatewright.logic.sat.cases import questions, sweep_by_cases
from gatewright.logic.xag import FALSE, TRUE, XorAndGraph

BUSES = [range(3), range(3, 5)]


def asked(graph: XorAndGraph, number: int, places: range) -> int:
    """Whether a bus is a number."""
    same = TRUE
    for bit, place in enumerate(places):
        same = graph.both(same, graph.variable(place) ^ 1 ^ number >> bit & 1)
    return same


@pytest.mark.parametrize("seed", range(40))
def test_random_functions_are_decided_as_patterns_say(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - functions, not secrets
    graph = XorAndGraph(5)
    known = [graph.variable(place) for place in range(5)]
    known += [asked(graph, draw.randrange(4), bus) for bus in BUSES[: draw.randint(1, 2)]]
    for _ in range(12):
        f, g = (each ^ draw.randint(0, 1) for each in draw.sample(known, 2))
        known.append(draw.choice((graph.both, graph.either, graph.differ))(f, g))
    targets = [graph.both(graph.both(known[-1], known[-2]), graph.both(known[-3], known[-4]))]
    values = [sum((row >> bit & 1) << row for row in range(32)) for bit in range(5)]
    (truth,) = graph.evaluate(targets, values, 32)
    swept = sweep_by_cases(graph, BUSES, targets, [0] * 5, 1, time_limit=60)
    assert swept.outcome == ("sometimes" if truth else "never")
    if swept.pattern is not None:
        assert graph.evaluate(targets, swept.pattern) == [1]


def test_what_asks_of_a_whole_bus_is_found() -> None:
    graph = XorAndGraph(5)
    three = asked(graph, 3, BUSES[0])
    graph.both(graph.variable(0), graph.variable(3))  # of two buses
    assert {node: sorted(cube) for node, cube in questions(graph, BUSES).items()} == {
        three >> 1: [2, 4, 7]
    }
    for number in range(8):
        asked(graph, number, BUSES[0])
    assert questions(graph, BUSES) == {}  # too many


def test_a_difference_in_one_case_alone_is_found() -> None:
    graph = XorAndGraph(5)
    same = asked(graph, 5, BUSES[0])
    for target in (graph.both(same, graph.variable(4)), graph.both(same ^ 1, graph.variable(4))):
        swept = sweep_by_cases(graph, BUSES, [FALSE, target], [0] * 5, 1, time_limit=60)
        assert swept.pattern is not None
        assert graph.evaluate([target], swept.pattern) == [1]


def test_no_time_is_no_answer() -> None:
    graph = XorAndGraph(5)
    rest = graph.both(graph.variable(3), graph.variable(4))
    target = graph.both(asked(graph, 5, BUSES[0]), rest)
    assert sweep_by_cases(graph, BUSES, [target], [0] * 5, 1, time_limit=-1).outcome == "time"
