r"""A file as it lies on disk: unpacked, checked for being what it should, and able to name a place in itself.

The first room of the formats. Every reader takes a `Source`, and every refusal is made by it, so that all
of them name the file, the line, the column, the text found there, and what was expected.

Example:
    >>> source = Source("c.bench", b"INPUT(a)\r\nOUTPTU(y)")
    >>> source.lines()
    ['INPUT(a)', 'OUTPTU(y)']
    >>> print(source.refuse(2, "OUTPTU(y)", "is neither a declaration nor a gate", "write OUTPUT(y)"))
    c.bench:2:1: 'OUTPTU(y)' is neither a declaration nor a gate; write OUTPUT(y)
"""

from __future__ import annotations

import gzip
import lzma
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gatewright.errors import FormatError

MOST_BYTES = 1 << 28
"""No larger file is read, nor one that unpacks to more: 256 MB, some million gates."""

_SHOWN = 60
"""Characters of a text that an error shows."""

_PACKED: Mapping[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a file.

    Attributes:
        path: as the user named it.
        data: unpacked.
    """

    path: str
    data: bytes

    def lines(self) -> list[str]:
        """Its lines of text, without their ends.

        Raises:
            FormatError: it is no text, or a web page.
        """
        nul = self.data.find(b"\0")
        if nul >= 0:
            line = self.data.count(b"\n", 0, nul) + 1
            raise self.refuse(line, "", "a byte 0x00 is no text", "name a text file")
        try:
            text = self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start) + 1
            byte = self.data[error.start]
            raise self.refuse(
                line, "", f"a byte 0x{byte:02x} is no text in UTF-8", "name a text file"
            ) from None
        start = text[:1024].lstrip()
        if re.match(r"<(!doctype\s+html|html|\?xml)", start, re.IGNORECASE):
            first = text.count("\n", 0, text.index("<")) + 1
            raise self.refuse(
                first,
                start.partition("\n")[0],
                "begins a web page, as servers send for a file they do not have",
                "download the netlist again",
            )
        # Not splitlines(), to which a form feed and other signs end a line too.
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def refuse(
        self, line: int, text: str, what: str, hint: str = "", *, column: int = 0
    ) -> FormatError:
        """What to raise for a text in a line, whose column is looked for where it is not given.

        Args:
            line: its number, from 1; 0 where it is the file as a whole.
            text: as it stands there; empty where there is none to show.
            what: is wrong, in words that follow the text.
            hint: what was expected, or what to do.
            column: its number, from 1.
        """
        if line and not column:
            line, column = self._find(line, text)
        where = f"{self.path}:{line}:{column}" if line else self.path
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        quoted = f"'{_printable(shown)}' " if text else ""
        return FormatError(f"{where}: {quoted}{what}", hint=hint)

    def _find(self, line: int, text: str) -> tuple[int, int]:
        """Line and column of a text that a statement beginning in ``line`` holds."""
        lines = self.data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
        word = re.compile(rf"(?<![^\s(),=]){re.escape(text)}(?![^\s(),=])")
        for number in range(line, min(line + 10_000, len(lines) + 1)):
            found = word.search(lines[number - 1])
            if text and found:
                return number, found.start() + 1
            if not lines[number - 1].rstrip().endswith("\\"):
                break
        return line, 1


def read_source(path: Path) -> Source:
    """A file, unpacked if it was packed by gzip or xz.

    Raises:
        FormatError: there is no such file, it cannot be read or unpacked, is empty or too large.
    """
    name = str(path)
    try:
        if path.is_dir():
            raise FormatError(f"{name} is a folder", hint="name a file")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _too_large(name, f"has {size} bytes")
        with path.open("rb") as file:
            start = file.read(8)
        unpack = next((each for magic, each in _PACKED.items() if start.startswith(magic)), None)
        if unpack is None:
            # What is no plain file has no size: a pipe may never end.
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        else:
            with unpack(path) as packed:
                data = packed.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise FormatError(
            f"there is no file {name}", hint="'circuits list' names the circuits that need none"
        ) from None
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise FormatError(
            f"{name} cannot be unpacked: {error}", hint="it is damaged or cut off; fetch it again"
        ) from error
    except OSError as error:
        raise FormatError(
            f"{name} cannot be read: {error.strerror or error}", hint="name another file"
        ) from error
    if len(data) > MOST_BYTES:
        raise _too_large(name, f"unpacks to more than {MOST_BYTES} bytes")
    if not data.strip():
        raise FormatError(f"{name} is empty", hint="name a file with a circuit in it")
    return Source(name, data)


def _too_large(name: str, how: str) -> FormatError:
    return FormatError(
        f"{name} {how}, more than are read ({MOST_BYTES >> 20} MB)",
        hint="split the circuit, or write it as binary AIGER",
    )


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def shortened(names: Sequence[str], most: int = 5) -> str:
    """Some names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"'{name}'" for name in names[:most]) + more
