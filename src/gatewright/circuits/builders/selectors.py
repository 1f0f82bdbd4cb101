"""Selecting: multiplexer, demultiplexer, decoder, priority encoder.

A select bus holds the number of one of n ways in ⌈log₂n⌉ bits.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("multiplexer").elaborate({"ways": 3, "bits": 2}, plugins.gates)
    >>> verify(circuit, None).claims[0].extent
    'proved exhaustively (192 of 192; 64 outside its domain)'
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from gatewright.arrays import Mask
from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.numbers import count_of_ones
from gatewright.circuits.circuit import Buses
from gatewright.errors import NetlistError


def choose(
    circuit: CircuitBuilder, select: Sequence[Wire], ways: Sequence[Sequence[Wire]]
) -> list[Wire]:
    """The way that ``select`` counts to: a knock-out tree with a round for each bit of ``select``.

    n ways of w bits: (n - 1)w multiplexers of two ways, ⌈log₂n⌉ levels. If ``select`` is not a way, the
    tree still gives one.
    """
    for level, bit in enumerate(select):
        with circuit.block(f"level{level}"):
            left = [
                [
                    circuit.gate("mux", bit, zero, one, name=f"mux{pair}_{at}")
                    for at, (zero, one) in enumerate(
                        zip(ways[2 * pair], ways[2 * pair + 1], strict=True)
                    )
                ]
                for pair in range(len(ways) // 2)
            ]
        ways = [*left, *ways[len(ways) & ~1 :]]
    return list(ways[0])


def decode(
    circuit: CircuitBuilder, a: Sequence[Wire], wanted: Collection[int] | None = None
) -> dict[int, Wire]:
    """For each wanted number, a wire that is 1 where ``a`` is that number; by default for every number.

    Both halves of the bus are decoded, and an AND joins what each says: 2ⁿ AND gates and those of the
    halves, some 2ⁿ + 2·2^(n/2) in all, ⌈log₂n⌉ + 1 levels.

    Raises:
        NetlistError: there are no bits.
    """
    if not a:
        raise NetlistError("a decoder needs at least one bit")
    numbers = range(2 ** len(a)) if wanted is None else sorted(wanted)
    if len(a) == 1:
        return {
            number: a[0] if number else circuit.gate("not", a[0], name="not") for number in numbers
        }
    half = len(a) // 2
    with circuit.block("low"):
        low = decode(circuit, a[:half], {number % 2**half for number in numbers})
    with circuit.block("high"):
        high = decode(circuit, a[half:], {number >> half for number in numbers})
    return {
        number: circuit.gate("and", high[number >> half], low[number % 2**half], name=f"is{number}")
        for number in numbers
    }


def highest_one(circuit: CircuitBuilder, a: Sequence[Wire]) -> tuple[list[Wire], Wire]:
    """The number of the highest bit that is 1, and whether there is one; the number is 0 if there is none.

    The higher half decides if it has a 1, else the lower one. Some 2n gates, log₂n
    levels for n a power of two.

    Raises:
        NetlistError: there are no bits.
    """
    if not a:
        raise NetlistError("a priority encoder needs at least one bit")
    if len(a) == 1:
        return [], a[0]
    half = 1 << (len(a) - 1).bit_length() - 1  # the number's next bit says which half
    with circuit.block("low"):
        low, low_any = highest_one(circuit, a[:half])
    with circuit.block("high"):
        high, high_any = highest_one(circuit, a[half:])
    index = [
        circuit.gate("mux", high_any, below, above, name=f"index{bit}")
        for bit, (below, above) in enumerate(zip(low, high, strict=False))
    ]
    if len(high) < len(low):  # a short higher half: its number ends in zeros
        none = circuit.gate("not", high_any, name="none")
        index += [
            circuit.gate("and", none, low[bit], name=f"index{bit}")
            for bit in range(len(high), len(low))
        ]
    return [*index, high_any], circuit.gate("or", high_any, low_any, name="any")


# With ports


def select_width(ways: int) -> int:
    """How many bits count ``ways`` ways."""
    return (ways - 1).bit_length()


def multiplexer(circuit: CircuitBuilder, *, ways: int, bits: int) -> None:
    """The circuit of a multiplexer: select and i0, i1, … in, y out."""
    select = circuit.input_bus("select", select_width(ways))
    inputs = [circuit.input_bus(f"i{way}", bits) for way in range(ways)]
    circuit.output_bus("y", choose(circuit, select, inputs))


def chosen(buses: Buses, *, ways: int, bits: int) -> Buses:  # noqa: ARG001 - the same at any width
    """What a multiplexer computes."""
    return {"y": sum((buses["select"] == way) * buses[f"i{way}"] for way in range(ways))}


def one_of_the_ways(buses: Buses, *, ways: int, bits: int) -> Mask:  # noqa: ARG001 - the same at any width
    """Where select is one of the ways: all that a multiplexer promises."""
    inside: Mask = buses["select"] < ways
    return inside


def demultiplexer(circuit: CircuitBuilder, *, ways: int, bits: int) -> None:
    """The circuit of a demultiplexer: select and a in; y0, y1, … out, 0 except the one selected."""
    select = circuit.input_bus("select", select_width(ways))
    a = circuit.input_bus("a", bits)
    with circuit.block("decode"):
        here = decode(circuit, select, range(ways))
    for way in range(ways):
        circuit.output_bus(
            f"y{way}",
            [
                circuit.gate("and", wire, here[way], name=f"y{way}_{bit}")
                for bit, wire in enumerate(a)
            ],
        )


def distributed(buses: Buses, *, ways: int, bits: int) -> Buses:  # noqa: ARG001 - the same at any width
    """What a demultiplexer computes."""
    return {f"y{way}": (buses["select"] == way) * buses["a"] for way in range(ways)}


def decoder(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a decoder: a in, y out, whose bit number a is the only one that is 1."""
    circuit.output_bus("y", list(decode(circuit, circuit.input_bus("a", bits)).values()))


def one_hot(buses: Buses, *, bits: int) -> Buses:
    """What a decoder computes, 2 to the power of a: every bit of a that is 1 shifts by its weight."""
    a: Any = buses["a"]
    y: Any = 1
    for bit in range(bits):
        one = (a >> bit) % 2
        y = (1 - one) * y + one * (y << 2**bit)
    return {"y": y}


def priority_encoder(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a priority encoder: a in; index and valid out."""
    index, valid = highest_one(circuit, circuit.input_bus("a", bits))
    circuit.output_bus("index", index)
    circuit.output("valid", valid)


def place_of_highest(buses: Buses, *, bits: int) -> Buses:
    """What a priority encoder computes: with all bits below the highest one set, ones count to it."""
    filled = buses["a"]
    # The widest shift first: what a bit is then made of, others are made of too.
    for place in reversed(range((bits - 1).bit_length())):
        filled = filled | (filled >> 2**place)
    return {"index": count_of_ones(filled >> 1, bits), "valid": filled % 2}
