"""One bad file in a store: every command says so in one line, and those about all gates go on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from safetensors.numpy import load, save
from tests.strategies import few

if TYPE_CHECKING:
    from tests.conftest import Circuits

Spoil = Callable[[Path], object]


def sealed(change: Callable[[dict[str, Any]], object]) -> Spoil:
    """Says something else of a gate, with a seal that fits."""

    def spoil(path: Path) -> None:
        data = path.read_bytes()
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        about = json.loads(header["__metadata__"]["gatewright"])
        change(about)
        said = {key: value for key, value in about.items() if key != "about"}
        about["about"] = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        path.write_bytes(save(load(data), {"gatewright": json.dumps(about)}))

    return spoil


def nested(path: Path) -> None:
    text = '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    path.write_bytes(save(load(path.read_bytes()), {"gatewright": text}))


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


SPOILT: dict[str, Spoil] = {
    "nested": nested,
    "infinite seed": sealed(lambda about: about.update(seed=float("inf"))),
    "a margin of 10^400": sealed(lambda about: about["datasheet"].update(widest=10**400)),
    "no precisions": sealed(lambda about: about["datasheet"].update(precisions=[])),
    "a trillion epochs": sealed(lambda about: about["recipe"].update(epochs=10**12)),
    "figures of text": sealed(lambda about: about["figures"].update(restart="0")),
    "a pipe": piped,
    "a device": endless,
}
COMMANDS = (
    *("datasheet full-adder", "predict full-adder 1 1 1", "plot full-adder --out p.svg"),
    *("compose ripple-adder --bits 1", "report ripple-adder --bits 1 --out p.html"),
    *("export full-adder --format c99 --out p.c", "noise ripple-adder --bits 1"),
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("what", few(SPOILT, 0, 4, 6))
def test_a_bad_gate_is_one_line_in_every_command(
    circuits: Circuits, trained: Path, what: str
) -> None:
    path = trained / "full-adder.safetensors"
    SPOILT[what](path)
    for command in COMMANDS:
        code, out, err = circuits(*command.split())
        assert (command, code, out) == (command, 2, "")
        assert err.startswith(f"circuits: {path} ")
        assert err.endswith("; train it anew with 'circuits train full-adder'\n")
        assert err.count("\n") == 1
    assert not list(Path().glob("p.*"))


@pytest.mark.parametrize("what", few(SPOILT, 0, 3, 7))
def test_a_bad_gate_is_listed_as_unreadable_beside_the_others(
    circuits: Circuits, trained: Path, what: str
) -> None:
    SPOILT[what](trained / "full-adder.safetensors")
    code, out, err = circuits("gates")
    lines = [line for line in out.splitlines()[2:] if line]
    states = {line.split()[0]: line.split()[-2] for line in lines}
    assert code == 0
    assert states.pop("full-adder") == "unreadable"
    assert set(states.values()) == {"0.45"}  # certified NM 0.45
    assert len(err.splitlines()) == 2  # what is wrong, and what to do next


def test_the_datasheets_of_all_others_are_told(circuits: Circuits, trained: Path) -> None:
    for name in ("xor", "full-adder"):
        nested(trained / f"{name}.safetensors")
    code, out, err = circuits("datasheet", "--all")
    rows = {line.split()[0]: line.split()[1] for line in out.splitlines()[2:]}
    assert code == 2
    assert [name for name, cell in rows.items() if cell == "unreadable"] == ["xor", "full-adder"]
    assert rows["half-adder"] == "0.45"
    first, last = err.splitlines()
    assert first.startswith(f"circuits: {trained / 'xor.safetensors'} is damaged: ")
    assert last.startswith(f"circuits: {trained / 'full-adder.safetensors'} is damaged: ")
    code, out, _ = circuits("datasheet", "--all", "--json")
    told = {each["name"]: each for each in json.loads(out)["gates"]}
    assert (code, told["xor"]) == (2, {"name": "xor", "state": "unreadable"})
    assert told["half-adder"]["proved"]


def test_training_anew_mends_it(circuits: Circuits, trained: Path) -> None:
    for what in ("a pipe", "nested"):
        SPOILT[what](trained / "and.safetensors")
        assert circuits("train", "and").code == 0
        assert circuits("predict", "and", "1", "1").code == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize(
    "command",
    [
        *("train and --recipe p.toml", "show p.bench", "train --pla p.pla", "show p.v"),
        *("equiv p.aig ripple-adder", "certificate check p.safetensors", "verify p.blif"),
    ],
)
def test_a_pipe_is_never_waited_for(circuits: Circuits, command: str) -> None:
    (name,) = (word for word in command.split() if word.startswith("p."))
    os.mkfifo(name)
    code, out, err = circuits(*command.split())
    assert (code, out) == (2, "")
    assert "it is a pipe, not a file: save what comes out of it as a file first" in err
    assert err.count("\n") == 1
