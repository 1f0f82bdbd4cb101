"""Ways through a circuit: the longest one, what a net depends on and reaches, and where branches meet again.

networkx does the walking, on the graph of `gatewright.circuits.graphs.writing`.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = circuit("ripple-adder", bits=4).netlist
    >>> [step.instance for step in critical_path(adder)]
    ['fa0', 'fa1', 'fa2', 'fa3']
    >>> found = cone(adder, "sum[1]")
    >>> found.inputs, found.outputs
    (('a[0]', 'a[1]', 'b[0]', 'b[1]', 'cin'), ('sum[1]',))
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gatewright.circuits.graphs.writing import graph_of
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import refuse_registers
from gatewright.errors import UsageError
from gatewright.records import dataclass
from gatewright.text import did_you_mean

if TYPE_CHECKING:
    import networkx

MOST_GATES = 20_000
"""Most instances of a circuit in which branches are followed: each net is followed separately, to its end."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instance on a way through a circuit.

    Attributes:
        instance: its name.
        gate: of it.
        net: that leads on.
    """

    instance: str
    gate: str
    net: str


@dataclass(frozen=True, slots=True)
class Cone:
    """What a net depends on, and what depends on it.

    Attributes:
        net: as the circuit names it.
        driver: the instance or input bit that drives it.
        drives_it: instances before it, that one included, in the order of the circuit.
        driven: instances after it.
        inputs: bits of inputs that it depends on.
        outputs: bits of outputs that depend on it.
    """

    net: str
    driver: str
    drives_it: tuple[str, ...]
    driven: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A net that branches, and the first instance at which branches of it meet again.

    Attributes:
        net: that branches.
        branches: pins that read it.
        instance: where two of them meet; the first in the order in which signals flow.
        gate: of it.
    """

    net: str
    branches: int
    instance: str
    gate: str


def _of_one_cycle(netlist: Netlist) -> networkx.MultiDiGraph:
    """The graph of a circuit without registers, which has no cycles.

    Raises:
        NetlistError: it has some, or is not a circuit.
    """
    refuse_registers(netlist)
    return graph_of(netlist)


def critical_path(netlist: Netlist) -> tuple[Step, ...]:
    """A longest way from an input to an output, one instance after another; of several, one.

    Raises:
        NetlistError: it is not a circuit.
    """
    import networkx

    graph = _of_one_cycle(netlist)
    nodes = networkx.dag_longest_path(graph, weight=None, default_weight=1)
    steps = []
    for node, after in zip(nodes, [*nodes[1:], None], strict=True):
        if graph.nodes[node]["kind"] == "gate":
            net = next(iter(graph.get_edge_data(node, after).values()))["net"] if after else ""
            steps.append(Step(node, graph.nodes[node]["gate"], net))
    return tuple(steps)


def cone(netlist: Netlist, net: str) -> Cone:
    """What drives a net, all the way from the inputs, and what it drives, all the way to the outputs.

    Args:
        netlist: the circuit.
        net: its name, or that of an instance with one output, or of a bit of an output.

    Raises:
        NetlistError: it is not a circuit.
        UsageError: there is no such net.
    """
    import networkx

    graph = _of_one_cycle(netlist)
    driver, found, pin = _driver(netlist, graph, net)
    readers = {
        reader for _, reader, said in graph.out_edges(driver, data=True) if said["from_pin"] == pin
    }
    before = networkx.ancestors(graph, driver) | {driver}
    # One walk from all of them: most of their ways coincide.
    after = {*networkx.multi_source_dijkstra_path_length(graph, readers)} if readers else set()

    def of(nodes: set[Any], kind: str) -> tuple[str, ...]:
        said = graph.nodes
        return tuple(
            said[node]["name"] for node in graph if node in nodes and said[node]["kind"] == kind
        )

    return Cone(
        found,
        graph.nodes[driver]["name"],
        of(before, "gate"),
        of(after, "gate"),
        of(before, "input"),
        of(after, "output"),
    )


def reconvergence(netlist: Netlist) -> tuple[Meeting, ...]:
    """Every net whose branches meet again, and where they do first.

    Signals that meet again depend on each other, which is what makes testing and estimating circuits hard.

    Raises:
        NetlistError: it is not a circuit.
        UsageError: it has more than `MOST_GATES` instances.
    """
    import networkx

    if len(netlist.instances) > MOST_GATES:
        raise UsageError(
            f"'{netlist.name}' has {len(netlist.instances)} gates, more than the {MOST_GATES} in which "
            "branches are followed",
            hint="look at one net by its cone",
        )
    graph = _of_one_cycle(netlist)
    order = {node: place for place, node in enumerate(networkx.topological_sort(graph))}
    return tuple(_meetings(graph, order))


def _meetings(graph: networkx.MultiDiGraph, order: dict[Any, int]) -> Iterator[Meeting]:
    import heapq

    for node in order:
        branches: dict[tuple[str, str], list[Any]] = {}
        for _, reader, said in graph.out_edges(node, data=True):
            branches.setdefault((said["from_pin"], said["net"]), []).append(reader)
        for (_, net), readers in branches.items():
            if len(readers) < 2:
                continue
            # Which branches lead to a node, as bits; nodes are taken in the order in which signals flow.
            reached: dict[Any, int] = {}
            waiting: list[tuple[int, Any]] = []
            for place, reader in enumerate(readers):
                if reader not in reached:
                    heapq.heappush(waiting, (order[reader], reader))
                reached[reader] = reached.get(reader, 0) | 1 << place
            while waiting:
                _, at = heapq.heappop(waiting)
                if reached[at] & (reached[at] - 1):
                    yield Meeting(net, len(readers), at, graph.nodes[at].get("gate", ""))
                    break
                for after in graph.successors(at):
                    if after not in reached:
                        heapq.heappush(waiting, (order[after], after))
                    reached[after] = reached.get(after, 0) | reached[at]


def _driver(netlist: Netlist, graph: networkx.MultiDiGraph, name: str) -> tuple[Any, str, str]:
    """The node and the pin that drive a net, and the name of the net."""
    known: dict[str, tuple[Any, str, str]] = {}
    for driver, _, said in graph.edges(data=True):
        known.setdefault(said["net"], (driver, said["net"], said["from_pin"]))
    for each in netlist.instances:
        pins = netlist.gates[each.gate].table.outputs
        for pin, net in zip(pins, each.outputs, strict=True):
            known.setdefault(net, (each.name, net, pin))
        if len(pins) == 1:
            known.setdefault(each.name, known[each.outputs[0]])
    for bus in netlist.outputs:
        for bit, net in zip(bus.bits, bus.nets, strict=True):
            known.setdefault(bit, known[net])
    for node, said in graph.nodes(data=True):
        if said["kind"] == "input":
            known.setdefault(said["name"], (node, said["name"], ""))
    if name not in known:
        hint = did_you_mean(name, known, "name a net, an instance or a bit of a port")
        raise UsageError(f"circuit '{netlist.name}' has no net '{name}'", hint=hint)
    return known[name]
