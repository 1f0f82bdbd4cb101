"""Refuting clauses, each step with the hints by which it is checked: conflict-driven search for small problems.

A solver's own proof names no hints, and finding them means doing its propagation again. Here they fall off: a
learned clause follows from the reasons that were resolved (M. Cruz-Filipe et al., Efficient certified RAT
verification, CADE 2017: the format LRAT). Problems are windows of a circuit, of some hundred clauses.

Example:
    >>> pair = {1: (1, 2), 2: (1, -2), 3: (-1, 2)}  # both are 1
    >>> refute(pair, (1,), 100)
    [Step(clause=(1,), hints=(1, 2))]
    >>> refute(pair, (-1,), 100)  # a way to fit all: the literals that hold
    (1, 2)
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple, TypeAlias

Clause: TypeAlias = tuple[int, ...]


class Step(NamedTuple):
    """A clause that follows; a hint below zero is a step before, -1 the first."""

    clause: Clause
    hints: tuple[int, ...]


def refute(
    clauses: Mapping[int, Clause], goal: Clause, conflicts: int, deadline: float = math.inf
) -> list[Step] | Clause | None:
    """Steps that end in the goal; the literals of an assignment that fits all clauses and not the goal; or None.

    Args:
        clauses: by number, none of them empty.
        goal: what is to follow from them.
        conflicts: how many the search may meet before it gives up.
        deadline: when it gives up too, by `time.monotonic`.
    """
    search = _Search(clauses, goal)
    found = search.run(conflicts, deadline)
    if found is not True:
        return tuple(search.trail) if found is False else None
    return _trimmed(search.steps)


class _Search:
    """What is learned rests on the goal's negation; steps say on which of its literals."""

    def __init__(self, clauses: Mapping[int, Clause], goal: Clause) -> None:
        self.steps: list[Step] = []
        self.trail: list[int] = []
        self._goal = goal
        self._values: dict[int, bool] = {}
        self._reasons: dict[int, int] = {}
        self._levels: dict[int, int] = {}
        self._starts: list[int] = []  # of levels in the trail
        self._head = 0
        self._clauses: dict[int, list[int]] = {}
        self._watches: dict[int, list[int]] = {}
        self._weights: dict[int, float] = {}
        self._bump = 1.0
        self._units: list[tuple[int, int]] = []
        for number, clause in clauses.items():
            self._add(number, clause)
        self._heap = [(-weight, name) for name, weight in self._weights.items()]
        heapify(self._heap)
        self._phases: dict[int, bool] = {}

    def _add(self, number: int, clause: Iterable[int]) -> None:
        literals = list(dict.fromkeys(clause))
        self._clauses[number] = literals
        for each in literals:
            self._weights.setdefault(abs(each), 0.0)
        if len(literals) == 1:
            self._units.append((literals[0], number))
            return
        for each in literals[:2]:
            self._watches.setdefault(each, []).append(number)

    def run(self, conflicts: int, deadline: float) -> bool | None:
        """True if the goal follows, False if not, None if it takes too long."""
        conflict = self._begin()
        while True:
            if conflict is None:
                conflict = self._propagate()
            if conflict is None:
                if not self._decide():
                    return False
                continue
            if not self._starts:
                self.steps.append(self._step(self._goal, conflict))
                return True
            if not conflicts or time.monotonic() > deadline:
                return None
            conflicts -= 1
            self._learn(conflict)
            conflict = None

    def _begin(self) -> int | None:
        """Suppose that the goal does not hold, and what clauses say alone; the number of one that cannot hold."""
        for literal in self._goal:
            self._set(-literal, 0)
        for literal, number in self._units:
            if self._values.get(literal) is False:
                return number
            if literal not in self._values:
                self._set(literal, number)
        return None

    def _set(self, literal: int, reason: int) -> None:
        self._values[literal], self._values[-literal] = True, False
        self._levels[abs(literal)] = len(self._starts)
        self._reasons[literal] = reason
        self.trail.append(literal)

    def _forget(self, literal: int) -> None:
        del self._values[literal], self._values[-literal]
        self._phases[abs(literal)] = literal > 0
        heappush(self._heap, (-self._weights[abs(literal)], abs(literal)))

    def _undo(self, level: int) -> None:
        start = self._starts[level]
        for literal in self.trail[start:]:
            self._forget(literal)
        del self.trail[start:], self._starts[level:]
        self._head = len(self.trail)

    def _propagate(self) -> int | None:
        """Set what clauses leave no choice; the number of one that cannot hold."""
        values, clauses, watches = self._values, self._clauses, self._watches
        while self._head < len(self.trail):
            false = -self.trail[self._head]
            self._head += 1
            watched, kept = watches.get(false, []), []
            for place, number in enumerate(watched):
                clause = clauses[number]
                if clause[0] == false:
                    clause[0], clause[1] = clause[1], false
                first = clause[0]
                if values.get(first) is True:
                    kept.append(number)
                    continue
                for at in range(2, len(clause)):
                    if values.get(clause[at]) is not False:
                        clause[1], clause[at] = clause[at], false
                        watches.setdefault(clause[1], []).append(number)
                        break
                else:
                    kept.append(number)
                    if values.get(first) is False:
                        kept += watched[place + 1 :]
                        watches[false] = kept
                        return number
                    self._set(first, number)
            watches[false] = kept
        return None

    def _decide(self) -> bool:
        while self._heap:
            _, name = heappop(self._heap)
            if name not in self._values:
                self._starts.append(len(self.trail))
                self._set(name if self._phases.get(name, False) else -name, 0)
                return True
        return False

    def _learn(self, conflict: int) -> None:
        """The clause of the first literal that the last decision cannot be told from (Zhang et al., 2001)."""
        level, seen, clause, open_ = len(self._starts), set[int](), [], 0
        number, literal, place = conflict, 0, len(self.trail)
        while True:
            for each in self._clauses[number]:
                name = abs(each)
                if each == literal or name in seen:
                    continue
                seen.add(name)
                self._weights[name] += self._bump
                if self._levels[name] == level:
                    open_ += 1
                elif self._levels[name]:
                    clause.append(each)
            while True:
                place -= 1
                literal = self.trail[place]
                if abs(literal) in seen and self._levels[abs(literal)] == level:
                    break
            open_ -= 1
            if not open_:
                break
            number = self._reasons[literal]
        learned = (-literal, *sorted(clause, key=lambda each: -self._levels[abs(each)]))
        self._bump *= 1.05
        self.steps.append(self._step(learned, conflict))
        self._undo(self._levels[abs(learned[1])] if len(learned) > 1 else 0)
        self._add(-len(self.steps), learned)
        self._set(-literal, -len(self.steps))

    def _step(self, clause: Sequence[int], conflict: int) -> Step:
        """A clause, what of the goal it rests on, and the reasons that lead from its negation to a conflict."""
        supposed, hints, rests_on = {abs(each) for each in clause}, [conflict], []
        needed = {abs(each) for each in self._lifted(conflict)} - supposed
        for literal in reversed(self.trail):
            if not needed:
                break
            if abs(literal) in needed:
                needed.discard(abs(literal))
                number = self._reasons[literal]
                if not number:
                    rests_on.append(-literal)
                    continue
                hints.append(number)
                needed |= {abs(each) for each in self._lifted(number) if each != literal} - supposed
        return Step((*clause, *rests_on), tuple(reversed(hints)))

    def _lifted(self, number: int) -> Sequence[int]:
        """A clause with what of the goal it rests on."""
        return self._clauses[number] if number > 0 else self.steps[-number - 1].clause


def _trimmed(steps: Sequence[Step]) -> list[Step]:
    """The steps that the last one needs."""
    wanted, kept = {len(steps)}, []
    for place in range(len(steps), 0, -1):
        if place in wanted:
            kept.append(place)
            wanted.update(-hint for hint in steps[place - 1].hints if hint < 0)
    new = {place: at for at, place in enumerate(reversed(kept), 1)}
    return [
        Step(
            steps[place - 1].clause,
            tuple(-new[-hint] if hint < 0 else hint for hint in steps[place - 1].hints),
        )
        for place in reversed(kept)
    ]
