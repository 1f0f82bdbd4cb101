"""``circuits train --pla``: a gate of a file's truth table."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.formats.model.source import read_source
from gatewright.formats.pla.reader import read_pla_gate
from gatewright.gates.store.store import Store
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits

CHOOSE = ".i 3\n.o 2\n.ilb s a b\n.ob y n\n01- 10\n1-1 10\n00- 01\n1-0 01\n.e\n"
"""A multiplexer, and its opposite."""

LOOSE = ".i 2\n.o 1\n.ilb a b\n.ob y\n01 1\n10 1\n11 -\n.e\n"
XOR = ".i 2\n.o 1\n.ilb a b\n.ob y\n01 1\n10 1\n.e\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def quick(folder: Path) -> Path:
    """A recipe that proves nothing of a gate, and is quick."""
    return write(folder, "quick.toml", 'layers = [3]\noptimiser = "lm"\nbox_radius = 0.0\n')


def test_the_gate_of_a_file_is_trained_proved_and_saved(circuits: Circuits, tmp_path: Path) -> None:
    path = write(tmp_path, "two_ways.pla", CHOOSE)
    code, out, err = circuits("train", "--pla", path)
    saved = tmp_path / "store" / "two-ways.safetensors"
    assert code == 0
    assert out.startswith("two-ways: learned by ")
    assert "proved: inputs off by up to ±0.45 give exactly 0 and 1" in out
    assert f"saved {saved}" in out
    assert err == "next: circuits predict two-ways 1 1 1\n"
    assert circuits("certificate", "check", saved).code == 0
    gate = Store(tmp_path / "store").load(read_pla_gate(read_source(path)))
    assert gate is not None
    assert gate.learned().tolist() == gate.spec.table.values.tolist()  # hardened: exactly 0 and 1


def test_dont_cares_are_not_learned_for(circuits: Circuits, tmp_path: Path) -> None:
    code, out, _ = circuits("train", "--pla", write(tmp_path, "loose.pla", LOOSE), "--json")
    (gate,) = json.loads(out)["gates"]
    assert (code, gate["name"], gate["learned"]) == (0, "loose", True)
    assert [row["exact"] for row in gate["rows"]] == ["0", "1", "1", "-"]


def test_a_packed_file_gives_the_same_bytes(circuits: Circuits, tmp_path: Path) -> None:
    plain = write(tmp_path, "loose.pla", LOOSE)
    packed = tmp_path / "loose.pla.gz"
    packed.write_bytes(gzip.compress(LOOSE.encode()))
    for path, store in ((plain, "one"), (packed, "two")):
        assert circuits("train", "--pla", path, "--store", tmp_path / store).code == 0
    one, two = (tmp_path / store / "loose.safetensors" for store in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_a_name_and_a_recipe_may_be_given(circuits: Circuits, tmp_path: Path) -> None:
    path = write(tmp_path, "5xor.pla", LOOSE)
    words = ("train", "my-gate", "--pla", path, "--layers", "2,3", "--seed", "4", "--json")
    (gate,) = json.loads(circuits(*words).out)["gates"]
    assert (gate["name"], gate["seed"], gate["recipe"]["layers"]) == ("my-gate", 4, [2, 3])
    code, out, _ = circuits("train", "other", "--pla", path, "--recipe", quick(tmp_path))
    assert code == 0
    assert out.startswith("other: learned by ")


def test_a_gate_that_nothing_is_proved_of_says_so(circuits: Circuits, tmp_path: Path) -> None:
    path = write(tmp_path, "loose.pla", LOOSE)
    code, out, err = circuits("train", "--pla", path, "--no-harden", "--recipe", quick(tmp_path))
    assert code == 0
    assert "nothing is proved of it" in out
    assert err == "next: circuits predict loose 1 0\n"


def test_a_registered_gate_of_the_same_table_is_that_gate(
    circuits: Circuits, plugins: Plugins, tmp_path: Path
) -> None:
    code, _, err = circuits("train", "--pla", write(tmp_path, "xor.pla", XOR))
    assert (code, err) == (0, "next: circuits predict xor 1 1\n")
    assert Store(tmp_path / "store").load(plugins.gate("xor")) is not None


def test_a_registered_gate_of_another_table_is_not_overwritten(
    circuits: Circuits, trained: Path, tmp_path: Path
) -> None:
    before = (trained / "xor.safetensors").read_bytes()
    path = write(tmp_path, "xor.pla", LOOSE)
    for words in (("--pla", path), ("xor", "--pla", path)):
        code, out, err = circuits("train", *words)
        assert (code, out) == (2, "")
        assert err == (
            f"circuits: 'xor' is a registered gate of another truth table than {path}: row 11 has 0, not "
            f"a don't-care; name this one otherwise, as in 'circuits train my-gate --pla {path}'\n"
        )
    assert (trained / "xor.safetensors").read_bytes() == before


def test_replacing_the_gate_of_another_file_is_said(circuits: Circuits, tmp_path: Path) -> None:
    path = write(tmp_path, "mine.pla", LOOSE)
    assert circuits("train", "--pla", path).code == 0
    assert "replace" not in circuits("train", "--pla", path).err
    saved = tmp_path / "store" / "mine.safetensors"
    code, _, err = circuits("train", "--pla", write(tmp_path, "mine.pla", XOR))
    assert code == 0
    assert (
        f"{saved} was trained on another truth table than 'mine' has now: row 11 has a don't-care, "
        "not 0, and is replaced\n"
    ) in err
    _, _, err = circuits("train", "--pla", path, "--recipe", quick(tmp_path), "--no-harden")
    assert "'circuits train mine' brings it back; --as mine-2 would keep both\n" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--all", "--pla", "t.pla"], "--pla and --all are both given; give one or the other"),
        (
            ["a", "b", "--pla", "t.pla"],
            "a truth table is one gate, and 2 names are given; as in 'circuits train my-gate --pla t.pla'",
        ),
        (
            ["--pla", "no.pla"],
            "there is no file no.pla; look at its path; 'circuits list' names the circuits that need no file",
        ),
        (["--pla", "."], ". is a folder; name a file"),
        (
            ["--pla", "t.pla"],
            "t.pla:3:1: '1x 1' has the character 'x'; a row has 0, 1 or - for an input, and 0, 1, - or ~ for an "
            "output",
        ),
        (
            ["--pla", "5.pla"],
            "5.pla: no name for a gate can be made of it; name the gate, beginning with a letter",
        ),
        (
            ["X", "--pla", "5.pla"],
            "'X' is not a name for a gate; use kebab-case, as in 'half-adder'",
        ),
    ],
)
def test_what_cannot_be_done(
    words: list[str],
    message: str,
    circuits: Circuits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "t.pla", ".i 2\n.o 1\n1x 1\n")
    write(tmp_path, "5.pla", LOOSE)
    code, out, err = circuits("train", *words)
    assert (code, out, err) == (2, "", f"circuits: {message}\n")
    assert not (tmp_path / "store").exists()
