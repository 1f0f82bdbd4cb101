"""Programs as their users run them: what they print, their exit codes, and what goes wrong, a line each."""

from __future__ import annotations

import dataclasses
import errno
import json
import random
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
from collections import Counter
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

import gatewright as gw
from gatewright import Netlist, TrainedGate
from gatewright.cli.app import run
from gatewright.testing import check_plugin

HERE = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"

if not entry_points(group="gatewright", name="riscv"):
    pytest.skip(f"gatewright-riscv is not installed: pip install {HERE}", allow_module_level=True)

reference = pytest.importorskip("gatewright_riscv.reference")
random_programs = pytest.importorskip("gatewright_riscv.random_programs")
Program, read_program = (
    getattr(pytest.importorskip("gatewright_riscv.program"), name)
    for name in ("Program", "read_program")
)
Board, Ended = (
    getattr(pytest.importorskip("gatewright_riscv.board"), name) for name in ("Board", "Ended")
)
Printed = pytest.importorskip("gatewright_riscv.command").Printed
named, why = (
    getattr(pytest.importorskip("gatewright_riscv.instruction"), name) for name in ("named", "why")
)


PRINTED = {
    "hello": "Hello from trained gates\n",
    "instructions": "",
    "primes": "primes below 200: 46\nCRC-32 of 123456789: cbf43926\n"
    "in order: 24 29 69 198 210 219 233 299 312 369 417 461 482 504 529 599 689 695 747 793 842 932 943 985\n",
    "pi": "3.141592653589793\n",
}


def life() -> str:
    """What a glider on a torus of 8 by 8 looks like, five times."""
    cells, shown = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}, []
    for _ in range(5):
        rows = ("".join(".#"[(x, y) in cells] for x in range(8)) for y in range(8))
        shown.append("".join(f"{row}\n" for row in rows))
        near = Counter(
            ((x + i) % 8, (y + j) % 8) for x, y in cells for i in (-1, 0, 1) for j in (-1, 0, 1)
        )
        cells = {
            cell for cell, count in near.items() if count == 3 or (count == 4 and cell in cells)
        }
    return "\n".join(shown)


ECALL, EBREAK = 0x73, 0x100073


def li(register: int, value: int) -> tuple[int, int]:
    """LUI and ADDI, which put a value into a register."""
    low = value & 0xFFF
    high = value + 0x800 & 0xFFFFF000
    return high | register << 7 | 0x37, low << 20 | register << 15 | register << 7 | 0x13


def sw(register: int, at: int) -> int:
    """Stores a register at the address that another one holds."""
    return register << 20 | at << 15 | 2 << 12 | 0x23


@cache
def processor() -> Netlist:
    return gw.circuit("riscv").netlist


def words(*instructions: int) -> Any:
    return Program(0, ((0, instructions),))


def ran(
    program: Any,
    gates: dict[str, TrainedGate] | None = None,
    cycles: int = 10**6,
    **options: Any,
) -> tuple[Any, str, Any]:
    printed = bytearray()
    board = Board(processor(), program, gates, **options)
    return board.run(cycles, printed.append), printed.decode(), board


# Programs


def test_it_is_a_plugin() -> None:
    assert check_plugin("riscv").gives == {
        "circuits": ["riscv-core", "riscv"],
        "commands": ["riscv"],
    }


def test_every_instruction_checks_itself() -> None:
    ended, _, _ = ran(read_program(PROGRAMS / "instructions.hex"))
    assert (ended.how, ended.code, ended.cycles) == ("exit", 0, 733)


def test_trained_gates_print(gates: dict[str, TrainedGate]) -> None:
    ended, printed, _ = ran(read_program(PROGRAMS / "hello.hex"), gates)
    assert (ended.how, ended.code, ended.off, printed) == ("exit", 0, 0.0, PRINTED["hello"])


def test_a_random_program_leaves_what_it_should() -> None:
    same(random_programs.RandomProgram(random.Random(8), 100), None)


@pytest.mark.exhaustive
@pytest.mark.parametrize("noise", [0.0, 0.45])
def test_a_random_program_on_trained_gates(noise: float, gates: dict[str, TrainedGate]) -> None:
    same(random_programs.RandomProgram(random.Random(9), 20_000), gates, noise=noise, seed=5)


def same(stream: Any, gates: dict[str, TrainedGate] | None, **options: Any) -> None:
    """The registers, the memory and the place of a random program at its end."""
    program = Program(random_programs.BASE, ((random_programs.BASE // 4, tuple(stream.words)),))
    ended, _, board = ran(program, gates, **options)
    pc, x = stream.states[-1]
    assert (ended.how, ended.code, board.pc) == ("exit", x[10], pc)
    assert [board.register(number) for number in range(32)] == x
    ram = board.machine.memory("ram")
    held = b"".join(
        ram[random_programs.DATA // 4 + word].to_bytes(4, "little")
        for word in range(random_programs.BYTES // 4)
    )
    assert held == stream.memory


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("name", "noise"), [*((each, 0.0) for each in PRINTED), ("instructions", 0.45)]
)
def test_programs_print_what_they_should(
    name: str, noise: float, gates: dict[str, TrainedGate]
) -> None:
    ended, printed, _ = ran(read_program(PROGRAMS / f"{name}.hex"), gates, noise=noise)
    assert (ended.how, ended.code, printed) == (
        "exit",
        0,
        PRINTED.get(name) or life() * (name == "life"),
    )
    assert ended.off <= noise + 1e-9


def test_a_gate_altered_is_refuted_with_the_cycle(gates: dict[str, TrainedGate]) -> None:
    """An exclusive or of the adder that is wrong where all three inputs are on or two of them."""
    netlist = processor()
    program = read_program(PROGRAMS / "hello.hex")
    kind = "lut3-96"
    spec = netlist.gates[kind]
    table = spec.table
    wrong = gw.train(
        gw.GateSpec.from_function(
            "wrong",
            lambda a, b, c: int((a ^ b ^ c) or (a and b)),
            inputs=table.inputs,
            outputs=table.outputs,
        )
    )
    altered = {**gates, kind: dataclasses.replace(wrong, spec=spec)}
    ended = Board(netlist, program, altered).run(200, lambda _: None)
    assert ended.how == "astray"
    assert re.fullmatch(r"wire \S+ should be [01] in cycle \d+, and was [\d.e-]+", ended.why)


def test_exit_codes() -> None:
    assert ran(words(*li(10, 7), ECALL))[0].code == 7
    assert ran(words(*li(10, 0), EBREAK))[0] == Ended("exit", 0, "", 3, 0.0)
    finish = (*li(5, 0x0010_0000), *li(6, 0x5555), sw(6, 5))
    assert ran(words(*finish))[0] == Ended("exit", 0, "", 5, 0.0)
    finish = (*li(5, 0x0010_0000), *li(6, 42 << 16 | 0x3333), sw(6, 5))
    assert ran(words(*finish))[0].code == 42


def test_a_program_that_does_not_end() -> None:
    ended = ran(words(0x0000006F), cycles=5)[0]  # jumps to itself
    assert (ended.how, ended.cycles) == ("limit", 5)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ((0x13, 0xFFFFFFFF), "0xffffffff at 0x00000004 is not an instruction of RV32I"),
        ((0,), "0x00000000 at 0x00000000 is not an instruction of RV32I"),
        ((0x0000100F,), "0x0000100f at 0x00000000 is not an instruction of RV32I"),  # FENCE.I
        ((0x02A58533,), "0x02a58533 at 0x00000000 is not an instruction of RV32I"),  # MUL
        ((0x00102003,), "lw at 0x00000000 reads address 0x00000001, which is not a multiple of 4"),
        (
            (0x00001083 | 3 << 20,),
            "lh at 0x00000000 reads address 0x00000003, which is not a multiple of 2",
        ),
        (
            (*li(5, 0x0010_0000), 0x0002A003),
            "lw at 0x00000008 reads address 0x00100000, which is outside of RAM",
        ),
        (
            (*li(5, 0x8010_0000), sw(5, 5)),
            "sw at 0x00000008 writes address 0x80100000, which is outside of RAM",
        ),
        (
            (*li(5, 0x0010_0000), 0x00028067),
            "jalr at 0x00000008 jumps to where no instruction can be",
        ),
        ((0x0020006F,), "jal at 0x00000000 jumps to where no instruction can be"),
        (
            (*li(5, 0x1000_0004), sw(5, 5)),
            "0x10000004 is stored at 0x10000004, where there is no I/O that takes it",
        ),
    ],
)
def test_what_cannot_be_executed_is_named(program: tuple[int, ...], why: str) -> None:
    ended = ran(words(*program))[0]
    assert (ended.how, ended.why) == ("trap", why)


def test_names_of_instructions_are_those_that_the_interpreter_executes() -> None:
    """A word has a name where it is executed, or is ECALL or EBREAK; with no address, which may be none."""
    rng = random.Random(6)

    def executed(word: int) -> bool:
        try:
            reference.execute(
                0x8000_0000,
                [0] * 32,
                word,
                lambda *_: 0,
                lambda *_: None,
            )
        except reference.StopError:
            return word in (ECALL, EBREAK)
        return True

    for _ in range(20_000):
        word = (
            rng.randrange(2**30) << 2 | 3
            if rng.random() < 0.5
            else random_programs.instruction(rng, [0] * 32)
        )
        if word & 0x7F not in (0x03, 0x23, 0x63, 0x67, 0x6F):  # whose addresses may be none
            assert bool(named(word)) == executed(word), hex(word)
    assert (
        len({named(word & 0xFE00707F | upper) for word in range(0x80) for upper in _UPPER}) == 41
    )  # and ""
    assert why(ECALL ^ 1, 4, 0) == "0x00000072 at 0x00000004 is not an instruction of RV32I"


_UPPER = [f7 << 25 | f3 << 12 | e << 20 for f7 in (0, 32) for f3 in range(8) for e in (0, 1)]


# The command


def test_the_command_tells_what_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.hex"
    program = (*li(5, 0x1000_0000), *li(6, ord("A")), sw(6, 5), *li(10, 0), ECALL)
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


PRINTS_A = (0x100005B7, 0x04100513, 0x00A58023)
LOOPS = 0x0000006F


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


@pytest.mark.parametrize("trained", [False, True])
def test_an_interrupted_program_says_where_it_was(
    trained: bool, gates: dict[str, TrainedGate]
) -> None:
    def watch(done: int) -> None:
        if done > 3:
            raise KeyboardInterrupt

    board = Board(processor(), words(*PRINTS_A, 0x13, LOOPS), gates if trained else None)
    printed = bytearray()
    ended = board.run(8, printed.append, watch=watch)
    assert (ended.how, ended.why, bytes(printed)) == ("interrupted", "it was at 0x00000010", b"A")
    assert ended.cycles > 3


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
        out, error = process.communicate()
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
