"""The restoring divider: long division, with one row for each bit of the quotient.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("divider").elaborate({"bits": 4}, plugins.gates)
    >>> verify(circuit, None).claims[0].extent
    'proved exhaustively (256 of 256)'
    >>> import numpy as np
    >>> seven, zero = np.array([7]), np.array([0])
    >>> {name: bus.tolist() for name, bus in division({"a": seven, "b": zero}, bits=4).items()}
    {'quotient': [15], 'remainder': [7]}
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.circuit import Buses
from gatewright.errors import UsageError


def divide(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], *, steps: int | None = None
) -> tuple[list[Wire], list[Wire]]:
    """The quotient and the remainder of a by b, as on paper (D. A. Patterson and J. L. Hennessy).

    Row by row the next bit of a is brought down and b subtracted; if that would borrow, a multiplexer restores
    the rest. After k rows the rest has at most k bits, so rows grow from 1 to n: about n² gates. A row waits for
    all bits of the one before: about n²/2 levels.

    Dividing by zero never borrows: the quotient is all ones, the remainder a, as in RISC-V.

    With fewer steps than a has bits, the quotient has so many, and rows begin with the bits of a above them.
    Where the quotient needs more, every step fits: it is all ones.
    """
    steps = len(a) if steps is None else steps
    inverted = [circuit.gate("not", wire, name=f"not{bit}") for bit, wire in enumerate(b)]
    small = {len(b) - 1: inverted[-1]}  # by bit: whether b has no ones from that bit up
    for bit in reversed(range(len(a) - steps + 1, len(b) - 1)):
        small[bit] = circuit.gate("and", inverted[bit], small[bit + 1], name=f"small{bit}")
    rest = list(a[steps:])
    quotient: list[Wire] = []
    for row, wire in enumerate(reversed(a[:steps])):
        rest = [wire, *rest]
        with circuit.block(f"row{row}"):
            with circuit.block("subtract"):
                less, fits = ripple(circuit, rest, inverted[: len(rest)], 1)
            if len(rest) < len(b):  # b's other bits would have to be zeros
                fits = circuit.gate("and", fits, small[len(rest)], name="fits")
            rest = [
                circuit.gate("mux", fits, same, smaller, name=f"rest{bit}")
                for bit, (same, smaller) in enumerate(zip(rest, less, strict=True))
            ]
        quotient.append(fits)
    return quotient[::-1], rest


# With ports


def divider(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a divider: a and b in, quotient and remainder out."""
    result = divide(circuit, circuit.input_bus("a", bits), circuit.input_bus("b", bits))
    for name, wires in zip(("quotient", "remainder"), result, strict=True):
        circuit.output_bus(name, wires)


def division(buses: Buses, *, bits: int) -> Buses:
    """What a divider computes; if b is 0, (2ⁿ - 1) / 1 stands in for a / b, and a is left."""
    a, b = buses["a"], buses["b"]
    zero = b == 0
    quotient = (a | zero * (2**bits - 1)) // (b | zero * 1)
    return {"quotient": quotient, "remainder": a % (b | zero * 1) | zero * a}


def truncated_divider(circuit: CircuitBuilder, *, bits: int, steps: int) -> None:
    """The circuit of a divider that makes few bits of the quotient: a and b in, quotient and remainder out.

    Raises:
        UsageError: there are more steps than bits.
    """
    if steps > bits:
        raise UsageError(
            f"a quotient of {bits} bits has no {steps} steps",
            hint=f"give 1 to {bits}, as in steps=2",
        )
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    for name, wires in zip(
        ("quotient", "remainder"), divide(circuit, a, b, steps=steps), strict=True
    ):
        circuit.output_bus(name, wires)


def truncated_division(buses: Buses, *, bits: int, steps: int) -> Buses:
    """What a truncated divider computes: a quotient of at most 2ˢ - 1, and what is left of a.

    Step by step, as nothing else says it in one line: where the quotient needs more bits, every step fits.
    """
    a, b = buses["a"], buses["b"]
    rest, digits = a >> steps, []
    for place in reversed(range(steps)):
        rest = (rest << 1) | (a >> place) % 2
        fits = (rest >= b) * 1
        # It is at most a, without the bits that are still to come.
        rest = (rest - fits * b) % 2 ** (bits - place)
        digits.append(fits << place)
    return {"quotient": reduce(or_, digits), "remainder": rest}
