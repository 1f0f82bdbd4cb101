"""The certificate of gates that restore their inputs: what it proves, and all that it must refuse."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.arrays import Floats
from gatewright.certify.bounds import FLOAT32
from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.proof import Rows, violations
from gatewright.certify.prover import prove, proved
from gatewright.certify.restored import restoring_parameters, restoring_weight
from gatewright.certify.widest import weight_tolerance, widest_margin
from gatewright.gates.datasheet import rows_of
from gatewright.gates.training.on_bits.learn import OnBits, learn_on_bits
from gatewright.learn.network import Architecture
from gatewright.logic.bits import table_rows
from gatewright.plugins.builtin.gates import gatewright_gates

GATES = {spec.name: spec for spec in gatewright_gates()}


@lru_cache(maxsize=32)
def learned(name: str) -> tuple[OnBits, Rows]:
    rows = rows_of(GATES[name])
    made = learn_on_bits(rows, DEFAULT)
    assert isinstance(made, OnBits)
    return made, rows


def dense(architecture: Architecture, theta: Floats) -> tuple[Architecture, Floats]:
    """The same network without a restoring layer: a matrix whose entries are nearly all zero."""
    parts = [part[0].ravel() for layer in architecture.layers(theta[None]) for part in layer]
    return Architecture(architecture.sizes, architecture.activations), np.concatenate(parts)


@pytest.mark.parametrize("name", GATES)
def test_both_provers_agree_on_every_built_in_gate(name: str) -> None:
    made, rows = learned(name)
    matrix, flat = dense(made.architecture, made.theta)
    for vil in (0.3, 0.45, 0.49, 0.4985):
        one = [Discipline(vil)]
        special = prove(made.architecture, made.theta[None], rows, one)[0]
        general = prove(matrix, flat[None], rows, one)[0]
        # Where inputs are not bits any more, cutting boxes may prove more; nothing that is refuted.
        assert {special.outcome, general.outcome} != {"proved", "refuted"}, vil
        assert special.outcome == general.outcome == "proved" or vil > 0.498


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(GATES)), st.data())
def test_an_altered_gate_is_proved_only_if_the_general_prover_proves_it(
    name: str, data: st.DataObject
) -> None:
    made, rows = learned(name)
    theta = made.theta.copy()
    place = data.draw(st.integers(0, len(theta) - 1))
    theta[place] *= data.draw(st.sampled_from([-1.0, 0.0, 0.5, 0.9, 0.98, 1.02, 1.1, 2.0]))
    proof = prove(made.architecture, theta[None], rows, [DEFAULT])[0]
    matrix, flat = dense(made.architecture, theta)
    general = prove(matrix, flat[None], rows, [DEFAULT])[0]
    if proof.outcome == "proved":
        assert general.outcome == "proved"
    if proof.outcome == "refuted":
        assert general.outcome == "refuted"
        least, most = DEFAULT.bands(rows.y)
        point = np.array(proof.point)[None, None]
        row = [proof.row]
        assert violations(made.architecture, theta[None], point, least[row], most[row]).all()


def test_a_weak_restoring_layer_is_refused() -> None:
    made, rows = learned("xor")
    for weight in (8.0, 16.0):
        theta = made.theta.copy()
        theta[:4] = restoring_parameters(2, weight)
        assert prove(made.architecture, theta[None], rows, [DEFAULT])[0].outcome != "proved"
    theta[:4] = restoring_parameters(2, 64.0)
    assert proved(made.architecture, theta[None], rows, [DEFAULT]).all()


@pytest.mark.parametrize("row", range(8))
def test_one_wrong_row_is_refuted_by_a_point_of_it(row: int) -> None:
    made, rows = learned("majority")
    y = rows.y.copy()
    y[row] = 1.0 - y[row]
    proof = prove(made.architecture, made.theta[None], Rows(rows.x, y, rows.care), [DEFAULT])[0]
    assert (proof.outcome, proof.row, len(proof.point)) == ("refuted", row, 3)
    care = np.ones_like(y)
    care[row] = 0.0
    free = Rows(rows.x, np.where(care > 0, y, 0.0), care)
    assert prove(made.architecture, made.theta[None], free, [DEFAULT])[0].outcome == "proved"


def test_twelve_inputs_take_one_pass_and_one_wrong_row_of_4096_is_found() -> None:
    x = table_rows(12).astype(np.float64)
    y = (x.sum(1, keepdims=True) > 11.5).astype(np.float64)  # and
    gate = Architecture((12, 12, 1), ("clipped",) * 2, restoring=True)
    logic = np.concatenate([np.full(12, 64.0), [-64.0 * 11.5]])
    theta = np.concatenate([restoring_parameters(12, 1024.0), logic])
    rows = Rows(x, y, np.ones_like(y))
    proof = prove(gate, theta[None], rows, [DEFAULT])[0]
    assert (proof.outcome, proof.boxes, len(proof.rows)) == ("proved", 4096, 0)
    assert prove(gate, theta[None], rows, [DEFAULT], precision=FLOAT32)[0].outcome == "proved"
    assert widest_margin(gate, theta, rows, 0.0) > 0.4975
    # Half a weight in 23.5 of them: the last row but one, and the last, decide.
    assert weight_tolerance(gate, theta, rows, DEFAULT) == pytest.approx(0.5 / 23.5, abs=1.5e-3)
    y[1234] = 1.0
    assert prove(gate, theta[None], rows, [DEFAULT])[0].row == 1234


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(GATES)), st.integers(0, 2**32))
def test_within_the_weight_tolerance_every_corner_of_every_box_is_right(
    name: str, seed: int
) -> None:
    made, rows = learned(name)
    tolerance = weight_tolerance(made.architecture, made.theta, rows, DEFAULT)
    assert 0.045 <= tolerance < (0.5 - 0.45) / (0.5 + 0.45)
    generator = np.random.default_rng(seed)
    off = generator.choice([-tolerance, tolerance], (len(rows.x), len(made.theta)))
    low, high = DEFAULT.regions(rows.x)
    corners = np.where(
        generator.integers(0, 2, (len(rows.x), 20, low.shape[1])), low[:, None], high[:, None]
    )
    least, most = DEFAULT.bands(rows.y)
    wrong = violations(made.architecture, made.theta * (1.0 + off), corners, least, most)
    assert not wrong.any()


@pytest.mark.parametrize(("vil", "weight"), [(0.3, 256.0), (0.45, 1024.0), (0.49, 4096.0)])
def test_the_restoring_weight_keeps_nearly_all_the_tolerance_there_can_be(
    vil: float, weight: float
) -> None:
    assert restoring_weight(vil) == weight
    ceiling = (0.5 - vil) / (1.5 - vil)
    had = ((0.5 - vil) - 2.0 / weight) / (1.5 - vil)
    assert 0.95 * ceiling <= had < ceiling
