"""SAT sweeping: which functions of a graph can never be 1, with the help of those that are equal.

Two circuits that do the same in different ways share functions deep inside. Simulation on random patterns
groups the nodes that may be equal, or one the negation of the other; going from the inputs to the outputs, a
SAT solver proves or refutes each pair. Proved nodes become one, so what comes after is smaller; a refuting
pattern is simulated too and splits the groups it can (A. Kuehlmann et al., Robust Boolean reasoning for
equivalence checking, IEEE TCAD 21(12), 2002; A. Mishchenko et al., FRAIGs, 2005). Needs python-sat, the extra
``formal``.

Example:
    >>> graph = XorAndGraph(3)
    >>> a, b, c = (graph.variable(place) for place in range(3))
    >>> left = graph.both(a, graph.either(b, c))
    >>> right = graph.either(graph.both(a, b), graph.both(a, c))
    >>> sat_sweep(graph, [graph.differ(left, right)], [0b1100, 0b1010, 0b0110], 4, time_limit=10).outcome
    'never'
    >>> sat_sweep(graph, [graph.differ(left, a)], [0, 0, 0], 1, time_limit=10).pattern
    (1, 0, 0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gatewright.logic.sat.solver import OutOfTimeError, Solver
from gatewright.logic.xag import FALSE, TRUE, XorAndGraph
from gatewright.logic.xag import Literal as Function

BUDGETS = (100, 2_000)
"""Most conflicts for a pair of inner nodes, in the first pass and in the second."""

_NEIGHBOURS = 63
"""Patterns simulated beside a refuting one, each with some of its bits flipped."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of the functions.

    Attributes:
        outcome: all of them are 0 for every input, one of them can be 1, or the time was up.
        pattern: if one can be 1: the value of every input.
        merged: pairs of inner nodes that were proved equal by SAT.
        left: functions that were not decided.
    """

    outcome: Literal["never", "sometimes", "time"]
    pattern: tuple[int, ...] | None
    merged: int
    left: int


def sat_sweep(
    graph: XorAndGraph,
    targets: Sequence[Function],
    values: Sequence[int],
    patterns: int,
    *,
    time_limit: float,
    watch: Callable[[int, int], None] | None = None,
) -> Swept:
    """Find out whether any of some functions can be 1.

    Args:
        graph: that they are functions of.
        targets: the functions; they are decided in this order, and those proved help with the next.
        values: patterns to start with, one integer for each input, as `XorAndGraph.simulate` takes them.
        patterns: how many.
        time_limit: in seconds.
        watch: called with the nodes done and the nodes to do.

    Raises:
        MissingSolverError: python-sat is not installed.
    """
    new = XorAndGraph(graph.inputs)
    with Solver(new, time_limit) as solver:
        return _Sweep(graph, new, targets, values, patterns, solver, watch).run()


class _Sweep:
    """One run of `sat_sweep`."""

    def __init__(
        self,
        graph: XorAndGraph,
        new: XorAndGraph,
        targets: Sequence[Function],
        values: Sequence[int],
        patterns: int,
        solver: Solver,
        watch: Callable[[int, int], None] | None,
    ) -> None:
        self._graph = graph
        self._targets = targets
        self._solver = solver
        self._watch = watch
        self._draws = np.random.default_rng(0)
        self._patterns = patterns
        self._signatures = graph.simulate(values, patterns)
        # The graph made once more, with nodes that are proved equal made one: by node of the old graph
        # its function there, and by node there the function that it is equal to.
        self._new = new
        self._made: list[Function] = []
        self._equal: dict[int, Function] = {}
        self._groups: dict[int, tuple[int, Function]] = {}
        self._merged = 0

    def run(self) -> Swept:
        """See `sat_sweep`."""
        left = len(self._targets)
        try:
            pattern = self._simulated()
            for budget in BUDGETS if pattern is None else ():
                self._pass(budget)
                pattern = pattern or self._simulated()
            if pattern is None:
                for target in self._targets:
                    pattern = self._decide(target)
                    if pattern is not None:
                        break
                    left -= 1
        except OutOfTimeError:
            return Swept("time", None, self._merged, left)
        if pattern is not None:
            return Swept("sometimes", pattern, self._merged, left)
        return Swept("never", None, self._merged, 0)

    def _pass(self, budget: int) -> None:
        """Every node from the inputs on: made again, and compared with the first of its group."""
        first = self._graph.inputs + 1
        self._made = [FALSE, *(self._new.variable(place) for place in range(first - 1))]
        self._group_again()
        for node in range(first, len(self._graph)):
            self._solver.check_time()
            made = self._resolved(self._graph.copied(node, self._made, self._new))
            self._made.append(made)
            self._settle(node, budget)
            if self._watch is not None and not node & 63:
                self._watch(node, len(self._graph))

    def _settle(self, node: int, budget: int) -> None:
        """Merge a node with the first one of its group, or find that it does not belong to it."""
        while True:
            negate, signature = self._normal(node)
            first = self._groups.setdefault(signature, (node, negate))
            if first[0] == node:
                return
            mine = self._made[node]
            other = self._made[first[0]] ^ negate ^ first[1]
            if mine == other:
                return
            found = self._compare(mine, other, budget)
            if isinstance(found, tuple):
                self._split(found)
                continue
            if found:
                self._merged += 1
                self._made[node] = other
            return

    def _compare(self, f: Function, g: Function, budget: int) -> tuple[int, ...] | bool | None:
        """Whether two functions are equal, or a pattern on which they are not, or None if unknown."""
        if f >> 1 < g >> 1:
            f, g = g, f
        if g <= TRUE:
            f, g = f ^ g, FALSE
            found = self._solver.satisfy([f], budget)
            if found is False:
                self._solver.never(f)
        else:
            found = self._solver.satisfy([f, g ^ 1], budget)
            if found is False:
                found = self._solver.satisfy([f ^ 1, g], budget)
            if found is False:
                self._solver.equal(f, g)
        if found is not False:
            return found
        self._equal[f >> 1] = g ^ (f & 1)
        return True

    def _decide(self, target: Function) -> tuple[int, ...] | None:
        """A pattern on which a target is 1, or None if there is none; however long it takes."""
        wanted = self._resolved(self._made[target >> 1]) ^ (target & 1)
        if wanted == FALSE:
            return None
        if wanted == TRUE:
            return (0,) * self._graph.inputs
        found = self._solver.satisfy([wanted])
        if isinstance(found, tuple):
            return found
        self._solver.never(wanted)
        self._equal[wanted >> 1] = wanted & 1
        return None

    def _resolved(self, function: Function) -> Function:
        while function >> 1 in self._equal:
            function = self._equal[function >> 1] ^ (function & 1)
        return function

    def _normal(self, node: int) -> tuple[int, int]:
        """Whether a node's signature is negated to be that of its group, and that signature."""
        signature = self._signatures[node]
        if signature & 1:
            return 1, signature ^ (1 << self._patterns) - 1
        return 0, signature

    def _group_again(self) -> None:
        self._groups = {}
        for node in range(len(self._made)):
            negate, signature = self._normal(node)
            self._groups.setdefault(signature, (node, negate))

    def _split(self, pattern: tuple[int, ...]) -> None:
        """Simulate a refuting pattern and some like it; nodes they tell apart are no longer a group."""
        every = (1 << _NEIGHBOURS + 1) - 1
        # About one bit a pattern is flipped: the AND of random words. The pattern itself is in place 0.
        rounds = max(3, len(pattern).bit_length() - 1)
        words = self._draws.integers(0, every, (rounds, len(pattern)), np.uint64, endpoint=True)
        flips = np.bitwise_and.reduce(words).tolist()
        values = [
            (every if bit else 0) ^ (flip & ~1) for bit, flip in zip(pattern, flips, strict=True)
        ]
        more = self._graph.simulate(values, _NEIGHBOURS + 1)
        self._signatures = [
            old | new << self._patterns for old, new in zip(self._signatures, more, strict=True)
        ]
        self._patterns += _NEIGHBOURS + 1
        # The node in question is not settled yet: it may be the first of its group.
        made = self._made.pop()
        self._group_again()
        self._made.append(made)

    def _simulated(self) -> tuple[int, ...] | None:
        """A simulated pattern on which a target is 1."""
        for target in self._targets:
            ones = self._signatures[target >> 1]
            if target & 1:
                ones ^= (1 << self._patterns) - 1
            if ones:
                place = (ones & -ones).bit_length() - 1
                inputs = self._signatures[1 : self._graph.inputs + 1]
                return tuple(each >> place & 1 for each in inputs)
        return None
