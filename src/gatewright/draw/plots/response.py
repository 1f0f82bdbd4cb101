"""How an output answers one input while the others are held: ways through a gate, and their curves.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("nand", lambda a, b: 1 - a * b, inputs="ab", outputs="y"))
    >>> [(way.name, way.falling) for way in toggling(gate)]
    [('a → y, b = 1', True), ('b → y, a = 1', True)]
    >>> toggling(gate)[0].values(np.array([0.0, 1.0])).tolist()
    [1.0, 0.0]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Floats
from gatewright.draw.canvas.axes import Axes
from gatewright.draw.canvas.sheet import BLUE, GRID, GROUND, INK, SMALL, Sheet, number
from gatewright.gates.datasheet import Datasheet
from gatewright.gates.trained import TrainedGate
from gatewright.logic.bits import row_numbers

LOW, HIGH = -0.5, 1.5
"""The raw inputs that are looked at: beyond 0 and 1 as far as they may be off."""

POINTS = 2001


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One input of a gate, one output, and the row at which the other inputs are held.

    Attributes:
        gate: the gate.
        input: the number of the input.
        output: the number of the output.
        row: the row of the truth table in which the input is 0.
    """

    gate: TrainedGate
    input: int
    output: int
    row: int

    @property
    def other(self) -> int:
        """The row in which the input is 1."""
        pattern = self.gate.spec.table.patterns[self.row].copy()
        pattern[self.input] = 1
        return int(row_numbers(pattern))

    @property
    def falling(self) -> bool:
        """Whether the output is 1 where the input is 0, and 0 where it is 1: an inverter."""
        values = self.gate.spec.table.values[:, self.output]
        return bool(values[self.row] > values[self.other])

    @property
    def name(self) -> str:
        """The way in words."""
        table = self.gate.spec.table
        held = table.patterns[self.row].tolist()
        others = [
            f"{port} = {bit}"
            for place, (port, bit) in enumerate(zip(table.inputs, held, strict=True))
            if place != self.input
        ]
        return ", ".join([f"{table.inputs[self.input]} → {table.outputs[self.output]}", *others])

    def values(self, x: Floats) -> Floats:
        """The raw output for each value (n,) of the input."""
        inputs = np.tile(self.gate.spec.table.patterns[self.row].astype(np.float64), (len(x), 1))
        inputs[:, self.input] = x
        return self.gate.raw(inputs)[:, self.output]


def toggling(gate: TrainedGate) -> list[Way]:
    """For each output and input the first row in which that input turns that output, inverting it if any does.

    An input that turns an output in no row has none.
    """
    table, found = gate.spec.table, []
    for output in range(len(table.outputs)):
        values, care = table.values[:, output], table.care[:, output]
        for place in range(len(table.inputs)):
            ways = [
                Way(gate, place, output, row)
                for row in np.flatnonzero(table.patterns[:, place] == 0).tolist()
            ]
            turning = [
                way
                for way in ways
                if care[way.row] and care[way.other] and values[way.row] != values[way.other]
            ]
            if turning:
                found.append(next((way for way in turning if way.falling), turning[0]))
    return found


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
