"""Words of other programs in ``.bench``: constants, rails, multiplexers, comparisons."""

import pytest

from gatewright.circuits.spec import file_circuit
from gatewright.errors import FormatError
from gatewright.formats.bench.reader import read_bench
from gatewright.formats.model.source import Source

HEAD = "INPUT(s)\nINPUT(a)\nINPUT(b)\nOUTPUT(y)\n"


def rows(text: str) -> str:
    """The output for s, a, b from 000 to 111."""
    circuit = file_circuit(read_bench(Source("t.bench", (HEAD + text).encode()), {}), "t")
    return "".join(str(circuit.run(s=row >> 2, a=row >> 1 & 1, b=row & 1)["y"]) for row in range(8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y = MUX(s, a, b)", "01010011"),  # read_bench of ABC 1.01 writes the cover 0-1, 11- of it
        ("y = mux (s,a,b)", "01010011"),
        ("y = NXOR(a, b)", "10011001"),
        ("y = nxor(s, a, b)", "10010110"),
        ("y = IFF(a)", "00110011"),
        ("y = GT(a, b)", "00100010"),
        ("y = LT(a, b)", "01000100"),
        ("y = GEQ(a, b)", "10111011"),
        ("y = LEQ(a, b)", "11011101"),
        ("y = LIFF(a, b)", "00110011"),
        ("y = RIFF(a, b)", "01010101"),
        ("y = LNOT(a, b)", "11001100"),
        ("y = RNOT(a, b)", "10101010"),
    ],
)
def test_gates_of_other_programs(text: str, expected: str) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize("kind", ["XNOR", "NXOR", "nxor"])
def test_a_wide_gate_is_called_by_any_of_its_names(kind: str) -> None:
    names = [f"i{place}" for place in range(9)]
    head = "".join(f"INPUT({name})\n" for name in names)
    text = f"{head}OUTPUT(y)\ny = {kind}({', '.join(names)})"
    made = file_circuit(read_bench(Source("t.bench", text.encode()), {}), "t")
    for ones in range(10):
        bits = {name: int(place < ones) for place, name in enumerate(names)}
        assert made.run(**bits) == {"y": 1 - ones % 2}


ONES = ["VDD", "VCC", "CONST1", "TIE1", "ALWAYS_TRUE"]
ZEROS = ["GND", "VSS", "CONST0", "TIE0", "ALWAYS_FALSE"]


@pytest.mark.parametrize(
    ("word", "bit"), [*((one, 1) for one in ONES), *((zero, 0) for zero in ZEROS)]
)
def test_constants(word: str, bit: int) -> None:
    for text in (word, word.lower(), f"{word}()", f"{word} ( )", f"{word.lower()}(\n)"):
        assert rows(f"k = {text}\ny = XOR(a, k)") == ("11001100" if bit else "00110011")


@pytest.mark.parametrize(
    ("net", "bit"), [("vdd", 1), ("VDD", 1), ("vcc", 1), ("gnd", 0), ("GND", 0), ("vss", 0)]
)
def test_rails_are_constants_where_nothing_drives_them(net: str, bit: int) -> None:
    assert rows(f"y = XOR(a, {net})") == ("11001100" if bit else "00110011")
    assert rows(f"y = XOR(a, {net})\n{net} = NOT(a)") == "11111111"
    given = read_bench(Source("t.bench", f"INPUT({net})\nOUTPUT(y)\ny = NOT({net})".encode()), {})
    assert [each.inputs for each in given.instances] == [(net,)]


def test_a_rail_may_be_an_output() -> None:
    netlist = read_bench(Source("t.bench", b"INPUT(a)\nOUTPUT(vdd)\nOUTPUT(y)\ny = NOT(a)"), {})
    assert file_circuit(netlist, "t").run(a=1) == {"vdd": 1, "y": 0}


def test_names_that_only_hold_a_rail_are_names() -> None:
    with pytest.raises(FormatError, match="'vdd2' is read here, and nothing drives it"):
        rows("y = AND(a, vdd2)")


def test_a_register_that_reads_a_rail_is_a_register() -> None:
    netlist = read_bench(Source("t.bench", (HEAD + "y = DFF(vdd)").encode()), {})
    (register,) = netlist.registers
    assert (register.name, register.initial) == ("y", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y = MUX(a, b)", "'y = MUX' has 2 inputs; MUX has 3"),
        ("y = GT(a)", "'y = GT' has 1 inputs; GT has 2"),
        ("y = AND()", "'y = AND\\(\\)' names no net in its parentheses; as in y = AND"),
        ("y = AND( \n )", "names no net in its parentheses"),
        ("INPUT()", "names no net in its parentheses"),
        ("VDD()", "VDD"),
    ],
)
def test_what_is_none_of_them_is_refused(text: str, expected: str) -> None:
    with pytest.raises(FormatError, match=expected):
        rows(text)
