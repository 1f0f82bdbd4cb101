"""``circuits equiv`` of circuits with registers: what tells them apart is written, and replays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.circuits.clocked.equal import equivalence
from gatewright.circuits.verify.verdict import Claim

if TYPE_CHECKING:
    from tests.conftest import Circuits

HOLDS = """.model holds
.inputs load d
.outputs y
.names load d q n
11- 1
0-1 1
.latch n q {first}
.names q y
1 1
.end
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "open.blif").write_text(HOLDS.format(first=3))
    (tmp_path / "zero.blif").write_text(HOLDS.format(first=0))
    return tmp_path


def test_what_tells_counters_apart_is_written_and_replays(circuits: Circuits, folder: Path) -> None:
    words = ("equiv", "counter", "counter:modulo=12", "--bits", "4", "--out", "differ.csv")
    code, out, err = circuits(*words)
    assert code == 1
    assert "equal: refuted: output count in cycle 15 is 12 and 0\n" in out
    assert out.endswith("wrote differ.csv\n")
    first, second = err.splitlines()
    assert first == (
        "next: circuits simulate counter --bits 4 --modulo 0 --stimulus differ.csv --cycles 16"
    )
    said: list[int] = []
    for command in (first, second):
        vcd = f"{len(said)}.vcd"
        replay = [*command.split()[2:], "--engine", "exact", "--json", "--vcd", vcd]
        code, out, _ = circuits(*replay)
        assert code == 0
        said.append(json.loads(out)["outputs"]["count"])
        assert (folder / vcd).read_text().startswith("$")
    assert said == [12, 0]
    code, out, err = circuits(*words)
    assert (code, out) == (2, "")
    assert "differ.csv" in err


def test_a_pattern_that_tells_circuits_without_registers_apart_is_written(
    circuits: Circuits, folder: Path
) -> None:
    text = ".model m\n.inputs a b\n.outputs y\n.names a b y\n{}\n.end\n"
    (folder / "or.blif").write_text(text.format("1- 1\n-1 1"))
    (folder / "xor.blif").write_text(text.format("10 1\n01 1"))
    code, out, err = circuits("equiv", "or.blif", "xor.blif", "--out", "differ.csv")
    assert code == 1
    assert out.endswith("wrote differ.csv\n")
    said = []
    for command in err.splitlines():
        code, out, _ = circuits(*command.split()[2:], "--engine", "exact", "--json")
        assert code == 0
        said.append(json.loads(out)["outputs"])
    assert said == [{"y": 1}, {"y": 0}]


def test_the_cycles_are_shown_where_they_are_not_written(circuits: Circuits) -> None:
    code, out, _ = circuits("equiv", "counter", "counter:modulo=12", "--bits", "4")
    assert code == 1
    lines = out.splitlines()
    assert lines[-1].split() == ["15", "1"]
    assert lines[-14].split() == ["cycle", "enable"]


def test_registers_begin_as_is_said(circuits: Circuits, folder: Path) -> None:
    words = ("equiv", "open.blif", "zero.blif")
    code, out, err = circuits(*words, "--out", "differ.csv")
    assert code == 1
    assert "output y in cycle 0 is 1 and 0, if q begins as 1\n" in out
    assert err.splitlines()[:2] == [
        "next: circuits simulate open.blif --stimulus differ.csv --cycles 1 --init 1",
        "next: circuits simulate zero.blif --stimulus differ.csv --cycles 1",
    ]
    assert err.splitlines()[2].endswith(" --init 0")
    assert (
        (folder / "differ.csv")
        .read_text()
        .startswith(
            "# output y in cycle 0 is 1 and 0, if q begins as 1\n# begin with --init 1\ncycle,bus,value\n"
        )
    )
    code, out, _ = circuits(*words, "--init", "0")
    assert code == 0
    assert "1 register matched by name, so in every cycle" in out
    code, out, _ = circuits("equiv", "open.blif", "open.blif")
    assert code == 0
    assert "1 register, 1 of them without an initial value, matched by name" in out
    code, out, _ = circuits(*words, "--init", "1", "--json")
    trace = json.loads(out)["claims"][0]["trace"]
    assert (code, trace["begins"], trace["output"]["bus"]) == (1, {}, "y")


def test_a_register_begins_by_name(circuits: Circuits) -> None:
    words = ("simulate", "open.blif", "load=0", "d=0", "--cycles", "2", "--engine", "exact")
    code, out, _ = circuits(*words, "--json", "--init", "q=1")
    assert (code, json.loads(out)["outputs"]) == (0, {"y": 1})
    for said, message in (
        ("q=2", "--init q=2 is not what registers begin as; 0, 1, random, or some by name"),
        ("two", "--init two is not what registers begin as"),
        ("r=1", "circuit 'holds' has no register 'r'; without an initial value are q"),
    ):
        code, out, err = circuits(*words, "--init", said)
        assert (code, out) == (2, "")
        assert message in err
        assert len(err.splitlines()) == 1


def test_more_time_is_offered_where_nothing_is_decided(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = Claim("a", "b", "cycles", 0, 1, "undecided", reason="time limit reached")
    monkeypatch.setattr(equivalence, "equivalence_in_time", lambda *_, **__: claim)
    code, out, err = circuits("equiv", "lfsr", "lfsr", "--time-limit", "5")
    assert code == 4
    assert "equal: undecided: time limit reached\n" in out
    assert err == "next: circuits equiv lfsr lfsr --time-limit 600\n"


def test_a_clock_that_registers_do_not_name_is_left_out(circuits: Circuits, folder: Path) -> None:
    text = HOLDS.format(first=0).replace(".inputs load d", ".inputs clk load d")
    (folder / "clock.blif").write_text(text)
    code, out, _ = circuits("equiv", "zero.blif", "clock.blif")
    assert code == 0
    assert "with clk = 0\n" in out
    (folder / "reads.blif").write_text(text.replace(".names q y", ".names clk y"))
    code, _, err = circuits("equiv", "zero.blif", "reads.blif")
    assert code == 2
    assert "'reads.blif' has an input 'clk', 'zero.blif' has none" in err
