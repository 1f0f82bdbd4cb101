"""What ``circuits explain`` teaches: a lesson that can be read, and the training as it is."""

from __future__ import annotations

import json
import math
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.on_bits.learn import OnBits
from gatewright.gates.training.recipe import default_recipe
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits


@pytest.mark.parametrize("gate", ["xor", "half-adder", "full-adder", "not"])
def test_the_lesson_is_gradient_descent_whose_every_number_can_be_read(
    circuits: Circuits, gate: str
) -> None:
    told = json.loads(circuits("explain", gate, "--json").out)
    assert told["recipe"]["optimiser"] == {"name": "gd", "lr": 1.0}
    for layer in told["layers"]:
        for weights, gradient, after in (("w", "dw", "w_after"), ("b", "db", "b_after")):
            before, slope, new = (np.array(layer[each]) for each in (weights, gradient, after))
            assert (abs(slope) > 1e-3).all()
            assert np.allclose(before * 10, np.round(before * 10))
            assert np.allclose(new, before - slope)
    out = circuits("explain", gate).out
    assert "-0.00000000" not in out
    assert "a lesson: plain gradient descent on a small logistic network" in out
    assert f"'circuits explain {gate} --as-trained'" in " ".join(out.split())


@pytest.mark.parametrize("gate", ["xor", "and", "full-adder"])
def test_as_trained_is_the_loss_and_the_start_of_the_training(
    circuits: Circuits, plugins: Plugins, gate: str
) -> None:
    told = json.loads(circuits("explain", gate, "--as-trained", "--json").out)
    spec = plugins.gates[gate]
    made = attempt(Dataset.of_gate(spec), default_recipe(spec.table))
    assert isinstance(made.on_bits, OnBits)
    restart = made.on_bits.restart
    cells = np.array(told["y"]).size
    assert cells * told["loss"] == pytest.approx(made.fit.history.loss[0, restart], rel=1e-6)
    out = " ".join(circuits("explain", gate, "--as-trained").out.split())
    assert f"restart {restart}" in out
    assert "(JᵀDJ + λI) s = Jᵀ(a − y), θ ← θ − s" in out


def test_steps_of_the_training_follow_each_other(circuits: Circuits) -> None:
    words = ("explain", "full-adder", "--as-trained", "--json", "--step")
    first, second = (json.loads(circuits(*words, str(each)).out) for each in (1, 2))
    assert [each["w_after"] for each in first["layers"]] == [each["w"] for each in second["layers"]]
    assert second["loss"] < first["loss"]


def test_wide_tables_are_not_learned_as_a_whole(circuits: Circuits) -> None:
    assert circuits("train", "ten: a&b&c&d&e&f&g&h&i&j").code == 0
    code, _, err = circuits("explain", "ten", "--as-trained")
    assert code == 2
    assert "'ten' is learned on some of its 1024 rows at first" in err
    assert err.endswith("; leave out --as-trained\n")


def test_adam_moves_as_its_formula_says(circuits: Circuits) -> None:
    """In step 1, m is 0.1·g and v 0.001·g²: the formula as printed, by hand."""
    words = ("explain", "xor", "--optimiser", "adam", "--lr", "0.1")
    layer = json.loads(circuits(*words, "--json").out)["layers"][1]
    g, before = layer["dw"][0][0], layer["w"][0][0]
    m, v, c = 0.1 * g, 0.001 * g * g, math.sqrt(1 - 0.999) / (1 - 0.9)
    assert layer["w_after"][0][0] == pytest.approx(before - 0.1 * c * m / (math.sqrt(v) + 1e-8))
    out = " ".join(circuits(*words).out.split())
    assert "W2 ← W2 − 0.1·c·m/(√v + 10⁻⁸)" in out
    assert "m ← 0.9·m + 0.1·g, v ← 0.999·v + 0.001·g²" in out
    assert "c = √(1 − 0.999ᵗ)/(1 − 0.9ᵗ)" in out


def test_the_next_step_keeps_every_option(circuits: Circuits) -> None:
    options = "--layers 3 --loss cross-entropy --optimiser adam --lr 0.05 --row 01 --seed 4"
    _, out, err = circuits("explain", "xor", *options.split(), "--step", "2")
    given = shlex.split(err.partition("next: circuits ")[2])
    assert given == ["explain", "xor", *options.split(), "--step", "3"]
    following = circuits(*given)
    assert following.code == 0
    assert "adam (lr 0.05" in following.out.lower()
    assert out != following.out


@pytest.mark.parametrize("columns", ["80", "60"])
@pytest.mark.parametrize("options", [(), ("--as-trained",), ("--optimiser", "adam")])
def test_a_wide_gate_fits_the_terminal(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch, columns: str, options: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert circuits("train", "five: a & b | c & d ^ e").code == 0
    out = circuits("explain", "five", *options).out
    assert max(map(len, out.splitlines())) <= int(columns)


def test_the_page_for_markdown_says_how_weights_change(circuits: Circuits, tmp_path: Path) -> None:
    page = tmp_path / "step.md"
    assert circuits("explain", "xor", "--markdown", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "The step, from *before* to *after*: `W2 ← W2 − 1·dL/dW2`" in text
    assert "`W1 ← W1 − 1·dL/dW1`" in text


def test_the_html_page_has_pictures_beside_the_same_numbers(
    circuits: Circuits, tmp_path: Path
) -> None:
    page = tmp_path / "step.html"
    code, out, err = circuits("explain", "xor", "--html", page)
    assert (code, out) == (0, f"wrote {page}\n"), err
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 2
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org", "")
    told = json.loads(circuits("explain", "xor", "--json").out)
    for layer in told["layers"]:
        for value in np.ravel(layer["dw"]).tolist():
            assert f"<td>{value:.8f}</td>" in text
    assert re.search(r'class="gw-number[^>]*>−?1\.7<', text)  # a weight, on the network
    assert circuits("explain", "xor", "--html", page).code == 2  # it exists
    assert circuits("explain", "full-adder", "--html", page, "--force").code == 0
