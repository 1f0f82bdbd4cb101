"""Cutting the registers out: what a clocked circuit computes between two cycles, as a circuit without registers.

What a register holds becomes an input, what it takes becomes an output. Memories are cut out likewise: what is
read becomes an input, addresses, what is written and where become outputs. Everything that is known of circuits
without registers then holds for one cycle, and by induction for any number of them.

Example:
    >>> from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
    >>> from gatewright.plugins.manager import load_plugins
    >>> toggle = Netlist(
    ...     "toggle", {"xor": load_plugins().gate("xor")}, (Bus("t", ("t",)),), (Bus("q", ("q",)),),
    ...     (Instance("n", "xor", ("t", "q"), ("n",)),), (Register("q", "n", "q", 0),))
    >>> once = cut(toggle)
    >>> [bus.name for bus in once.inputs], [bus.name for bus in once.outputs], once.lint()
    (['t', 'q'], ['q', 'q_next'], ())
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gatewright.circuits.memory import Memory, renamed_pins
from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
from gatewright.gates.functions import function_spec
from gatewright.gates.spec import GateSpec
from gatewright.text import unused

_BIT = re.compile(r"(.+)\[(\d+)\]")


BUFFER = function_spec((0b10,), 1)
"""The gate that a register takes its input through: it restores it, before it is kept."""


def cut(netlist: Netlist, *, restored: bool = False) -> Netlist:
    """The circuit of one cycle.

    Its inputs are those of the circuit, then what its registers hold, then what is read of its memories; its
    outputs those of the circuit, then what the registers take next, both in the order of the registers, then
    the pins of its memories (`gatewright.circuits.memory.Memory.pins`).

    Args:
        netlist: with registers or memories, or without: then it is what is given back.
        restored: whether what a register takes goes through a `BUFFER`, as in circuits of trained gates. Memories
            need none: they decide what is on their pins.
    """
    if not netlist.clocked:
        return netlist
    taken = {bus.name for bus in netlist.inputs + netlist.outputs}
    kept = {(bus.name, bus.nets) for bus in netlist.outputs}
    held = _buses(netlist.registers, [each.q for each in netlist.registers], "", taken, kept)
    ends, instances, gates = (
        [each.d for each in netlist.registers],
        netlist.instances,
        netlist.gates,
    )
    if restored and netlist.registers:
        ends, more = _buffered(netlist)
        instances, gates = (*instances, *more), {**gates, BUFFER.name: BUFFER}
    taken |= {bus.name for bus in held}
    following = _buses(netlist.registers, ends, "_next", taken, set())
    taken |= {bus.name for bus in following}
    return replace(
        netlist,
        gates=gates,
        inputs=(*netlist.inputs, *held, *_read(netlist.memories, taken)),
        outputs=(*netlist.outputs, *following, *_pins(netlist.memories, taken)),
        instances=instances,
        registers=(),
        memories=(),
        clock=None,
        states=None,
    )


def _read(memories: Sequence[Memory], taken: set[str]) -> list[Bus]:
    """A port for what each port of a memory reads."""
    return [
        Bus(unused(f"{memory.name}_read{number}", taken), port.data, vector=True)
        for memory in memories
        for number, port in enumerate(memory.reads)
    ]


def _pins(memories: Sequence[Memory], taken: set[str]) -> list[Bus]:
    """A port for each group of nets that a memory reads; an address of no bits needs none."""
    found = []
    for memory in memories:
        groups = [(f"read{at}_address", port.address) for at, port in enumerate(memory.reads)]
        for at, port in enumerate(memory.writes):
            names = ("address", "data", "enable")
            nets = (port.address, port.data, port.enables)
            groups += [(f"write{at}_{name}", some) for name, some in zip(names, nets, strict=True)]
        found += [
            Bus(unused(f"{memory.name}_{name}", taken), nets, vector=True)
            for name, nets in groups
            if nets
        ]
    return found


def cut_memories(netlist: Netlist) -> Netlist:
    """The circuit without its memories: what is read of them as inputs, their pins as outputs; registers stay."""
    taken = {bus.name for bus in netlist.inputs + netlist.outputs}
    return replace(
        netlist,
        inputs=(*netlist.inputs, *_read(netlist.memories, taken)),
        outputs=(*netlist.outputs, *_pins(netlist.memories, taken)),
        memories=(),
    )


def rejoin(made: Netlist, source: Netlist) -> Netlist:
    """A circuit of one cycle with the registers and memories of the circuit that it was made of put back.

    Args:
        made: what became of `cut` of the source, with the same ports in the same order.
        source: where the registers and memories are taken from.

    Raises:
        NetlistError: gates form a cycle through a memory that is read at once.
    """
    held = [each.q for each in source.registers]
    held += [net for memory in source.memories for port in memory.reads for net in port.data]
    ends = [each.d for each in source.registers]
    for bus in _pins(source.memories, set()):
        ends += bus.nets
    mine, theirs = len(source.input_nets), len(source.output_nets)
    nets = dict(zip(ends, made.output_nets[theirs:], strict=True))
    nets |= zip(held, made.input_nets[mine:], strict=True)
    whole = replace(
        source,
        gates=made.gates,
        inputs=made.inputs[: len(source.inputs)],
        outputs=made.outputs[: len(source.outputs)],
        instances=made.instances,
        registers=tuple(replace(each, d=nets[each.d], q=nets[each.q]) for each in source.registers),
        memories=tuple(
            renamed_pins(each, lambda some: tuple(nets[net] for net in some))
            for each in source.memories
        ),
    )
    whole.check()
    return whole


def gates_of(netlist: Netlist) -> list[GateSpec]:
    """The gates that have to be trained for a circuit: those it places, and the buffer of its registers."""
    buffers = {BUFFER.name: BUFFER} if netlist.registers else {}
    return [*{**netlist.gates, **buffers}.values()]


def _buffered(netlist: Netlist) -> tuple[list[str], list[Instance]]:
    """What registers take behind a buffer each, and the buffers."""
    nets = {net for each in netlist.instances for net in each.outputs}
    nets |= {*netlist.input_nets, *(each.q for each in netlist.registers)}
    nets |= {net for each in netlist.memories for net in each.driven}
    names, ends, more = {each.name for each in netlist.instances}, [], []
    for register in netlist.registers:
        end = unused(f"{register.q}~next", nets)
        name = unused(f"{register.name}/restored", names)
        nets.add(end)
        names.add(name)
        ends.append(end)
        more.append(Instance(name, BUFFER.name, (register.d,), (end,)))
    return ends, more


def _buses(
    registers: Sequence[Register],
    nets: Sequence[str],
    suffix: str,
    taken: set[str],
    kept: set[tuple[str, tuple[str, ...]]],
) -> list[Bus]:
    """A port for every register; those called ``a[0]``, ``a[1]``, … one after the other are one bus.

    Args:
        registers: in order.
        nets: one for each.
        suffix: of the ports' names.
        taken: names that ports have.
        kept: ports that are the same net under the same name, which may be there twice.
    """
    found: list[Bus] = []
    for name, group in _groups([each.name for each in registers]):
        some = tuple(nets[at] for at in group)
        wish, vector = name + suffix, len(group) > 1
        if (wish, some) not in kept:
            wish = unused(wish, taken | {bus.name for bus in found})
        found.append(Bus(wish, some, vector))
    return found


def _groups(names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Names in order, with their places; those that count from 0 one after the other are a group."""
    groups: list[tuple[str, list[int]]] = []
    for at, name in enumerate(names):
        found = _BIT.fullmatch(name)
        base, bit = (found[1], int(found[2])) if found else (name, -1)
        if bit > 0 and groups and groups[-1][0] == base and len(groups[-1][1]) == bit:
            groups[-1][1].append(at)
        else:
            groups.append((base if bit == 0 else name, [at]))
    return [(names[group[0]] if len(group) == 1 else base, group) for base, group in groups]
