"""The plugin as its users meet it: found through its entry point, run by library and command line."""

from __future__ import annotations

import json
import re
import shlex
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest

from gatewright import Recipe, load_plugins, train
from gatewright.cli.app import run
from gatewright.learn.activations import activation
from gatewright.learn.optimisers import OPTIMISERS
from gatewright.testing import check_activation, check_optimiser, check_plugin

HERE = Path(__file__).parent.parent

if not entry_points(group="gatewright", name="workbench"):
    pytest.skip(
        f"gatewright-workbench is not installed: pip install {HERE}", allow_module_level=True
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(store))
    monkeypatch.delenv("GATEWRIGHT_DISABLE_PLUGINS", raising=False)


def test_the_entry_point_gives_a_healthy_plugin() -> None:
    assert check_plugin("workbench").gives == {
        "activations": ["algebraic"],
        "optimisers": ["rprop"],
        "commands": ["units"],
    }


def test_both_are_what_they_say() -> None:
    check_activation(activation("algebraic"))
    load_plugins(kinds=("optimisers",))
    check_optimiser(OPTIMISERS["rprop"])


def test_the_activation_is_as_steep_as_the_logistic_and_has_its_limits() -> None:
    algebraic = activation("algebraic")
    z = np.array([-np.inf, -1e200, 0.0, 1e200, np.inf])
    assert algebraic.value(z).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert algebraic.derivative(np.zeros(1), np.zeros(1)).tolist() == [0.25]


@pytest.mark.parametrize("gate", ["xor", "majority"])
def test_a_gate_of_both_is_hardened_and_proved(gate: str) -> None:
    spec = load_plugins().gate(gate)
    hidden = (len(spec.table.inputs), 4)
    recipe = Recipe(
        hidden, ("algebraic",), optimiser=OPTIMISERS["rprop"](), box_radius=0.45, harden=True
    )
    made = train(spec, recipe)
    assert made.datasheet is not None
    assert made.datasheet.noise_margin == 0.45
    assert set(made.architecture.activations) == {"clipped"}


def test_a_gate_that_is_not_hardened_is_certified_by_the_interval() -> None:
    recipe = Recipe((2, 4), ("algebraic",), box_radius=0.3)
    made = train("and", recipe)
    assert made.datasheet is not None
    assert 0 < made.datasheet.vol < made.datasheet.vil == 0.3


@pytest.mark.parametrize("settings", [{"lr": 0.0}, {"longer": 1.0}, {"shorter": 0.0}])
def test_settings_that_take_no_steps_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(Exception, match="takes no steps; give a positive lr"):
        OPTIMISERS["rprop"](**settings)


def test_units_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["units", "full-adder", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    last = len(told["layers"])
    assert told["units"][f"{last}.1"] == "majority of a, b, cin"
    assert told["units"][f"{last}.2"] == "xor3 of a, b, cin"
    assert np.shape(told["layers"][-1]) == (8, 2)
    assert run(["units", "nosuch"]) == 3


def examples() -> list[tuple[str, list[str]]]:
    """Every circuits command of the README with the lines shown under it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", (HERE / "README.md").read_text("utf-8"), re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line:
                found[-1][1].append(line)
    return [each for each in found if each[0].startswith("circuits ")]


def roughly(text: str) -> str:
    """What a network gives differs a little from machine to machine: one decimal is compared.

    So do its words, and with them the width of a column: a line under a heading has any length.
    """
    text = re.sub("─+", "─", text)
    return re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.1f}", text)


@pytest.mark.parametrize(("command", "lines"), examples())
def test_the_readme_shows_what_happens(
    command: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shlex.split(command)[1:]) == 0
    printed = roughly(capsys.readouterr().out).splitlines()
    for line in lines:
        shown = re.compile(re.escape(roughly(line)).replace("…", ".*"))  # … stands for anything
        assert any(shown.fullmatch(each) for each in printed), line
