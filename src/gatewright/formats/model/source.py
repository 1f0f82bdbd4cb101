r"""A file's content: unpacked, checked, and able to name a place in itself.

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

import codecs
import gzip
import lzma
import os
import re
import zlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gatewright.errors import FormatError, Hint
from gatewright.files import handed_over, open_regular
from gatewright.formats.encoding import HASH, forgiven, in_utf8
from gatewright.records import dataclass
from gatewright.text import visible

if TYPE_CHECKING:
    from io import BufferedReader

MOST_BYTES = 1 << 28
"""Most bytes of a file, packed or unpacked: 256 MB, some million gates."""

MOST_LINES, LONGEST_LINE = 8_000_000, 1 << 24
"""Most lines, and most characters of a line: a small packed file could fill all memory with them."""

_SHOWN, _SAID = 60, 400
"""Most characters of a text that an error shows, and of its message."""

_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"
_BLOCK, _XZ_MEMORY = 1 << 16, 1 << 28
_STATEMENT = 1 << 20
"""Bytes that are searched for a text, to name its column."""

_END = re.compile(rb"\r\n?|\n")

STANDARD_INPUT = "standard input"
"""What messages call it."""


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a file.

    Attributes:
        path: as the user named it.
        data: unpacked.
    """

    path: str
    data: bytes

    @property
    def stem(self) -> str:
        """A name for what a file without names holds: that of the file, up to its first dot."""
        path = Path(self.path)
        unnamed = self.path == STANDARD_INPUT or handed_over(path) is not None
        return (not unnamed and path.name.partition(".")[0]) or "circuit"

    def lines(self, comments: re.Pattern[str] = HASH) -> list[str]:
        """Its lines of text, without their ends.

        Args:
            comments: what is one; bytes that are not UTF-8 do not matter there.

        Raises:
            FormatError: it is not text, or a web page.
        """
        if self.data.startswith(b"PK\3\4"):
            what = "is a zip file, as NumPy writes arrays"
            learn = Hint(
                "learn a circuit of it, where it holds examples", "learn rows", file=self.path
            )
            raise self.refuse(0, "", what, learn)
        nul = self.data.find(b"\0")
        if nul >= 0:
            raise self.refuse(self._line(nul), "", "a byte 0x00 is not text", "name a text file")
        ends = [self.data.count(each) for each in (b"\n", b"\r", b"\r\n")]
        if ends[0] + ends[1] - ends[2] > MOST_LINES:
            what = f"there are more than the {MOST_LINES} lines that are read"
            raise self.refuse(0, "", what, "split the circuit")
        try:
            text = self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text, odd = forgiven(self.data, comments)
            if odd:
                line, byte = odd
                what = f"a byte 0x{byte:02x} is not text in UTF-8"
                raise self.refuse(line, "", what, "save the file as UTF-8") from None
        start = text[:1024].lstrip()
        if re.match(r"<(!doctype\s+html|html|\?xml)", start, re.IGNORECASE):
            first = text.count("\n", 0, text.index("<")) + 1
            raise self.refuse(
                first,
                start.partition("\n")[0],
                "begins a web page, as servers send for a file they do not have",
                "download the netlist again",
            )
        lines = _split(text)
        if max(map(len, lines)) > LONGEST_LINE:
            number = next(at for at, line in enumerate(lines, 1) if len(line) > LONGEST_LINE)
            what = f"a line has more than the {LONGEST_LINE} characters that are read"
            raise self.refuse(number, "", what, "split it into several")
        return lines

    def _line(self, at: int) -> int:
        """The number of the line that a byte is in."""
        return sum(1 for _ in _END.finditer(self.data, 0, at)) + 1

    def refuse(
        self, line: int, text: str, what: str, hint: str = "", *, column: int = 0
    ) -> FormatError:
        """The error for a text in a line; its column is found if it is not given.

        Args:
            line: its number, from 1; 0 for the file as a whole.
            text: as it stands there; empty if there is none to show.
            what: what is wrong, in words that follow the text.
            hint: what was expected, or what to do.
            column: its number, from 1.
        """
        if line and not column:
            line, column = self._find(line, text)
        where = f"{self.path}:{line}:{column}" if line else self.path
        quoted = f"'{_shown(text, _SHOWN)}' " if text else ""
        # Messages also name nets of the file, which may be as long and hold signs that move the cursor.
        said = f"{visible(where)}: {quoted}{_shown(what, _SAID)}"
        return FormatError(said, hint=hint if isinstance(hint, Hint) else _shown(hint, _SAID))

    def _find(self, line: int, text: str) -> tuple[int, int]:
        """Line and column of a text that a statement beginning in ``line`` holds."""
        start = len(codecs.BOM_UTF8) if self.data.startswith(codecs.BOM_UTF8) else 0
        for end in islice(_END.finditer(self.data), max(line - 2, 0), line - 1):
            start = end.end()
        lines = _split(self.data[start : start + _STATEMENT].decode("utf-8", "replace"))
        word = re.compile(rf"(?<![^\s(),=]){re.escape(text)}(?![^\s(),=])")
        for number, each in enumerate(lines, line):
            found = word.search(each)
            if text and found:
                return number, found.start() + 1
            if not each.partition("#")[0].rstrip().endswith("\\"):
                break
        return line, 1


def read_source(path: Path) -> Source:
    """A file, unpacked if it was packed by gzip or xz, its text in UTF-8.

    What a shell hands over (``/dev/stdin``, ``/dev/fd/63``) is read to its end; any other pipe is refused.

    Raises:
        FormatError: there is no such file, it cannot be read or unpacked, is empty or too large.
    """
    return _read(path, handed_over(path), str(path))


def read_standard_input() -> Source:
    """What is piped in, as `read_source` reads a file.

    Raises:
        FormatError: it is a terminal, or as for `read_source`.
    """
    return _read(Path(), 0, STANDARD_INPUT)


def _read(path: Path, handle: int | None, called: str) -> Source:
    name = visible(called)
    try:
        with open_regular(path) if handle is None else _opened(handle, name) as file:
            size = os.fstat(file.fileno()).st_size
            if size > MOST_BYTES:
                raise _too_large(name, f"has {size} bytes")
            start = file.peek(len(_XZ))
            if start.startswith(_GZIP):
                data = gzip.GzipFile(fileobj=file).read(MOST_BYTES + 1)
            elif start.startswith(_XZ):
                data = _unxz(file)
            else:
                data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise FormatError(
            f"there is no file {name}", hint=Hint("name one that exists", "no file")
        ) from None
    except IsADirectoryError:
        raise FormatError(f"{name} is a folder", hint="name a file") from None
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
    if not data or data.isspace():
        raise FormatError(f"{name} is empty", hint="name a file with something in it")
    try:
        return Source(called, in_utf8(data))
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{name} begins as text in {error.encoding}, and is not", hint="save it as UTF-8"
        ) from None


def _opened(handle: int, name: str) -> BufferedReader:
    """What a shell hands over by the number of an open file.

    Raises:
        FormatError: it is a terminal, which would be waited for.
    """
    try:
        if os.isatty(handle):
            raise FormatError(f"{name} is a terminal", hint="pipe a netlist into it")
        return os.fdopen(os.dup(handle), "rb")
    except OSError as error:
        raise FormatError(
            f"{name} cannot be read: {error.strerror or error}", hint="pipe a netlist into it"
        ) from None


def _unxz(file: BinaryIO) -> bytes:
    """Every stream of an xz file. Python's own `lzma.LZMAFile` silently stops at a damaged one.

    Raises:
        EOFError, lzma.LZMAError: it is cut off or damaged, or followed by something else.
    """
    made, packed, stream = bytearray(), b"", None
    while len(made) <= MOST_BYTES:
        packed = packed or file.read(_BLOCK)
        if not packed:
            break
        if stream is None or stream.eof:
            packed = packed.lstrip(b"\0")  # streams may be padded
            if not packed:
                continue
            stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        made += stream.decompress(packed, MOST_BYTES + 1 - len(made))
        packed = stream.unused_data
    if len(made) <= MOST_BYTES and not (stream and stream.eof):
        raise EOFError("it ends before the end of its last stream")
    return bytes(made)


def _too_large(name: str, how: str) -> FormatError:
    return FormatError(
        f"{name} {how}, more than are read ({MOST_BYTES >> 20} MB)",
        hint="split the circuit, or write it as binary AIGER",
    )


def _split(text: str) -> list[str]:
    """The lines of a text; splitlines() would also end lines at form feeds and other signs."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _shown(text: str, most: int) -> str:
    return visible(text if len(text) <= most else f"{text[:most]}…")


def shortened(names: Sequence[str], most: int = 5) -> str:
    """Some names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"'{name}'" for name in names[:most]) + more
