"""Unknown numbers: what a reference may ask of one in vain, and the known numbers that one is computed with.

A symbol takes the place of an array of bus values, so that running a reference once says what it wants for every
input at once. What cannot be followed raises `CannotFollowError` and is never guessed.

Example:
    >>> exponent(8), amount(3)
    (3, 3)
    >>> amount(Symbol())
    Traceback (most recent call last):
        ...
    gatewright.circuits.verify.symbolic.symbol.CannotFollowError: it shifts by something ...
"""

from __future__ import annotations

import operator
from typing import Any, ClassVar, NoReturn

from gatewright.errors import GatewrightError


class CannotFollowError(GatewrightError):
    """A reference did something to its inputs that cannot be followed for all values at once."""

    exit_code = 4


class Symbol:
    """An unknown whole number; a bus of them is not an array."""

    __slots__ = ()

    # NumPy's numbers and arrays must leave operators with a symbol to the symbol.
    __array_ufunc__: ClassVar[None] = None
    __hash__ = None  # type: ignore[assignment] # equality is not a truth value

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise CannotFollowError("it hands a bus to a function of NumPy")

    def __iter__(self) -> NoReturn:
        raise CannotFollowError("it takes a bus apart as an array")

    def __getitem__(self, _: object) -> NoReturn:
        raise CannotFollowError("it takes a bus apart as an array")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # Python and NumPy ask what an object can do
            raise AttributeError(name)
        raise CannotFollowError(f"it uses '.{name}' of a bus")


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
    if isinstance(value, Symbol):
        raise CannotFollowError(otherwise)
    try:
        return operator.index(value)  # type: ignore[arg-type] # what is none raises TypeError
    except TypeError:
        raise CannotFollowError(otherwise) from None
