"""The process that reads and compares submissions, one after the other; it is ended where one takes too long.

Files of strangers may take any time and memory, and meet faults of ours. What happens to this process happens to
one submission: another process grades the rest.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.circuits.grading.grade import Grade, Limits, graded
from gatewright.cli import circuit_words, equiv_words
from gatewright.cli.circuits.grading.naming import bits_named, missing_bus
from gatewright.cli.hints import told
from gatewright.errors import GatewrightError, UsageError, reason
from gatewright.formats.registry import format_told
from gatewright.records import dataclass

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.plugins.manager import Plugins

BESIDES = 60.0
"""Seconds that a submission may take besides proofs by SAT: it is read, and compared by other means."""

_START, _END = 120.0, 2.0
"""Seconds that a process may take to begin, and to end."""

_PROGRAMS = (".py", ".pyc", ".sh", ".exe", ".ipynb")


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of every submission.

    Attributes:
        spec: the circuit that is asked for, as the user named it.
        parameters: of that circuit.
        reading: how submissions are read, by the words of `circuit_words.READING`.
        limits: what they may be made of.
        time_limit: of each proof by SAT, in seconds.
    """

    spec: str
    parameters: Mapping[str, str]
    reading: Mapping[str, str]
    limits: Limits
    time_limit: float

    @property
    def patience(self) -> float:
        """Seconds after which a submission is given up: two rounds of proofs, and what comes besides."""
        return 2 * self.time_limit + BESIDES


def asked(plugins: Plugins, task: Task) -> Circuit:
    """The circuit that is asked for.

    Raises:
        UsageError: as in `circuit_words.elaborate`.
    """
    word = equiv_words.own(plugins, task.spec)
    parameters = {**task.parameters, **word.parameters}
    return circuit_words.elaborate(
        plugins, circuit_words.Words(word.circuit, parameters, {}), clocked=True
    )


def grades(task: Task, paths: Sequence[Path]) -> Iterator[Grade]:
    """The grade of every file, in their order, each as it is done."""
    fresh = multiprocessing.get_context("spawn")
    process: Any = None
    ours: Any = None
    try:
        for path in paths:
            if process is None:
                ours, theirs = fresh.Pipe()
                process = fresh.Process(target=_serve, args=(theirs, task), daemon=True)
                process.start()
                theirs.close()
                _heard(ours, _START)
            ours.send(path)
            found = _heard(ours, task.patience)
            if found is None:
                alive = process.is_alive()
                _end(process)
                why = (
                    f"it was given up after {task.patience:g} s"
                    if alive
                    else f"grading it ended unexpectedly (exit code {process.exitcode})"
                )
                found, process = Grade(str(path), "undecided", f"undecided: {why}"), None
            yield found
    finally:
        if process is not None:
            _end(process)


def _heard(connection: Any, seconds: float) -> Any:
    """What the other process says in time; None if nothing."""
    try:
        return connection.recv() if connection.poll(seconds) else None
    except (EOFError, OSError):
        return None


def _end(process: Any) -> None:
    """End a process, gently at first, so that it ends the Yosys that it may have started."""
    process.terminate()
    process.join(_END)
    if process.is_alive():
        process.kill()
        process.join()


def _stopped(*_: object) -> None:
    raise SystemExit(1)


def _serve(connection: Connection, task: Task) -> None:
    """In the other process: grade what it is sent, until nobody sends any more."""
    from gatewright.plugins.manager import load_plugins

    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is the first process's, which ends this one
    signal.signal(signal.SIGTERM, _stopped)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        os.dup2(2, 1)  # what plugins print is not a result
        plugins = load_plugins(kinds=("gates", "circuits"))
        wanted = asked(plugins, task)
        connection.send("ready")
        with contextlib.suppress(EOFError):
            while True:
                connection.send(_grade(plugins, wanted, task, connection.recv()))


def _grade(plugins: Plugins, wanted: Circuit, task: Task, path: Path) -> Grade:
    """One submission; whatever goes wrong with it is said of it."""
    name = str(path)
    try:
        given = _read(plugins, task, path)
    except GatewrightError as error:
        ours = "pip install" in error.hint  # what is not installed here is not a fault of the file
        return Grade(name, "undecided" if ours else "unreadable", told(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours costs one submission
        return Grade(name, "undecided", f"undecided: reading it failed: {reason(error)}")
    try:
        found = graded(name, given, wanted, task.limits, time_limit=task.time_limit)
    except UsageError as error:
        return Grade(name, "undecided", told(error))
    except GatewrightError as error:
        return Grade(name, "unreadable", f"{name}: {told(error)}")
    except Exception as error:  # noqa: BLE001 - as above
        return Grade(name, "undecided", f"undecided: comparing it failed: {reason(error)}")
    bus = missing_bus(given.netlist, wanted.netlist) if found.verdict == "other ports" else None
    if bus is None:
        return found
    return replace(found, reason=f"{found.reason}; {bits_named(bus, _format(task, path))}")


def _format(task: Task, path: Path) -> str:
    """The name of a file's format; empty where only its text says it."""
    told = format_told(path.name)
    return task.reading.get(circuit_words.FROM) or (told.name if told is not None else "")


def _read(plugins: Plugins, task: Task, path: Path) -> Circuit:
    name = str(path)
    if path.suffix.lower() in _PROGRAMS:
        raise UsageError(f"{name} is a program", hint="nothing that is handed in is run")
    takes = circuit_words.takes(name) | {circuit_words.TOP}
    words = {key: value for key, value in task.reading.items() if key in takes}
    if not circuit_words.is_file(plugins, name):
        name = f"./{name}"  # called as a builder is: what was handed in is the file
    return circuit_words.elaborate(
        plugins, circuit_words.Words(name, words, {}), clocked=True, written=True
    )
