"""Random runs of two clocked circuits as one machine: what they refute, and which signals agree in them.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.equal.product import product_of
    >>> seen = run(product_of(circuit("counter", bits=4), circuit("counter", bits=4, modulo=15)), 256, 64)
    >>> seen.classes is None, len(seen.inputs)
    (True, 20)
"""

from __future__ import annotations

import random
from collections.abc import Callable

from gatewright.circuits.clocked.equal.classes import Classes
from gatewright.circuits.clocked.equal.product import Product, read
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What came of some runs.

    Attributes:
        classes: of signals that agreed throughout; None if an output differed.
        inputs: of a run in which one differed, the input bits of every cycle up to that one.
        begins: what it began with where nobody says it, by number.
    """

    classes: Classes | None
    inputs: tuple[tuple[int, ...], ...] = ()
    begins: tuple[int, ...] = ()


def run(
    product: Product, cycles: int, lanes: int, watch: Callable[[int, int], None] | None = None
) -> Seen:
    """Run a machine on random inputs from its first cycle.

    In the lower half of the lanes registers without an initial value begin as 0, in the others at random.

    Args:
        product: both circuits.
        cycles: how many.
        lanes: runs at once.
        watch: called with the cycles done and the cycles to do.
    """
    draws = random.Random(0)  # noqa: S311 - no secrets
    every, low = (1 << lanes) - 1, lanes // 2
    begins = [draws.getrandbits(lanes - low) << low for _ in range(product.open)]
    state = [begins[-1 - each] if each < 0 else every * each for each in product.begins]
    given: list[list[int]] = []
    classes: Classes | None = None
    for cycle in range(cycles):
        given.append([draws.getrandbits(lanes) for _ in range(product.inputs)])
        values = product.graph.simulate([*given[-1], *state], lanes)
        wrong = product.wrong(values, every)
        if wrong:
            lane = (wrong & -wrong).bit_length() - 1
            rows = tuple(tuple(each >> lane & 1 for each in row) for row in given)
            return Seen(None, rows, tuple(each >> lane & 1 for each in begins))
        if classes is None:
            classes = Classes(values)
        classes.split(values, lanes)
        state = [read(values, each, every) for each in product.following]
        if watch is not None:
            watch(cycle + 1, cycles)
    return Seen(classes)
