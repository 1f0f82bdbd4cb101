"""Which files a file of Verilog may name, and which not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gatewright.formats.verilog import files as verilog_files
from gatewright.formats.verilog.files import Files, NotAllowedError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source in a folder with others above and beside it."""
    folder = tmp_path / "src"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "lib").mkdir()
    for path in ("src/a.vh", "src/sub/b.vh", "lib/c.vh", "secret.vh"):
        (tmp_path / path).write_text(path)
    return folder / "top.v"


@pytest.mark.parametrize("name", ["a.vh", "./a.vh", "sub/b.vh", "sub/../a.vh", "sub/../sub/b.vh"])
def test_files_of_the_folder_are_read(source: Path, name: str) -> None:
    assert Files(str(source)).read(name).data.startswith(b"src/")


def test_files_of_folders_that_are_added_are_read(source: Path) -> None:
    library = source.parent.parent / "lib"
    with pytest.raises(NotAllowedError, match=r"^is not in a folder that may be read"):
        Files(str(source)).read("c.vh")
    files = Files(str(source), [library])
    assert files.read("c.vh").data == b"lib/c.vh"
    assert files.read("../lib/c.vh").data == b"lib/c.vh"
    assert files.read("b.vh", source.parent / "sub").data == b"src/sub/b.vh"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/etc/passwd", "is an absolute path"),
        ("//etc/passwd", "is an absolute path"),
        ("~/secret.vh", "is an absolute path"),
        ("C:/secret.vh", "is an absolute path"),
        ("C:secret.vh", "is an absolute path"),
        ("../secret.vh", "lies outside the folder"),
        ("sub/../../secret.vh", "lies outside the folder"),
        ("../none.vh", "lies outside the folder"),
        ("..", "lies outside the folder"),
        (".", "is not a plain file"),
        ("sub", "is not a plain file"),
        ("", "is not a plain name"),
        ("a\n.vh", "is not a plain name"),
        ("a\\b.vh", "is not a plain name"),
        ("a\0", "is not a plain name"),
        ("none.vh", "is not in a folder that may be read"),
        ("x" * 300, "cannot be read: File name too long"),
    ],
)
def test_other_files_are_refused_by_name(source: Path, name: str, said: str) -> None:
    with pytest.raises(NotAllowedError, match=f"^{said}"):
        Files(str(source)).read(name)


needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX systems")


@needs_posix
def test_links_are_followed_within_the_folder_alone(source: Path) -> None:
    folder = source.parent
    (folder / "in.vh").symlink_to("a.vh")
    (folder / "out.vh").symlink_to("../secret.vh")
    (folder / "away").symlink_to("..")
    (folder / "loop.vh").symlink_to("loop.vh")
    assert Files(str(source)).read("in.vh").data == b"src/a.vh"
    for name in ("out.vh", "away/secret.vh", "away/lib/c.vh"):
        with pytest.raises(NotAllowedError, match=r"^lies outside the folder"):
            Files(str(source)).read(name)
    with pytest.raises(NotAllowedError, match=r"^cannot be read"):
        Files(str(source)).read("loop.vh")


@needs_posix
def test_pipes_are_not_waited_for(source: Path) -> None:
    os.mkfifo(source.parent / "pipe")
    with pytest.raises(NotAllowedError, match=r"^is not a plain file"):
        Files(str(source)).read("pipe")


def test_there_are_limits(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verilog_files, "MOST_FILES", 2)
    files = Files(str(source))
    files.read("a.vh")
    files.read("a.vh")
    with pytest.raises(NotAllowedError, match=r"^is one file more than the 2 that"):
        files.read("a.vh")
    monkeypatch.setattr(verilog_files, "MOST_BYTES", 10)
    files = Files(str(source))
    files.read("a.vh")
    with pytest.raises(NotAllowedError, match=r"^makes it more than the 0 MB that"):
        files.read("a.vh")
