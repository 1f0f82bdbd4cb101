"""What is kept of cycles to be drawn, and what outputs are checked for."""

from __future__ import annotations

import numpy as np
import pytest

import gatewright as gw
from gatewright.circuits.clocked.expected import Expected
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import Change, Check, planned
from gatewright.circuits.clocked.trace import Trace
from gatewright.errors import UsageError


def test_buses_bits_registers_and_nets_are_kept() -> None:
    counter = gw.circuit("counter", bits=3).netlist
    trace, machine = Trace(counter, ["count", "count[1]", "enable", "step0.y"]), Machine(counter)
    for bits in planned(counter.inputs, 6, [Change(1, "enable", 1)]):
        trace.add(machine.step(bits))
    assert [(each.name, each.width, each.values, each.raw) for each in trace.waves()] == [
        ("count", 3, (0, 0, 1, 2, 3, 4), ()),
        ("count[1]", 1, (0, 0, 0, 1, 1, 0), ()),
        ("enable", 1, (0, 1, 1, 1, 1, 1), ()),
        ("step0.y", 1, (0, 1, 0, 1, 0, 1), ()),
    ]


def test_what_trained_gates_carry_is_kept_of_single_wires() -> None:
    neural = gw.circuit("counter", bits=2).train()
    machine = Machine(neural.circuit.netlist, neural.gates, noise=0.4)
    trace = Trace(neural.circuit.netlist, ["count", "count[0]"])
    cycles = [machine.step(np.ones((1, 1), dtype=np.uint8)) for _ in range(4)]
    for cycle in cycles:
        trace.add(cycle)
    bus, bit = trace.waves()
    net = cycles[0].program.nets.index("count[0]")
    assert bus.raw == ()
    assert bit.raw == tuple(cycle.raw[net, 0] for cycle in cycles if cycle.raw is not None)
    assert {0.0, 1.0}.isdisjoint(bit.raw)


def test_inputs_and_outputs_are_kept_if_nothing_is_named() -> None:
    trace = Trace(gw.circuit("counter").netlist)
    assert [each.name for each in trace.waves()] == ["enable", "count"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        Trace(gw.circuit("counter").netlist, ["cuont"])
    assert error.value.message == "circuit 'counter' has no bus, register or net 'cuont'"
    assert error.value.hint == "did you mean 'count'?"


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (Check(0, "cuont", 1), "the circuit has no output 'cuont'"),
        (Check(9, "count", 1), "cycle 9 is none of the 5 cycles"),
        (Check(0, "count", 16, "a.tv:3"), "a.tv:3: 16 does not fit the 4 bits of 'count'"),
        (Check(0, "count[1]", 2), "2 does not fit the 1 bit of 'count[1]'"),
    ],
)
def test_checks_that_cannot_be_made_are_refused(check: Check, message: str) -> None:
    with pytest.raises(UsageError) as error:
        Expected(gw.circuit("counter").netlist, [check], 5)
    assert error.value.message == message


def test_checks_of_buses_and_bits() -> None:
    counter = gw.circuit("counter").netlist
    checks = [
        *(Check(cycle, "count", cycle) for cycle in range(6)),
        *(Check(cycle, "count[1]", cycle >> 1 & 1) for cycle in range(6)),
        Check(5, "count[0]", 0),
        Check(3, "count", 2),
    ]
    expected, machine = Expected(counter, checks, 6), Machine(counter)
    for bits in planned(counter.inputs, 6, [Change(0, "enable", 1)]):
        expected.see(machine.step(bits))
    assert expected.right == 12
    assert [str(each) for each in expected.wrong] == [
        "count in cycle 3 should be 2, and was 3",
        "count[0] in cycle 5 should be 0, and was 1",
    ]
