"""Whole numbers of any size as text, and text as whole numbers.

A bus may have thousands of bits. Python refuses decimal numbers of more than some digits (4 300, unless it is
told otherwise), because they take quadratic time; hexadecimal ones take linear time. So a value is written in
decimal digits if it has few, else in hexadecimal ones, and is read in either; more decimal digits than Python
accepts are refused.

Example:
    >>> as_text(65), as_text(16**5000)[:8], as_count(2**17), as_count(2**20000 + 1)
    ('65', '0x100000', '131 072', 'over 2^20000')
    >>> whole_number("0x41"), whole_number("many")
    (65, None)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gatewright.errors import UsageError

SHOWN = 60
"""Most characters of a user's word that a message repeats."""

_FEW = 600
"""Decimal digits that Python always reads and writes: it cannot be told to refuse fewer than 640."""

_NUMBER = re.compile(r"[+-]?(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+)")
_DECIMAL = re.compile(r"[+-]?[0-9_]+")


def as_text(number: int) -> str:
    """A number in decimal digits, or in hexadecimal ones if it has too many."""
    try:
        return str(number)
    except ValueError:
        return f"{number:#x}"


def as_count(number: int) -> str:
    """A count with a gap every three digits from ten thousand up; a vast one as a power of two."""
    try:
        return f"{number:,}".replace(",", " ") if number >= 10_000 else str(number)
    except ValueError:
        power = number.bit_length() - 1
        return f"2^{power}" if number == 1 << power else f"over 2^{power}"


def counted(number: int, what: str) -> str:
    """A count and what is counted.

    Example:
        >>> counted(1, "gate"), counted(12_000, "register"), counted(2, "memory")
        ('1 gate', '12 000 registers', '2 memories')
    """
    if number != 1:
        what = f"{what[:-1]}ies" if re.search("[^aeiou]y$", what) else f"{what}s"
    return f"{as_count(number)} {what}"


def assignments(values: Mapping[str, object]) -> str:
    """Values as a user would type them: ``a=23 b=42``."""
    return " ".join(
        f"{name}={as_text(value) if isinstance(value, int) else value}"
        for name, value in values.items()
    )


def whole_number(text: str, name: str = "") -> int | None:
    """The number that a text is, in decimal digits or after ``0x``, ``0o`` or ``0b``; None if it is not one.

    Args:
        text: as the user gave it.
        name: of what it is a value, for messages; empty if that has no name.

    Raises:
        UsageError: it has too many decimal digits.
    """
    if not _NUMBER.fullmatch(text.strip()):
        return None
    try:
        return int(text, 0)
    except ValueError:
        if len(text) > _FEW and _DECIMAL.fullmatch(text.strip()):
            raise UsageError(
                f"{f'{name}=' if name else ''}{cut(text)} has {len(text)} decimal digits, more than are read",
                hint="write it in hexadecimal ones, as in 0x1f",
            ) from None
        return None


def cut(text: str) -> str:
    """A user's word for a message: a long one is cut."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
