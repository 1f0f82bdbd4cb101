"""Proving by algebra that a netlist of exact gates equals its integers: multipliers and counters of any width.

The reference is run once, on polynomials; the number that the outputs are becomes a polynomial over the inputs by
backward rewriting. There is only one polynomial of a function, so what is left is to compare two. An adder of
unknown carries is first seen to be a chain of full adders. Adders of plain gates may be guessed by what their
bits weigh, but only those that were proved for every input are used; so nothing rests on a guess.

Both are compared modulo 2^n where the outputs have n bits: what they are, and what is wanted of them, lies from 0
to 2^n - 1. A refutation is believed only after its pattern has been run through the netlist and the reference.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> circuit = plugins.circuit("wallace-multiplier").elaborate({"bits": 16}, plugins.gates)
    >>> prove(circuit).extent
    'proved by algebra (293 adder relations, largest polynomial 256 terms)'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.verify.algebra.carries import looked_ahead
from gatewright.circuits.verify.algebra.cuts import adders, parts, simplified
from gatewright.circuits.verify.algebra.goals import Goal, goals
from gatewright.circuits.verify.algebra.network import Network, Relation, network
from gatewright.circuits.verify.algebra.polynomial import (
    MOST_TERMS,
    Polynomial,
    TooManyTermsError,
    plus,
    somewhere,
)
from gatewright.circuits.verify.algebra.rewriting import (
    Definitions,
    Rewritten,
    definitions,
    ordered,
    rewritten,
)
from gatewright.circuits.verify.algebra.selects import NONE, selects
from gatewright.circuits.verify.algebra.weighed.guesses import proved_adders
from gatewright.circuits.verify.algebra.weighed.hidden import with_sums
from gatewright.circuits.verify.counterexample import replayed
from gatewright.circuits.verify.diagrams.dont_cares import within_cares
from gatewright.circuits.verify.symbolic.symbol import CannotFollowError
from gatewright.circuits.verify.verdict import EXACT, REFERENCE, Claim
from gatewright.logic.numerals import as_count
from gatewright.logic.xag import Literal

Watch = Callable[[int, int], None]


def prove(
    circuit: Circuit,
    wanted: Sequence[Goal] | None = None,
    *,
    most_terms: int = MOST_TERMS,
    watch: Watch | None = None,
) -> Claim:
    """Compare a circuit of exact gates with its integer reference on every pattern.

    Args:
        circuit: with its parameters chosen.
        wanted: what its reference wants, if that is known.
        most_terms: how large a polynomial may grow before the claim is left undecided.
        watch: called with the nodes rewritten and the nodes to rewrite.

    Raises:
        NetlistError: the netlist is not a circuit.
        SpecError: the reference does not give the output buses.
    """
    program = compile_netlist(circuit.netlist)
    width = len(circuit.netlist.input_nets)
    claim = Claim(EXACT, REFERENCE, "algebra", 0, width, "undecided")
    try:
        wanted = goals(circuit) if wanted is None else wanted
        made = _plain(network([program], [range(width)]))
        numbers = [[made.outputs[0][at] for at in goal.outputs] for goal in wanted]
        known = known_adders(made, numbers)
        few = 1 << width <= most_terms  # then no polynomial of the inputs alone is too large
        last = NONE if few or made.cells else selects(made.graph)
        done = []
        for goal, bits in zip(wanted, numbers, strict=True):
            outputs = [(bit, 1 << place) for place, bit in enumerate(bits)]
            done.append(
                rewritten(
                    made,
                    known,
                    outputs,
                    goal.width,
                    most_terms=most_terms,
                    last=last,
                    watch=watch,
                )
            )
            wrong = difference(done[-1], goal)
            if wrong:
                shown = replayed(circuit, program, pattern_of(wrong, width)[0])
                return replace(claim, outcome="refuted", counterexample=shown)
    except (CannotFollowError, TooManyTermsError) as error:
        return replace(claim, reason=error.message)
    proved = replace(claim, outcome="proved", checked=2**width, basis=basis(done))
    return within_cares(proved, circuit)


def _plain(given: Network) -> Network:
    """A network in which equal nodes are one; in plain gates also with the sums that are only there in parts."""
    made = simplified(given)
    return made if made.cells else with_sums(made)


def known_adders(made: Network, numbers: Sequence[Sequence[Literal]]) -> Definitions:
    """By node, the adder that it is part of: cells, and adders by their cuts, weights or looked-ahead carries.

    Args:
        made: the network.
        numbers: that its outputs are, the bits of each from the lowest.
    """
    found = parts(made.graph)
    both = adders(found)
    full = [each for each in both if len(each.terms) == 3]
    half = [each for each in both if len(each.terms) == 2]
    roots = [literal >> 1 for outputs in made.outputs for literal in outputs]
    weighed = [] if made.cells else proved_adders(made, found, numbers)
    for first in (weighed, []) if weighed else ([],):
        settled = definitions(made, [*first, *full])
        ahead = [] if first and _complete(first, numbers) else looked_ahead(made, settled)
        known = definitions(made, [*first, *full, *ahead, *half])
        try:
            ordered(made, known, roots)
        except ValueError:  # carries of which one is made of the other, whichever way round
            continue
        return known
    return definitions(made, both)


def _complete(weighed: Sequence[Relation], numbers: Sequence[Sequence[Literal]]) -> bool:
    """Whether every bit of some numbers is a sum of what was found, but for the ends."""
    sums = {each.total >> 1 for each in weighed}
    return all(bit >> 1 in sums for outputs in numbers for bit in outputs[1:-1])


def basis(done: Sequence[Rewritten]) -> str:
    """What a proof was made of, in words."""
    relations = sum(each.relations for each in done)
    largest = max(each.largest for each in done)
    return (
        f"{as_count(relations)} adder relation{'' if relations == 1 else 's'}, "
        f"largest polynomial {as_count(largest)} term{'' if largest == 1 else 's'}"
    )


def difference(found: Rewritten, goal: Goal) -> Polynomial:
    """What outputs are less what is wanted, modulo 2^width: empty where they are the same."""
    every = (1 << goal.width) - 1
    rest = plus(found.polynomial, goal.polynomial, -1)
    return {monomial: number & every for monomial, number in rest.items() if number & every}


def pattern_of(wrong: Polynomial, width: int) -> Bits:
    """A pattern (1, input bits) on which a polynomial is not 0."""
    pattern = np.zeros((1, width), dtype=np.uint8)
    pattern[0, [variable - 1 for variable in somewhere(wrong)]] = 1
    return pattern
