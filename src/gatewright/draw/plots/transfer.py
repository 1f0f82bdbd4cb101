"""Transfer curves: how an output follows an input, and how much noise a ring of two gates bears.

As for a transistor gate, one curve for each input and output, with the other inputs held where the input turns
the output; beside it the curve and its mirror image, with the static noise margin.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y"))
    >>> svg = transfer(gate).svg
    >>> [mark in svg for mark in ("VIL", "VIH", "VOL", "VOH")], svg.count('class="gw-square')
    ([True, True, True, True], 2)
"""

from __future__ import annotations

import numpy as np

from gatewright.certify.butterfly import Square, squares
from gatewright.draw.canvas.axes import Axes, Axis
from gatewright.draw.canvas.legend import Legend
from gatewright.draw.canvas.sheet import BLUE, GREEN, ORANGE, SHADED, SMALL, Sheet
from gatewright.draw.picture import Picture
from gatewright.draw.plots.network import instead
from gatewright.draw.plots.response import HIGH, LOW, POINTS, draw_way
from gatewright.errors import Hint, UsageError
from gatewright.gates.response import Way, toggling
from gatewright.gates.trained import TrainedGate

MOST_WAYS = 32
"""Most curves that can be looked at."""

LEFT = 64.0
LARGE, SMALLER = 380.0, 176.0
"""The size of a frame for one curve, and for several."""


def transfer(gate: TrainedGate) -> Picture:
    """Draw every transfer curve of a gate, and two of them in a ring.

    Raises:
        UsageError: the gate has too many, or no input ever turns an output.
    """
    name, ways = gate.spec.name, toggling(gate)
    if not ways:
        raise UsageError(
            f"no input of gate '{name}' ever turns an output, so there is no transfer curve",
            hint=Hint("draw its surface", "plot surface", gate=name),
        )
    if len(ways) > MOST_WAYS:
        raise UsageError(
            f"gate '{name}' has {len(ways)} transfer curves, and up to {MOST_WAYS} are drawn",
            hint=instead(gate),
        )
    data = gate.datasheet
    sheet = Sheet(
        f"{name}, transfer curve{'s' if len(ways) > 1 else ''}",
        "nothing is proved of it"
        if data is None
        else f"proved: VIL {data.vil:g}, VIH {1 - data.vil:g}, VOL {data.vol:g}, VOH {1 - data.vol:g}",
    )
    top = 96.0
    for way in ways:
        top = _draw(sheet, way, top, alone=len(ways) == 1)
    legend = Legend(sheet)
    legend.curve("output over input")
    legend.curve("the same with output and input exchanged", tone=ORANGE)
    legend.circle("row of the truth table")
    if data is not None:
        legend.stripe("inputs that count as 0 and as 1")
    legend.band("largest square: its side is the static noise margin", tone=GREEN)
    return sheet.picture(legend.draw(top if len(ways) == 1 else top - 24) + 14)


def _draw(sheet: Sheet, way: Way, top: float, *, alone: bool) -> float:
    """One way: its curve, and the ring beside or below it; returns where they end."""
    size = LARGE if alone else SMALLER
    if not alone:
        sheet.text(LEFT, top, way.name, weight="bold", kind="heading")
        top += 30
    across, upwards = Axis(LOW, HIGH, LEFT, LEFT + size), Axis(-0.25, 1.25, top + size, top)
    axes = Axes(across, upwards)
    draw_way(sheet, axes, way, levels=True)
    both = squares(way.values, falling=way.falling)
    told = (
        "no static noise margin"
        if both is None
        else f"static noise margin {min(square.side for square in both):.3f}"
    )
    left = LEFT
    if alone:
        top += size + 86
    else:
        left += size + 84
    sheet.text(left, top - 10, told, size=SMALL, kind="margin")
    ring = Axes(Axis(-0.25, 1.25, left, left + size), Axis(-0.25, 1.25, top + size, top))
    _draw_ring(sheet, ring, way, both)
    return top + size + (58 if alone else 82)


def _draw_ring(sheet: Sheet, axes: Axes, way: Way, both: tuple[Square, Square] | None) -> None:
    """The curve and its mirror image, and the largest squares between them."""
    ticks = (0, 0.5, 1)
    axes.frame(
        sheet,
        x_label="output of one gate",
        y_label="of the other",
        x_ticks=ticks,
        y_ticks=ticks,
    )
    for square in both or ():
        west, east = axes.x.place(square.x), axes.x.place(square.x + square.side)
        south, north = axes.y.place(square.y), axes.y.place(square.y + square.side)
        sheet.mark(
            "rect",
            kind="square",
            x=west,
            y=north,
            width=east - west,
            height=south - north,
            fill=GREEN,
            fill_opacity=SHADED,
            stroke=GREEN,
            title=f"side {square.side:.6f}",
        )
    x = np.linspace(LOW, HIGH, POINTS)
    values = way.values(x)
    axes.curve(sheet, x, values, tone=BLUE, width=2.5, kind="first")
    axes.curve(sheet, values, x, tone=ORANGE, width=2.5, kind="second")
