"""The circuits that come with Gatewright, through the same hook as anyone's.

Example:
    >>> [circuit.name for circuit in gatewright_circuits()]
    ['ripple-adder', 'subtractor', 'ripple-adder-subtractor', 'parity-tree', 'equality']
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatewright.netlists.builder import CircuitBuilder, Wire
from gatewright.netlists.spec import Buses, CircuitSpec, Parameter
from gatewright.plugins.hookspecs import hookimpl

HALVES = "half-adders"
FULL = "full-adders"

_BITS = Parameter("bits", 4, "width of a and b")
_FROM = Parameter("from", FULL, "what each bit is made of", choices=(FULL, HALVES))


@hookimpl
def gatewright_circuits() -> Iterator[CircuitSpec]:
    """Adders, subtractors, parity and equality of any width."""
    yield CircuitSpec("ripple-adder", "sum, cout = a + b + cin", (_BITS, _FROM), _adder, _sum)
    yield CircuitSpec(
        "subtractor", "diff = a - b - bin; bout is the borrow", (_BITS,), _subtractor, _diff
    )
    yield CircuitSpec(
        "ripple-adder-subtractor",
        "result = a + b, or a - b where sub is 1; cout is the carry, 1 if nothing is borrowed",
        (_BITS,),
        _adder_subtractor,
        _sum_or_diff,
    )
    yield CircuitSpec(
        "parity-tree",
        "parity = 1 if a has an odd number of ones",
        (Parameter("bits", 8, "width of a"),),
        _parity,
        _odd,
    )
    yield CircuitSpec("equality", "equal = 1 if a and b are the same", (_BITS,), _equality, _same)


def _add(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], carry: Wire, cell: str = FULL
) -> tuple[list[Wire], Wire]:
    """A chain of full adders: the wires of the sum, and the carry out."""
    total = []
    for bit, (x, y) in enumerate(zip(a, b, strict=True)):
        if cell == FULL:
            carry, s = circuit.instance("full-adder", x, y, carry, name=f"fa{bit}")
        else:
            with circuit.block(f"fa{bit}"):
                both, half = circuit.instance("half-adder", x, y, name="ha0")
                through, s = circuit.instance("half-adder", half, carry, name="ha1")
                carry = circuit.gate("or", both, through, name="or")
        total.append(s)
    return total, carry


def _adder(circuit: CircuitBuilder, *, bits: int, from_: str) -> None:
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    total, carry = _add(circuit, a, b, circuit.input("cin", default=0), from_)
    circuit.output_bus("sum", total)
    circuit.output("cout", carry)


def _sum(buses: Buses, *, bits: int, from_: str) -> Buses:  # noqa: ARG001 - made of whatever, a sum is a sum
    total = buses["a"] + buses["b"] + buses["cin"]
    return {"sum": total % 2**bits, "cout": total // 2**bits}


def _subtractor(circuit: CircuitBuilder, *, bits: int) -> None:
    # a - b - bin = a + not b + not bin - 2**bits, and a carry out of that means no borrow.
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    borrow = circuit.input("bin", default=0)
    inverted = [circuit.gate("not", wire, name=f"not{bit}") for bit, wire in enumerate(b)]
    total, carry = _add(circuit, a, inverted, circuit.gate("not", borrow, name="not_bin"))
    circuit.output_bus("diff", total)
    circuit.output("bout", circuit.gate("not", carry, name="not_bout"))


def _diff(buses: Buses, *, bits: int) -> Buses:
    difference = buses["a"] - buses["b"] - buses["bin"]
    return {"diff": difference % 2**bits, "bout": difference < 0}


def _adder_subtractor(circuit: CircuitBuilder, *, bits: int) -> None:
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    subtract = circuit.input("sub", default=0)
    turned = [circuit.gate("xor", wire, subtract, name=f"xor{bit}") for bit, wire in enumerate(b)]
    total, carry = _add(circuit, a, turned, subtract)
    circuit.output_bus("result", total)
    circuit.output("cout", carry)


def _sum_or_diff(buses: Buses, *, bits: int) -> Buses:
    subtract = buses["sub"]
    turned = buses["b"] ^ (subtract * (2**bits - 1))
    total = buses["a"] + turned + subtract
    return {"result": total % 2**bits, "cout": total // 2**bits}


def _parity(circuit: CircuitBuilder, *, bits: int) -> None:
    circuit.output("parity", circuit.tree("xor", circuit.input_bus("a", bits)))


def _odd(buses: Buses, *, bits: int) -> Buses:
    folded = buses["a"]
    for place in reversed(range(bits.bit_length())):  # the upper half folded onto the lower one
        half = 2**place
        folded = (folded ^ (folded >> half)) % 2**half
    return {"parity": folded}


def _equality(circuit: CircuitBuilder, *, bits: int) -> None:
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    same = [
        circuit.gate("xnor", x, y, name=f"xnor{bit}")
        for bit, (x, y) in enumerate(zip(a, b, strict=True))
    ]
    circuit.output("equal", circuit.tree("and", same))


def _same(buses: Buses, *, bits: int) -> Buses:  # noqa: ARG001 - the same at any width
    return {"equal": buses["a"] == buses["b"]}
