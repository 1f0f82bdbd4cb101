"""The time a successful gate takes to learn: ours beside other learners, in one run on one machine.

    pip install scipy scikit-learn torch jax
    env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE python tests/benchmarks/learners.py
    python tests/benchmarks/learners.py --quick --only xor

A gate is learned if every output is within 0.05 of its bit. The time of all starts, those that fail too,
is divided by the starts that succeed; compiling is a column of its own, and so is processor time, of all threads,
which is the one to go by where the machine has other work. Every system does the same work
in every round, and the rounds go through the systems in turn, so that a busy moment hits all; the table
has the median of the rounds. `peers` has the other learners and their settings; one not installed is
named and left out.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gatewright.gates.spec import GateSpec
from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe
from gatewright.learn.inits import Init, Normal, Uniform
from gatewright.learn.optimisers import Adam, LevenbergMarquardt, Optimiser

if TYPE_CHECKING:
    from tests.benchmarks.peers import Peer, Task

GATES = {
    "xor": (
        "XOR 2-2-1",
        2,
        GateSpec.from_function("xor", lambda a, b: a ^ b, inputs="ab", outputs="y"),
    ),
    "half-adder": (
        "half adder 2-3-2",
        3,
        GateSpec.from_function(
            "half-adder", lambda a, b: (a & b, a ^ b), inputs="ab", outputs="cs"
        ),
    ),
    "full-adder": (
        "full adder 3-6-2",
        6,
        GateSpec.from_function(
            "full-adder",
            lambda a, b, c: (int(a + b + c > 1), a ^ b ^ c),
            inputs="abc",
            outputs=("carry", "sum"),
        ),
    ),
    "parity": (
        "4-bit parity 4-6-1",
        6,
        GateSpec.from_function(
            "parity", lambda a, b, c, d: a ^ b ^ c ^ d, inputs="abcd", outputs="y"
        ),
    ),
}

_FIRST = LevenbergMarquardt(output_first=True)

OURS: dict[str, dict[str, tuple[Optimiser, Init, int, str]]] = {
    "ours, Levenberg-Marquardt": {
        "xor": (LevenbergMarquardt(), Normal(0.7), 25, "mse"),
        "half-adder": (LevenbergMarquardt(), Uniform(-2, 2), 30, "mse"),
        "full-adder": (LevenbergMarquardt(), Uniform(-2, 2), 60, "mse"),
        "parity": (LevenbergMarquardt(damping=0.3), Uniform(-2, 2), 100, "mse"),
    },
    "ours, the same, output layer first": {
        "xor": (_FIRST, Uniform(-2, 2), 8, "mse"),
        "half-adder": (_FIRST, Uniform(-2, 2), 1, "mse"),
        "full-adder": (_FIRST, Uniform(-3, 3), 4, "mse"),
        "parity": (_FIRST, Uniform(-2, 2), 60, "mse"),
    },
    "ours, Adam": {
        "xor": (Adam(lr=0.2), Normal(1), 120, "cross-entropy"),
        "half-adder": (Adam(lr=0.4), Normal(1), 120, "cross-entropy"),
        "full-adder": (Adam(lr=0.4), Normal(1), 240, "cross-entropy"),
        "parity": (Adam(lr=0.2), Uniform(-2, 2), 240, "cross-entropy"),
    },
}
"""Optimiser, start, epochs and loss of each row of ours: the best of a sweep, as the peers' are."""

LEGEND = """\
starts at once: ours and JAX, in one batch; all others one after the other, which is their way.
steps: ours and SciPy stop at success; NumPy and PyTorch Adam look every 10 steps; PyTorch LBFGS after
  every call of 10 iterations; JAX runs every start the same number of steps, and scikit-learn ends by
  its tolerance or max_iter, neither lets one look. No start runs longer than pays for that system.
several outputs: scikit-learn's multi-label problem; for all others the outputs of one network.
arithmetic: float64; PyTorch and JAX float32. One thread for PyTorch; JAX's as they come."""


@dataclass
class Line:
    """One system at one gate."""

    name: str
    starts: int
    run: Callable[[int], int] | None = None
    compiling: float | None = None
    missing: str = ""
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    successes: int = 0

    @property
    def milliseconds(self) -> float:
        """The time of a successful gate; infinite if there was none."""
        return self._each(self.seconds)

    @property
    def processor_milliseconds(self) -> float:
        """Likewise, of the processors."""
        return self._each(self.processor)

    def _each(self, times: list[float]) -> float:
        return statistics.median(times) / self.successes * 1e3 if self.successes else float("inf")


def ours(
    spec: GateSpec, hidden: int, settings: tuple[Optimiser, Init, int, str], restarts: int
) -> Callable[[int], int]:
    """A training of ours, as `Line.run`."""
    optimiser, start, epochs, loss = settings
    recipe = Recipe(
        (hidden,),
        loss=loss,
        optimiser=optimiser,
        init=start,
        tolerance=0.05,
        epochs=epochs,
        restarts=restarts,
    )
    lesson = Dataset.of_gate(spec)
    return lambda seed: int(attempt(lesson, recipe, seed=seed).fit.solved.sum())


def theirs(peer: Peer, task: Task, key: str, restarts: int, starts: int) -> Line:
    """A line for a peer, made ready."""
    line = Line(peer.name, restarts if peer.batch else starts)
    if importlib.util.find_spec(peer.module) is None:
        line.missing = f"not installed: pip install {peer.install}"
        return line
    importlib.import_module(peer.module)
    started = time.perf_counter()
    line.run = peer.ready(task, peer.settings[key], line.starts)
    if peer.batch:
        line.compiling = time.perf_counter() - started
    return line


def measure(lines: list[Line], rounds: int) -> None:
    """Run every line once to warm up and ``rounds`` times more, in turn."""
    for number in range(rounds + 1):
        for line in lines:
            if line.run is None:
                continue
            started, before = time.perf_counter(), time.process_time()
            line.successes = line.run(0)
            if number:
                line.seconds.append(time.perf_counter() - started)
                line.processor.append(time.process_time() - before)


def show(lines: list[Line]) -> list[str]:
    """Print the lines of a gate; what is said of the peers that beat our best."""
    best = min(line.milliseconds for line in lines if line.name.startswith("ours"))
    ahead = []
    for line in lines:
        if line.missing:
            print(f"  {line.name:<35}{line.missing}")
            continue
        each, rate = line.milliseconds, line.successes / line.starts
        found = f"{'none':>12}{'':>20}"
        if line.successes:
            found = f"{each:>12.4f}{each / best:>10.1f}{line.processor_milliseconds:>10.4f}"
        compiling = "" if line.compiling is None else f"{line.compiling:.1f}"
        print(f"  {line.name:<35}{found}{rate:>10.0%}{line.starts:>9}{compiling:>11}")
        if each < best:
            ahead.append(f"{line.name} ({each:.4f} against {best:.4f} ms)")
    return ahead


def machine() -> str:
    """Versions, processors, and the BLAS kernel where threadpoolctl can tell."""
    told = [f"Python {sys.version.split()[0]}", f"{os.cpu_count()} processors"]
    for package in ("numpy", "scipy", "scikit-learn", "torch", "jax"):
        try:
            told.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    if importlib.util.find_spec("threadpoolctl"):
        pools = importlib.import_module("threadpoolctl").threadpool_info()
        kernels = {pool["architecture"] for pool in pools if "architecture" in pool}
        told.append(f"BLAS kernel {', '.join(sorted(kernels))}")
    return ", ".join(told)


def main() -> None:
    """Print the table."""
    from peers import PEERS, Task  # type: ignore[import-not-found] # beside this file when it is run

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--restarts", type=int, default=1024, help="starts of those that batch")
    parser.add_argument("--starts", type=int, default=60, help="starts of those that do not")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--quick", action="store_true", help="8 starts of those that do not batch, 3 rounds"
    )
    parser.add_argument("--only", choices=GATES, help="one gate alone")
    options = parser.parse_args()
    starts, rounds = (8, 3) if options.quick else (options.starts, options.rounds)
    print(machine())
    print(
        f"  {'':<35}{'ms a success':>12}{'× best':>10}{'cpu, ms':>10}{'succeed':>10}"
        f"{'starts':>9}{'compile s':>11}"
    )
    ahead = []
    for key in [options.only] if options.only else GATES:
        name, hidden, spec = GATES[key]
        lines = [
            Line(system, options.restarts, ours(spec, hidden, settings[key], options.restarts))
            for system, settings in OURS.items()
        ]
        lesson = Dataset.of_gate(spec)
        task = Task(name, np.array(lesson.x), np.array(lesson.y), hidden)
        lines += [theirs(peer, task, key, options.restarts, starts) for peer in PEERS]
        measure(lines, rounds)
        print(name)
        ahead += [f"{name}: {each}" for each in show(lines)]
    print(LEGEND)
    print(f"ahead of our best: {'; '.join(ahead) or 'nobody'}")


if __name__ == "__main__":
    main()
