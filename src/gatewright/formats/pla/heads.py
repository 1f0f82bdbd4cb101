r"""Lines that begin with a dot, as ``.i 4`` and ``.ilb a b``: what PLA and KISS2 say of a table above its rows.

Example:
    >>> heads = Heads(Source("a.pla", b".i 2\n"))
    >>> heads.begin(1, ".i")
    >>> heads.number(1, ".i", ["2"])
    2
    >>> heads.ports(".i", ".ilb", "x")
    (('x0', 'x1'), 1)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gatewright.formats.model.source import Source


@dataclass(slots=True)
class Heads:
    """What such lines of a file have said.

    Attributes:
        source: the file.
        lines: where each stands.
        numbers: of those that say one.
        names: of those that give names.
    """

    source: Source
    lines: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def begin(self, line: int, head: str) -> None:
        """A line that stands once.

        Raises:
            FormatError: it is the second.
        """
        if head in self.lines:
            what = f"stands a second time; line {self.lines[head]} has it"
            raise self.source.refuse(line, head, what, "give it once")
        self.lines[head] = line

    def number(self, line: int, head: str, rest: Sequence[str]) -> int:
        """The number that a line says.

        Raises:
            FormatError: it says none.
        """
        if len(rest) != 1 or not re.fullmatch(r"[0-9]{1,9}", rest[0]):
            text = " ".join(rest) or head
            raise self.source.refuse(line, text, "is not the number expected", f"as in {head} 4")
        self.numbers[head] = int(rest[0])
        return self.numbers[head]

    def ports(self, head: str, names_head: str, letter: str) -> tuple[tuple[str, ...], int]:
        """The names of inputs or outputs, and the line that tells them.

        Raises:
            FormatError: there are more or fewer names than ports.
        """
        count, names = self.numbers[head], self.names.get(names_head)
        if names is None:
            return tuple(f"{letter}{place}" for place in range(count)), self.lines[head]
        line = self.lines[names_head]
        if len(names) != count:
            what = f"has {len(names)} names, and {head} says {count}"
            raise self.source.refuse(line, names_head, what, "give one name each, in this line")
        return tuple(names), line

    def check_rows(self, count: int, *, ended: bool) -> None:
        """Refuse a file that was cut off.

        Args:
            count: of its rows.
            ended: whether it says that they end.

        Raises:
            FormatError: it has fewer rows than it says, and does not say that they end.
        """
        told = self.numbers.get(".p", 0)
        if count < told and not ended:
            what = f"rows are announced, and the file ends after {count} and without .e"
            hint = "it is cut off; fetch it again"
            raise self.source.refuse(self.lines[".p"], str(told), what, hint)
