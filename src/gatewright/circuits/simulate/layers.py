"""A step's networks as layers ready to run: in one data type, with what can be folded into the weights folded.

Every engine adds in one order: the products of the inputs first to last, then the bias. So all give the
same bits, whatever the chunk or thread.

Folding: ½ + z/4 of a clipped unit and -z of a logistic one are linear, so they go into the weights, once.
Halving and negating are exact; ½ + b/4 is exact for the few-bit weights of proved gates.

Example:
    >>> architecture = Architecture((1, 1), ("clipped",))
    >>> layer, = layers(architecture, np.array([[40.0, -20.0]]), np.dtype(np.float32))
    >>> layer.weights.tolist(), layer.biases.tolist()  # one input, one unit, one network, all patterns
    ([[[[10.0]]]], [[[-4.5]]])
    >>> z = np.array([0.25, 0.5, 0.75])
    >>> activate(layer.activation, 10 * z - 4.5).tolist()
    [0.0, 0.5, 1.0]
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from gatewright.arrays import Floats
from gatewright.learn.activations import activation
from gatewright.learn.network import Architecture
from gatewright.records import dataclass

Reals: TypeAlias = npt.NDArray[Any]
"""Raw activations and weights, float32 or float64."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer of one network for all instances of a step, or of a network for each.

    Attributes:
        weights: folded, shape (fan_in, units, networks, 1); one network for all, or one an instance. Of a
            restoring layer, each of whose units reads one input, shape (1, units, networks, 1).
        biases: folded, shape (units, networks, 1).
        activation: its name; what is left of it, `activate` does.
        restoring: whether it is a restoring layer.
    """

    weights: Reals
    biases: Reals
    activation: str
    restoring: bool = False


def layers(architecture: Architecture, theta: Floats, dtype: np.dtype[Any]) -> tuple[Layer, ...]:
    """The layers of networks of parameters ``theta``, shape (networks, parameters)."""
    made: list[Layer] = []
    with np.errstate(over="ignore"):  # what passes the greatest number of a data type is infinite
        for (w, b), name in zip(architecture.layers(theta), architecture.activations, strict=True):
            function = activation(name)
            scale, offset = function.scale, function.offset
            restoring = architecture.restoring and not made
            if restoring:
                w = w.diagonal(axis1=1, axis2=2)[:, None]
            weights = np.ascontiguousarray((w * scale).transpose(1, 2, 0)[..., None], dtype=dtype)
            biases = np.ascontiguousarray((b * scale + offset).transpose(2, 0, 1), dtype=dtype)
            made.append(Layer(weights, biases, name, restoring))
    return tuple(made)


def activate(name: str, z: Reals) -> Reals:
    """What is left of an activation, of folded sums, in place; gives them back."""
    function = activation(name)
    if function.rest is None:
        z[...] = function.value(z)
    else:
        function.rest(z)
    return z
