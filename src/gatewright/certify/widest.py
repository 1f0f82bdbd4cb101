"""How much a proved network can take: the largest noise margin, and errors of its weights.

Each is searched for by proving many disciplines, or many weight errors, in one go: sixty-four between what is
proved and what is not, and again between two of those.

Example:
    >>> architecture, steep = Architecture((1, 1), ("clipped",)), np.array([[42.0, -21.0]])
    >>> rows = Rows(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]), np.ones((2, 1)))
    >>> round(widest_margin(architecture, steep[0], rows, 0.0), 3)
    0.452
    >>> round(weight_tolerance(architecture, steep[0], rows, Discipline(0.4)), 4)
    0.0476
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats, Mask
from gatewright.certify.discipline import Discipline
from gatewright.certify.prover import Rows, proved
from gatewright.certify.restored import largest, tolerance_restored, widest_restored
from gatewright.learn.network import Architecture

_BOXES_A_ROW = 2
_MORE = 4  # times the boxes of the proof itself; what takes more is not found, and so not claimed


def widest_margin(
    architecture: Architecture, theta: Floats, rows: Rows, vol: float, boxes: int = 0
) -> float:
    """The largest noise margin proved for parameters (parameters,) and outputs as clean as ``vol``.

    To within 0.0002 of what so many boxes can prove, from below; 0 if none is proved. ``boxes`` is
    the number that a proof for a smaller margin took, and bounds the effort.
    """
    if architecture.restoring:
        return widest_restored(architecture, theta, rows.x, *_bands(rows, vol), vol)
    most = most_boxes(rows, boxes)

    def holds(margins: Floats) -> Mask:
        each = [Discipline(float(margin) + vol, vol) for margin in margins]
        return _proved(architecture, theta, rows, each, np.zeros(len(margins)), most)

    return largest(holds, 0.5 - vol)


def weight_tolerance(
    architecture: Architecture, theta: Floats, rows: Rows, discipline: Discipline, boxes: int = 0
) -> float:
    """The largest relative error on all weights and biases under which the discipline is still met.

    To within 0.0001 of what so many boxes can prove, from below; 0 if none is proved. ``boxes`` is
    the number that the proof without errors took, and bounds the effort.
    """
    if architecture.restoring:
        bands = _bands(rows, discipline.vol)
        return tolerance_restored(architecture, theta, rows.x, *bands, discipline)
    most = most_boxes(rows, boxes)

    def holds(errors: Floats) -> Mask:
        return _proved(architecture, theta, rows, [discipline], errors, most)

    return largest(holds, 0.25)


def most_boxes(rows: Rows, boxes: int = 0) -> int:
    """The boxes to try with, if a proof took so many."""
    return max(_BOXES_A_ROW * len(rows.x), _MORE * boxes)


def _bands(rows: Rows, vol: float) -> tuple[Floats, Floats]:
    """Least and greatest of every output, shape (rows, outputs)."""
    least, most = Discipline((0.5 + vol) / 2, vol).bands(rows.y)
    free = rows.care <= 0
    return np.where(free, -np.inf, least), np.where(free, np.inf, most)


def _proved(
    architecture: Architecture,
    theta: Floats,
    rows: Rows,
    each: list[Discipline],
    errors: Floats,
    most: int,
) -> Mask:
    many = np.tile(theta, (len(errors), 1))
    return proved(architecture, many, rows, each, weight_error=errors, most_boxes=most)
