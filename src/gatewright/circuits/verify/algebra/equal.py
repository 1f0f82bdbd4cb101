"""Comparing two circuits by algebra: both are one number over shared inputs, and their difference is 0.

What the two have in common, partial products above all, is made once; what is left of the difference when it is
rewritten to the inputs is nothing, or says on which pattern they differ.

Example:
    >>> from gatewright.circuits.verify.pairs import paired
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> names = ("array-multiplier", "wallace-multiplier")
    >>> pair = paired(*(plugins.circuit(each).elaborate({"bits": 12}, plugins.gates) for each in names))
    >>> equal(pair).extent
    'proved by algebra (285 adder relations, largest polynomial 57 terms)'
"""

from __future__ import annotations

from dataclasses import replace

from gatewright.circuits.verify.algebra.cuts import simplified
from gatewright.circuits.verify.algebra.network import network
from gatewright.circuits.verify.algebra.polynomial import TooManyTermsError
from gatewright.circuits.verify.algebra.prove import Watch, basis, known_adders, pattern_of
from gatewright.circuits.verify.algebra.rewriting import rewritten
from gatewright.circuits.verify.pairs import Pair
from gatewright.circuits.verify.verdict import Claim

_FEWEST_TERMS = 1_000
_MOST_WEIGHED = 20_000


def equal(pair: Pair, watch: Watch | None = None) -> Claim:
    """Compare two circuits on every pattern; undecided where a domain leaves some out, or a polynomial grows.

    Where adders are found it has no more terms than the circuits have gates, so that is the limit.

    Args:
        pair: their inputs and outputs matched.
        watch: called with the nodes rewritten and the nodes to rewrite.
    """
    claim = pair.claim(method="algebra")
    if pair.first.spec.domain or pair.second.spec.domain:
        return replace(claim, reason="one of them promises nothing outside its domain")
    programs = [engine.program for engine in pair.engines]
    made = simplified(network(programs, [range(pair.width), pair.inputs.tolist()]))
    # Of large circuits that are not sums, what bits weigh is looked for in vain for a minute.
    known = known_adders(made, made.outputs if len(made.graph) < _MOST_WEIGHED else ())
    if not known:
        return replace(claim, reason="no adders were found")
    mine, theirs = made.outputs
    wanted = []
    for place, (output, other) in enumerate(zip(mine, pair.outputs.tolist(), strict=True)):
        wanted += [(output, 1 << place), (theirs[other], -1 << place)]
    most = max(_FEWEST_TERMS, len(made.graph))
    try:
        found = rewritten(made, known, wanted, len(mine), most_terms=most, watch=watch)
    except TooManyTermsError as error:
        return replace(claim, reason=error.message)
    if found.polynomial:
        return pair.refuted(claim, pattern_of(found.polynomial, pair.width)[0])
    return replace(claim, outcome="proved", checked=2**pair.width, basis=basis([found]))
