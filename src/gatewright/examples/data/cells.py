"""The cells of a column, as bits, numbers or texts.

Example:
    >>> def refused(at: int, cell: str, what: str, hint: str) -> GatewrightError:
    ...     return GatewrightError(f"row {at}: '{cell}' {what}", hint=hint)
    >>> column_of("age", ["31.5", "40"], refused).tolist(), column_of("ill", ["1", "false"], refused).tolist()
    ([31.5, 40.0], [1, 0])
    >>> column_of("age", ["31.5", "40", "old"], refused)
    Traceback (most recent call last):
        ...
    gatewright.errors.GatewrightError: row 2: 'old' is not a number, and the other values of 'age' are; write a \
number, or leave the row out
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.errors import GatewrightError

Column = npt.NDArray[Any]
"""Bits (uint8), numbers (float64) or texts, shape (rows,)."""

Refuse = Callable[[int, str, str, str], GatewrightError]
"""The error for a cell: its row, its text, what is wrong, and what to do."""

BITS = {"0": 0, "1": 1, "false": 0, "true": 1}
MOST_TEXTS = 64
"""Most different texts of a column."""

FILL = "fill them in, or leave those rows or the column out"

EXACT = 2**53
"""Up to which every whole number is a number of 64 bits."""

INEXACT = "subtract the least of them from all, or leave the column out"

_WHOLE = re.compile(r"[+-]?0*(\d+)(?:\.0*)?")

_MISSING = ("", "?", "-", "x", "na", "n/a", "nan", "null", "none")


def word(text: str) -> str:
    """A name or a text as one word, as files of circuits have names."""
    return re.sub(r"\s+", "_", text.strip())


def is_number(cell: str) -> bool:
    """Whether a cell is a finite number."""
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _too_large(cell: str) -> bool:
    """Whether a cell is a number beyond all that are held."""
    try:
        return math.isinf(float(cell)) and any(sign.isdigit() for sign in cell)
    except ValueError:
        return False


def rounded(name: str) -> str:
    """What is wrong with a whole number that would be taken for a neighbour."""
    return f"of '{name}' is not held exactly, as whole numbers are up to 2^53"


def column_of(name: str, cells: Sequence[str], refuse: Refuse) -> Column:
    """The cells of a column as bits, numbers or texts.

    Args:
        name: of the column.
        cells: of each row.
        refuse: makes the error for a cell.

    Raises:
        GatewrightError: as ``refuse`` makes it: a value is missing, or a text among numbers, or a whole number
            that is not held exactly, or there are too many different texts.
    """
    texts = np.array(cells)
    lower = np.char.lower(texts)
    missing = np.isin(lower, _MISSING)
    if missing.any():
        first = int(np.argmax(missing))
        what = f"'{name}' has no value in {int(missing.sum())} of {len(cells)} rows, the first here"
        raise refuse(first, cells[first], what, FILL)
    if np.isin(lower, tuple(BITS)).all():
        return np.isin(lower, ("1", "true")).astype(np.uint8)
    try:
        found: Any = texts.astype(np.float64)
        odd = ~np.isfinite(found)
    except ValueError:
        known = {text: is_number(text) for text in dict.fromkeys(cells)}
        odd = np.array([not known[text] for text in cells])
        if 2 * odd.sum() > len(cells):
            return _texts(name, texts, refuse)
    if odd.any():
        first = int(np.argmax(odd))
        what = f"is not a number, and the other values of '{name}' are"
        if _too_large(cells[first]):
            what = (
                f"of '{name}' is beyond {np.finfo(float).max:.1e}, the largest number that is held"
            )
        raise refuse(first, cells[first], what, "write a number, or leave the row out")
    for at in np.flatnonzero(np.abs(found) >= EXACT).tolist():
        whole = _WHOLE.fullmatch(cells[at])
        if whole and int(whole[1]) != abs(int(found[at])):
            raise refuse(at, cells[at], rounded(name), INEXACT)
    return found  # type: ignore[no-any-return] # of NumPy


def _texts(name: str, texts: Column, refuse: Refuse) -> Column:
    """Texts as categories."""
    words = {text: word(text) for text in np.unique(texts).tolist()}
    meant: dict[str, str] = {}
    for text, made in words.items():
        other = meant.setdefault(made, text)
        if other.strip() != text.strip():
            what = f"and '{other}' of '{name}' are both '{made}' in the names of a circuit"
            raise refuse(texts.tolist().index(text), text, what, "spell one otherwise")
    if len(words) > MOST_TEXTS:
        what = f"'{name}' has {len(words)} different texts"
        raise refuse(0, "", what, f"a column of categories has up to {MOST_TEXTS}; leave it out")
    return np.array([words[text] for text in texts.tolist()])
