"""A netlist as a graph of AND and XOR nodes, in which full adders stay cells.

What a full-adder cell drives is a variable of the graph, and what it computes a linear *relation*
2·carry + sum = x + y + z. All other gates become nodes. So a multiplier of a thousand cells is a small graph.

Example:
    >>> from gatewright.circuits.program import compile_netlist
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> netlist = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist
    >>> made = network([compile_netlist(netlist)], [range(5)])
    >>> made.cells[0], made.outputs
    (Relation(total=12, carry=14, terms=(2, 6, 10)), ((12, 16, 18),))
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from gatewright.circuits.program import Program
from gatewright.gates.spec import GateSpec
from gatewright.logic.xag import FALSE, Literal, XorAndGraph
from gatewright.records import dataclass


class Relation(NamedTuple):
    """2·carry + total = the sum of two or three terms, all of them literals of a graph."""

    total: Literal
    carry: Literal
    terms: tuple[Literal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """One netlist, or two that share their inputs.

    Attributes:
        graph: its variables are the primary inputs, then what cells drive.
        inputs: how many of them are primary inputs.
        cells: in an order in which signals reach them.
        outputs: of each netlist, every primary output bit.
    """

    graph: XorAndGraph
    inputs: int
    cells: tuple[Relation, ...]
    outputs: tuple[tuple[Literal, ...], ...]


def network(programs: Sequence[Program], inputs: Sequence[Sequence[int]]) -> Network:
    """Netlists as one graph.

    Args:
        programs: the netlists, compiled.
        inputs: of each, the primary input of the graph that each of its input bits is.
    """
    adders = [
        {name: found for name, spec in each.gates.items() if (found := _as_adder(spec))}
        for each in programs
    ]
    count = sum(
        step.inputs.shape[1]
        for program, known in zip(programs, adders, strict=True)
        for step in program.steps
        if step.gate in known
    )
    primary = len(inputs[0])
    graph = XorAndGraph(primary + 2 * count)
    cells: list[Relation] = []
    outputs = []
    for program, known, places in zip(programs, adders, inputs, strict=True):
        nets = [graph.variable(place) for place in places]
        nets += [FALSE] * (len(program.nets) - len(nets))
        for step in program.steps:
            cell = known.get(step.gate)
            ones = program.gates[step.gate].table.ones
            for pins, driven in zip(step.inputs.T.tolist(), step.outputs.T.tolist(), strict=True):
                given = [nets[pin] for pin in pins]
                if cell is None:
                    for net, column in zip(driven, ones, strict=True):
                        nets[net] = graph.table(column, given)
                    continue
                place = primary + 2 * len(cells)
                total, carry = graph.variable(place), graph.variable(place + 1)
                nets[driven[cell.total >> 1]] = total ^ cell.total & 1
                nets[driven[cell.carry >> 1]] = carry ^ cell.carry & 1
                terms = tuple(net ^ turned for net, turned in zip(given, cell.terms, strict=True))
                cells.append(Relation(total, carry, terms))
        outputs.append(tuple(nets[net] for net in program.outputs.tolist()))
    return Network(graph, primary, tuple(cells), tuple(outputs))


def _as_adder(spec: GateSpec) -> Relation | None:
    """A gate as a full adder: which of its outputs are sum and carry, and which pins are inverted.

    Literals are numbers of outputs, and terms are 1 for an inverted input. Only gates without don't-care rows.
    """
    table = spec.table
    if len(table.inputs) != 3 or len(table.outputs) != 2 or not table.care.all():
        return None
    for turned in product((0, 1), repeat=3):
        wanted = [0, 0]  # the columns of the sum and of the carry
        for row in range(8):
            count = sum((row >> 2 - pin & 1) ^ turned[pin] for pin in range(3))
            wanted[0] |= (count & 1) << row
            wanted[1] |= (count >> 1) << row
        for first, second in ((0, 1), (1, 0)):
            if table.ones[second] == wanted[1]:
                if table.ones[first] == wanted[0]:
                    return Relation(2 * first, 2 * second, turned)
                if table.ones[first] == 255 ^ wanted[0]:
                    return Relation(2 * first + 1, 2 * second, turned)
    return None
