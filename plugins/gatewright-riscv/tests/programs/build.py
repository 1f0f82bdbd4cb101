"""Builds the images in this folder, of the C and assembly beside them; needs Debian's gcc-riscv64-unknown-elf."""

from __future__ import annotations

import subprocess
from pathlib import Path

HERE = Path(__file__).parent
GCC = (
    "riscv64-unknown-elf-gcc -march=rv32i -mabi=ilp32 -O2 -ffreestanding -nostdlib -static "
    "-T link.ld -Wl,--no-warn-rwx-segments,--build-id=none"
)


def build(name: str, out: Path, *options: str) -> None:
    """One program as ELF."""
    source = HERE / f"{name}.c"
    files = ["start.S", source.name] if source.exists() else [f"{name}.S"]
    subprocess.run([*GCC.split(), *options, *files, "-lgcc", "-o", str(out)], check=True, cwd=HERE)
    subprocess.run(["riscv64-unknown-elf-strip", str(out)], check=True)


def image(name: str, out: Path, *options: str) -> None:
    """One program as hexadecimal words, from address 0 on."""
    elf = out.with_suffix(".tmp")
    build(name, elf, "-Wl,--defsym=BASE=0", *options)
    words = ["-O", "verilog", "--verilog-data-width", "4"]
    subprocess.run(["riscv64-unknown-elf-objcopy", *words, str(elf), str(out)], check=True)
    out.write_bytes(out.read_bytes().replace(b"\r\n", b"\n").replace(b" \n", b"\n"))
    elf.unlink()


if __name__ == "__main__":
    build("hello", HERE / "hello.elf")
    for each in ("hello", "primes", "pi", "life", "instructions"):
        image(each, HERE / f"{each}.hex")
