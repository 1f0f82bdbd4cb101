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
from dataclasses import dataclass, replace

import numpy as np

from gatewright.arrays import Bits, Mask
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.netlist import Bus
from gatewright.circuits.patterns import all_patterns
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.pairs import Pair, paired
from gatewright.circuits.verify.verdict import Claim

EVERY = 16
"""Up to so many input bits the smallest of all patterns is found; of more, one of which no bit can be cleared."""


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
        every = 2**pair.width
        patterns = next(iter(all_patterns(first.netlist.inputs, every, chunk=every)))
        wrong = _wrong(pair, patterns)
        if not wrong.any():
            return Differences(claim, dict.fromkeys(names, "undecided"))
        places = np.flatnonzero(wrong.any(1))
        least = places[np.argmin(patterns[places] @ _weights(pair))]
        found = pair.refuted(claim, patterns[least])
        bad = set(np.flatnonzero(wrong.any(0)).tolist())
        bits = {name: "wrong" if at in bad else "right" for at, name in enumerate(names)}
        return Differences(found, bits)
    each = _each_bit(pair, time_limit)
    if claim.outcome == "undecided":
        claim = _from_bits(claim, each)
    if claim.counterexample is not None:
        claim = pair.refuted(claim, _cleared(pair, _pattern(pair, claim.counterexample.inputs)))
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


def _wrong(pair: Pair, patterns: Bits) -> Mask:
    """By pattern and output bit, whether the two differ where both promise something."""
    left, right = pair.run(patterns)
    wrong: Mask = (left != right) & pair.inside(patterns)[:, None]
    return wrong


def _weights(pair: Pair) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """What a bit of each input adds to the sum of all buses, by which patterns are small."""
    return np.array(
        [1 << place for bus in pair.first.netlist.inputs for place in range(bus.width)],
        dtype=np.int64,
    )


def _pattern(pair: Pair, inputs: Mapping[str, int]) -> Bits:
    buses = pair.first.netlist.inputs
    return np.array(
        [inputs[bus.name] >> place & 1 for bus in buses for place in range(bus.width)],
        dtype=np.uint8,
    )


def _cleared(pair: Pair, pattern: Bits) -> Bits:
    """A pattern on which they differ still, with as few ones as clearing one after the other leaves."""
    pattern = pattern.copy()
    for place in np.flatnonzero(pattern)[::-1]:
        pattern[place] = 0
        if not _wrong(pair, pattern[None]).any():
            pattern[place] = 1
    return pattern


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
