"""Binary AIGER as ABC understands it, beside the same circuit in BLIF; where there is no ABC, skipped."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.formats.aiger.reader import read_aiger
from gatewright.formats.aiger.writer import write_aiger
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.model.source import read_source
from gatewright.plugins.manager import Plugins

ABC = shutil.which("berkeley-abc") or shutil.which("abc") or shutil.which("yosys-abc")

pytestmark = pytest.mark.skipif(
    ABC is None, reason="no ABC: install berkeley-abc, called berkeley-abc, abc or yosys-abc"
)


def abc(folder: Path, commands: str) -> str:
    """What ABC prints; it fails without an exit code."""
    assert ABC is not None
    done = subprocess.run(
        [ABC, "-c", commands], cwd=folder, capture_output=True, text=True, timeout=60
    )
    return done.stdout + done.stderr


def written(plugins: Plugins, folder: Path, name: str, words: dict[str, int]) -> Netlist:
    """A circuit as ``c.aig`` and ``c.blif``."""
    netlist = plugins.circuit(name).elaborate(words, plugins.gates).netlist
    (folder / "c.aig").write_bytes(write_aiger(netlist, binary=True, comment="for ABC"))
    (folder / "c.blif").write_text(write_blif(netlist))
    return netlist


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ripple-adder", {"bits": 8}),
        ("kogge-stone", {"bits": 16}),
        ("array-multiplier", {"bits": 4}),
        ("parity-tree", {"bits": 40}),
    ],
)
def test_aiger_and_blif_are_the_same_circuit_to_abc(
    plugins: Plugins, tmp_path: Path, name: str, words: dict[str, int]
) -> None:
    netlist = written(plugins, tmp_path, name, words)
    assert "Networks are equivalent" in abc(tmp_path, "cec c.aig c.blif")
    # The names that ABC finds are those of the ports, in order; it pairs by them.
    abc(tmp_path, "read_aiger c.aig; write_blif again.blif")
    text = (tmp_path / "again.blif").read_text().replace("\\\n", " ")
    for word, buses in (("inputs", netlist.inputs), ("outputs", netlist.outputs)):
        found = re.search(rf"^\.{word}(.*)$", text, re.MULTILINE)
        assert found is not None
        assert found[1].split() == [bit for bit, _ in port_bits(buses)]


def test_a_changed_gate_is_found_by_abc(plugins: Plugins, tmp_path: Path) -> None:
    written(plugins, tmp_path, "ripple-adder", {"bits": 4})
    data = bytearray((tmp_path / "c.aig").read_bytes())
    outputs = data.index(b"\n") + 1
    end = data.index(b"\n", outputs)
    literal = int(data[outputs:end])
    data[outputs:end] = str(literal ^ 1).encode()
    (tmp_path / "c.aig").write_bytes(data)
    assert "NOT EQUIVALENT" in abc(tmp_path, "cec c.aig c.blif")


@pytest.mark.parametrize(
    "commands",
    [
        "read_blif c.blif; strash; write_aiger -s a.aig",
        "read_blif c.blif; strash; &get -n; &w a.aig",
    ],
)
def test_what_abc_writes_is_read_with_its_comment(
    plugins: Plugins, tmp_path: Path, commands: str
) -> None:
    netlist = written(plugins, tmp_path, "kogge-stone", {"bits": 6})
    abc(tmp_path, commands)
    again = read_aiger(read_source(tmp_path / "a.aig"), plugins.gates)
    if "-s" in commands:
        assert [(bus.name, bus.width) for bus in again.inputs + again.outputs] == [
            (bus.name, bus.width) for bus in netlist.inputs + netlist.outputs
        ]
    (tmp_path / "b.aig").write_bytes(write_aiger(again, binary=True))
    assert "Networks are equivalent" in abc(tmp_path, "cec -n b.aig c.blif")
