"""The largest square between two curves, found again in two other ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.certify.butterfly import largest_square, squares
from gatewright.gates.response import toggling
from gatewright.gates.trained import TrainedGate

Curve = Callable[[Floats], Floats]


def logistic(gain: float, middle: float = 0.5, high: float = 1.0) -> Curve:
    """An inverter like a smooth unit."""
    return lambda x: high / (1 + np.exp(gain * (x - middle)))


def by_rotation(first: Curve, second: Curve) -> float:
    """The largest square of the upper left lobe as Seevinck has it: the widest gap along the diagonal."""
    t = np.linspace(0, 1, 40001)
    offsets = np.linspace(0, 1, 20001)  # y - x of a line along the diagonal
    on_first = np.interp(offsets, (first(t) - t)[::-1], t[::-1])
    on_second = np.interp(offsets, t - second(t), second(t))
    return float((on_first - on_second).max())


def by_counting(curve: Curve, cells: int = 800) -> float:
    """The largest square of cells that all lie in the upper left lobe, by the classical recurrence."""
    edges = np.arange(cells + 1) / cells
    below, right_of = curve(edges), curve(edges)
    x, y = np.arange(cells)[None, :], np.arange(cells)[:, None]
    # A cell is inside if its upper right corner is below the first curve, its lower left right of the second.
    inside = ((y + 1) / cells <= below[x + 1]) & (x / cells >= right_of[y])
    inside &= y >= x  # the lobe above the diagonal
    size = np.zeros((cells + 1, cells + 1), dtype=np.int64)
    for row in range(cells):
        ones = inside[row]
        for column in np.flatnonzero(ones):
            around = min(size[row, column], size[row, column + 1], size[row + 1, column])
            size[row + 1, column + 1] = around + 1
    return float(size.max() / cells)


CURVES = {
    "ideal": lambda x: np.where(x < 0.5, 1.0, 0.0),
    "steep": logistic(20),
    "soft": logistic(8),
    "skewed": logistic(15, middle=0.35),
    "weak": logistic(12, high=0.8),
    "piecewise": lambda x: np.clip(2.5 - 4 * x, 0.0, 1.0),
}


@pytest.mark.parametrize("name", CURVES)
def test_the_square_is_the_same_found_otherwise(name: str) -> None:
    curve: Curve = CURVES[name]
    square = largest_square(curve)
    assert square is not None
    assert square.side == pytest.approx(by_rotation(curve, curve), abs=2e-4)
    # Whole cells only, so it may be smaller by a few of them.
    assert square.side - 4 / 800 < by_counting(curve) <= square.side + 1e-9


def test_some_squares_are_known_exactly() -> None:
    def line(x: Floats) -> Floats:
        return np.clip(1.5 - 2 * x, 0.0, 1.0)

    # Within the lobe: from the stable point (0, 1) to the crossing at a half. The corner touches the line
    # y = 1.5 - 2x, the opposite one x = 1.5 - 2y above y = 0.75, or x = 0: s = 1/4 with corner (0.0, 0.75).
    square = largest_square(line)
    assert square is not None
    assert (square.x, square.y, square.side) == pytest.approx((0.0, 0.75, 0.25), abs=1e-6)


@pytest.mark.parametrize("name", CURVES)
def test_the_square_fits_and_touches(name: str) -> None:
    curve: Curve = CURVES[name]
    square = largest_square(curve)
    assert square is not None
    x, y, side = square.x, square.y, square.side
    assert x == pytest.approx(float(curve(np.array([y]))[0]))
    corner = x + side
    before, after = curve(np.array([corner - 1e-6, corner + 1e-6]))
    assert after - 1e-6 <= y + side <= before + 1e-6


def test_noise_below_the_margin_is_borne_and_noise_above_it_is_not() -> None:
    """What the side means, by running the ring: the worst noise that it bears."""
    curve = logistic(12)
    square = largest_square(curve)
    assert square is not None

    def keeps(noise: float) -> bool:
        one, other = 0.0, 1.0
        for _ in range(20_000):
            one = float(curve(np.array([other - noise]))[0])
            other = float(curve(np.array([one + noise]))[0])
        return other > one

    assert keeps(square.side - 0.002)
    assert not keeps(square.side + 0.002)


@pytest.mark.parametrize("falling", [True, False])
def test_both_lobes(falling: bool) -> None:
    fall = logistic(15, middle=0.4)
    curve: Curve = fall if falling else lambda x: 1.0 - fall(x)
    both = squares(curve, falling=falling)
    assert both is not None
    if falling:
        one, other = both
        assert (one.x, one.y, one.side) == (other.y, other.x, other.side)
        return
    upper, lower = sorted(both, key=lambda square: -square.y)
    # Of the one that keeps 0 the lower right and upper left corners touch the curves from above, of the
    # other from below.
    near, far = np.array([lower.x, lower.y]), np.array([lower.x, lower.y]) + lower.side
    assert near[::-1] == pytest.approx(curve(far), abs=1e-6)
    near, far = np.array([upper.x, upper.y]), np.array([upper.x, upper.y]) + upper.side
    assert far[::-1] == pytest.approx(curve(near), abs=1e-6)
    # The threshold lies at 0.4: less room below than above.
    assert lower.side < upper.side


def test_a_repeater_in_a_ring_is_worth_what_running_it_shows() -> None:
    fall = logistic(15, middle=0.4)
    both = squares(lambda x: 1.0 - fall(x), falling=False)
    assert both is not None
    margin = min(square.side for square in both)

    def keeps(bit: float, noise: float) -> bool:
        one = other = bit
        sign = 1 - 2 * bit
        for _ in range(20_000):
            one = float(1 - fall(np.array([other + sign * noise]))[0])
            other = float(1 - fall(np.array([one + sign * noise]))[0])
        return bool((one > 0.4) == bool(bit))

    assert keeps(0.0, margin - 0.002)
    assert keeps(1.0, margin - 0.002)
    assert not keeps(0.0, margin + 0.002)


@pytest.mark.parametrize(
    "curve",
    [
        lambda x: 0.75 - 0.5 * x,
        lambda x: np.full(len(x), 0.5),
        logistic(3),
        lambda x: np.clip(1 - x, 0, 1),
    ],
    ids=["flat", "constant", "gentle", "slope one"],
)
def test_a_ring_that_keeps_nothing_has_no_square(curve: Curve) -> None:
    found = largest_square(curve)
    assert found is None or found.side < 1e-3


def test_a_curve_that_bends_back_has_no_margin() -> None:
    def bent(x: Floats) -> Floats:
        return np.asarray(logistic(20)(x) - 0.1 * np.exp(-(((x - 0.2) / 0.05) ** 2)))

    assert squares(bent, falling=True) is None


def test_every_certified_gate_bears_what_its_datasheet_says(
    gates: Mapping[str, TrainedGate],
) -> None:
    for gate in list(gates.values())[1::3]:
        assert gate.datasheet is not None
        for way in toggling(gate):
            both = squares(way.values, falling=way.falling)
            assert both is not None
            assert gate.datasheet.noise_margin < min(square.side for square in both) <= 0.5
