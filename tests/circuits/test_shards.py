"""Exhaustive proofs shared out: the same claim however, resumed after whatever, workers killed or not."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest
from tests.strategies import few

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.exhaustive import shards, workers
from gatewright.circuits.exhaustive.checkpoint import kept
from gatewright.circuits.exhaustive.exhaustive import CHUNK, Compared, Exhaustive
from gatewright.circuits.exhaustive.fingerprint import netlist_digest
from gatewright.circuits.exhaustive.shards import (
    Plan,
    ranges,
    verify_exhaustively,
)
from gatewright.circuits.exhaustive.workers import LostWorkersError, WorkerError
from gatewright.circuits.parameter import Parameter
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.verdict import Claim
from gatewright.circuits.verify.verify import verify
from gatewright.errors import UsageError
from gatewright.plugins.manager import Plugins

BITS = Parameter("bits", 4, "width of a")


def adder(plugins: Plugins, bits: int) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": bits}, plugins.gates)


def inverter(
    plugins: Plugins, bits: int, wrong: tuple[int, ...] = (), odd: bool = False
) -> Circuit:
    """y = not a, with a reference that is off at some patterns, and promises nothing for odd ones."""

    def build(circuit: CircuitBuilder, *, bits: int) -> None:
        circuit.output_bus("y", [circuit.gate("not", bit) for bit in circuit.input_bus("a", bits)])

    def reference(buses: Buses, *, bits: int) -> Buses:
        inverted = buses["a"] ^ (2**bits - 1)
        for each in wrong:
            inverted = inverted ^ (buses["a"] == each)
        return {"y": inverted}

    def even(buses: Buses, *, bits: int) -> Any:
        del bits
        return buses["a"] % 2 == 0

    spec = CircuitSpec("inverter", "", (BITS,), build, reference, even if odd else None)
    return spec.elaborate({"bits": bits}, plugins.gates)


class Sent:
    """A function within a test, as it is sent to another process with all that it uses."""

    def __init__(self, function: workers.Elaborate) -> None:
        self._function = function

    def __call__(self, name: str, parameters: Mapping[str, Any]) -> Circuit:
        return self._function(name, parameters)

    def __reduce__(self) -> tuple[Any, ...]:
        return cloudpickle.loads, (cloudpickle.dumps(self._function),)


def again(circuit: Circuit) -> workers.Elaborate:
    """How a worker comes by a circuit of a test: it is sent along."""

    def elaborate(name: str, parameters: Mapping[str, Any]) -> Circuit:
        assert (name, parameters) == (circuit.spec.name, circuit.parameters)
        return circuit

    return Sent(elaborate)


def never(name: str, parameters: Mapping[str, Any]) -> Circuit:
    raise AssertionError("one process needs no other circuit")


# One range


@pytest.mark.parametrize("bits", [1, 2, 5, 6, 7, 8])
def test_a_range_says_what_all_patterns_say(plugins: Plugins, bits: int) -> None:
    for name in (
        "ripple-adder",
        "subtractor",
        "ripple-adder-subtractor",
        "parity-tree",
        "equality",
    ):
        circuit = plugins.circuit(name).elaborate({"bits": bits}, plugins.gates)
        total = 2 ** len(circuit.netlist.input_nets)
        assert Exhaustive(circuit).compare(0, total) == Compared(0, total, 0, None)


@pytest.mark.parametrize("wrong", [0, 1, 63, 64, 65, 127, CHUNK - 1, CHUNK, CHUNK + 70, 2**18 - 1])
def test_the_first_wrong_pattern_is_found(plugins: Plugins, wrong: int) -> None:
    circuit = inverter(plugins, 18, wrong=tuple({2**18 - 1, wrong}))
    found = Exhaustive(circuit).compare(0, 2**18)
    assert found == Compared(0, 2**18, 0, wrong)
    after = Exhaustive(circuit).compare(3 * CHUNK, CHUNK)
    assert after.wrong == 2**18 - 1


def test_patterns_outside_the_domain_are_counted_and_not_compared(plugins: Plugins) -> None:
    circuit = inverter(plugins, 17, wrong=(5,), odd=True)  # 5 is odd
    assert Exhaustive(circuit).compare(0, 2**17) == Compared(0, 2**17, 2**16, None)
    assert Exhaustive(inverter(plugins, 17, wrong=(6,), odd=True)).compare(0, 2**17).wrong == 6


def test_too_many_patterns_are_refused(plugins: Plugins) -> None:
    with pytest.raises(UsageError, match=r"has 2\^49 patterns; at most 2\^48 can be tried"):
        Exhaustive(adder(plugins, 24))


# All ranges


def test_ranges_leave_no_gap() -> None:
    assert ranges(100, 30, []) == [(0, 30), (30, 30), (60, 30), (90, 10)]
    done = [Compared(30, 30, 0, None), Compared(90, 10, 0, None)]
    assert ranges(100, 60, done) == [(0, 30), (60, 30)]
    assert ranges(100, 100, [Compared(0, 100, 0, None)]) == []


@pytest.mark.parametrize("jobs", few([1, 2, 3], 0, 1))
def test_any_number_of_jobs_says_the_same(plugins: Plugins, jobs: int) -> None:
    circuit = adder(plugins, 9)
    claim = verify_exhaustively(circuit, again(circuit), Plan(jobs))
    assert claim == Claim("exact gates", "integer reference", "exhaustive", 2**19, 19, "proved")
    assert claim == verify(circuit, None).claims[0]


@pytest.mark.parametrize(("jobs", "least"), few([(1, CHUNK), (2, CHUNK), (1, 4 * CHUNK)], 0, 2))
def test_any_sharding_refutes_alike(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch, jobs: int, least: int
) -> None:
    monkeypatch.setattr(shards, "LEAST", least)
    circuit = inverter(plugins, 20, wrong=(7 * CHUNK + 9, 11 * CHUNK, 15 * CHUNK + 1))
    claim = verify_exhaustively(circuit, again(circuit), Plan(jobs))
    assert (claim.outcome, claim.checked) == ("refuted", 8 * CHUNK)
    assert claim.counterexample is not None
    assert claim.counterexample.inputs == {"a": 7 * CHUNK + 9}


def test_progress_reaches_the_end(plugins: Plugins) -> None:
    seen: list[tuple[int, int]] = []
    circuit = inverter(plugins, 20)
    verify_exhaustively(circuit, never, Plan(), watch=lambda *at: seen.append(at))
    assert seen[-1] == (2**20, 2**20)
    assert seen == sorted(seen)
    assert len(seen) == 16


def test_a_circuit_that_promises_nothing_is_undecided(plugins: Plugins) -> None:
    circuit = inverter(plugins, 6)
    spec = dataclasses.replace(circuit.spec, domain=lambda buses, *, bits: buses["a"] < 0 * bits)
    empty = spec.elaborate({"bits": 6}, plugins.gates)
    assert verify_exhaustively(empty, never, Plan()).outcome == "undecided"


# Interrupted and resumed


def stopping(after: int) -> Callable[[int, int], None]:
    """A user who presses Ctrl-C after some ranges."""
    seen = []

    def watch(done: int, total: int) -> None:
        seen.append(done)
        if len(seen) == after:
            raise KeyboardInterrupt

    return watch


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_proof_goes_on_where_it_stopped(
    plugins: Plugins, tmp_path: Path, jobs: int
) -> None:
    circuit, path = inverter(plugins, 20, odd=True), tmp_path / "record.jsonl"
    plan = Plan(jobs, checkpoint=path)
    with pytest.raises(KeyboardInterrupt):
        verify_exhaustively(circuit, again(circuit), plan, watch=stopping(5))
    assert len(path.read_text().splitlines()) == 1 + 5
    seen: list[int] = []
    claim = verify_exhaustively(
        circuit, again(circuit), Plan(checkpoint=path), watch=lambda done, _: seen.append(done)
    )
    assert seen[0] == 6 * CHUNK
    assert claim == verify_exhaustively(circuit, never, Plan())
    assert (claim.checked, claim.excluded) == (2**19, 2**19)
    # Nothing is left to do a third time.
    assert verify_exhaustively(circuit, never, plan, watch=stopping(1)) == claim


def test_a_record_cut_off_in_the_middle_of_a_line(plugins: Plugins, tmp_path: Path) -> None:
    circuit, path = inverter(plugins, 20), tmp_path / "record.jsonl"
    whole = verify_exhaustively(circuit, never, Plan(checkpoint=path))
    text = path.read_bytes()
    for cut in (0, 1, 40, len(text) // 2, len(text) - 1):
        path.write_bytes(text[:cut])
        assert verify_exhaustively(circuit, never, Plan(checkpoint=path)) == whole
        assert path.read_bytes().count(b"\n") == 17


def test_a_record_of_something_else_is_refused(plugins: Plugins, tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    verify_exhaustively(inverter(plugins, 17), never, Plan(checkpoint=path))
    before = path.read_bytes()
    for other in (inverter(plugins, 18), inverter(plugins, 17, odd=True)):
        with pytest.raises(UsageError, match="records the proof of another circuit"):
            verify_exhaustively(other, never, Plan(checkpoint=path))
    assert path.read_bytes() == before
    with pytest.raises(UsageError, match="is not a file"):
        verify_exhaustively(inverter(plugins, 17), never, Plan(checkpoint=tmp_path))


def test_a_refutation_on_record_is_told_again(plugins: Plugins, tmp_path: Path) -> None:
    circuit, path = inverter(plugins, 20, wrong=(3 * CHUNK,)), tmp_path / "record.jsonl"
    first = verify_exhaustively(circuit, never, Plan(checkpoint=path))
    assert first.outcome == "refuted"
    assert verify_exhaustively(circuit, never, Plan(checkpoint=path)) == first


def test_what_is_noted_is_on_disk_at_once(plugins: Plugins, tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    with kept(path, Exhaustive(inverter(plugins, 17))) as (done, note):
        assert done == []
        note(Compared(0, CHUNK, 3, None))
        assert path.read_text().count("\n") == 2


# Killed workers


def killing(circuit: Circuit, marks: Path, deaths: int) -> workers.Elaborate:
    """A circuit whose elaboration kills its process, some times."""

    def elaborate(name: str, parameters: Mapping[str, Any]) -> Circuit:
        for death in range(deaths):
            try:
                (marks / str(death)).touch(exist_ok=False)
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)
        return circuit

    return Sent(elaborate)


@pytest.mark.exhaustive
def test_the_ranges_of_a_killed_worker_are_done_again(plugins: Plugins, tmp_path: Path) -> None:
    circuit, path = adder(plugins, 10), tmp_path / "record.jsonl"
    plan = Plan(2, checkpoint=path)
    claim = verify_exhaustively(circuit, killing(circuit, tmp_path, 1), plan)
    assert (tmp_path / "0").exists()
    assert claim == verify_exhaustively(circuit, never, Plan())


@pytest.mark.exhaustive
@pytest.mark.skipif(
    sys.platform == "win32", reason="a process keeps the number of its parent there"
)
def test_workers_end_with_a_command_that_is_killed(tmp_path: Path) -> None:
    words = [
        "verify",
        "ripple-adder",
        "--bits",
        "14",
        "--exhaustive",
        "--jobs",
        "2",
        "--checkpoint",
        "adder.jsonl",
    ]
    command = [sys.executable, "-c", "from gatewright.cli.app import main; main()", *words]
    process = subprocess.Popen(
        command, cwd=tmp_path, start_new_session=True, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    record = tmp_path / "adder.jsonl"
    while not (record.exists() and record.read_bytes().count(b"\n") > 1):
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < until
        time.sleep(0.05)
    process.kill()
    process.wait()
    try:
        while time.monotonic() < until:
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)
        pytest.fail("workers outlive the command")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_workers_that_always_die_are_given_up(plugins: Plugins, tmp_path: Path) -> None:
    circuit = adder(plugins, 9)
    with pytest.raises(LostWorkersError, match="workers died 3 times"):
        verify_exhaustively(circuit, killing(circuit, tmp_path, 99), Plan(2))


def failing(error: Exception) -> workers.Elaborate:
    def elaborate(name: str, parameters: Mapping[str, Any]) -> Circuit:
        raise error

    return Sent(elaborate)


def test_what_fails_in_a_worker_is_raised_here(plugins: Plugins) -> None:
    circuit = adder(plugins, 9)
    with pytest.raises(UsageError, match="no such cell; take another") as told:
        verify_exhaustively(
            circuit, failing(UsageError("no such cell", hint="take another")), Plan(2)
        )
    assert told.value.hint == "take another"
    assert "in a worker:" in told.value.__notes__[0]
    assert not multiprocessing.active_children()


@pytest.mark.exhaustive
def test_a_dask_cluster_with_a_worker_killed_says_the_same(
    plugins: Plugins, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    circuit = adder(plugins, 10)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        plan = Plan(2, scheduler=cluster.scheduler_address)
        claim = verify_exhaustively(circuit, killing(circuit, tmp_path, 1), plan)
    assert (tmp_path / "0").exists()
    assert claim == verify_exhaustively(circuit, never, Plan())


# Workers that compare something else


@pytest.mark.parametrize("what", ["netlist", "code", "answers", "range"])
def test_a_worker_with_another_circuit_is_named(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """As one with an older plugin has, whose netlist and reference agree with each other."""
    circuit = inverter(plugins, 18)
    other = replace(
        inverter(plugins, 18, wrong=(3,)) if what == "code" else adder(plugins, 9),
        spec=replace(circuit.spec, reference=None),
    )
    right = workers.compare_there

    def there(*args: Any) -> Any:
        found, said = right(*args)
        if what == "range":
            return Compared(found.first, found.count, -7, None), said
        if what == "netlist":
            return found, replace(said, netlist=netlist_digest(other.netlist))
        return found, replace(said, **{what: "0"})

    def answer(_jobs: int, task: Any) -> Any:
        return nullcontext(lambda asked: [there(*task, each) for each in asked])

    monkeypatch.setattr(shards, "on_processes", answer)
    match = {
        "range": "not the result of a range",
        "code": "has another reference of 'inverter'",
    }.get(what, f"has another {what if what == 'netlist' else 'answer of the reference'} of")
    with pytest.raises(WorkerError, match=f"worker .*process {os.getpid()}.*{match}"):
        verify_exhaustively(circuit, again(circuit), Plan(2))


@pytest.mark.exhaustive
def test_a_dask_worker_with_an_older_plugin_is_named(plugins: Plugins, tmp_path: Path) -> None:
    """It proved the client's circuit, which is wrong, by comparing its own."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    mine, theirs = inverter(plugins, 18, wrong=(77777,)), inverter(plugins, 18)
    path = tmp_path / "record.jsonl"
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        plan = Plan(scheduler=cluster.scheduler_address, checkpoint=path)
        with pytest.raises(
            WorkerError, match=r"worker tcp://.* has another reference of 'inverter'"
        ):
            verify_exhaustively(mine, again(theirs), plan)
    assert len(path.read_bytes().splitlines()) == 1  # nothing of it was recorded


def test_a_cluster_that_is_not_there(plugins: Plugins, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    monkeypatch.setattr(workers, "PATIENCE", 0.2)
    with pytest.raises(UsageError, match=r"there is no Dask scheduler at tcp://127\.0\.0\.1:9"):
        verify_exhaustively(adder(plugins, 4), never, Plan(scheduler="tcp://127.0.0.1:9"))


def test_without_dask_the_install_line_is_said(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'gatewright\[distributed\]'"):
        verify_exhaustively(adder(plugins, 4), never, Plan(scheduler="tcp://127.0.0.1:9"))


def test_numbers_and_words_of_a_range_are_the_same_patterns() -> None:
    from gatewright.circuits.exhaustive.exhaustive import _counting
    from gatewright.logic.packed import unpack

    for start in (0, 64, 3 * CHUNK, 2**40):
        bits = unpack(_counting(start, 4, 45), 256)
        numbers = bits.astype(np.int64) @ (1 << np.arange(45))
        assert numbers.tolist() == list(range(start, start + 256))
