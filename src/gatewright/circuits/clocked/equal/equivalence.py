"""Whether two circuits with registers do the same in every cycle.

In this order, until one decides:

1. Registers are matched by their names. If those of a name begin alike (as the same value, or both as whatever it
   is that nobody says), and the circuits of one cycle are equal, what registers take included, then outputs are
   equal in every cycle, by induction.
2. Both are run on the same random inputs, which refutes it where an output differs.
3. Registers are matched by what they held in these runs, and the circuits of one cycle compared again.
4. Small circuits are looked at in every pair of states that they can be in together (`states`).
5. Signals that agreed in these runs, registers among them, are proved to agree in every cycle (`correspondence`).
6. A SAT solver looks for inputs on which outputs differ, and for a proof that there are none (`bounded`).

Memories are matched by name, and cut out before all of this (`memories`).

Example:
    >>> from gatewright.api.circuits import circuit
    >>> counter = circuit("counter", bits=4)
    >>> equivalence_in_time(counter, circuit("counter", bits=4, modulo=16)).extent
    'proved exhaustively (32 of 32); 4 registers matched by name, so in every cycle'
    >>> equivalence_in_time(counter, circuit("counter", bits=4, modulo=15)).extent
    'refuted: output count in cycle 19 is 15 and 0'
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Literal

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.clocked.equal.bounded import search
from gatewright.circuits.clocked.equal.classes import Classes
from gatewright.circuits.clocked.equal.correspondence import correspond
from gatewright.circuits.clocked.equal.memories import with_memories
from gatewright.circuits.clocked.equal.product import Product, product_of
from gatewright.circuits.clocked.equal.runs import run
from gatewright.circuits.clocked.equal.states import walk
from gatewright.circuits.clocked.equal.trace import traced
from gatewright.circuits.verify.diagrams.dont_cares import loose_gates
from gatewright.circuits.verify.miter import Watch, equivalence
from gatewright.circuits.verify.sweeping import TIME_LIMIT
from gatewright.circuits.verify.verdict import EXACT, Claim
from gatewright.logic.numerals import as_count, counted
from gatewright.logic.sat.solver import OutOfTimeError

Begin = Literal["any", "0", "1"]
"""What registers hold at first of which nobody says it: anything, or all the same."""

CYCLES, LANES = 256, 64
"""Cycles that two circuits are run for, and how many times at once."""

DEPTHS = (1, 2, 4)
"""Cycles in which signals are taken to agree, to prove it in the next: more prove more, and take longer."""

MOST_CYCLES = 256
"""Cycles that a SAT solver looks at."""


def equivalence_in_time(
    first: Circuit,
    second: Circuit,
    *,
    initial: Begin = "any",
    time_limit: float = TIME_LIMIT,
    watch: Watch | None = None,
) -> Claim:
    """Compare two circuits, with registers or without.

    Args:
        first: with its parameters chosen.
        second: the other one.
        initial: what registers hold at first of which nobody says it. With ``any`` a proof holds for every
            beginning in which registers of one name begin alike in both.
        time_limit: of proofs by SAT, in seconds.
        watch: called with the method, what is done and what is to do.

    Raises:
        UsageError: their buses are not the same.
        MissingSolverError: SAT is needed, and python-sat is not installed.
        NetlistError: one of them is not a circuit.
    """
    if first.netlist.memories or second.netlist.memories:

        def around(one: Circuit, other: Circuit) -> Claim:
            return equivalence_in_time(
                one, other, initial=initial, time_limit=time_limit, watch=watch
            )

        return with_memories(_begun(first, initial), _begun(second, initial), around)
    if not first.netlist.registers and not second.netlist.registers:
        return equivalence(first, second, time_limit=time_limit, watch=watch)
    first, second = _begun(first, initial), _begun(second, initial)
    product = product_of(first, second)
    deadline = time.monotonic() + time_limit
    tell = watch or _nobody
    reason = _unmatched(first, second)
    if not reason:
        # Half of the time: what they take may differ in a state that is never reached, however long it is asked.
        claim = _cycle(first, second, "by name", time_limit / 2, tell)
        if claim.outcome == "proved":
            return claim
        reason = (
            claim.reason or "what registers take is not the same in a state that may not be reached"
        )
    claim = Claim(EXACT, f"exact gates of {second.title}", "cycles", 0, product.inputs, "undecided")
    seen = run(product, CYCLES, LANES, lambda *at: tell("running at random", *at))
    if seen.classes is None:
        return _refuted(claim, first, second, seen.inputs, seen.begins)
    tried = f"{reason}; no output differs in {CYCLES} cycles of {LANES} random runs"
    beyond = _beyond(first, second)
    if beyond:
        return replace(claim, reason=f"{tried}; {beyond}")
    renamed = _by_runs(product, seen.classes, second)
    if renamed is not None:
        found = _cycle(first, renamed, "by random runs", time_limit / 4, tell)
        if found.outcome == "proved":
            return replace(found, against=claim.against)
    walked = walk(product)
    if walked is not None and walked.inputs:
        return _refuted(claim, first, second, walked.inputs, ())
    if walked is not None:
        where = f"every input in {counted(walked.pairs, 'pair')} of states, so in every cycle"
        checked = walked.pairs << product.inputs
        return replace(claim, method="exhaustive", outcome="proved", checked=checked, in_time=where)
    return _by_induction(claim, product, seen.classes, (first, second), tried, deadline, tell)


def _by_induction(
    claim: Claim,
    product: Product,
    agreed: Classes,
    circuits: tuple[Circuit, Circuit],
    tried: str,
    deadline: float,
    tell: Watch,
) -> Claim:
    proved: Classes | None = None
    try:
        for depth in DEPTHS:
            proved = correspond(
                product,
                agreed.copy(),
                cycles=depth,
                deadline=deadline - (deadline - time.monotonic()) / 2,
                watch=lambda *at: tell("signals that agree", *at),
            )
            if all(proved.same(*pair) for pair in product.outputs):
                basis = f"{_signals(proved)}, {_cycles(depth)}{_begins(product)}"
                return replace(claim, method="induction", outcome="proved", basis=basis)
    except OutOfTimeError:
        tried += "; there was no time to prove which signals agree"
    found = search(
        product,
        proved,
        most=MOST_CYCLES,
        deadline=deadline,
        watch=lambda *at: tell("cycles by SAT", *at),
    )
    if found.outcome == "refuted":
        return _refuted(claim, *circuits, found.inputs, found.begins)
    if found.outcome == "proved":
        helped = f"{_signals(proved)}, " if proved is not None else ""
        basis = f"{helped}outputs over {_cycles(found.cycles)}{_begins(product)}"
        return replace(claim, method="induction", outcome="proved", basis=basis)
    tried += f"; by SAT none differs in the first {_cycles(found.cycles)}, and that proves no more"
    return replace(
        claim, reason=tried + ("; time limit reached" if found.outcome == "time" else "")
    )


def _refuted(
    claim: Claim,
    first: Circuit,
    second: Circuit,
    rows: tuple[tuple[int, ...], ...],
    begins: tuple[int, ...],
) -> Claim:
    """The refutation by some inputs, which are run through both once more."""
    trace = traced(first, second, rows, begins)
    if trace is None:
        return replace(claim, reason="inputs that were found were not borne out by a replay")
    return replace(claim, outcome="refuted", reason=str(trace), trace=trace)


def _cycle(first: Circuit, second: Circuit, how: str, time_limit: float, tell: Watch) -> Claim:
    """Compare one cycle of circuits whose registers have the same names."""
    claim = equivalence(_once(first), _once(second), time_limit=time_limit, watch=tell)
    if claim.outcome != "proved":
        return claim
    what = counted(len(first.netlist.registers), "register")
    open_ = sum(each.initial is None for each in first.netlist.registers)
    left = f", {as_count(open_)} of them without an initial value," if open_ else ""
    return replace(claim, in_time=f"{what}{left} matched {how}, so in every cycle")


def _once(circuit: Circuit) -> Circuit:
    """The circuit of one cycle, its registers in the order of their names, which no port of a circuit has."""
    netlist = circuit.netlist
    ordered = tuple(
        replace(each, name=f"state of {each.name}")
        for each in sorted(netlist.registers, key=lambda each: each.name)
    )
    return replace(circuit, netlist=cut(replace(netlist, registers=ordered)))


def _begun(circuit: Circuit, initial: Begin) -> Circuit:
    """A circuit whose registers begin as is said where it does not say it itself."""
    if initial == "any":
        return circuit
    registers = tuple(
        replace(each, initial=int(initial)) if each.initial is None else each
        for each in circuit.netlist.registers
    )
    return replace(circuit, netlist=replace(circuit.netlist, registers=registers))


def _unmatched(first: Circuit, second: Circuit) -> str:
    """Why registers cannot be matched by name; empty if they can."""
    mine, theirs = (
        {each.name: each.initial for each in circuit.netlist.registers}
        for circuit in (first, second)
    )
    for name in sorted(mine.keys() ^ theirs.keys()):
        here, there = (first, second) if name in mine else (second, first)
        return f"register '{name}' of {here.title} has no register of its name in {there.title}"
    for name, initial in mine.items():
        if initial != theirs[name]:
            return f"register '{name}' does not begin alike in both"
    return ""


def _beyond(first: Circuit, second: Circuit) -> str:
    """Why more than one cycle is not followed; empty if it is."""
    for circuit in (first, second):
        if circuit.spec.domain is not None:
            return f"{circuit.title} promises nothing outside its domain, which is not followed in time"
        for kind in sorted(loose_gates(circuit)):
            return f"gate '{kind}' has don't-care rows, which are not followed in time"
    return ""


def _by_runs(product: Product, classes: Classes, second: Circuit) -> Circuit | None:
    """The second circuit, each register called as the one of the first that held the same; None if unclear."""
    places = range(len(product.begins))
    found: dict[int, list[int]] = {}
    for place in places:
        found.setdefault(classes.resolved(product.inputs + 1 + place << 1), []).append(place)
    names: dict[int, str] = {}
    for group in found.values():
        sides = [place < product.mine for place in group]
        if sides != [True, False] or product.begins[group[0]] != product.begins[group[1]]:
            return None
        names[group[1] - product.mine] = product.names[group[0]]
    registers = tuple(
        replace(each, name=names[at]) for at, each in enumerate(second.netlist.registers)
    )
    return replace(second, netlist=replace(second.netlist, registers=registers))


def _signals(classes: Classes) -> str:
    return counted(sum(1 for _ in classes.pairs()), "pair") + " of equal signals"


def _cycles(number: int) -> str:
    return counted(number, "cycle")


def _begins(product: Product) -> str:
    """What a proof says of registers without an initial value."""
    return (
        f", however {counted(product.open, 'register')} without an initial value begin"
        if product.open
        else ""
    )


def _nobody(method: str, done: int, total: int) -> None:
    """What is called if nobody watches."""
