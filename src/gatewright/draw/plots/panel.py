"""One panel of a surface: an output over two inputs, with rows, proved boxes and the lines of units.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y"))
    >>> from gatewright.draw.canvas.axes import Axis
    >>> axes = Axes(Axis(LOW, HIGH, 0.0, 4.0), Axis(LOW, HIGH, 4.0, 0.0))
    >>> Panel(gate, 0, np.zeros(0, np.uint8), axes).values().round().astype(int).tolist()
    [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.draw.canvas.axes import Axes, cut
from gatewright.draw.canvas.contour import contour
from gatewright.draw.canvas.raster import raster
from gatewright.draw.canvas.sheet import SMALL, Sheet
from gatewright.draw.plots.response import HIGH, LOW
from gatewright.gates.trained import TrainedGate
from gatewright.logic.bits import row_numbers, table_rows
from gatewright.records import dataclass

LARGE = 400.0
"""The size of a panel that stands alone; there is room in it for raw outputs in figures."""

_DARK, _LIGHT = "#111111", "#ffffff"
_BRIGHT = 0.4
"""Raw outputs above it are painted so bright that dark ink is legible on them."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One output of a gate over its first two inputs.

    Attributes:
        gate: the gate.
        output: the number of the output.
        others: bits of the other inputs.
        axes: the frame.
    """

    gate: TrainedGate
    output: int
    others: Bits
    axes: Axes

    @property
    def size(self) -> float:
        """How wide and high it is."""
        return self.axes.x.end - self.axes.x.start

    @property
    def heading(self) -> str:
        """Which output it is, and where the others are held."""
        table = self.gate.spec.table
        port, bits = table.outputs[self.output], [str(bit) for bit in self.others.tolist()]
        held = ", ".join(f"{a} = {b}" for a, b in zip(table.inputs[2:], bits, strict=True))
        if len(f"{port}, {held}") * 8 > self.size:
            held = "".join(bits)
        return ", ".join(filter(None, (port, held)))

    def values(self) -> Floats:
        """The raw output at the middle of every unit of the sheet, the lowest row first."""
        cells = round(self.size)
        middles = LOW + (HIGH - LOW) * (np.arange(cells) + 0.5) / cells
        a, b = np.meshgrid(middles, middles)
        rest = np.broadcast_to(self.others.astype(np.float64), (cells * cells, len(self.others)))
        inputs = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1), rest], axis=1)
        return self.gate.raw(inputs)[:, self.output].reshape(cells, cells)

    def lines(self) -> Iterator[tuple[int, Floats]]:
        """Each unit of the first layer with the line on which its sum is 0, where that crosses the panel."""
        (w, b), *_ = self.gate.architecture.layers(self.gate.theta[None])
        offsets = b[0, 0] + self.others @ w[0, 2:]
        for unit, ((p, q), offset) in enumerate(zip(w[0, :2].T.tolist(), offsets, strict=True)):
            if p == q == 0:
                continue
            # The point of the line nearest to the middle of the panel, and far along it either way.
            middle = np.array([0.5, 0.5])
            normal = np.array([p, q]) / np.hypot(p, q)
            foot = middle - normal * (normal @ middle + offset / np.hypot(p, q))
            along = np.array([-normal[1], normal[0]]) * 4 * (HIGH - LOW)
            ends = np.stack([foot - along, foot + along])
            places = np.stack(
                [self.axes.x.place(ends[:, 0]), self.axes.y.place(ends[:, 1])], axis=1
            )
            for part in cut(places, self.axes.corners):
                yield unit, part

    def draw(self, sheet: Sheet) -> None:
        """Paint the surface, the lines of the first layer on it, then rows and boxes."""
        left, top, *_ = self.axes.corners
        values = self.values()
        raster(sheet, values, left=left, top=top, size=self.size)
        cell = self.size / len(values)
        for line in contour(values, 0.5):
            points = np.array([left, top + self.size]) + (line + 0.5) * np.array([cell, -cell])
            sheet.trace(points, tone=_LIGHT, width=3.4, opacity=0.8)
            sheet.trace(points, tone=_DARK, width=1.6, kind="half", title="raw output ½")
        for unit, points in self.lines():  # white with a dark edge, to be seen on both colours
            told = f"unit {unit + 1}"
            sheet.trace(points, tone=_DARK, width=3.0, opacity=0.5)
            sheet.trace(points, tone=_LIGHT, width=1.4, dash="5 4", kind="unit", title=told)
        for a, b in table_rows(2).tolist():
            self._draw_row(sheet, a, b)

    def _draw_row(self, sheet: Sheet, a: int, b: int) -> None:
        table, x, y = self.gate.spec.table, self.axes.x, self.axes.y
        pattern = np.concatenate([np.array([a, b], dtype=np.uint8), self.others])
        row = int(row_numbers(pattern))
        raw = float(self.gate.raw(pattern[None].astype(np.float64))[0, self.output])
        known, value = bool(table.care[row, self.output]), int(table.values[row, self.output])
        ink, large = _DARK if raw > _BRIGHT else _LIGHT, self.size == LARGE
        if self.gate.datasheet is not None and known:
            low, high = self.gate.datasheet.discipline.regions(pattern[None].astype(np.float64))
            west, east = x.place(float(low[0, 0])), x.place(float(high[0, 0]))
            south, north = y.place(float(low[0, 1])), y.place(float(high[0, 1]))
            sheet.mark(
                "rect",
                kind="box",
                x=west,
                y=north,
                width=east - west,
                height=south - north,
                fill="none",
                stroke=ink,
                stroke_width=2.0 if large else 1.3,
            )
        at, level = x.place(float(a)), y.place(float(b))
        told = str(value) if known else "–"
        inputs = zip(table.inputs, pattern.tolist(), strict=True)
        named = ", ".join(f"{port} = {bit}" for port, bit in inputs)
        sheet.mark(
            "circle",
            kind="row",
            cx=at,
            cy=level,
            r=12.0 if large else 10.0,
            fill=_LIGHT,
            stroke=_DARK,
            title=f"{named}: {told}, raw {raw:.4f}",
        )
        sheet.text(
            at, level + 5, told, size=SMALL, tone=_DARK, anchor="middle", weight="bold", kind="bit"
        )
        if large:
            exact = f"exactly {value}" if known and raw == value else f"raw {raw:.4f}"
            sheet.text(at, level + 32, exact, size=SMALL, tone=ink, anchor="middle", kind="raw")
