"""The hook that gives a gate by its name: what goes wrong in it is told of, whenever it is asked."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

import pytest

from gatewright import testing
from gatewright.errors import UnknownGateError
from gatewright.gates.spec import GateSpec
from gatewright.plugins import guard
from gatewright.plugins.hookspecs import hookimpl
from gatewright.plugins.isolated import NOBODYS
from gatewright.plugins.manager import load_plugins

SOURCE = """
import time
from gatewright import GateSpec, hookimpl

@hookimpl
def gatewright_gate_named(name):
    if name == "boomgate":
        raise ValueError("boom")
    if name == "hello":
        return "hello"
    if name == "late":
        time.sleep(30)
    if name in ("other", "right"):
        print("LOUD")
        called = "something" if name == "other" else name
        return GateSpec.from_function(called, lambda a: a, inputs="a", outputs="y")
"""

TOLD = {
    "boomgate": "gatewright_gate_named failed for 'boomgate': ValueError: boom (",
    "hello": "gatewright_gate_named gave a str for 'hello', not a GateSpec",
    "late": "gatewright_gate_named failed for 'late': it is not done after 0.2 s; ",
    "other": "gatewright_gate_named gave the gate 'something' for 'other'; it is refused",
}


class Run(Protocol):
    def __call__(self, *words: object) -> Any: ...


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("words", [("gates",), ("train",)])
def test_what_goes_wrong_names_the_plugin(
    circuits: Run,
    install: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    name: str,
) -> None:
    if name == "late" and not hasattr(signal, "setitimer"):
        pytest.skip("there is no alarm on Windows")
    install("odd", SOURCE)
    monkeypatch.setenv(guard.TIMEOUT, "0.2")
    code, out, err = circuits(*words, name)
    told, refused = [line for line in err.splitlines() if line != "LOUD"]
    assert code == 3
    assert told.startswith(f"circuits: plugin 'odd' (acme-gates 1.0): {TOLD[name]}")
    assert refused.startswith(f"circuits: no gate '{name}'")
    assert out == ""


def test_the_right_one_is_taken(circuits: Run, install: Callable[..., Path]) -> None:
    install("odd", SOURCE)
    code, out, err = circuits("gates", "right", "--json")
    assert (code, err) == (0, "LOUD\n")
    assert out.startswith("{")


def named(function: Callable[[str], Any]) -> SimpleNamespace:
    return SimpleNamespace(
        gatewright_gate_named=hookimpl(function, specname="gatewright_gate_named")
    )


def fails(name: str) -> Any:
    raise ValueError("always")


def same(name: str) -> Any:
    return GateSpec.from_function("same", lambda a: a, inputs="a", outputs="y")


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (fails, f"failed for '{NOBODYS}': ValueError: always"),
        (lambda name: "hello", f"gave a str for '{NOBODYS}', not a GateSpec"),
        (same, f"gave the gate 'same' for '{NOBODYS}'; it is refused"),
    ],
)
def test_one_that_fails_at_any_name_does_not_pass(
    function: Callable[[str], Any], problem: str
) -> None:
    with pytest.raises(AssertionError) as caught:
        testing.check_plugin("odd", named(function))
    assert str(caught.value) == f"plugin 'odd': gatewright_gate_named {problem}"


@pytest.mark.parametrize("old", [True, False])
def test_wrappers_are_tried_too(old: bool) -> None:
    def healthy(name: str) -> Any:
        given = yield
        return given

    def broken(name: str) -> Any:
        raise ValueError("before")
        yield

    def of(function: Any) -> SimpleNamespace:
        mark = hookimpl(
            function, specname="gatewright_gate_named", wrapper=not old, hookwrapper=old
        )
        return SimpleNamespace(gatewright_gate_named=mark)

    *_, first, second = load_plugins({"healthy": of(healthy), "broken": of(broken)}).plugins
    assert first.problems == []
    assert second.problems == ["gatewright_gate_named failed, as a wrapper: ValueError: before"]


def test_a_gate_of_another_name_leaves_the_next_plugin_its_turn() -> None:
    def right(name: str) -> Any:
        return GateSpec.from_function(name, lambda a: a, inputs="a", outputs="y")

    given = named(lambda name: right(name) if name == "asked" else None)
    loaded = load_plugins({"right": given, "same": named(same)}, ("gates",))
    assert loaded.gates.provider("asked").name == "right"
    with pytest.raises(UnknownGateError, match="no gate 'strange'"):
        loaded.gate("strange")
    assert f"{loaded.plugins[-1].problems[-1]}".endswith("for 'strange'; it is refused")
