"""``circuits weights``: what it prints is what the gate computes with."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.gates.store.store import Store
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits


@pytest.mark.parametrize("name", ["xor", "full-adder", "not"])
def test_the_numbers_compute_the_gate(
    circuits: Circuits, plugins: Plugins, trained: Path, name: str
) -> None:
    told = json.loads(circuits("weights", name, "--json").out)
    gate = Store(trained).load(plugins.gates[name])
    assert gate is not None
    values = gate.spec.table.patterns.astype(float)
    for layer in told["layers"]:
        assert layer["activation"] == "clipped"
        z = values @ np.array(layer["weights"]).T + np.array(layer["biases"])
        values = np.clip(0.5 + z / 4, 0, 1)
    assert np.array_equal(values, gate.learned())
    assert (told["parameters"], told["digest"]) == (gate.architecture.parameters, gate.digest)


@pytest.mark.usefixtures("trained")
def test_the_csv_has_every_parameter_once_as_it_is_stored(
    circuits: Circuits, plugins: Plugins, trained: Path
) -> None:
    rows = list(csv.DictReader(io.StringIO(circuits("weights", "full-adder", "--csv").out)))
    gate = Store(trained).load(plugins.gates["full-adder"])
    assert gate is not None
    assert len(rows) == gate.architecture.parameters
    assert {row["source"] for row in rows if row["layer"] == "1"} == {"a", "b", "cin", "bias"}
    last = [float(row["value"]) for row in rows if row["unit"] == "sum" and row["source"] != "bias"]
    assert last == gate.weights[-1][:, 1].tolist()


@pytest.mark.usefixtures("trained")
def test_the_table_names_units_and_what_they_read(circuits: Circuits) -> None:
    code, out, err = circuits("weights", "xor")
    assert code == 0
    assert out.startswith("xor: 2-2-2-1 clipped, 13 parameters\n\nlayer 1, clipped, which restores")
    assert "a1[1]  a1[2]  " in out
    assert "clipped: a = " in out
    assert err == "next: circuits plot xor --network --out xor-network.svg\n"


def test_what_is_refused(circuits: Circuits) -> None:
    assert circuits("weights", "xor", "--csv", "--json").code == 2
    assert "no gate 'ripple-adder': it is a circuit" in circuits("weights", "ripple-adder").err


@pytest.mark.usefixtures("trained")
def test_the_picture_of_a_small_network_says_its_numbers(
    circuits: Circuits, tmp_path: Path
) -> None:
    small, large = tmp_path / "xor.svg", tmp_path / "wide.svg"
    assert circuits("plot", "xor", "--network", "--out", small).code == 0
    told = json.loads(circuits("weights", "xor", "--json").out)
    text = small.read_text(encoding="utf-8")
    count = sum(np.count_nonzero(each["weights"]) + len(each["biases"]) for each in told["layers"])
    assert text.count('class="gw-number') == count == 13
    for value in told["layers"][-1]["weights"][0]:
        assert f">{value:.3g}<".replace("-", "−") in text
    assert circuits("train", "wide: a & b & c & d").code == 0
    assert circuits("plot", "wide", "--network", "--out", large).code == 0
    assert 'class="gw-number' not in large.read_text(encoding="utf-8")
