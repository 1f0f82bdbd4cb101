"""Damage to weights, what it does, and repair: against plain evaluation and proofs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import gatewright as gw
from gatewright.certify import grid
from gatewright.certify.prover import prove
from gatewright.errors import UsageError
from gatewright.gates.damage.damage import HOWS, damage_named, damaged_weights, damages
from gatewright.gates.damage.judge import judged
from gatewright.gates.damage.survey import input_noise, survey, weight_errors
from gatewright.gates.datasheet import doubt, rows_of
from gatewright.gates.trained import decide
from gatewright.gates.training import repair as module
from gatewright.gates.training.repair import repair

BOXES = gw.Recipe((2, 4), box_radius=0.45, harden=True)


@pytest.fixture(scope="module", params=["on bits", "on boxes"])
def gate(request: pytest.FixtureRequest) -> gw.TrainedGate:
    """A certified gate of either kind."""
    return gw.train("xor", None if request.param == "on bits" else BOXES)


def test_every_weight_is_damaged_in_every_way(gate: gw.TrainedGate) -> None:
    some = damages(gate)
    assert len({str(each) for each in some}) == len(some)
    nonzero = np.count_nonzero(gate.theta)
    counts = {how: sum(each.how == how for each in some) for how in HOWS}
    assert counts == dict.fromkeys(HOWS[:4], nonzero) | {"flipped": 8 * len(gate.theta)}
    assert {each.index for each in some} == set(range(len(gate.theta)))
    after = {"zeroed": 0.0, "sign turned": -1.0, "halved": 0.5, "doubled": 2.0}
    for each in some:
        theta = damaged_weights(gate, each)
        assert np.flatnonzero(theta != gate.theta).tolist() == [each.index]
        assert damage_named(gate, str(each)) == each
        if each.how in after:
            assert theta[each.index] == gate.theta[each.index] * after[each.how]


def test_a_flipped_bit_is_one_of_the_stored_number(gate: gw.TrainedGate) -> None:
    """The whole number of the layer's grid, in two's complement, as the C99 writer stores it."""
    exponents: dict[int, int] = {}
    for (weights, biases), layer in zip(
        gate.architecture.slices(), grid.integers(gate.architecture, gate.theta), strict=True
    ):
        exponents |= dict.fromkeys(range(weights.start, biases.stop), layer.exponent)
    for each in damages(gate):
        if each.how == "flipped":
            step = 2.0 ** exponents[each.index]
            before, after = (int(value / step) for value in (each.before, each.after))
            assert (before * step, after * step) == (each.before, each.after)
            assert (before ^ after) & 0xFF == 1 << each.bit
            assert -128 <= after < 128


def test_what_each_damage_does_is_what_evaluation_and_proof_say(gate: gw.TrainedGate) -> None:
    assert gate.datasheet is not None
    found = survey(gate)
    table, rows = gate.spec.table, rows_of(gate.spec)
    for each, outcome in list(zip(found.damages, found.outcomes, strict=True))[::7]:
        theta = damaged_weights(gate, each)
        plain = dataclasses.replace(gate, theta=theta)
        right = bool((decide(plain.learned()) == table.values).all())
        (proof,) = prove(gate.architecture, theta[None], rows, [gate.datasheet.discipline])
        if proof.outcome == "proved":
            assert (outcome, right) == ("certified", True), each
        else:
            assert outcome == ("right" if right else "wrong"), each
        broken = gate.damaged(str(each))
        assert (broken.datasheet is not None) == (outcome == "certified")
    assert {*found.outcomes} == {"certified", "right", "wrong"}
    assert sum(found.count(how, came) for how in HOWS for came in {*found.outcomes}) == len(
        found.damages
    )


def test_the_claimed_tolerance_holds_and_more_loses_the_certificate(gate: gw.TrainedGate) -> None:
    assert gate.datasheet is not None
    found = weight_errors(gate)
    assert found.claimed == gate.datasheet.weight_tolerance
    assert found.claimed < found.lost <= found.wrong
    signs = np.random.default_rng(5).choice([-1.0, 1.0], (50, len(gate.theta)))
    within = gate.theta * (1 + found.claimed * signs)
    assert set(judged(gate, gate.datasheet, within)) == {"certified"}


def test_noise_up_to_the_widest_margin_changes_nothing(gate: gw.TrainedGate) -> None:
    assert gate.datasheet is not None
    found = input_noise(gate)
    assert (found.claimed, found.widest) == (0.45, gate.datasheet.widest)
    assert found.widest < found.lost <= found.wrong <= 0.5  # at a half, a 0 and a 1 are the same


def test_what_is_damaged_is_repaired_from_its_weights(gate: gw.TrainedGate) -> None:
    found = survey(gate)
    lost = [
        str(each)
        for each, came in zip(found.damages, found.outcomes, strict=True)
        if came != "certified"
    ]
    for damage in lost[:: len(lost) // 3]:
        fixed = gate.damaged(damage).repaired()
        sheet = fixed.gate.datasheet
        assert sheet is not None
        assert doubt(gate.spec, fixed.gate.architecture, fixed.gate.theta, sheet) == ""
        assert sheet.noise_margin == 0.45
        assert np.array_equal(decide(fixed.gate.learned()), gate.spec.table.values)
        assert fixed.anew or fixed.moved > 0


def test_a_repair_begins_at_the_weights_there_are(gate: gw.TrainedGate) -> None:
    """So most damages are repaired without training anew, and the same seed gives the same weights."""
    found = survey(gate)
    lost = [
        str(each)
        for each, came in zip(found.damages, found.outcomes, strict=True)
        if came == "right"
    ][:2]
    again = [gate.damaged(damage).repaired() for damage in lost]
    assert sum(each.anew for each in again) == 0
    assert np.array_equal(again[0].gate.theta, gate.damaged(lost[0]).repaired().gate.theta)


def test_where_its_weights_lead_nowhere_it_is_trained_anew(
    gate: gw.TrainedGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_on_bits", lambda *_: None)
    monkeypatch.setattr(module, "_on_boxes", lambda *_: None)
    fixed = repair(gate.damaged(str(damages(gate)[0])))
    assert fixed.anew
    assert np.array_equal(fixed.gate.theta, gate.theta)  # of the same recipe and seed


def test_what_is_no_damage_is_refused(gate: gw.TrainedGate) -> None:
    with pytest.raises(
        UsageError, match="'y from a zeroed' is not damage to a weight of 'xor'; did"
    ):
        gate.damaged("y from a zeroed")
    bare = dataclasses.replace(gate, datasheet=None)
    with pytest.raises(UsageError, match="nothing is proved of 'xor', so it has no certificate"):
        bare.damages()


def test_one_instance_is_damaged_or_all_of_a_gate() -> None:
    neural = gw.circuit("ripple-adder", bits=3).train()
    damage = "sum from bias sign turned"
    one, every = neural.damaged("fa1", damage), neural.damaged("full-adder", damage)
    wrong = [each.run(a=0, b=0, cin=0)["sum"] for each in (one, every)]
    assert wrong == [2, 7]
    for broken in (one, every):
        assert broken.certify().outcome == "undecided"
        assert broken.repaired().certify().outcome == "proved"
        assert broken.repaired().run(a=3, b=2) == {"sum": 5, "cout": 0}
    twice = one.damaged("fa1", "a1[1] from a bit 0 flipped")
    assert sorted(twice.gates) == ["damaged-damaged-full-adder", "damaged-full-adder", "full-adder"]
    with pytest.raises(
        UsageError, match="'ripple-adder' has no gate or instance 'fa7'; did you mean"
    ):
        neural.damaged("fa7", damage)
