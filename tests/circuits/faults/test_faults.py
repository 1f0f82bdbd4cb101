"""Stuck-at faults against brute force: netlists in which the wire really is stuck, on every pattern."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import gatewright as gw
from gatewright.arrays import Bits
from gatewright.circuits.faults import generation
from gatewright.circuits.faults.deciding import Decider
from gatewright.circuits.faults.generation import stuck_faults
from gatewright.circuits.faults.simulation import shown
from gatewright.circuits.faults.stuck import Fault, fault_classes
from gatewright.circuits.netlist import Instance, Netlist
from gatewright.circuits.patterns import all_patterns
from gatewright.circuits.program import by_levels, compile_netlist
from gatewright.circuits.verify.symbolic.following import packed
from gatewright.errors import NetlistError
from gatewright.gates.spec import GateSpec
from gatewright.logic.sat import solver

if TYPE_CHECKING:
    from tests.circuits.conftest import RandomCircuit

C17 = Path(__file__).parents[3] / "circuits" / "c17.blif"
FOLDER = Path(os.environ.get("GATEWRIGHT_BENCHMARKS", ""))


def every(netlist: Netlist) -> Bits:
    """Every pattern of the inputs."""
    total = 1 << len(netlist.input_nets)
    return next(all_patterns(netlist.inputs, total, chunk=total))


def outputs(netlist: Netlist, patterns: Bits, *faults: Fault) -> Bits:
    """Output bits by looking up each gate's table, with wires that are stuck: the plain way."""
    values = dict(zip(netlist.input_nets, patterns.T, strict=True))

    def stuck(values: Bits, net: str, into: str) -> Bits:
        for fault in faults:
            if (fault.net, fault.into) == (net, into):
                return np.full(len(patterns), fault.value, dtype=np.uint8)
        return values

    def stem(net: str) -> None:
        values[net] = stuck(values[net], net, "")

    for net in netlist.input_nets:
        stem(net)
    for each in by_levels(netlist):
        table = netlist.gates[each.gate].table
        row = np.zeros(len(patterns), dtype=np.int64)
        for pin, net in zip(table.inputs, each.inputs, strict=True):
            row = 2 * row + stuck(values[net], net, f"{each.name}.{pin}")
        for place, net in enumerate(each.outputs):
            values[net] = table.values[row, place]
            stem(net)
    bits = [
        (bit, net) for bus in netlist.outputs for bit, net in zip(bus.bits, bus.nets, strict=True)
    ]
    columns = [stuck(values[net], net, f"output {bit}") for bit, net in bits]
    return np.stack(columns, axis=1)


def all_faults(netlist: Netlist) -> Iterator[Fault]:
    """Every fault, not collapsed: stems, and branches of what is read twice."""
    readers: dict[str, list[str]] = {}
    for each in netlist.instances:
        for pin, net in zip(netlist.gates[each.gate].table.inputs, each.inputs, strict=True):
            readers.setdefault(net, []).append(f"{each.name}.{pin}")
    for bus in netlist.outputs:
        for bit, net in zip(bus.bits, bus.nets, strict=True):
            readers.setdefault(net, []).append(f"output {bit}")
    nets = [*netlist.input_nets, *(net for each in netlist.instances for net in each.outputs)]
    for net in nets:
        for into in ("", *(readers.get(net, ()) if len(readers.get(net, ())) > 1 else ())):
            yield from (Fault(net, value, into) for value in (0, 1))


def effect(netlist: Netlist, fault: Fault) -> bytes:
    """What a fault makes of the outputs on every pattern."""
    return outputs(netlist, every(netlist), fault).tobytes()


def check(netlist: Netlist) -> None:
    """Compare everything found with brute force."""
    found = stuck_faults(netlist)
    faults = list(all_faults(netlist))
    good = outputs(netlist, every(netlist)).tobytes()
    assert found.total == len(faults)
    effects = {effect(netlist, each) for each in faults} - {good}
    mine = [effect(netlist, each) for each in (*found.detected, *found.undecided)]
    assert set(mine) == effects  # collapsing loses no fault
    assert found.undecided == ()
    assert {effect(netlist, each) for each in found.untestable} <= {good}
    plain = outputs(netlist, found.patterns)
    assert np.array_equal(plain, found.outputs)
    for each in found.detected:
        assert (outputs(netlist, found.patterns, each) != plain).any(), each
    program = compile_netlist(netlist)
    classes = fault_classes(netlist, program)
    seen = shown(program, classes, every(netlist))
    decider = Decider(program)
    columns = packed(every(netlist))
    for each, row in zip(classes, seen, strict=True):
        wrong = (outputs(netlist, every(netlist), each) != outputs(netlist, every(netlist))).any(1)
        assert np.array_equal(row, wrong), each
        (by_function,) = decider.graph.evaluate([decider.differing(each)], columns, len(wrong))
        assert by_function == sum(1 << int(place) for place in np.flatnonzero(wrong)), each


@pytest.mark.parametrize("seed", range(6))
def test_random_circuits_against_brute_force(
    seed: int,
    random_circuit: RandomCircuit,
    random_gates: Mapping[str, GateSpec],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netlist = random_circuit(seed, random_gates, inputs=6, instances=12)
    check(netlist)
    pytest.importorskip("pysat")
    monkeypatch.setattr(generation, "EVERY_BITS", 0)
    monkeypatch.setattr(generation, "_MOST_ROUNDS", seed % 2)  # in half of them SAT has all to do
    check(netlist)


def test_patterns_and_lanes_of_any_number(
    random_circuit: RandomCircuit,
    random_gates: Mapping[str, GateSpec],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netlist = random_circuit(9, random_gates, inputs=8, instances=12)
    program = compile_netlist(netlist)
    classes = fault_classes(netlist, program)
    whole = shown(program, classes, every(netlist))
    monkeypatch.setattr("gatewright.circuits.faults.simulation._AT_ONCE", 100)
    for count in (0, 1, 63, 65):
        assert np.array_equal(shown(program, classes, every(netlist)[:count]), whole[:, :count])


def test_c17_has_22_collapsed_faults_and_all_are_testable() -> None:
    found = gw.circuit(C17).faults()
    assert (found.total, found.classes, len(found.detected), found.coverage) == (34, 22, 22, 1.0)
    assert len(found.patterns) <= 5


def test_what_lies_behind_nothing_is_untestable() -> None:
    adder = gw.circuit("ripple-adder", bits=1).netlist
    first = adder.instances[0]
    idle = Instance("idle", first.gate, first.inputs, ("p", "q"))
    found = stuck_faults(replace(adder, instances=(first, idle)))
    assert [str(each) for each in found.untestable] == [
        *(f"{net} into idle.{pin} stuck at {value}" for net, pin in BRANCHES for value in (0, 1)),
        *(f"{net} stuck at {value}" for net in "pq" for value in (0, 1)),
    ]


BRANCHES = (("a[0]", "a"), ("b[0]", "b"), ("cin", "cin"))


@pytest.mark.skipif(not FOLDER.name, reason="GATEWRIGHT_BENCHMARKS names no folder of netlists")
@pytest.mark.parametrize(
    ("name", "collapsed", "redundant", "trees"),
    [("c432", 524, 4, 8), ("c499", 758, 8, 0), ("c880", 942, 0, 0), ("c1355", 1574, 8, 0)],
)
def test_published_counts(name: str, collapsed: int, redundant: int, trees: int) -> None:
    """As published for ISCAS-85; wide gates are read as trees, whose inner wires have one class each more."""
    pytest.importorskip("pysat")
    found = gw.circuit(FOLDER / "iscas85" / f"{name}.bench").faults()
    assert found.classes == collapsed + trees
    assert (len(found.untestable), len(found.undecided)) == (redundant, 0)
    circuit = gw.circuit(FOLDER / "iscas85" / f"{name}.bench").netlist
    some = found.detected[::50]
    plain = outputs(circuit, found.patterns)
    for each in some:
        assert (outputs(circuit, found.patterns, each) != plain).any(), each


def test_without_time_or_solver_faults_are_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "_MOST_ROUNDS", 0)
    adder = gw.circuit("ripple-adder", bits=6).netlist

    def missing() -> None:
        raise solver.MissingSolverError("there is no python-sat", hint="install it")

    monkeypatch.setattr(solver, "load_sat", missing)
    found = stuck_faults(adder)
    assert len(found.undecided) == found.classes
    assert found.reason == "there is no python-sat; install it"
    assert found.coverage == 0
    monkeypatch.undo()
    pytest.importorskip("pysat")
    monkeypatch.setattr(generation, "_MOST_ROUNDS", 0)
    found = stuck_faults(adder, time_limit=0)
    assert (len(found.undecided), found.reason) == (found.classes, "SAT did not end in 0 s")


def test_registers_are_cut_out_first() -> None:
    counter = gw.circuit("counter", bits=2)
    with pytest.raises(NetlistError, match="has 2 registers, so its outputs depend on the past"):
        counter.faults()
    assert counter.cut().faults().coverage == 1
