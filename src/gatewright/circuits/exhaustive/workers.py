"""The workers of an exhaustive proof, what they are asked and what they say; and those of a Dask cluster.

A worker has plugins of its own, perhaps older ones: with each range it says what it compared. `processes` has
those of this machine.

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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from gatewright.arrays import Integers
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.exhaustive import Compared, Exhaustive
from gatewright.circuits.exhaustive.fingerprint import netlist_digest, reference_code
from gatewright.errors import GatewrightError, UsageError
from gatewright.records import dataclass
from gatewright.version import VERSION

PATIENCE = 10.0  # seconds for a scheduler to answer

Elaborate = Callable[[str, Mapping[str, Any]], Circuit]
"""Gives the circuit of a name and parameters; a function of a module, since workers import it."""

Task: TypeAlias = tuple[Elaborate, str, Mapping[str, Any]]
"""The circuit that is compared: how it is made, its name and its parameters."""


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


Ask: TypeAlias = Callable[[Sequence[Asked]], Iterable[tuple[Compared, Testimony]]]
"""Has ranges compared, and gives what came of each as it is finished."""


def on_cluster(
    scheduler: str, task: Task, asked: Sequence[Asked]
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
