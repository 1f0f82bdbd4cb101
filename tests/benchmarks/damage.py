"""Damage to trained gates and its repair: ``python tests/benchmarks/damage.py [GATE]...``.

Of each gate: every damage to one weight, by what came of it; what errors of all weights lose the certificate and
change an answer, beside what the datasheet claims; and of up to 100 damages that lost the certificate, spread
evenly, how many were repaired from the weights there are, how many had to be trained anew, and the seconds of
processor time of a repair beside those of the first training.
"""

from __future__ import annotations

import sys
import time
import warnings

import gatewright as gw

GATES = ("nand", "xor", "full-adder", "mux", "a & b | c & d | e & f")
BOXES = gw.Recipe((2, 4), box_radius=0.45, harden=True)
MOST = 100


def main(names: list[str]) -> None:
    """Print a row for each gate."""
    print(
        "| gate | damages | holds | bits | wrong | claimed | lost | wrong | repaired | anew | s | training |"
    )
    for name in names or GATES:
        row(name, None)
    if not names:
        row("xor", BOXES)


def row(name: str, recipe: gw.Recipe | None) -> None:
    """Print what damage does to a gate, and what repair makes of it."""
    started = time.process_time()
    gate = gw.train(name, recipe)
    training = time.process_time() - started
    found = gate.damages()
    lost = [
        str(each)
        for each, came in zip(found.damages, found.outcomes, strict=True)
        if came != "certified"
    ]
    some = lost[:: -(-len(lost) // MOST)]
    started = time.process_time()
    fixed = [gate.damaged(damage).repaired() for damage in some]
    taken = (time.process_time() - started) / max(1, len(some))
    again = sum(not each.anew for each in fixed)
    whole = found.tolerance
    tolerance = [f"{100 * each:.2f} %" for each in (whole.claimed, whole.lost, whole.wrong)]
    counts = [found.outcomes.count(came) for came in ("certified", "right", "wrong")]
    cells = (
        *(f"{name}{', boxes' * (recipe is not None)}", len(found.damages), *counts, *tolerance),
        *(f"{again} of {len(some)}", len(some) - again, f"{taken:.2f}", f"{training:.2f}"),
    )
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1:])
