"""The loss of every restart over time, thinned so that a long run does not fill memory.

At most `MOST` moments are kept: when they are full every second one is dropped and only every second moment
is noted from then on, so the moments stay evenly spaced. The latest moment is always kept.

Example:
    >>> recorder = Recorder(1)
    >>> for epoch in range(1001):
    ...     recorder.note(epoch, np.array([0]), np.array([1.0 / (1 + epoch)]))
    >>> history = recorder.history()
    >>> len(history.epochs) <= MOST + 1, history.epochs[-1].item()
    (True, 1000)
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.records import dataclass

MOST = 256
"""Moments kept, the last one aside."""


@dataclass(frozen=True, slots=True)
class History:
    """Losses at some moments.

    Attributes:
        epochs: the moments, shape (moments,).
        loss: shape (moments, restarts); a restart that has finished keeps its last loss.

    Example:
        >>> History(np.array([0, 1]), np.array([[0.5, 0.7], [0.1, 0.7]])).loss.min(1).tolist()
        [0.5, 0.1]
    """

    epochs: Indices
    loss: Floats


class Recorder:
    """Notes losses epoch by epoch.

    Args:
        restarts: how many there are.
    """

    def __init__(self, restarts: int) -> None:
        self._now = np.full(restarts, np.inf)
        self._epoch = 0
        self._stride = 1
        self._epochs: list[int] = []
        self._loss: list[Floats] = []

    def note(self, epoch: int, restart: Indices, loss: Floats) -> None:
        """Note the losses (n,) of the restarts numbered ``restart`` (n,) after ``epoch`` epochs."""
        self._now[restart] = loss
        self._epoch = epoch
        if epoch % self._stride:
            return
        if len(self._epochs) == MOST:
            self._epochs, self._loss = self._epochs[::2], self._loss[::2]
            self._stride *= 2
        self._epochs.append(epoch)
        self._loss.append(self._now.copy())

    def history(self) -> History:
        """What was kept, and the latest moment."""
        epochs, loss = list(self._epochs), list(self._loss)
        if not epochs or epochs[-1] != self._epoch:
            epochs.append(self._epoch)
            loss.append(self._now.copy())
        return History(np.array(epochs, dtype=np.intp), np.array(loss))
