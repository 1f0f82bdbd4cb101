"""The one place that decides the order of bits.

Rows of a truth table are in textbook order: the first input is the most significant. Buses are the
other way round, as in every netlist: bit 0 of a bus is its least significant.

Example:
    >>> table_rows(2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> bus_to_bits([6], 4).tolist()
    [[0, 1, 1, 0]]
    >>> bits_to_bus(np.array([[0, 1, 1, 0]], dtype=np.uint8)).tolist()
    [6]
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence

import numpy as np

from gatewright.arrays import Bits, Indices, Integers

WIDEST_FAST_BUS = 62
"""Widest bus, in bits, whose values are kept as int64; wider ones are Python integers."""


def table_rows(inputs: int) -> Bits:
    """Every input pattern of a truth table, shape (2**inputs, inputs), first input most significant."""
    places = np.arange(inputs - 1, -1, -1)
    return ((np.arange(2**inputs)[:, None] >> places) & 1).astype(np.uint8)


def table_of_more(ones: int, places: Sequence[int], count: int) -> int:
    """The table of g(x[0], …, x[count - 1]) = f(x[places[0]], x[places[1]], …).

    Args:
        ones: the table of f; bit *r* is its value in row *r*.
        places: which input of g each input of f is.
        count: inputs of g.

    Example:
        >>> bin(table_of_more(0b10, [1], 2))  # the second of two inputs
        '0b1010'
    """
    made = 0
    for row in range(1 << count):
        source = 0
        for place in places:
            source = source << 1 | (row >> (count - 1 - place) & 1)
        made |= (ones >> source & 1) << row
    return made


def row_numbers(patterns: Bits) -> Indices:
    """The truth-table row of each pattern; patterns (…, inputs) give row numbers (…)."""
    inputs = patterns.shape[-1]
    places = np.left_shift(1, np.arange(inputs - 1, -1, -1), dtype=np.intp)
    return np.asarray(patterns.astype(np.intp) @ places, dtype=np.intp)


def counting_patterns(first: int, count: int, width: int) -> Bits:
    """Patterns number ``first`` to ``first + count - 1`` of ``width`` bits, shape (count, width).

    Column 0 is the least significant bit. ``first + count`` may not exceed 2**62.
    """
    numbers = np.arange(first, first + count, dtype=np.int64)
    return ((numbers[:, None] >> np.arange(width)) & 1).astype(np.uint8)


def bus_to_bits(values: Iterable[int] | Integers, width: int) -> Bits:
    """Bus values as bits, shape (values, width), bit 0 first.

    Args:
        values: integers from 0 to 2**width - 1, of any size.
        width: bits on the bus.

    Raises:
        ValueError: a value does not fit the bus.
        TypeError: a value is not a whole number.
    """
    # A list goes through Python's own integers: NumPy would make floats of a wide one.
    numbers = (
        values
        if isinstance(values, np.ndarray)
        else np.array([operator.index(value) for value in values] or [], dtype=object)
    )
    if numbers.dtype.kind in "bui" and width <= WIDEST_FAST_BUS:
        small = numbers.astype(np.int64)
        if np.any(small < 0) or np.any(small >> width) or np.any(small != numbers):
            raise ValueError(f"a value does not fit {width} bits")
        return ((small[:, None] >> np.arange(width)) & 1).astype(np.uint8)
    size = (width + 7) // 8
    try:
        data = b"".join(operator.index(value).to_bytes(size, "little") for value in numbers)
    except OverflowError:
        raise ValueError(f"a value does not fit {width} bits") from None
    raw = np.frombuffer(data, dtype=np.uint8).reshape(len(numbers), size)
    bits = np.unpackbits(raw, axis=1, bitorder="little")
    if np.any(bits[:, width:]):
        raise ValueError(f"a value does not fit {width} bits")
    return np.ascontiguousarray(bits[:, :width])


def bits_to_bus(bits: Bits, *, wide: bool = False) -> Integers:
    """Bus values from bits of shape (values, width), bit 0 first.

    Args:
        bits: zeros and ones.
        wide: give Python integers (dtype object) even if int64 would hold them.
    """
    width = bits.shape[1]
    if width <= WIDEST_FAST_BUS:
        small = bits.astype(np.int64) @ np.left_shift(1, np.arange(width), dtype=np.int64)
        return np.asarray(small.astype(object) if wide else small)
    packed = np.packbits(bits, axis=1, bitorder="little")
    numbers = np.empty(len(bits), dtype=object)
    numbers[:] = [int.from_bytes(row.tobytes(), "little") for row in packed]
    return numbers
