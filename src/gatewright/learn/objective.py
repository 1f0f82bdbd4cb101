"""What a training minimises: the rows to learn, joined to a network and a loss.

Example:
    >>> architecture = Architecture((1, 1), ("identity",))
    >>> rows = Objective(architecture, np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]))
    >>> theta = np.array([[2.0, 1.0]])  # weight 2, bias 1: already right
    >>> rows.gradient(theta).loss.tolist(), rows.gradient(theta).error.tolist()
    ([0.0], [0.0])
"""

from __future__ import annotations

import dataclasses
from dataclasses import field

import numpy as np

from gatewright.arrays import Floats, Indices
from gatewright.errors import RecipeError
from gatewright.learn.losses import loss
from gatewright.learn.network import (
    Architecture,
    LayerValues,
    backward,
    forward,
    jacobian,
    output_delta,
)
from gatewright.records import dataclass
from gatewright.text import a_kind


@dataclass(frozen=True, slots=True)
class Gradient:
    """A loss and where it is steepest.

    Attributes:
        loss: shape (restarts,).
        gradient: shape (restarts, parameters).
        error: largest distance of an output from its target, shape (restarts,).
    """

    loss: Floats
    gradient: Floats
    error: Floats


@dataclass(frozen=True, slots=True)
class Residuals:
    """How far outputs are from their targets.

    Attributes:
        each: output minus target where it matters, shape (restarts, rows · outputs), rows first.
        values: what every layer computed.
        error: the largest distance, shape (restarts,).
    """

    each: Floats
    values: list[LayerValues]
    error: Floats


@dataclass(frozen=True, slots=True)
class Objective:
    """Rows, targets and loss of a network.

    Attributes:
        architecture: the network.
        x: inputs, shape (rows, inputs); or (restarts, rows, inputs), then y and care likewise.
        y: targets, shape (rows, outputs); any real numbers.
        care: ones, and zeros where an entry of y does not matter; all ones where it is not given.
        loss: the name of a loss.

    Raises:
        RecipeError: a target the output layer can never give.

    Example:
        >>> rows = Objective(Architecture((1, 1), ("identity",)), np.array([[2.0]]), np.array([[1.0]]))
        >>> rows.gradient(np.array([[1.0, 0.0]])).loss.tolist()
        [1.0]
    """

    architecture: Architecture
    x: Floats
    y: Floats
    care: Floats = field(default_factory=lambda: np.ones((1, 1)))
    loss: str = "mse"

    def __post_init__(self) -> None:
        if not isinstance(self.architecture, Architecture):
            raise RecipeError(f"{a_kind(self.architecture)} is not an Architecture")
        for name, given in (("x", self.x), ("y", self.y)):
            if not isinstance(given, np.ndarray):
                raise RecipeError(f"{name} is {a_kind(given)}, not an array")
        object.__setattr__(self, "care", np.broadcast_to(self.care, self.y.shape))
        last = self.architecture.functions[-1]
        wanted = self.y[self.care > 0]
        for target in (wanted.min(initial=last.low), wanted.max(initial=last.low)):
            if not last.low <= target <= last.high:
                raise RecipeError(
                    f"the output activation {last.name} gives {last.low:g} to {last.high:g}, "
                    f"so it never reaches the target {target:g}",
                    hint="choose another for the output layer, such as identity",
                )

    def only(self, rows: Indices) -> Objective:
        """The same objective on some rows: numbers (n,) for all restarts, or (restarts, n), each its own."""
        return dataclasses.replace(self, x=self.x[rows], y=self.y[rows], care=self.care[rows])

    def with_points(self, points: Floats, rows: Indices, y: Floats, care: Floats) -> Objective:
        """The same objective with more inputs to learn.

        Args:
            points: shape (points, inputs).
            rows: which row of ``y`` and ``care`` each is taught with, shape (points,).
            y: targets, shape (n, outputs).
            care: likewise.
        """
        return dataclasses.replace(
            self,
            x=np.concatenate([self.x, points]),
            y=np.concatenate([self.y, y[rows]]),
            care=np.concatenate([self.care, care[rows]]),
        )

    def gradient(self, theta: Floats) -> Gradient:
        """The loss and its gradient at theta (restarts, parameters)."""
        values = forward(self.architecture, theta, self.x)
        last, kind = values[-1], loss(self.loss)
        delta = output_delta(self.architecture, kind, last, self.y, self.care)
        gradient = backward(self.architecture, theta, self.x, values, delta)
        return Gradient(kind.value(last.a, self.y, self.care), gradient, self._error(last.a))

    def residuals(self, theta: Floats) -> Residuals:
        """Output minus target at theta (restarts, parameters)."""
        values = forward(self.architecture, theta, self.x)
        each = self.care * (values[-1].a - self.y)
        return Residuals(each.reshape(len(theta), -1), values, _largest(each))

    def jacobian(self, theta: Floats, values: list[LayerValues]) -> Floats:
        """d(residual)/d(parameter), shape (restarts, rows · outputs, parameters)."""
        result = jacobian(self.architecture, theta, self.x, values)
        if not self.care.all():
            result *= self.care.reshape(*self.care.shape[:-2], -1, 1)
        return result

    def _error(self, outputs: Floats) -> Floats:
        return _largest(self.care * (outputs - self.y))


def _largest(off: Floats) -> Floats:
    """The largest size of any entry, shape (restarts,), of distances (restarts, rows, outputs)."""
    size = np.abs(off).reshape(len(off), -1)
    # A maximum along so short an axis costs ten times one across the restarts.
    return np.asarray(size.T.copy().max(0) if size.shape[1] <= 32 else size.max(1))
