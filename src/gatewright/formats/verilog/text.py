r"""Verilog text as Yosys may see it: without comments, without directives, and with no way out of its folder.

A text whose macros and includes are expanded (`includes`) is cut into tokens as the lexer of Yosys cuts
it, and whatever could make an interpreter of the elaborator is refused by name: functions of C (``import
"DPI-C"``, which Yosys calls while it reads), directives that are left, a ``$readmemh`` whose file is not a plain
string. The files of the others are found by `files` and called ``m0``, ``m1``, … instead. Yosys reads the
result with ``-nopp`` and ``-nodpi``, so that no rule of its own preprocessor is relied on. Comments that mean
something (``// synopsys translate_off``, ``full_case``) keep their meaning.

Example:
    >>> rom = "a /* b */+ c\n$readmemh(\"rom.hex\", m);"
    >>> print(plain(rom, lambda name, line: "m0", print))
    a  + c
    $readmemh("m0", m);
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NoReturn

Memory = Callable[[str, int], str]
"""What to call a file of a memory, by its name in the text and the line that names it."""

Refuse = Callable[[int, str, str], NoReturn]
"""Raises an error for a line, given what is wrong and what was expected."""

STRING = r'"(?:[^"\\\n]|\\[^\n])*"'
COMMENT = r"//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/"
ESCAPED = r"\\[^ \t\n]+"

_TOKEN = re.compile(
    rf"(?P<comment>{COMMENT})|(?P<triple>\"\"\")|(?P<string>{STRING})|(?P<escaped>{ESCAPED})"
    r"|(?P<memory>\$readmem[\w$]*)|(?P<nettype>`default_nettype[ \t]+(?:none|wire)\b)"
    r"|(?P<other>/\*|\"|`[\w$]*)",
    re.ASCII,
)
_SPACE = (
    r"(?:[ \t\n]|//[^\n]*\n|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)*"  # in one way only, so in linear time
)
_FILE = re.compile(rf"{_SPACE}\({_SPACE}(?P<string>{STRING})(?={_SPACE},)")
_IMPORT = re.compile(r"(?:import|export)[ \t\n]*\Z")
_FLAGS = ("full_case", "parallel_case")


def plain(text: str, memory: Memory, refuse: Refuse) -> str:
    r"""The same text, line by line, reduced to what describes logic.

    Args:
        text: with macros expanded, its lines ended by ``\n`` alone.
        memory: gives the new name of a file of ``$readmemh``.
        refuse: raises an error for a line.
    """
    kept: list[str] = []
    at, off = 0, False
    line, counted = 1, 0
    for found in _tokens(text):
        start, end, kind, token = *found.span(), found.lastgroup, found[0]
        before = text[at:start]
        kept.append("\n" * before.count("\n") if off else before)
        at = end
        if kind == "comment":
            words = _hot(token)
            if words in (["translate_off"], ["translate_on"]):
                off = words == ["translate_off"]
            flags = " ".join(each for each in _FLAGS if each in words)
            kept.append(f"/* synopsys {flags} */" if flags and not off else " ")
            kept.append("\n" * token.count("\n"))
            continue
        if off:
            continue
        if kind == "escaped" and "$readmem" not in token:
            kept.append(token)
            continue
        line, counted = line + text.count("\n", counted, start), start
        if kind in ("memory", "escaped"):
            called = _FILE.match(text, end)
            if token not in ("$readmemh", "$readmemb") or called is None:
                refuse(line, f"'{token}' names no file", 'expected $readmemh("file", memory)')
            name, at = memory(called["string"][1:-1], line), called.end()
            newlines = "\n" * text.count("\n", end, at)
            token = f'{token}({newlines}"{name}"'
        elif kind == "string" and _IMPORT.search(_before(kept)):
            what = f"import {token[:60]} calls a program, which is not logic"
            refuse(line, what, "write the function in Verilog")
        elif kind in ("triple", "other"):
            refuse(line, *_wrong(token))
        kept.append(f"{token} " if kind == "nettype" else token)
    rest = text[at:]
    kept.append("\n" * rest.count("\n") if off else rest)
    return "".join(kept)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a text that are more than plain signs, except the file of a memory."""
    at = 0
    while found := _TOKEN.search(text, at):
        yield found
        at = found.end()
        if found.lastgroup == "memory":
            called = _FILE.match(text, at)
            at = called.end() if called else at


def _hot(comment: str) -> list[str]:
    """The words of a comment for synthesis tools; none for any other."""
    start = comment[2:40].lstrip(" \t")
    if not start.startswith(("synopsys", "synthesis")):
        return []
    return comment[2:].removesuffix("*/").split()[1:]


def _before(kept: list[str]) -> str:
    """The end of what is kept, from the last piece that is not blank."""
    place = len(kept)
    while place and (place == len(kept) or not kept[place].strip()):
        place -= 1
    return "".join(kept[place:])


def _wrong(token: str) -> tuple[str, str]:
    """What is wrong with a token that no text may hold, and what was expected."""
    if not token.startswith(('"', "`")):
        return "a comment is not closed", "expected */"
    if token.startswith('"'):
        return "a string is not closed in its line", 'expected a " before the end of the line'
    return f"'{token}' is neither a directive that is known nor a macro", "define it before"
