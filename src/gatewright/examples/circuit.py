"""A graph of ANDs as a circuit of gates.

Example:
    >>> graph = AndGraph(2)
    >>> made = netlist_of(graph, [graph.both(4, 3)], ("a", "b>=1.5"), ("y",), "example")
    >>> [bus.name for bus in made.inputs], len(made.instances)
    (['a', 'b>=1.5'], 1)
"""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.circuits.netlist import Netlist
from gatewright.formats.aiger.binary import write_ands
from gatewright.formats.aiger.graph import AndGraph
from gatewright.formats.aiger.reader import read_aiger
from gatewright.formats.aiger.symbols import symbol_lines
from gatewright.formats.model.source import Source
from gatewright.logic.xag import Literal


def aiger_of(
    graph: AndGraph, literals: Sequence[Literal], inputs: Sequence[str], outputs: Sequence[str]
) -> bytes:
    """The graph as a binary AIGER file, with the names of its inputs and outputs."""
    rows, ends = graph.compact(literals)
    head = f"aig {graph.inputs + len(rows)} {graph.inputs} 0 {len(ends)} {len(rows)}\n"
    lines = "".join(f"{each}\n" for each in ends)
    symbols = symbol_lines("i", inputs) + symbol_lines("o", outputs)
    return (head + lines).encode() + write_ands(rows) + symbols


def netlist_of(
    graph: AndGraph,
    literals: Sequence[Literal],
    inputs: Sequence[str],
    outputs: Sequence[str],
    name: str,
) -> Netlist:
    """The graph as a circuit of gates of two inputs, as it is read from a file of it."""
    return read_aiger(Source(f"{name}.aig", aiger_of(graph, literals, inputs, outputs)), None)


def blank_netlist(inputs: Sequence[str], outputs: Sequence[str]) -> Netlist:
    """A circuit of these inputs and outputs that computes next to nothing.

    Raises:
        UsageError: a circuit cannot have these names.
    """
    graph = AndGraph(len(inputs))
    first, last = graph.variable(0), graph.variable(len(inputs) - 1)
    return netlist_of(graph, [graph.both(first, last ^ 1)] * len(outputs), inputs, outputs, "blank")
