"""Whether a gate that restores its inputs keeps its discipline: two ends an input, then every row, exactly.

Used by `checker` alone, and like it independent of everything else of ours. A restoring unit reads one input and
never falls, or never rises, with it; so where it gives one bit at both ends of what counts as a 0, it does
everywhere between, and likewise for a 1. Behind it there are only bits: the rest is evaluated once a row.

Sums over bits are made row after row: those of one input more are those before, and those before plus its weight.

Example:
    >>> from gatewright.certify.checking.numbers import scaled
    >>> buffer = scaled([((Fraction(8),), Fraction(-4))])
    >>> check_restored([(64.0, -32.0)], [buffer], [0b10], [0b11], Fraction(9, 20), Fraction(0), Work())
    2
    >>> check_restored([(64.0, -32.0)], [buffer], [0b01], [0b11], Fraction(9, 20), Fraction(0), Work())
    Traceback (most recent call last):
        ...
    gatewright.certify.checking.file.CertificateRefused: row 0: output 1 should be 1, and is 0
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gatewright.certify.checking.cover import Work
from gatewright.certify.checking.file import refuse
from gatewright.certify.checking.numbers import Layer, steps

MOST_RESTORED_INPUTS = 16


def check_restored(
    first: Sequence[tuple[float, float]],
    layers: Sequence[Layer],
    ones: Sequence[int],
    cares: Sequence[int],
    vil: Fraction,
    vol: Fraction,
    work: Work,
) -> int:
    """Refuse a gate of clipped units that does not keep its discipline; the rows in which an output matters.

    Args:
        first: weight and bias of each restoring unit.
        layers: those behind it.
        ones: an integer an output whose bit r is what it should be in row r.
        cares: likewise, whether it matters.
        vil: the highest input that counts as 0.
        vol: the highest output for a 0.
        work: what is left of it.

    Raises:
        CertificateRefused: an input is not restored; or an output is wrong in a row in which it matters.
    """
    inputs, margin = len(first), vil - vol
    rows = 1 << inputs
    sides = ((-margin, vil), (1 - vil, 1 + margin))
    bits = [
        tuple(_bit(number, unit, side, value) for value, side in enumerate(sides))
        for number, unit in enumerate(first, 1)
    ]
    columns: list[list[int]] = []
    scale = 1
    for number, layer in enumerate(layers):
        size = layer.bits + scale.bit_length()
        wide = 2 if number == 0 else len(columns)
        work.take(rows * len(layer.units) * (wide + 1) * steps(size))
        most = 4 * scale * layer.scale  # the activation, min(1, max(0, ½ + z/4)), is z + 2 over 4
        found = []
        for weights, bias in layer.units:
            start = bias * scale + most // 2
            sums = (
                _over_bits(start, weights, bits) if number == 0 else _over(start, weights, columns)
            )
            found.append([0 if z < 0 else most if z > most else z for z in sums])
        columns, scale = found, most
    over, under = vol.as_integer_ratio()
    matter = 0
    for output, (column, one, care) in enumerate(zip(columns, ones, cares, strict=True), 1):
        matter |= care
        # Text, as a bit of a long number is found by going through all of it.
        should, asked = (f"{each:0{rows}b}"[::-1] for each in (one, care))
        for row, value in enumerate(column):
            if asked[row] == "0":
                continue
            good = (
                value * under >= (under - over) * scale
                if should[row] == "1"
                else value * under <= over * scale
            )
            if not good:
                refuse(
                    f"row {row:0{inputs}b}: output {output} should be {should[row]}, and is {value / scale:.6g}"
                )
    if not matter:
        refuse("no row of its truth table matters, so there is nothing to prove")
    return matter.bit_count()


def _bit(
    number: int, unit: tuple[float, float], side: tuple[Fraction, Fraction], value: int
) -> int:
    """What a restoring unit gives for all signals that count as a bit."""
    weight, bias = (Fraction(each) for each in unit)
    ends = sorted(
        min(Fraction(1), max(Fraction(0), Fraction(1, 2) + (weight * end + bias) / 4))
        for end in side
    )
    if ends[0] != ends[1] or ends[0] not in (0, 1):
        refuse(
            f"input {number} is not restored: a signal that counts as {value} can give anything from "
            f"{float(ends[0]):.6g} to {float(ends[1]):.6g}"
        )
    return int(ends[0])


def _over_bits(start: int, weights: Sequence[int], bits: Sequence[tuple[int, ...]]) -> list[int]:
    """A unit's sums in every row, times the scale; ``bits`` are what each input gives for a 0 and for a 1."""
    sums = [start]
    for weight, (zero, one) in zip(weights, bits, strict=True):
        off, on = weight * zero, weight * one
        sums = [each for z in sums for each in (z + off, z + on)]
    return sums


def _over(start: int, weights: Sequence[int], columns: Sequence[Sequence[int]]) -> list[int]:
    """A unit's sums in every row, times the scales."""
    sums = [start] * len(columns[0])
    for weight, column in zip(weights, columns, strict=True):
        if weight:
            sums = [z + weight * value for z, value in zip(sums, column, strict=True)]
    return sums
