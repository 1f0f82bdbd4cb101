"""Hardening: what is made of trained networks is proved, and the best of what can be made."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tests.strategies import few

from gatewright.arrays import Floats
from gatewright.certify import grid
from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.prover import Rows, prove, proved
from gatewright.certify.widest import most_boxes
from gatewright.gates.datasheet import rows_of
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.harden import (
    TOLERATED,
    Counterexamples,
    Hardened,
    clipped,
    harden,
)
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.train import train
from gatewright.learn.network import Architecture, forward
from gatewright.plugins.builtin.gates import gatewright_gates

BUF = Rows(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]), np.ones((2, 1)))
ONE = Architecture((1, 1), ("logistic",))
SPECS = {spec.name: spec for spec in gatewright_gates()}


def hardened(
    architecture: Architecture, theta: Floats, rows: Rows, bits: int | None = 8
) -> Hardened:
    found = harden(architecture, theta, rows, DEFAULT, bits)
    assert isinstance(found, Hardened)
    return found


def buffers(*weights: float) -> Floats:
    return np.array([[w, -w / 2] for w in weights])


def restarts(name: str, count: int = 16, seed: int = 0) -> tuple[Architecture, Floats, Rows]:
    """The solved restarts of a built-in gate, before they are hardened."""
    recipe = replace(dense_recipe(SPECS[name].table), restarts=count)
    made = attempt(Dataset.of_gate(SPECS[name]), recipe, seed=seed)
    return made.objective.architecture, made.fit.theta[made.fit.solved], rows_of(SPECS[name])


def larger(architecture: Architecture, theta: Floats, bits: int) -> list[Floats]:
    """What may become of one network: rounded; its first layer, or the rest, or both, twice as large."""
    rounded = grid.on_grid(architecture, theta[None], bits)[0]
    first = (architecture.sizes[0] + 1) * architecture.sizes[1]
    return [
        np.concatenate([before * rounded[:first], after * rounded[first:]])
        for before, after in product((1, 2), repeat=2)
    ]


def test_every_unit_becomes_a_clipped_one() -> None:
    shape = Architecture((3, 3, 4, 2), ("logistic",) * 3)
    assert clipped(shape) == Architecture((3, 3, 4, 2), ("clipped",) * 3)


# The choice


def test_the_widest_margin_is_taken() -> None:
    # Twice 60 and twice 70 tolerate ½ - 2/120 and ½ - 2/140; twice 110 more than 0.49.
    for order, restart in (((60.0, 70.0, 110.0), 2), ((110.0, 60.0, 70.0), 0)):
        found = hardened(ONE, buffers(*order), BUF)
        assert found.restart == restart
        assert found.theta.tolist() == [220.0, -110.0]
        assert found.passed.tolist() == [0, 1, 2]


def test_of_equal_margins_the_smallest_weights_are() -> None:
    for order in ((102.0, 110.0, 120.0), (120.0, 110.0, 102.0)):
        found = hardened(ONE, buffers(*order), BUF)
        assert found.theta.tolist() == [204.0, -102.0]  # 0.49 takes 200
        assert order[found.restart] == 102


def test_a_network_may_be_taken_as_it_is() -> None:
    found = hardened(ONE, buffers(220.0), BUF)
    assert found.theta.tolist() == [220.0, -110.0]


def three_in_one(gain: float, last: list[float]) -> Floats:
    """Three buffers of the one input, and what is made of them."""
    return np.array([*[gain] * 3, *[-gain / 2] * 3, *last])


def test_tolerant_weights_come_before_a_wide_margin() -> None:
    shape = Architecture((1, 3, 1), ("logistic", "logistic"))
    # Two large weights that cancel: off by 1 % they cover what the third one says.
    delicate = three_in_one(110.0, [1016.0, -1016.0, 24.0, -8.0])
    sturdy = three_in_one(30.0, [4.0, 0.0, 0.0, -2.0])
    hard = clipped(shape)
    assert prove(hard, 2 * delicate[None], BUF, [Discipline(0.49)])[0].outcome == "proved"
    assert prove(hard, 2 * sturdy[None], BUF, [Discipline(0.49)])[0].outcome == "refuted"
    found = hardened(shape, np.stack([delicate, sturdy]), BUF)
    assert found.restart == 1
    assert found.passed.tolist() == [0, 1]
    mine = found.theta[None]
    assert proved(hard, mine, BUF, [DEFAULT], weight_error=TOLERATED).all()
    assert hardened(shape, delicate[None], BUF).restart == 0  # better than none


def worth(architecture: Architecture, theta: Floats, rows: Rows) -> tuple[bool, int, float]:
    """By what candidates are chosen: tolerant, the margin in hundredths, small weights."""
    most, margin, rungs = most_boxes(rows), DEFAULT.noise_margin, 0
    tolerant = proved(
        architecture, theta[None], rows, [DEFAULT], weight_error=TOLERATED, most_boxes=most
    )
    while margin + 0.01 < 0.5:
        margin += 0.01
        if not proved(architecture, theta[None], rows, [Discipline(margin)], most_boxes=most).all():
            break
        rungs += 1
    return bool(tolerant.all()), rungs, -float(abs(theta).max())


@pytest.mark.parametrize("name", ["or", "xor", "half-adder", "mux"])
def test_many_restarts_give_the_best_of_what_each_gives_alone(name: str) -> None:
    shape, theta, rows = restarts(name)
    hard = clipped(shape)
    alone = [harden(shape, each[None], rows, DEFAULT, 8) for each in theta]
    worths = {
        restart: worth(hard, found.theta, rows)
        for restart, found in enumerate(alone)
        if isinstance(found, Hardened)
    }
    together = hardened(shape, theta, rows)
    assert together.passed.tolist() == sorted(worths)
    assert worth(hard, together.theta, rows) == max(worths.values())
    assert worths[together.restart] == max(worths.values())
    assert len(set(worths.values())) > 1
    # And each alone is the best of the four that it may become.
    for restart, found in enumerate(alone):
        if isinstance(found, Hardened):
            made = np.stack(larger(hard, theta[restart], 8))
            passed = proved(hard, made, rows, [DEFAULT], most_boxes=1000)
            assert worths[restart] == max(worth(hard, each, rows) for each in made[passed])


# Bits


@pytest.mark.parametrize("bits", [2, 3, 4, 5, 6, 8, 12])
def test_weights_have_the_bits_asked_for_and_are_proved(bits: int) -> None:
    shape, theta, rows = restarts("xor", 32)
    found = harden(shape, theta, rows, DEFAULT, bits)
    assert isinstance(found, Hardened) == (bits > 2)
    if isinstance(found, Hardened):
        assert grid.bits(clipped(shape), found.theta) <= bits
        assert prove(clipped(shape), found.theta[None], rows, [DEFAULT])[0].outcome == "proved"


@pytest.mark.parametrize("name", ["buf", "and", "xor"])
def test_the_fewest_bits_are_the_fewest(name: str) -> None:
    shape, theta, rows = restarts(name, 16)
    found = hardened(shape, theta, rows, bits=None)
    fewest = grid.bits(clipped(shape), found.theta)
    assert 2 <= fewest < 8
    for bits in range(2, fewest):
        assert isinstance(harden(shape, theta, rows, DEFAULT, bits), Counterexamples)
    again = hardened(shape, theta, rows, bits=fewest)
    assert (again.restart, again.theta.tolist()) == (found.restart, found.theta.tolist())


def test_a_recipe_may_ask_for_the_fewest() -> None:
    gate = train(SPECS["and"], replace(dense_recipe(SPECS["and"].table), weight_bits=0))
    assert gate.datasheet is not None
    assert gate.datasheet.weight_bits < 8
    assert gate.datasheet.noise_margin == 0.45


# Counterexamples


def test_counterexamples_are_inputs_that_a_hardened_network_gets_wrong() -> None:
    shape, _, rows = restarts("xor", 2)
    random = np.random.default_rng(4)
    theta = 10 * random.standard_normal((40, shape.parameters))
    found = harden(shape, theta, rows, DEFAULT, 8)
    assert isinstance(found, Counterexamples)
    assert len(found.points) == len(found.rows) > 2
    hard, (low, high) = clipped(shape), DEFAULT.regions(rows.x)
    made = np.stack([each for mine in theta for each in larger(hard, mine, 8)])
    for row, point in zip(found.rows.tolist(), found.points, strict=True):
        assert ((low[row] <= point) & (point <= high[row])).all()
        outputs = forward(hard, made, point[None])[-1].a[:, 0]
        assert (outputs != rows.y[row]).any()
    pairs = list(zip(found.rows.tolist(), found.points.tolist(), strict=True))
    assert pairs == sorted(pairs)
    assert all(pairs.count(each) == 1 for each in pairs)


def test_a_unit_that_is_not_steep_enough_is_wrong_at_both_edges() -> None:
    found = harden(ONE, np.array([[20.0, -10.0], [20.0, -9.0], [20.0, -11.0]]), BUF, DEFAULT, 8)
    assert isinstance(found, Counterexamples)
    pairs = zip(found.rows.tolist(), found.points.round(9).tolist(), strict=True)
    assert list(pairs) == [(0, [0.45]), (1, [0.55])]


def test_where_nothing_is_refuted_there_is_none() -> None:
    # Sums that might overflow are neither proved nor refuted.
    found = harden(ONE, buffers(5e307), BUF, DEFAULT, 8)
    assert isinstance(found, Counterexamples)
    assert found.rows.shape == (0,)
    assert found.points.shape == (0, 1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1.7e308])
def test_networks_whose_training_went_astray_are_passed_over(bad: float) -> None:
    theta = np.array([[bad, -bad], [60.0, -30.0], [1.0, bad]])
    found = hardened(ONE, theta, BUF)
    assert (found.restart, found.passed.tolist()) == (1, [1])


# Every built-in gate


def check(gate: TrainedGate) -> None:
    sheet, figures = gate.datasheet, gate.figures
    assert sheet is not None
    assert (sheet.vil, sheet.vol, sheet.noise_margin) == (0.45, 0.0, 0.45)
    assert sheet.widest >= 0.49
    assert sheet.weight_tolerance >= 0.045
    assert sheet.weight_bits == grid.bits(gate.architecture, gate.theta) <= 8
    assert sheet.precisions == ("float64", "float32")
    assert sheet.digest == gate.digest
    assert set(gate.architecture.activations) == {"clipped"}
    assert sheet.largest_weight == abs(gate.theta).max() == 1024
    assert (sheet.boxes, len(sheet.rows)) == (len(gate.spec.table.patterns), 0)
    assert 1 <= figures.proved <= figures.solved <= gate.recipe.restarts
    assert 0 <= figures.restart < gate.recipe.restarts
    assert (figures.box_radius, figures.error) == (0.45, 0.0)
    assert figures.epochs > 0
    assert (gate.learned() == gate.spec.table.values).all()


def test_every_built_in_gate_meets_the_default(gates: dict[str, TrainedGate]) -> None:
    assert len(gates) == 15
    for gate in gates.values():
        check(gate)


@pytest.mark.parametrize("name", few(SPECS, *range(0, len(SPECS), 4)))
def test_so_it_does_from_other_seeds(name: str) -> None:
    for seed in (1, 2):
        gate = train(SPECS[name], seed=seed)
        check(gate)
    assert train(SPECS[name], seed=2).theta.tobytes() == gate.theta.tobytes()


def test_a_smaller_box_asked_for_is_the_box_proved(xor: GateSpec) -> None:
    gate = train(xor, replace(dense_recipe(xor.table), box_radius=0.3))
    assert gate.datasheet is not None
    assert (gate.datasheet.vil, gate.figures.box_radius) == (0.3, 0.3)
    assert gate.datasheet.widest >= 0.3
