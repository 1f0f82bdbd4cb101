"""A proof by clauses that two halves of a circuit never differ: a chain of lemmas, each with its hints.

Nodes that are equal on many patterns are proved equal, from the inputs up, each in a small window of the circuit
in which those below are known to be (SAT sweeping, as in `gatewright.logic.sat.sweep`). What is written is LRAT
with hints alone, which every checker of that format reads.

Example:
    >>> from gatewright.circuits.audit import check
    >>> made = check.Circuit()
    >>> a, one = made.node(None), made.node(1)
    >>> bad = [made.node(0b1000, (a, made.node(0b01, (a,))))]  # a bit and its negation
    >>> problem = Problem(made.tables, made.pins, check.clauses_of(made, bad, one), bad, one)
    >>> Sweep(problem, Patterns(problem, [1], 1), time_limit=9).run().splitlines()[-1]
    '15 0 14 9 0'
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from gatewright.circuits.audit.patterns import Patterns
from gatewright.circuits.audit.problem import (
    Cube,
    DiffersError,
    NothingInsideError,
    Problem,
    UnprovedError,
    cubes,
)
from gatewright.circuits.audit.refuting import Clause, refute

WINDOWS = ((12, 200), (40, 300), (120, 1_000), (400, 3_000), (1_500, 10_000), (1 << 30, 100_000))
"""Nodes of a window and the conflicts it may take, one after the other."""


class Sweep:
    """One proof, as it grows.

    Args:
        problem: what is to be proved.
        patterns: a first few, to which those are added that tell nodes apart.
        time_limit: of a proof, in seconds.
        watch: called with the nodes done and the nodes to do.

    Attributes:
        lines: of the proof so far.
    """

    def __init__(
        self,
        problem: Problem,
        patterns: Patterns,
        time_limit: float,
        watch: Callable[[int, int], None] | None = None,
    ) -> None:
        self._time_limit = time_limit
        self._deadline = 0.0
        self.lines: list[str] = []
        self._problem, self._patterns, self._watch = problem, patterns, watch
        self._next = len(problem.clauses) + 1
        self._clauses: dict[int, Clause] = {}
        self._rows: dict[int, int] = {}  # by node, the number of the clause of its row 0
        for number, clause in enumerate(problem.clauses[:-2], 1):
            self._rows.setdefault(abs(clause[-1]) - 1, number)
        self._of: dict[int, list[int]] = {}
        self._given = len(problem.clauses) - 1
        self._clauses[self._given] = tuple(problem.clauses[-2])
        self._levels: list[int] = []
        for pins in problem.pins:
            self._levels.append(1 + max((self._levels[pin] for pin in pins), default=-1))
        self._leader: dict[int, tuple[int, tuple[int, ...]]] = {}

    def run(self) -> str:
        """The proof.

        Raises:
            DiffersError: a pattern refutes it.
            NothingInsideError: the domain is empty.
            UnprovedError: it takes too much work.
        """
        problem = self._problem
        self._deadline = time.monotonic() + self._time_limit
        self._enter()
        self._patterns.check()
        needed = self._cone([*problem.bad, problem.inside])
        order = sorted(needed, key=lambda node: self._levels[node])
        groups = self._grouped(order, 0)
        # Nodes that say what is inside stay as they are: with others in their place, which are the same inside
        # alone, nothing would say any more what is inside.
        kept = self._cone([problem.inside])
        for done, node in enumerate(order):
            if self._watch is not None and not done & 63:
                self._watch(done, len(order))
            if problem.tables[node] is None or node in kept:
                groups.setdefault(self._patterns.normal(node), []).append(node)
                continue
            while True:
                group = groups.setdefault(self._patterns.normal(node), [])
                if not group or node in problem.bad:
                    group.append(node)
                    break
                found = self._merge(node, group[0])
                if not isinstance(found, frozenset):
                    if found is None:
                        group.append(node)
                    break
                self._patterns.refine(found)
                groups = self._grouped(order, done)
                if self._patterns.normal(node) == self._patterns.normal(group[0]):
                    raise AssertionError("a pattern does not tell apart what it should")
        units = [self._forbid(node) for node in dict.fromkeys(problem.bad)]
        self._write((), (*units, len(problem.clauses)))
        return "\n".join([*self.lines, ""])

    def _enter(self) -> None:
        """Simulate a pattern inside the domain, where none of the first few is.

        Raises:
            NothingInsideError: there is none.
        """
        inside = self._problem.inside
        if not self._patterns.empty:
            return
        window, _ = self._window([inside], WINDOWS[-1][0])
        found = refute(window, (-(inside + 1),), WINDOWS[-1][1], self._deadline)
        if isinstance(found, list):
            raise NothingInsideError("no input is in the domain")
        if found is not None:
            self._patterns.refine(self._inputs(found))

    def _inputs(self, literals: Clause) -> frozenset[int]:
        """The inputs that are 1."""
        tables = self._problem.tables
        return frozenset(each - 1 for each in literals if each > 0 and tables[each - 1] is None)

    def _forbid(self, node: int) -> int:
        """The number of a clause that says that a node is never 1."""
        found: int | frozenset[int] | None = None
        for most, conflicts in WINDOWS:
            window, whole = self._window([node], most)
            found = self._prove(window, (-(node + 1),), conflicts)
            if isinstance(found, int):
                return found
            if found is not None and whole:
                raise DiffersError(found)
        raise UnprovedError("no proof by clauses was found with the work that is allowed")

    def _merge(self, node: int, other: int) -> frozenset[int] | Literal[True] | None:
        """Prove a node equal to one before it, or opposite; or a pattern on which it is not; or None."""
        sign = 1 if self._patterns.same(node, other) else -1
        x, y = node + 1, sign * (other + 1)
        for most, conflicts in WINDOWS[:-1]:
            window, whole = self._window([node, other], most)
            first = self._prove(window, (-x, y), conflicts)
            if isinstance(first, int):
                second = self._prove(window, (x, -y), conflicts)
                if isinstance(second, int):
                    self._leader[node] = (other, (first, second))
                    return True
                first = second
            if first is None or whole:
                return first
        return None

    def _prove(
        self, window: Mapping[int, Clause], goal: Clause, conflicts: int
    ) -> int | frozenset[int] | None:
        found = None
        if time.monotonic() <= self._deadline:
            found = refute(window, goal, conflicts, self._deadline)
        if found is None:
            if time.monotonic() > self._deadline:
                raise UnprovedError("no proof by clauses was found in time")
            return None
        if isinstance(found, tuple):
            return self._inputs(found)
        base = self._next - 1
        for step in found:
            self._write(step.clause, [hint if hint > 0 else base - hint for hint in step.hints])
        self._clauses[self._next - 1] = found[-1].clause
        return self._next - 1

    def _write(self, clause: Iterable[int], hints: Iterable[int]) -> None:
        self.lines.append(" ".join(map(str, [self._next, *clause, 0, *hints, 0])))
        self._next += 1

    def _window(self, roots: Sequence[int], most: int) -> tuple[dict[int, Clause], bool]:
        """The clauses of some nodes and of what they read, the nearest first; and whether it is all of them."""
        numbers: list[int] = []
        seen: set[int] = set()
        todo = [*roots, self._problem.inside]
        budget = most
        while todo and budget:
            todo.sort(key=lambda node: self._levels[node])
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            if node in self._leader:
                other, pair = self._leader[node]
                numbers += pair
                todo.append(other)
                continue
            numbers += self._definition(node)
            budget -= 1
            todo += self._problem.pins[node]
        numbers.append(self._given)
        whole = seen.issuperset(todo)
        return {number: self._clauses[number] for number in numbers}, whole

    def _definition(self, node: int) -> list[int]:
        """The clauses of a node, as short as they can be: those of its rows, put together."""
        if node not in self._of:
            table, pins = self._problem.tables[node], self._problem.pins[node]
            self._of[node] = []
            known: dict[Cube, int] = {}
            if table is not None:
                for rows in (table, (1 << (1 << len(pins))) - 1 ^ table):
                    for cube in cubes(rows, len(pins), every=len(pins) <= 4):
                        self._of[node].append(self._joined(node, cube, known))
        return self._of[node]

    def _joined(self, node: int, cube: Cube, known: dict[Cube, int]) -> int:
        """The clause of a cube of rows: it follows from those of its halves."""
        row, free = cube
        if not free:
            number = self._rows[node] + row
            self._clauses[number] = tuple(dict.fromkeys(self._problem.clauses[number - 1]))
            return number
        if cube not in known:
            step = free & -free
            halves = [self._joined(node, (row | one, free ^ step), known) for one in (0, step)]
            pins = self._problem.pins[node]
            clause = tuple(
                dict.fromkeys(
                    -(pin + 1) if row >> place & 1 else pin + 1
                    for place, pin in zip(reversed(range(len(pins))), pins, strict=True)
                    if not free >> place & 1
                )
            )
            last = self._problem.clauses[self._rows[node] + row - 1][-1]
            self._write((*clause, last), halves)
            known[cube] = self._next - 1
            self._clauses[self._next - 1] = (*clause, last)
        return known[cube]

    def _cone(self, roots: Iterable[int]) -> set[int]:
        seen: set[int] = set()
        todo = list(roots)
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += self._problem.pins[node]
        return seen

    def _grouped(self, order: Sequence[int], done: int) -> dict[int, list[int]]:
        groups: dict[int, list[int]] = {}
        for node in order[:done]:
            if node not in self._leader:
                groups.setdefault(self._patterns.normal(node), []).append(node)
        return groups
