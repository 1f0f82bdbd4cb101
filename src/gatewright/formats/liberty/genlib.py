r"""Genlib, the libraries of SIS and ABC: a gate a line, as ``GATE nand2 2 O=!(a*b); PIN * INV 1 999 1 0 1 0``.

A gate of several outputs stands once for each, as ABC has it. ``LATCH`` is a register.

Example:
    >>> cells = read_genlib(Source("g.genlib", b"GATE aoi21 3 O=!(a*b+c); PIN * INV 1 999 1 0 1 0\n"))
    >>> cells["aoi21"].inputs, f"{cells['aoi21'].model('aoi21', 1).tables()[0]:08b}"
    (('a', 'b', 'c'), '00010101')
"""

from __future__ import annotations

import re

from gatewright.formats.liberty.functions import (
    AND_FIRST,
    Function,
    UnreadableFunctionError,
    read_function,
)
from gatewright.formats.liberty.library_cell import LibraryCell
from gatewright.formats.model.source import Source

_BEGINS = re.compile(r"(?>\s|#[^\n]*)*+(GATE|LATCH)\b")
_GATE = re.compile(
    r'(?P<kind>GATE|LATCH)\s+(?P<name>"[^"\n]*"|\S+)\s+(?P<area>\S+)\s+"?(?P<output>[^\s=]+?)\s*=(?P<function>[^;]*);'
)
_PIN = re.compile(r"\bPIN\s+(\S+)")


def is_genlib(source: Source) -> bool:
    """Whether a library is in genlib, whatever its comments are written in."""
    text = source.data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return _BEGINS.match(text) is not None


def read_genlib(source: Source) -> dict[str, LibraryCell]:
    """The cells of a genlib file, by name.

    Raises:
        FormatError: it is none.
    """
    text = "\n".join(line.partition("#")[0] for line in source.lines())
    starts = [found.start() for found in re.finditer(r"\b(?:GATE|LATCH)\s", text)]
    cells: dict[str, LibraryCell] = {}
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line = text.count("\n", 0, start) + 1
        found = _GATE.match(text, start)
        if found is None:
            shown = text[start:end].partition("\n")[0].rstrip()
            raise source.refuse(
                line,
                shown,
                "is not a gate of genlib",
                "as in GATE nand2 2 O=!(a*b); PIN * INV 1 9 1 0 1 0",
            )
        name, output = found["name"].strip('"'), found["output"]
        try:
            function = read_function(found["function"].strip().strip('"'), AND_FIRST)
        except UnreadableFunctionError as error:
            raise source.refuse(
                line, found["function"].strip(), f"is not a function of gate '{name}': {error}"
            ) from None
        pins = [pin for pin in _PIN.findall(text, found.end(), end) if pin != "*"]
        what: Function | None = function if found["kind"] == "GATE" else None
        inputs = tuple(dict.fromkeys([*pins, *function.names]))
        before = cells.get(name)
        if before is not None:
            if output in before.outputs:
                raise source.refuse(
                    line, name, f"is a second gate with the output '{output}'", "rename it"
                )
            inputs = tuple(dict.fromkeys([*before.inputs, *inputs]))
        outputs = {**(before.outputs if before else {}), output: what}
        cells[name] = LibraryCell(name, inputs, outputs)
    return cells
