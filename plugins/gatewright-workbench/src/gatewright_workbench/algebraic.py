"""The algebraic sigmoid ½ + z / (2·√(4 + z²)): as steep as the logistic at 0, without an exponential.

Example:
    >>> ALGEBRAIC.value(np.array([-np.inf, 0.0, 1.5])).tolist()
    [0.0, 0.5, 0.8]
"""

from __future__ import annotations

import numpy as np

from gatewright import Activation, rising
from gatewright.arrays import Floats


def _value(z: Floats) -> Floats:
    # √(4 + z²) without a square that overflows; of an infinite z, ±1.
    with np.errstate(invalid="ignore"):
        share = z / np.hypot(2.0, z)
    return 0.5 + 0.5 * np.where(np.isinf(z), np.sign(z), share)


def _derivative(z: Floats, _a: Floats) -> Floats:
    return 2.0 / np.hypot(2.0, z) ** 3


ALGEBRAIC = Activation(
    "algebraic",
    _value,
    _derivative,
    low=0.0,
    high=1.0,
    formula=("a = ½ + z / (2·√(4 + z²))", "f'(z) = 2 / √(4 + z²)³"),
    interval=rising(_value),
    rounding=16,  # hypot is good to 2 unit roundoffs, quotient, product and sum add one each; doubled twice
    steepest=0.25,
    smooth=True,
    c="0.5 + 0.5 * (z / hypot(2.0, z))",
    javascript="0.5 + 0.5 * (z / Math.hypot(2, z))",
)
