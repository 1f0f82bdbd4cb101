"""Learning a gate's logic on bits: the smallest size that learns it, then without what can go.

A restoring layer gives the logic layers bits, so the 2^k bare rows are all there is to learn. Sizes are tried
from the smallest on, each half as large again; one that cannot be learned costs little, as its systems are
small and it is left as soon as it gets no better (`size`). Restarts begin at random, as a counter and as
a sum of products (`starts`). In the end units are taken away, as long as the rest learns the table again; then
single weights, as long as the proof holds.

Example:
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> rows = Rows(x, np.array([[0.0], [1.0], [1.0], [0.0]]), np.ones((4, 1)))  # xor
    >>> made = learn_on_bits(rows, Discipline(0.45))
    >>> made.architecture.sizes, made.architecture.parameters, made.weight_bits
    ((2, 2, 2, 1), 13, 8)
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatewright.arrays import Floats
from gatewright.certify.discipline import Discipline
from gatewright.certify.proof import Rows
from gatewright.gates.training.on_bits.ends import Ends, Proved
from gatewright.gates.training.on_bits.part import WIDE
from gatewright.gates.training.on_bits.polarity import inverted_inputs, seen_inverted
from gatewright.gates.training.on_bits.prune import without_weights
from gatewright.gates.training.on_bits.size import PATIENCE, SMALL, LogicSize
from gatewright.gates.training.on_bits.starts import Starts
from gatewright.learn.logits import Step
from gatewright.learn.network import Architecture
from gatewright.records import dataclass

RESTARTS = 16
BITS = (8, 10, 12, 16)
"""Bits of a weight: what is tried first, and in turn where rounding to that undoes what was learned."""

_MOST_WORK = 6e11  # products of all sizes: a minute or two
_FEW_INPUTS = 4  # up to so many, weights are tolerant enough without an input inverted
_FAR = 0.1  # of the outputs wrong: the next size is too small as well, and passed over
_MORE_SIZES = 2  # after one that was proved, but not as is wanted


@dataclass(frozen=True, slots=True, eq=False)
class OnBits:
    """A gate whose logic was learned on bits, and proved.

    Attributes:
        architecture: of the whole gate, of clipped units; its first layer restores.
        theta: its parameters, shape (parameters,).
        restart: the start it was made of, of those of its size.
        solved: starts of that size that had every row right.
        proved: those of them that a proved gate was made of.
        epochs: steps of that size.
        weight_bits: of the logic layers.
        tried: hidden units of the sizes that were not learned.
        logic: the logic layers of that size, smooth, as they were learned before units were taken away.
        ends: where each start of that size ended.
    """

    architecture: Architecture
    theta: Floats
    restart: int
    solved: int
    proved: int
    epochs: int
    weight_bits: int
    tried: tuple[int, ...]
    logic: Architecture
    ends: Ends


@dataclass(frozen=True, slots=True, eq=False)
class NotOnBits:
    """What was not learned.

    Attributes:
        tried: hidden units of the sizes that were tried.
        wrong: outputs, of the rows that were learned, that the best start has on the wrong side.
        right: rows of all in which the best start of any size has every output on the right side.
        rows: all that matter.
        logic: the largest logic layers that were tried.
        ends: where each of their starts ended.
    """

    tried: tuple[int, ...]
    wrong: int
    right: int
    rows: int
    logic: Architecture
    ends: Ends


def learn_on_bits(
    rows: Rows,
    discipline: Discipline,
    *,
    seed: int = 0,
    restarts: int = RESTARTS,
    bits: tuple[int, ...] = BITS,
    fewest: bool = False,
    watch: Callable[[Step], None] | None = None,
) -> OnBits | NotOnBits:
    """A proved gate for a truth table of 1 to 16 inputs.

    Args:
        rows: all rows of the table, in order.
        discipline: to be met; VOL = 0.
        seed: of everything random.
        restarts: starts at once, where they are cheap.
        bits: of a weight, as `BITS`.
        fewest: look harder for few units and weights, as `smallest` does.
        watch: is told every few epochs.
    """
    inputs = rows.x.shape[1]
    few = inputs <= _FEW_INPUTS
    inverted = np.zeros(inputs, dtype=np.bool_) if few else inverted_inputs(rows)
    rows = seen_inverted(rows, inverted)
    starts = Starts(rows)
    made: list[LogicSize] = []
    passed = False
    for hidden in starts.sizes():
        if made and made[-1].missed > _FAR and made[-1].work > SMALL / 4 and not passed:
            passed = True
            continue
        passed = False
        one = LogicSize(
            rows,
            discipline,
            hidden=hidden,
            bits=bits,
            restarts=restarts,
            inverted=inverted,
            watch=watch,
        )
        spent = sum(each.spent for each in made)
        if made and spent + one.work * one.restarts * PATIENCE > _MOST_WORK:
            break
        made.append(one)
        generator = np.random.default_rng([seed, hidden])
        theta = starts.draw(hidden, one.restarts, generator, restarts)
        one.restarts = len(theta)
        one.learn(theta, generator)
        proved = [each for each in made if each.best is not None]
        if proved and (one.as_wanted or len(proved) > _MORE_SIZES):
            break
        if sum(each.guessed for each in made) > _MORE_SIZES:
            break
    best = min(made, key=lambda each: each.shortcoming)
    if best.best is None:
        return NotOnBits(
            tuple(each.hidden for each in made),
            min(each.wrong for each in made),
            max(each.right_rows() for each in made),
            int((rows.care > 0).any(1).sum()),
            made[-1].smooth,
            made[-1].ends,
        )
    smaller = [each.hidden for each in made if each.hidden < best.hidden]
    size, proof, epochs = _pruned(best, best.best, max(smaller, default=0) + 1)
    theta = proof.theta
    if fewest:
        from gatewright.gates.training.on_bits.smallest import smallest

        least = smallest(size, proof, starts, seed=seed)
        size, proof, theta, epochs = least.size, least.proved, least.theta, epochs + least.epochs
    elif size.work < SMALL:
        theta = without_weights(size.gate, theta, size.real, discipline, size.error(proof.level))
    return OnBits(
        size.gate,
        theta,
        best.best.restart,
        len(best.solved),
        len(best.proved),
        best.epochs + epochs,
        proof.bits,
        tuple(each.hidden for each in made if each.best is None),
        best.smooth,
        best.ends,
    )


def _pruned(size: LogicSize, proved: Proved, least: int) -> tuple[LogicSize, Proved, int]:
    """The gate of as few hidden units as learn it again once one is taken away; and the epochs that took."""
    epochs = 0
    few = len(size.rows.x) <= WIDE and size.work < SMALL / 4
    while few and size.hidden > max(least, 2):
        fewer = LogicSize(
            size.rows,
            size.discipline,
            hidden=size.hidden - 1,
            bits=(proved.bits,),
            restarts=size.restarts,
            inverted=size.inverted,
            watch=size.watch,
        )
        left = _without_a_unit(size.smooth, proved.learned, size.rows)
        fewer.learn(left, np.random.default_rng(0), PATIENCE)
        epochs += fewer.epochs
        if fewer.best is None or fewer.shortcoming > (proved.bits, proved.level):
            break
        size, proved = fewer, fewer.best
    return size, proved, epochs


def _without_a_unit(smooth: Architecture, theta: Floats, rows: Rows) -> Floats:
    """Networks of one hidden unit less, shape (networks, parameters): those that miss least of what it said."""
    (w, b), (v, last) = ((weights[0], bias[0, 0]) for weights, bias in smooth.layers(theta[None]))
    said = 1.0 / (1.0 + np.exp(-np.clip(rows.x @ w + b, -500.0, 500.0)))
    worth = said.std(0) * abs(v).max(1)
    made = []
    for unit in np.argsort(worth, kind="stable")[:4].tolist():
        left = np.arange(len(b)) != unit
        ends = last + said[:, unit].mean() * v[unit]
        made.append(np.concatenate([w[:, left].ravel(), b[left], v[left].ravel(), ends]))
    return np.stack(made)
