"""Arrays of whole numbers that grow instead of overflowing: what references and domains are given.

NumPy's integers end at 2^63 and wrap around in silence, and its truth values shift like numbers of one byte:
``(a == 3) << 64`` is 0. A reference that does so is wrong only on the patterns that reach so far, which may be
one in a million. So bus values are arrays of a class of their own. Bounds are kept of every array, by
interval arithmetic; where a result might not fit int64, the array is looked at, and where it does not fit, the
result holds Python's integers, which have no end. Truth values count as 0 and 1 where they are added.

Only what is known to be safe stays in the class: operators on such arrays and on single whole numbers, and
functions of NumPy that move or choose. All else is NumPy's own, and stays so: other arrays, floats, lists, what
``np.asarray`` gives, functions that compute in ways that are not seen here, and every result that any of these
is a part of. `leaves_whole_numbers` tells so. A table is safe when it is made by `whole_numbers`. Not seen is
arithmetic on single numbers of NumPy: ``np.int64(1) << 64`` is 0, and so is what is multiplied by it.

Example:
    >>> a = whole_numbers(np.array([2, 3]))
    >>> ((a == 3) << 64).tolist(), (a ** 50 % 1000).tolist(), (a + a).dtype
    ([0, 18446744073709551616], [624, 249], dtype('int64'))
    >>> leaves_whole_numbers(a + 1), leaves_whole_numbers(a + np.array([1, 1]))
    (False, True)
    >>> a -= 1
    Traceback (most recent call last):
        ...
    ValueError: output array is read-only
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gatewright.arrays import Integers
from gatewright.circuits.intervals import MOST_PLACES, WIDENING, Bounds

_LEAST, _MOST = -(2**63), 2**63 - 1

_NARROW = {
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.right_shift),
    *(np.logical_and, np.logical_or, np.logical_xor, np.logical_not),
    *(np.remainder, np.fmod, np.divmod, np.minimum, np.maximum, np.gcd, np.sign, np.positive),
}
"""Operations whose result is no wider than what it is made from."""

_SAFE = {
    *(np.where, np.select, np.choose, np.take, np.take_along_axis, np.clip, np.copy),
    *(np.concatenate, np.stack, np.hstack, np.vstack, np.column_stack, np.dstack, np.broadcast_to),
    *(np.reshape, np.ravel, np.transpose, np.squeeze, np.expand_dims, np.moveaxis, np.swapaxes),
    *(np.flip, np.roll, np.repeat, np.tile, np.sort, np.argsort, np.searchsorted, np.split),
    *(np.zeros_like, np.ones_like, np.full_like, np.any, np.all, np.count_nonzero, np.unique),
    *(np.sum, np.prod, np.cumsum, np.cumprod, np.max, np.min, np.argmax, np.argmin, np.array_equal),
}
"""Functions that move and choose, or that compute by operations of arrays alone."""

_MULTIPLY_AND_ADD = {
    *(np.dot, np.vdot, np.inner, np.outer, np.tensordot, np.einsum, np.kron, np.trace),
}
"""Functions that do as well on Python's integers, which they are given."""


_MIXED = "arrays of NumPy's own are no part of whole numbers; make them by gatewright.whole_numbers"


class WholeNumbers(np.ndarray[Any, Any]):
    """An array of truth values, of int64, or of Python's integers where int64 would not do."""

    _bounds: Bounds | None
    """Where they are known."""
    _ours: bool
    """Whether it is a new result, no view: then items may be assigned, and its bounds be kept."""

    def __array_finalize__(self, obj: object) -> None:
        self._bounds, self._ours = None, False

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **settings: Any
    ) -> Any:
        known = ufunc in WIDENING or ufunc in _NARROW
        if method == "at" and known:
            raise TypeError(f"{ufunc.__name__}.at may overflow; choose by np.where instead")
        chosen = settings.pop("where", True)
        if not known or chosen is not True or any(map(_foreign, (*inputs, *(out or ())))):
            if any(isinstance(each, WholeNumbers) for each in out or ()):
                raise TypeError(_MIXED)
            plain = (
                {"where": _plain(chosen)} if out is None else {"where": _plain(chosen), "out": out}
            )
            return getattr(ufunc, method)(*map(_plain, inputs), **plain, **settings)
        settings.pop("dtype", None)  # the result is as wide as it has to be
        settings.pop("casting", None)
        given = [each.item() if isinstance(each, np.generic) else each for each in inputs]
        bounds = None
        if ufunc in WIDENING and method == "__call__":
            bounds = _fitting(WIDENING[ufunc], given)
        if bounds is not None:
            truths = ufunc is np.multiply and all(
                getattr(each, "dtype", None) == np.bool_ for each in given
            )
            made = ufunc(*map(_plain if truths else _as_int64, given), **settings)
        elif ufunc in WIDENING or any(map(_beyond, given)):
            if ufunc is np.left_shift and _looked_at(given[-1])[1] > MOST_PLACES:
                raise OverflowError(f"a number is shifted by more than {MOST_PLACES} places")
            made = getattr(ufunc, method)(*map(_as_python, given), **settings)
        else:
            made = getattr(ufunc, method)(*map(_plain, given), **settings)
        results = made if isinstance(made, tuple) else (made,)
        if out is not None:
            for into, result in zip(out, results, strict=True):
                into[...] = _whole(result)
            return out[0] if len(out) == 1 else out
        kept = tuple(_whole(each, bounds) for each in results)
        return kept if isinstance(made, tuple) else kept[0]

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if _any_foreign((args, kwargs)) or func not in _SAFE | _MULTIPLY_AND_ADD:
            return func(*_changed(args, _plain), **_changed(kwargs, _plain))
        if func in _MULTIPLY_AND_ADD:
            return _whole(func(*_changed(args, _as_python), **_changed(kwargs, _as_python)))
        return _whole(super().__array_function__(func, types, args, kwargs))

    def __getitem__(self, key: Any) -> Any:
        found = _plain(self)[_changed(key, _plain)]
        return found if _any_foreign(key) else _whole(found)

    def __setitem__(self, key: Any, value: Any) -> None:
        if not self._ours:
            raise ValueError("output array is read-only")
        if _any_foreign((key, value)):
            raise TypeError(_MIXED)
        least, most = _looked_at(value)
        low, high = (0, 1) if self.dtype == np.bool_ else (_LEAST, _MOST)
        if self.dtype != object and not low <= least <= most <= high:
            raise OverflowError(f"a number does not fit {self.dtype}; choose by np.where instead")
        # For just so long, so that nobody else ever writes what is not looked at here.
        self.flags.writeable, self._bounds = True, None
        try:
            _plain(self)[_changed(key, _plain)] = _plain(value)
        finally:
            self.flags.writeable = False

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    def astype(self, dtype: Any, *args: Any, **settings: Any) -> Any:
        """The same in another type.

        Raises:
            OverflowError: a number does not fit it.
        """
        if np.dtype(dtype).kind in "iu":
            least, most = _bounds_of(self)
            limits = np.iinfo(dtype)
            if not limits.min <= least <= most <= limits.max:
                raise OverflowError(f"a number does not fit {np.dtype(dtype)}")
        return _whole(_plain(self).astype(dtype, *args, **settings))

    def dot(self, other: Any) -> Any:  # type: ignore[override] # it takes less than NumPy's
        """The product, which the method of an array would let overflow."""
        return np.dot(self, other)


def whole_numbers(values: Integers, most: int | None = None) -> WholeNumbers:
    """A copy that cannot be written to, with arithmetic that cannot overflow.

    Args:
        values: truth values, integers, or Python's integers.
        most: the greatest there can be, where that is known; the least is then 0.

    Raises:
        TypeError: they are no whole numbers.

    Example:
        >>> squares = whole_numbers(np.arange(16) ** 2)
        >>> int((squares[[3, 5]] << 64)[0] >> 64)
        9
    """
    copy = np.array(values)
    numbers = copy.dtype == object and all(isinstance(each, int) for each in copy.flat)
    if copy.dtype.kind not in "biu" and not numbers:
        raise TypeError(f"an array of {copy.dtype} holds no whole numbers")
    made: WholeNumbers = _whole(copy)
    made._ours, made._bounds = False, _looked_at(made) if most is None else (0, most)
    return made


def leaves_whole_numbers(value: object) -> bool:
    """Whether a result is something else than whole numbers, whose overflow nobody sees."""
    # One value for all patterns cannot be wrong on some alone.
    alone = isinstance(value, bool | int | np.generic) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    )
    return not alone and not isinstance(value, WholeNumbers)


def _foreign(value: Any) -> bool:
    """Whether an operand is something else than whole numbers: then so is the result."""
    if isinstance(value, WholeNumbers):
        return value.dtype.kind not in "biO"
    return not isinstance(value, bool | int | np.integer | np.bool_)


def _any_foreign(value: Any) -> bool:
    """Whether arguments hold an array, or a number, that is something else than whole numbers."""
    if isinstance(value, list | tuple):
        return any(map(_any_foreign, value))
    if isinstance(value, Mapping):
        return any(map(_any_foreign, value.values()))
    return isinstance(value, np.ndarray | float | np.inexact) and _foreign(value)


def _beyond(value: Any) -> bool:
    """Whether a number is too large for NumPy to meet."""
    return isinstance(value, int) and not _LEAST <= value <= _MOST


def _fitting(rule: Callable[..., Bounds], inputs: Sequence[Any]) -> Bounds | None:
    """Bounds of the result, where it and all that it is made from fit int64; else none."""
    for look in (_bounds_of, _looked_at):  # bounds that were kept may be wider than they need to be
        bounds = [look(each) for each in inputs]
        result = rule(*bounds)
        if all(least >= _LEAST and most <= _MOST for least, most in (*bounds, result)):
            return result
    return None


def _bounds_of(value: Any) -> Bounds:
    """Between which numbers a value lies: as was kept of it, or as it is looked at."""
    if not isinstance(value, WholeNumbers):
        return _looked_at(value)
    if value._bounds is not None:
        return value._bounds
    bounds = _looked_at(value)
    if value._ours:  # not of a view, for what it shows may yet be written to
        value._bounds = bounds
    return bounds


def _looked_at(value: Any) -> Bounds:
    """The least and the greatest of some numbers; 0 where there are none."""
    plain = np.asarray(value)
    if not plain.size:
        return 0, 0
    return (0, 1) if plain.dtype.kind == "b" else (int(plain.min()), int(plain.max()))


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, WholeNumbers) else value


def _as_python(value: Any) -> Any:
    """Python's integers in place of NumPy's; truth values become 0 and 1."""
    if isinstance(value, np.ndarray):
        plain = _plain(value)
        if plain.dtype == object:
            return plain
        return np.asarray(plain.astype(np.int64), dtype=object)
    return int(value) if isinstance(value, bool | np.integer | np.bool_) else value


def _as_int64(value: Any) -> Any:
    """The same for NumPy to compute with, so wide that nothing is lost."""
    if isinstance(value, np.ndarray):
        return _plain(value).astype(np.int64, copy=False)
    return np.int64(value)


def _whole(value: Any, bounds: Bounds | None = None) -> Any:
    """What NumPy gives of whole numbers, in the class; single numbers as Python's."""
    if isinstance(value, np.bool_ | np.integer):
        return value.item()
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(map(_whole, value))
    if not isinstance(value, np.ndarray):
        return value
    plain = _plain(value)
    if plain.dtype.kind in "iu" and plain.dtype != np.int64:
        narrow = plain.dtype.kind == "i" or not plain.size or int(plain.max()) <= _MOST
        plain = plain.astype(np.int64 if narrow else object)
    if plain.dtype.kind not in "biO":
        return plain
    made = plain.view(WholeNumbers)
    made._ours, made._bounds = plain.base is None, bounds
    made.flags.writeable = False
    return made


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Arguments of a function of NumPy, which may hold arrays in lists."""
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(_changed(each, change) for each in value)
    if isinstance(value, dict):
        return {key: _changed(each, change) for key, each in value.items()}
    return change(value) if isinstance(value, np.ndarray) else value
