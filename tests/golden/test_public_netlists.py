"""Public netlists: every one is read, made of certified gates, and computes what its logic says.

They lie in the folder that GATEWRIGHT_BENCHMARKS names: ``epfl`` (BLIF and binary AIGER), ``iscas85`` and
``iscas89`` (.bench; the latter have registers), ``lgsynth91`` (BLIF), and of IWLS 1993 ``iwls93/pla`` and
``iwls93/tv``, test vectors of circuits in the other folders.
"""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import numpy as np
import pytest

from gatewright.circuits.clocked.cut import cut, gates_of
from gatewright.circuits.clocked.lockstep import astray_of
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.netlist import Netlist, port_bits
from gatewright.circuits.patterns import all_patterns, random_patterns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.simulate.neural import NeuralEngine
from gatewright.circuits.verify.composition import certificate
from gatewright.errors import FormatError
from gatewright.formats.model.assembler import of_functions
from gatewright.formats.reading import read_netlist
from gatewright.gates.library import trained_gates
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

FOLDER = Path(os.environ.get("GATEWRIGHT_BENCHMARKS", ""))
KINDS = ("*.blif", "*.aig", "*.bench", "*.pla")
FILES = sorted(
    str(path.relative_to(FOLDER))
    for kind in KINDS
    for path in (FOLDER.rglob(kind) if FOLDER.name else ())
)
MALFORMED = {
    "iscas89/s208.1.bench": (
        r":1:1: '<!DOCTYPE HTML.*' begins a web page, .*; download the netlist"
    ),
    "iscas89/s400.bench": r":\d+:\d+: '\w+' is read here, and nothing drives it; make it an input",
}
SEQUENTIAL = {file for file in FILES if file.startswith("iscas89/")} - MALFORMED.keys()
COMBINATIONAL = [file for file in FILES if file not in SEQUENTIAL | MALFORMED.keys()]
VECTORS = sorted(path.stem for path in (FOLDER / "iwls93/tv").glob("*.tv")) if FOLDER.name else []

pytestmark = pytest.mark.skipif(
    not FOLDER.name, reason="GATEWRIGHT_BENCHMARKS names no folder of public netlists"
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Where the library's classes are kept while these tests run."""
    return Store(tmp_path_factory.mktemp("library"))


def neural(netlist: Netlist, shelf: Store) -> tuple[Netlist, dict[str, TrainedGate]]:
    """A netlist made of functions of up to four inputs, and their gates from the NPN library."""
    made = of_functions(netlist, 4)
    assert all(name.startswith("lut") for name in made.gates)
    return made, trained_gates(made.gates.values(), shelf)


def test_there_are_files() -> None:
    assert len(COMBINATIONAL) > 30
    assert len(SEQUENTIAL) > 3
    assert len(VECTORS) > 20


@pytest.mark.parametrize("file", COMBINATIONAL)
def test_a_circuit_of_gates_from_the_library_is_exact(
    file: str, shelf: Store, plugins: Plugins
) -> None:
    read = read_netlist(str(FOLDER / file), plugins.gates)
    made, gates = neural(read, shelf)
    claim = certificate(made, gates)
    assert (claim.outcome, claim.reason) == ("proved", "")
    width = len(read.input_nets)
    total = min(2**width, 10_000)
    chunks = (
        all_patterns(read.inputs, total, chunk=total)
        if width <= 13
        else random_patterns(read.inputs, total, seed=0, chunk=total)
    )
    for patterns in chunks:
        wanted = ExactEngine(compile_netlist(read)).outputs(patterns)
        raw = NeuralEngine(compile_netlist(made), gates, fast=False).outputs(patterns)
        np.testing.assert_array_equal(raw, wanted)  # hardened gates: exactly 0 and 1


@pytest.mark.parametrize("file", sorted(SEQUENTIAL))
def test_a_circuit_with_registers_is_exact_in_every_cycle(
    file: str, shelf: Store, plugins: Plugins
) -> None:
    read = read_netlist(str(FOLDER / file), plugins.gates)
    assert len(read.registers) == (FOLDER / file).read_text().count("DFF(")
    made, gates = neural(read, shelf)
    gates |= trained_gates(gates_of(made), shelf)
    assert certificate(cut(made, restored=True), gates).outcome == "proved"
    neurons = Machine(made, gates, lanes=4, noise=0.45, seed=1)
    logic = Machine(read, lanes=4)
    for bits in random_inputs(made.inputs, 200, lanes=4, seed=0):
        cycle = neurons.step(bits)
        assert astray_of(cycle) is None
        np.testing.assert_array_equal(cycle.outputs, logic.step(bits).outputs)


@pytest.mark.parametrize("file", sorted(MALFORMED) if FOLDER.name else [])
def test_a_malformed_file_is_refused(file: str, plugins: Plugins) -> None:
    with pytest.raises(FormatError, match=re.escape(file) + MALFORMED[file]):
        read_netlist(str(FOLDER / file), plugins.gates)


@pytest.mark.parametrize("name", VECTORS)
def test_every_vector_passes_raw(name: str, shelf: Store, plugins: Plugins) -> None:
    (path,) = (
        path
        for folder, suffix in (("lgsynth91", ".blif"), ("iwls93/pla", ".pla"))
        if (path := FOLDER / folder / f"{name}{suffix}").exists()
    )
    made, gates = neural(read_netlist(str(path), plugins.gates), shelf)
    inputs, outputs = ([bit for bit, _ in port_bits(side)] for side in (made.inputs, made.outputs))
    states, checks = replay((FOLDER / f"iwls93/tv/{name}.tv").read_text())
    column = {each: match(each, inputs) for state in states for each in state}
    assert sorted(column.values()) == sorted(inputs)
    places = {bit: at for at, (bit, _) in enumerate(in_bus_order(made))}
    patterns = np.zeros((len(states), len(inputs)), dtype=np.uint8)
    for row, state in enumerate(states):
        for each, value in state.items():
            patterns[row, places[column[each]]] = value
    raw = NeuralEngine(compile_netlist(made), gates, fast=False).outputs(patterns)
    ends = {bit: at for at, bit in enumerate(bit for bus in made.outputs for bit in bus.bits)}
    checked = 0
    for row, check in enumerate(checks):
        for each, value in check.items():
            assert raw[row, ends[match(each, outputs)]] == value, (row, each)
            checked += 1
    assert checked >= len(checks) > 0


def in_bus_order(netlist: Netlist) -> list[tuple[str, str]]:
    """The name and net of every input bit, in the order of a pattern's columns."""
    return [pair for bus in netlist.inputs for pair in zip(bus.bits, bus.nets, strict=True)]


def replay(text: str) -> tuple[list[dict[str, int]], list[dict[str, int]]]:
    """What all inputs are at each time that something is checked, and what is checked then."""
    state: dict[str, int] = {}
    states: list[dict[str, int]] = []
    checks: list[dict[str, int]] = []
    fresh = True
    for statement in text.split(";"):
        words = statement.split()
        if not words or words[0] == "e":
            continue
        if words[0] == "t":
            fresh = True
        elif words[0] == "f":
            state[words[1]] = int(words[2])
        else:
            assert words[0] == "c"
            if fresh:
                states.append(dict(state))
                checks.append({})
                fresh = False
            checks[-1][words[1]] = int(words[2])
    return states, checks


def match(name: str, ports: list[str]) -> str:
    """The port that a test vector means: it writes names in lower case, punctuation as ``_``, with a prefix."""
    plain = {re.sub(r"[^a-z0-9]", "_", port.lower()): port for port in ports}
    for prefix in ("", "p_", "p", "_"):
        if name.startswith(prefix) and name[len(prefix) :] in plain:
            return plain[name[len(prefix) :]]
    raise AssertionError(f"no port for {name} among {ports}")


def test_a_wrong_vector_is_noticed(shelf: Store, plugins: Plugins) -> None:
    read = read_netlist(str(FOLDER / "lgsynth91/majority.blif"), plugins.gates)
    made, gates = neural(read, shelf)
    wrong = {name: flipped(gate) for name, gate in gates.items()}
    patterns = next(all_patterns(read.inputs, 32, chunk=32))
    raw = NeuralEngine(compile_netlist(made), wrong, fast=False).outputs(patterns)
    assert (raw != ExactEngine(compile_netlist(read)).outputs(patterns)).any()


def flipped(gate: TrainedGate) -> TrainedGate:
    """The same gate with its last layer's bias moved far up: its output is always 1."""
    theta = gate.theta.copy()
    theta[-1] += 1000
    return dataclasses.replace(gate, theta=theta)
