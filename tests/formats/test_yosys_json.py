"""Yosys' JSON: what is written is read again, every kind of cell, and whatever a file may have wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from tests.strategies import COMBINATIONAL

from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError, NetlistError, UsageError
from gatewright.formats.model.source import Source
from gatewright.formats.yosys.cells import GATES, WIDE, is_register
from gatewright.formats.yosys.reader import read_yosys_json
from gatewright.formats.yosys.writer import write_yosys_json
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import table_rows
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

Bits = list[int | str]


def port(direction: str, bits: Bits, **more: object) -> dict[str, object]:
    return {"direction": direction, "bits": bits, **more}


def cell(kind: str, pins: Mapping[str, Bits], **parameters: object) -> dict[str, object]:
    return {"type": kind, "connections": pins, "parameters": parameters}


def module(
    ports: Mapping[str, object], cells: Mapping[str, object] | None = None, **more: object
) -> dict[str, Any]:
    return {"ports": ports, "cells": cells or {}, **more}


def read(modules: Mapping[str, object], **options: Any) -> Netlist:
    text = json.dumps({"modules": modules})
    return read_yosys_json(Source("f.json", text.encode()), options.pop("gates", {}), **options)


def refusal(modules: Mapping[str, object], **options: Any) -> str:
    with pytest.raises(FormatError) as caught:
        read(modules, **options)
    return str(caught.value)


INVERTER = module(
    {"a": port("input", [2]), "y": port("output", [3])}, {"c": cell("$_NOT_", {"A": [2], "Y": [3]})}
)


def shape(netlist: Netlist) -> list[list[tuple[str, int]]]:
    return [[(bus.name, bus.width) for bus in side] for side in (netlist.inputs, netlist.outputs)]


def run(netlist: Netlist, patterns: Any) -> list[list[int]]:
    found: list[list[int]] = ExactEngine(compile_netlist(netlist)).outputs(patterns).tolist()
    return found


def again(netlist: Netlist, gates: Mapping[str, GateSpec], **options: Any) -> Netlist:
    return read_yosys_json(Source("f.json", write_yosys_json(netlist).encode()), gates, **options)


# Written and read again


@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_builder_comes_back(plugins: Plugins, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({}, plugins.gates).netlist
    back = again(netlist, plugins.gates)
    assert shape(back) == shape(netlist)
    assert sorted(each.gate for each in back.instances) == sorted(
        each.gate for each in netlist.instances
    )
    width = len(netlist.input_nets)
    patterns = np.random.default_rng(0).integers(0, 2, (300, width), dtype=np.uint8)
    assert run(back, patterns) == run(netlist, patterns)


def test_a_changed_table_comes_back_changed(plugins: Plugins) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist
    text = write_yosys_json(netlist)
    assert text.count('"LUT": "10010110"') == 1
    broken = text.replace('"LUT": "10010110"', '"LUT": "10010111"')
    back = read_yosys_json(Source("f.json", broken.encode()), plugins.gates)
    rows = table_rows(5)
    assert run(back, rows) != run(netlist, rows)
    assert "full-adder" not in {each.gate for each in back.instances}


def test_the_text_is_json_that_yosys_could_have_written(plugins: Plugins) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist
    root = json.loads(write_yosys_json(netlist, comment="two bits"))
    assert root["creator"] == "two bits"
    top, adder = root["modules"].values()
    assert list(root["modules"]) == ["ripple-adder", "full-adder"]
    assert top["attributes"] == {"top": f"{1:032b}"}
    assert top["ports"]["a"] == {"direction": "input", "bits": [2, 3]}
    assert list(top["ports"]) == ["a", "b", "cin", "sum", "cout"]
    assert top["cells"]["fa0"]["port_directions"]["sum"] == "output"
    assert adder["cells"]["sum.lut"]["parameters"] == {"WIDTH": f"{3:032b}", "LUT": "10010110"}
    a, b, cin = (adder["ports"][pin]["bits"] for pin in ("a", "b", "cin"))
    assert adder["cells"]["sum.lut"]["connections"]["A"] == [*cin, *b, *a]


def test_names_that_yosys_spells_otherwise_come_back() -> None:
    spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    ports = ("$x", "\\y", "1GAT(0)", "ü")
    inputs = tuple(Bus(name, (name,)) for name in ports)
    outputs = tuple(Bus(f"{name}'", (f"{name}'",)) for name in ports)
    instances = tuple(Instance(f"{name}'", "not", (name,), (f"{name}'",)) for name in ports)
    netlist = Netlist("$top", {"not": spec}, inputs, outputs, instances)
    assert '"\\\\$x": {"direction"' in write_yosys_json(netlist)
    back = again(netlist, {"not": spec})
    assert (back.name, shape(back)) == ("$top", shape(netlist))
    assert run(back, table_rows(4)) == run(netlist, table_rows(4))


def test_nets_and_instances_share_one_space_of_names() -> None:
    spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    instances = (
        Instance("n", "not", ("a[0]",), ("n",)),
        Instance("y", "not", ("n",), ("a",)),
        Instance("a", "not", ("a",), ("two words",)),
    )
    a = Bus("a", ("a[0]", "a[1]"), vector=True)
    netlist = Netlist("not", {"not": spec}, (a,), (Bus("y", ("two words",)),), instances)
    root = json.loads(write_yosys_json(netlist))
    assert list(root["modules"]) == ["not", "not.gate"]
    top = root["modules"]["not"]
    names = [*top["ports"], *top["cells"], *top["netnames"]]
    assert len(set(names)) == len(names)
    assert set(top["netnames"]) == {"n", "a~1"}


def test_vectors_keep_their_numbers() -> None:
    high = Bus("h", ("h[4]", "h[5]"), vector=True, names=("h[4]", "h[5]"))
    netlist = Netlist("high", {}, (high,), (Bus("y", ("h[5]",)),), ())
    root = json.loads(write_yosys_json(netlist))
    assert root["modules"]["high"]["ports"]["h"]["offset"] == 4
    assert again(netlist, {}).inputs == (high,)


def test_dont_cares_are_written_as_zero() -> None:
    table = TruthTable.from_rows(["1-", "-1", "01", "--"], inputs="ab", outputs="yz")
    circuit = CircuitBuilder("loose", {"loose-gate": GateSpec("loose-gate", table)})
    y, z = circuit.instance("loose-gate", circuit.input("a"), circuit.input("b"))
    circuit.output("y", y)
    circuit.output("z", z)
    back = again(circuit.netlist(), {})
    assert run(back, table_rows(2)) == [[1, 0], [0, 1], [0, 1], [0, 0]]


@pytest.mark.parametrize("widest", [3, 4, 6])
def test_gates_of_many_inputs_are_decomposed(widest: int) -> None:
    draw = np.random.default_rng(3)
    names = [f"i{pin}" for pin in range(8)]
    table = TruthTable.from_integers([int(draw.bytes(32).hex(), 16)], names, ["y"])
    circuit = CircuitBuilder("wide", {"wide-gate": GateSpec("wide-gate", table)})
    wires = [circuit.input(name) for name in names]
    circuit.output("y", circuit.gate("wide-gate", *wires))
    back = again(circuit.netlist(), {}, widest=widest)
    assert max(len(spec.table.inputs) for spec in back.gates.values()) <= widest
    assert run(back, table_rows(8)) == table.values.tolist()


def test_the_same_circuit_gives_the_same_bytes(plugins: Plugins) -> None:
    netlist = plugins.circuit("alu").elaborate({}, plugins.gates).netlist
    assert write_yosys_json(netlist) == write_yosys_json(netlist)


def test_what_cannot_be_written_is_refused() -> None:
    bits = Bus("b", ("x", "y"), vector=True, names=("a", "c"))
    wire = Netlist("same", {}, (bits,), (Bus("a", ("y",)),), ())
    with pytest.raises(UsageError, match="two ports are called 'a', and Yosys JSON tells"):
        write_yosys_json(wire)
    spaced = Netlist("spaced", {}, (Bus("a b", ("a",)),), (Bus("y", ("a",)),), ())
    with pytest.raises(UsageError, match="port 'a b' cannot be named so in Yosys JSON"):
        write_yosys_json(spaced)
    with pytest.raises(NetlistError, match="has no driver"):
        write_yosys_json(Netlist("open", {}, (Bus("a", ("a",)),), (Bus("y", ("y",)),), ()))


# Cells

FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "$_BUF_": lambda a: a,
    "$_NOT_": lambda a: not a,
    "$_AND_": lambda a, b: a and b,
    "$_NAND_": lambda a, b: not (a and b),
    "$_OR_": lambda a, b: a or b,
    "$_NOR_": lambda a, b: not (a or b),
    "$_XOR_": lambda a, b: a != b,
    "$_XNOR_": lambda a, b: a == b,
    "$_ANDNOT_": lambda a, b: a and not b,
    "$_ORNOT_": lambda a, b: a or not b,
    "$_MUX_": lambda a, b, s: (a, b)[s],
    "$_NMUX_": lambda a, b, s: not (a, b)[s],
    "$_AOI3_": lambda a, b, c: not ((a and b) or c),
    "$_OAI3_": lambda a, b, c: not ((a or b) and c),
    "$_AOI4_": lambda a, b, c, d: not ((a and b) or (c and d)),
    "$_OAI4_": lambda a, b, c, d: not ((a or b) and (c or d)),
    "$_MUX4_": lambda a, b, c, d, s, t: (a, b, c, d)[s + 2 * t],
    "$_MUX8_": lambda *pins: pins[pins[8] + 2 * pins[9] + 4 * pins[10]],
    "$_MUX16_": lambda *pins: pins[pins[16] + 2 * pins[17] + 4 * pins[18] + 8 * pins[19]],
}


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_every_cell_of_one_bit(kind: str) -> None:
    pins = GATES[kind][0] if kind in GATES else WIDE[kind][0]
    ports = {f"i{pin}": port("input", [place]) for place, pin in enumerate(pins, 2)}
    ports["y"] = port("output", [100])
    joined: dict[str, Bits] = {pin: [place] for place, pin in enumerate(pins, 2)}
    netlist = read({"top": module(ports, {"c": cell(kind, joined | {"Y": [100]})})})
    rows = table_rows(len(pins)) if len(pins) < 12 else None
    if rows is None:
        rows = np.random.default_rng(0).integers(0, 2, (2000, len(pins)), dtype=np.uint8)
    assert run(netlist, rows) == [[int(bool(FUNCTIONS[kind](*row)))] for row in rows.tolist()]


def test_all_cells_are_tried() -> None:
    assert FUNCTIONS.keys() == GATES.keys() | WIDE.keys()


@pytest.mark.parametrize("lut", ["00001000", 8, "0000x000", "00001x-z", "1000"])
def test_the_first_input_of_a_lut_is_the_least_significant(lut: str | int) -> None:
    ports = {name: port("input", [bit]) for bit, name in enumerate("abc", 2)}
    ports["y"] = port("output", [9])
    netlist = read(
        {"top": module(ports, {"c": cell("$lut", {"A": [2, 3, 4], "Y": [9]}, WIDTH=3, LUT=lut)})}
    )
    wanted = [[int(a and b and not c)] for a, b, c in table_rows(3).tolist()]
    assert run(netlist, table_rows(3)) == (wanted if lut != "0000x000" else [[0]] * 8)


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (cell("$lut", {"A": [2], "Y": [3]}, WIDTH=1), "has no LUT of 2 bits and WIDTH of 1"),
        (cell("$lut", {"A": [2], "Y": [3]}, WIDTH=2, LUT=1), "has no LUT of 2 bits and WIDTH of 1"),
        (cell("$lut", {"A": [2], "Y": [3]}, WIDTH=1, LUT=4), "has no LUT of 2 bits"),
        (cell("$lut", {"A": [2], "Y": [3]}, LUT="1" * 70_000), "has no LUT of 2 bits"),
        (cell("$lut", {"A": [2], "Y": [3]}, LUT="two"), "has no LUT of 2 bits"),
        (cell("$lut", {"A": [2] * 17, "Y": [3]}, LUT=0), "has 17 inputs, more than 16; split it"),
        (cell("$_NOT_", {"Y": [3]}), "has 0 nets on pin 'A'; join it to one"),
        (cell("$_NOT_", {"A": [2, 2], "Y": [3]}), "has 2 nets on pin 'A'; join it to one"),
        (cell("$_NOT_", {"A": [2]}), "does not drive one net by its pin 'Y'"),
        (cell("$_NOT_", {"A": [7], "Y": [3]}), "reads net number 7, which nothing drives"),
        (cell("$_NOT_", {"A": ["z"], "Y": [3]}), "is joined to 'z': high impedance is not logic"),
        (
            cell("$add", {"A": [2], "Y": [3]}),
            "is of the kind '$add', no gate of one bit; run 'proc;",
        ),
        *(
            (
                cell(kind, {"A": [2], "Y": [3]}),
                f"is of the kind '{kind}', no gate of one bit; run 'proc;",
            )
            for kind in ("$alu", "$pmux", "$reduce_and", "$mux", "$sop")
        ),
        (cell("$_TBUF_", {"A": [2], "E": [2], "Y": [3]}), "is of the kind '$_TBUF_', no gate of"),
        (
            cell("nand9", {"A": [2], "Y": [3]}),
            "is of the kind 'nand9', which is neither a module of this",
        ),
        (cell("$_DFF_P_", {"D": [2]}), "has 1 nets on pin 'D' and 0 on 'Q'"),
        ({"connections": {}}, "has no type"),
        ({"type": ""}, "has no type"),
    ],
)
def test_a_cell_that_is_refused(cells: dict[str, object], what: str) -> None:
    said = refusal({"top": {**INVERTER, "cells": {"odd": cells}}})
    assert said.startswith(f"f.json: cell 'odd' of module 'top' {what}")


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (
            "$aldff",
            "keeps 'q[0]' in a register ($aldff) with a set or load that does not wait for the clock",
        ),
        (
            "$dffsre",
            "keeps 'q[0]' in a register ($dffsre) with a set or load that does not wait for the clock",
        ),
        ("$_ALDFF_PP_", "keeps 'q[0]' in a register ($_ALDFF_PP_) with a set or load"),
        ("$_DFFSR_PPP_", "keeps 'q[0]' in a register ($_DFFSR_PPP_) with a set or load"),
        (
            "$sr",
            "keeps 'q[0]' in a latch ($sr), which has no clock; make it a register of one clock",
        ),
        ("$dlatch", "keeps 'q[0]' in a latch ($dlatch), which has no clock"),
        ("$adlatch", "keeps 'q[0]' in a latch ($adlatch), which has no clock"),
        ("$_DLATCH_P_", "keeps 'q[0]' in a latch ($_DLATCH_P_), which has no clock"),
        ("$_SR_PP_", "keeps 'q[0]' in a latch ($_SR_PP_), which has no clock"),
        (
            "$fsm",
            "keeps 'q[0]' in a state ($fsm), which is not read; Yosys' commands 'fsm; memory; opt' make gates",
        ),
    ],
)
def test_what_keeps_a_state_and_has_no_clock_edge_is_refused(kind: str, what: str) -> None:
    assert is_register(kind)
    top = module(
        {"clk": port("input", [2]), "q": port("output", [3, 4])},
        {"r": cell(kind, {"CLK": [2], "D": [2, 2], "Q": [3, 4]})},
    )
    assert what in refusal({"top": top})


def test_no_gate_is_taken_for_a_register() -> None:
    assert not [kind for kind in (*GATES, *WIDE, "$lut", "$add") if is_register(kind)]


def test_cells_that_drive_nothing_are_no_logic() -> None:
    cells = {
        **INVERTER["cells"],
        "s": cell("$scopeinfo", {}),
        "p": cell("$assert", {"A": [2], "EN": ["1"]}),
    }
    assert len(read({"top": {**INVERTER, "cells": cells}}).instances) == 1


# Ports, nets and modules


def test_ports_of_several_bits_are_buses() -> None:
    ports = {
        "a": port("input", [2, 3]),
        "b": port("input", [4, 5], offset=4),
        "c": port("input", [6, 7], upto=1),
        "d": port("input", [8], offset=3),
        "y": port("output", [2, 4, 7, "1", "x"]),
    }
    netlist = read({"top": module(ports)})
    assert [(bus.name, bus.bits) for bus in netlist.inputs] == [
        ("a", ("a[0]", "a[1]")),
        ("b", ("b[4]", "b[5]")),
        ("c", ("c[1]", "c[0]")),
        ("d", ("d[3]",)),
    ]
    rows = table_rows(7)
    assert run(netlist, rows) == [[row[0], row[2], row[5], 1, 0] for row in rows.tolist()]


def test_nets_have_the_names_that_the_file_gives_them() -> None:
    top = module(
        {"a": port("input", [2]), "y": port("output", [9])},
        {
            "c1": cell("$_NOT_", {"A": [2], "Y": [3]}),
            "c2": cell("$_NOT_", {"A": [3], "Y": [4]}),
            "c3": cell("$_NOT_", {"A": [4], "Y": [5]}),
            "c4": cell("$_NOT_", {"A": [5], "Y": [9]}),
        },
        netnames={
            "$hidden": {"hide_name": 1, "bits": [3]},
            "deep": {"hide_name": 0, "bits": [8, 4], "offset": 2},
            "y": {"bits": [5]},
        },
    )
    assert [each.name for each in read({"top": top}).instances] == ["n3", "deep[3]", "y~1", "y"]


def test_undefined_bits_are_read_as_zero() -> None:
    ports = {"a": port("input", [2]), "y": port("output", [3]), "z": port("output", ["x"])}
    netlist = read({"top": module(ports, {"c": cell("$_XNOR_", {"A": [2], "B": ["x"], "Y": [3]})})})
    assert run(netlist, table_rows(1)) == [[1, 0], [0, 0]]


def test_modules_are_made_one_circuit() -> None:
    inner = module(
        {"i": port("input", [2, 3]), "o": port("output", [4, 5]), "same": port("output", [2])},
        {
            "n": cell("$_NAND_", {"A": [2], "B": [3], "Y": [6]}),
            "m": cell("$_NOT_", {"A": [6], "Y": [4]}),
            "x": cell("$_XOR_", {"A": [6], "B": [2], "Y": [5]}),
        },
    )
    outer = module(
        {"a": port("input", [2, 3]), "y": port("output", [4, 5, 6])},
        {"u": cell("inner", {"i": [2, 3], "o": [4, 5], "same": [6]})},
    )
    netlist = read({"inner": inner, "top": outer})
    assert [each.name for each in netlist.instances] == ["u/n6", "y[0]", "y[1]"]
    assert run(netlist, table_rows(2)) == [[0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]


def test_a_registered_gate_may_be_placed_without_its_module(plugins: Plugins) -> None:
    top = module(
        {"a": port("input", [2, 3]), "y": port("output", [4])},
        {"u": cell("half-adder", {"a": [2], "b": ["1"], "carry": [4]})},
    )
    netlist = read({"top": top}, gates=plugins.gates)
    assert "half-adder" in [each.gate for each in netlist.instances]
    assert run(netlist, table_rows(2)) == [[0], [0], [1], [1]]


@pytest.mark.parametrize(("count", "gate"), [(1, "full-adder"), (2, None)])
def test_a_small_module_that_is_a_registered_gate_stays_it(
    plugins: Plugins, count: int, gate: str | None
) -> None:
    """Made of five cells, its outputs in another order; with one cell more it is another function."""
    cells = {
        "x1": cell("$_XOR_", {"A": [2], "B": [3], "Y": [5]}),
        "x2": cell("$_XOR_", {"A": [5], "B": [4], "Y": [6]}),
        "a1": cell("$_AND_", {"A": [2], "B": [3], "Y": [7]}),
        "a2": cell("$_AND_", {"A": [5], "B": [4], "Y": [8]}),
        "o1": cell("$_OR_", {"A": [7], "B": [8], "Y": [9]}),
    }
    if count == 2:
        cells["o1"] = cell("$_ORNOT_", {"A": [7], "B": [8], "Y": [9]})
    adder = module(
        {
            **{name: port("input", [bit]) for bit, name in enumerate("abc", 2)},
            "s": port("output", [6]),
            "c_out": port("output", [9]),
        },
        cells,
    )
    top = module(
        {"i": port("input", [2, 3, 4]), "o": port("output", [5, 6])},
        {"u": cell("fa", {"a": [2], "b": [3], "c": [4], "s": [5], "c_out": [6]})},
    )
    netlist = read({"top": top, "fa": adder}, gates=plugins.gates)
    assert (gate in [each.gate for each in netlist.instances]) == (gate is not None)
    wanted = []
    for a, b, c in table_rows(3).tolist():
        carry = a & b | (a ^ b) & c
        wanted.append([a ^ b ^ c, carry if count == 1 else a & b | 1 - ((a ^ b) & c)])
    assert run(netlist, table_rows(3)) == wanted


def test_the_circuit_is_the_marked_module_or_the_one_nobody_places() -> None:
    marked = {**INVERTER, "attributes": {"top": f"{1:032b}"}}
    unmarked = {**INVERTER, "attributes": {"top": f"{0:032b}"}}
    assert read({"a": unmarked, "b": marked}).name == "b"
    placing = module(INVERTER["ports"], {"u": cell("a", {"a": [2], "y": [3]})})
    assert read({"a": INVERTER, "c": placing}).name == "c"
    assert refusal({"a": INVERTER, "b": unmarked}) == (
        "f.json: has several modules that could be the circuit: 'a', 'b'; mark one as top"
    )
    assert "could be the circuit: 'a', 'b'" in refusal({"a": marked, "b": marked})
    around = module(INVERTER["ports"], {"u": cell("c", {"a": [2], "y": [3]})})
    placing = module(INVERTER["ports"], {"u": cell("a", {"a": [2], "y": [3]})})
    assert refusal({"a": around, "c": placing}) == (
        "f.json: has no top module: every module is placed by another; set the attribute top"
    )


PAIR = {"a": port("input", [2]), "b": port("input", [3]), "y": port("output", [4])}


@pytest.mark.parametrize(
    ("top", "what"),
    [
        (
            module({**PAIR, "y": port("inout", [4])}),
            "has the port 'y', an inout: a net with drivers on",
        ),
        (
            module({**PAIR, "y": {"bits": [4]}}),
            "gives port 'y' no direction; expected input or output",
        ),
        (module({**PAIR, "y": port("output", [])}), "has the port 'y' of no bits"),
        (module({**PAIR, "b": port("input", [2])}), "joins two drivers: input 'a' and input 'b'"),
        (module({**PAIR, "b": port("input", ["1"])}), "joins input 'b' with the constant 1"),
        (module(PAIR), "has the output 'y', which is driven by nothing"),
        (
            module({**PAIR, "y": port("output", ["z"])}),
            "has the output 'y', which is in high impedance",
        ),
        (
            module({**PAIR, "a[0]": port("input", [5]), "a": port("input", [2, 6])}),
            "has two ports with a bit called 'a[0]'; rename one",
        ),
        (
            module(PAIR, {n: cell("$_NOT_", {"A": [2], "Y": [4]}) for n in ("c", "d")}),
            "joins two drivers: cell 'c' and cell 'd'",
        ),
        (
            module(PAIR, {"c": cell("$_NOT_", {"A": [2], "Y": [3]})}),
            "joins two drivers: input 'b' and cell 'c'",
        ),
        (
            module(PAIR, {"c": cell("$_NOT_", {"A": [2], "Y": ["0"]})}),
            "joins cell 'c' with the constant 0",
        ),
        (
            module({**PAIR, "a": port("input", [2], offset="1")}),
            "gives 'a' an offset that is not a number",
        ),
        (module({**PAIR, "y z": port("output", [2])}), "has a port 'y z', which is not a name"),
        (
            module(PAIR, {"": cell("$_NOT_", {})}),
            "has a cell '', which is not a name; use no spaces",
        ),
        (module(PAIR, netnames={"\ud800": {}}), "has a net '\\ud800', which is not a name"),
        (module({**PAIR, "y": 1}), "is damaged: port 'y' is not a JSON object; write it again"),
        (
            module({**PAIR, "y": port("output", [True])}),
            "is damaged: port 'y' has the bit 'True'; a bit is",
        ),
        (
            module({**PAIR, "y": {"direction": "output", "bits": 2}}),
            "is damaged: port 'y' has no list of",
        ),
        (module(PAIR, {"c": 1}), "is damaged: cell 'c' is not a JSON object"),
        (
            module(PAIR, {"c": cell("$_NOT_", {"A": [-1]})}),
            "is damaged: pin 'A' of cell 'c' has the bit '-1'; a bit is",
        ),
        (
            module(PAIR, {"c": {**cell("$lut", {}), "parameters": []}}),
            "is damaged: parameters of cell 'c' is not a JSON object",
        ),
        (module(PAIR, netnames=[]), "is damaged: entry 'netnames' is not a JSON object"),
        ({"ports": 1}, "is damaged: entry 'ports' is not a JSON object"),
        ("text", "is damaged: it is not a JSON object"),
        (
            module(PAIR, memories={"m": {}}),
            "has a memory, which is not read",
        ),
    ],
)
def test_a_module_that_is_refused(top: object, what: str) -> None:
    said = refusal({"top": top})
    assert said.startswith(f"f.json: module 'top' {what}")


@pytest.mark.parametrize(
    ("placed", "what"),
    [
        (
            cell("inv", {"a": [2], "q": [4]}),
            "has a pin 'q', which 'inv' does not have; its ports are a, y",
        ),
        (cell("inv", {"y": [4]}), "has 0 nets on pin 'a' of 1; join every bit"),
        (cell("inv", {"a": [2, 3], "y": [4]}), "has 2 nets on pin 'a' of 1; join every bit"),
        (
            cell("inv", {"a": [2], "y": [4]}, W=1),
            "has parameters; run 'hierarchy' before write_json",
        ),
    ],
)
def test_a_placed_module_that_is_refused(placed: dict[str, object], what: str) -> None:
    said = refusal({"inv": INVERTER, "top": module(PAIR, {"u": placed})})
    assert said == f"f.json: cell 'u' of module 'top' {what}"


def test_a_black_box_is_refused() -> None:
    box = {**INVERTER, "cells": {}, "attributes": {"blackbox": f"{1:032b}"}}
    top = module(PAIR, {"u": cell("box", {"a": [2], "y": [4]})})
    assert refusal({"box": box, "top": top}) == (
        "f.json: module 'box' is a black box, of unknown function; put its contents in the file"
    )


def test_what_the_circuit_does_not_use_is_not_looked_into() -> None:
    unused = module(PAIR, {"c": cell("$add", {"A": [2], "B": [3], "Y": [4]})})
    top = {**INVERTER, "attributes": {"top": 1}}
    assert read({"top": top, "unused": unused}).name == "top"


def test_two_modules_of_one_name() -> None:
    assert refusal({"a": INVERTER, "\\a": INVERTER}) == "f.json: module 'a' has the name of another"


def test_cycles_and_circuits_without_ends() -> None:
    loop = module(PAIR, {"c": cell("$_AND_", {"A": [2], "B": [4], "Y": [4]})})
    assert refusal({"top": loop}).startswith("f.json: there is a cycle: y → y")
    assert "there is no input" in refusal({"top": module({"y": port("output", ["0"])})})
    assert "there is no output" in refusal({"top": module({"y": port("input", [2])})})


# Bytes


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"{}", "f.json: has no 'modules'; expected what write_json writes"),
        (b'{"modules": []}', "f.json: has no 'modules'; expected what write_json writes"),
        (b'{"modules": {}}', "f.json: holds no module; name a file with a circuit in it"),
        (b'{"modules": NaN}', "f.json: has no 'modules'"),
        (b"[1]", "f.json:1:1: '[1]' does not begin a JSON object; expected what write_json writes"),
        (
            b'{\n "modules": {\n  "a": {',
            "f.json:3:9: '\"a\": {' is not JSON here: expecting property",
        ),
        (b'{"modules": {} } x', "f.json:1:18: '{\"modules\": {} } x' is not JSON here: extra data"),
        (
            b'{"a": 1, "a": 2}',
            "f.json: is not the JSON of a circuit: one object has two entries 'a'",
        ),
        (b'{"modules": "\xff"}', "f.json:1:1: a byte 0xff is not text in UTF-8; save"),
        (
            b'{"modules": ' + b"1" * 5000 + b"}",
            "f.json: has a number of more digits than are read",
        ),
        (b'{"a": ' + b"[" * 100_000, "f.json: nests its JSON too deep; that is not a circuit"),
        (b'{"a":' * 100_000, "f.json: nests its JSON too deep; that is not a circuit"),
        (
            b'{"a": [' + b"{}," * 6_000_000 + b"{}]}",
            "f.json: takes about 1115 MB to read, more than 1024",
        ),
        (b"<html>", "f.json:1:1: '<html>' begins a web page"),
    ],
    ids=range(14),
)
def test_bytes_that_are_no_such_json(data: bytes, what: str) -> None:
    start = time.perf_counter()
    with pytest.raises(FormatError) as caught:
        read_yosys_json(Source("f.json", data), {})
    assert str(caught.value).startswith(what)
    assert time.perf_counter() - start < 2


def test_a_mark_of_the_byte_order_is_read_past() -> None:
    data = b"\xef\xbb\xbf" + json.dumps({"modules": {"m": INVERTER}}).encode()
    assert read_yosys_json(Source("f.json", data), {}).name == "m"
