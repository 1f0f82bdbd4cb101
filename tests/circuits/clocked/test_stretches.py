"""The longest ways of a cycle, against a walk of every way by networkx."""

from __future__ import annotations

from typing import Any

import networkx
import pytest

from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.graphs.stretches import stretches
from gatewright.circuits.graphs.writing import graph_of
from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
from gatewright.plugins.manager import Plugins


def longest(netlist: Netlist) -> dict[tuple[str, str], int]:
    """Gates on the longest way of every kind, every single way looked at."""
    graph = graph_of(cut(netlist))
    ports = {bus.name for bus in netlist.inputs}, {bus.name for bus in netlist.outputs}

    def ends(kind: str, own: set[str]) -> list[tuple[Any, str]]:
        said = graph.nodes(data=True)
        nodes = [(node, about) for node, about in said if about["kind"] == kind]
        return [(node, kind if about["bus"] in own else "register") for node, about in nodes]

    found: dict[tuple[str, str], int] = {}
    for start, begins in ends("input", ports[0]):
        for end, finishes in ends("output", ports[1]):
            for way in networkx.all_simple_paths(networkx.DiGraph(graph), start, end):
                kind = begins, finishes
                found[kind] = max(found.get(kind, 0), len(way) - 2)
    return found


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("counter", {"bits": 3, "modulo": 5}),
        ("counter", {"bits": 4, "direction": "down"}),
        ("shift-register", {"bits": 3}),
        ("lfsr", {"bits": 8}),
        ("accumulator", {"bits": 3}),
        ("serial-adder", {}),
    ],
)
def test_no_way_is_longer(plugins: Plugins, name: str, given: dict[str, Any]) -> None:
    netlist = plugins.circuit(name).elaborate(given, plugins.gates).netlist
    found = stretches(netlist)
    assert {(each.begins, each.ends): len(each.steps) for each in found} == longest(netlist)
    instances = {each.name: each for each in netlist.instances}
    for each in found:
        for one, other in zip(each.steps, each.steps[1:], strict=False):
            assert one.net in instances[one.instance].outputs
            assert one.net in instances[other.instance].inputs


def test_a_way_from_an_input_to_an_output(plugins: Plugins) -> None:
    mixed = Netlist(
        "mixed",
        {"xor": plugins.gate("xor")},
        (Bus("a", ("a",)),),
        (Bus("y", ("n",)), Bus("z", ("a",))),
        (Instance("n", "xor", ("a", "q"), ("n",)),),
        (Register("q", "n", "q", 0),),
    )
    assert [str(each) for each in stretches(mixed)] == [
        "input a → register q: 1 gate",
        "input a → output y: 1 gate",
        "register q → register q: 1 gate",
        "register q → output y: 1 gate",
    ]
