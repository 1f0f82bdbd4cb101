"""The library of all functions of up to four inputs: how long it takes to build, and what it is worth.

    python tests/benchmarks/library.py             # build, figures, all 65 536 functions: minutes
    python tests/benchmarks/library.py --rational  # each of them checked in rational numbers too: ten

Builds npn4 from nothing with one process and with one a core, compares the two files, checks the file in
exact rational arithmetic, and makes a gate for every function of four inputs: its outputs in all 16 rows
must be exactly the truth table, and its own weights proved to tolerate noise of 0.45.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from gatewright.certify.checker import check
from gatewright.certify.discipline import DEFAULT
from gatewright.gates.functions import function_table
from gatewright.gates.npn.build import build
from gatewright.gates.npn.classes import NpnLibrary
from gatewright.gates.npn.file import read
from gatewright.gates.store.saved import to_bytes

NAME, INPUTS = "npn4", 4
CHUNK = 1024


@dataclass(frozen=True)
class Part:
    """What was found of some functions."""

    exact: int
    proved: int
    rational: int
    seconds: list[float]
    widest: list[float]
    tolerance: list[float]
    kept: list[float]  # of the class's weight tolerance, the share that is proved here
    bits: Counter[int]
    precisions: Counter[str]


@lru_cache(maxsize=1)
def library(path: Path) -> NpnLibrary:
    """The library in a file, read once a process."""
    found = read(path, NAME)
    if found is None:
        raise FileNotFoundError(path)
    return found


def functions(path: Path, first: int, *, rational: bool) -> Part:
    """Make and judge the gates of `CHUNK` functions."""
    part = Part(0, 0, 0, [], [], [], [], Counter(), Counter())
    exact = proved = checked = 0
    for ones in range(first, first + CHUNK):
        table = function_table(ones, INPUTS)
        started = time.perf_counter()
        gate = library(path).gate(table)
        part.seconds.append(time.perf_counter() - started)
        exact += np.array_equal(gate.learned(), table.values)
        sheet, given = gate.datasheet, library(path).source(table)[0].datasheet
        if sheet is None or given is None:
            continue
        proved += sheet.discipline == DEFAULT and sheet.digest == gate.digest
        part.widest.append(sheet.widest)
        part.tolerance.append(sheet.weight_tolerance)
        part.kept.append(round(sheet.weight_tolerance / given.weight_tolerance, 3))
        part.bits[sheet.weight_bits] += 1
        part.precisions[", ".join(sheet.precisions)] += 1
        if rational:
            checked += len(check(to_bytes(gate)))
    return Part(
        *(exact, proved, checked, part.seconds, part.widest, part.tolerance, part.kept),
        *(part.bits, part.precisions),
    )


def three(numbers: list[float], shown: str = "{:.4f}") -> str:
    """Least, median and greatest."""
    found = (min(numbers), statistics.median(numbers), max(numbers))
    return " / ".join(shown.format(number) for number in found)


def builds(folder: Path) -> Path:
    """Build with one process and with one a core; gives the file."""
    paths = []
    for jobs in dict.fromkeys((1, os.cpu_count() or 1)):
        path = folder / f"{jobs}.safetensors"
        started = time.perf_counter()
        made = build(NAME, path, jobs=jobs)
        seconds = time.perf_counter() - started
        print(
            f"built with {jobs} job(s): {len(made.trained)} classes proved, {len(made.failed)} not, "
            f"{seconds:.1f} s, {path.stat().st_size} bytes"
        )
        paths.append(path)
    same = {path.read_bytes() for path in paths}
    print(f"the files are {'the same' if len(same) == 1 else 'NOT the same'}")
    return paths[-1]


def describe(path: Path) -> None:
    """The gates of the classes, by number of inputs."""
    started = time.perf_counter()
    checked = check(path.read_bytes())
    seconds = time.perf_counter() - started
    print(
        f"rational check of the file: {len(checked)} gates, {sum(each.boxes for each in checked)} boxes, "
        f"{seconds:.2f} s"
    )
    print("least / median / greatest of the classes")
    for inputs in range(1, INPUTS + 1):
        gates = [
            gate for gate in library(path).gates.values() if gate.architecture.sizes[0] == inputs
        ]
        sheets = [gate.datasheet for gate in gates if gate.datasheet is not None]
        layers = Counter((gate.recipe.here().layers, gate.recipe.here().restarts) for gate in gates)
        print(
            f"  {inputs} inputs: {len(sheets)} proved, widest {three([s.widest for s in sheets])}, "
            f"weights off by {three([s.weight_tolerance for s in sheets])}, "
            f"bits {dict(Counter(s.weight_bits for s in sheets))}, layers and restarts {dict(layers)}"
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rational", action="store_true", help="check every gate, not the file alone"
    )
    rational = parser.parse_args().rational
    with tempfile.TemporaryDirectory() as folder:
        path = builds(Path(folder))
        describe(path)
        started = time.perf_counter()
        starts = range(0, 1 << (1 << INPUTS), CHUNK)
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(os.cpu_count(), fresh) as pool:
            doing = [pool.submit(functions, path, first, rational=rational) for first in starts]
            parts = [each.result() for each in doing]
        seconds = time.perf_counter() - started
    print(f"functions of {INPUTS} inputs: {len(starts) * CHUNK}, in {seconds:.0f} s")
    print(f"  exact in all rows: {sum(part.exact for part in parts)}")
    print(f"  proved at {DEFAULT.noise_margin}: {sum(part.proved for part in parts)}")
    if rational:
        print(f"  certificate holds in rational numbers: {sum(part.rational for part in parts)}")
    print("least / median / greatest of the functions")
    times = [1000 * each for part in parts for each in part.seconds]
    print(f"  to make and prove one: {three(times, '{:.2f}')} ms")
    print(f"  widest margin: {three([each for part in parts for each in part.widest])}")
    print(f"  weights off by: {three([each for part in parts for each in part.tolerance])}")
    kept = Counter(each for part in parts for each in part.kept)
    print(f"  share of the class's weight tolerance: {dict(sorted(kept.items(), reverse=True))}")
    print(f"  bits a weight: {dict(sum((part.bits for part in parts), Counter()))}")
    print(f"  proved for: {dict(sum((part.precisions for part in parts), Counter()))}")


if __name__ == "__main__":
    main()
