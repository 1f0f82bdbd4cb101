"""Logic layers of one size, while they are learned: in two stages, few rows at first, hardened and proved.

`learn` chooses the sizes. The first stage learns smooth units by cross-entropy; as soon as starts have every
row right, they are hardened and proved. The next one learns weights that tolerate errors: the logits of the worst
case, every weight off by first a half and then all of the share that is aimed at. Where nothing was proved,
rounding or clipping undid what was learned: then clipped units are learned by a margin, and where even that does
not do, weights take more bits.

Example:
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> rows = Rows(x, np.array([[0.0], [0.0], [0.0], [1.0]]), np.ones((4, 1)))
    >>> layer = LogicSize(rows, Discipline(0.45), hidden=0, bits=(8,), restarts=1)
    >>> layer.learn(np.array([[1.0, 1.0, -1.0]]), np.random.default_rng(0))
    >>> layer.best.bits, layer.best.level, layer.best.theta.shape
    (8, 0, (7,))
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.certify.discipline import Discipline
from gatewright.certify.proof import Rows
from gatewright.certify.restored import restoring_weight
from gatewright.gates.training.on_bits.ends import Ends, Networks, Proved
from gatewright.gates.training.on_bits.harden import (
    FINER,
    behind_restoring,
    candidates,
    proved_rows,
    restoring,
)
from gatewright.gates.training.on_bits.part import FIRST_ROWS, WIDE, balanced, only
from gatewright.learn.logits import EVERY, Step, descend, signs
from gatewright.learn.network import Architecture, forward

EPOCHS, PATIENCE = 80, 16
"""Of the first stage; and those without a row fewer wrong before a size is left."""

SMALL = 4e6
"""Products an epoch and start below which more is asked: tolerant weights, and fewer units."""

LEVELS = (1.0, 0.9, 0.75, 0.5, 0.25, 0.02)
"""Shares of the weight tolerance that is aimed at. What is proved for one of them is of that level; 0 is best."""

_AIM = 0.945  # of the weight tolerance that a restoring layer of any weight can have
# Up to so many inputs, a level for which larger sizes are tried.
_WANTED = ((6, 1), (8, 3), (16, 5))
_FEW_INPUTS = 4  # of more, several outputs are content with a level less
_ENOUGH, _LONGER = 4, 8  # starts with every row right, and epochs of waiting for so many
# Shares of the weight tolerance learned in turn, epochs of each, and the logits at which a start has learned one.
_RAMP, _TOLERANT, _SURE = (0.3, 0.6, 0.8, 1.0), 32, 1.0
_SLOWLY, _FEW_ROWS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0), 64
_TOLERANT_WORK = 5e9  # products an epoch and start above which weights are not made tolerant
_CLIPPED, _MARGIN = 40, 8.0  # epochs of the stage of clipped units, and the logits it asks for
# Products: of all starts where there are several; of one.
_WORK_AN_EPOCH, _MOST_WORK_AN_EPOCH = 1.2e7, 2e10
_LARGE = 1e8  # products an epoch and start above which what is proved is taken as it is
_MOST_TURNS = 60
_GUESSED, _VERY_WIDE = 0.3, 2048
_NOTHING: Indices = np.empty(0, dtype=np.intp)


class LogicSize:
    """Logic layers of one size.

    Args:
        rows: all rows of the table, as the logic sees them.
        discipline: to be met.
        inverted: the inputs that it sees inverted, shape (inputs,); none where it is not said.
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
        missed: the share of those that it has wrong.
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
        inverted: Mask | None = None,
        watch: Callable[[Step], None] | None = None,
    ) -> None:
        self.rows, self.discipline, self.hidden, self.watch = rows, discipline, hidden, watch
        inputs, outputs = rows.x.shape[1], rows.y.shape[1]
        self.inverted = np.zeros(inputs, dtype=np.bool_) if inverted is None else inverted
        sizes = (inputs, hidden, outputs) if hidden else (inputs, outputs)
        units = len(sizes) - 2
        self.smooth = Architecture(sizes, ("logistic",) * units + ("identity",))
        self.gate = restoring(self.smooth)
        self._clipped = Architecture(sizes, ("clipped",) * units + ("identity",))
        self._weight = restoring_weight(discipline.vil)
        self._bits = self._left = bits
        self._wide = len(rows.x) > WIDE
        self.work = self._work(FIRST_ROWS if self._wide else len(rows.x))
        self.restarts = max(1, min(restarts, int(_WORK_AN_EPOCH / self.work)))
        wanted = next(level for most, level in _WANTED if inputs <= most)
        self._wanted = wanted + (outputs > 1 and inputs > _FEW_INPUTS)
        self.best: Proved | None = None
        self.spent, self.epochs = 0.0, 0
        self.solved: set[int] = set()
        self.proved: set[int] = set()
        self.ends = Ends.of(np.empty((0, self.smooth.parameters)))
        self.wrong = int((rows.care > 0).sum())
        self.missed, self.guessed = 0.0, False

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

    @property
    def real(self) -> Rows:
        """All rows, of the signals outside."""
        return Rows(abs(self.rows.x - self.inverted), self.rows.y, self.rows.care)

    def error(self, level: int) -> float:
        """The share by which the weights of a level may be off."""
        return LEVELS[level] * aimed_tolerance(self.discipline)

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
        networks = Networks(theta, np.arange(len(theta)))
        chosen = balanced(self.rows, generator) if self._wide else np.arange(len(self.rows.x))
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

    def right_rows(self) -> int:
        """Rows of all that matter in which the start that ended best has every output right."""
        loss = np.where(np.isfinite(self.ends.loss), self.ends.loss, np.inf)
        best = self.ends.theta[np.argmin(loss)][None]
        sides = signs(self.rows.y, self.rows.care)
        with np.errstate(over="ignore", invalid="ignore"):
            right = forward(self.smooth, best, self.rows.x)[-1].a[0] * sides > 0
        return int(((right | (sides == 0)).all(1) & (sides != 0).any(1)).sum())

    def _turn(
        self, networks: Networks, chosen: Indices, epochs: int
    ) -> tuple[Networks, Indices] | None:
        """Learn the chosen rows; if that does, the networks that did, and rows that the best has wrong still."""
        every = len(chosen) == len(self.rows.x)
        part = self.rows if every else only(self.rows, chosen)
        sides = signs(part.y, part.care)
        right, wrong = self._first_stage(networks, part, sides, epochs)
        if right is None:
            return None
        if self._unfinished(wrong) and self.work < _TOLERANT_WORK:
            right, wrong = self._tolerant_stage(right, part, sides)
        if wrong is None and self.hidden:
            right, wrong = self._clipped_stage(right, part, sides)
        for place, bits in enumerate(self._left[1:], 1):
            if wrong is not None:
                break
            wrong = self._harden(right, part, bits)
            if wrong is not None:
                self._left = self._left[place:]  # fewer will not do for more rows either
        return None if wrong is None else (right, wrong)

    def _unfinished(self, wrong: Indices | None) -> bool:
        """Whether nothing was proved of the rows that are learned, or not with tolerant weights."""
        return wrong is None or (self.best is not None and self.best.level > 0)

    def _first_stage(
        self, networks: Networks, part: Rows, sides: Floats, epochs: int
    ) -> tuple[Networks | None, Indices | None]:
        """Smooth units: those that became right, and what the best hardened one has wrong."""
        small, before = self.work < SMALL, self.epochs
        right: Networks | None = None
        fewest, since, first, seen = self.wrong + 1, 0, 0, 0
        for step in descend(self.smooth, networks.theta, part.x, sides, epochs=epochs):
            now = networks.after(step)
            self._note(step, networks, len(part.x))
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
                if self.best is not None and (not small or self.best.level == 0):
                    return right, _NOTHING
                enough = near.sum() >= _ENOUGH or step.epoch - first >= _LONGER
                if enough if small else seen > 1:
                    break
            few = int(step.wrong.min())
            fewest, since = (few, step.epoch) if few < fewest else (fewest, since)
            if self.hidden and fewest and step.epoch - since >= PATIENCE:
                break
        self.wrong, self.missed = min(self.wrong, fewest), fewest / max(abs(sides).sum(), 1.0)
        return right, (None if self.best is None else _NOTHING)

    def _tolerant_stage(
        self, networks: Networks, part: Rows, sides: Floats
    ) -> tuple[Networks, Indices | None]:
        """Smooth units, weights off: those that last learned it, and what the best rounded one has wrong."""
        now = networks.only(slice(max(1, min(_ENOUGH, int(_WORK_AN_EPOCH / self.work / 2)))))
        aim, learned, wrong = aimed_tolerance(self.discipline), now, None
        for share in _RAMP if len(part.x) <= _FEW_ROWS else _SLOWLY:
            steps = descend(
                self.smooth, now.theta, part.x, sides, epochs=_TOLERANT, weight_error=share * aim
            )
            for step in steps:
                self._note(step, now, 2 * len(part.x))
                after, sure = now.after(step), step.margin > _SURE
                if step.epoch and sure.any():
                    learned = after.only(sure)
                    found = self._harden(learned, part, self._left[0])
                    wrong = wrong if found is None else found
                    if found is not None and (self.best is None or self.best.level == 0):
                        return learned, found
                if step.epoch and sure.all():
                    break
            if not sure.any():
                break
            now = after.only(sure)
        return learned, (None if self.best is None else _NOTHING)

    def _clipped_stage(
        self, networks: Networks, part: Rows, sides: Floats
    ) -> tuple[Networks, Indices | None]:
        """Clipped units, to a margin: where they ended, and what the best rounded one has wrong."""
        steps = descend(
            self._clipped, networks.theta, part.x, sides, epochs=_CLIPPED, margin=_MARGIN
        )
        now = networks
        for step in steps:
            self._note(step, networks, len(part.x))
            now = networks.after(step)
            near = step.margin > 1.0
            if step.epoch and near.any():
                wrong = self._harden(now.only(near), part, self._left[0])
                if wrong is not None:
                    return now.only(near), wrong
        return now, None

    def _note(self, step: Step, begun: Networks, rows: int) -> None:
        if step.epoch:
            self.spent += EVERY * self._work(rows) * len(step.theta)
            self.epochs += EVERY
        if self.watch is not None:  # a later stage numbers anew what it begins with
            self.watch(dataclasses.replace(step, restart=begun.restart[step.restart]))

    def _harden(self, networks: Networks, part: Rows, bits: int) -> Indices | None:
        """Round networks and prove them: the rows that the best has wrong.

        None where none is right in the part.
        """
        theta, restart = networks.theta, networks.restart
        made = candidates(self.smooth, theta, part, bits, finer=(1.0,) if bits >= 8 else FINER)
        if not len(made.theta):
            return None
        whole = behind_restoring(self.smooth, made.theta, self._weight, self.inverted)
        held, level = self._held(whole, part)
        if not len(held):
            return None
        held = held[np.argsort(abs(made.theta[held]).max(1), kind="stable")[:4]]
        if part is not self.rows:
            right = self._right(whole[held], self.rows, self.error(len(LEVELS) - 1))
            best = int(np.argmax(right.sum(1)))
            if not right[best].all():
                return np.flatnonzero(~right[best])
            held = held[best : best + 1]
        best = int(held[0])
        of = int(made.restart[best])
        self.proved |= set(restart[made.restart[held]].tolist())
        self.best = Proved(whole[best], theta[of], int(restart[of]), bits, level)
        return _NOTHING

    def _held(self, whole: Floats, part: Rows) -> tuple[Indices, int]:
        """Which gates are proved at the best level, better than what there is, that any is; and the level.

        What is proved at a level is so at all below. A first gate is often of the best one; a better one than
        there is, seldom by more than a level.
        """
        every, below = np.arange(len(whole)), self.shortcoming[1]
        if self.best is None:
            for level in range(below):
                held = self._right(whole, part, self.error(level)).all(1)
                if held.any():
                    return every[held], level
            return every[:0], below
        found = every[:0], below
        for level in reversed(range(below)):
            held = self._right(whole[every], part, self.error(level)).all(1)
            if not held.any():
                break
            every = every[held]
            found = every, level
        return found

    def _right(self, whole: Floats, part: Rows, error: float) -> Mask:
        """In which rows gates are proved, shape (networks, rows)."""
        real = Rows(abs(part.x - self.inverted), part.y, part.care)
        return proved_rows(self.gate, whole, real, self.discipline, error)


def aimed_tolerance(discipline: Discipline) -> float:
    """The weight tolerance that learning aims at: nearly all that a restoring layer allows."""
    return _AIM * (0.5 - discipline.vil) / (1.5 - discipline.vil)
