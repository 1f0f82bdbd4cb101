"""What is kept of the starts of one size: some of them, where each ended, and what was proved.

Example:
    >>> ends = Ends.of(np.zeros((3, 7)))
    >>> ends.solved.tolist(), ends.epochs.tolist()
    ([False, False, False], [0, 0, 0])
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.learn.history import Recorder
from gatewright.learn.logits import Step
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Proved:
    """A hardened gate that was proved.

    Attributes:
        theta: parameters of the whole gate, shape (parameters,).
        learned: those of the logic layers that it was rounded from.
        restart: the start it comes from.
        bits: of a weight.
        level: which share of the weight tolerance that is aimed at its weights have; 0 is best.
    """

    theta: Floats
    learned: Floats
    restart: int
    bits: int
    level: int


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """Some of the starts: parameters of the logic layers, and the number of each."""

    theta: Floats
    restart: Indices

    def only(self, chosen: Mask | Indices | slice) -> Networks:
        """Some of them."""
        return Networks(self.theta[chosen], self.restart[chosen])

    def after(self, step: Step) -> Networks:
        """Where those of them that can still move are after a step."""
        return Networks(step.theta, self.restart[step.restart])


@dataclass(slots=True, eq=False)
class Ends:
    """Where the first stage left every start of a size.

    Attributes:
        theta: of the logic layers, shape (restarts, parameters).
        start: where they began, likewise.
        loss: shape (restarts,).
        margin: the least logit on the right side, shape (restarts,).
        epochs: when every row was right, or all there were, shape (restarts,).
        solved: whether every row was, shape (restarts,).
        recorder: the losses on the way.
    """

    theta: Floats
    start: Floats
    loss: Floats
    margin: Floats
    epochs: Indices
    solved: Mask
    recorder: Recorder

    @classmethod
    def of(cls, theta: Floats) -> Ends:
        """Starts that have made no step."""
        count = len(theta)
        infinite = np.full(count, np.inf)
        nowhere, none = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.bool_)
        return cls(theta.copy(), theta.copy(), infinite, -infinite, nowhere, none, Recorder(count))

    def note(self, epoch: int, restart: Indices, step: Step) -> None:
        """Keep where some of the starts are after so many epochs."""
        self.theta[restart], self.loss[restart] = step.theta, step.loss
        self.margin[restart] = step.margin
        late = ~self.solved[restart]
        self.epochs[restart[late]] = epoch
        self.solved[restart] |= (step.wrong == 0) & (step.epoch > 0)
        self.recorder.note(epoch, restart, step.loss)
