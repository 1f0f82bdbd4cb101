"""Files by other names, and what is piped in: every command that takes a circuit takes them alike."""

import io
import os
import sys
from pathlib import Path

import pytest
from tests.conftest import Circuits

from gatewright.cli.commands import PASSING_ON

AND = ".model m\n.inputs a b\n.outputs y\n.names a b y\n11 1\n"
NOT_SO = {"predict", "equiv"}
"""Commands that take gates, or two circuits."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "download").write_text(AND)
    (tmp_path / "m.v").write_text(AND)
    (tmp_path / "adder.vhd").write_text("entity adder is end adder;\n")
    return tmp_path


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let standard input be a pipe with this in it."""
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    before = os.dup(0)
    os.dup2(reading, 0)
    os.close(reading)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    PIPES.append(before)


PIPES: list[int] = []


@pytest.fixture(autouse=True)
def closed() -> object:
    yield
    while PIPES:
        before = PIPES.pop()
        os.dup2(before, 0)
        os.close(before)


COMMANDS = sorted(
    PASSING_ON - NOT_SO - {"map", "report", "verify", "simulate", "cut", "grade", "faults"}
)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("words", [["download"], ["m.v", "--from", "blif"], ["-"]])
def test_every_command_takes_them(
    circuits: Circuits,
    folder: Path,
    store: Path,
    command: str,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    piped(monkeypatch, AND.encode())
    more = {
        "run": ["a=1", "b=1"],
        "noise": ["--samples", "8"],
        "draw": ["--out", "o.svg"],
        "audit": ["--out", "o"],
    }.get(command, [])
    found = (
        circuits(command, *words, *more, "--store", store)
        if command not in ("draw", "show")
        else circuits(command, *words, *more)
    )
    assert found.code == 0, found.err
    assert "circuits compose -" not in found.err


def test_verify_map_and_report_read_them_too(circuits: Circuits, folder: Path) -> None:
    for command, *out in (("verify",), ("map",), ("report", "--out", "r.html")):
        assert "there is no format 'vhdl'" in circuits(command, "m.v", "--from", "vhdl", *out).err
    assert "has no integers to be compared" in circuits("verify", "download").err


def test_two_files_and_what_is_said_of_them(
    circuits: Circuits, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert circuits("equiv", "download", "m.v", "--from", "blif").code == 2  # m.v says what it is
    assert circuits("equiv", "download", "m.v", "--from", "blif", "--from", "blif").code == 0
    piped(monkeypatch, b"INPUT(a)\nINPUT(b)\nOUTPUT(y)\ny = AND(a, b)\n")
    assert circuits("equiv", "-", "download").code == 0
    found = circuits("equiv", "-", "-")
    assert found.err == "circuits: both circuits are standard input; name a file for one of them\n"
    found = circuits("equiv", "download", "ripple-adder", "--from", "blif", "--from", "bench")
    assert "--from is given 2 times for 1 file; give it once for each" in found.err


def test_a_builder_and_a_file_may_both_have_a_from(circuits: Circuits, folder: Path) -> None:
    words = ("--from", "half-adders", "--bits", "2")
    circuits("export", "ripple-adder", "--bits", "2", "--format", "bench", "--out", "adder")
    found = circuits("equiv", "adder", "ripple-adder", *words, "--from", "bench")
    assert found.code == 0, found.err
    assert "ripple-adder --bits 2 --from half-adders" in found.out
    assert circuits("equiv", "adder", "ripple-adder", *words).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["show", "adder.vhd"],
            "adder.vhd has no ending of a format that is read, and begins like none: entity",
        ),
        (["show", "adder.vhd"], "as in --from blif"),
        (
            ["show", "download", "--from", "vhdl"],
            "there is no format 'vhdl'; formats that are read: blif, ",
        ),
        (
            ["show", "download", "--from", "dot"],
            "cannot be read: dot is a format that is only written",
        ),
        (
            ["show", "download", "--from", "blif", "--from", "pla"],
            "--from is given twice for download",
        ),
        (
            ["export", "download", "--out", "m.vhd"],
            "m.vhd ends like no format that is written; name it with",
        ),
        (
            ["export", "download", "--out", "m"],
            "m ends like no format that is written; name",
        ),
        (["export", "xor", "--out", "xor.vhd"], "xor.vhd ends like no format that is written"),
        (
            ["export", "download", "--out", "none/m.v"],
            "none/m.v cannot be written: there is no folder none",
        ),
        (
            ["draw", "download", "--out", "none/m.svg"],
            "none/m.svg cannot be written: there is no folder none",
        ),
    ],
)
def test_what_cannot_be_told_is_refused_in_one_line(
    circuits: Circuits, folder: Path, words: list[str], said: str
) -> None:
    found = circuits(*words)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert found.err.count("\n") == 1
    assert sorted(each.name for each in folder.iterdir()) == ["adder.vhd", "download", "m.v"]


def test_endings_of_either_case_are_written(circuits: Circuits, folder: Path) -> None:
    assert circuits("export", "download", "--out", "M.BLIF.GZ").code == 0
    assert (folder / "M.BLIF.GZ").read_bytes()[:2] == b"\x1f\x8b"
    assert circuits("export", "xor", "--out", "XOR.C").code == 0
    assert circuits("export", "download", "--out", "anything", "--format", "bench").code == 0
    assert circuits("equiv", "M.BLIF.GZ", "anything").code == 0


def test_a_file_that_begins_like_another_format_is_said_to(
    circuits: Circuits, folder: Path
) -> None:
    (folder / "wrong.v").write_text(".model t\n.inputs a\n.outputs y\n.names a y\n1 1\n.end\n")
    code, out, err = circuits("show", "wrong.v")
    assert (code, out) == (2, "")
    assert err.endswith("; it was read as verilog, and begins like blif: try --from blif\n")
    assert circuits("show", "wrong.v", "--from", "blif").code == 0
    (folder / "broken.blif").write_text(".model t\n.inputs a\n.outputs y\n.names a z\n1 1\n.end\n")
    assert "begins like" not in circuits("show", "broken.blif").err
