"""A sweep in a process of its own: it finds what one here finds, and ends with whoever began it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.logic.test_sat_mapped import mapped

from gatewright.logic.sat import aside
from gatewright.logic.sat.aside import SweepAside
from gatewright.logic.sat.solver import MissingSolverError
from gatewright.logic.sat.sweep import sat_sweep
from gatewright.logic.xag import XorAndGraph

ROOT = Path(__file__).parents[2]


def beside(
    task: tuple[XorAndGraph, Sequence[int], Sequence[int], int], limit: float = 60
) -> SweepAside:
    return SweepAside(*task, time_limit=limit)


@pytest.mark.parametrize("wrong", [None, 13])
def test_it_finds_what_a_sweep_here_finds(wrong: int | None) -> None:
    task = mapped(4) if wrong is None else mapped(4, 5, wrong)
    seen: list[tuple[int, int]] = []
    with beside(task) as sweep:
        found = sweep.wait(lambda done, total: seen.append((done, total)))
        assert sweep.decided() == (found.outcome != "time")
    assert found == sat_sweep(*task, time_limit=60)


def test_its_time_ends_it_undecided() -> None:
    with beside(mapped(8), 0.0) as sweep:
        assert sweep.wait().outcome == "time"
        assert not sweep.decided()


def test_it_is_asked_while_it_runs() -> None:
    with beside(mapped(4)) as sweep:
        until = time.monotonic() + 60
        while not sweep.decided() and time.monotonic() < until:
            time.sleep(0.01)
        assert sweep.decided()


def test_where_it_dies_the_sweep_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    with beside(mapped(4)) as sweep:
        assert sweep._process is not None
        sweep._process.kill()
        assert sweep.wait().outcome == "never"
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with beside(mapped(4)) as sweep:
        assert sweep._process is None
        assert sweep.wait().outcome == "never"


def test_leaving_the_block_ends_it() -> None:
    with pytest.raises(KeyboardInterrupt), beside(mapped(16)) as sweep:
        raise KeyboardInterrupt
    assert sweep._process is not None
    assert sweep._process.returncode is not None


def test_without_python_sat(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = "import sys; sys.modules['pysat'] = None; "
    monkeypatch.setattr(aside, "_OURS", missing + aside._OURS)
    monkeypatch.setitem(sys.modules, "pysat", None)
    with pytest.raises(MissingSolverError), beside(mapped(4)) as sweep:
        sweep.wait()


@pytest.mark.skipif(os.name != "posix", reason="there are no such signals")
def test_it_ends_with_its_parent() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path[:] = {[str(ROOT), *sys.path]!r}\n"
            "from tests.logic.test_sat_aside import beside, mapped\n"
            "import time\n"
            "sweep = beside(mapped(16))\n"
            "print(sweep._process.pid, flush=True)\n"
            "time.sleep(600)\n",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 60
    while time.monotonic() < until and alive(child):
        time.sleep(0.05)
    assert not alive(child)


def alive(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
