"""A gate that lights the segments of a decimal digit, and a display made of it.

Example:
    >>> gate, = gatewright_gates()
    >>> gate.table.values[7].tolist()  # lights a, b and c
    [1, 1, 1, 0, 0, 0, 0]
"""

from __future__ import annotations

from collections.abc import Iterator

from gatewright import CircuitBuilder, CircuitSpec, GateSpec, Parameter, TruthTable, hookimpl
from gatewright.arrays import Mask
from gatewright.circuits.circuit import Buses

SEGMENTS = "abcdefg"
# The segments that are lit for 0 to 9.
DIGITS = ("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg")


@hookimpl
def gatewright_gates() -> Iterator[GateSpec]:
    """A digit in, seven segments out. Patterns that are not a digit are left out: don't-cares."""
    rows = {
        f"{digit:04b}": [int(segment in lit) for segment in SEGMENTS]
        for digit, lit in enumerate(DIGITS)
    }
    yield GateSpec(
        "seven-segment",
        TruthTable.from_rows(rows, inputs=("b3", "b2", "b1", "b0"), outputs=SEGMENTS),
        "which segments show the digit b3 b2 b1 b0",
    )


@hookimpl
def gatewright_circuits() -> Iterator[CircuitSpec]:
    """Several digits side by side."""
    yield CircuitSpec(
        "digit-display",
        "s0 = the segments that show the digit d0 (0 to 9), bit 0 is segment a; s1 shows d1, …",
        (Parameter("digits", 1, "how many digits", maximum=8),),
        build,
        reference,
        domain,
    )


def build(circuit: CircuitBuilder, *, digits: int) -> None:
    """Place the gates."""
    for place in range(digits):
        digit = circuit.input_bus(f"d{place}", 4)
        # Bit 0 of a bus is its least significant; a truth table has the most significant first.
        lit = circuit.instance("seven-segment", *reversed(digit), name=f"digit{place}")
        circuit.output_bus(f"s{place}", lit)


# Segment a is bit 0, b is bit 1, …: 0x3f for a 0, 0x06 for a 1.
CODES = [sum(1 << SEGMENTS.index(segment) for segment in lit) for lit in DIGITS]


def reference(buses: Buses, *, digits: int) -> Buses:
    """What integers say: the code of the digit that it is; of all ten, one is not multiplied by 0."""
    return {
        f"s{place}": sum((buses[f"d{place}"] == digit) * code for digit, code in enumerate(CODES))
        for place in range(digits)
    }


def domain(buses: Buses, *, digits: int) -> Mask:
    """Where every digit is one; elsewhere the display may show anything."""
    inside: Mask = buses["d0"] < 10
    for place in range(1, digits):
        inside = inside & (buses[f"d{place}"] < 10)
    return inside
