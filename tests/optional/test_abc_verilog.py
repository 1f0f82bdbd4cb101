"""ABC reads our Verilog, whose reader knows netlists alone, and proves it equal to our BLIF."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.strategies import COMBINATIONAL

from gatewright.circuits.netlist import Netlist
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.verilog.writer import write_verilog
from gatewright.plugins.manager import Plugins

ABC = shutil.which("berkeley-abc") or shutil.which("yosys-abc") or shutil.which("abc")

pytestmark = pytest.mark.skipif(
    ABC is None, reason="no ABC: install it, called abc, berkeley-abc or yosys-abc"
)


def compare(folder: Path, netlist: Netlist, verilog: str) -> str:
    """What ABC says of the two; it matches ports by place, for those of one bit have two names."""
    assert ABC is not None
    (folder / "a.v").write_text(verilog)
    (folder / "a.blif").write_text(write_blif(netlist))
    script = (
        "read_verilog a.v; strash; write_aiger v.aig; read_blif a.blif; strash; write_aiger b.aig"
    )
    for each in (script, "cec -n v.aig b.aig"):
        done = subprocess.run([ABC, "-c", each], cwd=folder, capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_builder(plugins: Plugins, tmp_path: Path, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({}, plugins.gates).netlist
    assert "Networks are equivalent" in compare(tmp_path, netlist, write_verilog(netlist))


def test_a_changed_sign_is_refuted(plugins: Plugins, tmp_path: Path) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({}, plugins.gates).netlist
    text = write_verilog(netlist).replace(" & ", " | ", 1)
    assert "NOT EQUIVALENT" in compare(tmp_path, netlist, text)
