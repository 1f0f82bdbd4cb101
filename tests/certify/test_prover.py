"""The prover: what it proves holds everywhere, what it refutes is really wrong, the rest it admits."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.arrays import Floats
from gatewright.certify.bounds import FLOAT32, FLOAT64, output_bounds
from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.prover import MOST_BOXES, Proof, Rows, prove
from gatewright.errors import RecipeError, UsageError
from gatewright.gates.datasheet import rows_of
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture, forward
from gatewright.logic.bits import table_rows

BUF = Rows(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]), np.ones((2, 1)))
ONE = Architecture((1, 1), ("clipped",))


def table(function: Callable[..., int], inputs: int) -> Rows:
    """The rows of a Python function of bits, of one output."""
    x = table_rows(inputs).astype(np.float64)
    y = np.array([[float(function(*row))] for row in x.astype(int).tolist()])
    return Rows(x, y, np.ones_like(y))


def wrong(
    architecture: Architecture, theta: Floats, rows: Rows, one: Discipline, proof: Proof
) -> bool:
    """Whether a refuted point lies in its row's region and its outputs outside their bands."""
    point = np.array(proof.point)
    low, high = one.regions(rows.x[proof.row])
    assert ((low <= point) & (point <= high)).all()
    with np.errstate(all="ignore"):
        outputs = forward(architecture, theta[None], point[None])[-1].a[0, 0]
    bit, care = rows.y[proof.row] > 0.5, rows.care[proof.row] > 0
    fine = np.where(
        bit, (outputs >= one.voh) & (outputs <= 1), (outputs >= 0) & (outputs <= one.vol)
    )
    return not bool((fine | ~care).all())


def covered(proof: Proof, rows: Rows, one: Discipline) -> bool:
    """Whether the proved boxes fill every row's region, by volumes and by points of a fine grid."""
    for row, (low, high) in enumerate(zip(*one.regions(rows.x), strict=True)):
        mine = proof.rows == row
        lows, highs = proof.low[mine], proof.high[mine]
        if not ((lows >= low) & (highs <= high) & (lows < highs)).all():
            return False
        volume = sum(
            math.prod(Fraction(b) - Fraction(a) for a, b in zip(*box, strict=True))
            for box in zip(lows.tolist(), highs.tolist(), strict=True)
        )
        whole = math.prod(
            Fraction(b) - Fraction(a) for a, b in zip(low.tolist(), high.tolist(), strict=True)
        )
        if volume != whole:
            return False
        steps = [np.linspace(a, b, 9) for a, b in zip(low, high, strict=True)]
        points = np.array(list(product(*steps)))
        held = ((points[:, None] >= lows) & (points[:, None] <= highs)).all(2).any(1)
        if not held.all():
            return False
    return True


# One unit


def test_one_steep_unit_is_proved_at_once() -> None:
    proof = prove(ONE, np.array([[42.0, -21.0]]), BUF, [DEFAULT])[0]
    assert (proof.outcome, proof.boxes, proof.depth, proof.row) == ("proved", 2, 0, -1)
    assert (proof.point, proof.left) == ((), ())
    assert proof.rows.tolist() == [0, 1]
    np.testing.assert_allclose(proof.low, [[-0.45], [0.55]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(proof.high, [[0.45], [1.45]], rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("theta", "row"),
    [([42.0, -21.5], 1), ([42.0, -20.5], 0), ([-42.0, 21.0], 0), ([0.0, -2.0], 1), ([0, 2.0], 0)],
)
def test_the_row_that_is_wrong_is_named(theta: list[float], row: int) -> None:
    proof = prove(ONE, np.array([theta]), BUF, [Discipline(0.46)])[0]
    assert (proof.outcome, proof.row, len(proof.point)) == ("refuted", row, 1)
    assert wrong(ONE, np.array(theta), BUF, Discipline(0.46), proof)


def test_outputs_above_1_and_below_0_are_wrong_too() -> None:
    line = Architecture((1, 1), ("identity",))
    proof = prove(line, np.array([[1.0, 0.0]]), BUF, [Discipline(0.4, 0.1)])[0]
    assert proof.outcome == "refuted"
    assert wrong(line, np.array([1.0, 0.0]), BUF, Discipline(0.4, 0.1), proof)


def test_every_output_counts_but_those_nobody_cares_about() -> None:
    shape = Architecture((1, 2), ("clipped",))
    theta = np.array([[42.0, 0.0, -21.0, 0.0]])  # the second output is always a half
    y = np.array([[0.0, 0.0], [1.0, 1.0]])
    every = Rows(BUF.x, y, np.ones((2, 2)))
    assert prove(shape, theta, every, [DEFAULT])[0].outcome == "refuted"
    some = Rows(BUF.x, y, np.array([[1.0, 0.0], [1.0, 1.0]]))
    proof = prove(shape, theta, some, [DEFAULT])[0]
    assert (proof.outcome, proof.row) == ("refuted", 1)
    first = Rows(BUF.x, y, np.array([[1.0, 0.0], [1.0, 0.0]]))
    proof = prove(shape, theta, first, [DEFAULT])[0]
    assert proof.outcome == "proved"
    assert covered(proof, first, DEFAULT)


# What is proved


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.2, 0.35]))
@examples(15)
def test_whatever_comes_out_is_true(seed: int, vil: float) -> None:
    random = np.random.default_rng(seed)
    inputs, outputs = int(random.integers(1, 4)), int(random.integers(1, 3))
    shape = Architecture((inputs, inputs, 4, outputs), ("logistic",) * 2 + ("clipped",))
    theta = 6 * random.standard_normal((4, shape.parameters))
    x = table_rows(inputs).astype(np.float64)
    # What the networks happen to compute in the middle of each row, so that many are right.
    y = (forward(shape, theta[:1], x)[-1].a[0] > 0.5).astype(np.float64)
    rows, one = Rows(x, y, (random.random(y.shape) < 0.9).astype(np.float64)), Discipline(vil, 0.01)
    for proof, mine in zip(prove(shape, theta, rows, [one], most_boxes=300), theta, strict=True):
        if proof.outcome == "refuted":
            assert wrong(shape, mine, rows, one, proof)
        elif proof.outcome == "proved":
            assert covered(proof, rows, one)
            least, most = output_bounds(shape, mine[None], proof.low[None], proof.high[None])
            bands = one.bands(rows.y[proof.rows])
            free = rows.care[proof.rows] == 0
            assert ((least[0] >= bands[0]) | free).all()
            assert ((most[0] <= bands[1]) | free).all()
        else:
            low, high = one.regions(rows.x[proof.row])
            left = np.array(proof.left)
            assert ((low <= left[:, 0]) & (left[:, 0] < left[:, 1]) & (left[:, 1] <= high)).all()


def smooth_xor() -> tuple[Architecture, Floats]:
    """An exclusive or of modest gain, or minus and: its bounds must be refined."""
    shape = Architecture((2, 2, 1), ("logistic", "logistic"))
    return shape, np.array([[6.0, 6.0, 6.0, 6.0, -3.0, -9.0, 12.0, -12.0, -6.0]])


XOR, CLOSE = table(lambda a, b: a ^ b, 2), Discipline(0.1, 0.015)


def test_boxes_are_cut_until_all_are_proved() -> None:
    shape, theta = smooth_xor()
    rows, one = XOR, CLOSE
    proof = prove(shape, theta, rows, [one])[0]
    assert proof.outcome == "proved"
    assert proof.depth > 4
    assert proof.boxes > len(proof.rows) > 20  # the leaves, and those that were cut
    assert covered(proof, rows, one)
    least, most = output_bounds(
        shape, np.repeat(theta, len(proof.rows), 0), proof.low[:, None], proof.high[:, None]
    )
    bands = one.bands(rows.y[proof.rows])
    assert (least[:, 0] >= bands[0]).all()
    assert (most[:, 0] <= bands[1]).all()


def test_a_missing_or_smaller_box_would_be_noticed() -> None:
    shape, theta = smooth_xor()
    rows, one = XOR, CLOSE
    proof = prove(shape, theta, rows, [one])[0]
    for chosen in (slice(1, None), slice(None, -1)):
        fewer = Proof(
            *("proved", 1, 1, -1, (), ()),
            *(proof.rows[chosen], proof.low[chosen], proof.high[chosen]),
        )
        assert not covered(fewer, rows, one)


def test_too_few_boxes_leave_it_undecided_with_a_box_that_is_left() -> None:
    shape, theta = smooth_xor()
    rows, one = XOR, CLOSE
    whole = prove(shape, theta, rows, [one])[0]
    proof = prove(shape, theta, rows, [one], most_boxes=10)[0]
    assert (proof.outcome, proof.point) == ("undecided", ())
    assert len(proof.left) == 2
    assert 10 < proof.boxes < whole.boxes
    least, most = output_bounds(
        shape, theta, *(np.array(proof.left).T[part][None, None] for part in (0, 1))
    )
    bands = one.bands(rows.y[proof.row])
    assert (least.item() < bands[0].item()) or (most.item() > bands[1].item())
    assert prove(shape, theta, rows, [one], most_boxes=whole.boxes)[0].outcome == "proved"


def test_a_limit_ends_a_search_for_what_cannot_be_decided() -> None:
    # Right to the last bit at the edge of the box, so no bound can show it.
    edge = np.array([[40.0, -20.0]])
    proof = prove(ONE, edge, BUF, [DEFAULT])[0]
    assert proof.outcome in ("undecided", "refuted")
    assert proof.boxes <= 2 * MOST_BOXES


# Networks together


def test_many_networks_together_are_as_each_alone() -> None:
    random = np.random.default_rng(3)
    shape, theta = smooth_xor()
    rows = XOR
    many = theta * (1 + 0.1 * random.standard_normal((24, 1)))
    many += 0.1 * random.standard_normal(many.shape)
    disciplines = [Discipline(0.1, float(vol)) for vol in random.uniform(0.01, 0.04, 24)]
    errors = random.choice([0.0, 0.001], 24)
    together = prove(shape, many, rows, disciplines, weight_error=errors, most_boxes=20)
    assert {each.outcome for each in together} == {"proved", "refuted", "undecided"}
    assert max(each.depth for each in together) > 2
    for each, one in enumerate(together):
        (alone,) = prove(
            shape,
            many[each : each + 1],
            rows,
            disciplines[each : each + 1],
            weight_error=float(errors[each]),
            most_boxes=20,
        )
        assert (one.outcome, one.row, one.point, one.left) == (
            *(alone.outcome, alone.row, alone.point, alone.left),
        )
        assert (one.boxes, one.depth) == (alone.boxes, alone.depth)
        parts = [
            sorted(zip(p.rows.tolist(), p.low.tolist(), p.high.tolist(), strict=True))
            for p in (one, alone)
        ]
        assert parts[0] == parts[1]


def test_weights_that_may_be_off_are_harder_to_prove() -> None:
    theta = np.array([[60.0, -30.0]])
    # 60·0.55·(1 - e) - 30·(1 + e) ≥ 2 up to e = 1/63
    found = prove(
        ONE, np.repeat(theta, 2, 0), BUF, [DEFAULT], weight_error=np.array([0.0158, 0.016])
    )
    assert [proof.outcome for proof in found] == ["proved", "undecided"]


# Gates


def test_every_built_in_gate_is_covered_and_every_leaf_holds(
    dense_gates: dict[str, TrainedGate],
) -> None:
    for gate in dense_gates.values():
        rows = rows_of(gate.spec)
        for precision in (FLOAT64, FLOAT32):
            proof = prove(
                gate.architecture, gate.theta[None], rows, [DEFAULT], precision=precision
            )[0]
            assert proof.outcome == "proved"
            assert covered(proof, rows, DEFAULT)
            least, most = output_bounds(
                gate.architecture,
                gate.theta[None],
                proof.low[None],
                proof.high[None],
                precision=precision,
            )
            assert (least[0] == most[0]).all()  # saturated: exactly 0 and 1
            assert (least[0] == rows.y[proof.rows]).all()


def test_a_gate_is_refuted_as_soon_as_one_row_of_its_table_is_another(
    dense_gates: dict[str, TrainedGate],
) -> None:
    for gate in dense_gates.values():
        rows = rows_of(gate.spec)
        for row, output in product(*map(range, rows.y.shape)):
            y = rows.y.copy()
            y[row, output] = 1 - y[row, output]
            other = Rows(rows.x, y, rows.care)
            proof = prove(gate.architecture, gate.theta[None], other, [DEFAULT])[0]
            assert (proof.outcome, proof.row) == ("refuted", row)
            assert wrong(gate.architecture, gate.theta, other, DEFAULT, proof)


# Purpose-made trouble


def spike(inputs: int, height: float) -> tuple[Architecture, Floats, Rows, Floats]:
    """A buffer of its first input with a spike of width 1e-6 inside the box of row 0; its tip as well.

    Two steps an input, one up and one down again, 5e-7 before and behind the tip; where all are up, the
    spike is.
    """
    h, tip = 5e-7, np.random.default_rng(inputs).uniform(-0.3, 0.3, inputs)
    first, bias = np.zeros((inputs, 2 * inputs + 1)), np.zeros(2 * inputs + 1)
    second = np.zeros((2 * inputs + 1, 2))
    for each in range(inputs):
        first[each, 2 * each : 2 * each + 2] = 80 / h
        bias[2 * each : 2 * each + 2] = -80 / h * (tip[each] - h), -80 / h * (tip[each] + h)
        second[2 * each : 2 * each + 2, 0] = 40.0, -40.0
    first[0, -1], second[-1, 1] = 1.0, 160.0  # the input itself: a half and a quarter of it
    shape = Architecture((inputs, 2 * inputs + 1, 2, 1), ("clipped",) * 3)
    outlet = np.array([height, 60.0, -30.0])
    parts = (first, bias, second, np.array([-40 * inputs + 20.0, -100.0]), outlet)
    return shape, np.concatenate([part.ravel() for part in parts]), table(_first, inputs), tip


def _first(*bits: int) -> int:
    return bits[0]


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_a_spike_of_width_a_millionth_is_found(inputs: int) -> None:
    shape, theta, rows, tip = spike(inputs, 1000.0)
    at = np.stack([tip, tip + 6e-7, tip - 6e-7])
    assert forward(shape, theta[None], at)[-1].a.ravel().tolist() == [1.0, 0.0, 0.0]
    proof = prove(shape, theta[None], rows, [Discipline(0.4)])[0]
    assert proof.outcome == "refuted"
    assert wrong(shape, theta, rows, Discipline(0.4), proof)
    assert (abs(np.array(proof.point) - tip) < 6e-7).all()
    few = prove(shape, theta[None], rows, [Discipline(0.4)], most_boxes=25)[0]
    assert few.outcome == "undecided"  # but never proved
    assert all(low < at < high for (low, high), at in zip(few.left, tip.tolist(), strict=True))


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_without_the_spike_the_same_gate_is(inputs: int) -> None:
    shape, theta, rows, _ = spike(inputs, 0.0)
    assert prove(shape, theta[None], rows, [Discipline(0.4)])[0].outcome == "proved"


@pytest.mark.parametrize(
    ("theta", "outcome"),
    [
        ([1e300, -5e299], "proved"),  # a step, and no number leaves the range
        ([-1e300, 5e299], "refuted"),
        ([1.7e308, -8e307], "undecided"),  # right wherever it is tried, but a sum might overflow
        ([math.inf, -math.inf], "refuted"),
        ([math.nan, -21.0], "refuted"),
        ([42.0, math.nan], "refuted"),
        ([5e-324, -5e-324], "refuted"),
        ([0.0, 0.0], "refuted"),
    ],
    ids=str,
)
def test_weights_that_are_trouble(theta: list[float], outcome: str) -> None:
    proof = prove(ONE, np.array([theta]), BUF, [DEFAULT])[0]
    assert proof.outcome == outcome
    if outcome == "refuted":
        assert wrong(ONE, np.array(theta), BUF, DEFAULT, proof)


def test_subnormal_weights_that_are_made_up_for() -> None:
    # x → 2**-1060·x → steep again; one step of the grid down there is 2**-14 of it, and counts.
    shape = Architecture((1, 1, 1, 1), ("identity", "identity", "clipped"))
    theta = np.array([[2.0**-1060, 0.0, 2.0**1000, 0.0, 42 * 2.0**60, -21.0]])
    proof = prove(shape, theta, BUF, [Discipline(0.4)])[0]
    assert proof.outcome == "proved"
    for vil in (0.452, 0.4524):  # one unit of 42 would do: 1/2 - 2/42 = 0.45238
        assert prove(ONE, np.array([[42.0, -21.0]]), BUF, [Discipline(vil)])[0].outcome == (
            "proved" if vil == 0.452 else "refuted"
        )
        assert prove(shape, theta, BUF, [Discipline(vil)])[0].outcome != "proved"


def test_float32_may_not_do_where_float64_does() -> None:
    # A hair below -2 where x is 0.38; but the float32 numbers nearest to 0.38 and b are off by more.
    theta, one = np.array([[42.0, -(42 * 0.38 + 2) - 5e-13]]), Discipline(0.38)
    assert prove(ONE, theta, BUF, [one], precision=FLOAT64)[0].outcome == "proved"
    x = np.float32(0.38)
    assert float(x) < one.vil
    single = np.float32(0.5) + np.float32(0.25) * (
        theta[0].astype(np.float32) @ np.array([x, 1], "f4")
    )
    assert single.dtype == np.float32
    assert single > 0  # and should be 0 or less
    proof = prove(ONE, theta, BUF, [one], precision=FLOAT32)[0]
    assert (proof.outcome, proof.row, proof.point) == ("refuted", 0, (0.38,))


def test_a_gate_right_only_where_float32_rounds_is_not_proved_for_it() -> None:
    theta = np.array([[42.0, -21.0]])
    # Within float32's rounding of the widest that this unit can do, and so not to be promised.
    close = Discipline(0.5 - 2 / 42 - 1e-9)
    assert prove(ONE, theta, BUF, [close])[0].outcome == "proved"
    assert prove(ONE, theta, BUF, [close], precision=FLOAT32)[0].outcome != "proved"
    assert prove(ONE, theta, BUF, [Discipline(0.452)], precision=FLOAT32)[0].outcome == "proved"


# Smooth gates


@given(st.integers(0, 2**32 - 1))
@examples(8)
def test_a_smooth_gate_with_unclean_outputs_is_proved_and_withstands(seed: int) -> None:
    shape, theta = smooth_xor()
    rows, one = XOR, CLOSE
    assert prove(shape, theta, rows, [one])[0].outcome == "proved"
    random = np.random.default_rng(seed)
    low, high = one.regions(rows.x)
    share = random.random((2000, 1, 2))
    share[:1000] = np.where(random.random((1000, 1, 2)) < 0.6, share[:1000].round(), share[:1000])
    points = low + share * (high - low)
    outputs = forward(shape, theta, points.reshape(-1, 2))[-1].a.reshape(-1, 4, 1)
    assert (abs(outputs - rows.y) <= one.vol).all()
    assert abs(outputs - rows.y).max() > 0.01  # and unclean they are


# Limits


@pytest.mark.parametrize("inputs", [1, 2, 3, 4])
@pytest.mark.parametrize("activation", ["clipped", "logistic"])
def test_one_neuron_cannot_do_and_at_1_in_2n(inputs: int, activation: str) -> None:
    shape, limit = Architecture((inputs, 1), (activation,)), 1 / (2 * inputs)
    rows = table(lambda *bits: int(all(bits)), inputs)
    clean = 0.0 if activation == "clipped" else 1e-6
    gains = np.concatenate([np.geomspace(1, 1e9, 40), np.linspace(20, 4000, 40)])
    theta = np.array(
        [[w] * inputs + [-w * (inputs - 0.5 + off)] for w in gains for off in (0, 0.01, -0.01)]
    )
    if inputs > 1:  # no discipline reaches a half anyway
        at = Discipline(limit + clean + 1e-12, clean)
        assert at.noise_margin >= limit
        found = prove(shape, theta, rows, [at], most_boxes=200)
        assert "proved" not in {each.outcome for each in found}
    below = Discipline(limit - 0.0005 + clean, clean)
    assert "proved" in {each.outcome for each in prove(shape, theta, rows, [below])}


# What is refused


def test_more_than_six_inputs_are_refused() -> None:
    for inputs, refused in ((6, False), (7, True)):
        shape = Architecture((inputs, 1), ("clipped",))
        theta = np.array([[60.0] * inputs + [-60 * (inputs - 0.5)]])
        rows = table(lambda *bits: int(all(bits)), inputs)
        if refused:
            with pytest.raises(UsageError, match="a gate of 7 inputs cannot be certified") as told:
                prove(shape, theta, rows, [Discipline(0.04)])
            assert "6" in told.value.hint
        else:
            assert prove(shape, theta, rows, [Discipline(0.04)])[0].outcome == "proved"


def test_activations_without_an_interval_are_refused(unbounded: str) -> None:
    with pytest.raises(RecipeError, match="unbounded has none"):
        prove(Architecture((1, 1), (unbounded,)), np.array([[1.0, 0.0]]), BUF, [DEFAULT])
