"""``circuits export`` of gates; of circuits it is tested beside ``circuits compose``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.formats.blif.writer import write_blif
from gatewright.formats.c99 import write_c99
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.train import train
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install

TWO_OF_A_NAME = """
from gatewright import CircuitSpec, GateSpec, hookimpl

@hookimpl
def gatewright_gates():
    yield GateSpec.from_function("twin", lambda a: 1 - a, inputs="a", outputs="y")

@hookimpl
def gatewright_circuits():
    def build(circuit):
        circuit.output("y", circuit.gate("twin", circuit.input("a")))

    yield CircuitSpec("twin", "", (), build, reference=lambda buses: {"y": 1 - buses["a"]})
"""


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("words", [("xor",), ("xor", "--format", "c99"), ("--format=c99", "xor")])
def test_a_gate_is_c99(
    circuits: Circuits, gates: Mapping[str, TrainedGate], words: tuple[str, ...]
) -> None:
    assert circuits("export", *words) == (0, write_c99(gates["xor"]), "")


def test_a_gate_from_a_named_store(
    circuits: Circuits, gates: Mapping[str, TrainedGate], store: Path
) -> None:
    code, out, err = circuits("export", "full-adder", "--store", store)
    assert (code, out, err) == (0, write_c99(gates["full-adder"]), "")


def test_a_gate_that_is_missing_is_trained_with_the_seed_and_kept(
    circuits: Circuits, plugins: Plugins, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    code, out, err = circuits("export", "not", "--seed", "3", "--store", folder)
    trained = train(plugins.gate("not"), seed=3)
    assert (code, out) == (0, write_c99(trained))
    assert err == f"training not: not yet in {folder}\n"
    kept = Store(folder).load(plugins.gate("not"))
    assert kept is not None
    assert kept.digest == trained.digest


@pytest.mark.usefixtures("trained")
def test_a_gate_to_a_file(
    circuits: Circuits, gates: Mapping[str, TrainedGate], tmp_path: Path
) -> None:
    file = tmp_path / "my gate.c"
    code, out, err = circuits("export", "mux", "--out", file)
    assert (code, out) == (0, f"wrote {file}\n")
    assert err == f"next: cc -std=c99 -c '{file}'\n"
    assert file.read_text() == write_c99(gates["mux"])
    file.write_text("mine")
    code, out, err = circuits("export", "mux", "--out", file)
    assert (code, out, file.read_text()) == (2, "", "mine")
    assert err == f"circuits: {file} exists; name another file, or give --force to replace it\n"
    assert circuits("export", "mux", "--out", file, "--force").code == 0
    assert file.read_text() == write_c99(gates["mux"])


def test_nothing_is_trained_for_a_file_that_cannot_be_written(
    circuits: Circuits, tmp_path: Path
) -> None:
    (tmp_path / "xor.c").write_text("mine")
    store = tmp_path / "mine"
    assert circuits("export", "xor", "--out", tmp_path / "xor.c", "--store", store).code == 2
    assert not store.exists()


@pytest.mark.usefixtures("trained")
def test_a_gate_in_json(
    circuits: Circuits, gates: Mapping[str, TrainedGate], tmp_path: Path
) -> None:
    text, digest = write_c99(gates["xor"]), gates["xor"].digest
    about = {
        "schema": "gatewright/export/1",
        "gate": "xor",
        "weights": digest,
        "format": "c99",
    }
    assert json.loads(circuits("export", "xor", "--json").out) == {**about, "text": text}
    file = tmp_path / "xor.c"
    code, out, err = circuits("export", "xor", "--json", "--out", file)
    assert (code, json.loads(out), err) == (0, {**about, "file": str(file)}, "")
    assert file.read_text() == text


def test_a_circuit_is_blif_by_name_too(circuits: Circuits, plugins: Plugins) -> None:
    netlist = plugins.circuit("equality").elaborate({"bits": 2}, plugins.gates).netlist
    text = write_blif(netlist, comment="equality --bits 2")
    assert circuits("export", "equality", "--bits", "2", "--format", "blif") == (0, text, "")


def test_a_name_that_a_gate_and_a_circuit_have(circuits: Circuits, install: Install) -> None:
    install("acme", TWO_OF_A_NAME)
    assert circuits("export", "twin").out.startswith("# twin\n.model twin\n")
    assert circuits("export", "twin", "--format", "blif").out == circuits("export", "twin").out
    assert "void gate_twin(" in circuits("export", "twin", "--format", "c99").out


def test_a_gate_that_was_not_hardened(circuits: Circuits, plugins: Plugins, trained: Path) -> None:
    spec: GateSpec = plugins.gate("and")
    Store(trained).save(train(spec, Recipe(layers=(2,))))
    code, out, err = circuits("export", "and")
    assert (code, err) == (0, "")
    assert "in double" in out
    assert "void gate_and(const double in[2], double out[1])" in out
    assert circuits("train", "and").code == 0
    assert circuits("export", "and").code == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            "xor --format vhdl",
            2,
            "there is no format 'vhdl'; formats: blif, bench, aag, aig, verilog, json, graphml, node-link, "
            "dot, onnx, c99",
        ),
        (
            "xor --bits 4",
            2,
            "there is no option --bits: neither this command nor the gate xor has one",
        ),
        ("full-addr", 3, "no gate 'full-addr'; did you mean 'full-adder'?"),
        ("ripple-addr", 3, "no circuit 'ripple-addr'; did you mean 'ripple-adder'?"),
        ("ripple-addr --format c99", 3, "no circuit 'ripple-addr'; did you mean 'ripple-adder'?"),
        ("xro --format c99", 3, "no gate 'xro'; did you mean 'xor'?"),
        ("xro --format blif", 3, "no circuit 'xro'; did you mean the gate 'xor'?"),
        ("xor --out /proc/xor.c", 2, "/proc/xor.c cannot be written: No such file or directory; "),
    ],
)
@pytest.mark.usefixtures("trained")
def test_is_refused(circuits: Circuits, words: str, code: int, message: str) -> None:
    given = circuits("export", *words.split())
    assert (given.code, given.out) == (code, "")
    assert given.err.startswith(f"circuits: {message}")
    assert given.err.count("\n") == 1


@pytest.mark.usefixtures("trained")
def test_circuits_as_c(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "counter.c"
    code, text, err = circuits("export", "counter", "--bits", "2", "--out", out)
    assert (code, text) == (0, f"wrote {out}\n")
    assert err.endswith(f"next: cc -std=c99 -c {out}\n")
    written = out.read_text()
    assert written.startswith(
        "/*\n * counter --bits 2 --modulo 0, of hardened gates\n * in[0]: enable\n"
    )
    assert (
        "void circuit_counter_step(struct circuit_counter *s, const uint8_t in[1], uint8_t out[2])"
        in written
    )
    code, text, _ = circuits("export", "ripple-adder", "--bits", "2", "--format", "c99", "--json")
    found = json.loads(text)
    assert (code, found["circuit"], found["format"]) == (0, "ripple-adder", "c99")
    assert "void circuit_ripple_adder(const uint8_t in[5], uint8_t out[3])" in found["text"]


@pytest.mark.usefixtures("trained")
def test_one_cycle_as_onnx(circuits: Circuits, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    out = tmp_path / "once.onnx"
    code, text, err = circuits("cut", "accumulator", "--bits", "2", "--out", out)
    assert (code, text) == (0, f"cut out 2 registers; wrote {out}\n")
    assert err.endswith("next: circuits simulate accumulator --bits 2\n")
    graph = onnx.load(str(out)).graph
    assert [each.name for each in graph.input] == ["a", "clear", "total"]
    assert [each.name for each in graph.output] == ["total", "total_next"]
    code, _, err = circuits("export", "accumulator", "--out", tmp_path / "all.onnx")
    assert (code, err) == (
        2,
        "circuits: circuit 'accumulator' has registers, which onnx does not hold; 'circuits cut accumulator "
        "--bits 8 --out once.onnx' writes one cycle of it\n",
    )
