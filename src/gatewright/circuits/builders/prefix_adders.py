"""Adders that look ahead: carry-lookahead, Kogge-Stone and Brent-Kung.

Bit i *generates* a carry if both its inputs are 1 and *propagates* one if they differ, and so does a span of
neighbouring bits; two spans side by side are one span (R. P. Brent and H. T. Kung, A regular layout for
parallel adders, IEEE ToC 31(3), 1982). A span that propagates does not generate, so a single multiplexer joins
two of them.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> for name in ("ripple-adder", "carry-lookahead", "brent-kung", "kogge-stone"):
    ...     netlist = plugins.circuit(name).elaborate({"bits": 64}, plugins.gates).netlist
    ...     print(f"{name}: {len(netlist.instances)} gates, {compile_netlist(netlist).depth} levels")
    ripple-adder: 64 gates, 64 levels
    carry-lookahead: 634 gates, 21 levels
    brent-kung: 304 gates, 12 levels
    kogge-stone: 706 gates, 8 levels
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatewright.circuits.builder import CircuitBuilder, Wire


class Span(NamedTuple):
    """What neighbouring bits do with a carry.

    Attributes:
        generate: 1 if they make one; None if they never do.
        propagate: 1 if one that comes in from below goes out above; None if nothing lies below.
    """

    generate: Wire | None
    propagate: Wire | None


def kogge_stone(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], carry: Wire
) -> tuple[list[Wire], Wire]:
    """The shallowest prefix adder, log₂n + 2 levels (P. M. Kogge and H. S. Stone, 1973).

    n log₂n - n + 1 joined spans for n a power of two: the most gates and wires, but no net with
    more than log₂n + 1 readers.
    """
    return _prefix_adder(circuit, a, b, carry, kogge_stone_spans)


def brent_kung(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], carry: Wire
) -> tuple[list[Wire], Wire]:
    """A prefix adder of few gates and short wires (R. P. Brent and H. T. Kung, 1982).

    2n - 2 - log₂n joined spans in 2 log₂n - 2 levels, for n a power of two from 4 on, between one
    level of half adders and one of XOR gates.
    """
    return _prefix_adder(circuit, a, b, carry, brent_kung_spans)


def kogge_stone_spans(circuit: CircuitBuilder, bits: Sequence[Span]) -> list[Span]:
    """The span from every bit down to bit 0; twice as many bits after every level."""
    spans, distance, level = list(bits), 1, 0
    while distance < len(spans):
        with circuit.block(f"level{level}"):
            joined = [
                _joined(circuit, spans[bit], spans[bit - distance], bit)
                for bit in range(distance, len(spans))
            ]
        spans = spans[:distance] + joined
        distance, level = 2 * distance, level + 1
    return spans


def brent_kung_spans(circuit: CircuitBuilder, bits: Sequence[Span]) -> list[Span]:
    """The span from every bit down to bit 0: a tree up, and a tree down for the bits it left out."""
    spans = list(bits)
    distances = [1 << level for level in range((len(spans) - 1).bit_length())]
    for distance in distances:
        with circuit.block(f"up{distance}"):
            for bit in range(2 * distance - 1, len(spans), 2 * distance):
                spans[bit] = _joined(circuit, spans[bit], spans[bit - distance], bit)
    for distance in reversed(distances):
        with circuit.block(f"down{distance}"):
            for bit in range(3 * distance - 1, len(spans), 2 * distance):
                spans[bit] = _joined(circuit, spans[bit], spans[bit - distance], bit)
    return spans


def sum_of_spans(
    circuit: CircuitBuilder, sums: Sequence[Wire], spans: Sequence[Span]
) -> list[Wire]:
    """Each bit's own sum, inverted if a carry comes from the span below it.

    Args:
        circuit: being built.
        sums: of each bit without a carry.
        spans: from each bit down to bit 0; that of the last bit is not needed.
    """
    total = [sums[0]]
    for bit, (alone, below) in enumerate(zip(sums[1:], spans, strict=False), 1):
        carry = below.generate
        if carry is None:
            total.append(alone)
        else:
            total.append(circuit.gate("xor", alone, carry, name=f"sum{bit}"))
    return total


def _joined(circuit: CircuitBuilder, high: Span, low: Span, bit: int) -> Span:
    """Two spans side by side as one; ``bit`` is the highest of them."""
    if high.propagate is None:
        raise ValueError("the higher of two spans has bits below it")
    propagate = None
    if low.propagate is not None:
        propagate = circuit.gate("and", high.propagate, low.propagate, name=f"p{bit}")
    if low.generate is None:
        return Span(high.generate, propagate)
    if high.generate is None:
        generate = circuit.gate("and", high.propagate, low.generate, name=f"g{bit}")
    else:
        generate = circuit.gate("mux", high.propagate, high.generate, low.generate, name=f"g{bit}")
    return Span(generate, propagate)


def _bits(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], carry: Wire
) -> tuple[list[Span], list[Wire]]:
    """Each bit as a span, and its sum. The carry in is added at bit 0: nothing propagates through that."""
    carry, s = circuit.instance("full-adder", a[0], b[0], carry, name="fa0")
    spans, sums = [Span(carry, None)], [s]
    for bit, (x, y) in enumerate(zip(a[1:], b[1:], strict=True), 1):
        generate, propagate = circuit.instance("half-adder", x, y, name=f"ha{bit}")
        spans.append(Span(generate, propagate))
        sums.append(propagate)
    return spans, sums


def _prefix_adder(
    circuit: CircuitBuilder,
    a: Sequence[Wire],
    b: Sequence[Wire],
    carry: Wire,
    network: Callable[[CircuitBuilder, Sequence[Span]], list[Span]],
) -> tuple[list[Wire], Wire]:
    bits, sums = _bits(circuit, a, b, carry)
    spans = network(circuit, bits)
    out = spans[-1].generate
    assert out is not None  # noqa: S101 - bit 0 generates
    return sum_of_spans(circuit, sums, spans), out


def carry_lookahead(
    circuit: CircuitBuilder, a: Sequence[Wire], b: Sequence[Wire], carry: Wire
) -> tuple[list[Wire], Wire]:
    """Carries by sums of products over groups of four, and over groups of groups.

    The carry out of a group is g₃ + p₃g₂ + p₃p₂g₁ + p₃p₂p₁g₀ + p₃p₂p₁p₀c: two gates deep with gates of
    enough inputs, a few more with those of two and three. Some 10 gates for each bit,
    and levels as log₄n (A. Weinberger and J. L. Smith, A logic for high-speed addition, NBS, 1958).
    """
    halves = [
        circuit.instance("half-adder", x, y, name=f"ha{bit}")
        for bit, (x, y) in enumerate(zip(a, b, strict=True))
    ]
    carries = _lookahead(circuit, halves, carry, 0)
    total = [
        circuit.gate("xor", half, into, name=f"sum{bit}")
        for bit, ((_, half), into) in enumerate(zip(halves, carries, strict=False))
    ]
    return total, carries[-1]


_GROUP = 4


def _lookahead(
    circuit: CircuitBuilder, pairs: Sequence[tuple[Wire, ...]], carry: Wire, level: int
) -> list[Wire]:
    """The carry into each (generate, propagate) pair, and the one out of the last."""
    if len(pairs) <= _GROUP:
        with circuit.block(f"level{level}"):
            return [
                carry,
                *(_carry(circuit, pairs[:end], carry) for end in range(1, len(pairs) + 1)),
            ]
    groups = [pairs[low : low + _GROUP] for low in range(0, len(pairs), _GROUP)]
    joined = []
    for number, group in enumerate(groups):
        with circuit.block(f"level{level}"), circuit.block(f"group{number}"):
            generate = _carry(circuit, group, None)
            joined.append((generate, _all(circuit, [propagate for _, propagate in group])))
    into = _lookahead(circuit, joined, carry, level + 1)
    carries = []
    for number, (group, first) in enumerate(zip(groups, into, strict=False)):
        with circuit.block(f"level{level}"), circuit.block(f"group{number}"):
            ends = range(1, len(group))
            carries += [first, *(_carry(circuit, group[:end], first) for end in ends)]
    return [*carries, into[-1]]


def _carry(circuit: CircuitBuilder, pairs: Sequence[tuple[Wire, ...]], carry: Wire | None) -> Wire:
    """The carry out of some pairs: one is generated, and propagated by all that follow."""
    generates = [generate for generate, _ in pairs]
    propagates = [propagate for _, propagate in pairs]
    terms = [
        _all(circuit, [*propagates[place + 1 :], generate])
        for place, generate in enumerate(generates)
    ]
    if carry is not None:
        terms.append(_all(circuit, [*propagates, carry]))
    return _any(circuit, terms)


def _all(circuit: CircuitBuilder, wires: list[Wire]) -> Wire:
    return circuit.gate("and3", *wires) if len(wires) == 3 else circuit.tree("and", wires)


def _any(circuit: CircuitBuilder, wires: list[Wire]) -> Wire:
    return circuit.gate("or3", *wires) if len(wires) == 3 else circuit.tree("or", wires)
