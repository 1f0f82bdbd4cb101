"""What references count with: the parity and the number of ones of whole numbers.

Only ordinary operators, so that they run on arrays of any width and on numbers whose bits are unknown.

Example:
    >>> parity_of(0b1011, 4), count_of_ones(0b1011, 4)
    (1, 3)
"""

from __future__ import annotations

from typing import Any


def parity_of(number: Any, bits: int) -> Any:
    """1 for an odd number of ones: the upper half is folded onto the lower one until a bit is left."""
    for place in reversed(range(bits.bit_length())):
        half = 2**place
        number = (number ^ (number >> half)) % 2**half
    return number


def count_of_ones(number: Any, bits: int) -> Any:
    """How many bits are 1: fields of one bit are added in pairs, then of two, of four, and so on."""
    field = 1
    while field < bits:
        mask = sum((2**field - 1) << low for low in range(0, bits, 2 * field))
        number = (number & mask) + ((number >> field) & mask)
        field *= 2
    return number
