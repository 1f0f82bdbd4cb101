"""Whether outputs of two machines can differ at all, cycle by cycle: bounded model checking and k-induction.

From the first cycle on, a SAT solver looks for inputs on which outputs differ in the next one. A second one looks
for any state from which outputs are equal in as many cycles and differ then; where there is none, they never do
(M. Sheeran et al., Checking safety properties using induction and a SAT solver, FMCAD 2000). Signals that are
proved to be equal in every cycle are made one in both.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.equal.product import product_of
    >>> product = product_of(circuit("counter", bits=4), circuit("counter", bits=4, modulo=12))
    >>> found = search(product, None, most=20, deadline=time.monotonic() + 60)
    >>> found.outcome, len(found.inputs)
    ('refuted', 13)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import reduce
from typing import Literal as Words

from gatewright.circuits.clocked.equal.classes import Classes
from gatewright.circuits.clocked.equal.frames import Frames
from gatewright.circuits.clocked.equal.product import Product
from gatewright.logic.sat.solver import OutOfTimeError, Solver
from gatewright.logic.xag import FALSE, TRUE, Literal
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What came of a search.

    Attributes:
        outcome: outputs differ, never do, may do in a later cycle than was looked at, or the time was up.
        cycles: the first ones, in which outputs do not differ; of a proof, how many equal ones lead to the next.
        inputs: where they differ, the input bits of every cycle up to that one.
        begins: what nobody says of the beginning, by number.
    """

    outcome: Words["refuted", "proved", "cycles", "time"]
    cycles: int
    inputs: tuple[tuple[int, ...], ...] = ()
    begins: tuple[int, ...] = ()


def search(
    product: Product,
    classes: Classes | None,
    *,
    most: int,
    deadline: float,
    watch: Callable[[int, int], None] | None = None,
) -> Found:
    """Look for a cycle in which outputs differ, or for a proof that there is none.

    Args:
        product: the machine.
        classes: signals that are proved to be equal in every cycle; None for none.
        most: cycles that are looked at.
        deadline: as `time.monotonic` says it.
        watch: called with the cycles done and the cycles to do.

    Raises:
        MissingSolverError: python-sat is not installed.
    """
    start, step = Frames(product, most, classes), Frames(product, most + 1, classes)
    left, done = max(0.0, deadline - time.monotonic()), 0
    with Solver(start.graph, left) as base, Solver(step.graph, left) as induction:
        begun, state = start.first(), step.any()
        equal: list[Literal] = []
        try:
            while done < most:
                frame, later = start.add(begun), step.add(state)
                begun, state = frame.state, later.state
                found = _satisfied(base, start, _any(start, start.wrong(frame)))
                if found is not None:
                    begins, _, rows = start.pattern(found)
                    return Found("refuted", done, tuple(rows), begins)
                induction.suppose((*later.told, *equal))
                wrong = _any(step, step.wrong(later))
                if wrong == FALSE or (wrong != TRUE and induction.satisfy([wrong]) is False):
                    return Found("proved", done)
                equal = [wrong ^ 1]
                done += 1
                if watch is not None:
                    watch(done, most)
        except OutOfTimeError:
            return Found("time", done)
    return Found("cycles", done)


def _any(frames: Frames, functions: list[Literal]) -> Literal:
    return reduce(frames.graph.either, functions, FALSE)


def _satisfied(solver: Solver, frames: Frames, wrong: Literal) -> tuple[int, ...] | None:
    """A pattern on which a function is 1, if possible one in which what nobody says is 0."""
    if wrong == FALSE:
        return None
    wanted = [] if wrong == TRUE else [wrong]
    zeros = [frames.graph.variable(place) ^ 1 for place in range(frames.product.open)]
    for more in [zeros, []] if zeros else [[]]:
        found = solver.satisfy([*wanted, *more])
        if isinstance(found, tuple):
            return found
    return None
