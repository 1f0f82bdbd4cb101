"""What a training minimises: the rows to learn, joined to a network and a loss.

After `network` and `losses`; every optimiser asks an objective for what it needs, and only that:
values, gradients, or residuals with their Jacobian.

Example:
    >>> shape = Architecture((1, 1), ("identity",))
    >>> rows = Objective(shape, np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]), np.ones((2, 1)), "mse")
    >>> theta = np.array([[2.0, 1.0]])  # weight 2, bias 1: already right
    >>> rows.value(theta).tolist(), rows.error(theta).tolist()
    ([0.0], [0.0])
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Floats
from gatewright.learn.losses import loss
from gatewright.learn.network import (
    Architecture,
    LayerValues,
    backward,
    forward,
    jacobian,
    output_delta,
)


@dataclass(frozen=True, slots=True)
class Objective:
    """Rows, targets and loss of a network.

    Attributes:
        shape: the network.
        x: inputs, shape (rows, inputs).
        y: targets, shape (rows, outputs).
        care: ones, and zeros where an entry of y does not matter, shape (rows, outputs).
        loss: the name of a loss.
    """

    shape: Architecture
    x: Floats
    y: Floats
    care: Floats
    loss: str

    def value(self, theta: Floats) -> Floats:
        """The loss of every restart, shape (restarts,)."""
        return loss(self.loss).value(forward(self.shape, theta, self.x)[-1].a, self.y, self.care)

    def gradient(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Loss (restarts,), its gradient (restarts, parameters), worst error (restarts,)."""
        values = forward(self.shape, theta, self.x)
        last = values[-1]
        delta = output_delta(self.shape, loss(self.loss), last, self.y, self.care)
        gradient = backward(self.shape, theta, self.x, values, delta)
        return loss(self.loss).value(last.a, self.y, self.care), gradient, self.worst(last.a)

    def residuals(self, theta: Floats) -> tuple[Floats, list[LayerValues]]:
        """Output minus target where it matters, shape (restarts, rows · outputs), and all values."""
        values = forward(self.shape, theta, self.x)
        return (self.care * (values[-1].a - self.y)).reshape(len(theta), -1), values

    def jacobian(self, theta: Floats, values: list[LayerValues]) -> Floats:
        """d(residual)/d(parameter), shape (restarts, rows · outputs, parameters)."""
        result = jacobian(self.shape, theta, self.x, values)
        if not self.care.all():
            result *= self.care.reshape(-1, 1)
        return result

    def error(self, theta: Floats) -> Floats:
        """The largest distance of an output from its target, don't-cares aside, shape (restarts,)."""
        return self.worst(forward(self.shape, theta, self.x)[-1].a)

    def worst(self, outputs: Floats) -> Floats:
        """The same, of outputs already computed."""
        return np.asarray((self.care * np.abs(outputs - self.y)).max((1, 2)))
