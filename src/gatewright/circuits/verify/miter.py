"""Whether two circuits are the same function: equal outputs on every pattern of their shared inputs.

Up to 2**20 patterns are compared one by one; otherwise both circuits become one graph of functions, a miter,
whose outputs say where the two differ. Decision diagrams decide adders and the like at any width, SAT sweeping
what has no small diagrams, multipliers above all, in the time it is given. Patterns outside the domain of either
are not compared.

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

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.buses import own_domain
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.patterns import EXHAUSTIVE_BITS, all_patterns, random_patterns
from gatewright.circuits.program import Program
from gatewright.circuits.verify.diagrams.dont_cares import within_cares
from gatewright.circuits.verify.diagrams.net_functions import variable_orders
from gatewright.circuits.verify.diagrams.symbols import CannotFollowError, SymbolicInteger, lifted
from gatewright.circuits.verify.pairs import Pair, paired
from gatewright.circuits.verify.verdict import Claim
from gatewright.circuits.verify.verify import unless
from gatewright.errors import reason
from gatewright.logic.bdd import FALSE, TRUE, Diagrams, TooManyNodesError
from gatewright.logic.bits import bits_to_bus
from gatewright.logic.numerals import as_count
from gatewright.logic.sat.sweep import sat_sweep
from gatewright.logic.xag import Literal, XorAndGraph

TIME_LIMIT = 60.0
"""Seconds that SAT sweeping may take."""

MOST_NODES = 200_000
"""Most nodes of diagrams before SAT is tried: about half a second."""

_CHUNK = 2**16
_TRIED = 2**11
"""Random patterns that are simulated first."""

Watch = Callable[[str, int, int], None]


def equivalence(
    first: Circuit,
    second: Circuit,
    *,
    time_limit: float = TIME_LIMIT,
    exhaustive_bits: int = EXHAUSTIVE_BITS,
    most_nodes: int = MOST_NODES,
    watch: Watch | None = None,
) -> Claim:
    """Compare two circuits of exact gates on every pattern that both promise something for.

    Args:
        first: with its parameters chosen; of a counterexample it is the side that ``got`` a value.
        second: the side whose value was ``wanted``.
        time_limit: of the SAT sweep, in seconds.
        exhaustive_bits: up to this many input bits all patterns are compared one by one.
        most_nodes: of decision diagrams; 0 to make none.
        watch: called with the method, what is done and what is to do.

    Raises:
        UsageError: their buses are not the same.
        MissingSolverError: SAT is needed, and python-sat is not installed.
        NetlistError: one of them is not a circuit.
        SpecError: a domain fails.
    """
    pair = paired(first, second)
    claim = _decided(pair, time_limit, exhaustive_bits, most_nodes, watch or _nobody)
    if claim.checked < 2**pair.width:  # otherwise no domain left anything out
        claim = unless(claim, own_domain, first, second)
    return within_cares(claim, first, second)


def _decided(
    pair: Pair, time_limit: float, exhaustive_bits: int, most_nodes: int, tell: Watch
) -> Claim:
    if pair.width <= exhaustive_bits:
        return _exhaustively(pair, tell)
    miter = _miter(pair)
    for order in variable_orders(pair.first.netlist.inputs) if most_nodes else ():
        try:
            return _by_diagrams(pair, miter, order, most_nodes, tell)
        except TooManyNodesError:
            continue
    return _by_sat(pair, miter, time_limit, tell)


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


@dataclass(frozen=True, slots=True, eq=False)
class _Miter:
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


def _miter(pair: Pair) -> _Miter:
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
    return _Miter(graph, inside, wrong, reason)


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
    patterns = _sample(pair)
    (followed,) = graph.evaluate([inside], _packed(patterns), len(patterns))
    if [followed] != _packed(pair.inside(patterns)[:, None].astype(np.uint8)):
        raise CannotFollowError("a domain gives other results for integers than for symbols")


def _by_diagrams(
    pair: Pair, miter: _Miter, order: list[int], most_nodes: int, tell: Watch
) -> Claim:
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


def _by_sat(pair: Pair, miter: _Miter, time_limit: float, tell: Watch) -> Claim:
    sample = _sample(pair)
    swept = sat_sweep(
        miter.graph,
        miter.wrong,
        _packed(sample),
        len(sample),
        time_limit=time_limit,
        watch=lambda done, total: tell("SAT sweeping", done, total),
    )
    claim = pair.claim(method="sat")
    if swept.pattern is not None:
        return _refuted(pair, miter, claim, np.array(swept.pattern, dtype=np.uint8))
    if swept.outcome == "never" and miter.inside != TRUE:
        # Nothing differs, but is anything compared? A pattern of the sample mostly says so.
        domain = sat_sweep(
            miter.graph, [miter.inside], _packed(sample), len(sample), time_limit=time_limit
        )
        if domain.pattern is None:
            return replace(claim, reason="no pattern is known to lie in the domain of both")
    if swept.outcome == "time":
        return replace(claim, reason=f"time limit of {time_limit:g} s reached")
    every = f"all 2^{pair.width}" if miter.inside == TRUE else "all in their domain"
    merged = f"{as_count(swept.merged)} internal equivalence{'' if swept.merged == 1 else 's'}"
    checked = 2**pair.width if miter.inside == TRUE else 0
    return replace(claim, outcome="proved", checked=checked, basis=f"{every}, {merged}")


def _refuted(pair: Pair, miter: _Miter, claim: Claim, pattern: Bits) -> Claim:
    if miter.reason and not pair.inside(pattern[None])[0]:
        return replace(claim, reason=f"they differ where one promises nothing, and {miter.reason}")
    return pair.refuted(claim, pattern)


def _sample(pair: Pair) -> Bits:
    """Random patterns; in a quarter of them buses of one width are nearly each other's negation.

    Long chains that propagate a carry need just that; otherwise they would all look like FALSE.
    """
    inputs = pair.first.netlist.inputs
    patterns = next(random_patterns(inputs, _TRIED, seed=0, chunk=_TRIED))
    patterns[3::4, inputs[0].width :] ^= 1
    return patterns


def _packed(patterns: Bits) -> list[int]:
    """One integer for each column; bit *i* is the bit of pattern *i*."""
    return [int(bits_to_bus(column[None])[0]) for column in patterns.T]
