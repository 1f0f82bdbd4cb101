"""Two clocked circuits side by side as one machine: functions of shared inputs and of what all registers hold.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> product = product_of(circuit("counter", bits=2), circuit("counter", bits=2, modulo=3))
    >>> product.inputs, len(product.following), len(product.outputs), product.begins
    (1, 4, 2, (0, 0, 0, 0))
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.verify.miter_graph import output_functions
from gatewright.circuits.verify.pairs import matched
from gatewright.logic.xag import Literal, XorAndGraph
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """Both circuits as functions in one graph.

    Attributes:
        graph: its inputs are the input bits of the first circuit, then its registers, then those of the second.
        inputs: how many input bits there are.
        names: of the registers.
        following: by register, what it takes.
        outputs: by output bit of the first, its function and that of the second.
        begins: by register, what it holds at first: 0, 1, or below zero the number of what nobody says,
            -1 for the first of these; registers of one number begin alike.
        mine: how many of the registers are of the first circuit.
    """

    graph: XorAndGraph
    inputs: int
    names: tuple[str, ...]
    following: tuple[Literal, ...]
    outputs: tuple[tuple[Literal, Literal], ...]
    begins: tuple[int, ...]
    mine: int

    @property
    def open(self) -> int:
        """How many values nobody says."""
        return -min((0, *self.begins))

    def state(self, unknown: Sequence[Literal]) -> list[Literal]:
        """What the registers hold at first, as functions: of what nobody says, by its number."""
        return [each if each >= 0 else unknown[-1 - each] for each in self.begins]

    def wrong(self, values: Sequence[int], every: int) -> int:
        """Where an output differs, of the values of all nodes as `XorAndGraph.simulate` gives them."""
        found = 0
        for mine, theirs in self.outputs:
            found |= read(values, mine, every) ^ read(values, theirs, every)
        return found


def product_of(first: Circuit, second: Circuit) -> Product:
    """Two circuits as one machine.

    Registers of one name that begin as nobody says begin alike in both circuits.

    Raises:
        UsageError: their buses are not the same.
        NetlistError: one of them is not a circuit.
    """
    inputs, outputs = matched(first, second)
    sides = (first.netlist, second.netlist)
    width = len(inputs)
    graph = XorAndGraph(width + sum(len(side.registers) for side in sides))
    variables = [graph.variable(place) for place in range(graph.inputs)]
    split = width + len(sides[0].registers)
    given = (variables[:split], [variables[at] for at in inputs.tolist()] + variables[split:])
    made = [
        output_functions(compile_netlist(cut(side)), graph, own)
        for side, own in zip(sides, given, strict=True)
    ]
    ends = [len(side.output_nets) for side in sides]
    pairs = [(made[0][at], made[1][other]) for at, other in enumerate(outputs.tolist())]
    numbers: dict[str, int] = {}
    begins = [
        numbers.setdefault(each.name, -1 - len(numbers)) if each.initial is None else each.initial
        for side in sides
        for each in side.registers
    ]
    return Product(
        graph,
        width,
        tuple(each.name for side in sides for each in side.registers),
        (*made[0][ends[0] :], *made[1][ends[1] :]),
        tuple(pairs),
        tuple(begins),
        len(sides[0].registers),
    )


def read(values: Sequence[int], function: Literal, every: int) -> int:
    """A function's values of those of all nodes, as `XorAndGraph.simulate` gives them."""
    return values[function >> 1] ^ (every if function & 1 else 0)


def joined(functions: Sequence[Literal], made: Sequence[Literal]) -> list[Literal]:
    """Functions of one graph in another one, in which its nodes are ``made``."""
    return [made[each >> 1] ^ (each & 1) for each in functions]
