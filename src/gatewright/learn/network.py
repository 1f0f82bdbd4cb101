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
from functools import lru_cache

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
        return _functions(self.activations)

    def slices(self) -> list[tuple[slice, slice]]:
        """Where each layer's weights and biases lie among the parameters."""
        return [(weights, biases) for weights, biases, _ in _places(self.sizes)]

    def layers(self, theta: Floats) -> list[tuple[Floats, Floats]]:
        """Views of W (restarts, fan_in, fan_out) and b (restarts, 1, fan_out), layer by layer."""
        return [
            (theta[:, weights].reshape(-1, *size), theta[:, None, biases])
            for weights, biases, size in _places(self.sizes)
        ]


@lru_cache(maxsize=128)  # asked for several times a step, like `_places`
def _functions(names: tuple[str, ...]) -> tuple[Activation, ...]:
    return tuple(activation(name) for name in names)


@lru_cache(maxsize=128)
def _places(sizes: tuple[int, ...]) -> list[tuple[slice, slice, tuple[int, int]]]:
    """Weights, biases, and the shape of the weights, layer by layer."""
    places, start = [], 0
    for before, after in zip(sizes, sizes[1:], strict=False):
        middle = start + before * after
        places.append((slice(start, middle), slice(middle, middle + after), (before, after)))
        start = middle + after
    return places


@dataclass(frozen=True, slots=True)
class LayerValues:
    """What one layer computed: pre-activation z and activation a, shape (restarts, rows, units)."""

    z: Floats
    a: Floats


def forward(shape: Architecture, theta: Floats, x: Floats) -> list[LayerValues]:
    """Every layer's values for inputs x of shape (rows, inputs) or (restarts, rows, inputs)."""
    values, a = [], x
    for (w, b), function in zip(shape.layers(theta), shape.functions, strict=True):
        z = a @ w
        z += b
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
    deltas, layers = [delta], shape.layers(theta)
    for depth in reversed(range(1, len(layers))):
        below = values[depth - 1]
        delta = delta @ layers[depth][0].swapaxes(1, 2)
        delta *= shape.functions[depth - 1].derivative(below.z, below.a)
        deltas.append(delta)
    return _joined(shape, [x, *(layer.a for layer in values[:-1])], deltas[::-1])


@dataclass(frozen=True, slots=True)
class Slopes:
    """The Jacobian J = d(output)/d(parameter), in factors: a weight's entry is input times delta.

    Attributes:
        shape: the network.
        before: what each layer is given, shape (restarts, rows, fan_in), or (rows, fan_in) if all alike.
        deltas: d(output)/dz of each layer, shape (restarts, rows, outputs, units).
    """

    shape: Architecture
    before: list[Floats]
    deltas: list[Floats]

    def dense(self) -> Floats:
        """J itself, shape (restarts, rows · outputs, parameters), rows first."""
        restarts, rows, outputs, _ = self.deltas[-1].shape
        result = np.empty((restarts, rows * outputs, self.shape.parameters))
        places = _places(self.shape.sizes)
        for before, delta, (weights, biases, size) in zip(
            self.before, self.deltas, places, strict=True
        ):
            view = result[..., weights].reshape(restarts, rows, outputs, *size)
            np.multiply(before[..., :, None, :, None], delta[..., None, :], out=view)
            result[..., biases] = delta.reshape(restarts, rows * outputs, -1)
        return result

    def gram(self) -> Floats:
        """J Jᵀ, shape (restarts, rows · outputs, rows · outputs), without J.

        A layer's share of an entry is (input · input' + 1) (delta · delta'), the 1 being the bias: two
        short products in place of a long one.
        """
        restarts, rows, outputs, _ = self.deltas[-1].shape
        result = np.zeros((restarts, rows * outputs, rows * outputs))
        for before, delta in zip(self.before, self.deltas, strict=True):
            seen = _times_transposed(before.repeat(outputs, -2) if outputs > 1 else before)
            seen += 1.0
            share = _times_transposed(delta.reshape(restarts, rows * outputs, -1))
            share *= seen
            result += share
        return result

    def pull_back(self, weights: Floats) -> Floats:
        """Jᵀ times weights (restarts, rows · outputs), shape (restarts, parameters)."""
        restarts, rows, outputs, _ = self.deltas[-1].shape
        weights = weights.reshape(restarts, rows, outputs)
        layers = [np.einsum("rno,rnou->rnu", weights, delta) for delta in self.deltas]
        return _joined(self.shape, self.before, layers)


def slopes(
    shape: Architecture, theta: Floats, x: Floats, values: list[LayerValues], care: Floats
) -> Slopes:
    """The derivatives of the outputs, times ``care``, which broadcasts to them.

    The same chain rule as `backward`, with one delta for each output instead of their weighted sum.
    """
    restarts, rows, outputs = values[-1].a.shape
    delta = (care * shape.functions[-1].derivative(values[-1].z, values[-1].a))[..., None]
    if outputs > 1:
        delta = delta * np.eye(outputs)
    deltas, layers = [delta], shape.layers(theta)
    for depth in reversed(range(1, len(layers))):
        below = values[depth - 1]
        back = delta.reshape(restarts, rows * outputs, -1) @ layers[depth][0].swapaxes(1, 2)
        delta = back.reshape(restarts, rows, outputs, -1)
        delta *= shape.functions[depth - 1].derivative(below.z, below.a)[:, :, None]
        deltas.append(delta)
    return Slopes(shape, [x, *(layer.a for layer in values[:-1])], deltas[::-1])


def jacobian(shape: Architecture, theta: Floats, x: Floats, values: list[LayerValues]) -> Floats:
    """d(output)/d(parameter), shape (restarts, rows · outputs, parameters), rows first."""
    return slopes(shape, theta, x, values, np.ones((1, 1))).dense()


def _joined(shape: Architecture, before: list[Floats], deltas: list[Floats]) -> Floats:
    """Σ over rows of input · delta, and of delta for the biases, shape (restarts, parameters)."""
    restarts, rows, _ = deltas[-1].shape
    result = np.empty((restarts, shape.parameters))
    ones = np.ones((1, rows))  # a product with ones sums over rows faster than ``sum`` does
    for (weights, biases), a, delta in zip(shape.layers(result), before, deltas, strict=True):
        np.matmul(a.swapaxes(-1, -2), delta, out=weights)
        np.matmul(ones, delta, out=biases)
    return result


def _times_transposed(a: Floats) -> Floats:
    """A Aᵀ. Where the second is a view of the first, NumPy calls a routine that is slow for small A."""
    return np.asarray(a @ a.swapaxes(-1, -2).copy())
