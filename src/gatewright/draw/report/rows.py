"""The rows of a report: what goes into a circuit of trained gates, what comes out, and whether it is right.

Example:
    >>> from gatewright.circuits.verify.rows import rows
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> some = rows(circuit, {"xor": train(plugins.gates["xor"])}, seed=0)
    >>> rows_part(circuit, some, seed=0).count("✓ right")
    4
"""

from __future__ import annotations

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus
from gatewright.circuits.verify.rows import Rows
from gatewright.draw.report.page import table, whole


def rows_part(circuit: Circuit, rows: Rows, *, seed: int) -> str:
    """The table of inputs and outputs; ``seed`` is that of a sample."""
    inputs, outputs = circuit.netlist.inputs, circuit.netlist.outputs
    count = len(rows.patterns)
    if not count:
        return "<p>It promises nothing for any pattern that was tried.</p>"
    lines = [
        (
            *(_value(bus, rows.given[bus.name][place]) for bus in inputs),
            *(_value(bus, rows.found[bus.name][place]) for bus in outputs),
            "✗ wrong" if rows.wrong[place] else "✓ right",
            f"{rows.off[place]:.4f}",
        )
        for place in range(count)
    ]
    header = (
        *(bus.name for bus in inputs),
        *(f"→ {bus.name}" for bus in outputs),
        f"by {'exact gates' if circuit.spec.reference is None else 'integers'}",
        "farthest raw output from its bit",
    )
    outside = "" if circuit.spec.domain is None else "; patterns outside its domain are left out"
    width = len(circuit.netlist.input_nets)
    caption = (
        f"Every row{outside}"
        if rows.every
        else f"A sample: {count} of 2^{width} patterns, drawn with seed {seed}{outside}"
    )
    numbers = {*range(len(inputs) + len(outputs)), len(header) - 1}
    return table(header, lines, caption=caption, numbers=numbers)


def _value(bus: Bus, value: int) -> str:
    """The value of a bus, and its bits if they are few."""
    return f"{value} ({value:0{bus.width}b})" if 1 < bus.width <= 16 else whole(int(value))
