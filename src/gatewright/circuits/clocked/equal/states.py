"""Every pair of states that two clocked circuits can be in together, with every input.

Both begin in their first states and are given the same inputs. A pair that was met before need not be looked at
again; so if no output differs in any pair, with any input, none does in any cycle.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.equal.product import product_of
    >>> walk(product_of(circuit("counter", bits=3, modulo=5), circuit("counter", bits=3, modulo=5)))
    Walked(pairs=5, inputs=())
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.clocked.equal.product import Product, read
from gatewright.circuits.clocked.reachable import every_input
from gatewright.circuits.verify.symbolic.following import packed
from gatewright.logic.bits import table_rows
from gatewright.records import dataclass

MOST, MOST_CYCLES = 1 << 16, 1 << 12
"""Pairs of states times inputs that are looked at, and cycles until all of them have been met."""

_State = bytes
"""What the registers of both hold, a byte each."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What came of a walk.

    Attributes:
        pairs: how many pairs of states were met.
        inputs: where an output differs, the input bits of every cycle up to the first such one; else empty.
    """

    pairs: int
    inputs: tuple[tuple[int, ...], ...] = ()


def walk(product: Product) -> Walked | None:
    """Look at every pair of states of two circuits that begin as they say.

    Returns:
        None if there are more than `MOST`, or if a register may hold anything at first.
    """
    width = product.inputs
    if product.open or MOST >> width == 0:
        return None
    front = [bytes(product.begins)]
    came: dict[_State, tuple[_State, int] | None] = {front[0]: None}
    for _ in range(MOST_CYCLES):
        if len(came) << width > MOST:
            return None
        rows = every_input(front, width)
        every = (1 << len(rows)) - 1
        values = product.graph.simulate(packed(rows), len(rows))
        wrong = product.wrong(values, every)
        if wrong:
            lane = (wrong & -wrong).bit_length() - 1
            return Walked(len(came), _way(came, front[lane >> width], lane, width))
        taken = [read(values, each, every) for each in product.following]
        following = _unpacked(taken, len(rows))
        last, front = front, []
        for lane, row in enumerate(following):
            state = row.tobytes()
            if state not in came:
                came[state] = (last[lane >> width], lane)
                front.append(state)
        if not front:
            return Walked(len(came))
    return None


def _way(
    came: dict[_State, tuple[_State, int] | None], state: _State, lane: int, width: int
) -> tuple[tuple[int, ...], ...]:
    """The inputs that lead to a state, and those of a lane in it."""
    lanes = [lane]
    before = came[state]
    while before is not None:
        state, lane = before
        lanes.append(lane)
        before = came[state]
    patterns = table_rows(width)
    return tuple(tuple(patterns[each % len(patterns)].tolist()) for each in reversed(lanes))


def _unpacked(values: list[int], count: int) -> Bits:
    """Bits of some integers, shape (count, integers): bit *i* of each in row *i*."""
    size = -(-count // 8)
    raw = np.frombuffer(b"".join(each.to_bytes(size, "little") for each in values), dtype=np.uint8)
    bits = np.unpackbits(raw.reshape(len(values), size), axis=1, bitorder="little")
    return np.ascontiguousarray(bits[:, :count].T)
