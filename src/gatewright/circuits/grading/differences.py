"""Where one circuit without registers is not another: the smallest pattern, and output bit by output bit.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> from gatewright.circuits.verify.interface import with_ports_named
    >>> plugins = load_plugins()
    >>> asked = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    >>> given = with_ports_named(asked, {"a": "cin2", "b": "a"})
    >>> given = with_ports_named(given, {"cin2": "b"})  # the two swapped: a sum does not mind
    >>> differences(given, asked, time_limit=10).claim.extent
    'proved exhaustively (32 of 32)'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.grading.smallest import EVERY, differ, every_pattern, least, smallest
from gatewright.circuits.netlist import Bus
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.pairs import Pair, paired
from gatewright.circuits.verify.verdict import Claim
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Differences:
    """What came of comparing a circuit with the one that was asked for.

    Attributes:
        claim: that they are equal; where it is refuted, with the smallest counterexample that was found.
        bits: by output bit, as the second names it, ``right``, ``wrong`` or ``undecided``.
    """

    claim: Claim
    bits: Mapping[str, str]


def differences(first: Circuit, second: Circuit, *, time_limit: float) -> Differences:
    """Compare two circuits without registers.

    Args:
        first: the one that ``got`` a value in a counterexample.
        second: the one whose value was ``wanted``.
        time_limit: of each proof by SAT, in seconds.

    Raises:
        UsageError: their buses are not the same.
        NetlistError: one of them is not a circuit.
        MissingSolverError: SAT is needed, and python-sat is not installed.
    """
    claim = equivalence(first, second, time_limit=time_limit)
    pair = paired(first, second)
    asked = [bit for bus in second.netlist.outputs for bit in bus.bits]
    names = [asked[place] for place in pair.outputs.tolist()]
    if claim.outcome == "proved":
        return Differences(claim, dict.fromkeys(names, "right"))
    if pair.width <= EVERY:
        patterns = every_pattern(pair)
        wrong = differ(pair, patterns)
        if not wrong.any():
            return Differences(claim, dict.fromkeys(names, "undecided"))
        found = pair.refuted(claim, least(pair, patterns[wrong.any(1)]))
        bad = set(np.flatnonzero(wrong.any(0)).tolist())
        bits = {name: "wrong" if at in bad else "right" for at, name in enumerate(names)}
        return Differences(found, bits)
    each = _each_bit(pair, time_limit)
    if claim.outcome == "undecided":
        claim = _from_bits(claim, each)
    claim = smallest(pair, claim)
    words = {"proved": "right", "refuted": "wrong"}
    said = [words.get(one.outcome, "undecided") for one in each]
    return Differences(claim, dict(zip(names, said, strict=True)))


def _from_bits(claim: Claim, each: Sequence[Claim]) -> Claim:
    """What the output bits say of the whole, where it was not decided at once."""
    for one in each:
        if one.counterexample is not None:
            return replace(claim, outcome="refuted", reason="", counterexample=one.counterexample)
    if all(one.outcome == "proved" for one in each):
        basis = f"all 2^{claim.input_bits}, one output bit after the other"
        return replace(claim, outcome="proved", method="sat", reason="", basis=basis)
    return claim


def _each_bit(pair: Pair, time_limit: float) -> list[Claim]:
    """Every output bit of the first, compared alone."""
    mine = [net for bus in pair.first.netlist.outputs for net in bus.nets]
    theirs = [net for bus in pair.second.netlist.outputs for net in bus.nets]
    share = time_limit / max(1, len(mine))
    claims = []
    for net, place in zip(mine, pair.outputs.tolist(), strict=True):
        one, other = (
            _with_output(circuit, bit)
            for circuit, bit in ((pair.first, net), (pair.second, theirs[place]))
        )
        claims.append(equivalence(one, other, time_limit=share))
    return claims


def _with_output(circuit: Circuit, net: str) -> Circuit:
    """The same circuit with one net as its only output."""
    netlist = replace(circuit.netlist, outputs=(Bus("out", (net,)),), table=None)
    return replace(circuit, netlist=netlist)
