"""What tests of builders share: circuits by name, and whole truth tables of netlists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Instance, Netlist
from gatewright.circuits.parameter import Value
from gatewright.plugins.manager import Plugins


class Made(Protocol):
    """A built-in circuit with its parameters chosen."""

    def __call__(self, name: str, **parameters: Value) -> Circuit: ...


Tables = Callable[[Netlist], tuple[int, ...]]


@pytest.fixture(scope="session")
def made(plugins: Plugins) -> Made:
    """Elaborates a circuit by its name."""

    def call(name: str, **parameters: Value) -> Circuit:
        return plugins.circuit(name).elaborate(parameters, plugins.gates)

    return call


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The truth table of every output bit as one integer, bit k for the pattern whose bits are k's.

    Shares nothing with the package but the netlist and the integers of its gates' truth tables.
    """

    def evaluate(netlist: Netlist) -> tuple[int, ...]:
        rows = 2 ** len(netlist.input_nets)
        everywhere = (1 << rows) - 1
        known = {}
        for place, net in enumerate(netlist.input_nets):
            block = ((1 << (1 << place)) - 1) << (1 << place)  # zeros, then as many ones
            known[net] = block * (everywhere // ((1 << (2 << place)) - 1))
        for each in _in_order(netlist, set(known)):
            ones = netlist.gates[each.gate].table.ones
            terms = []  # where the gate sees each row, the first input most significant
            for row in range(2 ** len(each.inputs)):
                term = everywhere
                for pin, net in enumerate(reversed(each.inputs)):
                    term &= known[net] if row >> pin & 1 else ~known[net]
                terms.append(term)
            for net, column in zip(each.outputs, ones, strict=True):
                known[net] = sum(term for row, term in enumerate(terms) if column >> row & 1)
        return tuple(known[net] for net in netlist.output_nets)

    return evaluate


def _in_order(netlist: Netlist, known: set[str]) -> Iterator[Instance]:
    waiting = list(netlist.instances)
    while waiting:
        later = []
        for each in waiting:
            if known.issuperset(each.inputs):
                known.update(each.outputs)
                yield each
            else:
                later.append(each)
        assert len(later) < len(waiting)
        waiting = later


Sizes = Callable[[Circuit], tuple[dict[str, int], int]]


@pytest.fixture(scope="session")
def sizes() -> Sizes:
    """How many gates of each kind a circuit has, and the most gates from an input to an output."""

    def count(circuit: Circuit) -> tuple[dict[str, int], int]:
        netlist = circuit.netlist
        depth = dict.fromkeys(netlist.input_nets, 0)
        for each in _in_order(netlist, set(depth)):
            level = 1 + max(depth[net] for net in each.inputs)
            depth.update(dict.fromkeys(each.outputs, level))
        kinds = Counter(each.gate for each in netlist.instances)
        return dict(sorted(kinds.items())), max(depth[net] for net in netlist.output_nets)

    return count
