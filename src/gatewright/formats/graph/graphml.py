"""GraphML, the XML of graphs (http://graphml.graphdrawing.org), as networkx reads and writes it.

The attributes of nodes and edges are those of `gatewright.circuits.graphs.writing`.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = circuit("ripple-adder", bits=2)
    >>> text = write_graphml(adder.netlist)
    >>> read_graphml(Source("f", text.encode()), adder.netlist.gates).instances == adder.netlist.instances
    True
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Any

from gatewright.circuits.graphs.reading import netlist_of
from gatewright.circuits.netlist import Netlist
from gatewright.errors import GatewrightError
from gatewright.formats.graph.printable import printable_graph
from gatewright.formats.model.source import Source
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.text import visible

_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def write_graphml(netlist: Netlist, *, comment: str = "") -> str:
    """The netlist as GraphML; ``comment`` comes first.

    Raises:
        NetlistError: it is not a circuit.
        UsageError: the name of a port cannot be printed.
    """
    import networkx

    graph = printable_graph(netlist)
    lines = list(networkx.generate_graphml(graph))
    told = f"<!-- {visible(comment).replace('--', '- -')} -->\n" if comment else ""
    return "<?xml version='1.0' encoding='utf-8'?>\n" + told + "\n".join(lines) + "\n"


def read_graphml(
    source: Source, gates: Mapping[str, GateSpec] | None, *, widest: int = MOST_INPUTS
) -> Netlist:
    """The circuit in a file of GraphML.

    Args:
        source: the file.
        gates: registered gates that nodes may use.
        widest: for readers of functions; here gates are taken by name.

    Raises:
        FormatError: it is not GraphML, or does not describe a circuit.
    """
    del widest
    import networkx

    if _ENTITIES.search(source.data):
        raise source.refuse(0, "", "defines entities of its own, which are not read")
    try:
        text = source.data.decode("utf-8-sig")
        # The parser refuses to be told an encoding in text that is decoded already.
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # that something was guessed
            graph = networkx.parse_graphml(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except Exception as error:
        raise source.refuse(0, "", f"is not GraphML: {type(error).__name__}: {error}") from error
    for what, count in (("node", len(graph)), ("edge", graph.number_of_edges())):
        if (
            len(re.findall(rf"<(?:\w+:)?{what}[\s/>]", text)) != count
        ):  # the library keeps one of them
            raise source.refuse(0, "", f"has two {what}s of one id, or in a comment")
    return circuit_in(source, graph, gates)


def circuit_in(source: Source, graph: Any, gates: Mapping[str, GateSpec] | None) -> Netlist:
    """The circuit that a file's graph describes.

    Raises:
        FormatError: it does not describe one.
    """
    try:
        return netlist_of(graph, gates or {})
    except GatewrightError as error:
        raise source.refuse(
            0, "", f"does not describe a circuit: {error.message}", error.hint
        ) from error
