"""What Yosys finds around itself, with a program in its place that looks."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from gatewright.errors import UsageError
from gatewright.formats.yosys import tool as yosys
from gatewright.formats.yosys.confined import Order, read_order
from gatewright.formats.yosys.tool import run_yosys

needs_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="a script can be a program on POSIX systems alone"
)


def test_an_order_is_read_as_it_was_written() -> None:
    order = Order(["a b", '"\n'], "/x y", ["p"], ["r"], ["w"], 1, 2, 3)
    assert read_order(order.written()) == order


def look(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """What a program in the place of Yosys prints as JSON."""
    program = folder / "bin" / "yosys"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable} -I\nimport json, os, sys\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    work = folder / "work"
    work.mkdir()
    return json.loads(run_yosys("", folder=work, builds=("native",)))


@needs_posix
def test_the_environment_holds_next_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", "alive")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/nowhere/lib")
    found = look(tmp_path, "print(json.dumps(dict(os.environ)))", monkeypatch)
    assert isinstance(found, dict)
    assert set(found) - {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"} == {
        *("PATH", "LC_ALL", "HOME", "TMPDIR", "TEMP", "TMP"),
        *("YOWASP_MOUNT", "LD_LIBRARY_PATH"),
    }
    assert found["PATH"] == os.defpath
    assert found["HOME"] == found["TMPDIR"] == str(tmp_path / "work")


@needs_posix
def test_no_file_of_ours_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
found = []
for each in range(3, 100):
    try:
        os.fstat(each)
    except OSError:
        continue
    found.append(os.readlink(f'/proc/self/fd/{each}') if os.path.exists('/proc/self/fd') else '?')
print(json.dumps(found))"""
    ours = os.open(__file__, os.O_RDONLY)
    os.set_inheritable(ours, True)
    try:
        found = look(tmp_path, body, monkeypatch)
    finally:
        os.close(ours)
    assert found == []


@needs_posix
def test_its_time_and_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
import resource
names = ("CPU", "FSIZE", "CORE")
print(json.dumps([resource.getrlimit(getattr(resource, f"RLIMIT_{each}"))[1] for each in names]))"""
    assert look(tmp_path, body, monkeypatch) == [1204, 1 << 30, 0]


def test_a_runtime_that_shows_every_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yosys, "installed", lambda build: build == "wasm")
    monkeypatch.setattr("importlib.metadata.version", lambda _: "1.49")
    with pytest.raises(UsageError, match=r"^yowasp-runtime 1\.49 is too old"):
        run_yosys("", folder=Path())
