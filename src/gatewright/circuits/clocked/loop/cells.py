"""Trained gates as the loop over cycles runs them: one band for what they read, then one or two clipped layers.

Example:
    >>> from gatewright.gates.training.train import train
    >>> from gatewright.plugins.manager import load_plugins
    >>> gate = cell(train(load_plugins().gate("and")))
    >>> gate.shape, gate.band  # two inputs, no hidden units, one output
    ((2, 0, 1), (0.498046875, 0.501953125))
    >>> len(weights_of(gate, (2, 2, 1)))  # a band, 2 units of 2 inputs and 1 of 2, each with a bias
    11
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from gatewright.circuits.simulate.layers import Layer, Reals, layers
from gatewright.circuits.simulate.restoring import Band, folded
from gatewright.gates.trained import TrainedGate
from gatewright.learn.activations import CLIPPED
from gatewright.records import dataclass

Shape: TypeAlias = tuple[int, int, int]
"""Inputs, hidden units, outputs; 0 hidden units: the outputs read the inputs."""


@dataclass(frozen=True, slots=True, eq=False)
class CellLayers:
    """A gate in float32.

    Attributes:
        band: between what its inputs are clipped.
        layers: one or two, each its weights (units, inputs) and biases (units).
    """

    band: Band
    layers: tuple[tuple[Reals, Reals], ...]

    @property
    def shape(self) -> Shape:
        """Inputs, hidden units, outputs."""
        inputs, outputs = self.layers[0][0].shape[1], len(self.layers[-1][1])
        return inputs, len(self.layers[0][1]) if len(self.layers) > 1 else 0, outputs


@dataclass(frozen=True, slots=True)
class Placed:
    """A gate of a program, or a port to read of a memory: its kind, and the nets that it reads and drives."""

    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def cell(gate: TrainedGate) -> CellLayers | None:
    """A gate's layers; None if they are not clipped, or too many."""
    network = layers(gate.architecture, gate.theta[None], np.dtype(np.float32))
    band, left = folded(network) or ((-math.inf, math.inf), network)
    if len(left) > 2 or any(each.activation != CLIPPED.name for each in left):
        return None
    return CellLayers(band, tuple(_dense(each) for each in left))


def _dense(layer: Layer) -> tuple[Reals, Reals]:
    weights = layer.weights[:, :, 0, 0].T
    if layer.restoring:  # each unit reads the input of its own
        weights = np.diag(weights[:, 0])
    return np.ascontiguousarray(weights), layer.biases[:, 0, 0]


def covers(shape: Shape, other: Shape) -> bool:
    """Whether a gate of the second shape can run as one of the first, to the same bits.

    Weights of 0 change no sum, and a hidden unit that passes an output on is exact: outputs lie from 0 to 1.
    """
    hidden = other[1] or (other[2] if shape[1] else 0)
    return shape[0] >= other[0] and shape[1] >= hidden and shape[2] >= other[2]


def weights_of(gate: CellLayers, shape: Shape) -> Reals:
    """A gate's numbers as one of a larger shape: its band, then unit by unit its weights and its bias."""
    inputs, hidden, outputs = shape
    parts = [np.array(gate.band, dtype=np.float32)]
    left = list(gate.layers)
    if hidden and len(left) == 1:
        count = len(left[0][1])
        left.append((np.eye(count, dtype=np.float32), np.zeros(count, dtype=np.float32)))
    sizes = [(hidden, inputs), (outputs, hidden)] if hidden else [(outputs, inputs)]
    for (weights, biases), (units, fan_in) in zip(left, sizes, strict=True):
        whole = np.zeros((units, fan_in + 1), dtype=np.float32)
        whole[: len(weights), : weights.shape[1]] = weights
        whole[: len(biases), fan_in] = biases
        parts.append(whole.ravel())
    return np.concatenate(parts)
