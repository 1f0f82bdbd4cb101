"""Reading only what is a file, and writing whole files or none."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gatewright.files import (
    ABANDONED_AFTER,
    UnfitFileError,
    read_regular,
    write_atomically,
    write_named,
)


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


# Drafts that killed writers left behind


def ended() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def aged(path: Path, seconds: float) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then), follow_symlinks=False)
    return path


def draft(folder: Path, process: int, name: str = "xor.safetensors") -> Path:
    path = folder / f".{name}.{process}.0123abcd.tmp"
    path.write_bytes(b"half")
    return path


@pytest.mark.skipif(os.name != "posix", reason="other systems are not asked who is alive")
def test_the_next_writer_removes_a_draft_that_is_old_and_nobodys(tmp_path: Path) -> None:
    lost = aged(draft(tmp_path, ended()), ABANDONED_AFTER + 60)
    odd = aged(draft(tmp_path, ended(), "a\nb. c"), ABANDONED_AFTER + 60)
    write_atomically(tmp_path / "another", b"data")
    assert names(tmp_path) == ["another"]
    assert not lost.exists()
    assert not odd.exists()


def test_a_draft_that_is_young_or_somebodys_stays(tmp_path: Path) -> None:
    gone = ended()
    young = aged(draft(tmp_path, gone), ABANDONED_AFTER - 60)
    ours = aged(draft(tmp_path, os.getpid()), 10 * ABANDONED_AFTER)
    ahead = aged(draft(tmp_path, gone, "clock"), -10 * ABANDONED_AFTER)
    write_atomically(tmp_path / "another", b"data")
    assert young.exists()
    assert ours.exists()
    assert ahead.exists()


def test_nothing_but_drafts_is_ever_removed(tmp_path: Path) -> None:
    gone = ended()
    mine = [
        *("note.tmp", ".note.tmp", f".note.{gone}.tmp", f"note.{gone}.0123abcd.tmp"),
        *(f".note.{gone}.0123abcd.tmp2", f".note.{gone}.0123ABCD.tmp", f".note.{gone}.0123abc.tmp"),
        *(f"..{gone}.0123abcd.tmp", ".note.0.0123abcd.tmp", ".note.99999999999.0123abcd.tmp"),
        *(f".note.{gone}.0123abcd.safetensors", f".note.-{gone}.0123abcd.tmp"),
    ]
    for name in mine:
        (tmp_path / name).write_bytes(b"")
        aged(tmp_path / name, 100 * ABANDONED_AFTER)
    folder = tmp_path / f".folder.{gone}.0123abcd.tmp"
    folder.mkdir()
    aged(folder, 100 * ABANDONED_AFTER)
    link = tmp_path / f".link.{gone}.0123abcd.tmp"
    link.symlink_to(tmp_path / "note.tmp")
    aged(link, 100 * ABANDONED_AFTER)
    before = names(tmp_path)
    write_atomically(tmp_path / "another", b"data")
    assert names(tmp_path) == sorted([*before, "another"])


def test_a_draft_that_cannot_be_removed_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(draft(tmp_path, ended()), 2 * ABANDONED_AFTER)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not yours")

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refuse)
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        write_atomically(tmp_path / "another", b"data")
    assert (tmp_path / "another").read_bytes() == b"data"


# Reading


@pytest.mark.parametrize("data", [b"", b"whole", bytes(range(256)) * 1000])
def test_a_file_is_read_byte_for_byte(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "note"
    path.write_bytes(data)
    assert read_regular(path, len(data)) == data
    assert read_regular(path, 1 << 40) == data
    (tmp_path / "link").symlink_to(path)
    assert read_regular(tmp_path / "link", len(data)) == data


def test_a_file_larger_than_is_read(tmp_path: Path) -> None:
    path = tmp_path / "note"
    with path.open("wb") as file:
        file.truncate(6 << 30)  # it takes no room on the disk
    with pytest.raises(UnfitFileError, match="it has 6442450944 bytes, more than the 5 that are"):
        read_regular(path, 5)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="files of no size are Linux's")
def test_a_file_that_does_not_say_how_large_it_is() -> None:
    path = Path("/proc/self/maps")
    assert path.stat().st_size == 0
    assert b"python" in read_regular(path, 1 << 24)
    with pytest.raises(UnfitFileError, match="it has more than the 100 bytes that are read"):
        read_regular(path, 100)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnfitFileError, match="it is a pipe, not a file: save what comes out of it"):
        read_regular(tmp_path / "pipe", 100)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"")
    as_it_was = os.stat(tmp_path / "file")
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda *_, **__: as_it_was)
        with pytest.raises(UnfitFileError, match="it is a pipe"):
            read_regular(tmp_path / "pipe", 100)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="sockets are not files here")
def test_sockets_devices_and_folders_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(UnfitFileError, match="it is a socket, not a file"):
            read_regular(Path("socket"), 100)
    with pytest.raises(UnfitFileError, match="it is a device, not a file"):
        read_regular(Path("/dev/zero"), 100)
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 100)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "nowhere", 100)


def test_what_a_link_leads_to_is_written_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "far" / "note")
    for data in (b"first", b"second"):  # the link leads nowhere at first
        write_named(link, data)
        assert link.is_symlink()
        assert (tmp_path / "far" / "note").read_bytes() == data


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_written_into_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_named(pipe, b"data")
    assert os.read(reader, 100) == b"data"
    os.close(reader)
    assert pipe.is_fifo()
