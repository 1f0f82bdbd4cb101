"""A SAT solver that is asked about functions of a graph, and looks at the clock.

Nodes become clauses when they are first asked about, so that a question about a small part of a large graph
stays small. Needs python-sat, the extra ``formal``.

Example:
    >>> graph = XorAndGraph(2)
    >>> a, b = graph.variable(0), graph.variable(1)
    >>> with Solver(graph, time_limit=10) as solver:
    ...     solver.satisfy([graph.both(a, b ^ 1)]), solver.satisfy([graph.differ(a, b), a, b])
    ((1, 0), False)
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from gatewright.errors import UsageError
from gatewright.logic.xag import Literal, XorAndGraph

SOLVER = "glucose4"
"""CaDiCaL, also in python-sat, is twice as fast on multipliers, but cannot be stopped half-way; MiniSat
forgets too much of what it learned if it is stopped and resumed."""

_SLICE = 2_000
"""Conflicts between two looks at the clock."""

_MOST_NODES, _OFTEN, _FEW = 5_000, 30, 4
"""Nodes that a solver may have before it is seen, every so many questions, how many of them are needed; less
than one in four are few."""

INSTALL = "pip install 'gatewright[formal]'"


class MissingSolverError(UsageError):
    """python-sat is not installed."""


class OutOfTimeError(Exception):
    """The time limit is reached."""


class Solver:
    """The functions of one graph, which may grow meanwhile. To be used in a ``with`` block.

    Args:
        graph: of the functions that will be asked about.
        time_limit: in seconds, from now on.

    Raises:
        MissingSolverError: python-sat is not installed.
    """

    def __init__(self, graph: XorAndGraph, time_limit: float) -> None:
        self._graph = graph
        self._deadline = time.monotonic() + time_limit
        self._questions = 0
        self._begin()

    def _begin(self) -> None:
        self._solver = load_sat().Solver(name=SOLVER)
        self._numbers = {0: 1}
        self._solver.add_clause([-1])
        self._inputs: dict[int, int] = {}

    def forget_unneeded(self, function: Literal) -> None:
        """Now and then, begin anew if a function is made of few of the nodes that there are clauses for.

        An answer takes values for all of those nodes. What was supposed or told is forgotten too.
        """
        self._questions += 1
        if len(self._numbers) <= _MOST_NODES or self._questions % _OFTEN:
            return
        lefts, rights, few = self._graph.lefts, self._graph.rights, len(self._numbers) // _FEW
        todo = [function >> 1]
        below = set(todo)
        while todo:
            node = todo.pop()
            new = {lefts[node] >> 1, rights[node] >> 1} - below
            below |= new
            todo += new
            if len(below) > few:
                return
        self._solver.delete()
        self._begin()

    def __enter__(self) -> Solver:
        return self

    def __exit__(self, *_: object) -> None:
        self._solver.delete()

    def check_time(self) -> None:
        """Stop if there is no time left.

        Raises:
            OutOfTimeError: there is none.
        """
        if time.monotonic() >= self._deadline:
            raise OutOfTimeError

    def satisfy(
        self, functions: Sequence[Literal], conflicts: int | None = None
    ) -> tuple[int, ...] | bool | None:
        """A pattern on which all these functions are 1; False if there is none; None if not found.

        Args:
            functions: none of them constant.
            conflicts: how many the solver may meet; None for any number.

        Raises:
            OutOfTimeError: there is no time left.
        """
        self._encode(functions)
        wanted = [self._number(each) for each in functions]
        while conflicts is None or conflicts > 0:
            self.check_time()
            part = _SLICE if conflicts is None else min(conflicts, _SLICE)
            self._solver.conf_budget(part)
            # Otherwise it takes Ctrl-C for itself, jumps out of the solver and never gives the signal back.
            found = self._solver.solve_limited(assumptions=wanted, expect_interrupt=True)
            if found:
                pattern = [0] * self._graph.inputs
                model = self._solver.get_model()
                for place, number in self._inputs.items():
                    if number <= len(model):  # else no clause has it yet
                        pattern[place] = int(model[number - 1] > 0)
                return tuple(pattern)
            if found is False:
                return False
            conflicts = None if conflicts is None else conflicts - part
        return None

    def equal(self, f: Literal, g: Literal) -> None:
        """Tell the solver what it has proved, so that it need not prove it again."""
        x, y = self._number(f), self._number(g)
        self._solver.add_clause([x, -y])
        self._solver.add_clause([-x, y])

    def never(self, f: Literal) -> None:
        """The same for a function that is 0 everywhere."""
        self._solver.add_clause([-self._number(f)])

    def suppose(self, functions: Sequence[Literal]) -> None:
        """Look only at patterns on which all these functions are 1 from now on.

        Args:
            functions: those that are constant are passed over.
        """
        some = [each for each in functions if each > 1]
        self._encode(some)
        for each in some:
            self._solver.add_clause([self._number(each)])

    def _encode(self, functions: Sequence[Literal]) -> None:
        """Clauses for functions and all they are made of; numbers are given as nodes come, not to have gaps."""
        lefts, rights, inputs = self._graph.lefts, self._graph.rights, self._graph.inputs
        numbers, nodes = self._numbers, list[int]()
        todo = [each >> 1 for each in functions]
        while todo:
            node = todo.pop()
            if node in numbers:
                continue
            numbers[node] = len(numbers) + 1
            if node <= inputs:
                self._inputs[node - 1] = numbers[node]
            else:
                nodes.append(node)
                todo += (lefts[node] >> 1, rights[node] >> 1)
        clauses: list[list[int]] = []
        for node in nodes:
            left, right, z = lefts[node], rights[node], numbers[node]
            x, y = self._number(left), self._number(right)
            if left > right:
                clauses += ([-z, x, y], [-z, -x, -y], [z, -x, y], [z, x, -y])
            else:
                clauses += ([-z, x], [-z, y], [z, -x, -y])
        self._solver.append_formula(clauses, no_return=True)

    def _number(self, function: Literal) -> int:
        """A function as the solver writes it: the number of its node, below zero if it is negated."""
        number = self._numbers[function >> 1]
        return -number if function & 1 else number


def load_sat() -> Any:
    """The solvers of python-sat.

    Raises:
        MissingSolverError: it is not installed.
    """
    try:
        from pysat import solvers
    except ImportError as error:
        raise MissingSolverError(
            "a proof by SAT needs python-sat, which is not installed", hint=f"run {INSTALL}"
        ) from error
    return solvers
