"""The input patterns a circuit is checked on: all of them, or a random sample, in chunks.

Column 0 of a pattern is bit 0 of the first input bus.

Example:
    >>> a, b = Bus("a", ("a[0]", "a[1]"), vector=True), Bus("b", ("b",))
    >>> [chunk.tolist() for chunk in all_patterns((a, b), 8, chunk=4)][1]
    [[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]
    >>> [len(chunk) for chunk in random_patterns((a, b), 100, seed=0, chunk=64)]
    [64, 36]
    >>> next(long_carries((a, a), 100)).shape
    (100, 4)
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.logic.bits import bus_to_bits, counting_patterns

EXHAUSTIVE_BITS = 20
"""Circuits of up to this many input bits are compared on every pattern."""

SAMPLES = 2**16
"""Random patterns compared if there are more input bits."""


CARRIED, _CHUNK = 2**14, 2**12
"""Patterns of long carries, and of a chunk of them: a carry over all 64 bits of an adder is met by a few."""


def all_patterns(inputs: tuple[Bus, ...], total: int, *, chunk: int) -> Iterator[Bits]:
    """Patterns number 0 to ``total - 1``, in chunks of shape (at most ``chunk``, input bits)."""
    width = sum(bus.width for bus in inputs)
    for first in range(0, total, chunk):
        yield counting_patterns(first, min(chunk, total - first), width)


def random_patterns(
    inputs: tuple[Bus, ...], total: int, *, seed: int, chunk: int
) -> Iterator[Bits]:
    """Random patterns, in chunks of shape (at most ``chunk``, input bits).

    Independent wide buses differ near their top and almost never carry far, so they would hardly ever
    reach a comparator's low bits or a long chain. In every second pattern, buses of one width hold
    the same value with about one bit flipped in each. ``chunk`` is a multiple of 64, whole words of
    the generator, so that the sample does not depend on it.
    """
    draws, flips = np.random.default_rng(seed).spawn(2)
    width = sum(bus.width for bus in inputs)
    for first in range(0, total, chunk):
        shape = (min(chunk, total - first), width)
        patterns = draws.integers(0, 2, shape, dtype=np.uint8)
        chances = flips.random(shape, dtype=np.float32)
        models: dict[int, int] = {}
        start = 0
        for bus in inputs:
            model, stop = models.setdefault(bus.width, start), start + bus.width
            if model != start and bus.width > 1:
                flipped = chances[1::2, start:stop] < 1.0 / bus.width
                patterns[1::2, start:stop] = patterns[1::2, model : model + bus.width] ^ flipped
            start = stop
        yield patterns


def long_carries(inputs: tuple[Bus, ...], total: int = CARRIED) -> Iterator[Bits]:
    """Patterns on which the product of two buses has a long run of equal bits, as chunks of `random_patterns`.

    The last adder of a multiplier then passes a carry far, or nearly does, as random numbers hardly ever make it
    do. Of any factor a and power of two, the denominator b of a convergent of a / 2^k makes a · b differ from a
    multiple of 2^k by less than 2^k / b (A. Khinchin, Continued fractions, 1964). Other buses are 0, random or
    all ones.

    Args:
        inputs: the factors are two buses of several bits, or the same one twice where there are no two.
        total: how many.
    """
    draw, draws = random.Random(0), np.random.default_rng(0)  # noqa: S311 - patterns, not secrets
    widths = [bus.width for bus in inputs]
    columns = [each for _, each in bus_columns(inputs)]
    wide = [at for at, width in enumerate(widths) if width > 1] or [0]

    for first in range(0, total, _CHUNK):
        kinds = draws.integers(0, 3, (min(_CHUNK, total - first), len(widths)), np.uint8)
        held = np.repeat(kinds, widths, axis=1)
        patterns = np.where(held < 2, held, draws.integers(0, 2, held.shape, np.uint8))
        factors: dict[int, dict[int, int]] = {at: {} for at in wide}  # by bus and row
        for row in range(len(patterns)):
            one, other = draw.sample(wide, 2) if len(wide) > 1 else wide * 2
            factor = draw.getrandbits(draw.choice((widths[one], draw.randint(1, widths[one])))) | 1
            power = 1 << draw.randint(1, widths[one] + widths[other])
            factors[one][row] = factor
            factors[other][row] = _denominator(factor % power, power, (1 << widths[other]) - 1)
        for at, given in factors.items():
            patterns[list(given), columns[at]] = bus_to_bits(given.values(), widths[at])
        yield patterns


def _denominator(numerator: int, whole: int, most: int) -> int:
    """The largest denominator, up to ``most``, of the convergents of a fraction below 1."""
    before, last = 0, 1
    while numerator:
        quotient, rest = divmod(whole, numerator)
        if last * quotient + before > most:
            break
        whole, numerator = numerator, rest
        before, last = last, last * quotient + before
    return last
