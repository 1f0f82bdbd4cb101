r"""A circuit from a file, whatever its format.

That is the one it is said to have; or that of its ending; or, where the ending says nothing, the one
that it begins like.

Example:
    >>> format_like(Source("download", b"# c17\nINPUT(1)\n")).name
    'bench'
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from gatewright.checks import a_path, check_text
from gatewright.circuits.netlist import Netlist
from gatewright.errors import FormatError, Hint, UsageError
from gatewright.formats.liberty.reader import read_library
from gatewright.formats.model.source import Source, read_source, read_standard_input
from gatewright.formats.registry import FORMATS, STANDARD_INPUT, Format, format_told, names_read
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.text import visible

_START = 1 << 16
"""Bytes of a file that may tell its format."""

_SHOWN = 40
"""Most characters of a line that a message shows."""


def format_named(name: str) -> Format:
    """The format of a name.

    Raises:
        UsageError: there is none.
    """
    if name not in FORMATS:
        FORMATS.check_given_once(name)
        raise UsageError(
            f"there is no format '{name}'",
            hint=f"formats that are read: {', '.join(names_read())}",
        )
    return FORMATS[name]


def format_like(source: Source) -> Format:
    """The format of a file, by how it begins.

    Raises:
        UsageError: it begins like none.
        FormatError: it is not even text.
    """
    for each in _formats_like(source):
        return each
    first = next((line.strip() for line in source.lines() if line.strip()), "")
    shown = first if len(first) <= _SHOWN else f"{first[:_SHOWN]}…"
    raise UsageError(
        f"{source.path} has no ending of a format that is read, and begins like none: {visible(shown)}",
        hint=Hint(f"name its format: {', '.join(names_read())}", "name format"),
    )


def _formats_like(source: Source) -> Iterator[Format]:
    """The formats whose files begin as this one does."""
    start = source.data[:_START].removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    for each in FORMATS.values():
        if each.begins and re.match(each.begins, start, re.IGNORECASE | re.DOTALL):
            yield each


def read_netlist(
    path: str | Path,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    include: Sequence[str | Path] = (),
    from_format: str = "",
    liberty: Sequence[str | Path] = (),
    top: str = "",
    encoding: str = "",
    memories: str = "",
    written: bool = False,
) -> Netlist:
    """The circuit in a file of any format that can be read.

    Args:
        path: of the file; the text ``-`` for standard input.
        gates: registered gates, which cells are made of where their tables agree; none to make all of them
            functions of one output, as a library has them.
        widest: inputs of a gate at most; wider functions are decomposed.
        include: folders from which a file of Verilog may include others, besides its own.
        from_format: the name of its format; by default that of its ending, or the one it begins like.
        liberty: libraries of the cells that it places, in Liberty or genlib.
        top: the model that is the circuit, where a file holds several; by default the reader chooses, and says
            in the netlist's ``remarks`` what else there was.
        encoding: how the states of a state table are kept: ``binary``, or ``one-hot``; by default the former.
        memories: ``blocks`` for memories, as by default, or ``gates`` for registers and gates.
        written: whether the gates are to be those that the file has: models within it are made of theirs,
            whatever they compute, and ``nand g1(n, a, b);`` of Verilog stays that gate, though nothing reads it.

    Raises:
        UsageError: the format is unknown or only written; one that includes nothing is given folders to include
            from, or one that places no cells a library; or what the format needs is not installed.
        FormatError: the file is not what its format asks for, or no circuit.

    Example:
        >>> from gatewright.plugins.manager import load_plugins
        >>> len(read_netlist("circuits/c17.blif", load_plugins().gates).instances)
        6
    """
    folders = [a_path(each) for each in include]
    path = a_path(path)
    if from_format:
        check_text("from_format", from_format)
    found = format_named(from_format) if from_format else format_told(str(path))
    if found is not None:
        found.check_reads(path, folders, liberty, top, encoding, memories)
    source = read_standard_input() if str(path) == STANDARD_INPUT else read_source(path)
    if found is None:
        found = format_like(source)
        # What is for the other of two files does no harm.
        folders = folders if found.includes else []
        liberty = liberty if found.places else ()
        top = top if found.models else ""
        encoding = encoding if found.states else ""
        memories = memories if found.memories else ""
    library = read_library(liberty) if liberty else None
    try:
        with _without_collector():
            return found.read(
                source, gates, widest, folders, library, top, encoding, memories, written=written
            )
    except FormatError as error:
        like = list(_formats_like(source))
        if from_format or not like or found in like:
            raise
        # By its ending it is one format, by its beginning another.
        raise FormatError(
            error.message,
            hint=Hint(
                f"it was read as {found.name}, and begins like {like[0].name}",
                "read as",
                name=like[0].name,
            ),
        ) from error


@contextmanager
def _without_collector() -> Iterator[None]:
    """While a file is read: its tuples hold no cycles, and looking for some is a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
