"""Numbers that a reference computes with: one for each pattern, which grow instead of overflowing.

NumPy's integers end at 2^63 and silently wrap around, and its truth values shift like numbers of one byte:
``(a == 3) << 64`` is 0. A reference that overflows is wrong only on the patterns that reach that far, which may
be one in a million. So bus values are *columns*: a number for each pattern, which allows only operations on each
number by itself that give whole numbers. Bounds are kept of every column, by interval arithmetic; where a result
might not fit int64, the column is looked at, and where it does not fit, it holds Python's integers, which have
no end. Truth values count as 0 and 1 where they are added.

A column is not a NumPy array. Anything else that is done to it, such as taking out single numbers, sorting, or
computing with floats or other arrays, gives plain NumPy, and its `Case` notes what that was: nothing that comes
out of that call is relied on. A *table* is a constant: a column looks values up in it, ``table[a]``. Arithmetic
on single NumPy numbers goes unseen: ``np.int64(1) << 64`` is 0, and so is what is multiplied by it; but it is
the same for every pattern.

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

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, Protocol, runtime_checkable

import numpy as np

from gatewright.arrays import Integers
from gatewright.circuits.references.arithmetic import (
    Numbers,
    Operand,
    as_python,
    bounds_of,
    chosen,
    computed,
    counted,
    kept,
    knows,
    looked_at,
)
from gatewright.circuits.references.intervals import Bounds


class Case:
    """One call of a reference or domain, and whether it left the numbers that it was given.

    Attributes:
        left: what took them where overflow, or another pattern, goes unseen; empty if nothing did.
    """

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = ""

    def note(self, what: str) -> None:
        """Note what left first."""
        self.left = self.left or what


@runtime_checkable
class Unknown(Protocol):
    """A number whose value is not known, in place of a column: it looks itself up in a table."""

    def looked_up(self, table: Sequence[Any]) -> Any:
        """The entry of the table, one for each value that it may have."""


class WholeNumbers(Numbers, np.lib.mixins.NDArrayOperatorsMixin):
    """A column, with a case, or a table, without one."""

    __slots__ = ("_case", "_fixed")

    def __init__(
        self,
        values: Any,
        case: Case | None,
        bounds: Bounds | None = None,
        *,
        fixed: bool = False,
    ) -> None:
        super().__init__(values, bounds)
        self._case, self._fixed = case, fixed

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
        if method == "at":  # which writes even to read-only arrays
            raise TypeError(f"whole numbers have no np.{ufunc.__name__}.at; choose by np.where")
        case, foreign = _case_of(inputs)
        ours = out is None or (isinstance(into, WholeNumbers) and into is inputs[0])
        if not knows(ufunc) or method != "__call__" or settings or foreign or not ours:
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
            made = _of_case(computed(ufunc, list(map(_number, inputs))), case)
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
            least, most = bounds_of(self)
            limits = np.iinfo(dtype)
            if not limits.min <= least <= most <= limits.max:
                self._leaves(_ERROR)
                raise OverflowError(f"a number does not fit {np.dtype(dtype)}")
            return WholeNumbers(counted(self._values), self._case, self._bounds)
        if kind == "b":
            return self != 0
        if kind == "O":
            return WholeNumbers(as_python(self._values), self._case, self._bounds)
        return self.__getattr__("astype")(dtype)

    def copy(self) -> WholeNumbers:
        """The same numbers, which may be assigned to."""
        return WholeNumbers(self._values.copy(), self._case, self._bounds)

    __copy__ = copy

    def __deepcopy__(self, _: Any) -> WholeNumbers:
        return self.copy()

    # Looking up, and choosing

    def __getitem__(self, key: Any) -> Any:
        if self._case is None and self._values.ndim == 1 and isinstance(key, Unknown):
            return key.looked_up(self._values.tolist())
        places = key if isinstance(key, tuple) else (key,)
        if self._case is None and any(isinstance(each, WholeNumbers) for each in places):
            case, foreign = _case_of(places)
            if case is not None and not foreign and not any(map(_is_truth, places)):
                with _caught(places):
                    found = self._values[tuple(_place(each) for each in places)]
                return WholeNumbers(found, case, looked_at(self._values))
        if self._case is None and all(isinstance(each, int | slice) for each in places):
            found = self._values[key]
            return WholeNumbers(found, None) if isinstance(found, np.ndarray) else _item(found)
        _leave((self, key), "taking out single values")
        return self._values[_unwrapped(key)]

    def __setitem__(self, key: Any, value: Any) -> None:
        if self._fixed:
            raise ValueError("output array is read-only")
        case, foreign = _case_of((self, key, value))
        truths = isinstance(key, WholeNumbers) and key._values.dtype == np.bool_
        if not truths or foreign or case is None:
            raise TypeError("choose by a truth value for each pattern, as in y[a == 3] = 0")
        made = _where(key, value, self)
        self._values, self._bounds = made._values, made._bounds

    # Everything else leaves

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
        TypeError: they are not whole numbers.

    Example:
        >>> squares = whole_numbers([n**2 for n in range(16)])
        >>> squares[3], (squares << 64)[3] >> 64
        (9, 9)
    """
    return WholeNumbers(kept(values), None, fixed=True)


def column(values: Integers, case: Case, most: int | None = None) -> WholeNumbers:
    """A number for each pattern, as a reference is given them.

    Args:
        values: shape (patterns,).
        case: the call that they are given to.
        most: the greatest possible, if that is known; the least is then 0.

    Raises:
        TypeError: they are not whole numbers.
    """
    numbers = kept(values)
    bounds = looked_at(numbers) if most is None else (0, most)
    return WholeNumbers(numbers, case, bounds, fixed=True)


def plain(value: object) -> Any:
    """What a reference gave as NumPy has it: an array for a column, anything else as it is."""
    return value._values if isinstance(value, WholeNumbers) else value


def left_by(value: object, case: Case) -> str:
    """Why a result cannot be relied on; empty if it can.

    It can if it was made of columns by operations on each number, or is one value that does not depend on any
    pattern.
    """
    if case.left:
        return case.left
    if isinstance(value, WholeNumbers):
        return "" if value._case is case else "a table, or values of another call"
    alone = isinstance(value, bool | int | np.generic) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    )
    return "" if alone else "an array of NumPy's own"


def _case_of(operands: Sequence[Any]) -> tuple[Case | None, str]:
    """The case that operands are of, and what among them is not part of whole numbers; empty if nothing is."""
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
    """Note what left, in every case among some operands and lists of them."""
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


def _number(value: Any) -> Operand:
    """An operand: whole numbers, or one of Python's integers."""
    if isinstance(value, WholeNumbers) and (value._case is not None or value._values.ndim):
        return value
    number: int = _item(plain(value))
    return number


def _item(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic | np.ndarray) else value


def _where(*given: Any) -> Any:
    """`np.where` of columns and single numbers."""
    if len(given) != 3:
        return NotImplemented
    case, foreign = _case_of(given)
    if foreign or case is None:
        return NotImplemented
    return _of_case(chosen(*map(_number, given)), case)


def _of_case(made: Any, case: Case | None) -> Any:
    """What was computed as whole numbers, or each of several."""
    if isinstance(made, tuple):
        return tuple(_of_case(each, case) for each in made)
    return WholeNumbers(made._values, case, made._bounds)


def _select(conditions: Any, choices: Any, default: Any = 0) -> Any:
    """`np.select` of columns and single numbers: the first condition that holds chooses."""
    made = default
    for holds, choice in reversed(list(zip(conditions, choices, strict=True))):
        made = _where(holds, choice, made)
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
"""Functions of each number by itself; calls with further settings of NumPy's are not covered."""


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
