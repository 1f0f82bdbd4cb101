"""Activation functions: one record says all that the learner, the prover, the engines and the writers need.

An activation is named by text, in recipes and stored gates alike: ``logistic``, or with a parameter
``leaky-relu(0.5)``, one of a family.

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
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.kinds import Provided
from gatewright.records import dataclass
from gatewright.text import named_here

Interval: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""From the least and the greatest z, arrays of one shape, to the least and the greatest a."""


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function, applied element by element.

    Only the first three fields are needed to train and run a gate. A gate is proved only if the three about
    bounds are given; it is written to a format only if the field of that format is given.

    Attributes:
        name: as recipes call it.
        value: a = f(z), any shape; z must not be changed.
        derivative: f'(z) from z and a = f(z); where f has a kink, the derivative from the left.
        low: the least value f can give.
        high: the greatest.
        formula: f and f' as a teacher writes them.
        kinks: where f has no derivative.
        interval: bounds of f over [z low, z high], as real numbers have them; `rising` makes them for an f that
            never falls. Not given: gates of this activation are not certified.
        rounding: how far a computed value may be off, relative to itself, in unit roundoffs; 0 if f only
            chooses and negates, so that nothing is rounded.
        saturation: at or below the first z the computed value is exactly ``low``, at or above the second
            exactly ``high``.
        steepest: the greatest size of f'.
        smooth: whether a gate of such units, once learned, can be hardened: the clipped line is close to it.
        scale: what z is multiplied by before ``rest``, in exact arithmetic: it goes into the weights, once.
        offset: what is then added; it goes into the biases.
        rest: what is left of f after scale and offset, in place; by default ``value`` without either.
        onnx: what is left, as ONNX operators one after the other, each with the constants it takes; none where
            it cannot be written so.
        c: f(z) as an expression of C99 in ``z``, with ``math.h``; empty where it cannot be written so.
        javascript: f(z) as an expression of JavaScript in ``z``; empty where it cannot be written so.

    Example:
        >>> square = Activation("square", lambda z: z * z, lambda z, a: 2 * z)
        >>> square.value(np.array([3.0])).tolist()
        [9.0]
    """

    name: str
    value: Callable[[Floats], Floats]
    derivative: Callable[[Floats, Floats], Floats]
    low: float = -np.inf
    high: float = np.inf
    formula: tuple[str, str] = ("a = f(z)", "f'(z)")
    kinks: tuple[float, ...] = ()
    interval: Interval | None = None
    rounding: float = 0.0
    saturation: tuple[float, float] = (-np.inf, np.inf)
    steepest: float = 1.0
    smooth: bool = False
    scale: float = 1.0
    offset: float = 0.0
    rest: Callable[[Any], object] | None = None
    onnx: tuple[tuple[str, *tuple[float, ...]], ...] | None = None
    c: str = ""
    javascript: str = ""


@dataclass(frozen=True, slots=True)
class ActivationFamily:
    """Activations that differ by one number, as ``leaky-relu(0.5)`` and ``leaky-relu(0.1)`` do.

    Attributes:
        name: without the number.
        make: from the number, which is finite, to the activation.
        parameter: what the number is, in capitals.

    Example:
        >>> from gatewright.learn.activations import ACTIVATIONS
        >>> ACTIVATIONS["leaky-relu"].make(0.5).name
        'leaky-relu(0.5)'
    """

    name: str
    make: Callable[[float], Activation]
    parameter: str = "NUMBER"


def rising(value: Callable[[Floats], Floats]) -> Interval:
    """The interval of a function that never falls.

    Example:
        >>> low, high = rising(np.tanh)(np.array([0.0]), np.array([1.0]))
        >>> low.tolist()
        [0.0]
    """
    return lambda low, high: (value(low), value(high))


def bent(value: Callable[[Floats], Floats]) -> Interval:
    """The interval of a function of two straight pieces that meet at z = 0.

    Example:
        >>> low, high = bent(np.abs)(np.array([-1.0]), np.array([2.0]))
        >>> low.tolist(), high.tolist()
        ([0.0], [2.0])
    """

    def interval(low: Floats, high: Floats) -> tuple[Floats, Floats]:
        ends, middle = (value(low), value(high)), value(np.clip(0.0, low, high))
        return np.minimum(np.minimum(*ends), middle), np.maximum(np.maximum(*ends), middle)

    return interval


def activation(name: str) -> Activation:
    """The activation called ``name``.

    Raises:
        RecipeError: no activation has that name, or its parameter is not a number.
    """
    return _known(name, ACTIVATIONS.changes)


@lru_cache(maxsize=256)  # asked for in every step of a training
def _known(name: str, _changes: int) -> Activation:
    match = re.fullmatch(r"(.+)\(([-+.0-9e]+)\)", name)
    base = match[1] if match else name
    found = ACTIVATIONS.get(base)
    if isinstance(found, ActivationFamily) and match:
        try:
            number = float(match[2])
        except ValueError:
            number = np.nan
        if np.isfinite(number):
            return found.make(number)
    if isinstance(found, Activation) and not match:
        return found
    ACTIVATIONS.check_given_once(base)
    raise RecipeError(f"unknown activation '{name}'", hint=named_here(name, names()))


def names() -> list[str]:
    """Every activation, as a user names it."""
    return [
        f"{name}({each.parameter})" if isinstance(each, ActivationFamily) else name
        for name, each in ACTIVATIONS.items()
    ]


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


def leaky(slope: float) -> Activation:
    """Z above zero, and slope·z below."""

    def value(z: Floats) -> Floats:
        return np.where(z > 0, z, slope * z)

    return Activation(
        name=f"leaky-relu({slope!r})",
        value=value,
        derivative=lambda z, _a: np.where(z > 0, 1.0, slope),
        low=-np.inf if slope > 0 else 0.0,
        high=np.inf,
        formula=(f"a = z if z > 0 else {slope:g}·z", f"f'(z) = 1 if z > 0 else {slope:g}"),
        kinks=(0.0,),
        interval=bent(value),
        rounding=2,
        steepest=max(1.0, abs(slope)),
        c=f"z > 0.0 ? z : {slope!r} * z",
        javascript=f"z > 0 ? z : {slope!r} * z",
    )


def _clip(z: Any) -> None:
    # One pass; np.maximum and np.minimum take four times as long as np.clip.
    np.clip(z, 0.0, 1.0, out=z)


def _logistic_rest(z: Any) -> None:
    np.exp(z, out=z)
    z += 1.0
    np.reciprocal(z, out=z)


# How far values may be off: NumPy's own accuracy tests hold exp, log1p and tanh to 4 units in the last place,
# which are 8 unit roundoffs; each further operation adds one or two.
LOGISTIC = Activation(
    "logistic",
    _logistic,
    _logistic_derivative,
    low=0.0,
    high=1.0,
    formula=("a = 1 / (1 + exp(−z))", "f'(z) = a·(1 − a)"),
    interval=rising(_logistic),
    rounding=12,
    steepest=0.25,
    smooth=True,
    scale=-1.0,
    rest=_logistic_rest,
    onnx=(("Exp",), ("Add", 1.0), ("Reciprocal",)),
    c="1.0 / (1.0 + exp(-z))",
    javascript="1 / (1 + Math.exp(-z))",
)


def _clipped(z: Floats) -> Floats:
    return np.asarray(np.minimum(np.maximum(0.5 + 0.25 * z, 0.0), 1.0))


CLIPPED = Activation(
    "clipped",
    _clipped,
    lambda z, _a: np.where((z > -2.0) & (z <= 2.0), 0.25, 0.0),
    low=0.0,
    high=1.0,
    formula=("a = min(1, max(0, ½ + z/4))", "f'(z) = ¼ if −2 < z ≤ 2 else 0"),
    kinks=(-2.0, 2.0),
    interval=rising(_clipped),
    rounding=2,
    # Rounding is monotone, so from z = 2 on the sum ½ + z/4 is never rounded to below 1.
    saturation=(-2.0, 2.0),
    steepest=0.25,
    scale=0.25,
    offset=0.5,
    rest=_clip,
    onnx=(("Clip", 0.0, 1.0),),
    c="fmin(fmax(0.5 + 0.25 * z, 0.0), 1.0)",
    javascript="Math.min(Math.max(0.5 + 0.25 * z, 0), 1)",
)


def _relu(z: Floats) -> Floats:
    return np.maximum(z, 0.0)


def _tanh(z: Floats) -> Floats:
    return np.asarray(np.tanh(z))


def _softplus(z: Floats) -> Floats:
    return np.asarray(np.logaddexp(0.0, z))


def _itself(z: Floats) -> Floats:
    return z


BUILT_IN: tuple[Activation | ActivationFamily, ...] = (
    LOGISTIC,
    Activation(
        "tanh",
        _tanh,
        lambda _z, a: 1.0 - a * a,
        low=-1.0,
        high=1.0,
        formula=("a = tanh(z)", "f'(z) = 1 − a²"),
        interval=rising(_tanh),
        rounding=10,
        rest=lambda z: np.tanh(z, out=z),
        onnx=(("Tanh",), ("Clip", -1.0, 1.0)),
        c="tanh(z)",
        javascript="Math.tanh(z)",
    ),
    Activation(
        "relu",
        _relu,
        lambda z, _a: (z > 0).astype(np.float64),
        low=0.0,
        formula=("a = max(0, z)", "f'(z) = 1 if z > 0 else 0"),
        kinks=(0.0,),
        interval=rising(_relu),
        onnx=(("Relu",),),
        c="z > 0.0 ? z : 0.0",
        javascript="Math.max(z, 0)",
    ),
    Activation(
        "softplus",
        _softplus,
        lambda z, _a: _logistic(z),
        low=0.0,
        formula=("a = ln(1 + exp(z))", "f'(z) = 1 / (1 + exp(−z))"),
        interval=rising(_softplus),
        rounding=24,
        c="fmax(z, 0.0) + log1p(exp(-fabs(z)))",
        javascript="Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))",
    ),
    Activation(
        "identity",
        _itself,
        lambda z, _a: np.ones_like(z),
        formula=("a = z", "f'(z) = 1"),
        interval=rising(_itself),
        rest=lambda _z: None,
        onnx=(),
        c="z",
        javascript="z",
    ),
    CLIPPED,
    ActivationFamily("leaky-relu", leaky, "SLOPE"),
)
"""What comes with the project, as the hook ``gatewright_activations`` gives it."""

ACTIVATIONS: Provided[Activation | ActivationFamily] = Provided(
    "activation", RecipeError, {each.name: each for each in BUILT_IN}, hook="activations"
)
"""Every activation and family by name."""
