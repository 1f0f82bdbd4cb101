"""The reference systems: ten small learners, the figures their authors printed, and ours.

The systems were published as notebooks with numbers in them; a learner that is right gives the same numbers
from the same start. Systems whose start was not seeded are compared by how often a single start succeeds.

Example:
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins = load_plugins()
    >>> report = reproduce("or-neuron", plugins.recipes["or-neuron"], plugins.gates)
    >>> report.reproduced, report.figures[-1].quantity
    (True, 'rows right after training')
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from gatewright.errors import UnknownRecipeError
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.attempt import attempt
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe_text import NamedRecipe
from gatewright.learn.network import forward
from gatewright.plugins.builtin.published import seeded as seeded_systems
from gatewright.plugins.builtin.published import unseeded as unseeded_systems
from gatewright.plugins.builtin.published.figures import Figure, Report, at_most
from gatewright.plugins.builtin.published.seeded import rows_right
from gatewright.plugins.builtin.published.unseeded import best_first
from gatewright.text import did_you_mean


def reproduce(system: str, named: NamedRecipe, gates: Mapping[str, GateSpec]) -> Report:
    """Run a reference system and compare.

    Args:
        system: its name, one of `SYSTEMS`.
        named: its recipe.
        gates: to look up the gate it learns.

    Raises:
        UnknownRecipeError: there is no such system.
    """
    systems([system])
    return Report(system, named.summary, tuple(SYSTEMS[system](named, named.dataset(gates))))


def _save_restore(named: NamedRecipe, dataset: Dataset) -> Iterator[Figure]:
    made = best_first(attempt(dataset, named.recipe))
    theta = made.fit.theta[:1]
    plain = json.loads(
        json.dumps(theta.tolist())
    )  # plain values, as a file or a page would hold them
    before = forward(made.objective.architecture, theta, dataset.x)[-1].a
    after = forward(made.objective.architecture, np.array(plain), dataset.x)[-1].a
    yield rows_right(made)
    yield at_most("predictions differ after restoring by", 0.0, np.abs(before - after).max())


SYSTEMS: Mapping[str, Callable[[NamedRecipe, Dataset], Iterator[Figure]]] = {
    "xnor-online": unseeded_systems.xnor_online,
    "first-bit": unseeded_systems.first_bit,
    "xor-leaky-step": seeded_systems.xor_leaky_step,
    "and-neuron": seeded_systems.and_neuron,
    "or-neuron": seeded_systems.or_neuron,
    "xor-sigmoid": seeded_systems.xor_sigmoid,
    "half-adder": seeded_systems.half_adder,
    "sum-deep": unseeded_systems.sum_deep,
    "xor-deep": unseeded_systems.xor_deep,
    "save-restore": _save_restore,
}
"""Every reference system, and what compares it."""


def systems(asked: Sequence[str]) -> list[str]:
    """The systems asked for, or all of them.

    Raises:
        UnknownRecipeError: there is no system of a name.
    """
    for name in asked:
        if name not in SYSTEMS:
            hint = did_you_mean(name, SYSTEMS, f"there are {', '.join(SYSTEMS)}")
            raise UnknownRecipeError(f"no reference system '{name}'", hint=hint)
    return list(asked) or list(SYSTEMS)
