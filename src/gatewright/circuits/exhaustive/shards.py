"""Sharing out an exhaustive proof: ranges of patterns to processes or machines, and what is done to disk.

A finished range is a line in a checkpoint, so that an interrupted proof continues where it stopped. The `workers`
say with each range what they compared, by digests of the netlist, of the reference's code, and of its answers on
patterns that were drawn here. The claim in the end depends on the patterns alone, not on how they were shared
out.

Example:
    >>> ranges(2**20, 2**18, done=[Compared(2**18, 2**18, 0, None)])
    [(0, 262144), (524288, 262144), (786432, 262144)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from gatewright.circuits.buses import input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.checkpoint import kept
from gatewright.circuits.exhaustive.exhaustive import CHUNK, Compared, Exhaustive, some_of
from gatewright.circuits.exhaustive.fingerprint import netlist_digest, reference_code
from gatewright.circuits.exhaustive.processes import on_processes
from gatewright.circuits.exhaustive.workers import (
    Ask,
    Asked,
    Elaborate,
    Task,
    WorkerError,
    on_cluster,
)
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells
from gatewright.circuits.verify.counterexample import counterexample
from gatewright.circuits.verify.diagrams.dont_cares import within_cares
from gatewright.circuits.verify.verdict import EXACT, REFERENCE, Claim, Counterexample, Outcome
from gatewright.circuits.verify.verify import sound
from gatewright.logic.bits import counting_patterns
from gatewright.records import dataclass

LEAST, MOST = CHUNK, 2**26  # patterns a range: enough to be worth a call, few enough to lose
_RANGES_A_JOB = 16
_WAVE = 8  # ranges for each job between two looks at what was found


@dataclass(frozen=True, slots=True)
class Plan:
    """Who works on the ranges.

    Attributes:
        jobs: processes of this machine.
        scheduler: address of a Dask scheduler, whose workers are used instead; empty for none.
        checkpoint: the file that keeps what is finished; None to keep nothing.
        versions: of the plugins, as text: a checkpoint that was kept with others is not continued.
    """

    jobs: int = 1
    scheduler: str = ""
    checkpoint: Path | None = None
    versions: tuple[str, ...] = ()


def verify_exhaustively(
    circuit: Circuit,
    elaborate: Elaborate,
    plan: Plan,
    *,
    watch: Callable[[int, int], None] | None = None,
) -> Claim:
    """Compare the netlist of a circuit with its integer reference on every pattern there is.

    Args:
        circuit: with its parameters chosen.
        elaborate: how a worker makes the same circuit.
        plan: who works, and where it is recorded.
        watch: called with the patterns done and the patterns to do.

    Raises:
        UsageError: too many input bits; a checkpoint of another circuit; a scheduler that is not there.
        LostWorkersError: workers died too often.
        WorkerError: a worker has another circuit, or gives something that is not a result.
    """
    mine = Exhaustive(circuit)
    total = 2**mine.bits
    size = max(LEAST, min(MOST, total // (_RANGES_A_JOB * max(plan.jobs, 1))))
    size = 1 << (size.bit_length() - 1)  # so that every range begins where a chunk does
    task = (elaborate, mine.circuit.spec.name, dict(mine.circuit.parameters))
    with kept(plan.checkpoint, mine, plan.versions) as (done, note), _others(plan, task) as ask:
        recorded = len(done)
        todo = ranges(total, size, done)
        # In waves, so that everything before a wrong pattern is done when it is reported.
        while todo and all(each.wrong is None for each in done):
            wave, todo = todo[: _WAVE * plan.jobs], todo[_WAVE * plan.jobs :]
            for found in _work(mine, ask, wave):
                note(found)
                done.append(found)
                if watch is not None:
                    watch(sum(each.count for each in done), total)
    claim = within_cares(sound(_claim(circuit, done, total), circuit), circuit)
    loose = reference_code(circuit).loose if recorded else ()
    if loose:
        uses = f"the reference uses {', '.join(loose[:3])}, which may give something else by now"
        claim = replace(claim, rests_on=f"a checkpoint of {recorded} ranges: {uses}")
    return claim


def ranges(total: int, size: int, done: Iterable[Compared]) -> list[tuple[int, int]]:
    """What is left to do of ``total`` patterns, as (first, count), in ranges of at most ``size``."""
    left, at = [], 0
    for first, count in [*sorted((each.first, each.count) for each in done), (total, 0)]:
        while at < first:
            stop = min(first, (at // size + 1) * size)
            left.append((at, stop - at))
            at = stop
        at = max(at, first + count)
    return left


def _others(plan: Plan, task: Task) -> AbstractContextManager[Ask | None]:
    """Who compares ranges in place of this process, if anybody does."""
    if plan.scheduler:
        return nullcontext(partial(on_cluster, plan.scheduler, task))
    return on_processes(plan.jobs, task) if plan.jobs > 1 else nullcontext(None)


def _work(mine: Exhaustive, ask: Ask | None, wave: list[tuple[int, int]]) -> Iterator[Compared]:
    """Compare some ranges, in whatever order they are finished.

    Raises:
        WorkerError: a worker has another circuit, or gives something that is not a result.
    """
    if ask is None:
        for first, count in wave:
            yield mine.compare(first, count)
        return
    asked = [Asked(first, count, some_of(first, count, _DRAWN)) for first, count in wave]
    code = reference_code(mine.circuit).digest
    wanted = {
        each.first: (netlist_digest(mine.circuit.netlist), code, mine.answers(each.places)[0])
        for each in asked
    }
    counts = dict(wave)
    for found, said in ask(asked):
        if (
            not isinstance(found, Compared)
            or found.problem(2**mine.bits)
            or counts.pop(found.first, None) != found.count
        ):
            raise WorkerError(
                f"worker {said.worker} gives something that is not the result of a range: {found!r:.200}",
                hint="nothing of it was recorded",
            )
        for mine_, theirs, what in zip(
            wanted[found.first], (said.netlist, said.code, said.answers), _COMPARED, strict=True
        ):
            if mine_ != theirs:
                raise WorkerError(
                    f"worker {said.worker} (gatewright {said.version}) has another {what} of "
                    f"'{mine.circuit.spec.name}'",
                    hint="install the same versions there as here, plugins and Python included",
                )
        yield found


_DRAWN = 30
"""Patterns of a range on which a worker has to say what its reference gives, beside the edges."""

_COMPARED = ("netlist", "reference", "answer of the reference")


def _claim(circuit: Circuit, done: list[Compared], total: int) -> Claim:
    """What all ranges together say, however many there were."""
    bits = len(circuit.netlist.input_nets)
    claim = Claim(EXACT, REFERENCE, "exhaustive", 0, bits, "undecided")
    wrong = min((each.wrong for each in done if each.wrong is not None), default=None)
    if wrong is not None:
        excluded = sum(each.excluded for each in done if each.first <= wrong)
        checked = min((wrong // CHUNK + 1) * CHUNK, total) - excluded
        found = _replayed(circuit, wrong)
        if found is None:
            reason = f"pattern {wrong} was found wrong, but is right when it is tried again"
            return replace(claim, reason=reason)
        return replace(
            claim, checked=checked, outcome="refuted", counterexample=found, excluded=excluded
        )
    at = 0
    for each in sorted(done, key=lambda each: each.first):
        if each.first != at:
            break
        at += each.count
    if at != total:  # a mistake of ours; it must not become a proof
        return replace(claim, reason=f"of {total} patterns, those from {at} on were not compared")
    excluded = sum(each.excluded for each in done)
    outcome: Outcome = "proved" if excluded < total else "undecided"
    return replace(claim, checked=total - excluded, outcome=outcome, excluded=excluded)


def _replayed(circuit: Circuit, number: int) -> Counterexample | None:
    """A wrong pattern again, by plain evaluation of every net; None if it is right."""
    pattern = counting_patterns(number, 1, len(circuit.netlist.input_nets))
    program = compile_netlist(circuit.netlist)
    buses = input_buses(circuit, pattern)
    inside = circuit.domain(buses)
    if inside is not None and not inside.all():
        return None
    wanted = reference_bits(circuit, buses)[0]
    values = evaluate(program, exact_cells(program), pattern)[:, 0]
    if (values[program.outputs] == wanted).all():
        return None
    return counterexample(circuit, program, pattern[0], wanted, values, values, values)
