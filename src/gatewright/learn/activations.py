"""Activation functions and their derivatives; the first room of the learner, before `network`.

An activation is named by text, in recipes and stored gates alike: ``logistic``, or with a parameter
``leaky-relu(0.5)``.

Example:
    >>> leaky = activation("leaky-relu(0.5)")
    >>> z = np.array([-2.0, 4.0])
    >>> leaky.value(z).tolist()
    [-1.0, 4.0]
    >>> leaky.derivative(z, leaky.value(z)).tolist()
    [0.5, 1.0]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import RecipeError


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function, applied element by element.

    Attributes:
        name: the text that `activation` reads back to this record.
        value: a = f(z), any shape.
        derivative: f'(z) from z and a = f(z); where f has a kink, the derivative from the left.
        low: the least value f can give.
        high: the greatest.
        formula: f and f' as a teacher writes them.
        kinks: where f has no derivative.
    """

    name: str
    value: Callable[[Floats], Floats]
    derivative: Callable[[Floats, Floats], Floats]
    low: float
    high: float
    formula: tuple[str, str]
    kinks: tuple[float, ...] = ()


def activation(name: str) -> Activation:
    """The activation called ``name``.

    Raises:
        RecipeError: no activation has that name, or its parameter is not a number.
    """
    if name in _PLAIN:
        return _PLAIN[name]
    match = re.fullmatch(r"(leaky-relu|folded-relu)\(([-+.0-9e]+)\)", name)
    if match:
        try:
            slope = float(match[2])
        except ValueError:
            slope = np.nan
        if np.isfinite(slope):
            return _leaky(slope) if match[1] == "leaky-relu" else _folded(slope)
    raise RecipeError(f"unknown activation '{name}'", hint=f"choose one of {', '.join(NAMES)}")


def _logistic(z: Floats) -> Floats:
    # In place: a fresh array for every operation costs five times as much (6 against 1.2 ns an element).
    a = np.negative(z)
    with np.errstate(over="ignore"):  # exp(-z) = inf gives the right 0
        np.exp(a, out=a)
    a += 1.0
    return np.reciprocal(a, out=a)


def _logistic_derivative(_z: Floats, a: Floats) -> Floats:
    slope = np.subtract(1.0, a)
    slope *= a
    return slope


def _leaky(slope: float) -> Activation:
    return Activation(
        name=f"leaky-relu({slope!r})",
        value=lambda z: np.where(z > 0, z, slope * z),
        derivative=lambda z, _a: np.where(z > 0, 1.0, slope),
        low=-np.inf if slope > 0 else 0.0,
        high=np.inf,
        formula=(f"a = z if z > 0 else {slope:g}·z", f"f'(z) = 1 if z > 0 else {slope:g}"),
        kinks=(0.0,),
    )


def _folded(slope: float) -> Activation:
    return Activation(
        name=f"folded-relu({slope!r})",
        value=lambda z: np.where(z > 0, z, -slope * z),
        derivative=lambda z, _a: np.where(z > 0, 1.0, -slope),
        low=0.0 if slope >= 0 else -np.inf,
        high=np.inf,
        formula=(f"a = z if z > 0 else −{slope:g}·z", f"f'(z) = 1 if z > 0 else −{slope:g}"),
        kinks=(0.0,),
    )


_PLAIN = {
    each.name: each
    for each in (
        Activation(
            "logistic",
            _logistic,
            _logistic_derivative,
            0.0,
            1.0,
            ("a = 1 / (1 + exp(−z))", "f'(z) = a·(1 − a)"),
        ),
        Activation(
            "tanh",
            lambda z: np.asarray(np.tanh(z)),
            lambda _z, a: 1.0 - a * a,
            -1.0,
            1.0,
            ("a = tanh(z)", "f'(z) = 1 − a²"),
        ),
        Activation(
            "relu",
            lambda z: np.maximum(z, 0.0),
            lambda z, _a: (z > 0).astype(np.float64),
            0.0,
            np.inf,
            ("a = max(0, z)", "f'(z) = 1 if z > 0 else 0"),
            (0.0,),
        ),
        Activation(
            "softplus",
            lambda z: np.asarray(np.logaddexp(0.0, z)),
            lambda z, _a: _logistic(z),
            0.0,
            np.inf,
            ("a = ln(1 + exp(z))", "f'(z) = 1 / (1 + exp(−z))"),
        ),
        Activation(
            "identity",
            lambda z: z,
            lambda z, _a: np.ones_like(z),
            -np.inf,
            np.inf,
            ("a = z", "f'(z) = 1"),
        ),
        Activation(
            "clipped",
            lambda z: np.asarray(np.minimum(np.maximum(0.5 + 0.25 * z, 0.0), 1.0)),
            lambda z, _a: np.where((z > -2.0) & (z <= 2.0), 0.25, 0.0),
            0.0,
            1.0,
            ("a = min(1, max(0, ½ + z/4))", "f'(z) = ¼ if −2 < z ≤ 2 else 0"),
            (-2.0, 2.0),
        ),
    )
}

NAMES = (*_PLAIN, "leaky-relu(SLOPE)", "folded-relu(SLOPE)")
"""Every activation, as a user names it."""
