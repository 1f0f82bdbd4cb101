"""How a circuit does on rows of examples: exact gates, or trained ones with nothing rounded in between.

Example:
    >>> import numpy as np
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.examples.data.table import Table
    >>> bits = np.array([0, 1, 1, 0], np.uint8), np.array([0, 0, 1, 1], np.uint8)
    >>> names = ("a", "b", "sum", "carry")
    >>> table = Table("t", names, (*bits, bits[0] ^ bits[1], bits[0] | bits[1]), names[2:])
    >>> from gatewright.examples.circuit import netlist_of
    >>> from gatewright.formats.aiger.graph import AndGraph
    >>> graph = AndGraph(2)
    >>> half = [graph.differ(2, 4), graph.both(2, 4)]
    >>> found = score(netlist_of(graph, half, names[:2], names[2:], "half"), table)
    >>> found.each, found.every
    ({'sum': 4, 'carry': 2}, 2)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.verify.miter_graph import output_functions
from gatewright.errors import UsageError
from gatewright.examples.data.bits import encoded
from gatewright.examples.data.named import unnamed
from gatewright.examples.data.table import Table, shortened
from gatewright.formats.aiger.graph import AndGraph
from gatewright.records import dataclass

Answers = Callable[[Bits], Bits]
"""From patterns (patterns, input bits) to outputs (patterns, output bits), bus after bus."""


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers.

    Attributes:
        rows: how many there were.
        every: rows that are right in every output.
        each: rows that are right, by output.
        size: ANDs of the circuit.
        levels: most ANDs from an input to an output.
        placed: whether columns were taken in order, as the circuit has other names.
        unnamed: by column, the texts that no bit of the circuit asks for, and how many rows have them.
    """

    rows: int
    every: int
    each: Mapping[str, int]
    size: int
    levels: int
    placed: bool
    unnamed: Mapping[str, Mapping[str, int]]


def score(netlist: Netlist, table: Table, answers: Answers | None = None) -> Score:
    """Compare a circuit with examples.

    Args:
        netlist: the circuit; its inputs are named as `data.bits` names bits.
        table: the examples, with the columns that those are made of.
        answers: what runs the circuit; by default exact gates.

    Raises:
        UsageError: the table lacks a column that the circuit reads, or has none of its outputs.
    """
    if answers is None:
        answers = ExactEngine(compile_netlist(netlist)).outputs
    names = [bit for bus in netlist.inputs for bit in bus.bits]
    ends = [bit for bus in netlist.outputs for bit in bus.bits]
    placed = False
    try:
        x = encoded(table, names)
    except UsageError:
        if len(table.inputs) != len(names) or any(">=" in each or "==" in each for each in names):
            raise
        listed = [bit for bit, _ in port_bits(netlist.inputs)]
        given = dict(zip(listed, table.inputs, strict=True))
        x, placed = encoded(table, [given[name] for name in names]), True
    wanted = _wanted(table, ends)
    found = answers(x)
    right = found == wanted
    size, levels = measured(netlist)
    each = {name: int(right[:, at].sum()) for at, name in enumerate(ends)}
    others = unnamed(table, [*names, *ends])
    return Score(len(x), int(right.all(1).sum()), each, size, levels, placed, others)


def _wanted(table: Table, ends: list[str]) -> Bits:
    """The answers that the outputs of these names should give."""
    try:
        return encoded(table, ends)
    except UsageError:
        if len(table.targets) != len(ends) or any("==" in each for each in ends):
            raise UsageError(
                f"{table.path} does not say what the circuit's outputs {shortened(ends)} should be",
                hint="give rows with the columns that it was learned from",
            ) from None
        return encoded(table, table.targets)


def measured(netlist: Netlist) -> tuple[int, int]:
    """ANDs of a circuit, equal ones once, and most of them from an input to an output."""
    program = compile_netlist(netlist)
    graph = AndGraph(program.input_bits)
    inputs = [graph.variable(at) for at in range(program.input_bits)]
    ends = output_functions(program, graph, inputs)
    return graph.size(ends), graph.levels(ends)
