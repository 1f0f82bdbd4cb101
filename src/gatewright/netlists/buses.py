"""Buses as integers: what goes into a circuit, what comes out, and what its reference wants.

After `spec`; `verify`, `prove`, `noise` and `run` read and write buses with it.

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

from collections.abc import Iterator
from typing import Any

import numpy as np

from gatewright.arrays import Bits, Integers
from gatewright.errors import SpecError
from gatewright.logic.bdd import Diagrams
from gatewright.logic.bits import WIDEST_FAST_BUS, bits_to_bus, bus_to_bits
from gatewright.logic.numerals import as_text, assignments
from gatewright.netlists.netlist import Bus
from gatewright.netlists.spec import Buses, Circuit
from gatewright.netlists.symbols import lifted


def input_buses(circuit: Circuit, patterns: Bits) -> dict[str, Integers]:
    """The value of every input bus in every pattern (patterns, input bits)."""
    wide = patterns.shape[1] > WIDEST_FAST_BUS
    return _split(circuit.netlist.inputs, patterns, wide=wide)


def output_buses(circuit: Circuit, bits: Bits) -> dict[str, Integers]:
    """The value of every output bus from primary output bits (patterns, output bits)."""
    return _split(circuit.netlist.outputs, bits, wide=False)


def reference_bits(circuit: Circuit, buses: Buses) -> Bits:
    """What the reference wants of every primary output bit, shape (patterns, output bits).

    Raises:
        SpecError: the reference gives other buses than the circuit has, or values that do not fit.
    """
    return np.concatenate(
        [bus_to_bits(values, bus.width) for bus, values in reference_values(circuit, buses)], axis=1
    )


def check_arithmetic(circuit: Circuit, buses: Buses) -> None:
    """Refuse a reference that arrays lead elsewhere than whole numbers do, on any of some patterns.

    NumPy's integers end at 2^63, and a comparison of arrays gives bits that shift like them: ``(a == b) <<
    64`` is silently wrong. So the reference is run on whole numbers of any size too, pattern by pattern,
    on some spread evenly. One that does to arrays what cannot be done to numbers is not checked.

    Raises:
        SpecError: it gives something else.
    """
    count = len(next(iter(buses.values())))
    # A number of 64 bits takes a millisecond: a few at a time, of every chunk that is compared.
    most = max(2, min(16, 2048 // len(circuit.netlist.input_nets)))
    places = sorted(set(np.linspace(0, count - 1, min(most, count)).astype(int).tolist()))
    some = {name: values[places] for name, values in buses.items()}
    arrays = list(reference_values(circuit, some))
    known = Diagrams(0)
    reference: Any = circuit.spec.reference
    for place in range(len(places)):
        given = {name: int(values[place]) for name, values in some.items()}
        numbers = {name: lifted(known, value) for name, value in given.items()}
        try:
            wanted: Any = reference(numbers, **circuit.words)
            whole = {bus.name: lifted(known, wanted[bus.name]).constant for bus, _ in arrays}
        except Exception:  # noqa: BLE001 - what a plugin wrote for arrays need not take a number
            return
        for bus, values in arrays:
            if int(values[place]) != whole[bus.name]:
                raise SpecError(
                    f"the reference of circuit '{circuit.spec.name}' gives {as_text(int(values[place]))} "
                    f"for '{bus.name}' at {assignments(given)}, where whole numbers give "
                    f"{as_text(whole[bus.name])}",
                    hint="NumPy's integers overflow at 2^63; shift or multiply wide values less",
                )


def reference_values(circuit: Circuit, buses: Buses) -> Iterator[tuple[Bus, Integers]]:
    """What the reference wants of every output bus, one value a pattern, in the order of the circuit.

    Raises:
        SpecError: the reference gives other buses than the circuit has, or values that do not fit.
    """
    wanted = circuit.reference(buses)
    names = [bus.name for bus in circuit.netlist.outputs]
    if sorted(wanted) != sorted(names):
        raise SpecError(
            f"the reference of circuit '{circuit.spec.name}' gives {', '.join(sorted(wanted)) or 'nothing'}, "
            f"its outputs are {', '.join(sorted(names))}"
        )
    count = len(next(iter(buses.values())))
    for bus in circuit.netlist.outputs:
        values = np.asarray(wanted[bus.name])
        if values.shape not in {(), (count,)}:
            raise SpecError(
                f"the reference of circuit '{circuit.spec.name}' gives an array of shape {values.shape} for "
                f"'{bus.name}', not one value for each of {count} patterns"
            )
        if values.dtype.kind not in "bui" and not all(
            isinstance(each, int) for each in values.flat
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
        yield bus, np.broadcast_to(values, (count,))


def as_integers(circuit: Circuit, pattern: Bits) -> dict[str, int]:
    """The value of every input bus in one pattern (input bits,)."""
    return {name: int(bus[0]) for name, bus in input_buses(circuit, pattern[None]).items()}


def _split(buses: tuple[Bus, ...], bits: Bits, *, wide: bool) -> dict[str, Integers]:
    values, start = {}, 0
    for bus in buses:
        values[bus.name] = bits_to_bus(bits[:, start : start + bus.width], wide=wide)
        start += bus.width
    return values
