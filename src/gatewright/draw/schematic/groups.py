"""What is drawn as one thing: a gate or, in a large circuit, a block of gates or a run of them.

A run is a series of parts that differ only in the number in their name. It is drawn as one thing if they stand
side by side, and as first, middle and last if each drives the next.

Registers are drawn one by one, in a large circuit those of a bus as one, and of many buses those whose names
differ only in numbers.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 64}, plugins.gates)
    >>> [(group.name, group.note) for group in groups(adder.netlist)]
    [('fa0', 'full-adder'), ('fa1 … fa62', '62 × full-adder'), ('fa63', 'full-adder')]
    >>> counter = plugins.circuit("counter").elaborate({"bits": 64}, plugins.gates)
    >>> [(group.name, group.note) for group in groups(counter.netlist)][-1]
    ('count[63:0]', '64 registers, start as 0')
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from gatewright.circuits.netlist import Instance, Netlist, Register
from gatewright.circuits.statistics import Part, hierarchy
from gatewright.records import dataclass

MOST_BITS, MOST_GATES = 16, 200
"""Of a circuit that is drawn gate by gate: those of its widest bus, and in all."""

FEW = 5
"""Fewest parts that make a run; fewer are drawn one by one."""

MANY = 24
"""Most runs of a part that are drawn; if there are more, blocks make a run if just their names are alike."""

SHORT = 14
"""Most characters of a path that is written whole; of a longer one only the last word is."""

_BIT = re.compile(r"\[(\d+)\]$")


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that is drawn.

    Attributes:
        name: its path; of a run, those of its first and last part.
        label: the same, without a long path to it.
        note: what it is.
        gate: of one instance, or of all in a run of instances; empty for blocks and registers.
        instances: all that is in it.
        parts: how many gates, blocks or registers it stands for.
        registers: that it is, if it is not gates.
    """

    name: str
    label: str
    note: str
    gate: str
    instances: tuple[Instance, ...]
    parts: int = 1
    registers: tuple[Register, ...] = ()

    @property
    def single(self) -> bool:
        """Whether it is one gate or one register."""
        return len(self.registers) == 1 or (bool(self.gate) and len(self.instances) == 1)


def is_large(netlist: Netlist) -> bool:
    """Whether a circuit is drawn by its hierarchy unless a depth is given."""
    widest = max((bus.width for bus in netlist.inputs + netlist.outputs), default=0)
    placed = len(netlist.instances) + len(netlist.registers)
    return widest > MOST_BITS or placed > MOST_GATES


def groups(netlist: Netlist, depth: int | None = None) -> list[Group]:
    """Everything that is drawn, in the order it was placed.

    Args:
        netlist: the circuit.
        depth: levels of blocks and runs that are shown, from the outermost; by default one in a large
            circuit, else all.
    """
    if depth is None and not is_large(netlist):
        return [
            *map(_gate, netlist.instances),
            *(_registers([each], _short(each.name)) for each in netlist.registers),
        ]
    instances = {each.name: each for each in netlist.instances}
    return [*_cut(hierarchy(netlist), "", depth or 1, instances), *_buses(netlist.registers)]


def _cut(part: Part, path: str, depth: int, instances: Mapping[str, Instance]) -> Iterator[Group]:
    """What is drawn inside a part that is opened."""
    runs = list(part.runs())
    if len(runs) > MANY and depth == 1:
        runs = [tuple(alike) for _, alike in groupby(part.parts, _likeness)]
    for run in runs:
        if len(run) >= FEW and depth == 1:
            yield from _run(run, path, instances)
            continue
        inner = depth - 1 if len(run) >= FEW else depth  # a run is a level of its own
        for each in run:
            if each.gate:
                yield _gate(instances[path + each.name])
            elif inner > 1:
                yield from _cut(each, f"{path}{each.name}/", inner - 1, instances)
            else:
                yield _closed([each], path, instances)


def _likeness(part: Part) -> tuple[str, str]:
    return re.sub(r"\d+", "#", part.name), part.gate


def _run(run: Sequence[Part], path: str, instances: Mapping[str, Instance]) -> Iterator[Group]:
    held = [tuple(_held(each, path, instances)) for each in run]
    chain = all(
        {net for each in one for net in each.outputs}
        & {net for each in next_ for net in each.inputs}
        for one, next_ in pairwise(held)
    )
    if chain:
        yield _closed(run[:1], path, instances)
        yield _closed(run[1:-1], path, instances)
        yield _closed(run[-1:], path, instances)
    else:
        yield _closed(run, path, instances)


def _closed(run: Sequence[Part], path: str, instances: Mapping[str, Instance]) -> Group:
    """Parts that are alike as one thing."""
    first, last = run[0], run[-1]
    held = tuple(instance for each in run for instance in _held(each, path, instances))
    if len(run) == 1 and first.gate:
        return _gate(held[0])
    label = first.name if first is last else f"{first.name} … {last.name}"
    alike = len({each.shape for each in run}) == 1
    note = first.gate or _counted(first.instances if alike else len(held))
    if len(run) > 1:
        note = f"{len(run)} × {note}" if alike else f"{len(run)} blocks, {note}"
    return Group(path + label, label, note, first.gate, held, len(run))


def _counted(gates: int) -> str:
    return f"{gates} gate{'s' * (gates > 1)}"


def _held(part: Part, path: str, instances: Mapping[str, Instance]) -> Iterator[Instance]:
    if part.gate:
        yield instances[path + part.name]
    for each in part.parts:
        yield from _held(each, f"{path}{part.name}/", instances)


def _gate(instance: Instance) -> Group:
    label = _short(instance.name)
    return Group(instance.name, label, instance.gate, instance.gate, (instance,))


def _short(name: str) -> str:
    """A path, or its last word if it is long."""
    return name if len(name) <= SHORT else name.rpartition("/")[2]


def _buses(registers: Sequence[Register]) -> Iterator[Group]:
    """Those of a bus as one; if there are many buses, those whose names are alike."""
    buses: dict[str, list[Register]] = {}
    for each in registers:
        buses.setdefault(_BIT.sub("", each.name), []).append(each)
    if len(buses) > MANY:
        alike: dict[str, list[Register]] = {}
        for each in registers:
            alike.setdefault(re.sub(r"\d+", "#", _BIT.sub("", each.name)), []).append(each)
        buses = alike if len(alike) <= MANY else {"": list(registers)}
    for some in buses.values():
        yield _registers(some, _short(_named([each.name for each in some])))


def _named(names: Sequence[str]) -> str:
    """What some registers are called together: ``a``, ``a[7:0]`` or ``x1 … x9``."""
    found = [_BIT.search(name) for name in names]
    stems = {_BIT.sub("", name) for name in names}
    if len(names) == 1:
        return names[0]
    if len(stems) > 1 or not all(found):
        return f"{names[0]} … {names[-1]}"
    bits = [int(each[1]) for each in found if each]
    return f"{stems.pop()}[{max(bits)}:{min(bits)}]"


def _registers(some: Sequence[Register], label: str) -> Group:
    """Registers as one thing."""
    firsts = {each.initial for each in some}
    told = " or ".join(sorted("?" if bit is None else str(bit) for bit in firsts))
    note = f"starts as {told}" if len(some) == 1 else f"{len(some)} registers, start as {told}"
    name = _named([each.name for each in some])
    return Group(name, label, note, "", (), len(some), tuple(some))
