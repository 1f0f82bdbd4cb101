"""Noise and what it does: the share of wrong bits against noise, and against the depth of the circuit.

The counts are those of `gatewright.circuits.simulate.noise`, for gates of two kinds: those that are proved to
bear noise, and those trained in the usual way.

Example:
    >>> from gatewright.circuits.simulate.noise import NoiseLevel
    >>> levels = [NoiseLevel(each / 10, 100, 500, 5 * each, "", 0.0) for each in range(4)]
    >>> kinds = (Kind("trained", "certified gates"), Kind("baseline", "plainly trained gates"))
    >>> sweep = Sweep("wires", {"trained": levels, "baseline": levels}, proved=0.2)
    >>> noise("ripple-adder --bits 4", kinds, [sweep]).svg.count('class="gw-rate')
    2
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gatewright.circuits.simulate.noise import NoiseLevel, Where
from gatewright.draw.canvas.axes import Axes, Axis
from gatewright.draw.canvas.legend import Legend
from gatewright.draw.canvas.sheet import BLUE, GRID, GROUND, ORANGE, SMALL, Colour, Sheet
from gatewright.draw.picture import Picture
from gatewright.records import dataclass

MOST_CURVES = 4
"""Levels of noise that are followed into the depth."""

LEFT, RIGHT, HIGH = 76.0, 456.0, 250.0

DASH = "6 4"
"""How the other gates are drawn, for those who cannot see colours."""

_WHERE = {
    "wires": "every wire off by up to",
    "weights": "every weight off by up to this part of itself",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """Gates of one kind: their name in a sweep, and in words."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """One circuit at several levels of noise.

    Attributes:
        where: whether wires are off, or weights.
        levels: of each kind of gates, by its name; the same noises for all.
        proved: the noise up to which the gates of the first kind are proved to give no wrong bit.
    """

    where: Where
    levels: Mapping[str, Sequence[NoiseLevel]]
    proved: float = 0.0


@dataclass(frozen=True, slots=True)
class Grown:
    """The circuit, or one like it, at levels of noise chosen by `followed`.

    Attributes:
        depth: gates on its longest path.
        levels: of each kind of gates, by its name.
    """

    depth: int
    levels: Mapping[str, Sequence[NoiseLevel]]


def followed(noises: Sequence[float], proved: float) -> tuple[float, ...]:
    """The noises to follow into the depth: a few of those that were swept, up to what is proved."""
    some = sorted({each for each in noises if each > 0 and (each <= proved or not proved)})
    places = np.linspace(0, len(some) - 1, min(len(some), MOST_CURVES)).round().astype(int)
    return tuple(some[place] for place in places.tolist())


def noise(
    title: str, kinds: tuple[Kind, Kind], sweeps: Sequence[Sweep], grown: Sequence[Grown] = ()
) -> Picture:
    """Draw how often bits are wrong: a panel for each sweep, and one against depth.

    Args:
        title: of the circuit.
        kinds: the proved gates, and those they are compared with.
        sweeps: on wires, on weights, or both.
        grown: circuits of growing depth, all at the same levels of noise; without any there is no such panel.
    """
    first, second = kinds
    bits = sweeps[0].levels[first.name][0].bits
    sheet = Sheet(title, f"{bits:,} output bits sampled at each level".replace(",", " "))
    legend = Legend(sheet)
    legend.dots(first.words, tone=BLUE)
    legend.dots(second.words, tone=ORANGE, dash=DASH)
    if any(sweep.proved for sweep in sweeps):
        legend.stripe("noise at which no bit of the former can be wrong: proved")
    top = 80.0
    for sweep in sweeps:
        _draw_sweep(sheet, sweep, kinds, top)
        top += HIGH + 66
    if grown:
        _draw_depth(sheet, sweeps[0].where, grown, kinds, top)
        top += HIGH + 66
    return sheet.picture(legend.draw(top) + 14)


def _draw_sweep(sheet: Sheet, sweep: Sweep, kinds: tuple[Kind, Kind], top: float) -> None:
    """Wrong bits against noise."""
    noises = [level.noise for level in sweep.levels[kinds[0].name]]
    high = max(*noises, sweep.proved, 1e-3)
    every = [level for levels in sweep.levels.values() for level in levels]
    axes = Axes(Axis(0.0, high * 1.03, LEFT, RIGHT), _rates(every, top))
    if sweep.proved:
        sheet.mark(
            "rect",
            kind="proved",
            x=LEFT,
            y=top,
            width=axes.x.place(sweep.proved) - LEFT,
            height=HIGH,
            fill=GRID,
            fill_opacity=0.55,
        )
    axes.frame(sheet, x_label=_WHERE[sweep.where], y_label="wrong bits, %")
    for kind, tone, dash in zip(reversed(kinds), (ORANGE, BLUE), (DASH, ""), strict=True):
        levels = sorted(sweep.levels[kind.name], key=lambda level: level.noise)
        points = [(level.noise, level) for level in levels]
        _draw_rates(sheet, axes, points, tone, dash, kind.words)


def _draw_depth(
    sheet: Sheet, where: Where, grown: Sequence[Grown], kinds: tuple[Kind, Kind], top: float
) -> None:
    """Wrong bits against depth, a line for each noise that is followed, its size beside it."""
    every = [level for each in grown for levels in each.levels.values() for level in levels]
    depths = sorted({float(each.depth) for each in grown})
    low, high = depths[0], depths[-1]
    far = high > 8 * low
    across = Axis(low / 1.1, high * 1.1, LEFT, RIGHT, log=True)
    axes = Axes(across if far else Axis(low - 0.3, high + 0.3, LEFT, RIGHT), _rates(every, top))
    axes.frame(
        sheet, x_label="depth, gates on the longest path", y_label="wrong bits, %", x_ticks=depths
    )
    first, second = kinds
    ordered = sorted(grown, key=lambda each: each.depth)
    names: list[tuple[float, str]] = []
    for kind, tone, dash in ((second, ORANGE, DASH), (first, BLUE, "")):
        noises = range(len(ordered[0].levels[kind.name]))
        for place in noises if kind is second else noises[-1:]:
            points = [(float(each.depth), each.levels[kind.name][place]) for each in ordered]
            told = f"±{points[0][1].noise:g}"
            _draw_rates(sheet, axes, points, tone, dash, f"{kind.words}, {where} {told}")
            names.append((axes.y.place(100 * points[-1][1].rate), told))
    for y, told in _apart(names):
        sheet.text(RIGHT + 8, y + 5, told, size=SMALL, kind="name")


def _rates(levels: Sequence[NoiseLevel], top: float) -> Axis:
    """An axis in percent up to the worst of some levels."""
    worst = max(level.rate for level in levels)
    return Axis(0.0, 104 * max(worst, 0.01), top + HIGH, top)


def _draw_rates(
    sheet: Sheet,
    axes: Axes,
    points: Sequence[tuple[float, NoiseLevel]],
    tone: Colour,
    dash: str,
    words: str,
) -> None:
    """A line through rates in percent, a dot for each."""
    x = np.array([place for place, _ in points])
    y = np.array([100 * level.rate for _, level in points])
    axes.curve(sheet, x, y, tone=tone, dash=dash, kind="rate", title=words)
    for place, level in points:
        sheet.mark(
            "circle",
            kind="dot",
            cx=axes.x.place(place),
            cy=axes.y.place(100 * level.rate),
            r=4.0,
            fill=GROUND if dash else tone,
            stroke=tone,
            stroke_width=1.5,
            title=f"{words}: {level.wrong_bits} of {level.bits} bits wrong",
        )


def _apart(names: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Words at heights, pushed upwards if they would touch."""
    placed: list[tuple[float, str]] = []
    for y, told in sorted(names, reverse=True):
        placed.append((min(y, placed[-1][0] - 16) if placed else y, told))
    return placed
