"""A library in one file: the same bytes for the same gates, and nothing damaged is let pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save
from tests.strategies import few

from gatewright.certify.checker import CertificateRefused, check
from gatewright.errors import StoreError, UnknownGateError
from gatewright.gates.datasheet import digest
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.npn.file import library_path, read, to_bytes, write
from gatewright.gates.store.tensor_file import seal
from gatewright.gates.training.train import train


@pytest.fixture(scope="module")
def npn2() -> NpnLibrary:
    return NpnLibrary("npn2", {spec.name: train(spec) for spec in class_specs("npn2")})


@pytest.fixture(scope="module")
def small(npn2: NpnLibrary) -> bytes:
    """A library that has only one gate yet, of one input."""
    return to_bytes(NpnLibrary("npn2", {"npn1-1": npn2.gates["npn1-1"]}))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return library_path(tmp_path, "npn2")


def header(data: bytes) -> int:
    return 8 + int.from_bytes(data[:8], "little")


def about(data: bytes) -> dict[str, Any]:
    metadata = json.loads(data[8 : header(data)])["__metadata__"]
    assert metadata.keys() == {"gatewright"}
    found: dict[str, Any] = json.loads(metadata["gatewright"])
    return found


def sealed(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The same file with something else said in it, and sealed again."""
    said = about(data)
    change(said)
    said["about"] = seal(said)
    return save(load(data), {"gatewright": json.dumps(said)})


def refusal(path: Path, data: bytes) -> str:
    """What is said of a file, without its name and without how to mend it."""
    path.write_bytes(data)
    with pytest.raises(StoreError) as caught:
        read(path, "npn2")
    assert str(path) in caught.value.message
    assert caught.value.hint == "build the library anew"
    assert path.read_bytes() == data
    return caught.value.message.replace(str(path), "it")


# What is written comes back


def test_a_library_comes_back_as_it_was(path: Path, npn2: NpnLibrary) -> None:
    write(path, npn2)
    assert path.name == "npn2.library.safetensors"
    found = read(path, "npn2")
    assert found is not None
    assert (found.name, list(found.gates), found.missing) == ("npn2", list(npn2.gates), ())
    for name, gate in npn2.gates.items():
        again = found.gates[name]
        assert (again.digest, again.recipe, again.figures) == (
            gate.digest,
            gate.recipe,
            gate.figures,
        )
        assert again.spec == gate.spec
        assert again.datasheet is not None
        assert gate.datasheet is not None
        assert again.datasheet.to_dict() == gate.datasheet.to_dict()
        assert np.array_equal(again.datasheet.low, gate.datasheet.low)
    assert to_bytes(found) == path.read_bytes()


def test_the_order_of_training_does_not_show(npn2: NpnLibrary) -> None:
    backwards = {name: npn2.gates[name] for name in reversed(list(npn2.gates))}
    assert list(backwards) != list(npn2.gates)
    assert to_bytes(NpnLibrary("npn2", backwards)) == to_bytes(npn2)


def test_a_file_of_what_there_is_so_far(path: Path, small: bytes) -> None:
    path.write_bytes(small)
    found = read(path, "npn2")
    assert found is not None
    assert list(found.gates) == ["npn1-1"]
    assert [spec.name for spec in found.missing] == [
        *("npn1-0", "npn2-0", "npn2-1", "npn2-3", "npn2-6")
    ]


def test_the_file_can_be_read_without_gatewright(npn2: NpnLibrary) -> None:
    data = to_bytes(npn2)
    said, tensors = about(data), load(data)
    assert (said["schema"], said["name"]) == ("gatewright/library/2", "npn2")
    assert list(said["gates"]) == list(npn2.gates)
    nor = said["gates"]["npn2-1"]
    assert (nor["inputs"], nor["outputs"], nor["ones"], nor["cares"]) == (
        ["a", "b"],
        ["y"],
        [1],
        [15],
    )
    assert (nor["sizes"], nor["datasheet"]["vil"]) == ([2, 2, 1], 0.45)
    x = np.array([[0.0, 0.0], [0.45, -0.45], [0.55, 0.45], [1.45, 0.55]])
    assert nor["restoring"] is True
    for layer in range(2):
        weight = tensors[f"npn2-1/layer{layer}.weight"]
        z = x @ (weight if layer else np.diag(weight)) + tensors[f"npn2-1/layer{layer}.bias"]
        x = np.clip(0.5 + z / 4, 0, 1)
    assert x.ravel().tolist() == [1.0, 1.0, 0.0, 0.0]
    assert not any("proof" in name for name in tensors)  # every row is one


def test_the_rational_checker_accepts_the_file_and_refuses_one_with_a_weaker_layer(
    npn2: NpnLibrary,
) -> None:
    data = to_bytes(npn2)
    assert [each.gate for each in check(data)] == list(npn2.gates)
    tensors = load(data)
    said = about(data)
    for part in ("weight", "bias"):
        tensors[f"npn2-6/layer0.{part}"] = tensors[f"npn2-6/layer0.{part}"] / 64
    parts = [
        tensors[f"npn2-6/layer{layer}.{part}"].ravel()
        for layer in range(3)
        for part in ("weight", "bias")
    ]
    shape = npn2.gates["npn2-6"].architecture
    said["gates"]["npn2-6"]["datasheet"]["digest"] = digest(shape, np.concatenate(parts))
    with pytest.raises(CertificateRefused, match="gate 'npn2-6': input 1 is not restored"):
        check(save(tensors, {"gatewright": json.dumps(said)}))


def test_where_there_is_no_file(tmp_path: Path) -> None:
    assert read(library_path(tmp_path, "npn3"), "npn3") is None
    with pytest.raises(UnknownGateError, match="no library 'npn7'"):
        read(library_path(tmp_path, "npn7"), "npn7")


# What is refused


def test_a_flipped_bit_anywhere_in_the_weights_and_proofs(path: Path, small: bytes) -> None:
    start = header(small)
    assert len(small) - start == 8 * (1 + 1 + 1 + 1)
    for place in range(start, len(small)):
        flipped = bytearray(small)
        flipped[place] ^= 1 << (place % 8)
        told = refusal(path, bytes(flipped))
        assert told.startswith("it, gate 'npn1-1', is damaged: its ")
        assert told.endswith(" it was saved with")


@pytest.mark.parametrize("step", few([1, 7], 1))
def test_a_flipped_bit_anywhere_in_what_is_said(path: Path, small: bytes, step: int) -> None:
    silent = []
    for place in range(0, header(small), step):
        flipped = bytearray(small)
        flipped[place] ^= 1
        path.write_bytes(flipped)
        try:
            found = read(path, "npn2")
        except StoreError:
            continue
        if found is None or to_bytes(found) != small:
            silent.append(place)
    assert silent == []


def test_a_file_cut_short_anywhere(path: Path, small: bytes) -> None:
    for length in range(0, len(small), 7):
        assert refusal(path, small[:length]).startswith("it is damaged: ")
    assert refusal(path, small + b"\0").startswith("it is damaged: ")


def test_files_of_something_else(path: Path, npn2: NpnLibrary, small: bytes) -> None:
    assert refusal(path, sealed(small, lambda said: said.update(name="npn3"))) == (
        "it holds the library 'npn3', not 'npn2'"
    )
    assert refusal(
        path, sealed(small, lambda said: said.update(schema="gatewright/library/9"))
    ) == ("it has schema 'gatewright/library/9', this version reads 'gatewright/library/2'")
    assert refusal(path, save(load(small), {"format": "pt"})) == (
        "it is a safetensors file, but not one of a library"
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda said: said.pop("gates"), "it is damaged: its gates are not those of 'npn2'"),
        (
            lambda said: said["gates"].update({"npn9-1": {}}),
            "it is damaged: its gates are not those of 'npn2'",
        ),
        (
            lambda said: said["gates"].update({"npn1-1": 7}),
            "it, gate 'npn1-1', is damaged: it is not described",
        ),
        (
            lambda said: said["gates"]["npn1-1"].update(ones=[2]),
            "it, gate 'npn1-1', is damaged: it has another truth table",
        ),
        (
            lambda said: said["gates"]["npn1-1"].update(sizes=[2, 1]),
            "it, gate 'npn1-1', is damaged: ",
        ),
        (
            lambda said: said["gates"]["npn1-1"].update(weights="0" * 64),
            "it, gate 'npn1-1', is damaged: its weights are not those it was saved with",
        ),
        (
            lambda said: said["gates"]["npn1-1"]["datasheet"].update(digest="0" * 64),
            "it, gate 'npn1-1', is damaged: its datasheet speaks about other weights",
        ),
        (
            lambda said: said["gates"]["npn1-1"].update(datasheet=None),
            "it, gate 'npn1-1', is damaged: it has no datasheet",
        ),
        (
            lambda said: said["gates"]["npn1-1"].update(proof="0" * 64),
            "it, gate 'npn1-1', is damaged: its proof is not the one it was saved with",
        ),
    ],
)
def test_descriptions_that_do_not_hold_together(
    path: Path, small: bytes, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    assert refusal(path, sealed(small, change)).startswith(told)


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreError, match="cannot be read: Is a directory"):
        read(path, "npn2")


def test_a_file_that_cannot_be_written(tmp_path: Path, npn2: NpnLibrary) -> None:
    with pytest.raises(StoreError, match=r"cannot be written: No such file .* another folder with"):
        write(library_path(tmp_path / "nowhere", "npn2"), npn2)


def test_a_changed_weight_changes_the_file(npn2: NpnLibrary, small: bytes) -> None:
    gate = npn2.gates["npn1-1"]
    theta = gate.theta.copy()
    theta[0] += 1
    changed = NpnLibrary("npn2", {"npn1-1": replace(gate, theta=theta)})
    assert to_bytes(changed) != small
