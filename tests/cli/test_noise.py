"""``circuits noise``: two kinds of gates side by side, and levels that are none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gatewright.circuits.simulate.noise import NOISES, noise_sweep
from gatewright.errors import NotLearnedError
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.baseline import baseline_gates
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits, Install

HEADER = "noise  wrong bits +rate  worst wire  wrong bits +rate  worst wire"
NOWHERE = """
from gatewright import CircuitSpec, hookimpl

@hookimpl
def gatewright_circuits():
    def build(circuit):
        circuit.output("y", circuit.gate("not", circuit.input("a")))

    yield CircuitSpec("nowhere", "", (), build, reference=lambda buses: {"y": 1 - buses["a"]},
                      domain=lambda buses: buses["a"] < 0)
"""


def figures(line: str) -> list[str]:
    """The cells of a line of the table."""
    return re.split(r"\s{2,}", line.strip())


@pytest.mark.usefixtures("trained")
def test_both_kinds_of_gates_level_by_level(
    circuits: Circuits, plugins: Plugins, gates: dict[str, TrainedGate]
) -> None:
    code, out, err = circuits("noise", "ripple-adder", "--bits", "8", "--samples", "1200")
    lines = out.splitlines()
    assert code == 0
    assert lines[:4] == [
        "ripple-adder --bits 8: 8 full-adder",
        "sampled: 1200 random patterns, 10 800 output bits at each level",
        "",
        "every wire off by up to the noise, inputs too",
    ]
    assert figures(lines[5]) == ["certified gates", "plainly trained gates"]
    assert re.fullmatch(HEADER, lines[6])
    starts = [match.start() for match in re.finditer("wrong bits", lines[6])]
    assert [lines[5].index("certified"), lines[5].index("plainly")] == starts
    rows = [figures(line) for line in lines[8:19]]
    assert [float(row[0]) for row in rows] == list(NOISES)
    assert max(map(len, lines)) <= 80
    # Within the certified margin of 0.45 no bit is wrong; plainly trained gates go wrong before.
    assert [row[1:4] for row in rows[:10]] == [["0", "0", "0.0000"]] * 10
    assert (rows[0][4], rows[0][5]) == ("0", "0")
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 8}, plugins.gates)
    (level,) = noise_sweep(circuit, gates, (0.5,), patterns=1200)
    (plain,) = noise_sweep(
        circuit, baseline_gates(circuit.netlist.gates.values()), (0.3,), patterns=1200
    )
    assert rows[10][1:3] == [str(level.wrong_bits), f"{level.wrong_bits / 10_800:.3g}"]
    assert plain.wrong_bits > 500
    assert rows[6][4:] == [
        str(plain.wrong_bits),
        f"{plain.wrong_bits / 10_800:.3g}",
        f"{plain.worst_distance:.4f}",
    ]
    assert re.fullmatch(
        r"certified gates: first wrong bits at 0\.5; farthest wire \S+, at 0\.5", lines[20]
    )
    assert re.fullmatch(
        r"plainly trained gates: first wrong bits at 0\.\d+; farthest wire \S+, at \S+", lines[21]
    )
    assert len(lines) == 22
    assert err == "next: circuits compose ripple-adder --bits 8\n"


@pytest.mark.usefixtures("trained")
def test_levels_of_choice(circuits: Circuits) -> None:
    _, out, _ = circuits("noise", "equality", "--noise", "0.2,0.1", "--samples", "300")
    lines = out.splitlines()
    assert [figures(line)[0] for line in lines[8:10]] == ["0.2", "0.1"]
    assert lines[11] == (
        "certified gates: no wrong bit in this sample; every wire exactly on its logic value"
    )


@pytest.mark.usefixtures("trained")
def test_weights_alone_or_after_wires(circuits: Circuits) -> None:
    words = ("noise", "ripple-adder", "--samples", "300", "--weight-noise", "0,0.01,0.5")
    _, alone, _ = circuits(*words)
    assert "every wire off" not in alone
    _, weights = alone.split("every weight off by up to that part of itself\n")
    rows = [figures(line) for line in weights.splitlines()[4:7]]
    assert [row[0] for row in rows] == ["0", "0.01", "0.5"]
    assert [row[1] for row in rows[:2]] == ["0", "0"]
    assert int(rows[2][1]) > 0
    assert int(rows[2][4]) > 0
    _, both, _ = circuits(*words, "--noise", "0.1")
    assert both.endswith(weights)
    assert "every wire off by up to the noise, inputs too" in both


def document(circuits: Circuits, *words: str) -> Any:
    code, out, _ = circuits("noise", "ripple-adder", "--bits", "4", "--json", *words)
    assert code == 0
    return json.loads(out)


@pytest.mark.usefixtures("trained")
def test_json(circuits: Circuits, plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    others = ("--noise", "0.3,0.6", "--weight-noise", "0.2", "--samples", "500")
    words = (*others, "--seed", "3")
    found = document(circuits, *words)
    assert found["schema"] == "gatewright/noise/1"
    assert (found["circuit"], found["gates"]) == ("ripple-adder", {"full-adder": 4})
    assert (found["patterns"], found["seed"], found["certified"]) == (500, 3, True)
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 4}, plugins.gates)
    for levels, made in (
        (found["wires"]["trained"], noise_sweep(circuit, gates, (0.3, 0.6), patterns=500, seed=3)),
        (
            found["weights"]["trained"],
            noise_sweep(circuit, gates, (0.2,), where="weights", patterns=500, seed=3),
        ),
    ):
        assert levels == [
            {
                "noise": each.noise,
                "patterns": 500,
                "bits": 2500,
                "wrong_bits": each.wrong_bits,
                "worst_wire": each.worst_wire,
                "worst_distance": each.worst_distance,
                "rate": each.wrong_bits / 2500,
            }
            for each in made
        ]
    assert found["wires"]["baseline"][0]["wrong_bits"] > 50
    assert [len(found["wires"]["baseline"]), len(found["weights"]["baseline"])] == [2, 1]
    assert found == document(circuits, *words)
    assert found["wires"] != document(circuits, *others, "--seed", "4")["wires"]


@pytest.mark.usefixtures("trained")
def test_what_was_not_asked_for_is_not_there(circuits: Circuits) -> None:
    assert "weights" not in document(circuits, "--noise", "0.1", "--samples", "10")
    assert "wires" not in document(circuits, "--weight-noise", "0.1", "--samples", "10")


def test_gates_without_a_proof_are_not_called_certified(
    circuits: Circuits, plugins: Plugins, tmp_path: Path
) -> None:
    for gate in baseline_gates([plugins.gates["full-adder"]]).values():
        Store(tmp_path / "store").save(gate)
    _, out, _ = circuits("noise", "ripple-adder", "--noise", "0.3", "--samples", "100")
    lines = out.splitlines()
    assert figures(lines[5]) == ["trained gates, not certified", "plainly trained gates"]
    row = figures(lines[8])
    assert row[1:4] == row[4:]  # the very same gates
    assert int(row[1]) > 0
    assert document(circuits, "--noise", "0.3", "--samples", "100")["certified"] is False


def test_gates_not_yet_in_the_store_are_trained_and_kept_but_not_the_plain_ones(
    circuits: Circuits, tmp_path: Path
) -> None:
    code, _, err = circuits("noise", "ripple-adder", "--noise", "0.1", "--samples", "10")
    assert code == 0
    assert err.startswith(f"training full-adder: not yet in {tmp_path / 'store'}\n")
    (kept,) = (tmp_path / "store").glob("*.safetensors")
    assert kept.name == "full-adder.safetensors"
    assert document(circuits, "--noise", "0.1", "--samples", "10")["certified"] is True


def test_a_circuit_that_promises_nothing_is_undecided(circuits: Circuits, install: Install) -> None:
    install("nowhere", NOWHERE)
    code, out, err = circuits("noise", "nowhere", "--samples", "100")
    assert code == 4
    assert out == (
        "nowhere: 1 not\nundecided: no pattern of the sample lies in the circuit's domain\n"
    )
    assert "next:" not in err
    code, out, _ = circuits("noise", "nowhere", "--samples", "100", "--json", "--noise", "0.1")
    (level,) = json.loads(out)["wires"]["trained"]
    assert (code, level["patterns"], level["bits"], level["rate"]) == (4, 0, 0, None)


@pytest.mark.parametrize("json_too", [False, True], ids=["text", "json"])
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("--noise -0.1", 2, "a noise of -0.1 cannot be added; give 0 or more, as in 0.4"),
        ("--noise 0.1,nan", 2, "a noise of nan cannot be added; .*"),
        ("--noise inf", 2, "a noise of inf cannot be added; .*"),
        ("--weight-noise -1", 2, "a noise of -1 cannot be added; .*"),
        ("--weight-noise nan", 2, "a noise of nan cannot be added; .*"),
        ("--noise loud", 2, "--noise loud is not a list of numbers; as in --noise 0.1,0.2"),
        ("--noise 0.1,,0.2", 2, "--noise 0.1,,0.2 is not a list of numbers; .*"),
        ("--noise=", 2, "--noise  is not a list of numbers; .*"),
        (
            "--weight-noise 1%",
            2,
            "--weight-noise 1% is not a list .*; as in --weight-noise 0.1,0.2",
        ),
        ("--samples 0", 2, "Invalid value for '--samples': 0 is not in .*"),
        ("--samples 99999999999", 2, "Invalid value for '--samples': .*"),
        (
            "--seed -1",
            2,
            "Invalid value for '--seed': -1 is not in the range 0<=x<=18446744073709551615; .*",
        ),
        ("a=3", 2, "'a=3' is not a parameter; .*"),
        ("--bits 0", 2, "bits=0 is not 1 to 4096; for example --bits 4"),
        ("equality", 2, "name one circuit, not 2: ripple-adder equality; .*"),
        ("--store FILE", 2, "the store FILE is not a folder; .*"),
    ],
)
def test_bad_input_is_one_line(
    circuits: Circuits, tmp_path: Path, words: str, code: int, message: str, json_too: bool
) -> None:
    (tmp_path / "file").write_text("mine")
    file = str(tmp_path / "file")
    asked = [word.replace("FILE", file) for word in words.split()]
    outcome = circuits("noise", *(["--json"] if json_too else []), "ripple-adder", *asked)
    (line,) = outcome.err.splitlines()
    wanted = ".*".join(map(re.escape, message.replace("FILE", file).split(".*")))
    assert re.fullmatch(f"circuits: {wanted}", line), line
    assert (outcome.code, outcome.out) == (code, "")
    assert not (tmp_path / "store").exists()


@pytest.mark.usefixtures("trained")
def test_gates_that_are_not_learned_plainly(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_learned(*_: object, **__: object) -> None:
        raise NotLearnedError("'xor' was not learned", hint="give more epochs")

    monkeypatch.setattr("gatewright.gates.training.baseline.baseline_gates", none_learned)
    assert circuits("noise", "parity-tree", "--bits", "2") == (
        1,
        "",
        "circuits: there is nothing to compare with: trained plainly, 'xor' was not learned; "
        "'circuits compose parity-tree --bits 2 --noise 0.4' has the circuit's own gates alone\n",
    )


def test_an_unknown_circuit(circuits: Circuits) -> None:
    code, out, err = circuits("noise", "ripple-addr", "--noise", "0.1")
    assert (code, out) == (3, "")
    assert err == "circuits: no circuit 'ripple-addr'; did you mean 'ripple-adder'?\n"
