"""Values of arrays that stand for something: none is missing, infinite, or changed where it becomes a number.

Example:
    >>> check_present(np.array([1.0, np.nan]), "y", "the data")
    Traceback (most recent call last):
        ...
    gatewright.errors.UsageError: 'y' of the data has no value in 1 of 2 rows; fill them in, or leave those \
rows or the column out
    >>> numbers_of(np.array([2**53, 2**53 + 1]), "x0", "the data")
    Traceback (most recent call last):
        ...
    gatewright.errors.UsageError: row 1 of the data: 9007199254740993 of 'x0' is not held exactly, as whole \
numbers are up to 2^53; subtract the least of them from all, or leave the column out
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.errors import UsageError
from gatewright.examples.data.cells import EXACT, FILL, INEXACT, Column, rounded

_NOTHING = ("nan", "nat", "<na>")


def check_present(column: Column, name: str, path: str) -> None:
    """Refuse answers of which some are missing: NaN, None or what pandas calls so.

    Raises:
        UsageError: some are, or are infinite.
    """
    odd = 0
    if column.dtype.kind in "mM":
        odd = int(np.isnat(column).sum())
    elif column.dtype.kind == "O":
        odd = sum(_is_nothing(each) for each in column.tolist())
    elif column.dtype.kind in "fc":
        odd = int(np.isnan(column).sum())
    if odd:
        raise _refused(name, path, f"has no value in {odd}", len(column))
    infinite = int(np.isinf(column).sum()) if column.dtype.kind in "fc" else 0
    if infinite:
        raise _refused(name, path, f"is infinite in {infinite}", len(column))


def check_unmasked(values: Any, name: str, path: str) -> None:
    """Refuse a masked array with values that are masked, as NumPy would take what lies below the mask.

    Raises:
        UsageError: it has some.
    """
    mask = getattr(values, "mask", None)
    if isinstance(mask, np.ndarray) and mask.any():
        rows: Bits = mask.reshape(len(mask), -1).max(1)
        raise _refused(name, path, f"has no value in {int(rows.sum())}", len(rows))


def numbers_of(column: Column, name: str, path: str) -> Floats:
    """A column of numbers as they are computed with.

    Raises:
        UsageError: some are missing, infinite or complex, or are whole numbers that are not held exactly.
    """
    check_present(column, name, path)
    if column.dtype.kind == "c":
        raise UsageError(
            f"'{name}' of {path} holds complex numbers",
            hint="give real and imaginary parts as columns",
        )
    found = column.astype(np.float64)
    if column.dtype.kind in "iu" and column.dtype.itemsize == 8:
        for at in np.flatnonzero(np.abs(found) >= EXACT).tolist():
            if int(column[at]) != int(found[at]):
                what, hint = rounded(name), INEXACT
                raise UsageError(f"row {at} of {path}: {int(column[at])} {what}", hint=hint)
    return found


def _is_nothing(value: object) -> bool:
    return value is None or (not isinstance(value, str) and str(value).lower() in _NOTHING)


def _refused(name: str, path: str, what: str, rows: int) -> UsageError:
    return UsageError(f"'{name}' of {path} {what} of {rows} rows", hint=FILL)
