"""The output layer in closed form: by least squares, for hidden layers as they are.

What the output units should sum up to is known, and the sums are linear in the weights of the output layer.
So its best weights are one small linear system a restart (as in Yam and Chow, "A weight initialization method
for improving training speed in feedforward neural network", Neurocomputing 30, 2000). With as many hidden units
as rows but one, almost any hidden layer will do as it was drawn: a half adder 2-3-2 is learned before the first
step.

Example:
    >>> from gatewright.learn.network import Architecture
    >>> network = Architecture((2, 3, 1), ("logistic", "logistic"))
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> xor = Objective(network, x, np.array([[0.0], [1.0], [1.0], [0.0]]))
    >>> theta = np.random.default_rng(0).uniform(-2, 2, (3, network.parameters))
    >>> (xor.residuals(with_output_layer(xor, theta)).error < 0.05).tolist()
    [True, True, True]
"""

from __future__ import annotations

import numpy as np

from gatewright.arrays import Floats
from gatewright.learn.network import forward
from gatewright.learn.objective import Objective

SUMS = np.linspace(-6.0, 6.0, 241)
"""What a sum is chosen from: the one whose output is nearest to its target. Logistic units reach 0.0025."""

RIDGE = 1e-6
"""Added to the squares: hidden units that do the same leave the system regular, and weights small."""


def with_output_layer(objective: Objective, theta: Floats) -> Floats:
    """Parameters (restarts, parameters) with the weights and biases of the output layer by least squares.

    The rest is as it was. Rows that do not matter to an output do not count for it.
    """
    network = objective.architecture
    values = forward(network, theta, objective.x)
    before = values[-2].a if len(values) > 1 else objective.x
    restarts, rows, outputs = values[-1].z.shape
    seen = np.ones((restarts, rows, network.sizes[-2] + 1))
    seen[..., :-1] = before
    given = network.functions[-1].value(SUMS)
    wanted = SUMS[abs(given - objective.y[..., None]).argmin(-1)]
    solved = np.empty((restarts, seen.shape[2], outputs))
    # Outputs to which the same rows matter share a system; mostly it is one for all.
    alike = bool((objective.care == objective.care[..., :1]).all())
    for output in [slice(None)] if alike else [slice(each, each + 1) for each in range(outputs)]:
        weighed = (seen * objective.care[..., output][..., :1]).swapaxes(1, 2)
        system = weighed @ seen
        diagonal = np.einsum("rii->ir", system)
        diagonal += RIDGE + 1e-12 * diagonal.max(0)
        solved[:, :, output] = np.linalg.solve(system, weighed @ wanted[..., output])
    weights, biases = network.slices()[-1]
    found = theta.copy()
    found[:, weights] = solved[:, :-1].reshape(restarts, -1)
    found[:, biases] = solved[:, -1]
    return found
