"""Numbers that are kept: a register file, and a queue.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> queue = circuit("fifo", depth=4, bits=2).train().clocked()
    >>> [queue.step(push=1, pop=0, data=number)["count"] for number in (3, 1, 2)]
    [0, 1, 2]
    >>> [queue.step(push=0, pop=1, data=0)["q"] for _ in range(4)]
    [3, 1, 2, 0]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.builders.clocked.blocks import (
    Answer,
    counted_on,
    either,
    equals,
    masked,
)
from gatewright.circuits.builders.selectors import choose, decode, select_width


def register_file(circuit: CircuitBuilder, *, address: int, bits: int, ports: int) -> None:
    """2ᵃ registers, one written in a cycle, any of them read at every port.

    A port gives what the register held at the beginning of the cycle, also of one that is being written.
    """
    write, to = circuit.input("write"), circuit.input_bus("to", address)
    data = circuit.input_bus("data", bits)
    from_ = [circuit.input_bus(f"from{port}", address) for port in range(ports)]
    rows = _rows(circuit, 1 << address, to, write, data)
    for port, select in enumerate(from_):
        with circuit.block(f"read{port}"):
            circuit.output_bus(f"q{port}", choose(circuit, select, rows))


def filed(
    state: tuple[int, ...] | None,
    buses: Mapping[str, int],
    *,
    address: int,
    bits: int,  # noqa: ARG001 - numbers of any width are kept alike
    ports: int,
) -> Answer:
    """What `register_file` does in a cycle."""
    held = list(state or (0,) * (1 << address))
    read = {f"q{port}": held[buses[f"from{port}"]] for port in range(ports)}
    if buses["write"]:
        held[buses["to"]] = buses["data"]
    return tuple(held), read


def fifo(circuit: CircuitBuilder, *, depth: int, bits: int) -> None:
    """A queue: ``push`` puts ``data`` in, ``pop`` takes out the oldest, which is ``q``.

    A pop of an empty queue does nothing. A push into a full one does nothing either, unless a pop makes room in
    the same cycle. ``q`` is 0 where the queue is empty. The numbers stay where they were written; two counters
    say where the oldest is, and where the next goes.
    """
    push, pop = circuit.input("push"), circuit.input("pop")
    data = circuit.input_bus("data", bits)
    width = select_width(depth)
    head, tail = (circuit.register_bus(width, name=name) for name in ("head", "tail"))
    count = circuit.register_bus(depth.bit_length(), name="count")
    any_ = circuit.tree("or", count)
    with circuit.block("full"):
        full = equals(circuit, count, depth)
    leaves = circuit.gate("and", pop, any_, name="leaves")
    room = circuit.gate("not", full, name="room")
    enters = circuit.gate("and", push, circuit.gate("or", room, pop, name="may"), name="enters")
    for name, place, moves in (("head", head, leaves), ("tail", tail, enters)):
        with circuit.block(name):
            circuit.drive(place, counted_on(circuit, place, moves, modulo=depth))
    with circuit.block("count"):
        carry = circuit.gate("xor", enters, leaves, name="changes")
        for bit, wire in enumerate(count):
            circuit.drive(wire, circuit.gate("xor", wire, carry, name=f"step{bit}"))
            if bit < len(count) - 1:  # down, which is up on inverted bits, where one leaves
                one = circuit.gate("xor", wire, leaves, name=f"one{bit}")
                carry = circuit.gate("and", one, carry, name=f"carry{bit}")
    rows = _rows(circuit, depth, tail, enters, data)
    with circuit.block("read"):
        oldest = masked(circuit, choose(circuit, head, rows), any_, "q")
    circuit.output_bus("q", oldest)
    circuit.output_bus("count", count)
    circuit.output("empty", circuit.gate("not", any_, name="none"))
    circuit.output("full", full)


def queued(
    state: tuple[int, ...] | None,
    buses: Mapping[str, int],
    *,
    depth: int,
    bits: int,  # noqa: ARG001 - numbers of any width are kept alike
) -> Answer:
    """What `fifo` does in a cycle."""
    held = state or ()
    answer = {
        "q": held[0] if held else 0,
        "count": len(held),
        "empty": int(not held),
        "full": int(len(held) == depth),
    }
    left = held[1:] if buses["pop"] else held
    enters = buses["push"] and len(left) < depth
    return (*left, buses["data"]) if enters else left, answer


def _rows(
    circuit: CircuitBuilder, count: int, to: Sequence[Wire], write: Wire, data: Sequence[Wire]
) -> list[tuple[Wire, ...]]:
    """So many registers of a bus, of which the one that ``to`` counts to takes ``data`` where ``write`` is 1."""
    with circuit.block("write"):
        here = decode(circuit, to, range(count))
    rows = []
    for number in range(count):
        row = circuit.register_bus(len(data), name=f"row{number}")
        with circuit.block(f"row{number}"):
            takes = circuit.gate("and", here[number], write, name="takes")
            circuit.drive(row, either(circuit, takes, row, data, "next"))
        rows.append(row)
    return rows
