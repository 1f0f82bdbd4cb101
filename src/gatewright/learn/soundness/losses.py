"""What is wrong with a loss: tried on numbers, before it is trusted.

Example:
    >>> from gatewright.learn.losses import Loss
    >>> sums = lambda a, y, care: (care * (a - y) ** 2).sum((-2, -1))
    >>> wrong = Loss("sum", sums, lambda a, y, care: care * (a - y))
    >>> [flaw] = list(flaws_of_loss(wrong))
    >>> flaw.partition(":")[0]
    'its gradient is not that of its value'
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import reason
from gatewright.learn.losses import Loss
from gatewright.learn.soundness.differences import STEP, differs


def flaws_of_loss(what: Loss) -> Iterator[str]:
    """What is wrong with a loss: its gradients, its shapes, don't-cares, and what it says of itself."""
    draws = np.random.default_rng(0)
    a = draws.uniform(0.05, 0.95, (3, 4, 2))
    y = draws.integers(0, 2, (4, 2)).astype(np.float64)
    care = np.ones((4, 2))
    care[1, 1] = 0.0
    try:
        value, gradient = what.value(a, y, care), what.gradient(a, y, care)
        if np.shape(value) != (3,) or np.shape(gradient) != a.shape:
            yield f"its value has shape {np.shape(value)}, its gradient {np.shape(gradient)}"
            yield f"they should be (3,) and {a.shape}, for outputs of shape {a.shape}"
            return
        if abs(gradient[:, 1, 1]).any():
            yield "its gradient is not 0 where an entry does not matter"
        for place in np.ndindex(a.shape[1:]):
            moved = [a.copy(), a.copy()]
            moved[0][(slice(None), *place)] += STEP
            moved[1][(slice(None), *place)] -= STEP
            central = (what.value(moved[0], y, care) - what.value(moved[1], y, care)) / (2 * STEP)
            given = gradient[(slice(None), *place)]
            if differs(given, central, 1e-4).any():
                yield (
                    f"its gradient is not that of its value: {given[0]:g}, and central differences give "
                    f"{central[0]:g}"
                )
                return
        yield from _false_claims(what, a, y, care)
    except Exception as error:  # noqa: BLE001 - a plugin's code may raise anything
        yield f"it fails: {reason(error)}"


def _false_claims(what: Loss, a: Floats, y: Floats, care: Floats) -> Iterator[str]:
    """Where a loss is not what its other fields say of it."""
    if what.logistic_gradient is not None:
        given = what.logistic_gradient(a, y, care)
        wanted = what.gradient(a, y, care) * a * (1.0 - a)
        if np.shape(given) != a.shape:
            yield f"its logistic_gradient has shape {np.shape(given)}, not {a.shape}"
        elif (off := differs(given, wanted, 1e-6)).any():
            yield (
                f"its logistic_gradient is not its gradient times a·(1 − a): {given[off][0]:g}, which should be "
                f"{wanted[off][0]:g}"
            )
    if what.squares:
        value, sums = what.value(a, y, care), (care * (a - y) ** 2).sum((-2, -1))
        if differs(value * sums[0], value[0] * sums, 1e-6).any():
            yield "it says squares=True, and is not a multiple of the sum of squares"
