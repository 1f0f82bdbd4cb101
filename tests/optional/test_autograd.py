"""Gradients and Jacobians against PyTorch's autograd, which knows nothing of our chain rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.learn import losses
from gatewright.learn.activations import names
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")

Tensor = Any

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softplus": torch.nn.functional.softplus,
    "identity": lambda z: z,
    "clipped": lambda z: torch.clamp(0.5 + z / 4, 0.0, 1.0),
    "leaky-relu(0.5)": lambda z: torch.nn.functional.leaky_relu(z, 0.5),
    "leaky-relu(-0.3)": lambda z: torch.nn.functional.leaky_relu(z, -0.3),
    "folded-relu(0.2)": lambda z: torch.relu(z) + 0.2 * torch.relu(-z),
}

LOSSES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "mse": lambda a, y, care: (care * (a - y) ** 2).sum() / care.sum(),
    "half-sse": lambda a, y, care: 0.5 * (care * (a - y) ** 2).sum(),
    "cross-entropy": lambda a, y, care: (
        torch.nn.functional.binary_cross_entropy(a, y, weight=care, reduction="sum") / care.sum()
    ),
}


def outputs(sizes: tuple[int, ...], names: tuple[str, ...], theta: Tensor, x: Tensor) -> Tensor:
    """One restart's outputs, shape (rows, outputs)."""
    start = 0
    for before, after, name in zip(sizes, sizes[1:], names, strict=False):
        middle = start + before * after
        weights, biases = theta[start:middle].reshape(before, after), theta[middle : middle + after]
        x = ACTIVATIONS[name](x @ weights + biases)
        start = middle + after
    assert start == len(theta)
    return x


def problem(name: str, loss: str, depth: int, own_rows: bool) -> tuple[Objective, Floats]:
    """A network of ``depth`` layers that ends in ``name``, three restarts, some don't-cares."""
    generator = np.random.default_rng([depth, own_rows])
    sizes = (3, 4, 2, 3, 2)[-depth - 1 :]
    others = tuple(ACTIVATIONS)
    names = (*(others[generator.integers(len(others))] for _ in range(depth - 1)), name)
    shape, leading = Architecture(sizes, names), (3, 6) if own_rows else (6,)
    theta = generator.normal(scale=0.8, size=(3, shape.parameters))
    if loss == "cross-entropy":  # outputs between 0 and 1
        weights, biases = shape.slices()[-1]
        theta[:, weights] *= 0.02
        theta[:, biases] = 0.0 if name in ("logistic", "softplus", "clipped") else 0.5
    care = np.ones((*leading, sizes[-1]))
    care[..., 1, 0] = care[..., 4, :] = 0.0
    x, y = (
        generator.normal(size=(*leading, sizes[0])),
        generator.uniform(size=(*leading, sizes[-1])),
    )
    return Objective(shape, x, y, care, loss), theta


def restarts(rows: Objective, theta: Floats) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Every restart's parameters, inputs, targets and cares."""
    every = []
    for one in range(len(theta)):
        parts = [each[one] if each.ndim == 3 else each for each in (rows.x, rows.y, rows.care)]
        every.append(tuple(torch.tensor(each.copy()) for each in (theta[one], *parts)))
    return every


def test_every_activation_and_loss_is_compared() -> None:
    assert {name.split("(")[0] for name in ACTIVATIONS} == {name.split("(")[0] for name in names()}
    assert set(LOSSES) == set(losses.LOSSES)


@pytest.mark.parametrize("own_rows", [False, True], ids=["shared", "own"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_gradient(name: str, loss: str, depth: int, own_rows: bool) -> None:
    rows, theta = problem(name, loss, depth, own_rows)
    found = rows.gradient(theta)
    for one, (parameters, x, y, care) in enumerate(restarts(rows, theta)):
        parameters.requires_grad_()
        value = LOSSES[loss](
            outputs(rows.architecture.sizes, rows.architecture.activations, parameters, x), y, care
        )
        value.backward()
        assert found.loss[one] == pytest.approx(value.item(), rel=1e-12)
        assert found.gradient[one] == pytest.approx(parameters.grad.numpy(), rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("own_rows", [False, True], ids=["shared", "own"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_jacobian(name: str, depth: int, own_rows: bool) -> None:
    rows, theta = problem(name, "mse", depth, own_rows)
    residuals = rows.residuals(theta)
    slopes = rows.jacobian(theta, residuals.values)
    for one, (parameters, x, y, care) in enumerate(restarts(rows, theta)):

        def each(point: Tensor, x: Tensor = x, y: Tensor = y, care: Tensor = care) -> Tensor:
            a = outputs(rows.architecture.sizes, rows.architecture.activations, point, x)
            return (care * (a - y)).flatten()

        assert residuals.each[one] == pytest.approx(each(parameters).numpy(), rel=1e-12, abs=1e-15)
        wanted = torch.autograd.functional.jacobian(each, parameters).numpy()
        assert slopes[one] == pytest.approx(wanted, rel=1e-10, abs=1e-13)
