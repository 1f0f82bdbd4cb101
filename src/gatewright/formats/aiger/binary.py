r"""The ANDs of a binary AIGER file: two differences for each, in bytes of seven bits, the lowest first.

ANDs are numbered as they come, so their own literals are not written; each reads smaller literals, the larger
first, and what is written is how much smaller. Refusals name the place of a byte in the file, from 0 as hex
viewers count.

Example:
    >>> write_ands([[6, 4, 2], [300, 7, 6]])
    b'\x02\x02\xa5\x02\x01'
    >>> read_ands(Source("c.aig", b"\x02\x02"), 0, 3, 1)
    (array([[6, 4, 2]]), 2)
    >>> read_ands(Source("c.aig", b"\x02\x05"), 0, 3, 1)
    Traceback (most recent call last):
        ...
    gatewright.errors.FormatError: c.aig: byte 1 (0x1): AND 6 reads literal 4 - 5 = -1; expected one from 0 to 4
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gatewright.arrays import Indices, Integers
from gatewright.errors import FormatError
from gatewright.formats.model.source import Source

_LONGEST = 5
"""Most bytes of a difference: 35 bits."""


def read_ands(source: Source, start: int, first: int, count: int) -> tuple[Integers, int]:
    """The literal of every AND and the two it reads, shape (ANDs, 3), and the place of the byte after them.

    Args:
        source: the file.
        start: the place of their first byte.
        first: the variable of the first.
        count: how many there are.

    Raises:
        FormatError: the bytes end early, a difference takes too many of them, or leads out of range.
    """
    differences, starts = _differences(source, start, first, count)
    literals = 2 * np.arange(first, first + count, dtype=np.int64)
    larger = literals - differences[0::2]
    smaller = larger - differences[1::2]
    wrong = (larger < 0) | (larger == literals) | (smaller < 0)
    if wrong.any():
        place = int(np.argmax(wrong))
        own = int(literals[place])
        second = int(0 <= larger[place] < own)
        base, most = (int(larger[place]), int(larger[place])) if second else (own, own - 1)
        less = int(differences[2 * place + second])
        raise _refuse(
            source,
            start + int(starts[2 * place + second]),
            f"AND {own} reads literal {base} - {less} = {base - less}",
            f"expected one from 0 to {most}",
        )
    return np.stack([literals, larger, smaller], axis=1), start + int(starts[-1])


def write_ands(rows: Iterable[list[int]]) -> bytes:
    """The bytes of ANDs, each its literal and the two it reads, the larger first."""
    made = bytearray()
    for own, larger, smaller in rows:
        for number in (own - larger, larger - smaller):
            while number > 0x7F:
                made.append(number & 0x7F | 0x80)
                number >>= 7
            made.append(number)
    return bytes(made)


def _differences(source: Source, start: int, first: int, count: int) -> tuple[Integers, Indices]:
    """Two numbers for every AND; and the place of each from ``start``, with that of the byte after them."""
    codes = np.frombuffer(source.data[start : start + 2 * count * _LONGEST], dtype=np.uint8)
    ends = np.flatnonzero(codes < 0x80)[: 2 * count]
    starts = np.append(0, ends + 1)
    there = len(ends)
    # The one that is cut off, if one is, may be too long as well.
    sizes = np.diff(starts if there == 2 * count else np.append(starts, len(codes)))
    if (sizes > _LONGEST).any():
        raise _refuse(
            source,
            start + int(starts[np.argmax(sizes > _LONGEST)]),
            f"a difference takes more than {_LONGEST} bytes",
            "the file is damaged",
        )
    if there < 2 * count:
        raise _refuse(
            source,
            start + len(codes),
            f"the file ends within AND {2 * (first + there // 2)}, which is number {there // 2 + 1} of {count}",
            "it is cut off; fetch it again",
        )
    numbers = np.zeros(2 * count, dtype=np.int64)
    for place in range(int(sizes.max(initial=0))):
        some = np.flatnonzero(sizes > place)
        numbers[some] |= (codes[starts[some] + place].astype(np.int64) & 0x7F) << (7 * place)
    return numbers, starts


def _refuse(source: Source, place: int, what: str, hint: str) -> FormatError:
    return source.refuse(0, "", f"byte {place} (0x{place:x}): {what}", hint)
