"""A pattern on which a circuit is wrong, made readable: which buses, and which wire first.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> from gatewright.circuits.program import compile_netlist
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates)
    >>> found = counterexample(circuit, compile_netlist(circuit.netlist), np.array([1, 0]), np.array([1]),
    ...                        np.array([1, 0, 1]), np.array([1.0, 0.0, 0.3]), np.array([1, 0, 0]))
    >>> found.inputs, found.wire, found.wire_got
    ({'a': 1}, 'parity', 0.3)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Bits
from gatewright.circuits.buses import as_integers, input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import bus_columns
from gatewright.circuits.program import Program
from gatewright.circuits.simulate.evaluate import evaluate, exact_cells
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.circuits.verify.verdict import BusDifference, Counterexample
from gatewright.logic.bits import bits_to_bus
from gatewright.logic.numerals import assignments


def counterexample(
    circuit: Circuit,
    program: Program,
    pattern: Bits,
    wanted: Bits,
    exact: Bits,
    values: npt.NDArray[Any],
    bits: Bits,
) -> Counterexample:
    """What one pattern shows.

    Args:
        circuit: with its parameters chosen.
        program: the same, compiled.
        pattern: shape (input bits,).
        wanted: output bits of the reference, shape (output bits,).
        exact: what exact gates give on every net, shape (nets,).
        values: what the side that is wrong has on every net.
        bits: the same, rounded to bits.
    """
    got = bits[program.outputs]
    differences = []
    for bus, columns in bus_columns(circuit.netlist.outputs):
        mine, theirs = got[columns], wanted[columns]
        if (mine != theirs).any():
            differences.append(BusDifference(bus.name, _number(theirs), _number(mine)))
    astray = np.flatnonzero(bits != exact)
    if len(astray):
        first, right = astray[0], exact[astray[0]]
    else:  # the wiring itself is wrong: every gate is right, an output is not
        wrong = np.flatnonzero(got != wanted)
        place = wrong[np.argmin(program.outputs[wrong])]
        first, right = program.outputs[place], wanted[place]
    return Counterexample(
        as_integers(circuit, pattern),
        tuple(differences),
        program.nets[first],
        int(right),
        float(values[first]),
    )


def replayed(circuit: Circuit, program: Program, pattern: Bits) -> Counterexample:
    """A pattern on which a proof says that exact gates are wrong, run through both sides again.

    Args:
        circuit: with its parameters chosen.
        program: the same, compiled.
        pattern: shape (input bits,).

    Raises:
        CannotFollowError: they agree on it, so the reference was not followed as it is.
        SpecError: the reference says nothing of it.
    """
    wanted = reference_bits(circuit, input_buses(circuit, pattern[None]))[0]
    values = evaluate(program, exact_cells(program), pattern[None])[:, 0]
    if (values[program.outputs] == wanted).all():
        raise disagreement("reference", circuit, pattern)
    return counterexample(circuit, program, pattern, wanted, values, values, values)


def disagreement(what: str, circuit: Circuit, pattern: Bits) -> CannotFollowError:
    """The error for code that gives other results for symbols than for a pattern of integers."""
    given = assignments(as_integers(circuit, pattern))
    return CannotFollowError(f"its {what} gives other results for integers, as with {given}")


def _number(bits: Bits) -> int | None:
    return int(bits_to_bus(bits[None])[0]) if (bits <= 1).all() else None
