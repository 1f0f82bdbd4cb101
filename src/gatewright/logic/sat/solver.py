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
        self._solver = load_sat().Solver(name=SOLVER)
        self._encoded: set[int] = set()

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
        wanted = [_number(each) for each in functions]
        while conflicts is None or conflicts > 0:
            self.check_time()
            part = _SLICE if conflicts is None else min(conflicts, _SLICE)
            self._solver.conf_budget(part)
            found = self._solver.solve_limited(assumptions=wanted)
            if found:
                ones = {each for each in self._solver.get_model() if each > 0}
                return tuple(int(node in ones) for node in range(1, self._graph.inputs + 1))
            if found is False:
                return False
            conflicts = None if conflicts is None else conflicts - part
        return None

    def equal(self, f: Literal, g: Literal) -> None:
        """Tell the solver what it has proved, so that it need not prove it again."""
        x, y = _number(f), _number(g)
        self._solver.add_clause([x, -y])
        self._solver.add_clause([-x, y])

    def never(self, f: Literal) -> None:
        """The same for a function that is 0 everywhere."""
        self._solver.add_clause([-_number(f)])

    def suppose(self, functions: Sequence[Literal]) -> None:
        """Look only at patterns on which all these functions are 1 from now on.

        Args:
            functions: those that are constant are passed over.
        """
        some = [each for each in functions if each > 1]
        self._encode(some)
        for each in some:
            self._solver.add_clause([_number(each)])

    def _encode(self, functions: Sequence[Literal]) -> None:
        graph = self._graph
        todo = [each >> 1 for each in functions]
        while todo:
            node = todo.pop()
            if node in self._encoded or node <= graph.inputs:
                continue
            self._encoded.add(node)
            left, right = graph.lefts[node], graph.rights[node]
            todo += (left >> 1, right >> 1)
            x, y = _number(left), _number(right)
            add = self._solver.add_clause
            add([-node, x, y] if graph.is_xor(node) else [-node, x])
            add([-node, -x, -y] if graph.is_xor(node) else [-node, y])
            if graph.is_xor(node):
                add([node, -x, y])
                add([node, x, -y])
            else:
                add([node, -x, -y])


def _number(function: Literal) -> int:
    """A function as the solver writes it: the number of its node, below zero if it is negated."""
    return -(function >> 1) if function & 1 else function >> 1


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
