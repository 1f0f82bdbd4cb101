"""Plugins that take too long, raise what is not an exception, print, or leave threads behind: told of."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.strategies import few

from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.diagrams.prove import prove
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.symbolic.integer import SymbolicInteger
from gatewright.circuits.verify.verify import verify
from gatewright.errors import SpecError, UsageError
from gatewright.gates.spec import GateSpec
from gatewright.plugins import guard
from gatewright.plugins.hookspecs import hookimpl
from gatewright.plugins.isolated import MOST_RECORDS
from gatewright.plugins.manager import load_plugins
from gatewright.plugins.plugin import MOST_PROBLEMS, Plugin

needs_alarm = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="there is no alarm on Windows"
)


class PanicError(BaseException):
    """As a Rust extension raises: it is no Exception."""


def gate(name: str) -> GateSpec:
    return GateSpec.from_function(name, lambda a: a, inputs="a", outputs="y")


def loaded(function: Any) -> Plugin:
    """What became of a plugin with this hook; everything built in is there."""
    function.__name__ = "gatewright_gates"
    plugins = load_plugins({"mine": SimpleNamespace(gatewright_gates=hookimpl(function))})
    assert len(plugins.gates) >= 15
    return plugins.plugins[-1]


@pytest.mark.parametrize("error", [PanicError("at lib.rs:3"), GeneratorExit(), SystemExit(0)])
@pytest.mark.parametrize("early", [True, False])
def test_whatever_a_hook_raises_costs_its_plugin_alone(error: BaseException, early: bool) -> None:
    def hook() -> Iterator[GateSpec]:
        if early:
            raise error
        yield gate("wire")
        raise error

    plugin = loaded(hook)
    (problem,) = plugin.problems
    assert problem.startswith(f"gatewright_gates failed: {type(error).__name__}")
    assert plugin.given("gates") == ([] if early else ["wire"])


@pytest.fixture
def heard() -> Iterator[object]:
    """What Ctrl-C does; where tests run in the background, the shell has it do nothing."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_stays_the_users(heard: object) -> None:
    def hook() -> Iterator[GateSpec]:
        signal.raise_signal(signal.SIGINT)
        yield gate("wire")

    with pytest.raises(KeyboardInterrupt):
        loaded(hook)
    assert signal.getsignal(signal.SIGINT) is heard


def test_a_plugin_that_raises_as_ctrl_c_does_costs_itself() -> None:
    before = signal.getsignal(signal.SIGINT)

    def hook() -> Iterator[GateSpec]:
        raise KeyboardInterrupt
        yield

    assert loaded(hook).problems == ["gatewright_gates failed: KeyboardInterrupt"]
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("what", ["build", "reference", "domain"])
def test_whatever_a_circuit_raises_is_an_error_of_its_own(what: str) -> None:
    def panic(*_: Any) -> Any:
        raise PanicError("at lib.rs:3")

    def build(circuit: Any) -> None:
        circuit.output("y", circuit.gate("wire", circuit.input("a")))

    parts: dict[str, Any] = {
        "build": build,
        "reference": lambda buses: {"y": buses["a"]},
        "domain": lambda buses: buses["a"] >= 0,
    }
    parts[what] = panic
    with pytest.raises(SpecError, match=f"'one': its {what} failed: PanicError: at lib.rs:3"):
        verify(CircuitSpec("one", "", (), **parts).elaborate({}, {"wire": gate("wire")}), None)


def test_an_error_whose_text_fails_is_told_by_its_kind() -> None:
    class Odd(Exception):  # noqa: N818 - any name will do
        def __str__(self) -> str:
            raise ValueError

    def hook() -> Iterator[GateSpec]:
        raise Odd
        yield

    assert loaded(hook).problems == ["gatewright_gates failed: Odd"]


@needs_alarm
@pytest.mark.parametrize("stubborn", [False, True])
def test_a_hook_that_takes_too_long_is_ended(
    monkeypatch: pytest.MonkeyPatch, stubborn: bool
) -> None:
    monkeypatch.setenv(guard.TIMEOUT, "0.1")

    def hook() -> Iterator[GateSpec]:
        yield gate("wire")
        try:
            time.sleep(30)
        except BaseException:
            if not stubborn:
                raise
        time.sleep(30)

    started = time.monotonic()
    plugin = loaded(hook)
    assert time.monotonic() - started < 20
    assert plugin.problems == [
        "gatewright_gates failed: it is not done after 0.1 s; GATEWRIGHT_PLUGIN_TIMEOUT says how long it "
        "may take"
    ]
    assert plugin.given("gates") == ["wire"]


def test_an_endless_generator_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def hook() -> Iterator[GateSpec]:
        number = 0
        while True:
            number += 1
            yield GateSpec(f"wire{number}", table)

    table = gate("wire").table
    plugin = loaded(hook)
    assert plugin.problems == [
        "gatewright_gates gives more than 10000 records; the rest is left out"
    ]
    assert len(plugin.given("gates")) == MOST_RECORDS


@pytest.mark.parametrize("given", ["soon", "-1", "nan", "1e9"])
def test_a_limit_that_is_no_number_of_seconds(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(guard.TIMEOUT, given)
    with pytest.raises(UsageError, match=f"GATEWRIGHT_PLUGIN_TIMEOUT={given} is not a number"):
        load_plugins()


def test_no_limit_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(guard.TIMEOUT, "0")
    assert guard.seconds() == 0
    assert load_plugins().gate("xor").name == "xor"


# At the command line


INTERRUPTED = """
import signal
from gatewright import CircuitSpec, GateSpec, hookimpl

def stop():
    {stop}

def build(circuit):
    {build}
    circuit.output("y", circuit.gate("not", circuit.input("a")))

def reference(buses):
    {reference}
    return {{"y": 1 - buses["a"]}}

@hookimpl
def gatewright_circuits():
    yield CircuitSpec("odd", "", (), build, reference)
"""


@pytest.mark.parametrize("part", ["build", "reference"])
def test_ctrl_c_in_a_circuit_is_the_users(tmp_path: Path, part: str) -> None:
    parts = {"build": "pass", "reference": "pass", part: "stop()"}
    code = INTERRUPTED.format(stop="signal.raise_signal(signal.SIGINT)", **parts)
    done = run(tmp_path, code, "verify", "odd")
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.splitlines()[-1] == "circuits: interrupted; nothing was left half-written"


@pytest.mark.parametrize("part", ["build", "reference"])
def test_a_circuit_that_raises_as_ctrl_c_does_is_named(tmp_path: Path, part: str) -> None:
    parts = {"build": "pass", "reference": "pass", part: "stop()"}
    code = INTERRUPTED.format(stop="raise KeyboardInterrupt", **parts)
    done = run(tmp_path, code, "verify", "odd")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        f"circuits: circuit 'odd': its {part} failed: KeyboardInterrupt; plugin 'odd' (odd 1.0) needs mending: "
        f"see {tmp_path / 'odd_plugin.py'}, line 6"
    )


def run(
    folder: Path, code: str, *words: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """A command beside an installed plugin of this code."""
    (folder / "odd_plugin.py").write_text(textwrap.dedent(code), encoding="utf-8")
    info = folder / "odd-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gatewright]\nodd = odd_plugin\n")
    environment.setdefault("GATEWRIGHT_DISABLE_PLUGINS", "comparator,seven-segment")
    source = str(Path(guard.__file__).parents[2])
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # also in a background job
    script = f"{heard}; from gatewright.cli.app import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        env={**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{folder}", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


HOOK = """
from gatewright import GateSpec, hookimpl
@hookimpl
def gatewright_gates():
    yield GateSpec.from_function("odd-wire", lambda a: a, inputs="a", outputs="y")
"""

FAULTS = {
    "import os; os.write(1, b'hello from C')": (
        "it writes to standard output by itself, which is left out: 'hello from C'"
    ),
    "import threading, time; threading.Thread(target=time.sleep, args=(300,), name='busy').start()": (
        "it left the thread 'busy' running, which is not waited for"
    ),
    "import atexit; atexit.register(print, 'bye')": (
        "at the end, plugin 'odd' (odd 1.0) prints, which is left out: 'bye'"
    ),
    "import atexit, os; atexit.register(os.write, 1, b'bye')": (
        "at the end, plugin 'odd' (odd 1.0) prints, which is left out: 'bye'"
    ),
    "print('hello')": "hello",
}


NOISY = """
import threading, time
def noise():
    while True:
        print("NOISE", flush=True)
        time.sleep(0.001)
threading.Thread(target=noise, daemon=True).start()
time.sleep(0.1)
"""


def test_a_thread_that_prints_for_ever_does_not_reach_the_result(tmp_path: Path) -> None:
    done = run(tmp_path, NOISY + HOOK, "compose", "ripple-adder", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["outcome"] == "proved"
    assert "NOISE" in done.stderr


@pytest.mark.parametrize(
    ("fault", "told"),
    few(
        [
            ("import sys; sys.stdout.close()", ""),
            ("import sys; sys.stdout = None", ""),
            ("import os; os.close(1)", ""),
            (
                "import sys; sys.setrecursionlimit(50)",
                "it changed the recursion limit, which is set back",
            ),
            ("import os; os.chdir('/')", "it changed the working folder, which is set back"),
        ],
        2,
        4,
    ),
)
def test_what_a_plugin_changes_for_all_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, told: str
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    done = run(tmp_path, fault + HOOK, "show", "circuits/c17.blif", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert told in done.stderr


@pytest.mark.parametrize("fault", few(FAULTS, 0, 1))
def test_a_result_is_intact_whatever_a_plugin_does_beside_it(tmp_path: Path, fault: str) -> None:
    done = run(tmp_path, fault + HOOK, "gates", "--json")
    assert done.returncode == 0, done.stderr
    names = [each["name"] for each in json.loads(done.stdout)["gates"]]
    assert {"xor", "odd-wire"} <= set(names)
    assert [each for each in done.stderr.splitlines() if FAULTS[fault] in each]
    assert len(done.stderr.splitlines()) == 1


@needs_alarm
@pytest.mark.parametrize(
    "code",
    few(["import time; time.sleep(30)", "while True: pass", "raise BaseException('panic')"], 1, 2),
)
def test_an_import_that_never_ends_is_one_line(tmp_path: Path, code: str) -> None:
    done = run(tmp_path, code, "gates", "--json", GATEWRIGHT_PLUGIN_TIMEOUT="1")
    assert done.returncode == 0
    assert json.loads(done.stdout)["gates"]
    (line,) = done.stderr.splitlines()
    assert line.startswith("circuits: plugin 'odd' (odd 1.0): cannot be loaded: ")


@needs_alarm
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("while True: pass", "it is not done after 1 s; GATEWRIGHT_PLUGIN_TIMEOUT says how"),
        ("raise ValueError('too late')", "ValueError: too late"),
    ],
)
def test_what_is_registered_for_the_end_may_not_stop_it(
    tmp_path: Path, code: str, told: str
) -> None:
    late = f"import atexit\n@atexit.register\ndef late():\n    {code}\n"
    started = time.monotonic()
    done = run(tmp_path, late + HOOK, "gates", "--json", GATEWRIGHT_PLUGIN_TIMEOUT="1")
    assert time.monotonic() - started < 30
    assert done.returncode == 0
    assert json.loads(done.stdout)["gates"]
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"circuits: at the end, plugin 'odd' (odd 1.0) fails: {told}")


def test_of_many_problems_the_first_are_told() -> None:
    plugin = loaded(lambda: iter([3] * 5000))
    assert len(plugin.problems) == MOST_PROBLEMS + 1
    assert plugin.problems[-1] == "it has more than these 20 problems"


@pytest.mark.parametrize("error", [PanicError("at lib.rs:3"), GeneratorExit(), SystemExit(0)])
def test_whatever_a_domain_raises_on_symbols_is_undecided(error: BaseException) -> None:
    def domain(buses: Any) -> Any:
        if isinstance(buses["a"], SymbolicInteger):
            raise error
        return buses["a"] == 0

    def build(circuit: Any) -> None:
        circuit.output("y", circuit.gate("wire", circuit.input("a")))

    def other(circuit: Any) -> None:
        circuit.output("y", circuit.gate("never", circuit.input("a")))

    gates = {
        "wire": gate("wire"),
        "never": GateSpec.from_function("never", lambda _: 0, inputs="a", outputs="y"),
    }
    spec = CircuitSpec("one", "", (), build, lambda buses: {"y": buses["a"]}, domain)
    circuit = spec.elaborate({}, gates)
    alike = dataclasses.replace(spec, build=other).elaborate({}, gates)  # where it is promised
    for claim in (prove(circuit), equivalence(circuit, alike, exhaustive_bits=0)):
        assert claim.outcome == "undecided"
        assert type(error).__name__ in claim.reason
