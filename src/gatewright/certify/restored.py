"""The certificate of a gate that restores its inputs first: an interval an input, then one pass over its rows.

Unit *i* of the restoring layer is w·x − w/2 of input *i* alone, clipped; or w/2 − w·x, which inverts it. Where
w·(½ − VIL) ≥ 2 it makes of every signal that counts as a 0 exactly 0.0, and of one that counts as a 1 exactly
1.0. So all of a row's box, however many its dimensions, becomes one point, and what lies behind is evaluated once
a row: nothing is cut, and any number of inputs will do. It is the theorem of composition, used inside a gate.

The bounds are those of `bounds`, so they hold for what a computer computes. With a weight error a restoring
unit gives an interval in place of a bit; a row is then bounded by the intervals of its bits.

Example:
    >>> restoring_weight(0.45), restoring_weight(0.49)
    (1024.0, 4096.0)
    >>> gate = Architecture((1, 1, 1), ("clipped", "clipped"), restoring=True)
    >>> theta = np.concatenate([restoring_parameters(1, 1024.0), [8.0, -4.0]])  # a buffer
    >>> x = np.array([[0.0], [1.0]])
    >>> right_rows(gate, theta[None], x, x[None], x[None], [Discipline(0.45)]).tolist()
    [[True, True]]
    >>> round(widest_restored(gate, theta, x, x, x, 0.0), 3)
    0.498
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.certify.bounds import FLOAT64, Precision, output_bounds
from gatewright.certify.discipline import Discipline
from gatewright.certify.proof import Proof, violations
from gatewright.learn.activations import ACTIVATIONS
from gatewright.learn.network import Architecture

_SPENT = (
    0.05  # of the weight tolerance there can be, what the choice of the restoring weight may cost
)
_AT_A_TIME, _FEW = (
    1 << 16,
    64,
)  # numbers of one layer's bounds, which fit the cache; and rows at least
_BITS = np.array([[0.0], [1.0]])
_LOOKED_AT = 64  # wrong rows whose corners are tried, for an input that violates
_HARD = 512  # rows that a weight tolerance is first searched on
_SEARCHES = 32  # each adds the rows that the last one got wrong


def restoring_weight(vil: float) -> float:
    """The weight of a restoring layer for a discipline: a power of two, so that few bits hold it and its bias.

    With every weight off by a share d, a unit still restores as long as w·((½ − v) − d·(3/2 − v)) ≥ 2 at v = VIL;
    however large w, d stays below (½ − v)/(3/2 − v). The least power of two that comes within a twentieth.
    """
    return float(2.0 ** np.ceil(np.log2(2.0 / (_SPENT * (0.5 - vil)))))


def restoring_parameters(inputs: int, weight: float, inverted: Mask | None = None) -> Floats:
    """The parameters of a restoring layer, shape (2 · inputs,): its weights, then its biases.

    Args:
        inputs: how many.
        weight: of each.
        inverted: inputs whose opposites are given, shape (inputs,); none where it is not said.
    """
    ends = np.ones(inputs) if inverted is None else np.where(inverted, -1.0, 1.0)
    return np.concatenate([weight * ends, -weight / 2 * ends])


def restored_bits(
    architecture: Architecture,
    theta: Floats,
    disciplines: Sequence[Discipline],
    *,
    weight_error: Floats | float = 0.0,
    precision: Precision = FLOAT64,
) -> tuple[Floats, Floats]:
    """Between which values each restoring unit lies, shape (networks, inputs, 2): for a 0, and for a 1.

    Args:
        architecture: of the networks; it restores.
        theta: their parameters, shape (networks, parameters).
        disciplines: one for all, or one a network.
        weight_error: share by which every weight may be off, for all or for each, shape (networks,).
        precision: the arithmetic that evaluates them.
    """
    low, high = _restored(architecture, theta, disciplines, weight_error, precision)
    every = (len(theta), architecture.sizes[0], 2)
    return np.broadcast_to(low, every), np.broadcast_to(high, every)


def _restored(
    architecture: Architecture,
    theta: Floats,
    disciplines: Sequence[Discipline],
    weight_error: Floats | float,
    precision: Precision,
) -> tuple[Floats, Floats]:
    """As `restored_bits`, but of one network alone where all have the same restoring layer."""
    errors = np.broadcast_to(np.asarray(weight_error, dtype=np.float64), (len(theta),))
    weights, biases = architecture.slices()[0]
    first = theta[:, : biases.stop]
    if len(theta) > 1 and len(disciplines) == 1 and _one(first) and _one(errors):
        first, errors = first[:1], errors[:1]
    units = np.stack([first[:, weights], first[:, biases]], axis=2, dtype=np.float64)
    known = (errors.tobytes(), tuple(disciplines), precision)
    name, changes = architecture.activations[0], ACTIVATIONS.changes
    bounds = _unit if len(first) <= STEPS else _unit.__wrapped__  # many are not asked for again
    ends = [
        bounds(name, changes, units[:, place].tobytes(), *known) for place in range(units.shape[1])
    ]
    low, high = (np.stack([one[end] for one in ends], axis=1) for end in (0, 1))
    return low, high


@lru_cache(maxsize=512)
def _unit(
    activation: str,
    _changes: int,
    theta: bytes,
    errors: bytes,
    disciplines: tuple[Discipline, ...],
    precision: Precision,
) -> tuple[Floats, Floats]:
    """Between which values one input's unit lies, for a 0 and for a 1, shape (networks, 2).

    Such units are of few kinds, and asked for in every turn of a training.
    """
    units, off = np.frombuffer(theta).reshape(-1, 2), np.frombuffer(errors)[:, None, None]
    regions = [one.regions(_BITS) for one in disciplines]
    boxes = (np.stack([region[end] for region in regions]) for end in (0, 1))
    unit = Architecture((1, 1), (activation,))
    low, high = output_bounds(unit, units, *boxes, weight_error=off, precision=precision)
    return low[:, :, 0], high[:, :, 0]


def _one(values: Floats) -> bool:
    """Whether all networks have the same."""
    return bool((values == values[0]).all())


def right_rows(
    architecture: Architecture,
    theta: Floats,
    x: Floats,
    least: Floats,
    most: Floats,
    disciplines: Sequence[Discipline],
    *,
    weight_error: Floats | float = 0.0,
    precision: Precision = FLOAT64,
) -> Mask:
    """In which rows the outputs are proved to lie in their bands, shape (networks, rows).

    Args:
        architecture: of the networks; it restores, and its activations never fall.
        theta: their parameters, shape (networks, parameters).
        x: the bits of every row, shape (rows, inputs).
        least: of every output, shape (networks or 1, rows, outputs).
        most: likewise.
        disciplines: one for all, or one a network.
        weight_error: share by which every weight may be off, for all or for each, shape (networks,).
        precision: the arithmetic that evaluates them.
    """
    networks, logic = len(theta), architecture.logic
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = _restored(architecture, theta, disciplines, weight_error, precision)
        behind = theta[:, architecture.slices()[0][1].stop :]
        errors = np.broadcast_to(np.asarray(weight_error, dtype=np.float64), (networks,))
        if _one(errors):
            errors = errors[:1]
        right = np.empty((networks, len(x)), dtype=np.bool_)
        chunk = max(_FEW, _AT_A_TIME // (networks * max(architecture.sizes)))
        for start in range(0, len(x), chunk):
            here = slice(start, start + chunk)
            one = x[here] > 0.5
            ends = [np.where(one, end[:, None, :, 1], end[:, None, :, 0]) for end in (low, high)]
            lowest, highest = output_bounds(
                logic, behind, *ends, weight_error=errors[:, None, None], precision=precision
            )
            right[:, here] = ((lowest >= least[:, here]) & (highest <= most[:, here])).all(2)
    return right


def prove_restored(
    architecture: Architecture,
    theta: Floats,
    x: Floats,
    least: Floats,
    most: Floats,
    disciplines: Sequence[Discipline],
    *,
    weight_error: Floats | float = 0.0,
    precision: Precision = FLOAT64,
) -> list[Proof]:
    """The proof of each network, as `prover.prove` gives it; the arguments are those of `right_rows`.

    Boxes are rows that were evaluated. None is kept: there is one a row, and the discipline says which.
    """
    right = right_rows(
        architecture,
        theta,
        x,
        least,
        most,
        disciplines,
        weight_error=weight_error,
        precision=precision,
    )
    nowhere = np.empty((0, architecture.sizes[0]))
    none: Indices = np.empty(0, dtype=np.intp)
    proofs = []
    for number, each in enumerate(right):
        if each.all():
            proofs.append(Proof("proved", len(x), 0, -1, (), (), none, nowhere, nowhere))
            continue
        one = disciplines[number if len(disciplines) > 1 else 0]
        wrong = np.flatnonzero(~each)
        low, high = one.regions(x[wrong])
        near = np.where(x[wrong] > 0.5, low, high)  # each input as far from its bit as it may be
        points = np.stack([near[:_LOOKED_AT], x[wrong[:_LOOKED_AT]]], axis=1)
        tried = len(points)
        bad = violations(
            architecture,
            np.tile(theta[number], (tried, 1)),
            points,
            least[number % len(least)][wrong[:tried]],
            most[number % len(most)][wrong[:tried]],
            precision,
        )
        if bad.any():
            row, place = np.argwhere(bad)[0]
            point = tuple(points[row, place].tolist())
            at = int(wrong[row])
            proofs.append(Proof("refuted", len(x), 0, at, point, (), none, nowhere, nowhere))
            continue
        left = tuple(zip(low[0].tolist(), high[0].tolist(), strict=True))
        proofs.append(
            Proof("undecided", len(x), 0, int(wrong[0]), (), left, none, nowhere, nowhere)
        )
    return proofs


def widest_restored(
    architecture: Architecture, theta: Floats, x: Floats, least: Floats, most: Floats, vol: float
) -> float:
    """The largest noise margin proved of parameters (parameters,), for outputs as clean as ``vol``.

    It is the widest at which every restoring unit still gives bits; to within 0.0002, from below.
    """

    def holds(margins: Floats) -> Mask:
        each = [Discipline(float(margin) + vol, vol) for margin in margins]
        many = np.tile(theta, (len(each), 1))
        low, high = restored_bits(architecture, many, each)
        return np.asarray(((low == [0.0, 1.0]) & (high == [0.0, 1.0])).all((1, 2)))

    margin = largest(holds, 0.5 - vol)
    if not margin:
        return 0.0
    each = [Discipline(margin + vol, vol)]
    right = right_rows(architecture, theta[None], x, least[None], most[None], each)
    return margin if right.all() else 0.0


def tolerance_restored(
    architecture: Architecture,
    theta: Floats,
    x: Floats,
    least: Floats,
    most: Floats,
    discipline: Discipline,
) -> float:
    """The largest relative error on all weights and biases under which a gate is still proved.

    To within 0.0001, from below. Of many rows it is searched on some first, and on those that turn out harder.
    """
    # Not np.unique: it imports numpy.ma, which takes as long as a small gate's training.
    hard = np.linspace(0, len(x) - 1, min(_HARD, len(x))).astype(np.intp)

    def right(errors: Floats, rows: Indices) -> Mask:
        many = np.tile(theta, (len(errors), 1))
        return right_rows(
            architecture,
            many,
            x[rows],
            least[None, rows],
            most[None, rows],
            [discipline],
            weight_error=errors,
        )

    found, every = 0.25, np.arange(len(x))
    for _ in range(_SEARCHES):
        found = min(found, largest(partial(_all_right, right, hard), 0.25))
        wrong = np.flatnonzero(~right(np.array([found]), every)[0])
        if not len(wrong):
            return found
        hard = np.union1d(hard, wrong[:: max(1, len(wrong) // _HARD)])
    return 0.0


def _all_right(right: Callable[[Floats, Indices], Mask], rows: Indices, errors: Floats) -> Mask:
    return np.asarray(right(errors, rows).all(1))


STEPS, ROUNDS = 64, 2


def largest(holds: Callable[[Floats], Mask], end: float) -> float:
    """The largest number below ``end`` found to hold, where all smaller ones do; 0 where none is."""
    low, high = 0.0, end
    for _ in range(ROUNDS):
        ladder = low + (high - low) * np.arange(1, STEPS) / STEPS
        held = holds(ladder)
        rungs = int(np.argmin(held)) if not held.all() else len(held)
        low, high = (
            float(ladder[rungs - 1]) if rungs else low,
            float(ladder[rungs]) if rungs < len(ladder) else high,
        )
    return low
