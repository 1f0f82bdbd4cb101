"""The static discipline: what counts as a bit, to the last rounding."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.errors import UsageError

BITS = np.array([[0.0, 1.0]])

levels = (
    st.tuples(
        st.floats(0.0, 0.5, exclude_max=True, allow_subnormal=True),
        st.floats(0.0, 0.5, exclude_max=True, allow_subnormal=True),
    )
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: (max(pair), min(pair)))
)


def test_what_every_built_in_gate_meets() -> None:
    assert (DEFAULT.vil, DEFAULT.vih, DEFAULT.vol, DEFAULT.voh) == (0.45, 0.55, 0.0, 1.0)
    assert DEFAULT.noise_margin == 0.45


def test_it_is_symmetric_and_the_margin_is_what_is_between() -> None:
    one = Discipline(0.375, 0.125)
    assert (one.vih, one.voh, one.noise_margin) == (0.625, 0.875, 0.25)


def test_where_inputs_may_lie_and_where_outputs_must() -> None:
    one = Discipline(0.375, 0.125)
    low, high = one.regions(BITS)
    np.testing.assert_allclose(low, [[-0.25, 0.625]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(high, [[0.375, 1.25]], rtol=0, atol=1e-15)
    least, most = one.bands(BITS)
    np.testing.assert_allclose(least, [[0.0, 0.875]], rtol=0, atol=1e-15)
    np.testing.assert_allclose(most, [[0.125, 1.0]], rtol=0, atol=1e-15)


def test_clean_outputs_are_exactly_0_and_1() -> None:
    least, most = DEFAULT.bands(BITS)
    assert least.tolist() == most.tolist() == [[0.0, 1.0]]


def test_every_row_has_a_region_of_its_own() -> None:
    rows = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    low, high = Discipline(0.25).regions(rows)
    assert low.round(6).tolist() == [[-0.25, -0.25], [-0.25, 0.75], [0.75, -0.25], [0.75, 0.75]]
    assert high.round(6).tolist() == [[0.25, 0.25], [0.25, 1.25], [1.25, 0.25], [1.25, 1.25]]


@given(levels)
def test_regions_hold_all_of_what_is_meant_and_hardly_more(pair: tuple[float, float]) -> None:
    vil, vol = map(Fraction, pair)
    low, high = Discipline(*pair).regions(BITS)
    meant = [(-(vil - vol), vil), (1 - vil, 1 + vil - vol)]
    for (least, most), below, above in zip(meant, low[0].tolist(), high[0].tolist(), strict=True):
        assert 0 <= least - Fraction(below) <= Fraction(2) ** -51
        assert 0 <= Fraction(above) - most <= Fraction(2) ** -51


@given(levels)
def test_bands_hold_nothing_but_what_is_meant(pair: tuple[float, float]) -> None:
    vol = Fraction(pair[1])
    least, most = Discipline(*pair).bands(BITS)
    for (lowest, highest), below, above in zip(
        [(Fraction(0), vol), (1 - vol, Fraction(1))],
        least[0].tolist(),
        most[0].tolist(),
        strict=True,
    ):
        assert 0 <= Fraction(below) - lowest <= Fraction(2) ** -52
        assert 0 <= highest - Fraction(above) <= Fraction(2) ** -52
        assert below <= above


@given(levels, st.floats(0.0, 1.0), st.floats(-1.0, 1.0), st.booleans())
def test_a_clean_output_with_noise_is_a_valid_input(
    pair: tuple[float, float], share: float, noise: float, one: bool
) -> None:
    each = Discipline(*pair)
    bit = np.array([[float(one)]])
    least, most = (float(part[0, 0]) for part in each.bands(bit))
    output = min(max(least + share * (most - least), least), most)
    arrives = output + noise * each.noise_margin
    low, high = (float(part[0, 0]) for part in each.regions(bit))
    # The sum itself is rounded once.
    assert low - 2.0**-53 <= arrives <= high + 2.0**-52


@pytest.mark.parametrize(
    ("vil", "vol"),
    [
        (0.5, 0.0),
        (0.6, 0.0),
        (0.0, 0.0),
        (0.2, 0.2),
        (0.2, 0.3),
        (0.2, -0.1),
        (-0.1, -0.2),
        (float("nan"), 0.0),
        (0.4, float("nan")),
        (float("inf"), 0.0),
    ],
)
def test_numbers_that_are_no_discipline_are_refused(vil: float, vol: float) -> None:
    with pytest.raises(UsageError, match=r"VIL = .* and VOL = .* are not a discipline") as refused:
        Discipline(vil, vol)
    assert "0 ≤ VOL < VIL < 0.5" in refused.value.hint


def test_no_margin_reaches_a_half() -> None:
    assert Discipline(float(np.nextafter(0.5, 0))).noise_margin < 0.5


def test_it_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DEFAULT.vil = 0.1  # type: ignore[misc] # what is tested
