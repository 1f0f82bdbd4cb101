"""``circuits faults``, by what it prints and writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Circuits

C17 = str(Path(__file__).parents[2] / "circuits" / "c17.blif")


def test_coverage_is_told(circuits: Circuits) -> None:
    code, out, err = circuits("faults", C17)
    assert code == 0
    assert "6 gates, 34 stuck-at faults, 22 collapsed" in out
    assert "patterns show 100 % of the faults not proved untestable" in out
    assert "--out patterns.tv" in err


@pytest.mark.parametrize("name", ["t.tv", "t.csv"])
def test_patterns_are_run_by_simulate(circuits: Circuits, tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    assert circuits("faults", C17, "--out", path)[0] == 0
    code, out, _ = circuits("simulate", C17, "--stimulus", path, "--engine", "exact")
    assert code == 0
    assert ("checks of the stimulus held" in out) == (name == "t.tv")
    if name == "t.tv":
        text = Path(path).read_text(encoding="utf-8")
        at = text.index(" c ")  # the first check, of which the value is changed
        end = text.index(";", at)
        Path(path).write_text(text[: end - 1] + str(1 - int(text[end - 1])) + text[end:])
        code, out, _ = circuits("simulate", C17, "--stimulus", path, "--engine", "exact")
        assert code == 1
        assert "checks of the stimulus failed" in out
    code, _, err = circuits("faults", C17, "--out", path)
    assert code == 2
    assert "--force" in err


def test_json_has_everything(circuits: Circuits) -> None:
    code, out, _ = circuits("faults", "ripple-adder", "--bits", "2", "--json")
    found = json.loads(out)
    assert (code, found["schema"]) == (0, "gatewright/faults/1")
    assert (found["faults"], found["collapsed"], found["detected"]) == (18, 18, 18)
    assert (found["untestable"], found["undecided"], found["coverage"]) == ([], [], 1.0)
    assert len(found["patterns"]) == len(found["responses"])


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ripple-adder", "--out", "t.txt"], "t.txt: patterns are written as .tv or .csv"),
        (["counter"], "so its outputs depend on the past"),
        (["ripple-adder", "a=3"], "a=3"),
        (
            ["ripple-adder", "--inject", "x", "--diagnose", "y"],
            "--inject and --diagnose are both given",
        ),
        (
            ["ripple-adder", "--diagnose", "y", "--out", "t.tv"],
            "--diagnose writes nothing to --out",
        ),
        (["ripple-adder", "--diagnose", "no.csv"], "there is no file no.csv"),
        (["ripple-adder", "--inject", "cim stuck at 1"], "did you mean 'cin stuck at 1'?"),
        (["ripple-adder", "--repair"], "--repair has nothing to repair; name one damage"),
        (["ripple-adder", "--damage", "full-adder", "--repair"], "--repair has nothing to repair"),
        (["ripple-adder", "--damage", "fa0", "--out", "t.tv"], "--damage writes nothing to --out"),
        (["ripple-adder", "--damage", "fa9"], "has no gate or instance 'fa9'"),
        (["ripple-adder", "--damage", "fa0: sum zeroed"], "'sum zeroed' is not damage to a weight"),
        (["counter", "--diagnose", "no.csv"], "so its outputs depend on the past"),
    ],
)
def test_what_does_not_fit_is_refused(circuits: Circuits, words: list[str], message: str) -> None:
    code, out, err = circuits("faults", *words)
    assert code != 0
    assert out == ""
    assert message in err
    assert len(err.splitlines()) == 1


def test_names_that_test_vectors_cannot_hold(circuits: Circuits, tmp_path: Path) -> None:
    netlist = tmp_path / "odd.blif"
    netlist.write_text(".model odd\n.inputs a;1 b\n.outputs y\n.names a;1 b y\n11 1\n.end\n")
    path = tmp_path / "t.tv"
    code, _, err = circuits("faults", str(netlist), "--out", str(path))
    assert code == 2
    assert "test vectors cannot name the port 'a;1'; write patterns as .csv" in err
    assert not path.exists()


@pytest.mark.parametrize("name", ["d.csv", "d.tv"])
def test_a_device_is_written_and_diagnosed(circuits: Circuits, tmp_path: Path, name: str) -> None:
    path, adder = str(tmp_path / name), ("faults", "ripple-adder", "--bits", "4")
    code, out, err = circuits(*adder, "--inject", "sum[2] stuck at 0", "--out", path)
    assert code == 0
    assert f"next: circuits faults ripple-adder --bits 4 --diagnose {path}" in err
    first = next(line for line in out.splitlines() if line.startswith("1 "))
    assert first.split() == ["1", "fa2", "full-adder", "100", "%", *["sum[2]", "stuck", "at", "0"]]
    code, out, _ = circuits(*adder, "--diagnose", path)
    assert code == 0
    assert first in out
    assert "different rows are wrong, at sum[2]" in out
    code, out, _ = circuits(*adder, "--diagnose", path, "--json")
    found = json.loads(out)
    assert (found["schema"], found["exact"], found["outputs"]) == (
        "gatewright/diagnosis/1",
        True,
        ["sum[2]"],
    )
    assert found["suspects"][0]["places"] == ["fa2"]
    assert [each["net"] for each in found["suspects"][0]["faults"]] == ["sum[2]"]


def test_a_device_that_is_right_and_one_that_no_fault_explains(
    circuits: Circuits, tmp_path: Path
) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a,b,cin,sum,cout\n1,1,0,2,0\n", encoding="utf-8")
    code, out, _ = circuits("faults", "ripple-adder", "--bits", "2", "--diagnose", str(path))
    assert (code, "none of 1 different row is wrong" in out) == (0, True)
    path.write_text("a,b,cin,sum,cout\n1,1,0,2,1\n1,2,0,2,0\n1,1,0,2,0\n", encoding="utf-8")
    code, out, _ = circuits("faults", "ripple-adder", "--bits", "2", "--diagnose", str(path))
    assert code == 0
    assert "no fault in one place explains every row; nearest first (" in out


ADDER = ("faults", "ripple-adder", "--bits", "2")


@pytest.mark.usefixtures("trained")
def test_what_damage_does_to_a_gate_is_told(circuits: Circuits) -> None:
    code, out, err = circuits(*ADDER, "--damage", "full-adder")
    assert code == 0
    kinds = ("zeroed", "sign turned", "halved", "doubled", "a bit flipped", "all weights off by")
    assert all(any(line.startswith(kind) for line in out.splitlines()) for kind in kinds)
    assert "--repair" in err
    code, out, _ = circuits(*ADDER, "--damage", "full-adder", "--json")
    found = json.loads(out)
    assert (found["schema"], found["gate"]) == ("gatewright/damages/1", "full-adder")
    assert {each["outcome"] for each in found["damages"]} == {"certified", "right", "wrong"}


@pytest.mark.usefixtures("trained")
def test_a_damaged_instance_is_found_and_repaired(circuits: Circuits, tmp_path: Path) -> None:
    damage = ("--damage", "fa1: sum from bias sign turned")
    path = tmp_path / "d.csv"
    code, out, err = circuits(*ADDER, *damage, "--out", str(path))
    assert code == 0
    assert out.startswith("fa1, full-adder: sum from bias sign turned: an answer changes, at 0")
    assert any(line.split()[:2] == ["1", "fa1"] for line in out.splitlines())
    assert "--damage 'fa1: sum from bias sign turned' --repair" in err
    assert any(
        line.split()[:2] == ["1", "fa1"]
        for line in circuits(*ADDER, "--diagnose", str(path))[1].splitlines()
    )
    code, out, _ = circuits(*ADDER, *damage, "--repair")
    assert code == 0
    assert "fa1 was trained again from the weights it has" in out
    assert (
        "trained gates = exact gates: proved by datasheets (NM 0.45, 2 instances of 2 gates)" in out
    )
    assert "exact gates   = integer reference: proved exhaustively" in out
    code, out, _ = circuits(*ADDER, *damage, "--repair", "--json")
    found = json.loads(out)
    assert (found["outcome"], found["repair"]["anew"], found["repair"]["outcome"]) == (
        *("wrong", False),
        "proved",
    )


@pytest.mark.usefixtures("trained")
def test_a_damage_that_loses_only_the_certificate(circuits: Circuits) -> None:
    _, out, _ = circuits(*ADDER, "--damage", "full-adder", "--json")
    of = {each["outcome"]: each["damage"] for each in json.loads(out)["damages"]}
    said = {
        "right": "the bits are right, the certificate is lost",
        "certified": "the certificate holds",
    }
    for outcome, words in said.items():
        code, out, _ = circuits(*ADDER, "--damage", f"full-adder: {of[outcome]}")
        assert (code, f": {words}" in out, "rows is wrong" in out) == (0, True, True)


SATURATING = """INPUT(a0)\nINPUT(a1)\nINPUT(b0)\nINPUT(b1)\nOUTPUT(s0)\nOUTPUT(s1)
t0 = XOR(a0, b0)\nc1 = AND(a0, b0)\np1 = XOR(a1, b1)\nt1 = XOR(p1, c1)
g1 = AND(a1, b1)\nh1 = AND(p1, c1)\novf = OR(g1, h1)\ns0 = OR(t0, ovf)\ns1 = OR(t1, ovf)
"""


def test_of_two_faults_each_place_is_weighed_by_its_best(
    circuits: Circuits, tmp_path: Path
) -> None:
    """A saturating adder of 2 bits with s0 stuck at 0 and s1 at 1: by hand, s1 is wrong where a + b < 2."""
    (tmp_path / "sat.bench").write_text(SATURATING)
    rows = [f"{a & 1},{a >> 1},{b & 1},{b >> 1},0,1" for a in range(4) for b in range(4)]
    path = tmp_path / "device.csv"
    path.write_text("\n".join(["a0,a1,b0,b1,s0,s1", *rows, ""]))
    faulty = ("faults", str(tmp_path / "sat.bench"), "--diagnose", str(path))
    found = json.loads(circuits(*faulty, "--json").out)
    assert found["without"] == found["failing"] == 13
    assert [(each["places"], each["unexplained"]) for each in found["suspects"][:1]] == [
        (["s0"], 3)  # 0 + 0, 0 + 1 and 1 + 0
    ]
    assert found["suspects"][0]["faults"][0]["net"] == "s0"
    assert all(each["unexplained"] < 13 for each in found["suspects"])
    out = circuits(*faulty).out
    assert "nearest first (without any, 13 rows are not explained)" in out
    assert "s0 stuck at 0" in out


def test_rows_that_no_fault_comes_near_name_no_place(circuits: Circuits, tmp_path: Path) -> None:
    """Two outputs of which each is wrong in the only row that fails: no place reaches both."""
    (tmp_path / "two.bench").write_text(
        "INPUT(a)\nINPUT(b)\nOUTPUT(y)\nOUTPUT(z)\ny = NOT(a)\nz = NOT(b)\n"
    )
    path = tmp_path / "device.csv"
    path.write_text("a,b,y,z\n0,0,0,0\n0,1,1,0\n1,0,0,1\n1,1,0,0\n")
    code, out, _ = circuits("faults", str(tmp_path / "two.bench"), "--diagnose", str(path))
    assert code == 0
    assert (
        "no fault in one place explains more rows than none does; without any, 1 row is not" in out
    )
    assert "where" not in out


def test_every_fault_of_an_untestable_class_is_told(circuits: Circuits, tmp_path: Path) -> None:
    """A gate that ignores its pin b: stuck there at 0 or at 1, it computes what it did."""
    path = tmp_path / "ignores.blif"
    path.write_text(
        ".model m\n.inputs a b\n.outputs y z\n.names a b y\n10 1\n11 1\n.names a b z\n11 1\n.end\n"
    )
    out = circuits("faults", str(path)).out
    assert "b into y.b stuck at 0, and 1 that is alike" in out
    found = json.loads(circuits("faults", str(path), "--json").out)
    told = sorted((each["net"], each["value"], each["alike"]) for each in found["untestable"])
    assert told == [("b", 0, 2), ("b", 1, 2)]
    assert len({(each["into"], each["class"]) for each in found["untestable"]}) == 1
    assert found["classes"] == {"detected": found["detected"], "untestable": 1, "undecided": 0}
    assert sum(found["classes"].values()) == found["collapsed"]
