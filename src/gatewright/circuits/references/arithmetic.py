"""Arithmetic on numbers of any size: NumPy's int64 while everything fits it, Python's integers beyond.

What comes before: bounds of a result by those of its operands, in `intervals`. What comes after: the columns of
`whole_numbers`, which references compute with.

Example:
    >>> big = computed(np.left_shift, [Numbers(np.array([1, 3])), 63])
    >>> big._values.tolist(), bounds_of(big)
    ([9223372036854775808, 27670116110564327424], (9223372036854775808, 27670116110564327424))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from gatewright.circuits.references.intervals import MOST_PLACES, WIDENING, Bounds

_LEAST, _MOST = -(2**63), 2**63 - 1

_NARROW = {
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.right_shift),
    *(np.logical_and, np.logical_or, np.logical_xor, np.logical_not),
    *(np.remainder, np.fmod, np.divmod, np.minimum, np.maximum, np.gcd, np.sign, np.positive),
}
"""Operations whose result is no wider than what it is made from."""

_DIVISIONS = {np.floor_divide, np.remainder, np.fmod, np.divmod}
_SHIFTS = {np.left_shift, np.right_shift}

_KINDS = "biO"
"""Truth values, int64, Python's integers: what numbers are kept as."""


class Numbers:
    """Some numbers, and between which they lie.

    Args:
        values: an array of truth values, int64 or Python's integers.
        bounds: None until they are needed.
    """

    __slots__ = ("_bounds", "_values")

    def __init__(self, values: Any, bounds: Bounds | None = None) -> None:
        self._values, self._bounds = values, bounds


Operand: TypeAlias = Numbers | int


def knows(ufunc: np.ufunc) -> bool:
    """Whether an operation is done to each number by itself and gives whole numbers."""
    return (ufunc in WIDENING or ufunc in _NARROW) and ufunc is not np.matmul


def computed(ufunc: np.ufunc, given: Sequence[Operand]) -> Any:
    """An operation on each number by itself.

    Raises:
        ZeroDivisionError: a number is divided by 0.
        ValueError: a number is shifted by, or raised to, a negative one.
        OverflowError: a number is shifted by more than `MOST_PLACES`.
    """
    last = bounds_of(given[-1])
    if ufunc in _DIVISIONS and last[0] <= 0 <= last[1] and (_values(given[-1]) == 0).any():
        raise ZeroDivisionError("a number is divided by 0")
    if (ufunc in _SHIFTS or ufunc is np.power) and last[0] < 0 and looked_at(given[-1])[0] < 0:
        done = "raised to" if ufunc is np.power else "shifted by"
        raise ValueError(f"a number is {done} a negative one")
    bounds = None
    if ufunc in WIDENING:
        bounds = _fitting(WIDENING[ufunc], given)
    if bounds is not None:
        truths = ufunc is np.multiply and all(_values(each).dtype == np.bool_ for each in given)
        made = ufunc(*map(_values if truths else _as_int64, given))
    elif ufunc in WIDENING or any(map(_beyond, given)):
        if ufunc is np.left_shift and looked_at(given[-1])[1] > MOST_PLACES:
            raise OverflowError(f"a number is shifted by more than {MOST_PLACES} places")
        made = ufunc(*(as_python(_values(each)) for each in given))
    else:
        made = ufunc(*(each._values if isinstance(each, Numbers) else each for each in given))
    if isinstance(made, tuple):
        return tuple(Numbers(counted(each)) for each in made)
    return Numbers(counted(np.asarray(made)), bounds)


def chosen(where: Operand, one: Operand, other: Operand) -> Numbers:
    """`np.where` of numbers."""
    sides = [one, other]
    if any(map(_beyond, sides)) or any(_values(each).dtype == object for each in sides):
        made = np.where(_truths(where), *(as_python(_values(each)) for each in sides))
    else:
        made = np.where(_truths(where), *map(_values, sides))
    least, most = zip(*map(bounds_of, sides), strict=True)
    return Numbers(counted(made), (min(least), max(most)))


def kept(values: Any) -> Any:
    """A copy of truth values or integers as they are kept.

    Raises:
        TypeError: they are not whole numbers.
    """
    copy = np.array(values)
    numbers = copy.dtype == object and all(isinstance(each, int) for each in copy.flat)
    if copy.dtype.kind not in "biu" and not numbers:
        raise TypeError(f"an array of {copy.dtype} does not hold whole numbers")
    if copy.dtype.kind in "iu" and copy.dtype != np.int64:
        fits = copy.dtype.kind == "i" or not copy.size or int(copy.max()) <= _MOST
        copy = copy.astype(np.int64 if fits else object)
    return copy


def _truths(value: Operand) -> Any:
    return value._values != 0 if isinstance(value, Numbers) else bool(value)


def _values(value: Any) -> Any:
    """An operand as an array."""
    if isinstance(value, Numbers):
        return value._values
    return np.asarray(value, dtype=object if _beyond(value) else None)


def _beyond(value: Any) -> bool:
    """Whether a number is too large for NumPy to meet."""
    return isinstance(value, int) and not _LEAST <= value <= _MOST


def counted(values: Any) -> Any:
    """What NumPy gives, as truth values, int64 or Python's integers."""
    if values.dtype.kind in _KINDS and (values.dtype.kind != "i" or values.dtype == np.int64):
        return values
    return kept(values)


def _fitting(rule: Callable[..., Bounds], inputs: Sequence[Any]) -> Bounds | None:
    """Bounds of the result, if it and everything it is made from fit int64; else None."""
    for look in (bounds_of, looked_at):  # bounds that were kept may be wider than they need to be
        bounds = [look(each) for each in inputs]
        result = rule(*bounds)
        if all(least >= _LEAST and most <= _MOST for least, most in (*bounds, result)):
            return result
    return None


def bounds_of(value: Any) -> Bounds:
    """Between which numbers a value lies: as kept with it, or else by looking at it."""
    if not isinstance(value, Numbers):
        return looked_at(value)
    if value._bounds is None:
        value._bounds = looked_at(value)
    return value._bounds


def looked_at(value: Any) -> Bounds:
    """The least and the greatest of some numbers; 0 if there are none."""
    values = _values(value)
    if not values.size:
        return 0, 0
    return (0, 1) if values.dtype.kind == "b" else (int(values.min()), int(values.max()))


def as_python(values: Any) -> Any:
    """Python's integers in place of NumPy's; truth values become 0 and 1."""
    if values.dtype == object:
        return values
    return np.asarray(values.astype(np.int64), dtype=object)


def _as_int64(value: Operand) -> Any:
    """As int64, for NumPy to compute with."""
    if isinstance(value, Numbers):
        return value._values.astype(np.int64, copy=False)
    return np.int64(value)
