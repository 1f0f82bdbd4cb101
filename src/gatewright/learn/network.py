"""The network: forward, backward and Jacobian of many small MLPs at once.

After `activations` and `losses`; `objective` joins it to the rows to learn. All parameters of one
restart are one row of a matrix, shape (restarts, parameters): layer after layer, the weights W
(fan_in, fan_out) in row-major order, then the biases b. A layer computes ``a = f(x @ W + b)``.

Layout, measured on two cores with Levenberg-Marquardt on XOR 2-2-1 and a full adder 3-6-2: the
restart axis first and NumPy's stacked ``matmul`` was as fast as the restart axis last and loops
over units at 1 024 restarts (0.025 and 0.016 ms a learned XOR, 0.115 and 0.127 a full adder), and
two to seven times faster at 16 restarts, where most trainings are. float64 throughout.

Example:
    >>> shape = Architecture((2, 2, 1), ("relu", "logistic"))
    >>> shape.parameters
    9
    >>> theta = np.zeros((3, 9))  # three restarts
    >>> forward(shape, theta, np.array([[0.0, 1.0]]))[-1].a.ravel().tolist()
    [0.5, 0.5, 0.5]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.activations import Activation, activation
from gatewright.learn.losses import Loss


@dataclass(frozen=True, slots=True)
class Architecture:
    """Layer sizes, inputs first, and one activation name a layer.

    Raises:
        RecipeError: a size below 1, an unknown activation, not one activation a layer.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise RecipeError(
                f"a network of layers {', '.join(map(str, self.sizes))} cannot be built",
                hint="give one or more layers of at least one unit, as in --layers 4,4",
            )
        if len(self.activations) != len(self.sizes) - 1:
            raise RecipeError(
                f"{len(self.activations)} activations for {len(self.sizes) - 1} layers",
                hint="name one activation for all layers, or one a layer (the output layer included)",
            )
        for name in self.activations:
            activation(name)

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(
            (before + 1) * after for before, after in zip(self.sizes, self.sizes[1:], strict=False)
        )

    @property
    def functions(self) -> tuple[Activation, ...]:
        """The activation records, one a layer."""
        return tuple(activation(name) for name in self.activations)

    def slices(self) -> list[tuple[slice, slice]]:
        """Where each layer's weights and biases lie among the parameters."""
        places, start = [], 0
        for before, after in zip(self.sizes, self.sizes[1:], strict=False):
            middle = start + before * after
            places.append((slice(start, middle), slice(middle, middle + after)))
            start = middle + after
        return places

    def layers(self, theta: Floats) -> list[tuple[Floats, Floats]]:
        """Views of W (restarts, fan_in, fan_out) and b (restarts, 1, fan_out), layer by layer."""
        return [
            (theta[:, w].reshape(len(theta), before, after), theta[:, None, b])
            for (w, b), before, after in zip(
                self.slices(), self.sizes, self.sizes[1:], strict=False
            )
        ]


@dataclass(frozen=True, slots=True)
class LayerValues:
    """What one layer computed: pre-activation z and activation a, shape (restarts, rows, units)."""

    z: Floats
    a: Floats


def forward(shape: Architecture, theta: Floats, x: Floats) -> list[LayerValues]:
    """Every layer's values for inputs x of shape (rows, inputs) or (restarts, rows, inputs)."""
    values, a = [], x
    for (w, b), function in zip(shape.layers(theta), shape.functions, strict=True):
        z = a @ w + b
        a = function.value(z)
        values.append(LayerValues(z, a))
    return values


def output_delta(
    shape: Architecture, loss: Loss, last: LayerValues, y: Floats, care: Floats
) -> Floats:
    """dL/dz of the output layer, shape (restarts, rows, outputs)."""
    if loss.logistic_gradient is not None and shape.activations[-1] == "logistic":
        return loss.logistic_gradient(last.a, y, care)
    return loss.gradient(last.a, y, care) * shape.functions[-1].derivative(last.z, last.a)


def backward(
    shape: Architecture, theta: Floats, x: Floats, values: list[LayerValues], delta: Floats
) -> Floats:
    """The gradient of the loss, shape (restarts, parameters), from dL/dz of the output layer."""
    gradient = np.empty_like(theta)
    layers, places = shape.layers(theta), shape.slices()
    for depth in reversed(range(len(layers))):
        before = x if depth == 0 else values[depth - 1].a
        weights, biases = places[depth]
        gradient[:, weights] = (np.swapaxes(before, -1, -2) @ delta).reshape(len(theta), -1)
        gradient[:, biases] = delta.sum(1)
        if depth:
            below = values[depth - 1]
            back = delta @ layers[depth][0].swapaxes(1, 2)
            delta = back * shape.functions[depth - 1].derivative(below.z, below.a)
    return gradient


def jacobian(shape: Architecture, theta: Floats, x: Floats, values: list[LayerValues]) -> Floats:
    """d(output)/d(parameter), shape (restarts, rows · outputs, parameters), rows first.

    The same chain rule as `backward`, with one "delta" for each output instead of their weighted sum.
    """
    restarts, rows, outputs = values[-1].a.shape
    result = np.empty((restarts, rows, outputs, shape.parameters))
    layers, places = shape.layers(theta), shape.slices()
    slope = shape.functions[-1].derivative(values[-1].z, values[-1].a)
    delta = slope[..., None] * np.eye(outputs)  # (restarts, rows, outputs, units of the layer)
    for depth in reversed(range(len(layers))):
        before = x if depth == 0 else values[depth - 1].a
        weights, biases = places[depth]
        product = before[..., :, None, :, None] * delta[..., None, :]
        result[..., weights] = product.reshape(restarts, rows, outputs, -1)
        result[..., biases] = delta
        if depth:
            below = values[depth - 1]
            w = layers[depth][0].swapaxes(1, 2)
            back = (delta.reshape(restarts, rows * outputs, -1) @ w).reshape(
                restarts, rows, outputs, -1
            )
            delta = back * shape.functions[depth - 1].derivative(below.z, below.a)[:, :, None]
    return result.reshape(restarts, rows * outputs, -1)
