"""Inits: where the restarts of a training begin.

An init is a frozen record of its settings with a name and one method, ``draw``. Each draws one row a restart,
in order, from one generator, so restart *i* begins at the same place however many others run beside it.

Example:
    >>> architecture = Architecture((2, 2, 1), ("logistic", "logistic"))
    >>> few = Restoring().draw(architecture, np.random.default_rng(7), 2)
    >>> many = Restoring().draw(architecture, np.random.default_rng(7), 5)
    >>> bool(np.array_equal(few, many[:2]))
    True
"""

from __future__ import annotations

import math
from typing import ClassVar, Protocol

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.kinds import Provided
from gatewright.learn.network import Architecture
from gatewright.records import dataclass


class Init(Protocol):
    """What a training asks of an init: a name, as recipes call it, and where to begin.

    An init is a frozen dataclass; its fields are its settings: numbers, texts, truths or tuples of numbers.
    """

    name: ClassVar[str]

    def draw(
        self, architecture: Architecture, generator: np.random.Generator, restarts: int
    ) -> Floats:
        """Parameters to begin with, shape (restarts, parameters)."""
        ...


@dataclass(frozen=True, slots=True)
class Uniform:
    """Weights uniform in [low, high); biases too, or zero."""

    name: ClassVar[str] = "uniform"

    low: float = -1.0
    high: float = 1.0
    biases: bool = True

    def __post_init__(self) -> None:
        # Their difference too: of the widest it is infinite.
        if not 0 < self.high - self.low < math.inf:
            raise RecipeError(f"a uniform init from {self.low} to {self.high} has no values")

    def draw(
        self, architecture: Architecture, generator: np.random.Generator, restarts: int
    ) -> Floats:
        """Parameters to begin with, shape (restarts, parameters)."""
        theta = generator.uniform(self.low, self.high, (restarts, architecture.parameters))
        return theta if self.biases else _without_biases(architecture, theta)


@dataclass(frozen=True, slots=True)
class Normal:
    """Weights normal with mean 0 and this standard deviation; biases too, or zero."""

    name: ClassVar[str] = "normal"

    deviation: float = 1.0
    biases: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.deviation < math.inf:
            raise RecipeError(f"a standard deviation of {self.deviation} cannot be drawn from")

    def draw(
        self, architecture: Architecture, generator: np.random.Generator, restarts: int
    ) -> Floats:
        """Parameters to begin with, shape (restarts, parameters)."""
        theta = self.deviation * generator.standard_normal((restarts, architecture.parameters))
        return theta if self.biases else _without_biases(architecture, theta)


@dataclass(frozen=True, slots=True)
class Glorot:
    """Weights uniform within ±√(6 / (fan-in + fan-out)), zero biases (Glorot & Bengio, 2010)."""

    name: ClassVar[str] = "glorot"

    def draw(
        self, architecture: Architecture, generator: np.random.Generator, restarts: int
    ) -> Floats:
        """Parameters to begin with, shape (restarts, parameters)."""
        theta = generator.uniform(-1.0, 1.0, (restarts, architecture.parameters))
        for weights, before, after in _weights(architecture):
            theta[:, weights] *= math.sqrt(6.0 / (before + after))
        return _without_biases(architecture, theta)


@dataclass(frozen=True, slots=True)
class He:
    """Weights normal with variance 2 / fan-in, zero biases (He et al., 2015)."""

    name: ClassVar[str] = "he"

    def draw(
        self, architecture: Architecture, generator: np.random.Generator, restarts: int
    ) -> Floats:
        """Parameters to begin with, shape (restarts, parameters)."""
        theta = generator.standard_normal((restarts, architecture.parameters))
        for weights, before, _ in _weights(architecture):
            theta[:, weights] *= math.sqrt(2.0 / before)
        return _without_biases(architecture, theta)


@dataclass(frozen=True, slots=True)
class Restoring:
    """A unit of its own for each input in the first hidden layer, steep enough to clean it up.

    It already separates a sloppy 0 from a sloppy 1; the rest starts like `Glorot`. Where the first
    layer has fewer units than inputs, or no hidden layer comes after it to do the logic, everything does.
    """

    name: ClassVar[str] = "restoring"

    weight: float = 40.0
    bias: float = -20.0
    noise: float = 0.1

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.weight, self.bias, self.noise))):
            raise RecipeError(
                "a restoring init of values that are not numbers", hint="give finite ones"
            )

    def draw(
        self, architecture: Architecture, generator: np.random.Generator, restarts: int
    ) -> Floats:
        """Parameters to begin with, shape (restarts, parameters)."""
        theta = Glorot().draw(architecture, generator, restarts)
        inputs, first = architecture.sizes[0], architecture.sizes[1]
        if len(architecture.sizes) > 3 and first >= inputs:
            w, b = architecture.layers(theta)[0]
            own = np.eye(inputs, first)
            w[...] = self.noise * w + self.weight * own
            b[...] += self.bias * own.sum(0)
        return theta


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same given values for every restart: W row by row, then b, layer after layer."""

    name: ClassVar[str] = "fixed"

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(float(value) for value in self.values))
        if not all(map(math.isfinite, self.values)):
            raise RecipeError(
                "a fixed init of values that are not numbers", hint="give finite ones"
            )

    def draw(
        self, architecture: Architecture, generator: np.random.Generator, restarts: int
    ) -> Floats:
        """Parameters to begin with, shape (restarts, parameters).

        Raises:
            RecipeError: there are not as many values as the network has parameters.
        """
        del generator  # nothing is drawn
        if len(self.values) != architecture.parameters:
            raise RecipeError(
                f"a fixed init of {len(self.values)} values for a network of {architecture.parameters} parameters"
            )
        return np.tile(np.array(self.values), (restarts, 1))


BUILT_IN: tuple[type[Init], ...] = (Restoring, Glorot, He, Normal, Uniform, Fixed)
"""What comes with the project, as the hook ``gatewright_inits`` gives it."""

INITS: Provided[type[Init]] = Provided(
    "init", RecipeError, {each.name: each for each in BUILT_IN}, hook="inits"
)
"""Every init, by the name recipes call it."""


def _weights(architecture: Architecture) -> list[tuple[slice, int, int]]:
    sizes = zip(architecture.slices(), architecture.sizes, architecture.sizes[1:], strict=False)
    return [(weights, before, after) for (weights, _), before, after in sizes]


def _without_biases(architecture: Architecture, theta: Floats) -> Floats:
    for _, biases in architecture.slices():
        theta[:, biases] = 0.0
    return theta
