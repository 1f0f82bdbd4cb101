"""Stores that cannot be used: said in one line, before any work is lost, and nothing is changed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import gatewright.gates.store.store as store_module
from gatewright.errors import StoreError
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.train import train

ELSEWHERE = "name another folder"


def told(store: Store, spec: GateSpec) -> tuple[str, str]:
    """The status of a gate, and why it cannot be used, as text."""
    state, error = store.status(spec)
    return state, str(error)


def test_a_store_that_is_a_file_is_refused(tmp_path: Path, trained_xor: TrainedGate) -> None:
    folder = tmp_path / "store"
    folder.write_text("mine")
    store = Store(folder)
    expected = f"the store {folder} is not a folder; {ELSEWHERE}"
    for use in (
        lambda: store.load(trained_xor.spec),
        store.prepare,
        lambda: store.save(trained_xor),
    ):
        with pytest.raises(StoreError) as caught:
            use()
        assert str(caught.value) == expected
    assert told(store, trained_xor.spec) == ("refused", expected)
    assert folder.read_text() == "mine"


def test_a_store_below_a_file_cannot_be_made(tmp_path: Path, trained_xor: TrainedGate) -> None:
    (tmp_path / "file").write_text("mine")
    store = Store(tmp_path / "file" / "store")
    assert store.load(trained_xor.spec) is None
    for use in (store.prepare, lambda: store.save(trained_xor)):
        with pytest.raises(StoreError) as caught:
            use()
        assert str(caught.value) == f"the store {store.folder} is not a folder; {ELSEWHERE}"
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write to")
def test_a_store_that_cannot_be_made_is_refused(trained_xor: TrainedGate) -> None:
    store = Store(Path("/proc/gatewright"))
    assert store.load(trained_xor.spec) is None
    for use in (store.prepare, lambda: store.save(trained_xor)):
        with pytest.raises(StoreError) as caught:
            use()
        assert str(caught.value).startswith("the store /proc/gatewright cannot be written to: ")
        assert str(caught.value).endswith(ELSEWHERE)


def test_a_folder_that_may_not_be_written_to_is_found_out_before_training(
    empty_store: Store, trained_xor: TrainedGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = empty_store.save(trained_xor)
    before = path.read_bytes()
    asked: list[tuple[Path, int]] = []

    def refuse(folder: Path, mode: int) -> bool:
        asked.append((folder, mode))
        return False

    monkeypatch.setattr(os, "access", refuse)
    for use in (empty_store.prepare, lambda: empty_store.save(trained_xor)):
        with pytest.raises(StoreError) as caught:
            use()
        assert (
            str(caught.value) == f"the store {empty_store.folder} cannot be written to; {ELSEWHERE}"
        )
    assert asked[0][0] == empty_store.folder
    assert asked[0][1] & os.W_OK
    assert path.read_bytes() == before


@pytest.mark.parametrize("step", ["fsync", "replace", "open"])
def test_a_write_that_fails_leaves_the_older_gate_and_nothing_else(
    empty_store: Store, xor: GateSpec, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = empty_store.save(train(xor, seed=1))
    before = path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    newer = train(xor, seed=2)
    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fsync" else Path, step, fail)
        with pytest.raises(StoreError) as caught:
            empty_store.save(newer)
    assert str(caught.value) == (
        f"the store {empty_store.folder} cannot be written to: {os.strerror(errno.ENOSPC)}; {ELSEWHERE}"
    )
    assert path.read_bytes() == before
    assert [each.name for each in empty_store.folder.iterdir()] == ["xor.safetensors"]


def test_a_file_that_cannot_be_read_is_refused(
    empty_store: Store, trained_xor: TrainedGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = empty_store.save(trained_xor)

    def fail(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(store_module, "from_file", fail)
    with pytest.raises(StoreError) as caught:
        empty_store.load(trained_xor.spec)
    assert str(caught.value) == (f"{path} cannot be read: Permission denied; train it anew")
