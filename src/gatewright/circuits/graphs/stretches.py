"""The longest ways of one cycle, by where they begin and end: at registers, inputs and outputs.

They say how fast a clock could go in hardware, and how deep a cycle is in gates.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> for each in stretches(circuit("accumulator", bits=4).netlist):
    ...     print(each)
    input clear → register total[3]: 6 gates
    register total[0] → register total[3]: 5 gates
    register total[0] → output total[0]: 0 gates
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.graphs.paths import Step
from gatewright.circuits.netlist import Instance, Netlist, port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.logic.numerals import counted
from gatewright.records import dataclass

INPUT, REGISTER, OUTPUT = "input", "register", "output"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A longest way of its kind.

    Attributes:
        begins: at an ``input`` or a ``register``.
        start: its name.
        ends: at a ``register`` or an ``output``.
        end: its name.
        steps: the instances on it.
    """

    begins: str
    start: str
    ends: str
    end: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        gates = counted(len(self.steps), "gate")
        return f"{self.begins} {self.start} → {self.ends} {self.end}: {gates}"


Reached = dict[str, tuple[int, str]]
"""By net: how many gates a longest way to it passes, and the net before it on that way; empty at its start."""


def stretches(netlist: Netlist) -> tuple[Stretch, ...]:
    """A longest way of every kind that there is; of several of one kind the first.

    Raises:
        NetlistError: it is not a circuit.
    """
    order = list(_in_order(netlist))
    drivers = {net: each for each in netlist.instances for net in each.outputs}
    starts = {
        INPUT: {net: bit for bit, net in port_bits(netlist.inputs)},
        REGISTER: {each.q: each.name for each in netlist.registers},
    }
    ends = (
        (REGISTER, [(each.name, each.d) for each in netlist.registers]),
        (OUTPUT, port_bits(netlist.outputs)),
    )
    found = []
    for begins, names in starts.items():
        reached = _reached(order, names)
        for kind, places in ends:
            longest = max(
                ((reached[net][0], -at) for at, (_, net) in enumerate(places) if net in reached),
                default=None,
            )
            if longest is not None:
                name, net = places[-longest[1]]
                start, steps = _way(net, reached, drivers)
                found.append(Stretch(begins, names[start], kind, name, steps))
    return tuple(found)


def _reached(order: Sequence[Instance], starts: dict[str, str]) -> Reached:
    """What is reached from some nets, and how."""
    reached: Reached = dict.fromkeys(starts, (0, ""))
    for each in order:
        known = [(reached[net][0], net) for net in each.inputs if net in reached]
        if known:
            gates, before = max(known, key=lambda way: way[0])
            reached |= dict.fromkeys(each.outputs, (gates + 1, before))
    return reached


def _in_order(netlist: Netlist) -> Iterator[Instance]:
    """Instances, each after those that drive it."""
    drivers = {each.outputs[0]: each for each in netlist.instances}
    program = compile_netlist(cut(netlist))
    for step in program.steps:
        for net in step.outputs[0].tolist():
            yield drivers[program.nets[net]]


def _way(net: str, reached: Reached, drivers: dict[str, Instance]) -> tuple[str, tuple[Step, ...]]:
    """Where the way to a net begins, and the instances on it."""
    steps: list[Step] = []
    while reached[net][1]:
        each = drivers[net]
        steps.append(Step(each.name, each.gate, net))
        net = reached[net][1]
    return net, tuple(reversed(steps))
