"""What is written as BLIF and read again is the same circuit, and is written as the same text."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import BUILT_IN, COMBINATIONAL, examples, netlists

from gatewright.arrays import Bits
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist, port_bits
from gatewright.circuits.parameter import Value
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import UsageError
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.model.source import Source
from gatewright.gates.functions import function_spec
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import counting_patterns
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

BUILDERS = COMBINATIONAL
SMALL: dict[str, dict[str, Value]] = {
    "multiplexer": {"ways": 5, "bits": 2},
    "demultiplexer": {"ways": 5, "bits": 2},
    "decoder": {"bits": 3},
    "hex-display": {"digits": 1},
    "hamming-encoder": {},
    "hamming-corrector": {},
}


GATES: tuple[dict[str, GateSpec] | None, ...] = ({}, None)
"""None registered, or all of them functions."""


def again(netlist: Netlist, gates: Mapping[str, GateSpec] | None) -> Netlist:
    return read_blif(Source("again.blif", write_blif(netlist).encode()), gates)


def patterns_of(netlist: Netlist) -> Bits:
    """All patterns, or a random sample of many."""
    width = len(netlist.input_nets)
    if width <= 12:
        return counting_patterns(0, 1 << width, width)
    return next(random_patterns(netlist.inputs, 4096, seed=1, chunk=4096))


def same_ports(one: Netlist, other: Netlist) -> None:
    for mine, theirs in ((one.inputs, other.inputs), (one.outputs, other.outputs)):
        assert [(bus.name, bus.width, bus.bits) for bus in mine] == [
            (bus.name, bus.width, bus.bits) for bus in theirs
        ]
        assert [bit for bit, _ in port_bits(mine)] == [bit for bit, _ in port_bits(theirs)]


def same_function(one: Netlist, other: Netlist) -> None:
    patterns = patterns_of(one)
    mine, theirs = (ExactEngine(compile_netlist(each)).outputs(patterns) for each in (one, other))
    assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("name", BUILDERS)
def test_every_builder_comes_back(plugins: Plugins, name: str) -> None:
    spec = plugins.circuit(name)
    choices: list[dict[str, Value]] = [dict(SMALL.get(name, {"bits": 5}))]
    for parameter in spec.parameters:
        if parameter.choices:
            choices = [
                {**values, parameter.name: word} for values in choices for word in parameter.choices
            ]
    for values in choices:
        netlist = spec.elaborate(values, plugins.gates).netlist
        text = write_blif(netlist)
        read = again(netlist, plugins.gates)
        same_ports(netlist, read)
        same_function(netlist, read)
        assert read.name == netlist.name
        assert read.gates == netlist.gates
        assert [(each.gate, each.inputs, each.outputs) for each in read.instances] == [
            (each.gate, each.inputs, each.outputs) for each in netlist.instances
        ]
        assert write_blif(read) == text
        # as a library would have it
        functions = again(netlist, None)
        same_ports(netlist, functions)
        same_function(netlist, functions)
        assert all(len(each.outputs) == 1 for each in functions.instances)


@examples(30)
@given(netlist=netlists(BUILT_IN))
def test_random_circuits_come_back(plugins: Plugins, netlist: Netlist) -> None:
    read = again(netlist, plugins.gates)
    same_ports(netlist, read)
    same_function(netlist, read)
    assert write_blif(read) == write_blif(netlist)
    for gates in GATES:
        functions = again(netlist, gates)
        same_ports(netlist, functions)
        same_function(netlist, functions)
        assert write_blif(again(functions, gates)) == write_blif(functions)


@pytest.mark.parametrize(
    ("inputs", "seed"),
    [*((inputs, seed) for inputs in range(1, 8) for seed in range(3)), (9, 0), (13, 1)],
)
def test_gates_of_every_width_and_with_rows_that_do_not_matter_come_back(
    inputs: int, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    outputs = 1 + seed % 2 if inputs < 8 else 1
    density = [0.5, 0.4, 0.1] if inputs < 8 else [0.98, 0.02, 0.0]
    table = TruthTable.from_rows(
        ["".join(row) for row in draw.choice(list("01-"), size=(2**inputs, outputs), p=density)],
        [f"i{pin}" for pin in range(inputs)],
        [f"o{pin}" for pin in range(outputs)],
    )
    circuit = CircuitBuilder("one", {"odd": GateSpec("odd", table)})
    wires = circuit.input_bus("a", inputs)
    circuit.output_bus("y", circuit.instance("odd", *wires))
    netlist = circuit.netlist()
    for gates in GATES:
        read = again(netlist, gates)
        same_ports(netlist, read)
        same_function(netlist, read)
        assert max(len(spec.table.inputs) for spec in read.gates.values()) <= 6


def port_lists() -> st.SearchStrategy[list[str]]:
    names = [
        "a",
        "b",
        "a[0]",
        "a[1]",
        "b<0>",
        "b<1>",
        "c_3_",
        "c_4_",
        "d[2]",
        "d[1]",
        "e[1]",
        "a=b",
        "é",
    ]
    return st.lists(st.sampled_from(names), unique=True, min_size=1)


@given(port_lists(), port_lists())
def test_ports_of_any_names_and_order_come_back(inputs: list[str], outputs: list[str]) -> None:
    lines = [".model t", f".inputs {' '.join(inputs)}", f".outputs {' '.join(outputs)}"]
    for net in outputs:
        if net not in inputs:
            read = inputs[len(outputs) % len(inputs)]
            lines += [f".names {read} {net}", "0 1" if len(net) % 2 else "1 1"]
    first = read_blif(Source("t.blif", "\n".join(lines).encode()), {})
    assert [bit for bit, _ in port_bits(first.inputs)] == inputs
    assert [bit for bit, _ in port_bits(first.outputs)] == outputs
    second = again(first, {})
    same_ports(first, second)
    same_function(first, second)
    assert write_blif(second) == write_blif(first)


@pytest.mark.parametrize(
    "name",
    ["two words", "a#b", "line\nend", "back\\", "", "tab\t", "no\xa0break", "\x1b[2J", "\ud800"],
)
def test_a_port_that_blif_cannot_hold_is_refused(name: str) -> None:
    inverter = function_spec((0b01,), 1)
    for ports in itertools.permutations([(Bus(name, ("x",)),), (Bus("y", ("y",)),)]):
        (ins, outs) = ports
        instances = (Instance("g", inverter.name, (ins[0].nets[0],), (outs[0].nets[0],)),)
        netlist = Netlist("t", {inverter.name: inverter}, ins, outs, instances)
        with pytest.raises(UsageError, match="cannot be written in BLIF"):
            write_blif(netlist)


@pytest.mark.parametrize(
    "name", ["two words", "a#b", "back\\", "", "\x1b[2J", "n1", "lut1-1", "and"]
)
def test_names_of_circuits_and_nets_are_made_to_fit(name: str) -> None:
    inverter = function_spec((0b01,), 1)
    instances = (
        Instance("g", inverter.name, ("a",), (name,)),
        Instance("h", inverter.name, (name,), ("y",)),
    )
    netlist = Netlist(
        name, {inverter.name: inverter}, (Bus("a", ("a",)),), (Bus("y", ("y",)),), instances
    )
    read = again(netlist, {})
    same_ports(netlist, read)
    same_function(netlist, read)
    assert write_blif(read) == write_blif(netlist)
