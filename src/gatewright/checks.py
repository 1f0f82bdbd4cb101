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
    >>> a_path(None)
    Traceback (most recent call last):
    ...
    gatewright.errors.UsageError: a NoneType is not a path; give a text or a pathlib.Path
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from operator import index
from pathlib import Path
from typing import Any, TypeGuard

from gatewright.errors import UsageError
from gatewright.text import a_kind, nearest


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
    """Refuse what is not a whole number, or too small a one.

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


def a_path(value: Any) -> Path:
    """A path as it was given, or refused.

    Raises:
        UsageError: it is neither a text nor a path.
    """
    if isinstance(value, str | Path):
        if "\0" in str(value):
            raise UsageError(f"{str(value)!r} is not a path", hint="no name of a file holds a 0")
        return Path(value)
    raise UsageError(f"{a_kind(value)} is not a path", hint="give a text or a pathlib.Path")


def some_paths(value: Any) -> list[Path]:
    """Several paths, one, or None for none.

    Raises:
        UsageError: one is not a path.
    """
    if value is None:
        return []
    several = isinstance(value, Iterable) and not isinstance(value, str | bytes)
    return [a_path(each) for each in (value if several else [value])]


def check_text(name: str, value: Any) -> None:
    """Refuse what is not a text.

    Args:
        name: of the argument.
        value: as it was given.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(value, str):
        raise UsageError(f"{name}={value!r} is not a text")


def check_mapping(value: Any, what: str, hint: str) -> None:
    """Refuse what holds nothing by name.

    Args:
        value: as it was given.
        what: it has to be, in words.
        hint: what to give.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(value, Mapping):
        raise UsageError(f"{a_kind(value)} is not {what}", hint=hint)


def check_seconds(name: str, value: Any) -> None:
    """Refuse what is not a time.

    Args:
        name: of the argument.
        value: as it was given.

    Raises:
        UsageError: it is not a number from 0 up.
    """
    if not (is_number(value) and value >= 0):
        raise UsageError(f"{name}={value!r} is not a time", hint="give seconds, from 0 up")


def check_watch(value: Any) -> None:
    """Refuse what cannot be called with how far something is; None is nothing to call.

    Args:
        value: as it was given.

    Raises:
        UsageError: it is something else.
    """
    if value is not None and not callable(value):
        raise UsageError(f"watch={value!r} is not a function", hint="give one, or None")


def is_number(value: Any) -> TypeGuard[float]:
    """Whether something is a finite number of Python or NumPy, and no array of them."""
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
