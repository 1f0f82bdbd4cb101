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
from gatewright.arrays import Integers
from gatewright.circuits.circuit import Circuit
from gatewright.cli.app import run
from gatewright.gates.spec import GateSpec

HERE = Path(__file__).parent.parent

if not entry_points(group="gatewright", name="seven-segment"):
    pytest.skip(
        f"gatewright-seven-segment is not installed: pip install {HERE}", allow_module_level=True
    )

# The ten digits as one sees them, written down without looking at the plugin.
DRAWN = """\
 _     _  _     _  _  _  _  _
| |  | _| _||_||_ |_   ||_||_|
|_|  ||_  _|  | _||_|  ||_| _|
"""
# Where each segment lies in a digit's three lines of three characters.
PLACES = {"a": (0, 1), "b": (1, 2), "c": (2, 2), "d": (2, 1), "e": (2, 0), "f": (1, 0), "g": (1, 1)}


def drawn(digit: int) -> str:
    """The segments that are lit in the drawing of a digit."""
    lines = [line.ljust(30)[3 * digit : 3 * digit + 3] for line in DRAWN.splitlines()]
    return "".join(name for name, (row, column) in PLACES.items() if lines[row][column] != " ")


def code(digit: int) -> int:
    """The same as an integer: bit 0 is segment a."""
    return sum(2 ** "abcdefg".index(segment) for segment in drawn(digit))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(store))
    monkeypatch.delenv("GATEWRIGHT_DISABLE_PLUGINS", raising=False)


@pytest.fixture(scope="module")
def gates() -> dict[str, TrainedGate]:
    return {"seven-segment": train(load_plugins().gate("seven-segment"))}


def elaborate(digits: int) -> Circuit:
    plugins = load_plugins()
    return plugins.circuit("digit-display").elaborate({"digits": digits}, plugins.gates)


def test_the_drawing_is_read_as_data_sheets_have_it() -> None:
    sheet = [0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F]
    assert [code(digit) for digit in range(10)] == sheet


def test_the_entry_point_gives_a_healthy_plugin() -> None:
    (plugin,) = (each for each in load_plugins().plugins if each.name == "seven-segment")
    assert (plugin.distribution, plugin.state) == ("gatewright-seven-segment", "healthy")
    assert (plugin.given("gates"), plugin.given("circuits")) == (
        ["seven-segment"],
        ["digit-display"],
    )


@pytest.mark.parametrize("number", range(16))
def test_every_row_shows_its_digit_or_is_a_dont_care(number: int) -> None:
    table = load_plugins().gate("seven-segment").table
    assert (table.inputs, table.outputs) == (("b3", "b2", "b1", "b0"), tuple("abcdefg"))
    bits = [number >> 3 & 1, number >> 2 & 1, number >> 1 & 1, number & 1]
    assert table.patterns[number].tolist() == bits
    if number < 10:
        lit = table.evaluate(np.array(bits, dtype=np.uint8)).tolist()
        assert lit == [int(segment in drawn(number)) for segment in "abcdefg"]
        assert table.care[number].all()
    else:
        assert not table.care[number].any()


@pytest.mark.parametrize("seed", range(5))
def test_the_gate_is_learned(seed: int) -> None:
    spec = load_plugins().gate("seven-segment")
    away = np.abs(train(spec, seed=seed).learned() - spec.table.values)
    assert away[:10].max() <= 0.05


@pytest.mark.parametrize("signal", ["raw", "restored"])
@pytest.mark.parametrize(
    ("digits", "extent"),
    [
        (1, "proved exhaustively (10 of 10; 6 outside its domain)"),
        (2, "proved exhaustively (100 of 100; 156 outside its domain)"),
        (3, "proved exhaustively (1000 of 1000; 3096 outside its domain)"),
    ],
)
def test_the_circuit_equals_the_integers_for_every_digit(
    gates: dict[str, TrainedGate],
    digits: int,
    extent: str,
    signal: Literal["raw", "restored"],
) -> None:
    verdict = verify(elaborate(digits), gates, signal=signal)
    assert [claim.extent for claim in verdict.claims] == [extent, extent]


def test_a_gate_that_learned_a_wrong_row_is_found_out(gates: dict[str, TrainedGate]) -> None:
    table = load_plugins().gate("seven-segment").table.flipped(8, "g")  # its 8 looks like a 0
    wrong = train(GateSpec("seven-segment", table))
    exact, trained = verify(elaborate(1), {**gates, "seven-segment": wrong}).claims
    assert (exact.outcome, trained.outcome) == ("proved", "refuted")
    assert trained.counterexample is not None
    assert trained.counterexample.inputs == {"d0": 8}
    assert [(each.bus, each.wanted, each.got) for each in trained.counterexample.outputs] == [
        ("s0", code(8), code(0))
    ]


@pytest.mark.parametrize("kind", [np.int64, object])
def test_reference_and_domain_work_on_integers_of_either_kind(kind: type) -> None:
    circuit = elaborate(2)
    numbers: Integers = np.arange(10).astype(kind)
    given = circuit.reference({"d0": numbers, "d1": numbers[::-1]})
    codes = [code(digit) for digit in range(10)]
    assert {name: bus.tolist() for name, bus in given.items()} == {"s0": codes, "s1": codes[::-1]}
    every: Integers = np.arange(16).astype(kind)
    for buses in ({"d0": every, "d1": every * 0}, {"d0": every * 0, "d1": every}):
        inside = circuit.domain(buses)
        assert inside is not None
        assert inside.dtype == np.bool_
        assert inside.tolist() == [True] * 10 + [False] * 6


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_is_shown(digit: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "digit-display", "--digits", "2", f"d1={digit}", "d0=3"]) == 0
    assert capsys.readouterr().out == f"s0={code(3)} s1={code(digit)}\n"


@pytest.mark.parametrize("number", range(10, 16))
def test_what_is_no_digit_is_refused(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "digit-display", f"d0={number}"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"circuit 'digit-display' is not defined for d0={number}" in said.err


def test_the_command_line_lists_the_plugin(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plugins", "--json"]) == 0
    plugins = {each["name"]: each for each in json.loads(capsys.readouterr().out)["plugins"]}
    assert plugins["seven-segment"]["state"] == "healthy"
    assert plugins["seven-segment"]["circuits"] == ["digit-display"]


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
