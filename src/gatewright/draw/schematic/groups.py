"""What is drawn as one thing: a gate or, in a large circuit, a block of gates or a run of them.

A run is a series of parts that differ only in the number in their name. It is drawn as one thing if they stand
side by side, and as first, middle and last if each drives the next.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 64}, plugins.gates)
    >>> [(group.name, group.note) for group in groups(adder.netlist)]
    [('fa0', 'full-adder'), ('fa1 … fa62', '62 × full-adder'), ('fa63', 'full-adder')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from gatewright.circuits.netlist import Instance, Netlist
from gatewright.circuits.statistics import Part, hierarchy

MOST_BITS, MOST_GATES = 16, 200
"""Of a circuit that is drawn gate by gate: those of its widest bus, and in all."""

FEW = 5
"""Fewest parts that make a run; fewer are drawn one by one."""

MANY = 24
"""Most runs of a part that are drawn; if there are more, blocks make a run if just their names are alike."""

SHORT = 14
"""Most characters of a path that is written whole; of a longer one only the last word is."""


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that is drawn.

    Attributes:
        name: its path; of a run, those of its first and last part.
        label: the same, without a long path to it.
        note: what it is.
        gate: of one instance, or of all in a run of instances; empty for blocks.
        instances: all that is in it.
        parts: how many gates or blocks it stands for.
    """

    name: str
    label: str
    note: str
    gate: str
    instances: tuple[Instance, ...]
    parts: int = 1

    @property
    def single(self) -> bool:
        """Whether it is one gate."""
        return bool(self.gate) and len(self.instances) == 1


def is_large(netlist: Netlist) -> bool:
    """Whether a circuit is drawn by its hierarchy unless a depth is given."""
    widest = max((bus.width for bus in netlist.inputs + netlist.outputs), default=0)
    return widest > MOST_BITS or len(netlist.instances) > MOST_GATES


def groups(netlist: Netlist, depth: int | None = None) -> list[Group]:
    """Everything that is drawn, in the order it was placed.

    Args:
        netlist: the circuit.
        depth: levels of blocks and runs that are shown, from the outermost; by default one in a large
            circuit, else all.
    """
    if depth is None and not is_large(netlist):
        return [_gate(each) for each in netlist.instances]
    instances = {each.name: each for each in netlist.instances}
    return list(_cut(hierarchy(netlist), "", depth or 1, instances))


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
    leaf = instance.name.rpartition("/")[2]
    label = instance.name if len(instance.name) <= SHORT else leaf
    return Group(instance.name, label, instance.gate, instance.gate, (instance,))
