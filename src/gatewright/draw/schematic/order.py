"""Which way wires run on a sheet with registers: from left to right, but for those that come back from one.

Something has to be drawn from right to left where signals come round. It is what registers hold, wherever that is
enough, as on the sheets of textbooks: the layout is told by an order of all symbols.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> from gatewright.draw.schematic.groups import groups
    >>> from gatewright.draw.schematic.sheet import sheet
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("serial-adder").elaborate({}, plugins.gates).netlist
    >>> page = sheet(adder, groups(adder))
    >>> places = order(page)
    >>> [page.items[item].name for item in sorted(range(len(places)), key=places.__getitem__)]
    ['a', 'b', 'first', 'goes-on', 'kept', 'adder', 'carry', 'sum']
"""

from __future__ import annotations

from typing import Any

from gatewright.draw.schematic.sheet import Sheet


def order(page: Sheet) -> list[int]:
    """A number for every item: wires run from lower ones to higher ones, but for some that come back."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(page.items)))
    graph.add_edges_from(
        (wire.source[0], sink)
        for wire in page.wires
        for sink, _ in wire.sinks
        if sink != wire.source[0]
    )
    for loop in list(networkx.strongly_connected_components(graph)):
        inside = graph.subgraph(loop)
        back = [
            (source, sink)
            for source, sink in inside.edges
            if page.items[source].kind == "register" and page.items[sink].kind != "register"
        ]
        graph.remove_edges_from(back)
        _open(graph, loop)
    places = [0] * len(page.items)
    for place, item in enumerate(networkx.topological_sort(graph)):
        places[item] = place
    return places


def _open(graph: Any, loop: set[int]) -> None:
    """Take wires out until none comes round: a ring of registers has no gates, and blocks may hold registers."""
    import networkx

    inside = graph.subgraph(loop)
    while not networkx.is_directed_acyclic_graph(inside):
        graph.remove_edge(*networkx.find_cycle(inside, min(loop))[-1])
