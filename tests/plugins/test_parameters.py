"""Parameters of a plugin's circuit that have the names of options of commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install

SOURCE = """
from gatewright import CircuitSpec, Parameter, hookimpl

def build(circuit, *, seed, json):
    out = circuit.input("a")
    for _ in range(seed):
        out = circuit.gate("not", out)
    circuit.output_bus("y", [out] * json)

def reference(buses, *, seed, json):
    return {"y": (2**json - 1) * (buses["a"] ^ seed & 1)}

@hookimpl
def gatewright_circuits():
    names = (Parameter("seed", 2), Parameter("json", 1))
    return [CircuitSpec("flips", "y = a, turned", names, build, reference)]
"""


@pytest.fixture(autouse=True)
def flips(install: Install) -> None:
    install("acme", SOURCE)


@pytest.mark.parametrize("command", ["compose", "verify", "show", "export"])
def test_they_are_given_after_the_circuits_name(circuits: Circuits, command: str) -> None:
    code, out, err = circuits(command, "flips:seed=3,json=2", *["--json"] * (command != "export"))
    assert code == 0
    assert "--" not in err
    if command != "export":
        assert json.loads(out)["parameters"] == {"seed": 3, "json": 2}


def test_a_value_is_computed_with_them(circuits: Circuits) -> None:
    assert circuits("run", "flips:seed=3", "a=0").out.split()[-1] != "0"
    assert circuits("run", "flips:seed=4", "a=0").code == 0


def test_whose_an_option_is_is_said(circuits: Circuits) -> None:
    code, _, err = circuits("compose", "flips", "--seed", "5")
    assert code == 0
    assert (
        "--seed is taken as the option of this command; the parameter 'seed' that 'flips' of plugin 'acme' "
        "(acme-gates 1.0) has is given as flips:seed=VALUE"
    ) in err
    assert "is taken as" not in circuits("compose", "flips:seed=5", "--seed", "5").err
    assert (
        "is taken as" not in circuits("compose", "ripple-adder", "--bits", "2", "--seed", "5").err
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["flips:seed=0"], "seed=0 is not 1 to 4096"),
        (["flips:seed"], "'flips:seed' has a parameter without a value; as in flips:bits=8"),
        (["flips:seed=1,seed=2"], "'flips:seed=1,seed=2' gives seed twice"),
        (["ripple-adder:bits=2", "--bits", "2"], "bits is given twice"),
        (["ripple-adder:width=2"], "--width"),
    ],
)
def test_what_cannot_be_is_refused(circuits: Circuits, words: list[str], told: str) -> None:
    code, out, err = circuits("verify", *words)
    assert (code, out) == (2, "")
    assert told in err
