"""Proofs by algebra: processor seconds for each, beside what decision diagrams and SAT sweeping come to.

    python tests/benchmarks/algebra.py [SECONDS]

SECONDS is the time limit of SAT sweeping in the comparisons of two circuits, 60 by default.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from gatewright.api.circuits import read
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.verify.algebra.prove import prove as by_algebra
from gatewright.circuits.verify.diagrams.prove import prove as by_diagrams
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.verdict import Claim
from gatewright.plugins.manager import load_plugins

PROOFS = (
    ("array-multiplier", (16, 64, 128, 256)),
    ("wallace-multiplier", (16, 64, 128, 256)),
    ("popcount", (256, 1024)),
    ("kogge-stone", (64, 256, 1024)),
)
PLAIN = (("array-multiplier", (32, 64)), ("wallace-multiplier", (32, 64)))
"""Written as AND gates (AIGER) and read again."""
PAIRS = (10, 64)


def timed(work: Callable[[], Claim]) -> str:
    start = time.process_time()
    claim = work()
    return f"{claim.outcome} {time.process_time() - start:.2f} s"


def main() -> None:
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    plugins = load_plugins()

    def made(name: str, bits: int) -> Circuit:
        return plugins.circuit(name).elaborate({"bits": bits}, plugins.gates)

    print("circuit = its integers       algebra            decision diagrams")
    for name, widths in PROOFS:
        for bits in widths:
            circuit = made(name, bits)
            mine, theirs = timed(partial(by_algebra, circuit)), timed(partial(by_diagrams, circuit))
            print(f"{circuit.title:<28} {mine:<18} {theirs}", flush=True)
    print("\nplain gates = its integers   algebra")
    with TemporaryDirectory() as folder:
        for name, widths in PLAIN:
            for bits in widths:
                path = Path(folder) / f"{name}-{bits}.aig"
                made(name, bits).save(path)
                circuit = read(path).specified("product = a * b")
                print(f"{path.name:<28} {timed(partial(by_algebra, circuit))}", flush=True)
    print("\narray = wallace              algebra            SAT sweeping")
    for bits in PAIRS:
        pair = made("array-multiplier", bits), made("wallace-multiplier", bits)
        compared = partial(equivalence, *pair, exhaustive_bits=-1, most_nodes=0)
        mine = timed(partial(compared, time_limit=0))
        sat = timed(partial(compared, time_limit=limit, algebra=False))
        print(f"{bits} bits{'':<21} {mine:<18} {sat}", flush=True)


if __name__ == "__main__":
    main()
