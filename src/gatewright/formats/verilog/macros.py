r"""Macros of Verilog: their definitions, and the text that a use of one stands for.

After IEEE 1364-2005 and 1800-2017: parameters with defaults, joining by two backquotes, strings of macro text.
What a macro stands for is text again, and may hold other macros and directives: `includes` reads
it. A few lines can stand for more than any memory holds, so what is made is counted.

Example:
    >>> def refuse(what, hint):
    ...     raise ValueError(what)
    >>> macros, text = Macros(refuse), " W(n, m=0) [n-1:m]"
    >>> macros.define(text, 0), macros.use("W", "(4);", 0)
    ((18, 0), ('[4-1:0]', 3, 0))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from gatewright.formats.model.source import MOST_BYTES
from gatewright.formats.verilog.text import COMMENT, ESCAPED, STRING
from gatewright.records import dataclass

DEEPEST = 60
"""Includes within includes, and macros within macros."""

Refuse = Callable[[str, str], NoReturn]
"""Raises an error at the place in the text, given what is wrong and what was expected."""

_USE = 256
"""Characters that a use of a macro counts for, besides those it makes."""

_PIECE = re.compile(
    rf"(?P<comment>{COMMENT})|(?P<string>{STRING})|(?P<continued>\\\n)|(?P<quote>`\\`\"|`\")|(?P<joint>``)"
    rf"|(?P<escaped>{ESCAPED})|(?P<name>`?[A-Za-z_$][\w$]*)|(?P<number>[0-9][\w$]*)|(?P<space>[ \t]+)|[\s\S]",
    re.ASCII,
)
_NAME = re.compile(r"[ \t]*([A-Za-z_][\w$]*)", re.ASCII)
_PARAMETER = re.compile(r"[A-Za-z_][\w$]*", re.ASCII)
_MACRO = re.compile(r"`([A-Za-z_][\w$]*)", re.ASCII)
_BLANK = re.compile(r"[ \t\n]*")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Macro:
    """What a name stands for; ``parameters`` with their defaults, or None if it takes no list."""

    body: str
    parameters: Mapping[str, str | None] | None = None


class Macros:
    """Those that are defined while a text is read.

    Args:
        refuse: raises an error for the line that is being read.
    """

    def __init__(self, refuse: Refuse) -> None:
        self._refuse = refuse
        self._known = {"SYNTHESIS": Macro("1"), "YOSYS": Macro("1")}
        self._left = MOST_BYTES
        self._depth = 0

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def remove(self, name: str) -> None:
        """Forget a macro, if there is one of this name."""
        self._known.pop(name, None)

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()

    def define(self, text: str, at: int) -> tuple[int, int]:
        """Read what follows a ``define``; returns where the text goes on, and how many lines later."""
        named = self.named(text, at, "`define")
        at, parameters = named.end(), None
        if text.startswith("(", at):
            words, at = self._list(text, at, named[1])
            parameters = {}
            for word in words:
                name, given, default = word.partition("=")
                if not _PARAMETER.fullmatch(name.strip()) and words != [""]:
                    self._refuse(
                        f"`define {named[1]} has a parameter '{name[:60]}'", "expected a name"
                    )
                parameters[name.strip()] = default.strip() if given else None
            parameters = {} if words == [""] else parameters
        body, lines = [], 0
        while at < len(text) and text[at] != "\n":
            piece = _PIECE.match(text, at)
            assert piece is not None  # noqa: S101 - any sign is one
            at = piece.end()
            if piece["comment"] or piece["continued"]:
                body.append(" ")
                lines += piece[0].count("\n")
                if piece["comment"] and piece[0].startswith("//") and piece[0].endswith("\\"):
                    lines, at = lines + 1, at + 1  # the line goes on after the comment
            else:
                body.append(piece[0])
        self._known[named[1]] = Macro("".join(body).strip(), parameters)
        return at, lines

    def use(self, name: str, text: str, at: int) -> tuple[str, int, int]:
        """What a macro stands for, where the text goes on after it, and how many lines later."""
        macro, begin, end = self._known[name], at, at
        words: list[str] = []
        if macro.parameters is not None:
            blank = _BLANK.match(text, at)
            begin = blank.end() if blank else at
            if not text.startswith("(", begin):
                self._refuse(f"macro '{name}' is given no arguments", f"expected `{name}(…)")
            words, end = self._list(text, begin, name)
        return self._filled(name, macro, words), end, text.count("\n", at, end)

    def stands_for(self, mark: str) -> str:
        """What a macro without arguments stands for in the end."""
        name = mark[1:]
        for _ in range(DEEPEST):
            macro = self._known.get(name)
            if macro is None or macro.parameters is not None:
                self._refuse(
                    f"'{mark[:60]}' stands for no text here", "define it without arguments"
                )
            self._depth += 1
            if self._depth > DEEPEST:
                break
            text = self._filled(name, macro, ()).strip()
            self._depth -= 1
            again = _MACRO.fullmatch(text)
            if again is None:
                return text
            name = again[1]
        return self._refuse(f"macro '{name}' is one too deep", "does a macro use itself?")

    def named(self, text: str, at: int, directive: str) -> re.Match[str]:
        """The name that follows a directive."""
        found = _NAME.match(text, at)
        if found is None:
            self._refuse(f"{directive} names no macro", "expected a name after it")
        return found

    def _filled(self, name: str, macro: Macro, words: Sequence[str]) -> str:
        """The body of a macro with arguments in the place of parameters."""
        if macro.parameters is None:
            self._pay(len(macro.body), name)
            return macro.body if "`" not in macro.body else self._joined(macro.body, {}, name)
        given = list(words) if macro.parameters or list(words) != [""] else []
        if len(given) > len(macro.parameters):
            self._refuse(
                f"macro '{name}' is given {len(given)} arguments",
                f"it takes {len(macro.parameters)}",
            )
        values: dict[str, str] = {}
        for place, (parameter, default) in enumerate(macro.parameters.items()):
            value = given[place] if place < len(given) else ""
            if not value and default is not None:
                value = default
            elif place >= len(given):
                self._refuse(f"macro '{name}' lacks its argument '{parameter}'", "give it")
            values[parameter] = value
        return self._joined(macro.body, values, name)

    def _joined(self, body: str, values: Mapping[str, str], name: str) -> str:
        made: list[str] = []
        quoted: list[str] | None = None
        for piece in _PIECE.finditer(body):
            into = made if quoted is None else quoted
            token = piece[0]
            if piece["joint"]:
                continue
            if piece["quote"]:
                if len(token) > 2:  # a quote within a string of macro text
                    into.append('\\"')
                elif quoted is None:
                    quoted = []
                else:
                    made.append(f'"{"".join(quoted)}"')
                    quoted = None
            elif quoted is None:
                made.append(values.get(token, token))
            elif token in values:
                quoted.append(_inside(values[token]))
            elif token[1:] in self._known and token[0] == "`":
                quoted.append(_inside(self.stands_for(token)))
            else:
                quoted.append(_inside(token))
            self._pay(len(into[-1]) if into else 0, name, use=0)
        if quoted is not None:
            self._refuse(f"macro '{name}' has a `\" that nothing closes", 'expected `"')
        self._pay(0, name)
        return "".join(made)

    def _list(self, text: str, at: int, name: str) -> tuple[list[str], int]:
        """The parts of a list in brackets, split at its commas, and where the text goes on."""
        parts: list[str] = []
        current: list[str] = []
        level = 0
        for piece in _PIECE.finditer(text, at):
            token = piece[0]
            if token in _OPENING:
                level += 1
                if level == 1:
                    continue
            elif token in _CLOSING:
                level -= 1
                if not level:
                    return [*parts, "".join(current).strip()], piece.end()
            if level == 1 and token in {","}:
                parts.append("".join(current).strip())
                current = []
            else:
                current.append(" " if piece["comment"] or token in ("\n", "\\\n") else token)
        return self._refuse(f"macro '{name}' has a list that nothing closes", "expected )")

    def _pay(self, signs: int, name: str, *, use: int = _USE) -> None:
        """Count what macros make: a few lines can stand for more than any memory holds."""
        self._left -= signs + use
        if self._left < 0:
            self._refuse(
                f"macro '{name}' makes it more than the {MOST_BYTES >> 20} MB that are read",
                "split the circuit",
            )


def _inside(text: str) -> str:
    """A text as a string holds it."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
