"""The first cycles of a clocked circuit in a report: what goes in, what comes out, and whether it is right.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> neural = circuit("counter", bits=2).train()
    >>> cycles_part(neural.circuit, neural.gates, seed=0).count("✓ right")
    16
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.arrays import Bits
from gatewright.circuits.buses import row_values
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.lockstep import lockstep, outputs_of
from gatewright.circuits.clocked.machine import Cycle, Machine
from gatewright.circuits.clocked.stimulus import random_inputs
from gatewright.circuits.clocked.verify import reference_of
from gatewright.circuits.netlist import Bus
from gatewright.draw.report.page import table, whole
from gatewright.gates.trained import TrainedGate

CYCLES = 16
"""How many are shown."""


def cycles_part(circuit: Circuit, gates: Mapping[str, TrainedGate], *, seed: int) -> str:
    """The table of the first cycles of random inputs; ``seed`` is theirs. It ends with a cycle that is wrong."""
    netlist, lines = circuit.netlist, list[tuple[str, ...]]()

    def each(cycle: Cycle, bits: Bits) -> None:
        given, found = row_values(netlist.inputs, bits[0]), outputs_of(netlist, cycle)
        lines.append(
            (
                str(cycle.number),
                *(_value(bus, given[bus.name]) for bus in netlist.inputs),
                *(_value(bus, found[bus.name]) for bus in netlist.outputs),
                "✓ right",
                f"{cycle.off():.4f}",
            )
        )

    inputs = random_inputs(netlist.inputs, CYCLES, lanes=1, seed=seed)
    ran = lockstep(Machine(netlist, gates), inputs, reference=reference_of(circuit), each=each)
    wrong = ran.broken or ran.astray
    if wrong is not None:
        lines[-1] = (*lines[-1][:-2], f"✗ wrong: {wrong}", lines[-1][-1])
    header = (
        "cycle",
        *(bus.name for bus in netlist.inputs),
        *(f"→ {bus.name}" for bus in netlist.outputs),
        f"by {'exact gates' if circuit.spec.cycle is None else 'integers'}",
        "farthest raw wire from its bit",
    )
    caption = f"The first {len(lines)} cycles of inputs drawn with seed {seed}"
    numbers = {*range(len(header) - 2), len(header) - 1}
    return table(header, lines, caption=caption, numbers=numbers)


def _value(bus: Bus, value: int) -> str:
    """The value of a bus, and its bits if they are few."""
    return f"{value} ({value:0{bus.width}b})" if 1 < bus.width <= 16 else whole(value)
