"""Layers in whole numbers, which `checker` and `checking.restored` share; like them independent of all else.

Example:
    >>> scaled([((0.5, 2.0), 0.25)])  # every number times 4
    Layer(units=(((2, 8), 1),), scale=4, bits=4)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.certify.checking.cover import Number

Unit: TypeAlias = tuple[Sequence[Number], Number]
"""One weight an input, and the bias."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer in whole numbers: every weight and bias times ``scale``."""

    units: tuple[tuple[tuple[int, ...], int], ...]
    scale: int
    bits: int  # of the longest


def scaled(layer: Sequence[Unit]) -> Layer:
    """A layer of rational numbers."""
    scale = denominator(each for weights, bias in layer for each in (*weights, bias))
    units = tuple(
        (tuple(times(weight, scale) for weight in weights), times(bias, scale))
        for weights, bias in layer
    )
    longest = max(abs(each) for weights, bias in units for each in (*weights, bias))
    return Layer(units, scale, max(longest, scale).bit_length())


def steps(bits: int) -> int:
    """What a product of numbers counts for that are so long: one step more for every 2**10 bits."""
    return 1 + (bits >> 10)


def denominator(numbers: Iterable[Number]) -> int:
    """The least common one."""
    return math.lcm(*{number.as_integer_ratio()[1] for number in numbers})


def times(number: Number, scale: int) -> int:
    """The whole number that a number times its denominator, or a multiple of that, is."""
    over, under = number.as_integer_ratio()
    return over * (scale // under)
