"""Margins on the command line: training for one, composing by them, noise within and beyond."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate

if TYPE_CHECKING:
    from tests.conftest import Circuits

Gates = dict[str, TrainedGate]


def datasheet(circuits: Circuits, *words: str) -> dict[str, float]:
    code, out, _ = circuits("train", *words, "--json")
    assert code == 0
    (gate,) = json.loads(out)["gates"]
    sheet: dict[str, float] = gate["datasheet"]
    return sheet


# Training


def test_the_margin_asked_for_is_proved(circuits: Circuits) -> None:
    for margin in (0.3, 0.48):
        sheet = datasheet(circuits, "xor", "--margin", f"{margin}")
        assert (sheet["vil"], sheet["vol"]) == (margin, 0.0)
        assert sheet["widest"] >= margin


def test_a_margin_that_cannot_be_had_saves_nothing(circuits: Circuits, tmp_path: Path) -> None:
    code, out, err = circuits("train", "and", "--layers", "none", "--margin", "0.4")
    assert (code, out) == (1, "")
    assert err == (
        "circuits: 'and': no restart could be proved to tolerate ±0.4; ±0.2, tried next, could; "
        "nothing was saved; try a smaller --margin, more --restarts or wider --layers\n"
    )
    assert not (tmp_path / "store" / "and.safetensors").exists()


def test_smooth_gates_keep_their_units(circuits: Circuits) -> None:
    code, out, _ = circuits("train", "xor", "--no-harden")
    assert code == 0
    assert "network 2-2-4-1 logistic, 23 parameters" in out
    assert re.search(
        r"proved: inputs off by up to ±0\.45 give 0 and 1 to within 0\.\d+; noise", out
    )


def test_few_bit_weights(circuits: Circuits) -> None:
    assert datasheet(circuits, "xor", "--weight-bits", "5")["weight_bits"] <= 5
    assert datasheet(circuits, "xor", "--weight-bits", "min")["weight_bits"] <= 4


def test_units_that_are_not_logistic_are_not_hardened(circuits: Circuits) -> None:
    code, out, _ = circuits("train", "xor", "--activations", "tanh,tanh,logistic")
    assert code == 0
    assert "tanh, logistic" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--margin", "0.5"), "a margin of 0.5 cannot be proved; give a number above 0 and below"),
        (("--margin", "nan"), "a margin of nan cannot be proved"),
        (("--margin", "0"), "a margin of 0 cannot be proved"),
        (("--no-harden", "--weight-bits", "4"), "--weight-bits are those of a hardened gate"),
        (("--weight-bits", "many"), "--weight-bits many is not a number of bits; as in"),
        (("--weight-bits", "0"), "--weight-bits 0 is not a number of bits; as in"),
        (("--weight-bits", "1"), "weights of 1 bits cannot be used; give 2 to 23, or min"),
        (("--weight-bits", "99"), "weights of 99 bits cannot be used"),
    ],
)
def test_a_wrong_call(circuits: Circuits, words: tuple[str, ...], message: str) -> None:
    code, out, err = circuits("train", "xor", *words)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    "words",
    [("xor", "--weight-bits", "2"), ("xor", "--activations", "tanh", "--weight-bits", "8")],
)
def test_weights_that_cannot_be_had_save_nothing(
    circuits: Circuits, tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, out, err = circuits("train", *words)
    assert (code, out) == (1, "")
    told = {"2": "was not learned with 2, 3, ", "8": "no restart could be hardened and proved with"}
    assert told[words[-1]] in err
    assert not (tmp_path / "store" / "xor.safetensors").exists()


# Composing


@pytest.mark.usefixtures("trained")
def test_a_certificate_states_both_halves(circuits: Circuits) -> None:
    words = ("compose", "ripple-adder", "--bits", "64", "--verify", "certificate")
    code, out, err = circuits(*words)
    assert (code, err) == (0, "next: circuits run ripple-adder --bits 64 a=1 b=1\n")
    assert out.splitlines()[-2:] == [
        "trained gates = exact gates: proved by datasheets (NM 0.45, 64 instances of 1 gate)",
        "exact gates   = integer reference: proved by decision diagrams (all 2^129)",
    ]
    document = json.loads(circuits(*words, "--json").out)
    assert (document["outcome"], document["worst_wire"]) == ("proved", None)
    assert [claim["method"] for claim in document["claims"]] == ["datasheets", "decision diagrams"]
    assert [claim["checked"] for claim in document["claims"]] == [64, None]


def test_without_a_datasheet_there_is_no_certificate(
    circuits: Circuits, gates: Gates, trained: Path
) -> None:
    Store(trained).save(replace(gates["xnor"], datasheet=None))
    code, out, err = circuits("compose", "equality", "--verify", "certificate")
    assert (code, err) == (4, "")
    assert (
        "trained gates = exact gates: undecided: not certified: the gate 'xnor' of instance 'xnor0' "
        "has no datasheet" in out
    )


def test_a_datasheet_of_other_weights_is_refused_when_it_is_read(
    circuits: Circuits, gates: Gates, trained: Path
) -> None:
    other = gates["xor"].theta.copy()
    other[0] += 0.5
    Store(trained).save(replace(gates["xor"], theta=other))
    code, out, err = circuits("compose", "parity-tree", "--verify", "certificate")
    assert (code, out) == (2, "")
    assert "is damaged: its datasheet speaks about other weights" in err


# Noise


@pytest.mark.usefixtures("trained")
def test_noise_within_the_margin_changes_nothing(circuits: Circuits) -> None:
    code, out, _ = circuits("compose", "ripple-adder", "--bits", "4", "--noise", "0.45")
    assert code == 0
    assert "every wire off by up to ±0.45" in out
    assert "exact gates   = integer reference: proved exhaustively (512 of 512)" in out
    assert (
        "trained gates = integer reference: sampled (512 of 2^9)" in out
    )  # not all noise was tried
    assert "every wire lies exactly on its logic value" in out
    words = ("run", "ripple-adder", "--bits", "8", "a=23", "b=42", "--noise", "0.45")
    for seed in ("0", "1", "2"):
        assert circuits(*words, "--seed", seed).out == "sum=65 cout=0\n"


@pytest.mark.usefixtures("trained")
def test_noise_far_beyond_the_margin_is_wrong(circuits: Circuits) -> None:
    code, out, _ = circuits("compose", "ripple-adder", "--bits", "4", "--noise", "0.9")
    assert code == 1
    assert "trained gates = integer reference: refuted" in out
    assert "exact gates   = integer reference: sampled" not in out


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("command", ["compose", "run"])
@pytest.mark.parametrize("level", ["-0.1", "nan", "inf"])
def test_a_noise_that_cannot_be(circuits: Circuits, command: str, level: str) -> None:
    values = ("a=1", "b=1") if command == "run" else ()
    code, out, err = circuits(command, "ripple-adder", f"--noise={level}", *values)
    assert (code, out) == (2, "")
    assert err == (f"circuits: a noise of {level} cannot be added; give 0 or more, as in 0.4\n")


def test_a_certificate_takes_no_noise(circuits: Circuits) -> None:
    for option in (("--noise", "0.1"), ("--signal", "restored")):
        words = ("compose", "ripple-adder", "--verify", "certificate", *option)
        code, out, err = circuits(*words)
        assert (code, out) == (2, "")
        assert err.startswith("circuits: a certificate covers raw signals and all noise within")
