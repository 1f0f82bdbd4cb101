"""Starting points: where the restarts of a training begin.

After `network`, before `fit`. Every start draws one row a restart, in order, from one generator, so
restart *i* begins at the same place however many others run beside it.

Example:
    >>> shape = Architecture((2, 2, 1), ("logistic", "logistic"))
    >>> few = draw_starts("restoring", shape, np.random.default_rng(7), 2)
    >>> many = draw_starts("restoring", shape, np.random.default_rng(7), 5)
    >>> bool(np.array_equal(few, many[:2]))
    True
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.network import Architecture

RESTORING_WEIGHT = 20.0
RESTORING_BIAS = -10.0
RESTORING_NOISE = 0.5

NAMES = ("restoring", "glorot", "he", "normal", "uniform")


def draw_starts(
    name: str, shape: Architecture, generator: np.random.Generator, restarts: int
) -> Floats:
    """Parameters to start from, shape (restarts, parameters).

    ``restoring`` gives each input a unit of its own in the first hidden layer, with a steep slope
    (weight 20, bias -10) that already separates a sloppy 0 from a sloppy 1, and starts the rest like
    ``glorot``; where the first layer has fewer units than inputs, or there is no hidden layer, it is
    ``glorot``. ``glorot`` and ``he`` are the uniform and normal variance-preserving starts of Glorot
    & Bengio (2010) and He et al. (2015), with zero biases; ``normal`` is N(0, 1) and ``uniform``
    [-1, 1], biases too.

    Raises:
        RecipeError: no start has that name.
    """
    if name not in NAMES:
        raise RecipeError(f"unknown start '{name}'", hint=f"choose one of {', '.join(NAMES)}")
    if name in ("normal", "he"):
        theta = generator.standard_normal((restarts, shape.parameters))
    else:
        theta = generator.uniform(-1.0, 1.0, (restarts, shape.parameters))
    if name in ("normal", "uniform"):
        return theta
    for (weights, biases), before, after in zip(
        shape.slices(), shape.sizes, shape.sizes[1:], strict=False
    ):
        theta[:, weights] *= np.sqrt(2.0 / before if name == "he" else 6.0 / (before + after))
        theta[:, biases] = 0.0
    inputs, first = shape.sizes[0], shape.sizes[1]
    if name == "restoring" and len(shape.sizes) > 2 and first >= inputs:
        w, b = shape.layers(theta)[0]
        own = np.eye(inputs, first)
        w[...] = RESTORING_NOISE * w + RESTORING_WEIGHT * own
        b[...] += RESTORING_BIAS * own.sum(0)
    return theta
