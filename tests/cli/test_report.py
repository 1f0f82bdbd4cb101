"""``circuits report``: a page in a file, and what was found on standard output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.circuits.verify.assess import assess
from gatewright.draw.report.report import report
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits


@pytest.mark.usefixtures("trained")
def test_the_page_is_the_library_s(
    circuits: Circuits, plugins: Plugins, gates: Mapping[str, TrainedGate], tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    code, text, err = circuits("report", "ripple-adder", "--bits", "2", "--out", out)
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    assert out.read_text() == report(circuit, gates, assess(circuit, gates))
    assert code == 0
    assert text.splitlines() == [
        "ripple-adder --bits 2: 2 full-adder",
        "trained gates = exact gates: proved by datasheets (NM 0.45, 2 instances of 1 gate)",
        "exact gates   = integer reference: proved exhaustively (32 of 32)",
        "trained gates = integer reference: proved exhaustively (32 of 32)",
        f"wrote {out}: open it in a browser",
    ]
    assert err == "next: circuits noise ripple-adder --bits 2\n"


@pytest.mark.usefixtures("trained")
def test_in_json(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    code, text, err = circuits("report", "equality", "--out", out, "--seed", "3", "--json")
    document = json.loads(text)
    assert (code, err) == (0, "")
    assert (document["schema"], document["outcome"]) == ("gatewright/report/1", "proved")
    assert document["file"] == str(out)
    assert [claim["method"] for claim in document["claims"]] == [
        "datasheets",
        "exhaustive",
        "exhaustive",
    ]
    assert '"seed":3' in out.read_text()


@pytest.mark.usefixtures("trained")
def test_a_file_is_replaced_only_by_force(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.write_text("mine")
    words = ("report", "parity-tree", "--out", out)
    code, _, err = circuits(*words)
    assert (code, out.read_text()) == (2, "mine")
    assert "exists; name another file, or give --force" in err
    assert circuits(*words, "--force").code == 0
    assert out.read_text().startswith("<!DOCTYPE html>")


def test_what_is_missing_or_too_much(circuits: Circuits, tmp_path: Path) -> None:
    code, _, err = circuits("report", "parity-tree")
    assert (code, "--out" in err) == (2, True)
    out = tmp_path / "report.html"
    code, _, err = circuits("report", "parity-tree", "a=1", "--out", out)
    assert (code, "is not a parameter" in err) == (2, True)
    assert not out.exists()


@pytest.mark.usefixtures("trained")
def test_a_file_with_hostile_names(circuits: Circuits, tmp_path: Path) -> None:
    source, out = tmp_path / "evil.blif", tmp_path / "evil.html"
    source.write_text(".model m\n.inputs <b> c\n.outputs y\n.names <b> c y\n11 1\n.end\n")
    assert circuits("report", source, "--out", out).code == 0
    assert "<b>" not in out.read_text()
    assert "&lt;b&gt;" in out.read_text()


def test_a_refuted_circuit_is_reported_too(
    circuits: Circuits, gates: Mapping[str, TrainedGate], trained: Path, tmp_path: Path
) -> None:
    gate = gates["xor"]
    last, bias = gate.architecture.slices()[-1]
    theta = gate.theta.copy()
    theta[last], theta[bias] = -theta[last], -theta[bias]  # gives the opposite
    Store(trained).save(replace(gate, theta=theta, datasheet=None))
    out = tmp_path / "report.html"
    code, text, err = circuits("report", "parity-tree", "--bits", "2", "--out", out)
    assert (code, err) == (1, "")
    assert "trained gates = integer reference: refuted" in text
    assert "✗ Refuted" in out.read_text()
