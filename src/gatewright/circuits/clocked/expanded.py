"""Memories as registers and gates: what a circuit is without blocks that are taken on trust.

A word becomes a register for each of its bits, a port to write selects them, and one to read is a tree of
multiplexers. A memory that is never written has no registers; what nobody says of its words is 0.

Example:
    >>> from gatewright.circuits.memory import ReadPort
    >>> from gatewright.circuits.netlist import Bus
    >>> rom = Memory("rom", 1, 3, (ReadPort(("a", "b"), ("y",)),), (), (0, 1, 1))
    >>> inputs, outputs = (Bus("a", ("a",)), Bus("b", ("b",))), (Bus("y", ("y",)),)
    >>> made = expanded(Netlist("look-up", {}, inputs, outputs, (), memories=(rom,)))
    >>> [(each.gate, each.inputs, each.outputs) for each in made.instances]
    [('lut1-1', ('a',), ('y~',)), ('lut3-ac', ('b', 'a', 'y~'), ('y',))]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gatewright.circuits.memory import Memory
from gatewright.circuits.netlist import MOST_GATES, Instance, Netlist, Register
from gatewright.circuits.program import by_levels
from gatewright.errors import NetlistError
from gatewright.gates.functions import function_spec
from gatewright.gates.spec import GateSpec
from gatewright.logic.numerals import counted
from gatewright.text import unused

Signal = str | int
"""A net, or a constant."""


def expanded(
    netlist: Netlist, gates: Mapping[str, GateSpec] | None = None, *, read_only: bool = False
) -> Netlist:
    """The same circuit with registers and gates for its memories.

    Args:
        netlist: with memories, or without: then it is what is given back.
        gates: those that are placed where they have the function, by name.
        read_only: whether only memories that are never written are expanded.

    Raises:
        NetlistError: a memory would be too many gates.
    """
    some = [each for each in netlist.memories if not (read_only and each.writes)]
    if not some:
        return netlist
    made = _Expansion(netlist, gates or {})
    for memory in some:
        made.add(memory)
    used = {each.gate: made.specs[each.gate] for each in made.instances}
    whole = replace(
        netlist,
        gates=dict(sorted({**netlist.gates, **used}.items())),
        instances=(*netlist.instances, *made.instances),
        registers=(*netlist.registers, *made.registers),
        memories=tuple(each for each in netlist.memories if each not in some),
    )
    return replace(whole, instances=tuple(by_levels(whole)))


class _Expansion:
    """The registers and gates of memories while they are placed."""

    def __init__(self, netlist: Netlist, gates: Mapping[str, GateSpec]) -> None:
        self.instances: list[Instance] = []
        self.registers: list[Register] = []
        self.specs: dict[str, GateSpec] = {}
        self._known = {
            (len(each.table.inputs), each.table.ones): each
            for each in reversed([*gates.values(), *netlist.gates.values()])
            if len(each.table.outputs) == 1 and each.table.care.all()
        }
        self._taken = {net for each in netlist.instances for net in each.outputs}
        self._taken |= {*netlist.input_nets, *(each.q for each in netlist.registers)}
        self._taken |= {net for each in netlist.memories for net in each.driven}
        self._taken |= {each.name for each in netlist.registers}
        self._names = {each.name for each in netlist.instances}
        self._given = [*netlist.input_nets, *(each.q for each in netlist.registers)]
        self._fresh = ""  # the net of the last gate, while nothing reads it

    def add(self, memory: Memory) -> None:
        """The registers and gates of one memory."""
        gates = memory.bits * (len(memory.reads) + len(memory.writes))
        if gates > MOST_GATES:
            raise NetlistError(
                f"{memory} would be more than {MOST_GATES} gates", hint="leave it a memory"
            )
        words = [
            [int((word or 0) >> bit & 1) for bit in range(memory.width)] for word in memory.initial
        ]
        words += [[0] * memory.width] * (memory.words - len(words))
        held: list[list[Signal]] = [list(word) for word in words]
        if memory.writes:
            held = [
                [
                    unused(f"{memory.name}[{memory.first + at}][{bit}]", self._taken)
                    for bit in range(memory.width)
                ]
                for at in range(memory.words)
            ]
            self._write(memory, held)
        for port in memory.reads:
            for bit, net in enumerate(port.data):
                found: dict[int, Signal] = {
                    memory.first + at: word[bit] for at, word in enumerate(held)
                }
                for select in port.address:
                    pairs = sorted({place >> 1 for place in found})
                    found = {
                        place: self._mux(
                            select, found.get(2 * place, 0), found.get(2 * place + 1, 0), net
                        )
                        for place in pairs
                    }
                self._drive(net, found.get(0, 0))

    def _write(self, memory: Memory, held: list[list[Signal]]) -> None:
        """The registers, and what they take."""
        enables: list[list[dict[str, Signal]]] = []
        for port in memory.writes:
            chosen = self._decoded(memory, port.address)
            nets = dict.fromkeys(port.enables)
            enables.append(
                [
                    {
                        net: self._and(chosen.get(memory.first + at, 0), net, port.data[0])
                        for net in nets
                    }
                    for at in range(memory.words)
                ]
            )
        for at, word in enumerate(held):
            initial = memory.initial[at] if at < len(memory.initial) else None
            for bit, q in enumerate(word):
                taken: Signal = q
                for port, enabled in zip(memory.writes, enables, strict=True):
                    taken = self._mux(enabled[at][port.enables[bit]], taken, port.data[bit], str(q))
                first = None if initial is None else initial >> bit & 1
                self.registers.append(Register(str(q), str(taken), str(q), first))

    def _decoded(self, memory: Memory, address: Sequence[str]) -> dict[int, Signal]:
        """For each address that has a word, the net that is 1 where it is the one."""
        found: dict[int, Signal] = {0: 1}
        last = memory.first + memory.words - 1
        for place in reversed(range(len(address))):
            following: dict[int, Signal] = {}
            for prefix, line in found.items():
                for bit in (0, 1):
                    at = 2 * prefix + bit
                    if at << place <= last and (at + 1 << place) > memory.first:
                        following[at] = self._chosen(line, address[place], bit)
            found = following
        return found

    def _chosen(self, line: Signal, net: str, bit: int) -> Signal:
        """The line, where the net has this bit."""
        if line == 1:
            return net if bit else self._gate(0b01, (net,), net)
        return self._gate(0b1000 if bit else 0b0100, (str(line), net), net)

    def _and(self, a: Signal, b: Signal, wish: str) -> Signal:
        if 0 in (a, b):
            return 0
        if 1 in (a, b):
            return b if a == 1 else a
        return self._gate(0b1000, (str(a), str(b)), wish)

    def _mux(self, select: Signal, zero: Signal, one: Signal, wish: str) -> Signal:
        """One where the select is 1, else zero."""
        if isinstance(select, int):
            return one if select else zero
        if zero == one:
            return zero
        if zero == 0 and one == 1:
            return select
        if zero == 0:
            return self._gate(0b1000, (select, str(one)), wish)
        if one == 1:
            return self._gate(0b1110, (select, str(zero)), wish)
        if zero == 1:
            ones, inputs = (0b01, (select,)) if one == 0 else (0b1011, (select, str(one)))
            return self._gate(ones, inputs, wish)
        if one == 0:
            return self._gate(0b0010, (select, str(zero)), wish)
        return self._gate(0b10101100, (select, str(zero), str(one)), wish)

    def _drive(self, net: str, by: Signal) -> None:
        """Let a net carry a signal; the gate that made it drives it at once if it drives nothing else."""
        if by == self._fresh:
            self.instances[-1] = replace(self.instances[-1], outputs=(net,))
        elif isinstance(by, int):
            some = next(iter([*self._given, *(each.q for each in self.registers)]))
            self._place(0b11 if by else 0b00, (some,), net)
        else:
            self._place(0b10, (by,), net)
        self._fresh = ""

    def _gate(self, ones: int, inputs: tuple[str, ...], wish: str) -> str:
        net = unused(f"{wish}~", self._taken)
        self._place(ones, inputs, net)
        self._fresh = net
        return net

    def _place(self, ones: int, inputs: tuple[str, ...], net: str) -> None:
        count = len(inputs)
        spec = self._known.get((count, (ones,))) or function_spec((ones,), count)
        self.specs[spec.name] = spec
        self.instances.append(Instance(unused(net, self._names), spec.name, inputs, (net,)))
        if len(self.instances) > MOST_GATES:
            raise NetlistError(
                f"its memories would be more than {counted(MOST_GATES, 'gate')}",
                hint="leave them memories",
            )
