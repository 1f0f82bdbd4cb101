"""What a proof is of and what came of it: the rows of a truth table, the record of a proof, and plain violations.

`prover` and `restored` come after it.

Example:
    >>> steep = np.array([[42.0, -21.0]])
    >>> one = np.ones((1, 1))
    >>> violations(Architecture((1, 1), ("clipped",)), steep, np.array([[[0.5], [0.6]]]), one, one).tolist()
    [[True, False]]
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.certify.bounds import FLOAT64, Precision
from gatewright.learn.network import Architecture
from gatewright.records import dataclass

Outcome = Literal["proved", "refuted", "undecided"]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What a network is to give.

    Attributes:
        x: input bits of every row, shape (rows, inputs).
        y: output bits, shape (rows, outputs).
        care: ones, and zeros where an output does not matter, shape (rows, outputs).
    """

    x: Floats
    y: Floats
    care: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What came of one network.

    Attributes:
        outcome: ``proved`` for every point of every row's box, ``refuted`` by a point, or ``undecided``
            where there were too many boxes.
        boxes: boxes whose bounds were computed.
        depth: most cuts that any of them is away from a row's whole box.
        row: of the violation, or of a box that is left; -1 where proved.
        point: inputs at which a plain evaluation violates the discipline; empty unless refuted.
        left: a box that is neither proved nor refuted, (least, greatest) of every input; empty unless
            undecided.
        rows: the row of every proved box, shape (leaves,).
        low: least inputs of every proved box, shape (leaves, inputs).
        high: greatest inputs, likewise.
    """

    outcome: Outcome
    boxes: int
    depth: int
    row: int
    point: tuple[float, ...]
    left: tuple[tuple[float, float], ...]
    rows: Indices
    low: Floats
    high: Floats


def violations(
    architecture: Architecture,
    theta: Floats,
    points: Floats,
    least: Floats,
    most: Floats,
    precision: Precision = FLOAT64,
) -> Mask:
    """Where a plain evaluation leaves its band, shape (networks, points).

    Args:
        architecture: of the networks.
        theta: shape (networks, parameters).
        points: shape (networks, points, inputs).
        least: of every output, shape (networks, outputs).
        most: likewise.
        precision: the arithmetic to evaluate in.
    """
    a = points.astype(precision.dtype)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        weights = theta.astype(precision.dtype)
        for (w, b), function in zip(
            architecture.layers(weights), architecture.functions, strict=True
        ):
            a = function.value(a @ w + b)
    inside = (a >= least[:, None]) & (a <= most[:, None])  # False for what is not a number
    return np.asarray(~inside.all(2))
