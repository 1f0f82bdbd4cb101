"""Values of buses, as numbers or arrays of numbers, and the same as patterns of bits.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> given = pattern_of(circuit("ripple-adder", bits=2), {"a": [1, 2], "b": 3})
    >>> given.patterns.tolist(), given.shape
    ([[1, 0, 1, 1, 0], [0, 1, 1, 1, 0]], (2,))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats
from gatewright.checks import check_seconds
from gatewright.circuits.buses import input_buses, output_buses
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import bus_columns
from gatewright.errors import UsageError
from gatewright.logic.bits import bus_to_bits
from gatewright.records import dataclass
from gatewright.text import a_kind, did_you_mean


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Values of all input buses as patterns.

    Attributes:
        patterns: shape (patterns, input bits).
        shape: of the arrays that were given; empty for plain numbers.
    """

    patterns: Bits
    shape: tuple[int, ...]


def check_circuit(value: Any) -> None:
    """Refuse what is not a circuit.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(value, Circuit):
        raise UsageError(
            f"{a_kind(value)} is not a Circuit",
            hint="gatewright.circuit and gatewright.read give one",
        )


def pattern_of(circuit: Circuit, values: Mapping[str, Any]) -> Given:
    """The patterns of some values: a number or an array of numbers for each input bus.

    Raises:
        UsageError: a bus that does not exist, one without a value, a value that does not fit, arrays of different
            shapes, or values that the circuit promises nothing for.
    """
    netlist = circuit.netlist
    names = [bus.name for bus in netlist.inputs]
    for name in values:
        if name not in names:
            hint = did_you_mean(name, names, f"its inputs are {', '.join(names) or 'none'}")
            raise UsageError(f"circuit '{netlist.name}' has no input '{name}'", hint=hint)
    arrays = []
    for bus in netlist.inputs:
        given = values.get(bus.name, bus.default)
        if given is None:
            raise UsageError(f"input '{bus.name}' has no value", hint=f"as in {bus.name}=1")
        arrays.append(_numbers(bus.name, given))
    try:
        arrays = list(np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(f"{n} {each.shape}" for n, each in zip(names, arrays, strict=True))
        raise UsageError(
            f"the values have different shapes: {shapes}",
            hint="give arrays of one shape, or numbers",
        ) from None
    shape = arrays[0].shape if arrays else ()
    # A circuit with registers need not have inputs: its one pattern is then empty.
    columns = [] if arrays else [np.zeros((1, 0), dtype=np.uint8)]
    for bus, array in zip(netlist.inputs, arrays, strict=True):
        try:
            columns.append(bus_to_bits(array.ravel(), bus.width))
        except ValueError:
            wide = f"{bus.width} bit{'s' if bus.width > 1 else ''}"
            raise UsageError(
                f"a value of '{bus.name}' does not fit {wide}", hint=f"give 0 to 2**{bus.width} - 1"
            ) from None
    patterns = np.concatenate(columns, axis=1)
    inside = circuit.domain(input_buses(circuit, patterns))
    if inside is not None and not inside.all():
        where = f" (pattern {int(np.argmin(inside))})" if shape else ""
        raise UsageError(
            f"circuit '{circuit.spec.name}' is not defined for these values{where}",
            hint=circuit.spec.summary,
        )
    return Given(patterns, shape)


def _numbers(name: str, given: Any) -> npt.NDArray[Any]:
    if np.ma.is_masked(given):
        raise UsageError(
            f"'{name}' has values that are masked", hint="leave them out, or fill them in"
        )
    try:
        array = np.asarray(given)
    except ValueError:
        raise UsageError(
            f"'{name}' is given rows of several lengths", hint="give all one length"
        ) from None
    if array.dtype.kind == "f":  # as NumPy makes of 2**63 beside -1
        array = np.asarray(given, dtype=object)
    if array.dtype.kind == "O":
        whole = all(isinstance(each, int | np.integer) for each in array.ravel())
    else:
        whole = array.dtype.kind in "bui"
    if not whole:
        raise UsageError(
            f"'{name}' is given what is not a whole number", hint="give integers, or arrays of them"
        )
    return array


def rows_of_bits(patterns: Any, width: int) -> Bits:
    """Patterns of input bits as an array, shape (patterns, width).

    Raises:
        UsageError: another shape, or what is not a bit.
    """
    array = np.asarray(patterns)
    if array.ndim != 2 or array.shape[1] != width:
        raise UsageError(
            f"patterns of shape {array.shape}", hint=f"give one row of {width} bits for each"
        )
    if not np.isin(array, (0, 1)).all():
        raise UsageError("a pattern holds what is not a bit", hint="give 0 or 1 for each input bit")
    return array.astype(np.uint8)


def telling(of: Circuit, patterns: Any, *, seed: int, time_limit: float) -> Bits:
    """Patterns that tell faults apart, shape (patterns, input bits): those given, or if there are none, made.

    Raises:
        UsageError: they are not rows of input bits.
    """
    if patterns is not None:
        return rows_of_bits(patterns, len(of.netlist.input_nets))
    from gatewright.circuits.faults.generation import stuck_faults
    from gatewright.circuits.faults.injection import telling_patterns

    check_seconds("time_limit", time_limit)
    known = stuck_faults(of.netlist, seed=seed, time_limit=time_limit).patterns
    return telling_patterns(of.netlist, known, seed=seed)


def answers(circuit: Circuit, bits: Bits, given: Given) -> dict[str, Any]:
    """The value of each output bus: an integer, or an array of the shape that was given."""
    found = output_buses(circuit, bits)
    return {
        name: values.reshape(given.shape) if given.shape else int(values[0])
        for name, values in found.items()
    }


def activations(circuit: Circuit, raw: Floats, given: Given) -> dict[str, Floats]:
    """The raw activations of each output bus, bit 0 first, shape (…, bits)."""
    return {
        bus.name: raw[:, columns].reshape(*given.shape, bus.width)
        for bus, columns in bus_columns(circuit.netlist.outputs)
    }
