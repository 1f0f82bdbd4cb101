"""``circuits certificate``: stored proofs checked again, in exact arithmetic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import load, save

from gatewright.gates.datasheet import digest
from gatewright.learn.network import Architecture

if TYPE_CHECKING:
    from tests.conftest import Circuits

HOLDS = "holds (exact rational arithmetic)"


def spoilt(path: Path) -> Path:
    """The file with the VIL of its datasheet raised, for which its first layer is not steep enough."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    about = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["gatewright"])
    about["datasheet"]["vil"] = 0.499
    path.write_bytes(save(load(data), {"gatewright": json.dumps(about)}))
    return path


def test_of_a_long_table_only_the_size_is_told(circuits: Circuits, tmp_path: Path) -> None:
    words = ("train", "or9: a | b | c | d | e | f | g | h | i", "--store", tmp_path)
    assert circuits(*words)[0] == 0
    file = tmp_path / "or9.safetensors"
    row = circuits("certificate", "check", file).out.splitlines()[2]
    assert row == f"or9    512    512  0.45    0  1 output, in full with --json  {HOLDS}"
    (told,) = json.loads(circuits("certificate", "check", file, "--json").out)["gates"]
    assert told["ones"] == [2**512 - 2]


def test_a_stored_gate_is_checked(circuits: Circuits, trained: Path) -> None:
    code, out, err = circuits("certificate", "check", trained / "full-adder.safetensors")
    assert code == 0
    header, _, row = out.splitlines()
    assert header.split() == ["gate", "rows", "boxes", "VIL", "VOL", "table", "certificate"]
    assert row == f"full-adder     8      8  0.45    0  0xe8 0x96  {HOLDS}"
    assert err == "next: circuits compose ripple-adder --bits 64 --verify certificate\n"


def test_a_whole_store_is_checked(circuits: Circuits, trained: Path) -> None:
    files = sorted(trained.glob("*.safetensors"))
    code, out, _ = circuits("certificate", "check", *files)
    rows = out.splitlines()[2:]
    assert code == 0
    assert [row.split()[0] for row in rows] == [path.stem for path in files]
    assert all(row.endswith(HOLDS) for row in rows)
    assert len({row.index(HOLDS) for row in rows}) == 1


def test_a_certificate_that_does_not_hold_is_refused(circuits: Circuits, trained: Path) -> None:
    path = spoilt(trained / "xor.safetensors")
    code, out, err = circuits("certificate", "check", path)
    assert (code, out) == (1, "")
    assert err.startswith(f"circuits: {path} is refused: gate 'xor': input 1 is not restored: ")
    assert err.endswith("; train the gate anew with 'circuits train xor'\n")
    assert err.count("\n") == 1


def test_those_that_hold_are_told_beside_one_that_does_not(
    circuits: Circuits, trained: Path
) -> None:
    bad, cut = spoilt(trained / "xor.safetensors"), trained / "or.safetensors"
    cut.write_bytes(cut.read_bytes()[:-1])
    code, out, err = circuits("certificate", "check", bad, cut, trained / "and.safetensors")
    assert code == 1
    assert [row.split()[0] for row in out.splitlines()[2:]] == ["and"]
    first, second = err.splitlines()
    assert first.startswith(f"circuits: {bad} is refused: gate 'xor': ")
    assert second.startswith(f"circuits: {cut} is refused: the tensors do not fill the file")


def forged(path: Path) -> Path:
    """A full adder whose sum is always 1: where that is wrong, and wherever it helps, no output matters."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    about = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["gatewright"])
    tensors = load(data)
    tensors["layer2.weight"][:, 1], tensors["layer2.bias"][1] = 0, 8.0
    shape = Architecture(tuple(about["sizes"]), tuple(about["activations"]), restoring=True)
    parts = [tensors[f"layer{n}.{kind}"].ravel() for n in range(3) for kind in ("weight", "bias")]
    about["datasheet"]["digest"] = digest(shape, np.concatenate(parts))
    cout, total = about["ones"]
    assert [cout, total] == [0xE8, 0x96]
    about["cares"] = [0xFF, 0x96]
    path.write_bytes(save(tensors, {"gatewright": json.dumps(about)}))
    return path


def test_what_is_told_is_the_table_that_was_checked(circuits: Circuits, trained: Path) -> None:
    honest = circuits("certificate", "check", trained / "full-adder.safetensors").out
    path = forged(trained / "full-adder.safetensors")
    code, out, _ = circuits("certificate", "check", path)
    assert code == 0
    assert honest.splitlines()[2].endswith(f"  0xe8 0x96  {HOLDS}")
    assert out.splitlines()[2].endswith(
        f"  0xe8 0x96 in rows 0x96  {HOLDS} of a gate with 4 don't-care rows"
    )
    told = json.loads(circuits("certificate", "check", path, "--json").out)["gates"][0]
    assert (told["ones"], told["cares"], told["dont_care_rows"]) == ([0xE8, 0x96], [0xFF, 0x96], 4)


def test_a_sparse_file_of_6_gb_is_refused_before_it_is_read(
    circuits: Circuits, trained: Path
) -> None:
    path = trained / "xor.safetensors"
    with path.open("r+b") as file:
        file.truncate(6 << 30)
    code, out, err = circuits("certificate", "check", path)
    assert (code, out) == (2, "")
    assert err.startswith(
        f"circuits: {path} cannot be read: it has 6442450944 bytes, more than the 16777216 that are read; "
    )


def test_certificates_in_json(circuits: Circuits, trained: Path) -> None:
    good, bad = trained / "not.safetensors", spoilt(trained / "xor.safetensors")
    code, out, err = circuits("certificate", "check", good, bad, "--json")
    document = json.loads(out)
    assert code == 1
    assert document["schema"] == "gatewright/certificate/1"
    assert document["gates"] == [
        {
            "file": str(good),
            "gate": "not",
            "rows": 2,
            "ones": [1],
            "cares": [3],
            "dont_care_rows": 0,
            "boxes": 2,
            "vil": 0.45,
            "vol": 0.0,
            "holds": True,
        }
    ]
    (refused,) = document["refused"]
    assert (refused["file"], refused["gate"]) == (str(bad), "xor")
    assert refused["reason"].startswith("input 1 is not restored: ")
    assert err.startswith(f"circuits: {bad} is refused: ")


@pytest.mark.parametrize(("name", "what"), [("none", "does not exist"), (".", "is not a file")])
def test_a_file_that_is_not_there(circuits: Circuits, tmp_path: Path, name: str, what: str) -> None:
    code, out, err = circuits("certificate", "check", tmp_path / name)
    assert (code, out) == (2, "")
    assert err == (
        f"circuits: {tmp_path / name} {what}; name the file of a stored gate: "
        "'circuits train' says where it saved it\n"
    )


@pytest.mark.parametrize("words", [["check"], ["prove", "xor.safetensors"], []])
def test_words_it_does_not_know(circuits: Circuits, words: list[str]) -> None:
    code, out, err = circuits("certificate", *words)
    assert (code, out) == (2, "")
    assert err.endswith("; run 'circuits certificate --help'\n")


def test_anything_else_is_no_certificate(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Gates\n")
    assert circuits("certificate", "check", path).err.startswith(
        f"circuits: {path} is refused: the file is cut short or is not a safetensors file; "
    )
