"""Recipes on the command line: by name, by file, single options over them, statistics, comparisons."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gatewright.gates.store.store import Store
from gatewright.plugins.builtin.published.figures import Figure
from gatewright.plugins.builtin.published.systems import SYSTEMS
from gatewright.plugins.manager import Plugins

Run = Callable[..., tuple[int, str, str]]


def test_a_named_recipe_is_stored_with_the_gate(
    circuits: Run, plugins: Plugins, tmp_path: Path
) -> None:
    assert circuits("train", "and", "--recipe", "and-neuron")[0] == 0
    gate = Store(tmp_path / "store").load(plugins.gate("and"))
    assert gate is not None
    assert gate.recipe == plugins.recipes["and-neuron"].recipe


def test_a_recipe_trains_what_it_was_made_for(circuits: Run, tmp_path: Path) -> None:
    assert circuits("train", "--recipe", "or-neuron")[0] == 0
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["or.safetensors"]


def test_a_file_is_a_recipe_and_options_go_over_it(circuits: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'layers = [3]\noptimiser = { name = "adam", lr = 0.1 }\nstart = "normal"\nrestarts = 30\n'
    )
    words = ("train", "and", "--recipe", path, "--lr", "0.2", "--activations", "tanh,logistic")
    code, out, err = circuits(*words, "--json")
    assert code == 0, err
    recipe = json.loads(out)["gates"][0]["recipe"]
    assert recipe["optimiser"]["lr"] == 0.2
    assert recipe["activations"] == ["tanh", "logistic"]
    assert (recipe["layers"], recipe["restarts"], recipe["epochs"]) == ([3], 30, 2000)


def test_numbers_are_learned_but_make_no_gate(circuits: Run, tmp_path: Path) -> None:
    code, out, _ = circuits("train", "--recipe", "sum-deep", "--stats")
    assert code == 0
    assert "not saved: rows of real numbers are not a gate" in out
    assert [line.split()[1] for line in out.splitlines() if line.startswith("1,1")] == ["2"]
    assert not (tmp_path / "store").exists()
    _, out, _ = circuits("train", "--recipe", "sum-deep", "--json", "--stats")
    [dataset] = json.loads(out)["datasets"]
    assert [row["exact"] for row in dataset["rows"]] == [[0], [1], [1], [2]]
    assert all(abs(row["raw"][0] - row["exact"][0]) <= 0.05 for row in dataset["rows"])
    assert dataset["stats"]["restarts"] == 8


def test_numbers_that_are_not_learned_exit_1(circuits: Run) -> None:
    code, out, err = circuits("train", "--recipe", "sum-deep", "--lr", "1e-6")
    assert (code, out) == (1, "")
    assert "'sum' was not learned: of 8 restarts 0 came within 0.05" in err


def test_statistics_of_one_gate_and_of_several(circuits: Run) -> None:
    _, out, _ = circuits("train", "xor", "--loss", "mse", "--restarts", "200", "--stats")
    assert "restarts solved, inputs off by ±0.4" in out
    assert "95 % interval" in out
    assert "epochs to success: median" in out
    assert "█" in out
    _, out, _ = circuits("train", "xor", "and", "--restarts", "50", "--stats")
    assert [line.split()[0] for line in out.splitlines()[2:4]] == ["xor", "and"]
    _, out, _ = circuits("train", "xor", "--loss", "mse", "--restarts", "50", "--stats", "--json")
    stats = json.loads(out)["gates"][0]["stats"]
    assert stats["low"] <= stats["rate"] <= stats["high"]
    assert sum(count for *_, count in stats["bars"]) == stats["solved"]


def test_a_search_that_stops_at_the_first_success_has_no_success_rate(circuits: Run) -> None:
    _, out, _ = circuits("train", "xor", "--restarts", "200", "--stats")
    assert "\nno success rate: learned on bits, where restarts are not run to their end" in out
    assert "%" not in out.rpartition("saved")[2]
    assert "restarts proved" not in out
    _, out, _ = circuits("train", "xor", "and", "--stats")
    assert [line.split()[2] for line in out.splitlines()[2:4]] == ["–", "–"]
    _, out, _ = circuits("train", "xor", "and")
    assert "\nsolved and proved: restarts, where the search on bits stopped\n" in out
    _, out, _ = circuits("train", "xor", "--stats", "--json")
    stats = json.loads(out)["gates"][0]["stats"]
    assert 0 < stats["solved"] < stats["restarts"] == 16
    assert [stats[each] for each in ("rate", "low", "high", "quartiles")] == [None] * 4


def test_statistics_of_a_failure(circuits: Run) -> None:
    code, out, err = circuits("train", "xor", "--epochs", "1", "--stats")
    assert code == 1
    assert out.strip() == "0 of 16 restarts solved: 0.0 % (95 % interval 0.0 to 19.4 %, Wilson)"
    assert "nothing was saved" in err


def test_recipes_are_listed_and_printed_as_toml(circuits: Run, tmp_path: Path) -> None:
    _, out, _ = circuits("recipes")
    assert all(name in out for name in SYSTEMS)
    _, text, _ = circuits("recipes", "and-neuron")
    path = tmp_path / "again.toml"
    path.write_text(text)
    _, first, _ = circuits("train", "and", "--recipe", path, "--json")
    _, second, _ = circuits("train", "and", "--recipe", "and-neuron", "--json")
    assert json.loads(first) == json.loads(second)


def test_a_comparison_is_a_row_a_combination(circuits: Run, tmp_path: Path) -> None:
    path = tmp_path / "xor.csv"
    words = ("compare", "xor", "--optimisers", "adam,lm", "--layers", "2;2,4", "--seeds", "2")
    code, out, _ = circuits(*words, "--out", path)
    assert code == 0
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [(row["optimiser"], row["layers"]) for row in rows] == [
        ("adam", "2"),
        ("adam", "2,4"),
        ("lm", "2"),
        ("lm", "2,4"),
    ]
    for row, line in zip(rows, out.splitlines()[2:6], strict=True):
        assert f"{float(row['success']) * 100:.1f} %" in line
        assert int(row["solved"]) / int(row["starts"]) == float(row["success"])
    lines = tmp_path / "xor.jsonl"
    _, out, _ = circuits(*words, "--out", lines, "--json")
    written = [json.loads(line) for line in lines.read_text().splitlines()]
    assert json.loads(out)["rows"] == written
    code, _, err = circuits(*words, "--out", path)
    assert code == 2
    assert "exists" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("compare", "xor", "--out", "a.txt"), "a.txt is neither .csv nor .jsonl"),
        (("compare", "xor", "--optimisers", ","), "--optimisers names nothing"),
        (
            ("compare", "xor", "--optimisers", "sgd"),
            "unknown optimiser 'sgd'; 'sgd' is called 'online' here",
        ),
        (("compare", "xor", "--layers", "2;x"), "--layers x is not a list of whole numbers"),
        (
            ("train", "xor", "--optimiser", "sgd"),
            "unknown optimiser 'sgd'; 'sgd' is called 'online' here",
        ),
        (("train", "xor", "--activations", "sin"), "unknown activation 'sin'; choose one of"),
        (("train", "xor", "--activations", "relu,relu"), "2 activations for 3 layers"),
        (("train", "xor", "--loss", "hinge"), "unknown loss 'hinge'; choose one of"),
        (("train", "xor", "--loss", "cross-entropy"), "Levenberg-Marquardt minimises squares"),
        (("train", "xor", "--init", "zero"), "unknown init 'zero'; choose one of"),
        (("train", "xor", "--init", "fixed"), "a fixed init needs its values"),
        (("train", "xor", "--lr", "inf"), "a learning rate of inf"),
        (("train", "and", "--activations", "folded-relu(-1)", "--epochs", "3"), "was not learned"),
    ],
)
def test_what_is_refused(circuits: Run, words: tuple[str, ...], message: str) -> None:
    code, out, err = circuits(*words)
    assert code == (1 if "not learned" in message else 2)
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_a_target_out_of_reach_is_refused(circuits: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    path.write_text(
        "layers = [2]\noptimiser = 'lm'\n"
        "learns = { inputs = ['x'], outputs = ['y'], x = [[0], [1]], y = [[0], [2]] }\n"
    )
    code, _, err = circuits("train", "--recipe", path)
    assert code == 2
    assert "the output activation logistic gives 0 to 1, so it never reaches the target 2" in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers = [2]\noptimiser = 'lm'\nepoch = 3\n", ", line 3: unknown key 'epoch'"),
        ("layers = [2]\n", ": missing key 'optimiser'"),
        ("layers = [2]\noptimiser = { name = 'gd', rate = 1 }\n", ", line 2: unknown key 'rate'"),
        ("layers = [2\n", "Unclosed array (at the end, line 1)"),
        ("layers = 'two'\noptimiser = 'lm'\n", ", line 1: 'layers' cannot be 'two'"),
        ("layers = [2]\noptimiser = 'lm'\nepochs = 0\n", "0 epochs cannot teach anything"),
    ],
)
def test_a_recipe_file_is_refused_by_line_and_key(
    circuits: Run, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    code, out, err = circuits("train", "xor", "--recipe", path)
    assert (code, out) == (2, "")
    assert str(path) in err
    assert message in err
    assert err.count("\n") == 1


def test_a_recipe_that_is_no_text(circuits: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(b"\xff\xfe\x00")
    code, _, err = circuits("train", "xor", "--recipe", path)
    assert code == 2
    assert f"{path} cannot be read" in err


def test_a_divergence_says_when_and_what_to_try(circuits: Run) -> None:
    code, _, err = circuits("train", "xor", "--recipe", "xor-deep", "--lr", "90")
    assert code == 1
    assert "8 diverged, the first at epoch 1" in err
    assert "try a smaller --lr" in err


def test_a_wrong_figure_is_not_reproduced(circuits: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    right = SYSTEMS["or-neuron"]

    def wrong(*words: object) -> list[Figure]:
        figures = list(right(*words))  # type: ignore[arg-type] # passed on as they came
        return [Figure("loss", "0.5", 0.6, agrees=False), *figures[1:]]

    monkeypatch.setitem(SYSTEMS, "or-neuron", wrong)
    code, out, err = circuits("reproduce", "or-neuron", "and-neuron")
    assert code == 1
    assert "1 of 2 systems reproduced" in out
    assert "✗" in out
    assert "not reproduced: or-neuron" in err


def test_one_system_prints_its_step(circuits: Run) -> None:
    code, out, _ = circuits("reproduce", "xor-leaky-step")
    assert code == 0
    assert "BACKWARD, layer 1 of 2" in out
    assert "1 of 1 systems reproduced" in out


def test_a_system_that_is_not_there(circuits: Run) -> None:
    code, _, err = circuits("reproduce", "xor-leeky-step")
    assert code == 3
    assert "no reference system 'xor-leeky-step'; did you mean 'xor-leaky-step'?" in err
