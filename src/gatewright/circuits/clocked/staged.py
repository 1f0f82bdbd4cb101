"""The circuit of one cycle in stages: gates, what memories read at addresses that those give, gates again.

A memory is read within a cycle, so that what it gives may decide where another one is read. Without memories
there is one stage.

Example:
    >>> from gatewright.circuits.memory import Memory, ReadPort
    >>> from gatewright.circuits.netlist import Bus, Instance
    >>> from gatewright.plugins.manager import load_plugins
    >>> rom = Memory("rom", 1, 2, (ReadPort(("n",), ("r",)),), (), (1, 0))
    >>> looked_up = Netlist(
    ...     "look-up", {"not": load_plugins().gate("not")}, (Bus("a", ("a",)),), (Bus("y", ("y",)),),
    ...     (Instance("1", "not", ("a",), ("n",)), Instance("2", "not", ("r",), ("y",))), memories=(rom,))
    >>> found = staged(looked_up)
    >>> found.program.nets, [stage.reads for stage in found.stages]
    (('a', 'n', 'r', 'y'), [((0, 0),), ()])
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gatewright.arrays import Indices
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.memory import ReadPort, WritePort
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import Program, Step, compile_netlist
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Gates that run one after the other, and what is read of memories then.

    Attributes:
        program: of the gates; its inputs are nets that are driven before.
        nets: for each of its nets, its number in the whole circuit.
        reads: the number of a memory and of its port, for each that can be read now.
    """

    program: Program
    nets: Indices
    reads: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class PortPins:
    """The net numbers of one port of a memory; a port to read has no enables.

    Attributes:
        address: bit 0 first.
        data: bit 0 first.
        enables: one for each bit of the data.
    """

    address: Indices
    data: Indices
    enables: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """A clocked circuit between two cycles.

    Attributes:
        program: of all its gates; nets are in the order in which signals reach them, what memories read
            included, which no step drives.
        stages: in order.
        reads: of each memory, the pins of its ports to read.
        writes: of each memory, the pins of its ports to write.
    """

    program: Program
    stages: tuple[Stage, ...]
    reads: tuple[tuple[PortPins, ...], ...] = ()
    writes: tuple[tuple[PortPins, ...], ...] = ()


def staged(netlist: Netlist, *, restored: bool = False) -> Staged:
    """Put the circuit of one cycle in stages.

    Args:
        netlist: with registers or memories.
        restored: as of `gatewright.circuits.clocked.cut.cut`.

    Raises:
        NetlistError: it is not a circuit.
    """
    once = cut(netlist, restored=restored)
    whole = compile_netlist(once)
    if not netlist.memories:
        return Staged(whole, (Stage(whole, np.arange(len(whole.nets)), ()),))
    netlist.check()  # which finds loops through memories; those of gates alone were found above
    numbers = {net: number for number, net in enumerate(whole.nets)}
    ports = [
        (memory_at, port_at, port)
        for memory_at, memory in enumerate(netlist.memories)
        for port_at, port in enumerate(memory.reads)
    ]
    pins = [(_numbers(port.address, numbers), _numbers(port.data, numbers)) for _, _, port in ports]
    at = _stages(whole, pins)
    due = [int(at[data].max()) - 1 for _, data in pins]
    read = {net for memory in netlist.memories for net in memory.driven}
    order = [net for net in once.input_nets if net not in read]
    placed: list[Stage] = []
    for stage in range(int(at.max(initial=0)) + 1):
        instances = [each for each in once.instances if at[numbers[each.outputs[0]]] == stage]
        program = compile_netlist(_part(once, instances))
        order += program.nets[program.input_bits :]
        reads = [place for place, when in enumerate(due) if when == stage]
        order += [net for place in reads for net in ports[place][2].data]
        placed.append(
            Stage(program, np.zeros(0, dtype=np.intp), tuple(ports[place][:2] for place in reads))
        )
    numbers = {net: number for number, net in enumerate(order)}
    stages = tuple(replace(each, nets=_numbers(each.program.nets, numbers)) for each in placed)
    steps = tuple(
        Step(step.gate, stage.nets[step.inputs], stage.nets[step.outputs])
        for stage in stages
        for step in stage.program.steps
    )
    return Staged(
        Program(
            whole.gates,
            tuple(order),
            _numbers(once.output_nets, numbers),
            steps,
            sum(each.program.depth for each in stages),
        ),
        stages,
        tuple(tuple(_pins(port, numbers) for port in each.reads) for each in netlist.memories),
        tuple(tuple(_pins(port, numbers) for port in each.writes) for each in netlist.memories),
    )


def _pins(port: ReadPort | WritePort, numbers: dict[str, int]) -> PortPins:
    enables = port.enables if isinstance(port, WritePort) else ()
    return PortPins(*(_numbers(nets, numbers) for nets in (port.address, port.data, enables)))


def _stages(whole: Program, pins: list[tuple[Indices, Indices]]) -> Indices:
    """The stage in which each net is driven; what is read belongs to the stage after that of its address."""
    at = np.zeros(len(whole.nets), dtype=np.intp)
    while True:
        before = at.copy()
        for address, data in pins:
            at[data] = at[address].max(initial=0) + 1
        for step in whole.steps:
            at[step.outputs] = at[step.inputs].max(axis=0, initial=0)
        if (at == before).all():
            return at


def _part(once: Netlist, instances: list[Instance]) -> Netlist:
    """Some gates of a circuit, as a circuit: what others drive are its inputs."""
    driven = [net for each in instances for net in each.outputs]
    own = set(driven)
    given = [net for each in instances for net in each.inputs if net not in own]
    needed = tuple(dict.fromkeys(given)) or once.input_nets[:1]
    return replace(
        once,
        inputs=(Bus("given", needed),),
        outputs=(Bus("driven", tuple(driven) or needed),),
        instances=tuple(instances),
    )


def _numbers(nets: tuple[str, ...], numbers: dict[str, int]) -> Indices:
    return np.array([numbers[net] for net in nets], dtype=np.intp)
