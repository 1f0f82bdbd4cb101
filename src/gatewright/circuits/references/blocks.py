"""Blocks of a circuit that have integers of their own: each is a lemma, proved once and then believed.

Example:
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> from gatewright.circuits.builders.adders import ripple
    >>> from gatewright.plugins.manager import load_plugins
    >>> made = CircuitBuilder("sum", load_plugins(kinds=("gates",)).gates)
    >>> a, b = made.input_bus("a", 2), made.input_bus("b", 2)
    >>> def added(buses):
    ...     return {"sum": buses["a"] + buses["b"]}
    >>> with made.block("add", reference=added, inputs={"a": a, "b": b}) as add:
    ...     total, carry = ripple(made, a, b, 0)
    ...     add.gives(sum=[*total, carry])
    >>> made.output_bus("y", [*total, carry])
    >>> netlist = made.netlist()
    >>> [(each.name, each.outputs[0].nets) for each in netlist.blocks]
    [('add', ('y[0]', 'y[1]', 'y[2]'))]
    >>> list(problems(netlist.blocks[0], netlist))
    []
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gatewright.circuits.netlist import BlockReference, Instance, Netlist


def inside(block: BlockReference, netlist: Netlist) -> tuple[Instance, ...]:
    """The instances of a block."""
    return tuple(each for each in netlist.instances if block.holds(each.name))


def problems(block: BlockReference, netlist: Netlist) -> Iterator[str]:
    """Why a block cannot be taken out of its circuit, one line each; none if it can."""
    names = [each.name for each in netlist.registers] + [each.name for each in netlist.memories]
    for name in filter(block.holds, names):
        yield f"block '{block.name}' has a reference, so '{name}' cannot be inside: it keeps what was"
    for net, times in Counter(block.input_nets).items():
        if times > 1:
            yield f"block '{block.name}' reads '{net}' by two names"
    mine = inside(block, netlist)
    own = {net for each in mine for net in each.outputs}
    given = set(block.input_nets)
    for each in mine:
        for net in each.inputs:
            if net not in own and net not in given:
                yield f"block '{block.name}' reads '{net}', which is not among its inputs"
    for net in block.driven():
        if net not in own:
            yield f"block '{block.name}' gives '{net}', which nothing inside it drives"
    hidden = own - set(block.driven())
    for net, reader in _read_outside(block, netlist):
        if net in hidden:
            yield f"{reader} reads '{net}' of block '{block.name}', which is not among what it gives"


def _read_outside(block: BlockReference, netlist: Netlist) -> Iterator[tuple[str, str]]:
    for each in netlist.instances:
        if not block.holds(each.name):
            yield from ((net, f"'{each.name}'") for net in each.inputs)
    yield from ((each.d, f"'{each.name}'") for each in netlist.registers)
    yield from ((net, f"'{each.name}'") for each in netlist.memories for net in each.pins)
    yield from ((net, f"output '{bus.name}'") for bus in netlist.outputs for net in bus.nets)
