"""The step of several outputs without their Jacobian: the same as with it."""

from __future__ import annotations

import numpy as np
import pytest

from gatewright.learn.network import Architecture, forward, jacobian
from gatewright.learn.optimisers.levenberg import damped_step
from gatewright.learn.optimisers.two_layers import step_of_two_layers
from gatewright.logic.bits import table_rows


@pytest.mark.parametrize(("inputs", "units", "outputs"), [(4, 3, 2), (5, 8, 5), (6, 20, 6)])
@pytest.mark.parametrize("damping", [1e-3, 10.0])
def test_the_step_is_that_of_the_jacobian(
    inputs: int, units: int, outputs: int, damping: float
) -> None:
    generator = np.random.default_rng(inputs)
    architecture = Architecture((inputs, units, outputs), ("logistic", "identity"))
    theta = generator.normal(size=(1, architecture.parameters))
    x = table_rows(inputs).astype(np.float64)
    root, residuals = generator.uniform(0.0, 1.0, (2, len(x), outputs))
    values = forward(architecture, theta, x)
    slopes = jacobian(architecture, theta, x, values) * root.reshape(1, -1, 1)
    expected = damped_step(slopes, residuals.reshape(1, -1), np.array([damping]))[0]
    z, a = values[0].z, values[0].a
    slope = architecture.functions[0].derivative(z, a)[0]
    v = architecture.layers(theta)[1][0][0]
    found = step_of_two_layers(x, v, a[0], slope, root, residuals, damping)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9 * abs(expected).max())
