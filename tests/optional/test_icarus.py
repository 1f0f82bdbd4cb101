"""Icarus Verilog simulates what we write: every pattern of small circuits, some of large ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from tests.strategies import COMBINATIONAL

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source, read_source
from gatewright.formats.verilog.files import Files
from gatewright.formats.verilog.includes import expand
from gatewright.formats.verilog.writer import write_verilog
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import table_rows
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

pytestmark = pytest.mark.skipif(
    not (shutil.which("iverilog") and shutil.which("vvp")),
    reason="no Icarus Verilog: install iverilog",
)

BENCHMARKS = os.environ.get("GATEWRIGHT_BENCHMARKS", "")


def pins(buses: Iterable[Bus], vector: str) -> list[str]:
    """Every port of some buses, joined to the bits of a vector, the first bit its most significant."""
    joined, place = [], 0
    for bus in buses:
        numbered = bus.width > 1 and bus.bits == tuple(f"{bus.name}[{n}]" for n in range(bus.width))
        wires = [f"{vector}[{place + bit}]" for bit in range(bus.width)]
        place += bus.width
        if numbered:
            joined.append(rf".\{bus.name} ({{{', '.join(reversed(wires))}}})")
        else:
            names = bus.bits if bus.names else [bus.name]
            joined += [rf".\{name} ({wire})" for name, wire in zip(names, wires, strict=True)]
    return joined


def simulate(folder: Path, netlist: Netlist, text: str, patterns: Bits) -> Bits:
    """The outputs for every pattern, as the simulator prints them."""
    count, width = patterns.shape
    wide = len(netlist.output_nets)
    lines = "".join(f"{''.join(map(str, row[::-1]))}\n" for row in patterns.tolist())
    (folder / "patterns.txt").write_text(lines)
    (folder / "design.v").write_text(text)
    module = re.search(r"^module (\\\S+ |\w+)\(", text, re.M)
    assert module
    (folder / "bench.v").write_text(
        f"""module testbench_of_ours;
  reg [{width - 1}:0] rows [0:{count - 1}];
  reg [{width - 1}:0] i;
  wire [{wide - 1}:0] o;
  integer row;
  {module[1].rstrip()} under_test ({", ".join(pins(netlist.inputs, "i") + pins(netlist.outputs, "o"))});
  initial begin
    $readmemb("patterns.txt", rows);
    for (row = 0; row < {count}; row = row + 1) begin
      i = rows[row];
      #1 $displayb(o);
    end
  end
endmodule
"""
    )
    command = ["iverilog", "-g2001", "-Wall", "-s", "testbench_of_ours", "-o", "out"]
    made = subprocess.run(
        [*command, "design.v", "bench.v"], cwd=folder, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    assert not [line for line in made.stderr.splitlines() if "timescale" not in line], made.stderr
    printed = subprocess.run(
        ["vvp", "-n", "out"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.split()
    assert len(printed) == count
    return np.array([[int(bit) for bit in reversed(line)] for line in printed], dtype=np.uint8)


def patterns(netlist: Netlist, most: int = 1000) -> Bits:
    width = len(netlist.input_nets)
    if width <= 10:
        return table_rows(width)
    return np.random.default_rng(0).integers(0, 2, (most, width), dtype=np.uint8)


def exact(netlist: Netlist, given: Bits) -> Bits:
    return ExactEngine(compile_netlist(netlist)).outputs(given)


@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_builder(plugins: Plugins, tmp_path: Path, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({}, plugins.gates).netlist
    given = patterns(netlist)
    found = simulate(tmp_path, netlist, write_verilog(netlist), given)
    assert np.array_equal(found, exact(netlist, given))


@pytest.mark.parametrize("name", ["ripple-adder", "alu", "hex-display"])
def test_a_changed_sign_is_found(plugins: Plugins, tmp_path: Path, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({}, plugins.gates).netlist
    text, times = re.subn(
        r"(assign y|assign sum) = (.*) [&^] ", r"\1 = \2 | ", write_verilog(netlist)
    )
    assert times
    given = patterns(netlist)
    assert not np.array_equal(simulate(tmp_path, netlist, text, given), exact(netlist, given))


def test_names_that_need_escaping(tmp_path: Path) -> None:
    table = TruthTable.from_rows(["10", "01", "1-", "00"], inputs=("reg", "b"), outputs=("or", "y"))
    inputs = (Bus("wire", ("wire",)), Bus("1GAT(0)", ("1GAT(0)",)))
    odd = Bus("o", ("o<1>", "o<0>"), vector=True, names=("o<1>", "o<0>"))
    outputs = (Bus("logic", ("wire", "deep/net"), vector=True), Bus("end", ("deep/net",)))
    instances = (
        Instance("deep/net", "always", ("wire", "1GAT(0)"), ("two words", "input")),
        Instance("initial", "always", ("input", "o<0>"), ("logic[0]", "logic[1]")),
        Instance("endmodule", "always", ("logic[1]", "o<1>"), ("deep/net", "unread")),
    )
    gates = {"always": GateSpec("always", table)}
    netlist = Netlist("module", gates, (*inputs, odd), outputs, instances)
    given = table_rows(4)
    found = simulate(tmp_path, netlist, write_verilog(netlist), given)
    assert np.array_equal(found, exact(netlist, given))


def test_a_gate_of_many_inputs(tmp_path: Path) -> None:
    names = [f"i{pin}" for pin in range(9)]
    draw = np.random.default_rng(5)
    columns = [int(draw.bytes(64).hex(), 16) for _ in range(2)]
    gates = {"wide": GateSpec("wide", TruthTable.from_integers(columns, names, "yz"))}
    inputs = (Bus("a", tuple(f"a[{bit}]" for bit in range(9)), vector=True),)
    instance = Instance("u", "wide", inputs[0].nets, ("y", "z"))
    netlist = Netlist("wide-one", gates, inputs, (Bus("y", ("y",)), Bus("z", ("z",))), (instance,))
    given = table_rows(9)
    found = simulate(tmp_path, netlist, write_verilog(netlist), given)
    assert np.array_equal(found, exact(netlist, given))


@pytest.mark.skipif(
    not BENCHMARKS, reason="GATEWRIGHT_BENCHMARKS does not name a folder of netlists"
)
@pytest.mark.parametrize(
    "name",
    [
        *(
            f"lgsynth91/{name}"
            for name in ("9symml", "C17", "C432", "C499", "C880", "C1355", "count")
        ),
        *(f"epfl/{name}" for name in ("adder", "cavlc", "ctrl", "dec", "int2float", "priority")),
    ],
)
def test_public_netlists(plugins: Plugins, tmp_path: Path, name: str) -> None:
    netlist = read_blif(read_source(Path(BENCHMARKS) / f"{name}.blif"), plugins.gates)
    given = patterns(netlist, 60)
    found = simulate(tmp_path, netlist, write_verilog(netlist), given)
    assert np.array_equal(found, exact(netlist, given))


# Its preprocessor, against ours

MACROS = {
    "argument": "`define A(x, y) x+y\n`A(1, f(2, 3))",
    "bracket": "`define A (1)\n`A",
    "later": "`define A `B\n`define B 2\n`A",
    "nested": "`define M(a,b) ((a)>(b)?(a):(b))\nassign z = `M(p, `M(q,r));",
    "doubled": "`define A(x) x x\n`A(`A(`A(y)))",
    "joined": "`define A(x) n``x``_q\n`A(3)",
    "quoted": '`define S(x) `"x`"\n`S(hello)',
    "default": "`define A(x, y=7) x+y\n`A(1)",
    "continued": "`define A 1 \\\n + 2\n`A",
    "conditions": "`define A 1\n`undef A\n`ifdef A\nx\n`elsif Q\ny\n`else\nw\n`endif",
}


@pytest.mark.parametrize("name", MACROS)
def test_macros_stand_for_what_icarus_makes_of_them(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.v").write_text(MACROS[name])
    command = ["iverilog", "-E", "-g2012", "-o", "made.v", "a.v"]
    subprocess.run(command, cwd=tmp_path, check=True)
    wanted = re.sub(r"`line[^\n]*", "", (tmp_path / "made.v").read_text())
    found = expand(Source("a.v", MACROS[name].encode()), Files("a.v")).text
    assert re.sub(r"\s", "", found) == re.sub(r"\s", "", wanted)
