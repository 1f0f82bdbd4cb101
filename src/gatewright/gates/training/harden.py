"""Hardening: from networks of smooth units to a proved one of clipped units with few-bit weights.

The logistic function of every unit is replaced by the clipped line min(1, max(0, ½ + z/4)), which reaches 0
and 1. The weights of the first layer, and of those after it, are taken once or twice as large, which decides
units that were in doubt, and rounded to a grid of a few bits. Of all candidates that the prover lets pass,
the one with the widest margin is taken, among equals the one of the smallest weights.

Example:
    >>> rows = Rows(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]), np.ones((2, 1)))  # of a buffer
    >>> made = harden(Architecture((1, 1), ("logistic",)), np.array([[60.0, -30.0]]), rows, Discipline(0.45), 4)
    >>> made.restart, made.theta.tolist()
    (0, [128.0, -64.0])
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.certify import grid
from gatewright.certify.discipline import Discipline
from gatewright.certify.prover import Proof, Rows, prove, proved
from gatewright.certify.widest import most_boxes
from gatewright.learn.activations import CLIPPED
from gatewright.learn.network import Architecture
from gatewright.records import dataclass

TOLERATED = 0.01
"""Candidates whose weights may all be off by this share of themselves come before those whose may not."""

_BOXES = 1000  # a candidate that takes more is passed over: there are many
_RUNG = 0.01  # margins that differ by less count as equal
_FINER = (1.0, 0.9, 0.8, 0.7, 0.6)  # further sizes, where few bits make rounding coarse


@dataclass(frozen=True, slots=True, eq=False)
class Hardened:
    """The candidate that was taken.

    Attributes:
        restart: the network it was made of, counted among those given.
        theta: its parameters, shape (parameters,).
        passed: which networks have a candidate that is proved.
    """

    restart: int
    theta: Floats
    passed: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Counterexamples:
    """Where no candidate is proved: inputs that the networks get wrong once they are hardened.

    Attributes:
        rows: the rows that the inputs stand for, shape (points,).
        points: shape (points, inputs).
    """

    rows: Indices
    points: Floats


def clipped(architecture: Architecture) -> Architecture:
    """The same network of clipped units."""
    return dataclasses.replace(
        architecture, activations=(CLIPPED.name,) * len(architecture.activations)
    )


def harden(
    architecture: Architecture, theta: Floats, rows: Rows, discipline: Discipline, bits: int | None
) -> Hardened | Counterexamples:
    """Harden networks and choose the best candidate.

    Args:
        architecture: as they were trained.
        theta: shape (networks, parameters).
        rows: the truth table.
        discipline: to be met.
        bits: of a weight; none for the fewest that any candidate can do with.
    """
    hard = clipped(architecture)
    wrong: list[Proof] = []
    for width in [bits] if bits is not None else range(grid.FEWEST_BITS, grid.MOST_BITS):
        candidates, made_of = _candidates(hard, theta, width)
        passed = np.flatnonzero(proved(hard, candidates, rows, [discipline], most_boxes=_BOXES))
        if len(passed):
            best = passed[_best(hard, candidates[passed], rows, discipline)]
            return Hardened(
                int(made_of[best]), candidates[best], np.flatnonzero(np.bincount(made_of[passed]))
            )
        proofs = prove(hard, candidates, rows, [discipline], most_boxes=_BOXES)
        wrong += [proof for proof in proofs if proof.outcome == "refuted"]
    points = {(proof.row, proof.point) for proof in wrong}
    ordered = sorted(points)
    return Counterexamples(
        np.array([row for row, _ in ordered], dtype=np.intp),
        np.array([point for _, point in ordered]).reshape(-1, architecture.sizes[0]),
    )


def _candidates(architecture: Architecture, theta: Floats, bits: int) -> tuple[Floats, Indices]:
    """Every network, its first layer and the rest once or twice as large, on a grid; and what it is made of."""
    sizes = (1.0,) if bits >= 8 else _FINER
    made = []
    for size in sizes:
        with np.errstate(over="ignore", invalid="ignore"):  # what went astray is never proved
            # Twice as large is the same integers with twice the step, so it is rounded once.
            rounded = grid.on_grid(architecture, size * theta, bits)
            first = architecture.slices()[0][1].stop
            for before, after in itertools.product((1.0, 2.0), repeat=2):
                larger = rounded.copy()
                larger[:, :first] *= before
                larger[:, first:] *= after
                made.append(larger)
    return np.concatenate(made), np.tile(np.arange(len(theta)), len(made))


def _best(architecture: Architecture, theta: Floats, rows: Rows, discipline: Discipline) -> int:
    """The widest margin, then the smallest weights; tolerant weights before all."""
    vol, most = discipline.vol, most_boxes(rows)  # few: what needs many is passed over here too
    rungs = range(1, int((0.5 - discipline.vil) / _RUNG) + 1)
    vils = [discipline.vil + rung * _RUNG for rung in rungs]
    wider = [Discipline(vil, vol) for vil in vils if vil < 0.5]
    # All questions at once: NumPy's overhead is paid once.
    tried = [discipline, *wider]
    held = proved(
        architecture,
        np.tile(theta, (len(tried), 1)),
        rows,
        [one for one in tried for _ in theta],
        weight_error=np.repeat([TOLERATED] + [0.0] * len(wider), len(theta)),
        most_boxes=most,
    ).reshape(len(tried), len(theta))
    left = np.flatnonzero(held[0]) if held[0].any() else np.arange(len(theta))
    for holds in held[1:]:
        if not holds[left].any():
            break
        left = left[holds[left]]
    return int(left[np.argmin(abs(theta[left]).max(1))])
