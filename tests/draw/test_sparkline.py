"""A curve in one line."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.draw.plots.sparkline import BLOCKS, sparkline


def test_equal_factors_are_equal_steps() -> None:
    assert sparkline(np.logspace(3, -4, 8)) == BLOCKS[::-1]


@pytest.mark.parametrize("count", [1, 2, 39, 40, 41, 10_001])
def test_long_curves_are_thinned_and_keep_their_ends(count: int) -> None:
    values = np.linspace(1.0, 100.0, count)
    line = sparkline(values, width=40)
    assert len(line) == min(count, 40)
    assert line[0] == BLOCKS[0]
    if count > 1:
        assert line[-1] == BLOCKS[-1]


def test_what_has_no_logarithm_is_blank() -> None:
    assert sparkline(np.array([10.0, np.inf, np.nan, 0.0, 1.0])) == "█   ▁"
    assert sparkline(np.array([0.0, np.nan])) == "  "


def test_a_level_curve_is_level() -> None:
    assert sparkline(np.full(5, 0.25)) == "▁▁▁▁▁"
