"""A format of circuits: its names and endings, what can be done with it, and which extra it needs.

Example:
    >>> FORMATS["bench"].suffixes, FORMATS["dot"].reader
    (('.bench',), '')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gatewright.circuits.netlist import Netlist
from gatewright.errors import Hint, UsageError
from gatewright.formats.liberty.library_cell import LibraryCell
from gatewright.formats.model.source import Source
from gatewright.gates.spec import GateSpec
from gatewright.kinds import Provided, at, blaming
from gatewright.records import dataclass
from gatewright.text import a_kind


@dataclass(frozen=True, slots=True)
class Format:
    """One format of circuits.

    Attributes:
        name: as on the command line.
        suffixes: of its files.
        summary: a few words.
        reader: ``reader(source, gates, *, widest)`` gives a `Netlist`: the function, or where it is, as
            ``package.module:function``; empty where it cannot be read.
        writer: ``writer(netlist, *, comment)`` gives a text or bytes; likewise.
        options: what the writer is called with besides.
        extra: what it needs beyond the package itself: how to install it; empty if nothing.
        binary: whether its files are not text.
        neural: whether the trained gates are in it, not the logic alone.
        includes: whether its files may name others.
        hierarchy: whether its files may place circuits of their own; its reader takes ``written=`` then.
        places: whether its files name cells that a library explains; its reader takes ``library=`` then.
        models: whether its files may hold several circuits, one of which is read.
        ports_apart: whether no output may have the name of an input: one that is that input gets another.
        registers: whether its files can hold them.
        states: whether its files are state tables; its reader takes ``encoding=`` then.
        memories: whether its files can hold them.
        begins: a regular expression for how its files begin, upper or lower case: by this one is told that has no
            such ending. Empty if they begin like anything.

    Example:
        >>> Format("gate-list", (".gates",), "a gate a line", writer=lambda netlist, *, comment: comment).reader
        ''
    """

    name: str
    suffixes: tuple[str, ...]
    summary: str
    reader: str | Callable[..., Netlist] = ""
    writer: str | Callable[..., str | bytes] = ""
    options: Mapping[str, Any] | None = None
    extra: str = ""
    binary: bool = False
    neural: bool = False
    includes: bool = False
    hierarchy: bool = False
    places: bool = False
    models: bool = False
    ports_apart: bool = False
    registers: bool = False
    states: bool = False
    memories: bool = False
    begins: str = ""

    def check_reads(
        self,
        path: str | Path,
        include: Sequence[Path] = (),
        library: object = None,
        top: str = "",
        encoding: str = "",
        memories: str = "",
    ) -> None:
        """Refuse what this format cannot do, before a file is opened.

        Raises:
            UsageError: it is only written, includes nothing, places no cells of a library, holds one circuit, or
                has no states to encode or no memories to be made into anything.
        """
        if not self.reader:
            raise UsageError(
                f"{path} cannot be read: {self.name} is a format that is only written",
                hint=f"formats that are read: {', '.join(names_read())}",
            )
        if include and not self.includes:
            raise UsageError(
                f"{path} can include no other file: it is {self.name}", hint="only Verilog can"
            )
        if library and not self.places:
            raise UsageError(
                f"{path} places no cells of a library: it is {self.name}",
                hint=f"only {', '.join(each.name for each in FORMATS.values() if each.places)} do",
            )
        if top and not self.models:
            raise UsageError(
                f"{path} holds one circuit, and no '{top}' to choose: it is {self.name}",
                hint=f"several are in {', '.join(each.name for each in FORMATS.values() if each.models)}",
            )
        if encoding and not self.states:
            raise UsageError(
                f"{path} is not a state table, whose states have an encoding: it is {self.name}",
                hint=f"state tables are {', '.join(each.name for each in FORMATS.values() if each.states)}",
            )
        if memories and not self.memories:
            able = ", ".join(each.name for each in FORMATS.values() if each.memories)
            raise UsageError(
                f"{path} has no memories to become {memories}: it is {self.name}",
                hint=f"they are in {able}",
            )
        if memories not in ("", "blocks", "gates"):
            raise UsageError(
                f"memories cannot become '{memories}'", hint="they become blocks or gates"
            )

    def read(
        self,
        source: Source,
        gates: Mapping[str, GateSpec] | None,
        widest: int,
        include: Sequence[Path] = (),
        library: Mapping[str, LibraryCell] | None = None,
        top: str = "",
        encoding: str = "",
        memories: str = "",
        *,
        written: bool = False,
    ) -> Netlist:
        """The circuit in a file, as `gatewright.formats.model.assembler.Assembler` makes it."""
        self.check_reads(source.path, include, library, top, encoding, memories)
        more: dict[str, Any] = {"include": include} if self.includes else {}
        if self.places:
            more["library"] = library
        if top:
            more["top"] = top
        if encoding:
            more["encoding"] = encoding
        if memories and self.includes:
            more["memories"] = memories
        if written and self.hierarchy:
            more["written"] = True
        with blaming(FORMATS, self.name):
            netlist = _function(self.reader)(source, gates, widest=widest, **more)
        if not isinstance(netlist, Netlist):
            raise UsageError(f"format '{self.name}' gave {a_kind(netlist)}, not a Netlist")
        # Yosys makes gates of Verilog's memories if every address has a word; the rest is ours.
        if netlist.memories and (memories == "gates" or self.includes):
            from gatewright.circuits.clocked.expanded import expanded

            return expanded(netlist, gates, read_only=memories != "gates")
        return netlist

    def write(self, netlist: Netlist, comment: str) -> bytes:
        """The circuit as a file of this format, if it holds logic.

        Raises:
            UsageError: it has registers or memories, which this format does not hold.
        """
        needed = [which for which in ("registers", "memories") if getattr(netlist, which)]
        if not all(getattr(self, which) for which in needed):
            fitting = (
                each.name
                for each in FORMATS.values()
                if all(getattr(each, which) for which in needed)
            )
            able = ", ".join(fitting)
            raise UsageError(
                f"circuit '{netlist.name}' has {' and '.join(needed)}, which {self.name} does not hold",
                hint=Hint(
                    f"formats that do: {able}; or cut them out", "format of registers", able=able
                ),
            )
        with blaming(FORMATS, self.name):
            text = _function(self.writer)(netlist, comment=comment, **(self.options or {}))
        if not isinstance(text, str | bytes):
            raise UsageError(f"format '{self.name}' gave {a_kind(text)}, not a text or bytes")
        return text if isinstance(text, bytes) else text.encode()


WITH_US: dict[str, Format] = {}
"""What comes with the project, by name: `gatewright.formats.registry.built_in` lists it."""

FORMATS: Provided[Format] = Provided("format", UsageError, WITH_US, hook="formats")
"""Every format by name."""


def names_read() -> list[str]:
    """The names of the formats that are read."""
    return [each.name for each in FORMATS.values() if each.reader]


def _function(place: str | Callable[..., Any]) -> Callable[..., Any]:
    if not isinstance(place, str):
        return place
    found: Callable[..., Any] = at(place, "gatewright.formats")
    return found
