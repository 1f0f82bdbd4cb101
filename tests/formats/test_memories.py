"""Memories in files: Yosys' cells of whole memories, and what is written of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.circuits.clocked.test_memory import scratch as scratch

import gatewright as gw
from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time
from gatewright.circuits.netlist import Netlist
from gatewright.errors import FormatError, UsageError
from gatewright.formats.model.source import Source
from gatewright.formats.registry import FORMATS
from gatewright.formats.yosys.reader import read_yosys_json

WIDTH, WORDS = 2, 4


def cell(**changes: Any) -> dict[str, Any]:
    """A memory of four words of two bits that is read at the edge of a clock, and written by two ports."""
    parameters = {
        "ABITS": 2,
        "WIDTH": WIDTH,
        "SIZE": WORDS,
        "OFFSET": 0,
        "RD_PORTS": 1,
        "WR_PORTS": 2,
        "INIT": "xx011x10",
        "RD_CLK_ENABLE": "1",
        "RD_CLK_POLARITY": "1",
        "WR_CLK_ENABLE": "11",
        "WR_CLK_POLARITY": "11",
        "RD_TRANSPARENCY_MASK": "00",
        "RD_CE_OVER_SRST": "0",
        "RD_INIT_VALUE": "10",
        "RD_SRST_VALUE": "01",
        "RD_ARST_VALUE": "11",
    }
    pins = {
        "RD_ADDR": [3, 4],
        "RD_DATA": [20, 21],
        "RD_CLK": [2],
        "RD_EN": [5],
        "RD_SRST": [6],
        "RD_ARST": ["0"],
        "WR_ADDR": [7, 8, 3, 4],
        "WR_DATA": [9, 10, 10, 9],
        "WR_EN": [11, 12, 13, 13],
        "WR_CLK": [2, 2],
    }
    for name, value in changes.items():
        (pins if name in pins else parameters)[name] = value
    return {"type": "$mem_v2", "parameters": parameters, "connections": pins}


def document(made: dict[str, Any], **module: Any) -> bytes:
    names = {
        "clk": [2],
        "a": [3, 4],
        "en": [5],
        "rst": [6],
        "b": [7, 8],
        "d": [9, 10],
        "w": [11, 12, 13],
    }
    ports = {name: {"direction": "input", "bits": bits} for name, bits in names.items()}
    ports["q"] = {"direction": "output", "bits": made["connections"]["RD_DATA"]}
    body = {"ports": ports, "cells": {"ram": made}, **module}
    return json.dumps({"modules": {"m": body}}).encode()


def read(**changes: Any) -> Netlist:
    return read_yosys_json(Source("m.json", document(cell(**changes))), gw.load_plugins().gates)


State = tuple[list[int], int]


def model(
    *, seen: tuple[int, ...] = (), gated: bool = False, reset: str = "sync", enabled: bool = True
) -> Callable[[State | None, dict[str, int]], tuple[State, int]]:
    """The same in Python: the next state and the output, of a state and inputs."""

    def step(state: State | None, given: dict[str, int]) -> tuple[State, int]:
        words, held = ([2, 2, 1, 0], 2) if state is None else state
        a, en = given["a"], given["en"] or not enabled
        rst = given["rst"] if reset != "none" else 0
        output = 3 if rst and reset == "async" else held
        w, d = given["w"], given["d"]
        writes = [(given["b"], d, w & 3), (a, (d >> 1) | (d & 1) << 1, 3 if w & 4 else 0)]
        after, found = list(words), words[a]
        for number, (at, word, mask) in enumerate(writes):
            after[at] = after[at] & ~mask | word & mask
            if number in seen and at == a:
                found = found & ~mask | word & mask
        following = found if en else held
        if reset == "async":
            following = 3 if rst else following
        elif rst and (en or not gated):
            following = 1
        return (after, following), output

    return step


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, {}),
        ({"RD_TRANSPARENCY_MASK": "01"}, {"seen": (0,)}),
        ({"RD_TRANSPARENCY_MASK": "10"}, {"seen": (1,)}),
        ({"RD_TRANSPARENCY_MASK": "11"}, {"seen": (0, 1)}),
        ({"RD_CE_OVER_SRST": "1"}, {"gated": True}),
        ({"RD_EN": ["1"]}, {"enabled": False}),
        ({"RD_SRST": ["0"]}, {"reset": "none"}),
        ({"RD_SRST": ["0"], "RD_ARST": [6]}, {"reset": "async"}),
    ],
)
def test_ports_read_at_an_edge_do_as_yosys_says(changes: Any, wanted: Any) -> None:
    netlist = read(**changes)
    assert netlist.clock == gw.Clock("clk")
    assert [(each.name, each.words, each.width) for each in netlist.memories] == [("ram", 4, 2)]
    assert netlist.memories[0].initial == (2, 2, 1)  # an unknown bit of a known word is 0
    machine = gw.circuit(netlist).clocked()
    step, state = model(**wanted), None
    import numpy as np

    draws = np.random.default_rng(0)
    for _ in range(400):
        given = {bus.name: int(draws.integers(1 << bus.width)) for bus in netlist.inputs}
        state, output = step(state, given)
        assert machine.step(**given)["q"] == output
    assert list(machine.memories["ram"]) == state[0]  # type: ignore[index] # it has run


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OFFSET": "1" * 32}, "begins at an address below 0; begin it at 0"),
        ({"SIZE": 0}, "has 0 words of 2 bits; give it SIZE and WIDTH"),
        ({"WR_EN": [11]}, "has 1 nets on pin 'WR_EN' of 4; join every bit"),
        ({"WR_CLK_ENABLE": "10"}, "is written at port 0 without a clock; write it in a process"),
        ({"WR_CLK_POLARITY": "10"}, "is written by two clocks, or by both edges of one"),
        ({"WR_CLK": [2, 5]}, "is written by two clocks, or by both edges of one"),
        ({"RD_ARST": [5]}, "has two resets at port 0; give it one"),
        ({"RD_CLK_POLARITY": "0"}, "is written as 'clk' rises, and others move as 'clk' falls"),
        ({"SIZE": 1 << 31}, "memory 'ram' of 2 147 483 648 words of 2 bits has more than"),
    ],
)
def test_memories_that_are_none_are_refused_in_a_line(changes: Any, said: str) -> None:
    with pytest.raises(FormatError, match=re.escape(said)):
        read(**changes)


def test_a_clock_that_a_memory_reads_and_a_loop_through_one_are_refused() -> None:
    with pytest.raises(FormatError, match="is the clock 'clk' under another name; only registers"):
        read(WR_DATA=[2, 10, 10, 9])
    with pytest.raises(
        FormatError, match="memory 'ram' is read at an address that depends on what"
    ):
        read(RD_CLK_ENABLE="0", RD_ADDR=[20, 4])


def test_a_memory_in_parts_is_refused_with_the_command_that_joins_them() -> None:
    with pytest.raises(FormatError, match="'memory -nomap' makes one cell of it, which is"):
        read_yosys_json(
            Source("m.json", document(cell(), memories={"ram": {"width": 2, "size": 4}})), {}
        )


def test_the_older_cell_of_a_memory_is_read_too() -> None:
    made = cell(RD_TRANSPARENT="1", RD_SRST=["0"])
    made["type"] = "$mem"
    netlist = read_yosys_json(Source("m.json", document(made)), gw.load_plugins().gates)
    assert netlist.registers[0].initial == 0
    assert len(netlist.memories[0].writes) == 2


def test_memories_of_modules_are_called_after_where_they_are() -> None:
    inner = json.loads(document(cell()))["modules"]["m"]
    names = {
        "clk": [2],
        "a": [3, 4],
        "en": [5],
        "rst": [6],
        "b": [7, 8],
        "d": [9, 10],
        "w": [11, 12, 13],
    }
    ports = {name: {"direction": "input", "bits": bits} for name, bits in names.items()}
    cells = {}
    for at, where in enumerate(("u", "v")):
        q = [30 + 2 * at, 31 + 2 * at]
        ports[f"q{at}"] = {"direction": "output", "bits": q}
        cells[where] = {"type": "m", "parameters": {}, "connections": {**names, "q": q}}
    root = {"modules": {"m": inner, "top": {"ports": ports, "cells": cells}}}
    netlist = read_yosys_json(Source("t.json", json.dumps(root).encode()), gw.load_plugins().gates)
    assert sorted(each.name for each in netlist.memories) == ["u/ram", "v/ram"]
    clocked = gw.circuit(netlist).clocked()
    clocked.load("u/ram", [3], 2)
    for _ in range(2):
        outputs = clocked.step(a=2, en=1, rst=0, b=0, d=0, w=0)
    assert outputs == {"q0": 3, "q1": 1}


def test_ports_that_never_write_are_none() -> None:
    netlist = read(WR_EN=["0", "0", 13, 13])
    assert len(netlist.memories[0].writes) == 1


@pytest.mark.parametrize("falling", [False, True])
def test_json_is_read_back_as_it_was_written(
    falling: bool, scratch: Netlist, tmp_path: Path
) -> None:
    import dataclasses

    netlist = dataclasses.replace(scratch, clock=gw.Clock("tick", rising=not falling))
    circuit = gw.circuit(netlist)
    again = gw.read(circuit.save(tmp_path / "scratch.json"))
    assert again.netlist.clock == netlist.clock
    assert [(each.initial, each.first) for each in again.netlist.memories] == [
        ((1, None, 6), 0),
        ((0, 3, 1, 2, 3, 0, 2, 1), 0),
    ]
    back = {each.q: each.name for each in again.netlist.registers}
    named = [dataclasses.replace(each, name=back[each.q]) for each in netlist.registers]
    mine = dataclasses.replace(netlist, registers=tuple(named))
    assert equivalence_in_time(gw.circuit(mine), again).proved


def test_verilog_keeps_memories_as_arrays(scratch: Netlist, tmp_path: Path) -> None:
    text = gw.circuit(scratch).save(tmp_path / "scratch.v").read_text()
    for line in (
        "  reg [2:0] ram [0:4];",
        "    ram[0] = 3'h1;",
        "    ram[2] = 3'h6;",
        "  assign {found[2], found[1], found[0]} = ({a[2], a[1], a[0]} <= 4) ? ram[{a[2], a[1], a[0]}] : 3'h0;",
        "    if (write && ({a[2], a[1], a[0]} <= 4)) ram[{a[2], a[1], a[0]}] <= {data[2], data[1], data[0]};",
        "    if (masks[1] && ({b[2], b[1], b[0]} <= 4)) ram[{b[2], b[1], b[0]}][1:1] <= \\not-2.y ;",
    ):
        assert line in text
    assert "ram[1] =" not in text


def test_other_formats_refuse_memories_and_name_those_that_hold_them(scratch: Netlist) -> None:
    for name in ("blif", "bench", "aig"):
        with pytest.raises(UsageError) as refused:
            FORMATS[name].write(scratch, "")
        said = f"circuit 'scratch' has registers and memories, which {name} does not hold; formats that do: "
        said += "verilog, json; or cut them out"
        assert said in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"initial": (2, None, 6)}, "memory 'ram' does not begin alike in both"),
        ({"words": 6}, "memory 'ram' does not have the same words and ports in both"),
        ({"name": "rom"}, "memory 'ram' of scratch has no memory of its name in scratch"),
    ],
)
def test_memories_that_differ_are_not_matched(
    changes: dict[str, Any], said: str, scratch: Netlist
) -> None:
    import dataclasses

    ram, table = scratch.memories
    other = dataclasses.replace(scratch, memories=(dataclasses.replace(ram, **changes), table))
    claim = equivalence_in_time(gw.circuit(scratch), gw.circuit(other))
    assert claim.outcome != "proved"
    assert said in claim.extent or "refuted: output found" in claim.extent
    same = equivalence_in_time(gw.circuit(scratch), gw.circuit(scratch))
    assert same.proved
    assert same.in_time == (
        "2 memories matched by name, 2 registers matched by name, so in every cycle"
    )


def test_a_difference_says_what_was_assumed_of_words_that_nobody_gives(scratch: Netlist) -> None:
    import dataclasses

    ram, table = scratch.memories
    other = dataclasses.replace(
        scratch, memories=(dataclasses.replace(ram, initial=(0, None, 1)), table)
    )
    claim = equivalence_in_time(gw.circuit(scratch), gw.circuit(other))
    assert claim.outcome == "refuted"
    assert re.search(
        r"output found in cycle 0 is \d and \d, if memories without an initial value begin as 0$",
        claim.reason,
    )
