"""Algebra for circuits that promise something for some patterns only: what holds for all holds for those.

Before it, products are tried where carries go far: polynomials of a wrong circuit grow until they are given up.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("array-multiplier").elaborate({"bits": 12}, plugins.gates)
    >>> spec = replace(circuit.spec, domain=lambda buses, **_: buses["a"] > 5)
    >>> circuit = replace(circuit, spec=spec)
    >>> carried_wrongly(circuit), by_algebra(circuit, goals_everywhere(circuit), None).extent
    (None, 'proved by algebra (... adder relations, largest polynomial 144 terms)')
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from gatewright.circuits.buses import input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.patterns import long_carries
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.verify.algebra.goals import Goal, goals
from gatewright.circuits.verify.algebra.prove import prove
from gatewright.circuits.verify.counterexample import replayed
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.circuits.verify.verdict import EXACT, REFERENCE, Claim
from gatewright.errors import SpecError


def _everywhere(circuit: Circuit) -> Circuit:
    """The same, as if it promised its reference for every pattern."""
    return replace(circuit, spec=replace(circuit.spec, domain=None))


def goals_everywhere(circuit: Circuit) -> list[Goal] | None:
    """What algebra has to show; None if the reference is not a polynomial of all patterns."""
    try:
        return goals(_everywhere(circuit))
    except CannotFollowError:
        return None
    except SpecError:
        if circuit.spec.domain is None:
            raise
        return None  # it says nothing outside the domain


def by_algebra(
    circuit: Circuit, wanted: Sequence[Goal] | None, watch: Callable[[int, int], None] | None
) -> Claim:
    """By algebra on every pattern; a pattern outside the domain refutes nothing."""
    proof = prove(_everywhere(circuit), wanted, watch=watch)
    if proof.counterexample is None:
        return proof
    given = proof.counterexample.inputs.items()
    inside = circuit.domain({name: np.array([value], object) for name, value in given})
    if inside is None or inside[0]:
        return proof
    why = "algebra finds it wrong where nothing is promised"
    return replace(proof, outcome="undecided", counterexample=None, reason=why)


def carried_wrongly(circuit: Circuit) -> Claim | None:
    """A refutation of a multiplier by patterns on which carries go far; None if it is right on them."""
    program = compile_netlist(circuit.netlist)
    engine = ExactEngine(program)
    for patterns in long_carries(circuit.netlist.inputs):
        buses = input_buses(circuit, patterns)
        inside = circuit.domain(buses)
        if inside is not None:
            patterns, buses = patterns[inside], {name: bus[inside] for name, bus in buses.items()}
        if not len(patterns):
            continue
        wrong = (engine.outputs(patterns) != reference_bits(circuit, buses)).any(1)
        if wrong.any():
            found = replayed(circuit, program, patterns[int(np.argmax(wrong))])
            width = len(circuit.netlist.input_nets)
            return Claim(EXACT, REFERENCE, "sampled", len(patterns), width, "refuted", found)
    return None
