"""A SAT sweep in a process of its own, beside what else may decide the same.

The process is told all it needs through its standard input, in JSON, and answers on its standard output, so it
never runs the caller's own program again. Ctrl-C does not reach it: it ends where the block is left, or with its
parent.

Example:
    >>> from gatewright.logic.xag import XorAndGraph
    >>> graph = XorAndGraph(2)
    >>> a, b = graph.variable(0), graph.variable(1)
    >>> never = graph.both(graph.both(a, b), graph.both(a ^ 1, b))
    >>> with SweepAside(graph, [never], [0b0011, 0b0101], 4, time_limit=9) as sweep:
    ...     sweep.wait().outcome
    'never'
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import IO, Any

from gatewright.logic.sat.sweep import Swept, sat_sweep
from gatewright.logic.xag import XorAndGraph

_OURS = "import sys; sys.path[:] = {path!r}; from gatewright.logic.sat.aside import serve; serve()"
"""What the process runs: our code as it is imported here."""

_SECONDS = 0.2
"""How long an answer is waited for at a time, so that Ctrl-C is heeded."""


class SweepAside:
    """A sweep that begins at once; the arguments are those of `sat_sweep`."""

    def __init__(
        self,
        graph: XorAndGraph,
        targets: Sequence[int],
        values: Sequence[int],
        patterns: int,
        *,
        time_limit: float,
    ) -> None:
        self._task = graph, list(targets), list(values), patterns, time_limit
        self._said: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._found: Swept | None = None
        self._died = False
        self._process: subprocess.Popen[bytes] | None = None
        with contextlib.suppress(OSError):  # no more processes may be made, say
            self._process = subprocess.Popen(  # noqa: S603 - this Python, and our own code
                [sys.executable, "-c", _OURS.format(path=sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C does not reach it
            )
        self._talks = threading.Thread(target=self._talk, name="beside a sweep", daemon=True)
        self._talks.start()

    def _talk(self) -> None:
        """In a thread: tell the process what to do, and note what it says; nothing where it dies."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            self._said.put({})
            return
        graph, *rest = self._task
        tell, hear = process.stdin, process.stdout
        with contextlib.suppress(OSError, ValueError):
            tell.write(
                json.dumps([graph.inputs, graph.lefts, graph.rights, *rest]).encode() + b"\n"
            )
            tell.flush()
            for line in hear:
                self._said.put(json.loads(line))
        self._said.put({})

    def __enter__(self) -> SweepAside:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._talks.join()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what it was still to be told
                if stream is not None:
                    stream.close()

    def decided(self) -> bool:
        """Whether it has found out, so that nobody else has to."""
        while not (self._found or self._died or self._said.empty()):
            self._note(self._said.get(), None)
        return self._found is not None and self._found.outcome != "time"

    def wait(self, watch: Callable[[int, int], None] | None = None) -> Swept:
        """What it found, where it has ended; if its process died, what a sweep here finds.

        Args:
            watch: called with the nodes done and the nodes to do of a pass.

        Raises:
            MissingSolverError: python-sat is not installed.
        """
        while not (self._found or self._died):
            with contextlib.suppress(queue.Empty):
                self._note(self._said.get(timeout=_SECONDS), watch)
        if self._found is None:
            graph, targets, values, patterns, limit = self._task
            self._found = sat_sweep(graph, targets, values, patterns, time_limit=limit, watch=watch)
        return self._found

    def _note(self, said: dict[str, Any], watch: Callable[[int, int], None] | None) -> None:
        if "outcome" in said:
            pattern = said.pop("pattern")
            self._found = Swept(pattern=None if pattern is None else tuple(pattern), **said)
        elif not said:
            self._died = True
        elif watch is not None:
            watch(said["done"], said["of"])


def serve() -> None:
    """In a process of its own: sweep what standard input says, and say on standard output what is found."""
    hear, answer = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    inputs, lefts, rights, targets, values, patterns, limit = json.loads(hear.readline())
    threading.Thread(target=_end_with_parent, args=(hear,), daemon=True).start()
    graph = XorAndGraph(inputs)
    graph.lefts, graph.rights = lefts, rights

    def say(**what: object) -> None:
        answer.write(json.dumps(what).encode() + b"\n")
        answer.flush()

    found = sat_sweep(
        graph,
        targets,
        values,
        patterns,
        time_limit=limit,
        watch=lambda done, total: say(done=done, of=total),
    )
    say(**dataclasses.asdict(found))


def _end_with_parent(hear: IO[bytes]) -> None:
    hear.read()
    os._exit(1)
