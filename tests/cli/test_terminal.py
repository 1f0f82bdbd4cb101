"""Nothing that comes in steers the terminal: names in files, paths, words, plugins and stored gates."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.cli import output
from gatewright.cli.output import progress as bars

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install, Outcome

HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\u2066\u200f\u061c\u2028\u2029\x85\x7f\r\x08"
OURS = re.compile(r"\x1b\[(0|1|2|3[123])m")


def check(outcome: Outcome) -> None:
    """Printable characters and line ends, in UTF-8, and no traceback."""
    for text in (outcome.out, outcome.err):
        assert not {each for each in text if each != "\n" and not each.isprintable()}
        text.encode()
        assert "Traceback" not in text


def write_json(path: Path, name: str) -> Path:
    """Yosys' JSON, in which ports, nets and cells may be called anything; the cell is an inverter."""
    module = {
        "attributes": {"top": 1},
        "ports": {
            f"a{name}": {"direction": "input", "bits": [2]},
            f"y{name}": {"direction": "output", "bits": [4]},
        },
        "cells": {
            f"one{name}": {
                "type": "$_NOT_", "parameters": {}, "attributes": {},
                "port_directions": {"A": "input", "Y": "output"}, "connections": {"A": [2], "Y": [3]},
            },
            f"two{name}": {
                "type": "$_NOT_", "parameters": {}, "attributes": {},
                "port_directions": {"A": "input", "Y": "output"}, "connections": {"A": [3], "Y": [4]},
            },
        },
        "netnames": {f"inner{name}": {"hide_name": 0, "bits": [3], "attributes": {}}},
    }  # fmt: skip
    path.write_text(json.dumps({"creator": "x", "modules": {f"top{name}": module}}))
    return path


@pytest.fixture
def netlist(tmp_path: Path) -> Path:
    return write_json(tmp_path / "n.json", HOSTILE)


COMMANDS = [
    ("compose", "{}"),
    ("compose", "{}", "--verify", "certificate"),
    ("equiv", "{}", "{}"),
    ("show", "{}"),
    ("show", "{}", "--tree"),
    ("run", "{}"),
    ("run", "{}", f"a{HOSTILE}=1"),
    ("run", "{}", f"b{HOSTILE}=1"),
    ("noise", "{}", "--samples", "9"),
    ("verify", "{}"),
    ("map", "{}"),
    ("export", "{}"),
    ("export", "{}", "--format", "dot"),
    ("export", "{}", "--format", "bench"),
    ("export", "{}", "--format", "verilog"),
    ("report", "{}"),
]


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("terminal", [False, True], ids=["piped", "terminal"])
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:4:2]))
def test_names_in_a_file(
    circuits: Circuits,
    netlist: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    terminal: bool,
) -> None:
    if terminal:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
        monkeypatch.setattr(bars, "PATIENCE", 60.0)
    code, out, err = circuits(*(word.format(netlist) for word in words))
    assert out or err
    if terminal:
        out, err = OURS.sub("", out), OURS.sub("", err)
    check(type(circuits("--version"))(code, out, err))


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("command", ["show", "run", "export", "equiv", "report", "draw"])
def test_json_is_plain_ascii(circuits: Circuits, netlist: Path, command: str) -> None:
    files = [netlist] * (1 + (command == "equiv"))
    outcome = circuits(command, *files, "--json")
    assert outcome.out.isascii()
    check(outcome)


NAMES = [
    f"a{HOSTILE}".replace("\r", "").replace("\x08", ""),
    "a\nnext: rm -rf ~",
    "a'\"$(id)`id`;b",
    "a\udcffb",
    "two words",
]


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("suffix", [".json", ".blif", ".nothing"])
def test_paths(
    circuits: Circuits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    suffix: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(f"{name}{suffix}")
    check(circuits("show", path))  # there is none
    try:
        write_json(path, "")
    except OSError:
        pytest.skip("this system has no such names")
    if suffix != ".json":
        path.write_text(f".model x\n.inputs a{HOSTILE[:5]}\n.nonsense\n")
    for words in (
        ("show", path),
        *([("map", path, "--out", Path(f"{name}.blif"), "--force")] if name == NAMES[0] else []),
        ("export", path, "--format", "json", "--out", Path(f"{name}.out.json")),
        ("export", path, "--format", "verilog"),
        ("train", "--pla", path),
        ("train", "xor", "--recipe", path),
        ("certificate", "check", path),
        ("gates", "--store", path),
        ("gates", "--store", Path(f"{name}.folder")),
        ("verify", path, "--bits", name),
    ):
        outcome = circuits(*words)
        check(outcome)
        assert not re.search("^next: rm", outcome.out + outcome.err, re.MULTILINE)


@pytest.mark.usefixtures("only_built_in")
@pytest.mark.parametrize(
    "words",
    [
        ("gates", HOSTILE),
        ("list", HOSTILE),
        (HOSTILE,),
        ("gates", f"--{HOSTILE}"),
        ("gates", "--seed", HOSTILE),
        ("train", "xor", "--seed", HOSTILE),
        ("train", "xor", "--layers", HOSTILE),
        ("train", HOSTILE),
        ("compose", HOSTILE, f"--{HOSTILE}", HOSTILE),
        ("compose", "ripple-adder", f"--{HOSTILE}", HOSTILE),
        ("compose", "ripple-adder", "--bits", HOSTILE),
        ("compose", "ripple-adder", "--signal", HOSTILE),
        ("run", "ripple-adder", f"a={HOSTILE}"),
        ("run", "ripple-adder", f"{HOSTILE}=1"),
        ("predict", "xor", HOSTILE, "1"),
        ("library", "build", HOSTILE),
        ("library", "gate", "npn2", HOSTILE),
        ("recipes", HOSTILE),
        ("reproduce", HOSTILE),
        ("equiv", f"x:{HOSTILE}", "y"),
        ("export", "xor", "--format", HOSTILE),
        ("datasheet", HOSTILE),
        ("noise", "ripple-adder", "--sweep", HOSTILE),
    ],
    ids=range(23),
)
def test_words(circuits: Circuits, words: tuple[str, ...]) -> None:
    for surrogate in ("", "\udcff"):
        outcome = circuits(*(each + surrogate if HOSTILE in each else each for each in words))
        assert outcome.code
        check(outcome)
        assert "\n\n" not in outcome.err
        assert len(outcome.err.splitlines()) == 1  # nobody makes a second line


PLUGIN = f"""
import gatewright as gw

NAME = {HOSTILE!r} + "\\n" + "\\ud800"


@gw.hookimpl
def gatewright_gates():
    yield gw.GateSpec.from_function("wire", lambda a: a, inputs="a", outputs="y", summary=NAME)
    raise ValueError(NAME)


@gw.hookimpl
def gatewright_circuits():
    def build(circuit, **words):
        if words["fail"]:
            raise ValueError(NAME)
        circuit.output("y", circuit.gate("wire", circuit.input("a")))

    yield gw.CircuitSpec(
        "wires",
        NAME,
        (gw.Parameter("fail", 0, NAME, minimum=0), gw.Parameter("word", "a", NAME, choices=("a", NAME))),
        build,
        lambda buses, **words: {{"y": buses["a"]}},
    )


@gw.hookimpl
def gatewright_recipes():
    from gatewright.gates.training.recipe import Recipe
    from gatewright.gates.training.recipe_text import NamedRecipe

    yield NamedRecipe("r", NAME, Recipe((2,)), "wire")
    yield NamedRecipe("x" + NAME, NAME, Recipe((2,)), NAME)
"""


@pytest.mark.usefixtures("trained")
def test_what_a_plugin_says_of_itself(circuits: Circuits, install: Install) -> None:
    install(f"bad{HOSTILE[:9]}".replace("\x1b", "\x1b").replace("]", ""), PLUGIN, version="1.0")
    for words in (
        ("gates",),
        ("gates", "wire"),
        ("list",),
        ("plugins",),
        ("recipes",),
        ("recipes", "r"),
        ("recipes", "r", "--json"),
        ("compose", "wires"),
        ("compose", "wires", "--fail", "1"),
        ("compose", "wires", "--word", "b"),
        ("train", "wire", "--recipe", "r"),
        ("explain", "--recipe", "r"),
        ("list", "--json"),
        ("gates", "--json"),
    ):
        outcome = circuits(*words)
        check(outcome)
        if words[0] != "recipes":
            assert (
                "\\x1b[2J" in outcome.out + outcome.err
                or "--json" in words
                or words[0] == "explain"
            )


def test_an_error_of_the_system_with_a_strange_file_name(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, f"Permission{HOSTILE} denied", os.fsdecode(b"\x1b\xff\n"))

    monkeypatch.setattr("gatewright.cli.session.load", denied)
    outcome = circuits("gates")
    check(outcome)
    assert outcome.code == 2
    assert "\\x1b" in outcome.err


def test_a_markdown_page(circuits: Circuits, tmp_path: Path) -> None:
    recipe = tmp_path / f"a<b>{HOSTILE[:4]}[x](y)\u202e.toml"
    recipe.write_text(
        'layers = [2]\noptimiser = {name = "gd"}\n'
        "[learns]\ninputs = ['a']\noutputs = ['y']\nx = [[0], [1]]\ny = [[1], [0]]\n"
    )
    page = tmp_path / "page.md"
    outcome = circuits("explain", "--recipe", recipe, "--markdown", page)
    assert outcome.code == 0, outcome.err
    check(outcome)
    text = page.read_text(encoding="utf-8")
    assert "# a\\<b\\>" in text
    assert all(each == "\n" or each.isprintable() for each in text)


def test_a_colour_is_nobodys_to_make(
    circuits: Circuits, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a terminal shows colours, a name that holds such a code is text all the same."""
    sneaky = "\x1b[32mproved\x1b[0m"
    output.say(sneaky, output.bold(sneaky), "")
    out, _ = capsys.readouterr()
    assert out == "\\x1b[32mproved\\x1b[0m\n" * 2 + "\n"


def test_progress_bars(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(bars, "PATIENCE", -1.0)
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True)
    with output.Progress(HOSTILE) as progress:
        progress.update(1, 2, HOSTILE)
        progress.say(f"one: {HOSTILE}")
        progress.label(HOSTILE)
        progress.update(2, 2, "\ud800")
    _, err = capsys.readouterr()
    err = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", err)  # rich moves the cursor
    assert not set("\x07\x9b\u202e\u2066\u200f\u061c\u2028\x85\x7f\x08\ud800") & set(err)
    assert "\\x1b]0;owned" in err


def test_files_are_printed_as_they_are_written(
    circuits: Circuits, tmp_path: Path, trained: Path
) -> None:
    out = tmp_path / "y.v"
    assert circuits("export", "ripple-adder", "--format", "verilog", "--out", out).code == 0
    assert circuits("export", "ripple-adder", "--format", "verilog").out == out.read_text()
