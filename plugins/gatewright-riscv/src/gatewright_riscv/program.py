"""Programs as they come: an ELF file that a compiler made, words in hexadecimal, or their bytes.

Example:
    >>> from pathlib import Path
    >>> folder = getfixture("tmp_path")
    >>> file = folder / "stop.hex"
    >>> _ = file.write_text("00700513 00000073 // a0 = 7, and ecall")
    >>> read_program(file)
    Program(entry=0, runs=((0, (7341331, 115)),))
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.circuits.memory import Memory
from gatewright.errors import FormatError, UsageError
from gatewright.formats.image import read_image
from gatewright.formats.model.source import Source, read_source
from gatewright_riscv.core import RAM, WORDS, XLEN

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

UPPER = 0x8000_0000
"""RAM is at 0, and here once more."""

_COMPRESSED = 0x0001
"""The flag of a program with instructions of 16 bits (RISC-V ELF psABI, chapter 8)."""

_EMBEDDED = 0x0008

_WHAT = "name an ELF file or a hex image"
_OF_CIRCUITS = ("name one that exists", "name a file with something in it")
"""What is said of files that are missing or empty where a circuit is read."""


@dataclass(frozen=True, slots=True)
class Program:
    """What RAM holds at first, and where to begin.

    Attributes:
        entry: the address of the first instruction.
        runs: words one after the other, each run with the number of its first word.
    """

    entry: int
    runs: tuple[tuple[int, tuple[int, ...]], ...]


def read_program(path: Path) -> Program:
    """The program in a file: ELF if it begins like one, else hexadecimal words as for ``$readmemh``.

    A file whose name ends in ``.bin`` is its bytes, from address 0 on.

    Raises:
        UsageError: it is for another machine, or damaged.
        FormatError: there is no such file, it is empty, not hexadecimal, or larger than RAM.
    """
    try:
        source = read_source(path)
    except FormatError as error:
        if error.hint in _OF_CIRCUITS:
            raise FormatError(error.message, hint=_WHAT) from None
        raise
    if source.data.startswith(b"\x7fELF"):
        return _elf(source)
    runs = read_image(source, Memory(RAM, XLEN, WORDS, (), ()))
    if not runs:
        raise UsageError(f"{path} has no words", hint=_WHAT)
    return Program(0, tuple((first, tuple(words)) for first, words in runs))


def _elf(source: Source) -> Program:
    from elftools.common.exceptions import ELFError, ELFParseError
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(io.BytesIO(source.data))
        wrong = _unfit(elf)
        if wrong:
            raise UsageError(
                f"{source.path} {wrong}",
                hint="compile it with -march=rv32i -mabi=ilp32 -nostdlib -static",
            )
        runs = []
        for segment in elf.iter_segments("PT_LOAD"):
            _check_place(source, segment["p_paddr"], segment["p_memsz"])
            data = segment.data()
            if len(data) < segment["p_filesz"]:
                raise _cut_short(source)
            if data:
                runs.append(_run(segment["p_paddr"], data))
        return Program(_entry(source, elf["e_entry"]), tuple(runs))
    except ELFParseError as error:  # it was to read more than there is
        raise _cut_short(source) from error
    except (ELFError, ValueError, KeyError, OSError) as error:
        raise UsageError(f"{source.path} is a damaged ELF file: {error}") from error


def _cut_short(source: Source) -> UsageError:
    return UsageError(
        f"{source.path} is cut short: its headers tell of more than its {len(source.data)} bytes",
        hint="fetch or compile it again",
    )


def _unfit(elf: ELFFile) -> str:
    """Why a program does not run on this machine; empty if it does."""
    if elf["e_machine"] != "EM_RISCV":
        machine = str(elf["e_machine"]).removeprefix("EM_")
        return f"is a program for {machine}, not for RISC-V"
    if elf.elfclass != 32:
        return "is a program for RISC-V of 64 bits, not of 32"
    if elf["e_type"] != "ET_EXEC":
        return "is not linked, or is not at a place of its own"
    if elf["e_flags"] & _COMPRESSED:
        return "has compressed instructions, which RV32I has not"
    if elf["e_flags"] & _EMBEDDED:
        return "is for RV32E, not for RV32I"
    return ""


def _check_place(source: Source, address: int, size: int) -> None:
    if (address & ~UPPER) + size > 4 * WORDS:
        raise UsageError(
            f"{source.path} has {size} bytes for address {address:#x}, outside of RAM",
            hint="RAM is 1 MiB at 0x0 and at 0x80000000: name one to the linker, as in -Ttext=0x80000000",
        )


def _run(address: int, data: bytes) -> tuple[int, tuple[int, ...]]:
    """The words of a segment, from the one that its first byte is in."""
    within = address & ~UPPER
    before = within % 4
    padded = bytes(before) + data + bytes(-(before + len(data)) % 4)
    words = (int.from_bytes(padded[at : at + 4], "little") for at in range(0, len(padded), 4))
    return within // 4, tuple(words)


def _entry(source: Source, entry: int) -> int:
    if entry % 4 or (entry & ~UPPER) >= 4 * WORDS:
        raise UsageError(f"{source.path} begins at {entry:#x}, where there is no instruction")
    return entry
