"""Contours: of planes, circles, saddles and steps, against where they are known to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import EXAMPLES

from gatewright.draw.canvas.contour import contour


@given(st.floats(0.0, 2 * np.pi), st.floats(0.2, 0.8))
@settings(max_examples=EXAMPLES)
def test_a_plane_has_one_straight_line(angle: float, through: float) -> None:
    across, up = np.meshgrid(np.arange(30.0), np.arange(30.0))
    plane = np.cos(angle) * across + np.sin(angle) * up
    level = float(plane.min() + through * (plane.max() - plane.min()))
    (line,) = contour(plane, level)
    on = np.cos(angle) * line[:, 0] + np.sin(angle) * line[:, 1]
    assert abs(on - level).max() < 0.05


def test_a_circle_is_closed_and_as_round() -> None:
    across, up = np.meshgrid(np.arange(80.0), np.arange(80.0))
    (ring,) = contour(np.hypot(across - 40, up - 40), 25.0)
    assert (ring[0] == ring[-1]).all()
    radius = np.hypot(*(ring - 40).T)
    assert abs(radius - 25).max() < 0.1
    assert len(ring) > 100


def test_a_step_lies_in_the_middle_of_a_cell() -> None:
    step = np.zeros((6, 6))
    step[:, 3:] = 1.0
    (line,) = contour(step, 0.5)
    assert line.tolist() == [[2.5, float(row)] for row in range(6)]


@pytest.mark.parametrize("corner", [0.0, 1.0])
@pytest.mark.parametrize(("level", "around"), [(0.4, 0.0), (0.6, 1.0)])
def test_a_saddle_is_two_lines(corner: float, level: float, around: float) -> None:
    """Its middle is 0.5: what lies on the same side of the level is one piece, and lines go around the rest."""
    saddle = np.array([[corner, 1 - corner], [1 - corner, corner]])
    found = contour(saddle, level)
    nearest = [np.rint(line.mean(axis=0)).astype(int).tolist() for line in found]
    assert sorted(nearest) == sorted([x, y] for y, x in np.argwhere(saddle == around).tolist())


def test_flat_values_and_what_is_no_finite_number_have_none() -> None:
    assert contour(np.full((4, 4), 0.5), 0.5) == []
    assert contour(np.zeros((4, 4)), 0.5) == []
    assert contour(np.full((4, 4), np.nan), 0.5) == []
    mixed = np.array([[0.0, 1.0, np.nan], [0.0, 1.0, np.nan], [0.0, 1.0, np.nan]])
    (line,) = contour(mixed, 0.5)
    assert line.tolist() == [[0.5, 0.0], [0.5, 1.0], [0.5, 2.0]]
    assert contour(np.array([[np.inf, -1.0], [1.0, -np.inf]]), 0.5) == []
