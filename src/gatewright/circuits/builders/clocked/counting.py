"""Circuits with registers: counters, shift registers, and what adds up over cycles.

Each is told what it does in one cycle by a function of Python beside it.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("counter").elaborate({"bits": 3}, plugins.gates)
    >>> len(circuit.netlist.registers), [bus.name for bus in circuit.netlist.inputs]
    (3, ['enable'])
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.clocked.blocks import DOWN, Answer, counted_on, masked

TAPS: Mapping[int, tuple[int, ...]] = {
    2: (2, 1),
    3: (3, 2),
    4: (4, 3),
    5: (5, 3),
    6: (6, 5),
    7: (7, 6),
    8: (8, 6, 5, 4),
    9: (9, 5),
    10: (10, 7),
    11: (11, 9),
    12: (12, 6, 4, 1),
    13: (13, 4, 3, 1),
    14: (14, 5, 3, 1),
    15: (15, 14),
    16: (16, 15, 13, 4),
    17: (17, 14),
    18: (18, 11),
    19: (19, 6, 2, 1),
    20: (20, 17),
    21: (21, 19),
    22: (22, 21),
    23: (23, 18),
    24: (24, 23, 22, 17),
    25: (25, 22),
    26: (26, 6, 2, 1),
    27: (27, 5, 2, 1),
    28: (28, 25),
    29: (29, 27),
    30: (30, 6, 4, 1),
    31: (31, 28),
    32: (32, 22, 2, 1),
}
"""Stages whose XOR comes back, for the longest period of every width (P. Alfke, Xilinx XAPP 052, 1996)."""


def counter(circuit: CircuitBuilder, *, bits: int, direction: str, modulo: int) -> None:
    """Counts while ``enable`` is 1, up or down, and begins anew at ``modulo``; 0 is the whole range.

    Raises:
        UsageError: the modulus is more than so many bits count to.
    """
    enable = circuit.input("enable")
    count = circuit.register_bus(bits, name="count")
    circuit.drive(count, counted_on(circuit, count, enable, direction=direction, modulo=modulo))
    circuit.output_bus("count", count)


def counted(
    state: int | None, buses: Mapping[str, int], *, bits: int, direction: str, modulo: int
) -> Answer:
    """What `counter` does in a cycle."""
    count, last = state or 0, modulo or 1 << bits
    step = buses["enable"] * (-1 if direction == DOWN else 1)
    return (count + step) % last, {"count": count}


def shift_register(circuit: CircuitBuilder, *, bits: int) -> None:
    """A bit in, and the same bit out as many cycles later; all stages can be read."""
    stages = circuit.register_bus(bits, name="stage")
    circuit.drive(stages, (circuit.input("d"), *stages[:-1]))
    circuit.output_bus("q", stages)


def shifted(state: int | None, buses: Mapping[str, int], *, bits: int) -> Answer:
    """What `shift_register` does in a cycle."""
    held = state or 0
    return (held << 1 | buses["d"]) & ((1 << bits) - 1), {"q": held}


def lfsr(circuit: CircuitBuilder, *, bits: int) -> None:
    """A linear feedback shift register: 2ᵇⁱᵗˢ - 1 states before the first comes again, none of them 0."""
    stages = circuit.register_bus(bits, initial=1, name="stage")
    back = circuit.tree("xor", [stages[tap - 1] for tap in TAPS[bits]])
    circuit.drive(stages, (back, *stages[:-1]))
    circuit.output_bus("q", stages)


def stepped(state: int | None, _: Mapping[str, int], *, bits: int) -> Answer:
    """What `lfsr` does in a cycle."""
    held = 1 if state is None else state
    back = sum(held >> (tap - 1) & 1 for tap in TAPS[bits]) & 1
    return (held << 1 | back) & ((1 << bits) - 1), {"q": held}


def accumulator(circuit: CircuitBuilder, *, bits: int) -> None:
    """Adds ``a`` to what it holds in every cycle; ``clear`` begins anew. A full adder a bit."""
    a, clear = circuit.input_bus("a", bits), circuit.input("clear")
    total = circuit.register_bus(bits, name="total")
    kept = masked(circuit, total, circuit.gate("not", clear, name="keep"), "kept")
    carry: Wire | None = None
    for bit, (x, y) in enumerate(zip(a, kept, strict=True)):
        carry, s = (
            circuit.instance("half-adder", x, y, name=f"add{bit}")
            if carry is None
            else circuit.instance("full-adder", x, y, carry, name=f"add{bit}")
        )
        circuit.drive(total[bit], s)
    circuit.output_bus("total", total)


def accumulated(state: int | None, buses: Mapping[str, int], *, bits: int) -> Answer:
    """What `accumulator` does in a cycle."""
    held = state or 0
    kept = 0 if buses["clear"] else held
    return (kept + buses["a"]) & ((1 << bits) - 1), {"total": held}


def serial_adder(circuit: CircuitBuilder) -> None:
    """Adds two numbers that come a bit a cycle, lowest first: one full adder, and its carry in a register."""
    a, b, first = circuit.input("a"), circuit.input("b"), circuit.input("first")
    carry = circuit.register(name="carry")
    kept = circuit.gate("and", carry, circuit.gate("not", first, name="goes-on"), name="kept")
    out, s = circuit.instance("full-adder", a, b, kept, name="adder")
    circuit.drive(carry, out)
    circuit.output("sum", s)


def serially_added(state: int | None, buses: Mapping[str, int]) -> Answer:
    """What `serial_adder` does in a cycle."""
    total = buses["a"] + buses["b"] + (0 if buses["first"] else state or 0)
    return total >> 1, {"sum": total & 1}
