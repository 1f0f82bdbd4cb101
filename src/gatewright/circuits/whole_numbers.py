"""Numbers that a reference computes with: one for each pattern, which grow instead of overflowing.

NumPy's integers end at 2^63 and wrap around in silence, and its truth values shift like numbers of one byte:
``(a == 3) << 64`` is 0. A reference that does so is wrong only on the patterns that reach so far, which may be
one in a million. So bus values are *columns*: a number for each pattern, on which nothing can be done but what
is done to each number by itself and comes out as whole numbers do. Bounds are kept of every column, by interval
arithmetic; where a result might not fit int64, the column is looked at, and where it does not fit, it holds
Python's integers, which have no end. Truth values count as 0 and 1 where they are added.

A column is no array of NumPy. Whatever else is done to it, such as taking single numbers out, sorting,
computing with floats or with other arrays, it gives plain NumPy, and its `Case` notes what that was: of all
that comes out of that call nothing is relied on. A *table* is a constant: a column
looks values up in it, ``table[a]``. Not seen is arithmetic on single numbers of NumPy: ``np.int64(1) << 64`` is
0, and so is what is multiplied by it; but it is so for every pattern alike.

Example:
    >>> case = Case()
    >>> a = column(np.array([2, 3]), case)
    >>> ((a == 3) << 64)._values.tolist(), (a ** 50 % 1000)._values.tolist()
    ([0, 18446744073709551616], [624, 249])
    >>> whole_numbers([7, 8, 9, 10])[a]._values.tolist(), case.left
    ([9, 10], '')
    >>> np.sort(a).tolist(), case.left
    ([2, 3], 'np.sort')
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeAlias

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

_DIVISIONS = {np.floor_divide, np.remainder, np.fmod, np.divmod}
_SHIFTS = {np.left_shift, np.right_shift}

_KINDS = "biO"
"""Truth values, int64, Python's integers: what numbers are kept as."""


class Case:
    """One call of a reference or domain, and whether it left the numbers that it was given.

    Attributes:
        left: what took them where overflow, or another pattern, is not seen; empty if nothing did.
    """

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = ""

    def note(self, what: str) -> None:
        """Note what left first."""
        self.left = self.left or what


class WholeNumbers(np.lib.mixins.NDArrayOperatorsMixin):
    """A column, with a case, or a table, without one."""

    __slots__ = ("_bounds", "_case", "_fixed", "_values")

    def __init__(
        self,
        values: Any,
        case: Case | None,
        bounds: Bounds | None = None,
        *,
        fixed: bool = False,
    ) -> None:
        self._values, self._case, self._bounds, self._fixed = values, case, bounds, fixed

    def __repr__(self) -> str:
        self._leaves("text")
        return f"whole_numbers({self._values!r})"

    # Operations on each number by itself

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **settings: Any
    ) -> Any:
        into = out[0] if out is not None and len(out) == 1 else None
        if isinstance(into, WholeNumbers) and into._fixed:
            raise ValueError("output array is read-only")
        if method == "at":  # which writes to arrays that are read-only, too
            raise TypeError(f"whole numbers have no np.{ufunc.__name__}.at; choose by np.where")
        case, foreign = _case_of(inputs)
        known = (ufunc in WIDENING or ufunc in _NARROW) and ufunc is not np.matmul
        ours = out is None or (isinstance(into, WholeNumbers) and into is inputs[0])
        if not known or method != "__call__" or settings or foreign or not ours:
            if any(isinstance(each, WholeNumbers) for each in out or ()):
                raise TypeError(
                    f"whole numbers cannot become what 'np.{ufunc.__name__}' gives here"
                )
            what = foreign or f"np.{ufunc.__name__}{'' if method == '__call__' else f'.{method}'}"
            _leave((*inputs, *settings.values()), what)
            plain = {name: _unwrapped(each) for name, each in settings.items()}
            if out is not None:
                plain["out"] = out
            return getattr(ufunc, method)(*map(_unwrapped, inputs), **plain)
        with _caught(inputs):
            made = _computed(ufunc, list(map(_number, inputs)), case)
        if into is not None:
            into._values, into._bounds = made._values, made._bounds
            return into
        return made

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        own = _FUNCTIONS.get(func)
        if own is not None and {*kwargs} <= {*own.__code__.co_varnames}:
            made = own(*args, **kwargs)
            if made is not NotImplemented:
                return made
        _leave((args, kwargs), f"np.{func.__name__}")
        return func(*_unwrapped(args), **_unwrapped(kwargs))

    def astype(self, dtype: Any) -> Any:
        """The same numbers, if they fit another type; they are not kept in it.

        Raises:
            OverflowError: a number does not fit it.
        """
        kind = np.dtype(dtype).kind
        if kind in "iu":
            least, most = _bounds_of(self)
            limits = np.iinfo(dtype)
            if not limits.min <= least <= most <= limits.max:
                self._leaves(_ERROR)
                raise OverflowError(f"a number does not fit {np.dtype(dtype)}")
            return WholeNumbers(_counted(self._values), self._case, self._bounds)
        if kind == "b":
            return self != 0
        if kind == "O":
            return WholeNumbers(_as_python(self._values), self._case, self._bounds)
        return self.__getattr__("astype")(dtype)

    def copy(self) -> WholeNumbers:
        """The same numbers, which may be assigned to."""
        return WholeNumbers(self._values.copy(), self._case, self._bounds)

    __copy__ = copy

    def __deepcopy__(self, _: Any) -> WholeNumbers:
        return self.copy()

    # Looking up, and choosing

    def __getitem__(self, key: Any) -> Any:
        places = key if isinstance(key, tuple) else (key,)
        if self._case is None and any(isinstance(each, WholeNumbers) for each in places):
            case, foreign = _case_of(places)
            if case is not None and not foreign and not any(map(_is_truth, places)):
                with _caught(places):
                    found = self._values[tuple(_place(each) for each in places)]
                return WholeNumbers(found, case, _looked_at(self._values))
        if self._case is None and all(isinstance(each, int | slice) for each in places):
            found = self._values[key]
            return WholeNumbers(found, None) if isinstance(found, np.ndarray) else _item(found)
        _leave((self, key), "taking out single values")
        return self._values[_unwrapped(key)]

    def __setitem__(self, key: Any, value: Any) -> None:
        if self._fixed:
            raise ValueError("output array is read-only")
        case, foreign = _case_of((self, key, value))
        chosen = isinstance(key, WholeNumbers) and key._values.dtype == np.bool_
        if not chosen or foreign or case is None:
            raise TypeError("choose by a truth value for each pattern, as in y[a == 3] = 0")
        made = _where(key, value, self)
        self._values, self._bounds = made._values, made._bounds

    # Whatever else there is leaves

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        self._leaves("an array of NumPy's own")
        return np.array(self._values, dtype=dtype)

    def __iter__(self) -> Iterator[Any]:
        self._leaves("taking out single values")
        return iter(self._values.tolist())

    def __len__(self) -> int:
        self._leaves("the number of patterns")
        return len(self._values)

    def __bool__(self) -> bool:
        self._leaves("a decision for all patterns at once")
        return bool(self._values)

    def __int__(self) -> int:
        self._leaves("taking out single values")
        return int(self._values)

    __index__ = __int__

    def __float__(self) -> float:
        self._leaves("floats")
        return float(self._values)

    def __contains__(self, value: object) -> bool:
        self._leaves("a decision for all patterns at once")
        return value in self._values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not hasattr(np.ndarray, name):
            raise AttributeError(f"whole numbers have no '{name}'")
        self._leaves(f"'.{name}'")
        return getattr(self._values.copy(), name)

    def __reduce__(self) -> NoReturn:
        raise TypeError("whole numbers are not kept; keep the array that they are made of")

    def _leaves(self, what: str) -> None:
        if self._case is not None:
            self._case.note(what)


def whole_numbers(values: Integers | Sequence[Any] | int) -> WholeNumbers:
    """A table of constants, for a reference to look values up in: ``table[a]``.

    Args:
        values: truth values, integers, or Python's integers, of any shape.

    Raises:
        TypeError: they are no whole numbers.

    Example:
        >>> squares = whole_numbers([n**2 for n in range(16)])
        >>> squares[3], (squares << 64)[3] >> 64
        (9, 9)
    """
    return WholeNumbers(_kept(values), None, fixed=True)


def column(values: Integers, case: Case, most: int | None = None) -> WholeNumbers:
    """A number for each pattern, as a reference is given them.

    Args:
        values: shape (patterns,).
        case: the call that they are given to.
        most: the greatest there can be, where that is known; the least is then 0.

    Raises:
        TypeError: they are no whole numbers.
    """
    kept = _kept(values)
    return WholeNumbers(kept, case, _looked_at(kept) if most is None else (0, most), fixed=True)


def plain(value: object) -> Any:
    """What a reference gave as NumPy has it: an array for a column, anything else as it is."""
    return value._values if isinstance(value, WholeNumbers) else value


def left_by(value: object, case: Case) -> str:
    """Why a result cannot be relied on; empty if it can.

    It can where it was made of columns by operations on each number, or is one value for all patterns that no
    pattern had a part in.
    """
    if case.left:
        return case.left
    if isinstance(value, WholeNumbers):
        return "" if value._case is case else "a table, or values of another call"
    alone = isinstance(value, bool | int | np.generic) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    )
    return "" if alone else "an array of NumPy's own"


def _kept(values: Any) -> Any:
    copy = np.array(values)
    numbers = copy.dtype == object and all(isinstance(each, int) for each in copy.flat)
    if copy.dtype.kind not in "biu" and not numbers:
        raise TypeError(f"an array of {copy.dtype} holds no whole numbers")
    if copy.dtype.kind in "iu" and copy.dtype != np.int64:
        fits = copy.dtype.kind == "i" or not copy.size or int(copy.max()) <= _MOST
        copy = copy.astype(np.int64 if fits else object)
    return copy


def _case_of(operands: Sequence[Any]) -> tuple[Case | None, str]:
    """The case that operands are of, and what among them is no part of whole numbers; empty if nothing is."""
    cases = {
        id(each._case): each._case
        for each in operands
        if isinstance(each, WholeNumbers) and each._case is not None
    }
    case = next(iter(cases.values()), None)
    if len(cases) > 1:
        return case, "values of another call"
    for each in operands:
        if isinstance(each, WholeNumbers):
            if each._case is None and case is not None and each._values.ndim:
                return case, "a table met by a bus; look it up, as in table[a]"
        elif not isinstance(each, bool | int | np.integer | np.bool_):
            floats = isinstance(each, float | np.inexact)
            return case, "floats" if floats else "an array of NumPy's own"
    return case, ""


def _leave(operands: Any, what: str) -> None:
    """Note in every case among some operands, lists of them included, what left."""
    if isinstance(operands, WholeNumbers):
        operands._leaves(what)
    elif isinstance(operands, dict):
        _leave(list(operands.values()), what)
    elif isinstance(operands, list | tuple):
        for each in operands:
            _leave(each, what)


_ERROR = "an error, which some patterns have and others have not"


@contextmanager
def _caught(operands: Any) -> Iterator[None]:
    """Note that an operation fails: whoever catches the error learns what other patterns are."""
    try:
        yield
    except Exception:
        _leave(operands, _ERROR)
        raise


def _unwrapped(value: Any) -> Any:
    """Copies of NumPy's own in place of whole numbers, in lists of them as well."""
    if isinstance(value, WholeNumbers):
        return value._values.copy()
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(map(_unwrapped, value))
    if isinstance(value, dict):
        return {key: _unwrapped(each) for key, each in value.items()}
    return value


Operand: TypeAlias = WholeNumbers | int


def _number(value: Any) -> Operand:
    """An operand: whole numbers, or one of Python's integers."""
    if isinstance(value, WholeNumbers) and (value._case is not None or value._values.ndim):
        return value
    number: int = _item(plain(value))
    return number


def _item(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic | np.ndarray) else value


def _computed(ufunc: np.ufunc, given: list[Operand], case: Case | None) -> Any:
    """An operation on each number by itself.

    Raises:
        ZeroDivisionError: a number is divided by 0.
        ValueError: a number is shifted by, or raised to, a negative one.
        OverflowError: a number is shifted by more than `MOST_PLACES`.
    """
    last = _bounds_of(given[-1])
    if ufunc in _DIVISIONS and last[0] <= 0 <= last[1] and (_values(given[-1]) == 0).any():
        raise ZeroDivisionError("a number is divided by 0")
    if (ufunc in _SHIFTS or ufunc is np.power) and last[0] < 0 and _looked_at(given[-1])[0] < 0:
        done = "raised to" if ufunc is np.power else "shifted by"
        raise ValueError(f"a number is {done} a negative one")
    bounds = None
    if ufunc in WIDENING:
        bounds = _fitting(WIDENING[ufunc], given)
    if bounds is not None:
        truths = ufunc is np.multiply and all(_values(each).dtype == np.bool_ for each in given)
        made = ufunc(*map(_values if truths else _as_int64, given))
    elif ufunc in WIDENING or any(map(_beyond, given)):
        if ufunc is np.left_shift and _looked_at(given[-1])[1] > MOST_PLACES:
            raise OverflowError(f"a number is shifted by more than {MOST_PLACES} places")
        made = ufunc(*(_as_python(_values(each)) for each in given))
    else:
        made = ufunc(*(each._values if isinstance(each, WholeNumbers) else each for each in given))
    if isinstance(made, tuple):
        return tuple(WholeNumbers(_counted(each), case) for each in made)
    return WholeNumbers(_counted(np.asarray(made)), case, bounds)


def _where(*given: Any) -> Any:
    """`np.where` of columns and single numbers."""
    if len(given) != 3:
        return NotImplemented
    case, foreign = _case_of(given)
    if foreign or case is None:
        return NotImplemented
    chosen, one, other = map(_number, given)
    sides = [one, other]
    if any(map(_beyond, sides)) or any(_values(each).dtype == object for each in sides):
        made = np.where(_truths(chosen), *(_as_python(_values(each)) for each in sides))
    else:
        made = np.where(_truths(chosen), *map(_values, sides))
    least, most = zip(*map(_bounds_of, sides), strict=True)
    return WholeNumbers(_counted(made), case, (min(least), max(most)))


def _select(conditions: Any, choices: Any, default: Any = 0) -> Any:
    """`np.select` of columns and single numbers: the first condition that holds chooses."""
    made = default
    for chosen, choice in reversed(list(zip(conditions, choices, strict=True))):
        made = _where(chosen, choice, made)
        if made is NotImplemented:
            break
    return made


def _clip(value: Any, least: Any = None, most: Any = None) -> Any:
    """`np.clip` of columns and single numbers."""
    if least is not None:
        value = np.maximum(value, least)
    return value if most is None else np.minimum(value, most)


def _full(value: Any, number: Any) -> Any:
    """The same number for each pattern."""
    return (
        _where(value == value, number, 0) if _case_of((value, number))[1] == "" else NotImplemented
    )


_FUNCTIONS: dict[Any, Any] = {
    np.where: _where,
    np.select: _select,
    np.clip: _clip,
    np.copy: lambda value: value.copy(),
    np.zeros_like: lambda value: _full(value, 0),
    np.ones_like: lambda value: _full(value, 1),
    np.full_like: _full,
}
"""Functions that are done to each number by itself. With settings of NumPy's they are not known."""


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool | np.bool_) or (
        isinstance(value, WholeNumbers) and value._values.dtype == np.bool_
    )


def _place(value: Any) -> Any:
    """Where to look into a table."""
    if not isinstance(value, WholeNumbers):
        return _item(value)
    if value._values.dtype == object:
        return np.array([int(each) for each in value._values], dtype=np.int64)
    return value._values


def _truths(value: Operand) -> Any:
    return value._values != 0 if isinstance(value, WholeNumbers) else bool(value)


def _values(value: Any) -> Any:
    """An operand as an array."""
    if isinstance(value, WholeNumbers):
        return value._values
    return np.asarray(value, dtype=object if _beyond(value) else None)


def _beyond(value: Any) -> bool:
    """Whether a number is too large for NumPy to meet."""
    return isinstance(value, int) and not _LEAST <= value <= _MOST


def _counted(values: Any) -> Any:
    """What NumPy gives, as truth values, int64 or Python's integers."""
    if values.dtype.kind in _KINDS and (values.dtype.kind != "i" or values.dtype == np.int64):
        return values
    return _kept(values)


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
    if value._bounds is None:
        value._bounds = _looked_at(value)
    return value._bounds


def _looked_at(value: Any) -> Bounds:
    """The least and the greatest of some numbers; 0 where there are none."""
    values = _values(value)
    if not values.size:
        return 0, 0
    return (0, 1) if values.dtype.kind == "b" else (int(values.min()), int(values.max()))


def _as_python(values: Any) -> Any:
    """Python's integers in place of NumPy's; truth values become 0 and 1."""
    if values.dtype == object:
        return values
    return np.asarray(values.astype(np.int64), dtype=object)


def _as_int64(value: Operand) -> Any:
    """The same for NumPy to compute with, so wide that nothing is lost."""
    if isinstance(value, WholeNumbers):
        return value._values.astype(np.int64, copy=False)
    return np.int64(value)
