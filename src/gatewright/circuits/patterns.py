"""The input patterns a circuit is checked on: all of them, or a random sample, in chunks.

Column 0 of a pattern is bit 0 of the first input bus.

Example:
    >>> a, b = Bus("a", ("a[0]", "a[1]"), vector=True), Bus("b", ("b",))
    >>> [chunk.tolist() for chunk in all_patterns((a, b), 8, chunk=4)][1]
    [[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]
    >>> [len(chunk) for chunk in random_patterns((a, b), 100, seed=0, chunk=64)]
    [64, 36]
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Bus
from gatewright.logic.bits import counting_patterns

EXHAUSTIVE_BITS = 20
"""Circuits of up to this many input bits are compared on every pattern."""

SAMPLES = 2**16
"""Random patterns compared if there are more input bits."""


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
