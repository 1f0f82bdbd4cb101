"""Graphviz lays our DOT out: every node and edge is there, and every label says what it should."""

from __future__ import annotations

import html
import re
import shutil
import subprocess

import pytest
from tests.strategies import COMBINATIONAL

from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.formats.dot import write_dot
from gatewright.gates.spec import GateSpec
from gatewright.plugins.manager import Plugins

pytestmark = pytest.mark.skipif(
    not shutil.which("dot"), reason="no Graphviz: install graphviz, whose program is dot"
)


def drawn(text: str) -> str:
    done = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("name", COMBINATIONAL)
def test_every_builder(plugins: Plugins, name: str) -> None:
    netlist = plugins.circuit(name).elaborate({}, plugins.gates).netlist
    picture = drawn(write_dot(netlist, comment=name))
    ports = len(netlist.input_nets) + len(netlist.output_nets)
    assert picture.count('class="node"') == ports + len(netlist.instances)
    pins = sum(len(each.inputs) for each in netlist.instances)
    assert picture.count('class="edge"') == pins + len(netlist.output_nets)


def test_a_pin_that_is_not_there_is_found(plugins: Plugins) -> None:
    netlist = plugins.circuit("equality").elaborate({}, plugins.gates).netlist
    broken = write_dot(netlist).replace("gate0:i0", "gate0:i9")
    done = subprocess.run(["dot", "-Tsvg"], input=broken, capture_output=True, text=True)
    assert "i9" in done.stderr


def test_labels_show_every_sign() -> None:
    spec = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
    odd = r'a"\N\{b}|<c>&amp; é'
    inputs, outputs = (Bus(odd, (odd,)),), (Bus("y", ("net\\",)),)
    instance = Instance(f"{odd}!", "not", (odd,), ("net\\",))
    netlist = Netlist(f"top {odd}", {"not": spec}, inputs, outputs, (instance,))
    picture = drawn(write_dot(netlist))
    texts = [html.unescape(each) for each in re.findall(r"<text .*?>(.*?)</text>", picture)]
    found = [each.replace("\xa0", " ") for each in texts]
    assert sorted(found) == sorted([odd, "a", f"{odd}!", "not", "y", "y", "net\\"])


def test_registers(plugins: Plugins) -> None:
    netlist = plugins.circuit("lfsr").elaborate({}, plugins.gates).netlist
    picture = drawn(write_dot(netlist))
    assert picture.count('class="node"') == len(netlist.instances) + 16
    assert picture.count('class="edge"') == 6 + 8 + 8
    assert ">stage[0]</text>" in picture
