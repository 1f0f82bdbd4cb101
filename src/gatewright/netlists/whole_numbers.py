"""Arrays of whole numbers that grow instead of overflowing: what references and domains are given.

NumPy's integers end at 2^63 and wrap around in silence, and its truth values shift like numbers of one byte:
``(a == 3) << 64`` is 0. A reference that does so is wrong only on the patterns that reach so far, which may be
one in a million. So bus values are arrays of a class of their own. Bounds are kept of every array, by
interval arithmetic; where a result might not fit int64, the array is looked at, and where it does not fit, the
result holds Python's integers, which have no end. Nothing else is different: operators, indexing and the
functions of NumPy work as on any array, and nearly as fast. Truth values count as 0 and 1 where they are added.

What leaves the class (``np.asarray``, a table of one's own indexed by a bus) is NumPy's again;
`leaves_whole_numbers` tells so of a result. A table that is made by `whole_numbers` stays.

Example:
    >>> a = whole_numbers(np.array([2, 3]))
    >>> ((a == 3) << 64).tolist(), (a ** 50 % 1000).tolist(), (a + a).dtype
    ([0, 18446744073709551616], [624, 249], dtype('int64'))
    >>> a -= 1
    Traceback (most recent call last):
        ...
    ValueError: output array is read-only
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Integers

Bounds: TypeAlias = tuple[int, int]

_LEAST, _MOST = -(2**63), 2**63 - 1

_SHIFT = 2**16
"""Places that a shift may move a number: what is wider is a mistake, and would fill the memory."""


class WholeNumbers(np.ndarray[Any, Any]):
    """An array of truth values, of int64, or of Python's integers where int64 would not do."""

    _bounds: Bounds | None

    def __array_finalize__(self, obj: object) -> None:
        self._bounds = None

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **settings: Any
    ) -> Any:
        settings.pop("dtype", None)  # the result is as wide as it has to be
        settings.pop("casting", None)
        if ufunc in _CAN_GROW and method != "at":
            made = _grown(ufunc, method, inputs, settings)
        elif any(isinstance(each, int) and not _LEAST <= each <= _MOST for each in inputs):
            made = getattr(ufunc, method)(*map(_as_python, inputs), **settings)
        else:
            made = getattr(ufunc, method)(*map(_plain, inputs), **settings)
        if out is not None and made is not None:
            for into, given in zip(out, made if isinstance(made, tuple) else (made,), strict=True):
                _store(into, given)
            return out[0] if len(out) == 1 else out
        return tuple(map(_whole, made)) if isinstance(made, tuple) else _whole(made)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if (
            func in _MULTIPLY_AND_ADD
        ):  # what they do inside is not done by operations that are seen here
            return _whole(func(*_changed(args, _as_python), **_changed(kwargs, _as_python)))
        return _whole(super().__array_function__(func, types, args, kwargs))

    def __getitem__(self, key: Any) -> Any:
        return _whole(_plain(self)[_changed(key, _plain)])

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    def astype(self, dtype: Any, *args: Any, **settings: Any) -> Any:
        """The same in another type.

        Raises:
            OverflowError: a number does not fit it.
        """
        plain = _plain(self)
        if np.dtype(dtype).kind in "iu":
            least, most = _bounds_of(self)
            limits = np.iinfo(dtype)
            if not limits.min <= least <= most <= limits.max:
                raise OverflowError(f"a number does not fit {np.dtype(dtype)}")
        return _whole(plain.astype(dtype, *args, **settings))

    def dot(self, other: Any) -> Any:  # type: ignore[override] # it takes less than NumPy's
        """The product, which the method of an array would let overflow."""
        return np.dot(self, other)


def whole_numbers(values: Integers, most: int | None = None) -> WholeNumbers:
    """An array that cannot be written to, with arithmetic that cannot overflow.

    Args:
        values: truth values, integers, or Python's integers.
        most: the greatest there can be, where that is known; the least is then 0.
    """
    made = _whole(values)
    made._bounds = None if most is None else (0, most)
    made.flags.writeable = False
    return made  # type: ignore[no-any-return] # an array stays one


def leaves_whole_numbers(value: object) -> bool:
    """Whether a result was computed by NumPy's own integers, whose overflow nobody sees."""
    return (
        isinstance(value, np.ndarray)
        and not isinstance(value, WholeNumbers)
        and value.dtype != object
        and value.ndim > 0  # one value for all patterns cannot be wrong on some alone
    )


def _grown(ufunc: np.ufunc, method: str, inputs: Sequence[Any], settings: dict[str, Any]) -> Any:
    """An operation whose result may be wider than what it is given."""
    bounds = _fitting(_CAN_GROW[ufunc], inputs) if method == "__call__" else None
    if bounds is None:
        if ufunc is np.left_shift and _looked_at(inputs[-1])[1] > _SHIFT:
            raise OverflowError(f"a number is shifted by more than {_SHIFT} places")
        return getattr(ufunc, method)(*map(_as_python, inputs), **settings)
    truths = ufunc is np.multiply and all(
        getattr(each, "dtype", None) == np.bool_ for each in inputs
    )
    made = ufunc(*map(_plain if truths else _as_int64, inputs), **settings)
    if isinstance(made, np.ndarray):
        whole = made.view(WholeNumbers)
        whole._bounds = bounds
        return whole
    return made


def _fitting(rule: Callable[..., Bounds] | None, inputs: Sequence[Any]) -> Bounds | None:
    """Bounds of the result, where it and all that it is made from fit int64; else none."""
    if rule is None:
        return None
    for look in (_bounds_of, _looked_at):  # bounds that were kept may be wider than they need to be
        bounds = [look(each) for each in inputs]
        result = rule(*bounds)
        if all(least >= _LEAST and most <= _MOST for least, most in (*bounds, result)):
            return result
    return None


def _bounds_of(value: Any) -> Bounds:
    """Between which numbers a value lies."""
    if isinstance(value, WholeNumbers):
        if value._bounds is None:
            value._bounds = _looked_at(value)
        return value._bounds
    return _looked_at(value)


def _looked_at(value: Any) -> Bounds:
    """The least and the greatest of some numbers; 0 where there are none."""
    if isinstance(value, bool | int | np.integer | np.bool_):
        return int(value), int(value)
    plain = np.asarray(value)
    if not plain.size:
        return 0, 0
    if plain.dtype.kind == "b":
        return 0, 1
    return int(plain.min()), int(plain.max())


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, WholeNumbers) else value


def _as_python(value: Any) -> Any:
    """Python's integers in place of NumPy's; what is no integer stays as it is."""
    if isinstance(value, np.integer | np.bool_):
        return int(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "bui":
        return np.asarray(_plain(value) + 0 if value.dtype.kind == "b" else value, dtype=object)
    if isinstance(value, np.ndarray) and value.dtype == object:
        numbers = [int(x) if isinstance(x, bool | np.integer | np.bool_) else x for x in value.flat]
        return np.array(numbers, dtype=object).reshape(value.shape)
    return int(value) if isinstance(value, bool) else _plain(value)


def _as_int64(value: Any) -> Any:
    """The same for NumPy to compute with, so wide that nothing is lost."""
    if isinstance(value, np.ndarray):
        return _plain(value).astype(np.int64, copy=False)
    return np.int64(value)


def _whole(value: Any) -> Any:
    """A result of NumPy as it is handed on: numbers as Python's, arrays of numbers as whole numbers."""
    if isinstance(value, np.bool_ | np.integer):
        return value.item()
    if isinstance(value, np.ndarray) and not isinstance(value, WholeNumbers):
        if value.dtype.kind in "iu" and value.dtype != np.int64:
            narrow = value.dtype.kind == "i" or not value.size or int(value.max()) <= _MOST
            value = value.astype(np.int64 if narrow else object)
        return value.view(WholeNumbers) if value.dtype.kind in "biO" else value
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(map(_whole, value))
    return value


def _store(into: npt.NDArray[Any], made: Any) -> None:
    """Put a result where ``a += b`` and ``out=`` want it.

    Raises:
        OverflowError: it does not fit there.
        ValueError: that cannot be written to.
    """
    if not into.flags.writeable:
        raise ValueError("output array is read-only")
    kept = np.asarray(made) if isinstance(made, np.ndarray) else np.asarray(made, dtype=object)
    plain = _plain(into)
    if plain.dtype.kind in "biu" and kept.dtype.kind in "biuO" and kept.size:
        limits = (0, 1) if plain.dtype.kind == "b" else _limits(plain.dtype)
        least, most = _looked_at(kept)
        if not limits[0] <= least <= most <= limits[1]:
            raise OverflowError(f"a number does not fit {plain.dtype}")
    plain[...] = _plain(kept)
    if isinstance(into, WholeNumbers):
        into._bounds = None


def _limits(dtype: np.dtype[Any]) -> Bounds:
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Arguments of a function of NumPy, which may hold arrays in lists."""
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(_changed(each, change) for each in value)
    if isinstance(value, dict):
        return {key: _changed(each, change) for key, each in value.items()}
    return change(value) if isinstance(value, np.ndarray) else value


# Bounds of a result by the bounds of what it is made from (R. E. Moore, Interval Analysis, 1966)


def _added(a: Bounds, b: Bounds) -> Bounds:
    return a[0] + b[0], a[1] + b[1]


def _subtracted(a: Bounds, b: Bounds) -> Bounds:
    return a[0] - b[1], a[1] - b[0]


def _multiplied(a: Bounds, b: Bounds) -> Bounds:
    ends = [x * y for x in a for y in b]
    return min(ends), max(ends)


def _shifted(a: Bounds, b: Bounds) -> Bounds:
    if b[0] < 0 or b[1] > _SHIFT:
        return _LEAST - 1, _MOST + 1  # Python's integers say what is the matter
    return min(a[0] << b[0], a[0] << b[1]), max(a[1] << b[0], a[1] << b[1])


def _powered(a: Bounds, b: Bounds) -> Bounds:
    if b[0] < 0 or b[1] > 4096:
        return _LEAST - 1, _MOST + 1
    most = max(abs(a[0]), abs(a[1]), 1) ** b[1]
    return -most, most


def _negated(a: Bounds) -> Bounds:
    return -a[1], -a[0]


def _sized(a: Bounds) -> Bounds:
    return 0, max(abs(a[0]), abs(a[1]))


def _divided(a: Bounds, _: Bounds) -> Bounds:
    most = max(abs(a[0]), abs(a[1]))
    return -most, most


def _unchanged(a: Bounds) -> Bounds:
    return a


_CAN_GROW: dict[Any, Callable[..., Bounds] | None] = {
    np.add: _added,
    np.subtract: _subtracted,
    np.multiply: _multiplied,
    np.left_shift: _shifted,
    np.power: _powered,
    np.negative: _negated,
    np.positive: _unchanged,
    np.absolute: _sized,
    np.square: lambda a: _multiplied(a, a),
    np.floor_divide: _divided,
    np.matmul: None,
}
"""By operation the bounds of its result; none where they are not worth working out."""

_MULTIPLY_AND_ADD = {
    *(np.dot, np.vdot, np.inner, np.outer, np.tensordot, np.einsum, np.kron, np.cross),
    *(np.convolve, np.correlate, np.polyval, np.trace),
}
