"""``circuits noise --plot``: what was counted, drawn, and the same on circuits of growing depth."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.noise import noise_sweep
from gatewright.cli.circuit_words import Words
from gatewright.cli.circuits.noise_picture import proved, smaller
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.baseline import baseline_gates
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits

FEW = ("--samples", "300", "--noise", "0.2,0.3,0.5")


def document(circuits: Circuits, *words: str | Path) -> Any:
    code, out, _ = circuits("noise", *words, "--json")
    assert code == 0
    return json.loads(out)


@pytest.mark.usefixtures("trained")
def test_every_depth_is_counted_with_the_same_gates(
    circuits: Circuits, plugins: Plugins, gates: Mapping[str, TrainedGate], tmp_path: Path
) -> None:
    out = tmp_path / "noise.svg"
    found = document(circuits, "ripple-adder", "--bits", "6", *FEW, "--plot", out)
    assert found["plot"] == str(out)
    assert [each["depth"] for each in found["depths"]] == [1, 2, 4, 6]
    for each, bits in zip(found["depths"], (1, 2, 4, 6), strict=True):
        circuit = plugins.circuit("ripple-adder").elaborate({"bits": bits}, plugins.gates)
        assert compile_netlist(circuit.netlist).depth == each["depth"]
        plain = baseline_gates(circuit.netlist.gates.values())
        for kind, made in (("trained", gates), ("baseline", plain)):
            counted = noise_sweep(circuit, made, (0.2, 0.3), patterns=300)
            assert [level["noise"] for level in each[kind]] == [0.2, 0.3]
            assert [level["wrong_bits"] for level in each[kind]] == [
                level.wrong_bits for level in counted
            ]
    assert found["depths"][-1]["baseline"] == found["wires"]["baseline"][:2]
    svg = out.read_text()
    assert svg.startswith("<svg ")
    assert "ripple-adder --bits 6" in svg
    wrong = found["wires"]["baseline"][1]["wrong_bits"]
    assert f"plainly trained gates: {wrong} of 2100 bits wrong" in svg


@pytest.mark.usefixtures("trained")
def test_the_text_says_where_the_picture_is(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "noise.svg"
    code, plain, _ = circuits("noise", "ripple-adder", *FEW)
    assert code == 0
    code, text, err = circuits("noise", "ripple-adder", *FEW, "--plot", out)
    assert (code, text) == (0, f"{plain}\nwrote {out}\n")
    assert err == "next: circuits compose ripple-adder --bits 4\n"
    first = out.read_bytes()
    assert circuits("noise", "ripple-adder", *FEW, "--plot", out, "--force").code == 0
    assert out.read_bytes() == first


@pytest.mark.usefixtures("trained")
def test_weights_alone(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "weights.svg"
    words = ("ripple-adder", "--samples", "100", "--weight-noise", "0.01,0.3", "--plot", out)
    found = document(circuits, *words)
    assert [level["noise"] for level in found["depths"][0]["baseline"]] == [0.01]  # what is proved
    assert "every weight off by up to this part of itself" in out.read_text()


@pytest.mark.usefixtures("trained")
def test_a_circuit_of_one_size_has_no_depth(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "noise.svg"
    found = document(circuits, "hamming-encoder", *FEW, "--plot", out)
    assert found["depths"] == []
    assert out.read_text().count('class="gw-frame') == 1


def test_smaller_circuits_need_gates_of_their_own(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "noise.svg"
    found = document(circuits, "equality", "--bits", "4", *FEW, "--plot", out)
    assert len(found["depths"]) == 3
    assert set(found["gates"]) <= {path.stem for path in (tmp_path / "store").iterdir()}


def test_sizes_double(plugins: Plugins) -> None:
    def sizes(name: str, **parameters: str) -> list[object]:
        words = Words(name, parameters, {})
        circuit = plugins.circuit(name).elaborate(parameters, plugins.gates)
        return [each.parameters for each in smaller(plugins, words, circuit, None)]

    assert sizes("ripple-adder", bits="9") == [
        {"bits": bits, "from": "full-adders"} for bits in (1, 2, 4, 8)
    ]
    assert sizes("array-multiplier", bits="8") == [{"bits": 2}, {"bits": 4}]
    assert sizes("multiplexer", ways="8", bits="3") == [
        {"ways": 2, "bits": 3},
        {"ways": 4, "bits": 3},
    ]
    assert sizes("ripple-adder", bits="1") == []


def test_what_is_proved_of_gates_together(
    gates: Mapping[str, TrainedGate], soft_gates: Mapping[str, TrainedGate], plugins: Plugins
) -> None:
    bounds = proved({name: gates[name] for name in ("xor", "and")})
    sheets = [gates[name].datasheet for name in ("xor", "and")]
    tolerance = min(sheet.weight_tolerance for sheet in sheets if sheet)
    assert bounds == {"wires": 0.45, "weights": tolerance}
    soft = soft_gates["xor"].datasheet
    assert soft is not None
    mixed = proved({"xor": soft_gates["xor"], "and": gates["and"]})
    assert mixed["wires"] == pytest.approx(min(soft.vil, 0.45) - soft.vol)
    assert proved({"xor": gates["xor"], **baseline_gates([plugins.gates["and"]])}) == {}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--plot x.gif", "a picture is not saved as '.gif'; .*"),
        ("--plot taken.svg", "taken.svg exists; name another file, or give --force to replace it"),
    ],
)
def test_bad_files_are_refused_before_anything_is_trained(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.svg").write_text("mine")
    code, out, err = circuits("noise", "ripple-adder", *words.split())
    (line,) = err.splitlines()
    assert re.fullmatch(f"circuits: {message}", line)
    assert (code, out) == (2, "")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.svg"]
