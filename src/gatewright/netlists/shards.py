"""Sharing an exhaustive proof out: ranges of patterns to processes or machines, and what is done on disk.

After `exhaustive`, which compares a range; a last room. Ranges go to local processes by joblib, or to a
Dask cluster; neither is ours. A finished range is a line in a record, so that an interrupted proof goes
on where it stopped, and a range whose worker died is simply done again. The claim in the end depends on
the patterns alone, not on how they were shared out.

Example:
    >>> ranges(2**20, 2**18, done=[Compared(2**18, 2**18, 0, None)])
    [(0, 262144), (524288, 262144), (786432, 262144)]
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gatewright.errors import GatewrightError, UsageError
from gatewright.logic.bits import counting_patterns
from gatewright.netlists.buses import input_buses, reference_bits
from gatewright.netlists.counterexample import counterexample
from gatewright.netlists.evaluate import evaluate, exact_cells
from gatewright.netlists.exhaustive import CHUNK, Compared, Exhaustive
from gatewright.netlists.program import compile_netlist
from gatewright.netlists.record import kept
from gatewright.netlists.spec import Circuit
from gatewright.netlists.verdict import EXACT, REFERENCE, Claim, Counterexample, Outcome

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


@dataclass(frozen=True, slots=True)
class Plan:
    """How the ranges are worked on.

    Attributes:
        jobs: processes of this machine.
        scheduler: address of a Dask scheduler, whose workers are used instead; empty for none.
        record: the file that keeps what is finished; none to keep nothing.
    """

    jobs: int = 1
    scheduler: str = ""
    record: Path | None = None


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
        UsageError: too many input bits; a record of another circuit; a scheduler that is not there.
        LostWorkersError: workers died too often.
    """
    mine = Exhaustive(circuit)
    total = 2**mine.bits
    size = max(LEAST, min(MOST, total // (_RANGES_A_JOB * max(plan.jobs, 1))))
    size = 1 << (size.bit_length() - 1)  # so that every range begins where a chunk does
    with kept(plan.record, circuit) as (done, note):
        todo = ranges(total, size, done)
        # In waves, so that all that lies before a wrong pattern is done when it is told of.
        while todo and all(each.wrong is None for each in done):
            wave, todo = todo[: _WAVE * plan.jobs], todo[_WAVE * plan.jobs :]
            for found in _work(mine, elaborate, plan, wave):
                note(found)
                done.append(found)
                if watch is not None:
                    watch(sum(each.count for each in done), total)
    return _claim(circuit, done, total)


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
    """Compare some ranges, in whatever order they are finished."""
    task = (elaborate, mine.circuit.spec.name, dict(mine.circuit.parameters))
    if plan.scheduler:
        yield from _on_cluster(plan.scheduler, task, wave)
    elif plan.jobs == 1:
        for first, count in wave:
            yield mine.compare(first, count)
    else:
        yield from _on_processes(plan.jobs, task, wave)


def _on_processes(jobs: int, task: Any, wave: list[tuple[int, int]]) -> Iterator[Compared]:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = dict(wave)
    for _ in range(_DEATHS):
        calls = [delayed(_compare_there)(*task, *each) for each in left.items()]
        results = Parallel(n_jobs=jobs, return_as="generator_unordered")(calls)
        try:
            for found in results:
                del left[found.first]
                yield found
        except TerminatedWorkerError:  # killed, or out of memory: what it had is done again
            continue
        finally:
            with warnings.catch_warnings():  # of results that nobody wants any more
                warnings.simplefilter("ignore", UserWarning)
                results.close()
        return
    raise LostWorkersError(
        f"workers died {_DEATHS} times with {len(left)} ranges left",
        hint="what is finished is recorded; run it again with fewer --jobs",
    )


def _on_cluster(scheduler: str, task: Any, wave: list[tuple[int, int]]) -> Iterator[Compared]:
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
        futures = [client.submit(_compare_there, *task, *each, pure=False) for each in wave]
        for future in as_completed(futures):  # type: ignore[no-untyped-call] # as above
            yield future.result()


def _compare_there(
    elaborate: Elaborate, name: str, parameters: Mapping[str, Any], first: int, count: int
) -> Compared:
    """One range, in another process."""
    return _elaborated(elaborate, name, tuple(sorted(parameters.items()))).compare(first, count)


@lru_cache(maxsize=4)
def _elaborated(
    elaborate: Elaborate, name: str, parameters: tuple[tuple[str, Any], ...]
) -> Exhaustive:
    return Exhaustive(elaborate(name, dict(parameters)))


def _claim(circuit: Circuit, done: list[Compared], total: int) -> Claim:
    """What all ranges together say, however many there were."""
    bits = len(circuit.netlist.input_nets)
    wrong = min((each.wrong for each in done if each.wrong is not None), default=None)
    if wrong is None:
        excluded = sum(each.excluded for each in done)
        outcome: Outcome = "proved" if excluded < total else "undecided"
        return Claim(
            EXACT, REFERENCE, "exhaustive", total - excluded, bits, outcome, None, excluded
        )
    excluded = sum(each.excluded for each in done if each.first <= wrong)
    checked = min((wrong // CHUNK + 1) * CHUNK, total) - excluded
    found = _replayed(circuit, wrong)
    return Claim(EXACT, REFERENCE, "exhaustive", checked, bits, "refuted", found, excluded)


def _replayed(circuit: Circuit, number: int) -> Counterexample:
    """A wrong pattern once more, through the plain evaluation of every net."""
    pattern = counting_patterns(number, 1, len(circuit.netlist.input_nets))
    program = compile_netlist(circuit.netlist)
    wanted = reference_bits(circuit, input_buses(circuit, pattern))[0]
    values = evaluate(program, exact_cells(program), pattern)[:, 0]
    return counterexample(circuit, program, pattern[0], wanted, values, values, values)
