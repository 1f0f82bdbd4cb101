r"""Text that is not in UTF-8: read all the same where what it says cannot be mistaken.

UTF-16 and UTF-32 say what they are by their first bytes, or by the zeros between letters. Of any other encoding
nobody can tell which it is; but bytes in a comment mean nothing.

Example:
    >>> in_utf8("\ufeff.model m".encode("utf-16-le"))
    b'.model m'
    >>> forgiven(b"# gr\xf6\xdfe\n.model m", HASH)
    ('# gr\ufffd\ufffde\n.model m', None)
    >>> forgiven(b"\n.model gr\xf6", HASH)[1]
    (2, 246)
"""

from __future__ import annotations

import codecs
import re

HASH = re.compile(r"#[^\r\n]*")
"""A comment from ``#`` to the end of its line."""

SLASHES = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\r\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
"""A comment of Verilog or Liberty, or a string, in which there is none."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64
"""Bytes whose zeros are looked at."""

_ODD = re.compile("[\udc80-\udcff]")
"""A byte that is not UTF-8, as Python keeps it in a text."""


def in_utf8(data: bytes) -> bytes:
    """The same text in UTF-8, if it is in UTF-16 or UTF-32; else the bytes as they are.

    Raises:
        UnicodeDecodeError: it begins as such text, and is not.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name).encode()
    start = data[: min(_SAMPLE, len(data) & ~1)]
    for first, name in ((0, "utf-16-le"), (1, "utf-16-be")):
        if len(start) > 2 and not any(start[1 - first :: 2]) and all(start[first::2]):
            return data.decode(name).encode()
    return data


def forgiven(data: bytes, comments: re.Pattern[str]) -> tuple[str, tuple[int, int] | None]:
    """A text in which bytes that are not UTF-8 are replaced in comments; and line and byte of one elsewhere.

    Args:
        data: the bytes.
        comments: what is a comment, or a string in quotes, in which there is none.
    """
    text = comments.sub(
        lambda found: found[0] if found[0][0] == '"' else _ODD.sub("\ufffd", found[0]),
        data.decode("utf-8-sig", "surrogateescape"),
    )
    odd = _ODD.search(text)
    if odd is None:
        return text, None
    before = text[: odd.start()].replace("\r\n", "\n").replace("\r", "\n")
    return text, (before.count("\n") + 1, ord(odd[0]) & 0xFF)
