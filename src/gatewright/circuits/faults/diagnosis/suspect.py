"""What a device showed, and what may be wrong with it.

Example:
    >>> rows = Showed(np.array([[0, 1]], dtype=np.uint8), np.array([[1, UNKNOWN]], dtype=np.uint8))
    >>> len(rows.patterns)
    1
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.faults.stuck import Fault
from gatewright.records import dataclass

UNKNOWN = 2
"""An output bit of which a row says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Showed:
    """Rows that a device showed.

    Attributes:
        patterns: its inputs, shape (rows, input bits).
        outputs: what it gave: 0, 1 or `UNKNOWN`, shape (rows, output bits).

    Example:
        >>> import gatewright as gw
        >>> gw.circuit("ripple-adder", bits=4).inject("cin stuck at 1", patterns=[[0] * 9]).outputs.tolist()
        [[1, 0, 0, 0, 0]]
    """

    patterns: Bits
    outputs: Bits

    @classmethod
    def once(cls, patterns: Bits, outputs: Bits) -> Showed:
        """The same, of equal rows only one."""
        both = np.concatenate([patterns, outputs], axis=1)
        kept = np.sort(np.unique(both, axis=0, return_index=True)[1])
        return cls(patterns[kept], outputs[kept])


@dataclass(frozen=True, slots=True)
class Suspect:
    """Where the fault may lie: a place, or several that no pattern tells apart.

    Attributes:
        places: an instance, an input bit, or ``output`` and an output bit; the likeliest first. A wire that is
            stuck at the others has the same effect on every pattern.
        gate: what the first is; empty for an input or an output.
        faults: stuck wires at the first that leave so few rows unexplained, each alone: its outputs and
            what leads into it.
        unexplained: rows that differ from the best that a fault there can do; 0 if it explains all.
        share: how likely it is, from 0 to 1, if one place is at fault; 0 where rows are unexplained.
        changed: rows of the first one's truth table that would be others, as ``011 → 10``.

    Example:
        >>> str(Suspect(("low", "high"), "xor", (), 0, 0.5))
        'low or high'
    """

    places: tuple[str, ...]
    gate: str
    faults: tuple[Fault, ...]
    unexplained: int
    share: float
    changed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Its places."""
        return " or ".join(self.places)


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """What rows that a device showed say of where its fault lies.

    Attributes:
        rows: different ones.
        failing: those in which an output is not what it should be.
        outputs: the names of output bits that were wrong.
        suspects: most likely first; none if no row fails. Where none explains every row, those that leave fewest
            first, and only what leaves fewer than no fault does.
        without: rows that a device without a fault leaves unexplained, of those that were weighed: up to 4096, of
            which failing ones are at least half if there are so many.

    Example:
        >>> import gatewright as gw
        >>> adder = gw.circuit("ripple-adder", bits=4)
        >>> found = adder.diagnose(adder.inject("cin stuck at 1"))
        >>> str(found.suspects[0]), found.exact
        ('fa0 or cin', True)
    """

    rows: int
    failing: int
    outputs: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    without: int

    @property
    def exact(self) -> bool:
        """Whether a fault in one place explains every row."""
        return bool(self.suspects) and not self.suspects[0].unexplained
