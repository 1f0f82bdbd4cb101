"""BLIF as it is read: every statement, every way to write it, and every way to get it wrong."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

import gatewright.formats.blif.reader as module
from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import counting_patterns
from gatewright.plugins.manager import Plugins

AND = ".names a b y\n11 1\n"


def read(text: str, gates: dict[str, GateSpec] | None = None, *, path: str = "t.blif") -> Netlist:
    return read_blif(Source(path, text.encode()), gates or {})


def body(text: str, inputs: str = "a b", outputs: str = "y") -> Netlist:
    """The circuit of a file with this in its model, from line 4 on."""
    return read(f".model t\n.inputs {inputs}\n.outputs {outputs}\n{text}\n.end\n")


def refusal(text: str, *, path: str = "t.blif") -> str:
    with pytest.raises(FormatError) as caught:
        read(text, path=path)
    said = str(caught.value)
    assert "\n" not in said
    assert caught.value.hint
    return said


def body_refusal(text: str, inputs: str = "a b", outputs: str = "y") -> str:
    return refusal(f".model t\n.inputs {inputs}\n.outputs {outputs}\n{text}\n.end\n")


def rows(netlist: Netlist) -> list[int]:
    """The first output for every pattern, the first input bit least significant."""
    width = len(netlist.input_nets)
    engine = ExactEngine(compile_netlist(netlist))
    found: list[int] = engine.outputs(counting_patterns(0, 1 << width, width))[:, 0].tolist()
    return found


# Covers


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        ("11 1", [0, 0, 0, 1]),
        ("11 0", [1, 1, 1, 0]),
        ("1- 1\n-1 1", [0, 1, 1, 1]),
        ("1- 1\n1- 1\n11 1", [0, 1, 0, 1]),
        ("1- 0\n-1 0", [1, 0, 0, 0]),
        ("-- 1", [1, 1, 1, 1]),
        ("-- 0", [0, 0, 0, 0]),
        ("", [0, 0, 0, 0]),
        ("01 1\n10 1", [0, 1, 1, 0]),
        ("10 1", [0, 1, 0, 0]),
        ("\t1-   1  # more\n\n  # nothing\n -1\t1", [0, 1, 1, 1]),
    ],
)
def test_a_cover_of_two_inputs(cover: str, expected: list[int]) -> None:
    assert rows(body(f".names a b y\n{cover}")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".names y\n1", [1, 1]),
        (".names y\n1\n1", [1, 1]),
        (".names y\n0", [0, 0]),
        (".names y", [0, 0]),
        (".names a y\n0 1", [1, 0]),
        (".names a y\n1 1", [0, 1]),
        (".names a y\n0 0", [0, 1]),
        (".names a y\n- 1", [1, 1]),
        (".names a y", [0, 0]),
        (".names a a y\n01 1\n10 1", [0, 0]),
        (".names a a y\n-1 1", [0, 1]),
        (".conn a y", [0, 1]),
        (".barbuf a y", [0, 1]),
        (".names a n\n0 1\n.conn n y", [1, 0]),
    ],
)
def test_a_function_of_one_input(text: str, expected: list[int]) -> None:
    assert rows(body(text, "a")) == expected


@examples(30)
@given(st.data())
def test_covers_of_any_width(data: st.DataObject) -> None:
    inputs = data.draw(st.integers(1, 10))
    rows_ = data.draw(st.lists(st.text("01-", min_size=inputs, max_size=inputs), max_size=9))
    value = data.draw(st.integers(0, 1))
    names = [f"i{place}" for place in range(inputs)]
    cover = "".join(f"{row} {value}\n" for row in rows_)
    netlist = body(f".names {' '.join(names)} y\n{cover}", " ".join(names))
    for bits, got in zip(
        counting_patterns(0, 1 << inputs, inputs).tolist(), rows(netlist), strict=True
    ):
        met = any(
            all(sign in ("-", str(bit)) for sign, bit in zip(row, bits, strict=True))
            for row in rows_
        )
        assert got == (value if met else (1 - value) * bool(rows_))


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        ("111 1", "5:1: '111 1' is not a row of 2 inputs and one output"),
        ("1 1", "5:1: '1 1' is not a row of 2 inputs and one output"),
        ("111", "5:1: '111' is not a row of 2 inputs and one output"),
        ("11", "5:1: '11' is not a row of 2 inputs and one output"),
        ("11 1 1", "5:1: '11 1 1' is not a row of 2 inputs and one output"),
        ("1 1 1", "5:1: '1 1 1' is not a row of 2 inputs and one output"),
        ("11 1\n\n  # c\n   1\t1", "8:4: '1 1' is not a row of 2 inputs and one output"),
        ("11 2", "5:1: '11 2' gives '2'"),
        ("11 -", "5:1: '11 -' gives '-'"),
        ("11 11", "5:1: '11 11' gives '11'"),
        ("1x 1", "5:1: '1x 1' has the character 'x'"),
        ("11 1\n1x 1\n11 1\n1x 1", "6:1: '1x 1' has the character 'x'"),
        ("2~ 1", "5:1: '2~ 1' has the character '2'"),
        ("1٠ 1", "5:1: '1٠ 1' has the character '٠'"),
        ("11 1\n00 0", "6:1: '00 0' is of the other set than the rows before it"),
        ("11 0\n00 1", "6:1: '00 1' is of the other set than the rows before it"),
        ("11 1\n11 0", "6:1: '11 0' is of the other set than the rows before it"),
    ],
)
def test_a_row_that_is_none_is_refused(cover: str, expected: str) -> None:
    hint = "a row is a character 0, 1 or - for each input, a space, and 0 or 1"
    if "other set" in expected:
        hint = "list ones or zeros"
    assert body_refusal(f".names a b y\n{cover}") == f"t.blif:{expected}; {hint}"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("111111 1", "is not a row of 7 inputs and one output"),
        ("11111111 1", "is not a row of 7 inputs and one output"),
        ("1111111", "is not a row of 7 inputs and one output"),
        ("1111111 x", "gives 'x'"),
        ("11111z1 1", "has the character 'z'"),
        ("1111111 0", "is of the other set than the rows before it"),
    ],
)
def test_a_row_of_a_wide_cover_that_is_none_is_refused(row: str, what: str) -> None:
    nets = "a b c d e f g"
    said = body_refusal(f".names {nets} y\n------- 1\n {row}", nets)
    assert said.startswith(f"t.blif:6:2: '{row}' {what};")


@pytest.mark.parametrize("row", ["- 1", "11", "1 1", "x", "2"])
def test_a_row_of_a_constant_that_is_none_is_refused(row: str) -> None:
    assert body_refusal(f".names y\n{row}").startswith(f"t.blif:5:1: '{row}' ")


def test_the_same_cover_is_refused_each_time_it_is_wrong() -> None:
    assert body_refusal(f"{AND}.names b a z\n11 1\n.names a b w\n111 1").startswith("t.blif:9:1:")


# How it is written


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_any_system(end: str, mark: str) -> None:
    text = mark + f".model t\n.inputs a b\n.outputs y\n{AND}.end".replace("\n", end)
    for last in ("", end):
        assert rows(read(text + last)) == [0, 0, 0, 1]


@pytest.mark.parametrize(
    "text",
    [
        ".inputs a \\\nb\n.outputs y\n" + AND,
        ".inputs a \\\n\\\n\\\n  b\n.outputs y\n" + AND,
        ".inputs a\\\nb\n.outputs y\n" + AND,
        ".inputs a \\   \nb\n.outputs y\n" + AND,
        ".inputs a \\\t# the first\nb # the second\n.outputs y\n" + AND,
        ".inputs \\\n a b\n.outputs y \\\n\n" + AND,
        "\\\n.inputs a b\n.outputs \\\n\\\ny\n" + AND,
        ".inputs a\n.inputs b\n.outputs\n.outputs y\n" + AND,
        ".input a b\n.output y\n" + AND,
        ".inputs a b\n.outputs y\n.names \\\na b y\n1\\\n1 1\n".replace("1\\\n1 1", "11 \\\n1"),
        ".inputs a b # c \\\n.outputs y\n" + AND,
        ".inputs a b\n.outputs y\n" + AND + ".end \\\n",
        ".inputs a b\n.outputs y\n" + AND + ".end \\",
        ".inputs a b\n.outputs y\n" + AND + "\\",
        ".inputs a b\n.outputs y\n" + AND + "\\\n",
        ".inputs a b\n.outputs y\n" + AND + "\\\n\\\n# nothing",
        "#.inputs c\n.inputs a b#.inputs c\n.outputs y\n" + AND,
        ".inputs a\xa0b\n.outputs y\n" + AND,
    ],
)
def test_the_same_circuit_written_otherwise(text: str) -> None:
    for head in (".model t\n", ""):
        netlist = read(head + text)
        assert [bus.name for bus in netlist.inputs] == ["a", "b"]
        assert rows(netlist) == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        (".model one\n", "two.blif", "one"),
        (".model one two\n", "two.blif", "one"),
        (".model\n", "folder/two.blif.gz", "two"),
        ("", "folder/two.v1.blif", "two"),
        ("", ".blif", "circuit"),
    ],
)
def test_a_circuit_is_named_after_its_model_or_its_file(text: str, path: str, name: str) -> None:
    netlist = read(f"{text}.inputs a b\n.outputs y\n{AND}", path=path)
    assert netlist.name == name


def test_what_says_nothing_of_the_function_is_read_past() -> None:
    lines = [
        ".area 3", ".delay a RISE 1 1 1 1 1 1", ".wire_load_slope 1", ".wire 1 2",
        ".input_arrival a 1 1", ".default_input_arrival 1 1", ".output_required y 1 1",
        ".default_output_required 1 1", ".input_drive a 1 1", ".default_input_drive 1 1",
        ".output_load y 1", ".default_output_load 1", ".max_input_load 1", ".default_max_input_load 1",
        ".clock_event 50 r'clk", ".cycle 100", '.attr src "top.v:1"', ".param WIDTH 1", ".cname $and$1",
        ".and_gate_delay 1.5", ".input_required a 1 1", ".output_arrival y 1 1", ".attrib keep", ".no_merge",
        ".latch_order q", ".gateinit q=1",
    ]  # fmt: skip
    for line in lines:
        assert rows(body(f"{line}\n{AND}{line}")) == [0, 0, 0, 1]
        assert rows(read(f"{line}\n.model t\n.inputs a b\n.outputs y\n{AND}.end\n{line}\n"))
    # between a .names and its rows they would part them
    assert body_refusal(".names a b y\n.area 3\n11 1").startswith(
        "t.blif:6:1: '11' is neither a statement nor a row of a .names above it;"
    )


def test_outside_dont_cares_are_looked_at_and_not_used() -> None:
    netlist = body(f"{AND}.exdc\n.inputs a b\n.outputs y\n.names a b y\n00 1\n")
    assert rows(netlist) == [0, 0, 0, 1]
    assert body_refusal(f"{AND}.exdc\n.names a b y\n0 1").startswith(
        "t.blif:8:1: '0 1' is not a row"
    )
    assert rows(read(f".inputs a b\n.outputs y\n{AND}.exdc\n")) == [0, 0, 0, 1]


def test_a_clock_is_an_input() -> None:
    netlist = read(f".model t\n.inputs a b\n.clock c\n.outputs y\n{AND}")
    assert [bus.name for bus in netlist.inputs] == ["a", "b", "c"]


def test_ports_keep_the_order_of_the_file() -> None:
    netlist = body(
        ".names a[1] y\n1 1\n.names c z\n0 1", inputs="a[1] c b<3> a[0] b<2>", outputs="z y"
    )
    assert [(bus.name, bus.bits) for bus in netlist.inputs] == [
        ("a", ("a[0]", "a[1]")), ("c", ("c",)), ("b", ("b<2>", "b<3>")),
    ]  # fmt: skip
    assert [bit for bit, _ in port_bits(netlist.inputs)] == ["a[1]", "c", "b<3>", "a[0]", "b<2>"]
    assert port_bits(netlist.outputs) == [("z", "z"), ("y", "a[1]")]


def test_an_output_may_be_an_input() -> None:
    netlist = read(".model t\n.inputs a b\n.outputs a y\n.names b y\n0 1\n.end\n")
    assert [bus.nets for bus in netlist.outputs] == [("a",), ("y",)]
    assert rows(netlist) == [0, 1, 0, 1]


def test_odd_names_are_names() -> None:
    names = [".a", "=", "a=b", "1", "-", "\\x", "[", "é", "a/b", "((", "0"]
    text = f".names {' '.join(names)} y\n{'1' * len(names)} 1"
    netlist = body(text, " ".join(names))
    assert [bit for bit, _ in port_bits(netlist.inputs)] == names
    assert rows(netlist)[-1] == 1
    assert sum(rows(netlist)) == 1


# Models


INVERTER = ".model inv\n.inputs a\n.outputs y\n.names a y\n0 1\n.end\n"


def test_a_model_may_come_after_its_use_and_before_other_uses() -> None:
    top = ".model t\n.inputs a b\n.outputs y\n.subckt inv a=a y=n\n.subckt two a=n y=y\n.end\n"
    two = ".model two\n.inputs a\n.outputs y\n.subckt inv y=n a=a\n.subckt inv a=n y=y\n.end\n"
    for text in (top + INVERTER + two, top + two + INVERTER):
        netlist = read(text)
        assert rows(netlist) == [1, 0, 1, 0]
        assert [each.name for each in netlist.instances] == ["n", "two-2/n", "y"]


def test_the_first_model_is_the_circuit() -> None:
    assert rows(read(INVERTER + ".model t\n.inputs a\n.outputs y\n.subckt inv a=a y=y\n")) == [1, 0]


def test_a_model_may_begin_without_an_end() -> None:
    text = ".model t\n.inputs a\n.outputs y\n.subckt inv a=a y=y\n" + INVERTER
    assert rows(read(text)) == [1, 0]


def test_registered_gates_are_placed_by_name(plugins: Plugins) -> None:
    text = (
        ".model t\n.inputs a b c\n.outputs s cout\n"
        ".gate full-adder cin=c a=a b=b sum=s cout=cout\n.subckt half-adder a=a b=b carry=n\n"
    )
    netlist = read(text, dict(plugins.gates))
    assert [(each.gate, each.outputs) for each in netlist.instances] == [
        ("full-adder", ("cout", "s")), ("half-adder", ("n", "half-adder-2/sum")),
    ]  # fmt: skip
    assert rows(netlist) == [0, 1, 1, 0, 1, 0, 0, 1]


def test_a_gate_that_several_outputs_are_driven_by() -> None:
    text = (
        ".model t\n.inputs a b\n.outputs y z w\n.subckt ha a=a b=b s=y c=z\n.names y w\n1 1\n.end\n"
        ".model ha\n.inputs a b\n.outputs s c\n.names a b s\n01 1\n10 1\n.names a b c\n11 1\n.end\n"
    )
    netlist = read(text)
    assert [(each.gate, each.outputs) for each in netlist.instances] == [("lut2-6-8", ("y", "z"))]
    assert [bus.nets for bus in netlist.outputs] == [("y",), ("z",), ("y",)]


def nested(count: int, last: str = "") -> str:
    """Models of which each holds the next; the last one is an inverter, or holds another."""
    made = [
        f".model m{place}\n.inputs a\n.outputs y\n.subckt m{place + 1} a=a y=y\n.end\n"
        for place in range(count - 1)
    ]
    end = f".subckt {last} a=a y=y" if last else ".names a y\n0 1"
    return f"{''.join(made)}.model m{count - 1}\n.inputs a\n.outputs y\n{end}\n.end\n"


def test_models_may_be_nested_to_a_bound() -> None:
    assert rows(read(nested(257))) == [1, 0]
    assert refusal(nested(258)) == (
        "t.blif:1281:8: 'm256' lies more than 256 models deep; flatten the file"
    )


def test_models_that_hold_themselves_are_refused() -> None:
    assert refusal(nested(1, "m0")) == (
        "t.blif:4:9: 'm0' holds itself: m0 → m0; a model may place any model but those it is part of"
    )
    assert "t.blif:14:9: 'm1' holds itself: m1 → m2 → m1;" in refusal(nested(3, "m1"))


def test_models_that_double_are_refused_at_once() -> None:
    text = "".join(
        f".model m{place}\n.inputs a\n.outputs y\n"
        f".subckt m{place + 1} a=a y=n\n.subckt m{place + 1} a=n y=y\n.end\n"
        for place in range(30)
    ) + INVERTER.replace("inv", "m30")
    begin = time.process_time()
    assert "makes a circuit of more than 4000000 gates; split the circuit" in refusal(text)
    assert time.process_time() - begin < 5


@pytest.mark.exhaustive
@pytest.mark.skipif(
    sys.platform != "linux", reason="memory is measured in kilobytes on Linux alone"
)
def test_a_million_models_are_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.blif"
    with path.open("w") as file:
        for place in range(10**6):
            file.write(
                f".model m{place}\n.inputs a\n.outputs y\n.subckt m{place + 1} a=a y=y\n.end\n"
            )
    script = (
        "import re, resource, sys\n"
        "from pathlib import Path\n"
        "from gatewright.errors import FormatError\n"
        "from gatewright.formats.blif.reader import read_blif\n"
        "from gatewright.formats.model.source import read_source\n"
        "try:\n"
        "    read_blif(read_source(Path(sys.argv[1])), {})\n"
        "except FormatError as error:\n"
        "    print(error)\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        # Not ru_maxrss, which begins with what the process had that started this one.
        "most = re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1]\n"
        "print(used.ru_utime + used.ru_stime, most)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, timeout=300
    )
    assert done.stderr == ""
    said, used = done.stdout.splitlines()
    assert said.endswith(
        ":500001:8: 'm100000' is one model more than the 100000 that are read; split the file"
    )
    seconds, kilobytes = map(float, used.split())
    assert seconds < 30  # four on a free core
    assert kilobytes < 1_000_000


def test_small_files_stay_small() -> None:
    # A hundred thousand rows that say the same are one.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert rows(body(".names a b y\n" + "11 1\n" * 100_000)) == [0, 0, 0, 1]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


# What no circuit can be read from


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: there is no .model; write BLIF, or name its format"),
        ("# nothing\n\n", "1:1: there is no .model; write BLIF, or name its format"),
        (".end\n.area 3\n", "1:1: there is no .model; write BLIF, or name its format"),
        ("\\\n\\\n", "1:1: there is no .model; write BLIF, or name its format"),
        (".model t\n", "1:8: 't' is a model without .outputs; name at least one"),
        (".model t\n.inputs a\n.names a y\n0 1", "1:8: 't' is a model without .outputs; name at least one"),
        (".model t\n.outputs\n.end", "1:8: 't' is a model without .outputs; name at least one"),
        (".outputs y\n.model u\n.inputs a", " there is no input, so nothing to compute; name at least one"),
        (".model t\n.outputs y\n.names y\n1", None),
        (".model t\n.inputs a b c\n.inputs d b\n", "3:11: 'b' is an input twice; name every input once"),
        (".model t\n.inputs a\n.clock b b\n", "3:8: 'b' is an input twice; name every input once"),
        (".model t\n.outputs y \\\n z \\\n y\n", "2:10: 'y' is an output twice; name every output once"),
        (
            ".model t\n.outputs y\n.end\n.model u\n.end\n.model t\n",
            "6:8: 't' is a second model of this name; line 1 has the first; rename it",
        ),
        (
            ".model t\n.outputs y\n.end\n\n.inputs a\n",
            "5:1: '.inputs' stands after .end and before any .model; begin a model with .model",
        ),
        (
            ".model t\n.outputs y\n.end\n.names a y\n",
            "4:1: '.names' stands after .end and before any .model; begin a model with .model",
        ),
        (
            ".model t\n.outputs y\n.end\n  .exdc\n",
            "4:3: '.exdc' stands after .end and before any .model; begin a model with .model",
        ),
    ],
)  # fmt: skip
def test_a_file_without_a_circuit_is_refused(text: str, expected: str | None) -> None:
    assert refusal(text) == (
        "t.blif: there is no input, so nothing to compute; name at least one"
        if expected is None
        else f"t.blif:{expected}"
    )


STATEMENTS = "expected .model, .inputs, .outputs, .names, .subckt or .end"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".names", "4:1: '.names' names no net; as in .names a b y"),
        (" .names \\\n\n", "4:2: '.names' names no net; as in .names a b y"),
        ("11 1", f"4:1: '11' is neither a statement nor a row of a .names above it; {STATEMENTS}"),
        ("names a y", f"4:1: 'names' is neither a statement nor a row of a .names above it; {STATEMENTS}"),
        ("\t.nmaes a y", f"4:2: '.nmaes' is not a statement of BLIF; {STATEMENTS}"),
        (".", f"4:1: '.' is not a statement of BLIF; {STATEMENTS}"),
        (".NAMES a y", f"4:1: '.NAMES' is not a statement of BLIF; {STATEMENTS}"),
        (".subckt", "4:1: '.subckt' names no model; as in .subckt and a=x b=y"),
        (".gate", "4:1: '.gate' names no model; as in .gate and a=x b=y"),
        (".subckt m a", "4:11: 'a' joins no port to a net; as in a=x"),
        (".subckt m a= b", "4:11: 'a=' joins no port to a net; as in a=x"),
        (".subckt m =a", "4:11: '=a' joins no port to a net; as in a=x"),
        (".subckt m a=b \\\n  a=c", "5:3: 'a=c' joins port 'a' twice; join it once"),
        (".conn a", "4:1: '.conn' joins two nets; as in .conn a b"),
        (".barbuf a b c", "4:1: '.barbuf' joins two nets; as in .barbuf a b"),
        (".latch a", "4:1: '.latch' is not a register; as in .latch next state re clock 0"),
        (".latch a b c d e f", "4:1: '.latch' is not a register; as in .latch next state re clock 0"),
        (
            ".mlatch x a=a q=y clk 0",
            "4:1: '.mlatch' is a register of a library; .latch is read; write plain .names",
        ),
        (".start_kiss", "4:1: '.start_kiss' begins a state machine, which cannot be read; write plain .names"),
        (
            ".search lib.blif",
            "4:1: '.search' takes models from another file, and one file is read; write plain .names",
        ),
        (".blackbox", "4:1: '.blackbox' makes this model one of unknown function; write plain .names"),
    ],
)  # fmt: skip
def test_a_statement_that_is_none_is_refused(text: str, expected: str) -> None:
    assert body_refusal(text) == f"t.blif:{expected}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".names a ghost y\n11 1", "4:10: 'ghost' is read here, and nothing drives it;"),
        (".names carry a y\n11 1\n.names a b cary\n11 1", "4:8: 'carry' is read here, and nothing drives it; "
         "did you mean 'cary'? else make it an input"),
        (".names ghost y\n1 1", "4:8: 'ghost' is read here, and nothing drives it;"),
        (".conn n y\n.conn ghost n", "5:7: 'ghost' is read here, and nothing drives it;"),
        ("", "3:10: 'y' is read here, and nothing drives it;"),
        (".names a b z\n11 1", "3:10: 'y' is read here, and nothing drives it;"),
        (f"{AND}.names b a y\n11 1", "6:12: 'y' is driven a second time; line 4 drives it;"),
        (f"{AND}.names a y\n1 1", "6:10: 'y' is driven a second time; line 4 drives it;"),
        (f".names a y\n1 1\n{AND}", "6:12: 'y' is driven a second time; line 4 drives it;"),
        (
            f".names {'a ' * 7}y\n{'1' * 7} 1\n{AND}",
            "6:12: 'y' is driven a second time; line 4 drives it;",
        ),
        (f"{AND}.names a b\n0 1", "6:10: 'b' is driven here, and is an input by line 2;"),
        (f"{AND}.names a b\n1 1", "6:10: 'b' is driven here, and is an input by line 2;"),
        (".names a y y\n11 1", "4:1: there is a cycle: y → y;"),
        (".names y y\n1 1", "4:1: there is a cycle: y → y;"),
        (".names n y\n1 1\n.names a y n\n11 1", "6:1: there is a cycle: n → n;"),
        (".latch a y re clk 0", "4:15: 'clk' is a clock, and is not an input; name it among the inputs"),
        (".latch a y ah b 0", "4:12: 'ah' is a latch, which no edge of a clock moves; re (rising) and fe"),
        (".latch a y xx b 0", "4:12: 'xx' is not a kind of register; re (rising) and fe (falling) are read"),
        (".latch a y 5", "4:12: '5' is not what a register holds first; 0, 1, 2 or 3"),
        (f"{AND}.latch a q re b\n", "4:10: 'b' is the clock, and is read by a gate"),
        (
            ".subckt none a=a y=y",
            "4:9: 'none' is neither a model of this file nor a registered gate;",
        ),
        (f"{AND}.subckt t a=a b=b y=z", "6:9: 't' holds itself: t → t;"),
        (f"{AND}.subckt t a=a y=z", "6:9: 't' is placed without its input 'b';"),
        (f"{AND}.subckt t a=a b=b z=y", "6:19: 'z' is not a port of 't'; its ports are a, b, y"),
    ],
)  # fmt: skip
def test_what_is_no_circuit_is_refused_where_it_is(text: str, expected: str) -> None:
    assert body_refusal(text).startswith(f"t.blif:{expected}")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_are_counted_alike_in_files_of_any_system(end: str, mark: str) -> None:
    text = ".inputs a b a\n.outputs y\n"
    assert refusal(mark + text.replace("\n", end)).startswith("t.blif:1:9: 'a' is an input twice;")
    text = f".inputs a b \\\n  c\n.outputs y\n{AND}.names c \\\n ghost z\n11 1\n"
    assert refusal(mark + text.replace("\n", end)).startswith("t.blif:7:2: 'ghost' is read here")


def test_what_is_no_text_or_a_web_page_is_refused() -> None:
    for data, expected in (
        (b".model t\n\0", "t.blif:2:1: a byte 0x00 is not text;"),
        (b".model t\n.inputs \xff", "t.blif:2:1: a byte 0xff is not text in UTF-8;"),
        (b"\n<!DOCTYPE html>\n", "t.blif:2:1: '<!DOCTYPE html>' begins a web page"),
        (b"<html><head>", "t.blif:1:1: '<html><head>' begins a web page"),
    ):
        with pytest.raises(FormatError) as caught:
            read_blif(Source("t.blif", data), {})
        assert str(caught.value).startswith(expected)


def test_more_models_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_MODELS", 2)
    text = nested(2)
    assert rows(read(text)) == [1, 0]
    assert refusal(text + ".model one\n") == (
        "t.blif:12:8: 'one' is one model more than the 2 that are read; split the file"
    )


@examples(60)
@given(
    st.lists(
        st.sampled_from(
            [
                ".model m", ".model n", ".model", ".inputs a b", ".inputs a", ".outputs y", ".outputs y z",
                ".names a b y", ".names a y", ".names y", ".names z y", ".names y z", ".names", "11 1", "1 1",
                "0 1", "1", "0", "-- 0", ".end", ".exdc", ".subckt n a=a y=y", ".subckt m a=a y=z",
                ".subckt n a=y y=z", ".gate not a=a y=z", ".latch a y", ".conn a y", ".conn y z", "\\", "#",
                ".names a b a b a b a b y", "1-1-1-1- 1", "0------- 0", "", ".blackbox",
            ]
        ),
        max_size=14,
    ),
    st.sampled_from(["\n", " \\\n", "\n\n"]),
)  # fmt: skip
def test_any_statements_make_a_circuit_or_one_clear_error(
    plugins: Plugins, lines: list[str], end: str
) -> None:
    source = Source("t.blif", end.join([".model t", ".inputs a b", *lines]).encode())
    said = ""
    try:
        netlist = read_blif(source, plugins.gates)
    except FormatError as error:
        said = str(error)
    if said:
        assert said.startswith("t.blif:")
        assert said.isprintable()
    else:
        assert netlist.lint() == ()
        assert netlist.outputs
        assert netlist.inputs


def test_a_wide_cover_of_many_rows_takes_bounded_time() -> None:
    draw = np.random.default_rng(4)
    width = 200
    wide = ["".join(row) for row in draw.choice(list("01--------"), size=(1000, width))]
    names = " ".join(f"i{place}" for place in range(width))
    begin = time.process_time()
    netlist = body(f".names {names} y\n" + "".join(f"{row} 1\n" for row in wide), names)
    assert time.process_time() - begin < 30
    patterns = draw.integers(0, 2, (64, width), dtype=np.uint8)
    for place, row in enumerate(wide[:32]):
        for at, sign in enumerate(row):
            if sign != "-":
                patterns[place, at] = int(sign)
    got = ExactEngine(compile_netlist(netlist)).outputs(patterns)[:, 0].tolist()
    signs = np.array([list(row) for row in wide])
    for bits, value in zip(patterns, got, strict=True):
        agrees = (signs == "-") | (signs == bits.astype("U1"))
        assert value == agrees.all(1).any()
    assert got[:32] == [1] * 32
