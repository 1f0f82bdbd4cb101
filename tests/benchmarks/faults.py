"""Stuck-at faults of ISCAS-85 beside published counts and ABC: ``python tests/benchmarks/faults.py [NAME]...``.

Reads the netlists below the folder that GATEWRIGHT_BENCHMARKS names. Published: the
collapsed and redundant faults that test generators report for these circuits (Brglez and Fujiwara 1985).
Where ``berkeley-abc`` is installed, a second table has the patterns of its ``&fftest -A 2 -b`` and ours on the
AIG that it makes of each circuit, in the same run. Its faults are those of the nodes' outputs; ours have all
branches besides.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gatewright as gw

PUBLISHED = {
    "c17": (22, 0),
    "c432": (524, 4),
    "c499": (758, 8),
    "c880": (942, 0),
    "c1355": (1574, 8),
    "c1908": (1879, 9),
}


def main(names: list[str]) -> None:
    """Print a row for each circuit, and one beside ABC."""
    folder = Path(os.environ["GATEWRIGHT_BENCHMARKS"]) / "iscas85"
    for name in names or list(PUBLISHED):
        found, taken = ours(folder / f"{name}.bench")
        collapsed, redundant = PUBLISHED[name]
        cells = (
            *(name, found.total, found.classes, collapsed, len(found.untestable), redundant),
            *(len(found.undecided), len(found.patterns)),
        )
        print("| " + " | ".join(map(str, cells)) + f" | {taken:.2f} s of processor time")
    if shutil.which("berkeley-abc"):
        print("| AIG of | ABC: patterns | s | ours: patterns | s | coverage |")
        for name in names or list(PUBLISHED):
            beside_abc(name, folder / f"{name}.bench")


def ours(path: Path) -> tuple[gw.StuckFaults, float]:
    """What is found, and the seconds of processor time that took."""
    circuit = gw.circuit(path)
    started = time.process_time()
    found = circuit.faults()
    return found, time.process_time() - started


def beside_abc(name: str, path: Path) -> None:
    """Print the patterns that ABC and we find for one AIG."""
    with tempfile.TemporaryDirectory() as folder:
        aig = Path(folder) / "c.aig"
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        script = f"read_bench {path}; strash; write_aiger {aig}; &get; &fftest -A 2 -b"
        said = subprocess.run(
            ["berkeley-abc", "-q", script], capture_output=True, text=True, check=True, cwd=folder
        ).stdout
        taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        tests = re.search(r"UNSAT after (\d+) iterations", said)
        found, seconds = ours(aig)
    cells = (
        name,
        tests[1] if tests else "?",
        f"{taken:.1f}",
        len(found.patterns),
        f"{seconds:.1f}",
    )
    print(f"| {' | '.join(map(str, cells))} | {100 * found.coverage:g} % |")


if __name__ == "__main__":
    main(sys.argv[1:])
