"""Reference systems with a known start: every printed figure must come out again.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> named = plugins.recipes["and-neuron"]
    >>> all(figure.agrees for figure in and_neuron(named, named.dataset(plugins.gates)))
    True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from gatewright.arrays import Floats
from gatewright.gates.training.attempt import Attempt, attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe_text import NamedRecipe
from gatewright.learn.explain import explain
from gatewright.learn.network import forward
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers import GradientDescent
from gatewright.plugins.builtin.published.figures import (
    Figure,
    at_least,
    at_most,
    each_exactly,
    exactly,
)
from gatewright.plugins.builtin.published.legacy import Legacy


def rows_right(made: Attempt) -> Figure:
    """How many rows the first restart rounds right; all of them are wanted."""
    objective = made.objective
    outputs = forward(objective.architecture, made.fit.theta[:1], objective.x)[-1].a[0]
    right = int((np.round(outputs) == objective.y).all(1).sum())
    return at_least("rows right after training", len(objective.x), right)


def _start(
    named: NamedRecipe, dataset: Dataset, skip: int | None = None
) -> tuple[Objective, Floats]:
    start = named.recipe.init if skip is None else Legacy(42, skip)
    objective = dataset.objective(named.recipe)
    return objective, start.draw(objective.architecture, np.random.default_rng(0), 1)


def _parts(objective: Objective, flat: Floats) -> dict[str, Floats]:
    """Weights and biases of one restart (or of its gradient) by name: w1, b1, w2 and so on."""
    parts = {}
    for number, (w, b) in enumerate(objective.architecture.layers(flat), 1):
        parts[f"w{number}"], parts[f"b{number}"] = w[0], b[0, 0]
    return parts


def and_neuron(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``and-neuron``."""
    objective, theta = _start(named, dataset)
    found = objective.gradient(theta)
    yield from each_exactly(
        "start",
        "0.3745401188473625 0.9507143064099162 0.7319939418114051",
        theta[0],
    )
    yield exactly("loss at the start", "0.8723062541831995", found.loss[0])
    yield from each_exactly(
        "dL/d(w1, w2, b)",
        "0.12895768951083897 0.10006797336465945 0.3884862448293551",
        found.gradient[0],
    )
    output = forward(objective.architecture, theta, objective.x)[-1].a[0, 0, 0]
    yield exactly("output on row 00", "0.6752426767850529", output)
    yield rows_right(attempt(dataset, named.recipe))


def or_neuron(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``or-neuron``."""
    objective, theta = _start(named, dataset)
    found = objective.gradient(theta)
    yield from each_exactly("start", "0.59865848 0.15601864 0.15599452", theta[0])
    outputs = forward(objective.architecture, theta, objective.x)[-1].a[0, :, 0]
    yield from each_exactly("outputs", "0.53891974 0.57737657 0.68019172 0.71313758", outputs)
    yield exactly("loss at the start", "0.326806213602541", found.loss[0])
    yield from each_exactly("dL/d(w, b)", "-0.12825232 -0.16180968 -0.09746427", found.gradient[0])
    yield rows_right(attempt(dataset, named.recipe))


def xor_sigmoid(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``xor-sigmoid``."""
    objective, theta = _start(named, dataset, skip=6)
    hidden, output = forward(objective.architecture, theta, objective.x)
    yield exactly("first start, output", "0.67533599", output.a[0, 0, 0])
    yield exactly("first start, output z", "0.7324195", output.z[0, 0, 0])
    yield from each_exactly("first start, hidden", "0.69687117 0.55288622", hidden.a[0, 0])
    yield from each_exactly("first start, hidden z", "0.83244264 0.21233911", hidden.z[0, 0])
    yield exactly("first start: loss", "0.5823104395794695", objective.gradient(theta).loss[0])
    objective, theta = _start(named, dataset)
    published = {
        "w1": "[[0.18340451 0.30424224] [0.52475643 0.43194502]]",
        "w2": "[[0.29122914] [0.61185289]]",
        "b1": "[0.13949386 0.29214465]",
        "b2": "[0.36636184]",
    }
    parts = _parts(objective, theta)
    for name, text in published.items():
        yield from each_exactly(f"{name} at the start", text, parts[name])
    yield rows_right(attempt(dataset, named.recipe))


def half_adder(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``half-adder``."""
    objective, theta = _start(named, dataset)
    hidden, output = forward(objective.architecture, theta, objective.x)
    starts = {
        "w1": "[[0.45606998 0.78517596] [0.19967378 0.51423444]]",
        "w2": "[[0.59241457 0.04645041] [0.60754485 0.17052412]]",
        "b1": "[0.06505159 0.94888554]",
        "b2": "[0.96563203 0.80839735]",
    }
    gradients = {
        "w1": "[[0.01302675 0.00803441] [0.01422448 0.00966333]]",
        "w2": "[[0.16985128 0.10685975] [0.23733058 0.1444018]]",
        "b1": "[0.04559418 0.03473642]",
        "b2": "[0.30151753 0.18022159]",
    }
    parts = _parts(objective, theta)
    slopes = _parts(objective, objective.gradient(theta).gradient)
    for name, text in starts.items():
        yield from each_exactly(f"{name} at the start", text, parts[name])
    yield from each_exactly("row 00: outputs", "0.84676414 0.72218121", output.a[0, 0])
    yield from each_exactly("row 00: output z", "1.70944391 0.95530701", output.z[0, 0])
    yield from each_exactly("row 00: hidden", "0.51625717 0.720891", hidden.a[0, 0])
    yield from each_exactly("row 00: hidden z", "0.06505159 0.94888554", hidden.z[0, 0])
    for name, text in gradients.items():
        yield from each_exactly(f"dL/d{name}", text, slopes[name])
    carry = replace(objective, care=np.array([[1.0, 0.0]]))  # the original watched the carry alone
    state = GradientDescent(lr=1.0).start(objective, theta)
    for step, text in enumerate(
        ("1.1080985562421628", "0.9059881002277557", "0.6400725478167372", "0.4611946204834877")
    ):
        yield exactly(f"carry loss, {step} steps", text, carry.gradient(state.theta).loss[0])
        state = GradientDescent(lr=1.0).step(objective, state, np.random.default_rng(0))
    yield rows_right(attempt(dataset, named.recipe))


LEAKY_STEP: Mapping[str, str] = {
    "z1": "[-0.4939 0.189] [-1.0731 0.6124] [-0.1954 0.2803] [-0.7746 0.7037]",
    "a1": "[-0.24695 0.189] [-0.53655 0.6124] [-0.0977 0.2803] [-0.3873 0.7037]",
    "z2": "0.56166233 0.53440069 0.66726392 0.64000228",
    "dL/da2": "0.28083117 -0.23279965 -0.16636804 0.32000114",
    "dL/da1": "[0.14788569 0.08306986] [-0.1225923 -0.06886214] [-0.08760941 -0.04921167] [0.1685126 0.09465634]",
    "dL/dz1": "[0.07394285 0.08306986] [-0.06129615 -0.06886214] [-0.0438047 -0.04921167] [0.0842563 0.09465634]",
    "dL/dw2": "-0.05212489 0.08906242",
    "dL/db2": "0.20166461",
    # The original's weights act from the other side: its rows are our columns.
    "dL/dw1": "[0.0404516 0.04544467] [0.02296015 0.0257942]",
    "dL/db1": "0.05309829 0.05965239",
}


def xor_leaky_step(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    """The figures of ``xor-leaky-step``."""
    objective, theta = _start(named, dataset)
    told = explain(objective, named.recipe.optimiser, theta[0], np.random.default_rng(0))
    first, last = told.layers
    values = {
        "z1": first.z,
        "a1": first.a,
        "z2": last.z,
        "dL/da2": last.da,
        "dL/da1": first.da,
        "dL/dz1": first.dz,
        "dL/dw2": last.dw,
        "dL/db2": last.db,
        "dL/dw1": first.dw,
        "dL/db1": first.db,
    }
    yield exactly("loss", "0.2631408769381175", told.loss)
    for name, text in LEAKY_STEP.items():
        yield from each_exactly(name, text, values[name])
    lr = 0.75
    for number, layer in enumerate(told.layers, 1):
        off = max(
            float(np.abs(layer.w - lr * layer.dw_check - layer.w_after).max()),
            float(np.abs(layer.b - lr * layer.db_check - layer.b_after).max()),
        )
        yield at_most(f"layer {number} after the step, off by", 1e-9, off)
