"""How fast the processor's loops are: median and best of runs of a program, every wire compared.

    python core/speed.py [tests/programs/pi.hex]

In processor time of one core, without what is made ready first; of the compiled loop, which needs the extra
``fast``, and of NumPy.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import numpy as np
from gatewright_riscv.board import Board
from gatewright_riscv.program import read_program

import gatewright as gw
from gatewright.circuits.clocked.loop.choose import compiled_loop, plain_loop

PI = Path(__file__).parents[1] / "tests" / "programs" / "pi.hex"
RUNS = 7


def main() -> None:
    """Print the table."""
    program = read_program(Path(sys.argv[1]) if sys.argv[1:] else PI)
    core = gw.circuit("riscv")
    gates, inputs = core.train().gates, len(core.netlist.input_nets)
    sys.stdout.write(f"{'loop':<10}{'noise':>6}{'median':>10}{'best':>10}  cycles a second\n")
    for noise in (0.0, 0.45):
        given = Board(core.netlist, program, gates, noise=noise).machine.given()
        for name, made, cycles in (("compiled", compiled_loop, 8192), ("NumPy", plain_loop, 256)):
            loop = made(given) if given else None
            if loop is None:
                raise SystemExit(
                    "no loop takes this circuit: train its gates as they are by default"
                )
            zeros = np.zeros((cycles, 1, inputs), dtype=np.uint8)
            loop.run(zeros[:64], ())  # compiled, or read from disk
            found = []
            for _ in range(RUNS):
                started = time.process_time()
                ran = loop.run(zeros, ())
                found.append(ran.cycles / (time.process_time() - started))
                if ran.how != "done":
                    raise SystemExit(f"it ended after {ran.cycles} cycles: {ran.how}")
            row = f"{name:<10}{noise:>6}{statistics.median(found):>10,.0f}{max(found):>10,.0f}\n"
            sys.stdout.write(row)


if __name__ == "__main__":
    main()
