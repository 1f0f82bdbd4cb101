"""What is said where a user says something else than was meant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Circuits


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compose ripple-adder --timing", "there is no option --timing: neither this command nor"),
        ("train xor --optimizer adam", "did you mean --optimiser?"),
        ("train xor --starts 5", "neither this command nor xor has one; did you mean --restarts?"),
        ("compare --optimizers lm", "there is no option --optimizers; did you mean --optimisers?"),
        ("train xor --optimiser sgd", "unknown optimiser 'sgd'; 'sgd' is called 'online' here"),
        ("train xor --activations sigmoid", "'sigmoid' is called 'logistic' here"),
        ("train xor --loss bce", "'bce' is called 'cross-entropy' here"),
        ("train xor --loss BCE", "'BCE' is called 'cross-entropy' here"),
        ("train xor --init xavier", "'xavier' is called 'glorot' here"),
        ("train xor --activations tahn", "unknown activation 'tahn'; did you mean 'tanh'?"),
        (
            "train xor --recipe mlp",
            "no recipe 'mlp'; a network is chosen by its layers, as in --la",
        ),
        ("verfy xor", "there is no command 'verfy'; did you mean 'verify'?"),
        ("datasheet --al", "there is no option --al; did you mean --all?"),
    ],
)
def test_words_that_are_not_ours(circuits: Circuits, words: str, said: str) -> None:
    code, out, err = circuits(*words.split())
    assert code in (2, 3)
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "n.bench",
            "INPUT(a)\nINPUT(b)\nOUTPUT(y)\ny = NADN(a, b)\n",
            "no NADN; did you mean NAND?",
        ),
        ("n.bench", "INPUT(a)\nOUTPUT(y)\ny = nto(a)\n", "no nto; did you mean NOT?"),
        (
            "n.blif",
            ".model m\n.inputs a b\n.outputs y\n.gate nadn a=a b=b y=y\n.end\n",
            "'nadn' is neither a model of this file nor a registered gate; did you mean 'nand'?",
        ),
    ],
)
def test_a_misspelt_gate_of_a_netlist(
    circuits: Circuits, tmp_path: Path, name: str, text: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    code, _, err = circuits("show", path)
    assert code == 2
    assert said in err


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    ("inputs", "outside"),
    [
        ("0.46 1", "a=0.46 lies"),
        ("2 1", "a=2 lies"),
        ("-0.5 0.5", "a=-0.5, b=0.5 lie "),
        ("0.45 1.45", ""),
    ],
)
def test_inputs_outside_what_is_proved_are_named(
    circuits: Circuits, inputs: str, outside: str
) -> None:
    code, _, err = circuits("predict", "xor", "--", *inputs.split())
    assert code == 0
    assert ("outside what is proved: an input is a valid 0 or 1 within 0.45 of it" in err) == bool(
        outside
    )
    assert outside in err


def test_of_a_gate_without_a_datasheet_nothing_is_proved(circuits: Circuits) -> None:
    assert (
        circuits("train", "or", "--activations", "tanh", "--no-harden", "--loss", "mse").code == 0
    )
    assert (
        "nothing is proved of 'or': 'circuits train or' proves"
        in circuits("predict", "or", "0", "1").err
    )


@pytest.mark.parametrize(
    ("gate", "port"), [("xor", "y"), ("half-adder", "sum"), ("two: a & b | c & d", "y")]
)
def test_no_network_without_a_hidden_layer(circuits: Circuits, gate: str, port: str) -> None:
    code, _, err = circuits("train", gate, "--layers", "none")
    assert code == 1
    name = gate.partition(":")[0]
    assert f"no network without a hidden layer computes '{port}' of '{name}'" in err
    assert "give it a hidden layer, as in --layers 2" in err
    assert "epochs" not in err


def test_help_of_run_says_how_buses_get_values(circuits: Circuits) -> None:
    out = " ".join(circuits("run", "--help").out.split())
    assert "[BUS=N]..." in out
    assert "a value for each of its input buses, as in a=23, a=0x17 or a=0b10111" in out
