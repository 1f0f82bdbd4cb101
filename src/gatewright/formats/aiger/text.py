r"""The lines of an AIGER file: numbers with one space between them, every line with an end.

A binary file consists of such lines too, except for its gates. Errors name the line and the column.

Example:
    >>> text = AigerText(Source("c.aag", b"aag 3 1 0 1 1\n2\n7\n6 2 3\n"))
    >>> text.ascii, text.take("the header")
    (True, b'aag 3 1 0 1 1')
    >>> text.section("input", 1, 7, 1), text.section("output", 1, 7, 1)
    (Section(rows=[[2]], line=2), Section(rows=[[7]], line=3))
    >>> text.section("AND", 1, 5, 3)
    Traceback (most recent call last):
        ...
    gatewright.errors.FormatError: c.aag:4:1: '6' is larger than 5, the largest literal by the header
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gatewright.errors import FormatError
from gatewright.formats.model.source import Source

NUMBER = rb"(0|[1-9][0-9]{0,9})"
"""Without a sign or leading zeros; no literal of the format has more digits."""

_DIGITS = 10
"""Digits of a number, at most."""

_ROWS = [re.compile(b" ".join([NUMBER] * count)) for count in range(4)]

_MARK = b"\xef\xbb\xbf"
"""What some editors put before a text in UTF-8."""


class Section(NamedTuple):
    """Rows of literals, and the line of the first; line 0 if they are not on lines."""

    rows: list[list[int]]
    line: int


class AigerText:
    """An AIGER file, read line by line.

    Attributes:
        source: the file.
        ascii: whether it is of the ascii format.
        at: the place of the next byte to read.
        line: the number of the line that ends there.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.at = len(_MARK) if source.data.startswith(_MARK + b"aag") else 0
        self.ascii = source.data.startswith(b"aag", self.at)
        self.line = 0

    def take(self, what: str) -> bytes:
        """The next line without its end; an ascii file may have line ends of Windows.

        Args:
            what: is expected there.

        Raises:
            FormatError: the line has no end. It may be cut off, and half a number is a number too.
        """
        data, start = self.source.data, self.at
        self.line += 1
        end = data.find(b"\n", start)
        if end < 0:
            rest = shown(data[start : start + 80])
            raise self.refuse(
                rest,
                f"{'has no line end' if rest else 'the file ends'} where {what} is expected",
                "every line needs an end; the file may be cut off",
            )
        self.at = end + 1
        line = data[start:end]
        return line.removesuffix(b"\r") if self.ascii else line

    def section(self, kind: str, count: int, largest: int, *lengths: int) -> Section:
        """So many lines of literals.

        Args:
            kind: what a line is.
            count: of the lines.
            largest: literal that there may be.
            lengths: how many literals a line may have.

        Raises:
            FormatError: a line does not hold literals, or not as many.
        """
        first = self.line + 1
        return Section(
            [self._row(f"{kind} {place} of {count}", largest, lengths) for place in range(count)],
            first,
        )

    def refuse(
        self, text: str, what: str, hint: str = "", *, column: int = 1, line: int = 0
    ) -> FormatError:
        """The error for a text in a line; by default the line that was taken last."""
        return self.source.refuse(line or self.line, text, what, hint, column=column)

    def _row(self, what: str, largest: int, lengths: Sequence[int]) -> list[int]:
        line = self.take(what)
        for length in lengths:
            found = _ROWS[length].fullmatch(line)
            if found is not None:
                row = [int(word) for word in found.groups()]
                if max(row) > largest:
                    place = next(place for place, each in enumerate(row) if each > largest)
                    raise self.refuse(
                        str(row[place]),
                        f"is larger than {largest}, the largest literal by the header",
                        column=column(row, place),
                    )
                return row
        for word in line.split(b" "):
            if word.isdigit() and len(word.lstrip(b"0")) > _DIGITS:
                what = f"is larger than {largest}, the largest literal by the header"
                raise self.refuse(shown(word), what, column=line.index(word) + 1)
        literals = " or ".join(map(str, lengths)) + (" literal" if lengths == (1,) else " literals")
        raise self.refuse(
            shown(line) or "\n",
            f"stands where {what} is expected (counted from 0)",
            f"write {literals}{'' if lengths == (1,) else ', a space between them'}",
        )


def column(row: Sequence[int], place: int) -> int:
    """The column of a number in a line of numbers."""
    return 1 + sum(len(str(number)) + 1 for number in row[:place])


def shown(line: bytes) -> str:
    """A line, or its beginning, as a message shows it."""
    return line[:80].decode("utf-8", "replace")
