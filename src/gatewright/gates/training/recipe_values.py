"""Plain values of a recipe: which keys there may be, and of what kind each is.

`Recipe` makes itself of them; TOML and stored gates alike come through here. A refusal names the key, so that
`recipe_text` can find its line.

Example:
    >>> from gatewright.learn.inits import INITS
    >>> record_of({"name": "normal", "deviation": 2}, INITS, "init")
    Normal(deviation=2, biases=True)
    >>> record_of({"name": "normal", "biases": 2}, INITS, "init")
    Traceback (most recent call last):
        ...
    gatewright.gates.training.recipe_values.RecipeKeyError: 'biases' of init ... cannot be 2; give true or false
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from gatewright.errors import RecipeError
from gatewright.gates.schema import (
    Kind,
    MisfitError,
    Number,
    Several,
    Text,
    Truth,
    Whole,
    check,
    shown,
)
from gatewright.kinds import Provided
from gatewright.learn.soundness.settings import setting
from gatewright.text import did_you_mean

INTEGER = Whole(-(1 << 62), 1 << 62)
WORD = 60
"""Characters of a name."""
MOST_VALUES = 20_000
"""Numbers in a list: as many as a network may have parameters."""


class RecipeKeyError(RecipeError):
    """A key of a recipe that is missing, unknown or of the wrong kind; ``key`` names it."""

    def __init__(self, key: str, message: str, *, hint: str = "", table: str = "") -> None:
        self.key, self.table = key, table
        super().__init__(message, hint=hint)


_SETTINGS: Mapping[str, Kind] = {
    "float": Number(),
    "int": INTEGER,
    "str": Text(WORD),
    "bool": Truth(),
    "tuple[float, ...]": Several(Number(), 0, MOST_VALUES),
}
"""By the annotation that a setting has."""


def setting_names(record: Any) -> list[str]:
    """The names of the settings an optimiser or an init has."""
    return [each.name for each in dataclasses.fields(record)]


def plain_settings(record: Any) -> dict[str, Any]:
    """The settings of an optimiser or an init, and what it is called."""
    settings = {each: getattr(record, each) for each in setting_names(record)}
    return {
        "name": record.name,
        **{key: list(each) if isinstance(each, tuple) else each for key, each in settings.items()},
    }


def record_of(plain: Any, registry: Mapping[str, Any], key: str) -> Any:
    """The optimiser or init of plain values: a name, or a mapping with a name and settings.

    Raises:
        RecipeKeyError: a key or value that is none of it.
        RecipeError: a value that cannot be used.
    """
    settings = {"name": plain} if isinstance(plain, str) else plain
    if not isinstance(settings, Mapping):
        raise RecipeKeyError(
            key, f"'{key}' cannot be {shown(plain)}", hint=f"give one of {', '.join(registry)}"
        )
    settings = dict(settings)
    check_keys(settings, [*settings], required=("name",), where=key, table=key)
    name = settings.pop("name")
    if not isinstance(name, str) or name not in registry:
        if isinstance(registry, Provided):
            registry.check_given_once(name)
        raise RecipeKeyError(
            key, f"unknown {key} {shown(name)}", hint=f"choose one of {', '.join(registry)}"
        )
    kind = registry[name]
    check_keys(settings, setting_names(kind), required=(), where=f"{key} '{name}'", table=key)
    for each in dataclasses.fields(kind):
        if each.name in settings and not _fits(settings[each.name], _SETTINGS[setting(each)]):
            given, wanted = shown(settings[each.name]), _SETTINGS[setting(each)]
            raise RecipeKeyError(
                each.name,
                f"'{each.name}' of {key} '{name}' cannot be {given}",
                hint=_hint(wanted),
                table=key,
            )
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()})
    except (TypeError, ValueError) as error:
        raise RecipeKeyError(key, f"{key} '{name}' cannot be made: {error}") from error


def value_of(key: str, value: Any, kind: Kind) -> Any:
    """The value of a key, lists as tuples; one entry in place of a list stands for a list of it.

    Raises:
        RecipeKeyError: it is of another kind.
    """
    listed = isinstance(kind, Several)
    entries = [value] if listed and not isinstance(value, list | tuple) else value
    if not _fits(entries, kind):
        raise RecipeKeyError(key, f"'{key}' cannot be {shown(value)}", hint=_hint(kind))
    return tuple(entries) if listed else value


def _hint(kind: Kind) -> str:
    """What to give for a kind."""
    if isinstance(kind, Several):
        of = {Text: "str", Whole: "int", Number: "float"}
        return f"give a list of {of[type(kind.of)]}, {kind.most} at most"
    words = {
        Number: "a finite number",
        Whole: "a whole number",
        Text: "a name",
        Truth: "true or false",
    }
    return f"give {words[type(kind)]}"


def _fits(value: Any, kind: Kind) -> bool:
    try:
        check(value, kind)
    except MisfitError:
        return False
    return True


def check_keys(
    values: Mapping[str, Any],
    known: list[str],
    required: tuple[str, ...],
    where: str,
    table: str = "",
) -> None:
    """Refuse keys that are not known, and the lack of those that are required.

    Raises:
        RecipeKeyError: there is one, or none.
    """
    of = f" of {where}" if where else ""
    for key in values:
        if key not in known:
            short = str(key)[:WORD]
            hint = did_you_mean(short, known, f"known are {', '.join(known) or 'none'}")
            raise RecipeKeyError(key, f"unknown key {shown(short)}{of}", hint=hint, table=table)
    for key in required:
        if key not in values:
            raise RecipeKeyError(key, f"missing key '{key}'{of}", table=table)
