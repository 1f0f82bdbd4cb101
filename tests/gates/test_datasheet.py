"""The datasheet: what it says of a gate is proved, and it goes with its weights and no others."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from tests.strategies import few

from gatewright.arrays import Floats
from gatewright.certify.bounds import FLOAT32
from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.prover import prove
from gatewright.errors import RecipeError, StoreError, UsageError
from gatewright.gates.datasheet import (
    FULL_BITS,
    Datasheet,
    digest,
    measure,
    rows_of,
    smooth_datasheet,
)
from gatewright.gates.schema import MisfitError
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe, dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.network import Architecture, forward
from gatewright.logic.truth_table import TruthTable

BUF = GateSpec.from_function("buf", lambda a: a, inputs="a", outputs="y")
ONE = Architecture((1, 1), ("clipped",))


def sheet_of(gate: TrainedGate) -> Datasheet:
    assert gate.datasheet is not None
    return gate.datasheet


def soft(spec: GateSpec, **changes: object) -> TrainedGate:
    """A gate of logistic units."""
    recipe = replace(dense_recipe(spec.table), harden=False)
    return train(spec, Recipe.from_dict(recipe.to_dict() | changes))


# What it says


def test_one_unit_says_what_can_be_worked_out_by_hand() -> None:
    theta = np.array([60.0, -30.0])
    sheet = measure(BUF, ONE, theta, DEFAULT)
    assert sheet is not None
    assert (sheet.vil, sheet.vol, sheet.noise_margin) == (0.45, 0.0, 0.45)
    assert sheet.widest == pytest.approx(0.5 - 2 / 60, abs=0.0002)
    # 60·0.55·(1 - d) - 30·(1 + d) = 2
    assert sheet.weight_tolerance == pytest.approx(1 / 63, abs=0.0001)
    assert sheet.precisions == ("float64", "float32")
    assert (sheet.weight_bits, sheet.largest_weight, sheet.worst_gain) == (6, 60.0, 15.0)
    assert (sheet.boxes, sheet.depth, sheet.rows.tolist()) == (2, 0, [0, 1])
    assert sheet.digest == digest(ONE, theta)
    np.testing.assert_allclose(sheet.low, [[-0.45], [0.55]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(sheet.high, [[0.45], [1.45]], rtol=0, atol=1e-15)


@pytest.mark.parametrize("theta", [[38.0, -19.0], [-60.0, 30.0], [np.nan, 0.0]], ids=str)
def test_what_is_not_proved_has_none(theta: list[float]) -> None:
    assert measure(BUF, ONE, np.array(theta), DEFAULT) is None


def test_an_arithmetic_it_is_not_proved_for_is_not_named() -> None:
    theta = np.array([42.0, -(42 * 0.38 + 2) - 5e-13])  # a hair is left, less than float32 rounds
    sheet = measure(BUF, ONE, theta, Discipline(0.38))
    assert sheet is not None
    assert sheet.precisions == ("float64",)
    proof = prove(ONE, theta[None], rows_of(BUF), [Discipline(0.38)], precision=FLOAT32)[0]
    assert proof.outcome == "refuted"


def test_the_widest_margin_is_never_below_the_one_that_is_proved() -> None:
    # So near the end that no step of the search falls between.
    sheet = measure(BUF, ONE, np.array([60.0, -30.0]), Discipline(0.5 - 2 / 60 - 1e-7))
    assert sheet is not None
    assert sheet.widest == sheet.noise_margin


def test_no_input_moves_an_output_by_more_than_the_worst_gain(
    gates: dict[str, TrainedGate],
) -> None:
    random = np.random.default_rng(2)
    for gate in gates.values():
        x = random.uniform(0.495, 0.505, (4000, gate.architecture.sizes[0]))
        moved = x.copy()
        which = random.integers(0, x.shape[1], len(x))
        moved[np.arange(len(x)), which] += 1e-6
        gain = abs(gate.raw(moved) - gate.raw(x)).max() / 1e-6
        assert 1 < gain <= sheet_of(gate).worst_gain * (1 + 1e-6)


@pytest.mark.parametrize(
    ("activation", "slope"),
    [("logistic", 0.25), ("clipped", 0.25), ("tanh", 1), ("relu", 1), ("leaky-relu(3)", 3)],
)
def test_the_worst_gain_knows_every_activation(activation: str, slope: float) -> None:
    shape = Architecture((1, 1, 1), (activation, "clipped"))
    # 0 stays below what the second unit needs, 1 is far above.
    theta = np.array([30.0, -15.0, 400.0, -300.0])
    sheet = measure(BUF, shape, theta, Discipline(0.3))
    assert sheet is not None
    assert sheet.worst_gain == pytest.approx(30 * slope * 400 / 4)


def test_what_nobody_cares_about_is_not_proved() -> None:
    table = TruthTable.from_rows(["0", "-"], ["a"], ["y"])
    theta = np.array([0.0, -3.0])
    assert measure(GateSpec("low", table), ONE, theta, DEFAULT) is not None
    assert measure(BUF, ONE, theta, DEFAULT) is None


# As plain values


def test_plain_values_give_the_same_datasheet(gates: dict[str, TrainedGate]) -> None:
    for gate in gates.values():
        sheet = sheet_of(gate)
        plain = json.loads(json.dumps(sheet.to_dict()))
        assert not {"rows", "low", "high"} & plain.keys()
        again = Datasheet.from_dict(plain, sheet.rows, sheet.low, sheet.high)
        for each in fields(Datasheet):
            one, other = getattr(sheet, each.name), getattr(again, each.name)
            assert type(one) is type(other)
            assert np.array_equal(one, other)
        assert again.discipline == sheet.discipline == DEFAULT


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"vil": 0.6}, UsageError),
        ({"vol": 0.45}, UsageError),
        ({"vol": -1.0}, MisfitError),
        ({"vil": "0.4"}, MisfitError),
        ({"colour": "red"}, MisfitError),
        ({"precisions": []}, MisfitError),
        ({"precisions": ["float16"]}, MisfitError),
        ({"precisions": "float64"}, MisfitError),
        ({"worst_gain": float("inf")}, MisfitError),
        ({"largest_weight": float("nan")}, MisfitError),
        ({"widest": 10**400}, MisfitError),
        ({"boxes": 10**12}, MisfitError),
        ({"depth": True}, MisfitError),
        ({"digest": "0" * 63}, MisfitError),
    ],
    ids=str,
)
def test_plain_values_that_are_wrong_are_refused(
    change: dict[str, object], error: type[Exception], gates: dict[str, TrainedGate]
) -> None:
    sheet = sheet_of(gates["and"])
    with pytest.raises(error):
        Datasheet.from_dict(sheet.to_dict() | change, sheet.rows, sheet.low, sheet.high)


def test_a_missing_value_is_refused(gates: dict[str, TrainedGate]) -> None:
    sheet = sheet_of(gates["and"])
    for key in sheet.to_dict():
        plain = sheet.to_dict()
        del plain[key]
        with pytest.raises(MisfitError, match=key):
            Datasheet.from_dict(plain, sheet.rows, sheet.low, sheet.high)


# With its weights


def test_the_digest_is_of_shape_and_weights() -> None:
    theta = np.arange(4.0)
    shapes = [Architecture((1, 1, 1), each) for each in product(("clipped", "tanh"), repeat=2)]
    shapes += [Architecture((3, 1), ("clipped",))]
    found = {digest(shape, theta) for shape in shapes}
    found |= {digest(shapes[0], theta + step) for step in (5e-324, 1.0)}
    assert len(found) == len(shapes) + 2
    assert digest(shapes[0], theta) == digest(shapes[0], theta.astype(">f8"))


def test_the_store_gives_back_the_datasheet(tmp_path: Path, gates: dict[str, TrainedGate]) -> None:
    for gate in (gates["xor"], soft(gates["xor"].spec)):
        Store(tmp_path).save(gate)
        again = Store(tmp_path).load(gate.spec)
        assert again is not None
        assert sheet_of(again).to_dict() == sheet_of(gate).to_dict()
        for part in ("rows", "low", "high"):
            assert np.array_equal(getattr(sheet_of(again), part), getattr(sheet_of(gate), part))


def test_a_datasheet_of_other_weights_is_refused(
    tmp_path: Path, gates: dict[str, TrainedGate]
) -> None:
    store, gate = Store(tmp_path), gates["xor"]
    theta = gate.theta.copy()
    theta[0] = np.nextafter(theta[0], 0)
    stale = (replace(gate, theta=theta), replace(gate, datasheet=sheet_of(gates["xnor"])))
    for each in stale:
        store.save(each)
        with pytest.raises(StoreError, match="its datasheet speaks about other weights") as refused:
            store.load(gate.spec)
        assert refused.value.hint == "train it anew"
    store.save(gate)
    assert store.load(gate.spec) is not None


def test_a_gate_without_a_datasheet_is_kept_without(
    tmp_path: Path, gates: dict[str, TrainedGate]
) -> None:
    store = Store(tmp_path)
    store.save(replace(gates["xor"], datasheet=None))
    again = store.load(gates["xor"].spec)
    assert again is not None
    assert again.datasheet is None


# Soft gates


@pytest.mark.parametrize("name", few(["not", "and", "xor", "mux", "full-adder"], 0, 1, 2))
def test_a_soft_gate_has_outputs_that_are_not_clean(
    name: str, gates: dict[str, TrainedGate]
) -> None:
    gate = soft(gates[name].spec)
    sheet, rows = sheet_of(gate), rows_of(gate.spec)
    assert set(gate.architecture.activations) == {"logistic"}
    assert sheet.vil == 0.45
    assert 0 < sheet.vol <= 0.2
    assert sheet.noise_margin == sheet.vil - sheet.vol
    assert sheet.widest >= sheet.noise_margin
    assert sheet.weight_bits == FULL_BITS
    assert sheet.digest == gate.digest
    low, high = sheet.discipline.regions(rows.x)
    random = np.random.default_rng(6)
    share = random.random((2500, *low.shape))
    share = np.where(random.random(share.shape) < 0.5, share.round(), share)
    x: Floats = low + share * (high - low)
    outputs = forward(gate.architecture, gate.theta[None], x.reshape(-1, low.shape[1]))[-1].a
    off = abs(outputs.reshape(2500, *rows.y.shape) - rows.y)
    assert off.max() <= sheet.vol
    assert off.max() > 0.0


def test_the_outputs_promised_are_the_cleanest_that_are_proved() -> None:
    smooth = Architecture((1, 1), ("logistic",))
    # At 0.45 the output is 1 / (1 + exp(0.05·w)).
    for w, vol in ((60.0, 0.05), (100.0, 0.01), (40.0, 0.15), (130.0, 0.005), (20.0, None)):
        sheet = smooth_datasheet(BUF, smooth, np.array([w, -w / 2]), 0.45)
        assert (sheet.vol if sheet else None) == vol


def test_what_has_no_interval_has_no_datasheet(unbounded: str) -> None:
    activations = (unbounded, "logistic")
    shape = Architecture((1, 1, 1), activations)
    theta = np.array([1.0, 0.0, 100.0, -50.0])
    assert smooth_datasheet(BUF, shape, theta, 0.3) is None
    with pytest.raises(RecipeError, match="an interval is known"):
        measure(BUF, shape, theta, Discipline(0.3))


def test_nor_has_a_gate_of_more_inputs_than_can_be_proved() -> None:
    spec = GateSpec.from_function("wide", lambda *a: int(all(a)), inputs="abcdefg", outputs="y")
    shape, theta = Architecture((7, 1), ("logistic",)), np.array([60.0] * 7 + [-390.0])
    assert smooth_datasheet(spec, shape, theta, 0.02) is None
    with pytest.raises(UsageError, match="a gate of 7 inputs"):
        measure(spec, shape, theta, Discipline(0.02))


def test_nor_one_that_learned_no_boxes(xor: GateSpec) -> None:
    assert soft(xor, box_radius=0.0).datasheet is None
