"""Interval bounds: between which values every output of a network lies, for all inputs in a box.

Bounds go through a network layer by layer (Gowal et al., "On the effectiveness of interval bound
propagation", 2018). They hold for what a computer computes, not only for real numbers: a sum of n products in
floating point, in any order and with or without fused multiply-add, is off by at most γ = n·u / (1 - n·u) of
the sum of their sizes (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., §3.1), and the
bounds are widened by that, by the rounding of the bounds themselves, and by what `exp` and its like may be
off. The same widening proves a **weight tolerance**: every weight and bias may be off by a share of itself.

Example:
    >>> unit = Architecture((1, 1), ("clipped",))
    >>> low, high = output_bounds(unit, np.array([[40.0, -20.0]]), np.array([[[-0.4]]]), np.array([[[0.4]]]))
    >>> low.tolist(), high.tolist()
    ([[[0.0]]], [[[0.0]]])
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.activations import Activation
from gatewright.learn.network import Architecture
from gatewright.records import dataclass

UNIT = 2.0**-53
"""The unit roundoff of float64, in which the bounds themselves are computed."""


@dataclass(frozen=True, slots=True)
class Precision:
    """The arithmetic that a gate runs in.

    Attributes:
        name: as NumPy calls it.
        unit: half the distance from 1 to the next number.
        smallest: the least positive number, by which what underflows may be off.
        largest: the greatest number; what may pass it is not bounded.
    """

    name: str
    unit: float
    smallest: float
    largest: float

    @property
    def dtype(self) -> npt.DTypeLike:
        """Its NumPy type."""
        return np.dtype(self.name)


FLOAT64 = Precision("float64", UNIT, 2.0**-1074, float(np.finfo(np.float64).max))
FLOAT32 = Precision("float32", 2.0**-24, 2.0**-149, float(np.finfo(np.float32).max))


def check_bounded(architecture: Architecture) -> None:
    """Refuse networks these bounds do not hold for.

    Raises:
        RecipeError: an activation of which no interval is known.
    """
    for function in architecture.functions:
        if function.interval is None:
            raise RecipeError(
                f"interval bounds need activations of which an interval is known, and {function.name} has none",
                hint="train with another one, such as logistic",
            )


def output_bounds(
    architecture: Architecture,
    theta: Floats,
    low: Floats,
    high: Floats,
    *,
    weight_error: Floats | float = 0.0,
    precision: Precision = FLOAT64,
) -> tuple[Floats, Floats]:
    """Bounds of every output, shape (networks, boxes, outputs), whatever the input in its box.

    Args:
        architecture: of the networks; an interval of its activations is known (`check_bounded`).
        theta: their parameters, shape (networks, parameters), finite.
        low: the least of every input, shape (networks, boxes, inputs).
        high: the greatest.
        weight_error: share of itself by which every weight and bias may be off, one for all or a
            number a network, shape (networks, 1, 1).
        precision: the arithmetic that evaluates the networks.

    Where a number may leave the range of the arithmetic, the bounds are infinite.
    """
    for (w, b), function in zip(architecture.layers(theta), architecture.functions, strict=True):
        terms = w.shape[1] + 1
        # Two roundings more: of a weight and of an input stored in the arithmetic it runs in.
        gamma = (terms + 2) * precision.unit / (1 - (terms + 2) * precision.unit)
        off = weight_error + gamma * (1 + weight_error)
        low, high = low - off * abs(low), high + off * abs(high)
        middle, reach = (low + high) / 2, (high - low) / 2
        # The bounds are themselves sums of rounded products, of sizes no greater than these.
        own = 4 * (terms + 4) * UNIT
        size = abs(w)
        # What underflows, of inputs here and of weights and products below, is off by a fixed amount.
        reach = reach * (1 + own) + own * abs(middle) + 4 * precision.smallest
        z = middle @ w + b
        inputs = (abs(middle) + reach).sum(2, keepdims=True)
        around = reach @ size + (off + own) * abs(b) + (2 * terms + inputs) * precision.smallest
        # Weights and inputs alone must fit, too: what overflows and meets a zero is not a number.
        farthest = np.maximum(abs(low).max(initial=1.0), abs(high).max(initial=1.0))
        sums = size.sum(1, keepdims=True)
        fit = farthest * sums.max(initial=1.0) + abs(b).max(initial=0.0) < precision.largest / 4
        ends = z - around, z + around
        if not fit:  # as of what is not a number, too: then one by one
            peak = np.maximum(abs(low), abs(high)).max(axis=2, keepdims=True, initial=1.0)
            tame = peak * np.maximum(sums, 1.0) + abs(b) < precision.largest / 4
        low, high = _through(function, *ends, precision)
        if not fit:
            low, high = np.where(tame, low, -np.inf), np.where(tame, high, np.inf)
    return low, high


def _through(
    function: Activation, low: Floats, high: Floats, precision: Precision
) -> tuple[Floats, Floats]:
    """The bounds after an activation, as computed."""
    if function.interval is None:  # nothing is known
        return np.full_like(low, -np.inf), np.full_like(high, np.inf)
    least, most = function.interval(low, high)
    if not function.rounding:
        return least, most
    if function.steepest > precision.largest / 4:
        return np.full_like(low, -np.inf), np.full_like(high, np.inf)
    # Below the least normal number nothing is exact: the logistic is 0 as soon as its exp overflows.
    slack, tiny = function.rounding * (precision.unit + UNIT), 4 / precision.largest
    least = least - slack * abs(least) - tiny * (1 + abs(low))
    most = most + slack * abs(most) + tiny * (1 + abs(high))
    at_low, at_high = function.saturation
    least = np.where(low >= at_high, function.high, np.maximum(least, function.low))
    return least, np.where(high <= at_low, function.low, np.minimum(most, function.high))
