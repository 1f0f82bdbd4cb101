"""Whole numbers as polynomials of bits: a reference run on them says what it wants, as a polynomial.

A number is kept in *pieces* whose bits do not overlap, so that a reference may take out bits or fields: a bus
begins as one piece for each of its bits. What is added grows together. Of a number that has grown together its
low or its high bits can still be asked for, as ``% 2**n`` and ``// 2**n`` do, but nothing more be done with them.
What cannot be followed raises `CannotFollowError` and is never guessed.

Example:
    >>> a, b = bus([1, 2]), bus([3, 4])
    >>> sorted((sorted(monomial), number) for monomial, number in (a * b).polynomial.items())
    [([1, 3], 1), ([1, 4], 2), ([2, 3], 2), ([2, 4], 4)]
    >>> ((a & 1) + (a >> 1)).high, (a + b) % 4
    (2, <bits 0 to 2 of a whole number>)
    >>> (a + b) * (a % 3)
    Traceback (most recent call last):
        ...
    gatewright.circuits.verify.symbolic.symbol.CannotFollowError: it divides by 3, which is not a power of two
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from gatewright.circuits.verify.algebra.polynomial import (
    ONE,
    Monomial,
    Polynomial,
    add_to,
    constant,
    plus,
    times,
    variable,
)
from gatewright.circuits.verify.algebra.refusing import Refusing, mask_of
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError, amount, exponent, known
from gatewright.records import dataclass
from gatewright.text import a_kind

_MOST_TERMS_OF_A_BIT = 256
"""Where numbers are combined bit by bit: an exclusive or of n bits has 2^n - 1 terms, and a small diagram."""


class Piece(NamedTuple):
    """Part of a number: 2^place times a polynomial, which lies between two bounds."""

    place: int
    terms: Polynomial
    low: int
    high: int

    @property
    def end(self) -> int:
        """The first place above its bits."""
        return self.place + self.high.bit_length()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Whole(Refusing):
    """A whole number.

    Attributes:
        pieces: from the lowest; a number that may be negative is a single one at place 0.
    """

    pieces: tuple[Piece, ...]

    @property
    def polynomial(self) -> Polynomial:
        """All of it."""
        return self._single().terms

    @property
    def low(self) -> int:
        """It is at least this."""
        return self._single().low

    @property
    def high(self) -> int:
        """It is at most this."""
        return self._single().high

    def __repr__(self) -> str:
        """Without its terms, which may be thousands."""
        return "<a whole number of unknown bits>"

    def __add__(self, other: object) -> Whole:
        return _joined((*self.pieces, *whole(other).pieces))

    __radd__ = __add__

    def __neg__(self) -> Whole:
        one = self._single()
        return Whole((Piece(0, plus({}, one.terms, -1), -one.high, -one.low),))

    def __sub__(self, other: object) -> Whole:
        return self + -whole(other)

    def __rsub__(self, other: object) -> Whole:
        return whole(other) - self

    def __mul__(self, other: object) -> Whole:
        right = whole(other)
        for one, many in ((self, right), (right, self)):
            if [(piece.place, piece.low, piece.high) for piece in one.pieces] == [(0, 0, 1)]:
                return _bit_times(one.pieces[0], many)
        f, g = self._single(), right._single()
        ends = [x * y for x in (f.low, f.high) for y in (g.low, g.high)]
        return _joined([Piece(0, times(f.terms, g.terms), min(ends), max(ends))])

    __rmul__ = __mul__

    def __lshift__(self, other: object) -> Whole:
        by = amount(other)
        if self.low < 0:
            return self * whole(2**by)
        return Whole(tuple(piece._replace(place=piece.place + by) for piece in self.pieces))

    def __rshift__(self, other: object) -> Whole | Part:
        by = amount(other)
        if self._parts_at(by):
            kept = [piece for piece in self.pieces if piece.place >= by]
            return Whole(tuple(piece._replace(place=piece.place - by) for piece in kept))
        return Part(self._single(), by, None)

    def __mod__(self, other: object) -> Whole | Part:
        width = exponent(other)
        if self._parts_at(width):
            return Whole(tuple(piece for piece in self.pieces if piece.place < width))
        return Part(self._single(), 0, width)

    def __floordiv__(self, other: object) -> Whole | Part:
        return self >> exponent(other)

    def __and__(self, other: object) -> Whole | Part:
        if isinstance(other, Whole):
            return self._bitwise(other, 0, alone=False)
        mask = mask_of(other)
        if not mask & (mask + 1):
            return self % (mask + 1)
        kept = []
        for piece in self.pieces:
            field = (1 << piece.end) - (1 << piece.place)
            if piece.low < 0 or mask & field not in (0, field):
                raise CannotFollowError("it takes bits of a sum apart")
            kept += [piece] if mask & field else []
        return Whole(tuple(kept))

    def __or__(self, other: object) -> Whole:
        return self._bitwise(other, -1, alone=True)

    def __xor__(self, other: object) -> Whole:
        return self._bitwise(other, -2, alone=True)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> Whole:
        return -1 - self

    def _single(self) -> Piece:
        """All of it as one piece at place 0."""
        if len(self.pieces) == 1 and not self.pieces[0].place:
            return self.pieces[0]
        terms: dict[Monomial, int] = {}
        low = high = 0
        for piece in self.pieces:
            add_to(terms, piece.terms, 2**piece.place)
            low, high = low + (piece.low << piece.place), high + (piece.high << piece.place)
        return Piece(0, terms, low, high)

    def _parts_at(self, place: int) -> bool:
        """Whether no piece lies on both sides of a place."""
        return all(
            piece.low >= 0 and (piece.place >= place or piece.end <= place) for piece in self.pieces
        )

    def _bitwise(self, other: object, factor: int, *, alone: bool) -> Whole:
        """Bit by bit: f + g + factor·f·g for OR and XOR, where ``alone`` is true; else f·g."""
        left, right = ({piece.place: piece for piece in _as_bits(each)} for each in (self, other))
        made = []
        for place in left.keys() | right.keys():
            f, g = left.get(place), right.get(place)
            if f and g:
                product = times(f.terms, g.terms, _MOST_TERMS_OF_A_BIT)
                both = plus(plus(f.terms, g.terms), product, factor) if alone else product
                made.append(Piece(place, both, 0, 1))
            elif alone:
                made += [each for each in (f, g) if each]
        return _joined(made)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Part(Refusing):
    """Some bits of a number: it divided by 2^start, rounded down, modulo 2^(stop - start) if that is given."""

    of: Piece
    start: int
    stop: int | None

    def __repr__(self) -> str:
        """Without its terms."""
        return f"<bits {self.start} to {self.stop} of a whole number>"

    def __rshift__(self, other: object) -> Part:
        start = self.start + amount(other)
        return Part(self.of, start, None if self.stop is None else max(start, self.stop))

    def __mod__(self, other: object) -> Part:
        stop = self.start + exponent(other)
        return Part(self.of, self.start, stop if self.stop is None else min(stop, self.stop))

    def __floordiv__(self, other: object) -> Part:
        return self >> exponent(other)

    def __and__(self, other: object) -> Part:
        mask = mask_of(other)
        return self._refused(other) if mask & (mask + 1) else self % (mask + 1)

    def _refused(self, _: object) -> NoReturn:
        raise CannotFollowError("it computes with the remainder or the quotient of a sum")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __lshift__ = _refused
    __or__ = __xor__ = __rand__ = __ror__ = __rxor__ = _refused

    def __neg__(self) -> NoReturn:
        self._refused(None)

    __invert__ = __neg__


def bus(variables: Iterable[int]) -> Whole:
    """The number of some bits, least significant first."""
    return Whole(tuple(Piece(place, variable(each), 0, 1) for place, each in enumerate(variables)))


def whole(value: object) -> Whole:
    """A number as it is, or a known one.

    Raises:
        CannotFollowError: it is neither.
    """
    if isinstance(value, Whole):
        return value
    if isinstance(value, Part):
        value._refused(None)
    number = known(value, f"it meets {a_kind(value)}, which is not a whole number")
    return Whole((Piece(0, constant(number), number, number),) if number else ())


def _joined(pieces: Iterable[Piece]) -> Whole:
    """The sum of some pieces, grown together where they overlap."""
    given = sorted((piece for piece in pieces if piece.terms), key=lambda piece: piece.place)
    if any(piece.low < 0 for piece in given):
        return Whole((Whole(tuple(given))._single(),))
    made: list[Piece] = []
    at, growing, high, low = 0, None, 0, 0
    for piece in given:
        if growing is not None and piece.place < at + high.bit_length():
            by = piece.place - at
            add_to(growing, piece.terms, 2**by)
            low, high = low + (piece.low << by), high + (piece.high << by)
            continue
        if growing is not None:
            made.append(Piece(at, growing, low, high))
        at, growing, low, high = piece.place, dict(piece.terms), piece.low, piece.high
    if growing is not None:
        made.append(Piece(at, growing, low, high))
    return Whole(tuple(made))


def _bit_times(bit: Piece, many: Whole) -> Whole:
    """A number where a bit is 1, else 0. A number that is known is taken apart into its bits."""
    return _joined(
        piece._replace(
            terms=times(bit.terms, piece.terms), low=min(0, piece.low), high=max(0, piece.high)
        )
        for piece in _constants_apart(many)
    )


def _as_bits(value: object) -> list[Piece]:
    """A number of known places and unknown bits."""
    pieces = _constants_apart(whole(value))
    if any(piece.low < 0 or piece.high > 1 for piece in pieces):
        raise CannotFollowError("it takes bits of a sum apart")
    return pieces


def _constants_apart(number: Whole) -> list[Piece]:
    made = []
    for piece in number.pieces:
        if piece.low == piece.high and piece.low > 0:
            made += [
                Piece(piece.place + bit, {ONE: 1}, 1, 1)
                for bit in range(piece.high.bit_length())
                if piece.high >> bit & 1
            ]
        else:
            made.append(piece)
    return made
