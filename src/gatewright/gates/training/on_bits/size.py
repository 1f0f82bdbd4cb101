"""Logic layers of one size, while they are learned: in two stages, few rows at first, hardened and proved.

`learn` chooses the sizes. The first stage learns smooth units by cross-entropy; as soon as a start has every
row right, it is hardened and proved. Where rounding or clipping undoes what was learned, a second stage learns
the clipped units by a margin; where even that does not do, weights take more bits.

Example:
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> rows = Rows(x, np.array([[0.0], [0.0], [0.0], [1.0]]), np.ones((4, 1)))
    >>> layer = LogicSize(rows, Discipline(0.45), hidden=0, bits=(8,), restarts=1)
    >>> layer.learn(np.array([[1.0, 1.0, -1.0]]), np.random.default_rng(0))
    >>> layer.best.bits, layer.best.level, layer.best.theta.shape
    (8, 0, (7,))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.certify.discipline import Discipline
from gatewright.certify.proof import Rows
from gatewright.certify.restored import restoring_weight
from gatewright.gates.training.on_bits.harden import (
    FINER,
    behind_restoring,
    candidates,
    proved_rows,
    restoring,
)
from gatewright.gates.training.on_bits.starts import WIDE
from gatewright.learn.history import Recorder
from gatewright.learn.logits import EVERY, Step, descend, signs
from gatewright.learn.network import Architecture

EPOCHS, PATIENCE = 80, 16
"""Of the first stage; and those without a row fewer wrong before a size is left."""

SMALL = 4e6
"""Products an epoch and start below which more is asked: tolerant weights, and fewer units."""

LEVELS = (1.0, 0.9, 0.5, 0.25, 0.02)
"""Shares of the weight tolerance that is aimed at. What is proved for one of them is of that level; 0 is best."""

_AIM = 0.945  # of the weight tolerance that a restoring layer of any weight can have
# Up to so many inputs, a level for which larger sizes are tried.
_WANTED = ((4, 1), (6, 3), (16, 4))
_SECOND, _MARGIN = 40, 8.0  # epochs of the second stage, and the logits it asks for
_LONGER = 12  # epochs more for more tolerant weights
# Products: of all starts where there are several; of one.
_WORK_AN_EPOCH, _MOST_WORK_AN_EPOCH = 1.2e7, 2e10
_LARGE = 1e8  # products an epoch and start above which what is proved is taken as it is
_FIRST_ROWS, _MOST_TURNS = 256, 60
_GUESSED, _VERY_WIDE = 0.3, 4096
_NOTHING: Indices = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Proved:
    """A hardened gate that was proved.

    Attributes:
        theta: parameters of the whole gate, shape (parameters,).
        learned: those of the logic layers that it was rounded from.
        restart: the start it comes from.
        bits: of a weight.
        level: which of `LEVELS` its weights tolerate.
    """

    theta: Floats
    learned: Floats
    restart: int
    bits: int
    level: int


@dataclass(frozen=True, slots=True, eq=False)
class _Networks:
    """Some of the starts: parameters of the logic layers, and the number of each."""

    theta: Floats
    restart: Indices

    def only(self, chosen: Mask | slice) -> _Networks:
        return _Networks(self.theta[chosen], self.restart[chosen])


@dataclass(slots=True, eq=False)
class Ends:
    """Where the first stage left every start of a size.

    Attributes:
        theta: of the logic layers, shape (restarts, parameters).
        loss: shape (restarts,).
        margin: the least logit on the right side, shape (restarts,).
        epochs: when every row was right, or all there were, shape (restarts,).
        solved: whether every row was, shape (restarts,).
        recorder: the losses on the way.
    """

    theta: Floats
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
        return cls(theta.copy(), infinite, -infinite, nowhere, none, Recorder(count))

    def note(self, epoch: int, restart: Indices, step: Step) -> None:
        """Keep where some of the starts are after so many epochs."""
        self.theta[restart], self.loss[restart] = step.theta, step.loss
        self.margin[restart] = step.margin
        late = ~self.solved[restart]
        self.epochs[restart[late]] = epoch
        self.solved[restart] |= (step.wrong == 0) & (step.epoch > 0)
        self.recorder.note(epoch, restart, step.loss)


class LogicSize:
    """Logic layers of one size.

    Args:
        rows: all rows of the table.
        discipline: to be met.
        hidden: units of the hidden layer; 0 for none.
        bits: of a weight; the first, and what it may be instead.
        restarts: starts at once, where they are cheap.
        watch: is told every few epochs.

    Attributes:
        best: what was proved; none where nothing was.
        spent: products of all systems that were solved.
        epochs: steps that were made.
        solved: starts that had every row right that they learned.
        proved: those of them that a proved gate was made of.
        ends: where every start ended, and its loss on the way.
        wrong: outputs, of the rows that were learned, that the best start has on the wrong side.
        guessed: whether rows were only learned by heart: of a very wide table as many others stayed wrong.
    """

    def __init__(
        self,
        rows: Rows,
        discipline: Discipline,
        *,
        hidden: int,
        bits: tuple[int, ...],
        restarts: int,
        watch: Callable[[Step], None] | None = None,
    ) -> None:
        self.rows, self.discipline, self.hidden, self.watch = rows, discipline, hidden, watch
        inputs, outputs = rows.x.shape[1], rows.y.shape[1]
        sizes = (inputs, hidden, outputs) if hidden else (inputs, outputs)
        units = len(sizes) - 2
        self.smooth = Architecture(sizes, ("logistic",) * units + ("identity",))
        self.gate = restoring(self.smooth)
        self._clipped = Architecture(sizes, ("clipped",) * units + ("identity",))
        self._weight = restoring_weight(discipline.vil)
        self._bits = self._left = bits
        self._wide = len(rows.x) > WIDE
        self.work = self._work(_FIRST_ROWS if self._wide else len(rows.x))
        self.restarts = max(1, min(restarts, int(_WORK_AN_EPOCH / self.work)))
        self._wanted = next(level for most, level in _WANTED if inputs <= most)
        self.best: Proved | None = None
        self.spent, self.epochs = 0.0, 0
        self.solved: set[int] = set()
        self.proved: set[int] = set()
        self.ends = Ends.of(np.empty((0, self.smooth.parameters)))
        self.wrong = int((rows.care > 0).sum())
        self.guessed = False

    @property
    def shortcoming(self) -> tuple[int, int]:
        """Bits and level of what was proved; the less, the better."""
        return (64, len(LEVELS)) if self.best is None else (self.best.bits, self.best.level)

    @property
    def as_wanted(self) -> bool:
        """Whether no larger size need be tried."""
        large = self.work > _LARGE or self._wide
        return self.best is not None and (
            large or self.shortcoming <= (self._bits[0], self._wanted)
        )

    def _work(self, rows: int) -> float:
        """Products of one start's system, of so many rows."""
        parameters, wanted = self.smooth.parameters, rows * self.rows.y.shape[1]
        return float(wanted * parameters * min(parameters, wanted))

    def learn(self, theta: Floats, generator: np.random.Generator, epochs: int = 0) -> None:
        """Learn some rows and check all, then some of the wrong ones too, until none is wrong.

        Args:
            theta: starting points of the logic layers, shape (restarts, parameters).
            generator: chooses rows.
            epochs: of the first stage; by default what the size is usually given.
        """
        epochs = epochs or (EPOCHS if self.hidden else 3 * EPOCHS)
        self.ends = Ends.of(theta)
        networks = _Networks(theta, np.arange(len(theta)))
        chosen = _balanced(self.rows, generator) if self._wide else np.arange(len(self.rows.x))
        for turn in range(_MOST_TURNS):
            found = self._turn(networks, chosen, epochs)
            if found is None or self.best is not None or not self._wide:
                return
            networks, wrong = found
            if turn and len(wrong) > _GUESSED * len(self.rows.x) > _GUESSED * _VERY_WIDE:
                self.guessed = True
                return
            if len(wrong) > len(chosen) // 2:
                wrong = generator.choice(wrong, len(chosen) // 2, replace=False)
            chosen = np.union1d(chosen, wrong)
            work = self._work(len(chosen))
            if work > _MOST_WORK_AN_EPOCH:
                return
            networks = networks.only(slice(max(1, int(_WORK_AN_EPOCH / work))))

    def _turn(
        self, networks: _Networks, chosen: Indices, epochs: int
    ) -> tuple[_Networks, Indices] | None:
        """Learn the chosen rows; if that does, the networks that did, and rows that the best has wrong still."""
        every = len(chosen) == len(self.rows.x)
        part = self.rows if every else _only(self.rows, chosen)
        sides = signs(part.y, part.care)
        right, wrong = self._first_stage(networks, part, sides, epochs)
        if right is None:
            return None
        if wrong is None and self.hidden:
            right, wrong = self._second_stage(right, part, sides)
        for place, bits in enumerate(self._left[1:], 1):
            if wrong is not None:
                break
            wrong = self._harden(right, part, bits)
            if wrong is not None:
                self._left = self._left[place:]  # fewer will not do for more rows either
        return None if wrong is None else (right, wrong)

    def _first_stage(
        self, networks: _Networks, part: Rows, sides: Floats, epochs: int
    ) -> tuple[_Networks | None, Indices | None]:
        """Smooth units: those that became right, and what the best hardened one has wrong."""
        small, before = self.work < SMALL, self.epochs
        right: _Networks | None = None
        fewest, since, first, seen = self.wrong + 1, 0, 0, 0
        for step in descend(self.smooth, networks.theta, part.x, sides, epochs=epochs):
            now = _Networks(step.theta, networks.restart[step.restart])
            self._note(step, len(part.x))
            near = step.wrong == 0
            self.ends.note(before + step.epoch, now.restart, step)
            if not step.epoch:
                continue  # a start has learned nothing, whatever it was meant to be
            if near.any():
                right, first, seen = now.only(near), first or step.epoch, seen + 1
                self.solved |= set(right.restart.tolist())
                wrong = self._harden(right, part, self._left[0])
                if self.best is None and wrong is not None:
                    return right, wrong
                enough = not small or step.epoch - first >= _LONGER
                if self.best is not None and (enough or self.best.level == 0):
                    return right, _NOTHING
                if not small and seen > 1:
                    break
            few = int(step.wrong.min())
            fewest, since = (few, step.epoch) if few < fewest else (fewest, since)
            if self.hidden and fewest and step.epoch - since >= PATIENCE:
                break
        self.wrong = min(self.wrong, fewest)
        return right, (None if self.best is None else _NOTHING)

    def _second_stage(
        self, networks: _Networks, part: Rows, sides: Floats
    ) -> tuple[_Networks, Indices | None]:
        """Clipped units, to a margin: where they ended, and what the best rounded one has wrong."""
        steps = descend(
            self._clipped, networks.theta, part.x, sides, epochs=_SECOND, margin=_MARGIN
        )
        now = networks
        for step in steps:
            self._note(step, len(part.x))
            now = _Networks(step.theta, networks.restart[step.restart])
            near = step.margin > 1.0
            if step.epoch and near.any():
                wrong = self._harden(now.only(near), part, self._left[0])
                if wrong is not None:
                    return now.only(near), wrong
        return now, None

    def _note(self, step: Step, rows: int) -> None:
        if step.epoch:
            self.spent += EVERY * self._work(rows) * len(step.theta)
            self.epochs += EVERY
        if self.watch is not None:
            self.watch(step)

    def _harden(self, networks: _Networks, part: Rows, bits: int) -> Indices | None:
        """Round networks and prove them: the rows that the best has wrong.

        None where none is right in the part.
        """
        theta, restart = networks.theta, networks.restart
        made = candidates(self.smooth, theta, part, bits, finer=(1.0,) if bits >= 8 else FINER)
        if not len(made.theta):
            return None
        whole = behind_restoring(self.smooth, made.theta, self._weight)
        for level, share in enumerate(LEVELS[: self.shortcoming[1]]):
            error = share * aimed_tolerance(self.discipline)
            right = proved_rows(self.gate, whole, part, self.discipline, error)
            held = np.flatnonzero(right.all(1))
            if not len(held):
                continue
            held = held[np.argsort(abs(made.theta[held]).max(1), kind="stable")[:4]]
            if part is not self.rows:
                least = LEVELS[-1] * aimed_tolerance(self.discipline)
                right = proved_rows(self.gate, whole[held], self.rows, self.discipline, least)
                best = int(np.argmax(right.sum(1)))
                if not right[best].all():
                    return np.flatnonzero(~right[best])
                held = held[best : best + 1]
            best = int(held[0])
            of = int(made.restart[best])
            self.proved |= set(restart[made.restart[held]].tolist())
            self.best = Proved(whole[best], theta[of], int(restart[of]), bits, level)
            return _NOTHING
        return None


def aimed_tolerance(discipline: Discipline) -> float:
    """The weight tolerance that learning aims at: nearly all that a restoring layer allows."""
    return _AIM * (0.5 - discipline.vil) / (1.5 - discipline.vil)


def _balanced(rows: Rows, generator: np.random.Generator) -> Indices:
    """Some rows to begin with: as many where the outputs are rare as where they are common."""
    kinds = np.unique(np.where(rows.care > 0, rows.y, -1.0), axis=0, return_inverse=True)[1]
    kinds = kinds.ravel()
    count = int(kinds.max()) + 1
    if count > _FIRST_ROWS // 4:
        return np.sort(generator.choice(len(rows.x), _FIRST_ROWS, replace=False))
    each = [np.flatnonzero(kinds == kind) for kind in range(count)]
    some = [generator.permutation(one)[: max(4, _FIRST_ROWS // count)] for one in each]
    return np.sort(np.concatenate(some))


def _only(rows: Rows, chosen: Indices) -> Rows:
    return Rows(rows.x[chosen], rows.y[chosen], rows.care[chosen])
