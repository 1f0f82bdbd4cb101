"""``@dataclass`` as Python's own, made in a third of the time where a record is frozen.

Python compiles up to six functions for each frozen class, half a millisecond at every import: of the 60 classes
that one training needs, a fifth of the whole command. Here only ``__init__`` is compiled; the others are closures
over the names of the fields. What a class is and does stays the same, as do `dataclasses.fields`, ``replace``,
``asdict``, pickling and what type checkers see. Fields that say more than a type and a default, records that can
be changed and those made of others are left to Python.

Example:
    >>> @dataclass(frozen=True, slots=True)
    ... class Point:
    ...     x: float
    ...     y: float = 0.0
    >>> Point(3), Point(3) == Point(3, 0), dataclasses.replace(Point(3), y=4)
    (Point(x=3, y=0.0), True, Point(x=3, y=4))
    >>> Point(3).x = 4
    Traceback (most recent call last):
        ...
    dataclasses.FrozenInstanceError: cannot assign to field 'x'
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True, repr=True, **others):  # noqa: A002
        """The class as a record; the arguments are those of `dataclasses.dataclass`."""

        def make(cls):
            if frozen and not others and _is_plain(cls):
                return _frozen(cls, slots=slots, eq=eq, repr=repr)
            python = dataclasses.dataclass(frozen=frozen, slots=slots, eq=eq, repr=repr, **others)
            return python(cls)

        return make if cls is None else make(cls)


def _is_plain(cls: type) -> bool:
    """Whether its fields are names with a type and perhaps a default, and all are its own."""
    special = any(isinstance(each, dataclasses.Field) for each in vars(cls).values())
    return not special and not any(map(dataclasses.is_dataclass, cls.__mro__))


def _frozen(cls: type[T], *, slots: bool, eq: bool, repr: bool) -> type[T]:  # noqa: A002 - as Python's
    made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    about: Any = made
    said = about.__dataclass_params__
    said.init, said.frozen, said.eq, said.repr = True, True, eq, repr
    names = [each.name for each in dataclasses.fields(about)]
    methods: dict[str, Any] = {"__init__": _init(made)}
    if repr:
        methods["__repr__"] = _repr(names)
    if eq:
        methods["__eq__"], methods["__hash__"] = _comparing(names)
    if slots:
        methods["__getstate__"], methods["__setstate__"] = _get_state, _set_state
    for name, method in methods.items():
        if vars(made).get(name) is None:  # a class that has its own __eq__ has None as its __hash__
            setattr(made, name, method)
    about.__setattr__, about.__delattr__ = _refuse_setting, _refuse_deleting
    return made


def _init(cls: type) -> Callable[..., None]:
    """The one method that is compiled: it alone is called often, and has a signature of its own."""
    fields = dataclasses.fields(cls)
    taken = [
        each.name
        if each.default is dataclasses.MISSING
        else f"{each.name}=_of['{each.name}'].default"
        for each in fields
    ]
    lines = [f"_set(self, '{each.name}', {each.name})" for each in fields]
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    head = f"def make(_set, _of):\n def __init__({', '.join(['self', *taken])}):\n  "
    text = head + "\n  ".join(lines or ["pass"]) + "\n return __init__"
    made: dict[str, Any] = {}
    exec(text, vars(sys.modules[cls.__module__]), made)  # noqa: S102 - of names alone, as Python does
    init: Callable[..., None] = made["make"](object.__setattr__, cls.__dataclass_fields__)  # type: ignore[attr-defined] # it has them
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__annotations__ = {each.name: each.type for each in fields} | {"return": None}
    return init


def _comparing(names: list[str]) -> tuple[Callable[..., Any], Callable[..., int]]:
    """What compares all fields of two records of one class, and what hashes them."""
    if len(names) > 1:
        values: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    else:

        def values(record: Any) -> tuple[Any, ...]:
            return tuple(getattr(record, name) for name in names)

    def equal(self: object, other: object) -> Any:
        if other.__class__ is self.__class__:
            return values(self) == values(other)
        return NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    return equal, hashed


def _repr(names: list[str]) -> Callable[[object], str]:
    @recursive_repr()
    def shown(self: object) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({fields})"

    return shown


def _get_state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


def _refuse_setting(self: Any, name: str, value: object) -> None:
    if _is_fixed(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _refuse_deleting(self: Any, name: str) -> None:
    if _is_fixed(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
    object.__delattr__(self, name)


def _is_fixed(record: Any, name: str) -> bool:
    """Whether an attribute is a field; a record itself has no others, a class derived from it may."""
    return "__dataclass_fields__" in vars(type(record)) or name in record.__dataclass_fields__
