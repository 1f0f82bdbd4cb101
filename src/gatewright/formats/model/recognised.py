r"""Small models that compute what a known gate computes: they become that gate, however they are made.

A full adder written with two half adders' worth of operators is the registered full adder; a model that is
called after its truth table, as in ``lut3-e8``, is the gate of this name. Every other model stays what it is.

Example:
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> known = KnownGates({gate.name: gate for gate in gatewright_gates()})
    >>> half = Model("ha", 1, inputs={"a": 1, "b": 1}, outputs={"sum": 1, "carry": 1})
    >>> half.cells = [Cell(0b0111, ("a", "b"), "n", 2), Cell(0b01, ("n",), "carry", 2)]
    >>> half.cells.append(Cell(0b0110, ("a", "b"), "sum", 3))
    >>> gate = known.recognised(half)
    >>> list(gate.outputs), [each.ones for each in gate.cells]  # as the registered half adder has them
    (['carry', 'sum'], [8, 6])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from gatewright.formats.model.models import Cell, Model
from gatewright.gates.functions import MOST_INPUTS, function_spec
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import cube, table

_MOST_CELLS = 256
"""Most cells of a model that is looked at: no gate is made of more."""

_WIDEST_IN_ANY_ORDER = 4


def called_as_gates(models: Mapping[str, Model], gates: Mapping[str, GateSpec]) -> list[str]:
    """The models that are called as a gate and have its truth table, as in files that Gatewright writes.

    Example:
        >>> model = Model("nand", 1, inputs={"a": 1, "b": 1}, outputs={"y": 1})
        >>> model.cells = [Cell(0b0111, ("a", "b"), "y", 2)]
        >>> called_as_gates({"nand": model, "nand2": model}, {})
        []
    """
    found = []
    for name, model in models.items():
        ones = model.tables()
        if ones is not None:
            spec = gates.get(name)
            own = spec is not None and spec.table.ones == ones
            if own or function_spec(ones, len(model.inputs)).name == name:
                found.append(name)
    return found


class KnownGates:
    """Truth tables by which models are recognised.

    Args:
        gates: registered ones.
        widest: most inputs of a gate.
    """

    def __init__(self, gates: Mapping[str, GateSpec], widest: int = MOST_INPUTS) -> None:
        self._widest = widest
        self._tables: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = {}
        self._counts: set[tuple[int, tuple[int, ...]]] = set()
        for spec in gates.values():
            table_ = spec.table
            count = len(table_.inputs)
            if count <= widest and table_.care.all():
                self._tables.setdefault((count, tuple(sorted(table_.ones))), table_.ones)
                self._counts.add((count, _sizes(table_.ones)))

    def recognised(self, model: Model) -> Model:
        """The model as the gate that it is, with a truth table for each output; unchanged if it is not a gate."""
        inputs, outputs = tuple(model.inputs), tuple(model.outputs)
        if model.calls or model.covers or model.keeps or len(model.cells) > _MOST_CELLS:
            return model
        if not 1 <= len(inputs) <= self._widest or not outputs:
            return model
        ones = _tables(model, inputs)
        if ones is None:
            return model
        if function_spec(ones, len(inputs)).name == model.name.replace("_", "-"):
            return _gate(model, inputs, outputs, ones)
        if (len(inputs), _sizes(ones)) not in self._counts:
            return model
        orders: Iterable[Sequence[str]] = [inputs]
        if len(inputs) <= _WIDEST_IN_ANY_ORDER:
            orders = permutations(inputs)
        for order in orders:
            found = _tables(model, order) or ones
            wanted = self._tables.get((len(inputs), tuple(sorted(found))))
            if wanted is not None:
                left = dict(enumerate(found))
                places = []
                for each in wanted:
                    places.append(next(place for place, own in left.items() if own == each))
                    del left[places[-1]]
                return _gate(model, order, [outputs[place] for place in places], wanted)
        return model


def _gate(
    model: Model, inputs: Sequence[str], outputs: Sequence[str], ones: Iterable[int]
) -> Model:
    """The same model with its ports in this order, and nothing between them."""
    reads = tuple(inputs)
    cells = [
        Cell(each, reads, net, model.outputs[net]) for each, net in zip(ones, outputs, strict=True)
    ]
    return Model(
        model.name,
        model.line,
        {net: model.inputs[net] for net in inputs},
        {net: model.outputs[net] for net in outputs},
        cells,
    )


def _tables(model: Model, inputs: Sequence[str]) -> tuple[int, ...] | None:
    """The truth table of each output over the inputs in this order; None if one cannot be computed."""
    count = len(inputs)
    full = (1 << (1 << count)) - 1
    known = {
        net: table([cube("-" * place + "1" + "-" * (count - 1 - place))], count)
        for place, net in enumerate(inputs)
    }
    cells = [*model.cells, *(Cell(0b10, (each.net,), each.output, 0) for each in model.aliases)]
    while cells:
        waiting = []
        for cell in cells:
            if known.keys() >= set(cell.inputs):
                known[cell.output] = _ones(cell, [known[net] for net in cell.inputs], full)
            else:
                waiting.append(cell)
        if len(waiting) == len(cells):
            break
        cells = waiting
    if cells or not known.keys() >= model.outputs.keys():
        return None
    return tuple(known[net] for net in model.outputs)


def _ones(cell: Cell, columns: Sequence[int], full: int) -> int:
    """The table of a cell whose inputs have these."""
    ones, count = 0, len(columns)
    for row in range(1 << count):
        if cell.ones >> row & 1:
            rows = full
            for place, column in enumerate(columns):
                rows &= column if row >> (count - 1 - place) & 1 else ~column
            ones |= rows
    return ones


def _sizes(ones: Iterable[int]) -> tuple[int, ...]:
    """How many rows are 1, whatever the order of inputs and outputs."""
    return tuple(sorted(each.bit_count() for each in ones))
