"""The surface of a gate: its raw output over two inputs, and what is proved of it drawn on top.

For a gate of more than two inputs, slices are drawn, one for every pattern of the others; for one of a single
input, the curve.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y"))
    >>> svg = surface(gate).svg
    >>> svg.count('class="gw-box"'), svg.count('class="gw-row')
    (4, 4)
"""

from __future__ import annotations

from gatewright.draw.canvas.axes import Axes, Axis
from gatewright.draw.canvas.legend import Legend
from gatewright.draw.canvas.sheet import SMALL, Sheet
from gatewright.draw.picture import Picture
from gatewright.draw.plots.network import instead
from gatewright.draw.plots.panel import LARGE, Panel
from gatewright.draw.plots.response import HIGH, LOW, draw_way
from gatewright.errors import UsageError
from gatewright.gates.response import Way
from gatewright.gates.trained import TrainedGate
from gatewright.logic.bits import table_rows

MOST_INPUTS = 6
"""Most inputs of a gate; more make too many slices to look at."""

LEFT, TOP, ACROSS = 60.0, 72.0, 440
"""Where panels begin, and the room for several side by side."""

HEADING = 24
"""The room for the heading of a panel, if there are several."""


def surface(gate: TrainedGate) -> Picture:
    """Draw what a gate does between and beyond its bits.

    Raises:
        UsageError: it has more inputs than there are slices to look at.
    """
    table = gate.spec.table
    if len(table.inputs) > MOST_INPUTS:
        raise UsageError(
            f"gate '{gate.spec.name}' has {len(table.inputs)} inputs, and slices are drawn of up to "
            f"{MOST_INPUTS}",
            hint=instead(gate),
        )
    sheet = Sheet(*_heading(gate))
    legend = Legend(sheet)
    if len(table.inputs) == 1:
        top = _curves(sheet, gate)
        legend.curve("raw output")
        legend.circle("row of the truth table")
        if gate.datasheet is not None:
            legend.stripe("inputs that count as 0 and as 1")
    else:
        top = _panels(sheet, gate)
        legend.scale("raw output")
        legend.half("where it is ½")
        legend.circle("row of the truth table, its output inside")
        if gate.datasheet is not None:
            legend.box("its box: what is proved holds at every point of it")
        legend.line("where a unit of the first layer is undecided")
    return sheet.picture(sheet.notes(legend.draw(top), _notes(gate)) + 14)


def _notes(gate: TrainedGate) -> list[str]:
    """Notes on slices and don't-cares, if there are any."""
    table, told = gate.spec.table, []
    others = ", ".join(table.inputs[2:])
    if others:
        slices = f"Slices at exact values of {others}, which stand above them"
        proof = "; the proof holds where these are off, too." if gate.datasheet else "."
        told.append(slices + proof)
    if not table.care.all():
        told.append("–: a row in which the output does not matter.")
    return told


def _heading(gate: TrainedGate) -> tuple[str, str]:
    """What is drawn, and what is proved of it."""
    name, data = gate.spec.name, gate.datasheet
    sizes = "-".join(map(str, gate.architecture.sizes))
    if data is None:
        return f"{name}, learned", f"a {sizes} network; nothing is proved of it"
    clean = "exactly 0 or 1" if not data.vol else f"0 or 1 to within {data.vol:g}"
    return (
        f"{name}, learned and certified",
        f"a {sizes} network; inputs off by up to ±{data.noise_margin:g} give {clean}: proved",
    )


def _curves(sheet: Sheet, gate: TrainedGate) -> float:
    """A panel for each output of a gate with one input; returns where they end."""
    top = TOP
    for output in range(len(gate.spec.table.outputs)):
        across = Axis(LOW, HIGH, LEFT, LEFT + LARGE)
        draw_way(sheet, Axes(across, Axis(-0.25, 1.25, top + 300, top)), Way(gate, 0, output, 0))
        top += 300 + 76
    return top - 16


def _panels(sheet: Sheet, gate: TrainedGate) -> float:
    """Every output of a gate over its first two inputs, in every slice; returns where they end."""
    table = gate.spec.table
    slices = table_rows(len(table.inputs) - 2)
    count = len(table.outputs) * len(slices)
    columns = min(4, len(slices)) if len(slices) > 1 else min(2, count)
    gap = 16
    size = LARGE if columns == 1 else float((ACROSS - gap * (columns - 1)) // columns)
    room = HEADING if count > 1 else 0
    places = [(output, others) for output in range(len(table.outputs)) for others in slices]
    for place, (output, others) in enumerate(places):
        row, column = divmod(place, columns)
        left, top = LEFT + column * (size + gap), TOP + row * (size + room + 6) + room
        across, upwards = Axis(LOW, HIGH, left, left + size), Axis(LOW, HIGH, top + size, top)
        panel = Panel(gate, output, others, Axes(across, upwards))
        panel.draw(sheet)
        panel.axes.frame(
            sheet,
            x_ticks=(0, 1) if place + columns >= count else (),
            y_ticks=(0, 1) if not column else (),
            grid=False,
        )
        if count > 1:
            sheet.text(left, top - 8, panel.heading, size=SMALL, kind="heading")
    bottom = top + size
    wide = columns * (size + gap) - gap
    sheet.text(LEFT + wide / 2, bottom + 40, f"input {table.inputs[0]}", anchor="middle")
    middle = (TOP + room + bottom) / 2
    sheet.text(LEFT - 34, middle, f"input {table.inputs[1]}", anchor="middle", turned=True)
    return bottom + 58
