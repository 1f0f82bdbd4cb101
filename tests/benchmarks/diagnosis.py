"""Diagnosis of random single faults: ``python tests/benchmarks/diagnosis.py [FAULTS [NAME]...]``.

Half of the faults are stuck wires (outputs and pins of gates, and inputs, each as likely), half are gates that
compute another function; those that no row shows are drawn again. Devices are simulated as netlists with the
fault in them, on the patterns of ``circuits faults`` and 1 024 random ones, or on the former alone. Columns: the
faulty gate or input is named by the first suspect; by one of the first three; by the first three names, counted
one by one; and names in the first three suspects, on average.

Reads ISCAS-85 below the folder that GATEWRIGHT_BENCHMARKS names; the others are builders at 16 bits.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.circuits.faults.devices import changed_devices, first_three, outputs, stuck_devices

import gatewright as gw
from gatewright.arrays import Bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.faults.diagnosis.diagnose import diagnose
from gatewright.circuits.faults.injection import telling_patterns

FILES = ("c17", "c432", "c499", "c880", "c1355", "c1908")
BUILDERS = (
    *("ripple-adder", "kogge-stone", "carry-lookahead", "comparator", "barrel-shifter"),
    *("array-multiplier", "wallace-multiplier"),
)


def main(faults: int, names: list[str]) -> None:
    """Print two rows for each circuit."""
    folder = Path(os.environ.get("GATEWRIGHT_BENCHMARKS", "")) / "iscas85"
    print(
        "| circuit | gates | rows | faults | first | first three | three names | names | s each |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name in names or [*FILES, *BUILDERS]:
        path = folder / f"{name}.bench"
        circuit = gw.circuit(path) if name in FILES else gw.circuit(name, bits=16)
        own = circuit.faults(time_limit=60).patterns
        for patterns in (telling_patterns(circuit.netlist, own), own):
            row(name, circuit, patterns, faults)


def row(name: str, circuit: Circuit, patterns: Bits, faults: int) -> None:
    """Print how often the right place was named."""
    wanted = outputs(circuit.netlist, patterns)
    first = three = singly = names = 0
    taken = 0.0
    for devices in (stuck_devices, changed_devices):
        seen = (
            each
            for each in devices(circuit.netlist, patterns, 17)
            if (each.showed.outputs != wanted).any()
        )
        for device in islice(seen, faults // 2):
            started = time.process_time()
            found = diagnose(circuit.netlist, device.showed)
            taken += time.process_time() - started
            some = first_three(found)
            first += device.place in found.suspects[0].places
            three += device.place in some
            singly += (
                device.place in [place for each in found.suspects for place in each.places][:3]
            )
            names += len(some)
    total = faults // 2 * 2
    rates = [f"{100 * count / total:.1f} %" for count in (first, three, singly)]
    cells = (name, len(circuit.netlist.instances), len(patterns), total, *rates)
    print(
        f"| {' | '.join(map(str, cells))} | {names / total:.1f} | {taken / total:.2f} |", flush=True
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, sys.argv[2:])
