"""A cell of a library: its pins, and what it computes.

Example:
    >>> from gatewright.formats.liberty.functions import read_function
    >>> nand = LibraryCell("NAND2", ("A", "B"), {"Y": read_function("(A B)'")})
    >>> nand.model("NAND2", 1).tables()
    (7,)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from gatewright.formats.liberty.functions import Function
from gatewright.formats.model.models import Cell, Model
from gatewright.gates.functions import MOST_INPUTS
from gatewright.logic.bits import table_of_more
from gatewright.logic.cover import columns_of, support
from gatewright.records import dataclass


class UnfitCellError(ValueError):
    """A cell that cannot be placed so; the message follows its name."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class LibraryCell:
    """A cell.

    Attributes:
        name: of the cell.
        inputs: its pins.
        outputs: of each the function of inputs and other outputs, or the truth table over all inputs, the first
            the most significant; None for a register.
        power: pins that are not logic.
        flaw: why it cannot be placed, in words that follow its name; empty if it can.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: Mapping[str, Function | int | None]
    power: frozenset[str] = frozenset()
    flaw: str = ""

    @property
    def pins(self) -> tuple[str, ...]:
        """All of its pins that are logic."""
        return (*self.inputs, *self.outputs)

    def model(self, name: str, line: int) -> Model:
        """What it holds, under a name and in a line of the file that places it."""
        made = Model(
            name, line, dict.fromkeys(self.inputs, line), dict.fromkeys(self.outputs, line)
        )
        for output, what in self.outputs.items():
            if what is None:  # a register, which `Placing.call` has refused
                continue
            ones = self._table(what)
            if ones is not None:
                made.cells.append(Cell(ones, self.inputs, output, line))
            elif isinstance(what, Function):
                made.cells += what.cells(output, line)
        return made

    def without(
        self, missing: Collection[str], zeros: Collection[str], read: Collection[str]
    ) -> LibraryCell:
        """The cell with some inputs left open.

        Args:
            missing: inputs that must not matter.
            zeros: inputs that are 0 then.
            read: the outputs that are joined to something.

        Raises:
            UnfitCellError: one matters.
        """
        left = tuple(pin for pin in self.inputs if pin not in missing and pin not in zeros)
        outputs: dict[str, Function | int | None] = {}
        tables = {
            output: None if what is None else self._table(what)
            for output, what in self.outputs.items()
        }
        if None in tables.values():
            if missing:
                raise _left_open(min(missing))
            constants = {pin: Function(("0",), ()) for pin in zeros}
            return replace(self, inputs=left, outputs={**self.outputs, **constants})
        columns = dict(zip(self.inputs, columns_of(len(self.inputs)), strict=True))
        for output in read:
            ones = tables[output] or 0
            for pin in zeros:
                place = len(self.inputs) - 1 - self.inputs.index(pin)
                ones &= ~columns[pin]
                ones |= ones << (1 << place)
            ones, places = support(ones, len(self.inputs))
            needed = [self.inputs[place] for place in places]
            for pin in needed:
                if pin in missing:
                    raise _left_open(pin, output)
            outputs[output] = table_of_more(ones, [left.index(pin) for pin in needed], len(left))
        return replace(self, inputs=left, outputs=outputs)

    def _table(self, what: Function | int) -> int | None:
        """The truth table of an output; None if there are too many inputs for one, or it reads another output."""
        if isinstance(what, int):
            return what
        if len(self.inputs) > MOST_INPUTS or not set(what.names) <= set(self.inputs):
            return None
        return what.table(self.inputs)


def _left_open(pin: str, output: str = "") -> UnfitCellError:
    of_it = f", and '{output}' depends on it" if output else ""
    return UnfitCellError(f"leaves its input '{pin}' open{of_it}", "join it to a net")
