"""Whether two circuits are the same function: equal outputs on every pattern of their shared inputs.

Up to 2**20 patterns are compared one by one; otherwise both circuits become one graph of functions, a miter,
whose outputs say where the two differ. Small decision diagrams decide adders and the like at any width, SAT
sweeping what has much in common inside, larger diagrams and algebra what has a form of its own, multipliers and
other sums of products among it, SAT sweeping once more what has neither, in the time it is given. Of large
circuits that last sweep runs beside them, in a process of its own, where there is a second processor. Patterns
outside the domain of either are not compared.

A refutation is believed only after its pattern has been run through both netlists.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> adder = plugins.circuit("ripple-adder")
    >>> left = adder.elaborate({"bits": 64}, plugins.gates)
    >>> right = adder.elaborate({"bits": 64, "from": "half-adders"}, plugins.gates)
    >>> equivalence(left, right).extent
    'proved by decision diagrams (all 2^129)'
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from itertools import chain

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.buses import own_domain
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.patterns import EXHAUSTIVE_BITS, all_patterns, long_carries
from gatewright.circuits.simulate.engine import processors
from gatewright.circuits.verify.algebra.equal import equal
from gatewright.circuits.verify.diagrams.dont_cares import within_cares
from gatewright.circuits.verify.diagrams.net_functions import variable_orders
from gatewright.circuits.verify.miter_graph import Miter, miter_of, sample_of
from gatewright.circuits.verify.pairs import Pair, paired
from gatewright.circuits.verify.sweeping import TIME_LIMIT, decided
from gatewright.circuits.verify.symbolic.following import packed
from gatewright.circuits.verify.verdict import Claim
from gatewright.circuits.verify.verify import unless
from gatewright.logic.bdd import FALSE, TRUE, Diagrams, TooManyNodesError
from gatewright.logic.sat.aside import SweepAside
from gatewright.logic.sat.solver import MissingSolverError
from gatewright.logic.sat.sweep import Swept, sat_sweep

MOST_NODES = 200_000
"""Most nodes of diagrams before algebra is tried: about half a second."""

_FEWER = 4
"""How many times fewer they may have at first, before a quick sweep."""

_LARGE = 10_000
"""Nodes from which a second processor is used: a process takes half a second to begin."""

_CHUNK = 2**16

Watch = Callable[[str, int, int], None]


def equivalence(
    first: Circuit,
    second: Circuit,
    *,
    time_limit: float = TIME_LIMIT,
    exhaustive_bits: int = EXHAUSTIVE_BITS,
    most_nodes: int = MOST_NODES,
    algebra: bool = True,
    watch: Watch | None = None,
) -> Claim:
    """Compare two circuits of exact gates on every pattern that both promise something for.

    Args:
        first: with its parameters chosen; of a counterexample it is the side that ``got`` a value.
        second: the side whose value was ``wanted``.
        time_limit: of the SAT sweep, in seconds.
        exhaustive_bits: up to this many input bits all patterns are compared one by one.
        most_nodes: of decision diagrams; 0 to make none.
        algebra: whether it is tried before SAT.
        watch: called with the method, what is done and what is to do.

    Raises:
        UsageError: their buses are not the same.
        MissingSolverError: SAT is needed, and python-sat is not installed.
        NetlistError: one of them is not a circuit.
        SpecError: a domain fails.
    """
    pair = paired(first, second)
    claim = _decided(pair, time_limit, exhaustive_bits, most_nodes, algebra, watch or _nobody)
    if claim.checked < 2**pair.width:  # otherwise no domain left anything out
        claim = unless(claim, own_domain, first, second)
    return within_cares(claim, first, second)


def _decided(
    pair: Pair,
    time_limit: float,
    exhaustive_bits: int,
    most_nodes: int,
    algebra: bool,
    tell: Watch,
) -> Claim:
    if pair.width <= exhaustive_bits:
        return _exhaustively(pair, tell)
    miter = miter_of(pair)
    claim = _by_some_diagrams(pair, miter, most_nodes // _FEWER, tell)
    if claim is None and algebra:
        claim = _quickly(pair, miter, time_limit, tell)
    if claim is not None:
        return claim
    if algebra and len(miter.graph) >= _LARGE and processors() > 1:
        return _by_all(pair, miter, time_limit, most_nodes, tell)
    claim = _by_some_diagrams(pair, miter, most_nodes, tell)
    if claim is None and algebra:
        claim = _by_algebra(pair, tell)
    return _by_sat(pair, miter, time_limit, tell) if claim is None else claim


class _SweptError(Exception):
    """The sweep has decided it."""


def _by_all(pair: Pair, miter: Miter, time_limit: float, most_nodes: int, tell: Watch) -> Claim:
    """By diagrams and algebra here, and by SAT in a process of its own; who decides it first ends the others."""
    sample = sample_of(pair.first.netlist.inputs)
    with SweepAside(
        miter.graph, miter.wrong, packed(sample), len(sample), time_limit=time_limit
    ) as sweep:

        def heeding(method: str, done: int, total: int) -> None:
            tell(method, done, total)
            if sweep.decided():
                raise _SweptError

        with contextlib.suppress(_SweptError):
            claim = _by_some_diagrams(pair, miter, most_nodes, heeding)
            if claim is None:
                claim = _by_algebra(pair, heeding)
            if claim is not None:
                return claim
        swept = sweep.wait(lambda done, total: tell("SAT sweeping", done, total))
    return _of_sweep(pair, miter, swept, time_limit)


def _nobody(method: str, done: int, total: int) -> None:
    """What is called if nobody watches."""


def _exhaustively(pair: Pair, tell: Watch) -> Claim:
    total, done, excluded = 2**pair.width, 0, 0
    for patterns in all_patterns(pair.first.netlist.inputs, total, chunk=_CHUNK):
        left, right = pair.run(patterns)
        inside = pair.inside(patterns)
        done += len(patterns)
        excluded += int((~inside).sum())
        wrong = (left != right).any(1) & inside
        if wrong.any():
            claim = pair.claim(checked=done - excluded, excluded=excluded)
            return pair.refuted(claim, patterns[int(np.argmax(wrong))])
        tell("comparing all patterns", done, total)
    if excluded == total:
        return pair.claim(reason="no pattern lies in the domain of both")
    return pair.claim(checked=total - excluded, excluded=excluded, outcome="proved")


def _by_some_diagrams(pair: Pair, miter: Miter, most_nodes: int, tell: Watch) -> Claim | None:
    """By diagrams in the first order in which they are no larger; None if there is none."""
    for order in variable_orders(pair.first.netlist.inputs) if most_nodes else ():
        try:
            return _by_diagrams(pair, miter, order, most_nodes, tell)
        except TooManyNodesError:
            continue
    return None


def _by_diagrams(pair: Pair, miter: Miter, order: list[int], most_nodes: int, tell: Watch) -> Claim:
    graph = miter.graph
    diagrams = Diagrams(pair.width, most_nodes)
    made = [FALSE] * (pair.width + 1)
    for place, column in enumerate(order):
        made[column + 1] = diagrams.variable(place)
    for node in range(pair.width + 1, len(graph)):
        left, right = graph.lefts[node], graph.rights[node]
        f, g = made[left >> 1] ^ (left & 1), made[right >> 1] ^ (right & 1)
        made.append(diagrams.differ(f, g) if graph.is_xor(node) else diagrams.both(f, g))
        if not node & 255:
            tell("decision diagrams", node, len(graph))
    claim = pair.claim(method="decision diagrams")
    for literal in miter.wrong:
        wrong = made[literal >> 1] ^ (literal & 1)
        if wrong != FALSE:
            pattern = np.zeros(pair.width, dtype=np.uint8)
            pattern[order] = diagrams.satisfying(wrong)
            return _refuted(pair, miter, claim, pattern)
    inside = made[miter.inside >> 1] ^ (miter.inside & 1)
    if inside == FALSE:
        return replace(claim, reason="no pattern lies in the domain of both")
    patterns = 2**pair.width
    checked = patterns if inside == TRUE else diagrams.count(inside)
    return replace(claim, outcome="proved", checked=checked, excluded=patterns - checked)


def _by_algebra(pair: Pair, tell: Watch) -> Claim | None:
    """By the number that all outputs are, after some patterns: of different circuits polynomials grow.

    Returns:
        None if that leaves it open.
    """
    inputs = pair.first.netlist.inputs
    numbers = any(bus.width > 1 for bus in inputs)
    for sample in chain([sample_of(inputs)], long_carries(inputs) if numbers else ()):
        left, right = pair.run(sample)
        wrong = (left != right).any(1) & pair.inside(sample)
        if wrong.any():
            return pair.refuted(pair.claim(method="algebra"), sample[int(np.argmax(wrong))])
    claim = equal(pair, lambda done, total: tell("algebra", done, total))
    return None if claim.outcome == "undecided" else claim


def _quickly(pair: Pair, miter: Miter, time_limit: float, tell: Watch) -> Claim | None:
    """By SAT, if that takes few conflicts, as where most of both is the same: algebra may look for long."""
    try:
        claim = _by_sat(pair, miter, time_limit, tell, quick=True)
    except MissingSolverError:
        return None
    return None if claim.outcome == "undecided" else claim


def _by_sat(
    pair: Pair, miter: Miter, time_limit: float, tell: Watch, *, quick: bool = False
) -> Claim:
    sample = sample_of(pair.first.netlist.inputs)
    swept = sat_sweep(
        miter.graph,
        miter.wrong,
        packed(sample),
        len(sample),
        time_limit=time_limit,
        quick=quick,
        watch=lambda done, total: tell("SAT sweeping", done, total),
    )
    return _of_sweep(pair, miter, swept, time_limit)


def _of_sweep(pair: Pair, miter: Miter, swept: Swept, time_limit: float) -> Claim:
    claim = pair.claim(method="sat")
    if swept.pattern is not None:
        return _refuted(pair, miter, claim, np.array(swept.pattern, dtype=np.uint8))
    if swept.outcome == "never" and miter.inside != TRUE:
        # Nothing differs, but is anything compared? A pattern of the sample mostly says so.
        sample = sample_of(pair.first.netlist.inputs)
        domain = sat_sweep(
            miter.graph, [miter.inside], packed(sample), len(sample), time_limit=time_limit
        )
        if domain.pattern is None:
            return replace(claim, reason="no pattern is known to lie in the domain of both")
    return decided(claim, swept, miter.inside, time_limit)


def _refuted(pair: Pair, miter: Miter, claim: Claim, pattern: Bits) -> Claim:
    if miter.reason and not pair.inside(pattern[None])[0]:
        return replace(claim, reason=f"they differ where one promises nothing, and {miter.reason}")
    return pair.refuted(claim, pattern)
