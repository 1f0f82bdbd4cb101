"""ABC as a witness: it reads our .bench, and proves it equal to our BLIF; it writes tables, and we read them.

ABC says what it found in words alone: it never fails by its exit code.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.formats.bench.reader import read_bench
from gatewright.formats.bench.writer import write_bench
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.model.source import read_source
from gatewright.formats.pla.reader import read_pla
from gatewright.gates.functions import function_spec
from gatewright.plugins.manager import Plugins

ABC = shutil.which("berkeley-abc") or shutil.which("abc") or shutil.which("yosys-abc")

pytestmark = pytest.mark.skipif(
    ABC is None, reason="no ABC: install berkeley-abc, abc or yosys-abc"
)

EQUAL, DIFFERENT = "Networks are equivalent", "Networks are NOT EQUIVALENT"


def abc(folder: Path, commands: str) -> str:
    """What ABC prints."""
    assert ABC is not None
    done = subprocess.run(
        [ABC, "-c", commands], cwd=folder, capture_output=True, text=True, timeout=60
    )
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)


def verdict(folder: Path, one: str, other: str) -> str:
    """What ABC's ``cec`` says of two files, whose ports it matches by name."""
    said = abc(folder, f"cec {one} {other}")
    found = [each for each in (EQUAL, DIFFERENT) if each in said]
    assert len(found) == 1, said
    return found[0]


def written(folder: Path, netlist: Netlist) -> None:
    (folder / "ours.bench").write_text(write_bench(netlist, comment="ours"))
    (folder / "ours.blif").write_text(write_blif(netlist, comment="ours"))


def altered(text: str) -> Iterator[str]:
    """A text with one gate made another, for each of the gates."""
    other = {"AND": "OR", "OR": "AND", "NAND": "NOR", "NOR": "NAND", "XOR": "XNOR", "XNOR": "XOR"}
    other |= {"NOT": "BUFF", "BUFF": "NOT"}
    for found in re.finditer(r"(?<== )\w+(?=\()", text):
        yield text[: found.start()] + other[found[0]] + text[found.end() :]


CIRCUITS = [
    ("ripple-adder", {"bits": 6}),
    ("kogge-stone", {"bits": 6}),
    ("array-multiplier", {"bits": 4}),
    ("parity-tree", {"bits": 12}),
    ("equality", {"bits": 5}),
    ("decoder", {"bits": 3}),
]


@pytest.mark.parametrize(("name", "parameters"), CIRCUITS)
def test_our_bench_is_our_blif(
    name: str, parameters: dict[str, int], plugins: Plugins, tmp_path: Path
) -> None:
    netlist = plugins.circuit(name).elaborate(parameters, plugins.gates).netlist
    written(tmp_path, netlist)
    assert verdict(tmp_path, "ours.bench", "ours.blif") == EQUAL
    # By order too: the same ports in the same places.
    assert EQUAL in abc(tmp_path, "cec -n ours.bench ours.blif")


def test_every_altered_gate_is_refuted(plugins: Plugins, tmp_path: Path) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates).netlist
    written(tmp_path, netlist)
    texts = list(altered((tmp_path / "ours.bench").read_text()))
    assert len(texts) >= 10
    for text in texts:
        (tmp_path / "altered.bench").write_text(text)
        assert verdict(tmp_path, "altered.bench", "ours.blif") == DIFFERENT, text


def test_every_registered_gate_and_a_constant_and_shared_wires(
    plugins: Plugins, tmp_path: Path
) -> None:
    one = function_spec((0b11,), 1)
    gates = dict(plugins.gates) | {one.name: one}
    nets = ("10", "G1.a", "c/d")
    instances, outputs = [], [Bus("as-it-is", (nets[1],))]
    for name, spec in gates.items():
        drives = tuple(f"{name}.{port}" for port in spec.table.outputs)
        instances.append(Instance(name, name, nets[: len(spec.table.inputs)], drives))
        outputs += [Bus(f"{net}-{which}", (net,)) for net in drives for which in (1, 2)]
    inputs = tuple(Bus(net, (net,)) for net in nets)
    written(tmp_path, Netlist("all", gates, inputs, tuple(outputs), tuple(instances)))
    assert verdict(tmp_path, "ours.bench", "ours.blif") == EQUAL


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_tables_that_abc_writes_are_read_as_it_means_them(
    size: int, plugins: Plugins, tmp_path: Path
) -> None:
    netlist = plugins.circuit("array-multiplier").elaborate({"bits": 4}, plugins.gates).netlist
    written(tmp_path, netlist)
    abc(tmp_path, f"read_blif ours.blif; strash; if -K {size}; write_bench tables.bench")
    text = (tmp_path / "tables.bench").read_text()
    assert "LUT 0x" in text
    read = read_bench(read_source(tmp_path / "tables.bench"), plugins.gates)
    (tmp_path / "read.blif").write_text(write_blif(read))
    assert verdict(tmp_path, "read.blif", "ours.blif") == EQUAL
    # The other order of bits would be another circuit.
    turned = re.sub(r"\( (.*), (\S+) \)", r"( \2, \1 )", text, count=0)
    assert turned != text
    (tmp_path / "tables.bench").write_text(turned)
    read = read_bench(read_source(tmp_path / "tables.bench"), plugins.gates)
    (tmp_path / "read.blif").write_text(write_blif(read))
    assert verdict(tmp_path, "read.blif", "ours.blif") == DIFFERENT


def test_constants_that_abc_writes(plugins: Plugins, tmp_path: Path) -> None:
    (tmp_path / "k.blif").write_text(
        ".model k\n.inputs a\n.outputs y z w\n.names y\n.names z\n1\n.names a w\n0 1\n.end\n"
    )
    abc(tmp_path, "read_blif k.blif; strash; write_bench k.bench")
    read = read_bench(read_source(tmp_path / "k.bench"), plugins.gates)
    written(tmp_path, read)
    assert verdict(tmp_path, "k.blif", "ours.bench") == EQUAL


# Rows of ones, of zeros, of don't-cares, and of ones that are don't-cares besides.
PLA = """
.i 8
.o 3
.ilb a b c d e f g h
.ob x y z
1---11-- 1-~
-0-1--1- 011
--11---0 -11
0000---- 1~1
1-0-1-0- 1-0
-------- 0~0
.e
"""


@pytest.mark.parametrize("widest", [3, 6])
def test_a_pla_is_read_as_abc_reads_it(widest: int, tmp_path: Path) -> None:
    (tmp_path / "t.pla").write_text(PLA.lstrip().replace("~", "-"))
    abc(tmp_path, "read_pla t.pla; write_blif theirs.blif")
    (tmp_path / "t.pla").write_text(PLA)
    written(tmp_path, read_pla(read_source(tmp_path / "t.pla"), {}, widest=widest))
    assert verdict(tmp_path, "ours.bench", "theirs.blif") == EQUAL
    (tmp_path / "t.pla").write_text(PLA.replace("0000---- 1", "0000---- 0"))
    written(tmp_path, read_pla(read_source(tmp_path / "t.pla"), {}, widest=widest))
    assert verdict(tmp_path, "ours.bench", "theirs.blif") == DIFFERENT
