"""The search that proves clauses, against trying every assignment."""

from __future__ import annotations

import itertools
import random

import pytest

from gatewright.circuits.audit import check
from gatewright.circuits.audit.refuting import Step, refute


@pytest.mark.parametrize("seed", range(6))
def test_random_clauses(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    outcomes = set()
    for _ in range(60):
        names = range(1, draw.randint(3, 8))
        clauses = {
            number: tuple(
                name * draw.choice((1, -1))
                for name in draw.sample(names, min(len(names), draw.choice((1, 2, 3, 3))))
            )
            for number in range(1, draw.randint(3, 5 * len(names)))
        }
        goal = tuple(
            name * draw.choice((1, -1)) for name in draw.sample(names, draw.choice((0, 1, 2)))
        )
        ways = itertools.product((1, -1), repeat=len(names))
        fitting = [
            way
            for way in ways
            if all(
                any(way[abs(each) - 1] * each > 0 for each in clause) for clause in clauses.values()
            )
            and not any(way[abs(each) - 1] * each > 0 for each in goal)
        ]
        found = refute(clauses, goal, 10_000)
        outcomes.add(type(found))
        if isinstance(found, list):
            assert not fitting
            assert found[-1].clause == goal
            check_steps(clauses, found, goal)
        else:
            assert isinstance(found, tuple)
            assert all(any(each in found for each in clause) for clause in clauses.values())
            assert not any(each in found for each in goal)
            assert fitting
    assert outcomes == {list, tuple}


def check_steps(
    clauses: dict[int, tuple[int, ...]], steps: list[Step], goal: tuple[int, ...]
) -> None:
    """The checker takes them; units that deny the goal end the proof."""
    given = [*clauses.values(), *((-each,) for each in goal)]
    count = len(given)
    lines = []
    for number, step in enumerate(steps, count + 1):
        clause, hints = step
        told = [hint if hint > 0 else count - hint for hint in hints]
        lines.append(" ".join(map(str, [number, *clause, 0, *told, 0])))
    units = [*range(len(clauses) + 1, count + 1), count + len(steps)]
    lines.append(" ".join(map(str, [count + len(steps) + 1, 0, *units, 0])))
    check.STEPS[0] = 0
    check.check_lrat("\n".join(lines), given)


def test_it_gives_up() -> None:
    """Five pigeons in four holes take more than a few conflicts."""
    clauses = [tuple(4 * bird + hole + 1 for hole in range(4)) for bird in range(5)]
    clauses += [
        (-(4 * one + hole + 1), -(4 * two + hole + 1))
        for one, two in itertools.combinations(range(5), 2)
        for hole in range(4)
    ]
    assert refute(dict(enumerate(clauses, 1)), (), 3) is None
    assert refute(dict(enumerate(clauses, 1)), (), 10_000, deadline=0.0) is None
    assert isinstance(refute(dict(enumerate(clauses, 1)), (), 10_000), list)
