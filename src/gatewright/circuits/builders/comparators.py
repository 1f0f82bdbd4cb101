"""Comparators: equal, less or greater, of numbers with and without a sign.

The highest pair of bits that differ decides; a tree of multiplexers finds them in log₂n levels, where a
subtractor needs n.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("signed-comparator").elaborate({"bits": 4}, plugins.gates)
    >>> verify(circuit, None).claims[0].extent
    'proved exhaustively (256 of 256)'
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.circuit import Buses


def equal(circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire]) -> Wire:
    """1 if no two bits differ: an XNOR for each bit, and a tree. 2n - 1 gates, ⌈log₂n⌉ + 1 levels."""
    same = [
        circuit.gate("xnor", x, y, name=f"xnor{bit}")
        for bit, (x, y) in enumerate(zip(a, b, strict=True))
    ]
    return circuit.tree("and", same)


def compare(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], *, signed: bool = False
) -> tuple[Wire, Wire, Wire]:
    """Whether a is less than, equal to, greater than b: a tournament of bits.

    Where two bits differ, b's bit says whether a is less; at a sign bit (two's complement) it is a's.
    Of two neighbouring spans, the higher one's word counts if its bits differ. 3n + 1 gates,
    ⌈log₂n⌉ + 3 levels.
    """
    says = [*b[:-1], a[-1] if signed else b[-1]]
    differ = [
        circuit.gate("xor", x, y, name=f"xor{bit}")
        for bit, (x, y) in enumerate(zip(a, b, strict=True))
    ]
    spans, level = list(zip(differ, says, strict=True)), 0
    while len(spans) > 1:
        with circuit.block(f"level{level}"):
            joined = []
            for at in range(0, len(spans) - 1, 2):
                (low_differs, low_says), (high_differs, high_says) = spans[at : at + 2]
                differs = circuit.gate("or", high_differs, low_differs, name=f"differ{at // 2}")
                less = circuit.gate("mux", high_differs, low_says, high_says, name=f"less{at // 2}")
                joined.append((differs, less))
        spans, level = joined + spans[len(spans) & ~1 :], level + 1
    differs, less = spans[0]
    same = circuit.gate("not", differs, name="equal")
    return (
        circuit.gate("and", differs, less, name="less"),
        same,
        circuit.gate("nor", less, same, name="greater"),
    )


# With ports


def comparator(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a comparator: a and b in; less, equal and greater out."""
    _comparator(circuit, bits=bits, signed=False)


def signed_comparator(circuit: CircuitBuilder, *, bits: int) -> None:
    """The same for numbers in two's complement."""
    _comparator(circuit, bits=bits, signed=True)


def _comparator(circuit: CircuitBuilder, *, bits: int, signed: bool) -> None:
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    wires = compare(circuit, a, b, signed=signed)
    for name, wire in zip(("less", "equal", "greater"), wires, strict=True):
        circuit.output(name, wire)


def order(buses: Buses, *, bits: int) -> Buses:  # noqa: ARG001 - the same at any width
    """What a comparator computes."""
    a, b = buses["a"], buses["b"]
    return {"less": a < b, "equal": a == b, "greater": a > b}


def signed_order(buses: Buses, *, bits: int) -> Buses:
    """What a signed comparator computes: a number with its sign bit set is 2ⁿ less."""
    a, b = (bus - (bus >> (bits - 1)) * 2**bits for bus in (buses["a"], buses["b"]))
    return {"less": a < b, "equal": a == b, "greater": a > b}


def equality(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of an equality check: a and b in, equal out."""
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    circuit.output("equal", equal(circuit, a, b))


def same_number(buses: Buses, *, bits: int) -> Buses:  # noqa: ARG001 - the same at any width
    """What an equality check computes."""
    return {"equal": buses["a"] == buses["b"]}
