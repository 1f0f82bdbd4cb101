"""What is on every wire of a circuit of trained gates, for one value of each bus.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 1}, plugins.gates)
    >>> gates = {name: train(spec) for name, spec in adder.netlist.gates.items()}
    >>> signals(adder.netlist, gates, {"a": 1, "b": 1, "cin": 0})
    {'a[0]': 1.0, 'b[0]': 1.0, 'cin': 0.0, 'cout': 1.0, 'sum[0]': 0.0}
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, trained_cells
from gatewright.gates.trained import TrainedGate
from gatewright.logic.bits import bus_to_bits


def signals(
    netlist: Netlist, gates: Mapping[str, TrainedGate], inputs: Mapping[str, int]
) -> dict[str, float]:
    """The raw activation of every net; of a circuit with registers, in its first cycle.

    Registers whose first value nobody says hold 0.

    Args:
        netlist: the circuit.
        gates: a trained gate for every gate that it places; the buffer of registers is not asked.
        inputs: the value of every input bus, by its name.

    Raises:
        NetlistError: it is not a circuit.
        ValueError: a value does not fit its bus.
    """
    bits = [bus_to_bits([inputs[bus.name]], bus.width) for bus in netlist.inputs]
    held = np.array([[each.initial or 0 for each in netlist.registers]])
    pattern = np.concatenate([*bits, held], axis=1)
    program = compile_netlist(cut(netlist))
    values = evaluate(program, trained_cells(program, gates), pattern.astype(np.float64))
    return dict(zip(program.nets, values[:, 0].tolist(), strict=True))
