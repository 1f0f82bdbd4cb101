"""``circuits library``: built, told about, looked up."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.gates.npn import build as library_build
from gatewright.gates.npn.classes import NpnLibrary, class_specs
from gatewright.gates.npn.file import library_path, read, write
from gatewright.gates.training.train import train

if TYPE_CHECKING:
    from tests.conftest import Circuits

    from gatewright.gates.spec import GateSpec
    from gatewright.gates.trained import TrainedGate

Made = Generator[tuple["GateSpec", "TrainedGate | None"]]

NAMES = [spec.name for spec in class_specs("npn2")]


@pytest.fixture(scope="module")
def npn2() -> NpnLibrary:
    return NpnLibrary("npn2", {spec.name: train(spec) for spec in class_specs("npn2")})


@pytest.fixture
def built(npn2: NpnLibrary, tmp_path: Path) -> Path:
    """The file of the library npn2, in the store of this test."""
    path = library_path(tmp_path / "store", "npn2")
    path.parent.mkdir()
    write(path, npn2)
    return path


def test_build_then_build_again(circuits: Circuits, tmp_path: Path) -> None:
    path = tmp_path / "store" / "npn2.library.safetensors"
    code, out, err = circuits("library", "build", "npn2", "--jobs", "1")
    assert (code, err) == (0, "next: circuits library list npn2\n")
    first, second = out.splitlines()
    assert first.startswith("npn2: proved 6 of 6 classes, 6 trained now in ")
    assert second == f"saved {path}"
    data = path.read_bytes()

    code, out, err = circuits("library", "build", "npn2")
    assert code == 0
    assert out == (
        f"npn2: complete, all 6 classes are in {path}\nnothing was trained; --force builds it again\n"
    )
    assert path.read_bytes() == data

    code, out, _ = circuits("library", "build", "npn2", "--force", "--seed", "2", "--json")
    document = json.loads(out)
    assert (code, document["schema"], document["file"]) == (
        0,
        "gatewright/library-build/1",
        str(path),
    )
    assert (document["classes"], document["gates"], document["seed"]) == (6, 6, 2)
    assert (document["trained"], document["failed"]) == (NAMES, [])
    assert path.read_bytes() != data


def test_a_class_that_fails_is_named_and_the_others_are_saved(
    circuits: Circuits, tmp_path: Path, npn2: NpnLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_but_one(specs: tuple[GateSpec, ...], seed: int, jobs: int) -> Made:
        for spec in specs:
            yield spec, npn2.gates[spec.name] if spec.name != "npn2-3" else None

    monkeypatch.setattr(library_build, "_trained", all_but_one)
    code, out, err = circuits("library", "build", "npn2")
    assert code == 1
    assert "proved 5 of 6 classes" in out
    assert "npn2: no recipe made a proved gate of npn2-3; the others were saved" in err
    found = read(library_path(tmp_path / "store", "npn2"), "npn2")
    assert found is not None
    assert len(found.gates) == 5


def test_list_is_a_table_a_line_for_each_number_of_inputs(circuits: Circuits, built: Path) -> None:
    code, out, err = circuits("library", "list")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == f"npn2: {built}, {built.stat().st_size / 1000:.0f} kB"
    assert " ".join(lines[2].split()) == (
        "inputs classes proved widest margin weights off by, % parameters"
    )
    assert lines[4].split()[:3] == ["1", "2", "2"]
    assert lines[5].split()[:3] == ["2", "4", "4"]
    assert lines[5].split()[-1] == "13"
    assert err == "next: circuits library gate npn2 0b0110 --inputs 2\n"
    assert circuits("library", "list", "npn2")[1] == out


def test_list_in_json(circuits: Circuits, built: Path, npn2: NpnLibrary) -> None:
    code, out, _ = circuits("library", "list", "npn2", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "gatewright/library-list/1")
    (library,) = document["libraries"]
    assert (library["file"], library["bytes"]) == (str(built), built.stat().st_size)
    one, two = library["inputs"]
    assert (one["inputs"], one["classes"], one["proved"]) == (1, 2, 2)
    assert (two["inputs"], two["classes"], two["proved"]) == (2, 4, 4)
    sheets = [npn2.gates[name].datasheet for name in NAMES[2:]]
    widest = sorted(sheet.widest for sheet in sheets if sheet is not None)
    assert two["widest"] == [widest[0], (widest[1] + widest[2]) / 2, widest[3]]
    assert 0.01 <= two["weight_tolerance"][0] <= two["weight_tolerance"][2] <= 0.25
    assert two["parameters"] == [7, 7, 13]


def test_list_of_a_library_that_is_not_complete(
    circuits: Circuits, built: Path, npn2: NpnLibrary
) -> None:
    write(built, NpnLibrary("npn2", {"npn2-6": npn2.gates["npn2-6"]}))
    lines = circuits("library", "list", "npn2")[1].splitlines()
    assert lines[4].split() == ["1", "2", "0", "–", "–", "–"]
    assert lines[5].split()[:3] == ["2", "4", "1"]


def test_list_where_there_is_none(circuits: Circuits, tmp_path: Path) -> None:
    code, out, err = circuits("library", "list")
    assert (code, out) == (0, f"no library in {tmp_path / 'store'}\n")
    assert err == "next: circuits library build npn4\n"
    assert json.loads(circuits("library", "list", "--json")[1])["libraries"] == []


@pytest.mark.usefixtures("built")
def test_a_gate_and_how_it_is_made(circuits: Circuits) -> None:
    code, out, err = circuits("library", "gate", "npn2", "0b1011")
    assert (code, err) == (0, "next: circuits library list npn2\n")
    lines = out.splitlines()
    assert lines[0] == "lut2-b: outputs 1101, row by row"
    assert lines[1] == "y = not npn2-1(b, not a)"
    assert lines[2] == "network 2-2-1 clipped, 7 parameters"
    assert lines[3].startswith("proved: outputs are exactly 0 and 1 ")
    assert lines[4].startswith("noise margin 0.45, the largest proved 0.4")
    assert circuits("library", "gate", "npn2", "0x6")[1].splitlines()[1] == "y = npn2-6(a, b)"
    lines = circuits("library", "gate", "npn2", "2", "--inputs", "1")[1].splitlines()
    assert lines[:2] == ["lut1-2: outputs 01, row by row", "y = npn1-1(not a)"]


@pytest.mark.usefixtures("built")
def test_a_gate_in_json(circuits: Circuits) -> None:
    code, out, _ = circuits("library", "gate", "npn2", "0b1011", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "gatewright/library-gate/1")
    assert (document["gate"], document["made_of"]) == ("lut2-b", "npn2-1")
    assert (document["joined"], document["negated"]) == ([1, 0], [False, True])
    assert document["output_negated"] is True
    assert (document["datasheet"]["vil"], document["datasheet"]["vol"]) == (0.45, 0.0)


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("gate", "npn2", "0x10"), 2, "the integer 16 does not fit 4 rows"),
        (("gate", "npn2", "-1"), 2, "No such option: -1"),
        (("gate", "npn2", "xor"), 2, "'xor' is not a number; give one bit a row, as in"),
        (("gate", "npn2"), 2, "no function is named; give one bit a row, as in 'circuits library"),
        (
            ("gate", "npn2", "6", "--inputs", "3"),
            2,
            "a table of 3 inputs and 1 outputs is not a function",
        ),
        (("gate", "npn3", "6"), 2, "the library npn3 is not in "),
        (("list", "npn4"), 2, "; run 'circuits library build npn4'"),
        (("list", "npn5"), 3, "no library 'npn5'; there are npn2, npn3, npn4"),
        (("build", "xor"), 3, "no library 'xor'; there are npn2, npn3, npn4"),
        (("build",), 2, "name a library: npn2, npn3 or npn4; as in 'circuits library build npn3'"),
        (("burn", "npn2"), 2, "'burn'"),
        (("build", "npn2", "--seed", "1"), 2, "was built with seed 0, not 1; give --seed 0"),
        (("build", "npn2", "--jobs", "0"), 2, "--jobs"),
    ],
)
def test_what_is_refused(circuits: Circuits, words: tuple[str, ...], code: int, told: str) -> None:
    found, out, err = circuits("library", *words)
    assert (found, out) == (code, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_damaged_file_is_named_and_stays(circuits: Circuits, built: Path) -> None:
    data = bytearray(built.read_bytes())
    data[-1] ^= 1
    built.write_bytes(data)
    for words in (("list",), ("gate", "npn2", "6"), ("build", "npn2")):
        code, out, err = circuits("library", *words)
        assert (code, out) == (2, "")
        assert f"{built}, gate 'npn2-6', is damaged: its weights are not those it" in err
        assert "'circuits library build npn2 --force'" in err
    assert built.read_bytes() == data
