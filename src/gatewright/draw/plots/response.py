"""The curve of one way through a gate, in a frame: how an output answers one input while the others are held.

Example:
    >>> from gatewright.draw.canvas.axes import Axis
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y"))
    >>> sheet = Sheet("not", "")
    >>> from gatewright.gates.response import toggling
    >>> draw_way(sheet, Axes(Axis(LOW, HIGH, 0, 100), Axis(0, 1, 100, 0)), toggling(gate)[0])
    >>> sheet.picture(120).svg.count('class="gw-row')
    2
"""

from __future__ import annotations

import numpy as np

from gatewright.draw.canvas.axes import Axes
from gatewright.draw.canvas.sheet import BLUE, GRID, GROUND, INK, SMALL, Sheet, number
from gatewright.gates.datasheet import Datasheet
from gatewright.gates.response import Way

LOW, HIGH = -0.5, 1.5
"""The raw inputs that are shown: beyond 0 and 1 as far as they may be off."""

POINTS = 2001


def draw_way(sheet: Sheet, axes: Axes, way: Way, *, levels: bool = False) -> None:
    """Draw the curve in a frame, with the ranges of the input that count as bits, and the two rows.

    Args:
        sheet: what it is drawn on.
        axes: the frame.
        way: the curve.
        levels: whether VIL, VIH, VOL and VOH are marked.
    """
    _, top, _, bottom = axes.corners
    data = way.gate.datasheet
    if data is not None:
        low, high = data.discipline.regions(np.array([[0.0], [1.0]]))
        for bit in (0, 1):
            start, end = axes.x.place(float(low[bit, 0])), axes.x.place(float(high[bit, 0]))
            sheet.mark(
                "rect",
                kind="box",
                x=start,
                y=top,
                width=end - start,
                height=bottom - top,
                fill=GRID,
                fill_opacity=0.55,
                title=f"an input in it counts as {bit}",
            )
    axes.frame(
        sheet,
        x_ticks=(-0.5, 0, 0.5, 1, 1.5),
        y_ticks=(0, 0.5, 1),
        x_label=f"input {way.gate.spec.table.inputs[way.input]}",
        y_label=f"output {way.gate.spec.table.outputs[way.output]}",
    )
    if levels and data is not None:
        _draw_levels(sheet, axes, data)
    x = np.linspace(LOW, HIGH, POINTS)
    axes.curve(sheet, x, way.values(x), tone=BLUE, width=2.5)
    table = way.gate.spec.table
    for bit, row in enumerate((way.row, way.other)):
        value = int(table.values[row, way.output])
        if table.care[row, way.output]:
            sheet.mark(
                "circle",
                kind="row",
                cx=axes.x.place(float(bit)),
                cy=axes.y.place(float(value)),
                r=5.0,
                fill=GROUND,
                stroke=INK,
                stroke_width=1.5,
                title=f"row {bit} of the truth table: {value}",
            )


def _draw_levels(sheet: Sheet, axes: Axes, data: Datasheet) -> None:
    """The levels of a datasheet, as lines with their names outside the frame."""
    left, top, right, bottom = axes.corners
    for name, level, anchor in (("VIL", data.vil, "end"), ("VIH", data.discipline.vih, "start")):
        at = axes.x.place(level)
        d = f"M{number(at)} {number(top)}V{number(bottom)}"
        sheet.mark("path", kind="level", d=d, stroke=INK, stroke_dasharray="3 3", title=name)
        sheet.text(at, top - 8, name, size=SMALL, anchor=anchor, kind="level-name")
    for name, level in (("VOL", data.vol), ("VOH", data.discipline.voh)):
        at = axes.y.place(level)
        d = f"M{number(left)} {number(at)}H{number(right)}"
        sheet.mark("path", kind="level", d=d, stroke=INK, stroke_dasharray="3 3", title=name)
        sheet.text(right + 5, at + 5, name, size=SMALL, kind="level-name")
