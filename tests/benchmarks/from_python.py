"""Processor time of the same training from Python and from the command line, other processes beside it.

    python tests/benchmarks/from_python.py

As many processes multiply matrices meanwhile as there are processors, with as many threads of BLAS each as it
likes. User and system time of the whole process, the interpreter's start included: the least and the median of
several runs, in turn. What is trained is a random function of 8 inputs.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 5
INPUTS = "abcdefgh"
ONES = random.Random(0).getrandbits(256)  # noqa: S311 # no secret
"""A random table of 8 inputs: its row r has bit r."""
PLA = "\n".join(
    [
        *(".i 8", ".o 1", f".ilb {' '.join(INPUTS)}", ".ob y"),
        *(f"{row:08b} 1" for row in range(256) if ONES >> row & 1),
        ".e\n",
    ]
)
PYTHON = f"""
from gatewright import GateSpec, train
def y(*bits):
    return {ONES} >> int("".join(map(str, bits)), 2) & 1
train(GateSpec.from_function("some", y, inputs={INPUTS!r}, outputs="y"))
"""
BUSY = "import numpy as np\nx = np.ones((500, 500))\nwhile True: x @ x"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """User and system time of a process that has ended well."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the table."""
    free = {name: value for name, value in os.environ.items() if name not in THREADS}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "some.pla")
        file.write_text(PLA)
        train = [sys.executable, "-m", "gatewright", "train", "--pla", str(file)]
        ways = {"from Python": [sys.executable, "-c", PYTHON], "circuits train": train}
        busy = [
            subprocess.Popen([sys.executable, "-c", BUSY], env=free)
            for _ in range(os.cpu_count() or 1)
        ]
        try:
            found: dict[str, list[float]] = {way: [] for way in ways}
            for number in range(ROUNDS):
                free["CIRCUITS_STORE"] = str(
                    Path(folder, str(number))
                )  # nothing is trained there yet
                for way, command in ways.items():
                    found[way].append(seconds(command, free))
        finally:
            for each in busy:
                each.kill()
                each.wait()
    print(f"{'':<18}{'least s':>9}{'median s':>10}")
    for way, taken in found.items():
        print(f"{way:<18}{min(taken):>9.2f}{statistics.median(taken):>10.2f}")


if __name__ == "__main__":
    main()
