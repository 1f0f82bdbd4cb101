"""The network: forward, backward and Jacobian of many small MLPs at once.

All parameters of one restart are one row of a matrix, shape (restarts, parameters): layer after layer, the
weights W (fan_in, fan_out) in row-major order, then the biases b. A layer computes ``a = f(x @ W + b)``.

Layout, measured on two cores with Levenberg-Marquardt on XOR 2-2-1 and a full adder 3-6-2: the
restart axis first and NumPy's stacked ``matmul`` was as fast as the restart axis last and loops
over units at 1 024 restarts (0.025 and 0.016 ms a learned XOR, 0.115 and 0.127 a full adder), and
two to seven times faster at 16 restarts, where most trainings are. float64 throughout.

Measured since, µs a step of 16 and of 1 024 restarts: arithmetic in place and biases' gradients as a
product with ones brought Adam on a full adder 3-6-2 from 76 and 1 530 to 67 and 770; building the
Jacobian with the rows innermost brought Levenberg-Marquardt there from 145 and 5 560 to 123 and 3 700.

Example:
    >>> architecture = Architecture((2, 2, 1), ("relu", "logistic"))
    >>> architecture.parameters
    9
    >>> theta = np.zeros((3, 9))  # three restarts
    >>> forward(architecture, theta, np.array([[0.0, 1.0]]))[-1].a.ravel().tolist()
    [0.5, 0.5, 0.5]
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from numbers import Integral

import numpy as np

from gatewright.arrays import Floats
from gatewright.errors import RecipeError
from gatewright.learn.activations import ACTIVATIONS, LOGISTIC, Activation, activation
from gatewright.learn.losses import Loss
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Architecture:
    """Layer sizes, inputs first, and one activation name a layer.

    Attributes:
        sizes: inputs first.
        activations: one name a layer.
        restoring: whether the first layer has one unit an input that reads this input alone. Its weights are
            then a number a unit, not a matrix; `layers` gives them as the diagonal of one.

    Raises:
        RecipeError: a size below 1, an unknown activation, not one activation a layer; a restoring layer
            of another size than the inputs, or with no layer behind it.

    Example:
        >>> xor = Architecture((2, 2, 2, 1), ("clipped",) * 3, restoring=True)
        >>> xor.parameters, xor.logic.sizes
        (13, (2, 2, 1))
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    restoring: bool = False

    def __post_init__(self) -> None:
        for name, given, kind in (
            ("sizes", self.sizes, Integral),
            ("activations", self.activations, str),
        ):
            if not (isinstance(given, tuple) and all(isinstance(each, kind) for each in given)):
                raise RecipeError(
                    f"{name}={given!r} is not a tuple of {'whole numbers' if kind is Integral else 'names'}",
                    hint=f"as in {name}={(2, 4, 1) if kind is Integral else ('clipped', 'clipped')}",
                )
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise RecipeError(
                f"a network of layers {', '.join(map(str, self.sizes))} cannot be built",
                hint="give one or more layers of at least one unit",
            )
        if len(self.activations) != len(self.sizes) - 1:
            raise RecipeError(
                f"{len(self.activations)} activations for {len(self.sizes) - 1} layers",
                hint="name one activation for all layers, or one a layer (the output layer included)",
            )
        for name in self.activations:
            activation(name)
        if self.restoring and (len(self.sizes) < 3 or self.sizes[0] != self.sizes[1]):
            raise RecipeError(
                f"layers {', '.join(map(str, self.sizes))} do not restore each input, then do the logic",
                hint="a restoring layer has a unit an input, and a layer behind it",
            )

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return int(self.slices()[-1][1].stop)

    @property
    def logic(self) -> Architecture:
        """What lies behind the restoring layer; the whole network where it has none."""
        return Architecture(self.sizes[1:], self.activations[1:]) if self.restoring else self

    @property
    def functions(self) -> tuple[Activation, ...]:
        """The activation records, one a layer."""
        return _functions(self.activations, ACTIVATIONS.changes)

    def slices(self) -> list[tuple[slice, slice]]:
        """Where each layer's weights and biases lie among the parameters."""
        return [(weights, biases) for weights, biases, _ in _places(self.sizes, self.restoring)]

    def layers(self, theta: Floats) -> list[tuple[Floats, Floats]]:
        """W (restarts, fan_in, fan_out) and b (restarts, 1, fan_out), layer by layer.

        Views, but for the weights of a restoring layer, which are not a matrix before they are asked for here.
        """
        return [
            (_matrix(theta[:, weights], size), theta[:, None, biases])
            for weights, biases, size in _places(self.sizes, self.restoring)
        ]


@lru_cache(maxsize=128)  # asked for several times a step, like `_places`
def _functions(names: tuple[str, ...], _changes: int) -> tuple[Activation, ...]:
    return tuple(activation(name) for name in names)


def _matrix(weights: Floats, size: tuple[int, int]) -> Floats:
    """Weights (restarts, n) as (restarts, fan_in, fan_out): a diagonal where there is one a unit."""
    if weights.shape[1] == size[0] * size[1]:
        return weights.reshape(-1, *size)
    matrix = np.zeros((len(weights), *size), dtype=weights.dtype)
    places = np.arange(size[0])
    matrix[:, places, places] = weights
    return matrix


@lru_cache(maxsize=128)
def _places(
    sizes: tuple[int, ...], restoring: bool = False
) -> list[tuple[slice, slice, tuple[int, int]]]:
    """Weights, biases, and the shape of the weights, layer by layer."""
    places, start = [], 0
    for number, (before, after) in enumerate(itertools.pairwise(sizes)):
        middle = start + (after if restoring and number == 0 else before * after)
        places.append((slice(start, middle), slice(middle, middle + after), (before, after)))
        start = middle + after
    return places


@dataclass(frozen=True, slots=True)
class LayerValues:
    """What one layer computed: pre-activation z and activation a, shape (restarts, rows, units)."""

    z: Floats
    a: Floats


def forward(architecture: Architecture, theta: Floats, x: Floats) -> list[LayerValues]:
    """Every layer's values for inputs x of shape (rows, inputs) or (restarts, rows, inputs)."""
    values, a = [], x
    for (w, b), function in zip(architecture.layers(theta), architecture.functions, strict=True):
        z = a @ w
        z += b
        a = function.value(z)
        values.append(LayerValues(z, a))
    return values


def flow(architecture: Architecture, theta: Floats, columns: Floats) -> Floats:
    """Raw outputs (outputs, patterns) of one network, theta (parameters,), for raw inputs (inputs, patterns)."""
    for (w, b), function in zip(
        architecture.layers(theta[None]), architecture.functions, strict=True
    ):
        columns = function.value(w[0].T @ columns + b[0].T)
    return columns


def raw_outputs(architecture: Architecture, theta: Floats, x: Floats) -> Floats:
    """Raw outputs (rows, outputs) of one network, theta (parameters,), for raw inputs (rows, inputs)."""
    # A network may overflow; the output is then infinite or no number, which is its answer.
    with np.errstate(over="ignore", invalid="ignore"):
        return flow(architecture, theta, np.ascontiguousarray(x.T)).T


def output_delta(
    architecture: Architecture, loss: Loss, last: LayerValues, y: Floats, care: Floats
) -> Floats:
    """dL/dz of the output layer, shape (restarts, rows, outputs)."""
    if loss.logistic_gradient is not None and architecture.functions[-1] is LOGISTIC:
        return loss.logistic_gradient(last.a, y, care)
    return loss.gradient(last.a, y, care) * architecture.functions[-1].derivative(last.z, last.a)


def backward(
    architecture: Architecture, theta: Floats, x: Floats, values: list[LayerValues], delta: Floats
) -> Floats:
    """The gradient of the loss, shape (restarts, parameters), from dL/dz of the output layer."""
    gradient = np.empty(theta.shape)
    layers, parts = architecture.layers(theta), architecture.layers(gradient)
    ones = np.ones((1, delta.shape[1]))
    for depth in reversed(range(len(layers))):
        before = x if depth == 0 else values[depth - 1].a
        weights, biases = parts[depth]
        if depth == 0 and architecture.restoring:
            gradient[:, architecture.slices()[0][0]] = (before * delta).sum(1)
        else:
            np.matmul(before.swapaxes(-1, -2), delta, out=weights)
        np.matmul(ones, delta, out=biases)  # faster than a sum over rows
        if depth:
            below = values[depth - 1]
            delta = delta @ layers[depth][0].swapaxes(1, 2)
            delta *= architecture.functions[depth - 1].derivative(below.z, below.a)
    return gradient


def jacobian(
    architecture: Architecture, theta: Floats, x: Floats, values: list[LayerValues]
) -> Floats:
    """d(output)/d(parameter), shape (restarts, rows · outputs, parameters), rows first.

    The same chain rule as `backward`, with one "delta" for each output instead of their weighted sum.
    It is built with the parameters first, so that NumPy's inner loops run along all rows and not along
    the few units of a layer, and handed out as a view.
    """
    restarts, rows, outputs = values[-1].a.shape
    result = np.empty((restarts, architecture.parameters, rows * outputs))
    layers = architecture.layers(theta)
    parts = _places(architecture.sizes, architecture.restoring)
    slope = architecture.functions[-1].derivative(values[-1].z, values[-1].a)
    # From here on (restarts, units, rows · outputs); a unit of the output layer moves its own output alone.
    delta = (slope[:, None] * np.eye(outputs)[:, None]).reshape(restarts, outputs, -1)
    for depth in reversed(range(len(layers))):
        before = x if depth == 0 else values[depth - 1].a
        weights, biases, size = parts[depth]
        if depth == 0 and architecture.restoring:
            np.multiply(_across(before, outputs), delta, out=result[:, weights])
        else:
            view = result[:, weights].reshape(restarts, *size, rows * outputs)
            np.multiply(_across(before, outputs)[..., None, :], delta[:, None], out=view)
        result[:, biases] = delta
        if depth:
            below = values[depth - 1]
            delta = layers[depth][0] @ delta
            delta *= _across(
                architecture.functions[depth - 1].derivative(below.z, below.a), outputs
            )
    return result.swapaxes(1, 2)


def _across(a: Floats, outputs: int) -> Floats:
    """(…, rows, units) as (…, units, rows · outputs): every row once an output."""
    a = a.swapaxes(-1, -2)
    return a if outputs == 1 else a.repeat(outputs, -1)
