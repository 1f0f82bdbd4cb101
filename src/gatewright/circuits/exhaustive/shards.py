"""Sharing an exhaustive proof out: ranges of patterns to processes or machines, and what is done on disk.

Ranges go to local processes by joblib, or to a Dask cluster; neither is ours. A finished range is a line in a
checkpoint, so that an interrupted proof goes on where it stopped, and a range whose worker died is simply done
again. A worker has plugins of its own, perhaps older ones: with each range it says what it compared, by digests
of the netlist, of the reference's code, and of its answers on patterns that were drawn here. The claim in the
end depends on the patterns alone, not on how they were shared out.

Example:
    >>> ranges(2**20, 2**18, done=[Compared(2**18, 2**18, 0, None)])
    [(0, 262144), (524288, 262144), (786432, 262144)]
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from gatewright.arrays import Integers
from gatewright.circuits.buses import input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.checkpoint import kept
from gatewright.circuits.exhaustive.exhaustive import CHUNK, Compared, Exhaustive, some_of
from gatewright.circuits.exhaustive.fingerprint import netlist_digest, reference_code
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells
from gatewright.circuits.verify.counterexample import counterexample
from gatewright.circuits.verify.dont_cares import within_cares
from gatewright.circuits.verify.verdict import EXACT, REFERENCE, Claim, Counterexample, Outcome
from gatewright.circuits.verify.verify import sound
from gatewright.errors import GatewrightError, UsageError
from gatewright.logic.bits import counting_patterns
from gatewright.version import VERSION

LEAST, MOST = CHUNK, 2**26  # patterns a range: enough to be worth a call, few enough to lose
_RANGES_A_JOB = 16
_WAVE = 8  # ranges a job between two looks at what was found
PATIENCE = 10.0  # seconds for a scheduler to answer
_DEATHS = 3  # how often workers may die before it is no accident

Elaborate = Callable[[str, Mapping[str, Any]], Circuit]
"""Gives the circuit of a name and parameters; a function of a module, since workers import it."""


class LostWorkersError(GatewrightError):
    """Workers died again and again; what was finished is recorded."""

    exit_code = 4


class WorkerError(GatewrightError):
    """A worker compared something else than it was asked to."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Testimony:
    """What a worker says that it compared.

    Attributes:
        netlist: digest of its netlist.
        code: digest of its reference and domain.
        answers: digest of what its reference gives on the patterns that it was asked for.
        worker: its address, or its host and process.
        version: of this package there.
    """

    netlist: str
    code: str
    answers: str
    worker: str
    version: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How the ranges are worked on.

    Attributes:
        jobs: processes of this machine.
        scheduler: address of a Dask scheduler, whose workers are used instead; empty for none.
        checkpoint: the file that keeps what is finished; none to keep nothing.
        versions: of the plugins, as text: a checkpoint that was kept with others is not gone on with.
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
        elaborate: how a worker comes by the same circuit.
        plan: who works, and where it is recorded.
        watch: called with the patterns done and the patterns to do.

    Raises:
        UsageError: too many input bits; a checkpoint of another circuit; a scheduler that is not there.
        LostWorkersError: workers died too often.
        WorkerError: a worker has another circuit, or gives what is no result.
    """
    mine = Exhaustive(circuit)
    total = 2**mine.bits
    size = max(LEAST, min(MOST, total // (_RANGES_A_JOB * max(plan.jobs, 1))))
    size = 1 << (size.bit_length() - 1)  # so that every range begins where a chunk does
    with kept(plan.checkpoint, mine, plan.versions) as (done, note):
        recorded = len(done)
        todo = ranges(total, size, done)
        # In waves, so that all that lies before a wrong pattern is done when it is told of.
        while todo and all(each.wrong is None for each in done):
            wave, todo = todo[: _WAVE * plan.jobs], todo[_WAVE * plan.jobs :]
            for found in _work(mine, elaborate, plan, wave):
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


def _work(
    mine: Exhaustive, elaborate: Elaborate, plan: Plan, wave: list[tuple[int, int]]
) -> Iterator[Compared]:
    """Compare some ranges, in whatever order they are finished.

    Raises:
        WorkerError: a worker has another circuit, or gives what is no result.
    """
    if plan.jobs == 1 and not plan.scheduler:
        for first, count in wave:
            yield mine.compare(first, count)
        return
    task = (elaborate, mine.circuit.spec.name, dict(mine.circuit.parameters))
    asked = [_Asked(first, count, some_of(first, count, _DRAWN)) for first, count in wave]
    answers = (
        _on_cluster(plan.scheduler, task, asked)
        if plan.scheduler
        else _on_processes(plan.jobs, task, asked)
    )
    code = reference_code(mine.circuit).digest
    wanted = {
        each.first: (netlist_digest(mine.circuit.netlist), code, mine.answers(each.places)[0])
        for each in asked
    }
    counts = dict(wave)
    for found, said in answers:
        if (
            not isinstance(found, Compared)
            or found.problem(2**mine.bits)
            or counts.pop(found.first, None) != found.count
        ):
            raise WorkerError(
                f"worker {said.worker} gives what is no result of a range: {found!r:.200}",
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


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A range for a worker, and the numbers of the patterns on which it is to say what the reference gives."""

    first: int
    count: int
    places: Integers


def _on_processes(
    jobs: int, task: Any, asked: list[_Asked]
) -> Iterator[tuple[Compared, Testimony]]:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = {each.first: each for each in asked}
    for _ in range(_DEATHS):
        calls = [delayed(_compare_with)(os.getpid(), *task, each) for each in left.values()]
        results = Parallel(n_jobs=jobs, return_as="generator_unordered")(calls)
        try:
            for found, said in results:
                left.pop(found.first, None)
                yield found, said
        except TerminatedWorkerError:  # killed, or out of memory: what it had is done again
            continue
        finally:
            with warnings.catch_warnings():  # of results that nobody wants any more
                warnings.simplefilter("ignore", UserWarning)
                results.close()
        return
    raise LostWorkersError(
        f"workers died {_DEATHS} times with {len(left)} ranges left",
        hint="what is finished is recorded; run it again with fewer jobs",
    )


def _compare_with(
    parent: int, elaborate: Elaborate, name: str, parameters: Mapping[str, Any], asked: _Asked
) -> tuple[Compared, Testimony]:
    """One range, in a process of this machine that ends when the one that asked is killed."""
    _end_with(parent)
    return _compare_there(elaborate, name, parameters, asked)


@lru_cache(maxsize=1)  # once a process
def _end_with(parent: int) -> None:
    """Have this process end soon after its parent; it would finish its range, and wait 300 s for another."""

    def watch() -> None:
        while os.getppid() == parent:  # on Windows this stays so
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="with the parent", daemon=True).start()


def _on_cluster(
    scheduler: str, task: Any, asked: list[_Asked]
) -> Iterator[tuple[Compared, Testimony]]:
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise UsageError(
            "a scheduler needs Dask", hint="pip install 'gatewright[distributed]'"
        ) from None
    try:
        client: Any = Client(scheduler, timeout=PATIENCE)  # type: ignore[no-untyped-call] # Dask has few types
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"there is no Dask scheduler at {scheduler}: {error}",
            hint="start one with 'dask scheduler', workers with 'dask worker tcp://…'",
        ) from error
    with client:
        # Dask itself does a range again whose worker was lost.
        futures = [client.submit(_compare_there, *task, each, pure=False) for each in asked]
        for future in as_completed(futures):  # type: ignore[no-untyped-call] # as above
            answer = future.result()
            if not (isinstance(answer, tuple) and isinstance(answer[-1], Testimony)):
                raise WorkerError(
                    f"a worker at {scheduler} runs another version of gatewright: it does not say what "
                    "it compared",
                    hint="install the same version there as here",
                )
            yield answer


def _compare_there(
    elaborate: Elaborate, name: str, parameters: Mapping[str, Any], asked: _Asked
) -> tuple[Compared, Testimony]:
    """One range, in another process, and what was compared there."""
    theirs = _elaborated(elaborate, name, tuple(sorted(parameters.items())))
    said = Testimony(
        netlist_digest(theirs.circuit.netlist),
        reference_code(theirs.circuit).digest,
        theirs.answers(asked.places)[0],
        _whoami(),
        VERSION,
    )
    return theirs.compare(asked.first, asked.count), said


def _whoami() -> str:
    """The address of this worker in its cluster, else host and process."""
    cluster = sys.modules.get("distributed")
    if cluster is not None:
        try:
            return str(cluster.get_worker().address)
        except ValueError:  # not one of a cluster
            pass
    return f"{platform.node()}, process {os.getpid()}"


@lru_cache(maxsize=4)
def _elaborated(
    elaborate: Elaborate, name: str, parameters: tuple[tuple[str, Any], ...]
) -> Exhaustive:
    return Exhaustive(elaborate(name, dict(parameters)))


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
            reason = f"pattern {wrong} was found wrong, and is right when it is tried once more"
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
    """A wrong pattern once more, through the plain evaluation of every net; none if it is right."""
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
