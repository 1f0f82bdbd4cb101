"""Equivalence of circuits and what ABC makes of them: processor seconds beside ABC's own `cec` and `&cec`.

    python tests/benchmarks/equivalence.py [--seconds N] [--ways NAME,...] [FILE...]

Every file (BLIF, AIGER, .bench) is rewritten by ABC in some ways, and compared with what came of it by all three
provers in the same run. Seconds are the processor's, of a process that reads both files and decides; ours without
the start of Python. ``ratio`` is ours over the better of ABC's two that proved it. Without files, those of the
folders ``epfl`` and ``iscas85`` below the one that GATEWRIGHT_BENCHMARKS names. The limit of each is 60 seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from gatewright.api.circuits import read
from gatewright.circuits.verify.miter import equivalence

RESYN2 = "balance; rewrite; refactor; balance; rewrite; rewrite -z; balance; refactor -z; rewrite -z; balance"
LUTS = "dch; if -K 6; mfs2; strash"
WAYS = {
    "resyn2": f"dc2; {RESYN2}; write_aiger -s {{}}.aig",
    "if": "if -K 6; write_blif {}.blif",
    "dch": f"{LUTS}; {LUTS}; dch; if -K 6; mfs2; write_blif {{}}.blif",
}
PROVERS = {
    "cec": "cec -T {seconds} {one} {other}",
    "&cec": "read {other}; strash; &get; &cec -T {seconds} {one}",
}


def processor_seconds() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def by_abc(abc: str, command: str) -> tuple[str, float]:
    start = processor_seconds()
    said = subprocess.run([abc, "-q", command], capture_output=True, text=True, check=False).stdout
    outcome = (
        "proved"
        if "are equivalent" in said.lower()
        else "refuted"
        if "NOT EQUIVALENT" in said
        else "undecided"
    )
    return outcome, processor_seconds() - start


def by_ourselves(one: Path, other: Path, seconds: float) -> tuple[str, float]:
    """With what a process of ours beside this one takes."""
    start = time.process_time() + processor_seconds()
    claim = equivalence(read(one), read(other), time_limit=seconds)
    return claim.outcome, time.process_time() + processor_seconds() - start


def compare(abc: str, file: Path, folder: Path, ways: Iterable[str], seconds: float) -> None:
    for way in ways:
        script = f"read {file}; strash; {WAYS[way]}".format(folder / way)
        subprocess.run([abc, "-q", script], capture_output=True, check=True)
        other = next(folder.glob(f"{way}.*"))
        fields, best = [], float("inf")
        for command in PROVERS.values():
            outcome, took = by_abc(
                abc, command.format(seconds=round(seconds), one=file, other=other)
            )
            fields.append(f"{outcome:<9} {took:7.2f}")
            best = min(best, took) if outcome == "proved" else best
        outcome, took = by_ourselves(file, other, seconds)
        ratio = f"{took / best:6.1f}" if best < float("inf") else "     -"
        print(
            f"{file.stem:<12} {way:<7} {'  '.join(fields)}  {outcome:<9} {took:7.2f} {ratio}",
            flush=True,
        )
        other.unlink()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    abc = shutil.which("berkeley-abc") or shutil.which("abc") or shutil.which("yosys-abc")
    if abc is None:
        sys.exit("ABC is not installed (Debian: berkeley-abc): there is nothing to compare with")
    files = given.files
    if not files and "GATEWRIGHT_BENCHMARKS" in os.environ:
        root = Path(os.environ["GATEWRIGHT_BENCHMARKS"])
        files = [*sorted(root.glob("epfl/*.aig")), *sorted(root.glob("iscas85/*.bench"))]
    if not files:
        sys.exit("name files, or a folder of them in GATEWRIGHT_BENCHMARKS")
    print(f"{'circuit':<12} {'way':<7} {'cec':<18} {'&cec':<18} {'ours':<18} ratio")
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            compare(abc, file, Path(folder), given.ways.split(","), given.seconds)


if __name__ == "__main__":
    main()
