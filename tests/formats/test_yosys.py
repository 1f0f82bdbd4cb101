"""Running Yosys, with a program in its place that does what a Yosys may do."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from gatewright.errors import FormatError, UsageError
from gatewright.formats.model.source import Source
from gatewright.formats.verilog.reader import deepest, read_verilog
from gatewright.formats.yosys import tool as yosys
from gatewright.formats.yosys.tool import readable, run_yosys


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        (
            "0.v:3: ERROR: syntax error, unexpected TOK_ID\n",
            "my adder.v:3: syntax error, unexpected a name",
        ),
        ("0.v:3.4-3.9: ERROR: Bad `\\b'.\n", "my adder.v:3:4: Bad 'b'"),
        ("0.v:3.4-9: ERROR: Bad.\n", "my adder.v:3:4: Bad"),
        ("ERROR: Module `\\foo' is missing.\n", "Yosys says: Module 'foo' is missing"),
        ("ERROR: Can't open `0.v'!\n", "Yosys says: Can't open 'my adder.v'!"),
        ("Warning: x\nERROR: No \\foo.\nmore\n", "Yosys says: No foo"),
        (
            "0.v:1: ERROR: unexpected TOK_CONSTVAL, TOK_END\n",
            "my adder.v:1: unexpected a number, 'end'",
        ),
        ("0.v:1: ERROR: \n", "my adder.v:1: syntax error"),
        ("ERROR: colour \x1b[31m\n", "Yosys says: colour ?[31m"),
        ("Warning: nothing\n", ""),
        ("", ""),
    ],
)
def test_what_yosys_says_is_made_readable(complaint: str, said: str) -> None:
    assert (
        readable(complaint, lambda file, line: ("my adder.v" if file == "0.v" else file, line))
        == said
    )


def test_without_any_yosys_the_way_to_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(yosys, "find_spec", lambda _: None)
    with pytest.raises(UsageError) as caught:
        read_verilog(Source("a.v", b"module a; endmodule"), {})
    assert caught.value.hint == "install yosys or `pip install 'gatewright[verilog]'`"


needs_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="a script can be a program on POSIX systems alone"
)


def instead(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program where Yosys is looked for."""
    program = folder / "bin" / "yosys"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))


@needs_posix
def test_it_runs_in_the_folder_without_a_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(tmp_path, "print(os.getcwd(), sys.argv[1:], sys.stdin.read())", monkeypatch)
    folder = tmp_path / "it's; a $(folder)"
    folder.mkdir()
    printed = run_yosys("read_verilog 0.v\nstat", folder=folder)
    assert printed == f"{folder} {['-Q', '-T', '-p', 'read_verilog 0.v' + chr(10) + 'stat']} \n"


@needs_posix
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("print('0.v:3: ERROR: no', file=sys.stderr); sys.exit(1)", "a.v:3: no"),
        ("sys.exit(3)", "Yosys ended with exit code 3; a module that holds itself"),
        (
            "print('oh\\nno', file=sys.stderr); sys.exit(3)",
            "Yosys ended with exit code 3: no; a module",
        ),
        ("os.abort()", "Yosys ended with exit code -6; a module that holds itself"),
        (
            "print('std::bad_alloc', file=sys.stderr); os.abort()",
            "Yosys needs more than 2 GB for this; give",
        ),
    ],
)
def test_what_goes_wrong_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    instead(tmp_path, body, monkeypatch)
    with pytest.raises(FormatError) as caught:
        run_yosys(
            "", folder=tmp_path, where=lambda file, line: ("a.v" if file == "0.v" else file, line)
        )
    assert str(caught.value).startswith(said)


@needs_posix
def test_one_that_takes_too_long_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = "import time, pathlib; time.sleep(1.5); pathlib.Path('late').touch()"
    body = f"import subprocess\nsubprocess.Popen([{sys.executable!r}, '-c', {child!r}])\ntime.sleep(60)"
    instead(tmp_path, body, monkeypatch)
    start = time.perf_counter()
    with pytest.raises(
        UsageError, match=r"^Yosys has not finished after 0\.5 s; give it a smaller"
    ):
        run_yosys("", folder=tmp_path, time_limit=0.5)
    assert time.perf_counter() - start < 20
    time.sleep(2)
    assert not (tmp_path / "late").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_one_that_takes_too_much_memory_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = """
time.sleep(0.3)
try:
    held = bytearray(3 << 30)
except MemoryError:
    print("std::bad_alloc", file=sys.stderr)
    sys.exit(1)"""
    instead(tmp_path, body, monkeypatch)
    with pytest.raises(FormatError, match=r"^Yosys needs more than 2 GB for this"):
        run_yosys("", folder=tmp_path)


def test_the_deepest_modules_are_found() -> None:
    printed = "root of   2 design levels: a b   \nroot of   0 design levels: c\nroot of   2 design levels: d  \n"
    assert deepest(printed) == ["a b", "d"]
    assert deepest("nothing of the kind") == []
