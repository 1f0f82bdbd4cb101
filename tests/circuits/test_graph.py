"""Circuits as graphs of networkx and back: nothing is lost, and what is not a circuit is refused by name."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx
import pytest

import gatewright as gw
from gatewright.circuits.graphs.paths import MOST_GATES, cone, critical_path, reconvergence
from gatewright.circuits.graphs.reading import netlist_of
from gatewright.circuits.graphs.writing import graph_of
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.statistics import statistics
from gatewright.errors import FormatError, NetlistError, UsageError
from gatewright.formats.graph.graphml import read_graphml, write_graphml
from gatewright.formats.graph.node_link import read_node_link, write_node_link
from gatewright.formats.model.source import Source
from gatewright.formats.reading import read_netlist
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.circuits.conftest import RandomCircuit

C17 = Path(__file__).parents[2] / "circuits" / "c17.blif"


def same(one: Netlist, other: Netlist) -> bool:
    """Whether two netlists are equal, but for the order of their gates' names and of hidden nets."""
    return (one.name, one.inputs, one.outputs, one.instances) == (
        other.name,
        other.inputs,
        other.outputs,
        other.instances,
    )


def test_nodes_are_instances_and_ports_and_edges_are_wires(plugins: Plugins) -> None:
    graph = gw.circuit("ripple-adder", bits=2).graph()
    assert isinstance(graph, networkx.MultiDiGraph)
    assert graph.graph["name"] == "ripple-adder"
    assert dict(graph.nodes(data="gate", default="")) == {
        **dict.fromkeys(("a[0]", "a[1]", "b[0]", "b[1]", "cin"), ""),
        **dict.fromkeys(("fa0", "fa1"), "full-adder"),
        **dict.fromkeys(("sum[0]", "sum[1]", "cout"), ""),
    }
    assert graph.nodes["a[1]"] == {"kind": "input", "name": "a[1]", "bus": "a", "bit": 1}
    assert graph.nodes["cin"]["default"] == 0
    assert graph.edges["fa0", "fa1", "cin"] == {
        "net": "fa0.cout",
        "from_pin": "cout",
        "pin": "cin",
        "bus": "",
    }
    assert graph.edges["fa1", "sum[1]", ""]["bus"] == "sum"
    assert networkx.is_directed_acyclic_graph(graph)


def test_one_net_on_both_pins_is_two_edges(plugins: Plugins) -> None:
    builder = gw.CircuitBuilder("twice", plugins.gates)
    a = builder.input("a")
    builder.output("y", builder.gate("and", a, a))
    graph = gw.circuit(builder).graph()
    assert graph.number_of_edges("a", "and-1") == 2
    assert same(netlist_of(graph, plugins.gates), builder.netlist())


@pytest.mark.parametrize("seed", range(30))
def test_random_circuits_come_back(
    plugins: Plugins, random_circuit: RandomCircuit, seed: int
) -> None:
    netlist = random_circuit(seed, plugins.gates, inputs=6, instances=25)
    for back in (
        netlist_of(graph_of(netlist), plugins.gates),
        read_graphml(Source("f", write_graphml(netlist).encode()), plugins.gates),
        read_node_link(Source("f", write_node_link(netlist).encode()), plugins.gates),
    ):
        assert gw.circuit(netlist).equivalent(back).proved
        assert [each.name for each in back.instances] == [each.name for each in netlist.instances]
        assert (back.inputs, back.outputs) == (netlist.inputs, netlist.outputs)


def test_every_builder_comes_back(plugins: Plugins) -> None:
    for name in plugins.circuits:
        netlist = gw.circuit(name).netlist
        back = read_graphml(Source("f", write_graphml(netlist).encode()), netlist.gates)
        assert (back.inputs, back.outputs) == (netlist.inputs, netlist.outputs), name
        assert back.registers == netlist.registers, name
        assert back.clock == netlist.clock, name
        drives = {each.name: each.inputs for each in netlist.instances}
        assert {each.name: each.inputs for each in back.instances} == drives, name


def test_registers_are_nodes() -> None:
    graph = gw.circuit("counter", bits=2).graph()
    assert graph.nodes["count[0]"] == {
        "kind": "register",
        "name": "count[0]",
        "initial": 0,
    }
    assert not networkx.is_directed_acyclic_graph(graph)


def test_a_graph_made_by_hand_needs_little() -> None:
    graph = networkx.MultiDiGraph()
    graph.add_node("g", gate="mux")
    for node, pin in (("x", "a"), ("y", "b"), ("choose", "s")):
        graph.add_edge(node, "g", pin=pin)
    graph.add_edge("g", "out")
    circuit = gw.Circuit.from_graph(graph)
    assert [bus.name for bus in circuit.netlist.inputs] == ["x", "y", "choose"]
    assert circuit.run(x=1, y=0, choose=0) == {"out": 1}
    assert circuit.run(x=1, y=0, choose=1) == {"out": 0}
    numbered = networkx.DiGraph()
    numbered.add_node("inv", gate="lut1-1")  # whose name spells its table
    numbered.add_edges_from([("a", "inv"), ("inv", "y")])
    assert gw.Circuit.from_graph(numbered).run(a=0) == {"y": 1}
    places = networkx.MultiDiGraph()
    places.add_node(0, gate="and")
    places.add_edges_from([(1, 0, {"pin": 1}), (2, 0, {"pin": 0}), (0, 3, {})])
    assert gw.Circuit.from_graph(places).netlist.instances[0].inputs == ("2", "1")


def test_buses_of_a_graph() -> None:
    graph = networkx.MultiDiGraph(name="swap")
    for at in range(2):
        graph.add_node(f"in{at}", kind="input", bus="a", bit=at)
        graph.add_node(f"out{at}", kind="output", bus="y", bit=at)
        graph.add_edge(f"in{at}", f"out{1 - at}")
    circuit = gw.Circuit.from_graph(graph)
    assert circuit.run(a=1) == {"y": 2}
    assert circuit.netlist.inputs[0].bits == ("in0", "in1")


def base() -> Any:
    graph = networkx.MultiDiGraph(name="g")
    graph.add_node("n", gate="nand")
    graph.add_edge("a", "n", pin="a")
    graph.add_edge("b", "n", pin="b")
    graph.add_edge("n", "y")
    return graph


def changed(change: Callable[[Any], object]) -> Any:
    graph = base()
    change(graph)
    return graph


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda g: g.nodes["n"].update(gate="nope"), "node 'n' is of an unknown gate 'nope'"),
        (lambda g: g.nodes["n"].update(gate="lut1-7"), "node 'n' is of an unknown gate 'lut1-7'"),
        (lambda g: g.nodes["n"].pop("gate"), "node 'n' is neither a gate nor an input or output"),
        (
            lambda g: g.nodes["a"].update(kind="pad"),
            "node 'a' is neither a gate nor an input or output",
        ),
        (lambda g: g.remove_edge("a", "n"), "no wire leads to its pin 'a'"),
        (lambda g: g.add_edge("a", "n", pin="b"), "pin 'b' of node 'n' is driven twice"),
        (lambda g: g.add_edge("a", "y"), "node 'y' is driven twice"),
        (lambda g: g.add_edge("a", "n", pin="q"), "a wire whose pin is 'q', not one of a, b"),
        (lambda g: g.add_edge("a", "n"), "a wire whose pin is none, not one of a, b"),
        (lambda g: g.add_edge("a", "n", pin=2), "a wire whose pin is '2', not one of a, b"),
        (lambda g: g.add_edge("a", "n", pin=[1]), "a wire whose pin is '[1]', not one of"),
        (
            lambda g: g.add_node("z", kind="output"),
            "node 'z' is an output, and no wire leads to it",
        ),
        (
            lambda g: (g.nodes["y"].update(kind="output"), g.add_edge("y", "n", pin="a")),
            "is an output",
        ),
        (
            lambda g: (g.nodes["a"].update(kind="input"), g.add_edge("n", "a")),
            "is an input, and a wire",
        ),
        (lambda g: (g.remove_edge("a", "n"), g.add_edge("n", "n", pin="a")), "form a cycle"),
        (lambda g: g.nodes["a"].update(bus="v", bit=1), "is a bit of bus 'v', whose bits are 1"),
        (
            lambda g: g.nodes["a"].update(bus="v", bit="0"),
            "has the attribute 'bit' '0', not a number",
        ),
        (
            lambda g: g.nodes["a"].update(bus="v", bit=[0]),
            "has the attribute 'bit' [0], not a number",
        ),
        (
            lambda g: g.nodes["a"].update(default="x"),
            "has the attribute 'default' 'x', not a number",
        ),
        (lambda g: g.nodes["b"].update(name="a"), "has the attribute 'bit' None, not a number"),
        (
            lambda g: g.nodes["n"].update(gate="half-adder"),
            "a wire whose from_pin is none, not one",
        ),
        (lambda g: g.remove_node("y"), "there is no primary output"),
        (
            lambda g: g.add_node("r", kind="register"),
            "node 'r' is a register, and no wire leads to it",
        ),
        (
            lambda g: (g.add_node("r", kind="register", initial=2), g.add_edge("a", "r")),
            "node 'r' is a register that begins as 2, which is not a bit",
        ),
    ],
)
def test_a_graph_that_says_no_circuit_is_refused(
    change: Callable[[Any], object], told: str
) -> None:
    with pytest.raises(NetlistError) as caught:
        gw.Circuit.from_graph(changed(change))
    assert told in str(caught.value)


def test_a_graph_without_directions_says_no_circuit() -> None:
    with pytest.raises(NetlistError, match="an undirected graph does not describe a circuit"):
        gw.Circuit.from_graph(networkx.Graph())
    with pytest.raises(NetlistError, match="an undirected graph"):
        gw.Circuit.from_graph("c17.blif")


def test_ports_and_instances_of_one_name(plugins: Plugins) -> None:
    netlist = Netlist(
        "names",
        {"not": plugins.gate("not")},
        (Bus("x", ("a",)),),
        (Bus("x (input)", ("b",)),),
        (Instance("x", "not", ("a",), ("b",)),),
    )
    graph = graph_of(netlist)
    assert [*graph] == ["x (input)", "x", "x (input) (output)"]
    assert same(netlist_of(graph, plugins.gates), netlist)


# Files


@pytest.mark.parametrize("ending", [".graphml", ".nodelink", ".graphml.gz"])
def test_a_graph_is_a_file_like_the_others(tmp_path: Path, plugins: Plugins, ending: str) -> None:
    adder = gw.circuit("ripple-adder", bits=3)
    path = adder.save(tmp_path / f"adder{ending.removesuffix('.gz')}")
    if ending.endswith(".gz"):
        import gzip

        packed = path.with_name(f"{path.name}.gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        path = packed
    assert same(read_netlist(path, plugins.gates), adder.netlist)
    assert gw.read(path).train(store=gw.Store(tmp_path / "store")).certify().proved


@pytest.mark.parametrize("edges", ["edges", "links"])
def test_what_networkx_writes_is_read_as_json(tmp_path: Path, plugins: Plugins, edges: str) -> None:
    c17 = gw.read(C17)
    graph = c17.graph()
    document = {
        "directed": True,
        "multigraph": True,
        "graph": graph.graph,
        "nodes": [{"id": node, **said} for node, said in graph.nodes(data=True)],
        edges: [
            {"source": one, "target": other, "key": key, **said}
            for one, other, key, said in graph.edges(keys=True, data=True)
        ],
    }
    path = tmp_path / "c17.json"
    path.write_text(json.dumps(document))
    assert same(gw.read(path).netlist, c17.netlist)


def node_link(**changes: Any) -> bytes:
    document = json.loads(write_node_link(gw.read(C17).netlist))
    return json.dumps({**document, **changes}).encode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"[1]", "does not begin a JSON object"),
        (b"{", "is not JSON here"),
        (b'{"a": 1}', "is not node-link JSON: it has no nodes"),
        (node_link(directed=False), "is an undirected graph"),
        (node_link(nodes=3), "its nodes are not a list of objects"),
        (node_link(edges=[3]), "its edges are not a list of objects"),
        (node_link(nodes=[{"name": "a"}]), "has an entry whose 'id' is not a name"),
        (node_link(nodes=[{"id": True}]), "has an entry whose 'id' is not a name"),
        (node_link(nodes=[{"id": "a"}, {"id": "a"}]), "has two nodes 'a'"),
        (node_link(nodes=[]), "which is none of its nodes"),
        (
            node_link(edges=[{"source": "1", "target": "10", "key": "a"}] * 2),
            "has two edges 'a' from",
        ),
        (
            node_link(nodes=[{"id": "a", "node_for_adding": 1}], edges=[]),
            "does not describe a circuit",
        ),
        (
            node_link(edges=[{"source": "1", "target": "10", "key": [1], "u": 1}]),
            "does not describe a circuit",
        ),
        (node_link(graph=[]), ""),
    ],
)
def test_json_that_says_no_circuit(plugins: Plugins, data: bytes, told: str) -> None:
    if not told:
        assert read_node_link(Source("f", data), plugins.gates).name == "graph"
        return
    with pytest.raises(FormatError) as caught:
        read_node_link(Source("f", data), plugins.gates)
    assert told in str(caught.value)


def test_graphml_that_says_no_circuit(plugins: Plugins) -> None:
    text = write_graphml(gw.read(C17).netlist, comment="a -- b")
    assert "<!-- a - - b -->" in text
    bomb = '<!DOCTYPE lolz [<!ENTITY lol "lol">]>' + text
    edges = re.findall(r'<edge source="3".*?</edge>', text, re.DOTALL)
    twice = text.replace(edges[1], edges[0])
    for data, told in (
        (bomb, "defines entities of its own"),
        (text[:500], "is not GraphML: ParseError"),
        ("<a/>", "is not GraphML"),
        (text.replace('attr.type="long"', 'attr.type="never"'), "is not GraphML"),
        (text.replace("nand", "nope"), "is of an unknown gate 'nope'"),
        (twice, "two edges of one id"),
        (text.replace("directed", "undirected"), "does not describe a circuit"),
    ):
        with pytest.raises(FormatError) as caught:
            read_graphml(Source("f", data.encode()), plugins.gates)
        assert told in str(caught.value), data[:200]
    with pytest.raises(FormatError, match="is not GraphML: UnicodeDecodeError"):
        read_graphml(Source("f", b"\xff"), plugins.gates)


@pytest.mark.parametrize("write", [write_graphml, write_node_link])
def test_names_that_cannot_be_printed(plugins: Plugins, write: Callable[..., str]) -> None:
    netlist = Netlist(
        "bell\x07",
        {"not": plugins.gate("not")},
        (Bus("a", ("a",)),),
        (Bus("y", ("n\x07",)),),
        (
            Instance("i\x07", "not", ("a",), ("m",)),
            Instance("i\\x07", "not", ("m",), ("n\x07",)),
        ),
    )
    read = read_graphml if write is write_graphml else read_node_link
    text = write(netlist)
    assert "\x07" not in text
    back = read(Source("f", text.encode()), plugins.gates)
    assert gw.circuit(back).equivalent(netlist).proved
    assert back.name == "bell\\x07"
    hostile = replace(netlist, inputs=(Bus("a\x07", ("a",)),))
    with pytest.raises(UsageError, match=r"port 'a\\x07' cannot be written in a graph"):
        write(hostile)


# Ways through a circuit


@pytest.mark.parametrize("name", ["ripple-adder", "kogge-stone", "alu", "divider", "hex-display"])
def test_the_longest_way_is_as_long_as_there_are_levels(name: str) -> None:
    netlist = gw.circuit(name).netlist
    steps = critical_path(netlist)
    assert len(steps) == len(statistics(netlist).levels)
    by_name = {each.name: each for each in netlist.instances}
    for one, after in itertools.pairwise(steps):
        assert one.net in by_name[one.instance].outputs
        assert one.net in by_name[after.instance].inputs
    assert steps[-1].net in netlist.output_nets


def test_the_cone_of_a_net() -> None:
    adder = gw.circuit("ripple-adder", bits=4).netlist
    found = cone(adder, "fa1.cout")
    assert (found.drives_it, found.driven) == (("fa0", "fa1"), ("fa2", "fa3"))
    assert found.inputs == ("a[0]", "a[1]", "b[0]", "b[1]", "cin")
    assert found.outputs == ("sum[2]", "sum[3]", "cout")
    assert cone(adder, "a[3]").outputs == ("sum[3]", "cout")
    assert cone(adder, "a[3]").drives_it == ()
    c17 = gw.read(C17).netlist
    assert cone(c17, "16").outputs == ("22", "23")
    with pytest.raises(UsageError, match=r"has no net 'fa1\.coat'; did you mean 'fa1\.cout'"):
        cone(adder, "fa1.coat")


def slowly(netlist: Netlist) -> set[tuple[str, str]]:
    """Every net with branches that meet, and where first, by trying all pairs of ways."""
    graph = graph_of(netlist)
    order = [*networkx.topological_sort(graph)]
    found = set()
    for node in graph:
        by_net: dict[str, list[Any]] = {}
        for _, reader, said in graph.out_edges(node, data=True):
            by_net.setdefault(said["net"], []).append(reader)
        for net, readers in by_net.items():
            reach = [{each, *networkx.descendants(graph, each)} for each in readers]
            meets = [at for at in order if sum(at in each for each in reach) > 1]
            if meets:
                found.add((net, meets[0]))
    return found


@pytest.mark.parametrize("seed", range(15))
def test_where_branches_meet_again(
    plugins: Plugins, random_circuit: RandomCircuit, seed: int
) -> None:
    netlist = random_circuit(seed, plugins.gates, inputs=5, instances=20)
    assert {(each.net, each.instance) for each in reconvergence(netlist)} == slowly(netlist)


def test_branches_are_followed_in_circuits_of_some_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reconvergence(gw.circuit("ripple-adder").netlist) == ()
    assert MOST_GATES >= 10_000
    monkeypatch.setattr("gatewright.circuits.graphs.paths.MOST_GATES", 3)
    with pytest.raises(UsageError, match="has 4 gates, more than the 3 in which branches"):
        reconvergence(gw.circuit("ripple-adder").netlist)
