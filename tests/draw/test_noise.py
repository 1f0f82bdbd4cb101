"""Pictures of noise: every rate where it was counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.circuits.simulate.noise import NOISES, NoiseLevel
from gatewright.draw.picture import Picture
from gatewright.draw.plots.noise import Grown, Kind, Sweep, followed, noise

if TYPE_CHECKING:
    from tests.draw.conftest import Drawing, Frame

    Read = Callable[[Picture], Drawing]

KINDS = (Kind("trained", "certified gates"), Kind("baseline", "plainly trained gates"))


def level(noise_: float, wrong: int) -> NoiseLevel:
    return NoiseLevel(noise_, 100, 1000, wrong, "", 0.0)


SWEEP = Sweep(
    "wires",
    {
        "trained": [level(each, 0) for each in (0.0, 0.2, 0.4)] + [level(0.5, 20)],
        "baseline": [
            level(each, wrong) for each, wrong in ((0.0, 0), (0.2, 50), (0.4, 200), (0.5, 310))
        ],
    },
    proved=0.45,
)
GROWN = [
    Grown(
        depth,
        {
            "trained": [level(0.2, 0), level(0.4, 0)],
            "baseline": [level(0.2, 10 * depth), level(0.4, 25 * depth)],
        },
    )
    for depth in (1, 2, 4, 8, 16)
]


def rates(drawing: Drawing, frame: Frame) -> dict[str, list[tuple[float, float]]]:
    """The points of every line in a frame, by what the line is of."""
    found = {}
    for mark in drawing.within(frame, "rate"):
        dots = [
            dot for dot in drawing.within(frame, "dot") if dot.title.startswith(f"{mark.title}: ")
        ]
        x = drawing.value(frame, "x", np.array([dot.number("cx") for dot in dots]))
        y = drawing.value(frame, "y", np.array([dot.number("cy") for dot in dots]))
        found[mark.title] = list(zip(x.round(3).tolist(), y.round(2).tolist(), strict=True))
        bends = {(dot.number("cx"), dot.number("cy")) for dot in dots}
        assert {tuple(point) for point in mark.points.tolist()} <= bends
    return found


def test_every_rate_is_drawn_where_it_was_counted(read: Read) -> None:
    drawing = read(noise("adder", KINDS, [SWEEP]))
    (frame,) = drawing.frames
    assert rates(drawing, frame) == {
        "certified gates": [(0.0, 0.0), (0.2, 0.0), (0.4, 0.0), (0.5, 2.0)],
        "plainly trained gates": [(0.0, 0.0), (0.2, 5.0), (0.4, 20.0), (0.5, 31.0)],
    }
    assert drawing.words[:2] == ["adder", "1 000 output bits sampled at each level"]
    assert {"every wire off by up to", "wrong bits, %"} <= set(drawing.words)


def test_what_is_proved_is_shaded(read: Read) -> None:
    drawing = read(noise("adder", KINDS, [SWEEP]))
    (proved,) = drawing.marks("proved")
    edges = np.array([proved.number("x"), proved.number("x") + proved.number("width")])
    assert drawing.value(drawing.frames[0], "x", edges) == pytest.approx([0, 0.45], abs=1e-3)
    assert any("no bit of the former can be wrong" in words for words in drawing.words)
    plain = Sweep("wires", SWEEP.levels)
    drawing = read(noise("adder", KINDS, [plain]))
    assert drawing.marks("proved") == []
    assert not any("can be wrong" in words for words in drawing.words)


def test_levels_in_any_order(read: Read) -> None:
    turned = {kind: list(levels)[::-1] for kind, levels in SWEEP.levels.items()}
    one, other = (noise("adder", KINDS, [each]) for each in (SWEEP, Sweep("wires", turned, 0.45)))
    assert one == other


def test_a_panel_for_wires_one_for_weights_and_one_for_depth(read: Read) -> None:
    weights = Sweep("weights", SWEEP.levels, 0.02)
    drawing = read(noise("adder", KINDS, [SWEEP, weights], GROWN))
    assert len(drawing.frames) == 3
    assert "every weight off by up to this part of itself" in drawing.words


def test_rates_against_depth(read: Read) -> None:
    drawing = read(noise("adder", KINDS, [SWEEP], GROWN))
    frame = drawing.frames[1]
    depths = drawing.ticks(frame, "x")
    assert list(depths) == [1, 2, 4, 8, 16]
    lines = {}
    for mark in drawing.within(frame, "rate"):
        dots = [
            dot for dot in drawing.within(frame, "dot") if dot.title.startswith(f"{mark.title}: ")
        ]
        assert [dot.number("cx") for dot in dots] == pytest.approx(list(depths.values()), abs=0.01)
        lines[mark.title] = drawing.value(frame, "y", np.array([dot.number("cy") for dot in dots]))
    assert lines.keys() == {
        "certified gates, wires ±0.4",
        "plainly trained gates, wires ±0.2",
        "plainly trained gates, wires ±0.4",
    }
    assert lines["certified gates, wires ±0.4"] == pytest.approx([0] * 5, abs=0.01)
    assert lines["plainly trained gates, wires ±0.2"] == pytest.approx([1, 2, 4, 8, 16], abs=0.02)
    assert lines["plainly trained gates, wires ±0.4"] == pytest.approx(
        [2.5, 5, 10, 20, 40], abs=0.02
    )


def test_names_beside_lines_do_not_touch(read: Read) -> None:
    alike = [
        Grown(depth, {kind.name: [level(each / 10, 0) for each in (1, 2, 3, 4)] for kind in KINDS})
        for depth in (1, 2)
    ]
    names = read(noise("adder", KINDS, [SWEEP], alike)).marks("name")
    heights = sorted(mark.number("y") for mark in names)
    assert len(heights) == 5
    assert min(np.diff(heights)) >= 15


def test_the_noises_to_follow() -> None:
    assert followed(NOISES, 0.45) == (0.05, 0.2, 0.3, 0.45)
    assert followed(NOISES, 0.0) == (0.05, 0.2, 0.35, 0.5)
    assert followed((0.3, 0.1, 0.1), 0.45) == (0.1, 0.3)
    assert followed((0.0,), 0.45) == followed((0.5,), 0.45) == ()


def test_no_wrong_bit_at_all(read: Read) -> None:
    calm = Sweep("wires", {kind.name: [level(0.0, 0)] for kind in KINDS})
    drawing = read(noise("adder", KINDS, [calm]))
    assert len(drawing.marks("dot")) == 2
