"""``circuits simulate`` and ``circuits cut``: what they print, and what they refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gatewright as gw
from gatewright.plugins.manager import load_plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits

COUNTER = ("simulate", "counter", "--bits", "3")


def test_every_cycle_is_shown_and_compared(circuits: Circuits) -> None:
    code, out, err = circuits(*COUNTER, "enable=1", "--cycles", "10", "--noise", "0.45")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "counter --bits 3 --modulo 0: 5 gates, 3 registers"
    assert [line.split() for line in lines[4:14]] == [[str(n), "1", str(n % 8)] for n in range(10)]
    assert lines[15] == "exact gates   = integers in 10 cycles"
    assert lines[16:18] == [
        "trained gates = exact gates on 12 wires in 10 cycles, raw activations",
        "",
    ]
    assert lines[18].startswith("no wire is off by more than 0.4")
    assert err.endswith("next: circuits compose counter --bits 3 --modulo 0 --verify certificate\n")


def test_many_cycles_are_cut_short_and_exact_gates_run_alone(circuits: Circuits) -> None:
    code, out, _ = circuits(*COUNTER, "enable=1", "--cycles", "100", "--engine", "exact")
    assert code == 0
    assert "… and 84 more cycles; in the last, count=3" in out
    assert "trained" not in out
    code, out, _ = circuits("simulate", "lfsr", "--cycles", "1", "--json")
    found = json.loads(out)
    assert (code, found["cycles"], found["registers"], found["outputs"]) == (0, 1, 8, {"q": 1})
    assert (found["neural"], found["farthest"], found["differs"]) == (True, 0.0, None)


def test_a_table_that_is_too_wide_is_said_to_be_left_out(
    circuits: Circuits, tmp_path: Path
) -> None:
    builder = gw.CircuitBuilder("wide", load_plugins().gates)
    for bit in range(9):
        builder.output(f"y{bit}", builder.register(builder.input(f"a{bit}"), name=f"q{bit}"))
    path = tmp_path / "wide.blif"
    gw.circuit(builder.netlist()).save(path)
    code, out, _ = circuits("simulate", path, "--cycles", "3", "--engine", "exact")
    assert code == 0
    said = "no table: 18 buses in 3 cycles are left out, as it has room for 8; --vcd FILE writes every one"
    assert said in " ".join(out.split())


@pytest.mark.parametrize(
    "text",
    [
        "cycle,bus,value\n2,enable,1\n4,enable,0\n",
        '{"cycle": 2, "bus": "enable", "value": 1}\n\n{"cycle": "0b100", "bus": "enable", "value": 0}\n',
        "# two cycles\n2,enable,1\n4,enable,0\n",
    ],
)
def test_a_stimulus_says_what_inputs_are_when(
    text: str, circuits: Circuits, tmp_path: Path
) -> None:
    path = tmp_path / "s.csv"
    path.write_text(text)
    _, out, _ = circuits(*COUNTER, "--stimulus", path, "--cycles", "6", "--engine", "exact")
    assert [line.split()[2] for line in out.splitlines()[4:10]] == [*"000122"]


VECTORS = "".join(f"t {50 * n + 4}; f enable 1; t {50 * n + 25}; c count {n};\n" for n in range(6))


def test_test_vectors_drive_and_check(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "counter.tv"
    path.write_text(VECTORS)
    words = (*COUNTER, "--stimulus", path)
    code, out, _ = circuits(*words)
    assert code == 0
    assert "trained gates = exact gates on 12 wires in 6 cycles, raw activations" in out
    assert out.endswith("6 checks of the stimulus held\n")
    path.write_text(
        VECTORS.replace("c count 3", "c count[0] 0; c count[1] 1").replace("c count 5", "c count 6")
    )
    code, out, _ = circuits(*words)
    assert code == 1
    wrong = "count[0] in cycle 3 should be 0, and was 1 (and 1 more)"
    assert f"checks of the stimulus failed: {wrong}" in out
    code, out, _ = circuits(*words, "--json", "--engine", "exact")
    found = json.loads(out)["checks"]
    assert (code, found["right"]) == (1, 5)
    assert found["wrong"][1] == {"cycle": 5, "bus": "count", "wanted": 6, "got": 5}


def test_test_vectors_may_drive_the_clock(circuits: Circuits, tmp_path: Path) -> None:
    blif, path = tmp_path / "one.blif", tmp_path / "one.tv"
    blif.write_text(".model one\n.inputs d ck\n.outputs q\n.latch d q fe ck 1\n.end\n")
    path.write_text(
        "t 0; f ck 1; f d 0; c q 1; t 5; f ck 0; t 9; f d 1; t 10; f ck 1; c q 0; t 15; f ck 0; t 18; c q 1;"
    )
    code, out, _ = circuits("simulate", blif, "--stimulus", path, "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["cycles"], found["checks"]) == (3, {"right": 3, "wrong": []})


def test_waveforms_are_drawn(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "waves.svg"
    code, out, _ = circuits(*COUNTER, "enable=1", "--plot", path, "--noise", "0.4")
    assert code == 0
    assert f"wrote {path}\n" in out
    svg = path.read_text()
    assert "count in cycle 39: 7" in svg  # so many are drawn of 100 cycles
    assert "count in cycle 40: 0" not in svg
    assert "enable in cycles 0 to 39: 1" in svg
    words = (*COUNTER, "enable=1", "--engine", "exact", "--plot", path, "--force", "--first", "6")
    assert circuits(*words, "--last", "7", "--wave", "count[2]").code == 0
    assert re.findall(r"<title>(.*?)</title>", path.read_text())[1:] == [
        "count[2] in cycles 6 to 7: 1"
    ]


def test_it_stops_when_outputs_are_as_asked(circuits: Circuits) -> None:
    words = (*COUNTER, "enable=1", "--until", "count=5", "--json")
    code, out, _ = circuits(*words)
    assert (code, json.loads(out)["cycles"], json.loads(out)["stopped"]) == (0, 6, True)
    code, _, err = circuits(*words, "--cycles", "3")
    assert code == 4
    assert "count=5 did not come in 3 cycles" in err


def test_waveforms_are_read_by_others(circuits: Circuits, tmp_path: Path) -> None:
    read = pytest.importorskip("vcdvcd").VCDVCD  # which the lowest versions are tested without
    path = tmp_path / "counter.vcd"
    words = (*COUNTER, "enable=1", "--cycles", "12", "--vcd", path)
    code, out, _ = circuits(*words)
    assert code == 0
    assert f"wrote {path}" in out
    waves = read(str(path))
    count = waves["exact.count"]
    assert [int(count[10 * cycle], 2) for cycle in range(12)] == [n % 8 for n in range(12)]
    raw = waves["raw.count[1]"]
    assert [raw[10 * cycle] for cycle in range(4)] == ["0", "0", "1", "1"]
    assert waves["raw.count[1]"].var_type == "real"
    assert [waves["clock.clock"][at] for at in (0, 5, 10, 15)] == [*"0101"]
    code, _, err = circuits(*words)
    assert (code, err) == (
        2,
        f"circuits: {path} exists; name another file, or give --force to replace it\n",
    )
    circuits(*words, "--force", "--first", "4", "--last", "6")
    window = read(str(path))
    assert {at for at, _ in window["exact.count"].tv} <= {0, 40, 50, 60}


def test_cutting_writes_the_circuit_of_one_cycle(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "once.blif"
    code, out, err = circuits("cut", "counter", "--bits", "3", "--out", path)
    assert (code, out) == (0, f"cut out 3 registers; wrote {path}\n")
    assert err == f"next: circuits compose {path} --verify certificate\n"
    assert circuits("compose", path, "--verify", "certificate").code == 0
    found = json.loads(circuits("cut", "counter", "--json").out)
    assert (found["registers"], found["format"]) == (4, "blif")
    assert ".latch" not in circuits("cut", "counter").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--format aig", "aig is not text to print; name a file, as in --out circuit.aig"),
        (
            "--format blif --out c.aag",
            "c.aag ends like aag, and --format is blif; leave out one of",
        ),
        (
            "--out c.c",
            "one cycle of a circuit is not written as c99; 'circuits export' writes all of a",
        ),
        ("--out c.xyz", "c.xyz ends like no format that is written"),
    ],
)
def test_what_one_cycle_is_not_written_as(
    words: str, message: str, circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = circuits("cut", "counter", *words.split())
    assert (code, out) == (2, "")
    assert err.startswith(f"circuits: {message}")
    assert not list(tmp_path.iterdir())


def test_other_commands_on_circuits_with_registers(circuits: Circuits, tmp_path: Path) -> None:
    code, out, err = circuits("compose", "counter", "--verify", "certificate")
    assert code == 0
    assert "; 4 registers behind buffers, so in every cycle\n" in out
    assert err.endswith("next: circuits simulate counter --bits 4 --modulo 0\n")
    code, out, _ = circuits("verify", "counter")
    assert code == 0
    assert "proved exhaustively (34 of 34); every input in 16 states, so in every cycle" in out
    code, out, _ = circuits("verify", "counter", "--bits", "20")
    assert code == 4
    assert "exact gates   = integer reference: sampled (1024 random cycles)" in out
    assert "state    4 registers" in circuits("show", "counter").out
    code, out, _ = circuits("equiv", "counter", "counter:modulo=15", "--bits", "4")
    assert code == 1
    assert "refuted: output count in cycle 19 is 15 and 0" in out
    told = (
        "circuit 'counter' has 4 registers, so its outputs depend on the past; 'circuits simulate' runs it "
        "cycle by cycle; 'circuits cut' makes a circuit of one cycle"
    )
    for words in (("run", "counter", "enable=1"), ("noise", "counter")):
        assert circuits(*words) == (2, "", f"circuits: {told}\n")
    page = tmp_path / "c.html"
    code, out, err = circuits("report", "counter", "--out", page)
    assert (code, out.splitlines()[2:]) == (
        0,
        [
            "exact gates   = integer reference: sampled (1024 random cycles)",
            "trained gates = exact gates: sampled (1024 random cycles)",
            f"wrote {page}: open it in a browser",
        ],
    )
    assert err.endswith("next: circuits simulate counter --bits 4 --modulo 0\n")
    assert "each cycle begins as clean as the first" in page.read_text()
    code, _, err = circuits("export", "counter", "--out", tmp_path / "c.onnx")
    assert code == 2
    assert "circuit 'counter' has registers, which onnx does not hold; 'circuits cut counter" in err


@pytest.mark.parametrize(
    ("words", "text", "message"),
    [
        ("--cycles 5", "0,enabel,1\n", "s.csv:1: the circuit has no input 'enabel'; did you mean 'enable'?"),
        ("--cycles 5", "5,enable,1\n", "s.csv:1: cycle 5 is none of the 5 cycles; they are 0 to 4; simulate "
         "more, or leave it out"),
        ("", "0,enable,two\n", "s.csv:1:10: 'two' is not a whole number; as in 5 or 0x1f"),
        ("", f"0,enable,{'1' * 140_000}\n", "s.csv:1:1: cannot be cut into cells: field larger than field limit "
         "(131072); split it"),
        ("", "0,enable\n", "s.csv:1:1: '0,enable' is not a cycle, a bus and a value; as in 3,a,5"),
        ("", '{"cycle": 1}\n', "s.csv:1:1: '{\"cycle\": 1}' is not a record of a cycle, a bus and a value; as in "
         '{"cycle": 3, "bus": "a", "value": 5}'),
        ("", "{cycle: 1}\n", "s.csv:1:1: is not JSON: Expecting property name enclosed in double quotes: line 1 "
         "column 2 (char 1); a record a line"),
        ("enable=1", "0,enable,1\n", "values of buses and a stimulus are both given; put the values in the "
         "stimulus"),
        ("--first 3", "", "--first and --last are of waveforms; give --vcd or --plot with them"),
        ("--plot w.svg --last 400", "", "401 cycles are more than the 400 of a picture; draw some of them"),
        ("--plot w.xyz", "", "a picture is not saved as '.xyz'; name a file that ends in .svg, .png or .pdf"),
        ("--wave count", "", "--wave says what a picture shows; give --plot with it"),
        ("--plot w.svg --wave cuont", "0,enable,1\n", "circuit 'counter' has no bus, register or net "
         "'cuont'; did you mean 'count'?"),
        ("--from 3 --to 5", "", "--from 3 is not a window of cycles: --from is the format of a file; as in "
         "--first 100 --last 120"),
        ("--to 5", "", "--to 5 is not a window of cycles: --from is the format of a file; as in --first 100 "
         "--last 120"),
        ("", "t 0; f enable 1; t 5; c cuont 0", "s.csv:1: the circuit has no output 'cuont'; did you mean "
         "'count'?"),
        ("--cycles 1", "t 0; f enable 1; t 5; c count 0; t 10; f enable 0; t 15; c count 0", "s.csv:1: cycle 1 "
         "is none of the 1 cycles; they are 0 to 0; simulate more, or leave it out"),
        ("--vcd w.vcd --first 5 --last 2", "", "--first 5 comes after --last 2; give them in order"),
        ("--until count", "", "--until count is not a bus and a value; as in --until halt=1"),
        ("--until cuont=1", "", "circuit 'counter' has no output 'cuont'; did you mean 'count'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_simulated_is_said(
    words: str,
    text: str,
    message: str,
    circuits: Circuits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text(text)
    code, out, err = circuits(
        "simulate", "counter", "--engine", "exact", "--stimulus", "s.csv", *words.split()
    )
    assert (code, out, err) == (2, "", f"circuits: {message}\n")


def test_a_circuit_without_registers_is_not_simulated(circuits: Circuits) -> None:
    code, _, err = circuits("simulate", "ripple-adder", "--engine", "exact")
    assert code == 2
    assert "circuit 'ripple-adder' has no registers, so no cycles" in err


MEMORY = """{"modules": {"scratch": {"ports": {
  "clk": {"direction": "input", "bits": [2]}, "a": {"direction": "input", "bits": [3, 4]},
  "d": {"direction": "input", "bits": [5, 6, 7, 8]}, "w": {"direction": "input", "bits": [9]},
  "q": {"direction": "output", "bits": [10, 11, 12, 13]}},
 "cells": {"ram": {"type": "$mem_v2", "parameters": {"ABITS": 2, "WIDTH": 4, "SIZE": 4, "RD_PORTS": 1,
   "WR_PORTS": 1, "RD_CLK_ENABLE": "0", "WR_CLK_ENABLE": "1", "WR_CLK_POLARITY": "1", "INIT": "x"},
  "connections": {"RD_ADDR": [3, 4], "RD_DATA": [10, 11, 12, 13], "RD_EN": ["1"], "WR_ADDR": [3, 4],
   "WR_DATA": [5, 6, 7, 8], "WR_EN": [9, 9, 9, 9], "WR_CLK": [2]}}}}}}"""
"""Four words of four bits, as Yosys writes them."""


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    path = tmp_path / "scratch.json"
    path.write_text(MEMORY)
    return path


def test_memories_are_filled_from_files(circuits: Circuits, scratch: Path, tmp_path: Path) -> None:
    image, raw = tmp_path / "p.hex", tmp_path / "p.bin"
    image.write_text("3 @2 // two\nf 1")
    raw.write_bytes(bytes([9, 8]))
    words = ("simulate", scratch, "--cycles", "2", "a=2", "w=1", "d=5")
    _, out, _ = circuits(*words)
    assert out.splitlines()[0].endswith("scratch.json: 0 gates, memory 'ram' of 4 words of 4 bits")
    assert [line.split() for line in out.splitlines()[4:6]] == [
        ["0", "2", "5", "1", "0"],
        ["1", "2", "5", "1", "5"],
    ]
    code, out, _ = circuits(*words, "--memory", f"ram={image}")
    assert (code, out.splitlines()[4].split()[-1]) == (0, "15")
    _, out, _ = circuits(
        "simulate", scratch, "a=1", "--cycles", "1", "--memory", f"ram={raw}", "d=0", "w=0"
    )
    assert out.splitlines()[4].split()[-1] == "8"
    _, out, _ = circuits(*words, "--initial", "1", "--json")
    assert json.loads(out)["memories"] == {"ram": {"words": 4, "width": 4}}


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("ram", "", "--memory ram is not a memory and a file; as in --memory ram=prog.hex"),
        ("ram=", "", "--memory ram= is not a memory and a file"),
        ("rom=FILE", "1", "circuit 'scratch' has no memory 'rom'; did you mean 'ram'?"),
        (
            "ram=FILE",
            "1 2 3 4 5",
            "'5' would be at address 0x4, and memory 'ram' of 4 words of 4 bits has 0x0",
        ),
        ("ram=FILE", "xyz", "'xyz' is not a hexadecimal word; as in 1f, or @20 for an address"),
        ("ram=FILE", "1f", "'1f' does not fit memory 'ram' of 4 words of 4 bits"),
        ("ram=no.hex", "", "there is no file no.hex"),
    ],
)
def test_what_no_memory_can_hold_is_refused_in_a_line(
    option: str, text: str, said: str, circuits: Circuits, scratch: Path, tmp_path: Path
) -> None:
    (tmp_path / "p.hex").write_text(text)
    words = option.replace("FILE", str(tmp_path / "p.hex"))
    code, out, err = circuits("simulate", scratch, "--memory", words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_every_command_does_something_with_a_memory_or_says_why_not(
    circuits: Circuits, scratch: Path, tmp_path: Path
) -> None:
    _, out, _ = circuits("show", scratch)
    assert "state    memory 'ram' of 4 words of 4 bits" in out
    _, out, _ = circuits("compose", scratch, "--verify", "certificate")
    assert (
        "in every cycle; it rests on memory 'ram' of 4 words of 4 bits, which decides its pins"
        in out
    )
    _, out, _ = circuits("equiv", scratch, scratch)
    assert "1 memory matched by name, so in every cycle" in out
    _, out, _ = circuits("cut", scratch, "--out", tmp_path / "once.blif")
    assert out.startswith("cut out 1 memory; wrote ")
    _, out, _ = circuits("show", scratch, "--memories", "gates")
    assert "state    16 registers" in out
    past = "circuit 'scratch' has 1 memory, so its outputs depend on the past"
    for words in (
        ("run", scratch, "a=0", "d=0", "w=0"),
        ("noise", scratch),
        ("show", scratch, "--critical-path"),
    ):
        code, _, err = circuits(*words)
        assert (code, err.count("\n")) == (2, 1)
        assert past in err
    place = (
        "circuit 'scratch' has 1 memory, for which {} has no place; 'circuits cut' makes a circuit"
    )
    for command, where in (
        (("draw", scratch, "--out", tmp_path / "o.svg"), "a drawing"),
        (("report", scratch, "--out", tmp_path / "o.html"), "a report"),
        (("export", scratch, "--format", "c99"), "C"),
    ):
        code, _, err = circuits(*command)
        assert (code, place.format(where) in err) == (2, True), err
    code, _, err = circuits("export", scratch, "--out", tmp_path / "o.onnx")
    assert (code, "circuit 'scratch' has memories, which onnx does not hold" in err) == (2, True)
    code, _, err = circuits("export", scratch, "--format", "blif")
    assert (code, err) == (
        2,
        "circuits: circuit 'scratch' has memories, which blif does not hold; formats that do: verilog, json; "
        "'circuits cut' cuts them out\n",
    )


def test_what_memories_cannot_become_is_said(circuits: Circuits, scratch: Path) -> None:
    for words, said in (
        (
            (scratch, "--memories", "ram"),
            "memories cannot become 'ram'; they become blocks or gates",
        ),
        (
            ("circuits/c17.blif", "--memories", "gates"),
            "has no memories to become gates: it is blif; they are in",
        ),
        ((scratch, "--memories", "gates", "--memories", "gates"), "--memories is given twice for"),
    ):
        code, _, err = circuits("show", *words)
        assert (code, said in err) == (2, True), err
