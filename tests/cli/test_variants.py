"""Experiments with a gate: variants beside it, what the store says of each, and how circuits are mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Circuits


@pytest.fixture
def shelf(trained: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with every built-in gate, for all commands."""
    monkeypatch.setenv("CIRCUITS_STORE", str(trained))
    return trained


@pytest.mark.usefixtures("shelf")
def test_a_variant_is_kept_beside_the_gate(circuits: Circuits) -> None:
    code, _, err = circuits("train", "and", "--layers", "none", "--as", "and-bare")
    assert (code, err) == (0, "next: circuits predict and-bare 1 1\n")
    states = {
        each["name"]: each["standing"]
        for each in json.loads(circuits("gates", "--json").out)["gates"]
    }
    assert states["and"] == "certified NM 0.45"
    assert states["and-bare"] == "another margin, NM 0.225"
    assert "and, trained as and-bare" in circuits("gates", "and-bare").out
    out = circuits("compose", "alu", "--bits", "1", "--verify", "certificate").out
    assert "proved by datasheets (NM 0.45, " in out


@pytest.mark.usefixtures("shelf")
def test_a_gate_of_a_narrow_margin_is_named_and_mended(circuits: Circuits) -> None:
    assert circuits("train", "and", "--layers", "none").code == 0
    out = circuits("gates").out
    assert "another margin, NM 0.225" in out
    assert "'circuits train and' makes one as the others are" in out
    out = circuits("compose", "half-adder", "--verify", "certificate").out
    assert "(NM 0.45, 1 instance" in out
    words = ("compose", "alu", "--bits", "1", "--verify", "certificate")
    out = circuits(*words).out
    assert "(NM 0.225 of 'and', others tolerate more, " in out
    assert "; 'circuits train and' makes it as the others are" in out
    assert circuits("train", "and").code == 0
    assert "(NM 0.45, " in circuits(*words).out


@pytest.mark.usefixtures("shelf")
def test_what_is_undecided_names_the_command_that_mends_it(circuits: Circuits) -> None:
    code, _, err = circuits("train", "mux", "--loss", "mse", "--no-harden", "--restarts", "2")
    assert code == 0
    assert "'circuits train mux' brings it back; --as mux-2 would keep both" in err
    out = circuits("gates", "mux").out
    words = ("compose", "alu", "--bits", "1", "--verify", "certificate")
    undecided = circuits(*words)
    assert undecided.code == 4
    assert "; 'circuits train mux' makes it as the others are" in undecided.out
    assert "another margin" in out or "trained, not certified" in out
    assert circuits("train", "mux").code == 0
    assert circuits(*words).code == 0


@pytest.mark.usefixtures("shelf")
def test_a_wider_margin_comes_back_by_its_own_command(circuits: Circuits) -> None:
    assert circuits("train", "xor", "--margin", "0.48").code == 0
    err = circuits("train", "xor").err
    assert "proved to tolerate noise of ±0.48, this one ±0.45" in err
    assert "'circuits train xor --margin 0.48' brings it back" in err


@pytest.mark.usefixtures("shelf")
def test_what_was_made_otherwise_is_not_said_to_come_back(circuits: Circuits) -> None:
    """Trained with options that nobody has written down, it comes back by no command that is known."""
    assert circuits("train", "and", "--margin", "0.47", "--restarts", "5").code == 0
    err = circuits("train", "and").err
    assert "±0.47, this one ±0.45; --as and-2 would keep both" in err


def test_a_gate_of_which_nothing_is_proved(circuits: Circuits) -> None:
    assert (
        circuits("train", "or", "--activations", "tanh", "--no-harden", "--loss", "mse").code == 0
    )
    (row,) = [
        each
        for each in json.loads(circuits("gates", "--json").out)["gates"]
        if each["name"] == "or"
    ]
    assert row["standing"] == "trained, not certified"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("or --as xor", "'xor' is a registered gate; give the variant a name of its own"),
        ("or xor --as both", "--as both names one gate, and there are 2; train them one at a time"),
        ("or --as Or_2", "'Or_2' is not a name for a gate; use kebab-case"),
    ],
)
def test_names_that_a_variant_cannot_have(circuits: Circuits, words: str, said: str) -> None:
    code, out, err = circuits("train", *words.split())
    assert (code, out) == (2, "")
    assert said in err
