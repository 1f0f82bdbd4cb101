"""Ports made to fit: other names, and inputs held at a value; the function stays what it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gatewright as gw
from gatewright.arrays import Bits, Mask
from gatewright.circuits.buses import output_buses
from gatewright.circuits.circuit import Buses, Circuit
from gatewright.circuits.netlist import Bus, Instance, Netlist, port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.spec import file_circuit
from gatewright.circuits.verify.interface import (
    with_inputs_held,
    with_ports_named,
    with_ports_regrouped,
)
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.verify import verify
from gatewright.errors import NetlistError, SpecError, UsageError
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import bus_to_bits, counting_patterns
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins


def outputs(circuit: Circuit, patterns: Bits) -> dict[str, list[int]]:
    bits = ExactEngine(compile_netlist(circuit.netlist)).outputs(patterns)
    return {name: values.tolist() for name, values in output_buses(circuit, bits).items()}


def from_file(text: str) -> Circuit:
    return file_circuit(read_blif(Source("t.blif", text.encode()), {}), "t.blif")


@pytest.fixture
def adder(plugins: Plugins) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)


@pytest.fixture
def chooser(plugins: Plugins) -> Circuit:
    """Three ways of two bits, of which 3 chooses none: it has a domain."""
    return plugins.circuit("multiplexer").elaborate({"ways": 3, "bits": 2}, plugins.gates)


# Names


def test_ports_are_called_otherwise(adder: Circuit) -> None:
    named = with_ports_named(adder, {"a": "x", "cin": "c", "sum": "s"})
    assert [bus.name for bus in named.netlist.inputs] == ["x", "b", "c"]
    assert [bus.name for bus in named.netlist.outputs] == ["s", "cout"]
    assert named.netlist.lint() == ()
    # Nets and bits are what they were, and so are the circuit and what it computes.
    assert named.netlist.instances == adder.netlist.instances
    assert [bus.nets for bus in named.netlist.inputs] == [bus.nets for bus in adder.netlist.inputs]
    assert port_bits(named.netlist.inputs) == port_bits(adder.netlist.inputs)
    assert named.title == adder.title
    patterns = counting_patterns(0, 32, 5)
    before, after = outputs(adder, patterns), outputs(named, patterns)
    assert after == {"s": before["sum"], "cout": before["cout"]}


def test_names_may_change_places(adder: Circuit) -> None:
    named = with_ports_named(adder, {"a": "b", "b": "a"})
    assert [bus.name for bus in named.netlist.inputs] == ["b", "a", "cin"]
    assert equivalence(adder, named).outcome == "proved"  # as a + b is b + a


def test_bits_are_in_other_ports(chooser: Circuit) -> None:
    """Also what a domain is asked: patterns are those of before, ports one behind the other."""
    one = [Bus(name, ("",)) for name in "pq"]
    split = with_ports_regrouped(chooser, ["select"], one)
    assert [(bus.name, bus.width) for bus in split.netlist.inputs[:2]] == [("p", 1), ("q", 1)]
    assert split.netlist.lint() == ()
    joined = with_ports_regrouped(split, ["p", "q"], [Bus("select", ("", ""), vector=True)])
    assert equivalence(chooser, joined).outcome == "proved"
    for each in (split, joined):
        for select in range(4):
            buses = {"p": select & 1, "q": select >> 1, "select": select, "i0": 0, "i1": 0, "i2": 0}
            assert each.spec.domain is not None
            named = {bus.name: np.array([buses[bus.name]]) for bus in each.netlist.inputs}
            assert np.all(each.spec.domain(named, **each.parameters)) == (select < 3)
    swapped = with_ports_regrouped(split, ["q", "p"], [Bus("select", ("", ""), vector=True)])
    assert equivalence(chooser, swapped).outcome == "refuted"


def test_outputs_are_in_other_ports(chooser: Circuit) -> None:
    """What a domain is asked is of inputs alone."""
    split = with_ports_regrouped(chooser, ["y"], [Bus(name, ("",)) for name in "pq"])
    assert [bus.name for bus in split.netlist.outputs] == ["p", "q"]
    joined = with_ports_regrouped(split, ["p", "q"], [Bus("y", ("", ""), vector=True)])
    assert equivalence(chooser, joined).outcome == "proved"


def test_only_inputs_are_regrouped_where_an_output_has_their_name() -> None:
    circuit = from_file(".model t\n.inputs a b\n.outputs a y\n.names a b y\n11 1\n.end\n")
    moved = with_ports_regrouped(circuit, ["a", "b"], [Bus("x", ("", ""), vector=True)])
    assert [bus.name for bus in moved.netlist.inputs] == ["x"]
    assert [bus.name for bus in moved.netlist.outputs] == ["a", "y"]


def test_ports_that_are_regrouped_have_names_of_their_own(adder: Circuit) -> None:
    with pytest.raises(
        UsageError, match="2 ports of 'ripple-adder --bits 2' would be called 'cin'"
    ):
        with_ports_regrouped(adder, ["a"], [Bus("cin", ("",)), Bus("x", ("",))])


def test_no_names_change_nothing(adder: Circuit) -> None:
    assert with_ports_named(adder, {}).netlist.inputs == adder.netlist.inputs
    assert with_ports_named(adder, {"none": "q"}).netlist.outputs == adder.netlist.outputs


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        ({"a": "b"}, "b"),
        ({"sum": "cout"}, "cout"),
        ({"a": "sum"}, "sum"),
        ({"a": "q", "b": "q"}, "q"),
    ],
)
def test_two_ports_of_one_name_are_refused(
    adder: Circuit, names: dict[str, str], taken: str
) -> None:
    with pytest.raises(UsageError) as caught:
        with_ports_named(adder, names)
    assert str(caught.value) == (
        f"2 ports of 'ripple-adder --bits 2' would be called '{taken}'; give each a name of its own"
    )


def test_an_input_that_is_an_output_is_renamed_with_it() -> None:
    circuit = from_file(".inputs a b\n.outputs a y\n.names b y\n0 1\n")
    named = with_ports_named(circuit, {"a": "q"})
    assert named.netlist.lint() == ()
    assert [bus.name for bus in named.netlist.inputs + named.netlist.outputs] == [
        "q",
        "b",
        "q",
        "y",
    ]


def test_the_domain_is_asked_by_the_old_names(chooser: Circuit) -> None:
    named = with_ports_named(chooser, {"select": "s", "i0": "first"})
    assert [bus.name for bus in named.netlist.inputs] == ["s", "first", "i1", "i2"]
    patterns = counting_patterns(0, 256, 8)
    values = {bus.name: np.zeros(4, dtype=np.int64) for bus in named.netlist.inputs}
    inside = named.domain({**values, "s": np.arange(4)})
    assert inside is not None
    assert inside.tolist() == [True, True, True, False]
    assert outputs(named, patterns) == outputs(chooser, patterns)
    renamed_back = with_ports_named(named, {"s": "select", "first": "i0"})
    assert equivalence(chooser, renamed_back).outcome == "proved"


# Inputs held at a value


@pytest.mark.parametrize("cin", [0, 1])
@pytest.mark.parametrize("b", [0, 1, 2, 3])
def test_an_input_is_held_at_a_value(adder: Circuit, cin: int, b: int) -> None:
    held = with_inputs_held(adder, {"cin": cin, "b": b})
    assert held.netlist.lint() == ()
    assert [bus.name for bus in held.netlist.inputs] == ["a"]
    total = [a + b + cin for a in range(4)]
    assert outputs(held, bus_to_bits(np.arange(4), 2)) == {
        "sum": [each % 4 for each in total],
        "cout": [each // 4 for each in total],
    }


def test_an_input_that_is_an_output_may_be_held() -> None:
    circuit = from_file(".inputs a b[0] b[1]\n.outputs b[1] y\n.names a b[0] y\n11 1\n")
    held = with_inputs_held(circuit, {"b[1]": 1, "b[0]": 1})
    assert [bus.name for bus in held.netlist.inputs] == ["a"]
    assert outputs(held, counting_patterns(0, 2, 1)) == {"b[1]": [1, 1], "y": [0, 1]}


def test_ports_keep_their_order_when_some_are_held() -> None:
    circuit = from_file(
        ".inputs b[1] a c b[0]\n.outputs y\n.names b[1] a c b[0] y\n1-01 1\n-110 1\n"
    )
    held = with_inputs_held(circuit, {"a": 1})
    assert [bit for bit, _ in port_bits(held.netlist.inputs)] == ["b[1]", "c", "b[0]"]
    assert held.netlist.lint() == ()


def test_names_of_instances_stay_different() -> None:
    # In a file, a net may be called as a constant would be.
    circuit = from_file(".inputs a b\n.outputs b= y\n.names a b b=\n10 1\n.names b= y\n0 1\n")
    held = with_inputs_held(circuit, {"b": 0})
    assert held.netlist.lint() == ()
    assert outputs(held, counting_patterns(0, 2, 1)) == {"b=": [0, 1], "y": [1, 0]}


@pytest.mark.parametrize("value", [-1, 4, 2**70])
def test_a_value_that_does_not_fit_is_refused(adder: Circuit, value: int) -> None:
    with pytest.raises(UsageError) as caught:
        with_inputs_held(adder, {"b": value})
    assert str(caught.value) == (
        f"b={value} does not fit 2 bits of 'ripple-adder --bits 2'; give 0 to 3"
    )


def test_one_input_has_to_be_left(adder: Circuit) -> None:
    with pytest.raises(UsageError) as caught:
        with_inputs_held(adder, {"a": 1, "b": 1, "cin": 1})
    assert str(caught.value) == (
        "every input of 'ripple-adder --bits 2' is held at a value; leave one free"
    )


def test_the_domain_is_asked_for_the_held_values_too(chooser: Circuit) -> None:
    zeros = {f"i{way}": np.zeros(3, dtype=np.int64) for way in range(3)}
    for select, expected in ((2, True), (3, False)):
        held = with_inputs_held(chooser, {"select": select})
        inside = held.domain(zeros)
        assert inside is not None
        assert inside.tolist() == [expected] * 3
    # Between circuits that promise something nowhere, nothing is compared.
    nowhere = with_inputs_held(chooser, {"select": 3})
    assert equivalence(nowhere, nowhere).outcome == "undecided"
    somewhere = with_inputs_held(chooser, {"select": 1})
    assert equivalence(somewhere, somewhere).outcome == "proved"


def test_a_domain_may_give_one_answer_for_all(adder: Circuit) -> None:
    def always(buses: Buses, **_: object) -> Mask:
        assert set(buses) == {"a", "b", "cin"}
        return np.array(True)

    held = with_inputs_held(replace(adder, spec=replace(adder.spec, domain=always)), {"cin": 0})
    inside = held.domain({"a": np.arange(4), "b": np.arange(4)})
    assert inside is not None
    assert inside.tolist() == [True] * 4


@pytest.mark.parametrize("how", ["named", "held"])
def test_the_reference_speaks_of_other_ports_and_is_not_asked(
    adder: Circuit, chooser: Circuit, how: str
) -> None:
    for circuit, port in ((adder, "cin"), (chooser, "select")):
        fitted = (
            with_ports_named(circuit, {port: "q"})
            if how == "named"
            else with_inputs_held(circuit, {port: 0})
        )
        with pytest.raises(SpecError, match="has no integers to be compared with; compare it"):
            verify(fitted, None)


def test_what_was_fitted_is_compared(plugins: Plugins, adder: Circuit) -> None:
    text = (
        ".model add\n.inputs x[0] x[1] y[0] y[1]\n.outputs s[0] s[1] s[2]\n"
        ".names x[0] y[0] s[0]\n10 1\n01 1\n.names x[0] y[0] c\n11 1\n"
        ".names x[1] y[1] c s[1]\n100 1\n010 1\n001 1\n111 1\n"
        ".names x[1] y[1] c s[2]\n11- 1\n1-1 1\n-11 1\n.end\n"
    )
    read = from_file(text)
    wide = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    fitted = with_ports_named(with_inputs_held(wide, {"cin": 0}), {"a": "x", "b": "y"})
    # sum and cout together are s
    whole = Bus("s", (*fitted.netlist.output_nets,), vector=True)
    fitted = replace(fitted, netlist=replace(fitted.netlist, outputs=(whole,)))
    assert equivalence(read, fitted).outcome == "proved"
    wrong = from_file(text.replace("11- 1\n1-1 1", "11- 1"))
    claim = equivalence(wrong, fitted)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None
    assert set(claim.counterexample.inputs) == {"x", "y"}


def test_a_constant_made_inside_is_no_gate_of_a_user(plugins: Plugins) -> None:
    """A gate of the constant's name was overwritten by it, and y = a equalled y = 0."""
    with pytest.raises(SpecError, match="'lut1-0' is the name of the function"):
        GateSpec("lut1-0", TruthTable.from_rows("01", "a", "y"))
    same = plugins.gate("buf")
    misnamed = Netlist(
        "copy",
        {"lut1-0": same},
        (Bus("a", ("a",)), Bus("en", ("en",))),
        (Bus("y", ("y",)),),
        (Instance("g", "lut1-0", ("a",), ("y",)),),
    )
    assert misnamed.lint() == ("gate 'buf' is listed as 'lut1-0'",)
    with pytest.raises(NetlistError, match="gate 'buf' is listed as 'lut1-0'"):
        with_inputs_held(file_circuit(misnamed, "copy.blif"), {"en": 0})


def test_registers_stay_where_an_input_is_held() -> None:
    circuit = gw.circuit("accumulator", bits=2)
    held = with_inputs_held(circuit, {"clear": 1})
    assert held.netlist.registers == circuit.netlist.registers
    assert held.netlist.lint() == ()


def test_inputs_that_nothing_reads_are_idle() -> None:
    netlist = gw.circuit("accumulator", bits=2).netlist
    assert netlist.idle_inputs == ()
    clocked = replace(netlist, inputs=(*netlist.inputs, Bus("clk", ("clk",))))
    assert [bus.name for bus in clocked.idle_inputs] == ["clk"]
    read = replace(clocked, outputs=(*clocked.outputs, Bus("out", ("clk",))))
    assert read.idle_inputs == ()
