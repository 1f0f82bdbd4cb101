"""Running a program: signals in, the value of every net out.

The same program runs with either of two kinds of cell: exact ones look their outputs up in the truth table,
trained ones let raw activations flow through their networks.

Example:
    >>> from gatewright.plugins.builtin.gates import gatewright_gates
    >>> from gatewright.circuits.builder import CircuitBuilder
    >>> from gatewright.circuits.program import compile_netlist
    >>> circuit = CircuitBuilder("inverter", {gate.name: gate for gate in gatewright_gates()})
    >>> circuit.output("y", circuit.gate("not", circuit.input("a")))
    >>> program = compile_netlist(circuit.netlist())
    >>> evaluate(program, exact_cells(program), np.array([[0], [1]], dtype=np.uint8)).tolist()
    [[0, 1], [1, 0]]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits, Floats
from gatewright.checks import check_mapping
from gatewright.circuits.program import Program
from gatewright.errors import UsageError
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import INVALID, TrainedGate, decide
from gatewright.logic.bits import row_numbers

Signal = Literal["raw", "restored"]
"""Whether activations flow as they are, or every gate's outputs are rounded to bits on the way."""

Cell = Callable[[Any], Any]
"""A cell takes columns (gate inputs, n) and gives columns (gate outputs, n) of the same dtype."""


def exact_cells(program: Program) -> dict[str, Cell]:
    """Cells that look their outputs up; for bits (uint8)."""

    def cell(values: Bits) -> Cell:
        return lambda columns: np.ascontiguousarray(values[row_numbers(columns.T)].T)

    return {name: cell(spec.table.values) for name, spec in program.gates.items()}


def check_gates(needed: Mapping[str, GateSpec], gates: Mapping[str, TrainedGate]) -> None:
    """Refuse trained gates that are not those that a circuit needs.

    Raises:
        UsageError: one is missing, or has other ports; or they are not held by name.
    """
    check_mapping(gates, "trained gates by name", "as in circuit.train().gates")
    for name, spec in needed.items():
        made = gates.get(name)
        if made is None:
            raise UsageError(
                f"there is no trained gate for '{name}'",
                hint="circuit.train() trains those that it needs",
            )
        ports, wanted = made.spec.table, spec.table
        if (len(ports.inputs), len(ports.outputs)) != (len(wanted.inputs), len(wanted.outputs)):
            raise UsageError(
                f"the gate '{made.spec.name}' is given for '{name}', which has other ports",
                hint="give each under its own name",
            )


def trained_cells(
    program: Program, gates: Mapping[str, TrainedGate], signal: Signal = "raw"
) -> dict[str, Cell]:
    """Cells that run the trained networks; for raw activations (float64).

    Raises:
        UsageError: a gate is missing, or has other ports.
    """
    check_gates(program.gates, gates)

    def restored(gate: TrainedGate) -> Cell:
        def cell(columns: Floats) -> Floats:
            bits = decide(gate.flow(columns))
            return np.where(bits == INVALID, np.nan, bits)  # what is not a number stays none

        return cell

    return {
        name: gates[name].flow if signal == "raw" else restored(gates[name])
        for name in program.gates
    }


def evaluate(
    program: Program, cells: Mapping[str, Cell], patterns: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """The value of every net for every pattern.

    Args:
        program: the circuit.
        cells: a cell for every gate of the program.
        patterns: primary input bits, shape (patterns, input bits); their dtype is that of the
            signals: uint8 for exact cells, float64 for trained ones.

    Returns:
        shape (nets, patterns), in the order of ``program.nets``.
    """
    count = len(patterns)
    values = np.empty((len(program.nets), count), dtype=patterns.dtype)
    values[: patterns.shape[1]] = patterns.T
    # A network may overflow; the signal is then infinite or no number, which is its answer.
    with np.errstate(over="ignore", invalid="ignore"):
        for step in program.steps:
            gathered = values[step.inputs].reshape(len(step.inputs), -1)
            produced = cells[step.gate](gathered)
            values[step.outputs] = produced.reshape(*step.outputs.shape, count)
    return values


def outputs_of(program: Program, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Primary output bits, shape (patterns, output bits), from the values of all nets."""
    return np.ascontiguousarray(values[program.outputs].T)


def distances(raw: Floats, exact: Bits) -> Floats:
    """How far every raw signal is from its logic value; infinite where it is not a number."""
    away = np.subtract(raw, exact)
    np.abs(away, out=away)
    if not away.max(initial=0.0) < np.inf:  # else left out: it takes longer than all the rest
        np.nan_to_num(away, copy=False, nan=np.inf, posinf=np.inf)
    return away
