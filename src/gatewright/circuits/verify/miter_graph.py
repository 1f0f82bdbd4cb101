"""Two circuits as one graph of functions, whose outputs say where they differ, and patterns to begin with.

Example:
    >>> from gatewright.circuits.verify.pairs import paired
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    >>> miter_of(paired(adder, adder)).wrong  # nowhere
    [0, 0, 0]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import Program
from gatewright.circuits.verify.diagrams.symbols import SymbolicInteger, lifted
from gatewright.circuits.verify.pairs import Pair
from gatewright.circuits.verify.symbol import CannotFollowError
from gatewright.errors import reason
from gatewright.logic.bdd import TRUE
from gatewright.logic.bits import bits_to_bus
from gatewright.logic.xag import FALSE, Literal, XorAndGraph

TRIED = 2**11
"""Random patterns that are simulated first."""


@dataclass(frozen=True, slots=True, eq=False)
class Miter:
    """Both circuits as functions in one graph.

    Attributes:
        graph: over the input bits of the first.
        inside: where both promise something.
        wrong: by output bit, where the two differ although both promise something.
        reason: why a domain could not be followed; the functions then cover every pattern.
    """

    graph: XorAndGraph
    inside: Literal
    wrong: list[Literal]
    reason: str


def miter_of(pair: Pair) -> Miter:
    """Two circuits in one graph."""
    graph = XorAndGraph(pair.width)
    variables = [graph.variable(place) for place in range(pair.width)]
    theirs = [variables[place] for place in pair.inputs]
    inside, reason = TRUE, ""
    try:
        inside = graph.both(
            _domain(pair.first, graph, variables), _domain(pair.second, graph, theirs)
        )
        _check_domain(pair, graph, inside)
    except CannotFollowError as error:
        inside, reason = TRUE, error.message
    left, right = (
        _outputs(engine.program, graph, given)
        for engine, given in zip(pair.engines, (variables, theirs), strict=True)
    )
    wrong = [
        graph.both(inside, graph.differ(mine, right[place]))
        for mine, place in zip(left, pair.outputs, strict=True)
    ]
    return Miter(graph, inside, wrong, reason)


def _outputs(program: Program, graph: XorAndGraph, inputs: list[Literal]) -> list[Literal]:
    """The function of every primary output bit."""
    nets = [*inputs, *([FALSE] * (len(program.nets) - len(inputs)))]
    for step in program.steps:
        ones = program.gates[step.gate].table.ones
        for pins, driven in zip(step.inputs.T.tolist(), step.outputs.T.tolist(), strict=True):
            given = [nets[pin] for pin in pins]
            for net, column in zip(driven, ones, strict=True):
                nets[net] = graph.table(column, given)
    return [nets[net] for net in program.outputs.tolist()]


def _domain(circuit: Circuit, graph: XorAndGraph, bits: list[Literal]) -> Literal:
    """Where a circuit promises anything.

    Raises:
        CannotFollowError: its domain cannot be run on symbols.
    """
    if circuit.spec.domain is None:
        return TRUE
    rest = iter(bits)
    buses = {
        bus.name: SymbolicInteger(graph, (*(next(rest) for _ in bus.nets), FALSE))  # type: ignore[arg-type] # it asks for nothing that a graph lacks
        for bus in circuit.netlist.inputs
    }
    name = circuit.spec.name
    try:
        given = circuit.spec.domain(buses, **circuit.words)
        return lifted(graph, given).bits[0]  # type: ignore[arg-type] # as above
    except KeyboardInterrupt:  # the user's own
        raise
    except BaseException as error:  # a plugin's code, written for integers
        why = error.message if isinstance(error, CannotFollowError) else reason(error)
        raise CannotFollowError(f"the domain of '{name}' cannot be followed: {why}") from error


def _check_domain(pair: Pair, graph: XorAndGraph, inside: Literal) -> None:
    """Refuse a domain that gives other results for symbols than for integers.

    Raises:
        CannotFollowError: it does, on one of some patterns.
    """
    if inside == TRUE:
        return
    patterns = sample_of(pair)
    (followed,) = graph.evaluate([inside], packed(patterns), len(patterns))
    if [followed] != packed(pair.inside(patterns)[:, None].astype(np.uint8)):
        raise CannotFollowError("a domain gives other results for integers than for symbols")


def sample_of(pair: Pair) -> Bits:
    """Random patterns; in a quarter of them buses of one width are nearly each other's negation.

    Long chains that propagate a carry need just that; otherwise they would all look like FALSE.
    """
    inputs = pair.first.netlist.inputs
    patterns = next(random_patterns(inputs, TRIED, seed=0, chunk=TRIED))
    patterns[3::4, inputs[0].width :] ^= 1
    return patterns


def packed(patterns: Bits) -> list[int]:
    """One integer for each column; bit *i* is the bit of pattern *i*."""
    return [int(bits_to_bus(column[None])[0]) for column in patterns.T]
