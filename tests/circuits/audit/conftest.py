"""Small audits, one for each way to prove."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from gatewright.circuits.audit import check
from gatewright.circuits.audit.specifications import specification
from gatewright.circuits.audit.writing import audit_files
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.references.lines import told
from gatewright.circuits.spec import CircuitSpec
from gatewright.formats.blif.writer import write_blif
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.manager import Plugins

Files = dict[str, bytes]
Audited = Callable[..., Files]


@pytest.fixture(scope="session")
def audited(plugins: Plugins, gates: Mapping[str, TrainedGate]) -> Audited:
    """The files of the audit of a built-in circuit, by its specification or another."""

    def make(name: str, *texts: str, **words: int | str) -> Files:
        circuit = plugins.circuit(name).elaborate(words, plugins.gates)
        names = [bus.name for bus in circuit.netlist.outputs]
        lines, assuming = told(texts or specification(name, circuit.words) or (), names)
        return audit_files(circuit, gates, write_blif, lines, assuming, time_limit=60)

    return make


@pytest.fixture(scope="session")
def loose(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> tuple[Circuit, dict[str, TrainedGate]]:
    """A circuit of a gate that may do anything where both inputs are 1, which it never meets."""
    spec = GateSpec("one-of", TruthTable.from_rows(["0", "1", "1", "-"], ["a", "b"], ["y"]))

    def build(circuit: CircuitBuilder) -> None:
        bits = circuit.input_bus("x", 16)
        found = bits[0]
        for bit in bits[1:]:
            low = circuit.gate("and", found, bit)
            either = circuit.gate("one-of", low, circuit.gate("not", low))
            found = circuit.gate("and", either, circuit.gate("xor", low, bit))
        circuit.output("y", found)

    made = CircuitSpec("loose", "for tests", (), build, None)
    circuit = made.elaborate({}, {**plugins.gates, "one-of": spec})
    return circuit, {**gates, "one-of": train(spec)}


@pytest.fixture(scope="session")
def audits(audited: Audited, loose: tuple[Circuit, dict[str, TrainedGate]]) -> dict[str, Files]:
    """Audits by how they are proved; the checker is left out."""
    circuit, gates = loose
    found = {
        "patterns": audited("ripple-adder", bits=2),
        "clauses": audited("parity-tree", bits=16),
        "algebra": audited("array-multiplier", bits=8),
        "where": audited("multiplexer", ways=3, bits=5),
        "loose": audit_files(circuit, gates, write_blif, (), "", time_limit=60),
        "none": audited("hex-display", digits=1),
    }
    for name, each in (("clauses", "lrat"), ("algebra", "pac"), ("loose", "lrat")):
        assert f"proof.{each}" in found[name]
    for files in found.values():
        del files["check.py"]
        assert check.Audit(files).claim().encode() == files["claim.txt"]
    return found
