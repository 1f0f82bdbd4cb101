r"""The smallest pattern on which two circuits without registers differ.

Of few input bits every pattern is looked at. Of more, those of one that is known are cleared one after the other,
as long as the two differ still, and in no more outputs.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.verify.pairs import paired
    >>> from gatewright.formats.model.source import Source
    >>> from gatewright.formats.blif.reader import read_blif
    >>> text = b".model m\n.inputs a b c\n.outputs y\n.names a b c y\n{} 1\n.end"
    >>> two = [circuit(read_blif(Source("f", text.replace(b"{}", row)), {})) for row in (b"1-1", b"111")]
    >>> claim = two[0].equivalent(two[1])
    >>> smallest(paired(*two), claim).counterexample.inputs
    {'a': 1, 'b': 0, 'c': 1}
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Bits, Mask
from gatewright.circuits.buses import row_bits
from gatewright.circuits.patterns import all_patterns
from gatewright.circuits.verify.pairs import Pair
from gatewright.circuits.verify.verdict import Claim

EVERY = 16
"""Up to so many input bits the smallest of all patterns is found; of more, one of which no bit can be cleared."""


def smallest(pair: Pair, claim: Claim) -> Claim:
    """A refutation by the pattern on which fewest output bits differ; of those, by the one of least numbers.

    Args:
        pair: two circuits.
        claim: that they are equal, refuted by a pattern.
    """
    if claim.counterexample is None:
        return claim
    if pair.width > EVERY:
        pattern = row_bits(pair.first.netlist.inputs, claim.counterexample.inputs)
        return pair.refuted(claim, _cleared(pair, pattern))
    patterns = every_pattern(pair)
    wrong = differ(pair, patterns).sum(1)
    places = np.flatnonzero(wrong)
    fewest = places[wrong[places] == wrong[places].min()]
    return pair.refuted(claim, least(pair, patterns[fewest]))


def every_pattern(pair: Pair) -> Bits:
    """All patterns of the inputs, shape (patterns, input bits); there may be `EVERY` input bits."""
    every = 2**pair.width
    return next(iter(all_patterns(pair.first.netlist.inputs, every, chunk=every)))


def differ(pair: Pair, patterns: Bits) -> Mask:
    """By pattern and output bit, whether the two differ where both promise something."""
    left, right = pair.run(patterns)
    wrong: Mask = (left != right) & pair.inside(patterns)[:, None]
    return wrong


def least(pair: Pair, patterns: Bits) -> Bits:
    """Of some patterns the one whose buses, as numbers, have the least sum."""
    weights = np.array(
        [1 << place for bus in pair.first.netlist.inputs for place in range(bus.width)],
        dtype=np.int64,
    )
    found: Bits = patterns[np.argmin(patterns @ weights)]
    return found


def _cleared(pair: Pair, pattern: Bits) -> Bits:
    """A pattern on which they differ still, of which no single bit can be cleared."""
    pattern, wrong, before = pattern.copy(), int(differ(pair, pattern[None]).sum()), -1
    while before != (before := int(pattern.sum())):  # what could not be cleared may now be
        for place in np.flatnonzero(pattern)[::-1]:
            pattern[place] = 0
            now = int(differ(pair, pattern[None]).sum())
            if 0 < now <= wrong:
                wrong = now
            else:
                pattern[place] = 1
    return pattern
