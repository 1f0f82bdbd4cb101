"""PLA files as circuits and as gates, against espresso(5)'s rules applied pattern by pattern."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from tests.strategies import few

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError, UsageError
from gatewright.formats.model.source import Source, read_source
from gatewright.formats.pla.reader import read_pla, read_pla_gate
from gatewright.gates.spec import GateSpec
from gatewright.plugins.manager import Plugins

FOLDER = Path(os.environ.get("GATEWRIGHT_BENCHMARKS", ""))
FILES = sorted((FOLDER / "iwls93/pla").glob("*.pla")) if FOLDER.name else []

Rows = Sequence[tuple[str, str]]


def source(rows: Rows, kind: str = "", name: str = "t.pla") -> Source:
    head = f".i {len(rows[0][0])}\n.o {len(rows[0][1])}\n" + (f".type {kind}\n" if kind else "")
    text = head + "".join(f"{inputs} {outputs}\n" for inputs, outputs in rows) + ".e\n"
    return Source(name, text.encode())


def read(
    rows: Rows, kind: str = "", gates: Mapping[str, GateSpec] | None = None, widest: int = 6
) -> Netlist:
    return read_pla(source(rows, kind), gates or {}, widest=widest)


def told(rows: Rows, pattern: Iterable[int]) -> list[set[str]]:
    """What the rows that hold for a pattern of inputs say of every output."""
    bits = [("-", str(bit)) for bit in pattern]
    hold = [
        outputs
        for inputs, outputs in rows
        if all(sign in either for sign, either in zip(inputs, bits, strict=True))
    ]
    return [{outputs[place] for outputs in hold} for place in range(len(rows[0][1]))]


def on_set(rows: Rows, patterns: Iterable[Iterable[int]]) -> list[list[int]]:
    """What a circuit has to compute."""
    return [[int("1" in signs) for signs in told(rows, pattern)] for pattern in patterns]


def computed(netlist: Netlist, patterns: Sequence[Sequence[int]]) -> list[list[int]]:
    given = np.array(patterns, dtype=np.uint8)
    return cast(list[list[int]], ExactEngine(compile_netlist(netlist)).outputs(given).tolist())


# The rules of espresso(5), one by one

PRODUCTS = ["".join(each) for each in itertools.product("01-", repeat=2)]
EVERY_ROW = [(inputs, output) for inputs in PRODUCTS for output in "10-~"]
PATTERNS = list(itertools.product((0, 1), repeat=2))


def meaning(kind: str, signs: set[str]) -> str:
    """1, 0 or - by the type of a table; ! where it contradicts itself."""
    if "r" in kind and {"0", "1"} <= signs:
        return "!"
    if "d" in kind and "-" in signs:
        return "-"
    if "1" in signs:
        return "1"
    return "0" if "r" not in kind or "0" in signs else "-"


@pytest.mark.parametrize("kind", few(["", "f", "fd", "fr", "fdr"], 0, 3))
def test_every_table_of_two_rows(kind: str) -> None:
    for rows in itertools.combinations_with_replacement(EVERY_ROW, 2):
        signs = [told(rows, pattern)[0] for pattern in PATTERNS]
        if not kind and any("0" in each for each in signs) and not all(signs):
            with pytest.raises(
                FormatError, match="it says what 'y0' is in"
            ):  # rows as examples have them
                read_pla(source(rows, kind), {})
            continue
        wanted = [meaning(kind or "fd", each) for each in signs]
        if "!" in wanted:
            for reader in (read_pla_gate, lambda given: read_pla(given, {})):
                with pytest.raises(FormatError, match="no pattern may be in the on-set and"):
                    reader(source(rows, kind))
            continue
        (ones,), (cares,) = (
            getattr(read_pla_gate(source(rows, kind)).table, which) for which in ("ones", "cares")
        )
        got = ["-" if not cares >> row & 1 else str(ones >> row & 1) for row in range(4)]
        assert got == wanted, rows
        if "r" in kind and any(
            not told(rows, each)[0] & set("01-"[: len(kind)]) for each in PATTERNS
        ):
            with pytest.raises(FormatError, match="it says what 'y0' is in"):
                read_pla(source(rows, kind), {})
            continue
        # A circuit computes the on-set, also where it is a don't-care besides.
        assert computed(read(rows, kind), PATTERNS) == on_set(rows, PATTERNS), rows


def random_rows(
    random: np.random.Generator, inputs: int, outputs: int, count: int, dashes: float
) -> list[tuple[str, str]]:
    signs = random.choice(list("01-"), (count, inputs), p=[(1 - dashes) / 2] * 2 + [dashes])
    after = random.choice(list("1-~"), (count, outputs), p=[0.4, 0.1, 0.5])
    return [("".join(a), "".join(b)) for a, b in zip(signs, after, strict=True)]


@pytest.mark.parametrize("widest", [3, 4, 6])
@pytest.mark.parametrize(
    ("inputs", "outputs", "count", "dashes"),
    [
        (1, 1, 1, 0.3),
        (3, 9, 6, 0.3),
        (5, 3, 12, 0.4),
        (6, 2, 20, 0.2),
        (7, 4, 30, 0.3),
        (9, 5, 12, 0.6),
        (12, 3, 40, 0.4),
    ],
)
def test_circuits_of_any_width(
    inputs: int, outputs: int, count: int, dashes: float, widest: int
) -> None:
    random = np.random.default_rng([inputs, outputs, widest])
    rows = random_rows(random, inputs, outputs, count, dashes)
    netlist = read(rows, widest=widest)
    assert max(len(spec.table.inputs) for spec in netlist.gates.values()) <= widest
    patterns = [tuple(each) for each in itertools.product((0, 1), repeat=inputs)]
    assert computed(netlist, patterns) == on_set(rows, patterns)


def test_a_circuit_of_many_inputs() -> None:
    random = np.random.default_rng(1)
    rows = random_rows(random, 40, 30, 60, 0.85)
    patterns = random.integers(0, 2, (500, 40)).tolist()
    got = computed(read(rows), patterns)
    assert got == on_set(rows, patterns)
    assert 0.05 < np.mean(got) < 0.95


def test_equal_products_of_several_outputs_are_made_once() -> None:
    alone = len(read([("1" * 9, "1")]).instances)
    assert alone == 3
    assert len(read([("1" * 9, "11111")]).instances) == alone


def test_a_gate_an_output_of_the_inputs_that_matter(plugins: Plugins) -> None:
    netlist = read([("11--", "10"), ("1--1", "01"), ("---1", "01")], gates=plugins.gates)
    assert [(each.gate, each.inputs, each.outputs) for each in netlist.instances] == [
        ("and", ("x0", "x1"), ("y0",))
    ]
    assert netlist.outputs[1].nets == ("x3",)  # no gate at all


@pytest.mark.parametrize("inputs", [2, 9])
def test_constants_wires_and_opposites(inputs: int) -> None:
    rest = "-" * (inputs - 1)
    rows = [(f"-{rest}", "1~~~"), (f"1{rest}", "~1~~"), (f"0{rest}", "~~1~")]
    patterns = list(itertools.product((0, 1), repeat=inputs))
    assert computed(read(rows), patterns) == [[1, each[0], 1 - each[0], 0] for each in patterns]


@pytest.mark.parametrize("inputs", [1, 8])
def test_an_output_may_share_the_name_of_the_input_that_it_is(inputs: int) -> None:
    names = " ".join(["a", *"bcdefgh"[: inputs - 1]])
    text = f".i {inputs}\n.o 1\n.ilb {names}\n.ob a\n1{'-' * (inputs - 1)} 1\n"
    netlist = read_pla(Source("t.pla", text.encode()), {})
    assert (netlist.outputs[0].name, netlist.outputs[0].nets) == ("a", ("a",))
    with pytest.raises(FormatError, match=r"4:5: 'a' is driven here, and is an input by line 3"):
        read_pla(Source("t.pla", text.replace("\n1", "\n0", 1).encode()), {})


def test_names_become_buses_and_a_circuit_is_called_like_its_file() -> None:
    text = b".i 3\n.o 2\n.ilb i_0_ i_1_ c\n.ob y[1] y[0]\n11- 10\n--1 01\n"
    netlist = read_pla(Source("some/add.v1.pla.gz", text), {})
    assert netlist.name == "add"
    assert [(bus.name, bus.width, bus.places) for bus in netlist.inputs] == [
        ("i", 2, ()),
        ("c", 1, ()),
    ]
    assert [(bus.name, bus.nets) for bus in netlist.outputs] == [("y", ("c", "y[1]"))]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (".ilb a a\n", "t.pla:3:6: 'a' is an input twice; name every input once"),
        (".ob y y\n", "t.pla:3:5: 'y' is an output twice; name every output once"),
    ],
)
def test_names_that_are_given_twice(names: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_pla(Source("t.pla", f".i 2\n.o 2\n{names}11 11\n".encode()), {})
    assert str(caught.value) == message


# Gates

SEGMENTS = """
# Which of the segments a to g of a display are lit for a decimal digit; ten and more are not digits.
.i 4
.o 7
.ilb d3 d2 d1 d0
.ob a b c d e f g
0000 1111110
0001 0110000
0010 1101101
0011 1111001
0100 0110011
0101 1011011
0110 1011111
0111 1110000
1000 1111111
1001 1111011
101- -------
11-- -------
"""


def test_a_gate_with_dont_cares(plugins: Plugins) -> None:
    gate = read_pla_gate(Source("Seven_Segment.pla", SEGMENTS.encode()))
    assert gate.name == "seven-segment"
    assert (gate.table.inputs, gate.table.outputs) == (("d3", "d2", "d1", "d0"), tuple("abcdefg"))
    assert gate.table.cares == (0x3FF,) * 7
    lit = [line.split()[1] for line in SEGMENTS.splitlines() if line[:1] in ("0", "1")][:10]
    for output, ones in enumerate(gate.table.ones):
        assert ones == sum(int(row[output]) << digit for digit, row in enumerate(lit))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("xor5.pla", "xor5"),
        ("a/b/My Gate (2).PLA.gz", "my-gate-2"),
        ("_x__y_.pla", "x-y"),
        ("half-adder", "half-adder"),
    ],
)
def test_a_gate_is_called_like_its_file(path: str, name: str) -> None:
    given = source([("11", "1")])
    assert read_pla_gate(Source(path, given.data)).name == name
    assert read_pla_gate(Source(path, given.data), "other").name == "other"


@pytest.mark.parametrize("path", ["5xp1.pla", "-.pla", ".pla", "ß.pla"])
def test_a_file_whose_name_gives_none_for_a_gate(path: str) -> None:
    given = source([("11", "1")])
    with pytest.raises(FormatError) as caught:
        read_pla_gate(Source(path, given.data))
    assert str(caught.value) == (
        f"{path}: no name for a gate can be made of it; name the gate, beginning with a letter"
    )


def test_a_name_that_is_none_for_a_gate() -> None:
    with pytest.raises(UsageError) as caught:
        read_pla_gate(source([("11", "1")]), "My_gate")
    assert str(caught.value) == (
        "'My_gate' is not a name for a gate; use kebab-case, as in 'half-adder'"
    )


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (".i 17\n.o 1\n", "1:1: a gate has at most 16 inputs, not 17; read the file as a circuit"),
        (
            ".i 16\n.o 1025\n",
            "2:1: 1025 outputs of 65536 rows are too large a table for a gate; read the file as a circuit",
        ),
        (
            ".i 2\n.o 1\n.ilb a b[0]\n",
            "3:8: 'b[0]' is not the name of a gate's port; use letters, digits and _, as in 'carry_out'",
        ),
        (
            ".i 2\n.o 1\n.ob 1st\n",
            "3:5: '1st' is not the name of a gate's port; use letters, digits and _, as in 'carry_out'",
        ),
        (
            ".i 2\n.o 1\n.ilb a b\n.ob b\n",
            "4:5: 'b' names two ports; give every port its own name",
        ),
    ],
)
def test_a_table_that_is_no_gate(head: str, message: str) -> None:
    inputs, outputs = (int(line.split()[1]) for line in head.splitlines()[:2])
    with pytest.raises(FormatError) as caught:
        read_pla_gate(Source("t.pla", f"{head}{'1' * (inputs + outputs)}\n".encode()))
    assert str(caught.value) == f"t.pla:{message}"


def test_a_gate_of_sixteen_inputs() -> None:
    table = read_pla_gate(source([("1" * 16, "1"), ("0" + "-" * 15, "-")])).table
    assert table.ones == (1 << 65535,)
    assert table.cares == (((1 << 32768) - 1) << 32768,)


# Public files


@pytest.mark.skipif(not FILES, reason="GATEWRIGHT_BENCHMARKS names no folder of PLA files")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("widest", [3, 6])
def test_public_files_as_circuits_and_as_gates(path: Path, widest: int) -> None:
    lines = [line.split() for line in path.read_text().splitlines()]
    rows = [(words[0], words[1]) for words in lines if words and words[0][0] != "."]
    netlist = read_pla(read_source(path), {}, widest=widest)
    patterns = list(itertools.product((0, 1), repeat=len(rows[0][0])))
    names = {words[0]: words[1:] for words in lines if words}
    # Every pin by its name, as buses may be in another order than the file.
    ins = [names[".ilb"].index(bit) for bus in netlist.inputs for bit in bus.bits]
    outs = [names[".ob"].index(bit) for bus in netlist.outputs for bit in bus.bits]
    wanted = np.array(on_set(rows, patterns))
    got = computed(netlist, np.array(patterns)[:, ins].tolist())
    assert got == wanted[:, outs].tolist()
    table = read_pla_gate(read_source(path), "public").table
    assert table.inputs == tuple(names[".ilb"])
    assert all(care == (1 << len(patterns)) - 1 for care in table.cares)
    assert table.values.tolist() == wanted.tolist()


def test_a_table_that_says_it_has_no_rows_is_0_everywhere() -> None:
    text = b".i 2\n.o 1\n.p 0\n.e\n"
    assert read_pla_gate(Source("zero.pla", text)).table.ones == (0,)
    (only,) = read_pla(Source("zero.pla", text), None).instances
    assert only.gate == "lut1-0"
