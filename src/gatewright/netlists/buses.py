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

import numpy as np

from gatewright.arrays import Bits, Integers
from gatewright.errors import SpecError
from gatewright.logic.bits import WIDEST_FAST_BUS, bits_to_bus, bus_to_bits
from gatewright.netlists.netlist import Bus
from gatewright.netlists.spec import Buses, Circuit


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
    wanted = circuit.reference(buses)
    names = [bus.name for bus in circuit.netlist.outputs]
    if sorted(wanted) != sorted(names):
        raise SpecError(
            f"the reference of circuit '{circuit.spec.name}' gives {', '.join(sorted(wanted)) or 'nothing'}, "
            f"its outputs are {', '.join(sorted(names))}"
        )
    count = len(next(iter(buses.values())))
    columns = []
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
        try:
            columns.append(bus_to_bits(np.broadcast_to(values, (count,)), bus.width))
        except ValueError:
            raise SpecError(
                f"the reference of circuit '{circuit.spec.name}' gives values for '{bus.name}' that do not "
                f"fit its {bus.width} bits"
            ) from None
    return np.concatenate(columns, axis=1)


def as_integers(circuit: Circuit, pattern: Bits) -> dict[str, int]:
    """The value of every input bus in one pattern (input bits,)."""
    return {name: int(bus[0]) for name, bus in input_buses(circuit, pattern[None]).items()}


def _split(buses: tuple[Bus, ...], bits: Bits, *, wide: bool) -> dict[str, Integers]:
    values, start = {}, 0
    for bus in buses:
        values[bus.name] = bits_to_bus(bits[:, start : start + bus.width], wide=wide)
        start += bus.width
    return values
