"""The restoring square root: as on paper, with one row for each bit of the root.

Example:
    >>> from gatewright.circuits.verify.verify import verify
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("square-root").elaborate({"bits": 8}, plugins.gates)
    >>> verify(circuit, None).claims[0].extent
    'proved exhaustively (256 of 256)'
    >>> circuit.run(a=200)  # 14² + 4
    {'root': 14, 'remainder': 4}
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.circuit import Buses


def square_root(circuit: CircuitBuilder, a: Sequence[Wire]) -> tuple[list[Wire], list[Wire]]:
    """The whole root s of a, and a - s², what is left (M. Ercegovac and T. Lang, Division and Square Root, 1994).

    Row by row the next two bits of a are brought down, and 4s + 1 is subtracted: (2s + 1)² is that much more than
    (2s)². If that would borrow, the next bit of the root is 0 and a multiplexer restores the rest. That is at
    most 2s, so rows grow by one: about n²/4 gates for n bits.
    """
    root: list[Wire] = []  # from the most significant
    rest: list[Wire] = []
    inverted: list[Wire] = []
    pairs = [a[low : low + 2] for low in reversed(range(0, len(a), 2))]
    for row, pair in enumerate(pairs):
        with circuit.block(f"row{row}"):
            fits, rest = _row(circuit, [*pair, *rest], inverted[::-1])
            root.append(fits)
            if row < len(pairs) - 1:
                inverted.append(circuit.gate("not", fits, name="not"))
    return root[::-1], rest


def _row(
    circuit: CircuitBuilder, rest: Sequence[Wire], inverted: Sequence[Wire]
) -> tuple[Wire, list[Wire]]:
    """Whether 4s + 1 can be subtracted, and what is left if it is where it can.

    Args:
        circuit: being built.
        rest: with the bits brought down; two less than it may have, right after a row of a single bit.
        inverted: the bits of s, inverted.
    """
    if len(rest) == 1:  # the only bit of the first row: its root is itself
        return rest[0], []
    low, high, *more = rest
    with circuit.block("subtract"):
        less = [circuit.gate("not", low, name="not0")]
        less.append(circuit.gate("xnor", low, high, name="xnor1"))
        carry = circuit.gate("or", low, high, name="or1")
        for bit, (x, y) in enumerate(zip(more, inverted, strict=False), 2):
            carry, s = circuit.instance("full-adder", x, y, carry, name=f"fa{bit}")
            less.append(s)
        for bit, y in enumerate(inverted[len(more) :], 2 + len(more)):
            carry = circuit.gate("and", y, carry, name=f"and{bit}")
    kept = rest[: len(less)]
    if len(rest) > len(kept):  # a bit above those of 4s + 1
        carry = circuit.gate("or", rest[-1], carry, name="fits")
    return carry, [
        circuit.gate("mux", carry, same, smaller, name=f"rest{bit}")
        for bit, (same, smaller) in enumerate(zip(kept, less, strict=True))
    ]


# With ports


def root_of(circuit: CircuitBuilder, *, bits: int) -> None:
    """The circuit of a square root: a in, root and remainder out."""
    root, remainder = square_root(circuit, circuit.input_bus("a", bits))
    circuit.output_bus("root", root)
    circuit.output_bus("remainder", remainder)


def whole_root(buses: Buses, *, bits: int) -> Buses:
    """What it computes, digit by digit: always rest + root² are the bits of a so far, and rest is at most 2·root.

    The first holds as (2s + d)² = 4s² + d·(4s + 1) for d of 0 or 1. The second says root² ≤ a < (root + 1)².
    """
    a = buses["a"]
    root = rest = a * 0
    for row, low in enumerate(reversed(range(0, bits, 2)), 2):
        rest = rest * 4 + (a >> low) % 4
        fits, less = rest > root * 4, rest - (root * 4 + 1)
        rest = (fits * less | (rest <= root * 4) * rest) % 2**row  # as many bits as 2·root has
        root = root * 2 + fits
    return {"root": root, "remainder": rest}
