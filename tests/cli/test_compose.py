"""``circuits compose``, ``run`` and ``export``: circuits of trained gates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.formats.blif.writer import write_blif
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.train import train
from gatewright.learn.network import Architecture
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install

NOWHERE = """
from gatewright import CircuitSpec, hookimpl

@hookimpl
def gatewright_circuits():
    def build(circuit):
        circuit.output("y", circuit.gate("not", circuit.input("a")))

    yield CircuitSpec("nowhere", "", (), build, reference=lambda buses: {"y": 1 - buses["a"]},
                      domain=lambda buses: buses["a"] < 0)
    yield CircuitSpec("ones", "a is 1", (), build, reference=lambda buses: {"y": 1 - buses["a"]},
                      domain=lambda buses: buses["a"] == 1)
"""


@pytest.mark.usefixtures("trained")
def test_a_verdict(circuits: Circuits) -> None:
    code, out, err = circuits("compose", "ripple-adder", "--bits", "4")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "ripple-adder --bits 4: 4 full-adder"
    assert lines[1] == "signals: raw activations, nothing rounded in between"
    assert "exact gates   = integer reference: proved exhaustively (512 of 512)" in lines
    assert "trained gates = integer reference: proved exhaustively (512 of 512)" in lines
    assert lines[-1] == "every wire lies exactly on its logic value"
    assert err == "next: circuits run ripple-adder --bits 4 a=1 b=1\n"


@pytest.mark.usefixtures("trained")
def test_a_verdict_on_restored_signals(circuits: Circuits) -> None:
    code, out, _ = circuits("compose", "equality", "--signal", "restored")
    assert code == 0
    assert out.startswith("equality --bits 4: 3 and, 4 xnor\nsignals: rounded at every gate\n")
    assert "trained gates = integer reference: proved exhaustively (256 of 256)" in out
    assert out.splitlines()[-1] == "every wire lies exactly on its logic value"


@pytest.mark.usefixtures("trained")
def test_of_noise_it_is_said_that_wires_are_told_without_their_own(circuits: Circuits) -> None:
    code, out, _ = circuits("compose", "half-adder", "--noise", "0.4")
    assert code == 0
    assert out.endswith("\nevery wire lies exactly on its logic value, its own noise left out\n")


def test_a_sample_is_never_called_proved(circuits: Circuits) -> None:
    code, out, _ = circuits("compose", "parity-tree", "--bits", "33", "--samples", "500")
    assert code == 0
    assert out.count("= integer reference: sampled (500 of 2^33)") == 2
    assert "proved" not in out
    assert "verified" not in out


@pytest.mark.usefixtures("trained")
def test_a_verdict_in_json(circuits: Circuits) -> None:
    code, out, _ = circuits("compose", "ripple-adder", "--from", "half-adders", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "gatewright/compose/1")
    assert (document["circuit"], document["outcome"]) == ("ripple-adder", "proved")
    assert document["parameters"] == {"bits": 4, "from": "half-adders"}
    assert document["gates"] == {"half-adder": 8, "or": 4}
    exact, trained = document["claims"]
    assert (exact["subject"], trained["subject"]) == ("exact gates", "trained gates")
    for claim in (exact, trained):
        assert (claim["outcome"], claim["method"], claim["checked"]) == (
            "proved",
            "exhaustive",
            512,
        )
        assert claim["text"] == "proved exhaustively (512 of 512)"
        assert claim["counterexample"] is None
    assert document["worst_wire"]["distance"] < 0.05
    assert document["worst_wire"]["inputs"].keys() == {"a", "b", "cin"}


@pytest.mark.usefixtures("trained")
def test_words_come_in_any_order(circuits: Circuits) -> None:
    first = circuits("compose", "ripple-adder", "--bits", "2", "--from", "half-adders").out
    assert circuits("compose", "--from=half-adders", "--bits=2", "ripple-adder").out == first
    assert first.startswith("ripple-adder --bits 2 --from half-adders: 4 half-adder, 2 or\n")


def test_gates_not_yet_trained_are_trained_first(circuits: Circuits, tmp_path: Path) -> None:
    code, _, err = circuits("compose", "subtractor", "--bits", "2")
    assert code == 0
    folder = tmp_path / "store"
    lines = err.splitlines()
    assert f"training full-adder: not yet in {folder}" in lines
    assert f"training not: not yet in {folder}" in lines
    assert {path.name for path in folder.iterdir()} == {
        "full-adder.safetensors",
        "not.safetensors",
    }
    assert "training" not in circuits("compose", "subtractor", "--bits", "2").err


@pytest.mark.usefixtures("trained")
def test_nothing_compared_is_undecided(circuits: Circuits, install: Install) -> None:
    install("acme", NOWHERE)
    code, out, err = circuits("compose", "nowhere")
    assert code == 4
    assert out.count("= integer reference: undecided") == 2
    assert "farthest" not in out
    assert err == ""
    code, out, _ = circuits("compose", "nowhere", "--json")
    document = json.loads(out)
    assert (code, document["outcome"], document["worst_wire"]) == (4, "undecided", None)


@pytest.mark.usefixtures("trained")
def test_what_is_outside_a_domain_is_said(circuits: Circuits, install: Install) -> None:
    install("acme", NOWHERE)
    assert "proved exhaustively (1 of 1; 1 outside its domain)" in circuits("compose", "ones").out
    code, out, err = circuits("run", "ones", "a=0")
    assert (code, out) == (2, "")
    assert err == "circuits: circuit 'ones' is not defined for a=0; a is 1\n"
    assert circuits("run", "ones", "a=1").out == "y=0\n"


def test_a_file_is_compared_with_what_is_said_of_it(circuits: Circuits, tmp_path: Path) -> None:
    file = str(tmp_path / "product.blif")
    assert circuits("export", "array-multiplier", "--bits", "12", "--out", file).code == 0
    words = ("compose", file, "--verify", "certificate", "--spec")
    code, out, _ = circuits(*words, "product = a * b")
    assert code == 0
    assert "\nspecification: product = a * b\n" in out
    assert "integer reference: proved by algebra (132 adder relations" in out
    code, out, _ = circuits(*words, "a * b + 1", "--json")
    found = json.loads(out)
    assert (code, found["outcome"], found["specification"]) == (1, "refuted", ["a * b + 1"])
    code, out, err = circuits(*words, "a / b")
    assert (code, out) == (2, "")
    assert "the specification has a word that is unknown here, '/'; it takes + - *" in err


def test_ctrl_c_stops_a_check(
    circuits: Circuits, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gatewright.circuits.verify.verify.verify", interrupted)
    assert circuits("compose", "ripple-adder")[:2] == (130, "")


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    ("words", "result"),
    [
        ("--bits 8 a=23 b=42", "sum=65 cout=0"),
        ("b=42 a=23 --bits 8", "sum=65 cout=0"),
        ("--bits 8 a=255 b=0 cin=1", "sum=0 cout=1"),
        ("--bits 8 a=0xff b=0b1", "sum=0 cout=1"),  # in decimal digits, unless all are hexadecimal
        ("--bits 8 a=0x23 b=0X42", "sum=0x65 cout=0x0"),
        ("--bits 8 a=200 b=100 --signal restored", "sum=44 cout=1"),
        (f"--bits 100 a={2**99} b={2**99 + 7} cin=1", "sum=8 cout=1"),
    ],
)
def test_a_run(circuits: Circuits, words: str, result: str) -> None:
    code, out, err = circuits("run", "ripple-adder", *words.split())
    assert (code, out) == (0, f"{result}\n")
    assert err.startswith("next: circuits compose ripple-adder --bits ")


@pytest.mark.usefixtures("trained")
def test_a_run_in_json(circuits: Circuits) -> None:
    code, out, _ = circuits("run", "subtractor", "--bits", "3", "a=2", "b=5", "--json")
    document = json.loads(out)
    assert (code, document["schema"], document["correct"]) == (0, "gatewright/run/1", True)
    assert document["inputs"] == {"a": 2, "b": 5, "bin": 0}
    assert document["outputs"] == document["wanted"] == {"diff": 5, "bout": 1}
    assert document["raw"]["diff"] == pytest.approx([1, 0, 1], abs=0.05)
    assert document["raw"]["bout"] == pytest.approx([1], abs=0.05)


def test_a_wrong_run_says_what_it_should_be(
    circuits: Circuits, plugins: Plugins, trained: Path
) -> None:
    right = plugins.gate("full-adder")
    faulty = train(replace(right, table=right.table.flipped(0, "sum")))
    Store(trained).save(replace(faulty, spec=right))
    words = ("run", "ripple-adder", "--bits", "3", "a=1", "b=2")
    code, out, err = circuits(*words)
    assert (code, out, err) == (1, "sum=7 cout=0\nwrong: should be sum=3 cout=0\n", "")
    out = circuits(*words[:4], "a=0x1", "b=0x2")[1]
    assert out == "sum=0x7 cout=0x0\nwrong: should be sum=0x3 cout=0x0\n"
    code, out, _ = circuits(*words, "--json")
    document = json.loads(out)
    assert (code, document["correct"]) == (1, False)
    assert (document["outputs"]["sum"], document["wanted"]["sum"]) == (7, 3)


def test_a_run_that_gives_no_number(
    circuits: Circuits, gates: dict[str, TrainedGate], trained: Path
) -> None:
    shape = Architecture((2, 2, 1), ("identity", "identity"))
    theta = np.array([1e308, -1e308, 1e308, -1e308, 1e308, -1e308, 1.0, 1.0, 0.0])
    recipe = Recipe((2,), ("identity",), box_radius=0.45)
    gate = replace(gates["xor"], architecture=shape, theta=theta, recipe=recipe, datasheet=None)
    Store(trained).save(gate)
    words = ("run", "parity-tree", "--bits", "2", "a=3")
    code, out, err = circuits(*words)
    assert (code, out, err) == (1, "parity=?\nwrong: should be parity=0\n", "")
    code, out, _ = circuits(*words, "--json")
    document = json.loads(out)
    assert (code, document["outputs"], document["raw"]) == (1, {"parity": None}, {"parity": [None]})
    code, out, err = circuits("compose", "parity-tree", "--bits", "2")
    assert code == 1
    assert "parity: wanted 1, got no number" in out
    assert "wanted 1, was nan" in out
    assert err == ""
    document = json.loads(circuits("compose", "parity-tree", "--bits", "2", "--json").out)
    assert document["claims"][1]["counterexample"]["wire_got"] is None
    assert document["worst_wire"]["distance"] is None


def test_an_export_is_blif(circuits: Circuits, plugins: Plugins) -> None:
    code, out, err = circuits("export", "subtractor", "--bits", "2")
    netlist = plugins.circuit("subtractor").elaborate({"bits": 2}, plugins.gates).netlist
    assert (code, out, err) == (0, write_blif(netlist, comment="subtractor --bits 2"), "")


def test_an_export_to_a_file(circuits: Circuits, tmp_path: Path) -> None:
    file = tmp_path / "adder.blif"
    text = circuits("export", "ripple-adder").out
    code, out, err = circuits("export", "ripple-adder", "--out", file)
    assert (code, out) == (0, f"wrote {file}\n")
    assert err == f"next: circuits show {file}\n"
    assert file.read_text() == text
    file.write_text("mine")
    code, out, err = circuits("export", "ripple-adder", "--out", file)
    assert (code, out, file.read_text()) == (2, "", "mine")
    assert err == (f"circuits: {file} exists; name another file, or give --force to replace it\n")
    assert circuits("export", "ripple-adder", "--out", file, "--force").code == 0
    assert file.read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["adder.blif"]


def test_an_export_in_json(circuits: Circuits, tmp_path: Path) -> None:
    text = circuits("export", "equality", "--bits", "1").out
    document = json.loads(circuits("export", "equality", "--bits", "1", "--json").out)
    assert document["schema"] == "gatewright/export/1"
    assert (document["format"], document["text"]) == ("blif", text)
    assert document["parameters"] == {"bits": 1}
    file = tmp_path / "equal.blif"
    words = ("export", "equality", "--bits", "1", "--out", file, "--json")
    document = json.loads(circuits(*words).out)
    assert (document["file"], "text" in document) == (str(file), False)
    assert file.read_text() == text
