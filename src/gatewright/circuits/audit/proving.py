"""The first proof that is found: by algebra, by clauses or by every pattern, which comes first of few.

All ways together take no longer than a limit. How long every pattern takes is known beforehand, from the first
range of them; so clauses are tried no longer than half of that, as patterns are sure to end.

Example:
    >>> from gatewright.circuits.audit.problem import Problem
    >>> both = ([None, None, 0b1000], [(), (), (0, 1)], [])
    >>> every(Problem(*both, [], 2), 2, time.monotonic() + 9)
    >>> every(Problem(*both, [2], 0), 2, time.monotonic() + 9)
    Traceback (most recent call last):
    ...
    gatewright.circuits.audit.problem.DiffersError: the circuit is not what its specification says
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatewright.circuits.audit import check
from gatewright.circuits.audit.pac import certificate
from gatewright.circuits.audit.patterns import Patterns
from gatewright.circuits.audit.problem import NothingInsideError, Problem, UnprovedError
from gatewright.circuits.audit.sweep import Sweep
from gatewright.circuits.verify.algebra.polynomial import TooManyTermsError
from gatewright.logic.cover import columns_of

EVERY, MOST_EVERY = 14, 20
"""Inputs up to which every pattern is tried at once, and where nothing else proves it."""

_RANGE = 16
"""Inputs of which every pattern is tried at a time."""

_PASSES = 3
"""What every pattern takes: once to look, once to write and once to check."""

Watch = Callable[[int, int], None]


class Proof(NamedTuple):
    """A proof that no bad node is ever 1.

    Attributes:
        method: as the claim calls it.
        file: of the folder.
        text: what it holds.
    """

    method: str
    file: str
    text: str


def prove(
    audited: check.Audit,
    sample: Sequence[int],
    count: int,
    time_limit: float,
    watch: Watch | None = None,
) -> Proof:
    """The proof by the first way that finds one.

    Args:
        audited: what is to be proved.
        sample: a first few patterns, one integer for each input.
        count: how many.
        time_limit: in seconds.
        watch: called with what is done and what is to do.

    Raises:
        DiffersError: a pattern refutes it.
        NothingInsideError: the domain is empty.
        UnprovedError: no way finds a proof in time.
    """
    deadline = time.monotonic() + time_limit
    problem = Problem(
        audited.circuit.tables,
        audited.circuit.pins,
        check.clauses_of(audited.circuit, audited.bad, audited.inside),
        audited.bad,
        audited.inside,
    )
    some = Patterns(problem, sample, count)
    some.check()
    wires = problem.tables.count(None)
    if wires <= EVERY:
        every(problem, wires, math.inf, watch)
        return _by_patterns(audited)
    try:
        return Proof("algebra", "proof.pac", _algebra(audited, problem, deadline, watch))
    except (TooManyTermsError, UnprovedError) as error:
        failed = f"nor by algebra ({error.message})"
    takes, why = _takes(problem, wires)
    left = deadline - time.monotonic()
    fits = takes <= left
    limit = min(max(2.0, takes / 2), left - takes) if fits else left
    try:
        return Proof("clauses", "proof.lrat", Sweep(problem, some, limit, watch).run())
    except UnprovedError as error:
        if not fits:
            raise UnprovedError(
                f"{error.message}, {failed}, nor by every pattern ({why})"
            ) from None
    every(problem, wires, deadline + takes, watch)
    return _by_patterns(audited)


def every(
    problem: Problem,
    wires: int,
    deadline: float,
    watch: Watch | None = None,
    *,
    first: int | None = None,
) -> None:
    """Try every pattern, range by range.

    Args:
        problem: the circuit.
        wires: its inputs.
        deadline: when to give up, by `time.monotonic`.
        watch: called with the ranges done and all there are.
        first: of the ranges, so many alone; then nothing is said of a domain that is empty in them.

    Raises:
        DiffersError: they differ on one.
        NothingInsideError: none is inside the domain.
        UnprovedError: it takes too long.
    """
    low = min(wires, _RANGE)
    columns = columns_of(low)[::-1]
    ranges, inside = 1 << wires - low, False
    for number in range(first or ranges):
        if time.monotonic() > deadline:
            raise UnprovedError("not every pattern could be tried in time")
        if watch is not None:
            watch(number, ranges)
        rest = [((1 << (1 << low)) - 1) * (number >> place & 1) for place in range(wires - low)]
        tried = Patterns(problem, [*columns, *rest], 1 << low)
        tried.check()
        inside = inside or not tried.empty
    if not inside and first is None:
        raise NothingInsideError("no input is in the domain")


def _takes(problem: Problem, wires: int) -> tuple[float, str]:
    """How many seconds every pattern takes, infinity if it is not to be tried; and that in words."""
    if wires > MOST_EVERY:
        return math.inf, f"of {wires} inputs, and more than {MOST_EVERY} are too many"
    rows = sum(
        1 << len(pins) for table, pins in zip(problem.tables, problem.pins, strict=True) if table
    )
    if rows << wires - 7 > check.MOST_STEPS // 2:
        return math.inf, "the circuit is too large for the checker to try them"
    begun = time.monotonic()
    every(problem, wires, math.inf, first=1)
    takes = _PASSES * (time.monotonic() - begun) * (1 << wires - min(wires, _RANGE))
    return takes, f"which takes about {takes:.0f} s"


def _by_patterns(audited: check.Audit) -> Proof:
    made = check.patterns_of(audited.circuit, audited.bad, audited.inside, audited.netlist.outputs)
    return Proof("patterns", "patterns.json", json.dumps(made, indent=1) + "\n")


def _algebra(audited: check.Audit, problem: Problem, deadline: float, watch: Watch | None) -> str:
    """A certificate for all that outputs are to be.

    Raises:
        TooManyTermsError: polynomials grow too large, or it is not for algebra.
        UnprovedError: it takes too long.
    """
    if not audited.lines or audited.assuming or audited.netlist.loose:
        raise TooManyTermsError("it is not for algebra")

    def timed(done: int, total: int) -> None:
        if done and time.monotonic() > deadline:
            raise UnprovedError("it did not end in time")
        if watch is not None:
            watch(done, total)

    try:
        goals = [
            (
                check.plus(
                    check.number_of(nodes), check.polynomial(tree, audited.netlist.inputs), -1
                ),
                len(nodes),
            )
            for nodes, tree in audited.equations
        ]
    except check.Refused as error:
        raise TooManyTermsError(str(error)) from error
    return certificate(problem, goals, lambda node: check.axiom(audited.circuit, node), timed)
