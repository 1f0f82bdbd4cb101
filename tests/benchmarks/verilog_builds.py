"""How long the two builds of Yosys take to read Verilog, of a few gates and of some thousands.

    python tests/benchmarks/verilog_builds.py

The shortest of three runs, of the processor, with what Yosys takes and with its start; WebAssembly has been made
into machine code before.
"""

from __future__ import annotations

import os

from gatewright import load_plugins
from gatewright.formats.model.source import Source
from gatewright.formats.verilog import reader as verilog_reader
from gatewright.formats.verilog.writer import write_verilog
from gatewright.formats.yosys.tool import BUILDS, installed

BEHAVIOUR = """module alu(input [31:0] a, b, input [1:0] op, output reg [31:0] y);
  always @*
    case (op)
      0: y = a + b;
      1: y = a - b;
      2: y = a * b;
      default: y = a < b;
    endcase
endmodule
"""


def designs() -> dict[str, str]:
    """Texts of growing size, by what they are."""
    plugins = load_plugins()
    made = {}
    for name, bits in (("ripple-adder", 4), ("array-multiplier", 32), ("array-multiplier", 51)):
        netlist = plugins.circuit(name).elaborate({"bits": bits}, plugins.gates).netlist
        made[f"{name} {bits}, {len(netlist.instances)} gates"] = write_verilog(netlist)
    return made | {"ALU of 32 bits, as behaviour": BEHAVIOUR}


def main() -> None:
    """Print a line for each text and build."""
    gates = load_plugins().gates
    for name, text in designs().items():
        source = Source("design.v", text.encode())
        for build in filter(installed, BUILDS):
            verilog_reader.FILE_BUILDS = (build,)  # type: ignore[assignment] # one of them
            best = float("inf")
            for _ in range(3):
                started = sum(os.times()[:4])
                read = verilog_reader.read_verilog(source, gates)
                best = min(best, sum(os.times()[:4]) - started)
            print(f"{name:36} {build:7} {best:6.2f} s {len(read.instances):6} gates")


if __name__ == "__main__":
    main()
