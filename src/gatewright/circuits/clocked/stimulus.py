"""What a clocked circuit is given, cycle by cycle: a list of changes, or random values.

Example:
    >>> from gatewright.circuits.netlist import Bus
    >>> buses = (Bus("a", ("a[0]", "a[1]"), vector=True), Bus("go", ("go",)))
    >>> plan = planned(buses, 4, [Change(0, "a", 2), Change(2, "a", 1), Change(2, "go", 1)])
    >>> [next(plan).tolist() for _ in range(4)]
    [[[0, 1, 0]], [[0, 1, 0]], [[1, 0, 1]], [[1, 0, 1]]]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.errors import UsageError
from gatewright.logic.bits import bus_to_bits
from gatewright.logic.numerals import counted
from gatewright.text import did_you_mean


@dataclass(frozen=True, slots=True)
class Change:
    """A bus takes a value, and keeps it until the next change.

    Attributes:
        cycle: from which on, from 0.
        bus: its name.
        value: a whole number.
        where: of the change in its file, for errors.
    """

    cycle: int
    bus: str
    value: int
    where: str = ""


def planned(inputs: Sequence[Bus], cycles: int, changes: Iterable[Change]) -> Iterator[Bits]:
    """The input bits of every cycle, shape (1, input bits); 0, or its default, until a bus is given a value.

    Args:
        inputs: of the circuit.
        cycles: how many.
        changes: in any order; of two of one bus in one cycle, the later one counts.

    Raises:
        UsageError: a change is of no input, of a value that does not fit, or in none of the cycles.
    """
    columns = {bus.name: (bus, places) for bus, places in bus_columns(inputs)}
    bits = np.zeros((1, sum(bus.width for bus in inputs)), dtype=np.uint8)
    for bus, places in columns.values():
        bits[:, places] = bus_to_bits([bus.default or 0], bus.width)
    due: dict[int, list[tuple[slice, Bits]]] = {}
    for change in changes:
        due.setdefault(change.cycle, []).append(_bits(change, columns, cycles))
    return _cycles(bits, cycles, due)


def _cycles(bits: Bits, cycles: int, due: dict[int, list[tuple[slice, Bits]]]) -> Iterator[Bits]:
    for cycle in range(cycles):
        if cycle in due:
            bits = bits.copy()
            for places, value in due[cycle]:
                bits[:, places] = value
        yield bits


def random_inputs(inputs: Sequence[Bus], cycles: int, *, lanes: int, seed: int) -> Iterator[Bits]:
    """Random input bits for every cycle, shape (lanes, input bits)."""
    generator, width = np.random.default_rng(seed), sum(bus.width for bus in inputs)
    for _ in range(cycles):
        yield generator.integers(0, 2, (lanes, width), dtype=np.uint8)


def _bits(change: Change, columns: dict[str, tuple[Bus, slice]], cycles: int) -> tuple[slice, Bits]:
    """Where a change goes, and its bits."""
    place = f"{change.where}: " if change.where else ""
    if change.bus not in columns:
        hint = did_you_mean(change.bus, columns, f"its inputs are {', '.join(columns) or 'none'}")
        raise UsageError(f"{place}the circuit has no input '{change.bus}'", hint=hint)
    if not 0 <= change.cycle < cycles:
        raise UsageError(
            f"{place}cycle {change.cycle} is none of the {cycles} cycles",
            hint=f"they are 0 to {cycles - 1}; simulate more, or leave it out",
        )
    bus, places = columns[change.bus]
    if not 0 <= change.value < 1 << bus.width:
        raise UsageError(
            f"{place}{change.value} does not fit the {counted(bus.width, 'bit')} of '{bus.name}'",
            hint=f"give 0 to {(1 << bus.width) - 1}",
        )
    return places, bus_to_bits([change.value], bus.width)
