"""Faults in wide arithmetic: one cell of another kind, two wires swapped, or a carry cut off.

    python -m tests.campaign.wide --count 2600

What is refuted has to differ on the pattern that is shown, by gates that are run one by one on Python's integers.
What is proved has to give what its integers say on 4 096 random patterns.
"""

from __future__ import annotations

import random
from functools import partial

import numpy as np
from tests.campaign import harness
from tests.campaign.harness import Budget, Tally
from tests.circuits.test_algebra_faults import FAULTS, faulty, replays

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.verify.composition import prove_netlist
from gatewright.errors import NetlistError
from gatewright.plugins.manager import load_plugins

SAMPLES = 4096

WIDTHS = {
    "array-multiplier": (16, 64, 128),
    "wallace-multiplier": (16, 64, 128),
    "kogge-stone": (64, 256),
    "popcount": (256,),
    "divider": (16, 32),
    "square-root": (32, 64),
}


def differs(circuit: Circuit, draw: random.Random) -> bool:
    """Whether a circuit gives something else than its integers on random patterns."""
    sizes = {bus.name: bus.width for bus in circuit.netlist.inputs}
    for _ in range(SAMPLES // 64):
        some = {name: draw.getrandbits(width) for name, width in sizes.items()}
        asked = circuit.ask_domain(
            {name: np.array([number], object) for name, number in some.items()}
        )
        if (asked is None or bool(asked[0])) and replays(circuit, some):
            return True
    return False


def looped(circuit: Circuit) -> bool:
    """Whether wires that were swapped made a loop."""
    try:
        circuit.netlist.check()
    except NetlistError:
        return True
    return False


def faults(name: str, bits: int, budget: Budget, seed: int) -> Tally:
    """Faults of one circuit, of all kinds in turn."""
    tally = Tally()
    plugins = load_plugins()
    circuit = plugins.circuit(name).elaborate({"bits": bits}, plugins.gates)
    for turn in budget:
        kind = FAULTS[turn % len(FAULTS)]
        draw = random.Random(f"{name} {bits} {seed} {turn}")  # noqa: S311 - faults, not secrets
        wrong = faulty(circuit, kind, draw)
        while looped(wrong):
            wrong = faulty(circuit, kind, draw)
        claim = prove_netlist(wrong, samples=SAMPLES)
        tally.add(claim.outcome)
        where = f"{circuit.title}, {kind}, turn {turn}: {claim.outcome}"
        if claim.outcome == "refuted":
            shown = claim.counterexample
            if shown is None or not replays(wrong, dict(shown.inputs)):
                tally.findings.append(f"{where} by a pattern on which it is right")
        elif differs(wrong, draw):
            tally.findings.append(f"{where}, and it differs")
    return tally


PARTS: dict[str, harness.Part] = {
    f"{name} {bits}": partial(faults, name, bits)
    for name, widths in WIDTHS.items()
    for bits in widths
}

if __name__ == "__main__":
    harness.main("Faults in wide arithmetic", PARTS, count=200 * len(PARTS))
