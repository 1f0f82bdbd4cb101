"""Building a library: a proved gate for every class, on all cores, continuing where it stopped.

Every class is trained by a process of its own making, with one thread for linear algebra, so that the gates
do not depend on how many processes there are.

Example:
    >>> from gatewright.gates.npn.classes import class_specs
    >>> [recipe.restarts for recipe in recipes(class_specs("npn4")[-1])]
    [16, 64]
"""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from gatewright.certify.discipline import DEFAULT
from gatewright.errors import Hint, NotLearnedError, StoreError
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.npn.file import read, write
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe, default_recipe
from gatewright.gates.training.train import train
from gatewright.records import dataclass

Watch = Callable[[int, int, str], None]
"""Called after every class with how many are done, how many there are, and the one that was trained."""

_KEEP_EVERY = 16  # classes between two times the file is written
_MORE_RESTARTS = 64
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """What came of a build.

    Attributes:
        library: as it is in the file.
        trained: names of the gates that were trained now.
        failed: names of those that no recipe could make.
    """

    library: NpnLibrary
    trained: tuple[str, ...]
    failed: tuple[str, ...]


def recipes(spec: GateSpec) -> tuple[Recipe, ...]:
    """The recipes a class is tried with in turn: the usual one, and more restarts."""
    usual = default_recipe(spec.table)
    return (usual, dataclasses.replace(usual, restarts=_MORE_RESTARTS))


def train_class(spec: GateSpec, seed: int) -> TrainedGate | None:
    """The gate of the first recipe whose gate is proved for the default discipline; None if none is."""
    for recipe in recipes(spec):
        try:
            gate = train(spec, recipe, seed=seed)
        except NotLearnedError:
            continue
        if gate.datasheet is not None and gate.datasheet.discipline == DEFAULT:
            return gate
    return None


def build(
    name: str,
    path: Path,
    *,
    seed: int = 0,
    jobs: int = 1,
    force: bool = False,
    watch: Watch | None = None,
) -> Built:
    """Train the classes that a library's file does not have yet, and write them to it.

    The file is written every few classes, and however the build ends, so that the next one continues
    there. New processes import the main module: a script that calls this does so under
    ``if __name__ == "__main__":``.

    Args:
        name: of the library.
        path: of its file.
        seed: of the trainings; the same seed gives the same file.
        jobs: processes that train.
        force: start over, whatever the file holds.
        watch: called in this process after every class.

    Raises:
        UnknownGateError: there is no such library.
        StoreError: the file is damaged, was begun with another seed, or cannot be written; or a
            process was ended from outside.
    """
    library = (None if force else read(path, name)) or NpnLibrary(name, {})
    _check_seed(library, path, seed)
    gates = dict(library.gates)
    total = len(class_specs(name))
    trained: list[str] = []
    failed: list[str] = []
    try:
        with contextlib.closing(_trained(library.missing, seed, jobs)) as done:
            for spec, gate in done:
                if gate is None:
                    failed.append(spec.name)
                    continue
                gates[spec.name] = gate
                trained.append(spec.name)
                if len(trained) % _KEEP_EVERY == 0:
                    write(path, NpnLibrary(name, gates))
                if watch is not None:
                    watch(len(gates), total, spec.name)
    except BrokenProcessPool as error:
        raise StoreError(
            f"a process that trained gates of {name} was ended from outside",
            hint=Hint("building it again goes on where it stopped", "go on building", library=name),
        ) from error
    finally:
        # As the file has them: in the order of the classes.
        library = NpnLibrary(
            name, {spec.name: gates[spec.name] for spec in class_specs(name) if spec.name in gates}
        )
        if trained:
            write(path, library)
    return Built(library, tuple(sorted(trained)), tuple(sorted(failed)))


def _check_seed(library: NpnLibrary, path: Path, seed: int) -> None:
    for gate in library.gates.values():
        if gate.seed != seed:
            raise StoreError(
                f"{path} was built with seed {gate.seed}, not {seed}",
                hint=Hint(
                    f"give seed={gate.seed} to go on with it, or force=True to begin anew",
                    "seed of library",
                    seed=gate.seed,
                ),
            )


def _trained(
    specs: tuple[GateSpec, ...], seed: int, jobs: int
) -> Generator[tuple[GateSpec, TrainedGate | None]]:
    """Every class with its gate, as they are done."""
    if not specs:
        return
    # A new interpreter for each process: threads of this one's linear algebra do not survive a fork.
    fresh = multiprocessing.get_context("spawn")
    jobs = min(jobs, len(specs))
    with (
        _one_thread_each(),
        ProcessPoolExecutor(jobs, fresh, initializer=_begin) as pool,
    ):
        try:
            # The classes of most inputs take longest, and come last in their list.
            with _ignoring_interrupts():
                doing = {pool.submit(train_class, spec, seed): spec for spec in reversed(specs)}
            for each in as_completed(doing):
                yield doing[each], each.result()
        finally:
            # Waits: leaving the pool would take the cancelling back.
            pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """While processes are started: they must not compete for the cores with threads of their own."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """While processes are started: they inherit it, so that one interrupted while it imports says nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may, and only it is interrupted
        return
    before = signal.getsignal(signal.SIGINT)
    _ignore_interrupts()
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _begin() -> None:
    """What a process begins with: interrupts are its parent's, and when that is killed, it ends too."""
    _ignore_interrupts()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Otherwise it would wait for work forever, as it holds the other end of the queue itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
