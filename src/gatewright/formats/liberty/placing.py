"""What a file's use of a library's cell means: the model that it places.

A netlist that was mapped names cells and not what they compute; a library says that. Power pins, and cells that
drive nothing (fillers, taps, diodes), are not logic and go. An input left open does not matter, or the cell is
refused.

Example:
    >>> from gatewright.formats.liberty.functions import read_function
    >>> nand = LibraryCell("NAND2", ("A", "B"), {"Y": read_function("(A B)'")})
    >>> placing = Placing({"NAND2": nand}, {}, 6)
    >>> placing.call("NAND2", "u1", {"A": "x", "B": "y", "Y": "z"}, {}, 3)
    Call(model='NAND2', name='u1', pins={'A': 'x', 'B': 'y', 'Y': 'z'}, line=3)
    >>> placing.models["NAND2"].tables()
    (7,)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gatewright.formats.liberty.library_cell import LibraryCell, UnfitCellError
from gatewright.formats.liberty.vendors import is_vendor_cell, open_is_zero, vendor_cell
from gatewright.formats.model.models import Call, Model
from gatewright.formats.model.recognised import KnownGates
from gatewright.formats.model.source import Source, shortened
from gatewright.gates.spec import GateSpec

Library = Mapping[str, LibraryCell]
"""Cells by name."""


class Placing:
    """The cells that one file places.

    Args:
        library: whose cells come before registered gates; those of FPGA tools come after them.
        gates: registered ones.
        widest: most inputs of a gate.

    Attributes:
        models: of the cells that have been placed, by name.
    """

    def __init__(self, library: Library | None, gates: Mapping[str, GateSpec], widest: int) -> None:
        self.models: dict[str, Model] = {}
        self._library = library or {}
        self._gates = gates
        self._known = KnownGates(gates, widest)

    def has(self, kind: str) -> bool:
        """Whether a cell that is not a module of the file is to be placed by `call`."""
        return kind in self._library or (kind not in self._gates and is_vendor_cell(kind))

    def is_power(self, kind: str, pin: str) -> bool:
        """Whether a pin of a cell is not logic."""
        return kind in self._library and pin in self._library[kind].power

    def outputs(self, kind: str, pins: Collection[str]) -> list[str]:
        """Those of these pins that the cell drives; a pin may be a vector of several."""
        found = self._library.get(kind)
        if found is None:
            found = vendor_cell(kind, pins, {"INIT": 0, "LUT_INIT": 0})
        stems = {pin.partition("[")[0] for pin in found.outputs}
        return [pin for pin in pins if pin in found.outputs or pin in stems]

    def call(
        self,
        kind: str,
        name: str,
        pins: Mapping[str, str],
        parameters: Mapping[str, object],
        line: int,
    ) -> Call | None:
        """A use of a cell; None if it drives nothing.

        Args:
            kind: the cell.
            name: of the use.
            pins: the net on each.
            parameters: of this use, by name.
            line: where it stands.

        Raises:
            UnfitCellError: it cannot be placed so.
        """
        cell = self._library.get(kind)
        if cell is None:
            cell = vendor_cell(kind, pins, parameters)
        if cell.flaw:
            raise UnfitCellError(cell.flaw, "give it a function in the library")
        if None in cell.outputs.values():
            raise UnfitCellError(
                "is a register of a library, which is not read",
                "leave registers as they are when the logic is mapped, as without dfflibmap",
            )
        if not cell.outputs:
            return None
        for pin in pins:
            if pin not in cell.inputs and pin not in cell.outputs and pin not in cell.power:
                raise UnfitCellError(
                    f"has no pin '{pin}'", f"its pins are {shortened(cell.pins, 12)}"
                )
        joined = {pin: net for pin, net in pins.items() if pin not in cell.power}
        model = self._model(cell, joined, parameters, line)
        return Call(model, name, joined, line)

    def _model(
        self,
        cell: LibraryCell,
        joined: Mapping[str, str],
        parameters: Mapping[str, object],
        line: int,
    ) -> str:
        """The name of the cell's model, which is made if there is none yet."""
        missing = [pin for pin in cell.inputs if pin not in joined]
        read = [pin for pin in cell.outputs if pin in joined]
        # Spaces, which no name of a file has, keep these apart from its models.
        name = " ".join(
            [cell.name, *sorted(f"{key}={value}" for key, value in parameters.items())]
            if cell.name not in self._library and parameters
            else [cell.name]
        )
        zeros = [pin for pin in missing if pin in open_is_zero(cell.name)]
        hard = [pin for pin in missing if pin not in zeros]
        if missing:
            name = " ".join((name, "open", *missing, "read", *read))
        if name not in self.models:
            made = cell.without(hard, zeros, read) if missing else cell
            self.models[name] = self._known.recognised(made.model(name, line))
        return name


def place_cells(
    source: Source,
    models: dict[str, Model],
    placing: Placing,
    parameters: Mapping[str, Mapping[str, object]],
) -> None:
    """Make calls of library cells calls of their models, which are added.

    Args:
        source: the file.
        models: of the file, by name; those that it places and does not have are looked for in the library.
        placing: the library.
        parameters: of calls, by their names.

    Raises:
        FormatError: a cell cannot be placed so.
    """
    for model in list(models.values()):
        kinds = {each.model for each in model.calls}
        kinds = {kind for kind in kinds if kind not in models and placing.has(kind)}
        if not kinds:
            continue
        calls = []
        for each in model.calls:
            if each.model not in kinds:
                calls.append(each)
                continue
            try:
                made = placing.call(
                    each.model, each.name, each.pins, parameters.get(each.name, {}), each.line
                )
            except UnfitCellError as error:
                raise source.refuse(
                    each.line, each.model, f"is a cell that {error}", error.hint
                ) from None
            if made is not None:
                calls.append(made)
        model.calls = calls
    models.update(placing.models)
