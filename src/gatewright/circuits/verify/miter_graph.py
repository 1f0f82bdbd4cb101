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

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Bus, bus_columns
from gatewright.circuits.patterns import random_patterns
from gatewright.circuits.program import Program
from gatewright.circuits.verify.pairs import Pair
from gatewright.circuits.verify.symbolic.following import domain_function, packed
from gatewright.circuits.verify.symbolic.functions import net_functions
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.logic.xag import TRUE, Literal, XorAndGraph
from gatewright.records import dataclass

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
            domain_function(pair.first, graph, variables),
            domain_function(pair.second, graph, theirs),
        )
        _check_domain(pair, graph, inside)
    except CannotFollowError as error:
        inside, reason = TRUE, error.message
    left, right = (
        output_functions(engine.program, graph, given)
        for engine, given in zip(pair.engines, (variables, theirs), strict=True)
    )
    wrong = [
        graph.both(inside, graph.differ(mine, right[place]))
        for mine, place in zip(left, pair.outputs, strict=True)
    ]
    return Miter(graph, inside, wrong, reason)


def output_functions(program: Program, graph: XorAndGraph, inputs: list[Literal]) -> list[Literal]:
    """The function of every primary output bit."""
    nets = net_functions(program, graph, inputs)
    return [nets[net] for net in program.outputs.tolist()]


def _check_domain(pair: Pair, graph: XorAndGraph, inside: Literal) -> None:
    """Refuse a domain that gives other results for symbols than for integers.

    Raises:
        CannotFollowError: it does, on one of some patterns.
    """
    if inside == TRUE:
        return
    patterns = sample_of(pair.first.netlist.inputs)
    (followed,) = graph.evaluate([inside], packed(patterns), len(patterns))
    if [followed] != packed(pair.inside(patterns)[:, None].astype(np.uint8)):
        raise CannotFollowError("a domain gives other results for integers than for symbols")


def sample_of(inputs: tuple[Bus, ...]) -> Bits:
    """Random patterns, shape (TRIED, input bits); half of them are as arithmetic needs them.

    In a quarter buses of one width are nearly each other's negation: long chains that propagate a carry need just
    that. In another one, buses are small numbers, one smaller than another: most quotients are 0 or 1 otherwise.
    What is met by no pattern looks like FALSE.
    """
    patterns = next(random_patterns(inputs, TRIED, seed=0, chunk=TRIED))
    patterns[3::4, inputs[0].width :] ^= 1
    draws = np.random.default_rng(0)
    for bus, columns in bus_columns(inputs):
        widths = draws.integers(1, bus.width + 1, TRIED // 4)
        patterns[1::4, columns] &= np.arange(bus.width) < widths[:, None]
    return patterns
