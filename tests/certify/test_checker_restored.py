"""The checker on gates that restore their inputs: what holds, and every alteration that it must refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from gatewright.certify.checker import CertificateRefused, check
from gatewright.gates.datasheet import digest
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train
from gatewright.learn.network import Architecture
from gatewright.logic.truth_table import TruthTable

Tensors = dict[str, np.ndarray[Any, Any]]


def altered(
    data: bytes, change: Callable[[dict[str, Any], Tensors], object], *, signed: bool = True
) -> bytes:
    """The file with something changed, and a datasheet that speaks about the weights that there are then."""
    size = int.from_bytes(data[:8], "little")
    about = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["gatewright"])
    tensors = load(data)
    change(about, tensors)
    if signed:
        shape = Architecture(tuple(about["sizes"]), tuple(about["activations"]), about["restoring"])
        parts = [
            tensors[f"layer{number}.{kind}"].ravel()
            for number in range(len(about["activations"]))
            for kind in ("weight", "bias")
        ]
        about["datasheet"]["digest"] = digest(shape, np.concatenate(parts))
    return save(tensors, {"gatewright": json.dumps(about)})


def refusal(data: bytes) -> str:
    with pytest.raises(CertificateRefused) as caught:
        check(data)
    return caught.value.reason


def test_every_built_in_gate_holds_without_a_box(gates: Mapping[str, TrainedGate]) -> None:
    for name, gate in gates.items():
        data = to_bytes(gate)
        assert not any("proof" in tensor for tensor in load(data))
        (checked,) = check(data)
        rows = gate.spec.table.rows
        assert (checked.gate, checked.boxes, checked.rows) == (name, rows, rows)
        assert checked.ones == gate.spec.table.ones


def test_a_restoring_layer_that_does_not_reach_is_refused(gates: Mapping[str, TrainedGate]) -> None:
    def weaker(_about: dict[str, Any], tensors: Tensors) -> None:
        for kind in ("weight", "bias"):
            tensors[f"layer0.{kind}"][1] *= 0.038  # 38.9 of the 40 it takes

    told = refusal(altered(to_bytes(gates["xor"]), weaker))
    assert told.startswith("input 2 is not restored: a signal that counts as 0 can give anything")


@pytest.mark.parametrize("vil", [0.498, 0.4999])
def test_a_wider_margin_than_the_layer_restores_is_refused(
    gates: Mapping[str, TrainedGate], vil: float
) -> None:
    def wider(about: dict[str, Any], _tensors: Tensors) -> None:
        about["datasheet"]["vil"] = vil

    data = altered(to_bytes(gates["xor"]), wider)
    if vil < 0.5 - 2 / 1024:
        assert check(data)
    else:
        assert "is not restored" in refusal(data)


@pytest.mark.parametrize("layer", [1, 2])
def test_a_logic_weight_altered_is_refused(gates: Mapping[str, TrainedGate], layer: int) -> None:
    def other(_about: dict[str, Any], tensors: Tensors) -> None:
        tensors[f"layer{layer}.weight"][0, 0] *= -1.0

    told = refusal(altered(to_bytes(gates["xor"]), other))
    assert told.startswith("row ")
    assert "output 1 should be" in told
    told = refusal(altered(to_bytes(gates["xor"]), other, signed=False))
    assert told == "its datasheet is about other weights: their digests differ"


@pytest.mark.parametrize("row", range(8))
def test_every_row_is_evaluated(gates: Mapping[str, TrainedGate], row: int) -> None:
    def flipped(about: dict[str, Any], _tensors: Tensors) -> None:
        about["ones"][0] ^= 1 << row

    assert refusal(altered(to_bytes(gates["majority"]), flipped)).startswith(f"row {row:03b}: ")

    def free(about: dict[str, Any], _tensors: Tensors) -> None:
        about["ones"][0] &= ~(1 << row)
        about["cares"][0] ^= 1 << row

    (checked,) = check(altered(to_bytes(gates["majority"]), free))
    assert (checked.rows, checked.dont_cares) == (7, 1)


def _dense(about: dict[str, Any], _tensors: Tensors) -> None:
    about["restoring"] = False


def _no_truth(about: dict[str, Any], _tensors: Tensors) -> None:
    about["restoring"] = 1


def _other_sizes(about: dict[str, Any], _tensors: Tensors) -> None:
    about["sizes"] = [2, 3, 2, 1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_dense, "not 2 by 2 numbers of F64"),
        (_no_truth, "its 'restoring' is 1, not of the kind 'bool'"),
        (_other_sizes, "does not restore each of 2 inputs"),
    ],
)
def test_what_is_said_of_the_layer_must_fit(
    gates: Mapping[str, TrainedGate],
    change: Callable[[dict[str, Any], Tensors], object],
    told: str,
) -> None:
    assert told in refusal(altered(to_bytes(gates["xor"]), change, signed=False))


def test_a_gate_of_sixteen_inputs_is_checked_row_by_row() -> None:
    inputs = tuple(f"x{place}" for place in range(16))
    ones = sum(1 << row for row in range(1 << 16) if row.bit_count() % 2)
    gate = train(GateSpec("parity", TruthTable.from_integers([ones], inputs, ("y",))))
    assert gate.architecture.sizes == (16, 16, 16, 1)
    data = to_bytes(gate)
    (checked,) = check(data)
    assert (checked.rows, checked.ones) == (1 << 16, (ones,))

    def flipped(about: dict[str, Any], _tensors: Tensors) -> None:
        about["ones"] = [hex(ones ^ 1 << 54321)]

    assert refusal(altered(data, flipped)).startswith(f"row {54321:016b}: output 1 should be")

    def no_number(about: dict[str, Any], _tensors: Tensors) -> None:
        about["ones"] = ["0xg"]

    assert "is not of hexadecimal numbers of 65536 bits" in refusal(altered(data, no_number))
