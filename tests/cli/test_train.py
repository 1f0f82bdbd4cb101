"""``circuits train`` and ``predict``: learning, saving, asking."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gatewright.draw.plots.sparkline import sparkline
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe, default_recipe
from gatewright.gates.training.train import chosen
from gatewright.learn.network import Architecture
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_learned_gate_is_shown_beside_the_exact_one_and_saved(
    circuits: Circuits, plugins: Plugins, tmp_path: Path
) -> None:
    code, out, err = circuits("train", "xor")
    assert code == 0
    assert re.match(r"xor: learned by \d+ of 16 restarts so far, restart ", out)
    rows = [line.split() for line in out.splitlines() if re.match(r"[01]  [01] ", line)]
    assert [row[:3] for row in rows] == [list("000"), list("011"), list("101"), list("110")]
    gate = Store(tmp_path / "store").load(plugins.gate("xor"))
    assert gate is not None
    assert [row[3] for row in rows] == [f"{value:.4f}" for value in gate.learned()[:, 0]]
    assert all(abs(float(row[3]) - float(row[2])) < 0.05 for row in rows)
    assert f"saved {tmp_path / 'store' / 'xor.safetensors'}" in out
    assert "proved: inputs off by up to ±0.45 give exactly 0 and 1; noise margin 0.45" in out
    assert gate.datasheet is not None
    tolerance = gate.datasheet.weight_tolerance * 100
    assert f"8-bit weights, which may all be off by {tolerance:.1f} %" in out
    assert err == "next: circuits predict xor 1 1\n"


def test_the_loss_of_the_chosen_restart_is_a_line_of_blocks(
    circuits: Circuits, plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = plugins.gates["xor"]
    made = attempt(Dataset.of_gate(spec), default_recipe(spec.table))
    restart = chosen(spec, default_recipe(spec.table), 0, made).figures.restart
    losses = made.fit.history.loss[: made.fit.epochs[restart] + 1, restart]
    line = circuits("train", "xor").out.splitlines()[1]
    assert line == f"loss {losses[0]:.3g} {sparkline(losses)} {losses[-1]:.3g} (log scale)"
    assert losses[-1] == made.fit.loss[restart]
    monkeypatch.setenv("NO_COLOR", "1")
    assert circuits("train", "xor").out.splitlines()[1] == line


def test_a_long_loss_curve_fits_a_terminal_and_several_gates_have_none(circuits: Circuits) -> None:
    line = circuits("train", "and", "--recipe", "and-neuron").out.splitlines()[1]
    assert re.fullmatch(r"loss [\d.]+ [▁▂▃▄▅▆▇█]{40} [\de.-]+ \(log scale\)", line)
    assert len(line) <= 80
    assert "log scale" not in circuits("train", "and", "or").out
    assert "log scale" not in circuits("train", "and", "--json").out


def test_where_smaller_boxes_were_learned_the_loss_on_larger_ones_is_not_shown(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gatewright.gates.training import train as training

    def narrower(*words: Any, **more: Any) -> TrainedGate:
        gate = chosen(*words, **more)
        return replace(gate, figures=replace(gate.figures, box_radius=gate.figures.box_radius / 2))

    monkeypatch.setattr(training, "chosen", narrower)
    assert "(log scale)" not in circuits("train", "and").out


def test_a_learned_gate_in_json(circuits: Circuits, tmp_path: Path) -> None:
    code, out, _ = circuits("train", "half-adder", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "gatewright/train/1")
    (gate,) = document["gates"]
    assert (gate["name"], gate["learned"], gate["seed"]) == ("half-adder", True, 0)
    assert gate["file"] == str(tmp_path / "store" / "half-adder.safetensors")
    assert [(row["inputs"], row["exact"]) for row in gate["rows"]] == [
        ("00", "00"),
        ("01", "01"),
        ("10", "01"),
        ("11", "10"),
    ]
    for row in gate["rows"]:
        assert row["raw"] == pytest.approx([int(bit) for bit in row["exact"]], abs=0.05)


def test_all_gates_are_trained(circuits: Circuits, plugins: Plugins, tmp_path: Path) -> None:
    code, out, err = circuits("train", "--all")
    assert code == 0
    listed = [line.split()[0] for line in out.splitlines()[2:] if line and line[0] != " "]
    assert listed[: len(plugins.gates)] == list(plugins.gates)
    assert out.endswith(f"saved {len(plugins.gates)} gates in {tmp_path / 'store'}\n")
    assert max(len(line) for line in out.splitlines()[:-1]) <= 80
    assert err == "next: circuits list\n"
    assert set(contents(tmp_path / "store")) == {f"{name}.safetensors" for name in plugins.gates}


def test_several_gates(circuits: Circuits, tmp_path: Path) -> None:
    assert circuits("train", "and", "or").code == 0
    assert set(contents(tmp_path / "store")) == {"and.safetensors", "or.safetensors"}


def test_what_the_user_chooses_is_used(circuits: Circuits) -> None:
    words = ["--layers", "3,5", "--epochs", "321", "--restarts", "7", "--lr", "0.9", "--seed", "5"]
    (gate,) = json.loads(circuits("train", "xor", *words, "--json").out)["gates"]
    recipe = gate["recipe"]
    assert (recipe["layers"], recipe["epochs"], recipe["restarts"]) == ([3, 5], 321, 7)
    assert recipe["optimiser"]["lr"] == 0.9
    assert gate["seed"] == 5
    assert gate["figures"]["solved"] <= 7


def test_the_same_seed_writes_the_same_bytes(circuits: Circuits, tmp_path: Path) -> None:
    for folder, seed in (("one", "4"), ("two", "4"), ("three", "9")):
        assert circuits("train", "xor", "--seed", seed, "--store", tmp_path / folder).code == 0
    one, two, three = (contents(tmp_path / folder) for folder in ("one", "two", "three"))
    assert one == two
    assert one != three
    assert b"0.4" in one["xor.safetensors"]  # the spread, so that the file is not empty


def test_training_replaces_what_was_refused(circuits: Circuits, trained: Path) -> None:
    good = contents(trained)
    (trained / "full-adder.safetensors").write_bytes(good["full-adder.safetensors"][:-10])
    before = contents(trained)
    for words in (["compose", "ripple-adder"], ["predict", "full-adder", "1", "1", "1"]):
        code, out, err = circuits(*words)
        assert (code, out) == (2, "")
        (line,) = err.splitlines()
        assert line.startswith(f"circuits: {trained / 'full-adder.safetensors'} is damaged: ")
        assert line.endswith("; train it anew with 'circuits train full-adder'")
        assert contents(trained) == before
    assert circuits("train", "full-adder").code == 0
    assert contents(trained) == good


def test_a_gate_of_another_table_is_refused(circuits: Circuits, trained: Path) -> None:
    (trained / "and.safetensors").write_bytes((trained / "xor.safetensors").read_bytes())
    code, _, err = circuits("predict", "and", "1", "1")
    assert code == 2
    assert "and.safetensors holds the gate 'xor', not 'and'; train it anew" in err


def test_a_gate_that_is_not_learned_is_not_saved(circuits: Circuits, trained: Path) -> None:
    before = contents(trained)
    code, out, err = circuits("train", "xor", "--epochs", "1", "--restarts", "9")
    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    assert re.match(
        r"circuits: 'xor' was not learned: of 9 restarts 0 came within .* in 1 epoch, \d+ within 0.1, "
        r"\d+ have every bit right; the closest is off by 0\.\d+; nothing was saved; try more --epochs",
        line,
    )
    assert contents(trained) == before


def test_a_gate_that_is_not_learned_in_json(circuits: Circuits, trained: Path) -> None:
    before = contents(trained)
    code, out, err = circuits("train", "xor", "--epochs", "1", "--restarts", "9", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (1, "gatewright/train/1")
    (gate,) = document["gates"]
    assert (gate["name"], gate["learned"]) == ("xor", False)
    assert (gate["shortfall"]["restarts"], gate["shortfall"]["epochs"]) == (9, 1)
    assert gate["shortfall"]["closest"] > gate["shortfall"]["tolerance"]
    assert err.startswith("circuits: 'xor' was not learned: of 9 restarts")
    assert contents(trained) == before


def test_of_several_gates_those_learned_are_saved(circuits: Circuits, tmp_path: Path) -> None:
    # One hidden unit is one straight line: enough for AND, never for XOR.
    words = ("train", "and", "xor", "--layers", "1")
    code, out, err = circuits(*words)
    assert code == 1
    assert out.splitlines()[2].split()[:2] == ["and", "2-1-1"]
    assert err.startswith("circuits: 'xor' was not learned")
    assert set(contents(tmp_path / "store")) == {"and.safetensors"}
    both = json.loads(circuits(*words, "--json").out)["gates"]
    assert [(gate["name"], gate["learned"]) for gate in both] == [("and", True), ("xor", False)]


def test_ctrl_c_stops_a_training(
    circuits: Circuits, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = contents(trained)
    monkeypatch.setattr("gatewright.gates.training.attempt.learn_on_bits", interrupted)
    code, out, err = circuits("train", "xor")
    assert (code, out) == (130, "")
    assert err == "circuits: interrupted; nothing was left half-written\n"
    assert contents(trained) == before


def test_ctrl_c_while_writing_leaves_the_old_file(
    circuits: Circuits, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    before = contents(trained)
    monkeypatch.setattr("os.fsync", interrupted)
    assert circuits("train", "xor", "--seed", "8").code == 130
    assert contents(trained) == before


@pytest.mark.usefixtures("trained")
def test_a_prediction(circuits: Circuits, gates: dict[str, TrainedGate]) -> None:
    code, out, err = circuits("predict", "full-adder", "1", "0.2", "0.9")
    raw = gates["full-adder"].raw(np.array([[1.0, 0.2, 0.9]]))[0]
    assert code == 0
    assert [line.split() for line in out.splitlines()[2:]] == [
        ["cout", "1", f"{raw[0]:.6f}"],
        ["sum", "0", f"{raw[1]:.6f}"],
    ]
    assert err == "next: circuits gates full-adder\n"


@pytest.mark.usefixtures("trained")
def test_a_prediction_in_json(circuits: Circuits, gates: dict[str, TrainedGate]) -> None:
    code, out, _ = circuits("predict", "xor", "0", "1", "--json")
    document = json.loads(out)
    assert (code, document["schema"], document["gate"]) == (0, "gatewright/predict/1", "xor")
    assert document["inputs"] == {"a": 0.0, "b": 1.0}
    raw = float(gates["xor"].raw(np.array([[0.0, 1.0]]))[0, 0])
    assert document["outputs"] == [{"name": "y", "raw": raw, "bit": 1}]


@pytest.mark.usefixtures("trained")
def test_a_prediction_of_a_negative_number(circuits: Circuits) -> None:
    code, out, _ = circuits("predict", "or", "-0.1", "1.1")
    assert (code, out.splitlines()[2].split()[:2]) == (0, ["y", "1"])


def test_a_gate_asked_for_is_trained_first(circuits: Circuits, tmp_path: Path) -> None:
    code, out, err = circuits("predict", "nand", "1", "1", "--seed", "3")
    assert (code, out.splitlines()[2].split()[:2]) == (0, ["y", "0"])
    assert f"training nand: not yet in {tmp_path / 'store'}" in err
    assert "training" not in circuits("predict", "nand", "1", "1").err
    file = tmp_path / "store" / "nand.safetensors"
    by_itself = file.read_bytes()
    assert circuits("train", "nand", "--seed", "3").code == 0
    assert file.read_bytes() == by_itself


def test_a_signal_that_is_no_number_is_no_bit(
    circuits: Circuits, gates: dict[str, TrainedGate], trained: Path
) -> None:
    # Both hidden units overflow, to either side: infinity minus infinity.
    theta = np.array([1e308, -1e308, 1e308, -1e308, 1.0, 1.0, 0.0])
    shape = Architecture((1, 2, 1), ("identity", "identity"))
    recipe = Recipe((2,), ("identity",), box_radius=0.45)
    gate = replace(gates["not"], architecture=shape, theta=theta, recipe=recipe, datasheet=None)
    Store(trained).save(gate)
    code, out, err = circuits("predict", "not", "1")
    assert (code, out.splitlines()[2].split()) == (0, ["y", "?", "nan"])
    assert err.endswith("\nnext: circuits gates not\n")
    (output,) = json.loads(circuits("predict", "not", "1", "--json").out)["outputs"]
    assert output == {"name": "y", "raw": None, "bit": None}


def test_replacing_a_gate_that_tolerates_more_is_said(circuits: Circuits) -> None:
    circuits("train", "and")
    code, _, err = circuits("train", "and", "--recipe", "and-neuron")
    assert code == 0
    assert "'and' replaces a gate that is proved to tolerate noise of ±0.45, this one none" in err
    _, _, err = circuits("train", "and")
    assert "replaces" not in err


def test_the_smallest_gate(circuits: Circuits) -> None:
    _, usual, _ = circuits("train", "xor3")
    code, out, _ = circuits("train", "xor3", "--smallest")
    assert code == 0
    assert "network 3-3-3-1 clipped, 22 parameters\n" in usual
    assert "network 3-3-2-1 clipped, 17 parameters\n" in out
    assert "proved: inputs off by up to ±0.45 give exactly 0 and 1; noise margin 0.45\n" in out
    assert "parameters, 1 of them 0\n" in circuits("train", "half-adder").out


@pytest.mark.usefixtures("trained")
def test_a_stored_gate_is_read_once_where_it_is_replaced(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    load = Store.load

    def counted(store: Store, spec: GateSpec) -> TrainedGate | None:
        read.append(spec.name)
        return load(store, spec)

    monkeypatch.setattr(Store, "load", counted)
    assert circuits("train", "and", "--stats", "--seed", "3").code == 0
    assert read == ["and"]


def test_a_seed_holds_against_that_of_an_init(
    circuits: Circuits, plugins: Plugins, tmp_path: Path
) -> None:
    def begun(*words: str) -> str:
        return circuits("explain", "--recipe", "xor-sigmoid", *words).out

    assert begun("--seed", "42") == begun() != begun("--seed", "7")
    path = tmp_path / "r.toml"
    path.write_text(
        'layers = [2]\noptimiser = "lm"\nrestarts = 1\ninit = {name = "legacy", seed = 5}\n'
    )
    for seed, words in ((5, ()), (9, ("--seed", "9"))):
        assert circuits("train", "and", "--recipe", path, *words).code == 0
        stored = Store(tmp_path / "store").load(plugins.gate("and"))
        assert stored is not None
        assert f"seed={seed}" in repr(stored.recipe.here().init)


@pytest.mark.usefixtures("trained")
def test_figures_that_replace_stored_gates_are_said_to(circuits: Circuits, tmp_path: Path) -> None:
    """A gate that tolerates as much is lost, too, where only figures were asked for."""
    again = circuits("train", "not", "and", "--stats")
    assert "replace" not in again.err  # the same gates
    other = circuits("train", "not", "and", "--stats", "--seed", "3", "--weight-bits", "12")
    assert (
        "circuits: not, and replace what was trained otherwise and stored; --store DIR saves elsewhere what is "
        "trained for its figures\n"
    ) in other.err
    beside = circuits("train", "and", "--stats", "--seed", "4", "--store", tmp_path / "beside")
    assert "replace" not in beside.err


def test_a_recipe_file_that_hardens_without_boxes(circuits: Circuits, tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text('layers = [2, 4]\noptimiser = "lm"\nharden = true\n')
    code, out, err = circuits("train", "xor", "--recipe", recipe)
    assert (code, out) == (2, "")
    assert err == (
        f"circuits: {recipe}: harden = true is for a gate that learned boxes around its rows, and box_radius is "
        "0; give a box radius, as in 0.45, or leave harden out\n"
    )
    assert not (tmp_path / "store").exists()
