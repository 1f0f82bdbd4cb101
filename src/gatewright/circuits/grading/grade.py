"""The grade of one submission: what it computes, what it is made of, and which limits it keeps.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder")
    >>> asked = adder.elaborate({"bits": 2}, plugins.gates)
    >>> given = adder.elaborate({"bits": 2, "from": "half-adders"}, plugins.gates)
    >>> found = graded("ann.v", given, asked, Limits(most_gates=5), time_limit=10)
    >>> found.verdict, found.gates, found.levels, found.over, found.passed
    ('right', 6, 5, ('6 gates, at most 5',), False)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Literal

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.grading.differences import differences
from gatewright.circuits.grading.in_time import differences_in_time, keeps_state
from gatewright.circuits.grading.made_of import made_of
from gatewright.circuits.grading.ports import port_faults, renamed
from gatewright.circuits.verify.verdict import Claim, Counterexample
from gatewright.records import dataclass
from gatewright.text import listed

Verdict = Literal["right", "wrong", "other ports", "unreadable", "undecided"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may be made of.

    Attributes:
        only: kinds of gates; none for all.
        most_gates: how many there may be; None for any number.
        most_levels: how many one may pass on the longest way; None for any number.
    """

    only: tuple[str, ...] = ()
    most_gates: int | None = None
    most_levels: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """One submission.

    Attributes:
        name: of its file.
        verdict: what came of it.
        reason: how it was proved, what is wrong with the file or its ports, or why nothing is decided.
        counterexample: of one that is wrong: inputs, and what was wanted and got.
        state: what is said where it has registers or memories and none are asked for, or the other way round.
        earlier: the inputs of the cycles before that of the counterexample; None without registers.
        begins: what registers of which nobody says it hold in the first of these cycles, by name.
        bits: by output bit, ``right``, ``wrong`` or ``undecided``; empty where that is not known.
        kinds: gates by kind; empty where it was not read.
        levels: gates on its longest way; None where it was not read.
        over: the limits that it does not keep.
        remarks: what was said while it was read, as which of several modules was taken.
    """

    name: str
    verdict: Verdict
    reason: str = ""
    counterexample: Counterexample | None = None
    bits: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    levels: int | None = None
    over: tuple[str, ...] = ()
    state: str = ""
    earlier: tuple[Mapping[str, int], ...] | None = None
    begins: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def gates(self) -> int:
        """Number of gates."""
        return sum(self.kinds.values())

    @property
    def passed(self) -> bool:
        """Whether it is right and keeps every limit."""
        return self.verdict == "right" and not self.over


def graded(
    name: str,
    given: Circuit,
    asked: Circuit,
    limits: Limits,
    *,
    time_limit: float,
) -> Grade:
    """Grade a circuit against the one that is asked for.

    Args:
        name: of the submission.
        given: what was handed in.
        asked: what it is to do; both with their parameters chosen.
        limits: what it may be made of.
        time_limit: of each proof by SAT, in seconds.

    Raises:
        NetlistError: what was handed in is not a circuit.
        MissingSolverError: SAT is needed, and python-sat is not installed.
    """
    kinds, levels = made_of(given.netlist)
    over = broken(limits, kinds, levels)

    def grade(
        verdict: Verdict,
        reason: str,
        found: Counterexample | None = None,
        bits: Mapping[str, str] | None = None,
    ) -> Grade:
        return Grade(
            *(name, verdict, reason, found, bits or {}, dict(kinds), levels, over),
            remarks=remarks,
        )

    remarks = given.netlist.remarks
    given = renamed(given, asked)
    fault = port_faults(given, asked)
    if fault:
        return grade("other ports", fault)
    if not keeps_state(given) and not keeps_state(asked):
        found = differences(given, asked, time_limit=time_limit)
        claim = found.claim
        return grade(_verdict(claim), claim.extent, claim.counterexample, found.bits)
    timed = differences_in_time(given, asked, time_limit=time_limit)
    claim = timed.claim
    state = _state(given, asked) if claim.outcome == "refuted" else ""
    return replace(
        grade(_verdict(claim), state or claim.extent, claim.counterexample, timed.bits),
        state=state,
        earlier=timed.earlier,
        begins=timed.begins,
    )


def _verdict(claim: Claim) -> Verdict:
    verdicts: dict[str, Verdict] = {"proved": "right", "refuted": "wrong"}
    return verdicts.get(claim.outcome, "undecided")


def _state(given: Circuit, asked: Circuit) -> str:
    """What is said of registers that one of two circuits has alone; empty if both have some."""
    mine, theirs = keeps_state(given), keeps_state(asked)
    if not theirs:
        clock = ", a port that is not asked for" if given.netlist.clock is not None else ""
        return f"it keeps state, in {mine}{clock}; {asked.title} has none"
    return "" if mine else f"it keeps no state; {asked.title} has {theirs}"


def broken(limits: Limits, kinds: Mapping[str, int], levels: int) -> tuple[str, ...]:
    """The limits that a circuit of these gates and levels does not keep.

    Example:
        >>> broken(Limits(("nand",), most_levels=2), {"and": 1, "nand": 3}, 3)
        ('1 and, only nand', '3 levels, at most 2')
    """
    said = []
    others = [kind for kind in kinds if kind not in limits.only] if limits.only else []
    if others:
        said.append(
            f"{listed([f'{kinds[each]} {each}' for each in others])}, only {listed(limits.only)}"
        )
    gates = sum(kinds.values())
    if limits.most_gates is not None and gates > limits.most_gates:
        said.append(f"{gates} gates, at most {limits.most_gates}")
    if limits.most_levels is not None and levels > limits.most_levels:
        said.append(f"{levels} levels, at most {limits.most_levels}")
    return tuple(said)
