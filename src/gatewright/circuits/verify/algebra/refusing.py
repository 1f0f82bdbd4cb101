"""What Python may ask of a polynomial in vain, and not of a decision diagram.

Example:
    >>> if Refusing(): pass
    Traceback (most recent call last):
        ...
    gatewright.circuits.verify.symbolic.symbol.CannotFollowError: it decides by a value, or ...
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from gatewright.circuits.verify.symbolic.symbol import CannotFollowError, Symbol, known


class Refusing(Symbol):
    """A symbol that has neither comparisons nor tables."""

    __slots__ = ()

    def _compared(self, _: object) -> NoReturn:
        raise CannotFollowError("it compares values, which are not polynomials then")

    __lt__ = __le__ = __gt__ = __ge__ = _compared
    __eq__ = __ne__ = _compared  # equal for some values, not for others

    def _decided(self) -> NoReturn:
        raise CannotFollowError("it decides by a value, or needs one as a plain number")

    __bool__ = __index__ = __int__ = __float__ = _decided

    def looked_up(self, _: Sequence[Any]) -> NoReturn:
        """Refuse to be looked up in a table."""
        raise CannotFollowError("it looks a value up in a table")


def mask_of(value: object) -> int:
    """The bits that are taken, as an integer of ones."""
    number = known(value, "it takes bits by something that is not a fixed whole number")
    if number < 0:
        raise CannotFollowError(f"it takes the bits of {number}")
    return number
