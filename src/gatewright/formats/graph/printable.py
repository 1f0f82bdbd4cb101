"""The graph of a circuit with names that text can hold: what cannot be printed is shown by its escape.

A circuit is known by its ports, so a port that would have to be renamed is refused.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> [*printable_graph(circuit("circuits/c17.blif").netlist)][:3]
    ['1', '2', '3']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatewright.circuits.graphs.writing import graph_of
from gatewright.circuits.netlist import Netlist
from gatewright.errors import UsageError
from gatewright.text import unused, visible

if TYPE_CHECKING:
    import networkx


def printable_graph(netlist: Netlist) -> networkx.MultiDiGraph:
    """The graph of a circuit, with printable names for instances, registers and nets.

    Raises:
        NetlistError: it is not a circuit.
        UsageError: the name of a port cannot be printed.
    """
    import networkx

    graph = graph_of(netlist)
    graph.graph["name"] = visible(netlist.name)
    if "clock" in graph.graph:
        graph.graph["clock"] = visible(graph.graph["clock"])
    names: dict[Any, str] = {}
    taken: set[str] = set()
    for node, said in graph.nodes(data=True):
        shown = visible(said["name"])
        port = said["kind"] in ("input", "output")
        if port and shown + visible(said["bus"]) != said["name"] + said["bus"]:
            raise UsageError(
                f"port '{shown}' cannot be written in a graph",
                hint="rename it in the file it is read from",
            )
        names[node] = unused(visible(node), taken, "'")
        said["name"] = shown if port else names[node]
    for *_, said in graph.edges(data=True):
        said["net"] = visible(said["net"])
    return networkx.relabel_nodes(graph, names)
