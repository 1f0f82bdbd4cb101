"""What becomes of the restarts of a training: the best is chosen, or it is said how far they got."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.errors import NotLearnedError
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.shortfall import GateNotLearnedError
from gatewright.gates.training.train import train
from gatewright.learn.fit import Fit, Progress, fit
from gatewright.learn.network import Architecture
from gatewright.learn.optimisers import Adam
from gatewright.logic.truth_table import TruthTable

if TYPE_CHECKING:
    from tests.gates.conftest import Network

HOPELESS = Recipe((1,), epochs=25, restarts=12)  # one hidden unit cannot bend twice


def spy_on_fit(monkeypatch: pytest.MonkeyPatch) -> list[Fit]:
    """Where every restart of the trainings to come ends."""
    fits: list[Fit] = []

    def spy(*args: Any, **options: Any) -> Fit:
        fits.append(fit(*args, **options))
        return fits[-1]

    monkeypatch.setattr("gatewright.gates.training.attempt.fit", spy)
    return fits


def row_errors(ended: Fit, sizes: tuple[int, ...], table: TruthTable, network: Network) -> Floats:
    """How far every restart of a logistic network ended from a truth table."""
    shape = Architecture(sizes, ("logistic",) * (len(sizes) - 1))
    x = table.patterns.astype(np.float64)
    outputs = np.array([network(shape, theta, x) for theta in ended.theta])
    errors: Floats = np.abs(outputs - table.values)[:, table.care].max(1)
    return errors


def test_of_several_restarts_the_most_exact_is_chosen(
    xor: GateSpec, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = spy_on_fit(monkeypatch)
    gate = train(xor, Recipe((4,), restarts=20))
    errors = row_errors(fits[0], (2, 4, 1), xor.table, network)
    assert gate.figures.restart == int(np.argmin(errors))
    assert gate.figures.error == pytest.approx(errors.min(), abs=1e-12)
    assert gate.figures.solved == int((errors <= 0.02).sum())
    assert np.array_equal(gate.theta, fits[0].theta[gate.figures.restart])


def test_a_failure_tells_how_far_the_restarts_got(
    xor: GateSpec, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped half-way, when some restarts are near, more have every bit right, and some have not."""
    fits = spy_on_fit(monkeypatch)
    half_way = Recipe.from_dict(
        {
            "layers": [3],
            "optimiser": {"name": "lm"},
            "start": "normal",
            "tolerance": 1e-4,
            "epochs": 8,
            "restarts": 64,
        }
    )
    with pytest.raises(GateNotLearnedError) as caught:
        train(xor, half_way, seed=4)
    errors = row_errors(fits[0], (2, 3, 1), xor.table, network)
    told = caught.value.shortfall
    assert 0 < told.near < told.right < 64
    assert told.near == int((errors <= 0.1).sum())
    assert told.right == int((errors < 0.5).sum())
    assert told.closest == pytest.approx(errors.min(), abs=1e-12)
    assert (told.name, told.restarts, told.epochs, told.tolerance) == ("xor", 64, 8, 1e-4)
    text = str(caught.value)
    assert text.startswith("'xor' was not learned: of 64 restarts 0 came within 0.0001 of its ")
    assert f" in 8 epochs, {told.near} within 0.1, {told.right} have every bit right; " in text
    assert f"the closest is off by {told.closest:.3g}; try more epochs" in text


def test_what_no_network_of_that_shape_can_do_is_not_learned(xor: GateSpec) -> None:
    with pytest.raises(GateNotLearnedError, match="of 12 restarts 0 came within") as caught:
        train(xor, HOPELESS)
    told = caught.value.shortfall
    # One line through the plane puts at least one row on the wrong side.
    assert (told.right, told.near) == (0, 0)
    assert 0.5 <= told.closest < 1
    assert isinstance(caught.value, NotLearnedError)
    assert caught.value.exit_code == 1


def test_the_closest_restart_would_have_been_good_enough_for_its_own_error(xor: GateSpec) -> None:
    short = Recipe((3,), epochs=7, tolerance=1e-3)
    with pytest.raises(GateNotLearnedError) as caught:
        train(xor, short)
    closest = caught.value.shortfall.closest
    assert 1e-3 < closest < 0.4
    gate = train(xor, replace(short, tolerance=closest * 1.001))
    assert gate.figures.error <= closest * 1.001


def test_a_failure_without_boxes_is_told_for_the_rows_alone(xor: GateSpec) -> None:
    """The last attempt, with no boxes, is the one that comes nearest; its figures are told."""
    seen: list[Progress] = []
    with pytest.raises(GateNotLearnedError) as caught:
        train(xor, replace(HOPELESS, box_radius=0.4), seed=2, watch=seen.append)
    with pytest.raises(GateNotLearnedError) as plain:
        train(xor, HOPELESS, seed=2)
    assert caught.value.shortfall == plain.value.shortfall
    assert sum(progress.epoch == 0 for progress in seen) == 4  # all, half, a quarter, none


def test_weights_that_overflow_are_a_failure_like_any_other(xor: GateSpec) -> None:
    wild = Recipe((4,), activations=("identity",), optimiser=Adam(lr=1e200), epochs=5, restarts=3)
    with pytest.raises(GateNotLearnedError) as caught:
        train(xor, wild)
    assert (caught.value.shortfall.right, caught.value.shortfall.near) == (0, 0)
    assert "of 3 restarts 0 came within" in str(caught.value)
