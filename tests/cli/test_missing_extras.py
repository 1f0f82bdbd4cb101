"""A missing extra is told before any work begins, and what is left out for want of one is said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.draw.schematic import layout

if TYPE_CHECKING:
    from tests.conftest import Circuits


@pytest.mark.parametrize(
    ("module", "words", "extra"),
    [
        ("onnx", "export ripple-adder --format onnx --out a.onnx", "onnx"),
        ("pysat", "map half-adder", "formal"),
        ("resvg_py", "draw ripple-adder a=1 b=2 --out a.png", "draw"),
        ("resvg_py", "plot xor --out a.png", "draw"),
    ],
)
def test_nothing_is_trained_where_an_extra_is_missing(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch, module: str, words: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    code, out, err = circuits(*words.split())
    assert (code, out) == (2, "")
    assert "training" not in err
    assert err.count("\n") == 1
    assert f"pip install 'gatewright[{extra}]'" in err


def test_a_report_says_that_it_has_no_schematic(
    circuits: Circuits, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(trained))
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    layout.engine.cache_clear()
    code, _, err = circuits("report", "xor", "--out", tmp_path / "r.html")
    layout.engine.cache_clear()
    assert code == 0
    assert "the page has no schematic: a schematic needs mini-racer" in err
    assert "pip install 'gatewright[draw]'" in err


@pytest.mark.parametrize("learner", ["tree", "memorising"])
def test_a_circuit_that_is_not_proved_says_what_would(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, learner: str
) -> None:
    monkeypatch.setitem(sys.modules, "pysat", None)
    rows = [f"{a},{b},{c},{a ^ b ^ c}" for a in (0, 1) for b in (0, 1) for c in (0, 1)] * 4
    table = tmp_path / "parity.csv"
    table.write_text("\n".join(["a,b,c,y", *rows]) + "\n")
    out = circuits("learn", table, "--learner", learner).out
    assert (
        "not proved: a proof by SAT needs python-sat, which is not installed; "
        "run pip install 'gatewright[formal]'"
    ) in " ".join(out.split())
