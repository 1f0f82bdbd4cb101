"""Adders that pass carries along, and circuits made of them: subtractor, incrementer.

The first family; `prefix_adders` has those that look ahead. All adders have the ports a, b, cin, sum
and cout, so that any two can be compared.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("carry-select").elaborate({"bits": 4}, plugins.gates)
    >>> verify(circuit, None).claims[0].extent
    'proved exhaustively (512 of 512)'
    >>> [each.name for each in circuit.netlist.instances if each.gate == "full-adder"]
    ['block0/fa0', 'block0/fa1', 'block1/zero/fa3', 'block1/one/fa3']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt
from typing import Literal, TypeAlias

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.circuit import Buses
from gatewright.errors import NetlistError

FULL = "full-adders"
HALVES = "half-adders"

Carry: TypeAlias = Wire | Literal[0, 1]
"""A carry in: a wire, or a bit that is known, which saves gates."""

Adder: TypeAlias = Callable[
    [CircuitBuilder, Sequence[Wire], Sequence[Wire], Wire], tuple[list[Wire], Wire]
]
"""Places the gates that add two buses and a carry; gives the sum and the carry out."""


def ripple(
    circuit: CircuitBuilder,
    a: Sequence[Wire],
    b: Sequence[Wire],
    carry: Carry,
    cell: str = FULL,
    first: int = 0,
) -> tuple[list[Wire], Wire]:
    """A chain of full adders, each waiting for the carry of the one before.

    n bits: n gates, n levels. With a known carry the first bit is a half adder, or XNOR and OR.

    Args:
        circuit: being built.
        a: least significant first.
        b: as wide as ``a``.
        carry: into the first bit.
        cell: `FULL`, or `HALVES` for a full adder made of two half adders and an OR.
        first: the number of the first bit, for the names of instances.

    Raises:
        NetlistError: there are no bits.
    """
    total = []
    for bit, (x, y) in enumerate(zip(a, b, strict=True), first):
        if carry == 0:
            carry, s = circuit.instance("half-adder", x, y, name=f"ha{bit}")
        elif carry == 1:
            s = circuit.gate("xnor", x, y, name=f"xnor{bit}")
            carry = circuit.gate("or", x, y, name=f"or{bit}")
        elif cell == FULL:
            carry, s = circuit.instance("full-adder", x, y, carry, name=f"fa{bit}")
        else:
            with circuit.block(f"fa{bit}"):
                both, half = circuit.instance("half-adder", x, y, name="ha0")
                through, s = circuit.instance("half-adder", half, carry, name="ha1")
                carry = circuit.gate("or", both, through, name="or")
        total.append(s)
    if isinstance(carry, int):
        raise NetlistError("an adder needs at least one bit")
    return total, carry


def carry_select(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], carry: Wire
) -> tuple[list[Wire], Wire]:
    """Blocks added for both carries at once; the arriving carry selects (O. J. Bedrij, 1962).

    Blocks of k = ⌈√n⌉ bits, ⌈n/k⌉ of them: k levels for the first, one more for each other, some
    2√n in all; a little over three times the gates of a ripple adder.
    """
    size = isqrt(len(a) - 1) + 1
    total: list[Wire] = []
    for block, low in enumerate(range(0, len(a), size)):
        x, y = a[low : low + size], b[low : low + size]
        with circuit.block(f"block{block}"):
            if block == 0:
                sums, carry = ripple(circuit, x, y, carry)
            else:
                with circuit.block("zero"):
                    without, out_without = ripple(circuit, x, y, 0, first=low)
                with circuit.block("one"):
                    with_, out_with = ripple(circuit, x, y, 1, first=low)
                sums = [
                    circuit.gate("mux", carry, s0, s1, name=f"sum{bit}")
                    for bit, (s0, s1) in enumerate(zip(without, with_, strict=True), low)
                ]
                carry = circuit.gate("mux", carry, out_without, out_with, name="carry")
        total += sums
    return total, carry


def increment(circuit: CircuitBuilder, a: Sequence[Wire]) -> tuple[list[Wire], Wire]:
    """One more than a: an inverter, then a chain of half adders. n gates, n - 1 levels (1 for one bit)."""
    total, carry = [circuit.gate("not", a[0], name="not0")], a[0]
    for bit, wire in enumerate(a[1:], 1):
        carry, s = circuit.instance("half-adder", wire, carry, name=f"ha{bit}")
        total.append(s)
    return total, carry


def subtract(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], borrow: Wire
) -> tuple[list[Wire], Wire]:
    """The difference a - b - borrow, and whether that borrows: a ripple adder between inverters.

    a - b - borrow = a + not b + not borrow - 2ⁿ, and a carry out of that sum means no borrow.
    2n + 2 gates, n + 2 levels.
    """
    inverted = [circuit.gate("not", wire, name=f"not{bit}") for bit, wire in enumerate(b)]
    total, carry = ripple(circuit, a, inverted, circuit.gate("not", borrow, name="not_bin"))
    return total, circuit.gate("not", carry, name="not_bout")


# With ports


def adder(add: Adder) -> Callable[..., None]:
    """The circuit of an adder: a, b and cin in, sum and cout out."""

    def build(circuit: CircuitBuilder, *, bits: int) -> None:
        a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
        total, carry = add(circuit, a, b, circuit.input("cin", default=0))
        circuit.output_bus("sum", total)
        circuit.output("cout", carry)

    return build


def ripple_adder(circuit: CircuitBuilder, *, bits: int, from_: str) -> None:
    """The circuit of a ripple adder, made of full adders or of half adders."""

    def add(
        circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], carry: Wire
    ) -> tuple[list[Wire], Wire]:
        return ripple(circuit, a, b, carry, from_)

    adder(add)(circuit, bits=bits)


def addition(buses: Buses, *, bits: int, from_: str = FULL) -> Buses:  # noqa: ARG001 - made of whatever, a sum is a sum
    """What an adder computes."""
    whole = buses["a"] + buses["b"] + buses["cin"]
    return {"sum": whole % 2**bits, "cout": whole // 2**bits}


def incrementer(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of an incrementer: a in, sum and cout out."""
    sums, carry = increment(circuit, circuit.input_bus("a", bits))
    circuit.output_bus("sum", sums)
    circuit.output("cout", carry)


def next_number(buses: Buses, *, bits: int) -> Buses:
    """What an incrementer computes."""
    return {"sum": (buses["a"] + 1) % 2**bits, "cout": (buses["a"] + 1) // 2**bits}


def subtractor(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a subtractor: a, b and bin in, diff and bout out."""
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    rest, borrow = subtract(circuit, a, b, circuit.input("bin", default=0))
    circuit.output_bus("diff", rest)
    circuit.output("bout", borrow)


def difference(buses: Buses, *, bits: int) -> Buses:
    """What a subtractor computes."""
    rest = buses["a"] - buses["b"] - buses["bin"]
    return {"diff": rest % 2**bits, "bout": rest < 0}


def adder_subtractor(circuit: CircuitBuilder, *, bits: int) -> None:
    """A ripple adder whose b is inverted by XOR gates if the carry in says that it subtracts."""
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    minus = circuit.input("sub", default=0)
    turned = [circuit.gate("xor", wire, minus, name=f"xor{bit}") for bit, wire in enumerate(b)]
    sums, carry = ripple(circuit, a, turned, minus)
    circuit.output_bus("result", sums)
    circuit.output("cout", carry)


def sum_or_difference(buses: Buses, *, bits: int) -> Buses:
    """What an adder-subtractor computes."""
    turned = buses["b"] ^ (buses["sub"] * (2**bits - 1))
    whole = buses["a"] + turned + buses["sub"]
    return {"result": whole % 2**bits, "cout": whole // 2**bits}
