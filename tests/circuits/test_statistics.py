"""The numbers of a circuit, counted once more by hand or net by net."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.statistics import MOST_LEVELS, Part, hierarchy, statistics
from gatewright.errors import NetlistError
from gatewright.plugins.manager import Plugins

CIRCUITS = [
    ("ripple-adder", {"bits": 4}),
    ("kogge-stone", {"bits": 8}),
    ("wallace-multiplier", {"bits": 5}),
    ("alu", {"bits": 4}),
    ("parity-tree", {"bits": 7}),
]


def netlist_of(plugins: Plugins, name: str, **words: int | str) -> Netlist:
    return plugins.circuit(name).elaborate(words, plugins.gates).netlist


def test_a_small_circuit_counted_by_hand(plugins: Plugins) -> None:
    circuit = CircuitBuilder("small", plugins.gates)
    a, b = circuit.input("a"), circuit.input("b")
    carry, total = circuit.instance("half-adder", a, b)
    low = circuit.gate("xor", total, a)
    circuit.output_bus("y", [low, carry, a])
    circuit.gate("not", low)  # read by nobody
    found = statistics(circuit.netlist())
    assert dict(found.gates) == {"half-adder": 1, "not": 1, "xor": 1}
    assert (found.instances, found.nets, found.levels) == (3, 6, (1, 1, 1))
    assert found.fan_out == {0: 1, 1: 3, 2: 1, 3: 1}  # nobody; b, carry, total; y[0]; a
    assert (found.largest_fan_out, found.most_read) == (3, "a")
    assert found.mean_fan_out == pytest.approx(8 / 6)
    assert [bus.name for bus in found.inputs + found.outputs] == ["a", "b", "y"]


@pytest.mark.parametrize(("name", "words"), CIRCUITS)
def test_counted_net_by_net(plugins: Plugins, name: str, words: dict[str, int]) -> None:
    netlist = netlist_of(plugins, name, **words)
    found = statistics(netlist)
    readers = Counter(net for each in netlist.instances for net in each.inputs)
    readers.update(netlist.output_nets)
    nets = {*netlist.input_nets, *(net for each in netlist.instances for net in each.outputs)}
    assert found.nets == len(nets)
    assert found.fan_out == Counter(readers[net] for net in nets)
    assert readers[found.most_read] == found.largest_fan_out == max(readers.values())
    level = dict.fromkeys(netlist.input_nets, 0)
    depths: Counter[int] = Counter()
    for each in netlist.instances:  # builders place them in order
        deep = 1 + max(level[net] for net in each.inputs)
        depths[deep] += 1
        level.update(dict.fromkeys(each.outputs, deep))
    assert found.levels == tuple(depths[deep] for deep in range(1, max(depths) + 1))
    assert len(found.levels) == compile_netlist(netlist).depth
    assert sum(found.levels) == found.instances == len(netlist.instances)


def test_wires_alone(plugins: Plugins) -> None:
    circuit = CircuitBuilder("wires", plugins.gates)
    circuit.output_bus("y", circuit.input_bus("a", 3))
    found = statistics(circuit.netlist())
    assert (found.instances, found.nets, found.levels, found.fan_out) == (0, 3, (), {1: 3})
    assert hierarchy(circuit.netlist()) == Part("wires", "", (), 0)


def test_what_is_no_circuit_is_not_counted(plugins: Plugins) -> None:
    netlist = netlist_of(plugins, "ripple-adder", bits=2)
    with pytest.raises(NetlistError, match="has no driver"):
        statistics(replace(netlist, instances=netlist.instances[1:]))


def test_the_tree_of_an_adder_of_half_adders(plugins: Plugins) -> None:
    tree = hierarchy(netlist_of(plugins, "ripple-adder", bits=3, **{"from": "half-adders"}))
    inside = (Part("ha0", "half-adder"), Part("ha1", "half-adder"), Part("or", "or"))
    blocks = tuple(Part(f"fa{bit}", "", inside, 3) for bit in range(3))
    assert tree == Part("ripple-adder", "", blocks, 9)
    assert [len(run) for run in tree.runs()] == [3]
    assert [len(run) for run in tree.parts[0].runs()] == [2, 1]


def paths(part: Part, lead: str = "") -> list[tuple[str, str]]:
    found = []
    for each in part.parts:
        found += [(lead + each.name, each.gate)] if each.gate else []
        found += paths(each, f"{lead}{each.name}/")
    return found


@pytest.mark.parametrize(("name", "words"), CIRCUITS)
def test_every_instance_is_in_the_tree_once(
    plugins: Plugins, name: str, words: dict[str, int]
) -> None:
    netlist = netlist_of(plugins, name, **words)
    tree = hierarchy(netlist)
    assert sorted(paths(tree)) == sorted((each.name, each.gate) for each in netlist.instances)
    assert tree.instances == len(netlist.instances)
    assert [each for run in tree.runs() for each in run] == list(tree.parts)


def test_only_neighbours_that_are_alike_are_shown_together(plugins: Plugins) -> None:
    spec = {name: plugins.gates[name] for name in ("and", "or", "not")}
    names = (("a1", "and"), ("a2", "and"), ("a3", "or"), ("b", "and"), ("a4", "and"))
    instances = [Instance(name, kind, (), ()) for name, kind in names]
    instances += [Instance(f"x{at}/i{at}", "not", (), ()) for at in range(3)]
    instances += [Instance("x3/i", "not", (), ()), Instance("x3", "not", (), ())]
    tree = hierarchy(Netlist("n", spec, (), (), tuple(instances)))
    runs = [[each.name for each in run] for run in tree.runs()]
    assert runs == [["a1", "a2"], ["a3"], ["b"], ["a4"], ["x0", "x1", "x2"], ["x3"], ["x3"]]
    assert [each.gate for each in tree.parts[-2:]] == ["", "not"]  # a block and a gate of one name


def test_names_of_thousands_of_levels_make_no_deeper_tree(plugins: Plugins) -> None:
    name = "/".join(["b"] * 5000)
    instance = Instance(name, "not", ("a",), ("y",))
    netlist = Netlist("deep", plugins.gates, (Bus("a", ("a",)),), (Bus("y", ("y",)),), (instance,))
    part, levels = hierarchy(netlist), 0
    while part.parts:
        (part,) = part.parts
        levels += 1
    assert levels == MOST_LEVELS + 1
    assert part.name == "/".join(["b"] * (5000 - MOST_LEVELS))


def test_blocks_that_are_alike_have_one_shape(plugins: Plugins) -> None:
    names = ["a0/x/1", "a0/y", "a1/x/2", "a1/y", "a2/x/z", "a2/y", "a3/y"]
    nets = [("a", "y0"), *((f"y{at}", f"y{at + 1}") for at in range(6))]
    instances = tuple(
        Instance(name, "not", (read,), (driven,))
        for name, (read, driven) in zip(names, nets, strict=True)
    )
    netlist = Netlist("runs", plugins.gates, (Bus("a", ("a",)),), (Bus("y", ("y6",)),), instances)
    runs = [[each.name for each in run] for run in hierarchy(netlist).runs()]
    assert runs == [["a0", "a1"], ["a2"], ["a3"]]
