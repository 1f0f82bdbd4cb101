"""The circuit that a graph of networkx describes.

Nodes and edges are those of `gatewright.circuits.graphs.writing`. A graph made by hand needs little: a ``gate``
for each instance, and a ``pin`` for each wire into a gate of several inputs. Nodes without a gate are registers
where their ``kind`` says so, inputs where nothing leads to them, and outputs where nothing leads away.

Example:
    >>> import networkx
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> gates = {gate.name: gate for gate in gatewright_gates()}
    >>> graph = networkx.MultiDiGraph(name="half")
    >>> graph.add_node("differ", gate="xor")
    >>> _ = graph.add_edge("x", "differ", pin="a")
    >>> _ = graph.add_edge("y", "differ", pin="b")
    >>> _ = graph.add_edge("differ", "sum")
    >>> made = netlist_of(graph, gates)
    >>> [bus.name for bus in made.inputs], made.instances[0].inputs, made.output_nets
    (['x', 'y'], ('x', 'y'), ('differ',))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gatewright.circuits.netlist import Bus, Clock, Instance, Netlist, Register, bit_names
from gatewright.errors import NetlistError
from gatewright.gates.functions import spelt_spec
from gatewright.gates.spec import GateSpec

if TYPE_CHECKING:
    import networkx

KINDS = ("input", "gate", "register", "output")
"""What a node may be, as its attribute ``kind`` says."""


def netlist_of(graph: networkx.DiGraph, gates: Mapping[str, GateSpec]) -> Netlist:
    """The circuit that a graph describes.

    Args:
        graph: directed; a MultiDiGraph where a gate may feed two pins of another. Instances have a ``gate``;
            edges into them a ``pin``, a name or a number from 0, unless the gate has one input; edges out of
            gates with several outputs a ``from_pin``. Bits of a bus have the attributes ``bus`` and ``bit``.
        gates: the gates that instances may be of, by name.

    Raises:
        NetlistError: it does not describe a circuit.
    """
    if not getattr(graph, "is_directed", lambda: False)():
        raise NetlistError(
            "an undirected graph does not describe a circuit",
            hint="make it a networkx.MultiDiGraph",
        )
    name = str(graph.graph.get("name") or "graph")
    nodes = {node: _Node(graph, node, name) for node in graph}
    used = {each.gate: _spec(each, gates, name) for each in nodes.values() if each.kind == "gate"}
    nets = _Nets(nodes)
    pins: dict[Any, dict[int, str]] = {node: {} for node in nodes}
    for driver, reader, key, said in _edges(graph):
        source, target = nodes[driver], nodes[reader]
        outputs = used[source.gate].table.outputs if source.kind == "gate" else ("",)
        if source.kind == "output":
            raise source.refuse("is an output, and a wire leads away from it")
        place = _pin(outputs, said.get("from_pin"), None, source, "from_pin")
        net = nets.of(driver, place, outputs[place], said.get("net"))
        if target.kind == "input":
            raise target.refuse("is an input, and a wire leads to it")
        inputs = used[target.gate].table.inputs if target.kind == "gate" else ("",)
        at = _pin(inputs, said.get("pin"), key, target, "pin")
        if at in pins[reader]:
            pin = f"pin '{inputs[at]}' of " if inputs[at] else ""
            raise NetlistError(f"graph '{name}': {pin}node '{reader}' is driven twice")
        pins[reader][at] = net
    instances = []
    for node, each in nodes.items():
        if each.kind != "gate":
            continue
        table = used[each.gate].table
        for at, pin in enumerate(table.inputs):
            if at not in pins[node]:
                raise each.refuse(f"is of gate '{each.gate}', and no wire leads to its pin '{pin}'")
        reads = tuple(pins[node][at] for at in range(len(table.inputs)))
        drives = tuple(nets.of(node, at, pin, None) for at, pin in enumerate(table.outputs))
        instances.append(Instance(each.name, each.gate, reads, drives))
    registers = [
        Register(each.name, _driven(each, pins[node]), nets.of(node, 0, "", None), each.initial)
        for node, each in nodes.items()
        if each.kind == "register"
    ]
    sides = []
    for kind in ("input", "output"):
        bits = [
            (each, nets.of(node, 0, "", None) if kind == "input" else _driven(each, pins[node]))
            for node, each in nodes.items()
            if each.kind == kind
        ]
        sides.append(tuple(_buses(bits)))
    made = Netlist(
        name,
        used,
        sides[0],
        sides[1],
        tuple(instances),
        registers=tuple(registers),
        clock=_clock(graph) if registers else None,
    )
    made.check()
    return made


class _Node:
    """What a node is: its kind, its name, its gate, and which bit of which bus it is."""

    def __init__(self, graph: Any, node: Any, of: str) -> None:
        said = graph.nodes[node]
        self.said, self.of = said, of
        self.name, self.gate = str(said.get("name") or node), str(said.get("gate") or "")
        kind = said.get("kind") or ("gate" if self.gate else "")
        if not kind:
            ends = graph.in_degree(node), graph.out_degree(node)
            kind = "input" if ends[0] == 0 else "output" if ends[1] == 0 else ""
        if kind not in KINDS or (kind == "gate") != bool(self.gate):
            raise self.refuse(
                "is neither a gate nor an input or output", "give it the attribute 'gate'"
            )
        self.kind: str = kind

    @property
    def initial(self) -> int | None:
        """What a register holds at first; None where nobody says."""
        if self.said.get("initial") is None:
            return None
        bit = self.whole("initial")
        if bit > 1:
            raise self.refuse(f"is a register that begins as {bit}, which is not a bit")
        return bit

    def whole(self, key: str) -> int:
        """An attribute that must be a whole number."""
        given = self.said.get(key)
        if not isinstance(given, int) or isinstance(given, bool) or given < 0:
            raise self.refuse(f"has the attribute '{key}' {given!r:.60}, not a number from 0 up")
        return given

    def refuse(self, what: str, hint: str = "") -> NetlistError:
        return NetlistError(f"graph '{self.of}': node '{self.name}' {what}", hint=hint)


class _Nets:
    """The net that each output of each node drives, named as its edges say unless that name is taken."""

    def __init__(self, nodes: Mapping[Any, _Node]) -> None:
        self._nodes = nodes
        self._known: dict[tuple[Any, int], str] = {}
        self._taken: set[str] = set()
        self._again: dict[str, int] = {}

    def of(self, node: Any, place: int, pin: str, asked: Any) -> str:
        known = self._known.get((node, place))
        if known is None:
            name = self._nodes[node].name
            usual = name if not place and pin in ("", "y") else f"{name}.{pin}"
            known = str(asked) if asked and str(asked) not in self._taken else usual
            while known in self._taken:
                self._again[usual] = self._again.get(usual, 0) + 1
                known = f"{usual}'{self._again[usual]}"
            self._taken.add(known)
            self._known[node, place] = known
        return known


def _clock(graph: Any) -> Clock | None:
    """The clock that a graph names; None if it names none."""
    name = graph.graph.get("clock")
    return Clock(str(name), not graph.graph.get("falling", False)) if name else None


def _spec(node: _Node, gates: Mapping[str, GateSpec], of: str) -> GateSpec:
    if node.gate in gates:
        return gates[node.gate]
    spelt = spelt_spec(node.gate)
    if spelt is None:
        raise NetlistError(
            f"graph '{of}': node '{node.name}' is of an unknown gate '{node.gate}'",
            hint=f"gates: {', '.join([*gates][:8])} …",
        )
    return spelt


def _edges(graph: Any) -> Iterator[tuple[Any, Any, Any, Mapping[str, Any]]]:
    if graph.is_multigraph():
        yield from graph.edges(keys=True, data=True)
    else:
        yield from ((driver, reader, None, said) for driver, reader, said in graph.edges(data=True))


def _pin(names: tuple[str, ...], said: Any, key: Any, node: _Node, what: str) -> int:
    """Which pin an edge ends at, by its name or its number; the key of the edge may say it too."""
    if len(names) == 1 and said in (None, "", names[0], 0):
        return 0
    for each in (said, key):
        if isinstance(each, str) and each in names:
            return names.index(each)
    if isinstance(said, int) and 0 <= said < len(names):
        return said
    told = f"'{said}'" if said not in (None, "") else "none"
    raise node.refuse(
        f"has a wire whose {what} is {told}, not one of {', '.join(names)}",
        f"give the edge the attribute '{what}'",
    )


def _driven(node: _Node, pins: Mapping[int, str]) -> str:
    if not pins:
        what = "a register" if node.kind == "register" else "an output"
        raise node.refuse(f"is {what}, and no wire leads to it")
    return pins[0]


def _buses(bits: list[tuple[_Node, str]]) -> Iterator[Bus]:
    """Buses of the bits that say so, in the order of their first bits."""
    grouped: dict[str, list[tuple[_Node, str]]] = {}
    for node, net in bits:
        grouped.setdefault(str(node.said.get("bus") or node.name), []).append((node, net))
    made = list(_grouped(grouped))
    rank = {id(node): place for place, (node, _) in enumerate(bits)}
    places = [tuple(rank[id(node)] for node in nodes) for _, nodes in made]
    flat = [place for each in places for place in each]
    mixed = flat != sorted(flat)  # in another order than bus after bus
    for (bus, _), own in zip(made, places, strict=True):
        yield replace(bus, places=own) if mixed else bus


def _grouped(
    grouped: Mapping[str, list[tuple[_Node, str]]],
) -> Iterator[tuple[Bus, list[_Node]]]:
    """Each bus, and the nodes of its bits, bit 0 first."""
    for name, members in grouped.items():
        if len(members) == 1 and "bit" not in members[0][0].said:
            yield Bus(name, (members[0][1],), default=_default(members[0][0])), [members[0][0]]
            continue
        by_bit = {node.whole("bit"): (node, net) for node, net in members}
        if by_bit.keys() != set(range(len(members))):
            told = ", ".join(str(node.said.get("bit", "none")) for node, _ in members[:8])
            raise members[0][0].refuse(
                f"is a bit of bus '{name}', whose bits are {told}",
                f"number them from 0 to {len(members) - 1} by the attribute 'bit'",
            )
        ordered = [by_bit[at] for at in range(len(members))]
        vector = len(ordered) > 1 or ordered[0][0].name != name
        names = tuple(node.name for node, _ in ordered)
        usual = bit_names(name, len(ordered) if vector else None)
        nets = tuple(net for _, net in ordered)
        own = () if names == usual else names
        yield Bus(name, nets, vector, _default(ordered[0][0]), own), [node for node, _ in ordered]


def _default(node: _Node) -> int | None:
    return None if node.said.get("default") is None else node.whole("default")
