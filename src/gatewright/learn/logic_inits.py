"""Where logic layers begin: at random, as counters of their inputs, or as sums of products.

All are starts of one hidden layer of logistic units and linear outputs, which learning takes over; they stand
side by side among the restarts of one training. A counter's hidden units ask whether more than so many inputs
are 1: thresholds spread over Σ xᵢ, placed where the table changes most with the sum. AND, OR, parity, majority
and all other symmetric functions are made of such units, at any width. In a sum of products each hidden unit is
a cube: it asks whether some inputs are 1 and some are 0.

Example:
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> sides = np.array([[-1.0], [1.0], [1.0], [-1.0]])  # xor
    >>> counted_levels(x, sides).shape, changes(counted_levels(x, sides)).tolist()
    ((3, 1), [0, 1])
    >>> theta = counting(2, counted_levels(x, sides), np.ones(2))
    >>> w = theta[:4].reshape(2, 2)  # more than ½, and more than 1½ inputs
    >>> w.tolist(), theta[4:6].tolist(), theta[6:].tolist()
    ([[8.0, 8.0], [8.0, 8.0]], [-4.0, -12.0], [12.0, -12.0, -6.0])
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.learn.network import Architecture
from gatewright.logic.isop import Term

STEEP, SURE = 8.0, 6.0
"""The weight of a hidden unit that begins with a meaning, and the logit of an output that follows."""


def random(
    architecture: Architecture, generator: np.random.Generator, restarts: int, gain: float = 2.0
) -> Floats:
    """Uniform parameters, shape (restarts, parameters).

    Weights lie within ± gain · √(6 / (fan-in + fan-out)), biases within ± gain / 2.
    """
    theta = generator.uniform(-gain, gain, (restarts, architecture.parameters))
    sizes = zip(architecture.sizes, architecture.sizes[1:], strict=False)
    for (weights, biases), (before, after) in zip(architecture.slices(), sizes, strict=True):
        theta[:, weights] *= np.sqrt(6.0 / (before + after))
        theta[:, biases] *= 0.5
    return theta


def directions(x: Floats, sides: Floats) -> Floats:
    """±1 an input, shape (inputs,): -1 where more of the outputs fall than rise with it."""
    moved = ((2.0 * x - 1.0).T @ sides).sum(1)
    return np.where(moved < 0, -1.0, 1.0)


def counted_levels(x: Floats, sides: Floats, signs: Floats | None = None) -> Floats:
    """What the outputs are on average, -1 to 1, where so many inputs are 1; shape (inputs + 1, outputs).

    With ``signs``, inputs of sign -1 count where they are 0. Where no row matters, it is as one input before.
    """
    ones = np.ones(x.shape[1]) if signs is None else signs
    count = np.where(ones > 0, x, 1.0 - x).sum(1).astype(np.intp)
    levels = np.zeros((x.shape[1] + 1, sides.shape[1]))
    for output in range(sides.shape[1]):
        total = np.bincount(count, sides[:, output], len(levels))
        rows = np.bincount(count, abs(sides[:, output]), len(levels))
        for place in range(len(levels)):
            known = total[place] / rows[place] if rows[place] else None
            levels[place, output] = (
                known if known is not None else levels[max(place - 1, 0), output]
            )
    return levels


def changes(levels: Floats) -> Indices:
    """After which counts an output changes."""
    return np.flatnonzero(abs(np.diff(levels, axis=0)).max(1) > 1e-9)


def counting(hidden: int, levels: Floats, signs: Floats) -> Floats:
    """A counter of so many hidden units, shape (parameters,).

    Args:
        hidden: units; each has a threshold, where the outputs change most.
        levels: as `counted_levels` gives them, shape (inputs + 1, outputs).
        signs: of the inputs, shape (inputs,).
    """
    steps = np.diff(levels, axis=0)
    order = np.argsort(-abs(steps).max(1), kind="stable")[:hidden]
    chosen = np.sort(order)
    inputs, outputs = len(signs), levels.shape[1]
    w, b = np.zeros((inputs, hidden)), np.zeros(hidden)
    v = np.zeros((hidden, outputs))
    less = (signs < 0).sum()  # inputs that count where they are 0
    for unit, place in enumerate(chosen):
        w[:, unit] = STEEP * signs
        b[unit] = -STEEP * (place + 0.5 - less)
        v[unit] = SURE * steps[place]
    return np.concatenate([w.ravel(), b, v.ravel(), SURE * levels[0]])


def threshold(levels: Floats, signs: Floats) -> Floats:
    """One layer that counts, shape (parameters,): each output asks for more inputs than where it changes most."""
    steps = np.diff(levels, axis=0)
    places = abs(steps).argmax(0)
    sides = np.where(np.take_along_axis(steps, places[None], 0)[0] < 0, -1.0, 1.0)
    less = (signs < 0).sum()
    w = STEEP * signs[:, None] * sides
    return np.concatenate([w.ravel(), -STEEP * sides * (places + 0.5 - less)])


def products(
    hidden: int, inputs: int, terms: Sequence[Sequence[Term]], inverted: Sequence[bool]
) -> Floats:
    """A sum of products, shape (parameters,): each output is on where one of its cubes is.

    Args:
        hidden: units; the largest cubes where there are not enough of them.
        inputs: of the table.
        terms: the cubes of each output: the inputs that must be 1, and those that must be 0, the first input the
            highest of ``inputs`` bits.
        inverted: of each output, whether they are the cubes of where it is off.
    """
    each = list(dict.fromkeys(term for one in terms for term in one))
    each = sorted(each, key=lambda term: (term[0] | term[1]).bit_count())[:hidden]
    places = {term: unit for unit, term in enumerate(each)}
    w, b = np.zeros((inputs, hidden)), np.zeros(hidden)
    v, last = np.zeros((hidden, len(terms))), np.zeros(len(terms))
    for unit, (ones, zeros) in enumerate(each):
        for place in range(inputs):
            bit = 1 << (inputs - 1 - place)
            w[place, unit] = STEEP * (bool(ones & bit) - bool(zeros & bit))
        b[unit] = -STEEP * (ones.bit_count() - 0.5)
    for output, (cubes, other) in enumerate(zip(terms, inverted, strict=True)):
        side = -1.0 if other else 1.0
        last[output] = -side * SURE
        for term in cubes:
            if term in places:
                v[places[term], output] = 2.0 * side * SURE
    return np.concatenate([w.ravel(), b, v.ravel(), last])
