"""Circuits with registers and memories, as Icarus runs what is written of them, or what they are read from."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.strategies import CLOCKED

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut, gates_of
from gatewright.circuits.clocked.lockstep import lockstep
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.netlist import Netlist, bus_columns
from gatewright.circuits.verify.composition import certificate
from gatewright.errors import FormatError
from gatewright.formats.model.assembler import of_functions
from gatewright.gates.library import trained_gates
from gatewright.gates.store.store import Store

CYCLES = 10_000
FOLDER = os.environ.get("GATEWRIGHT_BENCHMARKS")
FILES = sorted(Path(FOLDER).glob("iscas89/*.bench")) if FOLDER else []
"""Public circuits with registers."""

ICARUS = pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus is not installed")

BENCH = """
module bench;
  reg clk = 0;
  reg [{inputs}:0] given [0:{last}];
  reg [{inputs}:0] now;
  wire [{outputs}:0] out;
  integer n;
  {name} it({pins});
  initial begin
    $readmemb("given.txt", given);
    for (n = 0; n <= {last}; n = n + 1) begin
      now = given[n]; #1; $display("%b", out); #1; clk = 1; #1; clk = 0;
    end
  end
endmodule
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Where the library's classes are kept while these tests run."""
    return Store(tmp_path_factory.mktemp("library"))


def icarus(
    circuit: Circuit, folder: Path, rows: list[list[int]], text: str = ""
) -> list[list[int | None]]:
    """The output bits of every cycle, bus after bus, bit 0 first; None where they are unknown.

    Args:
        circuit: whose ports are joined.
        folder: to work in.
        rows: the input bits of every cycle.
        text: of the module; by default what is written of the circuit.
    """
    netlist = circuit.netlist
    module = f"\\{netlist.name} " if "-" in netlist.name else netlist.name
    pins = [".clk(clk)"] if netlist.clock or netlist.registers else []
    for side, wires in ((netlist.inputs, "now"), (netlist.outputs, "out")):
        for bus, span in bus_columns(side):
            pins.append(f".{bus.name}({wires}[{span.stop - 1}:{span.start}])")
    inputs, outputs = max(1, len(netlist.input_nets)), len(netlist.output_nets)
    lines = ["".join(map(str, reversed(row))) or "0" for row in rows]
    (folder / "given.txt").write_text("\n".join(lines) + "\n")
    bench = BENCH.format(
        inputs=inputs - 1,
        outputs=outputs - 1,
        last=len(rows) - 1,
        name=module,
        pins=", ".join(pins),
    )
    if text:
        (folder / "circuit.v").write_text(text)
    else:
        circuit.save(folder / "circuit.v")
    (folder / "bench.v").write_text(bench)
    made = ["iverilog", "-o", "run", "bench.v", "circuit.v"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
    ran = subprocess.run(["vvp", "run"], cwd=folder, check=True, capture_output=True, text=True)
    return [
        [int(bit) if bit in "01" else None for bit in reversed(line.strip())]
        for line in ran.stdout.splitlines()
        if line
    ]


def icarus_agrees(
    circuit: Circuit, folder: Path, made: Netlist | None = None, *, cycles: int = CYCLES
) -> None:
    """Assert that every output bit is ours in every cycle of random inputs.

    Args:
        circuit: that Icarus runs.
        folder: for its files.
        made: the same circuit of other gates, which we run; by default its own.
        cycles: how many.
    """
    machine = Machine(made or circuit.netlist)
    given = list(random_inputs(circuit.netlist.inputs, cycles, lanes=1, seed=7))
    ours = [machine.step(bits).outputs[0].tolist() for bits in given]
    assert icarus(circuit, folder, [bits[0].tolist() for bits in given]) == ours


ZOO = """
module zoo(input clk, input [3:0] a, input [3:0] b, input [7:0] d, input [1:0] lanes, input w, input c, input r,
           output [7:0] now, output reg [7:0] held, output reg [7:0] kept, output reg [7:0] through,
           output [3:0] both, output [5:0] code);
  reg [7:0] ram [0:15];
  reg [3:0] pair [2:13];
  integer i;
  initial begin
    for (i = 0; i < 16; i = i + 1) ram[i] = 17 * i ^ 8'h5a;
    for (i = 2; i < 14; i = i + 1) pair[i] = i;
    held = 0; kept = 3; through = 0;
  end
  always @(posedge clk) begin
    if (w & lanes[0]) ram[a][3:0] <= d[3:0];
    if (w & lanes[1]) ram[a][7:4] <= d[7:4];
    held <= ram[a];
    if (r) kept <= 8'h81; else if (c) kept <= ram[b];
    through <= ram[b];
    if (w & (a == b)) through <= d;
    if (c) pair[a] <= d[3:0];
    if (w) pair[b] <= d[7:4];
  end
  assign now = ram[b];
  assign both = pair[a];
  reg [5:0] table_ [0:7];
  initial begin
    for (i = 0; i < 8; i = i + 1) table_[i] = 11 * i;
  end
  assign code = table_[now[2:0]];
endmodule
"""
"""Memories written in part, by two ports, and within bounds; read now, at the edge, and through a write."""


REGISTERS = """
module registers(input clk, input [2:0] d, input e, input r, input n,
                 output reg [2:0] plain, output reg [2:0] held, output reg [2:0] cleared, output reg [2:0] either,
                 output reg [2:0] first, output reg [2:0] at_once, output reg [2:0] low);
  initial begin plain = 1; held = 2; cleared = 3; either = 4; first = 5; at_once = 6; low = 0; end
  always @(posedge clk) plain <= d;
  always @(posedge clk) if (e) held <= d;
  always @(posedge clk) if (r) cleared <= 5; else cleared <= d;
  always @(posedge clk) if (r) either <= 2; else if (e) either <= d;
  always @(posedge clk) if (e) begin if (r) first <= 6; else first <= d; end
  always @(posedge clk, posedge r) if (r) at_once <= 3; else if (e) at_once <= d;
  always @(posedge clk, negedge n) if (!n) low <= 4; else low <= d;
endmodule
"""
"""Registers of every kind that is read: with enables and resets, in either order, and at once."""


@ICARUS
@pytest.mark.skipif(shutil.which("yosys") is None, reason="Yosys is not installed")
def test_icarus_runs_registers_of_whole_words_as_we_do(tmp_path: Path) -> None:
    (tmp_path / "r.v").write_text(REGISTERS)
    script = "read_verilog r.v; proc; opt; opt_dff; simplemap t:$not t:$mux; opt_clean; write_json r.json"
    subprocess.run(["yosys", "-q", "-p", script], cwd=tmp_path, check=True)
    kinds = set(re.findall(r'"type": "(\$[a-z]*dff[a-z]*)"', (tmp_path / "r.json").read_text()))
    assert kinds == {"$dff", "$dffe", "$sdff", "$sdffe", "$sdffce", "$adff", "$adffe"}
    circuit = gw.read(tmp_path / "r.json")
    given = list(random_inputs(circuit.netlist.inputs, CYCLES, lanes=1, seed=3))
    machine = Machine(circuit.netlist)
    ours = [machine.step(bits).outputs[0].tolist() for bits in given]
    assert icarus(circuit, tmp_path, [bits[0].tolist() for bits in given], REGISTERS) == ours


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zoo") / "zoo.v"
    path.write_text(ZOO)
    return path


@ICARUS
def test_icarus_runs_the_memories_of_a_file_as_we_do(zoo: Path, tmp_path: Path) -> None:
    circuit = gw.read(zoo)
    assert sorted(str(each) for each in circuit.netlist.memories) == [
        "memory 'pair' of 12 words of 4 bits",
        "memory 'ram' of 16 words of 8 bits",
    ]
    given = list(random_inputs(circuit.netlist.inputs, CYCLES, lanes=1, seed=3))
    machine = Machine(circuit.netlist)
    ours = [machine.step(bits).outputs[0].tolist() for bits in given]
    wanted = icarus(circuit, tmp_path, [bits[0].tolist() for bits in given], ZOO)
    unknown = sum(bit is None for row in wanted for bit in row)
    assert unknown < 2 * CYCLES  # what is read beside the twelve words
    known = [
        [mine if bit is not None else None for mine, bit in zip(*rows, strict=True)]
        for rows in zip(ours, wanted, strict=True)
    ]
    assert known == wanted


@ICARUS
def test_icarus_runs_memories_that_are_written_as_we_do(zoo: Path, tmp_path: Path) -> None:
    circuit = gw.read(zoo)
    icarus_agrees(circuit, tmp_path)
    circuit.save(tmp_path / "zoo.json")
    again = gw.read(tmp_path / "zoo.json")
    assert circuit.equivalent(again).proved
    icarus_agrees(again, tmp_path, cycles=1000)


@ICARUS
@pytest.mark.parametrize("name", CLOCKED)
def test_icarus_runs_what_is_written_as_we_do(name: str, tmp_path: Path) -> None:
    icarus_agrees(gw.circuit(name), tmp_path)


@ICARUS
@pytest.mark.skipif(not FILES, reason="GATEWRIGHT_BENCHMARKS names no folder of netlists")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_icarus_runs_public_circuits_as_trained_gates_do(
    path: Path, tmp_path: Path, shelf: Store
) -> None:
    try:
        circuit = gw.read(path)
    except FormatError as error:
        pytest.skip(f"not a circuit: {error}")
    netlist = circuit.netlist
    # Icarus begins with x, where we say 0.
    begun = tuple(replace(each, initial=0) for each in netlist.registers)
    netlist = replace(netlist, registers=begun)
    made = of_functions(netlist, 4)
    gates = trained_gates(gates_of(made), shelf)
    assert certificate(cut(made, restored=True), gates).outcome == "proved"
    icarus_agrees(replace(circuit, netlist=netlist), tmp_path, made)
    # The trained gates beside the exact ones that Icarus agrees with, every wire compared.
    found = lockstep(Machine(made, gates), random_inputs(netlist.inputs, CYCLES, lanes=1, seed=7))
    assert (found.cycles, found.astray) == (CYCLES, None)
