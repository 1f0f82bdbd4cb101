"""Faults in arithmetic, at random: algebra and SAT refute them where they change the function, and never else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.strategies import few

from gatewright.circuits.buses import input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.patterns import long_carries
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.verify.algebra.prove import prove
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.sweeping import prove as by_sweeping
from gatewright.circuits.verify.verdict import Claim
from gatewright.circuits.verify.verify import verify
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

FAULTS = ("cell", "swap", "cut")


def faulty(circuit: Circuit, kind: str, draw: random.Random) -> Circuit:
    """One cell of another kind, two wires that go to each other's pins, or a carry that is always 0."""
    netlist = circuit.netlist
    instances = list(netlist.instances)
    gates = dict(netlist.gates)
    if kind == "cell":
        at = draw.randrange(len(instances))
        table = gates[instances[at].gate].table
        ones = [one ^ (1 << draw.randrange(table.rows)) for one in table.ones[:1]]
        ones += table.ones[1:]
        wrong = TruthTable.from_integers(ones, inputs=table.inputs, outputs=table.outputs)
        gates["wrong"] = GateSpec("wrong", wrong)
        instances[at] = replace(instances[at], gate="wrong")
    elif kind == "swap":
        driven = [each.outputs[0] for each in instances if each.inputs[0] in netlist.input_nets]
        one, other = draw.sample(driven, 2)
        turn = {one: other, other: one}
        instances = [
            replace(each, outputs=tuple(turn.get(net, net) for net in each.outputs))
            for each in instances
        ]
    else:
        cells = [at for at, each in enumerate(instances) if len(each.outputs) == 2]
        at = draw.choice(cells)
        cut = instances[at].outputs[0]
        gates["never"] = GateSpec(
            "never", TruthTable.from_integers([0], inputs=("a",), outputs=("y",))
        )
        instances[at] = replace(instances[at], outputs=("nowhere", instances[at].outputs[1]))
        instances.append(Instance("cut", "never", (netlist.input_nets[0],), (cut,)))
    made = Netlist(netlist.name, gates, netlist.inputs, netlist.outputs, tuple(instances))
    return replace(circuit, netlist=made)


def replays(circuit: Circuit, inputs: dict[str, int]) -> bool:
    """Whether the circuit and its integers differ on a pattern."""
    buses = circuit.netlist.inputs
    row = [inputs[bus.name] >> bit & 1 for bus in buses for bit in range(bus.width)]
    pattern = np.array([row], dtype=np.uint8)
    got = ExactEngine(compile_netlist(circuit.netlist)).outputs(pattern)
    return bool((got != reference_bits(circuit, input_buses(circuit, pattern))).any())


def refuted(circuit: Circuit, kind: str, count: int, proof: Callable[[Circuit], Claim]) -> int:
    """How many of so many faults are refuted, as every pattern says; one drawn again is known."""
    draw = random.Random(f"{circuit.spec.name} {kind}")  # noqa: S311 - faults, not secrets
    known: dict[Any, bool] = {}
    total = 0
    for _ in range(count):
        wrong = faulty(circuit, kind, draw)
        cell = wrong.netlist.gates.get("wrong")
        which = (wrong.netlist.instances, cell and cell.table.ones)
        if which not in known:
            claim, wanted = proof(wrong), verify(wrong, None).claims[0]
            assert claim.outcome == wanted.outcome, claim.reason
            known[which] = claim.outcome == "refuted"
            if claim.counterexample is not None:
                assert replays(wrong, dict(claim.counterexample.inputs))
        total += known[which]
    return total


SMALL = {
    "array-multiplier": 3,
    "wallace-multiplier": 4,
    "kogge-stone": 4,
    "brent-kung": 4,
    "popcount": 9,
    "ripple-adder": 4,
}
WITHOUT_LIKE_WIRES = ("popcount", "ripple-adder")
"""Two wires swapped there are of one weight, or make a loop."""


@pytest.mark.parametrize(
    ("bits", "instance", "row"),
    [(16, "add/level3/p16", 3), (64, "add/level5/p102", 1), (64, "add/level6/g77", 5)],
)
def test_a_cell_that_only_a_long_carry_meets(
    plugins: Plugins, bits: int, instance: str, row: int
) -> None:
    """Of 65 536 random patterns none shows these faults in the last adder of a Wallace multiplier."""
    circuit = with_a_wrong_row(plugins, bits, instance, row)
    assert verify(circuit, None).claims[0].outcome == "sampled"
    claim = prove_netlist(circuit, time_limit=1)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    assert replays(circuit, dict(claim.counterexample.inputs))


def test_two_multipliers_that_differ_after_a_long_carry(plugins: Plugins) -> None:
    right = plugins.circuit("wallace-multiplier").elaborate({"bits": 64}, plugins.gates)
    wrong = with_a_wrong_row(plugins, 64, "add/level6/g77", 5)
    claim = equivalence(wrong, right, time_limit=10)
    assert (claim.outcome, claim.method) == ("refuted", "algebra")
    assert claim.counterexample is not None
    assert replays(wrong, dict(claim.counterexample.inputs))


def with_a_wrong_row(plugins: Plugins, bits: int, instance: str, row: int) -> Circuit:
    """A Wallace multiplier of whose cells one has a wrong row."""
    circuit = plugins.circuit("wallace-multiplier").elaborate({"bits": bits}, plugins.gates)
    netlist = circuit.netlist
    (at,) = (at for at, each in enumerate(netlist.instances) if each.name == instance)
    table = netlist.gates[netlist.instances[at].gate].table
    wrong = TruthTable.from_integers(
        [table.ones[0] ^ 1 << row], inputs=table.inputs, outputs=table.outputs
    )
    instances = list(netlist.instances)
    instances[at] = replace(instances[at], gate="wrong")
    gates = {**netlist.gates, "wrong": GateSpec("wrong", wrong)}
    netlist = replace(netlist, gates=gates, instances=tuple(instances))
    return replace(circuit, netlist=netlist)


@pytest.mark.parametrize("widths", [(1, 1), (1, 3), (2,), (5, 1, 7, 2)])
def test_patterns_of_long_carries_fit_all_buses(widths: tuple[int, ...]) -> None:
    buses = tuple(
        Bus(name, tuple(f"{name}[{bit}]" for bit in range(width)), vector=True)
        for name, width in zip("abcd", widths, strict=False)
    )
    (patterns,) = long_carries(buses, 500)
    assert patterns.shape == (500, sum(widths))
    assert len(np.unique(patterns, axis=0)) >= min(2 ** sum(widths) // 2, 100)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (name, kind)
        for name in SMALL
        for kind in FAULTS
        if kind != "swap" or name not in WITHOUT_LIKE_WIRES
    ],
)
def test_two_hundred_faults_as_every_pattern_says(plugins: Plugins, name: str, kind: str) -> None:
    circuit = plugins.circuit(name).elaborate({"bits": SMALL[name]}, plugins.gates)
    assert refuted(circuit, kind, 200, prove) >= 75


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize(("name", "bits"), [("array-multiplier", 32), ("wallace-multiplier", 24)])
def test_faults_of_wide_multipliers_are_refuted(
    plugins: Plugins, name: str, bits: int, kind: str
) -> None:
    circuit = plugins.circuit(name).elaborate({"bits": bits}, plugins.gates)
    wrong = faulty(circuit, kind, random.Random(7))  # noqa: S311 - faults, not secrets
    claim = prove_netlist(wrong, samples=4096)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    assert replays(wrong, dict(claim.counterexample.inputs))


@pytest.mark.parametrize("count", few([3, 200], 0))
@pytest.mark.parametrize("kind", ["cell", "cut"])
@pytest.mark.parametrize(("name", "bits"), [("divider", 4), ("square-root", 7), ("square-root", 8)])
def test_faults_of_division_and_roots_as_every_pattern_says(
    plugins: Plugins, name: str, bits: int, kind: str, count: int
) -> None:
    circuit = plugins.circuit(name).elaborate({"bits": bits}, plugins.gates)
    assert refuted(circuit, kind, count, by_sweeping) > count // 2
