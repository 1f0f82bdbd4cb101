"""Polynomials with whole coefficients over bits: a variable is 0 or 1, so its square is itself.

Such a polynomial is the only one of its function, modulo any power of two as well. A monomial is the set of its
variables; coefficients are Python's integers, of any size.

Example:
    >>> x, y = variable(1), variable(2)
    >>> exclusive = plus(plus(x, y), times(times(x, y), constant(-2)))  # x xor y
    >>> [value(exclusive, frozenset(ones)) for ones in ((), (1,), (2,), (1, 2))]
    [0, 1, 1, 0]
    >>> times(x, x) == x
    True
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from gatewright.errors import GatewrightError

Monomial: TypeAlias = frozenset[int]
Polynomial: TypeAlias = Mapping[Monomial, int]
"""Coefficients that are not 0, by monomial."""

ONE: Monomial = frozenset()
"""The monomial of no variables."""

MOST_TERMS = 300_000
"""Most terms of a polynomial: some seconds, and a few hundred MB."""


class TooManyTermsError(GatewrightError):
    """A polynomial has grown larger than it may."""

    exit_code = 4


def constant(number: int) -> Polynomial:
    """A number."""
    return {ONE: number} if number else {}


def variable(number: int) -> Polynomial:
    """A bit."""
    return {frozenset((number,)): 1}


def literal(which: int) -> Polynomial:
    """A bit, or one minus it: twice the number of the bit, plus one if it is negated."""
    bit = frozenset((which >> 1,))
    if which < 2:  # number 0 is the constant
        return constant(which)
    return {ONE: 1, bit: -1} if which & 1 else {bit: 1}


def plus(f: Polynomial, g: Polynomial, factor: int = 1) -> Polynomial:
    """F + factor·g."""
    total = dict(f)
    add_to(total, g, factor)
    return total


def add_to(total: dict[Monomial, int], g: Polynomial, factor: int = 1) -> None:
    """Add factor·g to a polynomial where it stands."""
    for monomial, number in g.items():
        made = total.get(monomial, 0) + factor * number
        if made:
            total[monomial] = made
        else:
            total.pop(monomial, None)


def times(f: Polynomial, g: Polynomial, most_terms: int = MOST_TERMS) -> Polynomial:
    """f·g.

    Raises:
        TooManyTermsError: it has more than ``most_terms``.
    """
    product: dict[Monomial, int] = {}
    for left, number in f.items():
        for right, factor in g.items():
            monomial = left | right
            product[monomial] = product.get(monomial, 0) + number * factor
        if len(product) > most_terms:
            raise TooManyTermsError(f"a product has more than {most_terms} terms")
    return {monomial: number for monomial, number in product.items() if number}


def value(f: Polynomial, ones: Monomial) -> int:
    """The value where just these variables are 1."""
    return sum(number for monomial, number in f.items() if monomial <= ones)


def somewhere(f: Polynomial) -> Monomial:
    """The variables that are 1 where a polynomial that is not 0 is its own coefficient, and so not 0.

    Of a monomial none of whose parts is a monomial too, only itself counts where just its variables are 1. It
    holds modulo a power of two if coefficients do.
    """
    return min(f, key=lambda monomial: (len(monomial), sorted(monomial)))
