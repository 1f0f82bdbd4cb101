"""A fault by its name, and what a device with it shows.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> adder = circuit("ripple-adder", bits=1).netlist
    >>> showed = injected(adder, fault_named(adder, "cin stuck at 1"), np.array([[0, 0, 0]], dtype=np.uint8))
    >>> showed.outputs.tolist()
    [[1, 0]]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Bits
from gatewright.checks import check_text
from gatewright.circuits.faults.diagnosis.suspect import Showed
from gatewright.circuits.faults.simulation import Force, faulty_outputs
from gatewright.circuits.faults.stuck import Fault, Names, alike
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import compile_netlist
from gatewright.errors import UsageError
from gatewright.text import did_you_mean

PATTERNS = 1024
"""Random patterns that a device with an injected fault is given, besides those that are known to show faults."""


def fault_named(netlist: Netlist, text: str) -> Fault:
    """The stuck-at fault that is written like this.

    Args:
        netlist: without registers.
        text: as in ``carry stuck at 0``, or ``carry into high.a stuck at 1`` for a branch.

    Raises:
        UsageError: there is none.
        NetlistError: it is not a circuit, or has registers.
    """
    check_text("fault", text)
    program = compile_netlist(netlist)
    names = Names(netlist, program)
    known = {str(fault): fault for some in alike(program) for fault in map(names.fault, some)}
    wanted = " ".join(text.split())
    if wanted not in known:
        first = next(iter(known), "")
        raise UsageError(
            f"'{wanted}' is not a fault of '{netlist.name}'",
            hint=did_you_mean(wanted, known, f"as in '{first}'"),
        )
    return known[wanted]


def injected(netlist: Netlist, fault: Fault, patterns: Bits) -> Showed:
    """What the circuit shows with a fault in it.

    Args:
        netlist: without registers.
        fault: of this netlist.
        patterns: shape (patterns, input bits).
    """
    program = compile_netlist(netlist)
    return Showed(patterns, faulty_outputs(program, [Force(fault.place, fault.value)], patterns))


def telling_patterns(netlist: Netlist, known: Bits, *, seed: int = 0) -> Bits:
    """Patterns that tell faults apart: those that show them, and `PATTERNS` random ones.

    Args:
        netlist: the circuit.
        known: patterns that show faults, shape (patterns, input bits).
        seed: of the random ones.
    """
    (more,) = random_patterns(netlist.inputs, PATTERNS, seed=seed, chunk=PATTERNS)
    return np.concatenate([known, more])
