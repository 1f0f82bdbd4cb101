"""The workers of an exhaustive proof: processes of this machine, or those of a Dask cluster.

joblib runs the processes, Dask the cluster. A range whose worker died is done again. A worker
has plugins of its own, perhaps older ones: with each range it says what it compared.

Example:
    >>> import numpy as np
    >>> from gatewright.api.circuits import circuit
    >>> def elaborate(name, parameters):
    ...     return circuit(name, **parameters)
    >>> found, said = compare_there(elaborate, "ripple-adder", {"bits": 4}, Asked(0, 2**9, np.arange(4)))
    >>> found.wrong, said.version == VERSION
    (None, True)
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from gatewright.arrays import Integers
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.exhaustive import Compared, Exhaustive
from gatewright.circuits.exhaustive.fingerprint import netlist_digest, reference_code
from gatewright.errors import GatewrightError, UsageError
from gatewright.records import dataclass
from gatewright.version import VERSION

PATIENCE = 10.0  # seconds for a scheduler to answer
_DEATHS = 3  # how often workers may die before it is no accident

Elaborate = Callable[[str, Mapping[str, Any]], Circuit]
"""Gives the circuit of a name and parameters; a function of a module, since workers import it."""


class LostWorkersError(GatewrightError):
    """Workers died again and again; what was finished is recorded."""

    exit_code = 4


class WorkerError(GatewrightError):
    """A worker compared something other than it was asked to."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A range for a worker, and the numbers of the patterns on which it is to say what the reference gives."""

    first: int
    count: int
    places: Integers


def on_processes(jobs: int, task: Any, asked: list[Asked]) -> Iterator[tuple[Compared, Testimony]]:
    """Compare ranges in processes of this machine, in whatever order they are finished.

    Raises:
        LostWorkersError: they died too often.
    """
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


def on_cluster(
    scheduler: str, task: Any, asked: list[Asked]
) -> Iterator[tuple[Compared, Testimony]]:
    """Compare ranges on the workers of a Dask cluster, in whatever order they are finished.

    Raises:
        UsageError: Dask or the scheduler is not there.
        WorkerError: a worker runs another version.
    """
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
        futures = [client.submit(compare_there, *task, each, pure=False) for each in asked]
        for future in as_completed(futures):  # type: ignore[no-untyped-call] # as above
            answer = future.result()
            if not (isinstance(answer, tuple) and isinstance(answer[-1], Testimony)):
                raise WorkerError(
                    f"a worker at {scheduler} runs another version of gatewright: it does not say what "
                    "it compared",
                    hint="install the same version there as here",
                )
            yield answer


def _compare_with(
    parent: int, elaborate: Elaborate, name: str, parameters: Mapping[str, Any], asked: Asked
) -> tuple[Compared, Testimony]:
    """One range, in a process of this machine that ends when the one that asked is killed."""
    _end_with(parent)
    return compare_there(elaborate, name, parameters, asked)


@lru_cache(maxsize=1)  # once a process
def _end_with(parent: int) -> None:
    """Have this process end soon after its parent, not finish its range and wait 300 s for another."""

    def watch() -> None:
        while os.getppid() == parent:  # on Windows this stays so
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="with the parent", daemon=True).start()


def compare_there(
    elaborate: Elaborate, name: str, parameters: Mapping[str, Any], asked: Asked
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
