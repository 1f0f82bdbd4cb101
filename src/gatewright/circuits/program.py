"""The compiled netlist: levels of equal gates, and index arrays in place of names.

Nets are numbered in the order in which signals reach them: primary inputs first, then level by level, so the
lowest number among wrong nets is the first that went wrong.

Example:
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> circuit = CircuitBuilder("two-nots", {gate.name: gate for gate in gatewright_gates()})
    >>> circuit.output("y", circuit.gate("not", circuit.gate("not", circuit.input("a"))))
    >>> program = compile_netlist(circuit.netlist())
    >>> program.nets, [step.inputs.tolist() for step in program.steps]
    (('a', 'not-1.y', 'y'), [[[0]], [[1]]])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from gatewright.arrays import Indices
from gatewright.circuits.netlist import Instance, Netlist
from gatewright.errors import Hint, NetlistError
from gatewright.gates.spec import GateSpec
from gatewright.logic.numerals import counted
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The instances of one gate on one level, evaluated together.

    Attributes:
        gate: its name.
        inputs: net numbers, shape (gate inputs, instances).
        outputs: net numbers, shape (gate outputs, instances).
    """

    gate: str
    inputs: Indices
    outputs: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A netlist ready to run.

    Attributes:
        gates: the gates that steps name.
        nets: the name of each net, by number; primary inputs come first, in order.
        outputs: the net number of every primary output bit.
        steps: in the order they run.
        depth: number of levels.
    """

    gates: Mapping[str, GateSpec]
    nets: tuple[str, ...]
    outputs: Indices
    steps: tuple[Step, ...]
    depth: int

    @property
    def input_bits(self) -> int:
        """Number of primary input bits; theirs are the first nets."""
        return int(self.steps[0].outputs[0, 0]) if self.steps else len(self.nets)


def compile_netlist(netlist: Netlist) -> Program:
    """Sort a netlist into levels and number its nets.

    Raises:
        NetlistError: it is not a circuit, or has registers.
    """
    netlist.check()
    refuse_registers(netlist)
    numbers = {net: number for number, net in enumerate(netlist.input_nets)}
    steps, depth = [], 0
    for level in _levels(netlist):
        depth += 1
        kinds: dict[str, list[Instance]] = {}
        for each in level:
            kinds.setdefault(each.gate, []).append(each)
        for kind in sorted(kinds):
            same, first = kinds[kind], len(numbers)
            pins = [numbers[net] for each in same for net in each.inputs]
            for each in same:
                for net in each.outputs:
                    numbers[net] = len(numbers)
            driven = np.arange(first, len(numbers), dtype=np.intp)
            steps.append(
                Step(
                    kind,
                    np.array(pins, dtype=np.intp).reshape(len(same), -1).T,
                    driven.reshape(len(same), -1).T,
                )
            )
    outputs = np.array([numbers[net] for net in netlist.output_nets], dtype=np.intp)
    return Program(netlist.gates, tuple(numbers), outputs, tuple(steps), depth)


def kept(netlist: Netlist) -> list[str]:
    """What keeps values from one cycle to the next, counted: registers, memories; nothing where there is none."""
    parts = ((netlist.registers, "register"), (netlist.memories, "memory"))
    return [counted(len(some), what) for some, what in parts if some]


def refuse_registers(netlist: Netlist) -> None:
    """Refuse a circuit with registers or memories, where one pattern says nothing of it.

    Raises:
        NetlistError: it has some.
    """
    if netlist.clocked:
        raise NetlistError(
            f"circuit '{netlist.name}' has {' and '.join(kept(netlist))}, so its outputs depend on the past",
            hint=Hint(
                "step it with .clocked(), or make a circuit of one cycle with .cut()", "clocked"
            ),
        )


def refuse_memories(netlist: Netlist, where: str) -> None:
    """Refuse a circuit with memories, where they would be left out.

    Args:
        netlist: of any circuit.
        where: as in ``a drawing``.

    Raises:
        NetlistError: it has some.
    """
    if netlist.memories:
        count = counted(len(netlist.memories), "memory")
        raise NetlistError(
            f"circuit '{netlist.name}' has {count}, for which {where} has no place",
            hint=Hint("cut it into one cycle, or make gates of them", "memories"),
        )


def by_levels(netlist: Netlist) -> Iterator[Instance]:
    """The instances of a circuit, each after those that drive it."""
    return (each for level in _levels(netlist) for each in level)


def _levels(netlist: Netlist) -> Iterator[list[Instance]]:
    """Instances whose inputs are all driven from earlier levels, level by level (Kahn 1962).

    Within a level, in the order in which their last driver is met, then in the order they were placed. Lists
    of numbers instead of a graph take a tenth of the time, and are linear up to a million instances.
    """
    instances = netlist.instances
    drivers = {net: place for place, each in enumerate(instances) for net in each.outputs}
    # The pins that an instance drives, as a chain through two lists: a list for each instance is a million
    # objects for the garbage collector to look at. Built from the end, so that it is read from the start.
    newest = [-1] * len(instances)
    readers: list[int] = []
    older: list[int] = []
    awaited = [0] * len(instances)
    for place in reversed(range(len(instances))):
        for net in instances[place].inputs:
            driver = drivers.get(net)
            if driver is not None:
                older.append(newest[driver])
                newest[driver] = len(readers)
                readers.append(place)
                awaited[place] += 1
    level = [place for place, count in enumerate(awaited) if not count]
    while level:
        yield [instances[place] for place in level]
        following = []
        for place in level:
            pin = newest[place]
            while pin >= 0:
                reader = readers[pin]
                awaited[reader] -= 1
                if not awaited[reader]:
                    following.append(reader)
                pin = older[pin]
        level = following
