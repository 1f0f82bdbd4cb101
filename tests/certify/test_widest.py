"""What a network can take: against closed forms for one unit, and by trying a little more."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.prover import Rows, prove, proved
from gatewright.certify.widest import (
    most_boxes,  # how long it is tried is part of what is found
    weight_tolerance,
    widest_margin,
)
from gatewright.gates.datasheet import rows_of
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture

ONE = Architecture((1, 1), ("clipped",))
BUF = Rows(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]), np.ones((2, 1)))
NOT = Rows(BUF.x, 1 - BUF.y, BUF.care)
MARGIN, TOLERANCE = 0.5 / 16**3, 0.25 / 16**3  # how near the searches come


@given(st.floats(4.5, 1000.0))
@examples(10)
def test_one_unit_of_weight_w_tolerates_a_half_less_2_over_w(w: float) -> None:
    found = widest_margin(ONE, np.array([w, -w / 2]), BUF, 0.0)
    assert found <= 0.5 - 2 / w < found + MARGIN + 1e-9
    assert widest_margin(ONE, np.array([-w, w / 2]), NOT, 0.0) == found


@given(st.floats(8.5, 1000.0), st.floats(0.001, 0.1))
@examples(10)
def test_unclean_outputs_cost_their_share_of_the_margin(w: float, vol: float) -> None:
    # ½ + (w·v - w/2)/4 = VOL at v = ½ - 2/w + 4·VOL/w, and NM is VOL less.
    expected = 0.5 - 2 / w + 4 * vol / w - vol
    found = widest_margin(ONE, np.array([w, -w / 2]), BUF, vol)
    if expected >= MARGIN:
        assert found <= expected < found + MARGIN + 1e-9


def test_a_smooth_unit_has_no_margin_with_clean_outputs() -> None:
    smooth, theta = Architecture((1, 1), ("logistic",)), np.array([40.0, -20.0])
    assert widest_margin(smooth, theta, BUF, 0.0) == 0.0
    found = widest_margin(smooth, theta, BUF, 0.02)
    expected = 0.5 - np.log(0.98 / 0.02) / 40 - 0.02
    assert found <= expected < found + MARGIN + 1e-9


@given(st.floats(50.0, 1000.0), st.sampled_from([0.1, 0.3, 0.4, 0.45]))
@examples(10)
def test_weight_tolerance_of_one_unit(w: float, v: float) -> None:
    # From the side of 1: w·(1 - v)·(1 - d) - (w/2)·(1 + d) = 2; the side of 0 allows more.
    expected = min((w * (1 - v) - w / 2 - 2) / (w * (1 - v) + w / 2), 0.25)
    found = weight_tolerance(ONE, np.array([w, -w / 2]), BUF, Discipline(v))
    assert found <= expected <= found + TOLERANCE + 1e-9


def test_weights_may_be_off_by_a_twentieth_at_most_at_the_default() -> None:
    steep = [weight_tolerance(ONE, np.array([w, -w / 2]), BUF, DEFAULT) for w in (1e3, 1e5, 1e7)]
    assert steep == sorted(steep)
    assert steep[-1] == pytest.approx(0.05 / 1.05, abs=TOLERANCE + 1e-6)


@pytest.mark.parametrize("theta", [[-42.0, 21.0], [0.0, 0.0], [3.9, -1.95], [np.nan, 0.0]], ids=str)
def test_what_is_never_proved_has_no_margin_and_no_tolerance(theta: list[float]) -> None:
    assert widest_margin(ONE, np.array(theta), BUF, 0.0) == 0.0
    assert weight_tolerance(ONE, np.array(theta), BUF, DEFAULT) == 0.0


def test_every_built_in_gate_is_proved_at_its_widest_and_not_above(
    dense_gates: Mapping[str, TrainedGate],
) -> None:
    for gate in dense_gates.values():
        rows = rows_of(gate.spec)
        widest = widest_margin(gate.architecture, gate.theta, rows, 0.0)
        tolerance = weight_tolerance(gate.architecture, gate.theta, rows, DEFAULT)
        theta = np.tile(gate.theta, (3, 1))
        # They try few boxes, so a little more than what they find may be proved with many.
        margins = [widest, widest / 2, min(widest + 0.03, 0.4999)]
        found = prove(gate.architecture, theta, rows, [Discipline(each) for each in margins])
        assert [each.outcome for each in found] == ["proved", "proved", "refuted"]
        errors = np.array([tolerance, tolerance / 2, tolerance + 0.02])
        found = prove(
            gate.architecture, theta, rows, [DEFAULT], weight_error=errors, most_boxes=500
        )
        assert [each.outcome for each in found] == ["proved", "proved", "undecided"]
        just_above = [Discipline(min(widest + MARGIN + 1e-6, 0.4999))]
        most = most_boxes(rows)
        assert not proved(gate.architecture, theta[:1], rows, just_above, most_boxes=most).any()
        error = tolerance + TOLERANCE + 1e-6
        assert not proved(
            gate.architecture, theta[:1], rows, [DEFAULT], weight_error=error, most_boxes=most
        ).any()


def test_a_wider_discipline_leaves_less_for_the_weights(
    dense_gates: Mapping[str, TrainedGate],
) -> None:
    gate = dense_gates["xor"]
    rows = rows_of(gate.spec)
    found = [
        weight_tolerance(gate.architecture, gate.theta, rows, Discipline(vil))
        for vil in (0.2, 0.3, 0.4, 0.45, 0.499)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > 2 * found[3] > 0
    assert found[4] == 0.0


def test_tolerated_weights_really_are(dense_gates: Mapping[str, TrainedGate]) -> None:
    random = np.random.default_rng(5)
    for gate in dense_gates.values():
        rows = rows_of(gate.spec)
        tolerance = weight_tolerance(gate.architecture, gate.theta, rows, DEFAULT)
        off = random.choice([-1.0, 1.0], (200, len(gate.theta)))
        found = prove(gate.architecture, gate.theta * (1 + tolerance * off), rows, [DEFAULT])
        assert {each.outcome for each in found} == {"proved"}
