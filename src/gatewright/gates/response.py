"""How an output follows one input while the others are held, and how much noise a ring of two gates bears.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("nand", lambda a, b: 1 - a * b, inputs="ab", outputs="y"))
    >>> [(way.name, way.falling) for way in toggling(gate)]
    [('a → y, b = 1', True), ('b → y, a = 1', True)]
    >>> toggling(gate)[0].values(np.array([0.0, 1.0])).tolist()
    [1.0, 0.0]
    >>> min(margins(gate)) > gate.datasheet.noise_margin
    True
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify.butterfly import squares
from gatewright.gates.trained import TrainedGate
from gatewright.logic.bits import row_numbers
from gatewright.records import dataclass


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
    """For each output and input, the first row in which the input turns the output, preferably inverting it.

    An input that never turns an output has no such row.
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


def margins(gate: TrainedGate) -> list[float | None]:
    """The static noise margin of each way through a gate, in the order of `toggling`; None if it has none."""
    found = [squares(way.values, falling=way.falling) for way in toggling(gate)]
    return [both and min(square.side for square in both) for both in found]
