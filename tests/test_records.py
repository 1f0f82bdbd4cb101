"""A record is in every way what Python's own decorator makes of the same class."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from gatewright.learn.optimisers import Adam
from gatewright.records import dataclass


def plain(decorate: Callable[..., Any], **asked: bool) -> Any:
    @decorate(frozen=True, **asked)
    class Point:
        """A point."""

        kind: ClassVar[str] = "point"

        x: float
        y: float = 0.0
        names: tuple[str, ...] = ("a",)

        @property
        def sum(self) -> float:
            return self.x + self.y

    return Point


def checked(decorate: Callable[..., Any], **asked: bool) -> Any:
    @decorate(frozen=True, **asked)
    class Checked:
        """One value."""

        x: int

        def __post_init__(self) -> None:
            object.__setattr__(self, "x", int(self.x))

        def __repr__(self) -> str:
            return "mine"

        def __eq__(self, other: object) -> bool:
            return False

    return Checked


def empty(decorate: Callable[..., Any], **asked: bool) -> Any:
    @decorate(frozen=True, **asked)
    class Empty:
        """Nothing."""

    return Empty


ASKED = [
    {"slots": slots, "eq": eq, "repr": shown}
    for slots in (False, True)
    for eq in (False, True)
    for shown in (False, True)
]
EACH = [
    (make, arguments, asked)
    for make, arguments in ((plain, (1, 2)), (checked, ("3",)), (empty, ()))
    for asked in ASKED
]


@pytest.mark.parametrize(("make", "arguments", "asked"), EACH)
def test_it_is_made_as_python_makes_it(
    make: Callable[..., Any], arguments: tuple[Any, ...], asked: dict[str, bool]
) -> None:
    ours, theirs = make(dataclass, **asked), make(dataclasses.dataclass, **asked)
    for kind in (ours, theirs):
        kind.__qualname__ = "Same"  # the functions that made them gave both the same, but for this
    assert inspect.signature(ours) == inspect.signature(theirs)
    assert ours.__match_args__ == theirs.__match_args__
    assert repr(ours.__dataclass_params__) == repr(theirs.__dataclass_params__)
    assert [each.name for each in dataclasses.fields(ours)] == list(theirs.__match_args__)
    assert set(vars(ours)) == set(vars(theirs))
    one, other = ours(*arguments), theirs(*arguments)
    assert hasattr(one, "__dict__") == hasattr(other, "__dict__")
    assert dataclasses.asdict(one) == dataclasses.asdict(other)
    assert (one == ours(*arguments)) == (other == theirs(*arguments))
    assert one != other
    if asked["eq"]:
        assert hash(one) == hash(other) == hash(ours(*arguments))
    else:
        assert (ours.__hash__ is None) == (theirs.__hash__ is None)
    if asked["repr"]:
        assert repr(one) == repr(other)
    assert dataclasses.asdict(copy.deepcopy(one)) == dataclasses.asdict(one)


@pytest.mark.parametrize("asked", ASKED)
def test_it_cannot_be_changed(asked: dict[str, bool]) -> None:
    for decorate in (dataclass, dataclasses.dataclass):
        point = plain(decorate, **asked)(1)
        # Python 3.11 trips over what is not a field of a class with slots.
        for name in ("x", "z") if decorate is dataclass else ("x",):
            with pytest.raises(dataclasses.FrozenInstanceError, match=f"assign to field '{name}'"):
                setattr(point, name, 1)
            with pytest.raises(dataclasses.FrozenInstanceError, match=f"delete field '{name}'"):
                delattr(point, name)


def test_wrong_arguments_are_told_as_python_tells_them() -> None:
    for decorate in (dataclass, dataclasses.dataclass):
        with pytest.raises(TypeError, match=r"Point.__init__\(\) missing 1 required .* 'x'"):
            plain(decorate)()
        with pytest.raises(TypeError, match="'z'"):
            plain(decorate)(1, z=1)


def test_a_class_derived_from_it_may_have_more() -> None:
    class More(plain(dataclass)):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(1)
            self.own = 2

    assert More().own == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        More().x = 3
    again = dataclasses.dataclass(frozen=True)(More)
    assert dataclasses.is_dataclass(again)


def test_what_is_more_than_names_is_left_to_python() -> None:
    @dataclass(frozen=True, slots=True)
    class Made:
        """With a list of its own."""

        x: list[int] = dataclasses.field(default_factory=list)

    @dataclass(slots=True)
    class Open:
        """It can be changed."""

        x: int = 0

    assert Made() == Made()
    assert Made().x is not Made().x
    changed = Open()
    changed.x = 1
    assert changed == Open(1)
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass(frozen=True)
        class Shared:
            """A list that all would have."""

            x: list[int] = []  # noqa: RUF012


def test_the_records_of_the_library_are_made_so_and_can_be_pickled() -> None:
    assert Adam.__setattr__ is plain(dataclass).__setattr__
    adam = Adam(lr=0.5)
    assert pickle.loads(pickle.dumps(adam)) == adam  # noqa: S301 - what was just made
    assert dataclasses.replace(adam, lr=0.25) == Adam(lr=0.25)
