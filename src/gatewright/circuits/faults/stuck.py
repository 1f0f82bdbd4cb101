"""Stuck-at faults: a wire, or one branch of it, that is 0 or 1 whatever drives it.

A net has a fault at its stem. Where it is read in more than one place, each of these places, a pin of a gate or
an output of the circuit, has one of its own too: the wire may break behind the fork. Faults of one gate that
make the same function of it cannot be told apart by any pattern; they are one class (McCluskey and Clegg 1971).

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.program import compile_netlist
    >>> adder = circuit("ripple-adder", bits=1).netlist
    >>> classes = fault_classes(adder, compile_netlist(adder))
    >>> len(classes), sum(each.alike for each in classes), str(classes[0])
    (10, 10, 'a[0] stuck at 0')
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import field, replace
from typing import NamedTuple

from gatewright.circuits.netlist import Instance, Netlist
from gatewright.circuits.program import Program
from gatewright.records import dataclass


class Place(NamedTuple):
    """Where a fault lies in a program.

    Attributes:
        net: its number.
        step: of the gate that a branch leads into; -1 for a stem or an output.
        pin: of that gate, or the number of an output bit; -1 for a stem.
        column: the instance, among those of the step; -1 where there is none.
    """

    net: int
    step: int = -1
    pin: int = -1
    column: int = -1


@dataclass(frozen=True, slots=True)
class Fault:
    """A wire that is stuck, for all faults that no pattern tells from it.

    Attributes:
        net: the name of the wire.
        value: 0 or 1.
        into: of a branch, where it leads: an instance and its pin, or an output; empty for the whole net.
        place: in the compiled program.
        others: of its class.

    Example:
        >>> str(Fault("carry", 0)), str(Fault("carry", 1, "high.a"))
        ('carry stuck at 0', 'carry into high.a stuck at 1')
    """

    net: str
    value: int
    into: str = ""
    place: Place = field(default=Place(-1), repr=False, compare=False)
    others: tuple[Fault, ...] = field(default=(), repr=False, compare=False)

    @property
    def alike(self) -> int:
        """How many faults are of its class, itself among them."""
        return 1 + len(self.others)

    def __str__(self) -> str:
        """As people write it."""
        into = f" into {self.into}" if self.into else ""
        return f"{self.net}{into} stuck at {self.value}"


def fault_classes(netlist: Netlist, program: Program) -> tuple[Fault, ...]:
    """One fault of each class, in the order in which signals reach them.

    It is the last stem of the class: the fewest gates lie behind it.

    Args:
        netlist: without registers.
        program: the same, compiled.
    """
    first = [(max(some, key=_latest), some) for some in alike(program)]
    named = Names(netlist, program)
    return tuple(
        replace(
            named.fault(each), others=tuple(named.fault(other) for other in some if other != each)
        )
        for each, some in sorted(first)
    )


def alike(program: Program) -> list[list[tuple[Place, int]]]:
    """All faults, those of each class together: a place and the value at which it is stuck."""
    branches = dict(_branches(program))
    places = [Place(net) for net in range(len(program.nets))] + list(branches.values())
    first = {(place, value): (place, value) for place in places for value in (0, 1)}

    def root(each: tuple[Place, int]) -> tuple[Place, int]:
        while first[each] != each:
            first[each] = first[first[each]]
            each = first[each]
        return each

    for number, step in enumerate(program.steps):
        same = _alike(program.gates[step.gate].table.ones, len(step.inputs))
        pins, driven = step.inputs.T.tolist(), step.outputs.T.tolist()
        for column, (inputs, outputs) in enumerate(zip(pins, driven, strict=True)):
            ends = [
                branches.get((number, pin, column), Place(net)) for pin, net in enumerate(inputs)
            ]
            ends += [Place(net) for net in outputs]
            for (end, value), (other, its) in same:
                first[root((ends[end], value))] = root((ends[other], its))
    classes: dict[tuple[Place, int], list[tuple[Place, int]]] = {}
    for fault in first:
        classes.setdefault(root(fault), []).append(fault)
    return list(classes.values())


def _latest(fault: tuple[Place, int]) -> tuple[bool, int, int]:
    place, value = fault
    return place.pin < 0, place.net, -value


def _branches(program: Program) -> Iterator[tuple[tuple[int, int, int], Place]]:
    """The branches of every net that is read in more than one place, by step, pin and column."""
    readers: dict[int, list[Place]] = {}
    for number, step in enumerate(program.steps):
        for pin, nets in enumerate(step.inputs.tolist()):
            for column, net in enumerate(nets):
                readers.setdefault(net, []).append(Place(net, number, pin, column))
    for position, net in enumerate(program.outputs.tolist()):
        readers.setdefault(net, []).append(Place(net, -1, position))
    for places in readers.values():
        if len(places) > 1:
            yield from ((place[1:], place) for place in places)


def _alike(ones: tuple[int, ...], pins: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of faults of a gate that make the same function of it: (end, value), its pins before its outputs."""
    rows = range(1 << pins)
    known: dict[Hashable, tuple[int, int]] = {}
    pairs = []
    for value in (0, 1):
        for end in range(pins + len(ones)):
            if end < pins:
                bit = 1 << (pins - 1 - end)  # the first pin is the most significant
                seen = [row | bit if value else row & ~bit for row in rows]
                made = tuple(
                    sum((column >> row & 1) << at for at, row in enumerate(seen)) for column in ones
                )
            else:
                stuck = (1 << len(rows)) - 1 if value else 0
                made = (*ones[: end - pins], stuck, *ones[end - pins + 1 :])
            if made in known:
                pairs.append((known[made], (end, value)))
            known.setdefault(made, (end, value))
    return pairs


class Names:
    """What faults and the gates of a program are called."""

    def __init__(self, netlist: Netlist, program: Program) -> None:
        self._program = program
        self._instances = {net: each for each in netlist.instances for net in each.outputs}
        self._outputs = [bit for bus in netlist.outputs for bit in bus.bits]

    def fault(self, each: tuple[Place, int]) -> Fault:
        """A fault by its names."""
        place, value = each
        return Fault(self._program.nets[place.net], value, self.into(place), place)

    def instance(self, step: int, column: int) -> Instance:
        """The instance at a place of a program."""
        return self._instances[
            self._program.nets[int(self._program.steps[step].outputs[0, column])]
        ]

    def output(self, position: int) -> str:
        """The name of an output bit."""
        return self._outputs[position]

    def into(self, place: Place) -> str:
        """Where a branch leads; empty for a stem."""
        if place.pin < 0:
            return ""
        if place.step < 0:
            return f"output {self.output(place.pin)}"
        each = self.instance(place.step, place.column)
        return f"{each.name}.{self._program.gates[each.gate].table.inputs[place.pin]}"
