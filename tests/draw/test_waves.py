"""Timing diagrams, read back: every value and every level where it was."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.circuits.clocked.trace import Wave
from gatewright.circuits.netlist import Clock
from gatewright.draw.plots.waves import HIGH, MOST_CYCLES, MOST_WAVES, waves
from gatewright.errors import UsageError

SVG = "{http://www.w3.org/2000/svg}"


def told(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own text
    return [each.text or "" for each in root.iter(f"{SVG}title")][1:]


def lines(svg: str, kind: str) -> list[list[tuple[float, float]]]:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own text
    paths = [
        each for each in root.iter(f"{SVG}path") if f"gw-{kind}" in each.get("class", "").split()
    ]
    return [
        [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", each.get("d", ""))]
        for each in paths
    ]


def level(line: list[tuple[float, float]], x: float) -> float:
    """The height of a line at a place."""
    return next(y for (a, y), (b, z) in pairwise(line) if a <= x < b and y == z)


@given(st.lists(st.floats(-0.45, 1.45), min_size=2, max_size=30))
def test_raw_activations_are_drawn_where_they_are(raw: list[float]) -> None:
    values = tuple(int(each > 0.5) for each in raw)
    svg = waves([Wave("y", 1, values, tuple(raw))], title="x").svg
    (clock,), (line,) = lines(svg, "clock"), lines(svg, "wave")
    left, right = clock[0][0], clock[-1][0]
    cell, base = (right - left) / len(raw), max(y for _, y in clock) + 46
    drawn = [(base - level(line, left + cell * (at + 0.5))) / HIGH for at in range(len(raw))]
    assert drawn == pytest.approx(raw, abs=0.001)
    assert "shaded: exact gates give 1" in svg


@given(st.lists(st.integers(0, 255), min_size=1, max_size=30), st.integers(0, 100))
def test_values_are_told_as_long_as_they_stay(values: list[int], first: int) -> None:
    found = told(waves([Wave("bus", 8, tuple(values))], title="x", first=first).svg)
    read: dict[int, int] = {}
    for each in found:
        numbers = [int(number) for number in re.findall(r"\d+", each)]
        assert each.startswith("bus in cycle")
        read |= dict.fromkeys(range(numbers[0], numbers[-2] + 1), numbers[-1])
    assert [read[first + at] for at in range(len(values))] == values
    assert len(found) == 1 + sum(a != b for a, b in pairwise(values))


def test_the_clock_rises_or_falls_where_a_cycle_begins() -> None:
    shown = [Wave("go", 1, (0, 1))]
    rising = lines(waves(shown, title="x").svg, "clock")[0]
    svg = waves(shown, title="x", clock=Clock("ck", rising=False)).svg
    falling = lines(svg, "clock")[0]
    assert rising[0][1] < rising[-1][1]
    assert falling[0][1] > falling[-1][1]
    assert ">ck</text>" in svg


def test_what_is_no_number_leaves_a_gap_and_wide_values_are_hexadecimal() -> None:
    odd = Wave("y", 1, (0, 0, 1), (0.0, math.nan, 7.0))
    svg = waves([odd, Wave("wide", 64, (2**63, 1, 1))], title="<&>").svg
    assert len(lines(svg, "wave")) == 2
    assert "wide in cycle 0: 0x8000000000000000" in told(svg)
    assert "nan" not in svg


def test_long_names_and_many_cycles_fit() -> None:
    svg = waves([Wave("a" * 60, 1, (0, 1) * 200)], title="x").svg
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own text
    (clock,) = lines(svg, "clock")
    assert clock[-1][0] < float(root.get("width", "")) < 4000
    assert "aaaaaaaaaa…aaaaaaaaa" in svg


@pytest.mark.parametrize(
    ("many", "cycles", "message"),
    [
        (1, MOST_CYCLES + 1, "401 cycles are more than the 400 of a picture; draw some of them"),
        (
            MOST_WAVES + 1,
            2,
            "65 buses and wires are more than the 64 of a picture; name some of them",
        ),
        (1, 0, "there is no cycle to draw"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(many: int, cycles: int, message: str) -> None:
    with pytest.raises(UsageError) as error:
        waves([Wave(f"w{n}", 1, (0,) * cycles) for n in range(many)], title="x")
    assert str(error.value) == message
