"""Every format: its names and endings, what can be done with it, and which extra it needs.

Example:
    >>> format_of("designs/c17.bench.gz").name, is_file("ripple-adder"), is_file("c17.aig")
    ('bench', False, True)
    >>> [each.name for each in BUILT_IN if not each.reader]
    ['dot', 'onnx']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from gatewright.circuits.netlist import Netlist
from gatewright.errors import Hint, UsageError
from gatewright.formats.liberty.library_cell import LibraryCell
from gatewright.formats.model.source import Source
from gatewright.gates.spec import GateSpec
from gatewright.kinds import DISABLE, Provided, at, blaming
from gatewright.text import a_kind

PACKED = (".gz", ".xz")
STANDARD_INPUT = "-"
"""The name of what is piped in."""

_HASHES = r"(?>\s|#[^\r\n]*)*+"
_SLASHES = r"(?>\s|//[^\r\n]*|/\*.*?\*/|\(\*.*?\*\)|`[^\r\n]*)*+"
_CSV_SIGN = r"(?>\s*[,;\t]\s*)"  # in one way only, though a tab is a space too
_XML = r"(?>\s|<\?.*?\?>|<!--.*?-->)*+"


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
        binary: whether its files are no text.
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
                f"{path} is no state table, whose states have an encoding: it is {self.name}",
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


BUILT_IN: tuple[Format, ...] = (
    Format(
        "blif", (".blif", ".eblif"), "Berkeley Logic Interchange Format",
        ".blif.reader:read_blif", ".blif.writer:write_blif", hierarchy=True, places=True, models=True,
        registers=True,
        begins=_HASHES + r"\.(model|inputs?|outputs?|names|subckt|gate|latch|exdc|search|default_\w+)\b",
    ),
    Format(
        "bench", (".bench",), "ISCAS netlists",
        ".bench.reader:read_bench", ".bench.writer:write_bench", registers=True,
        begins=_HASHES + r"((IN|OUT)PUT\s*\(|[^\s(),=#]+\s*=\s*[a-z]\w*\s*(0x[0-9a-f]+\s*)?\()",
    ),
    Format(
        "aag", (".aag",), "AIGER, ascii",
        ".aiger.reader:read_aiger", ".aiger.writer:write_aiger", {"binary": False}, registers=True,
        begins=r"aag [0-9]",
    ),
    Format(
        "aig", (".aig",), "AIGER, binary",
        ".aiger.reader:read_aiger", ".aiger.writer:write_aiger", {"binary": True}, binary=True,
        registers=True, begins=r"aig [0-9]",
    ),
    Format(
        "kiss", (".kiss2", ".kiss"), "state tables of SIS, KISS2", ".kiss.reader:read_kiss", states=True,
        begins=_HASHES + r"(\.start_kiss\b|(\.([iop]|ilb|ob)\b[^\r\n]*[\r\n]+" + _HASHES + r")*\.[sr]\b)",
    ),
    Format(
        "pla", (".pla",), "truth tables of espresso", ".pla.reader:read_pla",
        begins=_HASHES + r"\.(i|o|p|ilb|ob|type|phase|pair|mv|kiss)\b",
    ),
    Format(
        "csv", (".csv", ".tsv"), "truth tables of spreadsheets", ".pla.reader:read_csv",
        begins=rf"\s*(\w+|\"\w+\")({_CSV_SIGN}(\"?\w+\"?|->))+\s*\n\s*[01-]({_CSV_SIGN}([01x-]|->))+\s*(\n|$)",
    ),
    Format(
        "eqn", (".eqn",), "equations of ABC", ".eqn.reader:read_eqn",
        begins=_HASHES + r"[^\s=;]+\s*=[^;()]*[;*+(]",
    ),
    Format(
        "logisim", (".circ",), "drawings of Logisim(-evolution)", ".drawing.logisim:read_logisim",
        hierarchy=True,
        begins=_XML + r"<project\b",
    ),
    Format(
        "digital", (".dig",), "drawings of Digital", ".drawing.digital:read_digital",
        hierarchy=True,
        begins=_XML + r"<circuit\b",
    ),
    Format(
        "verilog", (".v", ".sv"), "Verilog, read through Yosys",
        ".verilog.reader:read_verilog", ".verilog.writer:write_verilog", registers=True, memories=True,
        extra="Yosys to read: yosys, or pip install 'gatewright[verilog]'", includes=True,
        hierarchy=True, places=True, models=True, ports_apart=True,
        begins=_SLASHES + r"(macromodule|module|package|interface|primitive|program|import|typedef)\b",
    ),
    Format(
        "json", (".json",), "netlists of Yosys",
        ".yosys.reader:read_yosys_json", ".yosys.writer:write_yosys_json", hierarchy=True, places=True,
        models=True, registers=True, memories=True,
        ports_apart=True,
        begins=r"\s*\{",
    ),
    Format(
        "graphml", (".graphml",), "graphs of networkx, as XML",
        ".graph.graphml:read_graphml", ".graph.graphml:write_graphml",
        registers=True,
        begins=_XML + r"<graphml\b",
    ),
    Format(
        "node-link", (".nodelink",), "graphs of networkx, as JSON",
        ".graph.node_link:read_node_link", ".graph.node_link:write_node_link",
        registers=True,
    ),
    Format("dot", (".dot", ".gv"), "Graphviz, to look at", writer=".dot:write_dot", registers=True),
    Format(
        "onnx", (".onnx",), "the neural circuit, to run anywhere", writer=".onnx.writer:write_onnx",
        extra="pip install 'gatewright[onnx]'", binary=True, neural=True,
    ),
)  # fmt: skip
"""What comes with the project, as the hook ``gatewright_formats`` gives it."""

FORMATS: Provided[Format] = Provided(
    "format", UsageError, {each.name: each for each in BUILT_IN}, hook="formats"
)
"""Every format by name."""


def flaws_of_format(what: Format) -> Iterator[str]:
    """What is wrong with a format that a plugin gives, as far as can be seen without a file."""
    known = {suffix: each.name for each in BUILT_IN for suffix in each.suffixes}
    if not what.suffixes:
        yield "its files have no ending"
    for suffix in what.suffixes:
        if not re.fullmatch(r"\.[a-z0-9_.-]*[a-z0-9_-]", suffix) or suffix in PACKED:
            yield f"'{suffix}' is not an ending of files, such as '.gates'"
        elif suffix in known:
            yield f"files ending in {suffix} are {known[suffix]}, which comes with Gatewright"
    if not what.reader and not what.writer:
        yield "it is neither read nor written"


def is_file(word: str) -> bool:
    """Whether a circuit's name looks like a file: it has a slash or an ending that a format has, or is ``-``."""
    if word == STANDARD_INPUT:
        return True
    if "/" in word or "\\" in word:
        return True
    suffix = _suffix(word)
    if _claiming(suffix):  # which asks the plugins
        return True
    return any(suffix in each.suffixes for each in FORMATS.contested().values())


def may_be_read(path: str) -> bool:
    """Whether a format has this ending and is read; of plugins, each may be the one."""
    return any(each.reader for each in _claiming(_suffix(path)))


def format_told(path: str) -> Format | None:
    """The format that the ending of a file says; None if it says none.

    Raises:
        UsageError: several plugins give a format of this ending, or of one name.
    """
    suffix = _suffix(path)
    found = _claiming(suffix)
    if len(found) > 1:
        raise UsageError(
            f"files ending in {suffix} are {_told(found)}",
            hint=f"switch one off, as in {DISABLE}={FORMATS.provider(found[-1].name).name}",
        )
    if not found:
        for name, each in FORMATS.contested().items():
            if suffix in each.suffixes:
                FORMATS.check_given_once(name)
    return found[0] if found else None


def format_of(path: str) -> Format:
    """The format of a file, by its ending.

    Raises:
        UsageError: no format has this ending, or several plugins give one.
    """
    found = format_told(path)
    if found is None:
        raise UsageError(
            f"{path} ends like no format that is known",
            hint=f"known endings: {', '.join(_by_suffix())}, each also with .gz or .xz",
        )
    return found


def names_read() -> list[str]:
    """The names of the formats that are read."""
    return [each.name for each in FORMATS.values() if each.reader]


def _suffix(word: str) -> str:
    path = PurePath(word.lower())
    return PurePath(path.stem).suffix if path.suffix in PACKED else path.suffix


def _by_suffix() -> dict[str, Format]:
    return {suffix: each for each in FORMATS.values() for suffix in each.suffixes}


def _claiming(suffix: str) -> list[Format]:
    """The formats of an ending; plugins are asked only where none of ours has it."""
    ours = [each for each in BUILT_IN if suffix in each.suffixes]
    if ours or not suffix:
        return ours
    return [each for each in FORMATS.values() if suffix in each.suffixes]


def _told(found: Sequence[Format]) -> str:
    """Formats with their plugins, in words."""
    return " and ".join(f"'{each.name}' of plugin {FORMATS.foreign(each.name)}" for each in found)


def clashes() -> Iterator[tuple[str, str]]:
    """Formats that plugins give of one ending: the name of each, and what is wrong."""
    theirs = [each for each in FORMATS.values() if each not in BUILT_IN]
    for suffix in dict.fromkeys(suffix for each in theirs for suffix in each.suffixes):
        found = [each for each in theirs if suffix in each.suffixes]
        if len(found) > 1:
            for each in found:
                yield (
                    each.name,
                    f"files ending in {suffix} are {_told(found)}: neither is taken for them",
                )


def _function(place: str | Callable[..., Any]) -> Callable[..., Any]:
    if not isinstance(place, str):
        return place
    found: Callable[..., Any] = at(place, "gatewright.formats")
    return found
