"""Makes the netlist that the plugin ships, ``core.blif.gz``, of ``riscv.v``, by Yosys and ABC."""

from __future__ import annotations

import gzip
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parent / "src" / "gatewright_riscv" / "core.blif.gz"


def mapped() -> bytes:
    """The core as BLIF, without the line that names Yosys' version, and constants that nothing reads."""
    with tempfile.TemporaryDirectory() as folder:
        steps = f"read_verilog {HERE / 'riscv.v'}; script {HERE / 'map.ys'}"
        subprocess.run(["yosys", "-q", "-p", steps], check=True, cwd=folder)  # noqa: S603, S607
        blif = (Path(folder) / "core.blif").read_bytes().split(b"\n", 2)[2]
    return re.sub(rb"^\.names \$\w+\n(?:1\n)?", b"", blif, flags=re.MULTILINE)


if __name__ == "__main__":
    SHIPPED.write_bytes(gzip.compress(mapped(), 9, mtime=0))
