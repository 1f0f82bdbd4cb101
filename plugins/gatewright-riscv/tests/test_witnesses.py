"""What others say: ABC of the netlist, QEMU of what instructions do."""

from __future__ import annotations

import random
import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import gatewright as gw
from gatewright.cli.app import run

random_programs = pytest.importorskip("gatewright_riscv.random_programs")


HERE = Path(__file__).parent.parent
SHIPPED = HERE / "src" / "gatewright_riscv" / "core.blif.gz"
ABC = shutil.which("berkeley-abc") or shutil.which("yosys-abc") or shutil.which("abc")
QEMU, BOARD = shutil.which("qemu-riscv32"), shutil.which("qemu-system-riscv32")


@pytest.mark.exhaustive
@pytest.mark.skipif(not ABC or not shutil.which("yosys"), reason="needs Yosys and ABC")
def test_the_netlist_is_the_verilog(tmp_path: Path) -> None:
    """Registers have the same names in both, so that one cycle that is equal is all of them."""
    for source, name in ((SHIPPED, "shipped.blif"), (HERE / "core" / "riscv.v", "verilog.blif")):
        assert run(["cut", str(source), "--out", str(tmp_path / name)]) == 0
    steps = f"cec {tmp_path / 'shipped.blif'} {tmp_path / 'verilog.blif'}"
    done = subprocess.run([str(ABC), "-c", steps], capture_output=True, text=True, check=True)
    assert "Networks are equivalent" in done.stdout
    first, second = (
        {each.name: each.initial for each in gw.circuit(str(path)).netlist.registers}
        for path in (SHIPPED, HERE / "core" / "riscv.v")
    )
    assert first == second


def elf(words: list[int], size: int) -> bytes:
    """An ELF file of one segment of words, at `random_programs.BASE`, with so many bytes of memory."""
    head = struct.pack("<4s5B7xHHI", b"\x7fELF", 1, 1, 1, 0, 0, 2, 243, 1)
    head += struct.pack("<IIIIHHHHHH", random_programs.BASE, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    data = struct.pack(f"<{len(words)}I", *words)
    head += struct.pack(
        "<8I", 1, 4096, random_programs.BASE, random_programs.BASE, len(data), size, 7, 4096
    )
    return head.ljust(4096, b"\0") + data


def traced(log: str) -> list[tuple[int, list[int]]]:
    """The program counter and the registers before every instruction, as QEMU tells them."""
    states = re.split(r"^ pc ", log, flags=re.MULTILINE)[1:]
    return [
        (
            int(each.split()[0], 16),
            [int(value, 16) for value in re.findall(r"x\d+/\w+ +([0-9a-f]{8})", each)],
        )
        for each in states
    ]


@pytest.mark.exhaustive
@pytest.mark.skipif(not QEMU, reason="needs QEMU: apt install qemu-user")
@pytest.mark.parametrize("seed", range(10))
def test_qemu_has_the_same_registers_after_every_instruction(seed: int, tmp_path: Path) -> None:
    stream = random_programs.RandomProgram(random.Random(seed), 10_000)
    file, log = tmp_path / "stream.elf", tmp_path / "log"
    file.write_bytes(elf(stream.words, 0x80000))
    file.chmod(0o755)
    command = [str(QEMU), "-singlestep", "-d", "cpu,nochain", "-D", str(log), str(file)]
    assert subprocess.run(command, check=False).returncode == stream.states[-1][1][10] & 255
    found = traced(log.read_text())
    start = [pc for pc, _ in found].index(stream.states[0][0])
    for count, (mine, theirs) in enumerate(zip(stream.states, found[start:], strict=True)):
        assert mine == theirs, f"before instruction {count} at {mine[0]:08x}"


@pytest.mark.exhaustive
@pytest.mark.skipif(not BOARD, reason="needs QEMU: apt install qemu-system-misc")
def test_qemu_has_the_same_board() -> None:
    """A program prints and ends there as here."""
    command = [str(BOARD), "-M", "virt", "-m", "8", "-nographic", "-bios"]
    done = subprocess.run(
        [*command, str(HERE / "tests" / "programs" / "hello.elf")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.stdout, done.returncode) == ("Hello from trained gates\n", 0)
