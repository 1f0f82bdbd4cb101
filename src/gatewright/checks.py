"""Values that come from a caller of the library: refused in one line where they are not of their kind.

Example:
    >>> check_word("where", "wire", ("wires", "weights"))
    Traceback (most recent call last):
    ...
    gatewright.errors.UsageError: where='wire' is not one of wires, weights; did you mean 'wires'?
    >>> check_count("patterns", 0)
    Traceback (most recent call last):
    ...
    gatewright.errors.UsageError: patterns=0 is not a whole number from 1 up
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

from gatewright.errors import UsageError
from gatewright.text import nearest


def check_word(name: str, value: Any, words: Sequence[str]) -> None:
    """Refuse what is not one of some words.

    Args:
        name: of the argument.
        value: as it was given.
        words: those there are.

    Raises:
        UsageError: it is another.
    """
    if isinstance(value, str) and value in words:
        return
    near = nearest(value, words) if isinstance(value, str) else ""
    raise UsageError(
        f"{name}={value!r} is not one of {', '.join(words)}",
        hint=f"did you mean '{near}'?" if near else "",
    )


def check_count(name: str, value: Any, least: int = 1) -> None:
    """Refuse what is no whole number, or too small a one.

    Args:
        name: of the argument.
        value: as it was given: an integer of Python or NumPy.
        least: the smallest that is taken.

    Raises:
        UsageError: it is none.
    """
    try:
        good = not isinstance(value, bool) and index(value) >= least
    except TypeError:
        good = False
    if not good:
        raise UsageError(f"{name}={value!r} is not a whole number from {least} up")
