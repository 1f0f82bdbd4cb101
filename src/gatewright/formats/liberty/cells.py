"""Which gates are cells of a library, and the area of each: the parameters of its network.

Every function of few inputs has a proved gate, because that of its class is turned into it exactly; so they
are cells, up to the order of their inputs, which synthesis chooses itself. An area is known before a gate is
trained: from its recipe.

Example:
    >>> {spec.name: area for spec, area in function_areas(1, {}).items()}
    {'lut1-1': 6, 'lut1-2': 6}
    >>> [len(function_areas(inputs, {})) for inputs in (2, 3, 4)]
    [10, 78, 2030]
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from gatewright.arrays import Bits, Indices
from gatewright.gates.functions import MOST_INPUTS, function_name, function_spec, function_table
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import default_recipe
from gatewright.logic.bits import table_rows
from gatewright.logic.npn import MOST_INPUTS as MOST_CLASSIFIED
from gatewright.logic.npn import classify, transforms


def function_areas(widest: int, classes: Mapping[str, TrainedGate]) -> dict[GateSpec, int]:
    """Every function that needs all of its 1 to ``widest`` inputs, up to their order, with its area.

    Of a function of 4 inputs and its negation, only the one that is 0 where all inputs are 1 is a cell: this
    makes no circuit larger, and half as many cells are read in half the time (Yosys as WebAssembly could not
    read all). Constants are not cells, as they need none of their pins.

    Args:
        widest: at most 4.
        classes: trained gates of NPN classes, by name.

    Raises:
        TableError: functions of so many inputs are not classified.
    """
    areas = {}
    for inputs in range(1, widest + 1):
        sizes: dict[int, int] = {}
        for ones in _functions(inputs):
            if inputs == MOST_CLASSIFIED and ones >> ((1 << inputs) - 1):
                continue
            least = classify(ones, inputs)[0]
            if least not in sizes:
                name = function_name("npn", least, inputs)
                sizes[least] = _area(GateSpec(name, function_table(least, inputs)), classes)
            areas[function_spec((ones,), inputs)] = sizes[least]
    return areas


def gate_areas(
    specs: Iterable[GateSpec], trained: Mapping[str, TrainedGate]
) -> dict[GateSpec, int]:
    """The gates that can be cells, with their areas.

    Those of more than 6 inputs cannot, nor those with don't-care rows: a cell is used in every row.

    Args:
        specs: registered gates.
        trained: those that are trained, by name.
    """
    return {
        spec: _area(spec, trained)
        for spec in specs
        if len(spec.table.inputs) <= MOST_INPUTS and spec.table.care.all()
    }


def _area(spec: GateSpec, trained: Mapping[str, TrainedGate]) -> int:
    if spec.name in trained:
        return trained[spec.name].architecture.parameters
    inputs, outputs = len(spec.table.inputs), len(spec.table.outputs)
    return default_recipe(spec.table).architecture(inputs, outputs).parameters


def _functions(inputs: int) -> Iterator[int]:
    """The least of all functions that differ in the order of their inputs, if every input matters."""
    # The first of all transforms are those that negate nothing.
    orders = transforms(inputs)[: math.factorial(inputs)]
    rows = 1 << inputs
    patterns = table_rows(inputs)
    every = np.arange(1 << rows)
    bits: Bits = (every[:, None] >> np.arange(rows) & 1).astype(np.uint8)
    needed = np.ones(len(every), dtype=np.bool_)
    for place in range(inputs):
        one = patterns[:, place] == 1
        needed &= (bits[:, one] != bits[:, ~one]).any(1)
    least: Indices = every.copy()
    for each in orders:
        np.minimum(least, bits[:, each.rows] @ (1 << np.arange(rows)), out=least)
    yield from np.flatnonzero(needed & (least == every)).tolist()
