"""Arguments of the wrong kind are refused in one line, by an error of ours; objects can be pickled."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.errors import RecipeError, UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.logic.states.table import StateTable

api: Any = gw  # no type checker looks at what is wrong on purpose
X = np.random.default_rng(0).integers(0, 2, (200, 4))
Y = X[:, 0] & X[:, 3]


@pytest.fixture
def adder(gates: dict[str, TrainedGate]) -> gw.TrainedCircuit:
    return gw.TrainedCircuit(gw.circuit("ripple-adder", bits=2), gates)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda neural: neural.noise([0.1], where="wire"),
            "where='wire' is not one of wires, weights; did you mean 'wires'?",
        ),
        (lambda neural: neural.noise([0.1], where=None), "where=None is not one of wires, weights"),
        (lambda neural: neural.noise([0.1], patterns=0), "patterns=0 is not a whole number from 1"),
        (lambda neural: neural.noise([0.1], seed=-1), "seed=-1 is not a whole number from 0 up"),
        (lambda neural: neural.noise(["a"]), "a noise of 'a' cannot be added; give 0 or more"),
        (lambda neural: neural.check(samples=0), "samples=0 is not a whole number from 1 up"),
        (
            lambda neural: api.verify(neural.circuit, neural.gates, signal="rounded"),
            "signal='rounded' is not one of raw, restored",
        ),
        (
            lambda neural: api.TrainedCircuit(neural.circuit, {}),
            "there is no trained gate for 'full-adder'; circuit.train() trains those that it needs",
        ),
        (
            lambda neural: api.verify(neural.circuit, {"full-adder": neural.gates["xor"]}),
            "the gate 'xor' is given for 'full-adder', which has other ports",
        ),
        (
            lambda neural: neural.circuit.specified(["sum = a + b"]),
            "a list does not say what outputs should be; give texts one after the other, as in",
        ),
        (
            lambda neural: neural.circuit.diagnose([]),
            "a list is not what a device showed; name a file of rows, or give a Showed",
        ),
        (lambda _: api.train("xor", "xor-sigmoid"), "'xor-sigmoid' is not a Recipe; give one, as"),
        (lambda _: api.train("xor", seed=1.5), "seed=1.5 is not a whole number from 0 up"),
        (lambda _: api.train("xor", seed=True), "seed=True is not a whole number from 0 up"),
        (lambda _: api.Recipe(2), "layers=2 are not whole numbers of units; give several, as in"),
        (lambda _: api.Recipe((2.0,)), "layers=(2.0,) are not whole numbers of units"),
        (lambda _: api.Recipe((2,), activations="tanh"), "activations='tanh' are not names"),
        (lambda _: api.Recipe((2,), loss=3), "loss=3 is not the name of a loss; as in 'mse'"),
        (lambda _: api.Recipe((2,), optimiser="adam"), "optimiser='adam' is not a record of"),
        (
            lambda _: api.Recipe((2,), optimiser=api.Adam),
            "is not a record of settings; as in Adam(",
        ),
        (lambda _: api.Recipe((2,), init="he"), "init='he' is not a record of settings"),
        (
            lambda _: api.train("xor", api.Recipe((2, 4), harden=True)),
            "harden = true is for a gate that learned boxes around its rows, and box_radius is 0; give a box",
        ),
        (
            lambda _: api.NamedRecipe("mine", "", api.Recipe((2, 4), harden=True)),
            "harden = true is for a gate that learned boxes",
        ),
        (lambda _: api.Recipe((2,), restarts=16.0), "restarts=16.0 is not a whole number"),
        (lambda _: api.Adam(lr="0.1"), "a learning rate of 0.1 cannot be used"),
        (lambda _: api.learn(X, Y, most_ands=0), "most_ands=0 is not a whole number from 1 up"),
        (lambda _: api.learn(X, Y, seconds=-1), "seconds=-1 is not a time; give more than 0"),
        (lambda _: api.learn(X, Y, learners="tree"), "learners='tree' is one name; give several"),
        (
            lambda _: api.learn(X, Y, learners=("tree",)).score(X, Y[:5]),
            "y has the shape (5,), and answers have (200,); give an answer for each row of X",
        ),
        (
            lambda _: api.circuit("counter").clocked(initial="5"),
            "initial='5' is not one of 0, 1, random",
        ),
        (lambda _: api.circuit("counter").clocked(initial=1), "initial=1 is not one of 0, 1"),
    ],
)
def test_what_is_not_of_its_kind(
    adder: gw.TrainedCircuit, call: Callable[[Any], Any], said: str
) -> None:
    with pytest.raises((UsageError, RecipeError)) as caught:
        call(adder)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lists_are_raw_inputs_too(gates: dict[str, TrainedGate]) -> None:
    assert gates["xor"].raw([[0, 1], [1, 1]]).tolist() == [[1.0], [0.0]]  # type: ignore[arg-type] # said above


def again(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own bytes


def test_what_is_learned_and_composed_can_be_pickled(adder: gw.TrainedCircuit) -> None:
    model = gw.learn(X, Y, learners=("tree",))
    assert again(model).predict(X).tolist() == model.predict(X).tolist()
    assert again(model.circuit_).run(x0=1, x1=0, x2=0, x3=1) == {"y": 1}
    assert again(adder).run(a=3, b=1) == {"sum": 0, "cout": 1}
    assert again(adder).certify().outcome == "proved"
    said = again(adder.circuit.specified("a + b + cin"))
    assert said.check().outcome == "proved"


def test_machines_of_states_can_be_pickled() -> None:
    ring = StateTable((), ("y",), [("", "a", "b", "0"), ("", "b", "a", "1")])
    clocked = again(gw.circuit(gw.fsm(ring))).clocked()
    assert [clocked.step()["y"] for _ in range(4)] == [0, 1, 0, 1]


def test_a_circuit_is_told_in_a_line_however_large_it_is(adder: gw.TrainedCircuit) -> None:
    wide = gw.circuit("ripple-adder", bits=64)
    assert (
        repr(wide)
        == "<circuit ripple-adder --bits 64: 64 gates; a[64], b[64], cin[1] → sum[64], cout[1]>"
    )
    assert str(adder).startswith(
        "<trained circuit ripple-adder --bits 2: 2 gates; a[2], b[2], cin[1]"
    )
