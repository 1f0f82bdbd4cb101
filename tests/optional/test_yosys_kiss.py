"""State tables: what Yosys writes as KISS2 is read, and Verilog of a table is the circuit that is read of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import gatewright as gw
from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time
from gatewright.formats.kiss.file import read_table
from gatewright.formats.model.source import read_source
from gatewright.logic.states.table import StateTable

LOCK = Path(__file__).parents[2] / "circuits" / "lock.kiss2"

YOSYS = pytest.mark.skipif(shutil.which("yosys") is None, reason="Yosys is not installed")

# An FSM as people write them: Yosys finds it, and says its states as a table.
DETECTED = """
module m(input clk, input rst, input a, input b, output y, output z);
  localparam A = 0, B = 1, C = 2, D = 3;
  reg [1:0] s;
  always @(posedge clk)
    if (rst) s <= A;
    else case (s)
      A: if (a) s <= B;
      B: s <= b ? C : A;
      C: if (a & b) s <= D;
      D: s <= A;
    endcase
  assign z = s == D;
  assign y = (s == C) & a;
endmodule
"""


def behavioural(table: StateTable) -> str:
    """A table as a case statement, in Verilog: its rows in the order of the file, its states as numbers."""
    numbers = {state: number for number, state in enumerate(table.states)}
    bits = max(1, (len(numbers) - 1).bit_length())
    ports = [
        *(f"input {name}" for name in table.inputs),
        *(f"output reg {name}" for name in table.outputs),
    ]
    given = ", ".join((*table.inputs, "state"))
    rows = "".join(
        f"    {{ {len(row.inputs) + bits}'b{row.inputs.replace('-', '?')}{numbers[row.state]:0{bits}b} }}: begin "
        f"next = {numbers[row.following]}; "
        + " ".join(
            f"{name} = {int(sign == '1')};"
            for name, sign in zip(table.outputs, row.outputs, strict=True)
        )
        + " end\n"
        for row in table.rows
    )
    zeros = " ".join(f"{name} = 0;" for name in table.outputs)
    return (
        f"module m(input clk, {', '.join(ports)});\n"
        f"  reg [{bits - 1}:0] state, next;\n  initial state = 0;\n"
        f"  always @* begin next = 0; {zeros}\n    casez ({{ {given} }})\n{rows}    endcase\n  end\n"
        "  always @(posedge clk) state <= next;\nendmodule\n"
    )


@YOSYS
def test_verilog_of_a_table_is_the_circuit_that_is_read_of_it(tmp_path: Path) -> None:
    path = tmp_path / "m.v"
    path.write_text(behavioural(read_table(read_source(LOCK)).table))
    claim = equivalence_in_time(gw.read(path), gw.read(LOCK))
    assert (claim.outcome, claim.in_time) == (
        "proved",
        "2 registers matched by name, so in every cycle",
    )


@YOSYS
@pytest.mark.parametrize("codes", ["", "-origenc"])
def test_tables_that_yosys_writes_are_read(codes: str, tmp_path: Path) -> None:
    (tmp_path / "m.v").write_text(DETECTED)
    script = (
        "read_verilog m.v; proc; opt -nodffe -nosdff; fsm_detect; fsm_extract; fsm_opt; "
        f"fsm_export {codes} -o m.kiss2"
    )
    subprocess.run(["yosys", "-q", "-p", script], cwd=tmp_path, check=True, capture_output=True)
    circuit = gw.read(tmp_path / "m.kiss2")
    table = circuit.netlist.states
    assert table is not None
    assert (len(table.states), len(table.inputs), len(table.outputs)) == (4, 4, 6)
    assert circuit.netlist.remarks == ()  # every transition is there
    assert circuit.check().outcome == "proved"
