"""What a circuit is made of, in numbers: gates, nets, levels, fan-out; and its hierarchy as a tree.

A net's fan-out is the number of pins that read it, primary outputs included. Levels count gates: those
of level 1 read primary inputs alone.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 2, "from": "half-adders"}, plugins.gates)
    >>> found = statistics(adder.netlist)
    >>> dict(found.gates), found.nets, found.levels
    ({'half-adder': 4, 'or': 2}, 15, (2, 1, 1, 1, 1))
    >>> found.fan_out, found.most_read
    ({1: 15}, 'a[0]')
    >>> [(block.name, block.instances) for block in hierarchy(adder.netlist).parts]
    [('fa0', 3), ('fa1', 3)]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import groupby

import numpy as np

from gatewright.arrays import Indices
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.memory import Memory
from gatewright.circuits.netlist import Bus, Netlist
from gatewright.circuits.program import Program, compile_netlist
from gatewright.records import dataclass

MOST_LEVELS = 64
"""Most levels of the tree of instances; names in files may have thousands."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of one circuit.

    Attributes:
        gates: instances by kind of gate, in order of name.
        nets: primary inputs and gate outputs.
        levels: instances on each level, the first level first.
        fan_out: nets by their fan-out, the smallest first.
        most_read: the first of the nets with the largest fan-out; empty if there is no net.
        inputs: primary inputs.
        outputs: primary outputs.
        registers: how many; what they hold counts as driven at level 0, what they take as read.
        memories: whose data count likewise, and the pins that they read.
    """

    gates: Mapping[str, int]
    nets: int
    levels: tuple[int, ...]
    fan_out: Mapping[int, int]
    most_read: str
    inputs: tuple[Bus, ...]
    outputs: tuple[Bus, ...]
    registers: int = 0
    memories: tuple[Memory, ...] = ()

    @property
    def instances(self) -> int:
        """Number of gates."""
        return sum(self.gates.values())

    @property
    def largest_fan_out(self) -> int:
        """Pins on the net that most pins read."""
        return max(self.fan_out, default=0)

    @property
    def mean_fan_out(self) -> float:
        """Pins on a net, on average."""
        pins = sum(readers * nets for readers, nets in self.fan_out.items())
        return pins / self.nets if self.nets else 0.0


def statistics(netlist: Netlist) -> Statistics:
    """Count a circuit.

    Raises:
        NetlistError: it is not a circuit.
    """
    program = compile_netlist(cut(netlist))
    readers = np.bincount(
        np.concatenate([step.inputs.ravel() for step in program.steps] + [program.outputs]),
        minlength=len(program.nets),
    )
    sizes, counts = np.unique(readers, return_counts=True)
    return Statistics(
        dict(sorted(Counter(each.gate for each in netlist.instances).items())),
        len(program.nets),
        tuple(_per_level(program).tolist()),
        dict(zip(sizes.tolist(), counts.tolist(), strict=True)),
        program.nets[int(np.argmax(readers))] if len(readers) else "",
        netlist.inputs,
        netlist.outputs,
        len(netlist.registers),
        netlist.memories,
    )


def _per_level(program: Program) -> Indices:
    """Instances on each level."""
    level = np.zeros(len(program.nets), dtype=np.intp)
    reached = []
    for step in program.steps:
        reached.append(level[step.inputs].max(axis=0) + 1)
        level[step.outputs] = reached[-1]
    # Counted at the end, once: a count of all levels for every step is quadratic in a deep circuit.
    every = np.concatenate(reached) if reached else np.zeros(0, dtype=np.intp)
    return np.bincount(every - 1, minlength=program.depth)


@dataclass(frozen=True, slots=True)
class Part:
    """One instance, or a block of them.

    Attributes:
        name: the last word of its path; of the whole circuit, its name.
        gate: the gate of an instance; empty for a block.
        parts: what a block holds, in the order it was placed.
        instances: how many gates there are in it, at any depth.
        shape: a number shared by parts of one tree that are built alike, whatever the numbers in
            the names inside them.
    """

    name: str
    gate: str
    parts: tuple[Part, ...] = ()
    instances: int = 1
    shape: int = field(default=0, compare=False)

    def runs(self) -> Iterator[tuple[Part, ...]]:
        """Its parts, grouped where neighbours differ only in the number in their names."""
        for _, alike in groupby(self.parts, lambda each: (_stem(each.name), each.shape)):
            yield tuple(alike)


def _stem(name: str) -> str:
    return re.sub(r"\d+", "#", name)


@dataclass(slots=True)
class _Block:
    """A block while it is being filled: blocks by their name and ``/``, gates by the name of the instance."""

    parts: dict[str, _Block | str] = field(default_factory=dict)


def hierarchy(netlist: Netlist) -> Part:
    """The tree of instance paths, ``/`` between its levels; what is deeper than `MOST_LEVELS` keeps its ``/``."""
    root = _Block()
    for each in netlist.instances:
        *path, last = each.name.split("/", MOST_LEVELS)
        block = root
        for name in path:
            inner = block.parts.setdefault(f"{name}/", _Block())
            assert isinstance(inner, _Block)  # noqa: S101 - no instance's name ends in /
            block = inner
        block.parts[last] = each.gate
    return _part(netlist.name, root, {})


def _part(name: str, held: _Block | str, shapes: dict[object, int]) -> Part:
    """A block or gate as a part; ``shapes`` numbers what was met, so that like blocks need not be compared."""
    if isinstance(held, str):
        return Part(name, held, shape=shapes.setdefault(held, len(shapes)))
    parts = tuple(
        _part(inner.removesuffix("/"), each, shapes) for inner, each in held.parts.items()
    )
    made_of = tuple((_stem(each.name), each.shape) for each in parts)
    shape = shapes.setdefault(made_of, len(shapes))
    return Part(name, "", parts, sum(each.instances for each in parts), shape)
