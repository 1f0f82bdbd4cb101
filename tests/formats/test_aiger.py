"""AIGER read and written: against graphs evaluated as plain integers, and files that others wrote."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples, few, netlists

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist, port_bits
from gatewright.circuits.patterns import all_patterns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError, UsageError
from gatewright.formats.aiger.reader import read_aiger
from gatewright.formats.aiger.writer import write_aiger
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source, read_source
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

BENCHMARKS = os.environ.get("GATEWRIGHT_BENCHMARKS", "")

And = tuple[int, int, int]

# A reader and an evaluator of their own, written from the format's description; nothing is checked.


def ands_of(data: bytes) -> tuple[list[int], list[int], list[And], list[str]]:
    """Input literals, output literals, ANDs, and the lines of symbols of a file without latches."""
    head, data = data.split(b"\n", 1)
    kind, *numbers = head.split()
    _, inputs, latches, outputs, ands = map(int, numbers)
    assert not latches

    def lines(count: int) -> Iterator[list[int]]:
        nonlocal data
        for _ in range(count):
            line, data = data.split(b"\n", 1)
            yield list(map(int, line.split()))

    ins = [2 * place + 2 for place in range(inputs)]
    if kind == b"aag":
        ins = [row[0] for row in lines(inputs)]
    outs = [row[0] for row in lines(outputs)]
    gates: list[And] = []
    if kind == b"aag":
        gates = [(row[0], row[1], row[2]) for row in lines(ands)]
    else:
        at = 0

        def delta() -> int:
            nonlocal at
            value = shift = 0
            while data[at] & 0x80:
                value |= (data[at] & 0x7F) << shift
                shift, at = shift + 7, at + 1
            at += 1
            return value | data[at - 1] << shift

        for place in range(ands):
            own = 2 * (inputs + place + 1)
            left = own - delta()
            gates.append((own, left, left - delta()))
        data = data[at:]
    return ins, outs, gates, data.decode().splitlines()


def evaluated(inputs: list[int], outputs: list[int], gates: list[And]) -> list[int]:
    """The outputs on all patterns, as truth tables; the first input is the most significant."""
    count = 1 << len(inputs)
    every = (1 << count) - 1
    known = {0: 0}
    for place, literal in enumerate(inputs):
        bit = len(inputs) - 1 - place
        known[literal] = sum(1 << row for row in range(count) if row >> bit & 1)

    def value(literal: int) -> int:
        return known[literal & ~1] ^ (every if literal & 1 else 0)

    waiting = list(gates)
    while waiting:
        ready = [each for each in waiting if each[1] & ~1 in known and each[2] & ~1 in known]
        assert ready, "there is a cycle"
        known |= {own: value(left) & value(right) for own, left, right in ready}
        waiting = [each for each in waiting if each not in ready]
    return [value(literal) for literal in outputs]


def tables(netlist: Netlist) -> list[int]:
    """The same of a netlist, straight from the truth tables of its gates."""
    inputs = [net for _, net in port_bits(netlist.inputs)]
    count = 1 << len(inputs)
    known = {
        net: sum(1 << row for row in range(count) if row >> len(inputs) - 1 - place & 1)
        for place, net in enumerate(inputs)
    }
    for each in netlist.instances:
        pins = [known[net] for net in each.inputs]
        for net, ones in zip(each.outputs, netlist.gates[each.gate].table.ones, strict=True):
            known[net] = sum(
                (ones >> int("".join(str(pin >> row & 1) for pin in pins), 2) & 1) << row
                for row in range(count)
            )
    return [known[net] for _, net in port_bits(netlist.outputs)]


def read(data: bytes, gates: Mapping[str, GateSpec] | None = None, path: str = "c.aig") -> Netlist:
    netlist = read_aiger(Source(path, data), gates if gates is not None else {})
    assert netlist.lint() == ()
    return netlist


def ascii_file(inputs: int, outputs: list[int], gates: list[And], rest: str = "") -> bytes:
    variables = inputs + len(gates)
    head = f"aag {variables} {inputs} 0 {len(outputs)} {len(gates)}"
    lines = [head, *(str(2 * place + 2) for place in range(inputs)), *map(str, outputs)]
    lines += [" ".join(map(str, each)) for each in gates]
    return ("\n".join(lines) + "\n" + rest).encode()


def binary_file(inputs: int, outputs: list[int], gates: list[And], rest: str = "") -> bytes:
    """Literals are small enough for one byte a difference."""
    head = f"aig {inputs + len(gates)} {inputs} 0 {len(outputs)} {len(gates)}"
    made = "\n".join([head, *map(str, outputs)]).encode() + b"\n"
    for own, left, right in gates:
        larger, smaller = max(left, right), min(left, right)
        made += bytes([own - larger, larger - smaller])
    return made + rest.encode()


def names(buses: tuple[Bus, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(bus.name, bus.bits) for bus in buses]


# Every small graph


@pytest.mark.parametrize(
    "first", few([[*each] for each in itertools.product(range(6), repeat=2)], *range(0, 36, 7))
)
def test_every_graph_of_two_inputs_and_two_ands(first: list[int]) -> None:
    inputs, outputs = [2, 4], list(range(10))
    for second in itertools.product(range(8), repeat=2):
        gates: list[And] = [(6, first[0], first[1]), (8, second[0], second[1])]
        want = evaluated(inputs, outputs, gates)
        for data in (ascii_file(2, outputs, gates), binary_file(2, outputs, gates)):
            netlist = read(data)
            assert tables(netlist) == want, data
            kinds = {"lut1-1", "lut1-3", "lut1-0", "lut2-8", "lut2-4", "lut2-2", "lut2-1"}
            assert netlist.gates.keys() <= kinds
        for binary in (False, True):
            ins, outs, small, _ = ands_of(write_aiger(netlist, binary=binary))
            assert evaluated(ins, outs, small) == want
            assert len(small) <= 2


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_every_table_is_written_as_it_is(inputs: int) -> None:
    ports = "abc"[:inputs]
    for ones in range(1 << (1 << inputs)):
        spec = GateSpec("any", TruthTable.from_integers([ones], inputs=ports, outputs="y"))
        circuit = CircuitBuilder("one", {"any": spec})
        circuit.output("y", circuit.gate("any", *(circuit.input(port) for port in ports)))
        netlist = circuit.netlist()
        for binary in (False, True):
            data = write_aiger(netlist, binary=binary)
            ins, outs, gates, symbols = ands_of(data)
            assert evaluated(ins, outs, gates) == [ones]
            assert symbols == [*(f"i{place} {port}" for place, port in enumerate(ports)), "o0 y"]
            assert tables(read(data)) == [ones]


def test_ands_are_named_after_their_variables_and_negations_are_shared() -> None:
    data = ascii_file(2, [6, 7, 7, 5, 4, 0, 1, 1], [(6, 3, 4)])
    netlist = read(data)
    assert [(each.gate, each.inputs, each.outputs) for each in netlist.instances] == [
        ("lut2-2", ("i0", "i1"), ("n3",)),
        ("lut1-1", ("n3",), ("o1",)),
        ("lut1-1", ("i1",), ("o3",)),
        ("lut1-0", ("i0",), ("o5",)),
        ("lut1-3", ("i0",), ("o6",)),
    ]
    assert netlist.output_nets == ("n3", "o1", "o1", "o3", "i1", "o5", "o6", "o6")
    assert netlist.name == "c"


def test_a_constant_operand_is_one_net_for_all() -> None:
    netlist = read(ascii_file(1, [4, 6, 0], [(4, 2, 1), (6, 0, 5)]))
    assert [(each.gate, each.inputs, each.outputs) for each in netlist.instances] == [
        ("lut1-0", ("i0",), ("n0",)),
        ("lut2-4", ("i0", "n0"), ("n2",)),
        ("lut2-4", ("n0", "n2"), ("n3",)),
    ]
    assert netlist.output_nets == ("n2", "n3", "n0")


def test_registered_gates_are_used_where_their_tables_agree(plugins: Plugins) -> None:
    netlist = read(ascii_file(2, [7, 9], [(6, 2, 4), (8, 3, 5)]), plugins.gates)
    assert [each.gate for each in netlist.instances] == ["and", "nor", "not", "not"]
    functions = read_aiger(Source("c.aag", ascii_file(2, [6], [(6, 2, 4)])), None)
    assert list(functions.gates) == ["lut2-8"]


def test_ascii_ands_stand_in_any_order_and_variables_may_be_missing() -> None:
    data = b"aag 20 2 0 1 3\n40\n10\n6\n6 13 15\n14 41 11\n12 10 40\n"
    netlist = read(data)
    assert tables(netlist) == [0b0110]
    assert [each.name for each in netlist.instances] == ["n7", "n6", "n3"]


# What others wrote

# The examples of "The AIGER And-Inverter Graph (AIG) Format Version 20071012" (A. Biere, Johannes Kepler
# University, https://fmv.jku.at/aiger/FORMAT), and what their text says they are; first input first.
HALF_ADDER = b"""\
aag 7 2 0 2 3
2
4
6
12
6 13 15
12 2 4
14 3 5
i0 x
i1 y
o0 s
o1 c
c
half adder
"""
BINARY_HALF_ADDER = (
    b"aig 5 2 0 2 3\n10\n6\n\x02\x02\x03\x02\x01\x02i0 x\ni1 y\no0 s\no1 c\nc\nhalf adder\n"
)


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (b"aag 1 1 0 1 0\n2\n2\n", [0b10]),
        (b"aag 1 1 0 1 0\n2\n3\n", [0b01]),
        (b"aag 3 2 0 1 1\n2\n4\n6\n6 2 4\n", [0b1000]),
        (b"aag 3 2 0 1 1\n2\n4\n7\n6 3 5\n", [0b1110]),
        (HALF_ADDER, [0b0110, 0b1000]),
        (BINARY_HALF_ADDER, [0b0110, 0b1000]),
    ],
    ids=["buffer", "inverter", "and", "or", "half adder", "half adder, binary"],
)
def test_examples_of_the_format(data: bytes, want: list[int]) -> None:
    assert tables(read(data)) == want


@pytest.mark.parametrize("data", [HALF_ADDER, BINARY_HALF_ADDER])
def test_the_ports_of_the_half_adder(data: bytes) -> None:
    netlist = read(data, path="some/half.adder.aag")
    assert netlist.name == "half"
    assert names(netlist.inputs) == [("x", ("x",)), ("y", ("y",))]
    assert names(netlist.outputs) == [("s", ("s",)), ("c", ("c",))]


def test_the_half_adder_is_written_as_the_format_shows_it(plugins: Plugins) -> None:
    circuit = CircuitBuilder("half", plugins.gates)
    carry, total = circuit.instance("half-adder", circuit.input("x"), circuit.input("y"))
    circuit.output("s", total)
    circuit.output("c", carry)
    data = write_aiger(circuit.netlist(), binary=True, comment="half adder")
    assert data == BINARY_HALF_ADDER


@pytest.mark.parametrize(
    ("data", "what"),
    [
        # A counter with a bad state, "AIGER 1.9 and Beyond" (A. Biere, K. Heljanko, S. Wieringa, 2011).
        (
            b"aag 5 1 1 0 3 1\n2\n4 10 0\n4\n6 5 3\n8 4 2\n10 9 7\n",
            "toggle:1:15: '1' counts bad state properties (B of AIGER 1.9), which a circuit does not "
            "have; write them as outputs",
        ),
        (
            b"aag 5 1 1 0 3 1 1\n2\n4 10 0\n4\n3\n6 5 3\n8 4 2\n10 9 7\n",
            "toggle:1:15: '1' counts bad state properties",
        ),
        (b"aag 0 0 0 0 0\n", "toggle: there is no output; name at least one"),
        (b"aag 0 0 0 1 0\n1\n", "toggle: there is no input, so nothing to compute"),
    ],
)
def test_published_files_that_are_no_combinational_circuits(data: bytes, what: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_aiger(Source("toggle", data), {})
    assert str(caught.value).startswith(what)


@pytest.mark.parametrize(
    ("data", "registers"),
    [
        # Toggle flip flop, with enable and reset after it; of the same description.
        (b"aag 1 0 1 2 0\n2 3\n2\n3\n", [("l0", "l0_next", 0)]),
        (
            b"aag 7 2 1 2 4\n2\n4\n6 8\n6\n7\n8 4 10\n10 13 15\n12 2 6\n14 3 7\n"
            b"i0 enable\ni1 reset\no0 Q\no1 !Q\nl0 Q\n",
            [("Q", "n4", 0)],
        ),
        (b"aag 2 1 1 1 0\n2\n4 2 1\n4\n", [("l0", "i0", 1)]),
        (b"aag 2 1 1 1 0\n2\n4 1 4\n4\n", [("l0", "l0_next", None)]),
    ],
)
def test_latches_are_registers(data: bytes, registers: list[tuple[str, str, int | None]]) -> None:
    netlist = read_aiger(Source("toggle", data), {})
    assert [(each.name, each.d, each.initial) for each in netlist.registers] == registers


def test_the_combinational_part_of_version_1_9() -> None:
    assert tables(read(b"aag 3 2 0 1 1 0 0 0 0\n2\n4\n6\n6 2 4\n")) == [0b1000]
    assert tables(read(b"aig 3 2 0 1 1 0 0\n6\n\x02\x02")) == [0b1000]


def test_what_abc_puts_into_the_comment() -> None:
    # As written by ABC's &w (c, n, name, 0) and write_aiger (c, name, 0), and by nobody: an empty one.
    for comment in (b"cnname\0\nThis file", b"c\nname\0\nThis file", b"c", b"c\n", b"c\n\xff\n"):
        assert tables(read(b"aig 3 2 0 1 1\n6\n\x02\x02i0 a\n" + comment)) == [0b1000]


@pytest.mark.skipif(not BENCHMARKS, reason="GATEWRIGHT_BENCHMARKS names no folder of netlists")
def test_published_aiger_files_are_what_their_blif_files_are() -> None:
    draw = np.random.default_rng(4)
    paths = sorted(Path(BENCHMARKS).glob("epfl/*.aig"))
    assert len(paths) > 5
    for path in paths:
        graph = read_aiger(read_source(path), {})
        cells = read_blif(read_source(path.with_suffix(".blif")), {})
        assert (names(graph.inputs), names(graph.outputs)) == (
            names(cells.inputs),
            names(cells.outputs),
        )
        again = [
            read(write_aiger(netlist, binary=binary))
            for netlist in (graph, cells)
            for binary in (True, False)
        ]
        patterns = draw.integers(0, 2, (500, len(graph.input_nets)), dtype=np.uint8)
        want = ExactEngine(compile_netlist(cells)).outputs(patterns)
        assert 0 < want.mean() < 1
        for netlist in (graph, *again):
            assert names(netlist.inputs) == names(cells.inputs)
            got = ExactEngine(compile_netlist(netlist)).outputs(patterns)
            assert (got == want).all(), path.name
        head = path.read_bytes().split(b"\n")[0]
        assert write_aiger(graph, binary=True).split(b"\n")[0] == head  # no AND more, none less


# Names


def test_nameless_ports_are_numbered() -> None:
    netlist = read(ascii_file(2, [6, 7], [(6, 2, 4)], "i1 b\no0 y\n"))
    assert names(netlist.inputs) == [("i0", ("i0",)), ("b", ("b",))]
    assert names(netlist.outputs) == [("y", ("y",)), ("o1", ("o1",))]


def test_a_number_that_is_taken_is_avoided() -> None:
    netlist = read(ascii_file(3, [8, 9], [(8, 2, 4)], "i0 i1\ni2 i1~\no0 n4\n"))
    assert [bus.name for bus in netlist.inputs] == ["i1", "i1~~", "i1~"]
    assert [bus.name for bus in netlist.outputs] == ["n4", "o1"]
    assert [each.name for each in netlist.instances] == ["n4~", "o1"]
    netlist = read(ascii_file(2, [4, 6], [(6, 2, 1)], "i0 o0\ni1 n0\n"))
    assert [bus.name for bus in netlist.outputs] == ["o0~", "o1"]
    assert [each.outputs for each in netlist.instances] == [("n0~",), ("n3",)]
    assert tables(netlist) == [0b1010, 0b1100]


def test_names_have_spaces_brackets_and_letters_of_any_script() -> None:
    rest = "i0  a b \ni1 Σ[0]\ni2 Σ[1]\no0 i0 x\nc\ni0 y\n"
    for data in (ascii_file(3, [9], [(8, 2, 4)], rest), binary_file(3, [9], [(8, 2, 4)], rest)):
        netlist = read(data)
        assert names(netlist.inputs) == [(" a b ", (" a b ",)), ("Σ", ("Σ[0]", "Σ[1]"))]
        assert names(netlist.outputs) == [("i0 x", ("i0 x",))]
        for binary in (True, False):
            again = read(write_aiger(netlist, binary=binary))
            assert names(again.inputs) == names(netlist.inputs)
            assert names(again.outputs) == names(netlist.outputs)


def test_an_output_may_have_the_name_of_the_input_that_it_is() -> None:
    netlist = read(ascii_file(2, [2, 6], [(6, 2, 4)], "i0 a\no0 a\n"))
    assert netlist.outputs[0] == Bus("a", ("a",))
    again = read(write_aiger(netlist, binary=True))
    assert (again.inputs, again.outputs[0]) == (netlist.inputs, netlist.outputs[0])


def test_line_ends_of_windows_and_the_mark_of_an_editor_in_ascii() -> None:
    data = b"\xef\xbb\xbf" + HALF_ADDER.replace(b"\n", b"\r\n")
    netlist = read(data)
    assert [bus.name for bus in netlist.inputs + netlist.outputs] == ["x", "y", "s", "c"]


def test_ports_are_written_in_the_order_of_the_file_they_come_from(plugins: Plugins) -> None:
    rest = "i0 a[1]\ni1 b\ni2 a[0]\no0 z[1]\no1 c\no2 z[0]\n"
    netlist = read(ascii_file(3, [8, 2, 4], [(8, 2, 7)], rest))
    assert [bus.name for bus in netlist.inputs] == ["a", "b"]
    assert netlist.inputs[0].nets == ("a[0]", "a[1]")
    for binary in (True, False):
        data = write_aiger(netlist, binary=binary)
        assert ands_of(data)[3] == rest.splitlines()
        again = read(data)
        assert (again.inputs, names(again.outputs)) == (netlist.inputs, names(netlist.outputs))
        assert tables(again) == tables(netlist)


# Writing


def test_equal_gates_become_one_and_what_nothing_needs_is_left_out(plugins: Plugins) -> None:
    circuit = CircuitBuilder("twice", plugins.gates)
    a, b, c = circuit.input_bus("a", 3)
    first = circuit.gate("xor", a, b)
    circuit.gate("and", first, c)
    circuit.output("y", first)
    circuit.output("z", circuit.gate("xnor", b, a))
    data = write_aiger(circuit.netlist(), binary=False)
    assert data == (
        b"aag 6 3 0 2 3\n2\n4\n6\n12\n13\n8 4 2\n10 5 3\n12 11 9\n"
        b"i0 a[0]\ni1 a[1]\ni2 a[2]\no0 y\no1 z\n"
    )


def test_a_gate_that_is_constant_or_a_wire_needs_no_and() -> None:
    table = TruthTable.from_rows(["01-0", "0110"], inputs="a", outputs=("p", "q", "r", "s"))
    netlist = Netlist(
        "odd",
        {"odd": GateSpec("odd", table)},
        (Bus("a", ("a",)), Bus("b", ("b",))),
        (*(Bus(name, (f"{name}1",)) for name in "pqrs"), Bus("b", ("b",))),
        (Instance("u", "odd", ("a",), ("p1", "q1", "r1", "s1")),),
    )
    assert write_aiger(netlist, binary=True) == (
        b"aig 2 2 0 5 0\n0\n1\n2\n0\n4\ni0 a\ni1 b\no0 p\no1 q\no2 r\no3 s\no4 b\n"
    )


def test_instances_are_written_in_whatever_order_they_were_placed(plugins: Plugins) -> None:
    inverter = {"not": plugins.gates["not"]}
    instances = (Instance("v", "not", ("x",), ("y",)), Instance("u", "not", ("a",), ("x",)))
    netlist = Netlist("turned", inverter, (Bus("a", ("a",)),), (Bus("y", ("y",)),), instances)
    assert write_aiger(netlist, binary=True) == b"aig 1 1 0 1 0\n2\ni0 a\no0 y\n"


@pytest.mark.parametrize("name", ["ripple-adder", "kogge-stone", "equality"])
def test_the_same_circuit_gives_the_same_bytes(plugins: Plugins, name: str) -> None:
    first, second = (
        write_aiger(
            plugins.circuit(name).elaborate({"bits": 5}, plugins.gates).netlist, binary=True
        )
        for _ in range(2)
    )
    assert first == second


def test_the_comment_comes_last(plugins: Plugins) -> None:
    netlist = plugins.circuit("equality").elaborate({"bits": 1}, plugins.gates).netlist
    for binary in (True, False):
        plain = write_aiger(netlist, binary=binary)
        commented = write_aiger(netlist, binary=binary, comment="of one\nbit")
        assert commented == plain + b"c\nof one\nbit\n"
        assert tables(read(commented)) == tables(netlist)


def test_differences_of_several_bytes() -> None:
    # The first AND reads the last two inputs, the second the first two: 1, 2 and 3 bytes.
    inputs = 9000
    circuit = CircuitBuilder("far", {"and": GateSpec.from_function(
        "and", lambda a, b: a & b, inputs="ab", outputs="y")})  # fmt: skip
    wires = circuit.input_bus("a", inputs)
    circuit.output("y", circuit.gate("and", wires[-1], wires[-2]))
    circuit.output("z", circuit.gate("and", wires[0], wires[-101]))
    data = write_aiger(circuit.netlist(), binary=True)
    gates = ands_of(data)[2]
    assert gates == [(18_002, 18_000, 17_998), (18_004, 17_800, 2)]
    netlist = read(data)
    assert [each.inputs for each in netlist.instances] == [
        ("a[8999]", "a[8998]"),
        ("a[8899]", "a[0]"),
    ]


def wired(inputs: tuple[str, ...], outputs: tuple[str, ...]) -> Netlist:
    """A circuit of wires: every output is the first input."""
    return Netlist(
        "wired",
        {},
        tuple(Bus(name, (f"{place}",)) for place, name in enumerate(inputs)),
        tuple(Bus(name, ("0",)) for name in outputs),
        (),
    )


@pytest.mark.parametrize(
    ("netlist", "what"),
    [
        (wired(("a\nb",), ("y",)), "AIGER cannot hold 'a\\nb' as the name of an input; a name is not"),
        (wired(("a",), ("y\r",)), "AIGER cannot hold 'y\\r' as the name of an output; a name is not"),
        (wired(("",), ("y",)), "AIGER cannot hold '' as the name of an input; a name is not empty, and"),
        (wired(("\ud800",), ("y",)), "AIGER cannot hold '\\ud800' as the name of an input"),
        (wired(("a", "b"), ("b",)), "circuit 'wired' has an input and an output 'b' that are not one wire"),
        (
            Netlist("two", {}, (Bus("a", ("x",), True), Bus("a[0]", ("y",))), (Bus("z", ("x",)),), ()),
            "circuit 'two' has two input bits called 'a[0]'; rename one",
        ),
        (
            Netlist("two", {}, (Bus("a", ("x",)),), (Bus("z", ("x",), True), Bus("z[0]", ("x",))), ()),
            "circuit 'two' has two output bits called 'z[0]'; rename one",
        ),
    ],
    ids=range(7),
)  # fmt: skip
def test_names_that_cannot_be_held(netlist: Netlist, what: str) -> None:
    for binary in (True, False):
        with pytest.raises(UsageError) as caught:
            write_aiger(netlist, binary=binary)
        assert str(caught.value).startswith(what)


# Written and read again


@examples(30)
@given(netlist=netlists())
def test_a_circuit_is_the_same_after_writing_and_reading(netlist: Netlist) -> None:
    (patterns,) = all_patterns(netlist.inputs, 1 << len(netlist.input_nets), chunk=1 << 10)
    want = ExactEngine(compile_netlist(netlist)).outputs(patterns)
    sizes = set()
    for binary in (True, False):
        data = write_aiger(netlist, binary=binary)
        assert evaluated(*ands_of(data)[:3]) == tables(netlist)
        again = read(data)
        assert names(again.inputs) == names(netlist.inputs)
        assert names(again.outputs) == names(netlist.outputs)
        assert (ExactEngine(compile_netlist(again)).outputs(patterns) == want).all()
        sizes |= {len(ands_of(each)[2]) for each in (data, write_aiger(again, binary=binary))}
    assert len(sizes) == 1  # what has been made ANDs stays as it is


# Whatever a file says


@examples(60)
@given(numbers=st.lists(st.integers(0, 9), min_size=12, max_size=40), binary=st.booleans())
def test_files_of_random_numbers_are_refused_or_read(numbers: list[int], binary: bool) -> None:
    inputs, outputs, ands = (each % 4 for each in numbers[:3])
    variables = inputs + ands + (0 if binary else numbers[3] % 2)
    head = f"{'aig' if binary else 'aag'} {variables} {inputs} 0 {outputs} {ands}"
    rest = iter(numbers[4:] * 3)
    lines = [] if binary else [f"{next(rest)}" for _ in range(inputs)]
    lines += [f"{next(rest)}" for _ in range(outputs)]
    data = "\n".join([head, *lines, ""]).encode()
    if binary:
        data += bytes(next(rest) for _ in range(2 * ands))
    else:
        for _ in range(ands):
            data += f"{next(rest)} {next(rest)} {next(rest)}\n".encode()
    try:
        netlist = read(data)
    except FormatError:
        return
    ins, outs, gates, _ = ands_of(data)
    assert tables(netlist) == evaluated(ins, outs, gates)
