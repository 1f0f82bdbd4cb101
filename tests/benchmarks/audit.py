"""How long audits take to write and to check: python tests/benchmarks/audit.py [SECONDS]. Processor seconds."""

from __future__ import annotations

import sys
import time

from gatewright.api.circuits import circuit
from gatewright.circuits.audit import check
from gatewright.circuits.audit.problem import UnprovedError
from gatewright.circuits.audit.specifications import specification
from gatewright.circuits.audit.writing import audit_files
from gatewright.formats.blif.writer import write_blif

ROWS: tuple[tuple[str, dict[str, int]], ...] = (
    ("ripple-adder", {"bits": 64}),
    ("carry-select", {"bits": 64}),
    ("carry-lookahead", {"bits": 64}),
    ("brent-kung", {"bits": 64}),
    ("kogge-stone", {"bits": 64}),
    ("array-multiplier", {"bits": 16}),
    ("array-multiplier", {"bits": 32}),
    ("array-multiplier", {"bits": 64}),
    ("wallace-multiplier", {"bits": 16}),
    ("wallace-multiplier", {"bits": 32}),
    ("wallace-multiplier", {"bits": 64}),
    ("popcount", {"bits": 256}),
    ("comparator", {"bits": 64}),
    ("parity-tree", {"bits": 256}),
)


def main(limit: float) -> None:
    for name, words in ROWS:
        made = circuit(name, bits=words["bits"])
        gates = made.train().gates
        lines = specification(name, made.words) or ()
        started = time.process_time()
        try:
            files = audit_files(made, gates, write_blif, lines, time_limit=limit)
        except UnprovedError as error:
            print(f"{made.title:30} {error}")
            continue
        written = time.process_time() - started
        started = time.process_time()
        check.Audit(files).claim()
        (proof,) = (each for each in files if each.startswith(("proof", "patterns")))
        print(
            f"{made.title:30} {proof:14} {len(files[proof]):>9} bytes, "
            f"written in {written:6.2f} s, checked in {time.process_time() - started:6.2f} s"
        )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
