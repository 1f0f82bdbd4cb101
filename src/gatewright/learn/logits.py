"""Learning bits by their logits: damped Gauss-Newton steps that a wrong, saturated output cannot stall.

The output layer is linear here, and its sums z are the logits. Two losses are minimised. First the cross-
entropy of the logistic a of z, whose gradient at z is a − y: a row that is badly wrong pulls, where that of
squares vanishes. Its generalised Gauss-Newton system weights a row by a·(1 − a) (N. N. Schraudolph, "Fast
curvature matrix-vector products", 2002). Then, for networks of clipped units, the squared distance by which z
falls short of a margin on the right side. With a weight error, the logits are those of the worst case
(`worst_case`), so that what is learned tolerates it.

Measured with 8 starts on 6 random tables each: 4 hidden units for 5 inputs, 6 for 6, 12 for 7 and 20 for 8 are
learned every time, in 12 to 48 steps. The S-box of AES, 256 rows of 8 outputs, is learned by 80 units in 40
steps, and by squares of a − y not at all.

Example:
    >>> x, bits = np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]])
    >>> unit = Architecture((1, 1), ("identity",))
    >>> steps = list(descend(unit, np.zeros((1, 2)), x, signs(bits, np.ones((2, 1))), epochs=8))
    >>> [(each.epoch, each.wrong.tolist()) for each in steps]
    [(0, [2]), (4, [0]), (8, [0])]
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.learn.network import Architecture, LayerValues, forward, jacobian
from gatewright.learn.optimisers.levenberg import LEAST_DAMPING, MOST_DAMPING, damped_step
from gatewright.learn.optimisers.two_layers import step_of_two_layers
from gatewright.learn.worst_case import WorstCase
from gatewright.records import dataclass

EVERY = 4
"""Epochs between two steps that are told."""

_DAMPING = 0.1  # of the first step
# What the damping is multiplied by: after a step that helps, and one taken back.
_BETTER, _WORSE = 0.2, 4.0
_FLAT = 0.01  # the least weight of a row: below it the system would forget what it has learned
_LARGE = 100  # parameters from which the step of several outputs is made without their Jacobian
_LOST = 1e8  # a damping at which steps no longer move anything


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Where the restarts are that can still move.

    Attributes:
        epoch: steps made.
        architecture: of the networks.
        theta: parameters, shape (restarts, parameters).
        restart: the number of each restart, shape (restarts,).
        margin: the least logit on the right side, in any row, shape (restarts,); negative where a row is wrong.
        wrong: outputs that are on the wrong side, shape (restarts,).
        loss: shape (restarts,).
    """

    epoch: int
    architecture: Architecture
    theta: Floats
    restart: Indices
    margin: Floats
    wrong: Indices
    loss: Floats


class Plain:
    """The logits of a network as it is, side by side with `WorstCase`.

    Args:
        architecture: its last activation is the identity.
        x: inputs, shape (rows, inputs).
    """

    def __init__(self, architecture: Architecture, x: Floats) -> None:
        self._architecture, self._x = architecture, x

    def at(self, theta: Floats) -> tuple[Floats, ...]:
        """The logits (restarts, rows, outputs), then z and a of every layer."""
        values = forward(self._architecture, theta, self._x)
        return (values[-1].a, *(part for layer in values for part in (layer.z, layer.a)))

    def step(
        self,
        theta: Floats,
        values: tuple[Floats, ...],
        root: Floats,
        residuals: Floats,
        damping: Floats,
    ) -> Floats:
        """The damped step, shape (restarts, parameters); root and residuals are (restarts, rows, outputs)."""
        sizes, (_, rows, outputs) = self._architecture.sizes, root.shape
        parameters = self._architecture.parameters
        if len(sizes) == 3 and outputs > 1 and _LARGE < parameters <= rows * outputs:
            slope = self._architecture.functions[0].derivative(values[1], values[2])
            v = self._architecture.layers(theta)[1][0]
            each = zip(v, values[2], slope, root, residuals, damping, strict=True)
            return np.stack([step_of_two_layers(self._x, *one) for one in each])
        layers = [LayerValues(z, a) for z, a in zip(values[1::2], values[2::2], strict=True)]
        slopes = jacobian(self._architecture, theta, self._x, layers)
        return _step(slopes.swapaxes(1, 2), root, residuals, damping)


class Tolerant:
    """The logits of a network whose weights are off, in the worst case.

    Args:
        worst: of that network.
    """

    def __init__(self, worst: WorstCase) -> None:
        self.at, self._slopes = worst.at, worst.slopes

    def step(
        self,
        theta: Floats,
        values: tuple[Floats, ...],
        root: Floats,
        residuals: Floats,
        damping: Floats,
    ) -> Floats:
        """The damped step, as of `Plain`."""
        return _step(self._slopes(theta, values), root, residuals, damping)


def _step(slopes: Floats, root: Floats, residuals: Floats, damping: Floats) -> Floats:
    """The damped step of slopes (restarts, parameters, rows · outputs), which are weighted in place."""
    slopes *= root.reshape(len(root), 1, -1)
    return damped_step(slopes.swapaxes(1, 2), residuals.reshape(len(root), -1), damping)


def signs(bits: Floats, care: Floats) -> Floats:
    """What logits should be: 1 for a one, -1 for a zero, 0 where it does not matter; shape (rows, outputs)."""
    return np.where(care > 0, 2.0 * bits - 1.0, 0.0)


def descend(
    architecture: Architecture,
    theta: Floats,
    x: Floats,
    sides: Floats,
    *,
    epochs: int,
    margin: float | None = None,
    weight_error: float = 0.0,
) -> Iterator[Step]:
    """Steps of every restart, the start and then every `EVERY` epochs; whoever has seen enough stops asking.

    Args:
        architecture: of the networks; its last activation is the identity.
        theta: starting points, shape (restarts, parameters).
        x: inputs, shape (rows, inputs).
        sides: as `signs` gives them, shape (rows, outputs).
        epochs: the most steps.
        margin: the logits to reach, by squares of what is missing; by cross-entropy where none is given.
        weight_error: share of itself by which every weight is off at worst; of at most one hidden layer.
    """
    logits = (
        Tolerant(WorstCase(architecture, x, sides, weight_error))
        if weight_error
        else Plain(architecture, x)
    )
    restart = np.arange(len(theta))
    damped = np.full(len(theta), _DAMPING)
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # what diverges has no finite loss, and is left
        values = logits.at(theta)
        loss = _loss(values[0], sides, margin)
        yield _told(0, architecture, theta, restart, values[0], sides, loss)
        for epoch in range(1, epochs + 1):
            root, residuals = _linearised(values[0], sides, margin)
            tried = theta - logits.step(theta, values, root, residuals, damped)
            found = logits.at(tried)
            new = _loss(found[0], sides, margin)
            better = new < loss  # False for NaN
            damped = np.clip(
                damped * np.where(better, _BETTER, _WORSE), LEAST_DAMPING, MOST_DAMPING
            )
            if better.all():
                theta, loss, values = tried, new, found
            else:
                theta = np.where(better[:, None], tried, theta)
                loss = np.where(better, new, loss)
                here = better[:, None, None]
                values = tuple(np.where(here, *pair) for pair in zip(found, values, strict=True))
            if epoch % EVERY and epoch < epochs:
                continue
            yield _told(epoch, architecture, theta, restart, values[0], sides, loss)
            moving = (damped < _LOST) & np.isfinite(loss) & (loss > 0)
            if not moving.any():
                return
            if not moving.all():
                theta, restart, damped = theta[moving], restart[moving], damped[moving]
                loss = loss[moving]
                values = tuple(each[moving] for each in values)


def _told(
    epoch: int,
    architecture: Architecture,
    theta: Floats,
    restart: Indices,
    z: Floats,
    sides: Floats,
    loss: Floats,
) -> Step:
    right = sides * z
    least = np.where(sides != 0, right, np.inf).min((1, 2))
    wrong = ((right <= 0) & (sides != 0)).sum((1, 2))
    return Step(epoch, architecture, theta, restart, least, wrong, loss)


def _loss(z: Floats, sides: Floats, margin: float | None) -> Floats:
    right = sides * z
    if margin is None:
        return np.asarray(np.logaddexp(0.0, -right).sum((1, 2)))
    return np.asarray((np.maximum(0.0, margin * abs(sides) - right) ** 2).sum((1, 2)))


def _linearised(z: Floats, sides: Floats, margin: float | None) -> tuple[Floats, Floats]:
    """The root of each row's weight, and its residual, both (restarts, rows, outputs)."""
    if margin is None:
        surprise = 1.0 / (1.0 + np.exp(sides * z))
        root = np.sqrt(np.maximum(surprise * (1.0 - surprise), _FLAT)) * abs(sides)
        return root, np.divide(-sides * surprise, root, out=np.zeros_like(root), where=root > 0)
    short = (margin - sides * z > 0) & (sides != 0)
    return short.astype(np.float64), np.where(short, z - margin * sides, 0.0)
