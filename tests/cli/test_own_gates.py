"""Gates of one's own: trained from an expression or a truth table, then known by their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gatewright as gw
from gatewright.gates.store.store import Store

if TYPE_CHECKING:
    from tests.conftest import Circuits

VOTE = "a,b,c,->,y\n1,1,-,,1\n1,-,1,,1\n-,1,1,,1\n0,0,-,,0\n0,-,0,,0\n-,0,0,,0\n"
MAJORITY = 0b11101000

OWN = (
    ".model own\n.inputs p q r\n.outputs z\n.gate odd-one a=p b=q c=r y=w\n"
    ".subckt odd-one a=w b=p c=q y=z\n.end\n"
)


@pytest.fixture
def odd(circuits: Circuits, tmp_path: Path) -> Path:
    """A store with the gate odd-one, of three inputs."""
    code, _, err = circuits("train", "odd-one: a ^ b ^ c")
    assert (code, err) == (0, "next: circuits predict odd-one 1 1 1\n")
    return tmp_path / "store"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gates", "odd-one"), "odd-one: a ^ b ^ c\nfrom the store {store}, certified NM 0.45\n"),
        (("predict", "odd-one", "1", "0", "0.1"), "y       1    1.000000"),
        (("datasheet", "odd-one"), "odd-one: "),
        (("explain", "odd-one"), "odd-one: step 1 of "),
        (("export", "odd-one", "--format", "c99"), "/* Gate 'odd-one'"),
        (("plot", "odd-one", "--network"), "<svg "),
        (("compare", "odd-one", "--seeds", "2", "--optimisers", "lm"), "lm"),
        (("train", "odd-one"), "odd-one: learned by "),
        (("gates", "--trained"), "odd-one  a, b, c  y        certified NM 0.45  store"),
        (("gates",), "odd-one     a, b, c    y           certified NM 0.45  store"),
    ],
)
def test_every_command_for_gates_knows_it(
    words: tuple[str, ...], said: str, circuits: Circuits, odd: Path
) -> None:
    code, out, _ = circuits(*words)
    assert code == 0
    assert said.format(store=odd) in out


def test_the_datasheets_of_all_are_with_it(circuits: Circuits, odd: Path) -> None:
    code, out, _ = circuits("datasheet", "--all", "--json")
    sheets = {each["name"]: each for each in json.loads(out)["gates"]}
    assert code == 0
    assert sheets["odd-one"]["noise_margin"] == sheets["xor"]["noise_margin"]
    assert not any(name.startswith("lut") for name in sheets)
    (odd / "spoilt.safetensors").write_bytes(b"no gate")
    code, out, err = circuits("datasheet", "--all", "--json")
    assert code == 2
    assert {"name": "spoilt", "state": "unreadable"} in json.loads(out)["gates"]
    assert "spoilt" in err


def test_circuits_are_wired_of_it(circuits: Circuits, odd: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.blif"
    path.write_text(OWN)
    code, out, _ = circuits("compose", path, "--verify", "certificate")
    assert code == 0
    assert f"{path}: 2 odd-one\n" in out
    assert "proved by datasheets" in out
    _, out, _ = circuits("run", path, "p=1", "q=0", "r=1", "--json")
    assert json.loads(out)["outputs"]["z"] == 1  # (1 ^ 0 ^ 1) ^ 1 ^ 0
    written = circuits("export", path, "--format", "blif").out
    assert ".model odd-one" in written  # so that others can read it without this store
    code, _, err = circuits("compose", path, "--store", tmp_path / "elsewhere")
    assert code == 2
    assert "own.blif:4:7: 'odd-one' is neither a model of this file nor a registered gate" in err


def test_python_knows_it_and_wires_circuits_of_it(odd: Path) -> None:
    assert gw.gate("odd-one").table.ones == (0b10010110,)
    assert gw.gate("odd-one").summary == "a ^ b ^ c"

    def build(circuit: gw.CircuitBuilder) -> None:
        wires = circuit.input_bus("a", 3)
        circuit.output("y", circuit.gate("odd-one", *wires))

    spec = gw.CircuitSpec("odd", "odd", (), build, lambda buses: {"y": buses["a"].bit_count() & 1})
    assert gw.circuit(spec).train().run(a=7) == {"y": 1}


def test_an_expression_without_a_name_has_that_of_its_table(circuits: Circuits) -> None:
    code, out, err = circuits("train", "a & b | ~c", "b & a | ~c", "--json")
    (gate,) = json.loads(out)["gates"]
    name = gw.GateSpec.from_expression("a & b | ~c").name
    assert (code, err, gate["name"]) == (0, "", name)
    assert name.startswith("expression-")
    assert circuits("gates", name).code == 0


def test_several_outputs_and_names_among_registered_gates(circuits: Circuits) -> None:
    code, out, _ = circuits("train", "xor", "half: s = a ^ b; c = a & b", "--json")
    first, second = json.loads(out)["gates"]
    assert (code, first["name"], second["name"]) == (0, "xor", "half")
    assert [row["exact"] for row in second["rows"]] == ["00", "10", "10", "01"]


def test_the_gate_of_a_table_of_a_spreadsheet(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "my vote.csv"
    path.write_text(VOTE)
    code, out, err = circuits("train", "--table", path)
    assert (code, err) == (0, "next: circuits predict my-vote 1 1 1\n")
    assert out.startswith(f"{path}: a, b, c → y, all 8 rows\n\nmy-vote: learned by ")
    spec = Store(tmp_path / "store").spec("my-vote")
    assert spec is not None
    assert spec.table.ones == (MAJORITY,)
    path.write_text("a,b,y\n0,0,1\n1,1,0\n")
    _, out, err = circuits("train", "my-vote", "--table", path)
    assert out.startswith(f"{path}: a, b → y, 2 of 4 rows; the others are don't-cares\n")
    assert (
        "was trained on another truth table than 'my-vote' has now: it has 3 inputs, not 2, and is replaced\n"
        in err
    )


def test_a_circuit_of_a_table_of_a_spreadsheet(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "vote.csv"
    path.write_text(VOTE)
    code, out, _ = circuits("compose", path, "--json")
    assert (code, json.loads(out)["gates"]) == (0, {"majority": 1})


def test_the_same_function_under_other_ports_is_the_registered_gate(
    circuits: Circuits, tmp_path: Path
) -> None:
    code, out, _ = circuits("train", "xor: p & ~q | ~p & q", "--json")
    (gate,) = json.loads(out)["gates"]
    assert (code, gate["name"]) == (0, "xor")
    assert gw.gate("xor").table.inputs == ("a", "b")
    (tmp_path / "xor.csv").write_text("p,q,z\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    assert circuits("train", "--table", tmp_path / "xor.csv").code == 0


def test_what_is_trained_can_be_listed_and_forgotten(circuits: Circuits, odd: Path) -> None:
    assert circuits("train", "and").code == 0
    listed = json.loads(circuits("gates", "--trained", "--json").out)["gates"]
    assert [(row["name"], row["plugin"]) for row in listed] == [
        ("and", "builtin-gates"),
        ("odd-one", "store"),
    ]
    assert circuits("gates", "--where").out == f"{odd}\n"
    assert json.loads(circuits("gates", "--where", "--json").out)["folder"] == str(odd)
    code, out, err = circuits("forget", "odd-one", "and", "and")
    assert (code, out) == (0, f"removed odd-one, and from {odd}\n")
    assert err == "next: circuits gates --trained\n"
    assert not list(odd.iterdir())
    assert circuits("gates", "odd-one").code == 3
    assert circuits("gates", "--trained").out == f"there is no trained gate in {odd}\n"
    assert "and" in circuits("gates").out  # forgotten is the training, not what a plugin gives
    assert circuits("train", "or").code == 0
    assert json.loads(circuits("forget", "or", "--json").out)["forgotten"] == ["or"]


def test_functions_that_name_their_table_are_listed_only_as_trained(circuits: Circuits) -> None:
    spec = gw.GateSpec("lut2-9", gw.TruthTable.from_integers([9], inputs="ab", outputs="y"))
    Store().save(gw.train(spec))
    assert "lut2-9" not in circuits("gates").out
    assert "lut2-9" in circuits("gates", "--trained").out


def test_a_damaged_file_is_listed_told_and_can_be_replaced(circuits: Circuits, odd: Path) -> None:
    path = odd / "odd-one.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    said = f"{path} is damaged: "
    hint = "train it anew from its truth table, or remove it: circuits forget odd-one\n"
    for words in (("gates", "odd-one"), ("predict", "odd-one", "1", "1", "1")):
        code, out, err = circuits(*words)
        assert (code, out) == (2, "")
        assert err.startswith(f"circuits: {said}")
        assert err.endswith(hint)
    code, out, err = circuits("gates", "--trained")
    assert code == 0
    assert "odd-one                   unreadable  store" in out
    assert said in err
    assert circuits("train", "odd-one: a ^ b ^ c").code == 0
    assert circuits("predict", "odd-one", "1", "1", "1").code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("forget", "nor"), "3 there is no trained gate 'nor' in {store}; nothing was removed; "
         "'circuits gates --trained' lists them"),
        (("forget", "odd-one", "odd-two"), "3 there is no trained gate 'odd-two' in {store}; nothing was "
         "removed; did you mean 'odd-one'?"),
        (("gates", "xor", "--where"), "2 a gate, --trained and --where are three questions; ask one at a time"),
        (("train", "a &"), "2 'a &' cannot be read as an expression; write it as in 'a ^ b' or "
         "'sum = a ^ b; carry = a & b'"),
        (("train", "Odd: a & b"), "2 'Odd' is not a name for a gate; use kebab-case, as in 'half-adder'"),
        (("train", "two: a & b", "two: a | b"), "2 two gates are called 'two'; give each a name of its own"),
        (("train", "xor: a & b"), "2 'xor' is a registered gate of another truth table than this expression: "
         "row 01 has 1, not 0, and 2 more rows differ; name this one otherwise, as in 'my-gate: a & b'"),
        (("train", "--table", "a.csv", "--pla", "a.pla"), "2 --pla and --table are both given; give one or "
         "the other"),
        (("train", "lut2-9: a & b"), "2 'lut2-9' is the name of the function of 2 inputs with the table that "
         "it spells, and this gate has another one; give the gate another name"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(
    words: tuple[str, ...], message: str, circuits: Circuits, odd: Path
) -> None:
    code, _, message = message.partition(" ")
    assert circuits(*words) == (int(code), "", f"circuits: {message.format(store=odd)}\n")
    assert [path.name for path in odd.iterdir()] == ["odd-one.safetensors"]


def test_inputs_may_be_given_by_their_names(circuits: Circuits) -> None:
    assert circuits("train", "sel: s & d1 | ~s & d0").code == 0
    named = circuits("predict", "sel", "s=1", "d1=0.9", "d0=0")
    assert named == circuits("predict", "sel", "0", "0.9", "1")  # in the order d0, d1, s
    assert named.code == 0
    for words, said in (
        (("s=1", "d1=1"), "gate 'sel' takes 3 inputs (d0, d1, s), not 2"),
        (("s=1", "d1=1", "1"), "1 is not a value of an input of 'sel' that has none yet"),
        (("s=1", "s=0", "d1=1"), "s=0 is not a value of an input of 'sel' that has none yet"),
        (("s=1", "x=0", "d1=1"), "x=0 is not a value of an input of 'sel' that has none yet"),
        (("s=1", "d0=no", "d1=1"), "'no' is not a number"),
    ):
        code, _, err = circuits("predict", "sel", *words)
        assert code == 2
        assert said in err
