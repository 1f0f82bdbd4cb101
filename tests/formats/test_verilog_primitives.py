"""Gates of Verilog as they are written become cells, line by line, and nothing else does."""

from __future__ import annotations

import pytest

from gatewright.formats.verilog.gate import gate_module
from gatewright.formats.verilog.primitives import OWN_GATE, as_cells, marked, ones_of
from gatewright.plugins.manager import Plugins


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("nand g(y, a, b);", ["nand#2"]),
        ("nand (strong0, pull1) #(1,\n2) g(y, a, b), (z, y, \na, 1'b1);", ["nand#2", "nand#3"]),
        ("not #1.5 (y, z, a);", ["not#1"]),
        ("xor g[3:0](y, {a, b}, b);", ["xor#2"]),
        ("or \\a(b) (y, a, b);", ["or#2"]),
        ("for (i = 0; i < 2; i = i + 1) begin : bits and (y[i], a[i], b); end", ["and#2"]),
    ],
)
def test_gates_become_cells_on_their_lines(text: str, kinds: list[str]) -> None:
    made, found = as_cells(f"module m;\n{text}\nassign q = a;\n")
    assert found == kinds
    assert made.count("\n") == text.count("\n") + 3
    assert "assign q = a;" in made


@pytest.mark.parametrize(
    "text",
    [
        "always @(a or b) y = a;",
        'initial $display("nand g(y, a, b);");',
        "assign \\nand = a;",
        "assign nand_y = \\or (a);",
        "nand g(y);",
        "nand g(y, a, b",
        "nand g;",
        "nand g(y, , b);",
        "nor g(y, a, b, c, d, e, f, g);",
        "bufif1 (y, a, b);",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert as_cells(text) == (text, [])


def test_cells_compute_what_their_gate_does() -> None:
    for row in range(8):
        bits = [row >> place & 1 for place in range(3)]
        for kind, value in (
            ("and#3", all(bits)),
            ("nand#3", not all(bits)),
            ("or#3", any(bits)),
            ("nor#3", not any(bits)),
            ("xor#3", sum(bits) % 2),
            ("xnor#3", 1 - sum(bits) % 2),
        ):
            assert (ones_of(kind) or 0) >> row & 1 == value
    assert (ones_of("not#1"), ones_of("buf#1"), ones_of("nand"), ones_of("lut#2")) == (
        1,
        2,
        None,
        None,
    )


def test_modules_of_our_own_are_marked_and_no_others(plugins: Plugins) -> None:
    lines = gate_module("full_adder", plugins.gates["full-adder"].table)
    ours = "\n".join(line for line in lines if "//" not in line)
    assert OWN_GATE in marked(ours, plugins.gates)
    assert OWN_GATE not in marked(ours.replace("w1 = b & cin", "w1 = b | cin"), plugins.gates)
    assert OWN_GATE not in marked(ours.replace("full_adder", "fa"), plugins.gates)
