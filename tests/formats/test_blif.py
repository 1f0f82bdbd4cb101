"""BLIF that another reader understands: the evaluator of `tiny_blif` shares no code with the writer."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.arrays import Bits
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.formats.blif.writer import LINE_WIDTH, write_blif
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import EvaluateBlif


def stimuli(buses: dict[str, int]) -> tuple[dict[str, Bits], dict[str, list[int]]]:
    """Every pattern of buses of these widths: bit by bit, and as integers."""
    names = [f"{bus}[{bit}]" for bus, width in buses.items() for bit in range(width)]
    names = [name.removesuffix("[0]") if buses[name[:-3]] == 1 else name for name in names]
    patterns = np.array(list(itertools.product((0, 1), repeat=len(names))), dtype=np.uint8)
    bits = dict(zip(names, patterns.T, strict=True))
    return bits, {bus: value(bits, bus, width) for bus, width in buses.items()}


def value(bits: dict[str, Bits], bus: str, width: int) -> list[int]:
    if bus in bits:
        return [int(bit) for bit in bits[bus]]
    columns = [bits[f"{bus}[{bit}]"].tolist() for bit in range(width)]
    return [
        sum(bit << place for place, bit in enumerate(row)) for row in zip(*columns, strict=True)
    ]


@pytest.mark.parametrize("made_of", ["full-adders", "half-adders"])
@pytest.mark.parametrize("bits", [2, 3])
def test_a_written_adder_adds(
    plugins: Plugins, evaluate_blif: EvaluateBlif, bits: int, made_of: str
) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate(
        {"bits": bits, "from": made_of}, plugins.gates
    )
    given, numbers = stimuli({"a": bits, "b": bits, "cin": 1})
    got = evaluate_blif(write_blif(circuit.netlist), given)
    total = [a + b + c for a, b, c in zip(*numbers.values(), strict=True)]
    assert value(got, "sum", bits) == [each % 2**bits for each in total]
    assert value(got, "cout", 1) == [each // 2**bits for each in total]


@pytest.mark.parametrize("made_of", ["full-adders", "half-adders"])
def test_a_written_adder_of_one_bit_keeps_its_index(
    plugins: Plugins, evaluate_blif: EvaluateBlif, made_of: str
) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 1, "from": made_of}, plugins.gates)
    rows = np.array(list(itertools.product((0, 1), repeat=3)), dtype=np.uint8)
    got = evaluate_blif(
        write_blif(circuit.netlist), dict(zip(("a[0]", "b[0]", "cin"), rows.T, strict=True))
    )
    assert got["sum[0]"].tolist() == [0, 1, 1, 0, 1, 0, 0, 1]
    assert got["cout"].tolist() == [0, 0, 0, 1, 0, 1, 1, 1]


@pytest.mark.parametrize("bits", [2, 3])
def test_a_written_subtractor_subtracts(
    plugins: Plugins, evaluate_blif: EvaluateBlif, bits: int
) -> None:
    circuit = plugins.circuit("subtractor").elaborate({"bits": bits}, plugins.gates)
    given, numbers = stimuli({"a": bits, "b": bits, "bin": 1})
    got = evaluate_blif(write_blif(circuit.netlist), given)
    rest = [a - b - c for a, b, c in zip(*numbers.values(), strict=True)]
    assert value(got, "diff", bits) == [each % 2**bits for each in rest]
    assert value(got, "bout", 1) == [int(each < 0) for each in rest]


@pytest.mark.parametrize("name", ["ripple-adder", "subtractor", "parity-tree", "equality"])
def test_the_same_circuit_gives_the_same_bytes(plugins: Plugins, name: str) -> None:
    first, second = (
        write_blif(plugins.circuit(name).elaborate({"bits": 5}, plugins.gates).netlist).encode()
        for _ in range(2)
    )
    assert first == second


def test_models_of_gates_come_once_each_in_order(plugins: Plugins) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate(
        {"bits": 3, "from": "half-adders"}, plugins.gates
    )
    text = write_blif(circuit.netlist)
    assert re.findall(r"^\.model (.*)$", text, re.M) == ["ripple-adder", "half-adder", "or"]
    assert text.count(".end\n") == 3
    assert text.count(".subckt half-adder ") == 6


def test_the_order_of_the_gates_does_not_change_the_text(plugins: Plugins) -> None:
    netlist = plugins.circuit("subtractor").elaborate({}, plugins.gates).netlist
    turned = Netlist(
        netlist.name,
        dict(reversed(list(netlist.gates.items()))),
        netlist.inputs,
        netlist.outputs,
        netlist.instances,
    )
    assert write_blif(turned) == write_blif(netlist)


def test_wires_that_no_gate_drives_and_wires_with_two_names(
    plugins: Plugins, evaluate_blif: EvaluateBlif
) -> None:
    circuit = CircuitBuilder("names", plugins.gates)
    a, b = circuit.input("a"), circuit.input("b")
    both = circuit.gate("and", a, b)
    circuit.output("same", a)
    circuit.output("first", both)
    circuit.output_bus("again", [both, b])
    text = write_blif(circuit.netlist())
    assert ".names a same\n1 1\n" in text
    rows = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], dtype=np.uint8)
    got = evaluate_blif(text, {"a": rows[0], "b": rows[1]})
    assert {name: bits.tolist() for name, bits in got.items()} == {
        "same": [0, 0, 1, 1],
        "first": [0, 0, 0, 1],
        "again[0]": [0, 0, 0, 1],
        "again[1]": [0, 1, 0, 1],
    }


def test_long_lines_are_folded(plugins: Plugins, evaluate_blif: EvaluateBlif) -> None:
    circuit = plugins.circuit("parity-tree").elaborate({"bits": 60}, plugins.gates)
    text = write_blif(circuit.netlist, comment="parity of sixty bits")
    lines = text.splitlines()
    assert max(map(len, lines)) <= LINE_WIDTH == 100
    assert lines[2].startswith(".inputs a[0] a[1] ")
    assert lines[2].endswith(" \\")
    assert lines[3].startswith("  a[")
    folded = text.replace(" \\\n ", "").splitlines()[2]
    assert folded == ".inputs " + " ".join(f"a[{bit}]" for bit in range(60))
    patterns = np.random.default_rng(1).integers(0, 2, (60, 50), dtype=np.uint8)
    got = evaluate_blif(text, {f"a[{bit}]": patterns[bit] for bit in range(60)})
    assert got["parity"].tolist() == [sum(column) % 2 for column in patterns.T.tolist()]


def test_a_word_wider_than_a_line_stays_whole(evaluate_blif: EvaluateBlif) -> None:
    long = "n" * 150
    spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    instance = Instance(long, "not", ("a",), (long,))
    text = write_blif(
        Netlist("long", {"not": spec}, (Bus("a", ("a",)),), (Bus(long, (long,)),), (instance,))
    )
    bits = np.array([0, 1], dtype=np.uint8)
    assert evaluate_blif(text, {"a": bits})[long].tolist() == [1, 0]


def test_dont_cares_are_written_as_zero(evaluate_blif: EvaluateBlif) -> None:
    table = TruthTable.from_rows(["1-", "-1", "01", "--"], inputs="ab", outputs="yz")
    circuit = CircuitBuilder("loose", {"loose-gate": GateSpec("loose-gate", table)})
    y, z = circuit.instance("loose-gate", circuit.input("a"), circuit.input("b"))
    circuit.output("y", y)
    circuit.output("z", z)
    rows = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], dtype=np.uint8)
    got = evaluate_blif(write_blif(circuit.netlist()), {"a": rows[0], "b": rows[1]})
    assert (got["y"].tolist(), got["z"].tolist()) == ([1, 0, 0, 0], [0, 1, 1, 0])


def test_a_gate_that_is_never_one_has_an_empty_cover(evaluate_blif: EvaluateBlif) -> None:
    spec = GateSpec.from_function("never", lambda _: 0, inputs="a", outputs="y")
    circuit = CircuitBuilder("constant", {"never": spec})
    circuit.output("y", circuit.gate("never", circuit.input("a")))
    text = write_blif(circuit.netlist())
    assert text.endswith(".inputs a\n.outputs y\n.names y\n.end\n")
    assert evaluate_blif(text, {"a": np.array([0, 1], dtype=np.uint8)})["y"].tolist() == [0, 0]


def test_a_circuit_named_like_its_gate_is_not_made_of_itself(
    plugins: Plugins, evaluate_blif: EvaluateBlif
) -> None:
    circuit = CircuitBuilder("xor", plugins.gates)
    circuit.output("y", circuit.gate("xor", circuit.input("a"), circuit.input("b")))
    text = write_blif(circuit.netlist())
    assert re.findall(r"^\.model (.*)$", text, re.M) == ["xor", "xor.gate"]
    rows = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], dtype=np.uint8)
    assert evaluate_blif(text, {"a": rows[0], "b": rows[1]})["y"].tolist() == [0, 1, 1, 0]


def test_the_comment_is_the_first_line(plugins: Plugins) -> None:
    netlist = plugins.circuit("equality").elaborate({"bits": 1}, plugins.gates).netlist
    assert write_blif(netlist, comment="one bit") == "# one bit\n" + write_blif(netlist)
