"""SAT sweeping: which functions of a graph can never be 1, with the help of those that are equal.

Two circuits that do the same in different ways share functions deep inside. Simulation on random patterns
groups the nodes that may be equal, or one the negation of the other; going from the inputs to the outputs, each
is compared with those of its group that were met before: by truth tables over a cut close to both, which settles
most, else by a SAT solver. Nodes proved equal become one, so what comes after is smaller; a refuting pattern and
its neighbours tell apart what they can (A. Kuehlmann et al., Robust Boolean reasoning for equivalence checking,
IEEE TCAD 21(12), 2002; A. Mishchenko et al., FRAIGs, 2005). What a solver leaves open in few conflicts is asked
again with more, in the smaller graph of what is needed yet. Needs python-sat, the extra ``formal``.

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

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from math import inf
from typing import Literal

import numpy as np

from gatewright.arrays import Words
from gatewright.logic.sat.groups import Groups, Kinds
from gatewright.logic.sat.needed import needed
from gatewright.logic.sat.neighbourhood import Neighbourhood, around
from gatewright.logic.sat.simulation import Simulated, Simulation, more_words, words_of
from gatewright.logic.sat.solver import OutOfTimeError, Solver
from gatewright.logic.sat.window import equal_over_a_cut
from gatewright.logic.xag import FALSE, TRUE, XorAndGraph
from gatewright.logic.xag import Literal as Function
from gatewright.records import dataclass

BUDGETS = (100, 1_000, 10_000, 100_000)
"""Most conflicts for a pair of nodes and for a target, by pass; open targets then have no limit."""

QUICK_BUDGETS, MOST_OPEN, MERGED = (100, 2_000), 40, 8
"""The same of a quick sweep; pairs left open before it gives up, and how many merged ones allow one more."""

_ROUNDS = 4
"""Most rounds of random patterns to start with."""

_PATIENCE = 1
"""Pairs of one kind that a pass may leave open, and one more for each that it merges; others of that kind are
then compared over cuts alone. Functions of a kind are often hard for one reason, and few of them are needed."""

_MOST_FIRST = 4
"""Nodes of a group that others are compared with, where it is open whether those are equal."""

_NEIGHBOURHOODS, _MOST_ASKED = 32, 500_000
"""Refuting patterns, and values of nodes near them, before all nodes are simulated on them."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of the functions.

    Attributes:
        outcome: all of them are 0 for every input, one of them can be 1, or the time was up, or patience.
        pattern: if one can be 1: the value of every input.
        merged: pairs of inner nodes that were proved equal.
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
    quick: bool = False,
    watch: Callable[[int, int], None] | None = None,
) -> Swept:
    """Find out whether any of some functions can be 1.

    Args:
        graph: that they are functions of.
        targets: the functions.
        values: patterns to start with, one integer for each input, as `XorAndGraph.simulate` takes them.
        patterns: how many.
        time_limit: in seconds.
        quick: whether to give up where more than a few conflicts are needed.
        watch: called with the nodes done and the nodes to do of a pass.

    Raises:
        MissingSolverError: python-sat is not installed.
    """
    deadline = time.monotonic() + time_limit
    sweep = _Sweep(graph, targets)
    try:
        if time_limit <= 0:
            raise OutOfTimeError
        sweep.begin(values, patterns)
        for budget in QUICK_BUDGETS if quick else (*BUDGETS, 0):
            if not sweep.targets:
                break
            new = XorAndGraph(graph.inputs)
            with Solver(new, deadline - time.monotonic()) as solver:
                once = _Pass(sweep, new, solver, budget, MOST_OPEN if quick else inf)
                once.run(watch)
                sweep.go_on(new, once)
    except _FoundError as found:
        return Swept("sometimes", found.pattern, sweep.merged, sweep.left)
    except OutOfTimeError:
        return Swept("time", None, sweep.merged, sweep.left)
    return Swept("time" if sweep.targets else "never", None, sweep.merged, len(sweep.targets))


class _FoundError(Exception):
    """There is a pattern on which a target is 1."""

    def __init__(self, pattern: tuple[int, ...]) -> None:
        super().__init__()
        self.pattern = pattern


class _Sweep:
    """What goes on from pass to pass.

    Attributes:
        graph: of what is needed yet.
        targets: those that are open.
        kinds: of its nodes.
        merged: pairs of nodes proved equal so far.
        left: how many targets are open, or have not been looked at.
        draws: of neighbours.
    """

    def __init__(self, graph: XorAndGraph, targets: Sequence[Function]) -> None:
        self.left, self.merged = len(targets), 0
        self.draws = np.random.default_rng(0)
        self.graph, self.targets, _ = needed(graph, targets, {})
        self._simulation = Simulation(self.graph)
        self.kinds = Kinds([], [])

    def begin(self, values: Sequence[int], patterns: int) -> None:
        """Simulate the patterns to start with, then random ones as long as they tell more nodes apart."""
        self.kinds = Kinds.of(self._simulated(words_of(values, patterns)))
        for _ in range(_ROUNDS):
            words = more_words(self.graph, self.draws)
            if not self.kinds.refine(self._simulated(words)):
                break

    def look_at(self, near: Sequence[Neighbourhood]) -> set[int]:
        """Simulate some neighbourhoods, all of them at once; the kinds that they split."""
        columns = [np.array(each.values, np.uint64) for each in near]
        return self.kinds.refine(self._simulated(np.stack(columns, axis=1)))

    def go_on(self, new: XorAndGraph, once: _Pass) -> None:
        """Take what a pass made instead of the graph, as far as it is needed yet."""
        self.graph, self.targets, functions = needed(new, once.targets, once.equal)
        self.left = len(self.targets)
        moved = [
            None if (there := functions[made >> 1]) is None else there ^ (made & 1)
            for made in once.made
        ]
        self.kinds = self.kinds.moved(moved, len(self.graph))
        self._simulation = Simulation(self.graph)

    def _simulated(self, values: Words) -> Simulated:
        """All nodes on some patterns, shape (inputs, words).

        Raises:
            _FoundError: a target is 1 on one of them.
        """
        seen = self._simulation.run(values)
        for target in self.targets:
            ones = seen.ones(target)
            if ones.any():
                word = int(np.argmax(ones != 0))
                bit = int(ones[word]).bit_length() - 1
                raise _FoundError(tuple((values[:, word] >> np.uint64(bit) & 1).tolist()))
        return seen


class _Pass:
    """Every node from the inputs on: made again, and compared with the first ones of its group.

    Attributes:
        made: by node of the graph, its function in the new one.
        equal: by node of the new graph, the function of earlier nodes that it was proved equal to.
        targets: in the new graph, those that are open.
    """

    def __init__(
        self, sweep: _Sweep, new: XorAndGraph, solver: Solver, budget: int, most_open: float
    ) -> None:
        self.made: list[Function] = []
        self.equal: dict[int, Function] = {}
        self.targets: list[Function] = []
        self._sweep = sweep
        self._new = new
        self._solver = solver
        self._budget = budget
        self._may_be_open = most_open
        self._patience: dict[int, int] = defaultdict(lambda: _PATIENCE)
        self._groups = Groups(sweep.kinds, self.made)
        self._near: list[Neighbourhood] = []

    def run(self, watch: Callable[[int, int], None] | None) -> None:
        """Go through all nodes, then look at the targets.

        Raises:
            _FoundError: one is 1 on a pattern.
            OutOfTimeError: there is no time left.
        """
        graph, nodes = self._sweep.graph, len(self._sweep.graph)
        self._solver.check_time()
        for node in range(nodes):
            if node <= graph.inputs:
                self.made.append(node << 1)
            else:
                self.made.append(self._resolved(graph.copied(node, self.made, self._new)))
            self._settle(node)
            if not node & 63:
                self._solver.check_time()
                self._look_at_near(_NEIGHBOURHOODS)
                if watch is not None and node:
                    watch(node, nodes)
        self._look_at_near(1)
        for target in self._sweep.targets:
            self._decide(self._resolved(self.made[target >> 1] ^ (target & 1)))

    def _settle(self, node: int) -> None:
        """Merge a node with one of its group, or find that it does not belong to it, or leave it open."""
        negated, made, kind = self._sweep.kinds.negated, self.made, self._sweep.kinds.numbers[node]
        mine = made[node]
        firsts = self._groups.of(node)
        at = 0
        while at < len(firsts):
            first = firsts[at]
            other = made[first] ^ negated[node] ^ negated[first]
            found = mine == other or self._compare(mine, other, kind)
            if isinstance(found, tuple):
                near = Neighbourhood(self._new, around(found, self._sweep.draws))
                self._near.append(near)
                self._groups.split(node, near)
                firsts, at = self._groups.of(node), 0
                continue
            if found:
                made[node] = other
                return
            at += 1
        if len(firsts) < _MOST_FIRST:
            firsts.append(node)

    def _compare(self, f: Function, g: Function, kind: int) -> tuple[int, ...] | bool | None:
        """Whether two functions of a kind are equal, or a pattern on which they are not, or None if unknown."""
        if f >> 1 < g >> 1:
            f, g = g, f
        found: tuple[int, ...] | bool | None = False
        if not equal_over_a_cut(self._new, f, g):
            if not self._patience[kind]:
                return None
            self._solver.forget_unneeded(f)
            found = self._asked(f, g)
        if found is None:
            self._patience[kind] -= 1
            self._may_be_open -= 1
            if self._may_be_open + self._sweep.merged // MERGED < 0:
                raise OutOfTimeError
        if found is not False:
            return found
        self.equal[f >> 1] = g ^ (f & 1)
        self._patience[kind] += 1
        self._sweep.merged += 1
        return True

    def _asked(self, f: Function, g: Function) -> tuple[int, ...] | bool | None:
        """A pattern on which two functions are not equal; False if there is none, None if not found."""
        if g <= TRUE:
            return self._solver.satisfy([f ^ g], self._budget)
        found = self._solver.satisfy([f, g ^ 1], self._budget)
        if found is False:
            found = self._solver.satisfy([f ^ 1, g], self._budget)
        if found is False:
            self._solver.equal(f, g)
        return found

    def _decide(self, target: Function) -> None:
        """Whether a target can be 1, if that is found.

        Raises:
            _FoundError: it can.
        """
        if target == FALSE:
            return
        if target == TRUE:
            raise _FoundError((0,) * self._new.inputs)
        found = self._solver.satisfy([target], self._budget or None)
        if isinstance(found, tuple):
            raise _FoundError(found)
        if found is None:
            self.targets.append(target)
        else:
            self.equal[target >> 1] = target & 1

    def _look_at_near(self, least: int) -> None:
        """Simulate all nodes on what told some apart, if that are enough patterns."""
        near = self._near
        if len(near) >= least or sum(each.asked for each in near) > _MOST_ASKED:
            self._groups.again(self._sweep.look_at(near))
            near.clear()

    def _resolved(self, function: Function) -> Function:
        while function >> 1 in self.equal:
            function = self.equal[function >> 1] ^ (function & 1)
        return function
