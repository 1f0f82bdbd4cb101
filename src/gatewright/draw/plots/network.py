"""The network of a gate as a diagram: where its training began, and what became of it.

Units stand in layers, inputs on the left. A line is a weight, a ring a bias: the larger the wider, blue if
positive, orange and broken if negative.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y"))
    >>> svg = network(gate).svg
    >>> svg.count('class="gw-weight'), svg.count('class="gw-unit')
    (2, 2)
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from gatewright.arrays import Floats
from gatewright.draw.canvas.legend import Legend
from gatewright.draw.canvas.sheet import (
    BLUE,
    FAINT,
    GROUND,
    MARGIN,
    ORANGE,
    SMALL,
    WIDTH,
    Sheet,
    Tone,
    number,
)
from gatewright.draw.picture import Picture
from gatewright.errors import Hint, UsageError
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.again import start
from gatewright.learn.network import Architecture

MOST_UNITS = 40
"""Most units of a layer that can be looked at."""

PITCH, TALLEST = 46.0, 440.0
"""From one unit to the next, and the most room for a layer."""

APART, ACROSS = 64.0, 46.0
"""From one unit to the next where weights are written beside their lines, and the room for one across."""

FEW = 3
"""Most units of a layer whose weights are written: of more, numbers would hide each other."""

WIDEST, FINEST = 7.0, 0.6
BROKEN = "7 4"


def network(gate: TrainedGate) -> Picture:
    """Draw the network as the chosen restart began, and as it is.

    One that restores its inputs began as logic layers of perhaps another size: it is drawn as it is.

    Raises:
        UsageError: a layer has more units than can be looked at.
    """
    table = gate.spec.table
    if not drawable(gate):
        most = max(gate.architecture.sizes)
        raise UsageError(
            f"gate '{gate.spec.name}' has a layer of {most} units, and up to {MOST_UNITS} are drawn",
            hint=instead(gate),
        )
    figures, data = gate.figures, gate.datasheet
    sizes = "-".join(map(str, gate.architecture.sizes))
    restoring, epochs = gate.architecture.restoring, figures.epochs
    when = "after training" if restoring else "before and after training"
    sheet = Sheet(f"{gate.spec.name}, {when}", f"a {sizes} network")
    told = f"trained for {epochs} epochs" if restoring else f"trained, {epochs} epochs later"
    drawn = [] if restoring else [(f"start of restart {figures.restart}", *start(gate))]
    hardened = restoring or gate.architecture != drawn[0][1]
    if hardened and data is not None:
        told += f"; hardened, {data.weight_bits}-bit weights"
    drawn.append((told, gate.architecture, gate.theta))
    largest = float(max(abs(theta).max() for *_, theta in drawn))
    top = 92.0
    for words, architecture, weights in drawn:
        sheet.text(MARGIN, top, words, weight="bold", kind="heading")
        diagram = Diagram(sheet, architecture, weights, top + 14, largest)
        diagram.draw(table.inputs, table.outputs)
        top = diagram.bottom + 42
    legend = Legend(sheet)
    shown = _round_down(largest)
    for value in (shown, -shown, shown / 10):
        sign, dash = ("−", BROKEN) if value < 0 else ("", "")
        width = thickness(value, largest)
        legend.curve(f"a weight of {sign}{abs(value):g}", tone=tone(value), width=width, dash=dash)
    legend.ring("a unit: its ring is its bias, drawn like a weight", tone=BLUE)
    return sheet.picture(legend.draw(top - 16) + 14)


def drawable(gate: TrainedGate) -> bool:
    """Whether every layer has few enough units to be looked at."""
    return max(gate.architecture.sizes) <= MOST_UNITS


def instead(gate: TrainedGate) -> Hint:
    """What can be drawn of a gate that has too much of something else."""
    if drawable(gate):
        return Hint("draw its network or its training", "plot network", gate=gate.spec.name)
    return Hint("draw its training", "plot training", gate=gate.spec.name)


def thickness(weight: float, largest: float) -> float:
    """How wide a weight is drawn: by its square root, so that small ones are seen beside large ones."""
    return FINEST + WIDEST * math.sqrt(abs(weight) / largest) if largest else FINEST


class Diagram:
    """One network; where there is room, each weight and bias in numbers.

    Args:
        sheet: to draw on.
        architecture: of the network.
        theta: its parameters, shape (parameters,).
        top: where it begins.
        largest: weight of all that are drawn, the widest line.

    Attributes:
        bottom: where it ends.
    """

    def __init__(
        self, sheet: Sheet, architecture: Architecture, theta: Floats, top: float, largest: float
    ) -> None:
        self._sheet, self._shape, self._largest = sheet, architecture, largest
        self._layers = [(w[0], b[0, 0]) for w, b in architecture.layers(theta[None])]
        most = max(architecture.sizes)
        self._written = most <= FEW
        if self._written:
            self._pitch, self._radius = APART, 13.0
            self._middle = top + APART * most / 2
            self.bottom = top + APART * most + 8
            return
        self._pitch = min(PITCH, TALLEST / most)
        self._radius = min(13.0, 0.34 * self._pitch)
        self._middle = top + self._pitch * most / 2
        self.bottom = top + self._pitch * most

    def draw(self, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
        """Draw it between the names of its ports."""
        room = 24.0 + 8.0 * max(map(len, (*inputs, *outputs)))
        self._columns = np.linspace(room + MARGIN, WIDTH - room - MARGIN, len(self._shape.sizes))
        across = float(self._columns[1] - self._columns[0]) - 2 * self._radius
        self._written &= across >= ACROSS * (max(self._shape.sizes[1:]) + 1) - 30
        self._weights(inputs)
        if self._written:
            self._numbers()
        for port, name in enumerate(inputs):
            x, y = self._place(0, port)
            self._circle(x, y, FAINT, 1.5, "input", name)
            self._sheet.text(x - self._radius - 8, y + 5, name, anchor="end", kind="port")
        for depth, (_, biases) in enumerate(self._layers, 1):
            for unit, bias in enumerate(biases.tolist()):
                self._unit(depth, unit, bias)
        for port, name in enumerate(outputs):
            x, y = self._place(len(self._layers), port)
            self._sheet.text(x + self._radius + 10, y + 5, name, kind="port")
        for depth, name in enumerate(("inputs", *self._shape.activations)):
            if len(name) * 7.5 < self._columns[1] - self._columns[0]:
                x = float(self._columns[depth])
                self._sheet.text(x, self.bottom + 8, name, size=SMALL, tone=FAINT, anchor="middle")

    def _place(self, depth: int, unit: int) -> tuple[float, float]:
        count = self._shape.sizes[depth]
        return float(self._columns[depth]), self._middle + self._pitch * (unit - (count - 1) / 2)

    def _weights(self, inputs: tuple[str, ...]) -> None:
        """Every weight that is not 0; the wide ones first, so that they hide nothing."""
        edges = [
            (weight, depth, before, after)
            for depth, (weights, _) in enumerate(self._layers)
            for before, after in itertools.product(*map(range, weights.shape))
            if (weight := float(weights[before, after]))
        ]
        for weight, depth, before, after in sorted(edges, key=lambda edge: -abs(edge[0])):
            (x, y), (to_x, to_y) = self._place(depth, before), self._place(depth + 1, after)
            source = f"unit {depth}.{before + 1}" if depth else inputs[before]
            self._sheet.mark(
                "path",
                kind="weight",
                d=f"M{number(x)} {number(y)}L{number(to_x)} {number(to_y)}",
                fill="none",
                stroke=tone(weight),
                stroke_width=thickness(weight, self._largest),
                stroke_dasharray=BROKEN if weight < 0 else "",
                title=f"{source} → unit {depth + 1}.{after + 1}: {weight:g}",
            )

    def _numbers(self) -> None:
        """Every weight beside its line, those into one unit below each other."""
        for depth, (weights, _) in enumerate(self._layers):
            units = weights.shape[1]
            for before, after in itertools.product(*map(range, weights.shape)):
                (x, y), (to_x, to_y) = self._place(depth, before), self._place(depth + 1, after)
                along, weight = (after + 1) / (units + 1), float(weights[before, after])
                if weight:  # others have no line
                    self._number(x + along * (to_x - x), y + along * (to_y - y) + 5, weight)

    def _number(self, x: float, y: float, value: float) -> None:
        """A number on a ground that hides the line."""
        words = f"{value:.0f}" if 1000 <= abs(value) < 1e5 else f"{value:.3g}"
        words = words.replace("-", "−")
        wide = 8.0 * len(words) + 2
        self._sheet.mark(
            "rect", x=x - wide / 2, y=y - 12, width=wide, height=15.0, fill=GROUND, kind="behind"
        )
        self._sheet.text(x, y, words, size=SMALL, anchor="middle", kind="number")

    def _unit(self, depth: int, unit: int, bias: float) -> None:
        x, y = self._place(depth, unit)
        width = 1.0 + 0.55 * thickness(bias, self._largest)
        told = f"unit {depth}.{unit + 1}: bias {bias:g}"
        self._circle(x, y, tone(bias), width, "unit", told, "4 2.5" if bias < 0 else "")
        if self._written:
            self._number(x, y + self._radius + 17, bias)

    def _circle(
        self, x: float, y: float, tone: Tone, width: float, kind: str, told: str, dash: str = ""
    ) -> None:
        self._sheet.mark(
            "circle", cx=x, cy=y, r=self._radius + width / 2 + 1.5, fill=GROUND
        )  # lines end at the ring, even if it is broken
        self._sheet.mark(
            "circle",
            kind=kind,
            cx=x,
            cy=y,
            r=self._radius,
            fill=GROUND,
            stroke=tone,
            stroke_width=width,
            stroke_dasharray=dash,
            title=told,
        )


def _round_down(value: float) -> float:
    """A number to its first digit."""
    unit = 10.0 ** math.floor(math.log10(value)) if value else 1.0
    return math.floor(value / unit + 1e-9) * unit


def tone(weight: float) -> Tone:
    """The colour of a weight: by its sign."""
    return ORANGE if weight < 0 else BLUE
