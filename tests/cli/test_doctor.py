"""``circuits doctor``, ``circuits list NAME``, and what a shell completes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install

ROOT = Path(__file__).parents[2]


def test_the_doctor_says_what_there_is(circuits: Circuits, trained: Path) -> None:
    told = json.loads(circuits("doctor", "--json", "--store", trained).out)
    assert told["store"]["folder"] == str(trained)
    assert told["store"]["gates"] == len(list(trained.iterdir()))
    assert told["healthy"]
    code, out, _ = circuits("doctor", "--store", trained)
    assert code == 0
    assert max(map(len, out.replace(str(trained), "").splitlines())) <= 80
    for word in ("Python", "numpy", "draw", "yosys", "builtin-gates", str(trained)):
        assert word in out


def test_the_doctor_names_the_line_that_installs_an_extra(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    code, out, _ = circuits("doctor")
    assert code == 0
    assert "pip install 'gatewright[onnx]'" in out


def test_the_doctor_finds_a_plugin_that_is_ill_and_a_store_that_cannot_be_used(
    circuits: Circuits, install: Install, tmp_path: Path
) -> None:
    install("acme", "raise ValueError('no gates today')")
    code, out, err = circuits("doctor")
    assert code == 1
    assert any(line.split()[::2] == ["acme", "faulty"] for line in out.splitlines())
    assert "no gates today" in err
    file = tmp_path / "file"
    file.write_text("")
    assert circuits("doctor", "--store", file).code == 2


def test_every_circuit_shows_its_ports_and_an_example_that_runs(
    circuits: Circuits, plugins: Plugins
) -> None:
    for name in ("ripple-adder", "counter", "multiplexer", "xor"):
        told = json.loads(circuits("list", name, "--json").out)
        code, out, _ = circuits("list", name)
        assert code == 0
        assert f"example: {told['example']}" in out
        for port in told["inputs"] + told["outputs"]:
            assert port["name"] in out
        done = circuits(*told["example"].split()[1:])
        assert done.code == 0, done.err
    assert circuits("list", "riple-adder").code == 3


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("draw rip", ["ripple-adder", "ripple-adder-subtractor"]),
        ("gates ful", ["full-adder"]),
        ("train half", ["half-adder"]),
        ("compose half", ["half-adder"]),
        ("run ripple-adder --bits 4 ", ["a=", "b=", "cin="]),
        ("run ripple-adder a=1 ", ["b=", "cin="]),
        ("show circuits/c", ["circuits/c17.blif"]),
        ("show circ", ["circuits/"]),
    ],
)
def test_a_shell_completes_names_ports_and_files(words: str, offered: list[str]) -> None:
    line = f"circuits {words}"
    found = subprocess.run(
        [sys.executable, "-m", "gatewright"],
        env={
            **os.environ,
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split(" ")) - 1),
            "_CIRCUITS_COMPLETE": "complete_bash",
        },
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert found.stdout.split() == offered
