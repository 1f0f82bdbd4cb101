"""What plain values may be: types, bounds, lengths and keys, described once and checked at once.

A file may hold anything. `read_json` reads it without trusting it, and a description made of these records says
what is used of it. It is our own because it is short: msgspec costs 30 ms of every start that reads a gate,
silently keeps the last of two equal keys, and ends in RecursionError if lists are nested deeply.

Example:
    >>> person = Record({"name": Text(10), "born": Whole(1800, 2100), "heights": Several(Number(0, 3), 0, 5)})
    >>> check({"name": "Ada", "born": 1815, "heights": [1, 1.6]}, person)
    >>> check({"name": "Ada", "born": 10**5000, "heights": []}, person)
    Traceback (most recent call last):
        ...
    gatewright.gates.schema.MisfitError: 'born' is a number of 16610 bits, not a whole number from 1800 to 2100
    >>> read_json('{"name": 1, "name": 2}')
    Traceback (most recent call last):
        ...
    gatewright.gates.schema.MisfitError: the key 'name' is given twice
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, TypeAlias

from gatewright.records import dataclass

_SHOWN = 60
_ENTRIES = 6


class MisfitError(ValueError):
    """A value that is not what its description says."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds; true and false are not numbers."""

    low: int
    high: int

    @property
    def wanted(self) -> str:
        """In words."""
        return f"a whole number from {shown(self.low)} to {shown(self.high)}"

    def fits(self, value: object) -> bool:
        """Whether a value is one."""
        return type(value) is int and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number within bounds."""

    low: float = -1e300
    high: float = 1e300

    @property
    def wanted(self) -> str:
        """In words."""
        return f"a number from {self.low:g} to {self.high:g}"

    def fits(self, value: object) -> bool:
        """Whether a value is one; no comparison with what is not a number is true."""
        return (
            isinstance(value, int | float)
            and type(value) is not bool
            and (self.low <= value <= self.high)
        )


@dataclass(frozen=True, slots=True)
class Text:
    """A text of bounded length: one of a few, or one of a pattern, or at least one that can be printed."""

    longest: int
    pattern: str = ""
    among: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """In words."""
        return f"one of {', '.join(self.among)}" if self.among else "a text of the expected form"

    def fits(self, value: object) -> bool:
        """Whether a value is one."""
        if not isinstance(value, str) or len(value) > self.longest:
            return False
        if self.among:
            return value in self.among
        return bool(re.fullmatch(self.pattern, value)) if self.pattern else value.isprintable()


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false."""

    wanted = "true or false"

    def fits(self, value: object) -> bool:
        """Whether a value is one."""
        return type(value) is bool


@dataclass(frozen=True, slots=True)
class Exactly:
    """One value and no other: what the file should be about is known."""

    value: object

    @property
    def wanted(self) -> str:
        """In words."""
        return shown(self.value)

    def fits(self, value: object) -> bool:
        """Whether a value is this one, of this kind: 1 is not true."""
        return value == self.value and _kinds(value) == _kinds(self.value)


@dataclass(frozen=True, slots=True)
class Several:
    """A list of one kind, of a bounded length."""

    of: Kind
    least: int
    most: int

    @property
    def wanted(self) -> str:
        """In words."""
        return f"a list of {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with these keys, all of them and no others."""

    fields: Mapping[str, Kind]

    wanted = "a record"


@dataclass(frozen=True, slots=True)
class Perhaps:
    """Nothing, or something of a kind."""

    of: Kind

    @property
    def wanted(self) -> str:
        """In words."""
        return f"nothing or {self.of.wanted}"


@dataclass(frozen=True, slots=True)
class Anything:
    """What is described elsewhere, and checked there."""

    wanted = "anything"

    def fits(self, value: object) -> bool:
        """It is."""
        return value is not None


Kind: TypeAlias = Whole | Number | Text | Truth | Exactly | Several | Record | Perhaps | Anything


def check(value: object, kind: Kind, name: str = "") -> None:
    """Refuse a value that is not of a kind.

    Args:
        value: plain: of mappings, lists, texts and numbers.
        kind: what it should be.
        name: of the value, for errors.

    Raises:
        MisfitError: it is not; the error names the value and says why, in one line.
    """
    if isinstance(kind, Perhaps):
        if value is not None:
            check(value, kind.of, name)
    elif isinstance(kind, Record):
        if not isinstance(value, Mapping):
            raise _misfit(value, kind, name)
        for key in value:
            if key not in kind.fields:
                raise MisfitError(f"{_of(name)}unknown key {shown(key)}")
        for key, each in kind.fields.items():
            if key not in value:
                raise MisfitError(f"{_of(name)}missing key '{key}'")
            check(value[key], each, f"{name}.{key}" if name else key)
    elif isinstance(kind, Several):
        if not isinstance(value, list | tuple) or not kind.least <= len(value) <= kind.most:
            raise _misfit(value, kind, name)
        for number, entry in enumerate(value):
            check(entry, kind.of, f"{name}[{number}]")
    elif not kind.fits(value):
        raise _misfit(value, kind, name)


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text, by the letter of the format.

    Raises:
        MisfitError: it is not JSON, a key is given twice, a number has thousands of digits or is
            infinite, or lists are nested too deeply.
    """
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise MisfitError("it is nested too deeply") from None
    except MisfitError:
        raise
    except ValueError as error:  # broken JSON, not UTF-8, a number of too many digits
        raise MisfitError(str(error).partition(";")[0]) from error


def shown(value: object) -> str:
    """A value as an error shows it: on one line, cut short."""
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, list | tuple):
        more = [f"… {len(value) - _ENTRIES} more"] if len(value) > _ENTRIES else []
        return f"[{', '.join([_flat(each) for each in value[:_ENTRIES]] + more)}]"
    return _flat(value)


def _flat(value: object) -> str:
    if isinstance(value, Mapping):
        return f"a record of {len(value)}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, str) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!a}…"
    return ascii(value)[: 2 * _SHOWN]


def _kinds(value: object) -> object:
    return [type(each) for each in value] if isinstance(value, list | tuple) else type(value)


def _misfit(value: object, kind: Kind, name: str) -> MisfitError:
    what = f"'{name}'" if name else "it"
    return MisfitError(f"{what} is {shown(value)}, not {kind.wanted}")


def _of(name: str) -> str:
    return f"in '{name}': " if name else ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = sorted(key for key, _ in pairs)
        twice = next(one for one, other in pairwise(keys) if one == other)
        raise MisfitError(f"the key {shown(twice)} is given twice")
    return record


def _no_number(text: str) -> None:
    raise MisfitError(f"{text} is not a number that is stored")
