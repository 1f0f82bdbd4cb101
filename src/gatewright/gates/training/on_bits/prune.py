"""Weights that a proved gate can do without: set to 0 one after the other, as long as the proof holds.

Example:
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> first = Rows(x, x[:, :1], np.ones((4, 1)))  # the first input, whatever the second
    >>> gate = Architecture((2, 2, 1), ("clipped", "clipped"), restoring=True)
    >>> theta = np.array([1024.0, 1024.0, -512.0, -512.0, 64.0, 1.0, -32.0])
    >>> without_weights(gate, theta, first, Discipline(0.45), 0.01)[4:].tolist()
    [64.0, 0.0, -32.0]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.certify.discipline import Discipline
from gatewright.certify.proof import Rows
from gatewright.gates.training.on_bits.harden import proved_rows
from gatewright.gates.training.on_bits.part import FIRST_ROWS, WIDE, balanced, only
from gatewright.learn.network import Architecture

_AT_A_TIME, _TURNS = 64, 4


def without_weights(
    gate: Architecture, theta: Floats, rows: Rows, discipline: Discipline, weight_error: float
) -> Floats:
    """The parameters of a proved gate with as many weights 0 as the proof allows, shape (parameters,).

    The smallest of a unit go first. Restoring weights and biases stay.

    Args:
        gate: its architecture; it restores.
        theta: its parameters, shape (parameters,).
        rows: all rows of its table.
        discipline: to be met.
        weight_error: share by which every weight may still be off.
    """
    share = np.zeros(len(theta))
    for weights, biases in gate.slices()[1:]:
        each = abs(theta[weights]).reshape(-1, biases.stop - biases.start)
        share[weights] = (each / np.maximum(each.max(0), 1e-300)).ravel()
    left = np.flatnonzero(share)
    left = left[np.argsort(share[left], kind="stable")]

    every = np.arange(len(rows.x))
    looked_at = every if len(every) <= WIDE else balanced(rows, np.random.default_rng(0))
    for _ in range(_TURNS):
        made = _greedily(gate, theta, left, only(rows, looked_at), discipline, weight_error)
        right = proved_rows(gate, made[None], rows, discipline, weight_error)[0]
        if right.all():
            return made
        wrong = np.flatnonzero(~right)
        looked_at = np.union1d(looked_at, wrong[:: max(1, len(wrong) // FIRST_ROWS)])
    return theta


def _greedily(
    gate: Architecture,
    theta: Floats,
    left: Indices,
    rows: Rows,
    discipline: Discipline,
    weight_error: float,
) -> Floats:
    """The parameters with as many of those at some places 0 as these rows allow."""

    def holds(places: Sequence[Indices]) -> Mask:
        tried = np.tile(theta, (len(places), 1))
        for one, place in zip(tried, places, strict=True):
            one[place] = 0.0
        return np.asarray(proved_rows(gate, tried, rows, discipline, weight_error).all(1))

    chunks = [left[start : start + _AT_A_TIME] for start in range(0, len(left), _AT_A_TIME)]
    gone = left[:0]
    for chunk in chunks:
        for place in chunk[holds(list(chunk[:, None]))]:
            more = np.append(gone, place)
            if holds([more])[0]:
                gone = more
    made = theta.copy()
    made[gone] = 0.0
    return made
