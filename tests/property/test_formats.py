"""A circuit written in one format, read, written in another and read again is the same circuit: every pair."""

from __future__ import annotations

import itertools
import shutil

import numpy as np
import pytest
from hypothesis import given
from tests.strategies import BUILT_IN, examples, netlists

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Bus, Netlist, port_bits
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.formats import registry
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source
from gatewright.kinds import at
from gatewright.logic.bits import counting_patterns
from gatewright.plugins.manager import Plugins

BOTH = {each.name: each for each in registry.FORMATS.values() if each.reader and each.writer}
FAST = sorted(BOTH.keys() - {"verilog"})
GRAPHS = {"graphml", "node-link"}
# Graphs keep everything; with one more format they are looked at from both sides.
PAIRS = [
    (one, other)
    for one, other in itertools.product(FAST, FAST)
    if not GRAPHS & {one, other} or "aig" in (one, other)
]
MOST_BITS = 12


def test_the_pairs() -> None:
    assert set(FAST) == {"blif", "bench", "aag", "aig", "json", "graphml", "node-link"}


def through(format_: str, netlist: Netlist, plugins: Plugins) -> Netlist:
    """The circuit as the format gives it back."""
    found = BOTH[format_]
    data = found.write(netlist, "a comment")
    assert found.write(netlist, "a comment") == data  # the same bytes each time
    read = at(str(found.reader), "gatewright.formats")
    made: Netlist = read(Source(f"random{found.suffixes[0]}", data), plugins.gates)
    return made


def ports(netlist: Netlist) -> tuple[list[tuple[str, int, tuple[str, ...]]], ...]:
    def described(buses: tuple[Bus, ...]) -> list[tuple[str, int, tuple[str, ...]]]:
        # Verilog and its JSON do not tell a vector of one bit, a[0], from a wire, a.
        return [(bus.name, bus.width, bus.bits if bus.width > 1 else ()) for bus in buses]

    return described(netlist.inputs), described(netlist.outputs)


def answers(netlist: Netlist) -> Bits:
    width = len(netlist.input_nets)
    if width <= MOST_BITS:
        patterns = counting_patterns(0, 2**width, width)
    else:
        patterns = next(random_patterns(netlist.inputs, 2048, seed=0, chunk=2048))
    return ExactEngine(compile_netlist(netlist)).outputs(patterns)


def check_same(one: Netlist, other: Netlist) -> None:
    assert ports(one) == ports(other)
    for mine, theirs in ((one.inputs, other.inputs), (one.outputs, other.outputs)):
        order = [[bit.removesuffix("[0]") for bit, _ in port_bits(side)] for side in (mine, theirs)]
        assert order[0] == order[1]
    np.testing.assert_array_equal(answers(one), answers(other))


@pytest.mark.exhaustive
@pytest.mark.parametrize(("first", "second"), PAIRS)
@examples(8)
@given(netlist=netlists(BUILT_IN, most=10))
def test_every_pair_of_formats(plugins: Plugins, first: str, second: str, netlist: Netlist) -> None:
    once = through(first, netlist, plugins)
    check_same(once, netlist)
    check_same(through(second, once, plugins), netlist)


@pytest.mark.parametrize("format_", FAST)
def test_every_builder(plugins: Plugins, format_: str) -> None:
    for spec in plugins.circuits.values():
        if spec.cycle is not None:  # has registers
            continue
        netlist = spec.elaborate({}, plugins.gates).netlist
        check_same(through(format_, netlist, plugins), netlist)


@pytest.mark.parametrize("format_", FAST)
def test_names_of_all_kinds_and_their_order_are_kept(plugins: Plugins, format_: str) -> None:
    text = (
        b".model names\n.inputs x<1> a_0_ x<0> a_2_ a_1_ n1 22\n.outputs %s\n"
        b".names x<1> a_0_ n\n11 1\n.names n a_2_ o[3]\n01 1\n10 1\n.names x<0> n1 a_1_ o[2]\n1-0 1\n011 1\n"
        b".names n q\n1 1\n.end\n"
    ) % (b"o[2] o[3] q" if format_ == "json" else b"o[3] q o[2] 22")
    # In JSON bits of a vector stand side by side, and an output cannot have the name of an input.
    netlist = read_blif(Source("names.blif", text), plugins.gates)
    check_same(through(format_, netlist, plugins), netlist)
    assert [bit for bit, _ in port_bits(netlist.inputs)][:3] == ["x<1>", "a_0_", "x<0>"]


@pytest.mark.exhaustive
@pytest.mark.skipif(shutil.which("yosys") is None, reason="there is no yosys to read Verilog with")
@pytest.mark.parametrize("other", FAST)
def test_verilog_and_every_other_format(plugins: Plugins, other: str) -> None:
    netlist = plugins.circuit("alu").elaborate({"bits": 2}, plugins.gates).netlist
    check_same(through(other, through("verilog", netlist, plugins), plugins), netlist)
    check_same(through("verilog", through(other, netlist, plugins), plugins), netlist)


def test_swapped_wires_would_be_noticed(plugins: Plugins) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist
    swapped = through("blif", netlist, plugins)
    text = BOTH["blif"].write(swapped, "").replace(b"b=b[0]", b"b=b[1]", 1)
    with pytest.raises(AssertionError):
        check_same(read_blif(Source("x.blif", text), plugins.gates), netlist)
