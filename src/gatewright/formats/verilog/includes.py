r"""The macros, conditions and includes of Verilog, expanded by us: what Yosys reads names no files.

After IEEE 1364-2005 and 1800-2017; `verilog_macros` has the macros. ``SYNTHESIS`` and ``YOSYS`` are defined.
``timescale`` and other directives that say nothing about logic are dropped; ``default_nettype`` stays. A file is
read line by line, and an included one whole, so that every line of the result comes from one line of a file.

Example:
    >>> text = b"`define W(n) [n-1:0]\nmodule m(input `W(4) a);\n`ifdef SYNTHESIS\nendmodule\n`endif"
    >>> made = expand(Source("m.v", text), Files("m.v"))
    >>> print(made.text.strip())
    module m(input [4-1:0] a);
    <BLANKLINE>
    endmodule
    >>> made.place(2)[1]
    2
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import NoReturn

from gatewright.formats.encoding import SLASHES
from gatewright.formats.model.source import Source
from gatewright.formats.verilog.files import Files, NotAllowedError
from gatewright.formats.verilog.macros import DEEPEST, Macros
from gatewright.formats.verilog.text import COMMENT, ESCAPED, STRING
from gatewright.records import dataclass

_TOKEN = re.compile(
    rf"(?P<comment>{COMMENT})|(?P<string>{STRING})|(?P<escaped>{ESCAPED})|(?P<mark>`(?:[A-Za-z_][\w$]*)?)"
    r"|(?P<open>/\*|\")",
    re.ASCII,
)
_INCLUDE = re.compile(
    r'[ \t]*(?:"(?P<name>[^"\n]*)"|<(?P<angle>[^>\n]*)>|(?P<macro>`[A-Za-z_][\w$]*))'
)
_NETTYPE = re.compile(r"[ \t]+(none|wire)\b")
_REST = re.compile(r"[^\n]*")
_TO_END_OF_LINE = {"timescale", "line", "pragma", "begin_keywords"}
_ALONE = {"celldefine", "endcelldefine", "end_keywords", "resetall", "nounconnected_drive"}
_CONDITIONS = {"ifdef", "ifndef", "elsif", "else", "endif"}


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text, and where its lines come from.

    Attributes:
        text: with no directive left but ``default_nettype``.
        starts: the first lines of parts that come from one file, from 1.
        files: of each part: the file, its line, and the line of the first file that brought it in.
    """

    text: str
    starts: Sequence[int]
    files: Sequence[tuple[Source, int, int]]

    def place(self, line: int) -> tuple[Source, int, int]:
        """The file and line that a line comes from, and the line of the first file."""
        at = max(bisect_right(self.starts, line) - 1, 0)
        source, first, main = self.files[at]
        here = max(first + line - self.starts[at], 1)
        return source, here, main or here

    def refuse(self, line: int, what: str, hint: str) -> NoReturn:
        """Refuse something in a line of the text.

        Raises:
            FormatError: always; it names the file and the line there.
        """
        source, here, _ = self.place(line)
        raise source.refuse(here, "", what, hint)


def expand(source: Source, files: Files) -> Expanded:
    """A file with its macros and includes expanded.

    Raises:
        FormatError: a directive is unknown or wrong, a file may not be read, or the result would be too large.
    """
    made = _Expansion(files)
    made.file(source)
    return Expanded("".join(made.pieces), made.starts, made.parts)


@dataclass(slots=True)
class _Condition:
    """One ``ifdef`` that is open: whether its text is taken, and whether any of its branches has been."""

    line: int
    outer: bool
    taken: bool
    done: bool
    ended: bool = False


@dataclass(slots=True)
class _Expansion:
    """What is known while files are read."""

    files: Files
    macros: Macros = field(init=False)
    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    parts: list[tuple[Source, int, int]] = field(default_factory=list)
    open: list[_Condition] = field(default_factory=list)
    stack: list[Source] = field(default_factory=list)
    line: int = 1
    """Of the file that is being read."""
    main: int = 0
    """The line of the first file, while another is."""
    written: int = 1
    """Of the text that is made."""
    level: int = 0
    """Macros and includes that are being expanded."""

    def __post_init__(self) -> None:
        self.macros = Macros(self._refuse)

    def file(self, source: Source) -> None:
        """Read a file."""
        before, depth = self.line, len(self.open)
        text = "\n".join(source.lines(SLASHES))
        if self.stack:
            self.main = self.main or before
        self.stack.append(source)
        self.line = 1
        self._part(source, 1)
        self.text(text)
        if len(self.open) > depth:
            self._refuse("`ifdef has no `endif", "expected `endif", self.open[-1].line)
        self.stack.pop()
        if self.stack:
            self._write("\n")
            self.line = before
            self.main = 0 if len(self.stack) == 1 else self.main
            self._part(self.stack[-1], before)

    def text(self, text: str) -> None:
        """Read the text of a file, or of a macro in it."""
        if "`" not in text:  # as in most netlists: there is nothing to do
            self._pass(text, self._taken())
            return
        at, taken = 0, self._taken()
        while found := _TOKEN.search(text, at):
            self._pass(text[at : found.start()], taken)
            at = found.end()
            if found["mark"]:
                at = self._directive(text, found)
                taken = self._taken()
            elif found["open"] and taken:
                what = (
                    "a string is not closed in its line"
                    if found[0] == '"'
                    else "a comment is not closed"
                )
                self._refuse(what, "expected its end")
            else:
                self._pass(found[0], taken)
        self._pass(text[at:], taken)

    def _directive(self, text: str, found: re.Match[str]) -> int:
        """Carry out a directive or expand a macro; returns where the text goes on."""
        name, at = found[0][1:], found.end()
        if name in _CONDITIONS:
            return self._condition(name, text, at)
        if not self._taken():
            return at
        if name == "define":
            at, lines = self.macros.define(text, at)
            self._skip("\n" * lines)
            return at
        if name == "undef":
            named = self.macros.named(text, at, "`undef")
            self.macros.remove(named[1])
            return named.end()
        if name == "undefineall":
            self.macros.clear()
        elif name == "include":
            return self._include(text, at)
        elif name in _TO_END_OF_LINE:
            rest = _REST.match(text, at)
            return rest.end() if rest else at
        elif name in _ALONE:
            if name == "resetall":
                self._write(" `default_nettype wire ")
        elif name == "default_nettype":
            kind = _NETTYPE.match(text, at)
            if kind is None:
                self._refuse(
                    "`default_nettype names no kind that is known", "expected none or wire"
                )
            self._write(f"`default_nettype {kind[1]} ")
            return kind.end()
        elif name == "__LINE__":
            self._write(str(self.line))
        elif name == "__FILE__":
            self._write(f'"{re.sub(r"[^A-Za-z0-9_.-]", "_", Path(self.stack[-1].path).name)}"')
        elif name in self.macros:
            return self._use(name, text, at)
        else:
            self._refuse(
                f"'`{name[:60]}' is neither a directive that is known nor a macro",
                "define it before",
            )
        return at

    def _condition(self, kind: str, text: str, at: int) -> int:
        if kind in ("ifdef", "ifndef"):
            named = self.macros.named(text, at, f"`{kind}")
            outer = self._taken()
            taken = outer and (named[1] in self.macros) == (kind == "ifdef")
            self.open.append(_Condition(self.line, outer, taken, taken))
            return named.end()
        if not self.open:
            self._refuse(f"`{kind} ends no `ifdef", "remove it")
        if kind == "endif":
            self.open.pop()
            return at
        last = self.open[-1]
        if last.ended:
            self._refuse(f"`{kind} comes after `else", "expected `endif")
        last.taken = last.outer and not last.done
        if kind == "else":
            last.ended = True
        else:
            named = self.macros.named(text, at, "`elsif")
            last.taken = last.taken and named[1] in self.macros
            at = named.end()
        last.done = last.done or last.taken
        return at

    def _include(self, text: str, at: int) -> int:
        found = _INCLUDE.match(text, at)
        if found is None:
            self._refuse("`include names no file", 'expected `include "file"')
        name = found["name"] if found["name"] is not None else found["angle"]
        if found["macro"]:
            stands = self.macros.stands_for(found["macro"])
            again = re.fullmatch(r'\s*(?:"([^"\n]*)"|<([^>\n]*)>)\s*', stands)
            if again is None:
                self._refuse(f"`include {found['macro']} names no file", 'define it as "file"')
            name = again[1] if again[1] is not None else again[2]
        if self.level >= DEEPEST:
            self._refuse(f"`include '{name[:60]}' is one too deep", "does a file include itself?")
        near = Path(self.stack[-1].path).parent if len(self.stack) > 1 else None
        try:
            source = self.files.read(name, near)
        except NotAllowedError as error:
            self._refuse(f"`include '{name[:200]}' {error.message}", error.hint)
        self._write("\n")
        self.level += 1
        self.file(source)
        self.level -= 1
        return found.end()

    def _use(self, name: str, text: str, at: int) -> int:
        """Expand a macro."""
        if self.level >= DEEPEST:
            self._refuse(f"macro '{name}' is one too deep", "does a macro use itself?")
        stands, at, lines = self.macros.use(name, text, at)
        self.level += 1
        self.text(stands)
        self.level -= 1
        self._skip("\n" * lines)
        return at

    def _taken(self) -> bool:
        return not self.open or self.open[-1].taken

    def _pass(self, text: str, taken: bool) -> None:
        """Copy a text, or only its line ends."""
        if taken:
            self._write(text)
            self.line += text.count("\n")
        else:
            self._skip("\n" * text.count("\n"))

    def _skip(self, lines: str) -> None:
        self._write(lines)
        self.line += len(lines)

    def _write(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.written += text.count("\n")

    def _part(self, source: Source, line: int) -> None:
        self.starts.append(self.written)
        self.parts.append((source, line, self.main))

    def _refuse(self, what: str, hint: str, line: int = 0) -> NoReturn:
        raise self.stack[-1].refuse(line or self.line, "", what, hint)
