"""Signals that are equal in every cycle, by induction.

Candidates are classes of signals that agreed in random runs. They are proved in the first cycles; then, if they
hold in some cycles one after the other, a SAT solver proves that they do in the next. A pair that it refutes
parts its class, and the proof begins anew with what is left, until nothing is refuted (C. A. J. van Eijk,
Sequential equivalence checking based on structural similarities, IEEE TCAD 19(7), 2000).

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.equal.product import product_of
    >>> from gatewright.circuits.clocked.equal.runs import run
    >>> product = product_of(circuit("lfsr", bits=5), circuit("lfsr", bits=5))
    >>> classes = run(product, 64, 64).classes
    >>> found = correspond(product, classes, cycles=1, deadline=time.monotonic() + 60)
    >>> all(found.same(*pair) for pair in product.outputs)
    True
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from gatewright.circuits.clocked.equal.classes import Classes
from gatewright.circuits.clocked.equal.frames import Frames
from gatewright.circuits.clocked.equal.product import Product, read
from gatewright.logic.sat.solver import Solver
from gatewright.logic.xag import FALSE, TRUE, Literal

BUDGET = 1_000
"""Most conflicts for a pair; one that takes more is given up."""

_BESIDE = 63
"""Random inputs of the last cycle that are simulated beside a refuting pattern."""


def correspond(
    product: Product,
    classes: Classes,
    *,
    cycles: int,
    deadline: float,
    watch: Callable[[int, int], None] | None = None,
) -> Classes:
    """Part classes until they are proved to hold in every cycle.

    Args:
        product: the machine.
        classes: of its signals; they are changed.
        cycles: one after the other in which classes are taken to hold, to prove them in the next.
        deadline: as `time.monotonic` says it.
        watch: called with the nodes done and the nodes to do.

    Raises:
        OutOfTimeError: it is reached before they are proved.
        MissingSolverError: python-sat is not installed.
    """
    for at in range(cycles):
        _round(product, classes, at, True, deadline, watch)
    while _round(product, classes, cycles, False, deadline, watch):
        pass
    return classes


def _round(
    product: Product,
    classes: Classes,
    before: int,
    beginning: bool,
    deadline: float,
    watch: Callable[[int, int], None] | None,
) -> bool:
    """Prove what is left of the classes in the cycle after some; whether any was parted.

    From the beginning nothing need be taken to hold: it was proved.
    """
    frames = Frames(product, before + 1, classes)
    with Solver(frames.graph, max(0.0, deadline - time.monotonic())) as solver:
        state = frames.first() if beginning else frames.any()
        for _ in range(before):
            frame = frames.add(state)
            solver.suppose(frame.told)
            state = frame.state
        return _Check(product, classes, frames, solver, state, beginning).run(watch)


class _Check:
    """The last cycle of a round."""

    def __init__(
        self,
        product: Product,
        classes: Classes,
        frames: Frames,
        solver: Solver,
        state: Sequence[Literal],
        beginning: bool,
    ) -> None:
        self._product, self._classes, self._solver = product, classes, solver
        self._frames, self._beginning = frames, beginning
        self._given = [FALSE, *frames.inputs(), *state]
        self._made: list[Literal] = []
        self._draws = random.Random(0)  # noqa: S311 - no secrets

    def run(self, watch: Callable[[int, int], None] | None) -> bool:
        graph, parted = self._product.graph, False
        for node in range(len(graph)):
            if not node & 63:
                self._solver.check_time()
                if watch is not None:
                    watch(node, len(graph))
            own = (
                self._given[node]
                if node < len(self._given)
                else graph.copied(node, self._made, self._frames.graph)
            )
            self._made.append(own)
            while self._differs(node):
                parted = True
        return parted

    def _differs(self, node: int) -> bool:
        """Make a node one with its partner if they are equal; else part it from it."""
        partner = self._classes.partner(node)
        if partner is None:
            return False
        own, other = self._made[node], self._made[partner >> 1] ^ (partner & 1)
        if own == other:
            return False
        wrong = self._frames.graph.differ(own, other)
        # Where it is TRUE, every pattern on which the classes hold before parts them.
        found = self._solver.satisfy([wrong] if wrong != TRUE else [], BUDGET)
        if found is False:
            self._made[node] = other
            self._solver.never(wrong)
            return False
        if isinstance(found, tuple):
            self._split(found)
        if self._classes.partner(node) == partner:  # not decided, or not borne out
            self._classes.part(node)
        return True

    def _split(self, pattern: Sequence[int]) -> None:
        """Part all that a pattern tells apart in the last cycle, and other inputs in that cycle."""
        begins, state, rows = self._frames.pattern(pattern)
        product = self._product
        held = product.state(begins) if self._beginning else list(state)
        for row in rows[:-1]:
            values = product.graph.simulate([*row, *held], 1)
            held = [read(values, each, 1) for each in product.following]
        every = (1 << _BESIDE + 1) - 1
        given = [self._draws.getrandbits(_BESIDE) << 1 | bit for bit in rows[-1]]
        values = product.graph.simulate([*given, *(every * bit for bit in held)], _BESIDE + 1)
        self._classes.split(values, _BESIDE + 1)
