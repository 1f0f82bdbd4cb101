"""Verilog that another reader understands: the evaluator of `tiny_verilog` shares no code with the writer."""

from __future__ import annotations

import re
import runpy
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from tests.strategies import COMBINATIONAL

from gatewright.arrays import Bits
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import NetlistError, UsageError
from gatewright.formats.verilog.gate import gate_module
from gatewright.formats.verilog.names import LINE_WIDTH, identifier
from gatewright.formats.verilog.writer import write_verilog
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import table_rows
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

TINY = runpy.run_path(str(Path(__file__).parent / "tiny_verilog.py"))

SMALL = {"alu": {"bits": 2}, "divider": {"bits": 2}, "wallace-multiplier": {"bits": 3}}


def evaluate(text: str, inputs: Mapping[str, Bits]) -> dict[str, list[int]]:
    """The outputs of a written circuit."""
    return {name: bits.tolist() for name, bits in TINY["evaluate"](text, inputs).items()}


def patterns(netlist: Netlist) -> Bits:
    """Every pattern of a few inputs, some of many."""
    width = len(netlist.input_nets)
    if width <= 8:
        return table_rows(width)
    return np.random.default_rng(0).integers(0, 2, (200, width), dtype=np.uint8)


def written(bus: Bus) -> tuple[str, ...]:
    """What a bus's bits are called in Verilog: one wire is called by the bare name."""
    return (bus.name,) if bus.width == 1 and not bus.names else bus.bits


def check(netlist: Netlist) -> str:
    """Write a netlist, and compare what the text computes with what the netlist does."""
    text = write_verilog(netlist)
    given = patterns(netlist)
    bits = [bit for bus in netlist.inputs for bit in written(bus)]
    found = evaluate(text, dict(zip(bits, given.T, strict=True)))
    assert list(found) == [bit for bus in netlist.outputs for bit in written(bus)]
    wanted = ExactEngine(compile_netlist(netlist)).outputs(given)
    assert np.array_equal(np.array(list(found.values())).T, wanted)
    return text


def inverter(*, name: str = "inv", port: str = "in", out: str = "out") -> Netlist:
    spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    instance = Instance("turned", "not", ("net",), ("other",))
    return Netlist(
        name, {"not": spec}, (Bus(port, ("net",)),), (Bus(out, ("other",)),), (instance,)
    )


@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_builder_computes_the_same(plugins: Plugins, name: str) -> None:
    check(plugins.circuit(name).elaborate(SMALL.get(name, {}), plugins.gates).netlist)


def test_a_changed_sign_is_found(plugins: Plugins) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist
    text = write_verilog(netlist)
    broken, times = re.subn(r"= (\w+) & (\w+);", r"= \1 | \2;", text, count=1)
    assert times == 1
    names = [bit for bus in netlist.inputs for bit in written(bus)]
    inputs = dict(zip(names, patterns(netlist).T, strict=True))
    assert evaluate(broken, inputs) != evaluate(text, inputs)


def test_buses_are_vectors_and_bits_of_other_names_are_wires(plugins: Plugins) -> None:
    a = Bus("a", ("a[0]", "a[1]"), vector=True)
    high = Bus("h", ("h[4]", "h[5]"), vector=True, names=("h[4]", "h[5]"))
    odd = Bus("o", ("o<1>", "o<0>"), vector=True, names=("o<1>", "o<0>"))
    one = Bus("v", ("v[0]",), vector=True)
    nets = [*a.nets, *high.nets, *odd.nets, *one.nets]
    outputs = tuple(Bus(f"y{place}", (net,)) for place, net in enumerate(nets))
    text = check(Netlist("ports", {}, (a, high, odd, one), outputs, ()))
    assert r"module ports(a, h, \o<1> , \o<0> , v, y0, y1," in text
    for line in ("input [1:0] a;", "input [5:4] h;", r"input \o<1> ;", "input v;"):
        assert f"\n  {line}\n" in text


def test_ports_come_in_the_order_of_the_file() -> None:
    a = Bus("a", ("a[0]", "a[1]"), vector=True, places=(3, 1))
    b, c = Bus("b", ("b",), places=(0,)), Bus("c", ("c",), places=(2,))
    netlist = Netlist("order", {}, (a, b, c), (Bus("y", ("b",)),), ())
    assert "module order(b, a, c, y);" in check(netlist)


def test_names_are_escaped_and_do_not_collide() -> None:
    spec = GateSpec.from_function("nand", lambda a, b: 1 - a * b, inputs=("or", "b"), outputs="y")
    inputs = (Bus("wire", ("wire",)), Bus("1GAT(0)", ("1GAT(0)",)), Bus("s", ("s",)))
    outputs = (Bus("y", ("s[0]", "s[1]"), vector=True), Bus("logic", ("deep/net",)))
    instances = (
        Instance("g", "nand", ("wire", "1GAT(0)"), ("y[0]",)),  # a net called as another's bit is
        Instance("y", "nand", ("y[0]", "s"), ("two words",)),
        Instance("two_words", "nand", ("two words", "wire"), ("zwölf",)),
        Instance("h", "nand", ("zwölf", "y[0]"), ("s[0]",)),
        Instance("s[0]", "nand", ("s[0]", "s"), ("s[1]",)),
        Instance("i", "nand", ("s[1]", "wire"), ("deep/net",)),
    )
    text = check(Netlist("nand", {"nand": spec}, inputs, outputs, instances))
    assert r"module \nand (\wire , \1GAT(0) , s, y, \logic );" in text
    assert "module nand_gate(" in text
    assert r".\or (" in text
    assert text.isascii()


def test_a_gate_is_never_called_like_the_circuit() -> None:
    for name in ("not_gate", "not"):
        text = check(inverter(name=name))
        modules = re.findall(r"^module (.*)\(", text, re.M)
        assert len(set(modules)) == 2
    assert modules == [r"\not ", "not_gate"]


def test_what_is_no_name_in_a_circuits_name_is_replaced() -> None:
    assert check(inverter(name="zwei Wörter")).startswith("module zwei_W_rter(")
    assert check(inverter(name="")).startswith("module _(")


def test_wires_that_no_gate_drives_and_wires_with_two_names(plugins: Plugins) -> None:
    circuit = CircuitBuilder("names", plugins.gates)
    a, b = circuit.input("a"), circuit.input("b")
    both = circuit.gate("and", a, b)
    circuit.output("same", a)
    circuit.output("first", both)
    circuit.output_bus("again", [both, b])
    text = check(circuit.netlist())
    for line in ("assign same = a;", "assign again[0] = first;", "assign again[1] = b;"):
        assert f"  {line}\n" in text


@pytest.mark.parametrize("inputs", [7, 8, 10])
def test_gates_of_many_inputs(inputs: int) -> None:
    draw = np.random.default_rng(inputs)
    names = [f"i{pin}" for pin in range(inputs)]
    columns = [int(f"0x{draw.bytes((1 << inputs) // 8).hex()}", 16) for _ in range(2)]
    always = (1 << (1 << inputs)) - 1
    last = sum(1 << row for row in range(1, 1 << inputs, 2))
    ones = [*columns, 0, always, last, always ^ last]
    outputs = [f"o{pin}" for pin in range(len(ones))]
    table = TruthTable.from_integers(ones, names, outputs)
    text = "\n".join(gate_module("wide", table))
    rows = table_rows(inputs)
    found = evaluate(text, dict(zip(names, rows.T, strict=True)))
    assert np.array_equal(np.array([found[each] for each in outputs]).T, table.values)


def test_dont_cares_are_written_as_zero() -> None:
    table = TruthTable.from_rows(["1-", "-1", "01", "--"], inputs="ab", outputs="yz")
    circuit = CircuitBuilder("loose", {"loose-gate": GateSpec("loose-gate", table)})
    y, z = circuit.instance("loose-gate", circuit.input("a"), circuit.input("b"))
    circuit.output("y", y)
    circuit.output("z", z)
    text = check(circuit.netlist())
    assert "// y: 0001, the row in which all inputs are 1 first" in text
    rows = table_rows(2).T
    assert evaluate(text, {"a": rows[0], "b": rows[1]}) == {"y": [1, 0, 0, 0], "z": [0, 1, 1, 0]}


@pytest.mark.parametrize("bit", [0, 1])
def test_a_gate_that_listens_to_nothing(bit: int) -> None:
    spec = GateSpec.from_function("always", lambda _: bit, inputs="a", outputs="y")
    circuit = CircuitBuilder("constant", {"always": spec})
    circuit.output("z", circuit.gate("always", circuit.input("a")))
    assert f"assign y = 1'b{bit};" in check(circuit.netlist())


def test_every_gate_of_three_inputs() -> None:
    rows = table_rows(3)
    for ones in range(256):
        table = TruthTable.from_integers([ones, 255 ^ ones], "abc", "yz")
        found = evaluate("\n".join(gate_module("g", table)), dict(zip("abc", rows.T, strict=True)))
        assert found["y"] == [ones >> row & 1 for row in range(8)]
        assert found["z"] == [1 - bit for bit in found["y"]]


def test_an_input_and_another_output_of_one_name_are_refused() -> None:
    bits = Bus("b", ("x", "y"), vector=True, names=("a", "c"))
    netlist = Netlist("same", {}, (bits,), (Bus("a", ("y",)),), ())
    with pytest.raises(
        UsageError, match=r"two ports are called 'a', and Verilog tells .* rename one"
    ):
        write_verilog(netlist)


@pytest.mark.parametrize("port", ["two words", "zwölf", "tab\t", ""])
def test_a_port_that_verilog_cannot_hold_is_refused(port: str) -> None:
    with pytest.raises(UsageError, match="cannot be named so in Verilog; rename it: printable"):
        write_verilog(inverter(port=port))
    with pytest.raises(UsageError, match="cannot be named so in Verilog; rename it: printable"):
        write_verilog(inverter(out=port))


def test_what_is_no_circuit_is_refused() -> None:
    with pytest.raises(NetlistError, match="has no driver"):
        write_verilog(Netlist("open", {}, (Bus("a", ("a",)),), (Bus("y", ("y",)),), ()))


def test_long_lines_are_folded(plugins: Plugins) -> None:
    netlist = plugins.circuit("hex-display").elaborate({}, plugins.gates).netlist
    lines = write_verilog(netlist, comment="digits").splitlines()
    assert max(map(len, lines)) <= LINE_WIDTH == 100
    assert lines[0] == "// digits"


def test_the_comment_comes_first_line_by_line() -> None:
    assert write_verilog(inverter(), comment="one\ntwo") == "// one\n// two\n" + write_verilog(
        inverter()
    )


def test_the_order_of_the_gates_does_not_change_the_text(plugins: Plugins) -> None:
    netlist = plugins.circuit("subtractor").elaborate({}, plugins.gates).netlist
    turned = Netlist(
        netlist.name,
        dict(reversed(list(netlist.gates.items()))),
        netlist.inputs,
        netlist.outputs,
        netlist.instances,
    )
    assert write_verilog(turned) == write_verilog(netlist)


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("a", "a"),
        ("_a1", "_a1"),
        ("1a", "\\1a "),
        ("a$b", "\\a$b "),
        ("a[0]", "\\a[0] "),
        ("\\a", "\\\\a "),
        ("endmodule", "\\endmodule "),
        ("priority", "\\priority "),
        ("Module", "Module"),
    ],
)
def test_names(name: str, spelt: str) -> None:
    assert identifier(name) == spelt
