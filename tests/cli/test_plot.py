"""``circuits plot``: a picture of a gate for each option, in a file or on standard output."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.strategies import few

from gatewright.draw.plots.network import network
from gatewright.draw.plots.surface import surface
from gatewright.draw.plots.training import training
from gatewright.draw.plots.transfer import transfer
from gatewright.gates.response import margins
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate

if TYPE_CHECKING:
    from tests.conftest import Circuits

DRAWN = {"surface": surface, "network": network, "training": training, "transfer": transfer}


def option(subject: str) -> list[str]:
    return [] if subject == "surface" else [f"--{subject}"]


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("subject", DRAWN)
@pytest.mark.parametrize("name", few(["not", "full-adder"], 0))
def test_the_picture_is_the_library_s(
    circuits: Circuits, gates: Mapping[str, TrainedGate], tmp_path: Path, name: str, subject: str
) -> None:
    out = tmp_path / "picture.svg"
    assert circuits("plot", name, *option(subject), "--out", out).code == 0
    assert out.read_text() == DRAWN[subject](gates[name]).svg
    code, text, err = circuits("plot", name, *option(subject))
    assert (code, text, err) == (0, out.read_text(), "")


@pytest.mark.usefixtures("trained")
def test_each_picture_suggests_the_next(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words, seen = ["plot", "xor", "--out", "xor.svg"], []
    while words[0] == "plot":
        code, out, err = circuits(*words)
        assert code == 0
        assert out.startswith(f"wrote {words[-1]}\n")
        assert max(map(len, (out + err).splitlines())) <= 80
        seen.append(words[-1])
        words = err.removeprefix("next: circuits ").split()
    assert seen == ["xor.svg", "xor-network.svg", "xor-training.svg", "xor-transfer.svg"]
    assert words == ["datasheet", "xor"]


@pytest.mark.usefixtures("trained")
def test_noise_margins_are_printed(
    circuits: Circuits, gates: Mapping[str, TrainedGate], tmp_path: Path
) -> None:
    out = tmp_path / "nand.svg"
    _, text, _ = circuits("plot", "nand", "--transfer", "--out", out)
    one, other = margins(gates["nand"])
    assert text.splitlines()[1:] == [
        f"static noise margin, a → y, b = 1: {one:.4f}",
        f"static noise margin, b → y, a = 1: {other:.4f}",
    ]
    document = json.loads(circuits("plot", "nand", "--transfer", "--json").out)
    assert document["margins"] == {"a → y, b = 1": one, "b → y, a = 1": other}


@pytest.mark.usefixtures("trained")
def test_json(circuits: Circuits, gates: Mapping[str, TrainedGate], tmp_path: Path) -> None:
    code, text, err = circuits("plot", "xor", "--json")
    assert (code, err) == (0, "")
    assert json.loads(text) == {
        "schema": "gatewright/plot/1",
        "gate": "xor",
        "subject": "surface",
        "text": surface(gates["xor"]).svg,
    }
    out = tmp_path / "xor.svg"
    document = json.loads(circuits("plot", "xor", "--network", "--out", out, "--json").out)
    assert document["file"] == str(out)
    assert "text" not in document
    assert out.exists()


@pytest.mark.usefixtures("trained")
def test_a_file_that_exists_is_kept_unless_forced(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "xor.svg"
    out.write_text("mine")
    code, text, err = circuits("plot", "xor", "--out", out)
    assert (code, text) == (2, "")
    assert err == f"circuits: {out} exists; name another file, or give --force to replace it\n"
    assert out.read_text() == "mine"
    assert circuits("plot", "xor", "--out", out, "--force").code == 0
    assert out.read_text().startswith("<svg ")


@pytest.mark.usefixtures("trained")
def test_a_png(circuits: Circuits, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    out = tmp_path / "xor.png"
    assert circuits("plot", "xor", "--out", out).code == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_library_that_is_missing_is_named_before_anything_is_trained(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    code, text, err = circuits("plot", "xor", "--out", tmp_path / "xor.png")
    assert (code, text) == (2, "")
    (line,) = err.splitlines()
    assert line.endswith("pip install 'gatewright[draw]'")
    assert list(tmp_path.iterdir()) == []


def test_a_gate_not_yet_trained_is_trained_and_kept(circuits: Circuits, tmp_path: Path) -> None:
    code, _, err = circuits("plot", "and", "--seed", "3")
    assert code == 0
    assert err == f"training and: not yet in {tmp_path / 'store'}\n"
    assert circuits("plot", "and").err == ""


def test_a_gate_is_drawn_as_it_was_trained(circuits: Circuits) -> None:
    circuits("train", "xor", "--no-harden", "--layers", "3,3", "--restarts", "7")
    text = circuits("plot", "xor", "--training").out
    assert text.count('class="gw-loss') == 7
    assert "a 2-3-3-1 network" in circuits("plot", "xor", "--network").out
    assert re.search(r"give 0 or 1 to within 0\.\d+: proved", circuits("plot", "xor").out)


def test_a_datasheet_that_does_not_hold_is_not_drawn(
    circuits: Circuits, gates: Mapping[str, TrainedGate], tmp_path: Path
) -> None:
    gate = gates["xor"]
    assert gate.datasheet is not None
    claimed = replace(gate.datasheet, widest=0.4999)
    Store(tmp_path / "store").save(replace(gate, datasheet=claimed))
    code, text, err = circuits("plot", "xor")
    assert (code, text) == (2, "")
    assert "the datasheet of 'xor' claims a largest noise margin that cannot be proved" in err
    assert err.endswith("; train it anew with 'circuits train xor'\n")


@pytest.mark.parametrize("json_too", [False, True], ids=["text", "json"])
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("xro", 3, "no gate 'xro'; did you mean 'xor'?"),
        (
            "xor --network --transfer",
            2,
            "--network and --transfer are pictures of their own; give one at a time",
        ),
        (
            "xor --out x.gif",
            2,
            "a picture is not saved as '.gif'; name a file that ends in .svg, .png or .pdf",
        ),
        (
            "xor --out x",
            2,
            "a picture is not saved as ''; name a file that ends in .svg, .png or .pdf",
        ),
        ("xor --out .", 2, ". is a folder; name a file"),
        ("xor --bits 3", 2, "No such option.*"),
        ("", 2, "Missing argument 'GATE'.*"),
    ],
)
def test_bad_input_is_one_line(
    circuits: Circuits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    code: int,
    message: str,
    json_too: bool,
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = circuits("plot", *words.split(), *(["--json"] if json_too else []))
    (line,) = outcome.err.splitlines()
    wanted = ".*".join(map(re.escape, message.split(".*")))
    assert re.fullmatch(f"circuits: {wanted}", line), line
    assert (outcome.code, outcome.out) == (code, "")
    assert not (tmp_path / "store").exists()
