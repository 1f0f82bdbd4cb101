"""Reading ``.bench``: every gate against Python's own all, any and sum; every spelling; every refusal."""

from __future__ import annotations

import itertools
import os
import runpy
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError
from gatewright.formats.bench.reader import read_bench
from gatewright.formats.model.source import Source, read_source
from gatewright.gates.spec import GateSpec
from gatewright.plugins.manager import Plugins

FOLDER = Path(os.environ.get("GATEWRIGHT_BENCHMARKS", ""))
EVALUATE = cast(
    Callable[[str, Mapping[str, int], int], dict[str, int]],
    runpy.run_path(str(Path(__file__).parent / "tiny_bench.py"))["evaluate"],
)

MEANING: dict[str, Callable[[Sequence[int]], bool]] = {
    "AND": all,
    "NAND": lambda bits: not all(bits),
    "OR": any,
    "NOR": lambda bits: not any(bits),
    "XOR": lambda bits: sum(bits) % 2 == 1,
    "XNOR": lambda bits: sum(bits) % 2 == 0,
}


def read(
    text: str,
    gates: Mapping[str, GateSpec] | None = None,
    *,
    name: str = "c.bench",
    widest: int = 6,
) -> Netlist:
    return read_bench(Source(name, text.encode()), gates or {}, widest=widest)


def rows(netlist: Netlist) -> list[list[int]]:
    """The outputs for every pattern of the inputs, the first input the most significant."""
    width = len(netlist.input_nets)
    patterns = np.array(list(itertools.product((0, 1), repeat=width)), dtype=np.uint8)
    return cast(list[list[int]], ExactEngine(compile_netlist(netlist)).outputs(patterns).tolist())


def gate(kind: str, width: int) -> str:
    nets = [f"i{place}x" for place in range(width)]
    declared = "".join(f"INPUT({net})\n" for net in nets)
    return f"{declared}OUTPUT(y)\ny = {kind}({', '.join(nets)})\n"


# Every gate


@pytest.mark.parametrize("kind", MEANING)
@pytest.mark.parametrize("widest", [3, 4, 6])
def test_a_gate_of_any_width(kind: str, widest: int) -> None:
    for width in range(1, 12):
        netlist = read(gate(kind, width), widest=widest)
        wanted = [[int(MEANING[kind](bits))] for bits in itertools.product((0, 1), repeat=width)]
        assert rows(netlist) == wanted
        assert max(len(spec.table.inputs) for spec in netlist.gates.values()) <= widest
        # One gate where it fits; else a tree of as few as there can be.
        size = min(widest, 4)
        assert len(netlist.instances) == (1 if width <= widest else -(-(width - 1) // (size - 1)))


@pytest.mark.parametrize(
    ("spelling", "wanted"),
    [("NOT", 1), ("INV", 1), ("BUF", 2), ("BUFF", 2), ("buff", 2), ("Not", 1)],
)
def test_gates_of_one_input_are_gates(spelling: str, wanted: int, plugins: Plugins) -> None:
    netlist = read(f"INPUT(a)\nOUTPUT(y)\ny = {spelling}(a)", plugins.gates)
    (instance,) = netlist.instances
    assert instance.gate == {1: "not", 2: "buf"}[wanted]
    assert rows(netlist) == ([[1], [0]] if wanted == 1 else [[0], [1]])


@pytest.mark.parametrize(("kind", "odd"), [("XOR", 1), ("XNOR", 0)])
def test_a_parity_of_64_inputs_stays_small(kind: str, odd: int) -> None:
    netlist = read(gate(kind, 64))
    assert len(netlist.instances) == 21  # each takes three nets away
    assert compile_netlist(netlist).depth == 3
    patterns = np.random.default_rng(0).integers(0, 2, (2000, 64), dtype=np.uint8)
    got = ExactEngine(compile_netlist(netlist)).outputs(patterns)
    assert got[:, 0].tolist() == [sum(row) % 2 ^ odd ^ 1 for row in patterns.tolist()]


@pytest.mark.parametrize("kind", ["AND", "NAND", "OR", "NOR"])
def test_a_gate_of_64_inputs_sees_every_input(kind: str) -> None:
    netlist = read(gate(kind, 64))
    zeros = np.zeros((64, 64), dtype=np.uint8)
    single = np.eye(64, dtype=np.uint8)
    patterns = np.concatenate([zeros[:1], single, 1 - single, 1 - zeros[:1]])
    got = ExactEngine(compile_netlist(netlist)).outputs(patterns)
    assert got[:, 0].tolist() == [int(MEANING[kind](row)) for row in patterns.tolist()]


@pytest.mark.parametrize("kind", ["NAND", "XNOR"])
def test_nets_within_a_wide_gate_have_names_of_their_own(kind: str) -> None:
    text = gate(kind, 9).replace("OUTPUT(y)", "OUTPUT(y)\nOUTPUT(y~1)\nOUTPUT(z)")
    text += "y~1 = BUFF(i0x)\nz = OR(y~2, y~1)\ny~2 = NOT(i1x)\n"
    netlist = read(text)
    assert {"y~1", "y~2", "y~3"} <= {net for each in netlist.instances for net in each.outputs}
    assert rows(netlist) == [
        [int(MEANING[kind](bits)), bits[0], bits[0] | 1 - bits[1]]
        for bits in itertools.product((0, 1), repeat=9)
    ]


def test_a_net_that_nobody_drives_is_no_net_within_a_wide_gate() -> None:
    text = gate("XOR", 9).replace("OUTPUT(y)", "OUTPUT(y)\nOUTPUT(z)") + "z = NOT(y~1)\n"
    with pytest.raises(FormatError, match=r"'y~1' is read here, and nothing drives it"):
        read(text)


@pytest.mark.parametrize("ones", range(16))
def test_a_table_of_two_inputs_has_the_first_least_significant(ones: int) -> None:
    netlist = read(f"INPUT(a)\nINPUT(b)\nOUTPUT(y)\ny = LUT 0x{ones:X} ( a, b )\n")
    assert rows(netlist) == [[ones >> (a + 2 * b) & 1] for a in (0, 1) for b in (0, 1)]


@pytest.mark.parametrize("width", [1, 3, 5, 7, 9])
def test_a_table_of_other_widths(width: int) -> None:
    ones = int(np.random.default_rng(width).integers(1 << min(1 << width, 62)))
    ones |= ones << (1 << width) // 2 & (1 << (1 << width)) - 1
    text = gate(f"lut 0X{ones:0{(1 << width) // 4 + 3}x} ", width)
    assert rows(read(text)) == [
        [ones >> sum(bit << place for place, bit in enumerate(bits)) & 1]
        for bits in itertools.product((0, 1), repeat=width)
    ]


def test_constants() -> None:
    text = "INPUT(a)\nOUTPUT(y)\nOUTPUT(z)\nOUTPUT(0x1)\ny = vdd\n0x1 = BUFF(a)\nz =GND"
    assert rows(read(text)) == [[1, 0, 0], [1, 0, 1]]


# Every spelling


def test_all_the_freedom_that_files_take(plugins: Plugins) -> None:
    text = (
        "\ufeff# c with everything\r\n"
        "  INPUT ( 10 )INPUT(G17.a[3])\r\n"
        "output(22)\r\n"
        "\t22=Nand(10  # the first\r\n"
        "   ,\r\n"
        " n-1/x ) # the second\r\n"
        "\r\n"
        "n-1/x = or( 10,G17.a[3] )"
    )
    netlist = read(text, plugins.gates, name="folder/all.v2.bench.gz")
    assert netlist.name == "all"
    assert [bus.bits for bus in netlist.inputs] == [("10",), ("G17.a[3]",)]
    assert [(each.gate, each.inputs, each.outputs) for each in netlist.instances] == [
        ("or", ("10", "G17.a[3]"), ("n-1/x",)),
        ("nand", ("10", "n-1/x"), ("22",)),
    ]


def test_bits_become_buses_and_keep_their_order() -> None:
    text = "".join(f"INPUT(a[{bit}])\nINPUT(b<{bit}>)\n" for bit in (1, 0))
    netlist = read(
        text + "OUTPUT(y_1_)\nOUTPUT(y_0_)\ny_0_ = AND(a[0], b<0>)\ny_1_ = OR(a[1], b<1>)"
    )
    assert [(bus.name, bus.width) for bus in netlist.inputs] == [("a", 2), ("b", 2)]
    assert [(bus.name, bus.nets) for bus in netlist.outputs] == [("y", ("y_0_", "y_1_"))]


def test_an_output_may_be_an_input() -> None:
    assert rows(read("INPUT(a)\nINPUT(b)\nOUTPUT(b)\nOUTPUT(y)\ny = AND(a, a)")) == [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
    ]


def test_a_file_without_a_name_is_a_circuit() -> None:
    assert read("INPUT(a)\nOUTPUT(a)", name=".bench").name == "circuit"


# Every refusal

TOP = "INPUT(a)\nINPUT(b)\nOUTPUT(y)\n"


STATEMENT = "expected INPUT(a), OUTPUT(y) or y = AND(a, b)"
DECLARE = "as in INPUT(a), OUTPUT(y) or y = AND(a, b)"
GATE = "as in y = AND(a, b)"
COMMAS = "separate them by commas"
KINDS = "it has AND, NAND, OR, NOR, XOR, XNOR, NOT, BUFF, LUT, DFF"
TABLE = "as in y = LUT 0x8 (a, b)"
DRIVER = "make it an input, or give it a driver"
ROWS = "one bit a row, the first input the least significant"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("y = AND(a, b", "4:1: 'y = AND(a, b' is not closed by a )", GATE),
        ("y = AND(a,\nz = OR(a, b)\n", "4:1: 'y = AND(a,' is not closed by a )", GATE),
        ("y = AND()", "4:1: 'y = AND()' names no net in its parentheses", GATE),
        ("y = AND(a b)", "4:1: 'y = AND(a b)' has other than nets in its parentheses", COMMAS),
        ("y = AND(a,,b)", "4:1: 'y = AND(a,,b)' has other than nets in its parentheses", COMMAS),
        (
            "\n  y = a",
            "5:3: 'y = a' gives the net 'y' neither a gate nor vdd nor gnd",
            "as in y = BUFF(a)",
        ),
        ("y = AND(a, b);", "4:14: ';' is not a statement", STATEMENT),
        ("= AND(a, b)", "4:1: '= AND(a, b)' is not a statement", STATEMENT),
        ("y y = AND(a, b)", "4:1: 'y y = AND(a, b)' is not a statement", STATEMENT),
        ("OUTPTU(z)", "4:1: 'OUTPTU' is not a declaration", DECLARE),
        ("AND(a, b)", "4:1: 'AND' drives no net", DECLARE),
        ("INPUT 0x8 (c)", "4:1: 'INPUT' is not a declaration", DECLARE),
        ("INPUT(c, d)", "4:1: 'INPUT' declares 2 nets", "as in INPUT(a)"),
        ("y = MAJ(a, b)", "4:1: 'y = MAJ' is not a gate of this format: it has no MAJ", KINDS),
        ("y = vdd(a)", "4:1: 'y = vdd' is not a gate of this format: it has no vdd", KINDS),
        ("y = NOT(a, b)", "4:1: 'y = NOT' has 2 inputs", "NOT has one"),
        ("y = buff(a, b)", "4:1: 'y = buff' has 2 inputs", "BUF has one"),
        (
            "y = DFF(a, b)",
            "4:1: 'y = DFF' has 2 inputs",
            "DFF has one, and names no clock",
        ),
        ("y = AND 0x8 (a, b)", "4:1: 'y = AND' has a table, but is not a LUT", TABLE),
        # A kind and width that were met before must not be taken without another look.
        (
            "y = AND(a, b)\nz = AND 0x8 (a, b)",
            "5:1: 'z = AND' has a table, but is not a LUT",
            TABLE,
        ),
        ("y = LUT(a, b)", "4:1: 'y = LUT' has no table", TABLE),
        (
            "y = LUT 0x10 (a, b)",
            "4:1: 'y = LUT' has the table 0x10, more than the 4 rows of its inputs",
            ROWS,
        ),
        (
            f"y = LUT 0x1{'0' * 40} (a)",
            "4:1: 'y = LUT' has the table 0x10000000000000000000, more than the 2 rows of its inputs",
            ROWS,
        ),
        (
            f"y = LUT 0x8 ({', '.join('a' * 17)})",
            "4:1: 'y = LUT' has 17 inputs",
            "a table of at most 16 is read",
        ),
        ("INPUT(a)", "4:7: 'a' is an input twice", "name every input once"),
        ("OUTPUT(y)", "4:8: 'y' is an output twice", "name every output once"),
        ("y = AND(a, c)", "4:12: 'c' is read here, and nothing drives it", DRIVER),
        ("", "3:8: 'y' is read here, and nothing drives it", DRIVER),
        # Registers are not a fault of a file, nets without drivers are: they are told first.
        ("y = NOT(q)\nq = DFF(d)", "5:9: 'd' is read here, and nothing drives it", DRIVER),
        (
            "y = NOT(a)\ny = NOT(b)",
            "5:1: 'y' is driven a second time; line 4 drives it",
            "give it one driver",
        ),
        (
            "y = NOT(a)\nb = NOT(a)",
            "5:1: 'b' is driven here, and is an input by line 2",
            "an input has no driver in the circuit",
        ),
        (
            "y = NOT(z)\nz = NOT(y)",
            "4:1: there is a cycle: z → y → z",
            "a circuit must not feed itself",
        ),
    ],
)
def test_a_refusal(text: str, message: str, hint: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(TOP + text)
    assert (caught.value.message, caught.value.hint) == (f"c.bench:{message}", hint)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("INPUT(a)", "c.bench: there is no output; name at least one"),
        (
            "OUTPUT(y)\ny = vdd",
            "c.bench: there is no input, so nothing to compute; name at least one",
        ),
        ("# nothing", "c.bench: there is no output; name at least one"),
        ("INPUT(a\0)", "c.bench:1:1: a byte 0x00 is not text; name a text file"),
    ],
)
def test_a_file_without_a_circuit(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    [
        TOP + "y = AND(" + "a, " * 30_000,
        TOP + "y = AND(" + "a" * 100_000,
        TOP + "y = BUFF" + " " * 100_000 + "a",
        TOP + "(" * 100_000,
        TOP + "y = vdd" + "\n" * 100_000 + "x",
    ],
)
def test_a_long_mistake_is_refused_at_once(text: str) -> None:
    with pytest.raises(FormatError, match=r"^c\.bench:"):
        read(text)


# Whole circuits

FULL_ADDER = """
# a + b + cin, by hand, of nine NAND gates
INPUT(a)
INPUT(b)
INPUT(cin)
OUTPUT(cout)
OUTPUT(sum)
1 = NAND(a, b)
2 = NAND(a, 1)
3 = NAND(1, b)
4 = NAND(2, 3)
5 = NAND(4, cin)
6 = NAND(4, 5)
7 = NAND(5, cin)
sum = NAND(6, 7)
cout = NAND(1, 5)
"""


def test_an_adder_of_nand_gates(plugins: Plugins) -> None:
    netlist = read(FULL_ADDER, plugins.gates)
    assert [each.gate for each in netlist.instances] == ["nand"] * 9
    assert rows(netlist) == [
        list(divmod(sum(bits), 2)) for bits in itertools.product((0, 1), repeat=3)
    ]


@pytest.mark.skipif(not FOLDER.name, reason="GATEWRIGHT_BENCHMARKS names no folder of netlists")
def test_c17(plugins: Plugins) -> None:
    netlist = read_bench(read_source(FOLDER / "iscas85/c17.bench"), plugins.gates)
    assert [each.gate for each in netlist.instances] == ["nand"] * 6
    assert rows(netlist) == [
        [int((a and c) or (b and not (c and d))), int((b or e) and not (c and d))]
        for a, b, c, d, e in itertools.product((0, 1), repeat=5)
    ]


ANY_KIND = st.sampled_from([*MEANING, "NOT", "BUFF"])


@st.composite
def circuits(draw: st.DrawFn) -> str:
    """The text of a circuit of up to 30 gates, in any order."""
    nets = [f"i{place}" for place in range(draw(st.integers(1, 5)))]
    lines = [f"INPUT({net})" for net in nets]
    for number in range(draw(st.integers(1, 30))):
        kind = draw(ANY_KIND)
        most = 1 if kind in ("NOT", "BUFF") else draw(st.integers(1, 8))
        pins = draw(st.lists(st.sampled_from(nets), min_size=most, max_size=most))
        lines.append(f"{number} = {kind}({', '.join(pins)})")
        nets.append(str(number))
    outputs = draw(st.lists(st.sampled_from(nets), min_size=1, max_size=4, unique=True))
    return "\n".join(draw(st.permutations(lines + [f"OUTPUT({net})" for net in outputs])))


@given(circuits())
def test_any_circuit_computes_what_its_text_says(text: str) -> None:
    netlist = read(text)
    width = len(netlist.input_nets)
    patterns = list(itertools.product((0, 1), repeat=width))
    inputs = {
        net: sum(bits[place] << at for at, bits in enumerate(patterns))
        for place, net in enumerate(netlist.input_nets)
    }
    wanted = EVALUATE(text, inputs, len(patterns))
    got = rows(netlist)
    assert {
        net: sum(row[place] << at for at, row in enumerate(got))
        for place, net in enumerate(bus.bits[0] for bus in netlist.outputs)
    } == wanted


@pytest.mark.skipif(not FOLDER.name, reason="GATEWRIGHT_BENCHMARKS names no folder of netlists")
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("c17", {"nand": 6}),
        ("c499", {"xor": 104, "not": 40}),
        ("c880", {"buf": 26, "not": 63}),
        ("c1355", {"buf": 32, "not": 40, "nand": 416}),
    ],
)
def test_published_counts_of_gates_hold(name: str, kinds: dict[str, int], plugins: Plugins) -> None:
    """Of circuits without a gate too wide; the counts are those in the heads of the files."""
    path = FOLDER / "iscas85" / f"{name}.bench"
    netlist = read_bench(read_source(path), plugins.gates)
    told = {"gates": 0, "inverter": 0, "inverters": 0}
    for line in path.read_text().splitlines():
        words = line.split()
        if len(words) > 2 and words[0] == "#" and words[2] in told:
            told[words[2]] = int(words[1])
    assert len(netlist.instances) == sum(told.values())
    found = Counter(each.gate for each in netlist.instances)
    assert {kind: found[kind] for kind in kinds} == kinds
