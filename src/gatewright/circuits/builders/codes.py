"""Codes and bit counts: parity, population count, Gray code, Hamming code.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("hamming-corrector").elaborate({}, plugins.gates)
    >>> verify(circuit, None).claims[0].extent
    'proved exhaustively (128 of 128)'
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.numbers import count_of_ones, parity_of
from gatewright.circuits.builders.selectors import decode
from gatewright.circuits.circuit import Buses


def parity(circuit: CircuitBuilder, a: Sequence[Wire]) -> Wire:
    """1 if an odd number of bits is 1: a tree of XOR gates. n - 1 gates, ⌈log₂n⌉ levels."""
    return circuit.tree("xor", a)


def count_ones(circuit: CircuitBuilder, a: Sequence[Wire]) -> list[Wire]:
    """How many bits are 1: two parts are counted, and added with the last bit as their carry in.

    The lower part has 2ᵏ - 1 bits, as many as k bits can count. n - 1 gates or fewer, only full
    adders for 2ᵏ - 1 bits, at most 2⌈log₂n⌉ - 1 levels (C. C. Foster and F. D. Stockton, Counting
    responders in an associative memory, IEEE ToC C-20(12), 1971).
    """
    if len(a) <= 1:
        return list(a)
    *others, carry = a
    half = (1 << len(a).bit_length() - 1) - 1
    with circuit.block("low"):
        low = count_ones(circuit, others[:half])
    with circuit.block("high"):
        high = count_ones(circuit, others[half:])
    count = []
    for bit, wire in enumerate(low):
        if bit < len(high):
            carry, s = circuit.instance("full-adder", wire, high[bit], carry, name=f"fa{bit}")
        else:
            carry, s = circuit.instance("half-adder", wire, carry, name=f"ha{bit}")
        count.append(s)
    return [*count, carry]


def to_gray(circuit: CircuitBuilder, a: Sequence[Wire]) -> list[Wire]:
    """A number's Gray code, in which neighbours differ in one bit (F. Gray, US patent 2632058, 1953).

    Every bit is inverted if the next higher one is 1. n - 1 gates, one level.
    """
    return [
        *(circuit.gate("xor", x, y, name=f"xor{bit}") for bit, (x, y) in enumerate(pairwise(a))),
        a[-1],
    ]


def from_gray(circuit: CircuitBuilder, a: Sequence[Wire]) -> list[Wire]:
    """The number that a Gray code stands for: each bit the parity of those from it up.

    n - 1 gates, n - 1 levels: from the top, every bit waits for the one above.
    """
    number = [a[-1]]
    for bit in reversed(range(len(a) - 1)):
        number.append(circuit.gate("xor", a[bit], number[-1], name=f"xor{bit}"))
    return number[::-1]


def hamming_code(circuit: CircuitBuilder, data: Sequence[Wire]) -> list[Wire]:
    """Four bits of data as seven, any one of which may be wrong (R. W. Hamming, 1950).

    Positions count from 1. Those that are a power of two hold parity: of all positions whose number has
    that bit. The others hold the data. 3 gates, one level.
    """
    at = dict(zip(_DATA, data, strict=True))
    code = dict(at)
    for check in (1, 2, 4):
        covered = [wire for position, wire in at.items() if position & check]
        code[check] = circuit.gate("xor3", *covered, name=f"parity{check}")
    return [code[position] for position in range(1, 8)]


def corrected(circuit: CircuitBuilder, code: Sequence[Wire]) -> tuple[list[Wire], list[Wire]]:
    """The data of a code of which at most one bit is wrong, and the position of that bit, 0 if none is.

    The parities that fail spell the position. 9 XOR gates for them, a decoder, 4 XOR gates that
    invert data.
    """
    position = []
    for bit in range(3):
        covered = [code[place - 1] for place in range(1, 8) if place >> bit & 1]
        with circuit.block(f"parity{2**bit}"):
            position.append(parity(circuit, covered))
    with circuit.block("decode"):
        wrong = decode(circuit, position, wanted=_DATA)
    data = [
        circuit.gate("xor", code[place - 1], wrong[place], name=f"data{bit}")
        for bit, place in enumerate(_DATA)
    ]
    return data, position


_DATA = (3, 5, 6, 7)
"""The positions of Hamming(7,4) that hold data."""


# With ports


def parity_tree(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a parity tree: a in, parity out."""
    circuit.output("parity", parity(circuit, circuit.input_bus("a", bits)))


def oddness(buses: Buses, *, bits: int) -> Buses:
    """What a parity tree computes."""
    return {"parity": parity_of(buses["a"], bits)}


def popcount(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a population count: a in, count out."""
    circuit.output_bus("count", count_ones(circuit, circuit.input_bus("a", bits)))


def population(buses: Buses, *, bits: int) -> Buses:
    """What a population count computes."""
    return {"count": count_of_ones(buses["a"], bits)}


def gray_encoder(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a Gray encoder: a in, gray out."""
    circuit.output_bus("gray", to_gray(circuit, circuit.input_bus("a", bits)))


def gray(buses: Buses, *, bits: int) -> Buses:  # noqa: ARG001 - the same at any width
    """What a Gray encoder computes."""
    return {"gray": buses["a"] ^ (buses["a"] >> 1)}


def gray_decoder(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a Gray decoder: gray in, a out."""
    circuit.output_bus("a", from_gray(circuit, circuit.input_bus("gray", bits)))


def number_of_gray(buses: Buses, *, bits: int) -> Buses:
    """What a Gray decoder computes: each bit becomes the parity of all from it up."""
    number, shift = buses["gray"], 1
    while shift < bits:
        number = number ^ (number >> shift)
        shift *= 2
    return {"a": number}


def hamming_encoder(circuit: CircuitBuilder) -> None:
    """The circuit of a Hamming(7,4) encoder: data in, code out; bit 0 of the code is position 1."""
    circuit.output_bus("code", hamming_code(circuit, circuit.input_bus("data", 4)))


def hamming(buses: Buses) -> Buses:
    """What a Hamming encoder computes: the data in place, and the sum of its positions as parities.

    The positions of the ones of a code add up to 0 without carries: that is all the code asks for.
    """
    code, positions = 0 * buses["data"], 0 * buses["data"]
    for bit, place in enumerate(_DATA):
        one = (buses["data"] >> bit) % 2
        code, positions = code + (one << (place - 1)), positions ^ (one * place)
    for bit in range(3):
        code = code + (((positions >> bit) % 2) << (2**bit - 1))
    return {"code": code}


def hamming_corrector(circuit: CircuitBuilder) -> None:
    """The circuit of a Hamming(7,4) corrector: code in; data, and the position of the wrong bit, out."""
    data, position = corrected(circuit, circuit.input_bus("code", 7))
    circuit.output_bus("data", data)
    circuit.output_bus("position", position)


def hamming_data(buses: Buses) -> Buses:
    """What a Hamming corrector computes: the positions of ones add up, without carries, to the wrong one."""
    code = buses["code"]
    position = 0 * code
    for place in range(1, 8):
        position = position ^ (((code >> (place - 1)) % 2) * place)
    data = 0 * code
    for bit, place in enumerate(_DATA):
        right = ((code >> (place - 1)) % 2) ^ ((position == place) * 1)
        data = data + (right << bit)
    return {"data": data, "position": position}
