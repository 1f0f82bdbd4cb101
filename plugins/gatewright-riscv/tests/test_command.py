"""``circuits riscv`` as users run it: what it prints, exit codes, what goes wrong, a line each, and the page."""

from __future__ import annotations

import errno
import json
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from gatewright.cli.app import run

HERE = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"

if not entry_points(group="gatewright", name="riscv"):
    pytest.skip(f"gatewright-riscv is not installed: pip install {HERE}", allow_module_level=True)

li = pytest.importorskip("gatewright_riscv.random_programs").li
Printed = pytest.importorskip("gatewright_riscv.command").Printed

ECALL = 0x73
PRINTS_A = (0x100005B7, 0x04100513, 0x00A58023)
LOOPS = 0x0000006F


def test_the_command_tells_what_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.hex"
    stores = 0x0062A023  # sw t1, 0(t0)
    program = (*li(5, 0x1000_0000), *li(6, ord("A")), stores, *li(10, 0), ECALL)
    file.write_text(" ".join(f"{word:08x}" for word in program))
    assert run(["riscv", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["printed"] == "A"
    assert (told["how"], told["code"], told["cycles"], told["off"]) == ("exit", 0, 8, 0.0)
    (claim,) = told["claims"]
    assert claim["outcome"] == "proved"
    assert "1011 registers behind buffers, so in every cycle" in claim["text"]
    assert "memory 'ram'" in claim["text"]


def elf(tmp_path: Path, **fields: tuple[int, str, int]) -> str:
    """The ELF file of the tests with some fields changed: where, how, and to what."""
    data = bytearray((PROGRAMS / "hello.elf").read_bytes())
    for at, form, value in fields.values():
        struct.pack_into(form, data, at, value)
    path = tmp_path / "changed.elf"
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"machine": (18, "<H", 62)}, "is a program for X86_64, not for RISC-V"),
        ({"type": (16, "<H", 1)}, "is not linked, or is not at a place of its own"),
        ({"flags": (36, "<I", 1)}, "has compressed instructions, which RV32I has not"),
        ({"flags": (36, "<I", 8)}, "is for RV32E, not for RV32I"),
        ({"entry": (24, "<I", 2)}, "begins at 0x2, where there is no instruction"),
        ({"class": (4, "<B", 2)}, "is a program for RISC-V of 64 bits, not of 32"),
        ({"class": (4, "<B", 7)}, "is a damaged ELF file"),
        (
            {"memory": (104, "<I", 2**20 + 1)},
            "has 1048577 bytes for address 0x80000000, outside of RAM",
        ),
        ({"place": (96, "<I", 0x900FFFF0)}, "bytes for address 0x900ffff0, outside of RAM"),
    ],
)
def test_programs_for_others_are_refused(
    fields: dict[str, tuple[int, str, int]],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["riscv", elf(tmp_path, **fields)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("size", [10, 20, 60, 200, 4200])
def test_a_program_that_is_cut_short(
    size: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Within the first bytes, the header, the segments' headers, before the code, and in it."""
    file = tmp_path / "cut.elf"
    file.write_bytes((PROGRAMS / "hello.elf").read_bytes()[:size])
    assert run(["riscv", str(file)]) == 2
    assert f"cut.elf is cut short: its headers tell of more than its {size} bytes" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "p.hex is empty; name an ELF file or a hex image"),
        ("0073 hello", "p.hex:1:6: 'hello' is not a hexadecimal word"),
        ("@40000 73", "would be at address 0x40000"),
        ("123456789", "does not fit memory 'ram'"),
        ("// nothing", "has no words"),
    ],
)
def test_hexadecimal_words_that_are_none(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.hex"
    file.write_text(text)
    assert run(["riscv", str(file)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_what_else_goes_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.hex"
    file.write_text("0000006f")
    exact = ["riscv", str(file), "--engine", "exact"]
    for words_, code, message in (
        (["riscv", str(tmp_path / "no.elf")], 2, "no.elf; name an ELF file or a hex image"),
        ([*exact, "--vcd", "/proc/x.vcd"], 2, "/proc/x.vcd cannot be written: "),
        ([*exact, "--cycles", "20"], 4, "has not ended in 20 cycles; give more by --cycles"),
        ([*exact, "--first", "3"], 2, "--first and --last are of waveforms; give --vcd with them"),
        (
            [*exact, "--vcd", "a.vcd", "--first", "3", "--last", "2"],
            2,
            "--first 3 comes after --last 2",
        ),
        ([*exact, "--vcd", str(file)], 2, "p.hex exists"),
        ([*exact, "--noise", "-1"], 2, "noise"),
    ):
        assert run(words_) == code, words_
        error = capsys.readouterr().err
        assert message in error
        assert error.count("\n") == 1
    file.write_text("ffffffff")
    assert run(exact) == 1
    assert "p.hex: 0xffffffff at 0x00000000 is not an instruction" in capsys.readouterr().err
    file.write_text("00300513 00000073")
    assert run(exact) == 1
    assert "exit code 3 after 2 cycles" in capsys.readouterr().out


def test_waveforms_are_of_the_cycles_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.vcd"
    program = str(PROGRAMS / "hello.hex")
    assert (
        run(
            [
                "riscv",
                program,
                "--engine",
                "exact",
                "--vcd",
                str(file),
                "--first",
                "3",
                "--last",
                "5",
            ]
        )
        == 0
    )
    assert f"wrote {file}" in capsys.readouterr().out
    times = [int(each[1:]) for each in file.read_text().splitlines() if each.startswith("#")]
    assert (min(times[1:]), max(times)) == (30, 60)


def test_bytes_are_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.bin"
    program = (*PRINTS_A, *li(10, 0), ECALL)
    file.write_bytes(b"".join(word.to_bytes(4, "little") for word in program))
    assert run(["riscv", str(file), "--engine", "exact"]) == 0
    assert capsys.readouterr().out.startswith("A\n\nexit code 0 after 6 cycles")


def test_a_character_of_several_bytes_is_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed(aloud=True)
    seen = []
    for byte in "a\nπ".encode() + b"\xff":
        printed.add(byte)
        seen.append(capsys.readouterr().out)
    assert seen == ["a", "\n", "", "π", "\ufffd"]
    assert (printed.end(), capsys.readouterr().out) == ("a\nπ\ufffd", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_output_is_there_at_once_and_ctrl_c_keeps_it(tmp_path: Path) -> None:
    """A program that prints a letter and loops, its output a pipe."""
    file = tmp_path / "al.hex"
    file.write_text(" ".join(f"{word:08x}" for word in (*PRINTS_A, LOOPS)))
    command = [sys.executable, "-m", "gatewright", "riscv", str(file), "--engine", "exact"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"A"
        process.send_signal(signal.SIGINT)
        try:
            out, error = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert re.match(r"\n\n[\d ]+ cycles?, an instruction each; ", out.decode())
    assert re.search(
        r"al\.hex: it was at 0x0000000c after [\d ]+ cycles?\n.*interrupted", error.decode()
    )


def test_more_noise_than_is_proved_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["riscv", str(PROGRAMS / "hello.hex"), "--noise", "0.6"]) == 1
    told = capsys.readouterr()
    assert "--noise 0.6 is more than the 0.45 that is proved" in told.out
    assert re.search(r"wire \S+ should be [01] in cycle 0, and was ", told.err)


def test_the_verdict_is_printed_where_waveforms_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk becomes full during the run."""
    files = pytest.importorskip("gatewright.files")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write_atomically", full)
    asked = ["--engine", "exact", "--vcd", str(tmp_path / "p.vcd"), "--last", "1"]
    assert run(["riscv", str(PROGRAMS / "hello.hex"), *asked]) == 2
    told = capsys.readouterr()
    assert "exit code 0 after 113 cycles" in told.out
    assert "p.vcd cannot be written: No space left on device" in told.err


# The page


def examples() -> list[tuple[str, list[str]]]:
    """Every circuits command of the README with the lines shown under it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", (HERE / "README.md").read_text("utf-8"), re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line:
                found[-1][1].append(line)
    return [each for each in found if each[0].startswith("circuits ")]


LONG = ("pi.", "life.", "primes.", "instructions.", "noise")


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        pytest.param(
            *each, marks=[pytest.mark.exhaustive] if any(word in each[0] for word in LONG) else []
        )
        for each in examples()
    ],
)
def test_the_readme_shows_what_happens(
    command: str,
    lines: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(PROGRAMS, tmp_path / "programs")
    monkeypatch.chdir(tmp_path / "programs")
    assert run(shlex.split(command)[1:]) == 0
    printed = capsys.readouterr().out.splitlines()
    for line in lines:
        shown = re.compile(re.escape(line).replace("…", ".*"))  # … stands for anything
        assert any(shown.fullmatch(each) for each in printed), line
