"""Proving a circuit by SAT sweeping: its netlist and its reference as one graph, whose outputs never differ.

A netlist and the integers that it was made for often do the same things in the same order: every round of a
cipher, every row of a divider. Then both have the same functions deep inside, and from one to the next a SAT
solver has little to show, however wide the circuit is.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("divider").elaborate({"bits": 12}, plugins.gates)
    >>> prove(circuit).extent
    'proved by SAT (all 2^24, ... internal equivalences)'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from gatewright.circuits.buses import as_integers, input_buses, reference_bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import bus_columns
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.verify.counterexample import replayed
from gatewright.circuits.verify.diagrams.dont_cares import within_cares
from gatewright.circuits.verify.miter_graph import output_functions, sample_of
from gatewright.circuits.verify.symbolic.following import (
    check_agreement,
    domain_function,
    packed,
    refusal,
    tried_patterns,
    wanted_functions,
)
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.circuits.verify.verdict import EXACT, REFERENCE, Claim
from gatewright.logic.numerals import assignments, counted
from gatewright.logic.sat.cases import sweep_by_cases
from gatewright.logic.sat.solver import MissingSolverError
from gatewright.logic.sat.sweep import Swept
from gatewright.logic.xag import TRUE, Literal, XorAndGraph

Outputs = Callable[[XorAndGraph, Sequence[Literal]], tuple[list[Literal], list[Literal]]]
"""Makes the output bits of a circuit of its input bits, and functions that must never be 1."""

TIME_LIMIT = 60.0
"""Seconds that SAT sweeping may take."""


def prove(
    circuit: Circuit,
    *,
    time_limit: float = TIME_LIMIT,
    watch: Callable[[int, int], None] | None = None,
    outputs: Outputs | None = None,
) -> Claim:
    """Compare a circuit of exact gates with its integer reference for every pattern of its domain.

    Args:
        circuit: with its parameters chosen.
        time_limit: in seconds.
        watch: called with the nodes done and the nodes to do.
        outputs: how its output bits are made in the graph, and what must never be 1 for that to hold; by
            default gate by gate, and nothing.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: the reference does not give the output buses.
    """
    program = compile_netlist(circuit.netlist)
    width = len(circuit.netlist.input_nets)
    graph = XorAndGraph(width)
    inputs = [graph.variable(place) for place in range(width)]
    claim = Claim(EXACT, REFERENCE, "sat", 0, width, "undecided")
    try:
        inside, wanted, refused = _reference(circuit, graph, inputs)
        got, unasked = (
            outputs(graph, inputs) if outputs else (output_functions(program, graph, inputs), [])
        )
        owed = [graph.both(inside, each) for each in unasked]
        wrong = [
            graph.both(inside, graph.differ(mine, theirs))
            for mine, theirs in zip(got, wanted, strict=True)
        ]
        sample = sample_of(circuit.netlist.inputs)
        swept = sweep_by_cases(
            graph,
            [range(width)[columns] for _, columns in bus_columns(circuit.netlist.inputs)],
            [*refused, *owed, *wrong],
            packed(sample),
            len(sample),
            time_limit=time_limit,
            watch=watch,
        )
        if swept.pattern is not None:
            pattern = np.array(swept.pattern, dtype=np.uint8)
            if any(graph.evaluate(refused, swept.pattern)):
                raise refusal(circuit, pattern[None])
            if any(graph.evaluate(owed, swept.pattern)):
                given = assignments(as_integers(circuit, pattern))
                raise CannotFollowError(f"a block meets what is outside its domain, with {given}")
            found = replayed(circuit, program, pattern)
            return replace(claim, outcome="refuted", counterexample=found)
    except CannotFollowError as error:
        return replace(claim, reason=error.message)
    except MissingSolverError as error:  # with the line that installs it
        return replace(claim, reason=str(error))
    return within_cares(decided(claim, swept, inside, time_limit), circuit)


def check_following(circuit: Circuit) -> None:
    """See that a circuit's reference and domain can be run on symbols, and give what they give for integers.

    Raises:
        CannotFollowError: they cannot, or do not.
        SpecError: as when they are run on integers.
    """
    graph = XorAndGraph(len(circuit.netlist.input_nets))
    _reference(circuit, graph, [graph.variable(place) for place in range(graph.inputs)])


def _reference(
    circuit: Circuit, graph: XorAndGraph, inputs: Sequence[Literal]
) -> tuple[Literal, list[Literal], list[Literal]]:
    """Where the circuit promises anything, what is wanted of every output bit, and what must never be 1.

    Raises:
        CannotFollowError: the domain or the reference cannot be run on symbols, or gives other results than on
            integers.
        SpecError: as when it is run on integers.
    """
    columns = range(len(inputs))
    tried, promised = tried_patterns(circuit)
    inside = domain_function(circuit, graph, inputs)
    if promised is not None:
        plain = promised[:, None].astype(np.uint8)
        check_agreement(circuit, graph, columns, "domain", tried, [inside], plain)
        tried = tried[promised]
        if not len(tried):
            raise CannotFollowError("no pattern is known to lie in the circuit's domain")
    plain = reference_bits(circuit, input_buses(circuit, tried))
    wanted = wanted_functions(circuit, graph, inputs)
    check_agreement(circuit, graph, columns, "reference", tried, wanted.bits, plain)
    return inside, wanted.bits, [graph.both(inside, each) for each in wanted.refused]


def decided(claim: Claim, swept: Swept, inside: Literal, time_limit: float) -> Claim:
    """A claim after a sweep that found no pattern on which the two sides differ.

    Args:
        claim: undecided.
        swept: what came of the sweep.
        inside: where anything is promised.
        time_limit: that the sweep had, in seconds.
    """
    if swept.outcome == "time":
        return replace(claim, reason=f"SAT sweeping did not end in {time_limit:g} s")
    width = claim.input_bits
    every = f"all 2^{width}" if inside == TRUE else "all in their domain"
    basis = f"{every}, {counted(swept.merged, 'internal equivalence')}"
    checked = 2**width if inside == TRUE else 0
    return replace(claim, outcome="proved", checked=checked, basis=basis)
