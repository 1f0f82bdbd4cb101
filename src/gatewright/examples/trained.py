"""What a circuit of trained gates answers for many rows, and how many of its signals say neither 0 nor 1.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> neural = circuit("ripple-adder", bits=1).train()
    >>> answers = trained_answers(neural.circuit.netlist, neural.gates)
    >>> bits, undecided = answers(np.array([[1, 1, 0]], dtype=np.uint8))
    >>> bits.tolist(), undecided
    ([[0, 1]], 0)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import outputs_of, trained_cells
from gatewright.circuits.simulate.noise import noisy
from gatewright.gates.trained import INVALID, TrainedGate, decide

_AT_ONCE = 512
"""Patterns whose signals are kept at a time."""


def trained_answers(
    netlist: Netlist, gates: Mapping[str, TrainedGate], *, restored: bool = False
) -> Callable[[Bits], tuple[Bits, int]]:
    """A function from patterns (patterns, input bits) to outputs, and the number that are not a bit.

    Args:
        netlist: the circuit.
        gates: a trained gate for each of its gates.
        restored: whether activations are rounded at every gate; else they flow as they are.
    """
    program = compile_netlist(netlist)
    cells = trained_cells(program, gates, "restored" if restored else "raw")

    def answers(patterns: Bits) -> tuple[Bits, int]:
        found = []
        for first in range(0, len(patterns), _AT_ONCE):
            some = patterns[first : first + _AT_ONCE]
            generator = np.random.default_rng(0)  # of no noise
            found.append(
                decide(
                    outputs_of(program, noisy(program, cells, some, noise=0.0, generator=generator))
                )
            )
        bits = np.concatenate(found)
        return bits, int((bits == INVALID).sum())

    return answers
