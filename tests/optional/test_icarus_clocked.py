"""Circuits with registers, as Icarus Verilog runs the Verilog that is written of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.strategies import CLOCKED

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut, gates_of
from gatewright.circuits.clocked.lockstep import astray_of
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.netlist import bus_columns
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


def icarus(circuit: Circuit, folder: Path, rows: list[list[int]]) -> list[list[int]]:
    """The output bits of every cycle, bus after bus, bit 0 first."""
    netlist = circuit.netlist
    module = f"\\{netlist.name} " if "-" in netlist.name else netlist.name
    pins = [".clk(clk)"]
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
    circuit.save(folder / "circuit.v")
    (folder / "bench.v").write_text(bench)
    made = ["iverilog", "-o", "run", "bench.v", "circuit.v"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
    ran = subprocess.run(["vvp", "run"], cwd=folder, check=True, capture_output=True, text=True)
    return [
        [int(bit) for bit in reversed(line.strip())] for line in ran.stdout.splitlines() if line
    ]


def icarus_agrees(circuit: Circuit, folder: Path, machine: Machine | None = None) -> None:
    """Assert that every output bit is ours in every cycle of random inputs.

    Args:
        circuit: that Icarus runs.
        folder: for its files.
        machine: the same circuit, by default of exact gates; of trained gates every wire is compared.
    """
    machine = machine or Machine(circuit.netlist)
    given = list(random_inputs(circuit.netlist.inputs, CYCLES, lanes=1, seed=7))
    ours = []
    for bits in given:
        cycle = machine.step(bits)
        assert astray_of(cycle) is None
        ours.append(cycle.outputs[0].tolist())
    assert icarus(circuit, folder, [bits[0].tolist() for bits in given]) == ours


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
    neural = Machine(made, gates)
    icarus_agrees(replace(circuit, netlist=netlist), tmp_path, neural)
