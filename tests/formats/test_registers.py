"""Registers in files: read from every format that has them, written, and read again."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.netlist import Clock, bus_columns, port_bits
from gatewright.errors import FormatError

CLOCKED = ("counter", "shift-register", "lfsr", "accumulator", "serial-adder")
ENDINGS = (".blif", ".bench", ".aag", ".aig", ".json", ".graphml", ".nodelink")

S27 = """# s27 (F. Brglez, D. Bryan, K. Kozminski, ISCAS 1989)
INPUT(G0)
INPUT(G1)
INPUT(G2)
INPUT(G3)
OUTPUT(G17)
G5 = DFF(G10)
G6 = DFF(G11)
G7 = DFF(G13)
G14 = NOT(G0)
G17 = NOT(G11)
G8 = AND(G14, G6)
G15 = OR(G12, G8)
G16 = OR(G3, G8)
G9 = NAND(G16, G15)
G10 = NOR(G14, G11)
G11 = NOR(G5, G9)
G12 = NOR(G1, G7)
G13 = NOR(G2, G12)
"""


def s27(state: list[int], inputs: list[int]) -> tuple[list[int], int]:
    """One cycle of s27, worked out here."""
    (g5, g6, g7), (g0, g1, g2, g3) = state, inputs
    g14, g12 = 1 - g0, 1 - (g1 | g7)
    g8 = g14 & g6
    g9 = 1 - ((g3 | g8) & (g12 | g8))
    g11 = 1 - (g5 | g9)
    return [1 - (g14 | g11), g11, 1 - (g2 | g12)], 1 - g11


def same_for(circuit: Circuit, other: Circuit, cycles: int = 200) -> None:
    """Assert that both give the same outputs, bit by bit of the same name."""
    one, two = circuit.netlist, other.netlist
    machines = [Machine(one), Machine(two)]
    names = [[bit for bit, _ in port_bits(side.inputs)] for side in (one, two)]
    columns = [
        {bit: place for bus, span in bus_columns(side) for bit, place in _bits(bus, span)}
        for side in (one.inputs, two.inputs, one.outputs, two.outputs)
    ]
    assert sorted(names[0]) == sorted(names[1])
    assert columns[2].keys() == columns[3].keys()
    order = [columns[0][bit] for bit in sorted(columns[1], key=columns[1].__getitem__)]
    outs = [columns[3][bit] for bit in sorted(columns[2], key=columns[2].__getitem__)]
    for bits in random_inputs(one.inputs, cycles, lanes=1, seed=1):
        first, second = machines[0].step(bits), machines[1].step(bits[:, order])
        assert first.outputs.tolist() == second.outputs[:, outs].tolist()


def _bits(bus: gw.Bus, span: slice) -> list[tuple[str, int]]:
    return list(zip(bus.bits, range(span.start, span.stop), strict=True))


def read(tmp_path: Path, name: str, text: str) -> Circuit:
    path = tmp_path / name
    path.write_text(text)
    return gw.read(path)


def test_a_published_circuit_does_what_its_equations_say(tmp_path: Path) -> None:
    circuit = read(tmp_path, "s27.bench", S27)
    assert [each.initial for each in circuit.netlist.registers] == [None] * 3
    machine = Machine(circuit.netlist)
    state = [0, 0, 0]
    for bits in random_inputs(circuit.netlist.inputs, 2000, lanes=1, seed=3):
        state, wanted = s27(state, bits[0].tolist())
        assert machine.step(bits).outputs[0].tolist() == [wanted]
    neural = circuit.train()
    assert neural.certify().outcome == "proved"
    assert neural.check(noise=0.45).outcome == "sampled"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", CLOCKED)
def test_what_is_written_is_read(name: str, ending: str, tmp_path: Path) -> None:
    circuit = gw.circuit(name)
    path = circuit.save(tmp_path / f"{name}{ending}")
    back = gw.read(path)
    same_for(circuit, back)
    assert [each.initial for each in back.netlist.registers] == [
        each.initial for each in circuit.netlist.registers
    ]


HEAD = ".model t\n.inputs d e r c\n.outputs q\n"


def taken(d: int, e: int, r: int, q: int, kind: str) -> int:
    """What a register takes, by its kind."""
    if kind == "plain":
        return d
    if kind == "enabled":
        return d if e else q
    if kind == "reset":
        return 0 if r else d if e else q
    return (0 if r else d) if e else q  # gated


CELLS: list[tuple[str, Mapping[str, int], str, str]] = [
    # A cell, which of its pins are low active, what it does, and its name on gates of bits.
    ("C=c D=d Q=q", {}, "plain", "$_DFF_P_"),
    ("C=c D=d Q=q", {}, "plain", "$_DFF_N_"),
    ("C=c D=d E=e Q=q", {}, "enabled", "$_DFFE_PP_"),
    ("C=c D=d E=e Q=q", {"e": 1}, "enabled", "$_DFFE_PN_"),
    ("C=c D=d E=e R=r Q=q", {}, "reset", "$_SDFFE_PP0P_"),
    ("C=c D=d E=e R=r Q=q", {"r": 1, "e": 1}, "reset", "$_SDFFE_PN0N_"),
    ("C=c D=d E=e R=r Q=q", {}, "gated", "$_SDFFCE_PP0P_"),
    ("C=c D=d E=e R=r Q=q", {"r": 1}, "gated", "$_SDFFCE_PN0P_"),
]


@pytest.mark.parametrize(("pins", "low", "kind", "cell"), CELLS)
def test_cells_of_yosys_take_what_they_should(
    pins: str, low: Mapping[str, int], kind: str, cell: str, tmp_path: Path
) -> None:
    circuit = read(tmp_path, "t.blif", f"{HEAD}.subckt {cell} {pins}\n.end\n")
    assert circuit.netlist.clock == gw.Clock("c", rising="_N" not in cell[:7])
    machine = Machine(circuit.netlist)
    order = [bus.name for bus in circuit.netlist.inputs]
    held = 0
    for bits in random_inputs(circuit.netlist.inputs, 200, lanes=1, seed=5):
        given = {name: int(bit) for name, bit in zip(order, bits[0], strict=True)}
        e, r = (given[pin] ^ low.get(pin, 0) for pin in "er")
        assert int(machine.step(bits).outputs[0, 0]) == held
        held = taken(given["d"], e, r, held, kind)


@pytest.mark.parametrize(
    ("cell", "value"), [("$_DFF_PP0_", 0), ("$_DFF_PN1_", 1), ("$_DFFE_PP1P_", 1)]
)
def test_a_reset_that_does_not_wait_acts_within_the_cycle(
    cell: str, value: int, tmp_path: Path
) -> None:
    enable = "E=e " if "E" in cell else ""
    circuit = read(tmp_path, "t.blif", f"{HEAD}.subckt {cell} C=c D=d {enable}R=r Q=q\n.end\n")
    machine = Machine(circuit.netlist)
    order = [bus.name for bus in circuit.netlist.inputs]
    held = 0
    for bits in random_inputs(circuit.netlist.inputs, 200, lanes=1, seed=6):
        given = {name: int(bit) for name, bit in zip(order, bits[0], strict=True)}
        resets = given["r"] ^ ("N" in cell[7:8] or cell == "$_DFF_PN1_")
        wanted = value if resets else held
        assert int(machine.step(bits).outputs[0, 0]) == wanted
        following = given["d"] if not enable or given["e"] else held
        held = value if resets else following


def test_words_of_yosys_are_registers_bit_by_bit(tmp_path: Path) -> None:
    import json

    def port(direction: str, bits: list[int]) -> dict[str, Any]:
        return {"direction": direction, "bits": bits}

    cell = {
        "type": "$sdffe",
        "parameters": {
            "WIDTH": f"{2:032b}", "CLK_POLARITY": "1", "EN_POLARITY": "0", "SRST_POLARITY": "1",
            "SRST_VALUE": "10",
        },
        "port_directions": dict.fromkeys(("CLK", "D", "EN", "SRST"), "input") | {"Q": "output"},
        "connections": {"CLK": [2], "D": [3, 4], "EN": [5], "SRST": [6], "Q": [7, 8]},
    }  # fmt: skip
    module = {
        "attributes": {"top": f"{1:032b}"},
        "ports": {
            "clk": port("input", [2]), "d": port("input", [3, 4]), "e": port("input", [5]),
            "r": port("input", [6]), "q": port("output", [7, 8]),
        },
        "cells": {"f": cell},
        "netnames": {"q": {"hide_name": 0, "bits": [7, 8], "attributes": {"init": "1x"}}},
    }  # fmt: skip
    circuit = read(tmp_path, "t.json", json.dumps({"modules": {"t": module}}))
    assert [each.initial for each in circuit.netlist.registers] == [None, 1]
    held = Machine(circuit.netlist)
    steps = [(2, 0, 0, 1), (0, 1, 0, 0), (1, 0, 0, 0), (3, 1, 1, 0)]  # e is low active
    seen = []
    for d, e, r, _ in steps:
        bits = np.array([[d & 1, d >> 1, e, r]], dtype=np.uint8)
        seen.append(held.step(bits).outputs[0].tolist())
    assert seen == [[0, 1], [0, 1], [0, 1], [1, 0]]
    assert held.held[:, 0].tolist() == [0, 1]  # reset goes before the enable


@pytest.mark.parametrize(
    ("latch", "initial", "clock"),
    [
        (".latch d q", None, None),
        (".latch d q 1", 1, None),
        (".latch d q re c", None, gw.Clock("c")),
        (".latch d q fe c 0", 0, gw.Clock("c", rising=False)),
        (".latch d q re NIL 2", None, None),
        (".latch d q re c 3", None, gw.Clock("c")),
    ],
)
def test_every_form_of_a_latch(
    latch: str, initial: int | None, clock: gw.Clock | None, tmp_path: Path
) -> None:
    netlist = read(tmp_path, "t.blif", f"{HEAD}{latch}\n.end\n").netlist
    assert netlist.registers == (gw.Register("q", "d", "q", initial),)
    assert netlist.clock == clock
    assert [bus.name for bus in netlist.inputs] == [*"der", *([] if clock else ["c"])]


def test_a_packed_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "s27.bench.gz"
    path.write_bytes(gzip.compress(S27.encode()))
    assert len(gw.read(path).netlist.registers) == 3


def test_a_library_of_functions_keeps_the_registers(tmp_path: Path) -> None:
    from gatewright.formats.model.assembler import of_functions

    circuit = read(tmp_path, "s27.bench", S27)
    from dataclasses import replace

    made = replace(circuit, netlist=of_functions(circuit.netlist, 3))
    same_for(circuit, made)


def test_two_clocks_are_refused(tmp_path: Path) -> None:
    text = f"{HEAD}.latch d x re c 0\n.latch x q re e 0\n.end\n"
    with pytest.raises(
        FormatError, match="'q' has the clock 'e', and 'x' has 'c'; one clock"
    ) as told:
        read(tmp_path, "t.blif", text)
    assert "'clk2fflogic' makes inputs of clocks" in str(told.value)


def test_registers_of_bench_that_say_how_they_begin(tmp_path: Path) -> None:
    text = "INPUT(a)\nOUTPUT(z)\nx = DFF0(a)\ny = dff1(x)\nz = DFF(y)\n"
    registers = read(tmp_path, "t.bench", text).netlist.registers
    assert [each.initial for each in registers] == [0, 1, None]


def test_a_clock_may_be_listed_twice_in_blif_and_stand_behind_a_buffer(tmp_path: Path) -> None:
    text = (
        ".model m\n.inputs c a\n.clock c\n.outputs q\n.names c d\n1 1\n"
        ".latch a x re c 0\n.latch x q re d 0\n.end\n"
    )
    netlist = read(tmp_path, "t.blif", text).netlist
    assert [bus.name for bus in netlist.inputs] == ["a"]
    assert netlist.clock == Clock("c")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_clock_may_be_a_bit_of_a_bus(tmp_path: Path, ending: str) -> None:
    pins = '"C": [2], "D": [3], "Q": [4]'
    text = f"""{{"modules": {{"m": {{"ports": {{"c": {{"direction": "input", "bits": [2, 3]}},
        "q": {{"direction": "output", "bits": [4]}}}},
        "cells": {{"g": {{"type": "$_DFF_P_", "connections": {{{pins}}}}}}}}}}}}}"""
    found = read(tmp_path, "m.json", text)
    assert found.netlist.clock is not None
    assert found.netlist.clock.name == "c[0]"
    assert [bus.bits for bus in found.netlist.inputs] == [("c[1]",)]
    found.save(tmp_path / f"back{ending}")
    same_for(found, gw.circuit(tmp_path / f"back{ending}"))
