"""The sheet: one document, legible on light and dark ground, the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

import gatewright as gw
from gatewright.draw.canvas.sheet import (
    BLUE,
    FAINT,
    GREEN,
    GROUND,
    INK,
    ORANGE,
    TONES,
    WIDTH,
    Sheet,
    number,
    path,
)
from gatewright.draw.picture import Picture
from gatewright.draw.plots.surface import surface
from gatewright.draw.schematic.schematic import schematic
from gatewright.gates.trained import TrainedGate

if TYPE_CHECKING:
    from tests.draw.conftest import Drawing


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("side", ["light", "dark"])
def test_words_and_lines_stand_out_from_the_ground(side: str) -> None:
    ground = getattr(GROUND, side)
    for tone in (INK, FAINT):
        assert contrast(getattr(tone, side), ground) >= 4.5, tone
    for tone in (BLUE, ORANGE, GREEN):
        assert contrast(getattr(tone, side), ground) >= 3, tone


def test_every_tone_changes_on_dark_ground() -> None:
    svg = Sheet("nothing").picture(60).svg
    (dark,) = re.findall(r"@media \(prefers-color-scheme: dark\)\{(.*)\}</style>", svg)
    for tone in TONES:
        assert f".gw-fill-{tone.name}{{fill:{tone.dark}}}" in dark
        assert f".gw-stroke-{tone.name}{{stroke:{tone.dark}}}" in dark


def test_a_mark_has_its_light_colour_as_an_attribute(read: Callable[[Picture], Drawing]) -> None:
    sheet = Sheet("A & B < C", "said")
    sheet.mark("rect", kind="box", x=1, y=2.0, width=1 / 3, height=0.001, fill=BLUE, stroke="none")
    sheet.mark("circle", kind="row", r=3, title='a "row" & more')
    drawing = read(sheet.picture(99.5))
    assert drawing.box == [0, 0, WIDTH, 99.5]
    assert drawing.words == ["A & B < C", "said"]
    (box,) = drawing.marks("box")
    assert (box["fill"], box["stroke"], box["class"]) == (BLUE.light, "none", "gw-box gw-fill-blue")
    assert (box["x"], box["y"], box["width"], box["height"]) == ("1", "2", "0.33", "0")
    assert drawing.marks("row")[0].title == 'a "row" & more'


def test_a_long_title_is_cut_on_the_sheet_but_not_for_those_who_hear_it(
    read: Callable[[Picture], Drawing],
) -> None:
    picture = Sheet("t" * 51).picture(60)
    assert read(picture).words == ["t" * 49 + "…"]
    assert f'aria-label="{"t" * 51}"' in picture.svg
    assert read(Sheet("t" * 50).picture(60)).words == ["t" * 50]


def test_nothing_has_an_id_and_nothing_comes_from_elsewhere() -> None:
    svg = Sheet("nothing").picture(60).svg
    assert " id=" not in svg
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]


def test_sentences_are_wrapped(read: Callable[[Picture], Drawing]) -> None:
    sheet = Sheet("long")
    end = sheet.notes(100, ["word " * 40, "short"])
    notes = read(sheet.picture(end)).marks("note")
    assert len(notes) == 4
    assert max(len(mark.words) for mark in notes) <= 74
    assert notes[-1].number("y") < end


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.001, "0"), (1.0, "1"), (2.345678, "2.35"), (-7.5, "-7.5"), (1234.5, "1234.5")],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_a_path_leaves_out_what_lies_straight_on_the_way() -> None:
    points = np.array([[0, 0], [1, 1], [2, 2], [3, 2], [4, 2], [5, 0]], dtype=float)
    assert path(points) == "M0 0L2 2L4 2L5 0"
    assert path(points[:2]) == "M0 0L1 1"
    assert path(points[:1]) == "M0 0"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_the_same_wherever_it_is_looked_at(
    theme: Literal["light", "dark"], gates: dict[str, TrainedGate]
) -> None:
    netlist = gw.circuit("ripple-adder", bits=2).netlist
    drawn = [surface(gates["xor"]), schematic(netlist, title="adder", gates=gates)]
    for picture in drawn:
        assert "prefers-color-scheme" in picture.svg
        assert picture.themed(None) is picture
        svg = picture.themed(theme).svg
        assert "prefers-color-scheme" not in svg
        assert svg.count("{") == svg.count("}")
        assert (f"fill:{GROUND.dark}" in svg) is (theme == "dark")


def test_a_png_is_light_unless_it_is_to_be_dark(gates: dict[str, TrainedGate]) -> None:
    pytest.importorskip("resvg_py")
    picture = surface(gates["xor"])
    light, dark = (picture.themed(each).to_png() for each in ("light", "dark"))
    assert picture.to_png() == light != dark
