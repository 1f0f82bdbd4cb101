"""Writing ``.bench``: what is written computes the same, also in an evaluator that shares no code with it."""

from __future__ import annotations

import itertools
import re
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from tests.strategies import netlists

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist, port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import UsageError
from gatewright.formats.bench.reader import read_bench
from gatewright.formats.bench.writer import write_bench
from gatewright.formats.model.source import Source
from gatewright.gates.functions import function_spec
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

EVALUATE = cast(
    Callable[[str, Mapping[str, int], int], dict[str, int]],
    runpy.run_path(str(Path(__file__).parent / "tiny_bench.py"))["evaluate"],
)


def of_one(spec: GateSpec) -> Netlist:
    """A circuit of one gate, its nets called like the gate's ports."""
    inputs, outputs = spec.table.inputs, spec.table.outputs
    return Netlist(
        "one",
        {spec.name: spec},
        tuple(Bus(net, (net,)) for net in inputs),
        tuple(Bus(net, (net,)) for net in outputs),
        (Instance("one", spec.name, inputs, outputs),),
    )


def columns(width: int) -> list[int]:
    """Each input over all rows of a truth table, as integers: bit *r* is row *r*."""
    return [
        sum(1 << row for row in range(1 << width) if row >> place & 1)
        for place in reversed(range(width))
    ]


def table_of(text: str, spec: GateSpec) -> tuple[int, ...]:
    """The truth table that a text computes."""
    width = len(spec.table.inputs)
    found = EVALUATE(text, dict(zip(spec.table.inputs, columns(width), strict=True)), 1 << width)
    return tuple(found[net] for net in spec.table.outputs)


def gates_of(text: str) -> list[str]:
    return re.findall(r"= (\w+)\(", text)


# Every gate


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_every_function_of_few_inputs(inputs: int) -> None:
    for ones in range(1 << (1 << inputs)):
        spec = function_spec((ones,), inputs)
        assert table_of(write_bench(of_one(spec)), spec) == (ones,)


@pytest.mark.parametrize("inputs", [4, 5, 6, 7, 8])
def test_functions_of_more_inputs(inputs: int) -> None:
    random = np.random.default_rng(inputs)
    ports = [f"i{place}" for place in range(inputs)]
    for _ in range(8 if inputs < 7 else 2):
        ones = [int.from_bytes(random.bytes((1 << inputs) // 8), "little") for _ in range(2)]
        table = TruthTable.from_integers([*ones, 0, ones[0]], ports, "wxyz")
        spec = GateSpec("several", table)
        assert table_of(write_bench(of_one(spec)), spec) == (*ones, 0, ones[0])


@pytest.mark.parametrize("inputs", [7, 9])
def test_wide_functions_that_are_constant_an_input_or_its_opposite(inputs: int) -> None:
    every = (1 << (1 << inputs)) - 1
    ports = [f"i{place}" for place in range(inputs)]
    first, *_, last = columns(inputs)
    ones = [0, every, first, every ^ last, first]
    spec = GateSpec("plain", TruthTable.from_integers(ones, ports, "vwxyz"))
    text = write_bench(of_one(spec))
    assert table_of(text, spec) == tuple(ones)
    assert gates_of(text) == ["XOR", "XNOR", "BUFF", "NOT", "BUFF"]


@pytest.mark.parametrize(
    ("gate", "written"),
    [
        ("buf", "y = BUFF(a)"),
        ("not", "y = NOT(a)"),
        *((kind, f"y = {kind.upper()}(a, b)") for kind in ("and", "or", "nand", "nor")),
        *((kind, f"y = {kind.upper()}(a, b)") for kind in ("xor", "xnor")),
        ("and3", "y = AND(a, b, c)"),
        ("or3", "y = OR(a, b, c)"),
        ("xor3", "y~1 = XOR(b, c)\ny = XOR(a, y~1)"),
    ],
)
def test_a_gate_of_the_format_is_written_as_it_is(
    gate: str, written: str, plugins: Plugins
) -> None:
    text = write_bench(of_one(plugins.gate(gate)))
    assert text.partition("OUTPUT(y)\n")[2] == f"{written}\n"


@pytest.mark.parametrize("inputs", [2, 6, 8])
@pytest.mark.parametrize("kind", ["AND", "NAND", "OR", "NOR"])
def test_wide_gates_of_the_format_too(kind: str, inputs: int) -> None:
    every, rows = (1 << (1 << inputs)) - 1, 1 << inputs
    ones = {"AND": 1 << rows - 1, "OR": every ^ 1}[kind.replace("NA", "A").replace("NO", "O")]
    ones ^= every if kind[0] == "N" else 0
    ports = [f"i{place}" for place in range(inputs)]
    spec = GateSpec("wide", TruthTable.from_integers([ones], ports, "y"))
    assert write_bench(of_one(spec)).endswith(f"\ny = {kind}({', '.join(ports)})\n")


def test_a_constant_is_a_gate_of_the_first_input() -> None:
    text = write_bench(of_one(GateSpec("k", TruthTable.from_integers([0, 3], "a", "yz"))))
    assert text == "INPUT(a)\nOUTPUT(y)\nOUTPUT(z)\ny = XOR(a, a)\nz = XNOR(a, a)\n"


def test_dont_cares_are_written_as_zero() -> None:
    spec = GateSpec("loose", TruthTable.from_rows(["1", "-", "-", "1"], "ab", "y"))
    assert table_of(write_bench(of_one(spec)), spec) == (0b1001,)


# Names


def test_wires_of_several_names(plugins: Plugins) -> None:
    circuit = CircuitBuilder("names", plugins.gates)
    a, b = circuit.input("a"), circuit.input("b")
    both = circuit.gate("and", a, b)
    circuit.output("first", both)
    circuit.output_bus("again", [both, b])
    text = write_bench(circuit.netlist(), comment="a wire\nof many")
    assert text.splitlines() == [
        *("# a wire", "# of many"),
        *("INPUT(a)", "INPUT(b)", "OUTPUT(first)", "OUTPUT(again[0])", "OUTPUT(again[1])"),
        *("first = AND(a, b)", "again[0] = BUFF(first)", "again[1] = BUFF(b)"),
    ]


def test_an_output_that_is_an_input_by_name_needs_no_gate() -> None:
    netlist = read_bench(Source("x.bench", b"INPUT(a)\nOUTPUT(a)\n"), {})
    assert write_bench(netlist) == "INPUT(a)\nOUTPUT(a)\n"


def test_inner_nets_that_the_format_cannot_hold_are_renamed(plugins: Plugins) -> None:
    nets = ("two words", "a,b", "n1", "y", "y~1", "\u00a0", "#", "x=y")
    chain = list(itertools.pairwise(("a", *nets, "last one")))
    netlist = Netlist(
        "odd",
        {"not": plugins.gate("not"), "mux": plugins.gate("mux")},
        (Bus("a", ("a",)),),
        (Bus("y", ("end",)),),
        (
            *(Instance(net, "not", (before,), (net,)) for before, net in chain),
            Instance("end", "mux", ("a", "last one", "n1"), ("end",)),
        ),
    )
    text = write_bench(netlist)
    names = re.findall(r"^(\S+) = ", text, re.MULTILINE)
    assert len(set(names)) == len(names) == len(nets) + 1 + 3
    assert {"y~1", "n1"} <= set(names)
    # nine times not: the last is the opposite of a, n1 (after three) as well
    assert EVALUATE(text, {"a": 0b01}, 2) == {"y": 0b10}
    assert read_bench(Source("odd.bench", text.encode()), {}).lint() == ()


@pytest.mark.parametrize("name", ["a b", "a,b", "f(x)", "a=b", "a#", "a\n", "", "a\0"])
@pytest.mark.parametrize("side", ["input", "output"])
def test_a_port_that_the_format_cannot_hold_is_refused(
    name: str, side: str, plugins: Plugins
) -> None:
    ins = Bus(name if side == "input" else "i", ("i",))
    outs = Bus(name if side == "output" else "o", ("o",))
    instance = Instance("n", "not", ("i",), ("o",))
    netlist = Netlist("c", {"not": plugins.gate("not")}, (ins,), (outs,), (instance,))
    with pytest.raises(UsageError) as caught:
        write_bench(netlist)
    assert caught.value.message == f"port '{name}' cannot be written in .bench"


# There and back


def assert_same(netlist: Netlist, patterns: int = 2000) -> None:
    """Written and read again, a netlist has the same ports and computes the same."""
    text = write_bench(netlist, comment="there and back")
    again = read_bench(Source(f"{netlist.name}.bench", text.encode()), {})
    for one, other in ((netlist.inputs, again.inputs), (netlist.outputs, again.outputs)):
        assert [(bus.name, bus.width, bus.bits) for bus in one] == [
            (bus.name, bus.width, bus.bits) for bus in other
        ]
        assert [bit for bit, _ in port_bits(one)] == [bit for bit, _ in port_bits(other)]
    width = len(netlist.input_nets)
    given = np.random.default_rng(0).integers(0, 2, (patterns, width), dtype=np.uint8)
    first, second = (ExactEngine(compile_netlist(each)).outputs(given) for each in (netlist, again))
    np.testing.assert_array_equal(first, second)
    assert write_bench(netlist, comment="there and back") == text
    assert write_bench(again, comment="there and back").count("\n") == text.count("\n")


CIRCUITS = [
    ("ripple-adder", {"bits": 8}),
    ("kogge-stone", {"bits": 8}),
    ("array-multiplier", {"bits": 4}),
    ("subtractor", {"bits": 5}),
    ("parity-tree", {"bits": 9}),
    ("equality", {"bits": 6}),
]


@pytest.mark.parametrize(("name", "parameters"), CIRCUITS)
def test_circuits_of_builders(name: str, parameters: dict[str, int], plugins: Plugins) -> None:
    assert_same(plugins.circuit(name).elaborate(parameters, plugins.gates).netlist)


def test_bits_in_an_order_of_their_own_keep_it() -> None:
    lines = [f"INPUT(a[{bit}])\nINPUT(b_{bit}_)\nOUTPUT(y<{bit}>)" for bit in (2, 0, 1)]
    lines += [f"y<{bit}> = NAND(a[{bit}], b_{bit}_)" for bit in range(3)]
    assert_same(read_bench(Source("mixed.bench", "\n".join(lines).encode()), {}))


@given(netlists())
def test_any_netlist(netlist: Netlist) -> None:
    assert_same(netlist, patterns=64)
