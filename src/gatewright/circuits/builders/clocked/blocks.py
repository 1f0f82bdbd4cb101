"""Blocks that circuits with registers are made of: counting on, being a number, holding or taking.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> circuit = CircuitBuilder("seven", load_plugins(kinds=("gates",)).gates)
    >>> circuit.output("is7", equals(circuit, circuit.input_bus("a", 3), 7))
    >>> len(circuit.netlist().instances)
    2
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.errors import UsageError

Answer = tuple[object, dict[str, int]]
"""What a circuit does in one cycle: its next state, and its output buses."""

UP, DOWN = "up", "down"


def equals(circuit: CircuitBuilder, wires: Sequence[Wire], number: int) -> Wire:
    """Whether a bus is a number: an AND of all bits, those that should be 0 inverted."""
    literals = [
        wire if number >> bit & 1 else circuit.gate("not", wire, name=f"zero{bit}")
        for bit, wire in enumerate(wires)
    ]
    return circuit.tree("and", literals)


def counted_on(
    circuit: CircuitBuilder,
    count: Sequence[Wire],
    enable: Wire,
    *,
    direction: str = UP,
    modulo: int = 0,
) -> list[Wire]:
    """The number that follows a count where ``enable`` is 1, else the count itself.

    An XOR and an AND a bit, and for a modulus one comparison with a constant.

    Args:
        circuit: being built.
        count: below the modulus.
        enable: whether to count.
        direction: `UP` or `DOWN`.
        modulo: how many numbers there are; 0 for all that the bits count to.

    Raises:
        UsageError: the modulus is more than so many bits count to.
    """
    bits = len(count)
    last = modulo or 1 << bits
    if last > 1 << bits:
        raise UsageError(
            f"{bits} bits do not count to {modulo}", hint=f"choose a modulo of at most {1 << bits}"
        )
    carry, steps = enable, []
    for bit, wire in enumerate(count):
        steps.append(circuit.gate("xor", wire, carry, name=f"step{bit}"))
        if bit < bits - 1:  # down is up on inverted bits
            one = circuit.gate("not", wire, name=f"not{bit}") if direction == DOWN else wire
            carry = circuit.gate("and", one, carry, name=f"carry{bit}")
    if last == 1 << bits:
        return steps
    edge = 0 if direction == DOWN else last - 1
    at_edge = circuit.gate("and", equals(circuit, count, edge), enable, name="wrap")
    stays = circuit.gate("not", at_edge, name="stays")
    return set_to(circuit, steps, last - 1 if direction == DOWN else 0, at_edge, stays)


def set_to(
    circuit: CircuitBuilder, wires: Sequence[Wire], number: int, now: Wire, otherwise: Wire
) -> list[Wire]:
    """A fixed number where ``now`` is 1, else a bus; ``otherwise`` is 1 where ``now`` is 0."""
    return [
        circuit.gate("or", wire, now, name=f"set{bit}")
        if number >> bit & 1
        else circuit.gate("and", wire, otherwise, name=f"clear{bit}")
        for bit, wire in enumerate(wires)
    ]


def either(
    circuit: CircuitBuilder, select: Wire, zero: Sequence[Wire], one: Sequence[Wire], name: str
) -> list[Wire]:
    """The bus ``one`` where ``select`` is 1, else the bus ``zero``: a multiplexer a bit."""
    return [
        circuit.gate("mux", select, low, high, name=f"{name}{bit}")
        for bit, (low, high) in enumerate(zip(zero, one, strict=True))
    ]


def masked(circuit: CircuitBuilder, wires: Sequence[Wire], keep: Wire, name: str) -> list[Wire]:
    """A bus where ``keep`` is 1, else 0: an AND a bit, ``name`` with its number."""
    return [circuit.gate("and", wire, keep, name=f"{name}{bit}") for bit, wire in enumerate(wires)]
