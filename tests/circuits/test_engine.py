"""Chunks, threads, and rows of one array."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from gatewright.circuits.simulate.engine import Span, Workers, even, processors, rows


@pytest.mark.parametrize(
    ("count", "most", "spans"),
    [
        (0, 4, []),
        (1, 4, [(0, 1)]),
        (4, 4, [(0, 4)]),
        (5, 4, [(0, 3), (3, 5)]),  # not a long one and a short one
        (10, 4, [(0, 4), (4, 8), (8, 10)]),
        (7, 1, [(place, place + 1) for place in range(7)]),
    ],
)
def test_chunks_are_few_and_alike(count: int, most: int, spans: list[Span]) -> None:
    assert even(count, most) == spans


@pytest.mark.parametrize(
    ("places", "shared"),
    [
        ([4], True),
        ([1, 2, 3], True),
        ([0, 2, 4], True),
        ([5, 3, 1], True),
        ([2, 1, 0], True),
        ([3, 3, 3], True),
        ([0, 1, 3], False),
        ([1, 0, 1], False),
    ],
)
def test_evenly_spaced_rows_are_views(places: list[int], shared: bool) -> None:
    values = np.arange(18).reshape(6, 3)
    found = rows(values, np.array(places))
    assert (found is not None) == shared
    if found is not None:
        assert np.shares_memory(found, values)
        assert found.tolist() == values[places].tolist()


def test_every_span_is_worked_on_once_on_as_many_threads_as_asked() -> None:
    made: list[int] = []
    seen: list[tuple[int, Span]] = []
    meet = threading.Barrier(3, timeout=10)

    def make(size: int) -> int:
        made.append(size)
        return len(made)

    def work(space: int, span: Span) -> None:
        if span[0] < 3:  # the first three are worked on at the same time
            meet.wait()
        seen.append((space, span))

    todo = even(20, 1)
    workers = Workers(3, make)
    workers.run(work, todo, 1)
    assert sorted(span for _, span in seen) == todo
    assert {space for space, _ in seen} == {1, 2, 3}
    assert made == [1, 1, 1]
    seen.clear()
    workers.run(work, even(20, 1)[3:], 1)  # the spaces are kept
    assert made == [1, 1, 1]
    workers.run(work, [(5, 7)], 2)  # for another size one is made
    assert made == [1, 1, 1, 2]


def test_what_goes_wrong_on_a_thread_is_raised() -> None:
    def work(_space: None, span: Span) -> None:
        raise ArithmeticError(str(span[0]))

    with pytest.raises(ArithmeticError):
        Workers(2, lambda _: None).run(work, even(4, 1), 1)


def test_there_is_a_processor() -> None:
    assert processors() >= 1
