"""The barrel shifter: any shift or rotation at once.

One row of multiplexers for every bit of the amount: row k shifts by 2ᵏ or not at all.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> words = {"bits": 6, "shift": "ror"}
    >>> circuit = plugins.circuit("barrel-shifter").elaborate(words, plugins.gates)
    >>> verify(circuit, None).claims[0].extent
    'proved exhaustively (512 of 512)'
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.circuit import Buses

LEFT = "left"
RIGHT = "right"
ARITHMETIC = "arithmetic"
ROTATE_LEFT = "rol"
ROTATE_RIGHT = "ror"
SHIFTS = (LEFT, RIGHT, ARITHMETIC, ROTATE_LEFT, ROTATE_RIGHT)


def shifted(
    circuit: CircuitBuilder, a: Sequence[Wire], amount: Sequence[Wire], shift: str
) -> list[Wire]:
    """A bus shifted by an amount; zeros come in, or copies of the sign, or the bits that went out.

    n multiplexers for each row, and an inverter if zeros come in; n·log₂n gates, log₂n levels, and one
    more for that inverter.
    """
    wires = list(a)
    for row, by in enumerate(amount):
        with circuit.block(f"row{row}"):
            wires = _row(circuit, wires, by, 2**row, shift)
    return wires


def _row(circuit: CircuitBuilder, a: list[Wire], by: Wire, distance: int, shift: str) -> list[Wire]:
    left = shift in (LEFT, ROTATE_LEFT)
    stays: Wire | None = None
    after = []
    for bit, wire in enumerate(a):
        source = bit - distance if left else bit + distance
        if shift in (ROTATE_LEFT, ROTATE_RIGHT):
            source %= len(a)
        elif shift == ARITHMETIC:
            source = min(source, len(a) - 1)
        if source == bit:  # the sign, or a whole turn
            after.append(wire)
        elif 0 <= source < len(a):
            after.append(circuit.gate("mux", by, wire, a[source], name=f"bit{bit}"))
        else:
            if stays is None:
                stays = circuit.gate("not", by, name="stays")
            after.append(circuit.gate("and", wire, stays, name=f"bit{bit}"))
    return after


# With ports


def barrel_shifter(circuit: CircuitBuilder, *, bits: int, shift: str) -> None:
    """The circuit of a barrel shifter: a and amount in, y out."""
    a = circuit.input_bus("a", bits)
    amount = circuit.input_bus("amount", (bits - 1).bit_length())
    circuit.output_bus("y", shifted(circuit, a, amount, shift))


def moved(buses: Buses, *, bits: int, shift: str) -> Buses:
    """What a barrel shifter computes: one shift for every bit of the amount that is 1.

    If the width is not a power of two, an amount may exceed it: a shift then leaves nothing, or the
    sign, and a rotation has gone round more than once.
    """
    y: Any = buses["a"]
    if shift == ARITHMETIC:
        y = y - (y >> (bits - 1)) * 2**bits  # with its sign
    for row in range((bits - 1).bit_length()):
        by = 2**row
        if shift in (RIGHT, ARITHMETIC):
            after = y >> by
        else:
            low = (
                by if shift == ROTATE_RIGHT else bits - by
            )  # bits below are the ones that stay right
            after = (y % 2**low) * 2 ** (bits - low)
            if shift != LEFT:
                after = after + (y >> low)
        yes = (buses["amount"] >> row) % 2
        y = yes * after + (1 - yes) * y
    return {"y": y % 2**bits}
