"""Lint says each thing that is wrong once, and the graph keeps every wire."""

from __future__ import annotations

import pytest

from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.errors import NetlistError
from gatewright.gates.spec import GateSpec
from gatewright.plugins.manager import Plugins

A, B, Y = Bus("a", ("a",)), Bus("b", ("b",)), Bus("y", ("y",))


@pytest.fixture
def specs(plugins: Plugins) -> dict[str, GateSpec]:
    return {name: plugins.gate(name) for name in ("not", "and", "half-adder")}


def netlist(
    specs: dict[str, GateSpec], *instances: Instance, outputs: tuple[Bus, ...] = (Y,)
) -> Netlist:
    return Netlist("test", specs, (A, B), outputs, instances)


AND = Instance("g", "and", ("a", "b"), ("y",))
WRONG = {
    "undriven, read by an instance": (
        (Instance("g", "and", ("a", "x"), ("y",)),),
        ("net 'x' is read by instance 'g' and has no driver",),
    ),
    "undriven, read twice": (
        (Instance("g", "and", ("x", "x"), ("y",)), Instance("h", "not", ("x",), ("z",))),
        ("net 'x' is read by instance 'g' and has no driver",),
    ),
    "undriven, read by an output": ((), ("net 'y' is read by output y and has no driver",)),
    "driven twice": (
        (AND, Instance("h", "not", ("a",), ("y",))),
        ("net 'y' is driven by instance 'g' and by instance 'h'",),
    ),
    "driven three times": (
        (AND, Instance("h", "not", ("a",), ("y",)), Instance("i", "not", ("a",), ("y",))),
        (
            "net 'y' is driven by instance 'g' and by instance 'h'",
            "net 'y' is driven by instance 'g' and by instance 'i'",
        ),
    ),
    "an input driven by an instance": (
        (AND, Instance("h", "not", ("b",), ("a",))),
        ("net 'a' is driven by input a and by instance 'h'",),
    ),
    "one net on two outputs of one instance": (
        (Instance("h", "half-adder", ("a", "b"), ("y", "y")),),
        ("net 'y' is driven by instance 'h' and by instance 'h'",),
    ),
    "an instance that feeds itself": (
        (Instance("g", "and", ("a", "y"), ("y",)),),
        ("instances form a cycle: g → g",),
    ),
    "two instances in a ring": (
        (Instance("g", "and", ("a", "z"), ("y",)), Instance("h", "not", ("y",), ("z",))),
        ("instances form a cycle: g → h → g",),
    ),
    "an unknown gate": (
        (Instance("g", "nor", ("a", "b"), ("y",)),),
        ("instance 'g' is of an unknown gate 'nor'",),
    ),
    "too few inputs": (
        (Instance("g", "and", ("a",), ("y",)),),
        ("instance 'g' has 1 inputs and 1 outputs, gate 'and' has 2 and 1",),
    ),
    "too many outputs": (
        (Instance("g", "and", ("a", "b"), ("y", "z")),),
        ("instance 'g' has 2 inputs and 2 outputs, gate 'and' has 2 and 1",),
    ),
    "one instance name for two": (
        (AND, Instance("g", "not", ("a",), ("z",))),
        ("instance name 'g' is used 2 times",),
    ),
}


@pytest.mark.parametrize(("instances", "problems"), WRONG.values(), ids=WRONG.keys())
def test_lint_names_what_is_wrong_once(
    specs: dict[str, GateSpec], instances: tuple[Instance, ...], problems: tuple[str, ...]
) -> None:
    wrong = netlist(specs, *instances)
    assert wrong.lint() == problems
    with pytest.raises(NetlistError) as caught:
        wrong.check()
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    assert str(caught.value) == f"circuit 'test': {problems[0]}{more}"


@pytest.mark.parametrize("instances", [(AND,), (Instance("g", "and", ("a", "a"), ("y",)),)])
def test_a_circuit_has_nothing_to_lint(
    specs: dict[str, GateSpec], instances: tuple[Instance, ...]
) -> None:
    netlist(specs, *instances).check()
    assert netlist(specs, *instances).lint() == ()


@pytest.mark.parametrize(
    ("inputs", "outputs", "problem"),
    [
        ((A, A), (Y,), "port name 'a' is used 2 times"),
        ((A, B), (Y, Y, Y), "port name 'y' is used 3 times"),
        ((A, B, Bus("y", ("c",))), (Y,), "port name 'y' is used 2 times"),
        ((A, B), (), "there is no primary output"),
    ],
)
def test_lint_of_ports(
    specs: dict[str, GateSpec], inputs: tuple[Bus, ...], outputs: tuple[Bus, ...], problem: str
) -> None:
    assert Netlist("ports", specs, inputs, outputs, (AND,)).lint()[0] == problem


def test_a_bus_names_its_bits() -> None:
    assert Bus("sum", ("x", "y"), vector=True).bits == ("sum[0]", "sum[1]")
    assert Bus("sum", ("x",), vector=True).bits == ("sum[0]",)
    assert Bus("cin", ("x",)).bits == ("cin",)
    assert Bus("sum", ("x", "y"), vector=True).width == 2


def test_nets_of_ports_are_in_order(specs: dict[str, GateSpec]) -> None:
    wires = Netlist(
        "wires",
        specs,
        (Bus("q", ("q[0]", "q[1]"), vector=True), A),
        (Bus("r", ("q[1]", "a"), vector=True), Bus("s", ("q[0]",))),
        (),
    )
    assert wires.input_nets == ("q[0]", "q[1]", "a")
    assert wires.output_nets == ("q[1]", "a", "q[0]")
    assert wires.lint() == ()
