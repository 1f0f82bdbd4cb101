"""The first stage of learning on bits as a training whose steps can be taken apart one by one.

What `descend` does with all starts at once is told here of one, as an optimiser tells of its steps.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.attempt import attempt
    >>> from gatewright.gates.training.dataset import Dataset
    >>> from gatewright.gates.training.recipe import default_recipe
    >>> spec = GateSpec.from_expression("xor: a ^ b")
    >>> made = attempt(Dataset.of_gate(spec), default_recipe(spec.table))
    >>> state = FirstStage().start(made.objective, made.on_bits.ends.start[made.on_bits.restart][None])
    >>> after = FirstStage().step(made.objective, state, np.random.default_rng(0))
    >>> bool(after.loss < state.loss)
    True
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gatewright.arrays import Floats
from gatewright.learn.logits import descend, signs
from gatewright.learn.network import Architecture
from gatewright.learn.objective import Objective
from gatewright.learn.optimisers.state import State
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True)
class Steps(State):
    """`State` with the start, shape (restarts, parameters), and how many steps were made."""

    begun: Floats
    made: int


@dataclass(frozen=True, slots=True)
class FirstStage:
    """Damped Gauss-Newton steps on the cross-entropy of the logits; its loss is the sum over all rows."""

    name: ClassVar[str] = "logits"
    title: ClassVar[str] = "damped Gauss-Newton on the logits"
    epochs: ClassVar[int] = 80

    def rule(self, _layer: int) -> tuple[str, str]:
        """How the weights of a layer change, as a teacher writes it, and what that means."""
        return (
            "(JᵀDJ + λI) s = Jᵀ(a − y), θ ← θ − s",
            "all weights at once, J = d(logit)/d(weight), D = max(a(1 − a), 0.01)",
        )

    def start(self, objective: Objective, theta: Floats) -> Steps:
        """The state at the starting points."""
        return _state(objective, theta, 0)

    def step(self, objective: Objective, state: Steps, generator: np.random.Generator) -> Steps:
        """The state one epoch later: the damping depends on all steps before, so they are made again."""
        del generator  # nothing is drawn
        return _state(objective, state.begun, state.made + 1)


def _state(objective: Objective, begun: Floats, epochs: int) -> Steps:
    linear = (*objective.architecture.activations[:-1], "identity")
    network = Architecture(objective.architecture.sizes, linear)
    sides = signs(objective.y, objective.care)
    *_, last = descend(network, begun, objective.x, sides, epochs=epochs)
    with np.errstate(over="ignore"):
        error = 1.0 / (1.0 + np.exp(last.margin))
    return Steps(last.theta, last.loss, error, last.restart, begun, epochs)
