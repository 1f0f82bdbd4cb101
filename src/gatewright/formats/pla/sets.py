r"""The sets that a PLA's rows make: on-set, off-set and don't-cares of every output, and whether they agree.

A table of few inputs is filled in, row by row of its truth table. In a wider one every row that is in an
on-set is compared with every row that is in an off-set.

Example:
    >>> from gatewright.formats.pla.file import read_rows
    >>> from gatewright.formats.model.source import Source
    >>> head = b".i 2\n.o 1\n.type fr\n"
    >>> filled(read_rows(Source("a.pla", head + b"1- 1\n01 0\n")))  # rows 11 and 10; row 01; none
    [[12], [2], [0]]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gatewright.arrays import Bits, Words
from gatewright.errors import FormatError, Hint
from gatewright.formats.pla.file import Pla, Row
from gatewright.logic.numerals import as_count
from gatewright.logic.truth_table import MAX_INPUTS

MOST_CELLS = 1 << 26
"""Most rows times outputs of a truth table that is filled in."""

_NUMBERED = 20
"""Inputs from which on rows are told as a power of two."""

_MOST_PAIRS = 200_000_000
"""Most pairs of rows, times the words of each, that are compared: about two seconds."""


def filled(pla: Pla) -> list[list[int]]:
    """On-set, off-set and don't-cares of every output as truth tables: bit *r* is row *r*.

    Raises:
        FormatError: something is both in the on-set and in the off-set.
    """
    count, size = len(pla.inputs), -(-len(pla.outputs) // 8)
    # One axis for each input, so that a row is a slice; the last axis has the outputs, eight to a byte.
    sets = {sign: np.zeros((2,) * count + (size,), dtype=np.uint8) for sign in "10-"}
    masks: dict[tuple[str, str], Bits] = {}
    for row in pla.rows:
        place = tuple(slice(None) if sign == "-" else int(sign) for sign in row.inputs)
        for sign, cells in sets.items():
            if sign in row.outputs:
                key = row.outputs, sign
                if key not in masks:
                    masks[key] = _packed([row.outputs], sign).view(np.uint8)[0, :size]
                some = cells[place]
                np.bitwise_or(some, masks[key], out=some)
    flat = [cells.reshape(1 << count, size) for cells in sets.values()]
    both = flat[0] & flat[1]
    if both.any():
        number, byte = (int(each) for each in np.argwhere(both)[0])
        output = 8 * byte + (int(both[number, byte]) & -int(both[number, byte])).bit_length() - 1
        raise _contradiction(pla, f"{number:0{count}b}", output)
    return [[_column(cells, place) for place in range(len(pla.outputs))] for cells in flat]


def _column(cells: Bits, output: int) -> int:
    """One output of (rows, bytes of outputs) as a number: bit *r* is row *r*."""
    bits = cells[:, output // 8] >> (output % 8) & 1
    return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")


def check_sets(pla: Pla) -> list[list[int]] | None:
    """Refuse a table with something both in the on-set and in the off-set.

    Returns:
        the sets as `filled` gives them, if they had to be filled in for that.

    Raises:
        FormatError: it has, or there are too many rows to find out.
    """
    if "r" not in pla.kind:
        return None
    if _fits(pla):
        return filled(pla)
    ones = [row for row in pla.rows if "1" in row.outputs]
    zeros = [row for row in pla.rows if "0" in row.outputs]
    words = -(-len(pla.inputs) // 64) + -(-len(pla.outputs) // 64)
    if len(ones) * len(zeros) * words > _MOST_PAIRS:
        raise pla.source.refuse(
            0,
            "",
            f"{len(ones)} rows of ones and {len(zeros)} of zeros are too many to look for contradictions",
            "write it as type f, with the rows of ones alone",
        )
    for at, clash in _clashes(ones, zeros):
        one, zero = ones[at], zeros[clash]
        pairs = zip(one.inputs, zero.inputs, strict=True)
        pattern = "".join((a if a != "-" else b).replace("-", "0") for a, b in pairs)
        pairs = zip(one.outputs, zero.outputs, strict=True)
        raise _contradiction(pla, pattern, list(pairs).index(("1", "0")))
    return None


def _fits(pla: Pla) -> bool:
    """Whether it is small enough to be filled in."""
    return len(pla.inputs) <= MAX_INPUTS and len(pla.outputs) << len(pla.inputs) <= MOST_CELLS


def check_whole(pla: Pla, sets: list[list[int]] | None) -> None:
    """Refuse a table in which rows say nothing of an output, where the type says nothing of them either.

    Without a type other rows are 0; but who lists rows of zeros has not left out the others for that.

    Args:
        pla: the table.
        sets: what `check_sets` gave for it.

    Raises:
        FormatError: there are such rows. Of a wide table whose lines overlap, some are not noticed.
    """
    learnable = pla.learnable
    other = "give the others, with - where it does not matter"
    if pla.lists_zeros:
        rows = tuple(row._replace(outputs="-" * len(row.outputs)) for row in pla.rows)
        pla = replace(pla, rows=rows)
        sets = filled(pla) if _fits(pla) else None
        other = "write .type fd above them, where the others are 0"
    elif "r" not in pla.kind:
        return
    count = len(pla.inputs)
    every = 1 << count
    shown = as_count(every) if count < _NUMBERED else f"2^{count}"
    if sets is not None:
        said = [(one | zero | loose).bit_count() for one, zero, loose in zip(*sets, strict=True)]
    else:
        said = [
            sum(1 << row.inputs.count("-") for row in pla.rows if row.outputs[place] != "~")
            for place in range(len(pla.outputs))
        ]
    for place, rows in enumerate(said):
        if rows < every:
            raise pla.source.refuse(
                0,
                "",
                f"it says what '{pla.outputs[place]}' is in {as_count(rows)} of {shown} "
                "rows, and a circuit gives something in all of them",
                Hint(
                    f"learn a circuit from these rows, or {other}",
                    "learn rows",
                    file=pla.source.path,
                )
                if learnable
                else other,
            )


def _clashes(ones: list[Row], zeros: list[Row]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that overlap and share an output: which of ``ones``, and which of ``zeros``."""
    if not ones or not zeros:
        return
    high, low = ([_packed([row.inputs for row in rows], s) for s in "10"] for rows in (ones, zeros))
    given = _packed([row.outputs for row in ones], "1")
    taken = _packed([row.outputs for row in zeros], "0")
    step = max(1, (1 << 20) // len(zeros))
    for at in range(0, len(ones), step):
        some = slice(at, at + step)
        together = np.ones((len(given[some]), len(zeros)), dtype=np.bool_)
        shared = np.zeros_like(together)
        for word in range(high[0].shape[1]):
            apart = high[0][some, word, None] & low[1][:, word]
            apart |= high[1][some, word, None] & low[0][:, word]
            together &= apart == 0
        for word in range(given.shape[1]):
            shared |= (given[some, word, None] & taken[:, word]) != 0
        for one, zero in np.argwhere(together & shared):
            yield at + int(one), int(zero)


def _packed(texts: list[str], sign: str) -> Words:
    """Where texts of one length have a sign, packed, shape (texts, words); the first character is bit 0."""
    signs = np.frombuffer("".join(texts).encode(), dtype=np.uint8).reshape(len(texts), -1)
    whole = np.zeros((len(texts), -(-signs.shape[1] // 64) * 64), dtype=np.bool_)
    whole[:, : signs.shape[1]] = signs == ord(sign)
    return np.packbits(whole, axis=1, bitorder="little").view(np.uint64)


def _contradiction(pla: Pla, pattern: str, output: int) -> FormatError:
    """An output that two rows give different values for one pattern of inputs."""
    first, second = (
        next(
            row.line
            for row in pla.rows
            if row.outputs[output] == sign
            and all(a in ("-", b) for a, b in zip(row.inputs, pattern, strict=True))
        )
        for sign in "10"
    )
    (line, value), (other, opposite) = sorted([(first, 1), (second, 0)], reverse=True)
    pattern = pattern if len(pattern) <= 64 else f"{pattern[:64]}…"
    return pla.source.refuse(
        line,
        pla.outputs[output],
        f"is {value} here and {opposite} by line {other} where the inputs are {pattern}",
        "no pattern may be in the on-set and in the off-set of an output",
        column=1,
    )
