"""The plugin as its users meet it: found through its entry point, run by library and command line."""

from __future__ import annotations

import json
import re
import shlex
from importlib.metadata import entry_points
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from gatewright import TrainedGate, load_plugins, train, verify
from gatewright.circuits.circuit import Circuit
from gatewright.cli.app import run
from gatewright.gates.spec import GateSpec

HERE = Path(__file__).parent.parent

if not entry_points(group="gatewright", name="comparator"):
    pytest.skip(
        f"gatewright-comparator is not installed: pip install {HERE}", allow_module_level=True
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(store))
    monkeypatch.delenv("GATEWRIGHT_DISABLE_PLUGINS", raising=False)


@pytest.fixture(scope="module")
def gates() -> dict[str, TrainedGate]:
    found = load_plugins().gates
    return {name: train(found[name]) for name in ("comparator", "mux", "and")}


def elaborate(bits: int) -> Circuit:
    plugins = load_plugins()
    return plugins.circuit("magnitude-comparator").elaborate({"bits": bits}, plugins.gates)


def test_the_entry_point_gives_a_healthy_plugin() -> None:
    (plugin,) = (each for each in load_plugins().plugins if each.name == "comparator")
    assert (plugin.distribution, plugin.state) == ("gatewright-comparator", "healthy")
    assert (plugin.given("gates"), plugin.given("circuits")) == (
        ["comparator"],
        ["magnitude-comparator"],
    )


@pytest.mark.parametrize(("a", "b"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_every_row_is_what_the_operators_of_python_give(a: int, b: int) -> None:
    table = load_plugins().gate("comparator").table
    assert (table.inputs, table.outputs) == (("a", "b"), ("lt", "eq", "gt"))
    outputs = table.evaluate(np.array([a, b], dtype=np.uint8))
    assert outputs.tolist() == [int(a < b), int(a == b), int(a > b)]
    assert table.care.all()


@pytest.mark.parametrize("seed", range(5))
def test_the_gate_is_learned(seed: int) -> None:
    spec = load_plugins().gate("comparator")
    assert np.abs(train(spec, seed=seed).learned() - spec.table.values).max() <= 0.05


@pytest.mark.parametrize("signal", ["raw", "restored"])
@pytest.mark.parametrize("bits", range(1, 7))
def test_the_circuit_equals_the_integers_for_every_pattern(
    gates: dict[str, TrainedGate], bits: int, signal: Literal["raw", "restored"]
) -> None:
    verdict = verify(elaborate(bits), gates, signal=signal)
    patterns = 4**bits
    assert [claim.extent for claim in verdict.claims] == [
        f"proved exhaustively ({patterns} of {patterns})"
    ] * 2


def test_a_gate_that_learned_a_wrong_row_is_found_out(gates: dict[str, TrainedGate]) -> None:
    table = load_plugins().gate("comparator").table.flipped(0b01, "lt")
    verdict = verify(elaborate(2), {**gates, "comparator": train(GateSpec("comparator", table))})
    exact, trained = verdict.claims
    assert (exact.outcome, trained.outcome) == ("proved", "refuted")
    assert trained.counterexample is not None
    inputs = trained.counterexample.inputs
    assert inputs["a"] < inputs["b"]
    assert [(each.bus, each.wanted, each.got) for each in trained.counterexample.outputs] == [
        ("lt", 1, 0)
    ]


def test_the_reference_works_on_integers_of_any_width() -> None:
    huge = 2**99
    for kind, top in ((np.int64, 2**40), (object, huge)):
        a, b = np.array([0, top, top], dtype=kind), np.array([top, top, top - 1], dtype=kind)
        given = elaborate(100).reference({"a": a, "b": b})
        assert {name: np.asarray(bus).astype(int).tolist() for name, bus in given.items()} == {
            "lt": [1, 0, 0],
            "eq": [0, 1, 0],
            "gt": [0, 0, 1],
        }


def test_wide_numbers_are_compared(
    gates: dict[str, TrainedGate], capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = verify(elaborate(100), gates, samples=64)
    assert verdict.claims[1].extent == "sampled (64 of 2^200)"
    # They differ in the last bit alone, so the answer comes from the far end of the tree.
    huge = 2**1023
    words = ["--bits", "1024", f"a={huge}", f"b={huge + 1}"]
    assert run(["run", "magnitude-comparator", *words]) == 0
    assert capsys.readouterr().out == "lt=1 eq=0 gt=0\n"


@pytest.mark.parametrize("bits", [0, 1025])
def test_no_other_width_is_taken(bits: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compose", "magnitude-comparator", "--bits", str(bits)]) == 2
    assert f"bits={bits} is not 1 to 1024" in capsys.readouterr().err


def test_the_command_line_lists_the_plugin(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "--json"]) == 0
    plugins = {each["name"]: each for each in json.loads(capsys.readouterr().out)["plugins"]}
    assert plugins["comparator"]["state"] == "healthy"
    assert plugins["comparator"]["circuits"] == ["magnitude-comparator"]


def examples() -> list[tuple[str, list[str]]]:
    """Every circuits command of the README with the lines shown under it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", (HERE / "README.md").read_text("utf-8"), re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line:
                found[-1][1].append(line)
    return [each for each in found if each[0].startswith("circuits ")]


def roughly(text: str) -> str:
    """What a network gives differs a little from machine to machine: one decimal is compared.

    So do its words, and with them the width of a column: a line under a heading has any length.
    """
    text = re.sub("─+", "─", text)
    return re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.1f}", text)


@pytest.mark.parametrize(("command", "lines"), examples())
def test_the_readme_shows_what_happens(
    command: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shlex.split(command)[1:]) == 0
    printed = roughly(capsys.readouterr().out).splitlines()
    for line in lines:
        shown = re.compile(re.escape(roughly(line)).replace("…", ".*"))  # … stands for anything
        assert any(shown.fullmatch(each) for each in printed), line
