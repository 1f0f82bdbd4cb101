"""One network on rows of examples, beside the circuit that is learned of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gatewright.cli.gates.training.from_examples import by_chance
from gatewright.errors import RecipeError, UsageError
from gatewright.examples import network
from gatewright.examples.data.table import table_of
from gatewright.examples.network import learn_network, usual_recipe
from gatewright.examples.prepared import Prepared, prepared
from gatewright.gates.training.attempt import attempt
from gatewright.learn.optimisers import GradientDescent

if TYPE_CHECKING:
    from tests.conftest import Circuits

RIDDLE = str(Path(__file__).parents[2] / "circuits/examples/riddle.pla")
"""600 rows of 12 bits: bit 6 of the product of two numbers of 6."""


def rows_of(rows: int = 120, inputs: int = 5) -> Prepared:
    x = np.random.default_rng(2).integers(0, 2, (rows, inputs))
    return prepared(table_of(x, np.stack([x[:, 0] & x[:, 1], x[:, 2] ^ 1], axis=1)), seed=0)


def test_a_network_is_beside_the_circuit_on_the_same_new_rows(circuits: Circuits) -> None:
    code, out, err = circuits("train", "--examples", RIDDLE)
    assert code == 0
    lines = out.splitlines()
    assert lines[:2] == [
        "600 rows of 12 bits: 450 teach, 60 choose,",
        "and 90 judge a network and a circuit",
    ]
    (circuit,) = (line for line in lines if line.startswith("circuit, by recognise"))
    assert circuit.split()[3:] == [
        "100",
        "%",
        "100",
        "%",
        "95.01",
        "%",
        "133",
        "ANDs",
        "12",
        "bits",
    ]
    (net,) = (line for line in lines if line.startswith("network 12-32-1"))
    assert net.split()[2:4] == ["100", "%"]
    assert "y: bit 6 of a · b; a = x0 … x5, least significant first" in out
    assert "Here the second is nearer to the rule behind the rows." in " ".join(lines)
    assert "not a proof about any row" in out
    assert f"next: circuits learn {RIDDLE} --out learned.aig" in err


def test_the_figures_as_json_are_those_of_learn(circuits: Circuits) -> None:
    words = ("--seed", "3", "--layers", "6,5", "--epochs", "20", "--restarts", "2", "--json")
    code, out, _ = circuits("train", "--examples", RIDDLE, *words)
    assert code == 0
    found = json.loads(out)["examples"]
    assert found["rows"] == {"teach": 450, "taught": 450, "choose": 60, "test": 90}
    assert found["network"]["layers"] == [12, 6, 5, 1]
    assert found["network"]["activations"] == ["tanh", "tanh", "logistic"]
    assert (found["network"]["restarts"], found["network"]["epochs"]) == (2, 20)
    assert found["network"]["right"] < found["circuit"]["right"] == 90
    assert found["circuit"]["right_of_taught"] == 450
    only = [found[which]["only"] for which in ("network", "circuit")]
    assert only == [0, 90 - found["network"]["right"]]
    learned = json.loads(circuits("learn", RIDDLE, "--seed", "3", "--json")[1])
    assert found["circuit"]["bound"] == learned["bound"]
    assert found["circuit"]["ands"] == learned["ands"]


def test_same_seed_same_network_and_every_output_counts() -> None:
    rows = rows_of()
    recipe = replace(usual_recipe(rows), restarts=2, epochs=200)
    first, second = (learn_network(rows, recipe, seed=4) for _ in range(2))
    assert np.array_equal(first.theta, second.theta)
    assert first.values(rows.test_x).tolist() == rows.test_y.tolist()
    assert first.architecture.sizes == (5, 32, 2)
    assert not np.array_equal(learn_network(rows, recipe, seed=5).theta, first.theta)
    # Rows that judge teach nothing, nor do those that choose.
    assert not set(first.taught) & {*rows.parts.test, *rows.parts.choose}


def test_the_restart_is_that_of_most_right_rows_that_choose() -> None:
    rows = rows_of(60)
    recipe = replace(usual_recipe(rows), restarts=6, epochs=8)
    found = learn_network(rows, recipe)
    right = []
    for at in range(6):
        alone = attempt(_dataset(rows, found.taught), recipe)
        values = network._bits(
            found.architecture, alone.fit.theta[at][None], rows.x[rows.parts.choose]
        )[0]
        right.append(int((values == rows.y[rows.parts.choose]).all(1).sum()))
    assert right[found.chosen] == max(right)
    assert len(set(right)) > 1


def test_of_many_rows_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST_ROWS", 40)
    rows = rows_of()
    found = learn_network(rows, replace(usual_recipe(rows), epochs=3))
    assert len(found.taught) == len(set(found.taught)) == 40


def test_too_many_bits_for_a_network() -> None:
    x = np.random.default_rng(2).integers(0, 2, (30, 20_000))
    with pytest.raises(UsageError, match="20000 bits are too many for one network of up to 20000"):
        usual_recipe(prepared(table_of(x, x[:, 0]), seed=0))
    rows = prepared(table_of(x[:, :900], x[:, 0]), seed=0)
    assert usual_recipe(rows).layers == (22,)
    assert usual_recipe(rows).architecture(900, 1).parameters <= 20_000


def test_restarts_that_diverge_are_no_network() -> None:
    rows = rows_of()
    recipe = replace(usual_recipe(rows), activations=("relu", "identity"), loss="mse", epochs=300)
    with pytest.raises(RecipeError, match="every restart diverged; choose a smaller learning rate"):
        learn_network(rows, replace(recipe, optimiser=GradientDescent(lr=1e6)))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("xor",), "--examples trains one network of the rows of a file, and saves no gate"),
        (("--stats",), "leave out names, --all, --pla, --table, --as, --stats and --smallest"),
        (("--smallest",), "leave out names, --all, --pla, --table, --as, --stats and --smallest"),
        (("--margin", "0.4"), "a network of examples is not hardened"),
        (("--no-harden",), "leave out --margin, --weight-bits and --no-harden"),
        (("--target", "z"), "says by itself what is to be learned; only CSV takes a target"),
        (("--recipe", "mine.toml"), "'mine' learns a margin around every row, which is for whole"),
        (("--optimiser", "lm"), "minimises squares, not cross-entropy"),
        (("--layers", "2000"), "choose --layers with at most 20000 parameters in all"),
    ],
)
def test_options_of_whole_tables_are_refused(
    circuits: Circuits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(
        'layers = [3]\noptimiser = "lm"\nbox_radius = 0.3\n', encoding="utf-8"
    )
    code, out, err = circuits("train", "--examples", RIDDLE, *words)
    assert (code, out) == (2, "")
    assert told in " ".join(err.split())


def test_a_target_belongs_to_examples_and_a_loss_to_its_optimiser(circuits: Circuits) -> None:
    code, _, err = circuits("train", "xor", "--target", "y")
    assert (code, "--target is a column of --examples" in err) == (2, True)
    words = ("--optimiser", "lm", "--loss", "mse", "--epochs", "2", "--restarts", "1", "--json")
    code, out, err = circuits("train", "--examples", RIDDLE, *words)
    assert code == 0, err
    assert json.loads(out)["examples"]["network"]["epochs"] == 2


def _dataset(rows: Prepared, taught: Any) -> Any:
    from gatewright.gates.training.dataset import Dataset

    x, y = rows.x[taught].astype(float), rows.y[taught].astype(float)
    return Dataset("rows", rows.inputs, rows.outputs, x, y, np.ones_like(y), ())


@pytest.mark.parametrize(
    ("only", "chance"),
    [
        ((0, 0), False),
        ((1, 0), True),
        ((7, 0), True),
        ((8, 0), False),
        ((20, 30), True),
        ((40, 80), False),
    ],
)
def test_what_chance_makes_says_nothing_of_a_rule(only: tuple[int, int], chance: bool) -> None:
    # two-sided: 2 / 2^7 = 1.6 %, 2 / 2^8 = 0.8 %; of 50, 30 or more on one side in 20 %
    assert by_chance(only) is chance
