"""A testbench is not a circuit, and is named for what it is."""

from pathlib import Path

import pytest

from gatewright.errors import FormatError
from gatewright.formats.model.source import Source
from gatewright.formats.reading import read_netlist
from gatewright.formats.verilog.reader import no_ports_at as bench_at
from gatewright.formats.yosys.tool import BUILDS, installed

DUT = "module dut(input a, output y); assign y = ~a; endmodule\n"
BENCHES = [
    "module tb; reg a; wire y; dut d(a, y); initial begin a = 0; #1 $finish; end endmodule\n",
    "module tb ( ) ; reg a; wire y; dut d(a, y); initial begin a = 0; #1 a = 1; end endmodule\n",
    "module tb #(parameter N = 2);\n reg a; wire y; dut d(a, y);\n initial begin @(posedge a);\n end endmodule",
    "module tb; wire y; dut d(1'b0, y); endmodule\n",
]


@pytest.mark.skipif(not any(map(installed, BUILDS)), reason="there is no Yosys")
@pytest.mark.parametrize("bench", BENCHES)
def test_it_is_named(tmp_path: Path, bench: str) -> None:
    path = tmp_path / "tb.v"
    path.write_text("// module x;\n" + DUT + bench)
    with pytest.raises(
        FormatError, match=r"tb\.v:3:1: (module )?.*'tb' has no ports: a testbench\?"
    ):
        read_netlist(path, {})


def test_other_lines_are_of_the_circuit() -> None:
    text = "/* module c;\n */" + DUT + 'module tb; initial $display("endmodule");\n#1\n'
    source = Source("tb.v", text.encode())
    assert bench_at(source, "tb.v", 2) is None
    assert bench_at(source, "tb.v", 0) is None
    assert bench_at(source, "inc.v", 3) is None
    found = bench_at(source, "tb.v", 4)
    assert found is not None
    assert found.message == "tb.v:3:1: module 'tb' has no ports: a testbench?"
