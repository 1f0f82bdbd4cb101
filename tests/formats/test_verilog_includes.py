"""Macros, conditions and includes of Verilog, and what is made of those that mean no good."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gatewright.errors import FormatError
from gatewright.formats.model.source import Source
from gatewright.formats.verilog import macros as verilog_macros
from gatewright.formats.verilog.files import Files
from gatewright.formats.verilog.includes import Expanded, expand


def expanded(text: str, folder: Path | None = None) -> Expanded:
    path = str((folder or Path("nowhere")) / "top.v")
    return expand(Source(path, text.encode()), Files(path))


def words(text: str, folder: Path | None = None) -> str:
    """What is left, blanks counting for nothing."""
    return " ".join(expanded(text, folder).text.split())


def refusal(text: str, folder: Path | None = None) -> str:
    with pytest.raises(FormatError) as caught:
        expanded(text, folder)
    return str(caught.value).rpartition("top.v:")[2]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("`define A 1\n`A `A", "1 1"),
        ("`define A\nx`A y", "x y"),
        ("`define A 1 // one\n`A", "1"),
        ("`define A 1 \\\n + 2\n`A", "1 + 2"),
        ("`define A /* x\n y */ 1\n`A", "1"),
        ("`define A(x, y) x+y\n`A(1, f(2, 3))", "1+f(2, 3)"),
        ("`define A(x, y=7) x+y\n`A(1) `A(,2)", "1+7 +2"),
        ("`define A(x) [x]\n`A ( {1,2} )", "[{1,2}]"),
        ("`define A(x) x\n`A(\n1\n)", "1"),
        ('`define A(x) x\n`A(",)")', '",)"'),
        ("`define A() 1\n`A()", "1"),
        ("`define A (1)\n`A", "(1)"),  # a blank before the bracket: no parameters
        ("`define A(x) n``x``_q\n`A(3)", "n3_q"),
        ('`define A(x) `"x is `B`"\n`define B 5\n`A(z)', '"z is 5"'),
        ('`define A(x) `"`\\`"x`\\`"`"\n`A(z)', '"\\"z\\""'),
        ("`define A `B\n`define B 2\n`A", "2"),
        ("`define A(x) `B(x) `B(1)\n`define B(x) <x>\n`A(2)", "<2> <1>"),
        ("`define A 1\n`undef A\n`ifdef A\nx\n`else\ny\n`endif", "y"),
        ("`undefineall\n`ifdef SYNTHESIS\nx\n`endif", ""),
        ("`ifdef A\nx\n`elsif SYNTHESIS\ny\n`elsif YOSYS\nz\n`else\nw\n`endif", "y"),
        ("`ifndef A\n`ifdef B\nx\n`else\ny\n`endif\n`else\nz\n`endif", "y"),
        ('`ifdef A\n`ifdef SYNTHESIS\nx\n`endif `unknown " /*\n`endif\ny', None),
        ('`ifdef A\n`define C 1\n`include "/etc/passwd"\n`endif\ny', "y"),
        ("`timescale 1ns / 1ps\n`celldefine module\n`endcelldefine\n`pragma x\ny", "module y"),
        ("`default_nettype none\n`resetall\n", "`default_nettype none `default_nettype wire"),
        ("x\n`__LINE__ `__FILE__", 'x 2 "top.v"'),
        ('`line 7 "/etc/x" 1\ny', "y"),
        ('a "`A" // `A\n/* `A */ \\`A b', None),
        ("`define include 1\nx", "x"),
    ],
)
def test_what_a_text_stands_for(text: str, left: str | None) -> None:
    if left is None:
        found = words(text)
        assert found.endswith("y") or "\\`A b" in found
    else:
        assert words(text) == left
    assert expanded(text).text.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "x\n`foo",
            "2:1: '`foo' is neither a directive that is known nor a macro; define it before",
        ),
        ('`file_push "/etc/x"', "1:1: '`file_push' is neither"),
        ("`file_pop", "1:1: '`file_pop' is neither"),
        ("`", "1:1: '`' is neither"),
        ("`define", "1:1: `define names no macro"),
        ("`define A(1) x", "1:1: `define A has a parameter '1'"),
        ("`define A(x", "1:1: macro 'A' has a list that nothing closes"),
        ("`define A(x) x\n`A", "2:1: macro 'A' is given no arguments; expected `A(…)"),
        ("`define A(x, y) x\n`A(1)", "2:1: macro 'A' lacks its argument 'y'"),
        ("`define A(x) x\n`A(1, 2)", "2:1: macro 'A' is given 2 arguments; it takes 1"),
        ('`define A `"x\n`A', "2:1: macro 'A' has a `\" that nothing closes"),
        ("`define A `A\n`A", "2:1: macro 'A' is one too deep; does a macro use itself?"),
        ('`define A `"`A`"\n`A', "2:1: macro 'A' is one too deep"),
        ("`define A `B\n`define B `A\n`include `A", "3:1: macro 'A' is one too deep"),
        ("`endif", "1:1: `endif ends no `ifdef"),
        ("`ifdef A\n`else\n`else\n`endif", "3:1: `else comes after `else"),
        ("x\n`ifdef A\n", "2:1: `ifdef has no `endif"),
        ("`default_nettype tri", "1:1: `default_nettype names no kind"),
        ("`include", "1:1: `include names no file"),
        ("`define X y\n`include `X", "2:1: `include `X names no file"),
        ("`A /* x", "1:1: '`A' is neither"),
        ('`define A 1\n`A "x', "2:1: a string is not closed in its line"),
    ],
)
def test_a_text_that_is_refused(text: str, said: str) -> None:
    assert refusal(text).startswith(said)


# Includes


HIDDEN = [
    '`include "{}"',
    "`include <{}>",
    '`define X "{}"\n`include `X',
    '`define Y "{}"\n`define X `Y\n`include `X',
    '`define I `include "{}"\n`I',
    '`define I `inc``lude "{}"\n`I',
    '`define I(x) `include x\n`I("{}")',
    '`define S(x) `"x`"\n`define I(x) `include `"x`"\n`I({})',
    '`ifndef A\n`include "{}"\n`endif',
    '/* synopsys translate_off */\n`include "{}"\n/* synopsys translate_on */',
    '/**/`include/**/"{}"',
    '`include\t"{}"',
]


@pytest.mark.parametrize("how", HIDDEN)
@pytest.mark.parametrize("name", ["/etc/passwd", "../secret.vh", "link.vh"])
def test_no_include_leaves_the_folder_however_it_is_written(
    tmp_path: Path, how: str, name: str
) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    (tmp_path / "secret.vh").write_text("root:x")
    (folder / "link.vh").symlink_to("../secret.vh")
    said = refusal(how.replace("{}", name), folder)
    assert "root:" not in said
    assert "`include" in said
    if "/**/" not in how:
        assert name in said


@pytest.mark.parametrize("how", [each for each in HIDDEN if "/**/" not in each])
def test_one_of_the_folder_is_put_in_its_place(tmp_path: Path, how: str) -> None:
    (tmp_path / "a.vh").write_text("assign y = a;\n")
    assert "assign y = a;" in words(how.replace("{}", "a.vh"), tmp_path)


def test_lines_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.vh").write_text('`define A(x) \\\n x\n`include "b.vh"\nthird\n')
    (tmp_path / "b.vh").write_text("first\nsecond")
    made = expanded('one\n`include "a.vh"\n`A(\n4)\nfive `A(5)\n', tmp_path)
    places = {}
    for number, line in enumerate(made.text.split("\n"), 1):
        source, here, main = made.place(number)
        for word in line.split():
            places[word] = (Path(source.path).name, here, main)
    assert places == {
        "one": ("top.v", 1, 1),
        "first": ("b.vh", 1, 2),
        "second": ("b.vh", 2, 2),
        "third": ("a.vh", 4, 2),
        "4": ("top.v", 3, 3),
        "five": ("top.v", 5, 5),
        "5": ("top.v", 5, 5),
    }


def test_what_is_wrong_in_an_included_file_is_said_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.vh").write_text("\n`foo\n")
    (tmp_path / "b.vh").write_bytes(b"\xff")
    (tmp_path / "c.vh").write_text("`ifdef A\n")
    for name, said in (
        ("a", "a.vh:2:1: '`foo'"),
        ("b", "b.vh:1:1: a byte"),
        ("c", "c.vh:1:1: `ifdef"),
    ):
        with pytest.raises(FormatError) as caught:
            expanded(f'`include "{name}.vh"', tmp_path)
        assert f"{tmp_path}/{said}" in str(caught.value)


def test_a_file_that_includes_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.vh").write_text('`include "a.vh"\n')
    with pytest.raises(FormatError, match=r"`include 'a.vh' is one too deep"):
        expanded('`include "a.vh"', tmp_path)
    (tmp_path / "b.vh").write_text('`ifndef B\n`define B `include "b.vh"\nx\n`B\n`endif\n')
    assert words('`include "b.vh"', tmp_path) == "x"


def test_macros_that_stand_for_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verilog_macros, "MOST_BYTES", 1 << 20)
    start = time.perf_counter()
    laughs = "`define A0 ha\n" + "".join(f"`define A{n + 1} `A{n} `A{n}\n" for n in range(50))
    assert "makes it more than the 1 MB" in refusal(laughs + "`A50")
    nothing = "`define A0\n" + "".join(f"`define A{n + 1} `A{n}`A{n}\n" for n in range(50))
    assert "makes it more than the 1 MB" in refusal(nothing + "`A50")
    doubled = "`define D(x) x x\n" + "`D(" * 40 + "a" + ")" * 40
    assert "makes it more than the 1 MB" in refusal(doubled)
    assert time.perf_counter() - start < 20
