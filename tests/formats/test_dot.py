"""DOT: every input pin has an edge, and labels show the names as they are."""

from __future__ import annotations

import re

import pytest
from tests.strategies import COMBINATIONAL

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist, Register
from gatewright.errors import NetlistError
from gatewright.formats.dot import write_dot
from gatewright.gates.spec import GateSpec
from gatewright.plugins.manager import Plugins


def edges(text: str) -> list[tuple[str, str, str]]:
    """Driver, reader and label of every edge."""
    found = re.findall(r"^  (\S+) -> (\S+?)(?: \[label=(.*)\])?;$", text, re.M)
    assert len(found) == text.count("->")
    return found


@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_pin_has_an_edge_from_its_driver(plugins: Plugins, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({}, plugins.gates).netlist
    drivers = {net: f"in{place}" for place, net in enumerate(netlist.input_nets)}
    for place, each in enumerate(netlist.instances):
        drivers |= {net: f"gate{place}:o{pin}" for pin, net in enumerate(each.outputs)}
    wanted = [
        (drivers[net], f"gate{place}:i{pin}")
        for place, each in enumerate(netlist.instances)
        for pin, net in enumerate(each.inputs)
    ]
    wanted += [(drivers[net], f"out{place}") for place, net in enumerate(netlist.output_nets)]
    text = write_dot(netlist)
    assert [(driver, reader) for driver, reader, _ in edges(text)] == wanted
    nodes = re.findall(r"^ +(\w+) \[label=", text, re.M)
    assert len(set(nodes)) == len(nodes)
    assert {end.partition(":")[0] for edge in wanted for end in edge} <= set(nodes)


def test_a_gate_that_feeds_both_pins_of_another_has_two_edges(plugins: Plugins) -> None:
    circuit = CircuitBuilder("twice", plugins.gates)
    a = circuit.gate("not", circuit.input("a"), name="first")
    circuit.output("y", circuit.gate("xor", a, a, name="second"))
    text = write_dot(circuit.netlist())
    assert edges(text)[1:3] == [("gate0:o0", "gate1:i0", ""), ("gate0:o0", "gate1:i1", "")]
    assert r'gate1 [label="{{<i0> a|<i1> b}|second\nxor|{<o0> y}}"];' in text


def test_a_net_is_named_where_no_node_tells_it(plugins: Plugins) -> None:
    circuit = CircuitBuilder("named", plugins.gates)
    total = circuit.gate("not", circuit.input("a"), name="turn")
    circuit.output("sum", total)
    circuit.output("more", circuit.gate("not", total, name="again"))
    circuit.output("same", total)
    found = edges(write_dot(circuit.netlist()))
    assert found == [
        ("in0", "gate0:i0", ""),
        ("gate0:o0", "gate1:i0", '"sum"'),
        ("gate0:o0", "out0", ""),
        ("gate1:o0", "out1", ""),
        ("gate0:o0", "out2", '"sum"'),
    ]


def test_labels_show_every_sign() -> None:
    spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    odd = 'a"\\ {b}|<c>&amp;\n'
    netlist = Netlist(
        'top"', {"not": spec}, (Bus(odd, (odd,)),), (Bus("y", ("n",)),),
        (Instance(odd, "not", (odd,), ("n",)),),
    )  # fmt: skip
    text = write_dot(netlist)
    assert text.startswith('digraph "top\\"" {\n')
    assert 'in0 [label="a\\"\\\\ {b}|<c>&amp;amp; "];' in text
    assert r"|a\"\\\ \{b\}\|\<c\>&amp;amp;\ \nnot|" in text
    assert '[label="n"]' in text


def test_the_comment_comes_first_line_by_line(plugins: Plugins) -> None:
    netlist = plugins.circuit("equality").elaborate({}, plugins.gates).netlist
    text = write_dot(netlist)
    assert write_dot(netlist, comment="one\ntwo") == f"// one\n// two\n{text}"
    assert write_dot(netlist) == text


def test_what_is_no_circuit_is_refused() -> None:
    with pytest.raises(NetlistError, match="has no driver"):
        write_dot(Netlist("open", {}, (Bus("a", ("a",)),), (Bus("y", ("y",)),), ()))


def test_registers_have_their_clock_and_what_they_start_as(plugins: Plugins) -> None:
    toggle = Netlist(
        "toggle",
        {"xor": plugins.gate("xor")},
        (Bus("t", ("t",)),),
        (Bus("q", ("held",)),),
        (Instance("n", "xor", ("t", "held"), ("n",)),),
        (Register("q", "n", "held", 1), Register("odd{", "held", "never", None)),
    )
    text = write_dot(toggle)
    assert r'register0 [label="{{<i0> D|\>}|q\nstarts as 1|{<o0> Q}}"];' in text
    assert r'register1 [label="{{<i0> D|\>}|odd\{\nstarts as ?|{<o0> Q}}"];' in text
    assert edges(text) == [
        ("in0", "gate0:i0", ""),
        ("register0:o0", "gate0:i1", '"held"'),
        ("gate0:o0", "register0:i0", ""),
        ("register0:o0", "register1:i0", '"held"'),
        ("register0:o0", "out0", '"held"'),
    ]
