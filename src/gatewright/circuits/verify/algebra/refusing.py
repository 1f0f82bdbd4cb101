"""What Python may ask of an unknown number in vain, and the known numbers that one may be computed with.

Example:
    >>> exponent(8), amount(3), mask_of(0b101)
    (3, 3, 5)
    >>> if Refusing(): pass
    Traceback (most recent call last):
        ...
    gatewright.circuits.verify.diagrams.symbols.CannotFollowError: it decides by a value, or ...
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, ClassVar, NoReturn

from gatewright.circuits.verify.diagrams.symbols import CannotFollowError


class Refusing:
    """What Python may ask of a number, and of an unknown one in vain."""

    __slots__ = ()

    # NumPy's numbers and arrays must leave operators with a symbol to the symbol.
    __array_ufunc__: ClassVar[None] = None
    __hash__ = None  # type: ignore[assignment] # equality is not a truth value

    def _compared(self, _: object) -> NoReturn:
        raise CannotFollowError("it compares values, which are not polynomials then")

    __lt__ = __le__ = __gt__ = __ge__ = _compared
    __eq__ = __ne__ = _compared  # equal for some values, not for others

    def _decided(self) -> NoReturn:
        raise CannotFollowError("it decides by a value, or needs one as a plain number")

    __bool__ = __index__ = __int__ = __float__ = __iter__ = _decided

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise CannotFollowError("it hands a bus to a function of NumPy")

    def __getitem__(self, _: object) -> NoReturn:
        raise CannotFollowError("it takes a bus apart as an array")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # Python and NumPy ask what an object can do
            raise AttributeError(name)
        raise CannotFollowError(f"it uses '.{name}' of a bus")

    def looked_up(self, _: Sequence[Any]) -> NoReturn:
        """Refuse to be looked up in a table."""
        raise CannotFollowError("it looks a value up in a table")


def mask_of(value: object) -> int:
    """The bits that are taken, as an integer of ones."""
    number = known(value, "it takes bits by something that is not a fixed whole number")
    if number < 0:
        raise CannotFollowError(f"it takes the bits of {number}")
    return number


def exponent(value: object) -> int:
    """The power of two that a number is."""
    number = known(value, "it divides by something that is not a fixed whole number")
    if number < 1 or number & (number - 1):
        raise CannotFollowError(f"it divides by {number}, which is not a power of two")
    return number.bit_length() - 1


def amount(value: object) -> int:
    """By how many places is shifted."""
    number = known(value, "it shifts by something that is not a fixed whole number")
    if number < 0:
        raise CannotFollowError(f"it shifts by {number}")
    return number


def known(value: object, otherwise: str) -> int:
    """A number that is known.

    Raises:
        CannotFollowError: it is not, and ``otherwise`` says so.
    """
    if isinstance(value, Refusing):
        raise CannotFollowError(otherwise)
    try:
        return operator.index(value)  # type: ignore[arg-type] # what is none raises TypeError
    except TypeError:
        raise CannotFollowError(otherwise) from None
