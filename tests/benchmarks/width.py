"""Logic learned on bits, for 1 to 16 inputs: time, size, weight tolerance, and whether all is proved.

    python tests/benchmarks/width.py                  # all parts: ten minutes of processor time
    python tests/benchmarks/width.py random margin    # some parts
    python tests/benchmarks/width.py lt8 aes          # or some tables

Parts are gates (the built-in ones), npn, random, wide, sboxes, margin, check and cannot. Times are of learning
and proving one gate, without a file: medians of seeds 0 to 9, or 0 to 2 where one takes more than 4 s; of random
tables, of as many tables. `cpu` is processor time, one thread, and the one to go by where the machine has other
work. In brackets behind the parameters: how many of them are 0. Of the tolerances the least and the median.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gatewright.certify.checker import check
from gatewright.certify.discipline import DEFAULT, Discipline
from gatewright.certify.proof import Rows
from gatewright.certify.prover import proved
from gatewright.certify.widest import weight_tolerance, widest_margin
from gatewright.gates.datasheet import rows_of
from gatewright.gates.npn.classes import class_specs
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.training.on_bits.learn import NotOnBits, learn_on_bits
from gatewright.gates.training.train import train
from gatewright.logic.bits import table_rows
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.builtin.gates import gatewright_gates

if TYPE_CHECKING:
    from tests.benchmarks.width_tables import SBOXES, TABLES
elif __name__ == "__main__":  # beside this file when it is run
    from width_tables import SBOXES, TABLES

SEEDS = range(10)
_FEW, _LONG = 3, 4.0  # seeds of a table that takes longer, in seconds
RANDOM = ((5, 100), (6, 100), (7, 50), (8, 50))


@dataclass(frozen=True)
class Made:
    """One gate, or the attempt at it."""

    wall: float
    cpu: float
    sizes: tuple[int, ...] = ()
    parameters: int = 0
    zero: int = 0
    bits: int = 0
    tolerance: float = 0.0
    largest: float = 0.0
    widest: float = 0.0
    holds: bool = False


def learned(rows: Rows, seed: int = 0, discipline: Discipline = DEFAULT) -> Made:
    """Learn one table; prove and measure what came of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = learn_on_bits(rows, discipline, seed=seed)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if isinstance(made, NotOnBits):
        return Made(wall, cpu)
    shape, theta = made.architecture, made.theta
    return Made(
        wall,
        cpu,
        shape.sizes,
        shape.parameters,
        int((theta == 0).sum()),
        made.weight_bits,
        weight_tolerance(shape, theta, rows, discipline),
        float(abs(theta).max()),
        widest_margin(shape, theta, rows, 0.0),
        bool(proved(shape, theta[None], rows, [discipline]).all()),
    )


def line(name: str, made: list[Made]) -> None:
    """Show some gates of one kind in a line."""
    good = [each for each in made if each.holds]
    told = f"| {name} | {len(good)} of {len(made)} | {median(each.wall for each in made):.3f} "
    told += f"| {median(each.cpu for each in made):.3f} | {max(each.cpu for each in made):.3f} "
    if not good:
        print(told + "| – | – | – | – |", flush=True)
        return
    shapes = {each.sizes for each in good}
    middle = sorted(good, key=lambda each: each.parameters)[len(good) // 2]
    shape = "-".join(map(str, middle.sizes)) + (" …" if len(shapes) > 1 else "")
    tolerances = [each.tolerance for each in good]
    print(
        f"{told}| {shape} | {middle.parameters} ({middle.zero}) | {max(each.bits for each in good)} "
        f"| {min(tolerances):.2%}, {median(tolerances):.2%} |",
        flush=True,
    )


def head(part: str) -> None:
    """The head of a part's table."""
    print(f"\n{part}\n")
    print(
        "| table | proved | wall, s | cpu, s | cpu, worst | layers | parameters (0) | bits | tolerance |"
    )
    print("|---|---:|---:|---:|---:|---|---:|---:|---|")


def table(inputs: int, values: npt.NDArray[Any]) -> Rows:
    """The rows of outputs (rows,) or (rows, outputs)."""
    y = np.asarray(values, dtype=np.float64).reshape(1 << inputs, -1)
    return Rows(table_rows(inputs).astype(np.float64), y, np.ones_like(y))


def named(name: str) -> Rows:
    """The rows of a table of ours."""
    inputs, function = (TABLES | SBOXES)[name]
    return table(inputs, function(table_rows(inputs).astype(np.int64)))


def families(names: Iterable[str]) -> None:
    """Tables by name."""
    for name in names:
        made: list[Made] = []
        for seed in SEEDS:
            if len(made) == _FEW and median(each.cpu for each in made) > _LONG:
                break
            made.append(learned(named(name), seed))
        line(name, made)


def gates() -> None:
    """The built-in gates."""
    head("Built-in gates")
    for spec in gatewright_gates():
        line(spec.name, [learned(rows_of(spec), seed) for seed in SEEDS])


def npn() -> None:
    """All classes of up to four inputs, by number of inputs."""
    head("NPN classes")
    specs, every = class_specs("npn4"), []
    for inputs in range(1, 5):
        made = [learned(rows_of(spec)) for spec in specs if len(spec.table.inputs) == inputs]
        line(f"classes of {inputs}", made)
        every += made
    wall, cpu = sum(each.wall for each in every), sum(each.cpu for each in every)
    print(f"\nall {len(every)}: wall {wall:.1f} s, cpu {cpu:.1f} s")


def chance() -> None:
    """Random tables."""
    head("Random tables")
    for inputs, count in RANDOM:
        draws = [np.random.default_rng(1000 * inputs + seed) for seed in range(count)]
        tables = [table(inputs, draw.integers(0, 2, 1 << inputs)) for draw in draws]
        line(f"random, {inputs} inputs", [learned(each) for each in tables])


def wide() -> None:
    """The named families."""
    head("Wide gates")
    families(TABLES)


def sboxes() -> None:
    """Gates of many outputs."""
    head("Tables of many outputs")
    families(SBOXES)


def margin() -> None:
    """What a margin of 0.49 costs."""
    print(
        "\nMargin 0.49\n\n| gate | proved | largest weight (at 0.45) | tolerance (at 0.45) | widest NM |"
    )
    print("|---|---|---:|---:|---:|")
    for spec in gatewright_gates():
        usual, wider = (
            learned(rows_of(spec), discipline=one) for one in (DEFAULT, Discipline(0.49))
        )
        print(
            f"| {spec.name} | {'yes' if wider.holds else 'NO'} | {wider.largest:g} ({usual.largest:g}) "
            f"| {wider.tolerance:.2%} ({usual.tolerance:.2%}) | {wider.widest:.4f} |",
            flush=True,
        )


def rational() -> None:
    """The check in rational numbers of gates of 16 inputs."""
    print("\nChecked in rational numbers\n\n| gate | rows | cpu, s |\n|---|---:|---:|")
    for name in ("and16", "parity16", "priority16"):
        inputs, function = TABLES[name]
        y = np.asarray(function(table_rows(inputs).astype(np.int64)), dtype=np.uint8)
        outputs = y.reshape(1 << inputs, -1).T
        ones = [
            int.from_bytes(np.packbits(each, bitorder="little").tobytes(), "little")
            for each in outputs
        ]
        names = (
            [f"x{place}" for place in range(inputs)],
            [f"y{place}" for place in range(len(ones))],
        )
        data = to_bytes(train(GateSpec(name, TruthTable.from_integers(ones, *names))))
        start = time.process_time()
        (checked,) = check(data)
        print(f"| {name} | {checked.rows} | {time.process_time() - start:.2f} |", flush=True)


def cannot() -> None:
    """Random tables that are too wide."""
    print("\nWhat is not learned\n\n| table | hidden units tried | rows right | wall, s | cpu, s |")
    print("|---|---|---:|---:|---:|")
    for inputs in (12, 14, 16):
        rows = table(inputs, np.random.default_rng(0).integers(0, 2, 1 << inputs))
        wall, cpu = time.perf_counter(), time.process_time()
        made = learn_on_bits(rows, DEFAULT)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        far = f"{made.right} of {made.rows}" if isinstance(made, NotOnBits) else "all"
        tried = ", ".join(map(str, made.tried))
        print(f"| random, {inputs} inputs | {tried} | {far} | {wall:.1f} | {cpu:.1f} |", flush=True)


PARTS = {
    "gates": gates,
    "npn": npn,
    "random": chance,
    "wide": wide,
    "sboxes": sboxes,
    "margin": margin,
    "check": rational,
    "cannot": cannot,
}


def main(names: list[str]) -> None:
    """The parts named, then the tables named; all parts where nothing is."""
    for name in names or PARTS:
        if name in PARTS:
            PARTS[name]()
    tables = [name for name in names if name not in PARTS]
    if tables:
        head("Tables")
        families(tables)


if __name__ == "__main__":
    main(sys.argv[1:])
