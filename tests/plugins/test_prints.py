"""What code of a plugin prints, wherever it is called, is not in the result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.plugins.test_guard import run

LOUD = """
import os, sys
import numpy as np
import gatewright as gw
from gatewright.formats.blif.reader import read_blif

def loud(function):
    def call(*given, **words):
        print("LOUD")
        sys.__stdout__.write("BESIDE\\n")
        os.write(1, b"DEEP\\n")
        return function(*given, **words)
    return call

@gw.hookimpl
def gatewright_activations():
    value = loud(lambda z: z + 0.0)
    yield gw.Activation("loud", value, lambda z, a: np.ones_like(z))

@gw.hookimpl
def gatewright_losses():
    yield gw.Loss(
        "loud",
        loud(lambda a, y, care: (care * (a - y) ** 2).sum((-2, -1))),
        lambda a, y, care: 2 * care * (a - y),
    )

@gw.hookimpl
def gatewright_formats():
    yield gw.Format("loud", (".loud",), "", loud(read_blif), loud(lambda netlist, *, comment: "text"))

@gw.hookimpl
def gatewright_pictures():
    yield gw.PictureKind("loud", "a picture", "odd_plugin:picture")

@gw.hookimpl
def gatewright_circuits():
    yield gw.CircuitSpec("loud", "", (), loud(build), loud(lambda buses: {"y": 1 - buses["a"]}))

def build(circuit):
    circuit.output("y", circuit.gate("not", circuit.input("a")))

@loud
def picture(*given, **words):
    from gatewright.draw.picture import Picture
    return Picture("<svg/>")
"""

BLIF = ".model c\n.inputs a\n.outputs y\n.names a y\n0 1\n.end\n"


@pytest.mark.parametrize(
    "words",
    [
        "show c.loud",
        "train buf --activations loud --loss loud --optimiser adam --epochs 5 --restarts 1",
        "verify loud",
    ],
)
def test_json_stays_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    (tmp_path / "c.loud").write_text(BLIF)
    monkeypatch.chdir(tmp_path)
    done = run(tmp_path, LOUD, *words.split(), "--json")
    assert json.loads(done.stdout)["schema"].startswith("gatewright/"), done.stderr
    assert {"LOUD", "BESIDE", "DEEP"} <= set(done.stderr.splitlines())


@pytest.mark.parametrize(
    ("words", "result"),
    [("export ripple-adder --bits 2 --format loud", "text"), ("plot not --picture loud", "<svg/>")],
)
def test_a_file_on_standard_output_is_that_file(tmp_path: Path, words: str, result: str) -> None:
    done = run(tmp_path, LOUD, *words.split(), CIRCUITS_STORE=str(tmp_path / "store"))
    assert done.stdout == result, done.stderr
    assert {"LOUD", "BESIDE", "DEEP"} <= set(done.stderr.splitlines())


def test_what_a_command_of_a_plugin_prints_is_its_result(tmp_path: Path) -> None:
    code = """
import typer
import gatewright as gw
app = typer.Typer()
@app.command()
def shout():
    print("HI")
@gw.hookimpl
def gatewright_commands():
    yield gw.Command("shout", "Shout.", "odd_plugin:app")
"""
    done = run(tmp_path, code, "shout")
    assert (done.returncode, done.stdout, done.stderr) == (0, "HI\n", "")


COUNT = """
import os, sys
import typer
print("LOUD")
os.write(1, b"DEEP\\n")
app = typer.Typer()
@app.command()
def count(code: int = 0, why: str = ""):
    print('{"n": 1}')
    if code or why:
        sys.exit(why or code)
"""

GIVES = """
import gatewright as gw
@gw.hookimpl
def gatewright_commands():
    yield gw.Command("count", "Count.", "odd_count:app")
"""


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [("", 0, []), ("--code 3", 3, []), ("--why nothing", 1, ["circuits: nothing"])],
)
def test_what_is_printed_while_a_command_is_imported_is_not(
    tmp_path: Path, words: str, code: int, told: list[str]
) -> None:
    """And it ends with the code that it gives."""
    (tmp_path / "odd_count.py").write_text(COUNT)
    done = run(tmp_path, GIVES, "count", *words.split())
    assert done.stdout == '{"n": 1}\n'
    assert (done.returncode, sorted(done.stderr.splitlines())) == (code, ["DEEP", "LOUD", *told])


def test_a_command_that_ends_the_program_while_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "odd_count.py").write_text("import sys\nsys.exit()\n")
    done = run(tmp_path, GIVES, "count")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "circuits: command 'count' of plugin 'odd' (odd 1.0) cannot be run: SystemExit ("
    )
