"""Blocks with a reference as circuits of their own, and the rest of a circuit with their integers in their place.

Example:
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> from gatewright.plugins.manager import load_plugins
    >>> made = CircuitBuilder("not-not", load_plugins(kinds=("gates",)).gates)
    >>> a = made.input("a")
    >>> with made.block("turn", reference=lambda buses: {"y": 1 - buses["x"]}, inputs={"x": a}) as turn:
    ...     turned = made.gate("not", a)
    ...     turn.gives(y=turned)
    >>> made.output("y", made.gate("not", turned))
    >>> (part,) = parts(made.netlist())
    >>> part.circuit.spec.name, shape(part.circuit)[1]
    ("block 'turn'", (('not', (0,), (1,)),))
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import BlockReference, Instance, Netlist
from gatewright.circuits.program import by_levels
from gatewright.circuits.references.blocks import inside, problems
from gatewright.circuits.spec import CircuitSpec
from gatewright.circuits.verify.symbolic.following import domain_function, wanted_functions
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.logic.xag import FALSE, Literal, XorAndGraph
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A block, and the same as a circuit of its own."""

    block: BlockReference
    circuit: Circuit


def parts(netlist: Netlist) -> list[Part]:
    """Every block with a reference that lies in no other one.

    Raises:
        CannotFollowError: one cannot be taken out of the circuit.
    """
    outer = [
        block
        for block in netlist.blocks
        if not any(each.holds(block.name) for each in netlist.blocks)
    ]
    for block in outer:
        for problem in problems(block, netlist):
            raise CannotFollowError(problem)
    return [Part(block, _as_circuit(block, netlist)) for block in outer]


def _as_circuit(block: BlockReference, netlist: Netlist) -> Circuit:
    def build(_: CircuitBuilder) -> None:
        raise CannotFollowError(f"block '{block.name}' is a part, not built alone")

    mine = inside(block, netlist)
    own = Netlist(
        block.name,
        {each.gate: netlist.gates[each.gate] for each in mine},
        block.inputs,
        block.outputs,
        mine,
        blocks=tuple(each for each in netlist.blocks if block.holds(each.name)),
    )
    title = f"block '{block.name}'"
    spec = CircuitSpec(
        title, "a block", (), build, block.reference, block.domain, file=title, reading=()
    )
    return Circuit(spec, {}, {}, own)


def shape(circuit: Circuit) -> Hashable:
    """What two blocks share where one proof holds for both: their gates, their wiring and their integers."""
    netlist = circuit.netlist
    numbers: dict[str, int] = {}
    for net in netlist.input_nets:
        numbers.setdefault(net, len(numbers))
    for each in netlist.instances:
        for net in each.outputs:
            numbers.setdefault(net, len(numbers))
    wired = tuple(
        (each.gate, tuple(map(numbers.__getitem__, each.inputs)), tuple(map(numbers.__getitem__, each.outputs)))
        for each in netlist.instances
    )  # fmt: skip
    ports = tuple(
        tuple((bus.name, tuple(map(numbers.__getitem__, bus.nets))) for bus in buses)
        for buses in (netlist.inputs, netlist.outputs)
    )
    return ports, wired, circuit.spec.reference, circuit.spec.domain


def outputs_with(
    circuit: Circuit, known: Sequence[Part], graph: XorAndGraph, inputs: Sequence[Literal]
) -> tuple[list[Literal], list[Literal]]:
    """Every output bit of a circuit, the integers of some blocks in their place, and where one is asked in vain.

    Args:
        circuit: that the blocks are of.
        known: proved to be their integers.
        graph: in which the functions are made.
        inputs: the function of each input bit.

    Raises:
        CannotFollowError: a block's integers cannot be run on symbols, or a block rests on what it gives.
    """
    netlist = circuit.netlist
    by_name = {part.block.name: part for part in known}
    whole = [
        Instance(part.block.name, "", part.block.input_nets, part.block.driven()) for part in known
    ]
    rest = [
        each for each in netlist.instances if not any(part.block.holds(each.name) for part in known)
    ]
    outline = replace(netlist, instances=(*rest, *whole), blocks=())
    nets = dict(zip(netlist.input_nets, inputs, strict=True))
    unasked: list[Literal] = []
    placed = 0
    for each in by_levels(outline):
        placed += 1
        given = [nets[net] for net in each.inputs]
        if each.gate:
            ones = netlist.gates[each.gate].table.ones
            found = [graph.table(column, given) for column in ones]
            nets.update(zip(each.outputs, found, strict=True))
            continue
        part = by_name[each.name]
        unasked.append(domain_function(part.circuit, graph, given) ^ 1)
        wanted = wanted_functions(part.circuit, graph, given).bits
        driven = set(each.outputs)
        pairs = zip(part.circuit.netlist.output_nets, wanted, strict=True)
        nets.update((net, function) for net, function in pairs if net in driven)
    if placed < len(outline.instances):
        raise CannotFollowError("a block rests on what it gives, wired through others")
    outputs = [nets[net] for net in netlist.output_nets]
    return outputs, [each for each in unasked if each != FALSE]
