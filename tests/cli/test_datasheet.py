"""``circuits datasheet``: what a gate guarantees, for one gate, all of them, and machines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate

if TYPE_CHECKING:
    from tests.conftest import Circuits

Gates = dict[str, TrainedGate]


def figures(out: str) -> dict[str, str]:
    """The value of every figure of one datasheet."""
    lines = [line for line in out.splitlines() if "  " in line]
    return {line[:16].strip(): line[18:].split("  ")[0].strip() for line in lines[2:]}


@pytest.mark.usefixtures("trained")
def test_one_gate(circuits: Circuits, gates: Gates) -> None:
    code, out, err = circuits("datasheet", "full-adder")
    sheet = gates["full-adder"].datasheet
    assert sheet is not None
    assert code == 0
    assert out.startswith("full-adder: 3-3-2-2 clipped\n")
    assert figures(out) == {
        "VIL": "0.45",
        "VIH": "0.55",
        "VOL": "0",
        "VOH": "1",
        "NM": "0.45",
        "largest NM": f"{sheet.widest:.4f}",
        "weight tolerance": f"{sheet.weight_tolerance * 100:.2f} %",
        "parameters": "20",
        "bits a weight": "8",
        "largest weight": f"{sheet.largest_weight:g}",
        "worst gain": f"{sheet.worst_gain:.0f}",
        "arithmetic": "float64, float32",
        "weights": f"{sheet.digest[:16]}…",
    }
    assert "proved by interval bounds on 8 boxes, none of them cut; again now, in " in out
    assert err.startswith("next: circuits certificate check ")
    assert err.strip().endswith("full-adder.safetensors")


@pytest.mark.usefixtures("trained")
def test_the_whole_library(circuits: Circuits, gates: Gates) -> None:
    code, out, err = circuits("datasheet", "--all")
    rows = [line.split() for line in out.splitlines()[2:]]
    assert code == 0
    assert [row[0] for row in rows] == list(gates)
    assert {row[1] for row in rows} == {"0.45"}
    assert err == "next: circuits compose ripple-adder --bits 64 --verify certificate\n"


@pytest.mark.usefixtures("trained")
def test_for_machines(circuits: Circuits, gates: Gates) -> None:
    document = json.loads(circuits("datasheet", "--all", "--json").out)
    assert document["schema"] == "gatewright/datasheet/1"
    assert [gate["name"] for gate in document["gates"]] == list(gates)
    for gate in document["gates"]:
        sheet = gates[gate["name"]].datasheet
        assert sheet is not None
        assert gate["proved"] is True
        assert (gate["vil"], gate["vol"], gate["noise_margin"]) == (0.45, 0.0, 0.45)
        assert gate["largest_noise_margin"] == sheet.widest >= 0.45
        assert gate["weight_tolerance"] == sheet.weight_tolerance >= 0.01
        assert gate["parameters"] == gates[gate["name"]].architecture.parameters
        assert gate["weight_bits"] <= 8
        assert gate["digest"] == gates[gate["name"]].digest


def test_a_gate_of_which_nothing_is_proved(circuits: Circuits, gates: Gates, trained: Path) -> None:
    Store(trained).save(replace(gates["xor"], datasheet=None))
    code, out, _ = circuits("datasheet", "xor")
    assert code == 0
    assert "nothing is proved of it; 'circuits train xor' makes a gate that is" in out
    _, out, _ = circuits("datasheet", "xor", "and")
    assert ["xor", "–", "–", "–", "–", "13", "–", "–"] in [
        line.split() for line in out.splitlines()
    ]
    assert out.endswith("\nnothing is proved of xor\n")
    (gate,) = json.loads(circuits("datasheet", "xor", "--json").out)["gates"]
    assert (gate["proved"], gate["parameters"]) == (False, 13)


def test_a_smooth_gate(circuits: Circuits) -> None:
    assert circuits("train", "xor", "--no-harden").code == 0
    shown = figures(circuits("datasheet", "xor").out)
    assert 0 < float(shown["VOL"]) < 0.1
    assert float(shown["NM"]) == pytest.approx(0.45 - float(shown["VOL"]))
    assert shown["bits a weight"] == "64"


def test_after_a_gate_that_no_certificate_can_check_comes_its_training(circuits: Circuits) -> None:
    assert circuits("train", "xor").code == 0
    assert "next: circuits certificate check " in circuits("datasheet", "xor").err
    assert circuits("train", "xor", "--no-harden").code == 0
    assert circuits("datasheet", "xor").err == "next: circuits train xor\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name the gates, or give --all; as in 'circuits datasheet full-adder'"),
        (("xor", "--all"), "gates are named and --all is given"),
        (("xro",), "no gate 'xro'; did you mean 'xor'?"),
    ],
)
def test_a_wrong_call(circuits: Circuits, words: tuple[str, ...], message: str) -> None:
    code, out, err = circuits("datasheet", *words)
    assert (code in (2, 3), out) == (True, "")
    assert message in err


FORGED = {
    "vil": 0.499,
    "widest": 0.4999,
    "weight_tolerance": 0.5,
    "weight_bits": 2,
    "largest_weight": 1.0,
    "worst_gain": 1.0,
}


@pytest.mark.parametrize("field", FORGED)
@pytest.mark.parametrize("words", [("xor",), ("xor", "and"), ("xor", "--json")])
def test_a_file_is_not_believed(
    circuits: Circuits, gates: Gates, trained: Path, field: str, words: tuple[str, ...]
) -> None:
    """Its digests fit, so it is read; but what it says is proved again before it is printed."""
    sheet = gates["xor"].datasheet
    assert sheet is not None
    forged: Any = {field: FORGED[field]}
    Store(trained).save(replace(gates["xor"], datasheet=replace(sheet, **forged)))
    code, out, err = circuits("datasheet", *words)
    assert (code, out) == (2, "")
    assert err.startswith("circuits: the datasheet of 'xor' ")
    assert err.endswith("; train it anew with 'circuits train xor'\n")


@pytest.mark.parametrize(
    ("field", "value"),
    [("widest", "wide"), ("precisions", [1]), ("largest_weight", None), ("precisions", ["x87"])],
)
def test_a_datasheet_of_other_kinds_is_damaged(
    circuits: Circuits, gates: Gates, trained: Path, field: str, value: object
) -> None:
    sheet = gates["xor"].datasheet
    assert sheet is not None
    forged: Any = {field: value}
    Store(trained).save(replace(gates["xor"], datasheet=replace(sheet, **forged)))
    code, out, err = circuits("datasheet", "xor")
    assert (code, out) == (2, "")
    assert "xor.safetensors is damaged: " in err
