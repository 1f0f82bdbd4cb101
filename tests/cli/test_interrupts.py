"""Ctrl-C while a command is busy elsewhere than in Python: one line, soon, and nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no groups of processes")

SOON = 30.0
"""Seconds, on a machine that is busy with something else; it takes less than one."""


@contextmanager
def started(script: str, *words: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A command at work, as a terminal starts it; where it outlives the test, it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"{script}\nfrom gatewright.cli.app import main\nmain()", *words],
        cwd=folder,
        env={**os.environ, "PATH": str(folder)},  # where no program is that could help
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell has those that it runs in the background ignore it, and so would all below them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Once to the process and once to its group, as ``timeout`` does; its exit code, and what it said."""
    os.kill(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=SOON)
    wait_until(lambda: gone(process.pid))
    return process.returncode, told


def gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


INTERRUPTED = (130, "circuits: interrupted; nothing was left half-written\n")

ASKED = """
from gatewright.logic.sat.solver import Solver
satisfy = Solver.satisfy
def told(*arguments):
    open("asked", "w").close()
    return satisfy(*arguments)
Solver.satisfy = told
"""


@pytest.mark.parametrize(
    "words",
    [
        "equiv wallace-multiplier array-multiplier --bits 24",
        "faults divider --bits 16",
    ],
)
def test_while_sat_runs(words: str, tmp_path: Path) -> None:
    with started(ASKED, *words.split(), folder=tmp_path) as process:
        wait_until(lambda: (tmp_path / "asked").exists())
        time.sleep(0.2)
        assert interrupt(process) == INTERRUPTED


ALONE = "import sys; sys.modules['psutil'] = None"
"""Without a package that could help, either."""

WORDS = ["verify", "ripple-adder", "--bits", "14", "--exhaustive", "--jobs", "2", "--checkpoint"]


def test_while_processes_try_patterns(tmp_path: Path) -> None:
    """They start when the record is begun, and are interrupted while they are started, import, and compare."""
    for moment in (0.0, 0.02, 0.1, 0.4):
        record = tmp_path / f"{moment}.jsonl"
        with started(ALONE, *WORDS, record.name, folder=tmp_path) as process:
            wait_until(record.exists)
            time.sleep(moment)
            assert (moment, *interrupt(process)) == (moment, *INTERRUPTED)


SWALLOWED = """
import numpy as np, os, signal
from gatewright.circuits.exhaustive import shards
some_of = shards.some_of
class Told:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
def swallowing(*arguments):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        open("swallowed", "w").close()
    Told()
    shards.some_of = some_of
    return some_of(*arguments)
shards.some_of = swallowing
"""


def test_one_that_other_code_swallowed(tmp_path: Path) -> None:
    """As NumPy's compiled modules do while they are imported, or Python where it cannot be raised."""
    with started(SWALLOWED, *WORDS, "record.jsonl", folder=tmp_path) as process:
        _, told = process.communicate(timeout=SOON)
        assert (process.returncode, told) == INTERRUPTED
        assert (tmp_path / "swallowed").exists()
