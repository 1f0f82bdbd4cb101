"""The input bits of a run: of one cycle after the other, or of many at once.

Example:
    >>> given = input_bits(iter([np.array([[0, 1]], dtype=np.uint8), np.array([[1, 1]], dtype=np.uint8)]))
    >>> next(given).tolist(), given.take(5).tolist()
    ([[0, 1]], [[[1, 1]]])
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from gatewright.arrays import Bits


class InputBits:
    """The input bits of every cycle, one after the other, or many at once.

    Args:
        blocks: bits of some cycles after the other, shape (cycles, lanes, input bits).
        shape: lanes, input bits.
    """

    def __init__(self, blocks: Iterator[Bits], shape: tuple[int, int]) -> None:
        self._blocks = blocks
        self._left: Bits = np.zeros((0, *shape), dtype=np.uint8)

    def __iter__(self) -> InputBits:
        return self

    def __next__(self) -> Bits:
        some = self.take(1)
        if not len(some):
            raise StopIteration
        return np.asarray(some[0])

    def take(self, count: int) -> Bits:
        """The bits of the next cycles, shape (cycles, lanes, input bits); fewer at the end."""
        found = [self._left[:count]]
        self._left, count = self._left[count:], count - len(found[0])
        while count:
            block = next(self._blocks, None)
            if block is None:
                break
            found.append(block[:count])
            self._left, count = block[count:], count - len(found[-1])
        return np.concatenate(found)


def input_bits(cycles: Iterator[Bits]) -> InputBits:
    """Bits of one cycle after the other, shape (lanes, input bits), as what gives many at once."""
    if isinstance(cycles, InputBits):
        return cycles
    first = next(cycles, None)
    if first is None:
        return InputBits(iter(()), (1, 0))
    return InputBits(
        (each[None] for each in chain([first], cycles)), (first.shape[0], first.shape[1])
    )
