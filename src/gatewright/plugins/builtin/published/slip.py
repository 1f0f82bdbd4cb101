"""A mistake to learn from: the backward pass of a published notebook, with its slip.

The notebook multiplied the blame of the first layer with the targets where the inputs belong. Central
differences, which know nothing of a backward pass, find it.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> shape = Architecture((2, 2, 1), ("tanh", "identity"))
    >>> rows = Objective(shape, np.array([[0.0, 1.0]]), np.array([[1.0]]))
    >>> theta = np.full((1, 9), 0.5)
    >>> right, wrong = rows.gradient(theta).gradient, OnlineSlip().sees(rows).gradient(theta).gradient
    >>> (right != wrong).ravel().tolist()  # of x = (0, 1), the weights of the 0
    [True, True, False, False, False, False, False, False, False]
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from gatewright.arrays import Floats
from gatewright.learn.losses import loss
from gatewright.learn.network import backward, forward, output_delta
from gatewright.learn.objective import Gradient, Objective
from gatewright.learn.optimisers.online import Online
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Slipped(Objective):
    """The same rows; the first layer's weights are taught with the targets in place of the inputs."""

    def gradient(self, theta: Floats) -> Gradient:
        """The loss, and a gradient that is wrong for the first layer's weights."""
        values, kind = forward(self.architecture, theta, self.x), loss(self.loss)
        delta = output_delta(self.architecture, kind, values[-1], self.y, self.care)
        taught = self.y[..., np.arange(self.x.shape[-1]) % self.y.shape[-1]]
        wrong = backward(self.architecture, theta, taught, values, delta)
        found = Objective.gradient(self, theta)
        return dataclasses.replace(found, gradient=wrong)


@dataclass(frozen=True, slots=True)
class OnlineSlip(Online):
    """`Online` with the slip."""

    name: ClassVar[str] = "online-slip"
    title: ClassVar[str] = "online gradient descent with a slip"
    mistake: ClassVar[str] = "its weights are taught with the targets where the inputs belong"

    def sees(self, objective: Objective) -> Objective:
        """The objective with the slip."""
        parts = {each.name: getattr(objective, each.name) for each in dataclasses.fields(objective)}
        return Slipped(**parts)
