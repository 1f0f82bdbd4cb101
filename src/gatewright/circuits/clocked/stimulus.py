"""What a clocked circuit is given, cycle by cycle: a list of changes, or random values.

Example:
    >>> from gatewright.circuits.netlist import Bus
    >>> buses = (Bus("a", ("a[0]", "a[1]"), vector=True), Bus("go", ("go",)))
    >>> plan = planned(buses, 4, [Change(0, "a", 2), Change(2, "a", 1), Change(2, "go", 1)])
    >>> [next(plan).tolist() for _ in range(4)]
    [[[0, 1, 0]], [[0, 1, 0]], [[1, 0, 1]], [[1, 0, 1]]]
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.clocked.inputs import InputBits
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.errors import UsageError
from gatewright.logic.bits import bus_to_bits
from gatewright.logic.numerals import counted
from gatewright.records import dataclass
from gatewright.text import did_you_mean

_BLOCK = 4096
"""Cycles whose inputs are made at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """A bus takes a value, and keeps it until the next change.

    Attributes:
        cycle: from which on, from 0.
        bus: its name, or that of a bit of it.
        value: a whole number.
        where: of the change in its file, for errors.
    """

    cycle: int
    bus: str
    value: int
    where: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What an output should be in a cycle.

    Attributes:
        cycle: from 0.
        bus: its name, or that of a bit of it.
        value: a whole number.
        where: of the check in its file, for messages.
    """

    cycle: int
    bus: str
    value: int
    where: str = ""


@dataclass(frozen=True, slots=True)
class Stimulus:
    """What a file says of a run.

    Attributes:
        changes: of inputs.
        checks: of outputs.
        cycles: how many it is about; None if it does not say.
    """

    changes: tuple[Change, ...]
    checks: tuple[Check, ...] = ()
    cycles: int | None = None


def planned(inputs: Sequence[Bus], cycles: int, changes: Iterable[Change]) -> InputBits:
    """The input bits of every cycle, shape (1, input bits); 0, or its default, until a bus is given a value.

    Args:
        inputs: of the circuit.
        cycles: how many.
        changes: in any order; of two of one bus in one cycle, the later one counts.

    Raises:
        UsageError: a change is of no input, of a value that does not fit, or in none of the cycles.
    """
    columns = named_columns(inputs)
    bits = np.zeros((1, sum(bus.width for bus in inputs)), dtype=np.uint8)
    for bus, places in bus_columns(inputs):
        bits[:, places] = bus_to_bits([bus.default or 0], bus.width)
    due: dict[int, list[tuple[slice, Bits]]] = {}
    for change in changes:
        places = place_of(change, columns, "input", cycles)
        width = places.stop - places.start
        due.setdefault(change.cycle, []).append((places, bus_to_bits([change.value], width)))
    return InputBits(_planned(bits, cycles, due), (1, bits.shape[1]))


def named_columns(buses: Sequence[Bus]) -> dict[str, slice]:
    """Where every bus, and every bit of one by its own name, lies among the bits of all."""
    columns: dict[str, slice] = {}
    for bus, places in bus_columns(buses):
        for bit, place in zip(bus.bits, range(places.start, places.stop), strict=True):
            columns[bit] = slice(place, place + 1)
    return columns | {bus.name: places for bus, places in bus_columns(buses)}


def _planned(bits: Bits, cycles: int, due: dict[int, list[tuple[slice, Bits]]]) -> Iterator[Bits]:
    """The bits from change to change, in blocks."""
    when = sorted(due)
    for cycle, stop in pairwise([*([] if 0 in due else [0]), *when, cycles]):
        bits = bits.copy()
        for places, value in due.get(cycle, ()):
            bits[:, places] = value
        for first in range(cycle, stop, _BLOCK):
            yield np.repeat(bits[None], min(_BLOCK, stop - first), axis=0)


def random_inputs(inputs: Sequence[Bus], cycles: int, *, lanes: int, seed: int) -> InputBits:
    """Random input bits for every cycle, shape (lanes, input bits)."""
    width = sum(bus.width for bus in inputs)
    return InputBits(_drawn(cycles, (lanes, width), seed), (lanes, width))


def _drawn(cycles: int, shape: tuple[int, int], seed: int) -> Iterator[Bits]:
    # Of whole words of 4 bits, which NumPy draws at a time: so blocks are the same as single cycles.
    generator, count = np.random.default_rng(seed), math.prod(shape)
    whole = -(-count // 4) * 4
    for first in range(0, cycles, _BLOCK):
        some = generator.integers(0, 2, (min(_BLOCK, cycles - first), whole), dtype=np.uint8)
        yield some[:, :count].reshape(len(some), *shape)


def place_of(
    said: Change | Check, columns: dict[str, slice], side: Literal["input", "output"], cycles: int
) -> slice:
    """Where the bits of a change or a check lie.

    Raises:
        UsageError: there is no such port, its value does not fit, or it is in none of the cycles.
    """
    place = f"{said.where}: " if said.where else ""
    if said.bus not in columns:
        hint = did_you_mean(said.bus, columns, f"its {side}s are {', '.join(columns) or 'none'}")
        raise UsageError(f"{place}the circuit has no {side} '{said.bus}'", hint=hint)
    if not 0 <= said.cycle < cycles:
        raise UsageError(
            f"{place}cycle {said.cycle} is none of the {cycles} cycles",
            hint=f"they are 0 to {cycles - 1}; simulate more, or leave it out",
        )
    places = columns[said.bus]
    width = places.stop - places.start
    if not 0 <= said.value < 1 << width:
        raise UsageError(
            f"{place}{said.value} does not fit the {counted(width, 'bit')} of '{said.bus}'",
            hint=f"give 0 to {(1 << width) - 1}",
        )
    return places
