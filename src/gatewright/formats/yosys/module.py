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
from gatewright.formats.model.models import Alias, Call, Cell, Model
from gatewright.formats.model.names import Names
from gatewright.formats.verilog import primitives
from gatewright.formats.yosys.cells import NO_LOGIC, is_register
from gatewright.formats.yosys.document import Bit, CellEntry, Document, Module
from gatewright.formats.yosys.json_file import shown
from gatewright.formats.yosys.lowering import add_cell
from gatewright.formats.yosys.memories import MemoryCell, add_memory, is_memory
from gatewright.formats.yosys.placed import Placed
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.text import nothing_drives


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

    def called(self, kind: str) -> Module | None:
        """The module of the file that a cell places; a gate or a cell of a library needs none with contents."""
        found = self._document.modules.get(kind)
        known = (
            kind in self._gates or self._placing.has(kind) or primitives.ones_of(kind) is not None
        )
        return None if found is not None and found.is_box and known else found

    def outputs(self, cell: CellEntry) -> list[str]:
        """The pins that a cell drives."""
        if self._placing.has(cell.kind) and self.called(cell.kind) is None:
            return self._placing.outputs(cell.kind, cell.pins)
        called = self.called(cell.kind)
        if called is not None:
            return [port.raw for port in called.ports if port.direction == "output"]
        if primitives.ones_of(cell.kind) is not None:
            return ["y"]
        if cell.kind in self._gates:
            return list(self._gates[cell.kind].table.outputs)
        if is_memory(cell.kind):
            return ["RD_DATA"]
        if cell.directions:
            return [pin for pin, direction in cell.directions.items() if direction == "output"]
        return ["Q"] if is_register(cell.kind) else ["Y"]

    def model(self) -> Model:
        """What the module says.

        Raises:
            FormatError: a cell is not made of gates, a net has no driver, or a bit is in high impedance.
        """
        module = self._module
        if module.is_box:
            raise module.refuse(
                "is a black box, of unknown function",
                Hint("put its contents in the file", "name library"),
            )
        if module.section("memories"):
            raise module.refuse(
                "has a memory, which is not read",
                "Yosys' command 'memory -nomap' makes one cell of it, which is; 'memory' registers and gates",
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
        if name.startswith(primitives.UNNAMED):
            return "a gate"
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
        self._initial: dict[str, int] = {}
        for name, bit, line in module.net_names():
            if isinstance(bit, int):
                if bit not in self._names:
                    self._names[bit] = free.new(name)
                self._lines.setdefault(bit, line)
        for bit in self._drivers:
            if bit not in self._names:
                self._names[bit] = free.new(f"n{bit}")
        for bit, value in module.initial():
            if isinstance(bit, int) and bit in self._names:
                self._initial[self._names[bit]] = value
        self._free = free

    def _place(self, cell: CellEntry) -> None:
        """Add a cell to the model."""
        kind, model = cell.kind, self._model
        if self._placing.has(kind) and self.called(kind) is None:
            self._library_call(cell)
        elif (ones := primitives.ones_of(kind)) is not None and self.called(kind) is None:
            self._written(cell, ones)
        elif kind in self._document.modules or kind in self._gates:
            self._call(cell)
        elif is_memory(kind):
            add_memory(
                model,
                MemoryCell(cell.name, kind, cell.pins, cell.parameters, cell.line),
                lambda bit: self._net(cell, bit),
                self._free.new,
                lambda what, hint: self._refuse(cell, what, hint),
            )
        elif kind.startswith("$"):
            add_cell(
                model,
                self._placed(cell),
                lambda what, hint: self._refuse(cell, what, hint),
                self._initial,
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
        called = self.called(cell.kind)
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

    def _written(self, cell: CellEntry, ones: int) -> None:
        """A gate that stays as it is written in Verilog; an output that is joined to nothing has a net still."""
        bits = {pin: cell.pins.get(pin, [])[:1] for pin in primitives.pins_of(cell.kind)}
        out, *inputs = bits
        for pin in inputs:
            if not bits[pin]:
                raise self._refuse(cell, f"has nothing on input {pin[1:]}", "join it")
        reads = tuple(self._net(cell, bits[pin][0]) for pin in inputs)
        net = self._names[int(bits[out][0])] if bits[out] else self._free.new(f"{cell.name}.y")
        self._model.cells.append(Cell(ones, reads, net, cell.line))

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

    def _placed(self, cell: CellEntry) -> Placed:
        """One of Yosys' own cells, with the names of its nets."""
        outputs = set(self.outputs(cell))
        pins = {
            pin: [self._names[bit] for bit in bits if isinstance(bit, int)]
            if pin in outputs
            else [self._net(cell, bit) for bit in bits]
            for pin, bits in cell.pins.items()
        }
        return Placed(cell.kind, pins, cell.parameters, cell.line, self._document.writer)

    def _net(self, cell: CellEntry, bit: Bit) -> str:
        """The name of what a pin reads."""
        if isinstance(bit, int):
            if bit not in self._drivers:
                net = self._names.get(bit, "")
                driven = (self._names[each] for each in self._drivers if each in self._names)
                raise self._refuse(
                    cell,
                    f"reads net {shown(net) if net else f'number {bit}'}, which nothing drives",
                    nothing_drives(net, driven),
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
