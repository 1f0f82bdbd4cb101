"""Proving that a netlist of exact gates equals its integer reference, at any width.

Every net becomes a decision diagram, a function of the input bits; the reference is run once, on integers
whose bits are diagrams too. Equal functions are the same diagram, so what is left is to compare numbers.
Adders, comparators, parity and equality have small diagrams when the bits of their buses are interleaved;
multipliers have none in any order (Bryant 1991), and are left undecided.

A refutation is believed only after its pattern has been run through the netlist and through the
reference on real integers, and a reference only after it gives the same for both kinds of integers on
some patterns.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("ripple-adder").elaborate({"bits": 64}, plugins.gates)
    >>> prove(circuit).extent
    'proved by decision diagrams (all 2^129)'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gatewright.circuits.buses import input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.verify.counterexample import replayed
from gatewright.circuits.verify.diagrams.dont_cares import within_cares
from gatewright.circuits.verify.diagrams.net_functions import (
    Order,
    by_column,
    inside_domain,
    net_diagrams,
    pattern_of,
    variable_orders,
)
from gatewright.circuits.verify.symbolic.following import (
    check_agreement,
    refusal,
    tried_patterns,
    wanted_functions,
)
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.circuits.verify.verdict import EXACT, REFERENCE, Claim
from gatewright.logic.bdd import FALSE, MOST_NODES, TRUE, Diagram, Diagrams, TooManyNodesError
from gatewright.logic.numerals import as_count


def prove(
    circuit: Circuit,
    *,
    most_nodes: int = MOST_NODES,
    watch: Callable[[int, int], None] | None = None,
) -> Claim:
    """Compare a circuit of exact gates with its integer reference for every pattern of its domain.

    Args:
        circuit: with its parameters chosen.
        most_nodes: how large the diagrams may grow before the claim is left undecided.
        watch: called with the nets followed and the nets to follow.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: the reference does not give the output buses.
    """
    program = compile_netlist(circuit.netlist)
    claim = Claim(
        EXACT, REFERENCE, "decision diagrams", 0, len(circuit.netlist.input_nets), "undecided"
    )
    for order in variable_orders(circuit.netlist.inputs):
        try:
            return within_cares(_proof(circuit, program, order, claim, most_nodes, watch), circuit)
        except TooManyNodesError:
            reason = f"its decision diagrams need more than {as_count(most_nodes)} nodes"
        except CannotFollowError as error:
            reason = error.message
            break
    return replace(claim, reason=reason)


def _proof(
    circuit: Circuit,
    program: Program,
    order: Order,
    claim: Claim,
    most_nodes: int,
    watch: Callable[[int, int], None] | None,
) -> Claim:
    """The claim, decided with this order of the variables."""
    diagrams = Diagrams(len(order), most_nodes)
    inside, wanted = _reference(circuit, diagrams, order)
    got = net_diagrams(program, diagrams, order, watch)
    for net, bit in zip(program.outputs.tolist(), wanted, strict=True):
        wrong = diagrams.both(inside, diagrams.differ(got[net], bit))
        if wrong != FALSE:
            found = replayed(circuit, program, pattern_of(diagrams, order, wrong)[0])
            return replace(claim, outcome="refuted", counterexample=found)
    patterns = 2 ** len(order)
    checked = patterns if inside == TRUE else diagrams.count(inside)
    return replace(claim, outcome="proved", checked=checked, excluded=patterns - checked)


def _reference(circuit: Circuit, diagrams: Diagrams, order: Order) -> tuple[Diagram, list[Diagram]]:
    """Where the circuit promises anything, and what the reference wants of every output bit there.

    Raises:
        CannotFollowError: the domain or the reference cannot be run on symbols, or gives other
            results than on integers.
        SpecError: as when it is run on integers.
    """
    tried, promised = tried_patterns(circuit)
    inside = inside_domain(circuit, diagrams, order)
    if promised is not None:
        tried = np.concatenate([tried[promised], pattern_of(diagrams, order, inside)])
    plain = reference_bits(circuit, input_buses(circuit, tried))
    wanted = wanted_functions(circuit, diagrams, by_column(diagrams, order))
    for each in wanted.refused:
        refused = diagrams.both(inside, each)
        if refused != FALSE:
            raise refusal(circuit, pattern_of(diagrams, order, refused))
    check_agreement(circuit, diagrams, order, "reference", tried, wanted.bits, plain)
    return inside, wanted.bits
