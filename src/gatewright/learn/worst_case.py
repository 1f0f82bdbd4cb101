"""The logits of a network whose every weight is off by a share of itself, each the way that hurts most.

On bits, the sum of a hidden unit lies within x·W + b ± d·(x·|W| + |b|), every weight and bias off by a share d.
An output takes of each unit the end that is worse for it, by a weight that is off as well. Each weight belongs to
one unit alone, so of one hidden layer this is no bound but the worst case itself. Learned like any other logits,
it gives weights that tolerate errors. It is differentiable nearly everywhere.

Example:
    >>> unit = Architecture((1, 1), ("identity",))
    >>> worst = WorstCase(unit, np.array([[0.0], [1.0]]), np.array([[-1.0], [1.0]]), 0.1)
    >>> worst.at(np.array([[8.0, -4.0]]))[0].round(3).tolist()  # -4 and 4, were no weight off
    [[[-3.6], [2.8]]]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.learn.network import Architecture


class WorstCase:
    """What logits fall to, and how each parameter moves that.

    Args:
        architecture: of at most one hidden layer; its last activation is the identity.
        x: bits, shape (rows, inputs).
        sides: 1 where a logit should be above 0, and -1 or 0, shape (rows, outputs).
        error: the share of itself by which every weight and bias is off.
    """

    def __init__(self, architecture: Architecture, x: Floats, sides: Floats, error: float) -> None:
        self._architecture, self._x, self._error = architecture, x, error
        self._up = sides > 0
        self._toward = np.where(self._up, -error, error)  # what a bias of 1 is off by

    def at(self, theta: Floats) -> tuple[Floats, ...]:
        """The logits (restarts, rows, outputs); then what hidden units give at least and most, before and after.

        Args:
            theta: shape (restarts, parameters).
        """
        layers = self._architecture.layers(theta)
        w, b = layers[0]
        z, off = self._x @ w + b, self._error * (self._x @ abs(w) + abs(b))
        if len(layers) == 1:
            return (np.where(self._up, z - off, z + off),)
        function = self._architecture.functions[0]
        low, high = z - off, z + off
        least, most = function.value(low), function.value(high)
        v, last = layers[1]
        rising, falling = np.maximum(v, 0.0), np.minimum(v, 0.0)
        less, more = 1.0 - self._error, 1.0 + self._error
        worst = np.where(
            self._up,
            least @ (less * rising) + most @ (more * falling),
            most @ (more * rising) + least @ (less * falling),
        )
        return worst + last + self._toward * abs(last), low, least, high, most

    def slopes(self, theta: Floats, values: tuple[Floats, ...]) -> Floats:
        """d(logit)/d(parameter), shape (restarts, parameters, rows · outputs).

        Args:
            theta: shape (restarts, parameters).
            values: as `at` gives them there.
        """
        layers, slices = self._architecture.layers(theta), self._architecture.slices()
        restarts, (rows, outputs) = len(theta), self._up.shape
        result = np.zeros((restarts, self._architecture.parameters, rows * outputs))
        weights, biases = slices[-1]
        v, last = layers[-1]
        ends = result[:, biases].reshape(restarts, outputs, rows, outputs)
        own = np.arange(outputs)  # an output's weights move it alone
        ends[:, own, :, own] = np.moveaxis(1.0 + self._toward * np.sign(last), 2, 0)
        view = result[:, weights].reshape(restarts, -1, outputs, rows, outputs)
        if len(layers) == 1:
            slope = self._x.T[:, None] * (1.0 + np.sign(v)[..., None] * self._toward.T)
            view[:, :, own, :, own] = np.moveaxis(slope, 2, 0)
            return result
        function = self._architecture.functions[0]
        _, low, least, high, most = values
        less, more = 1.0 - self._error, 1.0 + self._error
        lower = (v > 0)[:, :, :, None] == self._up.T  # which end of a unit is the worse
        slope = np.where(
            lower,
            less * np.swapaxes(least, 1, 2)[:, :, None],
            more * np.swapaxes(most, 1, 2)[:, :, None],
        )
        view[:, :, own, :, own] = np.moveaxis(slope, 2, 0)
        # From here on (restarts, units, rows, outputs).
        lower, v = np.swapaxes(lower, 2, 3), v[:, :, None]
        steep = [
            np.swapaxes(function.derivative(z, a), 1, 2)[..., None]
            for z, a in ((low, least), (high, most))
        ]
        down, up = (
            np.where(lower, less * v * steep[0], 0.0),
            np.where(lower, 0.0, more * v * steep[1]),
        )
        weights, biases = slices[0]
        w, b = layers[0]
        both, apart = down + up, self._error * (up - down)
        through = both[:, None] + np.sign(w)[..., None, None] * apart[:, None]
        view = result[:, weights].reshape(restarts, *w.shape[1:], rows, outputs)
        np.multiply(self._x.T[:, None, :, None], through, out=view)
        result[:, biases] = (both + np.sign(b[:, 0])[..., None, None] * apart).reshape(
            restarts, -1, rows * outputs
        )
        return result
