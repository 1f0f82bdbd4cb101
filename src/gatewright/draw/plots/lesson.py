"""One step of a training as pictures: the network before and after it, and its output over two inputs.

Example:
    >>> import numpy as np
    >>> unit = Architecture((1, 1), ("logistic",))
    >>> drawn = lesson_network(unit, (np.array([0.5, -0.2]), np.array([0.6, -0.1])), ("a",), ("y",))
    >>> drawn.svg.count('class="gw-heading')
    2
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.draw.canvas.axes import Axes, Axis
from gatewright.draw.canvas.legend import Legend
from gatewright.draw.canvas.raster import raster
from gatewright.draw.canvas.sheet import BLUE, INK, MARGIN, SMALL, Sheet
from gatewright.draw.picture import Picture
from gatewright.draw.plots.network import BROKEN, MOST_UNITS, Diagram, thickness, tone
from gatewright.draw.plots.response import HIGH, LOW
from gatewright.learn.network import Architecture, forward
from gatewright.learn.objective import Objective

WHEN = ("before the step", "after it")

LEFT, TOP, SIZE, GAP = 60.0, 96.0, 200.0, 30.0


def lesson_network(
    architecture: Architecture,
    thetas: tuple[Floats, Floats],
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
) -> Picture | None:
    """The network before and after a step; none where a layer has more units than can be looked at.

    Args:
        architecture: of the network.
        thetas: parameters before and after, shape (parameters,).
        inputs: their names.
        outputs: their names.
    """
    if max(architecture.sizes) > MOST_UNITS:
        return None
    sheet = Sheet(
        "The network", f"{'-'.join(map(str, architecture.sizes))}, before and after the step"
    )
    largest = float(max(abs(theta).max() for theta in thetas))
    top = 92.0
    for when, theta in zip(WHEN, thetas, strict=True):
        sheet.text(MARGIN, top, when, weight="bold", kind="heading")
        diagram = Diagram(sheet, architecture, theta, top + 14, largest)
        diagram.draw(inputs, outputs)
        top = diagram.bottom + 42
    legend = Legend(sheet)
    for value in (1.0, -1.0):
        sign, dash = ("−", BROKEN) if value < 0 else ("", "")
        legend.curve(
            f"a weight of {sign}1", tone=tone(value), width=thickness(1.0, largest), dash=dash
        )
    legend.ring("a unit: its ring is its bias, drawn like a weight", tone=BLUE)
    return sheet.picture(legend.draw(top - 16) + 14)


def lesson_surface(
    objective: Objective,
    thetas: tuple[Floats, Floats],
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
) -> Picture:
    """The output over two inputs, before and after a step, with the rows and their targets.

    Args:
        objective: of two inputs and one output.
        thetas: parameters before and after, shape (parameters,).
        inputs: their names.
        outputs: its name.
    """
    sheet = Sheet(f"Its output {outputs[0]}", f"over the inputs {' and '.join(inputs)}")
    cells = round(SIZE)
    middles = LOW + (HIGH - LOW) * (np.arange(cells) + 0.5) / cells
    a, b = np.meshgrid(middles, middles)
    grid = np.stack([a.ravel(), b.ravel()], axis=1)
    for place, (when, theta) in enumerate(zip(WHEN, thetas, strict=True)):
        left = LEFT + place * (SIZE + GAP)
        axes = Axes(Axis(LOW, HIGH, left, left + SIZE), Axis(LOW, HIGH, TOP + SIZE, TOP))
        values = forward(objective.architecture, theta[None], grid)[-1].a[0, :, 0]
        raster(sheet, values.reshape(cells, cells), left=left, top=TOP, size=SIZE)
        axes.frame(sheet, x_ticks=(0, 1), y_ticks=() if place else (0, 1), grid=False)
        sheet.text(left, TOP - 10, when, weight="bold", kind="heading")
        for row, target in zip(objective.x.tolist(), objective.y[:, 0].tolist(), strict=True):
            x, y = axes.x.place(row[0]), axes.y.place(row[1])
            sheet.mark("circle", kind="row", cx=x, cy=y, r=10.0, fill="#ffffff", stroke="#1f2328")
            sheet.text(
                x, y + 5, f"{target:g}", size=SMALL, tone="#1f2328", anchor="middle", weight="bold"
            )
    bottom = TOP + SIZE
    sheet.text(LEFT + SIZE + GAP / 2, bottom + 40, f"input {inputs[0]}", anchor="middle", tone=INK)
    sheet.text(LEFT - 34, TOP + SIZE / 2, f"input {inputs[1]}", anchor="middle", turned=True)
    legend = Legend(sheet)
    legend.scale("raw output")
    legend.circle("a row, its target inside")
    return sheet.picture(legend.draw(bottom + 58) + 14)
