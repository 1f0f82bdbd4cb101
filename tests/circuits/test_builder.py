"""The builder draws what it is told, and refuses everything that is not a schematic."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.netlist import Bus, Instance
from gatewright.errors import NetlistError, UnknownGateError
from gatewright.plugins.manager import Plugins


@pytest.fixture
def circuit(plugins: Plugins) -> CircuitBuilder:
    return CircuitBuilder("test", plugins.gates)


REFUSED: dict[str, tuple[Callable[[CircuitBuilder, Wire], object], str]] = {
    "an input bus without wires": (
        lambda c, _: c.input_bus("b", 0),
        "input bus 'b' has 0 wires; give it at least one",
    ),
    "a bad input name": (
        lambda c, _: c.input("1st"),
        "'1st' is not a port name; use letters, digits and _",
    ),
    "a bad output name": (
        lambda c, a: c.output("carry-out", a),
        "'carry-out' is not a port name; use letters, digits and _",
    ),
    "two inputs of one name": (lambda c, _: c.input_bus("a", 2), "port name 'a' is used twice"),
    "an output named like an input": (lambda c, a: c.output("a", a), "port name 'a' is used twice"),
    "an output bus without wires": (
        lambda c, _: c.output_bus("y", []),
        "output bus 'y' has no wires",
    ),
    "an output of a wire from nowhere": (
        lambda c, _: c.output("y", Wire("elsewhere")),
        "'elsewhere' is not a wire of circuit 'test'",
    ),
    "too few inputs": (
        lambda c, a: c.gate("and", a),
        "gate 'and' takes 2 inputs (a, b), not 1",
    ),
    "too many inputs": (
        lambda c, a: c.gate("not", a, a),
        "gate 'not' takes 1 inputs (a), not 2",
    ),
    "an input from nowhere": (
        lambda c, _: c.gate("not", Wire("elsewhere")),
        "'elsewhere' is not a wire of circuit 'test'",
    ),
    "a bus for a wire": (
        lambda c, a: c.gate("not", (a, a)),  # type: ignore[arg-type] # what this test is about
        "('a', 'a') is not a wire; a bus is several wires: name one, as in a[0]",
    ),
    "gate() with several outputs": (
        lambda c, a: c.gate("half-adder", a, a),
        "gate 'half-adder' has 2 outputs; place it with instance(), which gives all its wires",
    ),
    "a bad instance name": (
        lambda c, a: c.gate("not", a, name="a/b"),
        "'a/b' is not the name of an instance; use letters, digits, _, - and .",
    ),
    "two instances of one name": (
        lambda c, a: [c.gate("not", a, name="n"), c.gate("buf", a, name="n")],
        "instance name 'n' is used twice",
    ),
    "a bad block name": (
        lambda c, _: c.block("bit 0").__enter__(),
        "'bit 0' is not the name of a block; use letters, digits, _, - and .",
    ),
    "a tree of nothing": (
        lambda c, _: c.tree("xor", []),
        "a tree of 'xor' gates needs at least one wire",
    ),
    "a circuit without outputs": (
        lambda c, _: c.netlist(),
        "circuit 'test': there is no primary output",
    ),
}


@pytest.mark.parametrize(("attempt", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses(
    circuit: CircuitBuilder, attempt: Callable[[CircuitBuilder, Wire], object], message: str
) -> None:
    with pytest.raises(NetlistError, match=f"^{re.escape(message)}$"):
        attempt(circuit, circuit.input("a"))


def test_an_unknown_gate_is_the_error_of_who_gives_the_gates(circuit: CircuitBuilder) -> None:
    with pytest.raises(UnknownGateError, match="did you mean 'xor'"):
        circuit.gate("xro", circuit.input("a"))


def test_makes_up_names_a_kind_at_a_time(circuit: CircuitBuilder) -> None:
    a = circuit.input("a")
    wires = [circuit.gate("not", a), circuit.gate("buf", a), circuit.gate("not", a)]
    assert wires == ["not-1.y", "buf-1.y", "not-2.y"]


def test_gives_the_wires_of_an_instance_in_the_order_of_its_ports(circuit: CircuitBuilder) -> None:
    a, b = circuit.input_bus("a", 2)
    assert circuit.instance("half-adder", a, b, name="ha") == ("ha.carry", "ha.sum")


def test_blocks_prefix_names_and_nest(circuit: CircuitBuilder) -> None:
    a = circuit.input("a")
    with circuit.block("outer"):
        first = circuit.gate("not", a, name="n")
        with circuit.block("inner"):
            second = circuit.gate("not", first, name="n")
        third = circuit.gate("not", second, name="m")
    last = circuit.gate("not", third, name="n")
    assert [first, second, third, last] == ["outer/n.y", "outer/inner/n.y", "outer/m.y", "n.y"]


def test_a_block_ends_even_where_building_fails(circuit: CircuitBuilder) -> None:
    a = circuit.input("a")
    with pytest.raises(NetlistError), circuit.block("outer"):
        circuit.gate("and", a)
    assert circuit.gate("not", a, name="n") == "n.y"


@pytest.mark.parametrize(
    ("count", "pairs"),
    [
        (1, []),
        (2, [("a[0]", "a[1]")]),
        (3, [("a[0]", "a[1]"), ("xor-1.y", "a[2]")]),
        (
            5,
            [
                ("a[0]", "a[1]"),
                ("a[2]", "a[3]"),
                ("xor-1.y", "xor-2.y"),
                ("xor-3.y", "a[4]"),
            ],
        ),
        (
            7,
            [
                ("a[0]", "a[1]"),
                ("a[2]", "a[3]"),
                ("a[4]", "a[5]"),
                ("xor-1.y", "xor-2.y"),
                ("xor-3.y", "a[6]"),
                ("xor-4.y", "xor-5.y"),
            ],
        ),
    ],
)
def test_tree(circuit: CircuitBuilder, count: int, pairs: list[tuple[str, str]]) -> None:
    top = circuit.tree("xor", circuit.input_bus("a", count))
    circuit.output("y", top)
    placed = circuit.netlist().instances
    assert [each.inputs for each in placed] == pairs
    assert top == (f"xor-{len(pairs)}.y" if pairs else "a[0]")


def test_a_wire_takes_the_name_of_its_output_everywhere(circuit: CircuitBuilder) -> None:
    a = circuit.input("a")
    first = circuit.gate("not", a)
    second = circuit.gate("not", first)
    circuit.output_bus("y", [second, first])
    netlist = circuit.netlist()
    assert netlist.instances == (
        Instance("not-1", "not", ("a",), ("y[1]",)),
        Instance("not-2", "not", ("y[1]",), ("y[0]",)),
    )
    assert netlist.outputs == (Bus("y", ("y[0]", "y[1]"), vector=True),)


def test_an_input_wired_straight_to_an_output_keeps_its_name(circuit: CircuitBuilder) -> None:
    circuit.output("y", circuit.input("a"))
    netlist = circuit.netlist()
    assert netlist.outputs == (Bus("y", ("a",)),)
    assert netlist.outputs[0].bits == ("y",)


def test_one_wire_on_two_outputs_takes_the_first_name(circuit: CircuitBuilder) -> None:
    wire = circuit.gate("not", circuit.input("a"))
    circuit.output("y", wire)
    circuit.output("z", wire)
    netlist = circuit.netlist()
    assert netlist.outputs == (Bus("y", ("y",)), Bus("z", ("y",)))
    assert netlist.instances[0].outputs == ("y",)


def test_a_netlist_has_the_gates_it_uses_and_the_defaults_of_its_inputs(
    circuit: CircuitBuilder, plugins: Plugins
) -> None:
    a, b = circuit.input("a", default=1), circuit.input_bus("b", 2, default=3)
    circuit.output("y", circuit.gate("xor3", a, *b))
    circuit.output("z", circuit.gate("and", *b))
    netlist = circuit.netlist()
    assert dict(netlist.gates) == {name: plugins.gate(name) for name in ("and", "xor3")}
    assert [(bus.name, bus.width, bus.vector, bus.default) for bus in netlist.inputs] == [
        ("a", 1, False, 1),
        ("b", 2, True, 3),
    ]


def test_circuits_that_would_fill_all_memory_are_refused(
    circuit: CircuitBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NetlistError, match="input bus 'a' has more than 4000000 wires; choose"):
        circuit.input_bus("a", 10**9)
    wire = circuit.input("a")
    monkeypatch.setattr("gatewright.circuits.builder.MOST_GATES", 3)
    for _ in range(3):
        wire = circuit.gate("not", wire)
    with pytest.raises(
        NetlistError, match=r"circuit '.*' has more than 3 gates; choose a smaller one"
    ):
        circuit.gate("not", wire)
