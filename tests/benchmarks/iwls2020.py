"""Circuits learned from the functions of the IWLS 2020 contest, beside the published figures.

    python tests/benchmarks/iwls2020.py --data DIR [--only 00,51] [--jobs 2] [--without] [--csv FILE]

``DIR`` holds ``iwls2020.npz.xz`` (``exNN_train_X`` … as packed bits, 6 400 rows each to learn, to choose and to
test) and ``scores.csv`` (two teams' circuits, scored again). Rows of the first two sets are one table, of which
some learn, some tune and some choose, cut as ``circuits learn`` cuts them, and the chosen learner learns again
from those that chose, too; the third set judges. Then the circuit is
made of trained gates: ``nm`` is the noise margin that its certificate proves, ``raw`` counts the test rows for
which raw activations answer as the model does. A row is written as it is done, and rows that a CSV has already
are not made again, so that a run can be stopped. ``--without`` leaves recognition out; ``seconds`` are of
processor time, to learn, choose and learn again.
"""

from __future__ import annotations

import argparse
import csv
import io
import lzma
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import gatewright as gw
from gatewright.arrays import Bits
from gatewright.examples.choose import MOST_ANDS
from gatewright.examples.circuit import aiger_of
from gatewright.examples.learners.model import Model
from gatewright.examples.learners.registry import BUILT_IN, RECOGNISE
from gatewright.examples.learners.task import Task
from gatewright.examples.search import SLACK
from gatewright.examples.split import split
from gatewright.examples.trained import trained_answers
from gatewright.examples.trials import learner_trial, taught_again
from gatewright.formats.aiger.graph import AndGraph

FAMILIES = (
    (10, "adders"),
    (20, "dividers, remainders"),
    (30, "multipliers"),
    (40, "comparators"),
    (50, "square roots"),
    (60, "PicoJava"),
    (70, "i10 cones"),
    (75, "other cones"),
    (80, "symmetric"),
    (90, "MNIST pairs"),
    (100, "CIFAR pairs"),
)
FIELDS = ("function", "recognition", "learner", "test", "choose", "ands", "seconds", "nm", "raw")


@cache
def data(folder: Path) -> Any:
    """The arrays."""
    return np.load(io.BytesIO(lzma.decompress((folder / "iwls2020.npz.xz").read_bytes())))


def rows(folder: Path, function: str, part: str) -> tuple[Bits, Bits]:
    """The rows of one set."""
    arrays = data(folder)
    inputs = int(arrays[f"ex{function}_n"].ravel()[0])
    x = np.unpackbits(arrays[f"ex{function}_{part}_X"], axis=-1, count=inputs)
    y = np.unpackbits(arrays[f"ex{function}_{part}_y"].ravel(), count=len(x))
    return x, y


def one(folder: Path, function: str, seconds: float, recognition: bool) -> dict[str, Any]:
    """Learn one function: every learner, the choice, and the test."""
    x, y = (
        np.concatenate(each)
        for each in zip(*(rows(folder, function, part) for part in ("train", "valid")), strict=True)
    )
    parts = split(len(x), 0, tested=True)
    names = [each for each in BUILT_IN if recognition or each.name != RECOGNISE]
    start = time.process_time()
    deadline = time.monotonic() + seconds
    trials = []
    for at, learner in enumerate(names):
        now = time.monotonic()
        task = Task(
            x[parts.learn],
            y[parts.learn],
            x[parts.tune],
            y[parts.tune],
            most_ands=MOST_ANDS - SLACK,
            deadline=now + (deadline - now) / (len(names) - at),
        )
        trial = learner_trial(learner, task, x[parts.choose], y[parts.choose])
        if trial is not None:
            trials.append(trial)
            if learner.name == RECOGNISE and trial.right >= 0.99 * trial.rows:
                break
    best = max(trials, key=lambda trial: (trial.right, -trial.size))
    (learner,) = (each for each in names if each.name == best.name)
    best = taught_again(learner, best, task, x[parts.choose], y[parts.choose])
    taken = time.process_time() - start
    x, y = rows(folder, function, "test")
    found = best.model.values(x)
    margin, same = as_gates(best.model, x, found)
    return {
        "function": function,
        "recognition": int(recognition),
        "learner": best.name,
        "test": round(100 * float((found == y).mean()), 2),
        "choose": round(100 * best.right / best.rows, 2),
        "ands": best.size,
        "seconds": round(taken, 1),
        "nm": margin,
        "raw": same,
    }


def as_gates(model: Model, x: Bits, found: Bits) -> tuple[float | None, int]:
    """The margin that is proved of a model's circuit of trained gates, and the rows that it answers alike."""
    graph = AndGraph(x.shape[1])
    literal = model.write(graph, [graph.variable(each) for each in range(x.shape[1])])
    names = [f"x{each}" for each in range(x.shape[1])]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "learned.aig"
        file.write_bytes(aiger_of(graph, [literal], names, ["y"]))
        neural = gw.read(file).train()
    verdict = neural.certify()
    margins = [each.datasheet.noise_margin for each in neural.gates.values() if each.datasheet]
    bits, _ = trained_answers(neural.circuit.netlist, neural.gates)(x)
    proved = verdict.proved and len(margins) == len(neural.gates)
    return min(margins, default=0.5) if proved else None, int((bits[:, 0] == found).sum())


def table(found: list[dict[str, Any]], published: dict[str, dict[str, str]]) -> list[str]:
    """Averages by family, ours beside the published ones."""
    lines = [f"{'family':22}{'functions':>10}{'ours':>8}{'ANDs':>7}{'team 2':>8}{'team 9':>8}"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        family = next(name for end, name in FAMILIES if int(row["function"]) < end)
        groups.setdefault(family, []).append(row)
    for name, some in [*groups.items(), ("all", found)]:
        theirs = [published[str(int(row["function"]))] for row in some]
        means = [
            float(np.mean([float(row["test"]) for row in some])),
            float(np.mean([float(row["ands"]) for row in some])),
            *(float(np.mean([float(each[f"team{at}_test"]) for each in theirs])) for at in (2, 9)),
        ]
        ours, ands, two, nine = means
        lines.append(f"{name:22}{len(some):>10}{ours:>8.2f}{ands:>7.0f}{two:>8.2f}{nine:>8.2f}")
    return lines


def main() -> None:
    """Run what is asked for, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--without", action="store_true")
    parser.add_argument("--csv", type=Path, default=Path("iwls2020.csv"))
    asked = parser.parse_args()
    with (asked.data / "scores.csv").open(encoding="utf-8") as file:
        published = {row["example"]: row for row in csv.DictReader(file)}
    functions = [each for each in asked.only.split(",") if each] or [
        f"{int(each):02}" for each in published
    ]
    done: list[dict[str, Any]] = []
    if asked.csv.exists():
        with asked.csv.open(encoding="utf-8") as file:
            done = list(csv.DictReader(file))
    kind = str(int(not asked.without))
    known = {row["function"] for row in done if row["recognition"] == kind}
    with ProcessPoolExecutor(asked.jobs) as pool, asked.csv.open("a", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        if not done:
            writer.writeheader()
        waiting = [
            pool.submit(one, asked.data, each, asked.seconds, not asked.without)
            for each in functions
            if each not in known
        ]
        for each in as_completed(waiting):
            row = each.result()
            writer.writerow(row)
            file.flush()
            done.append(row)
            sys.stdout.write(f"{row}\n")
    for told, flag in (("with recognition", "1"), ("without recognition", "0")):
        some = [
            row for row in done if str(row["recognition"]) == flag and row["function"] in functions
        ]
        if some:
            sys.stdout.write("\n".join(["", told, *table(some, published), ""]))


if __name__ == "__main__":
    main()
