r"""The JSON that Yosys writes, as modules, ports and cells whose form has been checked.

Errors name the module or cell; if the JSON was made of a Verilog file, they name the line there.

Example:
    >>> from gatewright.formats.yosys.json_file import parsed
    >>> source = Source("a.json", b'{"modules": {"m": {"ports": {"a": {"direction": "input", "bits": [2]}}}}}')
    >>> module = Document(source, parsed(source)).modules["m"]
    >>> [(port.name, port.direction, port.named_bits()) for port in module.ports]
    [('a', 'input', [('a', 2)])]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from gatewright.errors import FormatError, Hint
from gatewright.formats.model.hierarchy import MOST_MODELS
from gatewright.formats.model.source import Source
from gatewright.formats.model.vectors import NAME, numbered
from gatewright.formats.yosys.json_file import shown
from gatewright.records import dataclass

_HOLDS = re.compile(r"[^\x00-\x20\x7f\ud800-\udfff]+")
"""The characters that a name of Yosys may have."""

Bit = int | str
"""The number of a net, or ``0``, ``1``, ``x`` or ``z``."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a module.

    Attributes:
        name: as users know it.
        raw: as the file spells it.
        direction: ``input`` or ``output``.
        bits: the least significant first.
        names: of the bits.
        of: of an output that has an input's name in the circuit, this name.
    """

    name: str
    raw: str
    direction: str
    bits: list[Bit]
    names: tuple[str, ...]
    of: str = ""

    def named_bits(self) -> list[tuple[str, Bit]]:
        """The name and the net of every bit."""
        return list(zip(self.names, self.bits, strict=True))


class CellEntry(NamedTuple):
    """A cell of a module; names as users know them, pins as the file spells them."""

    name: str
    kind: str
    pins: Mapping[str, list[Bit]]
    directions: Mapping[str, Any]
    parameters: Mapping[str, Any]
    line: int


class Document:
    """A file of modules.

    Attributes:
        writer: the command of Yosys that wrote it for a user; none if it was made of a source just now.

    Args:
        source: what a user named.
        root: the JSON's object.
        origin: the name under which Yosys read the source, if the JSON was made of it.
        lines: the line of the source for a line that Yosys read.

    Raises:
        FormatError: it does not hold modules.
    """

    def __init__(
        self,
        source: Source,
        root: Mapping[str, Any],
        origin: str = "",
        lines: Callable[[int], int] = int,
    ) -> None:
        self.source = source
        self._lines = lines
        self.writer = "" if origin else "write_json"
        self._place = re.compile(rf"(?:^|\|){re.escape(origin)}:(\d{{1,9}})") if origin else None
        modules = root.get("modules")
        if not isinstance(modules, dict):
            raise source.refuse(0, "", "has no 'modules'", "expected what write_json writes")
        if not modules:
            raise source.refuse(0, "", "holds no module", "name a file with a circuit in it")
        if len(modules) > MOST_MODELS:
            raise source.refuse(0, "", f"has more than {MOST_MODELS} modules", "split it")
        self.modules: dict[str, Module] = {}
        names = set()
        for raw, body in modules.items():
            module = Module(self, raw, body)
            if module.name in names:
                raise module.refuse("has the name of another")
            names.add(module.name)
            self.modules[raw] = module

    def line(self, entry: Mapping[str, Any]) -> int:
        """The line of the source that an entry comes from; 0 if that is not known."""
        attributes = entry.get("attributes")
        if self._place is None or not isinstance(attributes, dict):
            return 0
        found = self._place.search(str(attributes.get("src", "")))
        return self._lines(int(found[1])) if found else 0


class Module:
    """One module of a file.

    Attributes:
        name: as users know it.
        line: where the source has it.
        body: the JSON's object.
    """

    def __init__(self, document: Document, raw: str, body: object) -> None:
        self.document = document
        self.name = raw
        self.line = 0
        self.body: Mapping[str, Any] = self._checked(body)
        self.name = self._name(raw, "its name")
        self.line = document.line(self.body)
        self._attributes = self.section("attributes")

    @cached_property
    def ports(self) -> list[Port]:
        """Its ports, in order; those of a module that the circuit does not place are never looked at.

        Raises:
            FormatError: one is not a port of logic.
        """
        return [self._port(*each) for each in self.section("ports").items()]

    @property
    def is_box(self) -> bool:
        """Whether what it computes is not in the file, or only for timing."""
        return self.marked("blackbox") or self.marked("whitebox")

    def refuse(
        self, what: str, hint: str | Hint = "", *, cell: str = "", line: int = 0
    ) -> FormatError:
        """The error for something in this module, or in one of its cells."""
        where = f"module {shown(self.name)}"
        if cell and not (
            line and cell.startswith("$")
        ):  # a cell that Yosys made has no name for a user
            where = f"cell {shown(cell)} of {where}"
        return self.document.source.refuse(line or self.line, "", f"{where} {what}", hint)

    def marked(self, attribute: str) -> bool:
        """Whether an attribute of the module is set: a number, in bits or as it is."""
        return _is_set(self._attributes.get(attribute, 0))

    def section(self, name: str) -> Mapping[str, Any]:
        """One of the objects that a module is made of; empty if it is missing."""
        return self._checked(self.body.get(name, {}), "entry", name)

    def kinds(self) -> set[str]:
        """The kinds of its cells."""
        cells = self.section("cells").values()
        return {
            kind
            for cell in cells
            if isinstance(cell, dict) and isinstance(kind := cell.get("type"), str)
        }

    def cells(self) -> Iterator[CellEntry]:
        """Its cells, in order."""
        for raw, body in self.section("cells").items():
            name = self._name(raw, "a cell")
            entry = self._checked(body, "cell", name)
            kind = entry.get("type")
            if not isinstance(kind, str) or not kind:
                raise self.refuse("has no type", cell=name)
            pins = self._checked(entry.get("connections", {}), "connections of cell", name)
            for pin, bits in pins.items():
                self._check_bits(bits, "pin", pin, "cell", name)
            yield CellEntry(
                name,
                kind,
                pins,
                self._checked(entry.get("port_directions", {}), "directions of cell", name),
                self._checked(entry.get("parameters", {}), "parameters of cell", name),
                self.document.line(entry),
            )

    def net_names(self) -> Iterator[tuple[str, Bit, int]]:
        """The name, net and line of every bit that a user gave a name."""
        for raw, body in self.section("netnames").items():
            name = self._name(raw, "a net")
            entry = self._checked(body, "net", name)
            bits = self._check_bits(entry.get("bits"), "net", name)
            if not entry.get("hide_name"):
                names = self._bit_names(entry, name, len(bits))
                for bit_name, bit in zip(names, bits, strict=True):
                    yield bit_name, bit, self.document.line(entry)

    def initial(self) -> Iterator[tuple[Bit, int]]:
        """What nets hold in the first cycle, where an attribute says it."""
        for raw, body in self.section("netnames").items():
            name = self._name(raw, "a net")
            entry = self._checked(body, "net", name)
            attributes = entry.get("attributes")
            said = attributes.get("init") if isinstance(attributes, Mapping) else None
            if said is None:
                continue
            bits = self._check_bits(entry.get("bits"), "net", name)
            text = f"{said:0{len(bits)}b}" if type(said) is int and said >= 0 else said
            if not isinstance(text, str) or set(text) - set("01xz"):
                raise self.refuse(
                    f"says of net {shown(name)} that it begins as {shown(said)}",
                    "give it a bit for each of its wires",
                )
            for bit, letter in zip(bits, reversed(text), strict=False):
                if letter in "01":
                    yield bit, int(letter)

    def _port(self, raw: str, body: object) -> Port:
        name = self._name(raw, "a port")
        entry = self._checked(body, "port", name)
        bits = self._check_bits(entry.get("bits"), "port", name)
        direction = entry.get("direction")
        if direction == "inout":
            raise self.refuse(
                f"has the port {shown(name)}, an inout: a net with drivers on both sides is not logic",
                "make it an input or an output",
            )
        if direction not in ("input", "output"):
            raise self.refuse(f"gives port {shown(name)} no direction", "expected input or output")
        if not bits:
            raise self.refuse(f"has the port {shown(name)} of no bits", "give it at least one")
        names = self._bit_names(entry, name, len(bits), raw)
        said = self._marks(raw).get(NAME) if direction == "output" else None
        of = said.removeprefix("output ") if isinstance(said, str) else ""
        return Port(name, raw, direction, bits, names, of)

    def _bit_names(
        self, entry: Mapping[str, Any], name: str, width: int, port: str = ""
    ) -> tuple[str, ...]:
        """What the bits of a wire or vector are called, the least significant first.

        A port of one bit is a vector if Yosys says so of its net, or the file that it has an offset.
        """
        low, upto = entry.get("offset", 0), entry.get("upto", 0)
        if type(low) is not int or abs(low) + width >= 10**9:
            raise self.refuse(f"gives {shown(name)} an offset that is not a number")
        if upto not in (0, 1):
            raise self.refuse(
                f"gives {shown(name)} a direction 'upto' that is neither 0 nor 1", "write it again"
            )
        vector = "offset" in entry or (
            port and _is_set(self._marks(port).get("single_bit_vector", 0))
        )
        if width == 1 and not vector:
            return (name,)
        return tuple(f"{name}[{number}]" for number in numbered(width, low, upto=bool(upto)))

    def _marks(self, port: str) -> Mapping[str, Any]:
        """The attributes of the net that a port is."""
        net = self.section("netnames").get(port)
        marks = net.get("attributes") if isinstance(net, dict) else None
        return marks if isinstance(marks, dict) else {}

    def _name(self, raw: str, what: str) -> str:
        """A name without the backslash that Yosys puts before unusual ones."""
        name = raw[1:] if raw.startswith("\\") else raw
        if not _HOLDS.fullmatch(name):
            raise self.refuse(f"has {what} {shown(raw)}, which is not a name", "use no spaces")
        return name

    def _checked(self, value: object, *what: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._damaged(what, "is not a JSON object", "write it again")
        return value

    def _check_bits(self, bits: object, *what: str) -> list[Bit]:
        if not isinstance(bits, list):
            raise self._damaged(what, "has no list of bits", "write it again")
        for bit in bits:
            if bit in ("0", "1", "x", "z") or (type(bit) is int and bit >= 0):
                continue
            raise self._damaged(
                what,
                f"has the bit {shown(str(bit))}",
                "a bit is the number of a net, or '0', '1', 'x' or 'z'",
            )
        return bits

    def _damaged(self, what: tuple[str, ...], how: str, hint: str) -> FormatError:
        """The error for a part of the module, given its kind and name, and those of what it is part of."""
        parts = [f"{kind} {shown(name)}" for kind, name in zip(what[::2], what[1::2], strict=True)]
        return self.refuse(f"is damaged: {' of '.join(parts) or 'it'} {how}", hint)


def _is_set(value: object) -> bool:
    """Whether an attribute is true: a number, in bits or as it is."""
    return bool(value.strip("0")) if isinstance(value, str) else bool(value)
