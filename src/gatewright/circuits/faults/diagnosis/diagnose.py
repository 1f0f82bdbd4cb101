"""From rows that a device showed to the places where its fault may lie, most likely first.

Two kinds of faults are weighed, as likely as each other beforehand: a wire that is stuck, and a gate that
computes another function. A place is the more likely the more stuck wires there explain every row, and the
smaller the part of the gate's functions that do. That is Bayes' rule for one fault, all of a kind equally likely.
Where no place explains every row, every place is weighed by the rows that its best fault leaves, fewest first.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.faults.injection import fault_named, injected
    >>> adder = circuit("ripple-adder", bits=4).netlist
    >>> patterns = np.random.default_rng(0).integers(0, 2, (64, 9), dtype=np.uint8)
    >>> showed = injected(adder, fault_named(adder, "sum[2] stuck at 0"), patterns)
    >>> found = diagnose(adder, showed)
    >>> found.outputs, [(str(each), round(each.share, 2)) for each in found.suspects][:1]
    (('sum[2]',), [('fa2', 1.0)])
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatewright.arrays import Indices, Mask
from gatewright.circuits.faults.diagnosis.evidence import Evidence
from gatewright.circuits.faults.diagnosis.places import gates, reached
from gatewright.circuits.faults.diagnosis.ranking import ranked
from gatewright.circuits.faults.diagnosis.suspect import UNKNOWN, Diagnosis, Showed, Suspect
from gatewright.circuits.faults.stuck import Names
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine

MOST_ROWS = 4096
"""Rows that are looked at: failing ones first, up to half of them."""

Watch = Callable[[str, int, int], None]


def diagnose(netlist: Netlist, showed: Showed, *, watch: Watch | None = None) -> Diagnosis:
    """Name the places where the fault of a device may lie.

    Args:
        netlist: what it should be, without registers.
        showed: what it gave.
        watch: called with what is done, what is done of it, and all there is.

    Raises:
        NetlistError: it is not a circuit, or has registers.
    """
    program = compile_netlist(netlist)
    tell = watch or (lambda *_: None)
    showed = Showed.once(showed.patterns, showed.outputs)
    nets = ExactEngine(program).nets(showed.patterns)
    differs = (showed.outputs != nets[program.outputs].T) & (showed.outputs != UNKNOWN)
    failing = differs.any(1)
    names = Names(netlist, program)
    wrong = [position for position, bad in enumerate(differs.any(0).tolist()) if bad]
    outputs = tuple(names.output(position) for position in wrong)
    rows = len(failing)
    if not failing.any():
        return Diagnosis(rows, 0, (), (), 0)
    kept = _looked_at(failing)
    evidence = Evidence(program, Showed(showed.patterns[kept], showed.outputs[kept]))
    reach = reached(program)
    bits = sum(1 << position for position in wrong)
    without = int(failing[kept].sum())
    suspects: tuple[Suspect, ...] = ()
    # What explains every row reaches every wrong output; where nothing does, any place may be nearest.
    for needed in (bits, 0):
        tell("functions of gates", 0, 2)
        computed = evidence.functions(gates(program, needed, reach), nets[:, kept])
        tell("stuck wires", 1, 2)
        stuck = evidence.stuck(reach, needed)
        tell("stuck wires", 2, 2)
        suspects = ranked(program, names, computed, stuck, without)
        if suspects and not suspects[0].unexplained:
            break
    return Diagnosis(rows, int(failing.sum()), outputs, suspects, without)


def _looked_at(failing: Mask) -> Indices:
    """The rows that are looked at, in order."""
    bad, good = np.flatnonzero(failing), np.flatnonzero(~failing)
    bad = bad[: max(MOST_ROWS // 2, MOST_ROWS - len(good))]
    return np.sort(np.concatenate([bad, good[: MOST_ROWS - len(bad)]]))
