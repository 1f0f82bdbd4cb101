"""``gw.load``: what was saved comes back, and what cannot be loaded is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

import gatewright as gw
from gatewright.errors import StoreError, UnknownGateError
from gatewright.gates.trained import TrainedGate


@pytest.fixture
def xor(gates: dict[str, TrainedGate]) -> TrainedGate:
    return gates["xor"]


def test_a_file_that_save_wrote(xor: TrainedGate, tmp_path: Path) -> None:
    path = xor.save(tmp_path / "mine.safetensors")
    for what in (path, str(path)):
        found = gw.load(what)
        assert (found.digest, found.history) == (xor.digest, None)
        assert found.datasheet is not None
        assert found.datasheet.noise_margin == 0.45
        assert (found.spec.name, found(0, 1)) == ("xor", 1)


def test_a_file_of_a_gate_that_nobody_else_knows(tmp_path: Path) -> None:
    made = gw.train("and-not: a & ~b")
    found = gw.load(made.save(tmp_path / "x.safetensors"))
    assert (found.spec.name, found.spec.table, found(1, 0)) == ("and-not", made.spec.table, 1)


def test_a_name_in_a_store(xor: TrainedGate, tmp_path: Path) -> None:
    gw.Store().save(xor)
    assert gw.load("xor").digest == xor.digest
    shelf = gw.Store(tmp_path / "other")
    made = gw.train("and-not: a & ~b")
    shelf.save(made)
    for store in (shelf, shelf.folder, str(shelf.folder)):
        assert gw.load("and-not", store=store).digest == made.digest
        assert gw.load(made.spec, store=store).digest == made.digest
    with pytest.raises(UnknownGateError):
        gw.load("and-not")  # it is in the other one


@pytest.mark.parametrize(
    ("what", "kind", "said"),
    [
        ("xor", StoreError, "the gate 'xor' is not in the store "),
        ("xro", UnknownGateError, "no gate 'xro'; did you mean 'xor'?"),
        ("no.safetensors", gw.GatewrightError, "no.safetensors cannot be read: No such file"),
        (
            "xor.c",
            gw.GatewrightError,
            "xor.c is not a file of a trained gate; name one that ends in .safe",
        ),
        ("bad.safetensors", StoreError, "bad.safetensors is damaged: "),
        (3, gw.GatewrightError, "an int is not a gate; give a name"),
    ],
)
def test_what_cannot_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, kind: type[Exception], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.safetensors").write_bytes(b"no tensors here")
    with pytest.raises(kind) as caught:
        gw.load(what)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
