"""Bit after bit: a multiplier that shifts and adds, and a transmitter for a serial line.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> multiplier = circuit("serial-multiplier", bits=4).train().clocked()
    >>> for cycle in range(5):
    ...     seen = multiplier.step(start=int(cycle == 0), a=13, b=11)
    >>> seen["busy"], multiplier.step(start=0, a=0, b=0)
    (1, {'product': 143, 'busy': 0, 'done': 1})
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.adders import ripple
from gatewright.circuits.builders.clocked.blocks import (
    DOWN,
    Answer,
    counted_on,
    either,
    equals,
    masked,
    set_to,
)

DATA = 8
"""Bits of a frame; it has a start bit before and a stop bit behind."""

SLOTS = DATA + 2


def serial_multiplier(circuit: CircuitBuilder, *, bits: int) -> None:
    """Multiplies in as many cycles as there are bits: one adder, used again and again.

    ``start`` takes ``a`` and ``b``, and is not heard while ``busy`` is 1; ``done`` is 1 in the cycle after. The
    lower half of ``product`` holds what is left of b, a bit of which goes out in every cycle, so that it is the
    product once ``busy`` is 0; it stays until the next start.
    """
    start, a, b = circuit.input("start"), circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    factor = circuit.register_bus(bits, name="factor")
    product = circuit.register_bus(2 * bits, name="product")
    left = circuit.register_bus(bits.bit_length(), name="left")
    busy = circuit.tree("or", left)
    begins = circuit.gate("and", start, circuit.gate("not", busy, name="idle"), name="begins")
    circuit.drive(factor, either(circuit, begins, factor, a, "factor"))
    with circuit.block("add"):
        addend = masked(circuit, factor, product[0], "addend")
        total, carry = ripple(circuit, product[bits:], addend, 0)
    with circuit.block("shift"):
        goes_on = circuit.gate("not", begins, name="goes-on")
        moved = either(circuit, busy, product, [*product[1:bits], *total, carry], "moved")
        low = either(circuit, begins, moved[:bits], b, "low")
        circuit.drive(product, [*low, *masked(circuit, moved[bits:], goes_on, "high")])
    with circuit.block("left"):
        fewer = counted_on(circuit, left, busy, direction=DOWN)
        circuit.drive(left, set_to(circuit, fewer, bits, begins, goes_on))
        last = equals(circuit, left, 1)
    circuit.output_bus("product", product)
    circuit.output("busy", busy)
    circuit.output("done", circuit.register(last, name="done"))


def multiplied(
    state: tuple[int, int, int, int] | None, buses: Mapping[str, int], *, bits: int
) -> Answer:
    """What `serial_multiplier` does in a cycle: of b, so many bits have been used."""
    a, b, used, done = state or (0, 0, bits, 0)
    busy = int(used < bits)
    so_far = a * (b & ((1 << used) - 1))
    answer = {"product": so_far << (bits - used) | b >> used, "busy": busy, "done": done}
    if busy:
        return (a, b, used + 1, int(used + 1 == bits)), answer
    if buses["start"]:
        return (buses["a"], buses["b"], 0, 0), answer
    return (a, b, used, 0), answer


def uart_transmitter(circuit: CircuitBuilder, *, divider: int) -> None:
    """Sends bytes over one wire: a start bit of 0, eight bits, the lowest first, a stop bit of 1.

    Each takes ``divider`` cycles. A byte is taken in a cycle in which ``valid`` and ``ready`` are 1; the first of
    its frame is the next one. ``ready`` is 1 while the line is idle and in the last cycle of a frame, so that
    frames may follow each other without a gap. An idle line is 1.
    """
    valid, data = circuit.input("valid"), circuit.input_bus("data", DATA)
    frame = circuit.register_bus(DATA + 1, initial=(2 << DATA) - 1, name="frame")
    left = circuit.register_bus(SLOTS.bit_length(), name="left")
    sending = circuit.tree("or", left)
    tick = _tick(circuit, sending, divider)
    with circuit.block("ready"):
        ends = circuit.gate("and", equals(circuit, left, 1), tick, name="ends")
        ready = circuit.gate("or", circuit.gate("not", sending, name="idle"), ends, name="ready")
    takes = circuit.gate("and", valid, ready, name="takes")
    goes_on = circuit.gate("not", takes, name="goes-on")
    with circuit.block("left"):
        fewer = counted_on(circuit, left, tick, direction=DOWN)
        circuit.drive(left, set_to(circuit, fewer, SLOTS, takes, goes_on))
    with circuit.block("frame"):
        # Ones follow the byte: the stop bit, and the idle line.
        filled = circuit.gate("or", frame[-1], tick, name="fill")
        moved = either(circuit, tick, frame[:-1], frame[1:], "moved")
        begun = circuit.gate("and", moved[0], goes_on, name="begun")
        circuit.drive(frame, [begun, *either(circuit, takes, [*moved[1:], filled], data, "next")])
    circuit.output("tx", frame[0])
    circuit.output("ready", ready)


def transmitted(state: tuple[int, int] | None, buses: Mapping[str, int], *, divider: int) -> Answer:
    """What `uart_transmitter` does in a cycle: of a byte, so many cycles have been sent."""
    ready, tx = True, 1
    if state is not None:
        byte, sent = state
        tx = ([0] + [byte >> bit & 1 for bit in range(DATA)] + [1])[sent // divider]
        ready = sent == SLOTS * divider - 1
        state = byte, sent + 1
    if ready:
        state = (buses["data"], 0) if buses["valid"] else None
    return state, {"tx": tx, "ready": int(ready)}


def _tick(circuit: CircuitBuilder, sending: Wire, divider: int) -> Wire:
    """1 in the last of ``divider`` cycles, while ``sending`` is 1."""
    if divider == 1:
        return sending
    count = circuit.register_bus((divider - 1).bit_length(), name="time")
    with circuit.block("time"):
        circuit.drive(count, counted_on(circuit, count, sending, modulo=divider))
        with circuit.block("last"):
            last = equals(circuit, count, divider - 1)
        return circuit.gate("and", last, sending, name="tick")
