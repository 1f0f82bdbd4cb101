"""Few-bit weights: every layer on a grid whose step is a power of two.

A weight on the grid is a small whole number times 2**exponent, so sums of weights are exact in floating
point, negating an input or an output is an exact change of weights, and a gate can run in integers.

Example:
    >>> unit = Architecture((1, 1), ("clipped",))
    >>> rounded = on_grid(unit, np.array([[41.3, -20.9]]), 8)
    >>> rounded.tolist()
    [[41.5, -21.0]]
    >>> [(layer.weights.tolist(), layer.biases.tolist(), layer.exponent) for layer in integers(unit, rounded[0])]
    [([[83]], [-42], -1)]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats, Indices, Integers
from gatewright.learn.network import Architecture
from gatewright.records import dataclass

FEWEST_BITS, MOST_BITS = 2, 24


@dataclass(frozen=True, slots=True, eq=False)
class GridLayer:
    """One layer in integers: the weight is the integer times 2**exponent.

    Attributes:
        weights: shape (fan_in, fan_out); (1, fan_out) of a restoring layer, each unit of which reads one input.
        biases: shape (fan_out,).
        exponent: of the step, the same for weights and biases.
    """

    weights: Integers
    biases: Integers
    exponent: int


def on_grid(architecture: Architecture, theta: Floats, bits: int) -> Floats:
    """The nearest parameters, shape (networks, parameters), that are ``bits``-bit integers times a step.

    The step of each layer is the least power of two with which its largest weight or bias still fits a
    signed integer of so many bits, -2**(bits-1) left out.
    """
    rounded = np.empty_like(theta)
    for weights, biases in architecture.slices():
        layer = theta[:, weights.start : biases.stop]
        exponent = step_exponent(abs(layer).max(1, keepdims=True), bits)
        # Exact: a power of two only moves the exponent, and what becomes too small rounds to 0.
        rounded[:, weights.start : biases.stop] = np.ldexp(
            np.round(np.ldexp(layer, -exponent)), exponent
        )
    return rounded


def step_exponent(largest: Floats, bits: int) -> Indices:
    """The exponent of the least power of two s with ``largest`` ≤ (2**(bits-1) - 1)·s.

    It is never below -1074, the exponent of the least positive number, of which every number is a multiple.
    """
    fraction, power = np.frexp(largest)
    fraction_of_most, power_of_most = np.frexp(float(2 ** (bits - 1) - 1))
    least = power - power_of_most + (fraction > fraction_of_most)
    return np.asarray(np.maximum(least, -1074), dtype=np.intp)


def integers(architecture: Architecture, theta: Floats) -> tuple[GridLayer, ...]:
    """The coarsest grid that every layer of one network, shape (parameters,), lies on.

    Any finite float64 lies on some grid; `bits` says how fine it is.
    """
    layers = []
    for weights, biases in architecture.slices():
        values = theta[weights.start : biases.stop]
        fractions, exponents = np.frexp(values)
        # 53 bits of fraction as a whole number, without its trailing zeros.
        whole = (fractions * 2.0**53).astype(np.int64)
        trailing = np.log2(
            (whole & -whole).astype(np.float64), where=whole != 0, out=np.zeros(len(whole))
        )
        least = (exponents - 53 + trailing.astype(np.int64))[whole != 0]
        exponent = int(least.min(initial=1024)) if least.size else 0
        scaled = [
            int(number) << (int(power) - 53 - exponent)
            if power - 53 >= exponent
            else int(number) >> (exponent - int(power) + 53)
            for number, power in zip(whole, exponents, strict=True)
        ]
        entries = np.array(scaled, dtype=np.int64 if max(map(abs, scaled)) < 2**62 else object)
        count = weights.stop - weights.start
        fan_out = biases.stop - biases.start
        layers.append(GridLayer(entries[:count].reshape(-1, fan_out), entries[count:], exponent))
    return tuple(layers)


def bits(architecture: Architecture, theta: Floats) -> int:
    """Bits of each weight: the fewest into which every layer's integers fit, sign included."""
    largest = max(
        int(abs(part).max(initial=0))
        for layer in integers(architecture, theta)
        for part in (layer.weights, layer.biases)
    )
    return largest.bit_length() + 1
