"""Buses as integers: what goes into a circuit, what comes out, and what its reference wants.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    >>> given = input_buses(adder, np.array([[1, 0, 1, 1, 0]], dtype=np.uint8))  # a = 1, b = 3, cin = 0
    >>> {name: values.tolist() for name, values in given.items()}
    {'a': [1], 'b': [3], 'cin': [0]}
    >>> reference_bits(adder, given).tolist()  # sum = 0, cout = 1
    [[0, 0, 1]]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np

from gatewright.arrays import Bits, Integers
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.circuits.patterns import random_patterns
from gatewright.errors import SpecError
from gatewright.logic.bits import WIDEST_FAST_BUS, bits_to_bus, bus_to_bits

_TRIED = 16
"""Patterns on which the arithmetic of a reference is tried."""


def input_buses(circuit: Circuit, patterns: Bits) -> dict[str, Integers]:
    """The value of every input bus in every pattern (patterns, input bits)."""
    wide = patterns.shape[1] > WIDEST_FAST_BUS
    return bus_values(circuit.netlist.inputs, patterns, wide=wide)


def output_buses(circuit: Circuit, bits: Bits) -> dict[str, Integers]:
    """The value of every output bus from primary output bits (patterns, output bits)."""
    return bus_values(circuit.netlist.outputs, bits)


def reference_bits(circuit: Circuit, buses: Buses) -> Bits:
    """What the reference wants of every primary output bit, shape (patterns, output bits).

    Raises:
        SpecError: the reference gives other buses than the circuit has, or values that do not fit.
    """
    return np.concatenate(
        [bus_to_bits(values, bus.width) for bus, values in reference_values(circuit, buses)], axis=1
    )


@lru_cache(maxsize=32)
def own_domain(circuit: Circuit) -> str:
    """Why a circuit's domain cannot be relied on; empty if it can."""
    left = circuit.ask_domain(input_buses(circuit, _some(circuit))).left
    return f"its domain uses {left}: {_OWN}" if left else ""


@lru_cache(maxsize=32)
def own_arithmetic(circuit: Circuit) -> str:
    """Why a reference, or the domain, cannot be relied on, even if it was right so far; empty if it can.

    One that computes with NumPy's own integers may silently wrap around at 2^63 on any pattern, and the results
    of one that sorts or sums depend on other patterns.

    Raises:
        SpecError: as for `reference_values`.
    """
    sample = _some(circuit)
    inside = circuit.domain(input_buses(circuit, sample))
    if inside is not None:
        sample = sample[inside]
    if own_domain(circuit) or not len(sample):
        return own_domain(circuit)
    left = circuit.ask_reference(input_buses(circuit, sample)).left
    return f"its reference uses {left}: {_OWN}" if left else ""


_OWN = (
    "only what is done to each number of a bus by itself is known not to overflow and not to mix patterns "
    "(operators, np.where, tables of gatewright.whole_numbers)"
)


def _some(circuit: Circuit) -> Bits:
    return next(random_patterns(circuit.netlist.inputs, _TRIED, seed=0, chunk=_TRIED))


def reference_values(circuit: Circuit, buses: Buses) -> Iterator[tuple[Bus, Integers]]:
    """What the reference wants of every output bus, one value for each pattern, in the order of the circuit.

    Values are int64 where the bus has at most 62 bits, else Python's integers.

    Raises:
        SpecError: the reference gives other buses than the circuit has, or values that do not fit.
    """
    wanted, left = circuit.ask_reference(buses)
    names = [bus.name for bus in circuit.netlist.outputs]
    if sorted(map(str, wanted)) != sorted(names):
        raise SpecError(
            f"the reference of circuit '{circuit.spec.name}' gives "
            f"{', '.join(sorted(map(str, wanted))) or 'nothing'}, its outputs are {', '.join(sorted(names))}"
        )
    count = len(next(iter(buses.values())))
    made = [_values(circuit, bus, wanted[bus.name], count) for bus in circuit.netlist.outputs]
    if left and not own_arithmetic(circuit):
        raise SpecError(
            f"the reference of circuit '{circuit.spec.name}' uses {left} for some patterns, and not for others",
            hint="compute with the buses as they are given",
        )
    yield from zip(circuit.netlist.outputs, made, strict=True)


def _values(circuit: Circuit, bus: Bus, given: object, count: int) -> Integers:
    """What a reference gives for one bus, checked and copied, as one of two types."""
    values = np.asarray(given)
    if values.shape not in {(), (count,)}:
        raise SpecError(
            f"the reference of circuit '{circuit.spec.name}' gives an array of shape {values.shape} for "
            f"'{bus.name}', not one value for each of {count} patterns"
        )
    if values.dtype.kind not in "bui" and not all(
        isinstance(each, int | np.integer | np.bool_) for each in values.flat
    ):
        raise SpecError(
            f"the reference of circuit '{circuit.spec.name}' gives {values.dtype} for '{bus.name}', "
            "not whole numbers"
        )
    if values.dtype.kind == "b":
        values = values.astype(np.int64)
    if values.size and (values.min() < 0 or int(values.max()) >> bus.width):
        raise SpecError(
            f"the reference of circuit '{circuit.spec.name}' gives values for '{bus.name}' that do not "
            f"fit its {bus.width} bits"
        )
    if bus.width <= WIDEST_FAST_BUS:
        values = values.astype(np.int64)
    else:
        values = np.array([int(each) for each in values.flat], dtype=object).reshape(values.shape)
    return np.broadcast_to(values, (count,))


def as_integers(circuit: Circuit, pattern: Bits) -> dict[str, int]:
    """The value of every input bus in one pattern (input bits,)."""
    return row_values(circuit.netlist.inputs, pattern)


def row_values(buses: Iterable[Bus], bits: Bits) -> dict[str, int]:
    """The value of each bus, by its name, from one row of bits (bits,)."""
    return rows_of(buses, bits[None])[0]


def rows_of(buses: Iterable[Bus], bits: Bits) -> list[dict[str, int]]:
    """The value of each bus, by its name, in every row of bits (rows, bits)."""
    columns = {name: [*map(int, values)] for name, values in bus_values(buses, bits).items()}
    return [{name: values[row] for name, values in columns.items()} for row in range(len(bits))]


def row_bits(buses: Iterable[Bus], values: Mapping[str, int]) -> Bits:
    """One row of bits (bits,) from the value of each bus, by its name."""
    return np.array(
        [values[bus.name] >> place & 1 for bus in buses for place in range(bus.width)],
        dtype=np.uint8,
    )


def bus_values(buses: Iterable[Bus], bits: Bits, *, wide: bool = False) -> dict[str, Integers]:
    """The values of each bus, by its name, from bits (rows, bits).

    Args:
        buses: of all the bits, in order.
        bits: zeros and ones.
        wide: give Python integers even if int64 would hold them.
    """
    return {
        bus.name: bits_to_bus(bits[:, columns], wide=wide) for bus, columns in bus_columns(buses)
    }
