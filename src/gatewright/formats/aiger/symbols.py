r"""The symbol table of an AIGER file: names of inputs, latches and outputs, read and written.

A name goes up to the end of its line and may have spaces. It is printable, so control characters are refused;
text beyond ASCII is UTF-8.

Example:
    >>> table = symbol_lines("i", ["a b", "c"])
    >>> table
    b'i0 a b\ni1 c\n'
    >>> from gatewright.formats.model.source import Source
    >>> read_symbols(AigerText(Source("c.aag", table)), {"i": 2})[("i", 1)]
    Symbol(name='c', line=2, column=4)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gatewright.errors import FormatError, UsageError
from gatewright.formats.aiger.text import NUMBER, AigerText, shown

_KINDS = {"i": "input", "l": "latch", "o": "output"}

_SYMBOL = re.compile(rb"([ilobcjf])" + NUMBER + rb" (.*)", re.DOTALL)

_COMMENT = re.compile(rb"c(?![0-9])")
"""The c of the comment, not of a constraint; ABC puts more on its line."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Symbol(NamedTuple):
    """A name, and where it stands."""

    name: str
    line: int
    column: int


def read_symbols(text: AigerText, counts: Mapping[str, int]) -> dict[tuple[str, int], Symbol]:
    """Every symbol by its kind and place; the comment after them is not looked at.

    Args:
        text: at the symbol table.
        counts: of what can be named, by kind.

    Raises:
        FormatError: a line is not a symbol; it names nothing, or something a second time; a name is used twice.
    """
    symbols: dict[tuple[str, int], Symbol] = {}
    used: dict[tuple[bool, str], int] = {}
    data = text.source.data
    while text.at < len(data) and not _COMMENT.match(data, text.at):
        line = text.take("a symbol")
        found = _SYMBOL.fullmatch(line)
        if found is None:
            raise text.refuse(
                shown(line) or "\n",
                "is not a symbol, and the comment does not begin here",
                "the ANDs that the header counts end before it; expected as in 'i0 name', or 'c'",
            )
        kind, place, column = found[1].decode(), int(found[2]), found.start(3) + 1
        what = f"{kind}{place}"
        if place >= counts.get(kind, 0):
            raise _nothing(text, kind, what, counts.get(kind, 0))
        if (kind, place) in symbols:
            first = symbols[kind, place].line
            raise text.refuse(what, f"has a second name; line {first} names it", "name it once")
        name = _name(text, found[3], column)
        # An output may have the name of an input that it equals, so the two are checked separately.
        before = used.setdefault((kind == "o", name), text.line)
        if before != text.line:
            raise text.refuse(name, f"is a name in line {before} too", "use it once", column=column)
        symbols[kind, place] = Symbol(name, text.line, column)
    return symbols


def symbol_lines(kind: str, names: Sequence[str]) -> bytes:
    """A line for every name, in order.

    Raises:
        UsageError: a name cannot be held.
    """
    lines = []
    for place, name in enumerate(names):
        if not name or not name.isprintable():
            raise UsageError(
                f"AIGER cannot hold {name!r} as the name of an {_KINDS[kind]}",
                hint="a name is not empty, and every character of it is printable",
            )
        lines.append(f"{kind}{place} {name}\n".encode())
    return b"".join(lines)


def _nothing(text: AigerText, kind: str, what: str, count: int) -> FormatError:
    if kind not in _KINDS:
        return text.refuse(what, "names a property, and the header has none", "leave it out")
    plural = f"{_KINDS[kind]}{'es' if kind == 'l' else 's'}"
    return text.refuse(
        what,
        f"names nothing: the header has {count} {plural}",
        f"count from {kind}0",
    )


def _name(text: AigerText, name: bytes, column: int) -> str:
    try:
        decoded = name.decode()
    except UnicodeDecodeError as error:
        raise text.refuse(
            "",
            f"a byte 0x{name[error.start]:02x} is not text in UTF-8",
            "write names in UTF-8",
            column=column + error.start,
        ) from None
    if not decoded:
        raise text.refuse("", "a name is empty", "leave the line out", column=column)
    control = _CONTROL.search(decoded)
    if control:
        raise text.refuse(
            decoded,
            f"has the character 0x{ord(control[0]):02x}, and a name is printable",
            "rename it",
            column=column,
        )
    return decoded
