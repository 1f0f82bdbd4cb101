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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ripple-adder", "--out", "t.txt"], "t.txt: patterns are written as .tv or .csv"),
        (["counter"], "so its outputs depend on the past"),
        (["ripple-adder", "a=3"], "a=3"),
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
