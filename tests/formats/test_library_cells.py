"""Netlists mapped on a library: Liberty, genlib, and the cells of FPGA tools."""

import gzip
from pathlib import Path

import pytest

from gatewright.api.circuits import circuit
from gatewright.circuits.circuit import Circuit
from gatewright.errors import FormatError, UsageError
from gatewright.formats.liberty.reader import read_cells
from gatewright.formats.model.source import Source
from gatewright.formats.reading import read_netlist
from gatewright.formats.yosys.tool import BUILDS, installed

LIBERTY = """/* a library as foundries write them */
library ("fab_hd__tt") {
  define(x, cell, string);
  operating_conditions ("tt") { voltage : 1.8; }
  lu_table_template ("t") { variable_1 : "a"; index_1("1, 2"); }
  cell ("fab_hd__nand2_1") {
    leakage_power () { value : 0.01; when : "!A&B"; }
    area : 3.75;
    pg_pin ("VGND") { pg_type : "primary_ground"; }
    pg_pin ("VPWR") { pg_type : "primary_power"; }
    pin ("A") { direction : "input"; }
    pin ("B") { direction : "input"; }
    pin ("Y") { direction : "output"; function : "(!A) | (!B)";
      timing () { related_pin : "A"; cell_rise ("t") { values("1, 2", \\
        "3, 4"); } } }
  }
  cell (fab_hd__inv_1) { pin(A) { direction : input; } pin(Y) { function : "A'"; direction : output; } }
  cell (fab_hd__conb_1) { pin(HI) { direction : output; function : "1"; }
    pin(LO) { direction : output; function : "0"; } }
  cell (fab_hd__fa_1) { pin(A, B) { direction : input; } pin(CIN) { direction : input; }
    pin(COUT) { direction : output; function : "(A B) + (CIN (A + B))"; }
    pin(SUM) { direction : output; function : "A ^ B ^ CIN"; } }
  cell (fab_hd__xorand) { pin(A, B, C) { direction : input; }
    pin(Y) { direction : output; function : "A ^ B & C"; } }
  cell (fab_hd__and8) { pin(A0, A1, A2, A3, A4, A5, A6, A7) { direction : input; }
    pin(Y) { direction : output; function : "A0 A1 A2 A3 A4 A5 A6 A7"; } }
  cell (fab_hd__dff_1) { ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; }
    pin(CK) { direction : input; } pin(D) { direction : input; } pin(Q) { direction : output; function : "IQ"; }
    test_cell () { pin(D) { direction : input; } pin(Q) { direction : output; function : "IQ"; } } }
  cell (fab_hd__lat_1) { latch (IQ, IQN) { enable : "G"; data_in : "D"; }
    pin(G) { direction : input; } pin(D) { direction : input; } pin(Q) { direction : output; function : "IQ"; } }
  cell (fab_hd__fill_1) { area : 1; }
  cell (fab_hd__diode_1) { pin(DIODE) { direction : input; } }
  cell (fab_hd__tri_1) { pin(A, E) { direction : input; }
    pin(Z) { direction : output; function : "A"; three_state : "!E"; } }
  cell (fab_hd__box) { pin(A) { direction : input; } pin(Y) { direction : output; } }
  cell (fab_hd__pad) { pin(A) { direction : input; } pin(P) { direction : inout; function : "A"; } }
  cell (fab_hd__odd) { pin(A) { direction : input; } pin(Y) { direction : output; function : "A B"; } }
  cell (fab_hd__two) { bus(D) { bus_type : b; direction : input; pin(D[1]) { } pin(D[0]) { } }
    pin(Y) { direction : output; function : "D[1] !D[0]"; } }
}
"""
GENLIB = """# a library as SIS and ABC have them
GATE zero 0 O=CONST0;
GATE inv 1 O=!a; PIN * INV 1 999 1.0 0.0 1.0 0.0
GATE nand2 2 O=!(a*b); PIN * INV 1 999 1.0 0.0 1.0 0.0
GATE "aoi21" 3 O=!(a*b+c);
  PIN a INV 1 999 1 0 1 0
  PIN b INV 1 999 1 0 1 0
  PIN c INV 1 999 1 0 1 0
GATE xa 5 Y=a ^ b * c; PIN * UNKNOWN 1 999 1 0 1 0
GATE ha 4 S=a^b; PIN * UNKNOWN 1 999 1 0 1 0
GATE ha 4 CO=a*b; PIN * UNKNOWN 1 999 1 0 1 0
LATCH dff 6 Q=D; PIN D NONINV 1 999 1 0 1 0 SEQ Q ANY RISING_EDGE
"""

needs_yosys = pytest.mark.skipif(not any(map(installed, BUILDS)), reason="there is no Yosys")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fab.lib").write_text(LIBERTY)
    (tmp_path / "sis.genlib").write_text(GENLIB)
    return tmp_path


def blif(body: str, inputs: str = "a b c") -> str:
    return f".model t\n.inputs {inputs}\n.outputs y\n{body}\n.end\n"


def ones(found: Circuit) -> str:
    """The output y for a, b, c from 000 to 111."""
    names = [bus.name for bus in found.netlist.inputs]
    return "".join(
        str(
            found.run(**{name: row >> place & 1 for place, name in enumerate(reversed(names))})["y"]
        )
        for row in range(1 << len(names))
    )


@pytest.mark.parametrize(
    ("library", "body", "expected"),
    [
        ("fab.lib", ".gate fab_hd__nand2_1 A=a B=b Y=n\n.gate fab_hd__inv_1 A=n Y=y", "00000011"),
        ("fab.lib", ".subckt fab_hd__nand2_1 A=a B=b Y=y VPWR=one VGND=zero", "11111100"),
        ("fab.lib", ".gate fab_hd__fa_1 A=a B=b CIN=c SUM=y", "01101001"),
        ("fab.lib", ".gate fab_hd__fa_1 A=a B=b CIN=c COUT=y", "00010111"),
        ("fab.lib", ".gate fab_hd__xorand A=a B=b C=c Y=y", "00010100"),
        ("fab.lib", ".gate fab_hd__conb_1 HI=h\n.gate fab_hd__nand2_1 A=a B=h Y=y", "11110000"),
        (
            "fab.lib",
            ".gate fab_hd__fill_1\n.gate fab_hd__diode_1 DIODE=a\n.gate fab_hd__inv_1 A=a Y=y",
            "11110000",
        ),
        ("fab.lib", ".gate fab_hd__two D[1]=a D[0]=b Y=y", "00001100"),
        (
            "fab.lib",
            ".gate fab_hd__and8 A0=a A1=b A2=c A3=a A4=b A5=c A6=a A7=b Y=y",
            "00000001",
        ),
        ("sis.genlib", ".gate nand2 a=a b=b O=n\n.gate inv a=n O=y", "00000011"),
        ("sis.genlib", ".gate aoi21 a=a b=b c=c O=y", "10101000"),
        ("sis.genlib", ".gate xa a=a b=b c=c Y=y", "00011110"),
        ("sis.genlib", ".gate ha a=a b=b CO=y", "00000011"),
        ("sis.genlib", ".gate zero O=z\n.gate nand2 a=a b=z O=y", "11111111"),
    ],
)
def test_a_netlist_of_a_library(folder: Path, library: str, body: str, expected: str) -> None:
    (folder / "m.blif").write_text(blif(body))
    assert ones(circuit("m.blif", liberty=library)) == expected


def test_cells_become_registered_gates(folder: Path) -> None:
    (folder / "m.blif").write_text(blif(".gate fab_hd__fa_1 A=a B=b CIN=c SUM=y COUT=k"))
    assert list(circuit("m.blif", liberty="fab.lib").netlist.gates) == ["full-adder"]


def test_a_library_may_be_packed_and_several(folder: Path) -> None:
    (folder / "fab.lib.gz").write_bytes(gzip.compress(LIBERTY.encode("utf-16")))
    (folder / "m.blif").write_text(blif(".gate inv a=a O=n\n.gate fab_hd__inv_1 A=n Y=y"))
    found = circuit("m.blif", liberty=["fab.lib.gz", Path("sis.genlib"), "sis.genlib"])
    assert ones(found) == "00001111"
    assert found.title == "m.blif --liberty fab.lib.gz --liberty sis.genlib --liberty sis.genlib"


def test_two_cells_of_one_name_must_be_the_same(folder: Path) -> None:
    (folder / "other.genlib").write_text("GATE inv 1 O=a;\n")
    (folder / "m.blif").write_text(blif(".gate inv a=a O=y"))
    with pytest.raises(
        UsageError, match=r"other\.genlib has another cell 'inv' than a library before it"
    ):
        circuit("m.blif", liberty=["sis.genlib", "other.genlib"])


def test_a_files_own_models_come_before_the_library_and_it_before_gates(folder: Path) -> None:
    (folder / "and.genlib").write_text("GATE and 1 y=a+b;\nGATE inv 1 O=a;\n")
    own = ".model inv\n.inputs a\n.outputs O\n.names a O\n0 1\n.end\n"
    (folder / "m.blif").write_text(blif(".gate and a=a b=b y=n\n.subckt inv a=n O=y") + own)
    assert ones(circuit("m.blif", liberty="and.genlib")) == "11000000"
    (folder / "n.blif").write_text(blif(".gate and a=a b=b y=y"))
    assert ones(circuit("n.blif")) == "00000011"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            ".gate fab_hd__dff_1 D=a CK=b Q=y",
            "is a register of a library, which is not read",
        ),
        (".gate fab_hd__lat_1 D=a G=b Q=y", "is a register of a library"),
        (".gate fab_hd__tri_1 A=a E=b Z=y", "is a cell that has the output 'Z' in three states"),
        (".gate fab_hd__box A=a Y=y", "is a cell that has the output 'Y' without a function"),
        (".gate fab_hd__pad A=a P=y", "is a cell that has the pin 'P', an inout"),
        (".gate fab_hd__odd A=a Y=y", "a function of 'B', no input of it"),
        (".gate fab_hd__nand2_1 A=a Y=y", "leaves its input 'B' open, and 'Y' depends on it"),
        (".gate fab_hd__and8 A0=a Y=y", "leaves its input 'A1' open"),
        (".gate fab_hd__nand2_1 A=a B=b Z=y", "has no pin 'Z'"),
        (
            ".gate fab_hd__nor2_1 A=a B=b Y=y",
            "is neither a model of this file nor a registered gate",
        ),
        (".gate dff D=a Q=y", "is a register of a library"),
        (".gate xa a=a b=b Y=y", "leaves its input 'c' open"),
    ],
)
def test_what_cannot_be_placed_is_refused_with_its_line(
    folder: Path, body: str, expected: str
) -> None:
    (folder / "m.blif").write_text(blif(body))
    with pytest.raises(FormatError) as caught:
        circuit("m.blif", liberty=["fab.lib", "sis.genlib"])
    assert expected in caught.value.message
    assert caught.value.message.startswith("m.blif:4:")


CELL = 'cell(INV) { pin(A) { direction : input; } pin(Y) { direction : output; function : "!A"; } }'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LIBERTY[:900], "fab.lib is cut off|fab.lib: is cut off: the group"),
        ("hello\n", "'hello' begins no library"),
        ("}", "closes no group"),
        (
            LIBERTY.replace("(!A) | (!B)", "(!A | (!B)"),
            r"not a function of cell 'fab_hd__nand2_1': a \( is not closed",
        ),
        (
            f"library (l) {{ {CELL} {CELL.replace('!A', 'A')} }}",
            "'cell.*' is a second cell 'INV', of other functions",
        ),
        ("GATE inv\n", "'GATE inv' is not a gate of genlib"),
        ("GATE inv 1 O=!;\n", "is not a function of gate 'inv'"),
        ("GATE inv 1 O=!a;\nGATE inv 1 O=a;", "is a second gate with the output 'O'"),
        ("# nothing\n", "is not a library|begins no library"),
    ],
)
def test_what_is_no_library(text: str, expected: str) -> None:
    with pytest.raises(FormatError, match=expected):
        read_cells(Source("fab.lib", text.encode()))


def test_comments_of_libraries_mean_nothing() -> None:
    genlib = b"# gr\xf6\xdfe\nGATE INV 1 Y=!A;\n"
    assert read_cells(Source("g.genlib", genlib)).keys() == {"INV"}
    noted = CELL.replace("pin(Y) {", 'pin(Y) { timing() { // 5" wide }\n }')
    assert read_cells(Source("l.lib", f"library (l) {{ {CELL} {noted} }}".encode())).keys() == {
        "INV"
    }


def test_a_library_is_only_for_what_places_cells(folder: Path) -> None:
    (folder / "m.bench").write_text("INPUT(a)\nOUTPUT(y)\ny = NOT(a)\n")
    with pytest.raises(UsageError, match=r"m\.bench places no cells of a library: it is bench"):
        read_netlist("m.bench", {}, liberty=["fab.lib"])
    (folder / "m").write_text("INPUT(a)\nOUTPUT(y)\ny = NOT(a)\n")
    assert read_netlist("m", {}, liberty=["fab.lib"]).name == "m"


# FPGA tools


@pytest.mark.parametrize(
    ("cell", "params", "expected"),
    [
        ("SB_LUT4 I0=a I1=b I2=c I3=c O=y", ["LUT_INIT 1000000000000010"], "00001001"),
        ("SB_LUT4 I0=a I1=b O=y", ["LUT_INIT 0000000000000010"], "00001100"),  # what is open is 0
        ("LUT1 I0=a O=y", ["INIT 01"], "11110000"),
        ("LUT2 I0=a I1=b O=y", ["INIT 0010"], "00001100"),
        ("LUT2 I0=a I1=b F=y", ["INIT 0x2"], "00001100"),
        ("LUT3 I0=a I1=b I2=c O=y", ["INIT 10010110"], "01101001"),
        ("LUT4 A=a B=b C=c D=c Z=y", ["INIT 1000000000000010"], "00001001"),
        ("LUT5 I0=a I1=b I2=c I3=c I4=c O=y", [f"INIT {'0' * 30}10"], "00001000"),
        ("LUT6 I0=a I1=b I2=c I3=c I4=c I5=c O=y", [f"INIT {'0' * 62}10"], "00001000"),
        ("LUT6 I0=a I1=a O=y", [f"INIT {'01' * 32}"], "11110000"),  # what is open does not matter
        ("SB_CARRY I0=a I1=b CI=c CO=y", [], "00010111"),
        ("MUXF7 I0=a I1=b S=c O=y", [], "00011011"),
        ("INV I=a O=y", [], "11110000"),
    ],
)
def test_cells_of_fpga_tools(folder: Path, cell: str, params: list[str], expected: str) -> None:
    lines = [f".subckt {cell}", '.attr src "x"', *(f".param {each}" for each in params)]
    (folder / "m.blif").write_text(blif("\n".join(lines)))
    assert ones(circuit("m.blif")) == expected


def test_what_yosys_leaves_behind_is_read_past(folder: Path) -> None:
    left = ".names gone_1 gone\n1 1\n"
    text = blif(f".names a y\n0 1\n{left}", "a")
    (folder / "m.blif").write_text(text)
    with pytest.raises(FormatError, match="'gone_1' is read here, and nothing drives it"):
        circuit("m.blif")
    (folder / "m.blif").write_text(f"# Generated by Yosys 0.23\n{text}")
    assert ones(circuit("m.blif")) == "10"
    (folder / "m.blif").write_text(
        f"# Generated by Yosys 0.23\n{blif(f'.names gone y{chr(10)}0 1{chr(10)}{left}', 'a')}"
    )
    with pytest.raises(FormatError, match="'gone_1' is read here, and nothing drives it"):
        circuit("m.blif")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (".subckt LUT2 I0=a I1=b O=y", "has no parameter INIT, which is its truth table"),
        (
            ".subckt LUT2 I0=a I1=b O=y\n.param INIT 10000",
            "has the INIT '10000', which is not a table of 4 rows",
        ),
        (".subckt LUT2 I0=a I1=b O=y\n.param INIT ten", "has the INIT 'ten'"),
        (
            ".subckt LUT2 I0=a O=y\n.param INIT 0110",
            "leaves its input 'I1' open, and 'O' depends on it",
        ),
        (".subckt LUT2 I0=a I1=b Q=y\n.param INIT 0110", "has no pin 'Q'"),
    ],
)
def test_tables_that_are_none(folder: Path, cell: str, expected: str) -> None:
    (folder / "m.blif").write_text(blif(cell))
    with pytest.raises(FormatError) as caught:
        circuit("m.blif")
    assert expected in caught.value.message


def test_json_of_yosys(folder: Path) -> None:
    (folder / "m.json").write_text("""{"modules": {"t": {"attributes": {"top": 1}, "ports": {
        "a": {"direction": "input", "bits": [2]}, "b": {"direction": "input", "bits": [3]},
        "c": {"direction": "input", "bits": [4]}, "y": {"direction": "output", "bits": [9]}}, "cells": {
        "u": {"type": "fab_hd__fa_1", "connections": {"A": [2], "B": [3], "CIN": [4], "SUM": [5], "COUT": []}},
        "f": {"type": "fab_hd__fill_1", "connections": {"VPWR": ["1"]}},
        "n": {"type": "fab_hd__nand2_1", "connections": {"A": [5], "B": ["1"], "Y": [6], "VPWR": ["1"]}},
        "l": {"type": "LUT2", "parameters": {"INIT": "0110"}, "connections": {"I0": [6], "I1": [2], "O": [9]}}},
        "netnames": {}},
        "fab_hd__nand2_1": {"attributes": {"blackbox": 1}, "ports": {"A": {"direction": "input", "bits": [2]},
        "B": {"direction": "input", "bits": [3]}, "Y": {"direction": "output", "bits": [4]}}, "cells": {}}}}""")
    assert ones(circuit("m.json", liberty="fab.lib")) == "10011001"


@needs_yosys
def test_verilog(folder: Path) -> None:
    (folder / "m.v").write_text("""module m(input a, b, c, output y);
      wire \\n[1] , one;
      fab_hd__fa_1 u1 (.A(a), .B(b), .CIN(c), .SUM(s), .COUT());
      fab_hd__nand2_1 \\u[2] (.A(s), .B(one), .Y(\\n[1] ), .VPWR(1'b1), .VGND(1'b0));
      LUT2 #(.INIT(4'b0110)) u3 (.I0(\\n[1] ), .I1(a), .O(y));
      fab_hd__conb_1 u4 (.HI(one));
      fab_hd__diode_1 d (.DIODE(a));
      fab_hd__fill_1 f ();
    endmodule
    """)
    found = circuit("m.v", liberty="fab.lib")
    assert ones(found) == "10011001"
    assert "full-adder" in found.netlist.gates


@needs_yosys
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("fab_hd__inv_1 u (y, a);", r"joins pins of a 'fab_hd__inv_1' by their place"),
        ("fab_hd__nand2_1 u (.A(a), .Y(y));", "leaves its input 'B' open"),
        ("fab_hd__dff_1 u (.CK(a), .D(b), .Q(y));", "is a register"),
        (
            "fab_hd__nor9 u (.A(a), .Y(y));",
            r"m\.v:2:1: 'fab_hd__nor9' is the kind of cell 'u' in module 'm'",
        ),
    ],
)
def test_verilog_that_is_refused(folder: Path, body: str, expected: str) -> None:
    (folder / "m.v").write_text(f"module m(input a, b, c, output y);\n{body}\nendmodule\n")
    with pytest.raises(FormatError, match=expected):
        circuit("m.v", liberty="fab.lib")


@needs_yosys
def test_a_modules_own_text_comes_before_the_library(folder: Path) -> None:
    (folder / "m.v").write_text(
        "module m(input a, b, c, output y); fab_hd__inv_1 u (a, y); endmodule\n"
        "module fab_hd__inv_1(input A, output Y); assign Y = A; endmodule\n"
    )
    assert ones(circuit("m.v", liberty="fab.lib")) == "00001111"
