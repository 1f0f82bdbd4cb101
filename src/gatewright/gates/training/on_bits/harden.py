"""Hardening logic layers that were learned on bits: clipped units and few-bit weights, behind a restoring layer.

The logistic of every hidden unit becomes the clipped line min(1, max(0, ½ + z/4)), and hidden layers are taken
once, twice or four times as large, which decides units that were in doubt. Weights are rounded to a grid of a
few bits a layer. The output layer is then multiplied by a power of two, which is not a change of its integers, so
that the least of its sums is well beyond 2, where the clipped line is 0 or 1. What is right in every row stands
behind a restoring layer and is proved there.

Example:
    >>> x = np.array([[0.0], [1.0]])
    >>> rows = Rows(x, x, np.ones((2, 1)))  # of a buffer
    >>> made = candidates(Architecture((1, 1), ("identity",)), np.array([[6.0, -3.0]]), rows, 4)
    >>> made.theta.tolist(), made.restart.tolist()
    ([[96.0, -48.0]], [0])
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.certify import grid
from gatewright.certify.discipline import Discipline
from gatewright.certify.proof import Rows
from gatewright.certify.restored import restoring_parameters, right_rows
from gatewright.learn.network import Architecture, forward
from gatewright.records import dataclass

BEYOND = 32.0
"""What the output layer's least sum is brought to: a sixteenth of it would do."""

FINER = (1.0, 0.9, 0.8, 0.7, 0.6)
"""Sizes of all weights that are tried where few bits make rounding coarse."""

_LARGER = (1.0, 2.0, 4.0)
_AT_A_TIME = 1 << 22  # numbers of one layer


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Logic layers of clipped units that are right in every row.

    Attributes:
        theta: shape (candidates, parameters).
        restart: the network each is made of.
    """

    theta: Floats
    restart: Indices


def restoring(logic: Architecture) -> Architecture:
    """The gate of clipped units whose logic layers these are."""
    sizes = (logic.sizes[0], *logic.sizes)
    return Architecture(sizes, ("clipped",) * (len(sizes) - 1), restoring=True)


def candidates(
    architecture: Architecture,
    theta: Floats,
    rows: Rows,
    bits: int,
    *,
    finer: tuple[float, ...] = (1.0,),
) -> Candidates:
    """The hardened networks that are right in every row.

    Args:
        architecture: of the logic layers, as they were trained; its last activation is the identity.
        theta: shape (networks, parameters).
        rows: the truth table.
        bits: of a weight.
        finer: further sizes of all weights, where few bits make rounding coarse.
    """
    depth = len(architecture.activations) - 1
    linear = dataclasses.replace(architecture, activations=("clipped",) * depth + ("identity",))
    made, of = [], []
    for size in finer:
        rounded = grid.on_grid(architecture, size * theta, bits)
        for larger in itertools.product(_LARGER, repeat=depth):
            one = rounded.copy()
            for (weights, biases), times in zip(architecture.slices(), larger, strict=False):
                one[:, weights.start : biases.stop] *= times
            made.append(one)
            of.append(np.arange(len(theta)))
    every, number = np.concatenate(made), np.concatenate(of)
    least = _least(linear, every, rows)
    right = least > 0
    every, number, least = every[right], number[right], least[right]
    last, ends = architecture.slices()[-1]
    # Where nothing matters, no sum does.
    power = np.ceil(np.log2(BEYOND / np.where(np.isfinite(least), least, BEYOND)))
    every[:, last.start : ends.stop] *= np.exp2(power)[:, None]
    return Candidates(every, number)


def _least(linear: Architecture, theta: Floats, rows: Rows) -> Floats:
    """The least sum of the output layer on its right side, in any row that matters, shape (networks,)."""
    sides = np.where(rows.care > 0, 2.0 * rows.y - 1.0, 0.0)
    least = np.full(len(theta), np.inf)
    chunk = max(1, _AT_A_TIME // (len(theta) * max(linear.sizes)))
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(rows.x), chunk):
            here = slice(start, start + chunk)
            z = forward(linear, theta, rows.x[here])[-1].a * sides[here]
            found = np.where(sides[here] != 0, z, np.inf).min((1, 2))
            least = np.where(found < least, found, least)
            if not (least > 0).any():
                break
    return least


def proved_rows(
    gate: Architecture, theta: Floats, rows: Rows, discipline: Discipline, weight_error: float
) -> Mask:
    """In which rows gates are proved, all weights off by a share, shape (networks, rows).

    Args:
        gate: their architecture; it restores.
        theta: shape (networks, parameters).
        rows: the truth table, or some of it.
        discipline: to be met.
        weight_error: share of itself by which every weight may be off.
    """
    least, most = discipline.bands(rows.y)
    free = rows.care <= 0
    least, most = np.where(free, -np.inf, least)[None], np.where(free, np.inf, most)[None]
    return right_rows(gate, theta, rows.x, least, most, [discipline], weight_error=weight_error)


def behind_restoring(
    logic: Architecture, theta: Floats, weight: float, inverted: Mask | None = None
) -> Floats:
    """Parameters of whole gates, shape (networks, parameters), of those of their logic layers."""
    first = restoring_parameters(logic.sizes[0], weight, inverted)
    return np.concatenate([np.tile(first, (len(theta), 1)), theta], axis=1)
