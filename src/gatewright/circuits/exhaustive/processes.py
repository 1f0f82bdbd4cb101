"""Processes of this machine that compare ranges of an exhaustive proof, each at the end of a pipe of its own.

Ctrl-C is the first process's: the others never meet it, and are killed where the block is left, whatever the
reason. That takes no other program, and no thread that an interrupt could end. A range whose process died is
done again.

Example:
    >>> with on_processes(2, (None, "ripple-adder", {})) as compare:
    ...     list(compare([]))
    []
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from gatewright.circuits.exhaustive.exhaustive import Compared
from gatewright.circuits.exhaustive.workers import (
    Ask,
    Asked,
    LostWorkersError,
    Task,
    Testimony,
    WorkerError,
    compare_there,
)
from gatewright.errors import reason
from gatewright.interrupts import heed

_DEATHS = 3
"""How often a range may kill its process before it is not an accident."""


@contextlib.contextmanager
def on_processes(jobs: int, task: Task) -> Iterator[Ask]:
    """What compares ranges in processes, in whatever order they are finished; each starts when it is needed.

    Args:
        jobs: most processes.
        task: the circuit that they compare.
    """
    processes = _Processes(jobs, task)
    try:
        yield processes.compare
    finally:
        processes.end()


class _Processes:
    def __init__(self, jobs: int, task: Task) -> None:
        self._jobs, self._task = jobs, task
        self._all: dict[Any, Any] = {}
        """By our end of its pipe, each process."""
        self._idle: list[Any] = []

    def compare(self, asked: Sequence[Asked]) -> Iterator[tuple[Compared, Testimony]]:
        """Compare ranges.

        Raises:
            LostWorkersError: processes died too often.
        """
        left, doing = deque(asked), dict[Any, Asked]()
        deaths = Counter[int]()
        ready: Any
        answer: Any
        while left or doing:
            while left and len(doing) < self._jobs:
                pipe = self._idle.pop() if self._idle else self._start()
                doing[pipe] = left.popleft()
                with contextlib.suppress(OSError):  # it is dead, as is found out below
                    pipe.send(doing[pipe])
            heed()
            for ready in wait(list(doing)):
                given = doing.pop(ready)
                try:
                    answer = ready.recv()
                except (EOFError, OSError):  # it was killed, or is out of memory
                    self._end(ready)
                    left.appendleft(given)
                    deaths[given.first] += 1
                    if deaths[given.first] == _DEATHS:
                        raise LostWorkersError(
                            f"workers died {_DEATHS} times with {len(left) + len(doing)} ranges left",
                            hint="what is finished is recorded; run it again with fewer jobs",
                        ) from None
                    continue
                self._idle.append(ready)
                if isinstance(answer, Exception):
                    raise answer
                yield answer

    def _start(self) -> Any:
        fresh = multiprocessing.get_context("spawn")  # a fork would take our threads' locks along
        if os.name == "posix":
            from multiprocessing.resource_tracker import ensure_running

            ensure_running()  # where a process does it, Ctrl-C is let through
        with _interrupts_wait():
            ours, theirs = fresh.Pipe()
            process = fresh.Process(target=_serve, args=(theirs, self._task), daemon=True)
            process.start()
            theirs.close()
            self._all[ours] = process
        return ours

    def _end(self, pipe: Any) -> None:
        process = self._all.pop(pipe)
        process.kill()
        process.join()
        pipe.close()

    def end(self) -> None:
        """Kill them all."""
        with _interrupts_wait():
            for pipe in list(self._all):
                self._end(pipe)


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Within, Ctrl-C waits; whoever is started within never meets it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, task: Task) -> None:
    """In a process: compare ranges until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="with the parent", daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            answer: object
            asked = pipe.recv()
            try:
                answer = compare_there(*task, asked)
            except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
                error.add_note(f"in a worker:\n{traceback.format_exc()}")
                answer = error
            try:
                pipe.send(answer)
            except (TypeError, ValueError, AttributeError) as error:  # it cannot be sent
                pipe.send(WorkerError(f"a worker fails: {reason(error)}"))


def _end_with_parent() -> None:
    """Otherwise it would finish its range first, which may take minutes."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
