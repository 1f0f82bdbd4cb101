"""A smaller gate than the first that was learned: fewer units from fresh starts, and of those the fewest weights.

Training takes the first size that is learned, and the first start that is proved. Here each size below it is
begun anew several times, as long as one is proved no worse; and of all that are, the one that can do without
most weights is taken.

Example:
    >>> from gatewright.certify.discipline import Discipline
    >>> from gatewright.certify.proof import Rows
    >>> x = np.array([[a, b, c] for a in (0.0, 1.0) for b in (0.0, 1.0) for c in (0.0, 1.0)])
    >>> odd = Rows(x, x.sum(1, keepdims=True) % 2, np.ones((8, 1)))  # xor of three
    >>> first = LogicSize(odd, Discipline(0.45), hidden=3, bits=(8,), restarts=16)
    >>> first.learn(Starts(odd).draw(3, 16, np.random.default_rng(0)), np.random.default_rng(0))
    >>> found = smallest(first, first.best, Starts(odd), seed=0)
    >>> found.size.gate.sizes, int(np.count_nonzero(found.theta))
    ((3, 3, 2, 1), 17)
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.gates.training.on_bits.ends import Proved
from gatewright.gates.training.on_bits.prune import without_weights
from gatewright.gates.training.on_bits.size import PATIENCE, LogicSize
from gatewright.gates.training.on_bits.starts import Starts
from gatewright.records import dataclass

_TURNS = 8
_MOST_WORK = 3e11  # products of all that is learned beside the first: about a minute


@dataclass(frozen=True, slots=True, eq=False)
class Smallest:
    """The gate of fewest weights.

    Attributes:
        size: the logic layers it was learned as.
        proved: what was proved of them.
        theta: parameters of the whole gate, as many of them 0 as the proof allows, shape (parameters,).
        epochs: steps of all that was learned.
    """

    size: LogicSize
    proved: Proved
    theta: Floats
    epochs: int


def smallest(first: LogicSize, proved: Proved, starts: Starts, *, seed: int) -> Smallest:
    """The gate of fewest weights of all that are learned with as many hidden units or fewer.

    Args:
        first: the logic layers that were learned.
        proved: what was proved of them; nothing that is proved less is taken.
        starts: of the same table.
        seed: of everything random.
    """
    found = [_pruned(first, proved)]
    spent, epochs = 0.0, 0
    for hidden in range(first.hidden, 0, -1):
        before = len(found)
        for turn in range(_TURNS):
            one = LogicSize(
                first.rows,
                first.discipline,
                hidden=hidden,
                bits=(proved.bits,),
                restarts=first.restarts,
                inverted=first.inverted,
                watch=first.watch,
            )
            if spent + one.work * one.restarts * PATIENCE > _MOST_WORK:
                break
            generator = np.random.default_rng([seed, hidden, turn])
            one.learn(starts.draw(hidden, one.restarts, generator, first.restarts), generator)
            spent, epochs = spent + one.spent, epochs + one.epochs
            if one.best is not None and one.shortcoming <= first.shortcoming:
                found.append(_pruned(one, one.best))
        if len(found) == before:
            break
    size, best, theta = min(found, key=lambda each: np.count_nonzero(each[2]))
    return Smallest(size, best, theta, epochs)


def _pruned(size: LogicSize, proved: Proved) -> tuple[LogicSize, Proved, Floats]:
    error = size.error(proved.level)
    theta = without_weights(size.gate, proved.theta, size.real, size.discipline, error)
    return size, proved, theta
