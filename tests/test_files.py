"""Writing whole files or none."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from gatewright.files import write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("data", [b"", b"whole", bytes(range(256)) * 1000])
def test_a_file_is_written_byte_for_byte(tmp_path: Path, data: bytes) -> None:
    write_atomically(tmp_path / "note", data)
    assert (tmp_path / "note").read_bytes() == data
    assert names(tmp_path) == ["note"]


def test_a_newer_file_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "note"
    write_atomically(path, b"a long first version")
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"
    assert names(tmp_path) == ["note"]


def test_whoever_has_the_old_file_open_keeps_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "note"
    write_atomically(path, b"old")
    with path.open("rb") as reader:
        write_atomically(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("stop", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_is_stopped_leaves_the_old_file_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, stop: BaseException
) -> None:
    path = tmp_path / "note"
    path.write_bytes(b"old")
    seen: list[list[str]] = []

    def fail(*_: object) -> None:
        seen.append(names(tmp_path))
        raise stop

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fsync" else Path, step, fail)
        with pytest.raises(type(stop)):
            write_atomically(path, b"new")
    assert len(seen[0]) == 2  # the draft was there, beside the file, under another name
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["note"]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "nowhere" / "note", b"data")
    assert names(tmp_path) == []


def test_a_folder_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "note").mkdir()
    with pytest.raises(OSError, match=r"directory|exists"):
        write_atomically(tmp_path / "note", b"data")
    assert names(tmp_path) == ["note"]
    assert (tmp_path / "note").is_dir()
