"""Levels, the numbering of nets, and steps that only read what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import networkx
import numpy as np
import pytest

from gatewright.circuits.graphs.writing import graph_of
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.errors import NetlistError
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.circuits.conftest import RandomCircuit


def test_a_full_adder_of_half_adders_has_three_levels(plugins: Plugins) -> None:
    adder = plugins.circuit("ripple-adder").elaborate(
        {"bits": 1, "from": "half-adders"}, plugins.gates
    )
    program = compile_netlist(adder.netlist)
    assert program.depth == 3
    assert program.nets == (
        "a[0]",
        "b[0]",
        "cin",
        "fa0/ha0.carry",
        "fa0/ha0.sum",
        "fa0/ha1.carry",
        "sum[0]",
        "cout",
    )
    assert [(step.gate, step.inputs.tolist(), step.outputs.tolist()) for step in program.steps] == [
        ("half-adder", [[0], [1]], [[3], [4]]),
        ("half-adder", [[4], [2]], [[5], [6]]),
        ("or", [[3], [5]], [[7]]),
    ]
    assert program.outputs.tolist() == [6, 7]
    assert list(program.gates) == ["half-adder", "or"]


def test_equal_gates_of_a_level_are_one_step_and_kinds_are_in_order(plugins: Plugins) -> None:
    netlist = Netlist(
        "levels",
        {name: plugins.gate(name) for name in ("or", "and", "not")},
        (Bus("a", ("a",)), Bus("b", ("b",))),
        (Bus("y", ("y",)),),
        (
            Instance("late", "and", ("p", "r"), ("y",)),
            Instance("or1", "or", ("a", "b"), ("p",)),
            Instance("not1", "not", ("a",), ("q",)),
            Instance("or2", "or", ("b", "b"), ("r",)),
        ),
    )
    program = compile_netlist(netlist)
    assert [(step.gate, step.inputs.tolist()) for step in program.steps] == [
        ("not", [[0]]),
        ("or", [[0, 1], [1, 1]]),  # one row a pin, one column an instance
        ("and", [[3], [4]]),
    ]
    assert program.nets == ("a", "b", "q", "p", "r", "y")
    assert program.depth == 2


@pytest.mark.parametrize("name", ["ripple-adder", "subtractor", "parity-tree", "equality"])
def test_every_step_reads_only_what_is_known(plugins: Plugins, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({"bits": 9}, plugins.gates).netlist
    program = compile_netlist(netlist)
    known = set(range(len(netlist.input_nets)))
    for step in program.steps:
        assert set(step.inputs.ravel().tolist()) <= known
        assert not set(step.outputs.ravel().tolist()) & known
        known |= set(step.outputs.ravel().tolist())
    assert known == set(range(len(program.nets)))
    assert program.nets[: len(netlist.input_nets)] == netlist.input_nets
    assert [program.nets[each] for each in program.outputs] == list(netlist.output_nets)


@pytest.mark.parametrize(("name", "depth"), [("ripple-adder", 16), ("parity-tree", 4)])
def test_depth_of_sixteen_bits(plugins: Plugins, name: str, depth: int) -> None:
    circuit = plugins.circuit(name).elaborate({"bits": 16}, plugins.gates)
    assert compile_netlist(circuit.netlist).depth == depth


@pytest.mark.parametrize("seed", range(8))
def test_nets_are_numbered_in_the_order_of_a_graphs_generations(
    plugins: Plugins, random_circuit: RandomCircuit, seed: int
) -> None:
    netlist = random_circuit(seed, plugins.gates, inputs=12, instances=90)
    instances = list(netlist.instances)
    np.random.default_rng(seed).shuffle(instances)
    netlist = replace(netlist, instances=tuple(instances))
    by_name = {each.name: each for each in instances}
    nets = list(netlist.input_nets)
    generations = list(networkx.topological_generations(graph_of(netlist).subgraph(by_name)))
    for level in generations:
        for kind in sorted({by_name[name].gate for name in level}):
            for name in level:
                if by_name[name].gate == kind:
                    nets += by_name[name].outputs
    program = compile_netlist(netlist)
    assert program.nets == tuple(nets)
    assert program.depth == len(generations)
    assert program.input_bits == 12


def test_wires_alone_have_no_steps() -> None:
    program = compile_netlist(Netlist("wire", {}, (Bus("a", ("a",)),), (Bus("y", ("a",)),), ()))
    assert (program.steps, program.depth, program.outputs.tolist()) == ((), 0, [0])


def test_what_is_no_circuit_is_not_compiled(plugins: Plugins) -> None:
    ring = Netlist(
        "ring",
        {"not": plugins.gate("not")},
        (),
        (Bus("y", ("y",)),),
        (Instance("n", "not", ("y",), ("y",)),),
    )
    with pytest.raises(NetlistError, match=r"^circuit 'ring': instances form a cycle: n → n$"):
        compile_netlist(ring)
