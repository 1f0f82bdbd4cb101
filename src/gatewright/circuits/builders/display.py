"""Seven-segment digits: a bus as hexadecimal digits for people to read.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("hex-display").elaborate({"digits": 2}, plugins.gates)
    >>> verify(circuit, None).claims[0].extent
    'proved exhaustively (256 of 256)'
    >>> [bin(code) for code in CODES[:2]]  # 0 lights all but g, 1 lights b and c
    ['0b111111', '0b110']
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.selectors import decode
from gatewright.circuits.circuit import Buses

SEGMENTS = "abcdefg"
"""a on top, then clockwise to f; g in the middle."""

LIT = (
    *("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg"),
    *("abcefg", "cdefg", "adef", "bcdeg", "adefg", "aefg"),
)
"""The segments that are lit for 0 to 9 and A, b, C, d, E, F."""

CODES = tuple(sum(1 << SEGMENTS.index(segment) for segment in lit) for lit in LIT)
"""The same as numbers: segment a is bit 0."""


def hex_digit(circuit: CircuitBuilder, digit: Sequence[Wire]) -> list[Wire]:
    """The seven segments of a digit of four bits, from a to g.

    Every segment is dark for six digits or fewer: it is the NOR of those, whose decoder is shared.
    """
    dark = {
        segment: [number for number, lit in enumerate(LIT) if segment not in lit]
        for segment in SEGMENTS
    }
    with circuit.block("decode"):
        shows = decode(circuit, digit, {number for numbers in dark.values() for number in numbers})
    segments = []
    for segment, numbers in dark.items():
        first, *others = (shows[number] for number in numbers)
        with circuit.block(segment):
            segments.append(circuit.gate("nor", first, circuit.tree("or", others), name="lit"))
    return segments


# With ports


def hex_display(circuit: CircuitBuilder, *, digits: int) -> None:
    """The circuit of a display: a in; s0, s1, … out, the segments of each digit, the lowest first."""
    a = circuit.input_bus("a", 4 * digits)
    for place in range(digits):
        with circuit.block(f"digit{place}"):
            lit = hex_digit(circuit, a[4 * place : 4 * place + 4])
        circuit.output_bus(f"s{place}", lit)


def shown(buses: Buses, *, digits: int) -> Buses:
    """What a display shows: for each digit the code of the number that it is."""
    return {
        f"s{place}": sum(
            (((buses["a"] >> 4 * place) % 16) == number) * code for number, code in enumerate(CODES)
        )
        for place in range(digits)
    }
