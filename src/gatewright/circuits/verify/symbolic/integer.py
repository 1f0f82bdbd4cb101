"""Integers whose bits are unknown: a reference run on them says what it wants for every input at once.

A `SymbolicInteger` takes the place of an array of bus values. What a reference does to it with ordinary
operators is followed exactly, at any width; what cannot be followed raises `CannotFollowError` and is never
guessed. A number is divided by another as long as that is above 0: where it would not be is a function that is
kept in `SymbolicInteger.owed`, and whoever asks has to show that it is never 1.

Example:
    >>> from gatewright.logic.bdd import Diagrams
    >>> diagrams = Diagrams(2)
    >>> a = SymbolicInteger(diagrams, (diagrams.variable(0), diagrams.variable(1), FALSE))  # 0 to 3
    >>> twice = a + a
    >>> (twice % 2 == 0).bits[0] == TRUE, (twice < 7).bits[0] == TRUE, (twice < 6).bits[0] == TRUE
    (True, True, False)
    >>> if a > 2: pass
    Traceback (most recent call last):
        ...
    gatewright.circuits.verify.symbolic.symbol.CannotFollowError: it decides by a value (if, and, or, not, ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Any, NoReturn

import numpy as np

from gatewright.circuits.verify.symbolic.functions import Function, Functions
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError, Symbol, amount, known
from gatewright.logic.bdd import FALSE, TRUE
from gatewright.logic.xag import MAJORITY, ODD
from gatewright.records import dataclass
from gatewright.text import a_kind


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SymbolicInteger(Symbol):
    """A whole number of any size as a function of some variables.

    Comparisons give truth values, which behave as NumPy's do: ``~`` is their negation, and a number
    times a truth value is a number.

    Attributes:
        functions: where its bits live.
        bits: two's complement, least significant first; the last is the sign.
        truth: whether it is a truth value; its bits are then the truth value and FALSE.
        owed: functions that must never be 1 for what was computed to hold; all that is computed with each
            other shares them.
    """

    functions: Functions
    bits: tuple[Function, ...]
    truth: bool = False
    owed: list[Function] = field(default_factory=list)

    def __add__(self, other: object) -> SymbolicInteger:
        return self._sum(other, FALSE)

    __radd__ = __add__

    def __sub__(self, other: object) -> SymbolicInteger:
        return self._sum(other, TRUE)

    def __rsub__(self, other: object) -> SymbolicInteger:
        return self._lifted(other) - self

    def __neg__(self) -> SymbolicInteger:
        if self.truth:
            raise CannotFollowError("it negates a truth value, which NumPy refuses")
        return 0 - self

    def __mul__(self, other: object) -> SymbolicInteger:
        right = self._lifted(other)
        both = self.functions.both
        for one, many in ((self, right), (right, self)):
            if len(one.bits) <= 2 and one.bits[-1] == FALSE:
                bits = (both(one.bits[0], bit) for bit in many.bits)
                return self._number(bits, truth=one.truth and many.truth)
        *digits, sign = right.bits
        total = self._number(())
        for place, digit in enumerate(digits):
            if digit != FALSE:
                total += self._number(both(digit, bit) for bit in self.bits) << place
        return total - (self._number(both(sign, bit) for bit in self.bits) << len(digits))

    __rmul__ = __mul__

    def __mod__(self, other: object) -> SymbolicInteger:
        return self._divided(other)[1]

    def __floordiv__(self, other: object) -> SymbolicInteger:
        return self._divided(other)[0]

    def __rmod__(self, other: object) -> SymbolicInteger:
        return self._lifted(other) % self

    def __rfloordiv__(self, other: object) -> SymbolicInteger:
        return self._lifted(other) // self

    def __lshift__(self, other: object) -> SymbolicInteger:
        return self._number((FALSE,) * amount(other) + self.bits)

    def __rshift__(self, other: object) -> SymbolicInteger:
        return self._number(self.bits[amount(other) :] or self.bits[-1:])

    def __and__(self, other: object) -> SymbolicInteger:
        return self._bitwise(self.functions.both, other)

    def __or__(self, other: object) -> SymbolicInteger:
        return self._bitwise(self.functions.either, other)

    def __xor__(self, other: object) -> SymbolicInteger:
        return self._bitwise(self.functions.differ, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> SymbolicInteger:
        if self.truth:
            return self._truth(self.bits[0] ^ 1)
        return self._number(bit ^ 1 for bit in self.bits)

    def __eq__(self, other: object) -> SymbolicInteger:  # type: ignore[override] # equal for some values, not for others
        same = TRUE
        for x, y in self._pairs(self._lifted(other)):
            same = self.functions.both(same, self.functions.differ(x, y) ^ 1)
        return self._truth(same)

    def __ne__(self, other: object) -> SymbolicInteger:  # type: ignore[override] # as equality
        return ~(self == other)

    def __lt__(self, other: object) -> SymbolicInteger:
        pairs = self._pairs(self._lifted(other))
        less = FALSE
        for x, y in pairs[:-1]:  # the highest bits that differ decide
            less = self.functions.table(MAJORITY, (x ^ 1, y, less))
        x, y = pairs[-1]  # signs: the one with the bit is the smaller
        return self._truth(self.functions.ite(self.functions.differ(x, y), x, less))

    def __gt__(self, other: object) -> SymbolicInteger:
        return self._lifted(other) < self

    def __le__(self, other: object) -> SymbolicInteger:
        return ~(self > other)

    def __ge__(self, other: object) -> SymbolicInteger:
        return ~(self < other)

    def __repr__(self) -> str:
        """Without its bits: thousands of meaningless numbers."""
        return f"<{'truth value' if self.truth else 'integer'} of {len(self.bits)} unknown bits>"

    def __bool__(self) -> NoReturn:
        raise CannotFollowError("it decides by a value (if, and, or, not, max, ...)")

    def __index__(self) -> NoReturn:
        raise CannotFollowError("it needs a value as a plain number (int, range, a position, ...)")

    __int__ = __float__ = __complex__ = __index__

    def looked_up(self, table: Sequence[int]) -> SymbolicInteger:
        """The entry of a table at this place: numbers, or truth values.

        Raises:
            CannotFollowError: a value that it may have is not a place of the table.
        """
        if self.truth or (self < 0).bits[0] != FALSE or (self >= len(table)).bits[0] != FALSE:
            raise CannotFollowError("it may look up what is not in its table")
        places = len(self.bits) - 1
        rows = [int(each) for each in table[: 1 << places]]
        truths = all(isinstance(each, bool) for each in table)
        widest = max((each if each >= 0 else ~each).bit_length() for each in rows)
        width = 2 if truths else widest + 1
        inputs = self.bits[-2::-1]  # the most significant first, without the sign

        def column(place: int) -> Function:
            ones = sum((each >> place & 1) << row for row, each in enumerate(rows))
            return self.functions.table(ones, inputs)

        return self._number(map(column, range(width)), truth=truths)

    @property
    def constant(self) -> int:
        """The number itself, where all its bits are known."""
        *digits, sign = self.bits
        return sum(bit << place for place, bit in enumerate(digits)) - (sign << len(digits))

    def _lifted(self, other: object) -> SymbolicInteger:
        made = lifted(self.functions, other)
        return made if isinstance(other, SymbolicInteger) else replace(made, owed=self.owed)

    def _truth(self, bit: Function) -> SymbolicInteger:
        return SymbolicInteger(self.functions, (bit, FALSE), True, self.owed)

    def _number(self, bits: Any, *, truth: bool = False) -> SymbolicInteger:
        """A number without the bits that only repeat its sign."""
        kept = list(bits) or [FALSE]
        while len(kept) > (2 if truth else 1) and kept[-1] == kept[-2]:
            kept.pop()
        return SymbolicInteger(self.functions, tuple(kept), truth, self.owed)

    def _extended(self, width: int) -> tuple[Function, ...]:
        return (self.bits + self.bits[-1:] * (width - len(self.bits)))[:width]

    def _pairs(self, other: SymbolicInteger) -> list[tuple[Function, Function]]:
        width = max(len(self.bits), len(other.bits))
        return list(zip(self._extended(width), other._extended(width), strict=True))

    def _bitwise(
        self, function: Callable[[Function, Function], Function], other: object
    ) -> SymbolicInteger:
        right = self._lifted(other)
        bits = [function(x, y) for x, y in self._pairs(right)]
        return self._number(bits, truth=self.truth and right.truth)

    def _sum(self, other: object, subtract: Function) -> SymbolicInteger:
        """A ripple of full adders; to subtract is to add the inverse and one."""
        right = self._lifted(other)
        if self.truth and right.truth:
            raise CannotFollowError(
                "it adds or subtracts two truth values, which NumPy does not do as with numbers",
                hint="multiply one by 1 first",
            )
        table, carry, total = self.functions.table, subtract, []
        pairs = self._pairs(right)
        for x, y in (*pairs, pairs[-1]):
            total.append(table(ODD, (x, y ^ subtract, carry)))
            carry = table(MAJORITY, (x, y ^ subtract, carry))
        return self._number(total)

    def _divided(self, other: object) -> tuple[SymbolicInteger, SymbolicInteger]:
        """Quotient and remainder as in Python, by a number above 0: the remainder is not negative."""
        if not isinstance(other, SymbolicInteger):
            number = known(other, "it divides by something that is not a whole number")
            if number < 1:
                raise CannotFollowError(f"it divides by {number}, which is not above 0")
            if not number & (number - 1):
                places = number.bit_length() - 1
                return self >> places, self._number((*self._extended(places), FALSE))
        divisor = self._lifted(other)
        self.owed.append((divisor <= 0).bits[0])
        # Of a below 0, ~a is not: a // b is ~(~a // b), and a % b is b - 1 - ~a % b.
        differ, (*digits, sign) = self.functions.differ, self.bits
        quotient, rest = self._long_division(
            [differ(digit, sign) for digit in digits], divisor.bits[:-1]
        )
        below, above = divisor - 1 - self._number((*rest, FALSE)), self._number((*rest, FALSE))
        remainder = [self.functions.ite(sign, x, y) for x, y in below._pairs(above)]
        return self._number(differ(each, sign) for each in (*quotient, FALSE)), self._number(
            remainder
        )

    def _long_division(
        self, digits: Sequence[Function], divisor: Sequence[Function]
    ) -> tuple[list[Function], list[Function]]:
        """The bits of quotient and remainder of numbers without a sign: a row of subtraction a digit.

        After k digits the rest has at most k bits, so rows grow. Where the divisor has a one above them it
        does not fit.
        """
        table, ite, both = self.functions.table, self.functions.ite, self.functions.both
        small = [TRUE]  # whether the divisor has no ones from some bit up, the highest first
        for bit in reversed(divisor):
            small.append(both(bit ^ 1, small[-1]))
        small.reverse()
        quotient: list[Function] = []
        rest: list[Function] = []
        for digit in reversed(digits):
            rest, less, carry = [digit, *rest], [], TRUE
            for x, y in zip(rest, (*divisor, FALSE), strict=False):
                less.append(table(ODD, (x, y ^ 1, carry)))
                carry = table(MAJORITY, (x, y ^ 1, carry))
            fits = both(carry, small[len(rest)]) if len(rest) <= len(divisor) else carry
            quotient.append(fits)
            rest = [ite(fits, x, y) for x, y in zip(less, rest, strict=True)][: len(divisor)]
        return quotient[::-1], rest


def lifted(functions: Functions, value: object) -> SymbolicInteger:
    """A known number, or a symbol as it is, as a symbol.

    Raises:
        CannotFollowError: it is neither.
    """
    if isinstance(value, SymbolicInteger):
        return value
    if isinstance(value, bool | np.bool_):
        return SymbolicInteger(functions, (TRUE if value else FALSE, FALSE), truth=True)
    number = known(value, f"it meets {a_kind(value)}, which is not a whole number")
    width = (number if number >= 0 else ~number).bit_length() + 1
    return SymbolicInteger(functions, tuple(number >> place & 1 for place in range(width)))
