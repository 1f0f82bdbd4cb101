"""How long .bench and BLIF files of up to 100 000 gates take to read and to compile.

    python tests/benchmarks/reading.py

The circuits are random: gates of one to four inputs, most of which read nets close by. Both formats hold the
same ones, a line a gate in the one, a ``.names`` with its rows in the other. Times are of the processor, the
shortest of three: what a thousand gates cost should stay the same.
"""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from gatewright import load_plugins
from gatewright.circuits.program import compile_netlist
from gatewright.formats.bench.reader import read_bench
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import Source
from gatewright.gates.kinds import kind_table

SIZES = (12_500, 25_000, 50_000, 100_000)
KINDS = ("AND", "NAND", "OR", "NOR", "XOR", "XNOR", "NOT", "BUFF")
T = TypeVar("T")


def texts(gates: int) -> dict[str, str]:
    """A random circuit in each format."""
    random = np.random.default_rng(gates)
    nets = [f"G{number}" for number in range(64 + gates)]
    inputs, outputs = nets[:64], nets[-64:]
    bench = [f"INPUT({net})" for net in inputs] + [f"OUTPUT({net})" for net in outputs]
    blif = [".model random", f".inputs {' '.join(inputs)}", f".outputs {' '.join(outputs)}"]
    for number in range(64, len(nets)):
        kind = KINDS[random.integers(len(KINDS))]
        count = 1 if kind in ("NOT", "BUFF") else int(random.choice([2, 2, 2, 3, 4]))
        back = random.exponential(300, count).astype(int) + 1
        reads = [nets[max(0, number - int(each))] for each in back]
        bench.append(f"{nets[number]} = {kind}({', '.join(reads)})")
        ones = kind_table({"BUFF": "BUF"}.get(kind, kind), count)
        blif.append(f".names {' '.join(reads)} {nets[number]}")
        patterns = map("".join, itertools.product("01", repeat=count))
        blif += [f"{pattern} 1" for row, pattern in enumerate(patterns) if ones >> row & 1]
    return {"bench": "\n".join(bench), "blif": "\n".join([*blif, ".end"])}


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The shortest of three runs, and what the last gave."""
    best = float("inf")
    for _ in range(3):
        gc.collect()
        started = time.process_time()
        made = work()
        best = min(best, time.process_time() - started)
    return best, made


def main() -> None:
    """Print the table."""
    gc.set_threshold(50_000)  # as the command line does
    gates = load_plugins().gates
    head = f"{'format':>8}{'gates':>9}{'MB':>7}{'read s':>9}{'compile s':>11}"
    print(f"{head}{'s/1000 gates, both':>20}")
    for name, reader in (("bench", read_bench), ("blif", read_blif)):
        for size in SIZES:
            source = Source(f"random.{name}", texts(size)[name].encode())
            read, netlist = timed(lambda: reader(source, gates))  # noqa: B023 - called at once
            assert len(netlist.instances) >= size * 0.87  # BLIF's buffers are not gates
            compiled, _ = timed(lambda: compile_netlist(netlist))  # noqa: B023 - called at once
            print(
                f"{name:>8}{size:>9}{len(source.data) / 1e6:>7.1f}{read:>9.2f}{compiled:>11.2f}"
                f"{(read + compiled) / size * 1000:>20.4f}"
            )


if __name__ == "__main__":
    main()
