"""What an optimiser or an init must be as a record: a dataclass of plain settings, with a name and its methods.

Example:
    >>> list(flaws_of_record(dict, "step"))[:1]
    ["dict has no 'name', the text that recipes call it by"]
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

SETTINGS = ("float", "int", "str", "bool", "tuple[float, ...]")
"""What a setting of an optimiser or an init may be: recipes are files."""


def flaws_of_record(kind: Any, *methods: str) -> Iterator[str]:
    """What is wrong with a class, a line each; ``methods`` are those it must have."""
    if not isinstance(kind, type):
        yield f"it is of type {type(kind).__name__}; give the class"
        return
    if not isinstance(getattr(kind, "name", None), str):
        yield f"{kind.__name__} has no 'name', the text that recipes call it by"
    for method in methods:
        if not callable(getattr(kind, method, None)):
            yield f"{kind.__name__} has no method '{method}'"
    if not dataclasses.is_dataclass(kind):
        yield f"{kind.__name__} is not a dataclass, so recipes cannot tell its settings"
        return
    for field in dataclasses.fields(kind):
        if setting(field) not in SETTINGS:
            yield f"its setting '{field.name}' is {setting(field)}; a setting is one of {', '.join(SETTINGS)}"


def setting(field: dataclasses.Field[Any]) -> str:
    """What a setting is, in words, whether its annotation is a text or a type."""
    return field.type if isinstance(field.type, str) else _NAMES.get(field.type, str(field.type))


_NAMES: Mapping[Any, str] = {float: "float", int: "int", str: "str", bool: "bool"}
