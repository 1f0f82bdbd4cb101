"""Fingerprints of code: they change with whatever a reference gives, and say where they end."""

from __future__ import annotations

import math
import operator
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest

from gatewright.circuits.exhaustive.fingerprint import code_of
from gatewright.plugins.manager import Plugins

TABLE = [1, 2, 3]
ARRAY = np.array([1, 2, 3])


@dataclass
class Pair:
    left: int
    right: int

    def total(self) -> int:
        return self.left + self.right


def helper(a: int) -> int:
    return a + TABLE[0]


def uses_helper(buses: Any) -> Any:
    return helper(buses["a"])


def uses_array(buses: Any) -> Any:
    return ARRAY[buses["a"]]


def closing(value: Any) -> Callable[[Any], Any]:
    return lambda buses: (buses, value)


def recursive(n: int) -> int:
    return n and recursive(n - 1)


def test_a_value_far_away_changes_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_of(uses_helper), code_of(uses_array)
    assert code_of(uses_helper) == before[0]
    monkeypatch.setitem(globals(), "TABLE", [5, 2, 3])
    monkeypatch.setitem(globals(), "ARRAY", np.array([1, 2, 4]))
    assert code_of(uses_helper).digest != before[0].digest
    assert code_of(uses_array).digest != before[1].digest


def test_a_function_far_away_changes_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_of(uses_helper)
    monkeypatch.setitem(globals(), "helper", lambda a: a + TABLE[1])
    assert code_of(uses_helper).digest != before.digest


@pytest.mark.parametrize(
    "values",
    [
        (1, 2),
        (1, True),
        (1, 1.0),
        ("1", 1),
        ([1], (1,)),
        ({1: 2}, {1: 3}),
        ({1, 2}, {1, 3}),
        (np.array([1]), np.array([2])),
        (np.array([1]), np.array([1], dtype=np.uint8)),
        (np.array([1], dtype=object), np.array([2], dtype=object)),
        (np.uint8(1), np.uint8(2)),
        (np.add, np.subtract),
        (operator.add, operator.sub),
        (partial(helper, 1), partial(helper, 2)),
        (Pair(1, 2), Pair(1, 3)),
        (Pair(1, 2).total, Pair(1, 3).total),
        (lambda a: a + 1, lambda a: a + 2),
        (lambda a: a + 1, lambda a: a - 1),
        (lambda a, b=1: a + b, lambda a, b=2: a + b),
        (lambda a, *, b=1: a + b, lambda a, *, b=2: a + b),
        (lambda a: [x + 1 for x in a], lambda a: [x + 2 for x in a]),
    ],
)
def test_what_is_closed_over_is_part_of_it(values: tuple[Any, Any]) -> None:
    one, other = (code_of(closing(each)) for each in values)
    assert one.digest != other.digest
    assert one.loose == other.loose == ()
    assert one == code_of(closing(values[0]))


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize(
    ("function", "loose"),
    [
        (lambda _: open("x"), ("'open'",)),  # noqa: SIM115 - it is not called
        (lambda _: time.time(), ("'time.time'",)),
        (lambda _: eval("1"), ("'eval'",)),  # noqa: S307 - it is not called
        (lambda _: math.pi, ()),
        (lambda _: np.random.default_rng(), ("'np.random'",)),
        (lambda _: np.load("x"), ("'np.load'",)),
        (lambda _: np.where(1, 2, 3), ()),
        (lambda _: __import__("os"), ("'__import__'",)),
        (closing(iter([1])), ("'value'",)),
        (closing(object()), ("'value'",)),
        (recursive, ()),
        (None, ()),
    ],
)
def test_where_code_cannot_be_followed_it_says_so(
    function: Callable[[Any], Any], loose: tuple[str, ...]
) -> None:
    assert code_of(function).loose == loose


def test_a_module_imported_inside_is_not_followed() -> None:
    def late(_: Any) -> Any:
        import os

        return os.environ

    assert "an import in 'late'" in code_of(late).loose


def test_very_much_code_is_not_followed_to_its_end() -> None:
    assert code_of(closing([[each] for each in range(30_000)])).loose == ("code of too many parts",)


def test_every_reference_of_ours_is_followed_to_its_end(plugins: Plugins) -> None:
    for name in plugins.circuits:
        spec = plugins.circuit(name)
        assert code_of([spec.reference, spec.domain]).loose == (), name


class Tables:
    ones: ClassVar[list[int]] = [1, 2]


class Derived(Tables):
    @staticmethod
    def first() -> int:
        return Derived.ones[0]


def test_tables_of_classes_functions_and_modules_are_part_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def marked(buses: Any) -> Any:
        return (buses, getattr)

    inner = ModuleType("package.inner")
    package = ModuleType("package")
    package.inner, inner.table = inner, [1]  # type: ignore[attr-defined] # made up
    in_module = eval("lambda _: package.inner.table", {"package": package})  # noqa: S307 - our own
    functions = (lambda _: Tables.ones, lambda _: Derived.first(), marked, in_module)
    before = [code_of(each).digest for each in functions]
    assert before == [code_of(each).digest for each in functions]
    monkeypatch.setattr(Tables, "ones", [1, 3])
    marked.table = 1  # type: ignore[attr-defined] # any function may have some
    inner.table = [2]  # type: ignore[attr-defined] # made up
    after = [code_of(each).digest for each in functions]
    assert all(one != other for one, other in zip(before, after, strict=True))


def with_method(base: type, content: Any, number: int) -> Any:
    """A value of a class that is made of a plain one, whose only method gives a number."""
    kind = type("Made", (base,), {"look": eval(f"lambda self: {number}")})  # noqa: S307 - our own
    return kind(content)


class Named(NamedTuple):
    number: int

    def look(self) -> int:
        return self.number


@pytest.mark.parametrize(
    ("base", "content"),
    [(list, [1]), (tuple, (1,)), (dict, {1: 2}), (set, {1}), (int, 5), (str, "five"), (float, 1.5)],
)
def test_methods_of_what_is_made_of_plain_values_are_part_of_it(base: type, content: Any) -> None:
    one, other = with_method(base, content, 1), with_method(base, content, 2)
    assert code_of(closing(one)).digest != code_of(closing(other)).digest
    assert code_of(closing(one)) == code_of(closing(with_method(base, content, 1)))
    assert code_of(closing(one)).digest != code_of(closing(base(content))).digest
    assert code_of(closing(one)).loose == ()


def test_a_named_tuple_and_its_methods_are_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_of(closing(Named(1)))
    assert before.digest != code_of(closing(Named(2))).digest
    monkeypatch.setattr(Named, "look", lambda self: self.number + 1)
    assert before.digest != code_of(closing(Named(1))).digest


@pytest.mark.parametrize(
    "value",
    [
        np.vectorize(helper),
        np.frompyfunc(helper, 1, 1),
        np.poly1d([1, 0]),
        np.random.default_rng(0),
        {helper, 1},
    ],
)
def test_what_holds_code_or_numbers_out_of_sight_says_so(value: Any) -> None:
    assert code_of(closing(value)).loose == ("'value'",)


def test_what_numpy_has_under_its_name_is_known_by_it() -> None:
    for value in (np.where, np.add, np.uint8, np.dtype("int8"), np.linalg.norm, np.bool_(True)):
        assert code_of(closing(value)).loose == ()


SCRIPT = """
import numpy as np
import gatewright as gw
from gatewright.circuits.exhaustive.fingerprint import code_of
table = gw.whole_numbers(np.arange(4))
found = code_of(lambda buses: {"y": gw.whole_numbers([1, 2])[buses["a"]] + table[buses["a"]]})
print(found.digest, found.loose)
"""


def test_a_reference_that_makes_tables_has_the_same_digest_in_every_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    (line,) = told
    assert line.rstrip().endswith("()")
