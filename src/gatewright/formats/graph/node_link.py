"""Node-link JSON, the form in which networkx keeps graphs: a list of nodes and one of edges.

The attributes of nodes and edges are those of `gatewright.circuits.graphs.writing`.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = circuit("ripple-adder", bits=2)
    >>> text = write_node_link(adder.netlist)
    >>> read_node_link(Source("f", text.encode()), adder.netlist.gates).instances == adder.netlist.instances
    True
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gatewright.circuits.netlist import Netlist
from gatewright.formats.graph.graphml import circuit_in
from gatewright.formats.graph.printable import printable_graph
from gatewright.formats.model.source import Source
from gatewright.formats.yosys.json_file import parsed
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec


def write_node_link(netlist: Netlist, *, comment: str = "") -> str:
    """The netlist as node-link JSON; JSON has no comments, so ``comment`` becomes an attribute of the graph.

    Raises:
        NetlistError: it is not a circuit.
        UsageError: the name of a port cannot be printed.
    """
    graph = printable_graph(netlist)
    document = {
        "directed": True,
        "multigraph": True,
        "graph": dict(graph.graph) | ({"comment": comment} if comment else {}),
        "nodes": [{"id": node, **said} for node, said in graph.nodes(data=True)],
        "edges": [
            {"source": driver, "target": reader, "key": key, **said}
            for driver, reader, key, said in graph.edges(keys=True, data=True)
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def is_node_link(document: Any) -> bool:
    """Whether a JSON document is a graph."""
    return isinstance(document, dict) and "nodes" in document and "modules" not in document


def read_node_link(
    source: Source, gates: Mapping[str, GateSpec] | None, *, widest: int = MOST_INPUTS
) -> Netlist:
    """The circuit in a file of node-link JSON; its edges may be called ``links``, as networkx did before 3.6.

    Args:
        source: the file.
        gates: registered gates that nodes may use.
        widest: for readers of functions; here gates are taken by name.

    Raises:
        FormatError: it is not such JSON, or does not describe a circuit.
    """
    del widest
    return circuit_in(source, graph_in(source, parsed(source)), gates)


def graph_in(source: Source, document: Any) -> Any:
    """The graph of a document.

    Raises:
        FormatError: it does not hold one.
    """
    import networkx

    if not is_node_link(document):
        raise source.refuse(
            0, "", "is not node-link JSON: it has no nodes", "as networkx writes it"
        )
    if document.get("directed") is False:
        raise source.refuse(0, "", "is an undirected graph, which does not describe a circuit")
    said = document.get("graph")
    graph = networkx.MultiDiGraph()
    graph.graph.update(said if isinstance(said, dict) else {})
    edges = document.get("edges", document.get("links"))
    for kind, entries in (("nodes", document["nodes"]), ("edges", edges)):
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise source.refuse(0, "", f"its {kind} are not a list of objects")
    for node in document["nodes"]:
        name = _name(source, node, "id")
        if name in graph:
            raise source.refuse(0, "", f"has two nodes '{name}'")
        graph.add_node(name)
        graph.nodes[name].update(_attributes(node, {"id"}))
    for edge in edges:
        ends = [_name(source, edge, end) for end in ("source", "target")]
        for end in ends:
            if end not in graph:
                raise source.refuse(0, "", f"has an edge of '{end}', which is none of its nodes")
        key = edge["key"] if isinstance(edge.get("key"), str | int) else None
        if key is not None and graph.has_edge(*ends, key):
            raise source.refuse(0, "", f"has two edges '{key}' from '{ends[0]}' to '{ends[1]}'")
        key = graph.add_edge(*ends, key)
        graph.edges[*ends, key].update(_attributes(edge, {"source", "target", "key"}))
    return graph


def _name(source: Source, entry: dict[str, Any], key: str) -> str:
    found = entry.get(key)
    if not isinstance(found, str | int) or isinstance(found, bool):
        raise source.refuse(0, "", f"has an entry whose '{key}' is not a name")
    return str(found)


def _attributes(entry: dict[str, Any], but: set[str]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in but}
