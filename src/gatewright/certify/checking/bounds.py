"""Between which values a clipped network lies on a box, in exact arithmetic.

Used only by `checker`, and like it independent of all our other code.

Example:
    >>> steep = [[((Fraction(40),), Fraction(-20))]]  # one unit, clipped to 0 where 40·x - 20 ≤ -2
    >>> bounds(steep, ((Fraction(-9, 20), Fraction(9, 20)),))
    ((Fraction(0, 1), Fraction(0, 1)),)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gatewright.certify.checking.cover import Box, Work
from gatewright.certify.checking.numbers import Layer, Unit, denominator, scaled, steps, times


def bounds(layers: Sequence[Sequence[Unit]], box: Box) -> Box:
    """Between which values every output lies, whatever the inputs in a box; units are clipped."""
    ends, scale = whole_bounds([scaled(layer) for layer in layers], box, Work())
    return tuple((Fraction(low, scale), Fraction(high, scale)) for low, high in ends)


def whole_bounds(
    layers: Sequence[Layer], box: Box, work: Work
) -> tuple[tuple[tuple[int, int], ...], int]:
    """As `bounds`, each value times the scale that is given, too.

    Whole numbers over one denominator: a product of fractions takes 25 times as long, and more where they
    are long.
    """
    scale = denominator(end for side in box for end in side)
    ends = tuple((times(low, scale), times(high, scale)) for low, high in box)
    for layer in layers:
        bits = layer.bits + scale.bit_length()
        work.take(2 * len(layer.units) * len(ends) * steps(bits))
        most = 4 * scale * layer.scale  # the activation, min(1, max(0, ½ + z/4)), is z + 2 over 4
        found = []
        for weights, bias in layer.units:
            least = greatest = bias * scale + most // 2
            for weight, (low, high) in zip(weights, ends, strict=True):
                if weight > 0:
                    least += weight * low
                    greatest += weight * high
                elif weight:
                    least += weight * high
                    greatest += weight * low
            found.append((min(most, max(0, least)), min(most, max(0, greatest))))
        ends, scale = tuple(found), most
    return ends, scale
