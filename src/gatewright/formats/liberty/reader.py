r"""Reading a library of cells: Liberty (Synopsys, Liberty user guide, 2017), or the genlib of SIS and ABC.

Of Liberty, what a cell computes: its pins, their directions and functions, and whether it has a register. Tables
of delays and power, most of a foundry's file, are passed over.

Example:
    >>> text = b"library (l) { cell (INV) { pin (A) { direction : input; } "
    >>> text += b"pin (Y) { direction : output; function : \"A'\"; } } }"
    >>> read_cells(Source("l.lib", text))["INV"].model("INV", 1).tables()
    (1,)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gatewright.errors import UsageError
from gatewright.formats.encoding import SLASHES
from gatewright.formats.liberty.functions import Function, UnreadableFunctionError, read_function
from gatewright.formats.liberty.genlib import is_genlib, read_genlib
from gatewright.formats.liberty.library_cell import LibraryCell
from gatewright.formats.model.source import Source, read_source

_BLANK = r"(?:\s|/\*.*?\*/|//[^\n]*|\\\n|;)*+"
_WORD = r'(?:"(?:[^"\\]|\\.)*"|[^\s{}();:,"]+)'
_NEXT = re.compile(
    rf"{_BLANK}(?:(?P<close>\}})|(?P<name>{_WORD})\s*+(?:\((?P<words>(?:[^()\"]|\"(?:[^\"\\]|\\.)*\")*)\)\s*+(?P<open>\{{)?"
    rf"|:\s*(?P<value>{_WORD}))?)",
    re.DOTALL,
)
"""The end of a group; or a name with its words, which opens one or not; or a name with its value."""

_BRACE = re.compile(r'[{}]|"(?:[^"\\]|\\.)*"|/\*.*?\*/|//[^\n]*', re.DOTALL)
_LIST = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,"]+')

_REGISTERS = {"ff", "latch", "ff_bank", "latch_bank", "statetable"}
_LOOKED_INTO = {"library", "cell", "pin", "bus", "bundle"}


@dataclass(slots=True)
class _Pin:
    """A pin as a library has it."""

    direction: str = ""
    function: str = ""
    at: int = 0
    state: bool = False
    three_state: bool = False


@dataclass(slots=True)
class _Cell:
    """A cell as a library has it."""

    name: str
    at: int
    pins: dict[str, _Pin] = field(default_factory=dict)
    power: set[str] = field(default_factory=set)
    register: bool = False
    vectors: list[str] = field(default_factory=list)


def read_library(paths: Sequence[str | Path]) -> dict[str, LibraryCell]:
    """The cells of some libraries, by name.

    Raises:
        FormatError: a file is not a library.
        UsageError: two have a cell of one name and different functions.
    """
    found: dict[str, LibraryCell] = {}
    for path in paths:
        for name, cell in read_cells(read_source(Path(path))).items():
            if name in found and not _same(found[name], cell):
                raise UsageError(
                    f"{path} has another cell '{name}' than a library before it",
                    hint="leave out one of them",
                )
            found[name] = cell
    return found


def _same(one: LibraryCell, other: LibraryCell) -> bool:
    return sorted(one.inputs) == sorted(other.inputs) and one.outputs == other.outputs


def read_cells(source: Source) -> dict[str, LibraryCell]:
    """The cells of a library, by name.

    Raises:
        FormatError: it is none, or has two cells of one name and different functions.
    """
    if is_genlib(source):
        return read_genlib(source)
    text = "\n".join(source.lines(SLASHES))
    found: dict[str, LibraryCell] = {}
    for each in _cells(source, text):
        made = _made(source, text, each)
        if each.name in found and not _same(found[each.name], made):
            what = f"is a second cell '{each.name}', of other functions"
            raise _refuse(source, text, each.at, what, "leave out one of them")
        found[each.name] = made
    return found


def _cells(source: Source, text: str) -> Iterator[_Cell]:
    """The cells of Liberty, as they are written."""
    groups: list[tuple[str, list[_Pin]]] = []  # that are open, each with the pins it speaks of
    cell: _Cell | None = None
    at = 0
    while (found := _NEXT.match(text, at)) is not None:
        at = found.end()
        if found["close"]:
            if not groups:
                raise _refuse(source, text, found.start("close"), "closes no group")
            left, _ = groups.pop()
            if left == "cell" and cell is not None:
                yield cell
                cell = None
            if not groups:
                return
            continue
        name, start = found["name"].strip('"'), found.start("name")
        if not groups and name != "library":
            raise _refuse(source, text, start, "begins no library", "name a Liberty or genlib file")
        if found["open"] is None:
            if groups and found["value"] is not None:
                _say(groups[-1][1], name, found["value"].strip('"'), found.start("value"))
            continue
        words = [each.strip('"') for each in _LIST.findall(found["words"])]
        pins: list[_Pin] = []
        if name == "cell":
            cell = _Cell(words[0] if words else "", start)
        elif cell is not None and name == "pg_pin":
            cell.power.update(words)
        elif cell is not None and name in _REGISTERS:
            cell.register = True
        elif cell is not None and name == "pin":
            around = groups[-1][1]
            direction = around[0].direction if around else ""
            pins = [cell.pins.setdefault(word, _Pin(direction)) for word in words]
        elif cell is not None and name in ("bus", "bundle"):
            pins = [_Pin()]
            cell.vectors += words if name == "bus" else []
        if name in _LOOKED_INTO:
            groups.append((name, pins))
        else:
            at = _skipped(text, at)
    if groups or not text.strip():
        what = f"is cut off: the group '{groups[-1][0] if groups else 'library'}' is not closed"
        raise source.refuse(0, "", what, "fetch it again")
    raise source.refuse(0, "", "is not a library", "name a Liberty or genlib file")


def _say(pins: Sequence[_Pin], name: str, value: str, at: int) -> None:
    for pin in pins:
        if name == "direction":
            pin.direction = value
        elif name == "function":
            pin.function, pin.at = " ".join(value.replace("\\\n", " ").split()), at
        elif name in ("state_function", "internal_node"):
            pin.state = True
        elif name == "three_state":
            pin.three_state = True


def _skipped(text: str, at: int) -> int:
    """The end of a group that says nothing here, from behind its opening brace."""
    depth = 1
    for found in _BRACE.finditer(text, at):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if not depth:
                return found.end()
    return len(text)


def _made(source: Source, text: str, cell: _Cell) -> LibraryCell:
    """What a cell computes."""
    inputs = tuple(name for name, pin in cell.pins.items() if pin.direction == "input")
    outputs: dict[str, Function | int | None] = {}
    flaw = ""
    for name, pin in cell.pins.items():
        if pin.direction in ("input", "internal") or name in cell.power:
            continue
        what: Function | None = None
        if pin.direction == "inout":
            flaw = flaw or f"has the pin '{name}', an inout, which is not logic"
        elif pin.three_state:
            flaw = flaw or f"has the output '{name}' in three states, which is not logic"
        elif pin.function:
            try:
                what = read_function(pin.function)
            except UnreadableFunctionError as error:
                raise _refuse(
                    source, text, pin.at, f"is not a function of cell '{cell.name}': {error}"
                ) from None
            if not set(what.names) <= set(inputs):
                odd = next(each for each in what.names if each not in inputs)
                if not cell.register:
                    flaw = flaw or f"has the output '{name}', a function of '{odd}', no input of it"
                what = None
        elif not (cell.register or pin.state):
            flaw = flaw or f"has the output '{name}' without a function"
        outputs[name] = what
    stems = {pin.partition("[")[0] for pin in cell.pins}
    for vector in cell.vectors:
        if vector not in stems:
            flaw = flaw or f"has the bus '{vector}', whose bits have no functions"
    return LibraryCell(cell.name, inputs, outputs, frozenset(cell.power), flaw)


def _refuse(source: Source, text: str, at: int, what: str, hint: str = "") -> Exception:
    line = text.count("\n", 0, at) + 1
    shown = text[at:].partition("\n")[0].strip()
    return source.refuse(line, shown[:60], what, hint, column=at - text.rfind("\n", 0, at))
