"""Stuck-at faults of ISCAS-85 beside published counts: ``python tests/benchmarks/faults.py [NAME]...``.

Reads the netlists below the folder that GATEWRIGHT_BENCHMARKS names. Published: the
collapsed and redundant faults that test generators report for these circuits (Brglez and Fujiwara 1985).
"""

from __future__ import annotations

import os
import sys
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
    """Print a row for each circuit."""
    folder = Path(os.environ["GATEWRIGHT_BENCHMARKS"]) / "iscas85"
    for name in names or list(PUBLISHED):
        circuit = gw.circuit(folder / f"{name}.bench")
        started = time.process_time()
        found = circuit.faults()
        taken = time.process_time() - started
        collapsed, redundant = PUBLISHED[name]
        cells = (
            *(name, found.total, found.classes, collapsed, len(found.untestable), redundant),
            *(len(found.undecided), len(found.patterns)),
        )
        print("| " + " | ".join(map(str, cells)) + f" | {taken:.2f} s of processor time")


if __name__ == "__main__":
    main(sys.argv[1:])
