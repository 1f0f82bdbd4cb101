r"""One module of Yosys' JSON as a model: nets by name, one driver each, cells as truth tables.

Example:
    >>> from gatewright.formats.model.source import Source
    >>> from gatewright.formats.yosys.json_file import parsed
    >>> source = Source(
    ...     "inv.json",
    ...     b'{"modules": {"inv": {"ports": {"a": {"direction": "input", "bits": [2]}, "y": '
    ...     b'{"direction": "output", "bits": [3]}}, "cells": {"c": {"type": "$_NOT_", '
    ...     b'"connections": {"A": [2], "Y": [3]}}}}}}',
    ... )
    >>> document = Document(source, parsed(source))
    >>> ModuleReader(document, document.modules["inv"], {}).model().cells
    [Cell(ones=1, inputs=('a',), output='y', line=0)]
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.errors import FormatError, Hint
from gatewright.formats.liberty.library_cell import UnfitCellError
from gatewright.formats.liberty.placing import Placing
from gatewright.formats.model.models import Alias, Call, Cell, Cover, Model
from gatewright.formats.model.names import Names
from gatewright.formats.yosys.cells import GATES, NO_LOGIC, WIDE, is_register, lut_table
from gatewright.formats.yosys.document import Bit, CellEntry, Document, Module
from gatewright.formats.yosys.json_file import shown
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import cube
from gatewright.logic.truth_table import MAX_INPUTS


class ModuleReader:
    """A module while it is being read.

    Args:
        document: the file.
        module: of it.
        gates: registered gates, which a cell may name.
        placing: the cells of a library, which it may name, too.

    Raises:
        FormatError: a net has two drivers, or ports share a name or a net.
    """

    def __init__(
        self,
        document: Document,
        module: Module,
        gates: Mapping[str, GateSpec],
        placing: Placing | None = None,
    ) -> None:
        self._document = document
        self._module = module
        self._gates = gates
        self._placing = placing or Placing(None, gates, MOST_INPUTS)
        self._drivers: dict[int, tuple[str, str]] = {}
        self._names: dict[int, str] = {}
        self._lines: dict[int, int] = {}
        self._constants: dict[str, str] = {}
        self._cells = [each for each in module.cells() if each.kind not in NO_LOGIC]
        self._check_ports()
        for cell in self._cells:
            for pin in self.outputs(cell):
                for bit in cell.pins.get(pin, ()):
                    self._drive(bit, ("cell", cell.name), cell.line)
            if any("z" in bits for bits in cell.pins.values()):
                raise self._refuse(
                    cell, "is joined to 'z': high impedance is not logic", "select by a multiplexer"
                )

    def outputs(self, cell: CellEntry) -> list[str]:
        """The pins that a cell drives."""
        if self._placed(cell.kind):
            return self._placing.outputs(cell.kind, cell.pins)
        called = self._document.modules.get(cell.kind)
        if called is not None:
            return [port.raw for port in called.ports if port.direction == "output"]
        if cell.kind in self._gates:
            return list(self._gates[cell.kind].table.outputs)
        if cell.directions:
            return [pin for pin, direction in cell.directions.items() if direction == "output"]
        return ["Q"] if is_register(cell.kind) else ["Y"]

    def _placed(self, kind: str) -> bool:
        """Whether a cell is one of the library: no module of the file, or one of unknown contents."""
        called = self._document.modules.get(kind)
        if called is None:
            return self._placing.has(kind)
        return called.boxed and self._placing.has(kind)

    def model(self) -> Model:
        """What the module says.

        Raises:
            FormatError: a cell is not made of gates, a net has no driver, or a bit is in high impedance.
        """
        module = self._module
        if module.boxed:
            raise module.refuse(
                "is a black box, of unknown function",
                Hint("put its contents in the file", "name library"),
            )
        if module.section("memories"):
            raise module.refuse(
                "has a memory; circuits with registers cannot be read yet",
                "Yosys' command 'memory' makes gates of one that is only read",
            )
        self._model = Model(module.name, module.line)
        self._name_nets()
        for cell in self._cells:
            self._place(cell)
        for port in module.ports:
            for name, bit in port.named_bits():
                if port.direction == "output":
                    self._output(name, bit)
        return self._model

    def _check_ports(self) -> None:
        """Check that bits of ports have names of their own, and inputs nets of their own."""
        self._bits: set[str] = set()
        for port in self._module.ports:
            for name, bit in port.named_bits():
                if name in self._bits:
                    raise self._module.refuse(
                        f"has two ports with a bit called {shown(name)}", "rename one"
                    )
                self._bits.add(name)
                if port.direction == "input":
                    self._drive(bit, ("input", name), 0)
                    if isinstance(bit, int):
                        self._names[bit] = name

    def _drive(self, bit: Bit, driver: tuple[str, str], line: int) -> None:
        if isinstance(bit, int) and bit not in self._drivers:
            self._drivers[bit] = driver
            return
        if isinstance(bit, int):
            what = f"two drivers: {self._said(self._drivers[bit])} and {self._said(driver)}"
        else:
            what = f"{self._said(driver)} with the constant {bit}"
        raise self._module.refuse(f"joins {what}", "give the net one driver", line=line)

    def _said(self, driver: tuple[str, str]) -> str:
        kind, name = driver
        # If lines tell the place, names made up by Yosys do not help.
        made_up = kind == "cell" and name.startswith("$") and self._module.line
        return "an operator" if made_up else f"{kind} {shown(name)}"

    def _name_nets(self) -> None:
        """A name for every net: of a port, as the file has it, or its number."""
        model, module = self._model, self._module
        free = Names(self._bits)
        for port in module.ports:
            for name, bit in port.named_bits():
                if port.direction == "input":
                    model.inputs[name] = module.line
                else:
                    model.outputs[name] = module.line
                    if isinstance(bit, int):
                        self._names.setdefault(bit, name)
        for name, bit, line in module.net_names():
            if isinstance(bit, int):
                if bit not in self._names:
                    self._names[bit] = free.new(name)
                self._lines.setdefault(bit, line)
        for bit in self._drivers:
            if bit not in self._names:
                self._names[bit] = free.new(f"n{bit}")
        self._free = free

    def _place(self, cell: CellEntry) -> None:
        """Add a cell to the model."""
        kind, model = cell.kind, self._model
        if self._placed(kind):
            self._library_call(cell)
        elif kind in self._document.modules or kind in self._gates:
            self._call(cell)
        elif kind in GATES:
            pins, ones = GATES[kind]
            inputs = tuple(self._pin(cell, pin) for pin in pins)
            if kind == "$_BUF_":
                model.aliases.append(Alias(inputs[0], self._driven(cell), cell.line))
            else:
                model.cells.append(Cell(ones, inputs, self._driven(cell), cell.line))
        elif kind in WIDE:
            pins, cubes = WIDE[kind]
            inputs = tuple(self._pin(cell, pin) for pin in pins)
            model.covers.append(Cover(cubes, inputs, self._driven(cell), cell.line, False))
        elif kind == "$lut":
            self._lut(cell)
        elif is_register(kind):
            nets = [bit for pin in self.outputs(cell) for bit in cell.pins.get(pin, ())]
            if not nets:
                raise self._module.refuse(
                    f"is a register ({kind}); circuits with registers cannot be read yet",
                    "cut the registers out first",
                    cell=cell.name,
                    line=cell.line,
                )
            model.registers += [
                (self._names[bit], cell.line) for bit in nets if isinstance(bit, int)
            ]
        elif kind.startswith("$"):
            raise self._module.refuse(
                f"is of the kind {shown(kind)}, no gate of one bit",
                "run 'proc; flatten; memory; opt; techmap; simplemap; opt' before write_json, or give "
                "the Verilog file itself",
                cell=cell.name,
                line=cell.line,
            )
        else:
            raise self._module.refuse(
                f"is of the kind {shown(kind)}, which is neither a module of this file nor a registered gate",
                Hint("add the module", "name library"),
                cell=cell.name,
                line=cell.line,
            )

    def _call(self, cell: CellEntry) -> None:
        """A module that this one places."""
        called = self._document.modules.get(cell.kind)
        if called is not None:
            ports = [(port.raw, port.direction, port.named_bits()) for port in called.ports]
        else:
            table = self._gates[cell.kind].table
            ports = [(pin, "input", [(pin, 0)]) for pin in table.inputs]
            ports += [(pin, "output", [(pin, 0)]) for pin in table.outputs]
        if cell.parameters:
            raise self._refuse(cell, "has parameters", "run 'hierarchy' before write_json")
        known = {raw for raw, _, _ in ports}
        for pin in cell.pins:
            if pin not in known:
                raise self._refuse(
                    cell,
                    f"has a pin {shown(pin)}, which {shown(cell.kind)} does not have",
                    f"its ports are {', '.join(sorted(known))}",
                )
        pins: dict[str, str] = {}
        for raw, direction, bits in ports:
            nets = cell.pins.get(raw, [])
            if not nets and direction == "output":
                continue
            if len(nets) != len(bits):
                raise self._refuse(
                    cell,
                    f"has {len(nets)} nets on pin {shown(raw)} of {len(bits)}",
                    "join every bit",
                )
            for (name, _), bit in zip(bits, nets, strict=True):
                pins[name] = self._net(cell, bit) if direction == "input" else self._names[int(bit)]
        name = called.name if called is not None else cell.kind
        self._model.calls.append(Call(name, cell.name, pins, cell.line))

    def _library_call(self, cell: CellEntry) -> None:
        """A cell of a library."""
        driven = self.outputs(cell)
        pins: dict[str, str] = {}
        for raw, nets in cell.pins.items():
            if self._placing.is_power(cell.kind, raw):
                continue
            for place, bit in enumerate(nets):
                pin = raw if len(nets) == 1 and f"{raw}[0]" not in driven else f"{raw}[{place}]"
                if raw not in driven:
                    pins[pin] = self._net(cell, bit)
                elif isinstance(bit, int):
                    pins[pin] = self._names[bit]
        try:
            call = self._placing.call(cell.kind, cell.name, pins, cell.parameters, cell.line)
        except UnfitCellError as error:
            raise self._refuse(cell, f"is a '{cell.kind}' that {error}", error.hint) from None
        if call is not None:
            self._model.calls.append(call)

    def _lut(self, cell: CellEntry) -> None:
        """A truth table; its first input is the least significant, ours the most."""
        nets = cell.pins.get("A", [])
        count = len(nets)
        if count > MAX_INPUTS:
            raise self._refuse(cell, f"has {count} inputs, more than {MAX_INPUTS}", "split it")
        ones = lut_table(cell.parameters, count)
        if ones is None:
            raise self._refuse(
                cell,
                f"has no LUT of {1 << count} bits and WIDTH of {count}, as its pin 'A' has",
                "give it one bit a row",
            )
        inputs = tuple(self._net(cell, bit) for bit in reversed(nets))
        output = self._driven(cell)
        if count <= MOST_INPUTS:
            self._model.cells.append(Cell(ones, inputs, output, cell.line))
        else:
            rows = [f"{row:0{count}b}" for row in range(1 << count) if ones >> row & 1]
            cubes = [cube(row) for row in rows]
            self._model.covers.append(Cover(cubes, inputs, output, cell.line, False))

    def _pin(self, cell: CellEntry, pin: str) -> str:
        """The net that a pin of one bit reads."""
        bits = cell.pins.get(pin, [])
        if len(bits) != 1:
            raise self._refuse(cell, f"has {len(bits)} nets on pin {shown(pin)}", "join it to one")
        return self._net(cell, bits[0])

    def _driven(self, cell: CellEntry) -> str:
        bits = cell.pins.get("Y", [])
        if len(bits) != 1 or not isinstance(bits[0], int) or bits[0] not in self._drivers:
            raise self._refuse(cell, "does not drive one net by its pin 'Y'", "join it to one")
        return self._names[bits[0]]

    def _net(self, cell: CellEntry, bit: Bit) -> str:
        """The name of what a pin reads."""
        if isinstance(bit, int):
            if bit not in self._drivers:
                name = shown(self._names[bit]) if bit in self._names else f"number {bit}"
                raise self._refuse(
                    cell,
                    f"reads net {name}, which nothing drives",
                    "make it an input, or give it a driver",
                    self._lines.get(bit, 0),
                )
            return self._names[bit]
        value = "1" if bit == "1" else "0"
        if value not in self._constants:
            self._constants[value] = self._free.new(f"const{value}")
            self._model.cells.append(Cell(int(value), (), self._constants[value], cell.line))
        return self._constants[value]

    def _output(self, name: str, bit: Bit) -> None:
        """An output that is not the first name of the net it is on."""
        line = self._module.line
        if bit == "z" or (isinstance(bit, int) and bit not in self._drivers):
            what = "in high impedance" if bit == "z" else "driven by nothing"
            line = self._lines.get(bit, 0) if isinstance(bit, int) else line
            raise self._module.refuse(
                f"has the output {shown(name)}, which is {what}", "give it a driver", line=line
            )
        if not isinstance(bit, int):
            self._model.cells.append(Cell(int(bit == "1"), (), name, line))
        elif self._names[bit] != name:
            self._model.aliases.append(Alias(self._names[bit], name, line))

    def _refuse(self, cell: CellEntry, what: str, hint: str, line: int = 0) -> FormatError:
        return self._module.refuse(what, hint, cell=cell.name, line=line or cell.line)
