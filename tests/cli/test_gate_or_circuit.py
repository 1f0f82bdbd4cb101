"""A gate is a circuit of one gate wherever a circuit is asked for, and circuits have gates to train."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gatewright as gw
from gatewright.circuits.one_gate import gate_circuit
from gatewright.circuits.verify.verify import verify
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.train import train
from gatewright.logic.truth_table import TruthTable

if TYPE_CHECKING:
    from tests.conftest import Circuits


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compose half-adder", "trained gates = exact gates: proved exhaustively (4 of 4)"),
        (
            "compose xor --verify certificate",
            "proved by datasheets (NM 0.45, 1 instance of 1 gate)",
        ),
        ("verify half-adder", "exact gates   = truth table: proved exhaustively (4 of 4)"),
        ("show full-adder", "full-adder          1"),
        ("run half-adder a=1 b=1", "carry=1 sum=0"),
        ("equiv xor xor", "equal: proved"),
        ("export xor --format blif", ".names a b y\n01 1\n10 1\n"),
        ("draw half-adder", "<svg"),
        ("draw half-adder a=1 b=0", "<svg"),
    ],
)
def test_commands_of_circuits_take_a_gate(
    circuits: Circuits, trained: Path, monkeypatch: pytest.MonkeyPatch, words: str, said: str
) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(trained))
    code, out, err = circuits(*words.split())
    assert code == 0, err
    assert said in out


def test_a_report_of_a_gate(
    circuits: Circuits, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(trained))
    code, out, err = circuits("report", "xor", "--out", tmp_path / "xor.html")
    assert code == 0, err
    assert "trained gates = exact gates: proved by datasheets" in out


def test_in_python_too() -> None:
    assert gw.circuit("half-adder").run(a=1, b=1) == {"carry": 1, "sum": 0}
    assert gw.circuit("xor").equivalent(gw.circuit("xnor")).outcome == "refuted"


@pytest.mark.parametrize("rows", ["0110", "011-", "01-1"])
def test_a_gate_is_compared_with_its_table_where_that_says_anything(rows: str) -> None:
    spec = GateSpec("some-gate", TruthTable.from_rows(rows, "ab", "y"))
    circuit = gate_circuit(spec).elaborate({}, {})
    claims = verify(circuit, {"some-gate": train(spec)}).claims
    assert [claim.outcome for claim in claims] == ["proved", "proved"]
    assert claims[1].checked == 4 - rows.count("-")


def test_a_circuit_wired_otherwise_than_the_table_says_is_found() -> None:
    """The table is the gate's own, with its inputs in their places."""
    spec = GateSpec.from_expression("and-not: a & ~b & c")
    found = gate_circuit(spec).elaborate({}, {}).netlist.table
    assert found is not None
    assert found.rows()[0].tolist() == [0, 0, 0, 0, 0, 1, 0, 0]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("ripple-adder", ["full-adder"]),
        ("ripple-adder --bits 2 --from half-adders", ["half-adder", "or"]),
        ("ripple-adder --from=half-adders xor", ["half-adder", "or", "xor"]),
        ("{c17}", ["nand"]),
    ],
)
def test_train_takes_the_gates_of_a_circuit(
    circuits: Circuits, words: str, names: list[str]
) -> None:
    c17 = Path(__file__).parents[2] / "circuits/c17.blif"
    found = circuits("train", *words.format(c17=c17).split(), "--json")
    assert [gate["name"] for gate in json.loads(found.out)["gates"]] == names


def test_what_follows_training_a_circuit_is_composing_it(circuits: Circuits) -> None:
    _, _, err = circuits("train", "ripple-adder", "--bits", "2")
    assert err == "next: circuits compose ripple-adder --bits 2\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("xor --bits 4", "there is no option --bits: neither this command nor xor has one"),
        ("--all --optimizer adam", "nor a gate has one; did you mean --optimiser?"),
        ("ripple-adder --bits", "--bits needs a value; as in --bits 4"),
        ("ripple-adder --epoch 3", "did you mean --epochs?"),
        ("lost.bench", "there is no file lost.bench"),
    ],
)
def test_what_cannot_be_trained(circuits: Circuits, words: str, said: str) -> None:
    code, out, err = circuits("train", *words.split())
    assert (code, out) == (2, "")
    assert said in err


def test_a_circuit_of_wires_has_no_gates(circuits: Circuits, tmp_path: Path) -> None:
    wires = tmp_path / "wires.blif"
    wires.write_text(".model wires\n.inputs a\n.outputs y\n.names a y\n1 1\n.end\n")
    code, _, err = circuits("train", wires)
    assert (code, err) == (
        2,
        f"circuits: circuit '{wires}' is made of wires alone; it has no gate to train\n",
    )


@pytest.mark.parametrize("words", [["show"], ["run"], ["equiv", "ripple-adder"]])
def test_no_file_has_such_a_long_name(circuits: Circuits, words: list[str]) -> None:
    for name in ("9" * 300, f"{'9' * 300}:bits=3"):
        code, out, err = circuits(*words, name)
        assert (code, out) == (3, "")
        assert "no circuit '9999" in err
